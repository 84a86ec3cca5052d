//! A copy of the register in one SQLite file, row by row, from one state.

use std::path::Path;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::fault::RegisterFault;
use crate::postgres::cursor::{Cursor, cursor};
use crate::postgres::doing::column;
use crate::postgres::line::Line;
use crate::projection::Projection;
use crate::sqlite::SqliteStore;
use crate::store::Store as _;

/// Each table but those of the views: how it is read, and how it is written.
const TABLES: [(Cursor, &str); 12] = [
    (
        cursor!("copy_", "event", "SELECT position, kind, form, recorded_at, effective_from, previous, leaf, actor, ground,
         tags, payload FROM register.event ORDER BY position"),
        "INSERT INTO event (position, kind, form, recorded_at, effective_from, previous, leaf,
         actor, ground, tags, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    ),
    (
        cursor!("copy_", "tag", "SELECT tag, position, kind FROM register.tag ORDER BY tag, position"),
        "INSERT INTO tag (tag, position, kind) VALUES (?1, ?2, ?3)",
    ),
    (
        cursor!("copy_", "salt", "SELECT position, seed FROM register.salt ORDER BY position"),
        "INSERT INTO salt (position, seed) VALUES (?1, ?2)",
    ),
    (
        cursor!("copy_", "field_salt", "SELECT position, pointer, salt FROM register.field_salt ORDER BY position, pointer"),
        "INSERT INTO field_salt (position, pointer, salt) VALUES (?1, ?2, ?3)",
    ),
    (
        cursor!("copy_", "redaction", "SELECT position, pointer, commitment FROM register.redaction
         ORDER BY position, pointer"),
        "INSERT INTO redaction (position, pointer, commitment) VALUES (?1, ?2, ?3)",
    ),
    (
        cursor!("copy_", "node", "SELECT level, number, hash FROM register.node ORDER BY level, number"),
        "INSERT INTO node (level, number, hash) VALUES (?1, ?2, ?3)",
    ),
    (
        cursor!("copy_", "checkpoint", "SELECT number, size, text FROM register.checkpoint ORDER BY number"),
        "INSERT INTO checkpoint (number, size, text) VALUES (?1, ?2, ?3)",
    ),
    (
        cursor!("copy_", "answer", "SELECT number, key, request, answer, first, last, seal FROM register.answer
         ORDER BY number"),
        "INSERT INTO answer (number, key, request, answer, first, last, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    ),
    (
        cursor!("copy_", "outgoing", "SELECT number, key, topic, recipient, body, position, recorded_at, failures,
         last_failure, failed_at, delivered_at, acknowledged_at, seal FROM register.outgoing
         ORDER BY number"),
        "INSERT INTO outgoing (number, key, topic, recipient, body, position, recorded_at,
         failures, last_failure, failed_at, delivered_at, acknowledged_at, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    ),
    (
        cursor!("copy_", "series", "SELECT name, last FROM register.series ORDER BY name"),
        "INSERT INTO series (name, last) VALUES (?1, ?2)",
    ),
    (
        cursor!("copy_", "meta", "SELECT name, value FROM register.meta WHERE name = 'beside'"),
        "INSERT INTO meta (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    (
        cursor!("copy_", "vault", "SELECT digest, bytes FROM register.vault ORDER BY digest"),
        "INSERT INTO vault (digest, bytes) VALUES (?1, ?2)",
    ),
];

/// Writes the copy to a new file, and folds its views.
pub(super) fn to_file(
    line: &Line,
    projection: &Arc<dyn Projection>,
    path: &Path,
) -> Result<(), RegisterFault> {
    let doing = || format!("copying the register to `{}`", path.display());
    // The file is claimed first, so that no file of anyone is overwritten.
    let claimed = std::fs::File::create_new(path).map_err(|source| RegisterFault::Storage {
        doing: doing(),
        source: Box::new(source),
    })?;
    let store = SqliteStore::open(path, Arc::clone(projection), &mut |_| ())?;
    copy_tables(line, path)?;
    store.rebuild_views(&mut |_| ())?;
    drop(store);
    claimed.sync_all().map_err(|source| RegisterFault::Storage {
        doing: doing(),
        source: Box::new(source),
    })
}

fn copy_tables(line: &Line, path: &Path) -> Result<(), RegisterFault> {
    let filing = |source| RegisterFault::Storage {
        doing: format!("writing `{}`", path.display()),
        source: Box::<rusqlite::Error>::new(source),
    };
    let file = Connection::open(path).map_err(filing)?;
    file.execute_batch("BEGIN IMMEDIATE").map_err(filing)?;
    for (table, write) in TABLES {
        table.each(line, &mut |row| {
            let values = values(row)?;
            file.prepare_cached(write)
                .and_then(|mut insert| insert.execute(params_from_iter(values)))
                .map_err(filing)?;
            Ok(())
        })?;
    }
    file.execute(
        "INSERT INTO meta (name, value) SELECT ?1, coalesce(max(position), 0) FROM event",
        [crate::sqlite::COPY],
    )
    .map_err(filing)?;
    file.execute_batch("COMMIT").map_err(filing)
}

fn values(row: &Row) -> Result<Vec<Value>, RegisterFault> {
    row.columns()
        .iter()
        .enumerate()
        .map(|(index, of)| {
            Ok(match *of.type_() {
                Type::INT8 => {
                    column::<Option<i64>>(row, index)?.map_or(Value::Null, Value::Integer)
                }
                Type::BYTEA => {
                    column::<Option<Vec<u8>>>(row, index)?.map_or(Value::Null, Value::Blob)
                }
                _ => column::<Option<String>>(row, index)?.map_or(Value::Null, Value::Text),
            })
        })
        .collect()
}
