//! Writing what was held back, level by level, each after its savepoint.

use rusqlite::{Connection, params};

use crate::fault::RegisterFault;
use crate::held::levels::{Known, Lines, State, Work, Written};
use crate::projection::Projection;
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::views::{Lookups, Met, New, Rows};
use crate::sqlite::writing::savepoint;
use crate::sqlite::{rows, salts, tree, views};

/// Most rows that stay known after they were written: what the next events of the same write are
/// likely to change. An import does not fill the memory.
const KNOWN_MAX: usize = 4_096;

/// Writes everything that was held back.
pub(super) fn flush(
    connection: &Connection,
    projection: &dyn Projection,
    lookups: &mut Lookups,
    state: &mut State,
) -> Result<(), RegisterFault> {
    let mut outgoing = state.now.numbers.outgoing;
    for number in 0..state.levels.len() {
        let Some(level) = state.levels.get_mut(number) else {
            continue;
        };
        if number > 0 && !level.is_open {
            level.is_open = true;
            // What the levels below were just numbered by stays when this one is undone.
            level.mark.numbers.outgoing = outgoing;
            connection
                .execute_batch(&format!("SAVEPOINT {}", savepoint(number)))
                .doing(|| "opening a savepoint".into())?;
        }
        if !level.is_waiting() {
            continue;
        }
        let lines = std::mem::take(&mut level.lines);
        let work = std::mem::take(&mut level.pending);
        level.sent.series.extend(work.series.clone());
        outgoing = write_lines(connection, lines, outgoing)?;
        let mut rows = Rows {
            connection,
            lookups,
        };
        write_work(&mut rows, projection, &mut state.known, work)?;
    }
    state.now.numbers.outgoing = outgoing;
    state.held = 0;
    state.has_written = true;
    Ok(())
}

/// Writes lines, with messages numbered after `outgoing`. Gives the last number.
fn write_lines(
    connection: &Connection,
    lines: Lines,
    mut outgoing: i64,
) -> Result<i64, RegisterFault> {
    for written in &lines.events {
        insert(connection, written)?;
        salts::keep_seed(connection, written.event.position, &written.seed)?;
    }
    for node in lines.nodes {
        tree::store(connection, node)?;
    }
    for message in lines.messages {
        let next = outgoing.saturating_add(1);
        if rows::send(connection, next, message)? {
            outgoing = next;
        }
    }
    for (number, signed) in &lines.checkpoints {
        rows::keep_checkpoint(connection, *number, signed)?;
    }
    Ok(outgoing)
}

fn write_work(
    rows: &mut Rows<'_>,
    projection: &dyn Projection,
    known: &mut Known,
    work: Work,
) -> Result<(), RegisterFault> {
    let connection = rows.connection;
    for (key, mut row) in work.views {
        let before = match known.views.get(&key) {
            Some(None) => None,
            Some(Some(met)) if met.number.is_some() => Some(Met {
                number: met.number.unwrap_or_default(),
                entries: met.text(&key, projection)?.entries.clone(),
            }),
            _ => views::met(connection, &key)?,
        };
        let new = New {
            position: row.position,
            key: &key,
            text: row.text(&key, projection)?,
            entries: row.entries(&key, projection)?,
        };
        row.number = Some(rows.put(new, before.as_ref())?);
        known.views.insert(key, Some(row));
    }
    if known.views.len() > KNOWN_MAX {
        known.views.clear();
    }
    for (key, (number, answer)) in work.answers {
        crate::sqlite::rows::remember(connection, number, &key, &answer)?;
        known.answers.insert(key, Some(answer));
    }
    for (series, last) in work.series {
        crate::sqlite::rows::keep_series(connection, &series, last)?;
        known.series.insert(series, last);
    }
    for (digest, bytes) in work.vault {
        crate::sqlite::rows::put_bytes(connection, &digest, &bytes)?;
    }
    Ok(())
}

fn insert(connection: &Connection, written: &Written) -> Result<(), RegisterFault> {
    let event = &written.event;
    let doing = || format!("writing event {}", event.position);
    let tags = serde_json::Value::from(event.tags.as_slice()).to_string();
    let position = kept(event.position.0);
    connection
        .prepare_cached(
            "INSERT INTO event (position, kind, form, recorded_at, effective_from, previous, leaf,
             actor, ground, tags, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                position,
                event.kind,
                event.form,
                event.recorded_at.0,
                event.effective_from.map(|day| day.to_string()),
                event.previous.0,
                event.leaf.0,
                event.actor,
                event.ground,
                tags,
                written.payload
            ])
        })
        .doing(doing)?;
    let mut tag_row = connection
        .prepare_cached("INSERT INTO tag (tag, position, kind) VALUES (?1, ?2, ?3)")
        .doing(doing)?;
    event.tags.iter().try_for_each(|tag| {
        tag_row
            .execute(params![tag, position, event.kind])
            .doing(doing)?;
        Ok(())
    })
}
