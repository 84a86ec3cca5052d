//! Planted webs: what is reached, by which path, with which grade; and what is not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

mod planted {
    mod backwards;
    mod bad_webs;
    mod circumstances;
    mod kept;
    mod reach;
    mod serials;
    mod shown;
}
