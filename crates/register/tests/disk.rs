//! What a disk can do to the register: lose power, fail, write short.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "disk/child.rs"]
mod child;
#[path = "disk/failing.rs"]
mod failing;
#[path = "disk/power.rs"]
mod power;
#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;
#[path = "disk/trace.rs"]
mod trace;
