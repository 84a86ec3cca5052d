//! Bodies: read from JSON with a problem document for whatever is wrong with them.

use std::marker::PhantomData;
use std::time::Duration;

use axum::extract::{FromRequest, Json, Request};
use axum::http::{StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::acts::Unread;
use crate::problem::{Problem, words};

/// Longest time for a body to come: 48 MiB over a slow line of 64 Mbit/s, and a margin. Less than a
/// request may take in all, so that who is slow is told so.
const BODY_TIME_MAX: Duration = Duration::from_secs(8);

/// A body in JSON.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned + ToSchema, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Bytes(body) = Bytes::from_request(request, state).await?;
        crate::shapes::read(&T::name(), &body)
            .map(Self)
            .map_err(unread_json)
    }
}

/// A body in JSON that is held against the shape of `W` and read as `T`, the domain's own: what the shape
/// has passed need not be built in the shape's form first.
pub(crate) struct Shaped<W, T>(pub T, pub PhantomData<W>);

impl<W: ToSchema, T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Shaped<W, T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Bytes(body) = Bytes::from_request(request, state).await?;
        crate::shapes::read(&W::name(), &body)
            .map(|read| Self(read, PhantomData))
            .map_err(unread_json)
    }
}

/// The bytes of a body that says that it is JSON; no body at all is an empty one.
pub(crate) struct Bytes(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Bytes {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let body = axum::body::Bytes::from_request(request, state);
        let body = tokio::time::timeout(BODY_TIME_MAX, body)
            .await
            .map_err(|_| {
                let status = StatusCode::REQUEST_TIMEOUT;
                unread(status, "slow-body", "it did not come in time")
            })?
            .map_err(|cause| unread(cause.status(), "body", &cause.body_text()))?;
        let is_json = kind.as_ref().and_then(|kind| kind.to_str().ok());
        if !body.is_empty() && !is_json.is_some_and(is_json_type) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(unread(status, "content-type", "expected application/json"));
        }
        Ok(Self(body.to_vec()))
    }
}

/// `application/json`, or a kind of it, with or without parameters.
fn is_json_type(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// What is wrong with a text that was to be JSON of some shape.
pub(crate) fn unread_json(cause: Unread) -> Problem {
    match cause {
        Unread::Malformed(cause) => {
            unread(StatusCode::BAD_REQUEST, "malformed", &cause.to_string())
        }
        Unread::Wrong(mistake) => Problem::told(&mistake.field, &mistake.expected),
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
