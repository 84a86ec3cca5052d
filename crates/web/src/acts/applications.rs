//! Acts on applications.

use std::collections::BTreeSet;

use domain::advice::AdvicePosition;
use domain::application::Outcome;
use domain::application::refuse::RefuseApplication;
use domain::application::submit::SubmitApplication;
use domain::control_list::EntryId;
use domain::event::AdviceGiven;
use domain::id::{ApplicationId, DocumentKind, Ground, PartyId, PermitId, QuestionId, RiskId};
use domain::item::{LineNo, Rating};
use domain::law::Law;
use domain::party::Basis;
use domain::permit::issue::IssuePermit;
use domain::risk::RiskDetermination;
use domain::time::Day;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, strict};

const NOUN: &str = "application";
const ALL: &str = "applications";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Submit>(
        (NOUN, "submit"),
        ALL,
        About::New,
        ("Submit an application", "Présenter une demande"),
    ),
    Act::of::<Ask>(
        (NOUN, "ask"),
        ALL,
        About::One,
        (
            "Ask the applicant for more; the clock stops",
            "Demander des renseignements; le délai est suspendu",
        ),
    ),
    Act::of::<Reply>(
        (NOUN, "answer"),
        ALL,
        About::One,
        (
            "Give answers and documents; the clock runs again",
            "Fournir réponses et documents; le délai reprend",
        ),
    ),
    Act::of::<Rate>(
        (NOUN, "rate"),
        ALL,
        About::One,
        ("Rate the item of a line", "Classer l’article d’une ligne"),
    ),
    Act::of::<Refer>(
        (NOUN, "refer"),
        ALL,
        About::One,
        (
            "Refer an application to another body",
            "Soumettre une demande à un autre organisme",
        ),
    ),
    Act::of::<Advise>(
        (NOUN, "advise"),
        ALL,
        About::One,
        ("Give a body’s advice", "Donner l’avis d’un organisme"),
    ),
    Act::of::<Risk>(
        (NOUN, "determine-risk"),
        ALL,
        About::One,
        (
            "Determine the risk under the criteria of the statute",
            "Déterminer le risque selon les critères de la loi",
        ),
    ),
    Act::of::<Except>(
        (NOUN, "except"),
        ALL,
        About::One,
        (
            "Determine exceptional circumstances",
            "Constater des circonstances exceptionnelles",
        ),
    ),
    Act::of::<Assess>(
        (NOUN, "assess"),
        ALL,
        About::One,
        (
            "Record an assessment of the case",
            "Consigner l’évaluation du cas",
        ),
    ),
    Act::of::<Recommend>(
        (NOUN, "recommend"),
        ALL,
        About::One,
        ("Recommend an outcome", "Recommander une issue"),
    ),
    Act::of::<Issue>(
        (NOUN, "issue"),
        ALL,
        About::One,
        ("Issue the permit", "Délivrer la licence"),
    ),
    Act::of::<Refuse>(
        (NOUN, "refuse"),
        ALL,
        About::One,
        ("Refuse an application", "Refuser une demande"),
    ),
    Act::of::<Withdraw>(
        (NOUN, "withdraw"),
        ALL,
        About::One,
        ("Withdraw an application", "Retirer une demande"),
    ),
];

/// A new application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SubmitApplication)]
pub(crate) struct Submit {
    /// Its number; given by the register when absent.
    #[schema(value_type = Option<shapes::Id>)]
    application: Option<ApplicationId>,
    /// Who applies.
    #[schema(value_type = shapes::Id)]
    applicant: PartyId,
    /// What is asked for: kind, movement, parties, places and lines.
    #[schema(value_type = shapes::Terms)]
    terms: Value,
    /// Kinds of documents attached.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    documents: BTreeSet<DocumentKind>,
    /// The application that it was copied from.
    #[schema(value_type = Option<shapes::Id>)]
    copied_from: Option<ApplicationId>,
    /// The application that it takes the place of.
    #[schema(value_type = Option<shapes::Id>)]
    supersedes: Option<ApplicationId>,
    /// How solid it is, in cases: `fact`, `press`, `inferred` or `synthetic`.
    #[schema(value_type = Option<shapes::Basis>)]
    basis: Option<Basis>,
}

impl Body for Submit {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let terms = strict::read("terms", self.terms)?;
        let application = match self.application {
            Some(number) => number,
            None => call.before.next_number(
                call.actor,
                "application.submit",
                ApplicationId::PREFIX,
                ApplicationId::numbered,
            )?,
        };
        let request = SubmitApplication {
            application,
            applicant: self.applicant,
            terms,
            documents: self.documents,
            copied_from: self.copied_from,
            basis: self.basis,
        };
        let supersedes = self.supersedes.as_ref();
        done(
            &call
                .desk
                .submit_application(call.actor, &request, supersedes)?,
        )
    }
}

/// Questions to the applicant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskApplicant)]
pub(crate) struct Ask {
    /// The questions.
    questions: Vec<String>,
    /// The day by which an answer is due.
    #[schema(value_type = shapes::Day)]
    due_on: Day,
}

impl Body for Ask {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .request_information(call.actor, &id, &self.questions, self.due_on)?,
        )
    }
}

/// Answers and documents.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerQuestions)]
pub(crate) struct Reply {
    /// The answers, in the order of the questions.
    #[serde(default)]
    answers: Vec<String>,
    /// Kinds of documents that come with them.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    documents: BTreeSet<DocumentKind>,
}

impl Body for Reply {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .receive_information(call.actor, &id, &self.answers, &self.documents)?,
        )
    }
}

/// The ratings of one line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RateItem)]
pub(crate) struct Rate {
    /// The line.
    #[schema(value_type = shapes::Count)]
    line: u32,
    /// The ratings; exactly one is primary.
    ratings: Vec<RatingOf>,
}

/// One rating.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RatingOfItem)]
pub(crate) struct RatingOf {
    /// The entry with its list and edition, as in `GUIDE@2020:2-15.d`.
    #[schema(value_type = shapes::EntryId)]
    entry: EntryId,
    /// Whether it is the primary one.
    is_primary: bool,
    /// Why this entry and not its neighbour.
    reasons: Option<String>,
}

impl Body for Rate {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let ratings: Vec<Rating> = self
            .ratings
            .into_iter()
            .map(|held| Rating {
                entry: held.entry,
                is_primary: held.is_primary,
                reasons: held.reasons,
            })
            .collect();
        let id = about(call)?;
        done(
            &call
                .desk
                .rate_item(call.actor, &id, LineNo(self.line), &ratings)?,
        )
    }
}

/// A referral.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReferApplication)]
pub(crate) struct Refer {
    /// The body.
    #[schema(value_type = shapes::Id)]
    body: PartyId,
    /// What is asked.
    question: String,
    /// The day by which advice is due.
    #[schema(value_type = shapes::Day)]
    due_on: Day,
}

impl Body for Refer {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .refer(call.actor, &id, &self.body, &self.question, self.due_on)?,
        )
    }
}

/// Advice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AdviseOnApplication)]
pub(crate) struct Advise {
    /// The body that advises.
    #[schema(value_type = shapes::Id)]
    body: PartyId,
    /// The lines that it is about; all when empty.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Count>)]
    lines: BTreeSet<u32>,
    /// The destination or party that it is about, when narrower.
    about: Option<String>,
    /// `no-objection`, `issue-with-conditions`, `refuse` or `no-view`.
    #[schema(value_type = shapes::AdvicePosition)]
    position: AdvicePosition,
    /// In words.
    text: String,
    /// Conditions asked for.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Condition>)]
    conditions: Vec<Value>,
    /// Criteria on which a refusal is advised.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    criteria: BTreeSet<QuestionId>,
}

impl Body for Advise {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id: ApplicationId = about(call)?;
        let advice = AdviceGiven {
            application: id.clone(),
            body: self.body,
            lines: self.lines.into_iter().map(LineNo).collect(),
            about: self.about,
            position: self.position,
            text: self.text,
            conditions: strict::read_all("conditions", self.conditions)?,
            criteria: self.criteria,
            by: call.actor.officer.clone(),
            on: call.before.today()?,
        };
        done(&call.desk.advise(call.actor, &id, advice)?)
    }
}

/// A determination of risk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DetermineRisk)]
pub(crate) struct Risk {
    /// Its number; given by the register when absent.
    #[schema(value_type = Option<shapes::Id>)]
    determination: Option<RiskId>,
    /// By criterion: `raw`, `considered`, `adopted`, `residual` and `reasons`.
    #[schema(value_type = shapes::CriteriaHeld)]
    criteria: Value,
}

impl Risk {
    /// The determination, by who acts, today.
    pub(super) fn read(
        self,
        call: &Call<'_>,
        action: &str,
    ) -> Result<RiskDetermination, DeskError> {
        let id = match self.determination {
            Some(id) => id,
            None => {
                call.before
                    .next_number(call.actor, action, RiskId::PREFIX, RiskId::numbered)?
            }
        };
        let mut fields = Map::new();
        fields.insert("id".into(), id.to_string().into());
        fields.insert("criteria".into(), self.criteria);
        strict::fill(&mut fields, "by", call.actor.officer.to_string())?;
        strict::fill(&mut fields, "on", call.before.today()?.to_string())?;
        strict::read("determination", Value::Object(fields))
    }
}

impl Body for Risk {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let determination = self.read(call, "application.assess")?;
        let id = about(call)?;
        done(&call.desk.determine_risk(call.actor, &id, determination)?)
    }
}

/// Exceptional circumstances.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DetermineException)]
pub(crate) struct Except {
    /// The reasons.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Except {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .determine_exception(call.actor, &id, &self.reasons)?,
        )
    }
}

/// An assessment against the criteria.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssessCase)]
pub(crate) struct Assess {
    /// The reasons.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Assess {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.assess_case(call.actor, &id, &self.reasons)?)
    }
}

/// A recommendation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecommendOutcome)]
pub(crate) struct Recommend {
    /// `issue` or `refuse`.
    #[schema(value_type = shapes::RecommendedOutcome)]
    outcome: Outcome,
    /// The reasons.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
    /// Conditions proposed.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Condition>)]
    conditions: Vec<Value>,
}

impl Body for Recommend {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let conditions: Vec<domain::item::Condition> =
            strict::read_all("conditions", self.conditions)?;
        let id = about(call)?;
        done(
            &call
                .desk
                .recommend(call.actor, &id, self.outcome, &self.reasons, &conditions)?,
        )
    }
}

/// The permit to be issued.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IssuePermit)]
pub(crate) struct Issue {
    /// Its number; given by the register when absent.
    #[schema(value_type = Option<shapes::Id>)]
    permit: Option<PermitId>,
    /// First day of validity; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    valid_from: Option<Day>,
    /// Last day of validity; none when absent.
    #[schema(value_type = Option<shapes::Day>)]
    last_day: Option<Day>,
    /// The reasons, where the decision needs them.
    #[serde(default)]
    reasons: Vec<String>,
}

impl Body for Issue {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let permit = match self.permit {
            Some(number) => number,
            None => call.before.next_number(
                call.actor,
                "application.decide",
                PermitId::PREFIX,
                PermitId::numbered,
            )?,
        };
        let request = IssuePermit {
            permit,
            valid_from: self.valid_from.map_or_else(|| call.before.today(), Ok)?,
            last_day: self.last_day,
            reasons: self.reasons,
        };
        let id = about(call)?;
        done(&call.desk.issue(call.actor, &id, &request)?)
    }
}

/// A refusal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefuseApplication)]
pub(crate) struct Refuse {
    /// The grounds.
    #[schema(value_type = Vec<shapes::Id>)]
    grounds: BTreeSet<Ground>,
    /// The law, as in `EIPA:7.4`.
    #[schema(value_type = Vec<shapes::Law>)]
    law: BTreeSet<Law>,
    /// The reasons that the applicant is given.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Refuse {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let request = RefuseApplication {
            grounds: self.grounds,
            law: self.law,
            reasons: self.reasons,
            determined_by: Vec::new(),
        };
        let id = about(call)?;
        done(&call.desk.refuse(call.actor, &id, &request)?)
    }
}

/// A withdrawal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WithdrawApplication)]
pub(crate) struct Withdraw {}

impl Body for Withdraw {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.withdraw(call.actor, &id)?)
    }
}
