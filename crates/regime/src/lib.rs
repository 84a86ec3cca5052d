//! The law in force on a day: what is controlled, what may be issued, what may be released.
//!
//! Law is data here: sources, country groups, editions of control lists, document rules, and
//! policies. [`Regime`] puts the facts of one line to every policy of a day and gives back all that
//! stands in the way, with reasons; it never decides. Pure: no store, no clock, no network. Policies
//! are Cedar inside; nothing of Cedar appears in what is public.

pub mod access;
pub mod codes;
mod compiled;
mod confined;
pub mod control;
pub mod countries;
pub mod criteria;
pub mod documents;
mod entities;
mod exceptions;
pub mod groups;
pub mod impact;
pub mod judge;
pub mod lists;
pub mod measures;
mod nesting;
mod own_lists;
#[cfg(test)]
mod parity;
pub mod parse;
pub mod parts;
pub mod place;
mod policies;
pub mod render;
pub mod sources;
mod tree;

pub use access::{Access, Answer};
pub use control::Controlled;
pub use judge::Regime;
pub use lists::ControlLists;
pub use measures::MeasureMistake;
pub use parse::parse_scope;
pub use parts::{Parts, RegimeMistake};
pub use policies::PolicyMistake;
pub use render::render;
pub use sources::Sources;
