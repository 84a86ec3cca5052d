//! Duties: what is owed by whom by when.

use serde::{Deserialize, Serialize};

use crate::id::{DutyId, OfficerId};
use crate::language::Bilingual;
use crate::time::Day;

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DutyKind {
    /// A second officer must countersign an emergency.
    Countersign,
    /// An office must acknowledge a stop notice.
    AcknowledgeStop,
    /// An exit under a stop must be looked into.
    ExitUnderStop,
    /// An exit beyond the balance must be looked into.
    ExcessExit,
    /// A measure must be looked at again.
    ReviewMeasure,
    /// Delivery must be verified.
    VerifyDelivery,
    /// Goods must come back.
    ReturnGoods,
    /// A request must be answered, or its silence recorded.
    AnswerRequest,
    /// A visit must be made.
    MakeVisit,
    /// What a visit left open must be followed up.
    FollowUpVisit,
    /// A consulted body must advise on a review.
    AdviseReview,
    /// Another duty is late: somebody above must look at it.
    Late,
}

/// A duty as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRecord {
    /// The duty.
    pub id: DutyId,
    /// What is owed.
    pub duty_kind: DutyKind,
    /// The role on whose desk it lies.
    pub desk: String,
    /// What it is about.
    pub about: String,
    /// In words.
    pub says: Bilingual,
    /// The day by which it is owed.
    pub due_on: Day,
    /// When, how and by whom it was discharged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discharged: Option<(Day, String, OfficerId)>,
}

impl DutyRecord {
    /// Whether it is owed and late on a day.
    #[must_use]
    pub fn is_overdue(&self, day: Day) -> bool {
        self.discharged.is_none() && day > self.due_on
    }
}
