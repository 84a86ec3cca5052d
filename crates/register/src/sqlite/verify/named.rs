//! Naming what differs from what the log gives: every tag, view and index entry, one by one. Slow,
//! and needed only when something does differ.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::projection::Projection;
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::events;
use crate::sqlite::verify::note_fault;
use crate::sqlite::verify::views::Refolded;
use crate::verify::{Place, VerifyReport, vault_tag};

/// Stray rows listed per table.
const STRAYS_MAX: i64 = 50;

/// Names every row derived from the log that is not as the log gives it.
pub(super) fn name(
    connection: &Connection,
    projection: &dyn Projection,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let mut refolded = Refolded::new(projection)?;
    let walked = walk(connection, &mut refolded, report);
    note_fault(walked, "event", report);
    note_fault(derived_strays(connection, report), "tag", report);
    note_fault(refolded.compare(connection, report), "view", report);
    Ok(())
}

/// Walks the events that can be read, folds them, and looks for their tags.
fn walk(
    connection: &Connection,
    refolded: &mut Refolded<'_>,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let doing = || "reading the log".to_owned();
    let mut statement = connection
        .prepare(&format!(
            "SELECT {} FROM event ORDER BY position",
            events::COLUMNS
        ))
        .doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let position = events::position(row)?;
        let leaf = events::leaf(row).unwrap_or(Hash::NONE);
        // What cannot be read was named by the walk before.
        if let Ok(event) = events::content(row, position, leaf) {
            check_tags(connection, &event, report)?;
            refolded.fold(&event, report)?;
        }
    }
    Ok(())
}

/// Every tag of an event has its row, and the bytes that a tag names are kept.
fn check_tags(
    connection: &Connection,
    event: &StoredEvent,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let doing = || format!("reading the tags of event {}", event.position);
    let mut statement = connection
        .prepare_cached("SELECT kind FROM tag WHERE tag = ?1 AND position = ?2")
        .doing(doing)?;
    for tag in &event.tags {
        let kind: Option<String> = statement
            .query_row(params![tag, kept(event.position.0)], |row| row.get(0))
            .optional()
            .doing(doing)?;
        let place = || Place::Row {
            table: "tag",
            key: format!("{tag} {}", event.position),
        };
        match kind {
            None => report.note(place(), "is missing"),
            Some(kind) if kind != event.kind => {
                report.note(place(), "names another kind than its event");
            }
            Some(_) => {}
        }
        if let Some(digest) = vault_tag(tag)
            && !has_bytes(connection, &digest)?
        {
            report.note(
                Place::Event(event.position),
                format!("relies on bytes that are not kept: {digest}"),
            );
        }
    }
    Ok(())
}

pub(super) fn has_bytes(connection: &Connection, digest: &Digest) -> Result<bool, RegisterFault> {
    connection
        .prepare_cached("SELECT 1 FROM vault WHERE digest = ?1")
        .and_then(|mut statement| statement.exists([digest.0]))
        .doing(|| format!("looking for bytes under digest {digest}"))
}

/// Rows beside the log that belong to no event, and nodes over none.
pub(super) fn strays(
    connection: &Connection,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let tables = [
        (
            "salt",
            "SELECT position FROM salt WHERE position NOT IN (SELECT position FROM event)
             AND ?1 >= 0 LIMIT ?2",
        ),
        (
            "field_salt",
            "SELECT position || ' ' || pointer FROM field_salt
             WHERE (position NOT IN (SELECT position FROM event) OR position NOT IN
             (SELECT position FROM redaction)) AND ?1 >= 0 LIMIT ?2",
        ),
        (
            "redaction",
            "SELECT position || ' ' || pointer FROM redaction
             WHERE position NOT IN (SELECT position FROM event) AND ?1 >= 0 LIMIT ?2",
        ),
        (
            "node",
            "SELECT level || ' ' || number FROM node
             WHERE level < 8 OR level > 62 OR number < 0 OR ((number + 1) << level) > ?1
             OR typeof(level) <> 'integer' LIMIT ?2",
        ),
    ];
    for (table, sql) in tables {
        stray_rows(connection, table, sql, report)?;
    }
    Ok(())
}

fn derived_strays(connection: &Connection, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    let tables = [
        (
            "tag",
            "SELECT tag || ' ' || position FROM tag WHERE NOT EXISTS (
                 SELECT 1 FROM event, json_each(event.tags) AS named
                 WHERE event.position = tag.position AND named.value = tag.tag
             ) AND ?1 >= 0 LIMIT ?2",
        ),
        (
            "view_index",
            "SELECT lookup || ' ' || value || ' ' || id FROM view_index
             WHERE lookup NOT IN (SELECT number FROM view_lookup) AND ?1 >= 0 LIMIT ?2",
        ),
    ];
    for (table, sql) in tables {
        stray_rows(connection, table, sql, report)?;
    }
    Ok(())
}

fn stray_rows(
    connection: &Connection,
    table: &'static str,
    sql: &'static str,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let head = events::head(connection)?.position;
    let doing = || format!("looking for stray rows in table `{table}`");
    let mut statement = connection.prepare(sql).doing(doing)?;
    let mut rows = statement
        .query(params![kept(head.0), STRAYS_MAX])
        .doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let key = match row.get_ref(0).doing(doing)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => String::from_utf8_lossy(other.as_bytes().unwrap_or_default()).into_owned(),
        };
        report.note(Place::Row { table, key }, "belongs to nothing in the log");
    }
    Ok(())
}
