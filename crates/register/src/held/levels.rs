//! Levels of work held back: one for the write and one for each open savepoint, so that undoing a
//! savepoint is forgetting a level.

use std::collections::BTreeMap;

use domain::time::{Instant, Position};

use crate::checkpoint::SignedCheckpoint;
use crate::event::{Outgoing, StoredEvent, Told};
use crate::hash::{Digest, Hash};
use crate::held::row::Row;
use crate::merkle::{Frontier, Node};
use crate::projection::Key;
use crate::store::{Head, StoredAnswer};

/// An event to be written, with its payload as text and the seed of its salts.
pub(crate) struct Written {
    pub(crate) event: StoredEvent,
    pub(crate) told: Option<Told>,
    pub(crate) payload: String,
    pub(crate) seed: [u8; 32],
}

/// A message to be put into the outbox, with the last event of its append.
pub(crate) struct Message {
    pub(crate) outgoing: Outgoing,
    pub(crate) position: Position,
    pub(crate) recorded_at: Instant,
}

/// What was done at a level.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) views: BTreeMap<Key, Row>,
    pub(crate) answers: BTreeMap<String, (i64, StoredAnswer)>,
    pub(crate) series: BTreeMap<String, u64>,
    pub(crate) vault: BTreeMap<Digest, Vec<u8>>,
}

impl Work {
    /// Adds what was done later.
    fn extend(&mut self, later: Self) {
        self.views.extend(later.views);
        self.answers.extend(later.answers);
        self.series.extend(later.series);
        self.vault.extend(later.vault);
    }
}

/// What only the database needs.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) events: Vec<Written>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) messages: Vec<Message>,
    pub(crate) checkpoints: Vec<(i64, SignedCheckpoint)>,
}

impl Lines {
    fn extend(&mut self, later: Self) {
        self.events.extend(later.events);
        self.nodes.extend(later.nodes);
        self.messages.extend(later.messages);
        self.checkpoints.extend(later.checkpoints);
    }
}

/// The last numbers given in tables that are numbered without gaps.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Numbers {
    pub(crate) answer: i64,
    pub(crate) outgoing: i64,
    pub(crate) checkpoint: i64,
}

/// How far a write had come.
#[derive(Clone)]
pub(crate) struct Mark {
    pub(crate) head: Head,
    pub(crate) frontier: Frontier,
    pub(crate) numbers: Numbers,
}

/// The write itself, or a savepoint within it.
pub(crate) struct Level {
    /// How far the write had come when it was opened.
    pub(crate) mark: Mark,
    /// Whether the database has a savepoint for it.
    pub(crate) is_open: bool,
    /// Not sent yet.
    pub(crate) pending: Work,
    pub(crate) lines: Lines,
    /// Sent, and undone with the level.
    pub(crate) sent: Work,
}

impl Level {
    pub(crate) fn new(mark: Mark) -> Self {
        Self {
            mark,
            is_open: false,
            pending: Work::default(),
            lines: Lines::default(),
            sent: Work::default(),
        }
    }

    /// Takes over what a level above it did.
    pub(crate) fn absorb(&mut self, above: Self) {
        self.sent.extend(above.sent);
        self.pending.extend(above.pending);
        self.lines.extend(above.lines);
    }

    /// Whether anything is not sent yet.
    pub(crate) fn is_waiting(&self) -> bool {
        let Work {
            views,
            answers,
            series,
            vault,
        } = &self.pending;
        let Lines {
            events,
            nodes,
            messages,
            checkpoints,
        } = &self.lines;
        !(views.is_empty()
            && answers.is_empty()
            && series.is_empty()
            && vault.is_empty()
            && events.is_empty()
            && nodes.is_empty()
            && messages.is_empty()
            && checkpoints.is_empty())
    }
}

/// What the database said at the beginning of the write and since, which nobody else can change
/// while this one writes.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) views: BTreeMap<Key, Option<Row>>,
    pub(crate) answers: BTreeMap<String, Option<StoredAnswer>>,
    pub(crate) series: BTreeMap<String, u64>,
}

/// Everything about a write but its connection.
pub(crate) struct State {
    /// How far it has come.
    pub(crate) now: Mark,
    pub(crate) recorded_at: Instant,
    /// The write, then its savepoints.
    pub(crate) levels: Vec<Level>,
    pub(crate) known: Known,
    /// The depth of savepoints at which a step failed, if one did.
    pub(crate) failed_within: Option<usize>,
    /// Bytes held back.
    pub(crate) held: usize,
    /// Whether anything was sent that changes something.
    pub(crate) has_written: bool,
}

impl State {
    /// A write of which nothing is known yet.
    pub(crate) fn new(now: Instant) -> Self {
        let mark = Mark {
            head: Head {
                position: Position(0),
                leaf: Hash::NONE,
                recorded_at: None,
            },
            frontier: Frontier::default(),
            numbers: Numbers::default(),
        };
        Self {
            levels: vec![Level::new(mark.clone())],
            now: mark,
            recorded_at: now,
            known: Known::default(),
            failed_within: None,
            held: 0,
            has_written: false,
        }
    }

    /// A row as this write left it or found it; nothing when that is not known yet.
    pub(crate) fn row(&self, key: &Key) -> Option<Option<&Row>> {
        let written = self.works().find_map(|work| work.views.get(key));
        match written {
            Some(row) => Some(Some(row)),
            None => self.known.views.get(key).map(Option::as_ref),
        }
    }

    /// An answer as this write left it or found it; nothing when that is not known yet.
    pub(crate) fn answer(&self, key: &str) -> Option<Option<&StoredAnswer>> {
        let written = self.works().find_map(|work| work.answers.get(key));
        match written {
            Some((_, answer)) => Some(Some(answer)),
            None => self.known.answers.get(key).map(Option::as_ref),
        }
    }

    /// The last number of a series, as far as it is known.
    pub(crate) fn series(&self, name: &str) -> Option<u64> {
        let written = self.works().find_map(|work| work.series.get(name));
        written.or_else(|| self.known.series.get(name)).copied()
    }

    /// Every series that this write took a number of, with the last.
    pub(crate) fn all_series(&self) -> impl Iterator<Item = (&str, u64)> {
        let earliest_first = self
            .levels
            .iter()
            .flat_map(|level| [&level.sent, &level.pending]);
        earliest_first
            .flat_map(|work| &work.series)
            .map(|(name, last)| (name.as_str(), *last))
    }

    /// What was done, latest first.
    fn works(&self) -> impl Iterator<Item = &Work> {
        self.levels
            .iter()
            .rev()
            .flat_map(|level| [&level.pending, &level.sent])
    }

    /// The innermost level; there is always one.
    pub(crate) fn top(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    /// How many savepoints are open.
    pub(crate) fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }
}
