//! Lines kept open between uses, and transactions begun on them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_postgres::Row;

use crate::fault::RegisterFault;
use crate::postgres::address::Settings;
use crate::postgres::doing::{Doing as _, Trouble, column};
use crate::postgres::line::{Command, Line, text};

/// Lines kept open between uses: one per core of the largest planned server. More are opened when
/// asked for, and closed afterwards.
const LINES_KEPT_MAX: usize = 16;

/// The key of the one log of a database, as [`LOCK`] takes it: `PCRT`.
pub(super) const LOG: i64 = 0x5043_5254;

/// Waits until no other process writes. Ends with the transaction, so that a pooler may give each
/// transaction another connection.
pub(super) const LOCK: &str = "SELECT pg_advisory_xact_lock($1)";

/// Settings for the length of one transaction, for the same reason. What waits for the disk or for a
/// standby is never cut short by the server: that would leave an outcome that nobody knows. Every
/// statement of the register walks an index; a plan made while a table was small must do so, too.
const SETTLE: &str = "SELECT pg_is_in_recovery(),
    current_setting('fsync'), current_setting('full_page_writes'),
    current_setting('synchronous_standby_names'),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
    set_config('lock_timeout', $1, true),
    set_config('statement_timeout', '0', true),
    set_config('client_min_messages', 'warning', true),
    set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true)";

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// Reading one state.
    Reading,
    /// Writing, by whoever holds the lock of the log.
    Writing,
}

impl For {
    const fn begin(self) -> &'static str {
        match self {
            Self::Reading => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            // Each statement after the lock sees all that the writers before had made durable.
            Self::Writing => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    const fn doing(self) -> &'static str {
        match self {
            Self::Reading => "beginning to read",
            Self::Writing => "beginning to write",
        }
    }
}

/// Lines to one database.
pub(super) struct Pool {
    pub(super) settings: Settings,
    idle: Mutex<Vec<Line>>,
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            idle: Mutex::new(Vec::new()),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Line>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn connect(&self) -> Result<Line, RegisterFault> {
        Line::connect(&self.settings).doing(|| format!("connecting to {}", self.settings.shown()))
    }

    /// Gives a line back, with no transaction open.
    pub(super) fn give_back(&self, line: Line) {
        let mut idle = self.idle();
        if !line.is_closed() && idle.len() < LINES_KEPT_MAX {
            idle.push(line);
        }
    }

    /// Begins a transaction, and asks with it what is to be known at its beginning.
    ///
    /// A kept line may have been cut while nobody used it. Nothing was decided on it, so another is
    /// tried, once, with all the kept ones given up.
    pub(super) fn begin(
        &self,
        what: For,
        then: &[(&'static str, Option<i64>)],
    ) -> Result<(Line, Vec<Vec<Row>>), RegisterFault> {
        let kept = self.idle().pop();
        if let Some(line) = kept {
            match self.begin_on(&line, what, then) {
                Ok(rows) => return self.checked(line, rows, what),
                Err(trouble) if trouble.is_cut() => self.idle().clear(),
                Err(trouble) => return Err(self.refused(line, what, trouble)),
            }
        }
        let line = self.connect()?;
        match self.begin_on(&line, what, then) {
            Ok(rows) => self.checked(line, rows, what),
            Err(trouble) => Err(self.refused(line, what, trouble)),
        }
    }

    fn checked(
        &self,
        line: Line,
        rows: Vec<Vec<Row>>,
        what: For,
    ) -> Result<(Line, Vec<Vec<Row>>), RegisterFault> {
        // A line to a server that does not do is dropped with its transaction.
        self.check(&rows, what)?;
        Ok((line, rows))
    }

    fn refused(&self, line: Line, what: For, trouble: Trouble) -> RegisterFault {
        if trouble.is_refusal() && line.run("ROLLBACK").is_ok() {
            self.give_back(line);
        }
        trouble.fault(what.doing().into(), self.settings.wait)
    }

    fn begin_on(
        &self,
        line: &Line,
        what: For,
        then: &[(&'static str, Option<i64>)],
    ) -> Result<Vec<Vec<Row>>, Trouble> {
        let wait = self.settings.wait.as_millis().to_string();
        let mut commands = vec![
            Command::Plain(what.begin().into()),
            Command::Asked(SETTLE, vec![text(&wait)]),
        ];
        commands.extend(then.iter().map(|(sql, param)| {
            let params = param.iter().map(|param| crate::postgres::line::int(*param));
            Command::Asked(sql, params.collect())
        }));
        line.take_warnings();
        let mut rows = Vec::with_capacity(commands.len());
        for answer in line.pipeline(&commands) {
            rows.push(answer?);
        }
        // What began the transaction gave nothing.
        rows.drain(..1.min(rows.len()));
        Ok(rows)
    }

    /// Checks that the server is the primary, and that it keeps what it acknowledges.
    fn check(&self, rows: &[Vec<Row>], what: For) -> Result<(), RegisterFault> {
        let row = rows.first().and_then(|rows| rows.first());
        let row = row.ok_or(Trouble::NoRow).doing(|| what.doing().into())?;
        if column(row, 0)? {
            let doing = what.doing().into();
            return Err(RegisterFault::Standby { doing });
        }
        if what == For::Reading {
            return Ok(());
        }
        for (index, setting) in [(1, "fsync"), (2, "full_page_writes")] {
            let found: String = column(row, index)?;
            if found != "on" {
                return Err(RegisterFault::NotDurable {
                    setting,
                    found,
                    expected: "on",
                });
            }
        }
        let found: String = column(row, 3)?;
        if self.settings.needs_standby && found.is_empty() {
            return Err(RegisterFault::NotDurable {
                setting: "synchronous_standby_names",
                found,
                expected: "the name of a standby",
            });
        }
        Ok(())
    }
}
