//! The log: what was done, and the head that anyone can keep.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::time::Position;
use serde_json::{Value, json};

use super::body::answer;
use super::permits::Page;
use crate::asked::Question;
use crate::caller::Reader;
use crate::problem::Problem;
use crate::room::Room;

/// What was done, when, by whom, about what
///
/// `after` is a position; `next` is the `after` of the next page, and absent on the last one.
#[utoipa::path(
    get,
    path = "/api/v1/log",
    params(Page),
    security(("token" = [])),
    responses(
        (status = 200, description = "a page of the log", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn list(
    State(room): State<Room>,
    reader: Reader,
    Question(page): Question<Page>,
) -> Result<Json<Value>, Problem> {
    reader.officer(&room, "register.read").await?;
    let limit = page.rows()?;
    let after = page
        .after
        .as_deref()
        .map_or(Ok(0), str::parse::<u64>)
        .map_err(|_| {
            Problem::told(
                "after",
                &domain::language::Bilingual::new(
                    "expected a position, as in 120",
                    "attendu une position, comme 120",
                ),
            )
        })?;
    let entries = room
        .ask(move |desk| desk.timeline(&[], &[], Position(after), limit))
        .await?;
    let next = entries
        .last()
        .filter(|_| entries.len() == limit)
        .map(|entry| entry.position);
    answer(&json!({ "entries": entries, "next": next }))
}

/// The checkpoint signed last, as a C2SP signed note
///
/// Public: anyone may keep it and hold the register against it later.
#[utoipa::path(
    get,
    path = "/api/v1/log/checkpoint",
    responses(
        (status = 200, description = "the signed note", body = String, content_type = "text/plain"),
        (status = 404, description = "none was signed yet", body = Problem),
    )
)]
pub(crate) async fn checkpoint(State(room): State<Room>) -> Result<Response, Problem> {
    let signed = room
        .ask(|desk| {
            let latest = desk.reading()?.latest_checkpoint()?;
            Ok(latest.map(|signed| signed.text().to_owned()))
        })
        .await?;
    let text = signed.ok_or_else(|| Problem::absent("checkpoint"))?;
    let kind = "text/plain; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
