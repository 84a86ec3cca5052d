//! Applications: a request for a permit, and what stands between it and its permit.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::advice::AdvicePosition;
use crate::facts::{LineFacts, PartyFacts};
use crate::id::{ApplicationId, DialogueId, DocumentKind, OfficerId, PartyId, PermitId};
use crate::item::{Condition, LineNo};
use crate::party::Basis;
use crate::permit::Terms;
use crate::risk::RiskDetermination;
use crate::time::Day;

pub mod complete;
pub mod refuse;
pub mod submit;

/// What an officer recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Issue the permit.
    Issue,
    /// Refuse it.
    Refuse,
}

/// How an application ended, if it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Ending {
    /// A permit was issued.
    Issued {
        /// The permit.
        permit: PermitId,
        /// The day.
        on: Day,
    },
    /// It was refused.
    Refused {
        /// The day.
        on: Day,
    },
    /// The applicant gave it up.
    Withdrawn {
        /// The day.
        on: Day,
    },
    /// A later application of the same exporter took its place.
    Superseded {
        /// The later one.
        by: ApplicationId,
        /// The day.
        on: Day,
    },
}

impl Ending {
    /// The day on which it ended.
    #[must_use]
    pub const fn day(&self) -> Day {
        match self {
            Self::Issued { on, .. }
            | Self::Refused { on }
            | Self::Withdrawn { on }
            | Self::Superseded { on, .. } => *on,
        }
    }
}

/// A stretch in which the procedure's clock stood still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// First day.
    pub from: Day,
    /// The day by which an answer was due.
    pub due_on: Day,
    /// First day on which it ran again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// What was asked.
    pub questions: Vec<String>,
}

/// A referral to a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// The body.
    pub body: PartyId,
    /// What is asked.
    pub question: String,
    /// The day.
    pub on: Day,
    /// The day by which advice is due.
    pub due_on: Day,
}

/// Advice as given; never overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The body.
    pub body: PartyId,
    /// The lines that it is about; empty means all.
    pub lines: BTreeSet<LineNo>,
    /// What is advised.
    pub position: AdvicePosition,
    /// In words.
    pub text: String,
    /// The day.
    pub on: Day,
}

/// A recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The outcome.
    pub outcome: Outcome,
    /// The reasons.
    pub reasons: String,
    /// Conditions proposed.
    pub conditions: Vec<Condition>,
    /// Who recommends.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A determination with its reasons, by an officer, on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasoned {
    /// The reasons.
    pub reasons: String,
    /// The officer.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// An application as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The application.
    pub id: ApplicationId,
    /// Who applies.
    pub applicant: PartyId,
    /// What is asked for, with the ratings so far.
    pub terms: Terms,
    /// The day of receipt.
    pub received_on: Day,
    /// Documents received.
    pub documents: BTreeSet<DocumentKind>,
    /// Lines rated by an officer, not only by the applicant.
    pub rated: BTreeSet<LineNo>,
    /// Stretches in which the clock stood still.
    pub pauses: Vec<Pause>,
    /// Referrals.
    pub referrals: Vec<Referral>,
    /// Advice, in the order given.
    pub advice: Vec<Advice>,
    /// Determinations of risk; the last one counts.
    pub risks: Vec<RiskDetermination>,
    /// Exceptional circumstances, when determined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptional: Option<Reasoned>,
    /// The assessment case by case, when recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Reasoned>,
    /// Recommendations; the last one counts.
    pub recommendations: Vec<Recommendation>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// The application that it supersedes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<ApplicationId>,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

impl Application {
    /// Whether it is pending: received, and not ended.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.ending.is_none()
    }

    /// Whether it was pending on a day.
    #[must_use]
    pub fn was_pending(&self, day: Day) -> bool {
        self.received_on <= day && self.ending.as_ref().is_none_or(|ending| ending.day() > day)
    }

    /// Whether the clock stands still.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.pauses
            .last()
            .is_some_and(|pause| pause.until.is_none())
    }

    /// The last recommendation.
    #[must_use]
    pub fn recommendation(&self) -> Option<&Recommendation> {
        self.recommendations.last()
    }

    /// The facts of one line as policies judge them.
    #[must_use]
    pub fn facts(
        &self,
        line: LineNo,
        parties: &BTreeMap<PartyId, PartyFacts>,
        dialogues_concluded: &BTreeSet<DialogueId>,
    ) -> LineFacts {
        let mut facts = self.terms.facts(line, parties);
        facts.documents.clone_from(&self.documents);
        facts.advised_by = self
            .advice
            .iter()
            .map(|advice| advice.body.clone())
            .collect();
        facts.dialogues_concluded.clone_from(dialogues_concluded);
        facts.exceptional_circumstances = self.exceptional.as_ref().map(|held| held.by.clone());
        facts.case_assessment = self.assessment.as_ref().map(|held| held.by.clone());
        facts.has_substantial_risk = self
            .risks
            .last()
            .map(RiskDetermination::has_substantial_risk);
        facts
    }
}
