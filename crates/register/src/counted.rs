//! What the register counts of the rows beside its log, so that the newest of them are missed when
//! somebody deletes them: no event says that they were there.
//!
//! The count is one row of `meta`, written with every commit that adds such a row and never taken
//! from the tables themselves. Whoever edits the file can edit the count, too: it finds damage and
//! clumsy hands. What counts in law is in the log.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fault::RegisterFault;
use crate::held::levels::{Numbers, State};
use crate::verify::{Place, VerifyReport};

/// The row of `meta` that has the count.
pub(crate) const BESIDE: &str = "beside";

/// How many rows stand beside the log, and how far each series has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    pub(crate) answer: i64,
    pub(crate) outgoing: i64,
    pub(crate) checkpoint: i64,
    pub(crate) series: BTreeMap<String, u64>,
}

impl Counted {
    /// Reads the count.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, RegisterFault> {
        let unreadable = |because: String| RegisterFault::UnreadableRow {
            table: "meta",
            key: BESIDE.into(),
            because,
        };
        let text = text.ok_or_else(|| unreadable("it is missing".into()))?;
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))
    }

    /// The count as it is kept.
    pub(crate) fn text(&self) -> Result<String, RegisterFault> {
        serde_json::to_string(self).map_err(|error| RegisterFault::Invariant {
            invariant: "a count is text",
            found: error.to_string(),
        })
    }

    /// The numbers from which a write goes on. Rows that are missing leave a gap, which
    /// verification finds from then on.
    pub(crate) fn onward(&self, found: Numbers) -> Numbers {
        Numbers {
            answer: self.answer.max(found.answer),
            outgoing: self.outgoing.max(found.outgoing),
            checkpoint: self.checkpoint.max(found.checkpoint),
        }
    }

    /// The last number of a series, when the database has this one: a number is never given twice.
    pub(crate) fn onward_in(&self, series: &str, found: u64) -> u64 {
        found.max(self.series.get(series).copied().unwrap_or(0))
    }

    /// The count at the end of a write, when it is another than before.
    pub(crate) fn after(&self, state: &State) -> Option<Self> {
        let mut after = self.clone();
        let Numbers {
            answer,
            outgoing,
            checkpoint,
        } = state.now.numbers;
        (after.answer, after.outgoing, after.checkpoint) = (answer, outgoing, checkpoint);
        for (name, last) in state.all_series() {
            after.series.insert(name.to_owned(), last);
        }
        (after != *self).then_some(after)
    }

    /// Notes the newest rows of a numbered table that are not there, or that nobody counted.
    /// `next` is the number after the last that is there.
    pub(crate) fn check(&self, table: &'static str, next: i64, report: &mut VerifyReport) {
        let counted = match table {
            "answer" => self.answer,
            "outgoing" => self.outgoing,
            _ => self.checkpoint,
        };
        let last = next.saturating_sub(1);
        let row = |from: i64, to: i64| Place::Row {
            table,
            key: format!("{from} to {to}"),
        };
        if counted > last {
            report.note(row(next, counted), "missing");
        } else if counted < last {
            let first = counted.saturating_add(1);
            report.note(row(first, last), "were not counted when they were written");
        }
    }

    /// Notes each series that is not where the count has it.
    pub(crate) fn check_series(&self, found: &BTreeMap<String, i64>, report: &mut VerifyReport) {
        let names: BTreeSet<&String> = self.series.keys().chain(found.keys()).collect();
        for name in names {
            let place = || Place::Row {
                table: "series",
                key: name.clone(),
            };
            match (self.series.get(name), found.get(name)) {
                (Some(_), None) => report.note(place(), "is missing"),
                (None, Some(_)) => report.note(place(), "was not counted when it was begun"),
                (Some(counted), Some(last)) if u64::try_from(*last).ok() != Some(*counted) => {
                    report.note(place(), format!("is at {last}, and {counted} were given"));
                }
                _ => {}
            }
        }
    }
}
