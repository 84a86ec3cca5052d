//! The statute book: what may happen next, given what has happened.
//!
//! Pure: no files, network, database, clock, randomness, async, policy engine or HTTP. Time,
//! identifiers and policy findings enter as arguments. Folders are the nouns of the field, files
//! are the verbs of the law.

pub mod control_list;
pub mod country;
pub mod facts;
pub mod id;
pub mod item;
pub mod language;
pub mod law;
pub mod measure;
pub mod money;
pub mod party;
pub mod permit;
pub mod policy;
pub mod quantity;
pub mod scope;
pub mod time;
