//! What happens to applications, parties, officers and assurances.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::advice::AdvicePosition;
use crate::application::Outcome;
use crate::assurance::{Assurance, AuthenticityAnswer};
use crate::id::{
    ApplicationId, AssuranceId, CompartmentId, DocumentKind, Ground, OfficeId, OfficerId, PartyId,
    PermitId,
};
use crate::item::{Condition, LineNo, Rating};
use crate::law::Law;
use crate::party::PartyVersion;
use crate::permit::Terms;
use crate::risk::RiskDetermination;
use crate::time::Day;

/// An officer may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerAppointed {
    /// The officer.
    pub officer: OfficerId,
    /// The officer's name or function.
    pub name: String,
    /// The roles, as access policies name them.
    pub roles: BTreeSet<String>,
    /// The office, for customs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeId>,
    /// The party for which the person acts (exporter, consulted department, recipient state).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// The compartments of sealed material that are open to the officer.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compartments: BTreeSet<CompartmentId>,
    /// SHA-256 of the officer's token for the API, in hexadecimal; the token itself is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_digest: Option<String>,
    /// First day.
    pub effective_from: Day,
}

/// A party was registered or its facts corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRecorded {
    /// The facts and the day from which they are true.
    pub version: PartyVersion,
}

/// A party was compared with lists and the result judged by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyScreened {
    /// The party.
    pub party: PartyId,
    /// The editions compared with.
    pub editions: BTreeSet<String>,
    /// Possible matches found.
    pub hits: u32,
    /// Whether the person holds that none of them is this party.
    pub is_clear: bool,
    /// Why.
    pub reasons: String,
    /// Who judged.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// An application was received: one complete snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationSubmitted {
    /// The application.
    pub application: ApplicationId,
    /// Who applies.
    pub applicant: PartyId,
    /// What is asked for.
    pub terms: Terms,
    /// The day of receipt.
    pub received_on: Day,
    /// Documents attached.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub documents: BTreeSet<DocumentKind>,
    /// The application that it was copied from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied_from: Option<ApplicationId>,
    /// The application that it supersedes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<ApplicationId>,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<crate::party::Basis>,
}

/// The applicant was asked for more; the clock stops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InformationRequested {
    /// The application.
    pub application: ApplicationId,
    /// What is asked.
    pub questions: Vec<String>,
    /// The day.
    pub on: Day,
    /// The day by which an answer is due.
    pub due_on: Day,
    /// Who asks.
    pub by: OfficerId,
}

/// The applicant answered; the clock runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InformationReceived {
    /// The application.
    pub application: ApplicationId,
    /// The answers.
    pub answers: Vec<String>,
    /// Documents received with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub documents: BTreeSet<DocumentKind>,
    /// The day.
    pub on: Day,
}

/// An item was rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRated {
    /// The application.
    pub application: ApplicationId,
    /// The line.
    pub line: LineNo,
    /// The ratings, exactly one of them primary.
    pub ratings: Vec<Rating>,
    /// Who rated.
    pub by: OfficerId,
}

/// A body was asked for advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralSent {
    /// The application.
    pub application: ApplicationId,
    /// The body.
    pub body: PartyId,
    /// What is asked.
    pub question: String,
    /// The day.
    pub on: Day,
    /// The day by which it is due.
    pub due_on: Day,
    /// Who asks.
    pub by: OfficerId,
}

/// A body advised. Advice is never overwritten: new advice stands beside the old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviceGiven {
    /// The application.
    pub application: ApplicationId,
    /// The body.
    pub body: PartyId,
    /// The lines that it is about; empty means all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lines: BTreeSet<LineNo>,
    /// The destination or party that it is about, when narrower than the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What is advised.
    pub position: AdvicePosition,
    /// In words.
    pub text: String,
    /// Conditions asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Criteria on which a refusal is advised.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub criteria: BTreeSet<crate::id::QuestionId>,
    /// Who speaks for the body.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// The risk under the criteria of the statute was determined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskDetermined {
    /// The application.
    pub application: ApplicationId,
    /// The determination.
    pub determination: RiskDetermination,
}

/// Exceptional circumstances were determined, with reasons, by a deciding officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionalCircumstancesDetermined {
    /// The application.
    pub application: ApplicationId,
    /// The policies to which it is an exception.
    pub policies: BTreeSet<String>,
    /// The reasons.
    pub reasons: String,
    /// The deciding officer.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// An application was assessed against the criteria, case by case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAssessed {
    /// The application.
    pub application: ApplicationId,
    /// The reasons.
    pub reasons: String,
    /// The officer.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// An officer recommended an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendationMade {
    /// The application.
    pub application: ApplicationId,
    /// The outcome.
    pub outcome: Outcome,
    /// The reasons.
    pub reasons: String,
    /// Conditions proposed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Who recommends.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// An application was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRefused {
    /// The application.
    pub application: ApplicationId,
    /// The grounds.
    pub grounds: BTreeSet<Ground>,
    /// The law.
    pub law: BTreeSet<Law>,
    /// The reasons that the applicant is given.
    pub reasons: String,
    /// The policies that determined it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determined_by: Vec<String>,
    /// Who recommended.
    pub recommended_by: OfficerId,
    /// Who decided.
    pub decided_by: OfficerId,
    /// The day.
    pub on: Day,
}

/// The applicant gave the application up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationWithdrawn {
    /// The application.
    pub application: ApplicationId,
    /// The day.
    pub on: Day,
}

/// An assurance was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssuranceReceived {
    /// The assurance.
    pub assurance: Assurance,
}

/// The issuing state was asked whether an assurance is authentic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticityAsked {
    /// The assurance.
    pub assurance: AssuranceId,
    /// Who was asked.
    pub of: PartyId,
    /// The day.
    pub on: Day,
    /// The day by which an answer is due.
    pub due_on: Day,
    /// Who asks.
    pub by: OfficerId,
}

/// The issuing state answered, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticityAnswered {
    /// The assurance.
    pub assurance: AssuranceId,
    /// The answer.
    pub answer: AuthenticityAnswer,
    /// The day.
    pub on: Day,
    /// Who recorded it.
    pub by: OfficerId,
}

/// Delivery under a permit was verified, or found wanting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryVerified {
    /// The assurance under which verification was promised.
    pub assurance: AssuranceId,
    /// The permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit: Option<PermitId>,
    /// Whether everything arrived as promised.
    pub is_complete: bool,
    /// What was seen, by serial number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<String, String>,
    /// In words.
    pub text: String,
    /// The day.
    pub on: Day,
    /// Who recorded it.
    pub by: OfficerId,
}
