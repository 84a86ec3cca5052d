//! Acts on parties.

use std::collections::BTreeSet;

use domain::id::PartyId;
use domain::party::Party;
use domain::time::Day;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, strict};

pub(super) const ACTS: &[Act] = &[
    Act::of::<Record>(
        ("party", "record"),
        "parties",
        About::New,
        (
            "Register a party, or correct its facts from a day on",
            "Inscrire une partie, ou en corriger les faits à compter d’un jour",
        ),
    ),
    Act::of::<Screen>(
        ("party", "screen"),
        "parties",
        About::One,
        (
            "Record a comparison with lists and what a person holds of it",
            "Consigner une comparaison avec des listes et ce qu’une personne en retient",
        ),
    ),
];

/// A party's facts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordParty)]
pub(crate) struct Record {
    /// The facts: `name`, and where known `country`, `address`, `aliases`, `identifiers`,
    /// `activities`, `is_government`, `branch_of`, `owners`; `id` is given by the register when
    /// absent.
    #[schema(value_type = shapes::PartyFacts)]
    party: Value,
    /// First day on which they hold; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
}

impl Body for Record {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("party", self.party)?;
        if !fields.contains_key("id") {
            let id = call.before.next_number(
                call.actor,
                "party.record",
                PartyId::PREFIX,
                PartyId::numbered,
            )?;
            fields.insert("id".into(), id.to_string().into());
        }
        let party: Party = strict::read("party", Value::Object(fields))?;
        let from = self
            .effective_from
            .map_or_else(|| call.before.today(), Ok)?;
        done(&call.desk.record_party(call.actor, &party, from)?)
    }
}

/// What a comparison with lists gave.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScreenParty)]
pub(crate) struct Screen {
    /// The editions compared with.
    editions: BTreeSet<String>,
    /// Possible matches found.
    #[schema(value_type = shapes::Count)]
    hits: u32,
    /// Whether none of them is this party.
    is_clear: bool,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Screen {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        let judged = (self.is_clear, self.reasons.as_str());
        done(
            &call
                .desk
                .screen_party(call.actor, &id, &self.editions, self.hits, judged)?,
        )
    }
}
