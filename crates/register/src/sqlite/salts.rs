//! Salts and redactions of events: kept apart from them, so that they can be deleted.

use std::collections::BTreeMap;

use domain::time::Position;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::leaf::{Salt, Salts};
use crate::sqlite::doing::{Doing as _, kept};

/// The salts of an event; none when there are none at all.
pub(super) fn of(connection: &Connection, at: Position) -> Result<Option<Salts>, RegisterFault> {
    let seed = connection
        .prepare_cached("SELECT seed FROM salt WHERE position = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([kept(at.0)], |row| row.get(0))
                .optional()
        })
        .doing(|| format!("reading the salts of event {at}"))?;
    match seed {
        Some(seed) => Ok(Some(Salts::Seed(seed))),
        None => one_by_one(connection, at),
    }
}

/// The salts of an event that lost a field.
pub(super) fn one_by_one(
    connection: &Connection,
    at: Position,
) -> Result<Option<Salts>, RegisterFault> {
    let each: BTreeMap<String, Salt> = by_pointer(
        connection,
        "SELECT pointer, salt FROM field_salt WHERE position = ?1",
        at,
    )?;
    let is_redacted = !redactions(connection, at)?.is_empty();
    Ok((is_redacted || !each.is_empty()).then_some(Salts::Each(each)))
}

/// The commitments of the fields that an event lost.
pub(super) fn redactions(
    connection: &Connection,
    at: Position,
) -> Result<BTreeMap<String, Hash>, RegisterFault> {
    let kept: BTreeMap<String, [u8; 32]> = by_pointer(
        connection,
        "SELECT pointer, commitment FROM redaction WHERE position = ?1",
        at,
    )?;
    Ok(kept
        .into_iter()
        .map(|(pointer, commitment)| (pointer, Hash(commitment)))
        .collect())
}

fn by_pointer<const N: usize>(
    connection: &Connection,
    sql: &'static str,
    at: Position,
) -> Result<BTreeMap<String, [u8; N]>, RegisterFault> {
    let doing = || format!("reading the salts of event {at}");
    let mut statement = connection.prepare_cached(sql).doing(doing)?;
    statement
        .query_map([kept(at.0)], |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .doing(doing)
}

/// Keeps the seed of an event's salts.
pub(super) fn keep_seed(
    connection: &Connection,
    at: Position,
    seed: &[u8; 32],
) -> Result<(), RegisterFault> {
    connection
        .prepare_cached("INSERT INTO salt (position, seed) VALUES (?1, ?2)")
        .and_then(|mut insert| insert.execute(params![kept(at.0), seed]))
        .doing(|| format!("writing the salts of event {at}"))?;
    Ok(())
}

/// Deletes the salts of an event.
pub(super) fn forget(connection: &Connection, at: Position) -> Result<(), RegisterFault> {
    [
        "DELETE FROM salt WHERE position = ?1",
        "DELETE FROM field_salt WHERE position = ?1",
    ]
    .into_iter()
    .try_for_each(|sql| {
        connection
            .execute(sql, [kept(at.0)])
            .doing(|| format!("deleting the salts of event {at}"))?;
        Ok(())
    })
}

/// Keeps the salt of one field.
pub(super) fn keep_one(
    connection: &Connection,
    at: Position,
    pointer: &str,
    salt: &Salt,
) -> Result<(), RegisterFault> {
    connection
        .execute(
            "INSERT INTO field_salt (position, pointer, salt) VALUES (?1, ?2, ?3)",
            params![kept(at.0), pointer, salt],
        )
        .doing(|| format!("writing the salt of field `{pointer}` of event {at}"))?;
    Ok(())
}

/// Keeps the commitment of a field that is redacted.
pub(super) fn keep_commitment(
    connection: &Connection,
    at: Position,
    pointer: &str,
    commitment: Hash,
) -> Result<(), RegisterFault> {
    connection
        .execute(
            "INSERT INTO redaction (position, pointer, commitment) VALUES (?1, ?2, ?3)",
            params![kept(at.0), pointer, commitment.0],
        )
        .doing(|| format!("writing the commitment of field `{pointer}` of event {at}"))?;
    Ok(())
}
