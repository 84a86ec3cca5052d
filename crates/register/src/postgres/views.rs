//! Folding the whole log again: into the database, or into a passing file to compare with it.

use std::collections::BTreeSet;
use std::path::Path;

use domain::time::Position;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::event::{EVENTS_PER_READ_MAX, Query, StoredEvent};
use crate::fault::RegisterFault;
use crate::held::Stretch;
use crate::postgres::doing::{Doing as _, kept};
use crate::postgres::events;
use crate::postgres::line::{Command, Line, ints, texts};
use crate::projection::{Key, Projection, ProjectionFault, ViewRow};
use crate::store::Progress;

/// How many events pass between two reports of progress.
pub(super) const EVENTS_PER_REPORT: u64 = 1_000;

/// Rows written at once.
const ROWS_AT_ONCE: usize = 2_000;

/// Views folded afresh, in a passing file that SQLite deletes by itself: the log may be larger
/// than the memory, and a read changes nothing in the database.
pub(super) struct Fresh<'a> {
    connection: Connection,
    projection: &'a dyn Projection,
}

/// A row of the passing file.
pub(super) struct FreshRow {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) position: i64,
    pub(super) body: String,
    pub(super) entries: String,
}

fn passing<T>(result: rusqlite::Result<T>) -> Result<T, RegisterFault> {
    result.map_err(|source| RegisterFault::Storage {
        doing: "keeping views in a passing file".into(),
        source: Box::new(source),
    })
}

impl<'a> Fresh<'a> {
    pub(super) fn new(projection: &'a dyn Projection) -> Result<Self, RegisterFault> {
        let connection = passing(Connection::open(Path::new("")))?;
        passing(connection.execute_batch(
            "PRAGMA journal_mode = OFF;
             CREATE TABLE fresh (kind TEXT, id TEXT, position INTEGER, body TEXT, entries TEXT,
                 PRIMARY KEY (kind, id)) WITHOUT ROWID;
             CREATE TABLE entry (kind TEXT, name TEXT, value TEXT, id TEXT,
                 PRIMARY KEY (kind, name, value, id)) WITHOUT ROWID;
             BEGIN;",
        ))?;
        Ok(Self {
            connection,
            projection,
        })
    }

    /// Folds one event.
    pub(super) fn fold(&self, event: &StoredEvent) -> Result<(), RegisterFault> {
        let mut states = |key: &Key| self.body(key);
        let rows = self
            .projection
            .apply(event, &mut states)
            .map_err(|fault| match fault {
                ProjectionFault::Register(fault) => fault,
                ProjectionFault::Unreadable { because } => RegisterFault::Fold {
                    position: event.position,
                    because,
                },
            })?;
        rows.into_iter()
            .try_for_each(|(key, row)| self.put(event.position, &key, row))
    }

    fn body(&self, key: &Key) -> Result<Option<String>, RegisterFault> {
        let found = self
            .connection
            .prepare_cached("SELECT body FROM fresh WHERE kind = ?1 AND id = ?2")
            .and_then(|mut statement| {
                let params = params![key.kind, key.id];
                statement.query_row(params, |row| row.get(0)).optional()
            });
        passing(found)
    }

    fn put(&self, at: Position, key: &Key, row: ViewRow) -> Result<(), RegisterFault> {
        let entries: BTreeSet<(String, String)> = row.index.into_iter().collect();
        let text = serde_json::to_string(&entries).map_err(|source| RegisterFault::Storage {
            doing: format!("writing view `{}/{}`", key.kind, key.id),
            source: Box::new(source),
        })?;
        let written = self
            .connection
            .prepare_cached("INSERT OR REPLACE INTO fresh VALUES (?1, ?2, ?3, ?4, ?5)")
            .and_then(|mut insert| {
                insert.execute(params![key.kind, key.id, kept(at.0), row.body, text])
            });
        passing(written).map(|_| ())
    }

    /// Writes the entries of every row into a table of their own, in the order of the index.
    pub(super) fn spread(&self) -> Result<(), RegisterFault> {
        passing(self.connection.execute(
            "INSERT INTO entry SELECT fresh.kind, json_extract(one.value, '$[0]'),
             json_extract(one.value, '$[1]'), fresh.id FROM fresh, json_each(fresh.entries) AS one",
            [],
        ))
        .map(|_| ())
    }

    /// Gives every row, in the order of kinds and ids.
    pub(super) fn rows(
        &self,
        take: &mut dyn FnMut(FreshRow) -> Result<(), RegisterFault>,
    ) -> Result<(), RegisterFault> {
        let sql = "SELECT kind, id, position, body, entries FROM fresh ORDER BY kind, id";
        let mut statement = passing(self.connection.prepare(sql))?;
        let mut rows = passing(statement.query([]))?;
        while let Some(row) = passing(rows.next())? {
            take(FreshRow {
                kind: passing(row.get(0))?,
                id: passing(row.get(1))?,
                position: passing(row.get(2))?,
                body: passing(row.get(3))?,
                entries: passing(row.get(4))?,
            })?;
        }
        Ok(())
    }

    /// Gives every entry of the index, in its order.
    pub(super) fn entries(
        &self,
        take: &mut dyn FnMut([String; 4]) -> Result<(), RegisterFault>,
    ) -> Result<(), RegisterFault> {
        let sql = "SELECT kind, name, value, id FROM entry ORDER BY kind, name, value, id";
        let mut statement = passing(self.connection.prepare(sql))?;
        let mut rows = passing(statement.query([]))?;
        while let Some(row) = passing(rows.next())? {
            let text = |index| passing(row.get::<_, String>(index));
            take([text(0)?, text(1)?, text(2)?, text(3)?])?;
        }
        Ok(())
    }
}

/// Empties the views of a register and writes them as all its events give them. Within a write; a
/// reader goes on seeing the rows of before.
pub(super) fn refold(
    line: &Line,
    projection: &dyn Projection,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let fresh = Fresh::new(projection)?;
    let of = events::head(line)?.position.0;
    let mut done = 0_u64;
    while done < of {
        let stretch = Stretch {
            after: Position(done),
            until: None,
        };
        let most = EVENTS_PER_READ_MAX.min(1_000);
        let events = events::events(line, &Query::default(), stretch, most)?;
        if events.is_empty() {
            break;
        }
        for event in events {
            fresh.fold(&event)?;
            done = event.position.0;
            if done.is_multiple_of(EVENTS_PER_REPORT) || done == of {
                progress(Progress { done, of });
            }
        }
    }
    line.run("DELETE FROM register.view_index; DELETE FROM register.view")
        .doing(|| "emptying the views".into())?;
    write_rows(line, &fresh)?;
    fresh.spread()?;
    write_entries(line, &fresh)
}

fn write_rows(line: &Line, fresh: &Fresh<'_>) -> Result<(), RegisterFault> {
    const VIEWS: &str = "INSERT INTO register.view (kind, id, position, body, entries)
        SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])";
    let send = |rows: &[FreshRow]| -> Result<(), RegisterFault> {
        let command = Command::Asked(
            VIEWS,
            vec![
                texts(rows.iter().map(|row| row.kind.as_str()).collect()),
                texts(rows.iter().map(|row| row.id.as_str()).collect()),
                ints(rows.iter().map(|row| row.position).collect()),
                texts(rows.iter().map(|row| row.body.as_str()).collect()),
                texts(rows.iter().map(|row| row.entries.as_str()).collect()),
            ],
        );
        line.pipeline(&[command])
            .into_iter()
            .try_for_each(|answer| answer.doing(|| "writing the views".into()).map(|_| ()))
    };
    let mut held = Vec::new();
    fresh.rows(&mut |row| {
        held.push(row);
        if held.len() >= ROWS_AT_ONCE {
            send(&held)?;
            held.clear();
        }
        Ok(())
    })?;
    if held.is_empty() {
        return Ok(());
    }
    send(&held)
}

fn write_entries(line: &Line, fresh: &Fresh<'_>) -> Result<(), RegisterFault> {
    const ENTRIES: &str = "INSERT INTO register.view_index (kind, name, value, id)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])";
    let send = |held: &[[String; 4]]| -> Result<(), RegisterFault> {
        let (mut kinds, mut names, mut values, mut ids) = (vec![], vec![], vec![], vec![]);
        for [kind, name, value, id] in held {
            kinds.push(kind.as_str());
            names.push(name.as_str());
            values.push(value.as_str());
            ids.push(id.as_str());
        }
        line.ask(ENTRIES, &[kinds, names, values, ids].map(texts))
            .doing(|| "writing the index of the views".into())?;
        Ok(())
    };
    let mut held = Vec::new();
    fresh.entries(&mut |entry| {
        held.push(entry);
        if held.len() >= ROWS_AT_ONCE {
            send(&held)?;
            held.clear();
        }
        Ok(())
    })?;
    if held.is_empty() {
        return Ok(());
    }
    send(&held)
}
