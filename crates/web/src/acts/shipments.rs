//! Acts on shipments beside the gate: a stop notice read, goods held, goods that came back.

use std::collections::BTreeMap;

use domain::id::OrderId;
use domain::item::LineNo;
use domain::ledger::Both;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{About, Act, Body, Call, DeskError, about, done};
use crate::exits::{BothBody, amounts};
use crate::shapes;

const ALL: &str = "shipments";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Acknowledge>(
        ("shipment", "acknowledge"),
        ALL,
        About::One,
        (
            "Acknowledge a stop notice",
            "Accuser réception d’un avis d’arrêt",
        ),
    ),
    Act::of::<Hold>(
        ("shipment", "hold"),
        ALL,
        About::One,
        (
            "Hold stopped goods as evidence",
            "Retenir comme preuve des marchandises arrêtées",
        ),
    ),
    Act::of::<TakeBack>(
        ("shipment", "take-back"),
        ALL,
        About::One,
        (
            "Record goods that came back, or correct a draw by a contra-entry",
            "Consigner des marchandises revenues, ou corriger une imputation par une contre-écriture",
        ),
    ),
];

/// An office has read a stop notice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AcknowledgeStop)]
pub(crate) struct Acknowledge {
    /// The order that stops the shipment.
    #[schema(value_type = shapes::Id)]
    order: OrderId,
    /// Whether the goods were still there.
    goods_were_there: bool,
}

impl Body for Acknowledge {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let shipment = about(call)?;
        let there = self.goods_were_there;
        done(
            &call
                .desk
                .acknowledge_stop(call.actor, &shipment, &self.order, there)?,
        )
    }
}

/// Goods held. They are given back by `restore`, because of `freed`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HoldShipment)]
pub(crate) struct Hold {
    /// By line; everything reserved when empty.
    #[serde(default)]
    #[schema(value_type = shapes::AmountsByLine)]
    amounts: BTreeMap<u32, BothBody>,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Hold {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let shipment = about(call)?;
        let held: BTreeMap<LineNo, Both> = amounts(&self.amounts)?;
        done(
            &call
                .desk
                .hold(call.actor, &shipment, &held, &self.reasons)?,
        )
    }
}

/// Goods that came back. What had left beyond the line is made good first.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TakeBackShipment)]
pub(crate) struct TakeBack {
    /// By line; everything that left when empty.
    #[serde(default)]
    #[schema(value_type = shapes::AmountsByLine)]
    amounts: BTreeMap<u32, BothBody>,
    /// Whether it corrects the record rather than tells of a return of goods.
    #[serde(default)]
    is_correction: bool,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for TakeBack {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let shipment = about(call)?;
        let back = amounts(&self.amounts)?;
        let (is_correction, reasons) = (self.is_correction, self.reasons.as_str());
        done(
            &call
                .desk
                .take_back(call.actor, &shipment, &back, is_correction, reasons)?,
        )
    }
}
