//! Webhook subscriptions, and keys with which programs sign.

use std::collections::VecDeque;

use super::never_began;
use crate::event::{Event, Recorded};
use crate::signing_key::SigningKeyRecord;
use crate::view::{FoldFault, Key, State};
use crate::webhook::{WebhookRecord, WebhookState};

pub(super) fn webhook(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<WebhookRecord, FoldFault> {
    if let Event::WebhookSubscribed(e) = &recorded.event {
        return Ok(WebhookRecord {
            id: e.subscription.clone(),
            owner: e.owner.clone(),
            address: e.address.clone(),
            topics: e.topics.clone(),
            begun_at: recorded.position,
            generation: 1,
            renewed_at: None,
            through: recorded.position,
            replay: None,
            undelivered: VecDeque::new(),
            undelivered_in_all: 0,
            undelivered_in_a_row: 0,
            state: WebhookState::Live,
        });
    }
    match (before, &recorded.event) {
        (Some(State::Webhook(mut held)), Event::WebhookStepped(e)) => {
            held.take(&e.step, recorded.recorded_at);
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}

pub(super) fn signing_key(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<SigningKeyRecord, FoldFault> {
    match (before, &recorded.event) {
        (None, Event::SigningKeyRegistered(e)) => Ok(SigningKeyRecord {
            id: e.key.clone(),
            owner: e.owner.clone(),
            public_key: e.public_key.clone(),
            registered_at: recorded.recorded_at,
            withdrawn_at: None,
        }),
        (Some(State::SigningKey(mut held)), Event::SigningKeyWithdrawn(_)) => {
            held.withdrawn_at = Some(recorded.recorded_at);
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}
