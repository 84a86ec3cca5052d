//! Passages of evidence: what a text was found to say, once an officer has accepted that it says so.
//!
//! Accepting a passage changes no permit and finds nothing: it records that these words stand there and
//! what they are taken to speak of.

use serde::{Deserialize, Serialize};

use crate::evidence::EvidenceRecord;
use crate::id::{EvidenceId, OfficerId};
use crate::time::Day;

/// Most characters of one passage: a long paragraph of a statement.
pub const QUOTE_CHARS_MAX: usize = 4_000;

/// A stretch of the text of evidence, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// SHA-256 of the bytes that were read, in hexadecimal.
    pub digest: String,
    /// First byte in the text as extracted.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// The page, the row or the part of a message, as in `page 3`; none in a text without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The words.
    pub quote: String,
}

/// What an officer accepted of one passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedPassage {
    /// The passage.
    pub passage: Passage,
    /// What kind of thing it speaks of, as `country` or `act`.
    pub kind: String,
    /// Which, as `TR` or `suspend/asserted`.
    pub value: String,
    /// The rule that proposed it; none where the officer marked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What the officer says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who accepted it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// The accepted passages of one piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageRecord {
    /// The evidence.
    pub evidence: EvidenceId,
    /// The passages, in the order of acceptance.
    pub accepted: Vec<AcceptedPassage>,
}

/// Why a passage is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassageRefusal {
    /// The evidence has no bytes that could be read.
    #[error("{0} has no bytes in the register: nothing can be quoted from it")]
    NoBytes(EvidenceId),
    /// Other bytes were read than the register holds.
    #[error("the passage was read in other bytes than those of {evidence}: expected {held}")]
    OtherBytes {
        /// The evidence.
        evidence: EvidenceId,
        /// The digest that the register holds.
        held: String,
    },
    /// The words do not stand at that place.
    #[error("`{quote}` does not stand at bytes {start} to {end} of the text of {evidence}")]
    NotThere {
        /// The evidence.
        evidence: EvidenceId,
        /// First byte.
        start: u32,
        /// First byte after it.
        end: u32,
        /// The beginning of the words.
        quote: String,
    },
    /// It was accepted before.
    #[error("the passage at byte {start} of {evidence} was accepted before as {kind} `{value}`")]
    Before {
        /// The evidence.
        evidence: EvidenceId,
        /// First byte.
        start: u32,
        /// The kind.
        kind: String,
        /// The value.
        value: String,
    },
}

/// Checks a passage before an officer's acceptance is recorded. `stands` is what the text of the
/// evidence, read again, has at that place.
///
/// # Errors
/// Refuses words that do not stand there, bytes that are not those of the evidence, and a second
/// acceptance of the same.
pub fn accept(
    held: &EvidenceRecord,
    before: Option<&PassageRecord>,
    accepted: &AcceptedPassage,
    stands: Option<&str>,
) -> Result<(), PassageRefusal> {
    let evidence = || held.evidence.id.clone();
    let passage = &accepted.passage;
    let Some(digest) = &held.evidence.digest else {
        return Err(PassageRefusal::NoBytes(evidence()));
    };
    if *digest != passage.digest {
        return Err(PassageRefusal::OtherBytes {
            evidence: evidence(),
            held: digest.clone(),
        });
    }
    let is_there = stands == Some(passage.quote.as_str())
        && !passage.quote.trim().is_empty()
        && passage.quote.chars().count() <= QUOTE_CHARS_MAX;
    if !is_there {
        return Err(PassageRefusal::NotThere {
            evidence: evidence(),
            start: passage.start,
            end: passage.end,
            quote: passage.quote.chars().take(80).collect(),
        });
    }
    let same = |one: &&AcceptedPassage| {
        (one.passage.start, one.passage.end) == (passage.start, passage.end)
            && (&one.kind, &one.value) == (&accepted.kind, &accepted.value)
    };
    if let Some(one) = before.and_then(|record| record.accepted.iter().find(same)) {
        return Err(PassageRefusal::Before {
            evidence: evidence(),
            start: one.passage.start,
            kind: one.kind.clone(),
            value: one.value.clone(),
        });
    }
    Ok(())
}
