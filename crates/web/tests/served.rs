//! A register begun empty and served to programs: what its people do in it, what law asks of the
//! border, and what does not fit.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod served {
    mod border;
    mod edges;
    mod evidence;
    mod journey;
    mod monitoring;
    mod reports;
    mod town;
}
