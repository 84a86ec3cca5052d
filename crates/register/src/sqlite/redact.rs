//! Redaction: deleting what a field said and its salt, while its commitment stays.

use domain::time::Position;
use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::Value;

use crate::fault::RegisterFault;
use crate::leaf::{self, ACTOR, Fields, GROUND, Salts};
use crate::sqlite::doing::{Doing as _, kept};
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
    let doing = || format!("redacting event {at}");
    let unreadable = |because: String| RegisterFault::UnreadableEvent {
        position: at,
        because,
    };
    let mut event =
        events::event(connection, at)?.ok_or_else(|| unreadable("it is not there".into()))?;
    let fields = Fields::of(&event.payload, &event.actor, event.ground.as_deref())
        .map_err(|mistake| unreadable(mistake.to_string()))?;
    let salts =
        salts::of(connection, at)?.ok_or_else(|| unreadable("its salts are not there".into()))?;
    let redacted = salts::redactions(connection, at)?;
    for pointer in pointers {
        let is_there = fields.iter().any(|field| covers(pointer, field.pointer));
        if !is_there {
            let pointer = (*pointer).to_owned();
            return Err(RegisterFault::NoSuchField {
                position: at,
                pointer,
            });
        }
    }
    connection
        .execute("DELETE FROM salt WHERE position = ?1", [kept(at.0)])
        .and_then(|_| {
            connection.execute("DELETE FROM field_salt WHERE position = ?1", [kept(at.0)])
        })
        .doing(doing)?;
    for field in fields.iter() {
        let pointer = String::from_utf8_lossy(field.pointer);
        if redacted.contains_key(pointer.as_ref()) {
            continue;
        }
        let salt = match &salts {
            Salts::Seed(seed) => leaf::salt(seed, field.pointer),
            Salts::Each(each) => *each
                .get(pointer.as_ref())
                .ok_or_else(|| unreadable(format!("field `{pointer}` has no salt")))?,
        };
        if pointers.iter().any(|wanted| covers(wanted, field.pointer)) {
            let commitment = leaf::commitment(&salt, field);
            connection
                .execute(
                    "INSERT INTO redaction (position, pointer, commitment) VALUES (?1, ?2, ?3)",
                    params![kept(at.0), pointer, commitment.0],
                )
                .doing(doing)?;
            match pointer.as_ref() {
                ACTOR => event.actor.clear(),
                GROUND => event.ground = None,
                place => {
                    if let Some(value) = event.payload.pointer_mut(place) {
                        *value = Value::Null;
                    }
                }
            }
        } else {
            connection
                .execute(
                    "INSERT INTO field_salt (position, pointer, salt) VALUES (?1, ?2, ?3)",
                    params![kept(at.0), pointer, salt],
                )
                .doing(doing)?;
        }
    }
    connection
        .execute(
            "UPDATE event SET actor = ?2, ground = ?3, payload = ?4 WHERE position = ?1",
            params![
                kept(at.0),
                event.actor,
                event.ground,
                event.payload.to_string()
            ],
        )
        .doing(doing)?;
    Ok(())
}

/// Whether a field stands at a pointer or under it.
fn covers(pointer: &str, field: &[u8]) -> bool {
    match field.strip_prefix(pointer.as_bytes()) {
        Some([]) => true,
        Some([next, ..]) => *next == b'/' && !pointer.is_empty(),
        None => false,
    }
}
