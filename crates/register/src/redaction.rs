//! What an event is like once fields of it are redacted, whatever the engine that keeps it.

use std::collections::BTreeMap;

use domain::time::Position;
use serde_json::Value;

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::leaf::{self, ACTOR, Fields, GROUND, Salt, Salts};

/// What is to be written.
pub(crate) struct Redacted {
    /// The event without what the fields said.
    pub(crate) event: StoredEvent,
    /// The salts of the fields that stay, one by one.
    pub(crate) kept: Vec<(String, Salt)>,
    /// The commitments of the fields that go.
    pub(crate) gone: Vec<(String, Hash)>,
}

/// Redacts the fields at or under these pointers, beside those that are redacted already.
pub(crate) fn redact(
    mut event: StoredEvent,
    salts: &Salts,
    redacted: &BTreeMap<String, Hash>,
    pointers: &[&str],
) -> Result<Redacted, RegisterFault> {
    let at = event.position;
    let unreadable = |because: String| RegisterFault::UnreadableEvent {
        position: at,
        because,
    };
    let fields = Fields::of(&event.payload, &event.actor, event.ground.as_deref())
        .map_err(|mistake| unreadable(mistake.to_string()))?;
    check_there(at, &fields, pointers)?;
    let (mut kept, mut gone) = (Vec::new(), Vec::new());
    for field in fields.iter() {
        let pointer = String::from_utf8_lossy(field.pointer).into_owned();
        if redacted.contains_key(&pointer) {
            continue;
        }
        let salt = match salts {
            Salts::Seed(seed) => leaf::salt(seed, field.pointer),
            Salts::Each(each) => *each
                .get(&pointer)
                .ok_or_else(|| unreadable(format!("field `{pointer}` has no salt")))?,
        };
        if pointers.iter().any(|wanted| covers(wanted, field.pointer)) {
            clear(&mut event, &pointer);
            gone.push((pointer, leaf::commitment(&salt, field)));
        } else {
            kept.push((pointer, salt));
        }
    }
    Ok(Redacted { event, kept, gone })
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
