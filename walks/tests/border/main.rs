//! The example of a customs client and the deliveries of webhooks, against a real server that is
//! killed, hidden behind a bad line, and lied to about.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod asking;
mod client;
mod line;
mod server;
mod told;
