//! Writing: one transaction, under the lock of the log. What is held back ([`crate::held`]) is sent
//! in a few statements of many rows.

mod flush;
mod insert;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domain::time::{Instant, Position};

use crate::counted::Counted;
use crate::event::{Query, Stamp};
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::held::levels::{Level, Mark, Numbers, State};
use crate::held::row::{Row, Text};
use crate::held::{self, About, Engine, Holds, Stretch};
use crate::merkle::{Frontier, Kept as _};
use crate::postgres::doing::{Doing as _, Trouble, column, natural};
use crate::postgres::events;
use crate::postgres::line::{Command, Line, text, texts};
use crate::postgres::pool::{For, LOCK, LOG, Pool};
use crate::postgres::reading::{Connected, Over};
use crate::postgres::rows;
use crate::postgres::tree::StoredNodes;
use crate::postgres::writing::flush::{Flush, savepoint};
use crate::projection::{Key, Projection};
use crate::store::{self, Head, StoredAnswer, View};

/// Rows asked for at once.
const ROWS_PER_ASK_MAX: usize = 2_000;

/// What a process remembers between writes: where the log ended when it last made something
/// durable. Another may have written since, so it is used only when that is still the end.
pub(super) type Remembered = Mutex<Option<(Head, Frontier)>>;

/// What is to be known at the beginning of a write.
const BEGINNING: &str = "SELECT
    (SELECT value FROM register.meta WHERE name = 'projection'),
    (SELECT value FROM register.meta WHERE name = 'beside'),
    (SELECT coalesce(max(number), 0) FROM register.answer),
    (SELECT coalesce(max(number), 0) FROM register.outgoing),
    (SELECT coalesce(max(number), 0) FROM register.checkpoint)";

/// Keeps the count of what stands beside the log. There is one since the tables were created.
const COUNTED: &str = "UPDATE register.meta SET value = $1 WHERE name = 'beside'";

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
    counted: Counted,
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
            counted: Counted::default(),
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
        writing.counted = Counted::parse(column::<Option<String>>(row, 1)?.as_deref())?;
        let numbers = writing.counted.onward(Numbers {
            answer: column(row, 2)?,
            outgoing: column(row, 3)?,
            checkpoint: column(row, 4)?,
        });
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
        };
        state.levels = vec![Level::new(state.now.clone())];
        Ok(writing)
    }

    fn open(&self) -> Result<&Line, RegisterFault> {
        self.line.as_ref().ok_or(RegisterFault::Unfinished)
    }

    /// Sends what is left together with the commit, and finds out what became of it.
    fn commit_now(&mut self) -> Result<(), RegisterFault> {
        let line = self.line.take().ok_or(RegisterFault::Unfinished)?;
        let mut state = self.state.borrow_mut();
        let taken = Flush::take(&mut state, &line, self.projection)?;
        let counted = self.counted.after(&state);
        let counted = counted.map(|counted| counted.text()).transpose()?;
        let mut commands = taken.commands()?;
        if let Some(counted) = &counted {
            commands.push(Command::Asked(COUNTED, vec![text(counted)]));
        }
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

/// Fetches rows that are not known yet, together.
fn fetch(state: &mut State, line: &Line, wanted: &BTreeSet<Key>) -> Result<(), RegisterFault> {
    const THESE: &str = "SELECT view.kind, view.id, view.position, view.body, view.entries
        FROM unnest($1::text[], $2::text[]) AS wanted (kind, id)
        JOIN register.view ON view.kind = wanted.kind AND view.id = wanted.id";
    let unknown: Vec<&Key> = wanted
        .iter()
        .filter(|key| state.row(key).is_none())
        .collect();
    let mut found = Vec::new();
    for keys in unknown.chunks(ROWS_PER_ASK_MAX) {
        let kinds = keys.iter().map(|key| key.kind.as_str()).collect();
        let ids = keys.iter().map(|key| key.id.as_str()).collect();
        let rows = line
            .ask(THESE, &[texts::<&str>(kinds), texts::<&str>(ids)])
            .doing(|| format!("reading {} views", keys.len()))?;
        for row in &rows {
            let key = Key {
                kind: column(row, 0)?,
                id: column(row, 1)?,
            };
            let text = Text {
                body: column(row, 3)?,
                entries: column(row, 4)?,
            };
            let position = Position(natural(column(row, 2)?));
            found.push((key, Some(Row::read(position, None, text))));
        }
    }
    let absent: Vec<_> = unknown.into_iter().map(|key| (key.clone(), None)).collect();
    state.known.views.extend(absent);
    state.known.views.extend(found);
    Ok(())
}

impl Engine for PostgresWriting<'_> {
    const IS_FAR: bool = true;

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
        self.line.is_some()
    }

    fn send(&self, state: &mut State) -> Result<(), RegisterFault> {
        let line = self.open()?;
        let flush = Flush::take(state, line, self.projection)?;
        for answer in line.pipeline(&flush.commands()?) {
            answer.doing(|| "writing what was appended".into())?;
        }
        Ok(())
    }

    fn fetch(&self, state: &mut State, wanted: &BTreeSet<Key>) -> Result<(), RegisterFault> {
        fetch(state, self.open()?, wanted)
    }

    fn kept_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        rows::answer(self.open()?, key)
    }

    fn kept_series(&self, series: &str) -> Result<u64, RegisterFault> {
        let rows = self
            .open()?
            .ask(
                "SELECT last FROM register.series WHERE name = $1",
                &[text(series)],
            )
            .doing(|| format!("taking the next number of series `{series}`"))?;
        let last = rows.first().map_or(Ok(0), |row| column::<i64>(row, 0))?;
        Ok(self.counted.onward_in(series, natural(last)))
    }

    fn first_match(
        &self,
        query: &Query,
        stretch: Stretch,
    ) -> Result<Option<Position>, RegisterFault> {
        let found = events::matching(self.open()?, query, stretch, 1)?;
        Ok(found.first().copied())
    }

    fn undo(&self, _: &mut State, level: usize) -> Result<(), RegisterFault> {
        let name = savepoint(level);
        let sql = format!("ROLLBACK TO {name}; RELEASE {name}");
        let line = self.open()?;
        line.run(&sql).doing(|| "undoing a savepoint".into())
    }

    fn end(&self, level: usize) -> Result<(), RegisterFault> {
        let sql = format!("RELEASE {}", savepoint(level));
        let line = self.open()?;
        line.run(&sql).doing(|| "ending a savepoint".into())
    }

    fn set_mark(
        &self,
        number: u64,
        mark: &store::Mark,
        at: Instant,
    ) -> Result<bool, RegisterFault> {
        rows::set_mark(self.open()?, number, mark, at)
    }

    fn make_durable(&mut self) -> Result<(), RegisterFault> {
        self.commit_now()
    }
}

impl<'a> Holds for Over<PostgresWriting<'a>> {
    type Engine = PostgresWriting<'a>;

    fn engine(&self) -> &Self::Engine {
        &self.0
    }

    fn engine_mut(&mut self) -> &mut Self::Engine {
        &mut self.0
    }
}

impl Connected for PostgresWriting<'_> {
    fn line(&self, about: About<'_>) -> Result<&Line, RegisterFault> {
        held::show(self, about)?;
        self.open()
    }

    fn known_head(&self) -> Result<Head, RegisterFault> {
        held::head(self)
    }

    fn known_root(&self, size: u64) -> Result<Hash, RegisterFault> {
        match held::root(self, size)? {
            Some(root) => Ok(root),
            None => crate::merkle::root(&StoredNodes(self.line(About::Log)?), size),
        }
    }

    fn known_view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        held::view(self, key)
    }

    fn known_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        held::answer(self, key)
    }

    fn will_read(&self, views: &[Key], answers: &[&str]) -> Result<(), RegisterFault> {
        let fetched = self.ask_for(&mut *held::usable(self)?, views, answers);
        if fetched.is_err() {
            self.state.borrow_mut().failed_within = Some(0);
        }
        fetched
    }
}

impl PostgresWriting<'_> {
    fn ask_for(
        &self,
        state: &mut State,
        views: &[Key],
        answers: &[&str],
    ) -> Result<(), RegisterFault> {
        const ANSWERS: &str = "SELECT number, key, request, answer, first, last, seal
            FROM register.answer WHERE key = ANY($1)";
        let line = self.open()?;
        fetch(state, line, &views.iter().cloned().collect())?;
        let unknown: Vec<&str> = answers
            .iter()
            .copied()
            .filter(|key| state.answer(key).is_none())
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let found = line
            .ask(ANSWERS, &[texts(unknown.clone())])
            .doing(|| format!("reading {} answers", unknown.len()))?;
        let absent = unknown.into_iter().map(|key| (key.to_owned(), None));
        state.known.answers.extend(absent);
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
