//! Writing: one transaction, begun with the write lock of the file, in which appended events are
//! seen at once.

use std::collections::BTreeMap;
use std::sync::MutexGuard;

use domain::time::{Instant, Position};
use rusqlite::{Connection, params};

use crate::checkpoint::{Checkpoint, CheckpointKey, SignedCheckpoint};
use crate::event::{
    AppendRefusal, Appended, EventMistake, Guard, GuardConflict, NewEvent, Outgoing, Stamp,
    StoredEvent,
};
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::leaf::{self, Salts};
use crate::merkle::{Frontier, Kept as _, STORED_LEVEL};
use crate::prepare::Prepared;
use crate::projection::Projection;
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::events::{self, Stretch};
use crate::sqlite::reading::Connected;
use crate::sqlite::tree::{self, StoredNodes};
use crate::sqlite::views::{Folding, Lookups};
use crate::sqlite::{rows, salts, schema, views};
use crate::store::{Head, Mark, StoredAnswer, Writing};

/// The writing connection, and what it remembers between writes.
pub(super) struct Writer {
    pub(super) connection: Connection,
    /// The end of the tree as this process left it. Another process may have written since, so it
    /// is used only when the head is still the one it was made for.
    pub(super) frontier: Option<(Head, Frontier)>,
}

/// How far a write had come when a savepoint was opened.
struct Savepoint {
    head: Head,
    frontier: Frontier,
    recorded_at: Instant,
}

/// A write under way.
pub(super) struct SqliteWriting<'a> {
    writer: MutexGuard<'a, Writer>,
    projection: &'a dyn Projection,
    stamp: Stamp,
    head: Head,
    recorded_at: Instant,
    frontier: Frontier,
    lookups: Lookups,
    savepoints: Vec<Savepoint>,
    /// The depth of savepoints at which a step failed, if one did.
    failed_within: Option<usize>,
    is_ended: bool,
}

impl<'a> SqliteWriting<'a> {
    /// Takes the write lock of the file and reads where the log ends.
    pub(super) fn begin(
        mut writer: MutexGuard<'a, Writer>,
        projection: &'a dyn Projection,
        stamp: Stamp,
    ) -> Result<Self, RegisterFault> {
        if !writer.connection.is_autocommit() {
            // A write whose thread panicked left its transaction open.
            writer
                .connection
                .execute_batch("ROLLBACK")
                .doing(|| "undoing a write that was left open".into())?;
        }
        writer
            .connection
            .execute_batch("BEGIN IMMEDIATE")
            .doing(|| "beginning to write".into())?;
        let remembered = writer.frontier.take();
        let mut writing = Self {
            writer,
            projection,
            stamp,
            head: Head {
                position: Position(0),
                leaf: Hash::NONE,
                recorded_at: None,
            },
            recorded_at: stamp.now,
            frontier: Frontier::default(),
            lookups: Lookups::default(),
            savepoints: Vec::new(),
            failed_within: None,
            is_ended: false,
        };
        let connection = &writing.writer.connection;
        let stored = schema::meta(connection, views::PROJECTION)?.unwrap_or_default();
        if stored != projection.version() {
            let ours = projection.version().to_owned();
            return Err(RegisterFault::OtherProjection { stored, ours });
        }
        let head = events::head(connection)?;
        writing.frontier = match remembered {
            Some((at, frontier)) if at == head => frontier,
            _ => StoredNodes(connection).frontier(head.position.0)?,
        };
        writing.head = head;
        // INVARIANT (log time never runs backwards): whatever the clock does.
        writing.recorded_at = head
            .recorded_at
            .map_or(stamp.now, |last| last.max(stamp.now));
        Ok(writing)
    }

    fn usable(&self) -> Result<&Connection, RegisterFault> {
        let connection = &self.writer.connection;
        // SQLite undoes the whole transaction by itself when the disk is full or fails.
        if self.failed_within.is_some() || connection.is_autocommit() {
            return Err(RegisterFault::Unfinished);
        }
        Ok(connection)
    }

    /// Takes one step, after whose failure the write can only be undone.
    fn step<T>(
        &mut self,
        step: impl FnOnce(&Connection) -> Result<T, RegisterFault>,
    ) -> Result<T, RegisterFault> {
        let result = step(self.usable()?);
        if result.is_err() {
            self.failed_within = Some(self.savepoints.len());
        }
        result
    }

    fn check_guard(&self, guard: &Guard) -> Result<(), AppendRefusal> {
        if guard.since > self.head.position {
            return Err(GuardConflict {
                at: self.head.position,
            }
            .into());
        }
        let stretch = Stretch {
            after: guard.since,
            until: None,
        };
        let query = &guard.query;
        let first = if query.tags.is_empty() && query.kinds.is_empty() {
            (self.head.position > guard.since).then(|| Position(guard.since.0.saturating_add(1)))
        } else {
            events::matching(self.usable()?, query, stretch, 1)?
                .first()
                .copied()
        };
        first.map_or(Ok(()), |at| Err(GuardConflict { at }.into()))
    }

    fn write_event(&mut self, prepared: Prepared) -> Result<(), RegisterFault> {
        let Prepared {
            event,
            fields,
            payload,
        } = prepared;
        let position = Position(self.head.position.0.saturating_add(1));
        let seed = leaf::event_seed(&self.stamp.seed, position);
        let mut stored = StoredEvent {
            position,
            leaf: Hash::NONE,
            previous: self.head.leaf,
            recorded_at: self.recorded_at,
            kind: event.kind,
            form: event.form,
            payload: event.payload,
            tags: event.tags,
            actor: event.actor,
            ground: event.ground,
            effective_from: event.effective_from,
        };
        let commitments = leaf::commitments(&fields, &Salts::Seed(seed), &BTreeMap::new())
            .map_err(|unsalted| RegisterFault::Invariant {
                invariant: "a seed salts every field",
                found: unsalted.to_string(),
            })?;
        stored.leaf = stored.heading().leaf_hash(&commitments);
        let connection = &self.writer.connection;
        insert(connection, &stored, &payload)?;
        salts::keep_seed(connection, position, &seed)?;
        let mut completed = Vec::new();
        self.frontier.push(stored.leaf, |node| {
            if node.level >= STORED_LEVEL {
                completed.push(node);
            }
        });
        completed
            .into_iter()
            .try_for_each(|node| tree::store(connection, node))?;
        let mut folding = Folding {
            connection,
            projection: self.projection,
            lookups: &mut self.lookups,
        };
        folding.fold(&stored)?;
        self.head = Head {
            position,
            leaf: stored.leaf,
            recorded_at: Some(stored.recorded_at),
        };
        Ok(())
    }

    fn write_all(
        &mut self,
        prepared: Vec<Prepared>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, RegisterFault> {
        let first = Position(self.head.position.0.saturating_add(1));
        prepared
            .into_iter()
            .try_for_each(|event| self.write_event(event))?;
        let last = self.head.position;
        for message in outgoing {
            rows::send(&self.writer.connection, message, last, self.recorded_at)?;
        }
        Ok(Appended {
            first,
            last,
            recorded_at: self.recorded_at,
        })
    }
}

fn insert(
    connection: &Connection,
    event: &StoredEvent,
    payload: &str,
) -> Result<(), RegisterFault> {
    let doing = || format!("writing event {}", event.position);
    let tags = serde_json::Value::from(event.tags.as_slice()).to_string();
    let position = kept(event.position.0);
    connection
        .prepare_cached(
            "INSERT INTO event (position, kind, form, recorded_at, effective_from, previous, leaf,
             actor, ground, tags, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                position,
                event.kind,
                event.form,
                event.recorded_at.0,
                event.effective_from.map(|day| day.to_string()),
                event.previous.0,
                event.leaf.0,
                event.actor,
                event.ground,
                tags,
                payload
            ])
        })
        .doing(doing)?;
    let mut tag_row = connection
        .prepare_cached("INSERT INTO tag (tag, position, kind) VALUES (?1, ?2, ?3)")
        .doing(doing)?;
    event.tags.iter().try_for_each(|tag| {
        tag_row
            .execute(params![tag, position, event.kind])
            .doing(doing)?;
        Ok(())
    })
}

impl Connected for SqliteWriting<'_> {
    fn connection(&self) -> Result<&Connection, RegisterFault> {
        self.usable()
    }
}

impl Writing for SqliteWriting<'_> {
    fn recorded_at(&self) -> Instant {
        self.recorded_at
    }

    fn append(
        &mut self,
        events: Vec<NewEvent>,
        guard: Option<&Guard>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, AppendRefusal> {
        self.usable()?;
        if events.is_empty() {
            return Err(EventMistake::Nothing.into());
        }
        if let Some(guard) = guard {
            self.check_guard(guard)?;
        }
        let prepared: Vec<Prepared> = events
            .into_iter()
            .map(Prepared::new)
            .collect::<Result<_, _>>()?;
        self.write_all(prepared, outgoing).map_err(|fault| {
            self.failed_within = Some(self.savepoints.len());
            fault.into()
        })
    }

    fn remember_answer(&mut self, key: &str, answer: &StoredAnswer) -> Result<(), RegisterFault> {
        match rows::remember(self.usable()?, key, answer) {
            // Nothing was written, and the write may go on.
            Err(kept @ RegisterFault::AnswerKept { .. }) => Err(kept),
            result => self.step(|_| result),
        }
    }

    fn vault_put(&mut self, bytes: &[u8]) -> Result<Digest, RegisterFault> {
        self.step(|connection| rows::put_bytes(connection, bytes))
    }

    fn mark(&mut self, number: u64, mark: &Mark) -> Result<(), RegisterFault> {
        match rows::mark(self.usable()?, number, mark, self.recorded_at) {
            Err(none @ RegisterFault::NoSuchOutgoing { .. }) => Err(none),
            result => self.step(|_| result),
        }
    }

    fn next_number(&mut self, series: &str) -> Result<u64, RegisterFault> {
        self.step(|connection| rows::next_number(connection, series))
    }

    fn savepoint(&mut self) -> Result<(), RegisterFault> {
        self.step(|connection| {
            connection
                .prepare_cached("SAVEPOINT step")
                .and_then(|mut statement| statement.execute([]))
                .doing(|| "opening a savepoint".into())
        })?;
        self.savepoints.push(Savepoint {
            head: self.head,
            frontier: self.frontier.clone(),
            recorded_at: self.recorded_at,
        });
        Ok(())
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), RegisterFault> {
        let depth = self.savepoints.len();
        let saved = self.savepoints.pop().ok_or(RegisterFault::NoSavepoint)?;
        let connection = &self.writer.connection;
        let undone = if connection.is_autocommit() {
            Err(RegisterFault::Unfinished)
        } else {
            // Savepoints of one name nest: the innermost is meant.
            connection
                .execute_batch("ROLLBACK TO step; RELEASE step;")
                .doing(|| "undoing a savepoint".into())
        };
        if let Err(fault) = undone {
            self.failed_within = Some(0);
            return Err(fault);
        }
        self.failed_within = self.failed_within.filter(|within| *within < depth);
        self.head = saved.head;
        self.frontier = saved.frontier;
        // Numbers given to look-ups since are undone with the rest.
        self.lookups = Lookups::default();
        self.recorded_at = saved.recorded_at;
        Ok(())
    }

    fn release_savepoint(&mut self) -> Result<(), RegisterFault> {
        if self.savepoints.is_empty() {
            return Err(RegisterFault::NoSavepoint);
        }
        self.step(|connection| {
            connection
                .prepare_cached("RELEASE step")
                .and_then(|mut statement| statement.execute([]))
                .doing(|| "ending a savepoint".into())
        })?;
        self.savepoints.pop();
        Ok(())
    }

    fn sign_checkpoint(&mut self, key: &CheckpointKey) -> Result<SignedCheckpoint, RegisterFault> {
        let signed = key.sign(Checkpoint {
            origin: key.name().to_owned(),
            size: self.head.position.0,
            root: self.frontier.root(),
            recorded_at: self.recorded_at,
        });
        self.step(|connection| rows::keep_checkpoint(connection, &signed))?;
        Ok(signed)
    }

    fn commit(mut self: Box<Self>) -> Result<(), RegisterFault> {
        self.usable()?;
        self.writer
            .connection
            .execute_batch("COMMIT")
            .doing(|| "making a write durable".into())?;
        self.is_ended = true;
        let end = (self.head, self.frontier.clone());
        self.writer.frontier = Some(end);
        Ok(())
    }
}

impl Drop for SqliteWriting<'_> {
    fn drop(&mut self) {
        if !self.is_ended && !self.writer.connection.is_autocommit() {
            // A failure leaves the transaction open, and the next write undoes it first.
            let _ = self.writer.connection.execute_batch("ROLLBACK");
        }
    }
}
