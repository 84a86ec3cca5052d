//! The law of the gate, tested as such: many clients and officers at once, clocks that jump,
//! processes that are killed, and an independent auditor who reads the log and what everybody was
//! told.
//!
//! `PORTCULLIS_SIM_SEED=N` runs one seed; `PORTCULLIS_SIM_FULL=1` runs the full size.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod auditor;
mod backups;
mod clock;
#[expect(dead_code, reason = "the generator of registers uses the rest")]
#[path = "../examples/store/draw.rs"]
mod draw;
mod excerpts;
mod full;
mod http;
mod journal;
mod keys;
mod lies;
mod load;
mod orders;
mod overload;
mod place;
mod processes;
mod races;
mod served;
mod serving;
mod soak;
mod synced;
mod times;
mod town;
