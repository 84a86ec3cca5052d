//! The statute book: what may happen next, given what has happened.
//!
//! Pure: no files, network, database, clock, randomness, async, policy engine or HTTP. Time,
//! identifiers and policy findings enter as arguments. Folders are the nouns of the field, files
//! are the verbs of the law.

pub mod advice;
pub mod application;
pub mod assurance;
pub mod breach_test;
pub mod catalogue;
pub mod control_list;
pub mod country;
pub mod dialogue;
pub mod duty;
pub mod event;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod id;
pub mod item;
pub mod language;
pub mod law;
pub mod ledger;
pub mod measure;
pub mod money;
pub mod notice;
pub mod party;
pub mod passage;
pub mod permit;
pub mod policy;
pub mod quantity;
pub mod refusal;
pub mod request;
pub mod review;
pub mod risk;
pub mod scope;
pub mod shipment;
pub mod signing_key;
pub mod time;
pub mod view;
pub mod visit;
pub mod webhook;
