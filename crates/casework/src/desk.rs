//! The desk itself: a register, the law in force, a clock.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::time::{Day, Instant, Position};
use register::{CheckpointKey, Reading, SignedCheckpoint, Stamp, Store};

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::clock::Clock;
use crate::exposure::HeldWeb;
use crate::keyed::Keyed;
use crate::law_book::LawBook;
use crate::memory::Memory;
use crate::passages::{Apart, NamesHeld};
use crate::reading::Lens;

/// The series of numbers that stand for nothing: see [`Desk::probe`].
const PROBE_SERIES: &str = "PROBE";

/// The acts that may use the space kept in reserve when the disk is full: a stop needs its number,
/// its proposal, its signature and its list.
const MEASURES: &str = "measure.";

/// The only joiner of the rooms.
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The law as adopted, with the position up to which files were read.
    book: Arc<RwLock<Arc<LawBook>>>,
    /// Whose turn it is to write: first come, first served, so that a stop never waits for more
    /// than the batch that the gate has under way.
    pub(crate) turn: Arc<parking_lot::FairMutex<()>>,
    /// Reads what is not trusted, in a program of its own; none where there is none.
    pub(crate) apart: Option<Arc<dyn Apart>>,
    /// The names that texts are compared with, as of the register's last state that was read with.
    pub(crate) names: Arc<Mutex<Option<NamesHeld>>>,
    /// The key of the request, taken by its first act.
    key: Mutex<Option<Keyed>>,
    /// What leads to what, as far as it has followed the log.
    pub(crate) web: Arc<HeldWeb>,
}

impl Desk {
    /// Opens the desk over a store. Reads the regime files that the register has adopted; never
    /// replays the log.
    ///
    /// # Errors
    /// A fault of the register, or a regime file that cannot be read any more.
    pub fn open(store: Box<dyn Store>, clock: Box<dyn Clock>) -> Result<Self, DeskError> {
        let book = LawBook::read(store.read()?.as_ref())?;
        Ok(Self {
            store: store.into(),
            clock: clock.into(),
            book: Arc::new(RwLock::new(Arc::new(book))),
            turn: Arc::new(parking_lot::FairMutex::new(())),
            apart: None,
            names: Arc::new(Mutex::new(None)),
            key: Mutex::new(None),
            web: Arc::default(),
        })
    }

    /// The same desk with a reader of what is not trusted.
    #[must_use]
    pub fn with_apart(mut self, apart: Arc<dyn Apart>) -> Self {
        self.apart = Some(apart);
        self
    }

    /// The same desk for one request under a key.
    pub(crate) fn with_key(&self, key: Keyed) -> Self {
        Self {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            book: Arc::clone(&self.book),
            turn: Arc::clone(&self.turn),
            apart: self.apart.clone(),
            names: Arc::clone(&self.names),
            key: Mutex::new(Some(key)),
            web: Arc::clone(&self.web),
        }
    }

    /// The key, if no act has taken it.
    pub(crate) fn key(&self) -> Option<Keyed> {
        self.key
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The store, for what only an operator does (verify, back up, rebuild).
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// The law as adopted by now; read again when another process has adopted a file.
    pub(crate) fn book(&self, log: &dyn Reading) -> Result<Arc<LawBook>, DeskError> {
        let adopted = LawBook::adopted_at(log)?;
        if let Ok(book) = self.book.read()
            && book.position == adopted
        {
            return Ok(Arc::clone(&book));
        }
        let fresh = Arc::new(LawBook::read(log)?);
        if let Ok(mut book) = self.book.write() {
            *book = Arc::clone(&fresh);
        }
        Ok(fresh)
    }

    /// Opens a reading of the register as it is now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn reading(&self) -> Result<Box<dyn Reading + '_>, DeskError> {
        Ok(self.store.read()?)
    }

    /// The lens of now: today, and everything that the register knows.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn now(&self) -> Result<Lens, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        Ok(Lens {
            as_of: self.day(log.as_ref(), &book)?,
            known_at: log.head()?.position,
        })
    }

    /// The civil day now, in the calendar of the authority.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn today(&self) -> Result<Day, DeskError> {
        Ok(self.now()?.as_of)
    }

    /// The civil day now: that of the clock, and never before that of the last event, so that a
    /// reversed clock brings no day back.
    pub(crate) fn day(&self, log: &dyn Reading, book: &LawBook) -> Result<Day, DeskError> {
        let now = self.clock.now();
        let last = log.head()?.recorded_at.unwrap_or(now);
        Ok(book.day_of(last.max(now)))
    }

    /// The position up to which the register had learned something at an instant.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn position_at(&self, instant: Instant) -> Result<Position, DeskError> {
        Ok(self.reading()?.position_at(instant)?)
    }

    /// The instant and the randomness of a write that begins now.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            now: self.clock.now(),
            seed: self.clock.entropy(),
        }
    }

    /// Makes a number of its own durable, and puts nothing in the log: only what was written can say
    /// that the register can be written, and that a standby confirms it where one must.
    ///
    /// # Errors
    /// A fault when nothing can be written now.
    pub fn probe(&self) -> Result<(), DeskError> {
        let _turn = self.turn.lock();
        let mut writing = self.store.write(self.stamp())?;
        writing.next_number(PROBE_SERIES)?;
        Ok(writing.commit()?)
    }

    /// Signs where the log ends, unless the last checkpoint is of this key and says so already. Gives that
    /// one, or the new one, once it is durable.
    ///
    /// INVARIANT (nothing is lost): whoever keeps a checkpoint outside can show that nothing before it was
    /// changed since.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn sign_checkpoint(&self, key: &CheckpointKey) -> Result<SignedCheckpoint, DeskError> {
        let _turn = self.turn.lock();
        let mut writing = self.store.write(self.stamp())?;
        let head = writing.head()?.position;
        if let Some(last) = writing.latest_checkpoint()?
            && last.checkpoint().size == head.0
            && last.check(&key.verifier()).is_ok()
        {
            return Ok(last);
        }
        let signed = writing.sign_checkpoint(key)?;
        writing.commit()?;
        Ok(signed)
    }

    /// Does one act: checks access, opens a write, lets `body` load, decide and append, and makes
    /// it durable. Nothing is written when `body` refuses, unless it appended the refusal itself
    /// and returned it as done.
    ///
    /// # Errors
    /// A refusal of access or of the decision, a mistake, or a fault.
    pub(crate) fn act<T: serde::Serialize>(
        &self,
        actor: &Actor,
        action: &str,
        body: impl FnOnce(&mut Act<'_>) -> Result<T, DeskError>,
    ) -> Result<Done<T>, DeskError> {
        let _turn = self.turn.lock();
        let stamp = self.stamp();
        let mut writing = if action.starts_with(MEASURES) {
            self.store.write_measure(stamp)?
        } else {
            self.store.write(stamp)?
        };
        let book = self.book(writing.as_ref())?;
        book.check_access(actor, action)?;
        let key = self.key();
        if let Some(key) = &key {
            key.check(writing.as_ref())?;
        }
        let memory = Memory::default();
        let today = book.day_of(writing.recorded_at());
        let permit_word = book.authority.as_ref().map(|own| own.permit_word.clone());
        let law = (book, today);
        let mut act = Act::new(writing.as_mut(), &memory, actor, law);
        let what = body(&mut act).map_err(|error| match (error, &permit_word) {
            (DeskError::Refused(mut refusal), Some(word)) => {
                refusal.in_words_of(word);
                DeskError::Refused(refusal)
            }
            (other, _) => other,
        })?;
        if let Some(key) = &key {
            let events = act.events();
            key.remember(act.writing(), events, &what)?;
        }
        let done = act.done(what);
        writing.commit()?;
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(done)
    }
}
