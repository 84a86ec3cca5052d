//! The way out: carries to the programs of others what they asked to be told, signed, in the order
//! of the log, at least once.
//!
//! What is told and how far each subscriber is, the desk knows. Here are the secrets that sign, the
//! connections, and the patience.

mod carry;
mod key;
mod post;
mod private;

pub use carry::{Courier, CourierFault, Pace, Settings};
pub use key::{KeyMistake, MasterKey, Secret};
