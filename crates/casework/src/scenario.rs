//! Scenarios: dated cases played through the same functions as the doors call, in an empty store,
//! on a clock of their own that the file moves.

mod acts;
mod applications;
mod cast;
mod catalogue;
mod expect;
mod expect_goods;
mod invariants;
mod licensing;
mod reading;
mod scopes;
mod stage;
mod words;

use std::collections::BTreeMap;

use domain::language::Bilingual;
use domain::time::Day;
use intake::scenario::{Place, Scenario};
use register::Store;
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;

pub use reading::read;
pub use stage::MovedClock;

/// One row of the table that a run prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The day.
    pub day: Day,
    /// Where in the file stands what was done or expected; line 0 where the run looked by itself.
    pub at: Place,
    /// The event's number, or empty.
    pub n: String,
    /// What was done, or what was looked at.
    pub what: Bilingual,
    /// What it reached; empty where it reached nothing.
    pub reached: Bilingual,
    /// What was expected; empty where nothing was.
    pub expected: Bilingual,
    /// What was found; empty where nothing was expected.
    pub found: Bilingual,
    /// Whether it agrees; none where nothing was expected.
    pub agrees: Option<bool>,
}

/// What a run gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Played {
    /// The scenario.
    pub scenario: String,
    /// Whether everything in it is invented.
    pub is_synthetic: bool,
    /// The rows, by day.
    pub rows: Vec<Row>,
    /// Expectations met.
    pub met: u64,
    /// Expectations not met.
    pub missed: u64,
    /// The day on which it ended.
    pub ended_on: Day,
    /// How solid each event is, by its number.
    pub basis: BTreeMap<String, String>,
}

/// Why a run stopped before its end, and where in the file.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct Stopped {
    /// What was being done; line 0 before the first turn.
    pub at: Place,
    /// Why.
    #[source]
    pub cause: DeskError,
}

/// Plays a scenario in an empty store.
///
/// # Errors
/// A mistake when the store has events in it or the file cannot be played; a refusal that the file
/// does not expect; a fault. Expectations that are not met are counted, not errors.
pub fn play(
    scenario: &Scenario,
    store: Box<dyn Store>,
    entropy: [u8; 32],
) -> Result<(Played, Desk), Stopped> {
    let stage = stage::Stage::set(scenario, store, entropy);
    let at = scenario.at.here;
    stage.map_err(|cause| Stopped { at, cause })?.play()
}
