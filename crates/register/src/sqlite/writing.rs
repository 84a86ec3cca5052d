//! Writing: one transaction, begun with the write lock of the file. What is held back
//! ([`crate::held`]) is written row by row, in the order of the tables.

mod flush;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::sync::MutexGuard;

use domain::time::{Instant, Position};
use rusqlite::Connection;

use crate::counted::{BESIDE, Counted};
use crate::event::{Query, Stamp};
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::held::levels::{Known, Level, Mark, Numbers, State};
use crate::held::{self, About, Engine, Holds, Stretch};
use crate::merkle::{Frontier, Kept as _};
use crate::projection::{Key, Projection};
use crate::sqlite::doing::{Doing as _, is_failing_disk};
use crate::sqlite::reading::Connected;
use crate::sqlite::tree::StoredNodes;
use crate::sqlite::views::Lookups;
use crate::sqlite::{events, rows, schema, views};
use crate::store::{self, Head, Origin, StoredAnswer, View};

/// The writing connection, and what it remembers between writes.
pub(super) struct Writer {
    pub(super) connection: Connection,
    /// The end of the tree as this process left it. Another process may have written since, so it
    /// is used only when the head is still the one it was made for.
    pub(super) frontier: Option<(Head, Frontier)>,
    /// What the disk failed at, once it did.
    pub(super) failed: OnceCell<String>,
    /// Where the register comes from.
    pub(super) origin: Origin,
}

impl Writer {
    /// Refuses to write to a backup, and to go on after the disk failed.
    ///
    /// INVARIANT (a failed sync is never tried again): the system may call the second attempt a
    /// success though the first lost what was written.
    pub(super) fn check_open(&self) -> Result<(), RegisterFault> {
        // INVARIANT (an older state never goes live silently): a backup takes no write.
        if let Origin::Copy { events } = self.origin {
            return Err(RegisterFault::Copy { events });
        }
        self.failed.get().map_or(Ok(()), |because| {
            Err(RegisterFault::Shut {
                because: because.clone(),
            })
        })
    }

    /// Takes note when the disk failed.
    fn noting<T>(&self, result: Result<T, RegisterFault>) -> Result<T, RegisterFault> {
        result.inspect_err(|fault| {
            if is_failing_disk(fault) {
                let cause = std::error::Error::source(fault).map(ToString::to_string);
                let because = format!("{fault}: {}", cause.unwrap_or_default());
                self.failed.get_or_init(|| because);
            }
        })
    }
}

/// A write under way.
pub(super) struct SqliteWriting<'a> {
    writer: MutexGuard<'a, Writer>,
    projection: &'a dyn Projection,
    stamp: Stamp,
    state: RefCell<State>,
    lookups: RefCell<Lookups>,
    counted: Counted,
    is_ended: bool,
}

impl<'a> SqliteWriting<'a> {
    /// Takes the write lock of the file and reads where the log ends.
    pub(super) fn begin(
        mut writer: MutexGuard<'a, Writer>,
        projection: &'a dyn Projection,
        stamp: Stamp,
    ) -> Result<Self, RegisterFault> {
        writer.check_open()?;
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
            state: RefCell::new(State::new(stamp.now)),
            lookups: RefCell::default(),
            counted: Counted::default(),
            is_ended: false,
        };
        let connection = &writing.writer.connection;
        let stored = schema::meta(connection, views::PROJECTION)?.unwrap_or_default();
        if stored != projection.version() {
            let ours = projection.version().to_owned();
            return Err(RegisterFault::OtherProjection { stored, ours });
        }
        let head = events::head(connection)?;
        let frontier = match remembered {
            Some((at, frontier)) if at == head => frontier,
            _ => StoredNodes(connection).frontier(head.position.0)?,
        };
        let found = Numbers {
            answer: rows::last(connection, "answer")?,
            outgoing: rows::last(connection, "outgoing")?,
            checkpoint: rows::last(connection, "checkpoint")?,
        };
        writing.counted = Counted::parse(schema::meta(connection, BESIDE)?.as_deref())?;
        let numbers = writing.counted.onward(found);
        let state = writing.state.get_mut();
        // INVARIANT (log time never runs backwards): whatever the clock does.
        state.recorded_at = head
            .recorded_at
            .map_or(stamp.now, |last| last.max(stamp.now));
        state.now = Mark {
            head,
            frontier,
            numbers,
        };
        state.levels = vec![Level::new(state.now.clone())];
        Ok(writing)
    }
}

/// The name of the savepoint of a level.
fn savepoint(level: usize) -> String {
    format!("step_{level}")
}

impl Engine for SqliteWriting<'_> {
    const IS_FAR: bool = false;

    fn state(&self) -> &RefCell<State> {
        &self.state
    }

    fn projection(&self) -> &dyn Projection {
        self.projection
    }

    fn seed(&self) -> &[u8; 32] {
        &self.stamp.seed
    }

    fn is_open(&self) -> bool {
        // SQLite undoes the whole transaction by itself when the disk is full or fails.
        !self.writer.connection.is_autocommit()
    }

    fn send(&self, state: &mut State) -> Result<(), RegisterFault> {
        let mut lookups = self.lookups.borrow_mut();
        self.writer.noting(flush::flush(
            &self.writer.connection,
            self.projection,
            &mut lookups,
            state,
        ))
    }

    fn fetch(&self, state: &mut State, wanted: &BTreeSet<Key>) -> Result<(), RegisterFault> {
        for key in wanted {
            if state.row(key).is_none() {
                let row = views::row(&self.writer.connection, key)?;
                state.known.views.insert(key.clone(), row);
            }
        }
        Ok(())
    }

    fn kept_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        rows::answer(&self.writer.connection, key)
    }

    fn kept_series(&self, series: &str) -> Result<u64, RegisterFault> {
        let found = rows::series(&self.writer.connection, series)?;
        Ok(self.counted.onward_in(series, found))
    }

    fn first_match(
        &self,
        query: &Query,
        stretch: Stretch,
    ) -> Result<Option<Position>, RegisterFault> {
        let found = events::matching(&self.writer.connection, query, stretch, 1)?;
        Ok(found.first().copied())
    }

    fn undo(&self, state: &mut State, level: usize) -> Result<(), RegisterFault> {
        let name = savepoint(level);
        // Numbers given to look-ups since are undone with the rest, and so is what was read since.
        *self.lookups.borrow_mut() = Lookups::default();
        state.known = Known::default();
        self.writer
            .connection
            .execute_batch(&format!("ROLLBACK TO {name}; RELEASE {name};"))
            .doing(|| "undoing a savepoint".into())
    }

    fn end(&self, level: usize) -> Result<(), RegisterFault> {
        self.writer
            .connection
            .execute_batch(&format!("RELEASE {}", savepoint(level)))
            .doing(|| "ending a savepoint".into())
    }

    fn set_mark(
        &self,
        number: u64,
        mark: &store::Mark,
        at: Instant,
    ) -> Result<bool, RegisterFault> {
        rows::mark(&self.writer.connection, number, mark, at)
    }

    fn make_durable(&mut self) -> Result<(), RegisterFault> {
        let mut state = self.state.borrow_mut();
        self.send(&mut state)?;
        if let Some(counted) = self.counted.after(&state) {
            schema::set_meta(&self.writer.connection, BESIDE, &counted.text()?)?;
        }
        let committed = self.writer.connection.execute_batch("COMMIT");
        let committed = committed.doing(|| "making a write durable".into());
        self.writer.noting(committed).map_err(|fault| {
            // What was written before the disk failed may be whole, and is then found when the
            // register is opened again.
            match self.writer.failed.get() {
                Some(because) => RegisterFault::UnknownOutcome {
                    doing: "making a write durable".into(),
                    because: because.clone(),
                },
                None => fault,
            }
        })?;
        self.is_ended = true;
        self.writer.frontier = Some((state.now.head, state.now.frontier.clone()));
        Ok(())
    }
}

impl Holds for SqliteWriting<'_> {
    type Engine = Self;

    fn engine(&self) -> &Self {
        self
    }

    fn engine_mut(&mut self) -> &mut Self {
        self
    }
}

impl Connected for SqliteWriting<'_> {
    fn connection(&self, about: About<'_>) -> Result<&Connection, RegisterFault> {
        held::show(self, about)?;
        Ok(&self.writer.connection)
    }

    fn known_head(&self) -> Result<Head, RegisterFault> {
        held::head(self)
    }

    fn known_root(&self, size: u64) -> Result<Hash, RegisterFault> {
        match held::root(self, size)? {
            Some(root) => Ok(root),
            None => crate::merkle::root(&StoredNodes(self.connection(About::Log)?), size),
        }
    }

    fn known_view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        held::view(self, key)
    }

    fn known_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        held::answer(self, key)
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
