//! Bodies: read from JSON with a problem document for whatever is wrong with them.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Json, Request};
use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::{Problem, words};

/// A body in JSON.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(read)) => Ok(Self(read)),
            Err(JsonRejection::JsonDataError(cause)) => {
                Err(Problem::mistaken("body", &cause.body_text()))
            }
            Err(JsonRejection::JsonSyntaxError(cause)) => Err(unread(
                StatusCode::BAD_REQUEST,
                "malformed",
                &cause.body_text(),
            )),
            Err(other) => Err(unread(other.status(), "body", &other.body_text())),
        }
    }
}

fn unread(status: StatusCode, kind: &str, because: &str) -> Problem {
    let says = words(
        &format!("the body cannot be read: {because}"),
        &format!("le corps ne peut pas être lu : {because}"),
    );
    Problem::plain(status, kind, "the body cannot be read", says)
}

/// Reads a wire form as the domain's own, which checks every value in it.
pub(crate) fn within<W: Serialize, D: DeserializeOwned>(
    field: &str,
    wire: &W,
) -> Result<D, Problem> {
    let wrong = |cause: serde_json::Error| Problem::mistaken(field, &cause.to_string());
    serde_json::to_value(wire)
        .and_then(serde_json::from_value)
        .map_err(wrong)
}

/// Writes an answer.
pub(crate) fn answer<T: Serialize>(found: &T) -> Result<Json<Value>, Problem> {
    serde_json::to_value(found)
        .map(Json)
        .map_err(|cause| Problem::mistaken("answer", &cause.to_string()))
}
