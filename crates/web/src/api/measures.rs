//! Policy measures, and what a scope would reach.

use axum::Json;
use axum::extract::State;
use domain::scope::Scope;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::body::{Body, answer, within};
use crate::asked::Question;
use crate::caller::{self, Known};
use crate::problem::Problem;
use crate::question::When;
use crate::room::Room;
use crate::shapes;

/// Policy measures in force
///
/// Public. Reasons that were given for the file only are left out.
#[utoipa::path(
    get,
    path = "/api/v1/measures",
    params(When),
    responses(
        (status = 200, description = "the measures in force", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn list(
    State(room): State<Room>,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let times = when.read()?;
    let (mut measures, lens) = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            Ok((desk.measures_in_force(lens)?, lens))
        })
        .await?;
    for held in &mut measures {
        held.measure.instrument.reasons_for_file = None;
    }
    answer(&json!({ "lens": lens, "measures": measures }))
}

/// Which lines, and from when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    /// The scope: policy text, or the same as JSON.
    #[schema(value_type = shapes::ScopeOrText)]
    scope: Value,
    /// The day, as in 2021-04-12. Today when absent.
    #[serde(default)]
    #[schema(value_type = Option<shapes::Day>)]
    as_of: Option<String>,
}

/// What a scope reaches, before anyone signs
#[utoipa::path(
    post,
    path = "/api/v1/measures/preview",
    request_body = PreviewBody,
    security(("token" = [])),
    responses(
        (status = 200, description = "what it reaches", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn preview(
    State(room): State<Room>,
    Known(actor): Known,
    Body(body): Body<PreviewBody>,
) -> Result<Json<Value>, Problem> {
    caller::allowed(&room, &actor, "measure.preview").await?;
    let scope: Scope = match body.scope.clone() {
        Value::String(text) => room.judge(move |desk| desk.read_scope(&text)).await?,
        json => within("scope", &json)?,
    };
    let times = When {
        as_of: body.as_of,
        known_at: None,
    }
    .read()?;
    let shown = room
        .judge(move |desk| desk.preview(&scope, times.lens(desk)?))
        .await?;
    answer(&shown)
}
