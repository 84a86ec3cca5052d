//! Checks and flattens events before anything of them is written.

use crate::event::{EventMistake, NewEvent};
use crate::leaf::Fields;

/// Longest name of an event, in bytes: the longest known has 24.
pub const KIND_BYTES_MAX: usize = 64;
/// Longest actor or ground, in bytes: an identifier with its realm.
pub const NAME_BYTES_MAX: usize = 256;
/// Longest tag, in bytes: a kind of thing, a colon, and the longest identifier, thrice.
pub const TAG_BYTES_MAX: usize = 256;
/// Most tags of one event: an order that names 250,000 permits.
pub const TAGS_MAX: usize = 250_000;
/// Largest payload, in bytes of JSON: the same order with as much headroom again.
pub const PAYLOAD_BYTES_MAX: usize = 32 * 1024 * 1024;

/// An event ready to be written.
pub(crate) struct Prepared {
    /// The event, its tags sorted and unique.
    pub(crate) event: NewEvent,
    /// Its fields.
    pub(crate) fields: Fields,
    /// Its payload as JSON text.
    pub(crate) payload: String,
}

impl Prepared {
    /// Checks an event and flattens it.
    ///
    /// # Errors
    /// Refuses an event that exceeds a limit, lacks a part, or has a payload that is not exact.
    pub(crate) fn new(mut event: NewEvent) -> Result<Self, EventMistake> {
        event.tags.sort_unstable();
        event.tags.dedup();
        let kind = || event.kind.chars().take(KIND_BYTES_MAX).collect::<String>();
        let too_large = |part, limit| {
            Err(EventMistake::TooLarge {
                kind: kind(),
                part,
                limit,
            })
        };
        let empty = |part| Err(EventMistake::Empty { kind: kind(), part });
        if event.kind.is_empty() {
            return empty("the name");
        }
        if event.actor.is_empty() {
            return empty("the actor");
        }
        if event.ground.as_deref() == Some("") {
            return empty("the ground");
        }
        if event.tags.first().is_some_and(String::is_empty) {
            return empty("a tag");
        }
        if event.kind.len() > KIND_BYTES_MAX {
            return too_large("the name", KIND_BYTES_MAX);
        }
        if event.actor.len() > NAME_BYTES_MAX {
            return too_large("the actor", NAME_BYTES_MAX);
        }
        if event
            .ground
            .as_ref()
            .is_some_and(|ground| ground.len() > NAME_BYTES_MAX)
        {
            return too_large("the ground", NAME_BYTES_MAX);
        }
        if event.tags.len() > TAGS_MAX {
            return too_large("the number of tags", TAGS_MAX);
        }
        if event.tags.iter().any(|tag| tag.len() > TAG_BYTES_MAX) {
            return too_large("a tag", TAG_BYTES_MAX);
        }
        let fields = Fields::of(&event.payload, &event.actor, event.ground.as_deref())
            .map_err(|mistake| mistake.of_event(&event.kind))?;
        // Written at once; `to_string` of a value goes through a formatter, at twice the cost.
        let payload = serde_json::to_string(&event.payload).unwrap_or_default();
        if payload.len() > PAYLOAD_BYTES_MAX {
            return too_large("the payload", PAYLOAD_BYTES_MAX);
        }
        Ok(Self {
            event,
            fields,
            payload,
        })
    }
}
