//! What a write holds back until the server has to know: levels of work, one for the write and one
//! for each open savepoint, so that undoing a savepoint is forgetting a level.

use std::collections::BTreeMap;

use domain::time::{Instant, Position};

use crate::checkpoint::SignedCheckpoint;
use crate::event::{Outgoing, StoredEvent};
use crate::hash::{Digest, Hash};
use crate::merkle::{Frontier, Node};
use crate::projection::Key;
use crate::store::{Head, StoredAnswer};

/// A row of the views.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) position: Position,
    pub(super) body: String,
    /// The entries under which it is found, sorted, as JSON text.
    pub(super) entries: String,
}

/// An event to be written, with its payload as text and the seed of its salts.
pub(super) struct Written {
    pub(super) event: StoredEvent,
    pub(super) payload: String,
    pub(super) seed: [u8; 32],
}

/// A message to be put into the outbox, with the last event of its append.
pub(super) struct Message {
    pub(super) outgoing: Outgoing,
    pub(super) position: Position,
    pub(super) recorded_at: Instant,
}

/// What was done at a level.
#[derive(Default)]
pub(super) struct Work {
    pub(super) views: BTreeMap<Key, Row>,
    pub(super) answers: BTreeMap<String, (i64, StoredAnswer)>,
    pub(super) series: BTreeMap<String, u64>,
    pub(super) vault: BTreeMap<Digest, Vec<u8>>,
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

/// What only the server needs.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) events: Vec<Written>,
    pub(super) nodes: Vec<Node>,
    pub(super) messages: Vec<Message>,
    pub(super) checkpoints: Vec<(i64, SignedCheckpoint)>,
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
pub(super) struct Numbers {
    pub(super) answer: i64,
    pub(super) outgoing: i64,
    pub(super) checkpoint: i64,
}

/// How far a write had come.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) head: Head,
    pub(super) frontier: Frontier,
    pub(super) numbers: Numbers,
    /// How many events this write had appended.
    pub(super) appended: usize,
}

/// The write itself, or a savepoint within it.
pub(super) struct Level {
    /// How far the write had come when it was opened.
    pub(super) mark: Mark,
    /// Whether the server has a savepoint for it.
    pub(super) is_open: bool,
    /// Not sent yet.
    pub(super) pending: Work,
    pub(super) lines: Lines,
    /// Sent, and undone with the level.
    pub(super) sent: Work,
}

impl Level {
    pub(super) fn new(mark: Mark) -> Self {
        Self {
            mark,
            is_open: false,
            pending: Work::default(),
            lines: Lines::default(),
            sent: Work::default(),
        }
    }

    /// Takes over what a level above it did.
    pub(super) fn absorb(&mut self, above: Self) {
        self.sent.extend(above.sent);
        self.pending.extend(above.pending);
        self.lines.extend(above.lines);
    }

    /// Whether anything is not sent yet.
    pub(super) fn is_waiting(&self) -> bool {
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

/// What the server said at the beginning of the write and since, which nobody else can change
/// while this one writes.
#[derive(Default)]
pub(super) struct Known {
    pub(super) views: BTreeMap<Key, Option<Row>>,
    pub(super) answers: BTreeMap<String, Option<StoredAnswer>>,
    pub(super) series: BTreeMap<String, u64>,
}

/// Everything about a write but its line.
pub(super) struct State {
    /// How far it has come.
    pub(super) now: Mark,
    pub(super) recorded_at: Instant,
    /// The write, then its savepoints.
    pub(super) levels: Vec<Level>,
    pub(super) known: Known,
    /// The events appended in this write, as guards ask for them.
    pub(super) appended: Vec<(Position, String, Vec<String>)>,
    /// The depth of savepoints at which a step failed, if one did.
    pub(super) failed_within: Option<usize>,
    /// Bytes held back.
    pub(super) held: usize,
    /// Whether anything was sent that changes something.
    pub(super) has_written: bool,
}

impl State {
    /// A write of which nothing is known yet.
    pub(super) fn new(now: Instant) -> Self {
        let mark = Mark {
            head: Head {
                position: Position(0),
                leaf: Hash::NONE,
                recorded_at: None,
            },
            frontier: Frontier::default(),
            numbers: Numbers::default(),
            appended: 0,
        };
        Self {
            levels: vec![Level::new(mark.clone())],
            now: mark,
            recorded_at: now,
            known: Known::default(),
            appended: Vec::new(),
            failed_within: None,
            held: 0,
            has_written: false,
        }
    }

    /// A row as this write left it or found it; nothing when that is not known yet.
    pub(super) fn row(&self, key: &Key) -> Option<Option<&Row>> {
        let written = self.works().find_map(|work| work.views.get(key));
        match written {
            Some(row) => Some(Some(row)),
            None => self.known.views.get(key).map(Option::as_ref),
        }
    }

    /// An answer as this write left it or found it; nothing when that is not known yet.
    pub(super) fn answer(&self, key: &str) -> Option<Option<&StoredAnswer>> {
        let written = self.works().find_map(|work| work.answers.get(key));
        match written {
            Some((_, answer)) => Some(Some(answer)),
            None => self.known.answers.get(key).map(Option::as_ref),
        }
    }

    /// The last number of a series, as far as it is known.
    pub(super) fn series(&self, name: &str) -> Option<u64> {
        let written = self.works().find_map(|work| work.series.get(name));
        written.or_else(|| self.known.series.get(name)).copied()
    }

    /// What was done, latest first.
    fn works(&self) -> impl Iterator<Item = &Work> {
        self.levels
            .iter()
            .rev()
            .flat_map(|level| [&level.pending, &level.sent])
    }

    /// The innermost level; there is always one.
    pub(super) fn top(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    /// How many savepoints are open.
    pub(super) fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }
}
