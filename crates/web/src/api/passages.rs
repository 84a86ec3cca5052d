//! What evidence was read to speak of. Reading records nothing.

use axum::Json;
use axum::extract::State;
use casework::EvidenceShown;
use domain::id::EvidenceId;
use serde_json::{Value, json};

use super::body::answer;
use crate::asked::{Number, Question};
use crate::caller::Reader;
use crate::problem::Problem;
use crate::question::When;
use crate::room::Room;

/// What evidence speaks of: proposals, each with its passage, and the passages accepted so far
///
/// The text is read against the parties and the catalogue as they were at the day and position asked
/// for. A proposal is nothing until an officer accepts it.
#[utoipa::path(
    get,
    path = "/api/v1/evidence/{id}/reading",
    params(("id" = String, Path, description = "the evidence's number"), When),
    security(("token" = [])),
    responses(
        (status = 200, description = "what it was found to speak of", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn reading(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "evidence.read").await?;
    let evidence =
        EvidenceId::new(&id).map_err(|mistake| Problem::mistaken("id", &mistake.to_string()))?;
    let times = when.read()?;
    let found = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            let is_seen = desk.seen::<EvidenceShown>(&sight, evidence.as_str(), lens)?;
            // What was recorded without its bytes cannot be read.
            let has_bytes = matches!(
                &is_seen,
                Some(EvidenceShown::Open(open)) if open.record.evidence.digest.is_some()
            );
            if !has_bytes {
                return Ok(None);
            }
            let Some(read) = desk.read_evidence(&evidence, lens)? else {
                return Ok(None);
            };
            let accepted = desk.accepted_passages(&evidence)?;
            let accepted = accepted.map(|record| record.accepted).unwrap_or_default();
            Ok(Some(
                json!({ "lens": lens, "reading": read, "accepted": accepted }),
            ))
        })
        .await?;
    answer(&found.ok_or_else(|| Problem::absent(&id))?)
}
