//! Samples that anyone can draw again from what is recorded.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::OfficerId;
use crate::time::Day;

/// How a sample is drawn: serials are put in the order of the SHA-256 of `seed:serial`, and the
/// first ones are taken. Whoever has the seed and the serials draws the same again.
pub const METHOD: &str = "first-by-sha256-of-seed-and-serial";

/// A sample as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The seed.
    pub seed: String,
    /// How it was drawn.
    pub method: String,
    /// From how many.
    pub population: u64,
    /// What was drawn.
    pub serials: BTreeSet<String>,
    /// Who drew it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Draws a sample: the serials that come first by rank. `rank` gives the digest of a text.
#[must_use]
pub fn draw(
    seed: &str,
    population: &BTreeSet<&str>,
    size: usize,
    rank: &dyn Fn(&str) -> String,
) -> BTreeSet<String> {
    let ranked: BTreeSet<(String, &str)> = population
        .iter()
        .map(|serial| (rank(&format!("{seed}:{serial}")), *serial))
        .collect();
    let first = ranked.into_iter().take(size);
    first.map(|(_, serial)| serial.to_owned()).collect()
}
