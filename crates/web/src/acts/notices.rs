//! Acts on notices.

use domain::id::PartyId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, mistaken};

pub(super) const ACTS: &[Act] = &[
    Act::of::<Deliver>(
        ("notice", "deliver"),
        "notices",
        About::One,
        (
            "Record that a notice was delivered",
            "Consigner la remise d’un avis",
        ),
    ),
    Act::of::<Acknowledge>(
        ("notice", "acknowledge"),
        "notices",
        About::One,
        ("Acknowledge a notice", "Accuser réception d’un avis"),
    ),
];

/// A delivery.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliverNotice)]
pub(crate) struct Deliver {
    /// To whom.
    #[schema(value_type = shapes::Id)]
    to: PartyId,
    /// The proof of delivery.
    #[schema(value_type = shapes::Spoken)]
    proof: String,
}

impl Body for Deliver {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .deliver_notice(call.actor, &id, &self.to, &self.proof)?,
        )
    }
}

/// An acknowledgement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AcknowledgeNotice)]
pub(crate) struct Acknowledge {
    /// Who acknowledges; the party for which the caller acts when absent.
    #[schema(value_type = Option<shapes::Id>)]
    by: Option<PartyId>,
}

impl Body for Acknowledge {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let by = self
            .by
            .or_else(|| call.actor.party.clone())
            .ok_or_else(|| mistaken("by", "expected who acknowledges"))?;
        let id = about(call)?;
        done(&call.desk.acknowledge_notice(call.actor, &id, &by)?)
    }
}
