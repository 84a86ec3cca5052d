//! Reading the log.

use std::collections::BTreeSet;

use domain::time::{Day, Instant, Position};
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::event::{EVENTS_PER_READ_MAX, Query, StoredEvent};
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::held::Stretch;
use crate::sqlite::doing::{Doing as _, kept, limit};
use crate::store::Head;
use crate::verify::Part;

/// The columns of an event, in the order in which [`content`] takes them.
pub(super) const COLUMNS: &str = "event.position, event.leaf, event.kind, event.form, \
     event.recorded_at, event.effective_from, event.previous, event.actor, event.ground, \
     event.tags, event.payload";

/// The position of a row that starts with [`COLUMNS`].
pub(super) fn position(row: &Row<'_>) -> Result<Position, RegisterFault> {
    let position: i64 = row
        .get(0)
        .doing(|| "reading the position of an event".into())?;
    u64::try_from(position)
        .map(Position)
        .map_err(|_| RegisterFault::Invariant {
            invariant: "positions begin at 1",
            found: position.to_string(),
        })
}

/// The leaf hash of a row that starts with [`COLUMNS`].
pub(super) fn leaf(row: &Row<'_>) -> Part<Hash> {
    row.get(1).map(Hash).map_err(|error| error.to_string())
}

/// A column of a row that starts with [`COLUMNS`], or its name with what is wrong.
fn part<T: FromSql>(row: &Row<'_>, index: usize, name: &str) -> Part<T> {
    row.get(index).map_err(|error| format!("{name}: {error}"))
}

/// A text column of a row that starts with [`COLUMNS`], where it stands.
fn text<'r>(row: &'r Row<'_>, index: usize, name: &str) -> Part<&'r str> {
    let text = row.get_ref(index).map_err(|error| error.to_string());
    text.and_then(|text| text.as_str().map_err(|error| error.to_string()))
        .map_err(|because| format!("{name}: {because}"))
}

fn form_of(form: i64) -> Part<u16> {
    u16::try_from(form).map_err(|_| format!("form: {form} is not a version"))
}

fn day_of(day: &str) -> Part<Day> {
    Day::parse(day).map_err(|mistake| format!("effective_from: {mistake}"))
}

fn tags_of(tags: &str) -> Part<Vec<String>> {
    serde_json::from_str(tags).map_err(|error| format!("tags: {error}"))
}

/// The event of a row that starts with [`COLUMNS`], or which part of it is damaged.
pub(super) fn content(row: &Row<'_>, position: Position, leaf: Hash) -> Part<StoredEvent> {
    let effective_from: Option<String> = part(row, 5, "effective_from")?;
    Ok(StoredEvent {
        position,
        kind: part(row, 2, "kind")?,
        form: form_of(part(row, 3, "form")?)?,
        effective_from: effective_from.as_deref().map(day_of).transpose()?,
        payload: serde_json::from_str(text(row, 10, "payload")?)
            .map_err(|error| format!("payload: {error}"))?,
        tags: tags_of(text(row, 9, "tags")?)?,
        actor: part(row, 7, "actor")?,
        ground: part(row, 8, "ground")?,
        recorded_at: Instant(part(row, 4, "recorded_at")?),
        previous: Hash(part(row, 6, "previous")?),
        leaf,
    })
}

/// Where a text stands in the texts of many rows.
type Span = std::ops::Range<usize>;

/// The columns of an event as they stand in its row, nothing of them read yet. The texts stand
/// together with those of other rows, in one text of their own: thousands of small ones would
/// cost more than reading them does.
pub(super) struct EventRow {
    form: i64,
    recorded_at: i64,
    previous: [u8; 32],
    kind: Span,
    effective_from: Option<Span>,
    actor: Span,
    ground: Option<Span>,
    tags: Span,
    payload: Span,
}

/// An event of which the payload is not read yet.
pub(super) struct Unread<'a> {
    pub(super) kind: &'a str,
    pub(super) form: u16,
    pub(super) recorded_at: Instant,
    pub(super) effective_from: Option<Day>,
    pub(super) previous: Hash,
    pub(super) actor: &'a str,
    pub(super) ground: Option<&'a str>,
    pub(super) tags: Vec<String>,
    pub(super) payload: &'a str,
}

impl EventRow {
    /// Takes a row that starts with [`COLUMNS`], or says which part of it is damaged.
    pub(super) fn of(row: &Row<'_>, texts: &mut String) -> Part<Self> {
        let mut keep = |index, name| {
            let start = texts.len();
            texts.push_str(text(row, index, name)?);
            Ok::<Span, String>(start..texts.len())
        };
        let is_there = |index| !matches!(row.get_ref(index), Ok(ValueRef::Null));
        let mut keep_some = |index, name| is_there(index).then(|| keep(index, name)).transpose();
        let (effective_from, ground) = (keep_some(5, "effective_from")?, keep_some(8, "ground")?);
        Ok(Self {
            kind: keep(2, "kind")?,
            form: part(row, 3, "form")?,
            recorded_at: part(row, 4, "recorded_at")?,
            effective_from,
            previous: part(row, 6, "previous")?,
            actor: keep(7, "actor")?,
            ground,
            tags: keep(9, "tags")?,
            payload: keep(10, "payload")?,
        })
    }

    /// What the columns say.
    pub(super) fn read<'a>(&self, texts: &'a str) -> Part<Unread<'a>> {
        let at = |span: &Span| texts.get(span.clone()).unwrap_or_default();
        Ok(Unread {
            kind: at(&self.kind),
            form: form_of(self.form)?,
            recorded_at: Instant(self.recorded_at),
            effective_from: self
                .effective_from
                .as_ref()
                .map(at)
                .map(day_of)
                .transpose()?,
            previous: Hash(self.previous),
            actor: at(&self.actor),
            ground: self.ground.as_ref().map(at),
            tags: tags_of(at(&self.tags))?,
            payload: at(&self.payload),
        })
    }
}

fn whole(row: &Row<'_>) -> Result<StoredEvent, RegisterFault> {
    let position = position(row)?;
    leaf(row)
        .map_err(|because| format!("leaf: {because}"))
        .and_then(|leaf| content(row, position, leaf))
        .map_err(|because| RegisterFault::UnreadableEvent { position, because })
}

/// The end of the log.
pub(super) fn head(connection: &Connection) -> Result<Head, RegisterFault> {
    let doing = || "reading the head of the log".to_owned();
    let row = connection
        .prepare_cached(
            "SELECT position, leaf, recorded_at FROM event ORDER BY position DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row([], |row| {
                    let position: i64 = row.get(0)?;
                    Ok((position, row.get(1)?, row.get(2)?))
                })
                .optional()
        })
        .doing(doing)?;
    Ok(match row {
        None => Head {
            position: Position(0),
            leaf: Hash::NONE,
            recorded_at: None,
        },
        Some((position, leaf, recorded_at)) => Head {
            position: Position(u64::try_from(position).unwrap_or(0)),
            leaf: Hash(leaf),
            recorded_at: Some(Instant(recorded_at)),
        },
    })
}

/// One event.
pub(super) fn event(
    connection: &Connection,
    at: Position,
) -> Result<Option<StoredEvent>, RegisterFault> {
    let doing = || format!("reading event {at}");
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM event WHERE position = ?1"))
        .doing(doing)?;
    let mut rows = statement.query([kept(at.0)]).doing(doing)?;
    rows.next().doing(doing)?.map(whole).transpose()
}

/// Gives every event in order.
pub(super) fn each(
    connection: &Connection,
    take: &mut dyn FnMut(StoredEvent) -> Result<(), RegisterFault>,
) -> Result<(), RegisterFault> {
    let doing = || "reading the log".to_owned();
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM event ORDER BY position"))
        .doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        take(whole(row)?)?;
    }
    Ok(())
}

/// The events of a stretch that match, in order.
pub(super) fn events(
    connection: &Connection,
    query: &Query,
    stretch: Stretch,
    most: usize,
) -> Result<Vec<StoredEvent>, RegisterFault> {
    if query.tags.is_empty() && query.kinds.is_empty() {
        return unfiltered(connection, stretch, most);
    }
    matching(connection, query, stretch, most)?
        .into_iter()
        .map(|at| {
            event(connection, at)?.ok_or_else(|| RegisterFault::UnreadableEvent {
                position: at,
                because: "the index of tags or kinds names it, and the log does not have it".into(),
            })
        })
        .collect()
}

fn unfiltered(
    connection: &Connection,
    stretch: Stretch,
    most: usize,
) -> Result<Vec<StoredEvent>, RegisterFault> {
    let doing = || format!("reading events after {}", stretch.after);
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM event WHERE position > ?1 AND position <= ?2
             ORDER BY position LIMIT ?3"
        ))
        .doing(doing)?;
    let until = stretch.until.map_or(i64::MAX, |until| kept(until.0));
    let mut rows = statement
        .query(params![
            kept(stretch.after.0),
            until,
            limit(most, EVENTS_PER_READ_MAX)
        ])
        .doing(doing)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        found.push(whole(row)?);
    }
    Ok(found)
}

/// The positions of a stretch whose events match, in order.
///
/// Each tag (or kind) is asked for by itself: one walk along an index that ends at the limit. The
/// walks are then merged.
pub(super) fn matching(
    connection: &Connection,
    query: &Query,
    stretch: Stretch,
    most: usize,
) -> Result<Vec<Position>, RegisterFault> {
    let doing = || format!("looking for events after {}", stretch.after);
    let until = stretch.until.map_or(i64::MAX, |until| kept(until.0));
    let (after, most_kept) = (kept(stretch.after.0), limit(most, EVENTS_PER_READ_MAX));
    let mut found = BTreeSet::new();
    let mut walk = |sql: &str, wanted: &str, kind: Option<&str>| {
        let mut statement = connection.prepare_cached(sql).doing(doing)?;
        let mut rows = match kind {
            Some(kind) => statement.query(params![wanted, after, until, most_kept, kind]),
            None => statement.query(params![wanted, after, until, most_kept]),
        }
        .doing(doing)?;
        while let Some(row) = rows.next().doing(doing)? {
            let position: i64 = row.get(0).doing(doing)?;
            found.insert(Position(u64::try_from(position).unwrap_or(0)));
        }
        Ok::<(), RegisterFault>(())
    };
    if query.tags.is_empty() {
        for kind in &query.kinds {
            walk(
                "SELECT position FROM event WHERE kind = ?1 AND position > ?2 AND position <= ?3
                 ORDER BY position LIMIT ?4",
                kind,
                None,
            )?;
        }
    }
    for tag in &query.tags {
        if query.kinds.is_empty() {
            walk(
                "SELECT position FROM tag WHERE tag = ?1 AND position > ?2 AND position <= ?3
                 ORDER BY position LIMIT ?4",
                tag,
                None,
            )?;
        }
        for kind in &query.kinds {
            walk(
                "SELECT position FROM tag WHERE tag = ?1 AND position > ?2 AND position <= ?3
                 AND kind = ?5 ORDER BY position LIMIT ?4",
                tag,
                Some(kind),
            )?;
        }
    }
    Ok(found
        .into_iter()
        .take(most.min(EVENTS_PER_READ_MAX))
        .collect())
}

/// The last event recorded at or before an instant: a search by halves, because the instants of
/// the log never run backwards.
pub(super) fn position_at(
    connection: &Connection,
    instant: Instant,
) -> Result<Position, RegisterFault> {
    let doing = || format!("looking for the last event at {instant}");
    let mut statement = connection
        .prepare_cached("SELECT recorded_at FROM event WHERE position = ?1")
        .doing(doing)?;
    // INVARIANT: every event up to `low` is recorded at or before the instant, none after `high` is.
    let (mut low, mut high) = (0_u64, head(connection)?.position.0);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let recorded_at: i64 = statement
            .query_row([kept(middle)], |row| row.get(0))
            .doing(doing)?;
        if recorded_at <= instant.0 {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(Position(low))
}
