//! Acts on reviews.

use std::collections::{BTreeMap, BTreeSet};

use casework::reviews::{OpenReview, Outcome};
use domain::advice::AdvicePosition;
use domain::id::{FindingId, PartyId, PermitId, QuestionId, ReviewId};
use domain::permit::standing::Standing;
use domain::review::ReviewOutcome;
use domain::time::Day;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::shapes;

use super::applications::Risk;
use super::{About, Act, Body, BothLanguages, Call, DeskError, about, done, strict};

const NOUN: &str = "review";
const ALL: &str = "reviews";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Open>(
        (NOUN, "open"),
        ALL,
        About::New,
        (
            "Open a review; its set of permits is frozen",
            "Ouvrir un examen; son ensemble de licences est figé",
        ),
    ),
    Act::of::<Advise>(
        (NOUN, "advise"),
        ALL,
        About::One,
        ("Give a body’s advice", "Donner l’avis d’un organisme"),
    ),
    Act::of::<Remind>(
        (NOUN, "remind"),
        ALL,
        About::One,
        (
            "Remind a consulted body, with a new day due",
            "Rappeler un organisme consulté, avec une nouvelle échéance",
        ),
    ),
    Act::of::<Reply>(
        (NOUN, "answer"),
        ALL,
        About::One,
        (
            "Answer a question; earlier answers stay",
            "Répondre à une question; les réponses antérieures demeurent",
        ),
    ),
    Act::of::<DetermineRisk>(
        (NOUN, "determine-risk"),
        ALL,
        About::One,
        (
            "Determine the risk under the criteria of the statute",
            "Déterminer le risque selon les critères de la loi",
        ),
    ),
    Act::of::<Outcomes>(
        (NOUN, "outcome"),
        ALL,
        About::One,
        (
            "Record outcomes, permit by permit, together or not at all",
            "Consigner les issues, licence par licence, ensemble ou pas du tout",
        ),
    ),
    Act::of::<Conclude>(
        (NOUN, "conclude"),
        ALL,
        About::One,
        ("Conclude a review", "Conclure un examen"),
    ),
];

/// A new review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenReview)]
pub(crate) struct Open {
    /// Its number; given by the register when absent.
    #[schema(value_type = Option<shapes::Id>)]
    review: Option<ReviewId>,
    /// The mandate.
    mandate: BothLanguages,
    /// Which permits: policy text, or the same as JSON.
    #[schema(value_type = shapes::ScopeOrText)]
    scope: Value,
    /// Only permits that stand so, as in `suspended`; all when empty.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Standing>)]
    standings: BTreeSet<Standing>,
    /// The bodies consulted.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    consults: BTreeSet<PartyId>,
    /// The day by which they are to advise.
    #[schema(value_type = Option<shapes::Day>)]
    advise_by: Option<Day>,
}

impl Body for Open {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut held = json!({ "scope": self.scope });
        strict::scopes(call.before, &mut held, 0)?;
        let scope = held.get_mut("scope").map(Value::take).unwrap_or_default();
        let review = match self.review {
            Some(number) => number,
            None => call.before.next_number(
                call.actor,
                "review.open",
                ReviewId::PREFIX,
                ReviewId::numbered,
            )?,
        };
        let request = OpenReview {
            review: review.clone(),
            mandate: self.mandate.into(),
            scope: strict::read("scope", scope)?,
            standings: self.standings,
            consults: self.consults,
            advise_by: self.advise_by,
        };
        let opened = call.desk.open_review(call.actor, &request)?;
        let mut shown = done(&opened)?;
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("review".into(), review.to_string().into());
        }
        Ok(shown)
    }
}

/// Advice on a review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AdviseOnReview)]
pub(crate) struct Advise {
    /// The body that advises.
    #[schema(value_type = shapes::Id)]
    body: PartyId,
    /// `no-objection`, `issue-with-conditions`, `refuse` or `no-view`.
    #[schema(value_type = shapes::AdvicePosition)]
    position: AdvicePosition,
    /// In words.
    text: String,
}

impl Body for Advise {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .advise_review(call.actor, &id, &self.body, self.position, &self.text)?,
        )
    }
}

/// A reminder.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RemindOfReview)]
pub(crate) struct Remind {
    /// The body that owes advice.
    #[schema(value_type = shapes::Id)]
    body: PartyId,
    /// The day by which it is to advise now.
    #[schema(value_type = shapes::Day)]
    due_on: Day,
}

impl Body for Remind {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .remind_review(call.actor, &id, &self.body, self.due_on)?,
        )
    }
}

/// An answer within a review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerInReview)]
pub(crate) struct Reply {
    /// The question.
    #[schema(value_type = shapes::Id)]
    question: QuestionId,
    /// The answer.
    answer: String,
    /// The reasons.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
    /// The findings on which it rests.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    rests_on: BTreeSet<FindingId>,
}

impl Body for Reply {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.answer_in_review(
            call.actor,
            &id,
            (&self.question, &self.rests_on),
            &self.answer,
            &self.reasons,
        )?)
    }
}

/// A determination of risk within a review.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = DetermineReviewRisk)]
pub(crate) struct DetermineRisk(Risk);

impl Body for DetermineRisk {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let determination = self.0.read(call, "review.find")?;
        let id = about(call)?;
        done(
            &call
                .desk
                .determine_review_risk(call.actor, &id, determination)?,
        )
    }
}

/// Outcomes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordOutcomes)]
pub(crate) struct Outcomes {
    /// By permit.
    #[schema(value_type = shapes::OutcomesByPermit)]
    outcomes: BTreeMap<PermitId, OutcomeOf>,
}

/// The outcome for one permit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OutcomeOfPermit)]
pub(crate) struct OutcomeOf {
    /// `keep-in-force`, `keep-suspended`, `suspend`, `reinstate`, `cancel` or
    /// `cancel-and-reinstate`.
    #[schema(value_type = shapes::ReviewOutcome)]
    outcome: ReviewOutcome,
    /// Why, for this permit.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
    /// The findings on which it rests, a breach among them where an assurance was broken.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    rests_on: BTreeSet<FindingId>,
}

impl Body for Outcomes {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let outcomes = self
            .outcomes
            .into_iter()
            .map(|(permit, held)| {
                let outcome = Outcome {
                    outcome: held.outcome,
                    reasons: held.reasons,
                    rests_on: held.rests_on,
                };
                (permit, outcome)
            })
            .collect();
        let id = about(call)?;
        done(&call.desk.record_outcomes(call.actor, &id, &outcomes)?)
    }
}

/// A conclusion.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConcludeReview)]
pub(crate) struct Conclude {
    /// What is not known.
    #[serde(default)]
    not_known: Vec<String>,
}

impl Body for Conclude {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .conclude_review(call.actor, &id, &self.not_known)?,
        )
    }
}
