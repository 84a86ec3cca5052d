//! Walking the log once: leaves, chain, tree and checkpoints.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::checkpoint::SignedCheckpoint;
use crate::fault::RegisterFault;
use crate::leaf::Salts;
use crate::merkle::Node;
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::events::EventRow;
use crate::sqlite::verify::derived::Derived;
use crate::sqlite::verify::examine::{BATCH, Batch, Done, Examiners, Read, ReadContent};
use crate::sqlite::{events, salts};
use crate::store::Progress;
use crate::verify::{LogCheck, Part, Place, VerifyOptions, VerifyReport};

/// How many events pass between two reports of progress.
const EVENTS_PER_REPORT: u64 = 1_000;

/// Walks the log, and gives what can be read of it to the check of what is derived.
pub(super) fn walk(
    connection: &Connection,
    derived: Option<&mut Derived<'_>>,
    options: &VerifyOptions<'_>,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let kept_checkpoints = checkpoints(connection)?;
    let mut walk = Walk {
        beside: Beside {
            connection,
            has_redactions: has_rows(connection, "redaction")?,
        },
        check: LogCheck::new(&kept_checkpoints, options),
        derived,
        of: events::head(connection)?.position.0,
        report,
        progress,
    };
    let walked = walk.through();
    // What was walked is held against the checkpoints even when the walk ended early.
    walk.check.finish(walk.report);
    walked
}

struct Walk<'a, 'd, 'p> {
    beside: Beside<'a>,
    check: LogCheck<'a>,
    derived: Option<&'a mut Derived<'d>>,
    of: u64,
    report: &'a mut VerifyReport,
    progress: &'a mut (dyn FnMut(Progress) + 'p),
}

impl Walk<'_, '_, '_> {
    fn through(&mut self) -> Result<(), RegisterFault> {
        std::thread::scope(|scope| {
            let mut examiners = Examiners::start(scope, self.derived.is_some());
            let read = self.read_all(&mut examiners);
            // What was read before a failure is checked all the same.
            while let Some(done) = examiners.wait() {
                self.take(done)?;
            }
            read
        })
    }

    fn read_all(&mut self, examiners: &mut Examiners) -> Result<(), RegisterFault> {
        let doing = || "reading the log".to_owned();
        let mut statement = self
            .beside
            .connection
            .prepare(&format!(
                "SELECT {}, salt.seed FROM event LEFT JOIN salt USING (position) ORDER BY position",
                events::COLUMNS
            ))
            .doing(doing)?;
        let mut rows = statement.query([]).doing(doing)?;
        let mut batch = Batch::new();
        let ended = loop {
            match rows.next().doing(doing) {
                Err(fault) => break Err(fault),
                Ok(None) => break Ok(()),
                Ok(Some(row)) => match self.beside.read(row, &mut batch.texts) {
                    Ok(read) => batch.events.push(read),
                    Err(fault) => break Err(fault),
                },
            }
            if batch.events.len() == BATCH {
                let full = std::mem::replace(&mut batch, Batch::new());
                let done = examiners.exchange(full);
                self.take(done)?;
            }
        };
        let done = examiners.exchange(batch);
        self.take(done)?;
        ended
    }

    fn take(&mut self, done: Vec<Done>) -> Result<(), RegisterFault> {
        for Done { examined, event } in done {
            let mut missing: Result<(), RegisterFault> = Ok(());
            let beside = &self.beside;
            self.check
                .take_examined(&examined, self.report, &mut |node, report| {
                    if let Err(fault) = beside.check_node(node, report) {
                        missing = Err(fault);
                    }
                });
            missing?;
            if let Some(derived) = &mut self.derived {
                derived.take(event.as_ref());
            }
            let size = self.check.size();
            if size.is_multiple_of(EVENTS_PER_REPORT) || size == self.of {
                (self.progress)(Progress {
                    done: size,
                    of: self.of,
                });
            }
        }
        Ok(())
    }
}

/// What is kept beside the events and looked up for each.
struct Beside<'a> {
    connection: &'a Connection,
    has_redactions: bool,
}

impl Beside<'_> {
    fn read(&self, row: &Row<'_>, texts: &mut String) -> Result<Read, RegisterFault> {
        let position = events::position(row)?;
        Ok(Read {
            position,
            leaf: events::leaf(row),
            content: EventRow::of(row, texts)
                .and_then(|content| self.content(row, position, content)),
        })
    }

    fn content(
        &self,
        row: &Row<'_>,
        at: domain::time::Position,
        content: EventRow,
    ) -> Part<ReadContent> {
        let told = |fault: RegisterFault| fault.to_string();
        let seed: Option<[u8; 32]> = row.get(11).map_err(|error| format!("salt: {error}"))?;
        let salts = match seed {
            Some(seed) => Some(Salts::Seed(seed)),
            None => salts::one_by_one(self.connection, at).map_err(told)?,
        };
        let redactions = if self.has_redactions {
            salts::redactions(self.connection, at).map_err(told)?
        } else {
            Default::default()
        };
        Ok(ReadContent {
            row: content,
            salts,
            redactions,
        })
    }

    fn check_node(&self, node: Node, report: &mut VerifyReport) -> Result<(), RegisterFault> {
        let Node { level, index, hash } = node;
        let stored: Option<rusqlite::types::Value> = self
            .connection
            .prepare_cached("SELECT hash FROM node WHERE level = ?1 AND number = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![level, kept(index)], |row| row.get(0))
                    .optional()
            })
            .doing(|| format!("reading node {index} of level {level}"))?;
        let place = Place::Node { level, index };
        match stored {
            None => report.note(place, "is missing"),
            Some(rusqlite::types::Value::Blob(bytes)) if bytes == hash.0 => {}
            Some(_) => report.note(place, "does not match the events under it"),
        }
        Ok(())
    }
}

fn has_rows(connection: &Connection, table: &str) -> Result<bool, RegisterFault> {
    connection
        .prepare(&format!("SELECT 1 FROM {table} LIMIT 1"))
        .and_then(|mut statement| statement.exists([]))
        .doing(|| format!("reading table `{table}`"))
}

/// The kept checkpoints that can be read; those that cannot are noted elsewhere.
fn checkpoints(connection: &Connection) -> Result<Vec<SignedCheckpoint>, RegisterFault> {
    let doing = || "reading the kept checkpoints".to_owned();
    let mut statement = connection
        .prepare("SELECT text FROM checkpoint ORDER BY number")
        .doing(doing)?;
    let texts: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .doing(doing)?;
    Ok(texts
        .iter()
        .filter_map(|text| SignedCheckpoint::parse(text).ok())
        .collect())
}
