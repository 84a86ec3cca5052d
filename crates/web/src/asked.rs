//! What an address asks, read with a problem document for whatever is wrong with it.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, words};

/// Longest idempotency key: a UUID with room for a sender's own prefix.
pub(crate) const KEY_CHARACTERS_MAX: usize = 200;

/// The question of an address.
pub(crate) struct Question<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Question<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(read)) => Ok(Self(read)),
            Err(cause) => Err(Problem::mistaken("query", &cause.body_text())),
        }
    }
}

/// The idempotency key of a request, where it has one.
pub(crate) struct Key(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let text = value.to_str().ok();
        let text = text.filter(|text| (1..=KEY_CHARACTERS_MAX).contains(&text.len()));
        match text {
            Some(text) => Ok(Self(Some(text.to_owned()))),
            None => Err(Problem::mistaken(
                "Idempotency-Key",
                "expected 1 to 200 plain characters",
            )),
        }
    }
}

/// The number of a thing in an address.
pub(crate) struct Number(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(cause) => {
                let because = cause.body_text();
                let says = words(
                    &format!("the address cannot be read: {because}"),
                    &format!("l’adresse ne peut pas être lue : {because}"),
                );
                let status = StatusCode::BAD_REQUEST;
                Err(Problem::plain(
                    status,
                    "address",
                    "the address cannot be read",
                    says,
                ))
            }
        }
    }
}
