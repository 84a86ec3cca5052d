//! Turns bytes into rows or passages with their positions.

pub mod control_list;
pub mod xml;
