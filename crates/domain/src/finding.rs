//! Allegations, investigations and findings: what is held about evidence, question by question.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{
    AllegationId, AssuranceId, EvidenceId, FindingId, InvestigationId, OfficerId, QuestionId,
};
use crate::time::Day;

/// The seven steps of proof, as question ids in their order.
pub const STEPS_OF_PROOF: [&str; 7] = [
    "identity",
    "origin",
    "authorised-chain",
    "observation",
    "mismatch",
    "responsibility",
    "consequence",
];

/// What is held about one question. `Insufficient` is an outcome of its own, not a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// Established.
    Established,
    /// Credible evidence: above allegation, below proof.
    Credible,
    /// Not enough to hold it either way.
    Insufficient,
    /// Refuted.
    Refuted,
    /// Nobody looked.
    NotExamined,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What is held.
    pub held: Held,
    /// Why.
    pub reasons: String,
    /// Why, for whoever may not open the material on which it rests; none where they may not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons_open: Option<String>,
    /// Other explanations that were considered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competing: Vec<String>,
    /// The material on which it rests.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rests_on: BTreeSet<EvidenceId>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The finding.
    pub id: FindingId,
    /// The investigation that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub investigation: Option<InvestigationId>,
    /// What it is about.
    pub title: String,
    /// The answers.
    pub answers: BTreeMap<QuestionId, Answer>,
    /// Who holds so.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A finding that a clause of an assurance was breached, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachFinding {
    /// The finding.
    pub id: FindingId,
    /// The assurance.
    pub assurance: AssuranceId,
    /// Which of its undertakings, from 0.
    pub clause: u32,
    /// What is held.
    pub held: Held,
    /// The finding about the facts on which it rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<FindingId>,
    /// Why.
    pub reasons: String,
    /// Why, for whoever may not open the material on which it rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons_open: Option<String>,
    /// Who holds so.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Why a finding is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindingRefusal {
    /// No question answered.
    #[error("the finding answers no question: expected at least one")]
    NoAnswer,
    /// An answer without reasons.
    #[error("the answer to {0} has no reasons: expected why it is held so")]
    NoReasons(QuestionId),
    /// Established or credible on nothing.
    #[error("the answer to {0} rests on no evidence: expected the material on which it is held")]
    RestsOnNothing(QuestionId),
    /// A breach of a clause that the assurance does not have.
    #[error("assurance {assurance} has no clause {clause}: it has {clauses}")]
    NoSuchClause {
        /// The assurance.
        assurance: AssuranceId,
        /// The clause asked for, from 0.
        clause: u32,
        /// How many clauses it has.
        clauses: usize,
    },
}

/// Checks a finding before it is recorded.
///
/// # Errors
/// Refuses a finding without answers, an answer without reasons, and one held established or
/// credible on no material.
pub fn make(finding: &Finding) -> Result<(), FindingRefusal> {
    if finding.answers.is_empty() {
        return Err(FindingRefusal::NoAnswer);
    }
    for (question, answer) in &finding.answers {
        if answer.held != Held::NotExamined && answer.reasons.trim().is_empty() {
            return Err(FindingRefusal::NoReasons(question.clone()));
        }
        let is_positive = matches!(answer.held, Held::Established | Held::Credible);
        if is_positive && answer.rests_on.is_empty() {
            return Err(FindingRefusal::RestsOnNothing(question.clone()));
        }
    }
    Ok(())
}

/// An allegation as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllegationRecord {
    /// The allegation.
    pub id: AllegationId,
    /// What is claimed.
    pub says: String,
    /// The material that it gathers.
    pub evidence: BTreeSet<EvidenceId>,
    /// The day on which it was taken up.
    pub opened_on: Day,
}

/// An investigation as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestigationRecord {
    /// The investigation.
    pub id: InvestigationId,
    /// The allegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allegation: Option<AllegationId>,
    /// The mandate.
    pub mandate: String,
    /// The day on which it was opened.
    pub opened_on: Day,
}
