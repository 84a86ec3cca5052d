//! Events as they are handed in and as they are kept, and how they are asked for.

use std::any::Any;
use std::sync::Arc;

use domain::time::{Day, Instant, Position};
use serde_json::Value;

use crate::hash::Hash;
use crate::leaf::Heading;

/// Most events given by one read: a page of the log that a caller may hold in memory.
///
/// 10,000 events of the largest usual snapshot (8 kB) are 80 MB, which the smallest planned server
/// (512 MB) can hold twice.
pub const EVENTS_PER_READ_MAX: usize = 10_000;

/// An event as whoever appends it has it, beside its payload: handed to the projection, which then
/// need not read the payload. Only for speed; it is not kept, and says what the payload says.
#[derive(Clone)]
pub struct Told(pub Arc<dyn Any + Send + Sync>);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

impl PartialEq for Told {
    /// The payload says it all.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// An event to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// The event's name, as in `PermitIssued`.
    pub kind: String,
    /// The version of the payload's form, from 1.
    pub form: u16,
    /// A JSON object without floats: see [`crate::leaf`].
    pub payload: Value,
    /// What the event is about, as in `permit:P-001`; sorted and made unique at append.
    pub tags: Vec<String>,
    /// Who acted.
    pub actor: String,
    /// On which ground, where the act needs one.
    pub ground: Option<String>,
    /// First day on which it is true in law, where that is not the day of recording.
    pub effective_from: Option<Day>,
    /// The event as whoever appends it has it, if handed over.
    pub told: Option<Told>,
}

/// An event of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Its place in the log, from 1 without gaps.
    pub position: Position,
    /// The event's name.
    pub kind: String,
    /// The version of the payload's form.
    pub form: u16,
    /// A JSON object; a redacted field is null.
    pub payload: Value,
    /// What the event is about, sorted.
    pub tags: Vec<String>,
    /// Who acted; empty when redacted.
    pub actor: String,
    /// On which ground.
    pub ground: Option<String>,
    /// First day on which it is true in law.
    pub effective_from: Option<Day>,
    /// When the register learned it. Never earlier than that of the event before.
    pub recorded_at: Instant,
    /// The leaf hash of the event before it.
    pub previous: Hash,
    /// Its own leaf hash.
    pub leaf: Hash,
}

impl StoredEvent {
    /// What its leaf commits in clear.
    #[must_use]
    pub fn heading(&self) -> Heading<'_> {
        Heading {
            position: self.position,
            kind: &self.kind,
            form: self.form,
            recorded_at: self.recorded_at,
            effective_from: self.effective_from,
            tags: &self.tags,
            previous: self.previous,
        }
    }
}

/// Which events: those with any of the tags and any of the kinds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Any of these; empty means whatever the tags.
    pub tags: Vec<String>,
    /// Any of these; empty means whatever the kind.
    pub kinds: Vec<String>,
}

/// A condition of an append: no event matches this query since that position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// What must not have happened.
    pub query: Query,
    /// The head of the log at which the decision was made.
    pub since: Position,
}

/// Something did happen since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("event {at} was appended since, and the decision did not see it")]
pub struct GuardConflict {
    /// The first event that matches; the head of the log when the guard names a position after it.
    pub at: Position,
}

/// A message to be carried out later, at least once.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Names the message; a second message of the same key is the same message.
    pub key: String,
    /// What kind of message, as in `stop-notice`.
    pub topic: String,
    /// For whom.
    pub recipient: String,
    /// What it says.
    pub body: Value,
}

/// The clock and the randomness of one write, handed in.
#[derive(Clone, Copy)]
pub struct Stamp {
    /// The time now.
    pub now: Instant,
    /// 32 bytes that nobody can guess; the salts of the events appended come from it.
    pub seed: [u8; 32],
}

/// What an append wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The first event.
    pub first: Position,
    /// The last event.
    pub last: Position,
    /// The instant that all of them carry.
    pub recorded_at: Instant,
}

/// Why an event cannot be appended as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventMistake {
    /// An append needs something to append.
    #[error("nothing to append: expected at least one event")]
    Nothing,
    /// The payload is not an object.
    #[error("the payload of `{kind}` is not a JSON object")]
    NotAnObject {
        /// The event's name.
        kind: String,
    },
    /// Quantities and money are exact: numbers of the log are integers, decimals are texts.
    #[error("the payload of `{kind}` has a number at `{pointer}` that is not an integer")]
    NotAnInteger {
        /// The event's name.
        kind: String,
        /// The JSON pointer of the number.
        pointer: String,
    },
    /// A part of the event exceeds its limit.
    #[error("{part} of `{kind}` exceeds its limit of {limit}")]
    TooLarge {
        /// The event's name.
        kind: String,
        /// Which part.
        part: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A part of the event that must say something is empty.
    #[error("{part} of `{kind}` is empty")]
    Empty {
        /// The event's name.
        kind: String,
        /// Which part.
        part: &'static str,
    },
}

/// Why an append did not happen. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum AppendRefusal {
    /// The guard does not hold: load again and decide again.
    #[error(transparent)]
    Conflict(#[from] GuardConflict),
    /// An event cannot be appended as it is.
    #[error(transparent)]
    Mistake(#[from] EventMistake),
    /// The register failed; the write cannot be committed.
    #[error(transparent)]
    Fault(#[from] crate::fault::RegisterFault),
}
