//! What a write holds back until its database has to know: before a read that must see it, and at
//! the commit. A row that many events of one write change is then written once, a savepoint costs
//! nothing, and what is undone was never sent.
//!
//! Both engines write in this way; each says how it sends, asks and makes durable ([`Engine`]).

pub(crate) mod fold;
pub(crate) mod levels;
pub(crate) mod row;

use std::cell::{RefCell, RefMut};
use std::collections::{BTreeMap, BTreeSet};

use domain::time::{Instant, Position};

use crate::checkpoint::{Checkpoint, CheckpointKey, SignedCheckpoint};
use crate::event::{
    AppendRefusal, Appended, EventMistake, Guard, GuardConflict, NewEvent, Outgoing, Query,
    StoredEvent,
};
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::held::levels::{Level, Message, State, Written};
use crate::leaf::{self, Salts};
use crate::merkle::STORED_LEVEL;
use crate::prepare::Prepared;
use crate::projection::{Key, Projection};
use crate::store::{Head, Mark, Reading, StoredAnswer, View, Writing};

/// Bytes held back before they are sent: an import does not fill the memory.
const HELD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A stretch of the log: after one position, up to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) after: Position,
    pub(crate) until: Option<Position>,
}

/// What a statement is about to look at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    /// The log, its index and its tree.
    Log,
    /// Views of one kind.
    Views(&'a str),
    /// Answers.
    Answers,
    /// Outgoing messages.
    Outbox,
    /// Kept bytes.
    Vault,
    /// Checkpoints.
    Checkpoints,
}

/// A database under a write that holds back.
pub(crate) trait Engine {
    /// Whether asking takes a journey, so that rows are better asked for together.
    const IS_FAR: bool;

    /// What is held back.
    fn state(&self) -> &RefCell<State>;

    /// How events become views.
    fn projection(&self) -> &dyn Projection;

    /// The randomness of this write.
    fn seed(&self) -> &[u8; 32];

    /// Whether the database still has the transaction.
    fn is_open(&self) -> bool;

    /// Brings the database to where the write is, with the savepoints that stand between.
    fn send(&self, state: &mut State) -> Result<(), RegisterFault>;

    /// Makes rows known that are not known yet.
    fn fetch(&self, state: &mut State, wanted: &BTreeSet<Key>) -> Result<(), RegisterFault>;

    /// The answer under a key, as the database has it.
    fn kept_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault>;

    /// The last number of a series, as the database has it; 0 for one not begun.
    fn kept_series(&self, series: &str) -> Result<u64, RegisterFault>;

    /// The first event of a stretch that matches. Nothing of the stretch is held back.
    fn first_match(
        &self,
        query: &Query,
        stretch: Stretch,
    ) -> Result<Option<Position>, RegisterFault>;

    /// Undoes and ends the savepoint that the database has for a level, from 1.
    fn undo(&self, state: &mut State, level: usize) -> Result<(), RegisterFault>;

    /// Ends the savepoint that the database has for a level, from 1.
    fn end(&self, level: usize) -> Result<(), RegisterFault>;

    /// Notes what became of a message. Says whether there is one.
    fn set_mark(&self, number: u64, mark: &Mark, at: Instant) -> Result<bool, RegisterFault>;

    /// Sends what is left and makes it durable.
    fn make_durable(&mut self) -> Result<(), RegisterFault>;
}

/// A write that has an engine.
pub(crate) trait Holds {
    /// The engine.
    type Engine: Engine;

    /// The engine under this write.
    fn engine(&self) -> &Self::Engine;

    /// The same, to make it durable.
    fn engine_mut(&mut self) -> &mut Self::Engine;
}

/// The state of a write that can go on.
pub(crate) fn usable<E: Engine>(engine: &E) -> Result<RefMut<'_, State>, RegisterFault> {
    let state = engine.state().borrow_mut();
    if state.failed_within.is_some() || !engine.is_open() {
        return Err(RegisterFault::Unfinished);
    }
    Ok(state)
}

/// Notes that the database failed: the whole transaction is lost.
fn spoiled<E: Engine, T>(engine: &E, result: Result<T, RegisterFault>) -> Result<T, RegisterFault> {
    if result.is_err() {
        engine.state().borrow_mut().failed_within = Some(0);
    }
    result
}

/// Sends everything that was held back.
fn flush<E: Engine>(engine: &E, state: &mut State) -> Result<(), RegisterFault> {
    let sent = engine.send(state);
    if sent.is_err() {
        state.failed_within = Some(0);
    }
    sent
}

/// Makes sure that the database has all that there is to see of something.
pub(crate) fn show<E: Engine>(engine: &E, about: About<'_>) -> Result<(), RegisterFault> {
    let mut state = usable(engine)?;
    let is_waiting = state.levels.iter().any(|level| match about {
        About::Log => !level.lines.events.is_empty(),
        About::Views(kind) => level.pending.views.keys().any(|key| key.kind == kind),
        About::Answers => !level.pending.answers.is_empty(),
        About::Outbox => !level.lines.messages.is_empty(),
        About::Vault => !level.pending.vault.is_empty(),
        About::Checkpoints => !level.lines.checkpoints.is_empty(),
    });
    if is_waiting {
        flush(engine, &mut state)?;
    }
    Ok(())
}

/// The end of the log as this write left it.
pub(crate) fn head<E: Engine>(engine: &E) -> Result<Head, RegisterFault> {
    Ok(usable(engine)?.now.head)
}

/// The root over all events, when `size` is how many there are; none when there are more.
pub(crate) fn root<E: Engine>(engine: &E, size: u64) -> Result<Option<Hash>, RegisterFault> {
    let state = usable(engine)?;
    let head = state.now.head.position.0;
    if size > head {
        return Err(RegisterFault::OutOfRange {
            asked: size,
            size: head,
        });
    }
    Ok((size == head).then(|| state.now.frontier.root()))
}

/// A row as this write left it.
pub(crate) fn view<E: Engine>(engine: &E, key: &Key) -> Result<Option<View>, RegisterFault> {
    let mut state = usable(engine)?;
    if state.row(key).is_none() {
        let fetched = engine.fetch(&mut state, &BTreeSet::from([key.clone()]));
        if fetched.is_err() {
            state.failed_within = Some(0);
        }
        fetched?;
    }
    let Some(row) = state.row(key).flatten() else {
        return Ok(None);
    };
    Ok(Some(View {
        id: key.id.clone(),
        position: row.position,
        body: row.text(key, engine.projection())?.body.clone(),
    }))
}

/// The answer under a key as this write left it.
pub(crate) fn answer<E: Engine>(
    engine: &E,
    key: &str,
) -> Result<Option<StoredAnswer>, RegisterFault> {
    let known = usable(engine)?.answer(key).map(|answer| answer.cloned());
    if let Some(answer) = known {
        return Ok(answer);
    }
    let answer = spoiled(engine, engine.kept_answer(key))?;
    let mut state = usable(engine)?;
    state.known.answers.insert(key.to_owned(), answer.clone());
    Ok(answer)
}

/// Checks that nothing which a guard names happened since. Guards are rare, so what they ask about is
/// sent rather than remembered beside what is held.
fn check_guard<E: Engine>(
    engine: &E,
    state: &mut State,
    guard: &Guard,
) -> Result<(), AppendRefusal> {
    let head = state.now.head.position;
    if guard.since > head {
        return Err(GuardConflict { at: head }.into());
    }
    let Guard { query, since } = guard;
    let first = if query.tags.is_empty() && query.kinds.is_empty() {
        (*since < head).then(|| Position(since.0.saturating_add(1)))
    } else {
        if state
            .levels
            .iter()
            .any(|level| !level.lines.events.is_empty())
        {
            flush(engine, state)?;
        }
        let stretch = Stretch {
            after: *since,
            until: None,
        };
        engine.first_match(query, stretch)?
    };
    first.map_or(Ok(()), |at| Err(GuardConflict { at }.into()))
}

fn write_all<E: Engine>(
    engine: &E,
    state: &mut State,
    prepared: Vec<Prepared>,
    outgoing: Vec<Outgoing>,
) -> Result<Appended, RegisterFault> {
    let first = Position(state.now.head.position.0.saturating_add(1));
    let mut written = Vec::with_capacity(prepared.len());
    for event in prepared {
        written.push(commit_to_tree(engine.seed(), state, event)?);
    }
    if E::IS_FAR && written.len() > 1 {
        fold::foresee(engine, state, &written)?;
    }
    for one in written {
        fold::fold(engine, state, &one)?;
        state.held = state.held.saturating_add(one.payload.len());
        if let Some(level) = state.top() {
            level.lines.events.push(one);
        }
        if state.held > HELD_BYTES_MAX {
            engine.send(state)?;
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
    Ok(Appended {
        first,
        last,
        recorded_at,
    })
}

/// Gives an event its place in the log, its leaf and its place in the tree.
fn commit_to_tree(
    seed: &[u8; 32],
    state: &mut State,
    prepared: Prepared,
) -> Result<Written, RegisterFault> {
    let Prepared {
        event,
        fields,
        payload,
    } = prepared;
    let position = Position(state.now.head.position.0.saturating_add(1));
    let seed = leaf::event_seed(seed, position);
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
    let commitments =
        leaf::commitments(&fields, &Salts::Seed(seed), &BTreeMap::new()).map_err(|unsalted| {
            RegisterFault::Invariant {
                invariant: "a seed salts every field",
                found: unsalted.to_string(),
            }
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
        told: event.told,
        payload,
        seed,
    })
}

impl<H: Holds + Reading> Writing for H {
    fn recorded_at(&self) -> Instant {
        self.engine().state().borrow().recorded_at
    }

    fn append(
        &mut self,
        events: Vec<NewEvent>,
        guard: Option<&Guard>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, AppendRefusal> {
        let mut state = usable(self.engine())?;
        if events.is_empty() {
            return Err(EventMistake::Nothing.into());
        }
        if let Some(guard) = guard {
            check_guard(self.engine(), &mut state, guard)?;
        }
        let prepared: Vec<Prepared> = events
            .into_iter()
            .map(Prepared::new)
            .collect::<Result<_, _>>()?;
        write_all(self.engine(), &mut state, prepared, outgoing).map_err(|fault| {
            // What folding refuses is held here still, so a savepoint can undo it.
            let depth = match fault {
                RegisterFault::Fold { .. } => state.depth(),
                _ => 0,
            };
            state.failed_within = Some(depth);
            fault.into()
        })
    }

    fn remember_answer(&mut self, key: &str, kept: &StoredAnswer) -> Result<(), RegisterFault> {
        if answer(self.engine(), key)?.is_some() {
            return Err(RegisterFault::AnswerKept {
                key: key.to_owned(),
            });
        }
        let mut state = usable(self.engine())?;
        state.now.numbers.answer = state.now.numbers.answer.saturating_add(1);
        let number = state.now.numbers.answer;
        state.held = state.held.saturating_add(kept.answer.len());
        if let Some(level) = state.top() {
            let kept = (number, kept.clone());
            level.pending.answers.insert(key.to_owned(), kept);
        }
        Ok(())
    }

    fn vault_put(&mut self, bytes: &[u8]) -> Result<Digest, RegisterFault> {
        let mut state = usable(self.engine())?;
        let digest = Digest::of(bytes);
        state.held = state.held.saturating_add(bytes.len());
        if let Some(level) = state.top() {
            level.pending.vault.insert(digest, bytes.to_vec());
        }
        if state.held > HELD_BYTES_MAX {
            flush(self.engine(), &mut state)?;
        }
        Ok(digest)
    }

    fn mark(&mut self, number: u64, mark: &Mark) -> Result<(), RegisterFault> {
        let mut state = usable(self.engine())?;
        flush(self.engine(), &mut state)?;
        let at = state.recorded_at;
        state.has_written = true;
        drop(state);
        if spoiled(self.engine(), self.engine().set_mark(number, mark, at))? {
            Ok(())
        } else {
            Err(RegisterFault::NoSuchOutgoing { number })
        }
    }

    fn next_number(&mut self, series: &str) -> Result<u64, RegisterFault> {
        let known = usable(self.engine())?.series(series);
        let last = match known {
            Some(last) => last,
            None => spoiled(self.engine(), self.engine().kept_series(series))?,
        };
        let mut state = usable(self.engine())?;
        state.known.series.entry(series.to_owned()).or_insert(last);
        let next = last.saturating_add(1);
        if let Some(level) = state.top() {
            level.pending.series.insert(series.to_owned(), next);
        }
        Ok(next)
    }

    fn savepoint(&mut self) -> Result<(), RegisterFault> {
        let mut state = usable(self.engine())?;
        let level = Level::new(state.now.clone());
        state.levels.push(level);
        Ok(())
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), RegisterFault> {
        let mut state = self.engine().state().borrow_mut();
        let depth = state.depth();
        if depth == 0 {
            return Err(RegisterFault::NoSavepoint);
        }
        let Some(undone) = state.levels.pop() else {
            return Err(RegisterFault::NoSavepoint);
        };
        if undone.is_open && state.failed_within != Some(0) {
            let done = self.engine().undo(&mut state, depth);
            if done.is_err() {
                state.failed_within = Some(0);
            }
            done?;
        }
        if state.failed_within == Some(0) {
            return Err(RegisterFault::Unfinished);
        }
        state.failed_within = state.failed_within.filter(|within| *within < depth);
        state.now = undone.mark;
        Ok(())
    }

    fn release_savepoint(&mut self) -> Result<(), RegisterFault> {
        if self.engine().state().borrow().depth() == 0 {
            return Err(RegisterFault::NoSavepoint);
        }
        let mut state = usable(self.engine())?;
        let depth = state.depth();
        let Some(ended) = state.levels.pop() else {
            return Err(RegisterFault::NoSavepoint);
        };
        if ended.is_open {
            let done = self.engine().end(depth);
            if done.is_err() {
                state.failed_within = Some(0);
            }
            done?;
        }
        if let Some(level) = state.top() {
            level.absorb(ended);
        }
        Ok(())
    }

    fn sign_checkpoint(&mut self, key: &CheckpointKey) -> Result<SignedCheckpoint, RegisterFault> {
        let mut state = usable(self.engine())?;
        let signed = key.sign(Checkpoint {
            origin: key.name().to_owned(),
            size: state.now.head.position.0,
            root: state.now.frontier.root(),
            recorded_at: state.recorded_at,
        });
        state.now.numbers.checkpoint = state.now.numbers.checkpoint.saturating_add(1);
        let number = state.now.numbers.checkpoint;
        if let Some(level) = state.top() {
            level.lines.checkpoints.push((number, signed.clone()));
        }
        Ok(signed)
    }

    fn commit(mut self: Box<Self>) -> Result<(), RegisterFault> {
        drop(usable(self.engine())?);
        self.engine_mut().make_durable()
    }
}
