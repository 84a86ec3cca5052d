//! Folding appended events into views that the write holds.

use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::time::Position;

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::postgres::doing::{Doing as _, column, natural};
use crate::postgres::line::{Line, texts};
use crate::postgres::writing::levels::{Row, State, Written};
use crate::projection::{Key, Projection, ProjectionFault, ViewRow};

/// Rows asked for at once.
const ROWS_PER_ASK_MAX: usize = 2_000;

/// How often an event is tried on guesses before its rows are asked for one by one: a row may name
/// another row, hardly ever a third.
const GUESSES_MAX: usize = 3;

/// The rows that an event changes.
type Changed = Result<Vec<(Key, ViewRow)>, ProjectionFault>;

/// Fetches rows that are not known yet, together.
pub(super) fn fetch(
    state: &mut State,
    line: &Line,
    wanted: &BTreeSet<Key>,
) -> Result<(), RegisterFault> {
    const THESE: &str = "SELECT view.kind, view.id, view.position, view.body, view.entries
        FROM unnest($1::text[], $2::text[]) AS wanted (kind, id)
        JOIN register.view ON view.kind = wanted.kind AND view.id = wanted.id";
    let unknown: Vec<&Key> = wanted
        .iter()
        .filter(|key| state.row(key).is_none())
        .collect();
    let mut found = Vec::new();
    for keys in unknown.chunks(ROWS_PER_ASK_MAX) {
        let kinds = keys.iter().map(|key| key.kind.as_str()).collect();
        let ids = keys.iter().map(|key| key.id.as_str()).collect();
        let rows = line
            .ask(THESE, &[texts::<&str>(kinds), texts::<&str>(ids)])
            .doing(|| format!("reading {} views", keys.len()))?;
        for row in &rows {
            let key = Key {
                kind: column(row, 0)?,
                id: column(row, 1)?,
            };
            let row = Row {
                position: Position(natural(column(row, 2)?)),
                body: column(row, 3)?,
                entries: column(row, 4)?,
            };
            found.push((key, Some(row)));
        }
    }
    let absent: Vec<_> = unknown.into_iter().map(|key| (key.clone(), None)).collect();
    state.known.views.extend(absent);
    state.known.views.extend(found);
    Ok(())
}

/// The rows that an event changes, and the rows that are not known and were guessed to be absent.
fn attempt(
    state: &State,
    projection: &dyn Projection,
    event: &StoredEvent,
) -> (Changed, BTreeSet<Key>) {
    let missed = RefCell::new(BTreeSet::new());
    let mut states = |key: &Key| {
        Ok(match state.row(key) {
            Some(row) => row.map(|row| row.body.clone()),
            None => {
                missed.borrow_mut().insert(key.clone());
                None
            }
        })
    };
    let rows = projection.apply(event, &mut states);
    let mut missed = missed.into_inner();
    let changed = rows.iter().flatten().map(|(key, _)| key);
    missed.extend(changed.filter(|key| state.row(key).is_none()).cloned());
    (rows, missed)
}

/// Fetches at once what folding these events will ask for, as far as that can be told by trying.
/// What comes of the trying itself is thrown away.
pub(super) fn foresee(
    state: &mut State,
    line: &Line,
    projection: &dyn Projection,
    written: &[Written],
) -> Result<(), RegisterFault> {
    for _ in 0..GUESSES_MAX {
        let wanted: BTreeSet<Key> = written
            .iter()
            .flat_map(|one| attempt(state, projection, &one.event).1)
            .collect();
        if wanted.is_empty() {
            break;
        }
        fetch(state, line, &wanted)?;
    }
    Ok(())
}

/// The rows that an event changes. A result that rests on a guess is never used.
fn changed(
    state: &mut State,
    line: &Line,
    projection: &dyn Projection,
    event: &StoredEvent,
) -> Changed {
    for _ in 0..GUESSES_MAX {
        let (rows, missed) = attempt(state, projection, event);
        if missed.is_empty() {
            return rows;
        }
        fetch(state, line, &missed)?;
    }
    let asked = RefCell::new(&mut *state);
    let mut states = |key: &Key| {
        if asked.borrow().row(key).is_none() {
            fetch(*asked.borrow_mut(), line, &BTreeSet::from([key.clone()]))?;
        }
        let known = asked.borrow();
        Ok(known.row(key).flatten().map(|row| row.body.clone()))
    };
    let rows = projection.apply(event, &mut states)?;
    let keys = rows.iter().map(|(key, _)| key.clone()).collect();
    fetch(state, line, &keys)?;
    Ok(rows)
}

/// Folds one event.
pub(super) fn fold(
    state: &mut State,
    line: &Line,
    projection: &dyn Projection,
    event: &StoredEvent,
) -> Result<(), RegisterFault> {
    let rows = changed(state, line, projection, event).map_err(|fault| match fault {
        ProjectionFault::Register(fault) => fault,
        ProjectionFault::Unreadable { because } => RegisterFault::Fold {
            position: event.position,
            because,
        },
    })?;
    rows.into_iter()
        .try_for_each(|(key, row)| put(state, event.position, key, row))
}

fn put(state: &mut State, at: Position, key: Key, row: ViewRow) -> Result<(), RegisterFault> {
    let entries: BTreeSet<(String, String)> = row.index.into_iter().collect();
    let entries = serde_json::to_string(&entries).map_err(|source| RegisterFault::Storage {
        doing: format!("writing view `{}/{}`", key.kind, key.id),
        source: Box::new(source),
    })?;
    state.held = state
        .held
        .saturating_add(row.body.len())
        .saturating_add(entries.len());
    let row = Row {
        position: at,
        body: row.body,
        entries,
    };
    if let Some(level) = state.top() {
        level.pending.views.insert(key, row);
    }
    Ok(())
}
