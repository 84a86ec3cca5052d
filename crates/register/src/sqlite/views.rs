//! The rows that events fold into, and the index under which they are found.

use std::collections::BTreeSet;
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

/// Folds one event into the views of a database.
pub(super) fn fold(
    connection: &Connection,
    projection: &dyn Projection,
    event: &StoredEvent,
) -> Result<(), RegisterFault> {
    let mut states = |key: &Key| body(connection, key);
    let rows = projection
        .apply(event, &mut states)
        .map_err(|fault| match fault {
            ProjectionFault::Register(fault) => fault,
            ProjectionFault::Unreadable { because } => RegisterFault::Fold {
                position: event.position,
                because,
            },
        })?;
    rows.into_iter()
        .try_for_each(|(key, row)| put(connection, event.position, &key, row))
}

/// The body of a row.
pub(super) fn body(connection: &Connection, key: &Key) -> Result<Option<String>, RegisterFault> {
    connection
        .prepare_cached("SELECT body FROM view WHERE kind = ?1 AND id = ?2")
        .and_then(|mut statement| {
            statement
                .query_row([&key.kind, &key.id], |row| row.get(0))
                .optional()
        })
        .doing(|| format!("reading view `{}/{}`", key.kind, key.id))
}

/// Writes a row, and brings its index entries in line.
fn put(
    connection: &Connection,
    at: Position,
    key: &Key,
    row: ViewRow,
) -> Result<(), RegisterFault> {
    let doing = || format!("writing view `{}/{}`", key.kind, key.id);
    let entries: Entries = row.index.into_iter().collect();
    let text = serde_json::to_string(&entries).map_err(|source| RegisterFault::Storage {
        doing: doing(),
        source: Box::new(source),
    })?;
    let old: Option<(i64, String)> = connection
        .prepare_cached("SELECT number, entries FROM view WHERE kind = ?1 AND id = ?2")
        .and_then(|mut statement| {
            statement
                .query_row([&key.kind, &key.id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .doing(doing)?;
    let position = kept(at.0);
    let Some((number, old_text)) = old else {
        connection
            .prepare_cached(
                "INSERT INTO view (kind, id, position, body, entries) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .and_then(|mut insert| {
                insert.execute(params![key.kind, key.id, position, row.body, text])
            })
            .doing(doing)?;
        return add(connection, key, entries.iter());
    };
    connection
        .prepare_cached("UPDATE view SET position = ?2, body = ?3, entries = ?4 WHERE number = ?1")
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
    remove(connection, key, old.difference(&entries))?;
    add(connection, key, entries.difference(&old))
}

fn add<'a>(
    connection: &Connection,
    key: &Key,
    entries: impl Iterator<Item = &'a (String, String)>,
) -> Result<(), RegisterFault> {
    each(
        connection,
        "INSERT OR IGNORE INTO view_index (kind, name, value, id) VALUES (?1, ?2, ?3, ?4)",
        key,
        entries,
    )
}

fn remove<'a>(
    connection: &Connection,
    key: &Key,
    entries: impl Iterator<Item = &'a (String, String)>,
) -> Result<(), RegisterFault> {
    each(
        connection,
        "DELETE FROM view_index WHERE kind = ?1 AND name = ?2 AND value = ?3 AND id = ?4",
        key,
        entries,
    )
}

fn each<'a>(
    connection: &Connection,
    sql: &'static str,
    key: &Key,
    mut entries: impl Iterator<Item = &'a (String, String)>,
) -> Result<(), RegisterFault> {
    let doing = || format!("indexing view `{}/{}`", key.kind, key.id);
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    entries.try_for_each(|(name, value)| {
        statement
            .execute([&key.kind, name, value, &key.id])
            .doing(doing)?;
        Ok(())
    })
}

/// Drops the views of a register and folds all its events again. Within a write.
pub(super) fn refold(
    connection: &Connection,
    projection: &Arc<dyn Projection>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    connection
        .execute_batch(&format!(
            "DROP TABLE view_index; DROP TABLE view; {}",
            schema::VIEWS
        ))
        .doing(|| "dropping the views".into())?;
    let of = events::head(connection)?.position.0;
    let mut done = 0_u64;
    events::each(connection, &mut |event| {
        fold(connection, projection.as_ref(), &event)?;
        done = done.saturating_add(1);
        if done.is_multiple_of(EVENTS_PER_REPORT) || done == of {
            progress(Progress { done, of });
        }
        Ok(())
    })?;
    schema::set_meta(connection, PROJECTION, projection.version())
}
