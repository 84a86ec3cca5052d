//! What happens to requests and visits.

use serde::{Deserialize, Serialize};

use crate::id::{OfficerId, RequestId, VisitId};
use crate::request::{Reply, Request};
use crate::time::Day;
use crate::visit::{Sample, VisitPlan, VisitReport};

/// A request went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSent {
    /// The request.
    pub request: Request,
}

/// The addressee was reminded, and given a new day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestReminded {
    /// The request.
    pub request: RequestId,
    /// The day by which a reply is due now.
    pub due_on: Day,
    /// The day.
    pub on: Day,
    /// Who reminded.
    pub by: OfficerId,
}

/// A reply came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestAnswered {
    /// The request.
    pub request: RequestId,
    /// The reply.
    pub reply: Reply,
}

/// Nobody replied by the day due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestUnanswered {
    /// The request.
    pub request: RequestId,
    /// The day on which it was asked.
    pub asked_on: Day,
    /// The day due.
    pub due_on: Day,
    /// The day.
    pub on: Day,
    /// Who recorded it.
    pub by: OfficerId,
}

/// A visit was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPlanned {
    /// The plan.
    pub plan: VisitPlan,
}

/// A sample was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitSampled {
    /// The visit.
    pub visit: VisitId,
    /// The sample, with its seed.
    pub sample: Sample,
}

/// What was found on a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecorded {
    /// The visit.
    pub visit: VisitId,
    /// What was found.
    pub report: VisitReport,
}

/// A visit was called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitCalledOff {
    /// The visit.
    pub visit: VisitId,
    /// Why.
    pub reasons: String,
    /// The day.
    pub on: Day,
    /// Who called it off.
    pub by: OfficerId,
}

/// What was to follow a visit was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitFollowedUp {
    /// The visit.
    pub visit: VisitId,
    /// What was done.
    pub text: String,
    /// The day.
    pub on: Day,
    /// Who recorded it.
    pub by: OfficerId,
}
