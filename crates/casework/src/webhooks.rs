//! Webhooks: who is to be told of what happens, and how far each was told.
//!
//! The log itself is the outbox: what a subscriber is told is read from the events after its place,
//! so nothing is written twice when something happens and nothing can be lost between. The place of
//! a subscription is an event too, at most one for every batch. The secret that signs is nowhere in
//! the register: see `courier`.

mod telling;

use std::collections::BTreeSet;

use domain::event::{WebhookStepped, WebhookSubscribed};
use domain::id::{OfficerId, SubscriptionId};
use domain::time::{Instant, Position};
use domain::webhook::{Topic, WebhookAddress, WebhookRecord, WebhookState, WebhookStep};
use register::Query;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::{projection, reading};

/// Most subscriptions that are not ended: every customs system and the largest exporters of a
/// state, with room; each is one connection and one reading of the log.
pub const SUBSCRIPTIONS_MAX: u64 = 500;

/// Events told of in one reading of the log: most that are sent again after a crash.
const EVENTS_PER_LOOK: usize = 100;

/// One thing that a subscriber is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The same each time that it is sent.
    pub id: String,
    /// The event that it is about.
    pub at: Position,
    /// The text that is sent and signed.
    pub body: String,
}

/// What a subscriber is to be told next.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The messages, in the order of the log.
    pub messages: Vec<Message>,
    /// The last event looked at.
    pub through: Position,
    /// Whether there was more to look at.
    pub has_more: bool,
}

impl Desk {
    /// Asks that a program be told of what happens from now on.
    ///
    /// # Errors
    /// A refusal when the person may not read what the topics tell, a mistake when there are too
    /// many subscriptions, or a fault.
    pub fn subscribe(
        &self,
        actor: &Actor,
        address: &WebhookAddress,
        topics: &BTreeSet<Topic>,
    ) -> Result<Done<SubscriptionId>, DeskError> {
        self.act(actor, "webhook.subscribe", |act| {
            if topics.is_empty() {
                return Err(DeskError::mistaken_as(
                    "topics",
                    "expected at least one topic",
                    "attendu au moins un sujet",
                ));
            }
            for topic in topics {
                act.book.check_access(actor, opens(*topic, actor))?;
            }
            let mut standing: u64 = 0;
            reading::each::<WebhookRecord>(act.log(), None, &mut |_, held| {
                standing = standing.saturating_add(u64::from(held.state != WebhookState::Ended));
                Ok(())
            })?;
            if standing >= SUBSCRIPTIONS_MAX {
                return Err(DeskError::mistaken_as(
                    "subscriptions",
                    format!("expected at most {SUBSCRIPTIONS_MAX} that are not ended"),
                    format!("attendu au plus {SUBSCRIPTIONS_MAX} qui ne sont pas terminés"),
                ));
            }
            let subscription = act.number(SubscriptionId::PREFIX, SubscriptionId::numbered)?;
            act.append(WebhookSubscribed {
                subscription: subscription.clone(),
                owner: actor.officer.clone(),
                address: address.clone(),
                topics: topics.clone(),
            })?;
            Ok(subscription)
        })
    }

    /// Takes a step that the owner of a subscription, or whoever keeps the service, asks for: send
    /// a range again, go on after a pause, renew the secret, end it.
    ///
    /// # Errors
    /// A refusal for somebody else's or a step that does not fit, or a fault.
    pub fn steer_webhook(
        &self,
        actor: &Actor,
        id: &SubscriptionId,
        step: &WebhookStep,
    ) -> Result<Done<WebhookRecord>, DeskError> {
        self.act(actor, "webhook.subscribe", |act| {
            let held: WebhookRecord = act.load(id)?;
            if held.owner != actor.officer {
                act.book.check_access(actor, "service.configure")?;
            }
            held.check_step(step)
                .map_err(|refusal| DeskError::refused("webhook.step", &refusal))?;
            act.append(WebhookStepped {
                subscription: id.clone(),
                step: step.clone(),
            })?;
            act.load(id)
        })
    }

    /// The last event that a range may be sent again up to: how far a subscription was told.
    ///
    /// # Errors
    /// A mistake when there is no such subscription, or a fault.
    pub fn told_through(&self, id: &SubscriptionId) -> Result<Position, DeskError> {
        let held: WebhookRecord = reading::load(self.reading()?.as_ref(), id.as_str())?;
        Ok(held.through)
    }

    /// Notes how far a subscription was told, or what could not be delivered. Nothing is noted when
    /// its place is no longer the one from which delivery began: then another range was asked for,
    /// or another server was faster, and what was sent is sent again.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn note_delivery(
        &self,
        actor: &Actor,
        id: &SubscriptionId,
        from: Position,
        step: &WebhookStep,
    ) -> Result<bool, DeskError> {
        let done = self.act(actor, "webhook.subscribe", |act| {
            let held: WebhookRecord = act.load(id)?;
            if held.cursor() != from || held.state != WebhookState::Live {
                return Ok(false);
            }
            act.append(WebhookStepped {
                subscription: id.clone(),
                step: step.clone(),
            })?;
            Ok(true)
        })?;
        Ok(done.what)
    }

    /// The subscriptions to which messages are sent.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn live_webhooks(&self) -> Result<Vec<WebhookRecord>, DeskError> {
        let log = self.reading()?;
        reading::all(log.as_ref(), Some(("state", "live")))
    }

    /// One subscription as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn webhook(&self, id: &SubscriptionId) -> Result<Option<WebhookRecord>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }

    /// What a subscriber is to be told of the events after one. Of what its owner may no longer
    /// read, nothing.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn webhook_batch(&self, held: &WebhookRecord, after: Position) -> Result<Batch, DeskError> {
        let log = self.reading()?;
        let head = log.head()?.position;
        let until = held.replay.map_or(head, |replay| replay.until.min(head));
        let book = self.book(log.as_ref())?;
        let owner = self.actor_of(&held.owner)?;
        let may = |topic: &Topic| {
            book.may(&owner, "webhook.subscribe") && book.may(&owner, opens(*topic, &owner))
        };
        let topics: BTreeSet<Topic> = held.topics.iter().copied().filter(may).collect();
        let kinds: Vec<String> = telling::kinds(&topics).map(str::to_owned).collect();
        if kinds.is_empty() || after >= until {
            return Ok(Batch {
                messages: Vec::new(),
                through: until.max(after),
                has_more: false,
            });
        }
        let query = Query {
            tags: Vec::new(),
            kinds,
        };
        let events = log.events(&query, after, Some(until), EVENTS_PER_LOOK)?;
        let has_more = events.len() == EVENTS_PER_LOOK;
        let last = events.last().map(|event| event.position);
        let mut ear = telling::Ear::new(log.as_ref(), &owner, &topics);
        let mut messages = Vec::new();
        for event in &events {
            let recorded = projection::recorded(event).map_err(DeskError::invariant)?;
            if let Some((kind, data)) = ear.hears(&recorded)? {
                messages.push(Message {
                    id: format!("msg_{}_{}", held.id, event.position),
                    at: event.position,
                    body: body(kind, event.recorded_at, event.position, &data),
                });
            }
        }
        Ok(Batch {
            messages,
            through: last.filter(|_| has_more).unwrap_or(until),
            has_more,
        })
    }
}

/// The text of a message: its type, when the register learned it, what it says.
fn body(kind: &str, recorded_at: Instant, position: Position, data: &Value) -> String {
    json!({
        "type": kind,
        "timestamp": recorded_at.to_string(),
        "position": position,
        "data": data,
    })
    .to_string()
}

/// The act that a person must be open to, to be told of a topic: the one that opens reading it.
fn opens(topic: Topic, actor: &Actor) -> &'static str {
    match topic {
        Topic::Notices if actor.party.is_some() => "notice.acknowledge",
        Topic::Notices => "register.read",
        Topic::Stops | Topic::Lifts | Topic::Balances => "permit.read",
    }
}

/// The courier as the log names it.
///
/// # Errors
/// None in practice: the id is well formed.
pub fn courier() -> Result<Actor, domain::id::IdMistake> {
    Ok(Actor {
        officer: OfficerId::new("OFF-COURIER")?,
        roles: BTreeSet::from(["licensing".to_owned()]),
        office: None,
        party: None,
        compartments: BTreeSet::new(),
    })
}
