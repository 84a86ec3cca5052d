//! The gate: may this leave, reserve it, it left, it did not leave.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use casework::Sight;
use casework::gate::ReleaseRequest;
use domain::id::ShipmentId;
use domain::item::LineNo;
use domain::ledger::Both;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::ConfirmExit;
use domain::time::Day;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{Body, answer, within};
use crate::asked::Number;
use crate::caller;
use crate::problem::Problem;
use crate::room::Room;

/// How much of something.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuantityBody {
    /// The amount, in decimal digits.
    amount: String,
    /// The unit's code.
    unit: String,
}

/// An amount of money.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyBody {
    /// The amount, in decimal digits.
    amount: String,
    /// The currency, by its ISO 4217 code.
    currency: String,
}

/// Where and under which number goods were declared.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LodgedBody {
    /// The customs office.
    office: String,
    /// The declaration's number.
    declaration: String,
}

/// One line as declared.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclaredBody {
    /// The permit's line.
    line: u32,
    /// How much.
    quantity: QuantityBody,
    /// Worth how much.
    value: MoneyBody,
    /// Where it goes first, by its ISO 3166 code.
    destination: String,
    /// Where it will be used.
    final_destination: String,
    /// Who receives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consignee: Option<String>,
    /// Who handles it on the way.
    #[serde(default)]
    intermediates: BTreeSet<String>,
    /// Countries that it passes through.
    #[serde(default)]
    route: BTreeSet<String>,
    /// Serial numbers.
    #[serde(default)]
    serials: Vec<String>,
    /// Documents shown.
    #[serde(default)]
    documents: BTreeSet<String>,
    /// Who exports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exporter: Option<String>,
    /// The control list entry, as declared.
    #[serde(default)]
    #[schema(value_type = Object)]
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<Value>,
}

/// What is asked of the gate.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseBody {
    /// The permit, as presented.
    permit: String,
    /// Office and declaration.
    lodged: LodgedBody,
    /// The lines.
    lines: Vec<DeclaredBody>,
}

/// An amount in both measures of a line.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BothBody {
    /// In the line's unit, in decimal digits.
    quantity: String,
    /// In the line's currency, in decimal digits.
    value: String,
}

/// What left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExitBody {
    /// By line; everything reserved when empty.
    #[serde(default)]
    amounts: BTreeMap<u32, BothBody>,
    /// The day on which it left.
    on: String,
    /// Whether more will leave under the same reservation.
    #[serde(default)]
    is_partial: bool,
    /// Serial numbers seen.
    #[serde(default)]
    serials: Vec<String>,
}

/// What is given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestoreBody {
    /// By line; everything reserved when empty.
    #[serde(default)]
    amounts: BTreeMap<u32, BothBody>,
    /// Why: `stopped`, `lapsed`, `given-up`, `corrected` or `freed`.
    because: String,
}

/// Asks whether goods may leave now; changes nothing
#[utoipa::path(
    post,
    path = "/api/v1/gate/check",
    request_body = ReleaseBody,
    security(("token" = [])),
    responses(
        (status = 200, description = "released, or refused with reasons", body = Value),
        (status = "4XX", description = "why there is no answer", body = Problem),
    )
)]
pub(crate) async fn check(
    State(room): State<Room>,
    headers: HeaderMap,
    Body(body): Body<ReleaseBody>,
) -> Result<Json<Value>, Problem> {
    let actor = caller::allowed(&room, &headers, "gate.check").await?;
    let request: ReleaseRequest = within("body", &body)?;
    let permit = body.permit.clone();
    let found = room
        .ask(move |desk| {
            let (sight, lens) = (Sight::of(&actor), desk.now()?);
            let is_other = sight != Sight::Whole
                && !desk.may_see_permit(&sight, request.permit.as_str(), lens)?;
            if is_other {
                return Ok(None);
            }
            desk.check_release(&request).map(Some)
        })
        .await?;
    answer(&found.ok_or_else(|| Problem::absent(&permit))?)
}

/// Reserves a shipment on a permit, or refuses it; either way it is recorded
///
/// The same key with the same body gives the first answer again.
#[utoipa::path(
    post,
    path = "/api/v1/gate/reserve",
    request_body = ReleaseBody,
    params(("Idempotency-Key" = String, Header, description = "1 to 200 characters")),
    security(("token" = [])),
    responses(
        (status = 200, description = "released, or refused with reasons", body = Value),
        (status = "4XX", description = "why there is no answer", body = Problem),
    )
)]
pub(crate) async fn reserve(
    State(room): State<Room>,
    headers: HeaderMap,
    Body(body): Body<ReleaseBody>,
) -> Result<Json<Value>, Problem> {
    let who = caller::at_the_gate(&room, &headers).await?;
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
        .ok_or_else(|| Problem::mistaken("Idempotency-Key", "expected this header"))?;
    let request: ReleaseRequest = within("body", &body)?;
    let done = room
        .pass(|gate, reply| gate.reserve(who, request, &key, reply))
        .await?;
    answer(&done)
}

/// Records that goods left
///
/// A fact, and never refused.
#[utoipa::path(
    post,
    path = "/api/v1/shipments/{id}/confirm",
    request_body = ExitBody,
    params(("id" = String, Path, description = "the shipment's number")),
    security(("token" = [])),
    responses(
        (status = 200, description = "the shipment", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn confirm(
    State(room): State<Room>,
    headers: HeaderMap,
    Number(id): Number,
    Body(body): Body<ExitBody>,
) -> Result<Json<Value>, Problem> {
    let who = caller::at_the_gate(&room, &headers).await?;
    let shipment = shipment_id(&id)?;
    let on = Day::parse(&body.on).map_err(|m| Problem::mistaken("on", &m.to_string()))?;
    let report = ConfirmExit {
        amounts: amounts(&body.amounts)?,
        on,
        is_partial: body.is_partial,
        serials: body.serials,
    };
    let done = room
        .pass(|gate, reply| gate.confirm_exit(who, shipment, report, reply))
        .await?;
    answer(&done)
}

/// Gives back what was reserved
#[utoipa::path(
    post,
    path = "/api/v1/shipments/{id}/restore",
    request_body = RestoreBody,
    params(("id" = String, Path, description = "the shipment's number")),
    security(("token" = [])),
    responses(
        (status = 200, description = "the shipment", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn restore(
    State(room): State<Room>,
    headers: HeaderMap,
    Number(id): Number,
    Body(body): Body<RestoreBody>,
) -> Result<Json<Value>, Problem> {
    let who = caller::at_the_gate(&room, &headers).await?;
    let shipment = shipment_id(&id)?;
    let because: RestoreCause = within("because", &body.because)?;
    let back = amounts(&body.amounts)?;
    let done = room
        .pass(|gate, reply| gate.restore(who, shipment, (back, because), reply))
        .await?;
    answer(&done)
}

fn shipment_id(text: &str) -> Result<ShipmentId, Problem> {
    ShipmentId::new(text).map_err(|mistake| Problem::mistaken("id", &mistake.to_string()))
}

fn amounts(wire: &BTreeMap<u32, BothBody>) -> Result<BTreeMap<LineNo, Both>, Problem> {
    wire.iter()
        .map(|(line, both)| Ok((LineNo(*line), within("amounts", both)?)))
        .collect()
}
