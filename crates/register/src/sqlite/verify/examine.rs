//! Examining events on several threads: their leaves are recomputed beside the reading, and come
//! back in the order of the log.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;

use domain::time::Position;

use crate::event::StoredEvent;
use crate::hash::Hash;
use crate::leaf::{Fields, Heading, Salts, TextMistake};
use crate::sqlite::events::EventRow;
use crate::verify::{Content, Examined, Part};

/// Events handed over at once: enough that handing over costs nothing beside examining.
pub(super) const BATCH: usize = 256;

/// Most threads that examine: beyond that the one that reads is what they wait for.
const WORKERS_MAX: usize = 8;

/// Batches that wait for a thread. Batches are at most so many times the largest usual event
/// (8 kB): 2 MB each.
const WAITING_PER_WORKER: usize = 2;

/// An event as it was read, with what its leaf needs.
pub(super) struct Read {
    pub(super) position: Position,
    pub(super) leaf: Part<Hash>,
    pub(super) content: Part<ReadContent>,
}

/// What stands in the row of an event and beside it.
pub(super) struct ReadContent {
    pub(super) row: EventRow,
    pub(super) salts: Option<Salts>,
    pub(super) redactions: BTreeMap<String, Hash>,
}

/// Events as they were read, with all their texts in one.
pub(super) struct Batch {
    pub(super) texts: String,
    pub(super) events: Vec<Read>,
}

impl Batch {
    pub(super) fn new() -> Self {
        Self {
            texts: String::with_capacity(BATCH.saturating_mul(1_024)),
            events: Vec::with_capacity(BATCH),
        }
    }
}

/// What came back: the event examined, and the event itself where it is asked for and can be read.
pub(super) struct Done {
    pub(super) examined: Examined,
    pub(super) event: Option<StoredEvent>,
}

/// A part of the work, with its place in the order.
type Numbered<T> = (u64, T);

/// Threads that examine, and the order of what they give back.
pub(super) struct Examiners {
    work: SyncSender<Numbered<Batch>>,
    done: Receiver<Numbered<Vec<Done>>>,
    sent: u64,
    waiting: BTreeMap<u64, Vec<Done>>,
    next: u64,
}

impl Examiners {
    /// Starts as many threads as there are cores.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, wants_events: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = cores.min(WORKERS_MAX);
        let (work, from_reader) = sync_channel(workers.saturating_mul(WAITING_PER_WORKER));
        let from_reader = Arc::new(Mutex::new(from_reader));
        let (to_reader, done) = channel();
        for _ in 0..workers {
            let (from_reader, to_reader) = (Arc::clone(&from_reader), to_reader.clone());
            scope.spawn(move || work_through(&from_reader, &to_reader, wants_events));
        }
        Self {
            work,
            done,
            sent: 0,
            waiting: BTreeMap::new(),
            next: 0,
        }
    }

    /// Hands events over, and gives back those that are next in order.
    pub(super) fn exchange(&mut self, batch: Batch) -> Vec<Done> {
        // It fails only when every thread has ended, which is a panic that the scope passes on.
        if self.work.send((self.sent, batch)).is_ok() {
            self.sent = self.sent.saturating_add(1);
        }
        while let Ok((number, done)) = self.done.try_recv() {
            self.waiting.insert(number, done);
        }
        self.in_order()
    }

    /// Waits for the next events in order; none when all have come back.
    pub(super) fn wait(&mut self) -> Option<Vec<Done>> {
        while self.next < self.sent && !self.waiting.contains_key(&self.next) {
            let (number, done) = self.done.recv().ok()?;
            self.waiting.insert(number, done);
        }
        let ready = self.in_order();
        (!ready.is_empty()).then_some(ready)
    }

    fn in_order(&mut self) -> Vec<Done> {
        let mut ready = Vec::new();
        while let Some(done) = self.waiting.remove(&self.next) {
            ready.extend(done);
            self.next = self.next.saturating_add(1);
        }
        ready
    }
}

fn work_through(
    from_reader: &Mutex<Receiver<Numbered<Batch>>>,
    to_reader: &Sender<Numbered<Vec<Done>>>,
    wants_events: bool,
) {
    loop {
        let next = from_reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok((number, batch)) = next else { return };
        let Batch { texts, events } = batch;
        let done = events
            .into_iter()
            .map(|read| examine(read, &texts, wants_events));
        if to_reader.send((number, done.collect())).is_err() {
            return;
        }
    }
}

/// Recomputes the leaf of one event.
fn examine(read: Read, texts: &str, wants_event: bool) -> Done {
    let Read {
        position,
        leaf,
        content,
    } = read;
    let stored = leaf.clone().unwrap_or(Hash::NONE);
    let read = content.and_then(|content| {
        let unread = content.row.read(texts)?;
        let fields = match Fields::of_text(unread.payload, unread.actor, unread.ground) {
            Ok(fields) => Ok(fields),
            Err(TextMistake::Flatten(mistake)) => Err(mistake),
            Err(unreadable @ TextMistake::Json(_)) => return Err(unreadable.to_string()),
        };
        Ok((content, unread, fields))
    });
    let (content, unread, fields) = match read {
        Ok(read) => read,
        Err(because) => {
            return Done {
                examined: Examined::new(position, leaf, Err(because)),
                event: None,
            };
        }
    };
    let committed = Content {
        heading: Heading {
            position,
            kind: unread.kind,
            form: unread.form,
            recorded_at: unread.recorded_at,
            effective_from: unread.effective_from,
            tags: &unread.tags,
            previous: unread.previous,
        },
        fields,
        salts: content.salts.as_ref(),
        redactions: &content.redactions,
    };
    let examined = Examined::new(position, leaf, Ok(committed));
    let payload = wants_event.then(|| serde_json::from_str(unread.payload).ok());
    let event = payload.flatten().map(|payload| StoredEvent {
        position,
        kind: unread.kind.to_owned(),
        form: unread.form,
        payload,
        tags: unread.tags,
        actor: unread.actor.to_owned(),
        ground: unread.ground.map(str::to_owned),
        effective_from: unread.effective_from,
        recorded_at: unread.recorded_at,
        previous: unread.previous,
        leaf: stored,
    });
    Done { examined, event }
}
