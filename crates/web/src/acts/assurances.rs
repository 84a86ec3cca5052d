//! Acts on assurances.

use domain::assurance::{Assurance, AuthenticityAnswer};
use domain::event::DeliveryVerified;
use domain::id::{AssuranceId, PartyId};
use domain::time::Day;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::evidence::bytes;
use super::{About, Act, Body, Call, DeskError, about, done, strict};

const ALL: &str = "assurances";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Receive>(
        ("assurance", "record"),
        ALL,
        About::New,
        (
            "Record an assurance with its paper",
            "Consigner une assurance avec son document",
        ),
    )
    .with_file(),
    Act::of::<Ask>(
        ("assurance", "ask"),
        ALL,
        About::One,
        (
            "Ask the issuing state whether an assurance is authentic",
            "Demander à l’État émetteur si une assurance est authentique",
        ),
    ),
    Act::of::<Reply>(
        ("assurance", "answer"),
        ALL,
        About::One,
        (
            "Record the issuing state’s answer, or that none came",
            "Consigner la réponse de l’État émetteur, ou son absence",
        ),
    ),
    Act::of::<Verify>(
        ("assurance", "verify-delivery"),
        ALL,
        About::One,
        (
            "Record a verification of delivery",
            "Consigner une vérification de livraison",
        ),
    ),
];

/// An assurance as received.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordAssurance)]
pub(crate) struct Receive {
    /// `form`, `giver`, `receiver`, `issuing_authority`, `signatory`, `validity`, `undertakings`,
    /// `says`, `applications`, `permits`; `id` is given by the register when absent.
    #[schema(value_type = shapes::AssuranceFacts)]
    assurance: Value,
    /// The paper, in base64.
    #[schema(value_type = Option<shapes::Base64>)]
    paper: Option<String>,
}

impl Body for Receive {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("assurance", self.assurance)?;
        if !fields.contains_key("id") {
            let id = call.before.next_number(
                call.actor,
                "assurance.receive",
                AssuranceId::PREFIX,
                AssuranceId::numbered,
            )?;
            fields.insert("id".into(), id.to_string().into());
        }
        strict::fill(&mut fields, "recorded_by", call.actor.officer.to_string())?;
        let assurance: Assurance = strict::read("assurance", Value::Object(fields))?;
        let paper = bytes(call, "paper", self.paper.as_deref())?;
        done(
            &call
                .desk
                .receive_assurance(call.actor, &assurance, paper.as_deref())?,
        )
    }
}

/// A question to the issuing state.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskAuthenticity)]
pub(crate) struct Ask {
    /// The authority that is asked.
    #[schema(value_type = shapes::Id)]
    of: PartyId,
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
                .ask_authenticity(call.actor, &id, &self.of, self.due_on)?,
        )
    }
}

/// The issuing state’s answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerAuthenticity)]
pub(crate) struct Reply {
    /// `confirmed`, `denied` or `no-reply`.
    #[schema(value_type = shapes::AuthenticityAnswer)]
    answer: AuthenticityAnswer,
}

impl Body for Reply {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .answer_authenticity(call.actor, &id, self.answer)?,
        )
    }
}

/// What a verification of delivery gave.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VerifyDelivery)]
pub(crate) struct Verify {
    /// What was verified, without assurance, officer and day, which the register fills in.
    #[schema(value_type = shapes::DeliveryFacts)]
    delivery: Value,
}

impl Body for Verify {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id: AssuranceId = about(call)?;
        let mut fields = strict::fields("delivery", self.delivery)?;
        strict::fill(&mut fields, "assurance", id.to_string())?;
        strict::fill(&mut fields, "by", call.actor.officer.to_string())?;
        strict::fill(&mut fields, "on", call.before.today()?.to_string())?;
        let verified: DeliveryVerified = strict::read("delivery", Value::Object(fields))?;
        done(&call.desk.verify_delivery(call.actor, verified)?)
    }
}
