//! How many sources there are: ten outlets that repeat one ministry are one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Credibility, EvidenceRecord, Grade};
use crate::id::EvidenceId;

/// What ties material to its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// What it repeats.
    pub repeats: BTreeSet<EvidenceId>,
    /// Its own source, or the group of that source.
    pub source: String,
}

impl Tie {
    /// The tie of material as the register holds it.
    #[must_use]
    pub fn of(held: &EvidenceRecord) -> Self {
        let from = held.evidence.provenance.as_ref();
        let group = from.and_then(|from| from.source_group.as_deref());
        let source = group.unwrap_or(&held.evidence.source);
        Self {
            repeats: held.repeats(),
            source: source.trim().to_lowercase(),
        }
    }
}

/// Why a grade is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GradeRefusal {
    /// Confirmed by other sources, and none is named.
    #[error(
        "the grade of {0} says `confirmed by other sources` and names none: expected the material that confirms it"
    )]
    NothingConfirms(EvidenceId),
    /// What is named comes from the same source.
    #[error(
        "the grade of {evidence} says `confirmed by other sources` and all that it names goes back to the same source: `{source_named}`"
    )]
    SameSource {
        /// The material.
        evidence: EvidenceId,
        /// The one source behind all of it.
        source_named: String,
    },
    /// A grade signed for somebody else.
    #[error("the grade of {0} is signed by another: who grades signs")]
    AnothersHand(EvidenceId),
}

/// The sources to which material goes back: its own, or those of everything that it repeats,
/// through any chain. Material that only repeats adds none. What repeats itself in a circle is
/// one source, by its first number.
#[must_use]
pub fn origins(of: &EvidenceId, ties: &BTreeMap<EvidenceId, Tie>) -> BTreeSet<String> {
    let mut seen = BTreeSet::from([of]);
    let mut left = vec![of];
    let mut found = BTreeSet::new();
    while let Some(id) = left.pop() {
        match ties.get(id) {
            None => {
                found.insert(id.to_string());
            }
            Some(tie) if tie.repeats.is_empty() => {
                found.insert(tie.source.clone());
            }
            Some(tie) => left.extend(tie.repeats.iter().filter(|next| seen.insert(next))),
        }
    }
    if found.is_empty() {
        found.extend(seen.first().map(ToString::to_string));
    }
    found
}

/// The independent sources behind some material.
#[must_use]
pub fn independent_sources<'a>(
    of: impl IntoIterator<Item = &'a EvidenceId>,
    ties: &BTreeMap<EvidenceId, Tie>,
) -> BTreeSet<String> {
    of.into_iter().flat_map(|id| origins(id, ties)).collect()
}

/// Checks a grade: information is confirmed only by a source that is independent of the one graded.
///
/// # Errors
/// Refuses the best information grade where nothing is named that confirms it, or where what is
/// named goes back to the source graded.
pub fn grade(
    evidence: &EvidenceId,
    given: &Grade,
    ties: &BTreeMap<EvidenceId, Tie>,
) -> Result<(), GradeRefusal> {
    if given.information != Credibility::One {
        return Ok(());
    }
    if given.confirmed_by.is_empty() {
        return Err(GradeRefusal::NothingConfirms(evidence.clone()));
    }
    let own = origins(evidence, ties);
    let others = independent_sources(&given.confirmed_by, ties);
    if others.is_subset(&own) {
        return Err(GradeRefusal::SameSource {
            evidence: evidence.clone(),
            source_named: own.into_iter().collect::<Vec<_>>().join(", "),
        });
    }
    Ok(())
}
