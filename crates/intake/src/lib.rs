//! Turns bytes into rows or passages with their positions.

pub mod scenario;
