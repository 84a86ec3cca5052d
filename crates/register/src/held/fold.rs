//! Folding appended events into views that the write holds.

use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::time::Position;

use crate::event::{StoredEvent, Told};
use crate::fault::RegisterFault;
use crate::held::Engine;
use crate::held::levels::{State, Written};
use crate::held::row::{Row, at};
use crate::projection::{Changed, Held, Key, ProjectionFault};

/// How often an event is tried on guesses before its rows are asked for one by one: a row may name
/// another row, hardly ever a third.
const GUESSES_MAX: usize = 3;

type Folded = Result<Changed, ProjectionFault>;

/// An event, with what whoever appended it had.
#[derive(Clone, Copy)]
struct Appended<'a> {
    event: &'a StoredEvent,
    told: Option<&'a Told>,
}

impl<'a> Appended<'a> {
    fn of(written: &'a Written) -> Self {
        Self {
            event: &written.event,
            told: written.told.as_ref(),
        }
    }
}

/// The rows that an event changes, and the rows that are not known and were guessed to be absent.
fn attempt<E: Engine>(
    engine: &E,
    state: &State,
    appended: Appended<'_>,
) -> (Folded, BTreeSet<Key>) {
    let missed = RefCell::new(BTreeSet::new());
    let mut states = |key: &Key| match state.row(key) {
        Some(row) => held(engine, key, row),
        None => {
            missed.borrow_mut().insert(key.clone());
            Ok(None)
        }
    };
    let rows = engine
        .projection()
        .fold(appended.event, appended.told, &mut states);
    let mut missed = missed.into_inner();
    let changed = rows.iter().flatten().map(|(key, _)| key);
    missed.extend(changed.filter(|key| state.row(key).is_none()).cloned());
    (rows, missed)
}

fn held<E: Engine>(
    engine: &E,
    key: &Key,
    row: Option<&Row>,
) -> Result<Option<Held>, ProjectionFault> {
    row.map(|row| row.held(key, engine.projection()))
        .transpose()
}

/// Fetches at once what folding these events will ask for, as far as that can be told by trying.
/// What comes of the trying itself is thrown away. Pays where asking takes a journey.
pub(super) fn foresee<E: Engine>(
    engine: &E,
    state: &mut State,
    written: &[Written],
) -> Result<(), RegisterFault> {
    for _ in 0..GUESSES_MAX {
        let wanted: BTreeSet<Key> = written
            .iter()
            .flat_map(|one| attempt(engine, state, Appended::of(one)).1)
            .collect();
        if wanted.is_empty() {
            break;
        }
        engine.fetch(state, &wanted)?;
    }
    Ok(())
}

/// The rows that an event changes. A result that rests on a guess is never used.
fn changed<E: Engine>(engine: &E, state: &mut State, appended: Appended<'_>) -> Folded {
    if E::IS_FAR {
        for _ in 0..GUESSES_MAX {
            let (rows, missed) = attempt(engine, state, appended);
            if missed.is_empty() {
                return rows;
            }
            engine.fetch(state, &missed)?;
        }
    }
    let asked = RefCell::new(&mut *state);
    let mut states = |key: &Key| {
        if asked.borrow().row(key).is_none() {
            engine.fetch(*asked.borrow_mut(), &BTreeSet::from([key.clone()]))?;
        }
        let known = asked.borrow();
        held(engine, key, known.row(key).flatten())
    };
    let rows = engine
        .projection()
        .fold(appended.event, appended.told, &mut states)?;
    if E::IS_FAR {
        let keys = rows.iter().map(|(key, _)| key.clone()).collect();
        engine.fetch(state, &keys)?;
    }
    Ok(rows)
}

/// Folds one event.
pub(super) fn fold<E: Engine>(
    engine: &E,
    state: &mut State,
    written: &Written,
) -> Result<(), RegisterFault> {
    let position = written.event.position;
    let rows =
        changed(engine, state, Appended::of(written)).map_err(|fault| at(position, fault))?;
    for (key, held) in rows {
        put(state, position, key, held);
    }
    Ok(())
}

fn put(state: &mut State, position: Position, key: Key, held: Held) {
    state.held = state.held.saturating_add(ROW_BYTES);
    if let Some(level) = state.top() {
        level
            .pending
            .views
            .insert(key, Row::changed(position, held));
    }
}

/// What a row that is held takes, roughly, in bytes: a permit with its parties.
const ROW_BYTES: usize = 4_096;
