//! Salts and redactions of events: kept apart from them, so that they can be deleted.

use std::collections::BTreeMap;

use domain::time::Position;

use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::leaf::{Salt, Salts};
use crate::postgres::doing::{Doing as _, column, exact, kept};
use crate::postgres::line::{Line, int};

/// The salts of an event; none when there are none at all.
pub(super) fn of(line: &Line, at: Position) -> Result<Option<Salts>, RegisterFault> {
    let rows = line
        .ask(
            "SELECT seed FROM register.salt WHERE position = $1",
            &[int(kept(at.0))],
        )
        .doing(|| format!("reading the salts of event {at}"))?;
    match rows.first() {
        Some(row) => exact(column(row, 0)?)
            .map(|seed| Some(Salts::Seed(seed)))
            .map_err(|because| unreadable("salt", at, because)),
        None => one_by_one(line, at),
    }
}

/// The salts of an event that lost a field.
pub(super) fn one_by_one(line: &Line, at: Position) -> Result<Option<Salts>, RegisterFault> {
    let each: BTreeMap<String, Salt> = by_pointer(
        line,
        "field_salt",
        "SELECT pointer, salt FROM register.field_salt WHERE position = $1",
        at,
    )?;
    let is_redacted = !redactions(line, at)?.is_empty();
    Ok((is_redacted || !each.is_empty()).then_some(Salts::Each(each)))
}

/// The commitments of the fields that an event lost.
pub(super) fn redactions(
    line: &Line,
    at: Position,
) -> Result<BTreeMap<String, Hash>, RegisterFault> {
    let kept: BTreeMap<String, [u8; 32]> = by_pointer(
        line,
        "redaction",
        "SELECT pointer, commitment FROM register.redaction WHERE position = $1",
        at,
    )?;
    Ok(kept
        .into_iter()
        .map(|(pointer, commitment)| (pointer, Hash(commitment)))
        .collect())
}

fn by_pointer<const N: usize>(
    line: &Line,
    table: &'static str,
    sql: &'static str,
    at: Position,
) -> Result<BTreeMap<String, [u8; N]>, RegisterFault> {
    let rows = line
        .ask(sql, &[int(kept(at.0))])
        .doing(|| format!("reading the salts of event {at}"))?;
    rows.iter()
        .map(|row| {
            let bytes = exact(column(row, 1)?).map_err(|because| unreadable(table, at, because))?;
            Ok((column(row, 0)?, bytes))
        })
        .collect()
}

fn unreadable(table: &'static str, at: Position, because: String) -> RegisterFault {
    RegisterFault::UnreadableRow {
        table,
        key: at.to_string(),
        because,
    }
}
