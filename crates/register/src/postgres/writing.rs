//! Writing: one transaction, under the lock of the log. What it writes is held back and sent in a
//! few statements of many rows: before a read that must see it, and with the commit.

mod acts;
mod flush;
mod fold;
mod insert;
mod levels;

use std::cell::{RefCell, RefMut};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use domain::time::Position;

use crate::event::{
    AppendRefusal, Appended, Guard, GuardConflict, Outgoing, Query, Stamp, StoredEvent,
};
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::leaf::{self, Salts};
use crate::merkle::{Frontier, Kept as _, STORED_LEVEL};
use crate::postgres::doing::{Doing as _, Trouble, column};
use crate::postgres::events::{self, Stretch};
use crate::postgres::line::{Command, Line, texts};
use crate::postgres::pool::{For, LOCK, LOG, Pool};
use crate::postgres::reading::{About, Connected};
use crate::postgres::rows;
use crate::postgres::tree::StoredNodes;
use crate::postgres::writing::flush::Flush;
use crate::postgres::writing::levels::{Level, Mark, Message, Numbers, State, Written};
use crate::prepare::Prepared;
use crate::projection::{Key, Projection};
use crate::store::{Head, StoredAnswer, View};

/// Bytes held back before they are sent: an import does not fill the memory.
const HELD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What a process remembers between writes: where the log ended when it last made something
/// durable. Another may have written since, so it is used only when that is still the end.
pub(super) type Remembered = Mutex<Option<(Head, Frontier)>>;

/// What is to be known at the beginning of a write.
const BEGINNING: &str = "SELECT
    (SELECT value FROM register.meta WHERE name = 'projection'),
    (SELECT coalesce(max(number), 0) FROM register.answer),
    (SELECT coalesce(max(number), 0) FROM register.outgoing),
    (SELECT coalesce(max(number), 0) FROM register.checkpoint)";

/// Makes the transaction wait until all before it is durable, though it writes no row.
const NOTHING_WRITTEN: &str = "SELECT pg_logical_emit_message(true, 'portcullis', '')::text";

/// A write under way.
pub(super) struct PostgresWriting<'a> {
    pool: &'a Pool,
    line: Option<Line>,
    remembered: &'a Remembered,
    projection: &'a dyn Projection,
    stamp: Stamp,
    state: RefCell<State>,
    /// Whether the end of the log is where this process itself left it, durably.
    is_own_end: bool,
}

impl<'a> PostgresWriting<'a> {
    /// Takes the lock of the log and reads where it ends.
    pub(super) fn begin(
        pool: &'a Pool,
        remembered: &'a Remembered,
        projection: &'a dyn Projection,
        stamp: Stamp,
    ) -> Result<Self, RegisterFault> {
        let then = [(LOCK, Some(LOG)), (events::HEAD, None), (BEGINNING, None)];
        let (line, rows) = pool.begin(For::Writing, &then)?;
        let mut writing = Self {
            pool,
            line: Some(line),
            remembered,
            projection,
            stamp,
            state: RefCell::new(State::new(stamp.now)),
            is_own_end: false,
        };
        let [_, _, head, beginning] = rows.as_slice() else {
            return Err(Trouble::NoRow).doing(|| "beginning to write".into());
        };
        let head = events::head_in(head)?;
        let row = beginning.first().ok_or(Trouble::NoRow);
        let row = row.doing(|| "beginning to write".into())?;
        let stored: String = column::<Option<String>>(row, 0)?.unwrap_or_default();
        if stored != projection.version() {
            let ours = projection.version().to_owned();
            return Err(RegisterFault::OtherProjection { stored, ours });
        }
        let numbers = Numbers {
            answer: column(row, 1)?,
            outgoing: column(row, 2)?,
            checkpoint: column(row, 3)?,
        };
        let last = remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let frontier = match last {
            Some((at, frontier)) if at == head => {
                writing.is_own_end = true;
                frontier
            }
            _ => StoredNodes(writing.open()?).frontier(head.position.0)?,
        };
        let state = writing.state.get_mut();
        // INVARIANT (log time never runs backwards): whatever the clock does.
        state.recorded_at = head
            .recorded_at
            .map_or(stamp.now, |last| last.max(stamp.now));
        state.now = Mark {
            head,
            frontier,
            numbers,
            appended: 0,
        };
        state.levels = vec![Level::new(state.now.clone())];
        Ok(writing)
    }

    fn open(&self) -> Result<&Line, RegisterFault> {
        self.line.as_ref().ok_or(RegisterFault::Unfinished)
    }

    fn usable(&self) -> Result<RefMut<'_, State>, RegisterFault> {
        let state = self.state.borrow_mut();
        if state.failed_within.is_some() || self.line.is_none() {
            return Err(RegisterFault::Unfinished);
        }
        Ok(state)
    }

    /// Notes that the server failed: its whole transaction is lost.
    fn spoiled<T>(&self, result: Result<T, RegisterFault>) -> Result<T, RegisterFault> {
        if result.is_err() {
            self.state.borrow_mut().failed_within = Some(0);
        }
        result
    }

    /// Sends everything that was held back, with the savepoints that stand between.
    fn flush(&self, state: &mut State) -> Result<(), RegisterFault> {
        let sent = self.send(state);
        if sent.is_err() {
            state.failed_within = Some(0);
        }
        sent
    }

    fn send(&self, state: &mut State) -> Result<(), RegisterFault> {
        let line = self.open()?;
        let flush = Flush::take(state, line)?;
        for answer in line.pipeline(&flush.commands()) {
            answer.doing(|| "writing what was appended".into())?;
        }
        Ok(())
    }

    fn check_guard(&self, state: &State, guard: &Guard) -> Result<(), AppendRefusal> {
        if guard.since > state.now.head.position {
            let at = state.now.head.position;
            return Err(GuardConflict { at }.into());
        }
        let first = match self.before_this_write(state, guard)? {
            Some(at) => Some(at),
            None => state
                .appended
                .iter()
                .find(|(at, kind, tags)| *at > guard.since && matches(&guard.query, kind, tags))
                .map(|(at, _, _)| *at),
        };
        first.map_or(Ok(()), |at| Err(GuardConflict { at }.into()))
    }

    /// The first event that conflicts with a guard among those that others appended.
    fn before_this_write(
        &self,
        state: &State,
        guard: &Guard,
    ) -> Result<Option<Position>, RegisterFault> {
        let began = state.levels.first().map(|write| write.mark.head.position);
        let until = began.unwrap_or(Position(0));
        if guard.since >= until {
            return Ok(None);
        }
        if guard.query.tags.is_empty() && guard.query.kinds.is_empty() {
            return Ok(Some(Position(guard.since.0.saturating_add(1))));
        }
        let stretch = Stretch {
            after: guard.since,
            until: Some(until),
        };
        let found = events::matching(self.open()?, &guard.query, stretch, 1)?;
        Ok(found.first().copied())
    }

    fn write_all(
        &self,
        state: &mut State,
        prepared: Vec<Prepared>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, RegisterFault> {
        let line = self.open()?;
        let first = Position(state.now.head.position.0.saturating_add(1));
        let mut written = Vec::with_capacity(prepared.len());
        for event in prepared {
            written.push(self.commit_to_tree(state, event)?);
        }
        if written.len() > 1 {
            fold::foresee(state, line, self.projection, &written)?;
        }
        for one in written {
            fold::fold(state, line, self.projection, &one.event)?;
            let (at, kind, tags) = (
                one.event.position,
                one.event.kind.clone(),
                one.event.tags.clone(),
            );
            state.appended.push((at, kind, tags));
            state.held = state.held.saturating_add(one.payload.len());
            if let Some(level) = state.top() {
                level.lines.events.push(one);
            }
            if state.held > HELD_BYTES_MAX {
                self.send(state)?;
            }
        }
        let (last, recorded_at) = (state.now.head.position, state.recorded_at);
        if let Some(level) = state.top() {
            let messages = outgoing.into_iter().map(|outgoing| Message {
                outgoing,
                position: last,
                recorded_at,
            });
            level.lines.messages.extend(messages);
        }
        state.now.appended = state.appended.len();
        Ok(Appended {
            first,
            last,
            recorded_at,
        })
    }

    /// Gives an event its place in the log, its leaf and its place in the tree.
    fn commit_to_tree(
        &self,
        state: &mut State,
        prepared: Prepared,
    ) -> Result<Written, RegisterFault> {
        let Prepared {
            event,
            fields,
            payload,
        } = prepared;
        let position = Position(state.now.head.position.0.saturating_add(1));
        let seed = leaf::event_seed(&self.stamp.seed, position);
        let mut stored = StoredEvent {
            position,
            leaf: Hash::NONE,
            previous: state.now.head.leaf,
            recorded_at: state.recorded_at,
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
        let mut completed = Vec::new();
        state.now.frontier.push(stored.leaf, |node| {
            if node.level >= STORED_LEVEL {
                completed.push(node);
            }
        });
        if let Some(level) = state.top() {
            level.lines.nodes.extend(completed);
        }
        state.now.head = Head {
            position,
            leaf: stored.leaf,
            recorded_at: Some(stored.recorded_at),
        };
        Ok(Written {
            event: stored,
            payload,
            seed,
        })
    }

    /// Sends what is left together with the commit, and finds out what became of it.
    fn commit_now(&mut self) -> Result<(), RegisterFault> {
        let line = self.line.take().ok_or(RegisterFault::Unfinished)?;
        let mut state = self.state.borrow_mut();
        let taken = Flush::take(&mut state, &line)?;
        let mut commands = taken.commands();
        // INVARIANT (no answer from what is not durable): what this write read may have been left
        // by a writer that never learned whether it was durable. Waiting for an empty record of
        // its own, this write waits for all before it.
        if !state.has_written && !self.is_own_end {
            commands.push(Command::Asked(NOTHING_WRITTEN, Vec::new()));
        }
        commands.push(Command::Plain("COMMIT".into()));
        if line.is_closed() {
            let cut = Err(Trouble::NoRow);
            return cut.doing(|| "making a write durable: the line was cut before".into());
        }
        let answers = line.pipeline(&commands);
        let warnings = line.take_warnings();
        outcome(
            answers.into_iter().filter_map(Result::err).collect(),
            &warnings,
        )?;
        let end = (state.now.head, state.now.frontier.clone());
        *self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(end);
        self.pool.give_back(line);
        Ok(())
    }
}

/// What became of a commit: durable, certainly not, or not known.
fn outcome(troubles: Vec<Trouble>, warnings: &[String]) -> Result<(), RegisterFault> {
    let doing = || "making a write durable".to_owned();
    let mut troubles = troubles.into_iter().peekable();
    match troubles.peek() {
        // A statement that failed before the commit makes it a rollback.
        Some(first) if first.is_refusal() => {}
        Some(first) => {
            let because = crate::postgres::doing::told(first);
            return Err(RegisterFault::UnknownOutcome {
                doing: doing(),
                because,
            });
        }
        None if warnings.is_empty() => return Ok(()),
        // PostgreSQL warns, and says that it committed, when it gave up waiting for its standby.
        None => {
            return Err(RegisterFault::UnknownOutcome {
                doing: doing(),
                because: warnings.join("; "),
            });
        }
    }
    troubles.next().map_or(Ok(()), Err).doing(doing)
}

fn matches(query: &Query, kind: &str, tags: &[String]) -> bool {
    let has_tag = |wanted: &String| tags.contains(wanted);
    (query.tags.is_empty() || query.tags.iter().any(has_tag))
        && (query.kinds.is_empty() || query.kinds.iter().any(|wanted| wanted == kind))
}

impl Connected for PostgresWriting<'_> {
    fn line(&self, about: About<'_>) -> Result<&Line, RegisterFault> {
        let mut state = self.usable()?;
        let is_waiting = state.levels.iter().any(|level| match about {
            About::Log => !level.lines.events.is_empty(),
            About::Views(kind) => level.pending.views.keys().any(|key| key.kind == kind),
            About::Answers => !level.pending.answers.is_empty(),
            About::Outbox => !level.lines.messages.is_empty(),
            About::Vault => !level.pending.vault.is_empty(),
            About::Checkpoints => !level.lines.checkpoints.is_empty(),
        });
        if is_waiting {
            self.flush(&mut state)?;
        }
        self.open()
    }

    fn known_head(&self) -> Result<Head, RegisterFault> {
        Ok(self.usable()?.now.head)
    }

    fn known_root(&self, size: u64) -> Result<Hash, RegisterFault> {
        let head = self.known_head()?.position.0;
        if size == head {
            return Ok(self.usable()?.now.frontier.root());
        }
        if size > head {
            return Err(RegisterFault::OutOfRange {
                asked: size,
                size: head,
            });
        }
        crate::merkle::root(&StoredNodes(self.line(About::Log)?), size)
    }

    fn known_view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        let mut state = self.usable()?;
        if state.row(key).is_none() {
            let wanted = BTreeSet::from([key.clone()]);
            let fetched = fold::fetch(&mut state, self.open()?, &wanted);
            if fetched.is_err() {
                state.failed_within = Some(0);
            }
            fetched?;
        }
        Ok(state.row(key).flatten().map(|row| View {
            id: key.id.clone(),
            position: row.position,
            body: row.body.clone(),
        }))
    }

    fn known_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        let known = self.usable()?.answer(key).map(|answer| answer.cloned());
        if let Some(answer) = known {
            return Ok(answer);
        }
        let answer = self.spoiled(rows::answer(self.open()?, key))?;
        let mut state = self.usable()?;
        state.known.answers.insert(key.to_owned(), answer.clone());
        Ok(answer)
    }

    fn will_read(&self, views: &[Key], answers: &[&str]) -> Result<(), RegisterFault> {
        const ANSWERS: &str = "SELECT number, key, request, answer, first, last, seal
            FROM register.answer WHERE key = ANY($1)";
        let mut state = self.usable()?;
        let line = self.open()?;
        let fetched = fold::fetch(&mut state, line, &views.iter().cloned().collect());
        let unknown: Vec<&str> = answers
            .iter()
            .copied()
            .filter(|key| state.answer(key).is_none())
            .collect();
        let found = fetched.and_then(|()| {
            if unknown.is_empty() {
                return Ok(Vec::new());
            }
            line.ask(ANSWERS, &[texts(unknown.clone())])
                .doing(|| format!("reading {} answers", unknown.len()))
        });
        let found = match found {
            Ok(found) => found,
            Err(fault) => {
                state.failed_within = Some(0);
                return Err(fault);
            }
        };
        let absent = unknown.into_iter().map(|key| (key.to_owned(), None));
        state.known.answers.extend(absent.collect::<Vec<_>>());
        for row in &found {
            let (_, key, answer, _) = rows::answer_row(row)?;
            state.known.answers.insert(key, Some(answer));
        }
        Ok(())
    }
}

impl Drop for PostgresWriting<'_> {
    fn drop(&mut self) {
        if let Some(line) = self.line.take()
            && line.run("ROLLBACK").is_ok()
        {
            self.pool.give_back(line);
        }
    }
}
