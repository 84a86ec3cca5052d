//! Walking the log once: leaves, chain, tree, tags, and the views that it gives.

use domain::time::Position;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::checkpoint::SignedCheckpoint;
use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::leaf::Salts;
use crate::merkle::Node;
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::verify::views::Refolded;
use crate::sqlite::{events, salts};
use crate::store::Progress;
use crate::verify::{
    LogCheck, Part, Place, RawContent, RawEvent, VerifyOptions, VerifyReport, vault_tag,
};

/// How many events pass between two reports of progress.
const EVENTS_PER_REPORT: u64 = 1_000;
/// Stray rows listed per table.
const STRAYS_MAX: i64 = 50;

/// Walks the log, and folds what it reads into fresh views.
pub(super) fn walk(
    connection: &Connection,
    refolded: &mut Refolded<'_>,
    options: &VerifyOptions<'_>,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let kept_checkpoints = checkpoints(connection)?;
    let mut check = LogCheck::new(&kept_checkpoints, options);
    let walked = walk_events(connection, refolded, &mut check, report, progress);
    // What was walked is held against the checkpoints even when the walk ended early.
    check.finish(report);
    walked
}

fn walk_events(
    connection: &Connection,
    refolded: &mut Refolded<'_>,
    check: &mut LogCheck<'_>,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let doing = || "reading the log".to_owned();
    let of = events::head(connection)?.position.0;
    let beside = Beside {
        connection,
        has_redactions: has_rows(connection, "redaction")?,
    };
    let mut statement = connection
        .prepare(&format!(
            "SELECT {}, salt.seed FROM event LEFT JOIN salt USING (position) ORDER BY position",
            events::COLUMNS
        ))
        .doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let position = events::position(row)?;
        let leaf = events::leaf(row);
        let event = events::content(row, position, leaf.clone().unwrap_or(Hash::NONE));
        let content = event.and_then(|event| beside.content(row, event));
        let raw = RawEvent {
            position,
            content,
            leaf,
        };
        let mut missing: Result<(), RegisterFault> = Ok(());
        check.take(&raw, report, &mut |node, report| {
            if let Err(fault) = beside.check_node(node, report) {
                missing = Err(fault);
            }
        });
        missing?;
        if let Ok(content) = &raw.content {
            beside.check_tags(&content.event, report)?;
            refolded.fold(&content.event, report)?;
        }
        if check.size().is_multiple_of(EVENTS_PER_REPORT) || check.size() == of {
            progress(Progress {
                done: check.size(),
                of,
            });
        }
    }
    Ok(())
}

/// What is kept beside the events and looked up for each.
struct Beside<'a> {
    connection: &'a Connection,
    has_redactions: bool,
}

impl Beside<'_> {
    fn content(&self, row: &Row<'_>, event: StoredEvent) -> Part<RawContent> {
        let at = event.position;
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
        Ok(RawContent {
            event,
            salts,
            redactions,
        })
    }

    /// Every tag of an event has its row, and the bytes that a tag names are kept.
    fn check_tags(
        &self,
        event: &StoredEvent,
        report: &mut VerifyReport,
    ) -> Result<(), RegisterFault> {
        let doing = || format!("reading the tags of event {}", event.position);
        let mut statement = self
            .connection
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
                && !self.has_bytes(&digest)?
            {
                report.note(
                    Place::Event(event.position),
                    format!("relies on bytes that are not kept: {digest}"),
                );
            }
        }
        Ok(())
    }

    fn has_bytes(&self, digest: &Digest) -> Result<bool, RegisterFault> {
        self.connection
            .prepare_cached("SELECT 1 FROM vault WHERE digest = ?1")
            .and_then(|mut statement| statement.exists([digest.0]))
            .doing(|| format!("looking for bytes under digest {digest}"))
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

/// Rows beside the log that belong to no event, and nodes over none.
pub(super) fn check_strays(
    connection: &Connection,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let head = events::head(connection)?.position;
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
        strays(connection, table, sql, head, report)?;
    }
    Ok(())
}

fn strays(
    connection: &Connection,
    table: &'static str,
    sql: &'static str,
    head: Position,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
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
