//! Many through the gate in one durable commit: each judged alone against the state left by the one
//! before, in the order of arrival, and answered after the commit.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::id::ShipmentId;
use domain::item::LineNo;
use domain::ledger::Both;
use domain::shipment::confirm_exit::ConfirmExit;
use domain::shipment::{RestoreCause, Shipment};
use domain::time::{Instant, Position};
use register::{Digest, Writing};

use super::{Asked, GateAnswer, ReleaseRequest, judging};
use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done, Fault};
use crate::desk::Desk;
use crate::keyed::{Once, once};
use crate::law_book::LawBook;
use crate::memory::Memory;

/// Most decisions in one commit: beyond, the commit itself is a small part of the time, and a stop
/// that waits for its turn would wait longer.
pub const BATCH_MAX: usize = 128;

/// Most requests that wait. Beyond, a request is turned away at once and may be sent again: a
/// queue that grows without bound answers nobody in time.
pub const QUEUE_MAX: usize = 4_096;

/// How long a batch waits for the next request before it is made durable, where others asked with it
/// or before it: those just answered are likely to ask again, and a commit costs as much as this
/// whether it carries one decision or a hundred. Whoever asks alone is answered at once.
const LINGER: Duration = Duration::from_micros(100);

/// How often a batch waits, so that it waits a millisecond in all, its judging not counted: a stop waits
/// no longer for its turn.
const LINGERS_MAX: u32 = 10;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person, known already.
    Actor(Actor),
    /// The holder of a token, looked up in the write itself: a token that was taken away before is
    /// not let through.
    Token(Digest),
}

impl Who {
    /// The holder of a token as it was sent.
    #[must_use]
    pub fn token(token: &str) -> Self {
        Self::Token(Digest::of(token.as_bytes()))
    }
}

/// Takes the outcome to whoever asked.
type Reply<T> = Box<dyn FnOnce(Result<Done<T>, DeskError>) + Send>;

/// One request in the queue.
trait Waiting: Send {
    /// Judges the request within a write. What it wrote is undone when this fails.
    fn judge(&mut self, stage: &mut Stage<'_>) -> Result<(), DeskError>;

    /// The span of whoever asked.
    fn span(&self) -> &tracing::Span;

    /// Gives the answer, once the write is durable, or what kept it from being.
    fn answer(self: Box<Self>, ended: Result<(), Fault>);
}

/// What a batch is judged on.
struct Stage<'a> {
    writing: &'a mut (dyn Writing + 'a),
    memory: &'a Memory,
    book: &'a Arc<LawBook>,
    today: domain::time::Day,
}

/// A request of one kind.
struct Ticket<T, F> {
    who: Who,
    action: &'static str,
    body: F,
    span: tracing::Span,
    outcome: Option<Result<Done<T>, DeskError>>,
    reply: Reply<T>,
}

impl<T, F> Ticket<T, F>
where
    F: FnMut(&mut Act<'_>) -> Result<T, DeskError>,
{
    fn done(&mut self, stage: &mut Stage<'_>) -> Result<Done<T>, DeskError> {
        let found;
        let actor = match &self.who {
            Who::Actor(actor) => actor,
            Who::Token(digest) => {
                let log = &*stage.writing;
                let digest = digest.to_string();
                found = stage.memory.actor(log, &digest, stage.today)?;
                found.as_deref().ok_or(DeskError::UnknownCaller)?
            }
        };
        let book = stage.book;
        stage
            .memory
            .check_access(actor, self.action, || book.check_access(actor, self.action))?;
        let law = (Arc::clone(book), stage.today);
        let mut act = Act::new(&mut *stage.writing, stage.memory, actor, law);
        let what = (self.body)(&mut act)?;
        Ok(act.done(what))
    }
}

impl<T, F> Waiting for Ticket<T, F>
where
    T: Send,
    F: FnMut(&mut Act<'_>) -> Result<T, DeskError> + Send,
{
    fn judge(&mut self, stage: &mut Stage<'_>) -> Result<(), DeskError> {
        let action = self.action;
        let span = tracing::info_span!(parent: &self.span, "decision", action);
        let _judged = span.entered();
        let before = stage.memory.position();
        stage.writing.savepoint()?;
        let outcome = self.done(stage);
        match &outcome {
            Ok(_) => stage.writing.release_savepoint()?,
            Err(_) => {
                stage.writing.rollback_to_savepoint()?;
                if stage.memory.position() != before {
                    // What is undone may have been read since it was written.
                    stage.memory.clear();
                }
            }
        }
        self.outcome = Some(outcome);
        Ok(())
    }

    fn span(&self) -> &tracing::Span {
        &self.span
    }

    fn answer(self: Box<Self>, ended: Result<(), Fault>) {
        let outcome = match (ended, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            // What the register would not take for a reason of the request's own stands.
            (Err(_), Some(Err(DeskError::Mistaken(mistake)))) => Err(mistake.into()),
            (Err(fault), _) => Err(fault.into()),
            (Ok(()), None) => Err(DeskError::invariant("a request was not judged")),
        };
        (self.reply)(outcome);
    }
}

/// What waits, and whether more may come.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Box<dyn Waiting>>,
    is_closed: bool,
}

/// Shared by those who ask and the one who judges.
#[derive(Default)]
struct Door {
    queue: Mutex<Queue>,
    arrived: Condvar,
}

impl Door {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing but pushes and pops happens under this lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a request. False when none will come any more.
    fn wait(&self) -> bool {
        let mut queue = self.queue();
        while queue.waiting.is_empty() {
            if queue.is_closed {
                return false;
            }
            queue = self
                .arrived
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    fn next(&self) -> Option<Box<dyn Waiting>> {
        self.queue().waiting.pop_front()
    }

    /// Waits a little for the next request.
    fn linger(&self) -> Option<Box<dyn Waiting>> {
        let queue = self.queue();
        let is_empty = |queue: &mut Queue| queue.waiting.is_empty() && !queue.is_closed;
        let waited = self.arrived.wait_timeout_while(queue, LINGER, is_empty);
        let (mut queue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        queue.waiting.pop_front()
    }
}

/// Judges requests at the gate in batches. One thread writes; whoever asks is called back.
pub struct Turnstile {
    door: Arc<Door>,
    judge: Option<JoinHandle<()>>,
}

impl Turnstile {
    /// Opens the turnstile over a desk.
    ///
    /// # Errors
    /// A fault when the machine gives no thread.
    pub fn open(desk: Arc<Desk>) -> Result<Self, Fault> {
        Self::watched(desk, |_| ())
    }

    /// Opens the turnstile over a desk, and tells `committed` how many microseconds each commit
    /// took to become durable. It is called on the thread of the turnstile, before the answers are
    /// given: it must not wait for anything.
    ///
    /// # Errors
    /// A fault when the machine gives no thread.
    pub fn watched(
        desk: Arc<Desk>,
        committed: impl Fn(i64) + Send + 'static,
    ) -> Result<Self, Fault> {
        let door = Arc::new(Door::default());
        let ours = Arc::clone(&door);
        let judge = std::thread::Builder::new()
            .name("turnstile".into())
            .spawn(move || judge_all(&desk, &ours, &committed))
            .map_err(|cause| Fault::Invariant(format!("the gate has no thread: {cause}")))?;
        Ok(Self {
            door,
            judge: Some(judge),
        })
    }

    /// Asks to reserve a shipment; see [`Desk::reserve`]. `reply` is called once the answer is
    /// durable, on the thread of the turnstile: it must not wait for anything.
    pub fn reserve(
        &self,
        who: Who,
        request: ReleaseRequest,
        key: &str,
        reply: impl FnOnce(Result<Done<GateAnswer>, DeskError>) + Send + 'static,
    ) {
        match Asked::new(request, key) {
            Err(mistake) => reply(Err(mistake)),
            Ok(asked) => self.enter(
                who,
                "gate.reserve",
                move |act| judging::reserve(act, &asked),
                Box::new(reply),
            ),
        }
    }

    /// Records an exit; see [`Desk::confirm_exit`] and, for `reply`, [`Self::reserve`]. With a key it is
    /// recorded once, however often it is reported.
    pub fn confirm_exit(
        &self,
        who: Who,
        shipment: ShipmentId,
        (report, key): (ConfirmExit, Option<Once>),
        reply: impl FnOnce(Result<Done<Shipment>, DeskError>) + Send + 'static,
    ) {
        let body = move |act: &mut Act<'_>| {
            once(act, key.as_ref(), |act| {
                judging::confirm(act, &shipment, &report)
            })
        };
        self.enter(who, "gate.confirm", body, Box::new(reply));
    }

    /// Gives back what was reserved; see [`Desk::restore`] and, for `reply`, [`Self::reserve`]. With a key
    /// it is given back once, however often it is asked.
    pub fn restore(
        &self,
        who: Who,
        shipment: ShipmentId,
        (amounts, because, key): (BTreeMap<LineNo, Both>, RestoreCause, Option<Once>),
        reply: impl FnOnce(Result<Done<Shipment>, DeskError>) + Send + 'static,
    ) {
        let body = move |act: &mut Act<'_>| {
            once(act, key.as_ref(), |act| {
                judging::restore(act, &shipment, &amounts, because)
            })
        };
        self.enter(who, "gate.restore", body, Box::new(reply));
    }

    /// How many requests wait to be judged.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.door.queue().waiting.len()
    }

    fn enter<T: Send + 'static>(
        &self,
        who: Who,
        action: &'static str,
        body: impl FnMut(&mut Act<'_>) -> Result<T, DeskError> + Send + 'static,
        reply: Reply<T>,
    ) {
        let ticket = Box::new(Ticket {
            who,
            action,
            body,
            span: tracing::Span::current(),
            outcome: None,
            reply,
        });
        let turned_away = {
            let mut queue = self.door.queue();
            if queue.is_closed || queue.waiting.len() >= QUEUE_MAX {
                Some(ticket)
            } else {
                queue.waiting.push_back(ticket);
                None
            }
        };
        match turned_away {
            None => self.door.arrived.notify_one(),
            Some(ticket) => (ticket.reply)(Err(Fault::Busy.into())),
        }
    }
}

impl Drop for Turnstile {
    /// Judges what waits, and ends.
    fn drop(&mut self) {
        self.door.queue().is_closed = true;
        self.door.arrived.notify_all();
        if let Some(judge) = self.judge.take() {
            // A panic of the thread was answered to those who waited.
            let _ = judge.join();
        }
    }
}

/// Judges batch after batch until the door closes.
fn judge_all(desk: &Desk, door: &Door, committed: &dyn Fn(i64)) {
    let memory = Memory::default();
    let mut law = None;
    let mut last = 0;
    while door.wait() {
        let mut batch: Vec<Box<dyn Waiting>> = Vec::with_capacity(BATCH_MAX);
        let judged = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let began = judge_batch(desk, door, (&memory, &mut law), (&mut batch, last))?;
            committed(desk.clock().now().0.saturating_sub(began.0));
            Ok(())
        }));
        let ended = judged.unwrap_or_else(|_| {
            Err(DeskError::invariant(
                "a decision at the gate panicked: nothing of its batch was written",
            ))
        });
        if ended.is_err() {
            memory.clear();
            law = None;
        }
        if batch.is_empty() {
            // The write could not even begin: whoever waits is told, and may ask again.
            batch.extend(door.next());
        }
        last = batch.len();
        let failed = ended.err().map(|error| error.to_string());
        for ticket in batch {
            ticket.answer(match &failed {
                None => Ok(()),
                Some(says) => Err(Fault::Undone(says.clone())),
            });
        }
    }
}

/// The law as it was at the end of the last batch.
type LastLaw = Option<(Position, Arc<LawBook>)>;

/// Takes a turn to write, judges what waits, and makes it durable. Gives the instant at which the
/// commit began.
fn judge_batch(
    desk: &Desk,
    door: &Door,
    (memory, law): (&Memory, &mut LastLaw),
    (batch, last): (&mut Vec<Box<dyn Waiting>>, usize),
) -> Result<Instant, DeskError> {
    let _turn = desk.turn.lock();
    let mut writing = desk.store().write(desk.stamp())?;
    // Nothing at the gate changes the law, so that of the last batch holds while nobody else wrote.
    let head = writing.head()?.position;
    let book = match law.take() {
        Some((at, book)) if at == head => book,
        _ => desk.book(writing.as_ref())?,
    };
    let today = book.day_of(writing.recorded_at());
    memory.catch_up(writing.as_ref(), today, book.position)?;
    let mut stage = Stage {
        writing: writing.as_mut(),
        memory,
        book: &book,
        today,
    };
    // Who arrives while the batch is judged joins it.
    let mut lingers = 0;
    while batch.len() < BATCH_MAX {
        let mut next = door.next();
        if next.is_none() && last.max(batch.len()) > 1 && lingers < LINGERS_MAX {
            lingers += 1;
            next = door.linger();
        }
        let Some(mut ticket) = next else { break };
        let judged = ticket.judge(&mut stage);
        batch.push(ticket);
        judged?;
    }
    *law = Some((writing.head()?.position, book));
    let commit = tracing::info_span!("commit", decisions = batch.len());
    for ticket in batch.iter() {
        commit.follows_from(ticket.span());
    }
    let began = desk.clock().now();
    commit.in_scope(|| writing.commit())?;
    Ok(began)
}
