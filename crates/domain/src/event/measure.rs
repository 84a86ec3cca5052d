//! What happens to decisions, policy measures and permit orders.

use serde::{Deserialize, Serialize};

use crate::id::{DecisionId, MeasureId, OfficerId, OrderId};
use crate::measure::{Draft, Members, Order, PolicyMeasure, PreviewSeal};
use crate::time::Day;

/// A decision was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionProposed {
    /// The draft.
    pub draft: Draft,
    /// Who proposes.
    pub by: OfficerId,
}

/// A proposal was returned unsigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionReturned {
    /// The decision.
    pub decision: DecisionId,
    /// Why.
    pub reasons: String,
    /// Who returned it.
    pub by: OfficerId,
}

/// A decision was signed. What it makes and lifts follows in the same append.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionSigned {
    /// The decision.
    pub decision: DecisionId,
    /// Who signed.
    pub by: OfficerId,
    /// Whether by one hand in an emergency.
    pub is_emergency: bool,
}

/// A second officer signed an emergency after the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionCountersigned {
    /// The decision.
    pub decision: DecisionId,
    /// Who countersigned.
    pub by: OfficerId,
}

/// An officer declined to countersign. The measure stands until it is lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountersignatureDeclined {
    /// The decision.
    pub decision: DecisionId,
    /// Why.
    pub reasons: String,
    /// Who declined.
    pub by: OfficerId,
}

/// A policy measure was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureSigned {
    /// The measure.
    pub measure: PolicyMeasure,
    /// The decision that makes it.
    pub decision: DecisionId,
}

/// A policy measure was lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureLifted {
    /// The measure.
    pub measure: MeasureId,
    /// The decision that lifts it.
    pub decision: DecisionId,
    /// First day without it.
    pub effective_from: Day,
}

/// A permit order was made. This one event is the stop: its members are the lines that satisfy
/// the selection at this event's own position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSigned {
    /// The order.
    pub order: Order,
    /// The decision that makes it.
    pub decision: DecisionId,
    /// The preview that was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<PreviewSeal>,
    /// The first day on which it binds at the gate.
    pub binds_from: Day,
    /// Whether it binds from its own position, whatever a clock says afterwards. If not, it was made
    /// for a later day and binds from the start of that day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub binds_at_once: bool,
    /// The list of numbers, for every kind but a suspension by scope.
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub members: Members,
}

/// Part of the numbered list of an order's members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderResolved {
    /// The order.
    pub order: OrderId,
    /// The lines in this part.
    pub members: Members,
    /// Whether the list is now complete.
    pub is_complete: bool,
}
