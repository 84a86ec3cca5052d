//! The rows that events fold into, and the index under which they are found.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::time::Position;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::held::row::{self, Entries, Row, Text, entries_text};
use crate::projection::{Key, Projection};
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::{events, schema};
use crate::store::Progress;

/// The row of `meta` that names what the views were built by.
pub(super) const PROJECTION: &str = "projection";

/// How many events pass between two reports of progress.
const EVENTS_PER_REPORT: u64 = 1_000;

/// The numbers of look-ups met so far in one write.
#[derive(Default)]
pub(super) struct Lookups(BTreeMap<String, BTreeMap<String, i64>>);

impl Lookups {
    /// The number of a look-up, which is given one when it is new.
    fn number(
        &mut self,
        connection: &Connection,
        kind: &str,
        name: &str,
    ) -> Result<i64, RegisterFault> {
        if let Some(number) = self.0.get(kind).and_then(|names| names.get(name)) {
            return Ok(*number);
        }
        let number = connection
            .prepare_cached(
                "INSERT INTO view_lookup (kind, name) VALUES (?1, ?2)
                 ON CONFLICT (kind, name) DO UPDATE SET kind = kind RETURNING number",
            )
            .and_then(|mut insert| insert.query_row([kind, name], |row| row.get(0)))
            .doing(|| format!("numbering look-up `{name}` of views `{kind}`"))?;
        let names = self.0.entry(kind.to_owned()).or_default();
        names.insert(name.to_owned(), number);
        Ok(number)
    }
}

/// Writes rows of the views and keeps their index in line.
pub(super) struct Rows<'a> {
    pub(super) connection: &'a Connection,
    pub(super) lookups: &'a mut Lookups,
}

/// A row to be written.
#[derive(Clone, Copy)]
pub(super) struct New<'a> {
    pub(super) position: Position,
    pub(super) key: &'a Key,
    pub(super) text: &'a Text,
    pub(super) entries: &'a Entries,
}

/// A row as the database has it: enough to write it again without looking for it again.
pub(super) struct Met {
    pub(super) number: i64,
    /// The entries under which it is found, as JSON text.
    pub(super) entries: String,
}

impl Rows<'_> {
    /// Writes a row, and brings its index entries in line. Gives the row's number.
    pub(super) fn put(&mut self, new: New<'_>, before: Option<&Met>) -> Result<i64, RegisterFault> {
        let New {
            position,
            key,
            text,
            entries,
        } = new;
        let doing = || format!("writing view `{}/{}`", key.kind, key.id);
        let position = kept(position.0);
        let Some(before) = before else {
            self.connection
                .prepare_cached(
                    "INSERT INTO view (kind, id, position, body, entries)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )
                .and_then(|mut insert| {
                    insert.execute(params![key.kind, key.id, position, text.body, text.entries])
                })
                .doing(doing)?;
            let number = self.connection.last_insert_rowid();
            self.index(ADD, key, entries.iter())?;
            return Ok(number);
        };
        let number = before.number;
        if before.entries == text.entries {
            self.connection
                .prepare_cached("UPDATE view SET position = ?2, body = ?3 WHERE number = ?1")
                .and_then(|mut update| update.execute(params![number, position, text.body]))
                .doing(doing)?;
            return Ok(number);
        }
        self.connection
            .prepare_cached(
                "UPDATE view SET position = ?2, body = ?3, entries = ?4 WHERE number = ?1",
            )
            .and_then(|mut update| {
                update.execute(params![number, position, text.body, text.entries])
            })
            .doing(doing)?;
        let old = row::entries(key, &before.entries)?;
        self.index(REMOVE, key, old.difference(entries))?;
        self.index(ADD, key, entries.difference(&old))?;
        Ok(number)
    }

    /// Adds or removes index entries.
    fn index<'e>(
        &mut self,
        sql: &'static str,
        key: &Key,
        entries: impl Iterator<Item = &'e (String, String)>,
    ) -> Result<(), RegisterFault> {
        let doing = || format!("indexing view `{}/{}`", key.kind, key.id);
        let mut statement = self.connection.prepare_cached(sql).doing(doing)?;
        for (name, value) in entries {
            let lookup = self.lookups.number(self.connection, &key.kind, name)?;
            statement
                .execute(params![lookup, value, key.id])
                .doing(doing)?;
        }
        Ok(())
    }
}

/// Folds events into the views of a database, each from the text of its payload.
pub(super) struct Folding<'a> {
    pub(super) rows: Rows<'a>,
    pub(super) projection: &'a dyn Projection,
}

impl Folding<'_> {
    /// Folds one event.
    pub(super) fn fold(&mut self, event: &StoredEvent) -> Result<(), RegisterFault> {
        let connection = self.rows.connection;
        let mut met: Vec<(Key, Option<Met>)> = Vec::new();
        let mut states = |key: &Key| {
            let (row, body) = match read(connection, key)? {
                Some((row, body)) => (Some(row), Some(body)),
                None => (None, None),
            };
            met.push((key.clone(), row));
            Ok(body)
        };
        let rows = self
            .projection
            .apply(event, &mut states)
            .map_err(|fault| row::at(event.position, fault))?;
        for (key, row) in rows {
            // Each row is written from what was met of it once: a second row of the same key looks
            // for what the first one wrote.
            let before = match met.iter().rposition(|(other, _)| *other == key) {
                Some(at) => met.swap_remove(at).1,
                None => self::met(connection, &key)?,
            };
            met.retain(|(other, _)| *other != key);
            let entries: Entries = row.index.into_iter().collect();
            let text = Text {
                body: row.body,
                entries: entries_text(&entries, &key)?,
            };
            let new = New {
                position: event.position,
                key: &key,
                text: &text,
                entries: &entries,
            };
            self.rows.put(new, before.as_ref())?;
        }
        Ok(())
    }
}

const ADD: &str = "INSERT OR IGNORE INTO view_index (lookup, value, id) VALUES (?1, ?2, ?3)";
const REMOVE: &str = "DELETE FROM view_index WHERE lookup = ?1 AND value = ?2 AND id = ?3";

/// The number of a row and the entries under which it is found now.
pub(super) fn met(connection: &Connection, key: &Key) -> Result<Option<Met>, RegisterFault> {
    connection
        .prepare_cached("SELECT number, entries FROM view WHERE kind = ?1 AND id = ?2")
        .and_then(|mut statement| {
            statement
                .query_row([&key.kind, &key.id], |row| {
                    let (number, entries) = (row.get(0)?, row.get(1)?);
                    Ok(Met { number, entries })
                })
                .optional()
        })
        .doing(|| format!("reading the entries of view `{}/{}`", key.kind, key.id))
}

/// A row, its body apart.
fn read(connection: &Connection, key: &Key) -> Result<Option<(Met, String)>, RegisterFault> {
    connection
        .prepare_cached("SELECT number, entries, body FROM view WHERE kind = ?1 AND id = ?2")
        .and_then(|mut statement| {
            statement
                .query_row([&key.kind, &key.id], |row| {
                    let (number, entries) = (row.get(0)?, row.get(1)?);
                    Ok((Met { number, entries }, row.get(2)?))
                })
                .optional()
        })
        .doing(|| format!("reading view `{}/{}`", key.kind, key.id))
}

/// A row as a write knows it.
pub(super) fn row(connection: &Connection, key: &Key) -> Result<Option<Row>, RegisterFault> {
    connection
        .prepare_cached(
            "SELECT number, position, entries, body FROM view WHERE kind = ?1 AND id = ?2",
        )
        .and_then(|mut statement| {
            statement
                .query_row([&key.kind, &key.id], |row| {
                    let position: i64 = row.get(1)?;
                    let text = Text {
                        entries: row.get(2)?,
                        body: row.get(3)?,
                    };
                    let position = Position(u64::try_from(position).unwrap_or(0));
                    Ok(Row::read(position, Some(row.get(0)?), text))
                })
                .optional()
        })
        .doing(|| format!("reading view `{}/{}`", key.kind, key.id))
}

/// Drops the views of a register and folds all its events again. Within a write.
pub(super) fn refold(
    connection: &Connection,
    projection: &Arc<dyn Projection>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    connection
        .execute_batch(&format!(
            "DROP TABLE view_index; DROP TABLE view_lookup; DROP TABLE view; {}",
            schema::VIEWS
        ))
        .doing(|| "dropping the views".into())?;
    let of = events::head(connection)?.position.0;
    let mut done = 0_u64;
    let mut lookups = Lookups::default();
    let mut folding = Folding {
        rows: Rows {
            connection,
            lookups: &mut lookups,
        },
        projection: projection.as_ref(),
    };
    events::each(connection, &mut |event| {
        folding.fold(&event)?;
        done = done.saturating_add(1);
        if done.is_multiple_of(EVENTS_PER_REPORT) || done == of {
            progress(Progress { done, of });
        }
        Ok(())
    })?;
    schema::set_meta(connection, PROJECTION, projection.version())
}
