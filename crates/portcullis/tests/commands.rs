//! The commands as scripts use them: what is done, refused, mistaken, and at fault.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod commands {
    mod acts;
    mod begin;
    mod desk;
    mod imports;
    mod keeping;
    mod monitoring;
    mod reading;
    mod scenario;
    #[cfg(feature = "otel")]
    mod traces;
}
