//! Redaction: deleting what a field said and its salt, while its commitment stays.

use domain::time::Position;
use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::Value;

use crate::event::StoredEvent;
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
    check_there(at, &fields, pointers)?;
    salts::forget(connection, at)?;
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
            salts::keep_commitment(connection, at, &pointer, leaf::commitment(&salt, field))?;
            clear(&mut event, &pointer);
        } else {
            salts::keep_one(connection, at, &pointer, &salt)?;
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

/// Every pointer names a field, or a branch with fields.
fn check_there(at: Position, fields: &Fields, pointers: &[&str]) -> Result<(), RegisterFault> {
    pointers.iter().try_for_each(|pointer| {
        let is_there = fields.iter().any(|field| covers(pointer, field.pointer));
        is_there
            .then_some(())
            .ok_or_else(|| RegisterFault::NoSuchField {
                position: at,
                pointer: (*pointer).to_owned(),
            })
    })
}

/// Takes away what a field says; null stands in its place, so that no other pointer moves.
fn clear(event: &mut StoredEvent, pointer: &str) {
    match pointer {
        ACTOR => event.actor.clear(),
        GROUND => event.ground = None,
        place => {
            if let Some(value) = event.payload.pointer_mut(place) {
                *value = Value::Null;
            }
        }
    }
}

/// Whether a field stands at a pointer or under it.
fn covers(pointer: &str, field: &[u8]) -> bool {
    match field.strip_prefix(pointer.as_bytes()) {
        Some([]) => true,
        Some([next, ..]) => *next == b'/' && !pointer.is_empty(),
        None => false,
    }
}
