//! Redaction: deleting what a field said and its salt, while its commitment stays.

use domain::time::Position;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::fault::RegisterFault;
use crate::redaction::{self, Redacted};
use crate::sqlite::doing::{Doing as _, kept as number};
use crate::sqlite::{events, salts};

/// Redacts the fields at or under these pointers.
pub(super) fn redact(
    connection: &mut Connection,
    at: Position,
    pointers: &[&str],
) -> Result<(), RegisterFault> {
    let doing = || format!("redacting event {at}");
    // Freed pages are overwritten with zeros, so that the file does not keep what was deleted.
    connection
        .execute_batch("PRAGMA secure_delete = ON")
        .doing(doing)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing(doing)?;
    redact_within(&transaction, at, pointers)?;
    transaction.commit().doing(doing)?;
    // The log of the file still has the old pages until they are moved and cut off.
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .and_then(|()| connection.execute_batch("PRAGMA secure_delete = OFF"))
        .doing(doing)
}

fn redact_within(
    connection: &Connection,
    at: Position,
    pointers: &[&str],
) -> Result<(), RegisterFault> {
    let missing = |what: &str| RegisterFault::UnreadableEvent {
        position: at,
        because: format!("{what} not there"),
    };
    let event = events::event(connection, at)?.ok_or_else(|| missing("it is"))?;
    let salts = salts::of(connection, at)?.ok_or_else(|| missing("its salts are"))?;
    let redacted = salts::redactions(connection, at)?;
    let Redacted { event, kept, gone } = redaction::redact(event, &salts, &redacted, pointers)?;
    salts::forget(connection, at)?;
    for (pointer, salt) in &kept {
        salts::keep_one(connection, at, pointer, salt)?;
    }
    for (pointer, commitment) in &gone {
        salts::keep_commitment(connection, at, pointer, *commitment)?;
    }
    connection
        .execute(
            "UPDATE event SET actor = ?2, ground = ?3, payload = ?4 WHERE position = ?1",
            params![
                number(at.0),
                event.actor,
                event.ground,
                event.payload.to_string()
            ],
        )
        .doing(|| format!("redacting event {at}"))?;
    Ok(())
}
