//! The gate: may this leave, reserve it, it left, it did not leave.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use casework::Sight;
use casework::gate::{Once, ReleaseRequest};
use domain::id::ShipmentId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{Body, Shaped, answer};
use crate::asked::{Key, Number};
use crate::caller::{self, AtTheGate, Known};
use crate::exits::{ExitBody, RestoreBody, amounts};
use crate::problem::Problem;
use crate::room::Room;
use crate::shapes;

/// How much of something.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuantityBody {
    /// The amount, in decimal digits.
    amount: String,
    /// The unit's code.
    unit: String,
}

/// An amount of money.
#[derive(Debug, Serialize, Deserialize)]
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
    #[schema(value_type = shapes::Id)]
    office: String,
    /// The declaration's number.
    declaration: String,
}

/// One line as declared.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclaredBody {
    /// The permit's line.
    #[schema(value_type = shapes::Count)]
    line: u32,
    /// How much.
    #[schema(value_type = shapes::Quantity)]
    quantity: QuantityBody,
    /// Worth how much.
    #[schema(value_type = shapes::Money)]
    value: MoneyBody,
    /// Where it goes first, by its ISO 3166 code.
    #[schema(value_type = shapes::Country)]
    destination: String,
    /// Where it will be used.
    #[schema(value_type = shapes::Country)]
    final_destination: String,
    /// Who receives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shapes::Id>)]
    consignee: Option<String>,
    /// Who handles it on the way.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    intermediates: BTreeSet<String>,
    /// Countries that it passes through.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Country>)]
    route: BTreeSet<String>,
    /// Serial numbers.
    #[serde(default)]
    serials: Vec<String>,
    /// Documents shown.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    documents: BTreeSet<String>,
    /// Who exports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shapes::Id>)]
    exporter: Option<String>,
    /// The control list entry, as declared; a general permit needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shapes::EntryId>)]
    entry: Option<String>,
    /// Who will use it; as the permit says when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shapes::Id>)]
    end_user: Option<String>,
    /// The model; as the permit says when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// What is asked of the gate.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseBody {
    /// The permit, as presented.
    #[schema(value_type = shapes::Id)]
    permit: String,
    /// Office and declaration.
    lodged: LodgedBody,
    /// The lines.
    #[schema(min_items = 1)]
    lines: Vec<DeclaredBody>,
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
    Known(actor): Known,
    Shaped(request, _): Shaped<ReleaseBody, ReleaseRequest>,
) -> Result<Json<Value>, Problem> {
    caller::allowed(&room, &actor, "gate.check").await?;
    let permit = request.permit.to_string();
    let found = room
        .judge(move |desk| {
            let (sight, lens) = (Sight::of(&actor), desk.now()?);
            let is_other =
                !sight.is_whole() && !desk.may_see_permit(&sight, request.permit.as_str(), lens)?;
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
    AtTheGate(who): AtTheGate,
    Key(key): Key,
    Shaped(request, _): Shaped<ReleaseBody, ReleaseRequest>,
) -> Result<Json<Value>, Problem> {
    let key = key.ok_or_else(|| {
        Problem::told(
            "Idempotency-Key",
            &domain::language::Bilingual::new("expected this header", "cet en-tête est attendu"),
        )
    })?;
    let began = room.now();
    let done = room
        .pass(|gate, reply| gate.reserve(who, request, &key, reply))
        .await;
    let micros = room.now().saturating_sub(began);
    room.meters().answered(&done, micros);
    answer(&done?)
}

/// Records that goods left
///
/// A fact, and never refused. The same key with the same body gives the first answer again.
#[utoipa::path(
    post,
    path = "/api/v1/shipments/{id}/confirm",
    request_body = ExitBody,
    params(
        ("id" = String, Path, description = "the shipment's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 characters; with one, it is done once"),
    ),
    security(("token" = [])),
    responses(
        (status = 200, description = "the shipment", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn confirm(
    State(room): State<Room>,
    AtTheGate(who): AtTheGate,
    Number(id): Number,
    Key(key): Key,
    Body(body): Body<ExitBody>,
) -> Result<Json<Value>, Problem> {
    let shipment = shipment_id(&id)?;
    let key = once(&room, key, &("confirm", &id, &body))?;
    let today = match body.on {
        Some(day) => day,
        None => room.ask(|desk| desk.today()).await?,
    };
    let report = body.report(today).map_err(|error| room.problem(error))?;
    let done = room
        .pass(|gate, reply| gate.confirm_exit(who, shipment, (report, key), reply))
        .await
        .map_err(|problem| problem.of_address(&id))?;
    answer(&done)
}

/// Gives back what was reserved
///
/// The same key with the same body gives the first answer again.
#[utoipa::path(
    post,
    path = "/api/v1/shipments/{id}/restore",
    request_body = RestoreBody,
    params(
        ("id" = String, Path, description = "the shipment's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 characters; with one, it is done once"),
    ),
    security(("token" = [])),
    responses(
        (status = 200, description = "the shipment", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn restore(
    State(room): State<Room>,
    AtTheGate(who): AtTheGate,
    Number(id): Number,
    Key(key): Key,
    Body(body): Body<RestoreBody>,
) -> Result<Json<Value>, Problem> {
    let shipment = shipment_id(&id)?;
    let key = once(&room, key, &("restore", &id, &body))?;
    let because = body.because;
    let back = amounts(&body.amounts).map_err(|error| room.problem(error))?;
    let done = room
        .pass(|gate, reply| gate.restore(who, shipment, (back, because, key), reply))
        .await
        .map_err(|problem| problem.of_address(&id))?;
    answer(&done)
}

/// The key of a request, with what was asked as it was sent: a day that it does not name is not part of it.
fn once(room: &Room, key: Option<String>, asked: &impl Serialize) -> Result<Option<Once>, Problem> {
    key.map(|key| Once::new(key, asked))
        .transpose()
        .map_err(|error| room.problem(error))
}

fn shipment_id(text: &str) -> Result<ShipmentId, Problem> {
    ShipmentId::new(text).map_err(|mistake| Problem::mistaken("id", &mistake.to_string()))
}
