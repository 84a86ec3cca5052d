//! The log: every event with its salts, tags and nodes, and rows that belong to no event.

use std::collections::{BTreeMap, BTreeSet};

use domain::time::Position;
use tokio_postgres::Row;

use crate::checkpoint::SignedCheckpoint;
use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::leaf::Salts;
use crate::merkle::Node;
use crate::postgres::cursor::{Cursor, cursor};
use crate::postgres::doing::{Doing as _, column, exact, kept, natural};
use crate::postgres::events::{self, columns};
use crate::postgres::line::{Line, bytes, int, ints, texts};
use crate::postgres::salts;
use crate::postgres::views::{EVENTS_PER_REPORT, Fresh};
use crate::store::Progress;
use crate::verify::{
    LogCheck, Part, Place, RawContent, RawEvent, VerifyOptions, VerifyReport, vault_tag,
};

/// Most stray rows of one table that are named.
const STRAYS_MAX: i64 = 100;

/// Walks the log once, and folds it into fresh views on the way, where there are such. Without
/// them, what is derived from the log is left.
pub(super) fn walk(
    line: &Line,
    fresh: Option<&Fresh<'_>>,
    options: &VerifyOptions<'_>,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let checkpoints = checkpoints(line)?;
    let mut check = LogCheck::new(&checkpoints, options);
    let beside = Beside::read(line)?;
    let walked = walk_events(&beside, fresh, &mut check, report, progress);
    check.finish(report);
    walked
}

/// Each event with the seed of its salts.
const EVENTS: Cursor = cursor!(
    "event",
    concat!(
        "SELECT ",
        columns!(),
        ", salt.seed FROM register.event
         LEFT JOIN register.salt ON salt.position = event.position ORDER BY event.position"
    )
);

/// Events whose tags are looked up at once.
const TAGGED_AT_ONCE: usize = 500;

/// An event whose tags are still to be looked up.
struct Tagged {
    position: Position,
    kind: String,
    tags: Vec<String>,
}

fn walk_events(
    beside: &Beside<'_>,
    fresh: Option<&Fresh<'_>>,
    check: &mut LogCheck<'_>,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let of = events::head(beside.line)?.position.0;
    let mut tagged = Vec::new();
    EVENTS.each(beside.line, &mut |row| {
        let position = events::position(row)?;
        let leaf = events::leaf(row);
        let event = events::content(row, position, leaf.clone().unwrap_or(Hash::NONE));
        let raw = RawEvent {
            position,
            content: event.and_then(|event| beside.content(row, event)),
            leaf,
        };
        let mut missing = Ok(());
        check.take(&raw, report, &mut |node, report| {
            if let Err(fault) = beside.check_node(node, report) {
                missing = Err(fault);
            }
        });
        missing?;
        if let (Ok(content), Some(fresh)) = (&raw.content, fresh) {
            let event = &content.event;
            tagged.push(Tagged {
                position,
                kind: event.kind.clone(),
                tags: event.tags.clone(),
            });
            if tagged.len() >= TAGGED_AT_ONCE {
                beside.check_tags(&std::mem::take(&mut tagged), report)?;
            }
            fold(fresh, &content.event, report)?;
        }
        if check.size().is_multiple_of(EVENTS_PER_REPORT) || check.size() == of {
            progress(Progress {
                done: check.size(),
                of,
            });
        }
        Ok(())
    })?;
    beside.check_tags(&tagged, report)
}

/// Folds one event as kept, even a damaged one: its finding explains what differs later.
fn fold(
    fresh: &Fresh<'_>,
    event: &StoredEvent,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    match fresh.fold(event) {
        Err(RegisterFault::Fold { position, because }) => {
            let what = format!("cannot be folded into the views: {because}");
            report.note(Place::Event(position), what);
            Ok(())
        }
        result => result,
    }
}

/// What is kept beside the events and held against each.
struct Beside<'a> {
    line: &'a Line,
    /// The events that lost fields; few.
    redacted: BTreeSet<Position>,
}

impl<'a> Beside<'a> {
    fn read(line: &'a Line) -> Result<Self, RegisterFault> {
        const REDACTED: Cursor = cursor!(
            "redaction",
            "SELECT DISTINCT position FROM (
                 SELECT position FROM register.redaction
                 UNION SELECT position FROM register.field_salt
             ) AS any_loss"
        );
        let mut redacted = BTreeSet::new();
        REDACTED.each(line, &mut |row| {
            redacted.insert(Position(natural(column(row, 0)?)));
            Ok(())
        })?;
        Ok(Self { line, redacted })
    }

    fn content(&self, row: &Row, event: StoredEvent) -> Part<RawContent> {
        let at = event.position;
        let told = |fault: RegisterFault| fault.to_string();
        let seed: Option<Vec<u8>> = row.try_get(11).map_err(|error| format!("salt: {error}"))?;
        let seed = seed.map(exact).transpose();
        let is_redacted = self.redacted.contains(&at);
        let salts = match seed.map_err(|because| format!("salt: {because}"))? {
            Some(seed) => Some(Salts::Seed(seed)),
            None if is_redacted => salts::one_by_one(self.line, at).map_err(told)?,
            None => None,
        };
        let redactions = if is_redacted {
            salts::redactions(self.line, at).map_err(told)?
        } else {
            BTreeMap::new()
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
        events: &[Tagged],
        report: &mut VerifyReport,
    ) -> Result<(), RegisterFault> {
        const KEPT: &str = "SELECT tag.position, tag.tag, tag.kind
            FROM unnest($1::bigint[], $2::text[]) AS wanted (position, tag)
            JOIN register.tag ON tag.tag = wanted.tag AND tag.position = wanted.position";
        let each = || {
            events
                .iter()
                .flat_map(|event| event.tags.iter().map(move |tag| (event, tag)))
        };
        let positions: Vec<i64> = each().map(|(event, _)| kept(event.position.0)).collect();
        let wanted = each().map(|(_, tag)| tag.as_str()).collect();
        let rows = self
            .line
            .ask(KEPT, &[ints(positions), texts::<&str>(wanted)])
            .doing(|| "reading the tags of events".into())?;
        let mut kinds = BTreeMap::new();
        for row in &rows {
            let key = (natural(column(row, 0)?), column::<String>(row, 1)?);
            kinds.insert(key, column::<String>(row, 2)?);
        }
        for (event, tag) in each() {
            let place = || Place::Row {
                table: "tag",
                key: format!("{tag} {}", event.position),
            };
            match kinds.get(&(event.position.0, tag.clone())) {
                None => report.note(place(), "is missing"),
                Some(kind) if *kind != event.kind => {
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
        let rows = self
            .line
            .ask(
                "SELECT 1::bigint FROM register.vault WHERE digest = $1",
                &[bytes(&digest.0)],
            )
            .doing(|| format!("looking for bytes under digest {digest}"))?;
        Ok(!rows.is_empty())
    }

    fn check_node(&self, node: Node, report: &mut VerifyReport) -> Result<(), RegisterFault> {
        let Node { level, index, hash } = node;
        let rows = self
            .line
            .ask(
                "SELECT hash FROM register.node WHERE level = $1 AND number = $2",
                &[int(i64::from(level)), int(kept(index))],
            )
            .doing(|| format!("reading node {index} of level {level}"))?;
        let place = Place::Node { level, index };
        let stored: Option<Vec<u8>> = rows.first().map(|row| column(row, 0)).transpose()?;
        match stored {
            None => report.note(place, "is missing"),
            Some(bytes) if bytes == hash.0 => {}
            Some(_) => report.note(place, "does not match the events under it"),
        }
        Ok(())
    }
}

/// Rows beside the log that belong to no event, and nodes over none.
pub(super) fn check_strays(line: &Line, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    let head = events::head(line)?.position;
    let tables = [
        (
            "tag",
            "SELECT tag || ' ' || position FROM register.tag WHERE NOT EXISTS (
                 SELECT 1 FROM register.event, json_array_elements_text(event.tags::json) AS named
                 WHERE event.position = tag.position AND named = tag.tag
             ) AND $1 >= 0::bigint LIMIT $2",
        ),
        (
            "salt",
            "SELECT position::text FROM register.salt WHERE NOT EXISTS (
                 SELECT 1 FROM register.event WHERE event.position = salt.position
             ) AND $1 >= 0::bigint LIMIT $2",
        ),
        (
            "field_salt",
            "SELECT position || ' ' || pointer FROM register.field_salt WHERE (NOT EXISTS (
                 SELECT 1 FROM register.event WHERE event.position = field_salt.position
             ) OR NOT EXISTS (
                 SELECT 1 FROM register.redaction WHERE redaction.position = field_salt.position
             )) AND $1 >= 0::bigint LIMIT $2",
        ),
        (
            "redaction",
            "SELECT position || ' ' || pointer FROM register.redaction WHERE NOT EXISTS (
                 SELECT 1 FROM register.event WHERE event.position = redaction.position
             ) AND $1 >= 0::bigint LIMIT $2",
        ),
        (
            "node",
            "SELECT level || ' ' || number FROM register.node
             WHERE level < 8 OR level > 62 OR number < 0
             OR number + 1 > $1::bigint >> level::integer LIMIT $2",
        ),
    ];
    for (table, sql) in tables {
        let rows = line
            .ask(sql, &[int(kept(head.0)), int(STRAYS_MAX)])
            .doing(|| format!("looking for stray rows in table `{table}`"))?;
        for row in &rows {
            let key = column(row, 0)?;
            report.note(Place::Row { table, key }, "belongs to nothing in the log");
        }
    }
    Ok(())
}

/// The kept checkpoints that can be read; those that cannot are noted elsewhere.
fn checkpoints(line: &Line) -> Result<Vec<SignedCheckpoint>, RegisterFault> {
    let rows = line
        .ask("SELECT text FROM register.checkpoint ORDER BY number", &[])
        .doing(|| "reading the kept checkpoints".into())?;
    let texts: Vec<String> = rows
        .iter()
        .map(|row| column(row, 0))
        .collect::<Result<_, _>>()?;
    Ok(texts
        .iter()
        .filter_map(|text| SignedCheckpoint::parse(text).ok())
        .collect())
}
