//! The authority that keeps the register.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::body::answer;
use crate::problem::Problem;
use crate::room::Room;

/// The authority that keeps this register: its name, words, calendar and limits
///
/// Public.
#[utoipa::path(
    get,
    path = "/api/v1/authority",
    responses(
        (status = 200, description = "the authority", body = Value),
        (status = 404, description = "none is established yet", body = Problem),
    )
)]
pub(crate) async fn show(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let held = room.ask(|desk| desk.authority()).await?;
    answer(&held.ok_or_else(|| Problem::absent("authority"))?)
}
