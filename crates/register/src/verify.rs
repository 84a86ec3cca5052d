//! Checking the log: every leaf, the chain, the tree, the checkpoints. Independent of the engine,
//! which streams what it kept and compares the rest itself.

use std::collections::BTreeMap;
use std::fmt;

use domain::time::{Instant, Position};

use crate::checkpoint::{CheckpointVerifier, SignedCheckpoint};
use crate::event::StoredEvent;
use crate::hash::{Digest, Hash};
use crate::leaf::{self, Fields, FlattenMistake, Heading, Salts};
use crate::merkle::{Frontier, Node, STORED_LEVEL};

/// Findings listed when the caller does not say otherwise: enough to see a pattern, and to read.
pub const FINDINGS_DEFAULT: usize = 100;

/// Longest gap in the log that is filled so that later nodes can still be compared: more than a
/// register of the planned size loses to one damaged page, and cheap to hash.
const GAP_FILLED_MAX: usize = 1_000_000;

/// How much to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// The log alone: every event against its leaf, the chain, the tree and the checkpoints. What
    /// is derived from the log, or kept beside it, is left.
    Log,
    /// The log, all that is derived from it, all that is kept beside it, and the file.
    #[default]
    Everything,
}

/// What to check.
#[derive(Debug, Clone, Copy)]
pub struct VerifyOptions<'a> {
    /// How much.
    pub depth: Depth,
    /// A checkpoint that was kept outside the register.
    pub since: Option<&'a SignedCheckpoint>,
    /// The key that signs the register's checkpoints; without it only their roots are checked.
    pub signed_by: Option<&'a CheckpointVerifier>,
    /// How many findings are listed; the rest is counted.
    pub findings_max: usize,
}

impl Default for VerifyOptions<'_> {
    fn default() -> Self {
        Self {
            depth: Depth::Everything,
            since: None,
            signed_by: None,
            findings_max: FINDINGS_DEFAULT,
        }
    }
}

/// Where something is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An event of the log.
    Event(Position),
    /// Somewhere in a stretch of the log, both ends included.
    Events(Position, Position),
    /// A node of the tree.
    Node {
        /// Levels count from the leaves, which are level 0.
        level: u8,
        /// From the left, from 0.
        index: u64,
    },
    /// A checkpoint, by the size that it is about.
    Checkpoint(u64),
    /// A row of the views.
    View {
        /// The kind of view.
        kind: String,
        /// Which one.
        id: String,
    },
    /// A row of another table.
    Row {
        /// The table.
        table: &'static str,
        /// The row.
        key: String,
    },
    /// A table as a whole, or something under it that the database names.
    Table(String),
    /// The file, in the words of the database.
    File,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(at) => write!(f, "event {at}"),
            Self::Events(from, to) => write!(f, "events {from} to {to}"),
            Self::Node { level, index } => write!(f, "node {index} of level {level}"),
            Self::Checkpoint(size) => write!(f, "checkpoint of size {size}"),
            Self::View { kind, id } => write!(f, "view {kind}/{id}"),
            Self::Row { table, key } => write!(f, "row {key} of table {table}"),
            Self::Table(name) => write!(f, "table {name}"),
            Self::File => write!(f, "the file"),
        }
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyFinding {
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for VerifyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.what)
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Events checked.
    pub events: u64,
    /// Rows of the views compared.
    pub views: u64,
    /// Kept evidence whose bytes were checked.
    pub vault: u64,
    /// Checkpoints checked, the outside one included.
    pub checkpoints: u64,
    /// The root over all events, as recomputed.
    pub root: Hash,
    /// The first findings, log first.
    pub findings: Vec<VerifyFinding>,
    /// How many findings there were beyond those listed.
    pub unlisted: u64,
    findings_max: usize,
}

impl VerifyReport {
    /// An empty report that lists so many findings.
    #[must_use]
    pub fn new(findings_max: usize) -> Self {
        Self {
            events: 0,
            views: 0,
            vault: 0,
            checkpoints: 0,
            root: crate::merkle::empty_root(),
            findings: Vec::new(),
            unlisted: 0,
            findings_max,
        }
    }

    /// Whether everything is as it should be.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.unlisted == 0
    }

    /// Adds a finding.
    pub fn note(&mut self, place: Place, what: impl Into<String>) {
        if self.findings.len() < self.findings_max {
            self.findings.push(VerifyFinding {
                place,
                what: what.into(),
            });
        } else {
            self.unlisted = self.unlisted.saturating_add(1);
        }
    }

    /// Adds what a later part of the same verification found and counted. The root is the later
    /// part's.
    pub fn absorb(&mut self, later: Self) {
        for finding in later.findings {
            self.note(finding.place, finding.what);
        }
        self.unlisted = self.unlisted.saturating_add(later.unlisted);
        self.events = self.events.saturating_add(later.events);
        self.views = self.views.saturating_add(later.views);
        self.vault = self.vault.saturating_add(later.vault);
        self.checkpoints = self.checkpoints.saturating_add(later.checkpoints);
        self.root = later.root;
    }
}

/// A part of a kept event that may be damaged.
pub type Part<T> = Result<T, String>;

/// An event as the engine reads it, before anything in it is relied on.
#[derive(Debug)]
pub struct RawEvent {
    /// The key of its row.
    pub position: Position,
    /// Everything that the leaf commits.
    pub content: Part<RawContent>,
    /// Its stored leaf hash.
    pub leaf: Part<Hash>,
}

/// What the leaf of an event commits, as kept.
#[derive(Debug)]
pub struct RawContent {
    /// The event.
    pub event: StoredEvent,
    /// Where its salts come from; none when they are not there.
    pub salts: Option<Salts>,
    /// The commitments of redacted fields.
    pub redactions: BTreeMap<String, Hash>,
}

/// What an event gives by itself: everything that can be found out about it without the events
/// before it, on any thread.
#[derive(Debug)]
pub struct Examined {
    position: Position,
    /// Its stored leaf hash.
    leaf: Part<Hash>,
    /// What it says of its place; or why it cannot be read.
    heading: Part<ExaminedHeading>,
}

/// What an event says of its place in the log, with its leaf as recomputed.
#[derive(Debug)]
struct ExaminedHeading {
    previous: Hash,
    recorded_at: Instant,
    are_tags_in_order: bool,
    recomputed: Part<Hash>,
}

/// What the leaf of an event commits, with its fields flattened.
pub struct Content<'a> {
    /// What it commits in clear.
    pub heading: Heading<'a>,
    /// The fields; or why they cannot be flattened, which leaves the rest of the event in place.
    pub fields: Result<Fields, FlattenMistake>,
    /// Where their salts come from; none when they are not there.
    pub salts: Option<&'a Salts>,
    /// The commitments of redacted fields.
    pub redactions: &'a BTreeMap<String, Hash>,
}

impl Content<'_> {
    /// The leaf that the event gives, or why it gives none.
    fn recompute(&self) -> Part<Hash> {
        let Some(salts) = self.salts else {
            return Err("has no salts".into());
        };
        let cannot = |because: &dyn fmt::Display| format!("cannot be recomputed: {because}");
        let fields = self.fields.as_ref().map_err(|mistake| cannot(mistake))?;
        let commitments = leaf::commitments(fields, salts, self.redactions)
            .map_err(|unsalted| cannot(&unsalted))?;
        Ok(self.heading.leaf_hash(&commitments))
    }
}

impl Examined {
    /// Recomputes the leaf of an event, or takes note of why it cannot be read.
    #[must_use]
    pub fn new(position: Position, leaf: Part<Hash>, content: Part<Content<'_>>) -> Self {
        let heading = content.map(|content| ExaminedHeading {
            previous: content.heading.previous,
            recorded_at: content.heading.recorded_at,
            are_tags_in_order: content.heading.tags.is_sorted_by(|a, b| a < b),
            recomputed: content.recompute(),
        });
        Self {
            position,
            leaf,
            heading,
        }
    }
}

/// Walks the log once and holds every event against its leaf, the one before, and the tree.
pub struct LogCheck<'a> {
    frontier: Frontier,
    /// What the next event may name as the leaf before it: the leaf as kept, and as recomputed. No
    /// answer after a gap, which is a finding of its own.
    previous: Vec<Hash>,
    /// The index of the last event whose leaf is in doubt. Nodes and kept checkpoints over it are
    /// then not held against it: the event is what is wrong.
    doubtful: Option<u64>,
    recorded_at: Option<Instant>,
    checkpoints: Vec<Expected<'a>>,
    next_checkpoint: usize,
    last_agreeing: u64,
}

struct Expected<'a> {
    signed: &'a SignedCheckpoint,
    is_outside: bool,
    is_trusted: bool,
}

impl<'a> LogCheck<'a> {
    /// Begins at the start of the log, with the checkpoints that the register keeps.
    #[must_use]
    pub fn new(kept: &'a [SignedCheckpoint], options: &VerifyOptions<'a>) -> Self {
        let trusted = |signed: &SignedCheckpoint| {
            options
                .signed_by
                .is_none_or(|key| signed.check(key).is_ok())
        };
        let outside = options.since.map(|signed| (signed, true));
        let mut checkpoints: Vec<Expected<'a>> = kept
            .iter()
            .map(|signed| (signed, false))
            .chain(outside)
            .map(|(signed, is_outside)| Expected {
                signed,
                is_outside,
                is_trusted: trusted(signed),
            })
            .collect();
        checkpoints.sort_by_key(|expected| expected.signed.checkpoint().size);
        Self {
            frontier: Frontier::default(),
            previous: vec![Hash::NONE],
            doubtful: None,
            recorded_at: None,
            checkpoints,
            next_checkpoint: 0,
            last_agreeing: 0,
        }
    }

    /// How many events came.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Takes the next event of the log; `node` gets every node that the register should store.
    pub fn take(
        &mut self,
        raw: &RawEvent,
        report: &mut VerifyReport,
        node: &mut dyn FnMut(Node, &mut VerifyReport),
    ) {
        let content = raw.content.as_ref().map_err(Clone::clone);
        let content = content.map(|content| {
            let event = &content.event;
            Content {
                heading: event.heading(),
                fields: Fields::of(&event.payload, &event.actor, event.ground.as_deref()),
                salts: content.salts.as_ref(),
                redactions: &content.redactions,
            }
        });
        let examined = Examined::new(raw.position, raw.leaf.clone(), content);
        self.take_examined(&examined, report, node);
    }

    /// Takes the next event of the log, examined before.
    pub fn take_examined(
        &mut self,
        examined: &Examined,
        report: &mut VerifyReport,
        node: &mut dyn FnMut(Node, &mut VerifyReport),
    ) {
        self.skip_gap(examined.position, report, node);
        let place = || Place::Event(examined.position);
        let recomputed = match &examined.heading {
            Ok(heading) => self.check_heading(examined.position, heading, report),
            Err(because) => {
                report.note(place(), format!("cannot be read: {because}"));
                None
            }
        };
        match &examined.leaf {
            Ok(stored) if recomputed.is_some_and(|leaf| leaf != *stored) => {
                report.note(place(), "leaf hash does not match its content");
            }
            Ok(_) => {}
            Err(because) => report.note(place(), format!("leaf hash cannot be read: {because}")),
        }
        let stored = examined.leaf.as_ref().ok().copied();
        if stored.is_none() || stored != recomputed {
            self.doubtful = Some(self.size());
        }
        self.previous.clear();
        self.previous.extend(stored.into_iter().chain(recomputed));
        self.push(stored.or(recomputed).unwrap_or(Hash::NONE), report, node);
        report.events = report.events.saturating_add(1);
    }

    /// Notes events that are missing before this one, and keeps the tree aligned with positions.
    fn skip_gap(
        &mut self,
        position: Position,
        report: &mut VerifyReport,
        node: &mut dyn FnMut(Node, &mut VerifyReport),
    ) {
        let expected = Position(self.size().saturating_add(1));
        if position <= expected {
            return;
        }
        let last = Position(position.0.saturating_sub(1));
        let gap = if last == expected {
            Place::Event(expected)
        } else {
            Place::Events(expected, last)
        };
        report.note(gap, "missing from the log");
        self.previous.clear();
        for index in (expected.0..=last.0).take(GAP_FILLED_MAX) {
            self.doubtful = Some(index.saturating_sub(1));
            self.push(Hash::NONE, report, node);
        }
    }

    fn push(
        &mut self,
        leaf: Hash,
        report: &mut VerifyReport,
        node: &mut dyn FnMut(Node, &mut VerifyReport),
    ) {
        self.check_checkpoints(report);
        let doubtful = self.doubtful;
        self.frontier.push(leaf, |completed| {
            let first = completed.index << completed.level;
            let is_sure = doubtful.is_none_or(|index| index < first);
            if completed.level >= STORED_LEVEL && is_sure {
                node(completed, report);
            }
        });
    }

    fn check_heading(
        &mut self,
        position: Position,
        heading: &ExaminedHeading,
        report: &mut VerifyReport,
    ) -> Option<Hash> {
        let place = || Place::Event(position);
        if !self.previous.is_empty() && !self.previous.contains(&heading.previous) {
            report.note(
                place(),
                "does not name the leaf hash of the event before it",
            );
        }
        if self
            .recorded_at
            .is_some_and(|before| heading.recorded_at < before)
        {
            report.note(place(), "is recorded earlier than the event before it");
        }
        self.recorded_at = Some(heading.recorded_at);
        if !heading.are_tags_in_order {
            report.note(place(), "tags are not in order");
        }
        match &heading.recomputed {
            Ok(leaf) => Some(*leaf),
            Err(because) => {
                report.note(place(), because.as_str());
                None
            }
        }
    }

    /// Compares the tree so far with every checkpoint of this size. Called before each leaf and at
    /// the end, so that no size is passed over.
    fn check_checkpoints(&mut self, report: &mut VerifyReport) {
        while let Some(expected) = self.checkpoints.get(self.next_checkpoint) {
            let checkpoint = expected.signed.checkpoint();
            if checkpoint.size > self.size() {
                return;
            }
            self.next_checkpoint = self.next_checkpoint.saturating_add(1);
            report.checkpoints = report.checkpoints.saturating_add(1);
            let agrees = self.frontier.root() == checkpoint.root;
            if !expected.is_trusted {
                let place = Place::Checkpoint(checkpoint.size);
                report.note(place, "is not signed by the key of this register");
            }
            if agrees && expected.is_trusted {
                self.last_agreeing = checkpoint.size;
            } else if !agrees && expected.is_outside {
                report.note(
                    Place::Events(
                        Position(self.last_agreeing.saturating_add(1)),
                        Position(checkpoint.size),
                    ),
                    "are not those that the checkpoint kept outside covers",
                );
            } else if !agrees && self.doubtful.is_none() {
                report.note(
                    Place::Checkpoint(checkpoint.size),
                    format!(
                        "does not match the events that it covers; the last that does is of size {}",
                        self.last_agreeing
                    ),
                );
            }
        }
    }

    /// Ends the walk: what checkpoints promise beyond the end is missing.
    pub fn finish(mut self, report: &mut VerifyReport) {
        self.check_checkpoints(report);
        let size = self.size();
        report.root = self.frontier.root();
        for expected in self.checkpoints.iter().skip(self.next_checkpoint) {
            let covers = expected.signed.checkpoint().size;
            report.checkpoints = report.checkpoints.saturating_add(1);
            let whose = if expected.is_outside {
                "kept outside"
            } else {
                "in the register"
            };
            report.note(
                Place::Events(Position(size.saturating_add(1)), Position(covers)),
                format!("are covered by the checkpoint {whose}, and the log ends before them"),
            );
        }
    }
}

/// A tag that names bytes of the vault, if the text is one.
#[must_use]
pub fn vault_tag(tag: &str) -> Option<Digest> {
    tag.strip_prefix(Digest::TAG)
        .and_then(|digest| digest.parse().ok())
}
