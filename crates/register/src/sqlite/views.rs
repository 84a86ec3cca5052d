//! The rows that events fold into, and the index under which they are found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::time::Position;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::projection::{Key, Projection, ProjectionFault, ViewRow};
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::{events, schema};
use crate::store::Progress;

/// The row of `meta` that names what the views were built by.
pub(super) const PROJECTION: &str = "projection";

/// How many events pass between two reports of progress.
const EVENTS_PER_REPORT: u64 = 1_000;

type Entries = BTreeSet<(String, String)>;

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

/// Folds events into the views of a database, within one write.
pub(super) struct Folding<'a> {
    pub(super) connection: &'a Connection,
    pub(super) projection: &'a dyn Projection,
    pub(super) lookups: &'a mut Lookups,
}

/// What of a row stays after its body was given to the projection: enough to write it again
/// without looking for it again.
struct Met {
    number: i64,
    entries: String,
}

impl Folding<'_> {
    /// Folds one event.
    pub(super) fn fold(&mut self, event: &StoredEvent) -> Result<(), RegisterFault> {
        let mut met: Vec<(Key, Option<Met>)> = Vec::new();
        let mut states = |key: &Key| {
            let (row, body) = match row(self.connection, key)? {
                Some((row, body)) => (Some(row), Some(body)),
                None => (None, None),
            };
            met.push((key.clone(), row));
            Ok(body)
        };
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
        for (key, row) in rows {
            // Each row is written from what was met of it once: a second row of the same key looks
            // for what the first one wrote.
            let before = match met.iter().rposition(|(other, _)| *other == key) {
                Some(at) => met.swap_remove(at).1,
                None => self.entries(&key)?,
            };
            met.retain(|(other, _)| *other != key);
            self.put(event.position, &key, row, before)?;
        }
        Ok(())
    }

    /// Writes a row, and brings its index entries in line.
    fn put(
        &mut self,
        at: Position,
        key: &Key,
        row: ViewRow,
        before: Option<Met>,
    ) -> Result<(), RegisterFault> {
        let doing = || format!("writing view `{}/{}`", key.kind, key.id);
        let entries: Entries = row.index.into_iter().collect();
        let text = entries_text(&entries, key)?;
        let position = kept(at.0);
        let Some(Met {
            number,
            entries: old_text,
        }) = before
        else {
            self.connection
                .prepare_cached(
                    "INSERT INTO view (kind, id, position, body, entries)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )
                .and_then(|mut insert| {
                    insert.execute(params![key.kind, key.id, position, row.body, text])
                })
                .doing(doing)?;
            return self.index(ADD, key, entries.iter());
        };
        self.connection
            .prepare_cached(
                "UPDATE view SET position = ?2, body = ?3, entries = ?4 WHERE number = ?1",
            )
            .and_then(|mut update| update.execute(params![number, position, row.body, text]))
            .doing(doing)?;
        if old_text == text {
            return Ok(());
        }
        let old: Entries =
            serde_json::from_str(&old_text).map_err(|error| RegisterFault::UnreadableRow {
                table: "view",
                key: format!("{}/{}", key.kind, key.id),
                because: format!("entries: {error}"),
            })?;
        self.index(REMOVE, key, old.difference(&entries))?;
        self.index(ADD, key, entries.difference(&old))
    }

    /// The number of a row and the entries under which it is found now.
    fn entries(&self, key: &Key) -> Result<Option<Met>, RegisterFault> {
        self.connection
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

/// The entries of a row as they are kept beside it.
pub(super) fn entries_text(entries: &Entries, key: &Key) -> Result<String, RegisterFault> {
    serde_json::to_string(entries).map_err(|source| RegisterFault::Storage {
        doing: format!("writing view `{}/{}`", key.kind, key.id),
        source: Box::new(source),
    })
}

const ADD: &str = "INSERT OR IGNORE INTO view_index (lookup, value, id) VALUES (?1, ?2, ?3)";
const REMOVE: &str = "DELETE FROM view_index WHERE lookup = ?1 AND value = ?2 AND id = ?3";

/// A row, its body apart.
fn row(connection: &Connection, key: &Key) -> Result<Option<(Met, String)>, RegisterFault> {
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
        connection,
        projection: projection.as_ref(),
        lookups: &mut lookups,
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
