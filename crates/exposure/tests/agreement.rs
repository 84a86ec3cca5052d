//! The walk against a naive one that shares no code with it: small random webs, every question
//! answered by going over plain sets of facts again and again until nothing changes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "planted webs need the rest")]
mod world;

mod agreement {
    mod naive;
    mod random;
}
