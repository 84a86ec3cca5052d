//! What a finding, a thing or a party reaches.

use axum::Json;
use axum::extract::State;
use casework::exposure::{Exposure, Question};
use domain::language::Language;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::body::{Body, answer, within};
use crate::caller::Reader;
use crate::problem::Problem;
use crate::room::Room;
use crate::shapes;

/// Things reached that are given in full when the asker does not say how many.
const SHOWN_USUAL: u32 = 100;
/// Most of them.
const SHOWN_MAX: u32 = 10_000;

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExposureBody {
    /// A finding, material, an allegation, an investigation or a finding on a breach: what accepted
    /// links reach from it.
    #[schema(value_type = Option<shapes::Id>)]
    finding: Option<String>,
    /// What is asked besides, or by itself.
    #[schema(value_type = Option<shapes::ExposureQuestion>)]
    question: Option<Value>,
    /// How many things reached are given in full, at most 10,000; 100 when absent. All are counted.
    #[schema(value_type = Option<shapes::Count>)]
    limit: Option<u32>,
    /// Whether a drawing is given too, as SVG in both languages.
    #[serde(default)]
    drawing: bool,
}

/// What a finding, a thing or a party reaches, each with its path
///
/// Every path is as sure as its least sure step: exact serial and maker is strong; model, days and
/// the mark of whoever gets the goods is inferred; everything else is a category. Material without
/// an accepted link reaches nothing.
#[utoipa::path(
    post,
    path = "/api/v1/exposure",
    request_body = ExposureBody,
    security(("token" = [])),
    responses(
        (status = 200, description = "what is reached", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn ask(
    State(room): State<Room>,
    reader: Reader,
    Body(body): Body<ExposureBody>,
) -> Result<Json<Value>, Problem> {
    reader.officer(&room, "exposure.read").await?;
    let question: Question = match &body.question {
        Some(asked) => within("question", asked)?,
        None => Question::default(),
    };
    let shown = usize::try_from(body.limit.unwrap_or(SHOWN_USUAL).min(SHOWN_MAX));
    let shown = shown.unwrap_or_default();
    let finding = body.finding;
    let found: Exposure = room
        .judge(move |desk| match finding {
            Some(number) => desk.exposure_of(&number, &question, shown),
            None => desk.exposure(&question, shown),
        })
        .await?;
    if !body.drawing {
        return answer(&found);
    }
    let drawn = |language| casework::exposure::drawing(&found, language);
    answer(&json!({
        "exposure": found,
        "drawing": { "en": drawn(Language::En), "fr": drawn(Language::Fr) },
    }))
}
