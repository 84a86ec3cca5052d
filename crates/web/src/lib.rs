//! The counter: pages and JSON.
