//! The web of what left, under which permit, into what, to whom; and the walk through it.
//!
//! From an item, a mark, a serial (also one read in part), a platform, a party, a country or a link
//! that an officer accepted, to every permit, line, application, assurance and shipment that it
//! reaches, each with one path whose steps are graded. And back: from a permit or a serial to where
//! the thing may be now.
//!
//! The web is arrays in memory, fed event by event ([`Web::take`]), written and read whole
//! ([`Web::write_to`], [`Web::read_from`]). It knows no storage, clock or network, and judges no
//! path: it says how sure each step is, and what would confirm or refute it.

mod answer;
mod beside;
mod circle;
mod drawing;
mod edges;
mod learn;
mod names;
mod question;
mod rules;
mod saved;
mod seeds;
mod step;
mod table;
mod walk;
mod web;

pub use answer::{Check, Counted, Exposure, Flag, PathStep, Reached};
pub use beside::{BESIDE_MAX, Beside, Other};
pub use drawing::{DRAWN_MAX, drawing};
pub use learn::LEARNS_FROM;
pub use names::Thing;
pub use question::{Direction, Linked, Question, QuestionMistake, Window};
pub use saved::{Saved, SavedMistake};
pub use step::Step;
pub use table::table;
pub use walk::{Cut, DEPTH_MAX, Hit, VISITS_MAX, Walked};
pub use web::{Size, TooLarge, Web};
