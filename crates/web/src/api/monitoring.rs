//! What is owed and late, how a request stands, and what a finding would break.

use axum::Json;
use axum::extract::State;
use domain::id::{AssuranceId, FindingId, RequestId};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::body::answer;
use crate::asked::{Number, Question};
use crate::caller::Reader;
use crate::problem::Problem;
use crate::question::When;
use crate::reads;
use crate::room::Room;

/// What is owed and late, first what was due first
#[utoipa::path(
    get,
    path = "/api/v1/duties/overdue",
    params(When),
    security(("token" = [])),
    responses(
        (status = 200, description = "the duties, as of the day", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn overdue(
    State(room): State<Room>,
    reader: Reader,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    reader.officer(&room, "register.read").await?;
    let times = when.read()?;
    let (lens, duties) = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            Ok((lens, desk.overdue(lens)?))
        })
        .await?;
    answer(&json!({ "lens": lens, "duties": duties }))
}

/// How a request for information stood on a day: silence after the day due is a result
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/state",
    params(("id" = String, Path, description = "the request's number"), When),
    security(("token" = [])),
    responses(
        (status = 200, description = "how it stood", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn request_state(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "request.read").await?;
    let request = RequestId::new(&id).map_err(|m| Problem::mistaken("id", &m.to_string()))?;
    let times = when.read()?;
    let found = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            let seen =
                reads::find("request").map(|read| read.one(desk, &sight, request.as_str(), lens));
            match seen.transpose()?.flatten() {
                None => Ok(None),
                Some(_) => desk.request_state(&request, lens),
            }
        })
        .await?;
    answer(&found.ok_or_else(|| Problem::absent(&id))?)
}

/// Which assurance a finding is laid beside.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Beside {
    /// The assurance; all that the finding reaches when absent.
    #[serde(default)]
    assurance: Option<String>,
    /// The day on which it is to be true, as in 2021-04-12. Today when absent.
    #[serde(default)]
    as_of: Option<String>,
    /// The position of the log up to which the register is to have learned it. All when absent.
    #[serde(default)]
    known_at: Option<String>,
}

/// Which undertakings a finding would break, clause by clause: a proposal, and no finding
#[utoipa::path(
    get,
    path = "/api/v1/findings/{id}/breach-test",
    params(("id" = String, Path, description = "the finding's number"), Beside),
    security(("token" = [])),
    responses(
        (status = 200, description = "by assurance and clause", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn breach_test(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(beside): Question<Beside>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.officer(&room, "evidence.read").await?;
    let finding = FindingId::new(&id).map_err(|m| Problem::mistaken("id", &m.to_string()))?;
    let assurance = beside.assurance.as_deref().filter(|text| !text.is_empty());
    let assurance = assurance
        .map(AssuranceId::new)
        .transpose()
        .map_err(|m| Problem::mistaken("assurance", &m.to_string()))?;
    let when = When {
        as_of: beside.as_of,
        known_at: beside.known_at,
    };
    let times = when.read()?;
    let found = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            desk.test_breach(&sight, &finding, assurance.as_ref(), lens)
        })
        .await?;
    answer(&found.ok_or_else(|| Problem::absent(&id))?)
}
