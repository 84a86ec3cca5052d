//! Why an act on a visit is refused.

use super::VisitOutcome;
use crate::id::{AssuranceId, QuestionId, VisitId};
use crate::time::Day;

/// Why an act on a visit is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VisitRefusal {
    /// Nothing gives access.
    #[error("visit {visit} rests on assurance {assurance}, which gives no right of verification")]
    NoRight {
        /// The visit.
        visit: VisitId,
        /// The assurance.
        assurance: AssuranceId,
    },
    /// Nothing is to be seen or asked.
    #[error("visit {0} is about nothing: expected items due to be seen, or questions")]
    AboutNothing(VisitId),
    /// Planned for a day that has passed.
    #[error("visit {visit} is planned on {planned_on}: expected {today} or a later day")]
    Past {
        /// The visit.
        visit: VisitId,
        /// The day planned.
        planned_on: Day,
        /// Today.
        today: Day,
    },
    /// It is over.
    #[error("visit {0} is over: plan another")]
    Over(VisitId),
    /// A second sample.
    #[error("visit {0} has its sample: a sample is drawn once")]
    Sampled(VisitId),
    /// A sample that cannot be drawn.
    #[error("visit {visit} has {population} items due: expected a sample of 1 to {population}")]
    SampleSize {
        /// The visit.
        visit: VisitId,
        /// How many are due.
        population: usize,
    },
    /// An item of the sample is not accounted for.
    #[error("visit {visit} says nothing of item {serial}: expected it seen, or why it was not")]
    Unaccounted {
        /// The visit.
        visit: VisitId,
        /// The serial.
        serial: String,
    },
    /// An item that was not due.
    #[error("item {serial} was not due on visit {visit}: record it as evidence")]
    NotDue {
        /// The visit.
        visit: VisitId,
        /// The serial.
        serial: String,
    },
    /// No reason for what was not seen, or a reason for what was.
    #[error("item {0} is either seen, with the serial as read, or not seen, with the reason")]
    SeenOrNot(String),
    /// The outcome does not fit what was found.
    #[error("the outcome `{}` does not fit what was found: {because}", said(*.outcome).0)]
    DoesNotFit {
        /// The outcome.
        outcome: VisitOutcome,
        /// Why.
        because: Unfit,
    },
    /// A judgment is missing.
    #[error("visit {0} has no judgment: expected it in words, by who signs")]
    NoJudgment(VisitId),
    /// A question without reasons.
    #[error("the answer to {0} has no reasons: expected why it is held so")]
    NoReasons(QuestionId),
    /// Nothing follows.
    #[error("visit {0} did not confirm everything: expected what is done next and by when")]
    NothingFollows(VisitId),
    /// A visit of a later day.
    #[error("visit {visit} is recorded as made on {made_on}: expected a day up to {today}")]
    NotYet {
        /// The visit.
        visit: VisitId,
        /// The day said.
        made_on: Day,
        /// Today.
        today: Day,
    },
    /// Nothing is to be followed up.
    #[error("visit {0} has nothing to follow up")]
    NothingOwed(VisitId),
}

/// Why an outcome does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Something was not seen.
    #[error("an item was not seen")]
    NotSeen,
    /// A serial was read in part.
    #[error("a serial was read in part, or is another")]
    NotExact,
    /// Something was refused.
    #[error("something was refused")]
    Refused,
    /// Nothing was refused.
    #[error("nothing was refused")]
    NothingRefused,
    /// Nothing was seen.
    #[error("nothing was seen")]
    NothingSeen,
    /// A question is open or answered in the negative.
    #[error("a question is not held established or credible")]
    QuestionOpen,
}

impl Unfit {
    /// The same in French.
    #[must_use]
    pub const fn french(self) -> &'static str {
        match self {
            Self::NotSeen => "un article n’a pas été vu",
            Self::NotExact => "un numéro de série est lu en partie, ou en est un autre",
            Self::Refused => "quelque chose a été refusé",
            Self::NothingRefused => "rien n’a été refusé",
            Self::NothingSeen => "rien n’a été vu",
            Self::QuestionOpen => "une question n’est tenue ni pour établie ni pour crédible",
        }
    }
}

/// An outcome, in English and French.
#[must_use]
pub const fn said(outcome: VisitOutcome) -> (&'static str, &'static str) {
    match outcome {
        VisitOutcome::Confirmed => ("confirmed", "confirmé"),
        VisitOutcome::PartlyConfirmed => ("partly confirmed", "confirmé en partie"),
        VisitOutcome::NotConfirmed => ("not confirmed", "non confirmé"),
        VisitOutcome::AccessRefused => ("access refused", "accès refusé"),
        VisitOutcome::Unresolved => ("unresolved", "non résolu"),
    }
}
