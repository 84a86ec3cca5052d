//! What holds for every request: a time limit, headers, and an answer to unknown addresses.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use tracing::Instrument as _;

use crate::limiter;
use crate::meters::Passage;
use crate::problem::{Problem, words};
use crate::room::Room;
use crate::signed;

/// Longest time for one request: a preview over 100 000 lines takes a few seconds.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(10);

/// Nothing but this site's own style; no scripts at all.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every request passes, in one layer: each layer copies the whole of the routes behind it.
pub(crate) async fn passed(State(room): State<Room>, request: Request, next: Next) -> Response {
    let passage = Passage::begin(&room, &request);
    let within = async {
        if let Some(problem) = limiter::turned_away(&room, &request) {
            return problem.into_response();
        }
        match signed::verified(&room, request).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    let response = bounded(within.instrument(passage.span().clone())).await;
    passage.end(&room, response.status());
    response
}

/// Bounds the time of a request and dresses its answer.
async fn bounded(answered: impl Future<Output = Response>) -> Response {
    let mut response = match tokio::time::timeout(REQUEST_TIME_MAX, answered).await {
        Ok(response) => response,
        Err(_) => out_of_time().into_response(),
    };
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT_POLICY));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("same-origin"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn out_of_time() -> Problem {
    let says = words(
        "the answer took too long: take nothing as granted, and ask again under the same key",
        "la réponse a trop tardé : ne tenez rien pour accordé et redemandez sous la même clé",
    );
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::plain(status, "out-of-time", "no answer in time", says)
}

/// There is nothing at this address.
pub(crate) async fn unknown_route() -> Problem {
    let says = words(
        "there is nothing at this address",
        "il n’y a rien à cette adresse",
    );
    Problem::plain(StatusCode::NOT_FOUND, "no-route", "not found", says)
}

/// The address is there, the method is not.
pub(crate) async fn unknown_method() -> Problem {
    let says = words(
        "this address does not take this method",
        "cette adresse n’accepte pas cette méthode",
    );
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::plain(status, "no-method", "method not allowed", says)
}

/// Text that is JSON already.
pub(crate) fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
