//! Problem documents: why the API did not do what was asked (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::Refusal;
use domain::language::Bilingual;
use serde::Serialize;
use utoipa::ToSchema;

/// A text in both official languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Words {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl From<Bilingual> for Words {
    fn from(both: Bilingual) -> Self {
        Self {
            en: both.en,
            fr: both.fr,
        }
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind of problem, as a stable name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened, to a person.
    pub says: Words,
    /// The law on which a refusal rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// What would have to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_have_to_change: Option<Words>,
    /// Every reason apart, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Words>,
    /// The field that is mistaken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The number to give to the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

impl Problem {
    /// A problem of one kind, without particulars.
    pub(crate) fn plain(status: StatusCode, kind: &str, title: &'static str, says: Words) -> Self {
        Self {
            kind: format!("urn:portcullis:problem:{kind}"),
            title,
            status: status.as_u16(),
            says,
            law: None,
            would_have_to_change: None,
            reasons: Vec::new(),
            field: None,
            incident: None,
        }
    }

    /// The law or the facts say no.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let is_access = refusal.code.starts_with("access.");
        let (status, title) = if is_access {
            (StatusCode::FORBIDDEN, "you may not do this")
        } else {
            (StatusCode::CONFLICT, "refused")
        };
        let mut problem = Self::plain(status, &refusal.code, title, refusal.says.into());
        problem.law = refusal.law.map(|law| law.to_string());
        problem.would_have_to_change = refusal.would_have_to_change.map(Words::from);
        problem.reasons = refusal.reasons.into_iter().map(Words::from).collect();
        problem
    }

    /// The sender can mend it; what was expected is the same in both languages.
    pub(crate) fn mistaken(field: &str, expected: &str) -> Self {
        Self::told(field, &Bilingual::new(expected, expected))
    }

    /// The sender can mend it.
    pub(crate) fn told(field: &str, expected: &Bilingual) -> Self {
        let says = words(
            &format!("`{field}` cannot be used: {}", expected.en),
            &format!("`{field}` ne peut pas servir : {}", expected.fr),
        );
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let mut problem = Self::plain(status, "mistake", "the request cannot be used", says);
        problem.field = Some(field.to_owned());
        problem
    }

    /// The request is as described, and does not fit what the register holds.
    pub(crate) fn unfit(field: &str, expected: &Bilingual) -> Self {
        let mut problem = Self::told(field, expected);
        problem.status = StatusCode::CONFLICT.as_u16();
        problem.title = "this does not fit what the register holds";
        problem
    }

    /// The same, and not found where it is the thing of the address that is not there.
    pub(crate) fn of_address(mut self, id: &str) -> Self {
        if self.field.as_deref() == Some(id) && self.code() == StatusCode::CONFLICT {
            self.status = StatusCode::NOT_FOUND.as_u16();
            self.title = "not found";
        }
        self
    }

    /// The operator has to mend it.
    pub(crate) fn fault(incident: String) -> Self {
        let says = words(
            "the register could not answer, and nothing was granted: give the incident number",
            "le registre n’a pas pu répondre et rien n’a été accordé : donnez le numéro d’incident",
        );
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let mut problem = Self::plain(status, "fault", "the register failed", says);
        problem.incident = Some(incident);
        problem
    }

    /// The same, where the register may be back soon: ask again under the same key.
    pub(crate) fn for_now(mut self) -> Self {
        self.status = StatusCode::SERVICE_UNAVAILABLE.as_u16();
        self
    }

    /// Too many wait at the gate.
    pub(crate) fn busy() -> Self {
        let says = words(
            "too many requests wait at the gate: nothing was decided; ask again under the same key",
            "trop de demandes attendent à la barrière : rien n’a été décidé ; redemandez sous la \
             même clé",
        );
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::plain(status, "busy", "too many wait", says)
    }

    /// There is nothing of this name.
    pub(crate) fn absent(what: &str) -> Self {
        let says = words(
            &format!("there is no `{what}` as of that day, as known at that position"),
            &format!("il n’y a pas de `{what}` à ce jour, d’après ce que le registre savait"),
        );
        Self::plain(StatusCode::NOT_FOUND, "not-found", "not found", says)
    }

    /// Nobody was named, or nobody who is known.
    pub(crate) fn unknown_caller() -> Self {
        let says = words(
            "send the token of an appointed person: Authorization: Bearer TOKEN",
            "envoyez le jeton d’une personne nommée : Authorization: Bearer JETON",
        );
        let status = StatusCode::UNAUTHORIZED;
        Self::plain(status, "no-token", "who is asking is not known", says)
    }

    /// The HTTP status.
    pub(crate) fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Both languages at once.
pub(crate) fn words(en: &str, fr: &str) -> Words {
    Words {
        en: en.to_owned(),
        fr: fr.to_owned(),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code();
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if [
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&status)
        {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}
