//! Requests for information: to an exporter, a recipient state or another authority. That nobody
//! replied is a result of its own, with the day asked and the day due.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{AssuranceId, EvidenceId, OfficerId, PartyId, PermitId, RequestId, ShipmentId};
use crate::time::Day;

/// What kind of thing is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// Where an item went, from its making or last import to its last lawful holder.
    Tracing,
    /// Anything else that the addressee knows.
    Information,
    /// Consent to a visit.
    Visit,
}

/// A request as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The request.
    pub id: RequestId,
    /// What kind of thing is asked.
    pub request_kind: RequestKind,
    /// Who is asked.
    pub to: PartyId,
    /// What is asked.
    pub asks: String,
    /// The permits that it is about.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permits: BTreeSet<PermitId>,
    /// The shipments that it is about.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub shipments: BTreeSet<ShipmentId>,
    /// The assurances that it is about; whether one is authentic is asked on the assurance itself.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub assurances: BTreeSet<AssuranceId>,
    /// The material that it is about. What is sealed is not sent with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub evidence: BTreeSet<EvidenceId>,
    /// Make, model, marks and serial of the item traced, as seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// The day on which it was asked.
    pub asked_on: Day,
    /// The day by which a reply is due.
    pub due_on: Day,
    /// Who asks.
    pub by: OfficerId,
}

/// A reply that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What it says.
    pub says: String,
    /// The material that came with it, received under numbers of its own.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub evidence: BTreeSet<EvidenceId>,
    /// Whether everything that was asked is answered.
    pub is_complete: bool,
    /// The day.
    pub on: Day,
    /// Who recorded it.
    pub by: OfficerId,
}

/// A request as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// The request.
    pub request: Request,
    /// Reminders: the day, and the new day due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<(Day, Day)>,
    /// Replies, in the order received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<Reply>,
    /// Days on which it was recorded that nobody replied, each with the day that was due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<(Day, Day)>,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum RequestState {
    /// Asked, and not due yet.
    Asked {
        /// The day due.
        due_on: Day,
    },
    /// Answered in part.
    PartlyAnswered {
        /// The day of the last reply.
        on: Day,
        /// The day on which the rest is due.
        due_on: Day,
    },
    /// Answered.
    Answered {
        /// The day of the last reply.
        on: Day,
    },
    /// Nobody replied by the day due.
    NoReply {
        /// The day on which it was asked.
        asked_on: Day,
        /// The day due.
        due_on: Day,
    },
}

/// Why an act on a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// Nothing is asked.
    #[error("request {0} asks nothing: expected what the addressee is to say")]
    AsksNothing(RequestId),
    /// Nobody could trace it.
    #[error(
        "tracing request {0} names no mark, permit, shipment or material: expected make, model or serial as seen"
    )]
    NothingToTrace(RequestId),
    /// Due before it is asked.
    #[error("request {request} is due on {due_on}: expected a day after {after}")]
    DueTooEarly {
        /// The request.
        request: RequestId,
        /// The day due.
        due_on: Day,
        /// The day that it must follow.
        after: Day,
    },
    /// Everything is answered.
    #[error("request {0} is answered: send another to ask again")]
    Answered(RequestId),
    /// A reply that says nothing.
    #[error("the reply to request {0} says nothing: expected what it says, or that nobody replied")]
    SaysNothing(RequestId),
    /// The day due has not passed.
    #[error(
        "a reply to request {request} is due on {due_on}: nobody can say before that none came"
    )]
    NotDueYet {
        /// The request.
        request: RequestId,
        /// The day due.
        due_on: Day,
    },
    /// Something came.
    #[error("request {0} has a reply: `no reply` is not what happened")]
    SomethingCame(RequestId),
}

/// Checks a request before it is sent.
///
/// # Errors
/// Refuses one that asks nothing, a tracing request that names nothing to trace, and one that is
/// due by the day on which it is asked.
pub fn send(request: &Request) -> Result<(), RequestRefusal> {
    let id = || request.id.clone();
    if request.asks.trim().is_empty() {
        return Err(RequestRefusal::AsksNothing(id()));
    }
    let names_something = !request.marks.is_empty()
        || !request.permits.is_empty()
        || !request.shipments.is_empty()
        || !request.evidence.is_empty();
    if request.request_kind == RequestKind::Tracing && !names_something {
        return Err(RequestRefusal::NothingToTrace(id()));
    }
    if request.due_on <= request.asked_on {
        return Err(RequestRefusal::DueTooEarly {
            request: id(),
            due_on: request.due_on,
            after: request.asked_on,
        });
    }
    Ok(())
}

impl RequestRecord {
    /// The day due, by the last reminder.
    #[must_use]
    pub fn due_on(&self) -> Day {
        let last = self.reminders.last();
        last.map_or(self.request.due_on, |(_, due_on)| *due_on)
    }

    /// Whether everything asked is answered.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.replies.iter().any(|reply| reply.is_complete)
    }

    /// How it stood on a day. Silence after the day due is a result, and a late reply another.
    #[must_use]
    pub fn state(&self, day: Day) -> RequestState {
        let mut replies = self.replies.iter().filter(|reply| reply.on <= day);
        let mut reminders = self.reminders.iter();
        let reminded = reminders.rfind(|(on, _)| *on <= day);
        let due_on = reminded.map_or(self.request.due_on, |held| held.1);
        if let Some(whole) = replies.clone().find(|reply| reply.is_complete) {
            return RequestState::Answered { on: whole.on };
        }
        if let Some(part) = replies.next_back() {
            return RequestState::PartlyAnswered {
                on: part.on,
                due_on,
            };
        }
        if day > due_on {
            return RequestState::NoReply {
                asked_on: self.request.asked_on,
                due_on,
            };
        }
        RequestState::Asked { due_on }
    }

    /// Checks a reminder.
    ///
    /// # Errors
    /// Refuses one on an answered request, and a day due that does not follow today.
    pub fn remind(&self, today: Day, due_on: Day) -> Result<(), RequestRefusal> {
        let id = || self.request.id.clone();
        if self.is_answered() {
            return Err(RequestRefusal::Answered(id()));
        }
        if due_on <= today {
            return Err(RequestRefusal::DueTooEarly {
                request: id(),
                due_on,
                after: today,
            });
        }
        Ok(())
    }

    /// Checks a reply. One that comes late, after silence was recorded, is a reply all the same.
    ///
    /// # Errors
    /// Refuses one on an answered request, and one that says nothing.
    pub fn reply(&self, reply: &Reply) -> Result<(), RequestRefusal> {
        if self.is_answered() {
            return Err(RequestRefusal::Answered(self.request.id.clone()));
        }
        if reply.says.trim().is_empty() {
            return Err(RequestRefusal::SaysNothing(self.request.id.clone()));
        }
        Ok(())
    }

    /// Checks the entry that nobody replied.
    ///
    /// # Errors
    /// Refuses it up to the day due, and where something came.
    pub fn close_unanswered(&self, today: Day) -> Result<(), RequestRefusal> {
        let request = self.request.id.clone();
        if !self.replies.is_empty() {
            return Err(RequestRefusal::SomethingCame(request));
        }
        let due_on = self.due_on();
        if today <= due_on {
            return Err(RequestRefusal::NotDueYet { request, due_on });
        }
        Ok(())
    }
}
