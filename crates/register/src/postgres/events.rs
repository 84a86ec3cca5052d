//! Reading the log.

use std::collections::BTreeSet;

use domain::time::{Day, Instant, Position};
use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use crate::event::{EVENTS_PER_READ_MAX, Query, StoredEvent};
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::held::Stretch;
use crate::postgres::doing::{Doing as _, column, exact, kept, limit, natural};
use crate::postgres::line::{Line, int, ints, texts};
use crate::store::Head;
use crate::verify::Part;

/// The end of the log.
pub(super) const HEAD: &str = "SELECT position, leaf, recorded_at FROM register.event
    ORDER BY position DESC LIMIT 1";

/// The columns of an event, in the order in which [`content`] takes them.
macro_rules! columns {
    () => {
        "event.position, event.leaf, event.kind, event.form, event.recorded_at, \
         event.effective_from, event.previous, event.actor, event.ground, event.tags, \
         event.payload"
    };
}
pub(super) use columns;

/// The position of a row that starts with the columns of an event.
pub(super) fn position(row: &Row) -> Result<Position, RegisterFault> {
    Ok(Position(natural(column(row, 0)?)))
}

fn part<T: FromSqlOwned>(row: &Row, index: usize, name: &str) -> Part<T> {
    row.try_get(index)
        .map_err(|error| format!("{name}: {error}"))
}

fn hash(row: &Row, index: usize, name: &str) -> Part<Hash> {
    let bytes = part(row, index, name)?;
    exact(bytes)
        .map(Hash)
        .map_err(|because| format!("{name}: {because}"))
}

/// The leaf hash of a row that starts with the columns of an event.
pub(super) fn leaf(row: &Row) -> Part<Hash> {
    hash(row, 1, "leaf")
}

/// The event of a row that starts with its columns, or which part of it is damaged.
pub(super) fn content(row: &Row, position: Position, leaf: Hash) -> Part<StoredEvent> {
    let form: i64 = part(row, 3, "form")?;
    let day: Option<String> = part(row, 5, "effective_from")?;
    let effective_from = day
        .map(|day| Day::parse(&day))
        .transpose()
        .map_err(|mistake| format!("effective_from: {mistake}"))?;
    let tags: &str = row.try_get(9).map_err(|error| format!("tags: {error}"))?;
    let payload: &str = row
        .try_get(10)
        .map_err(|error| format!("payload: {error}"))?;
    Ok(StoredEvent {
        position,
        kind: part(row, 2, "kind")?,
        form: u16::try_from(form).map_err(|_| format!("form: {form} is not a version"))?,
        payload: serde_json::from_str(payload).map_err(|error| format!("payload: {error}"))?,
        tags: serde_json::from_str(tags).map_err(|error| format!("tags: {error}"))?,
        actor: part(row, 7, "actor")?,
        ground: part(row, 8, "ground")?,
        effective_from,
        recorded_at: Instant(part(row, 4, "recorded_at")?),
        previous: hash(row, 6, "previous")?,
        leaf,
    })
}

fn whole(row: &Row) -> Result<StoredEvent, RegisterFault> {
    let position = position(row)?;
    leaf(row)
        .and_then(|leaf| content(row, position, leaf))
        .map_err(|because| RegisterFault::UnreadableEvent { position, because })
}

/// The end of the log in the answer to [`HEAD`].
pub(super) fn head_in(rows: &[Row]) -> Result<Head, RegisterFault> {
    let Some(row) = rows.first() else {
        return Ok(Head {
            position: Position(0),
            leaf: Hash::NONE,
            recorded_at: None,
        });
    };
    let position = position(row)?;
    let leaf = leaf(row).map_err(|because| RegisterFault::UnreadableEvent { position, because })?;
    Ok(Head {
        position,
        leaf,
        recorded_at: Some(Instant(column(row, 2)?)),
    })
}

/// The end of the log.
pub(super) fn head(line: &Line) -> Result<Head, RegisterFault> {
    let rows = line
        .ask(HEAD, &[])
        .doing(|| "reading the head of the log".into())?;
    head_in(&rows)
}

/// One event.
pub(super) fn event(line: &Line, at: Position) -> Result<Option<StoredEvent>, RegisterFault> {
    const ONE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM register.event WHERE position = $1"
    );
    let rows = line
        .ask(ONE, &[int(kept(at.0))])
        .doing(|| format!("reading event {at}"))?;
    rows.first().map(whole).transpose()
}

fn until(stretch: Stretch) -> i64 {
    stretch.until.map_or(i64::MAX, |until| kept(until.0))
}

/// The events of a stretch that match, in order.
pub(super) fn events(
    line: &Line,
    query: &Query,
    stretch: Stretch,
    most: usize,
) -> Result<Vec<StoredEvent>, RegisterFault> {
    const STRETCH: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM register.event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3"
    );
    const THESE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM register.event WHERE position = ANY($1) ORDER BY position"
    );
    let doing = || format!("reading events after {}", stretch.after);
    if query.tags.is_empty() && query.kinds.is_empty() {
        let params = [
            int(kept(stretch.after.0)),
            int(until(stretch)),
            int(limit(most, EVENTS_PER_READ_MAX)),
        ];
        let rows = line.ask(STRETCH, &params).doing(doing)?;
        return rows.iter().map(whole).collect();
    }
    let wanted = matching(line, query, stretch, most)?;
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let positions: Vec<i64> = wanted.iter().map(|at| kept(at.0)).collect();
    let rows = line.ask(THESE, &[ints(positions)]).doing(doing)?;
    let found: Vec<StoredEvent> = rows.iter().map(whole).collect::<Result<_, _>>()?;
    let has = |at: &Position| {
        found
            .binary_search_by_key(at, |event| event.position)
            .is_ok()
    };
    match wanted.into_iter().find(|at| !has(at)) {
        None => Ok(found),
        Some(position) => Err(RegisterFault::UnreadableEvent {
            position,
            because: "the index of tags or kinds names it, and the log does not have it".into(),
        }),
    }
}

/// The positions of a stretch whose events match, in order: for each tag (or kind) one walk along
/// an index that ends at the limit.
pub(super) fn matching(
    line: &Line,
    query: &Query,
    stretch: Stretch,
    most: usize,
) -> Result<Vec<Position>, RegisterFault> {
    const KINDS: &str = "SELECT found.position FROM unnest($1::text[]) AS wanted (kind),
        LATERAL (SELECT position FROM register.event
            WHERE kind = wanted.kind AND position > $2 AND position <= $3
            ORDER BY position LIMIT $4) AS found";
    const TAGS: &str = "SELECT found.position FROM unnest($1::text[]) AS wanted (tag),
        LATERAL (SELECT position FROM register.tag
            WHERE tag = wanted.tag AND position > $2 AND position <= $3
            ORDER BY position LIMIT $4) AS found";
    const BOTH: &str = "SELECT found.position FROM unnest($1::text[]) AS wanted (tag),
        LATERAL (SELECT position FROM register.tag
            WHERE tag = wanted.tag AND position > $2 AND position <= $3
            AND kind = ANY($5::text[]) ORDER BY position LIMIT $4) AS found";
    let refs = |texts: &'_ [String]| -> Vec<String> { texts.to_vec() };
    let (sql, wanted) = match (query.tags.is_empty(), query.kinds.is_empty()) {
        (true, _) => (KINDS, &query.kinds),
        (false, true) => (TAGS, &query.tags),
        (false, false) => (BOTH, &query.tags),
    };
    let mut params = vec![
        texts(refs(wanted)),
        int(kept(stretch.after.0)),
        int(until(stretch)),
        int(limit(most, EVENTS_PER_READ_MAX)),
    ];
    if sql == BOTH {
        params.push(texts(refs(&query.kinds)));
    }
    let rows = line
        .ask(sql, &params)
        .doing(|| format!("looking for events after {}", stretch.after))?;
    let found: BTreeSet<Position> = rows.iter().map(position).collect::<Result<_, _>>()?;
    let most = most.min(EVENTS_PER_READ_MAX);
    Ok(found.into_iter().take(most).collect())
}

/// The last event recorded at or before an instant: a search by halves, because the instants of
/// the log never run backwards.
pub(super) fn position_at(line: &Line, instant: Instant) -> Result<Position, RegisterFault> {
    let doing = || format!("looking for the last event at {instant}");
    // INVARIANT: every event up to `low` is recorded at or before the instant, none after `high` is.
    let (mut low, mut high) = (0_u64, head(line)?.position.0);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let row = line
            .ask_one(
                "SELECT recorded_at FROM register.event WHERE position = $1",
                &[int(kept(middle))],
            )
            .doing(doing)?;
        if column::<i64>(&row, 0)? <= instant.0 {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(Position(low))
}
