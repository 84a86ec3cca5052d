//! What happens to evidence, allegations, findings, reviews and dialogues.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::advice::AdvicePosition;
use crate::evidence::{
    Correction, CustodyStep, Evidence, Grade, LinkConfidence, LinkTarget, Repetition, Sealing,
};
use crate::finding::{BreachFinding, Finding};
use crate::id::{
    AllegationId, DialogueId, EvidenceId, FindingId, InvestigationId, OfficerId, PartyId, PermitId,
    QuestionId, ReviewId,
};
use crate::language::Bilingual;
use crate::review::{ReviewMember, ReviewOutcome};
use crate::risk::RiskDetermination;
use crate::scope::Scope;
use crate::time::Day;

/// Material was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceReceived {
    /// The material, with source, custody and first grade.
    pub evidence: Evidence,
}

/// Material was graded again; the earlier grade stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceGraded {
    /// The material.
    pub evidence: EvidenceId,
    /// The grade.
    pub grade: Grade,
}

/// A later step of custody was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceCustodyAdded {
    /// The material.
    pub evidence: EvidenceId,
    /// The step.
    pub step: CustodyStep,
}

/// What was said of material was corrected; what was received stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceCorrected {
    /// The material.
    pub evidence: EvidenceId,
    /// The correction.
    pub correction: Correction,
}

/// Material was found to repeat other material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRepetitionFound {
    /// The material.
    pub evidence: EvidenceId,
    /// What it repeats.
    pub repetition: Repetition,
}

/// Material was put into compartments, or taken out of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceSealed {
    /// The material.
    pub evidence: EvidenceId,
    /// The compartments that hold from now on.
    pub sealing: Sealing,
}

/// An officer accepted a link from material to something in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLinked {
    /// The material.
    pub evidence: EvidenceId,
    /// What it is about.
    pub to: LinkTarget,
    /// How sure the link is.
    pub confidence: LinkConfidence,
    /// Why.
    pub reasons: String,
    /// Who accepted it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A claim was taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllegationOpened {
    /// The allegation.
    pub allegation: AllegationId,
    /// What is claimed.
    pub says: String,
    /// The material that it gathers.
    pub evidence: BTreeSet<EvidenceId>,
    /// The day.
    pub on: Day,
    /// Who took it up.
    pub by: OfficerId,
}

/// An investigation was opened. It changes no permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestigationOpened {
    /// The investigation.
    pub investigation: InvestigationId,
    /// The allegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allegation: Option<AllegationId>,
    /// The mandate.
    pub mandate: String,
    /// The day.
    pub on: Day,
    /// Who opened it.
    pub by: OfficerId,
}

/// What is held about evidence, question by question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingMade {
    /// The finding.
    pub finding: Finding,
}

/// A clause of an assurance was found breached, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachFound {
    /// The breach finding.
    pub breach: BreachFinding,
}

/// A review was opened on a frozen set of permits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOpened {
    /// The review.
    pub review: ReviewId,
    /// The mandate.
    pub mandate: Bilingual,
    /// The scope from which the set was frozen.
    pub scope: Scope,
    /// The set, with where each stood on that day.
    pub members: BTreeMap<PermitId, ReviewMember>,
    /// The bodies consulted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub consults: BTreeSet<PartyId>,
    /// The day by which they are to advise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advise_by: Option<Day>,
    /// The day.
    pub on: Day,
    /// Who opened it.
    pub by: OfficerId,
}

/// A consulted body was reminded, and given a new day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewReminded {
    /// The review.
    pub review: ReviewId,
    /// The body.
    pub body: PartyId,
    /// The day by which it is to advise now.
    pub due_on: Day,
    /// The day.
    pub on: Day,
    /// Who reminded.
    pub by: OfficerId,
}

/// A consulted body advised on a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAdviceGiven {
    /// The review.
    pub review: ReviewId,
    /// The body.
    pub body: PartyId,
    /// The permits that it is about; empty means all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permits: BTreeSet<PermitId>,
    /// What is advised.
    pub position: AdvicePosition,
    /// In words.
    pub text: String,
    /// Who speaks for the body.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A question was answered within a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewQuestionAnswered {
    /// The review.
    pub review: ReviewId,
    /// The question.
    pub question: QuestionId,
    /// The answer, as data: an outcome of a finding or of a risk criterion.
    pub answer: String,
    /// The reasons.
    pub reasons: String,
    /// The findings on which it rests.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rests_on: BTreeSet<FindingId>,
    /// Who answers.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A risk was determined within a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRiskDetermined {
    /// The review.
    pub review: ReviewId,
    /// The determination.
    pub determination: RiskDetermination,
}

/// The outcome for one permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOutcomeRecorded {
    /// The review.
    pub review: ReviewId,
    /// The permit.
    pub permit: PermitId,
    /// The outcome.
    pub outcome: ReviewOutcome,
    /// The reasons for this permit.
    pub reasons: String,
    /// The findings on which it rests, a breach among them where an assurance was broken.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rests_on: BTreeSet<FindingId>,
    /// Who holds so.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A review is complete: every permit has an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewConcluded {
    /// The review.
    pub review: ReviewId,
    /// What is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<String>,
    /// The day.
    pub on: Day,
    /// Who concluded it.
    pub by: OfficerId,
}

/// Two authorities began to consult.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogueOpened {
    /// The dialogue.
    pub dialogue: DialogueId,
    /// Its name.
    pub name: Bilingual,
    /// The other authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<PartyId>,
    /// The agenda.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<String>,
    /// The day.
    pub on: Day,
    /// Who opened it.
    pub by: OfficerId,
}

/// A step of a dialogue: a commitment, a meeting, a stall, a resumption or its conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogueStepped {
    /// The dialogue.
    pub dialogue: DialogueId,
    /// The step.
    pub step: crate::dialogue::Step,
    /// In words.
    pub text: String,
    /// The day.
    pub on: Day,
    /// Who recorded it.
    pub by: OfficerId,
}
