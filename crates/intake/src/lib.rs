//! Turns bytes into rows or passages with their positions.
//!
//! Pure: bytes in, rows out. No files, network, database or clock, and nothing that is read is
//! accepted as fact: a row ends as a draft with its assumptions, or set aside with its reason, and
//! the caller decides what becomes of it.

pub mod at;
pub mod bounds;
pub mod control_list;
pub mod country_names;
pub mod encoding;
pub mod finding;
mod guard;
pub mod mapping;
mod nearest;
pub mod outcome;
pub mod parties;
pub mod passages;
pub mod permits;
pub mod scenario;
pub mod table;
mod toml_text;
pub mod xml;
