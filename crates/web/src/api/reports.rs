//! Reports as they are printed.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use casework::review_reports::{Audience, ReviewReport};
use domain::id::ReviewId;
use domain::language::Language;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::asked::{Number, Question};
use crate::caller::Reader;
use crate::problem::Problem;
use crate::question::When;
use crate::report::{self, Format, POLICY};
use crate::room::Room;

/// A language.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Tongue {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// For whom a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Version {
    /// The officers of the authority.
    #[default]
    File,
    /// Everybody.
    Public,
}

/// How it is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Written {
    /// A page that carries its own style.
    #[default]
    Page,
    /// Plain text.
    Text,
}

/// Which report.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportAsked {
    /// `en` or `fr`; English when absent.
    #[serde(default)]
    #[param(inline)]
    language: Tongue,
    /// `file`, or `public` with what is withheld left out; for the file when absent.
    #[serde(default)]
    #[param(inline)]
    version: Version,
    /// `page` or `text`; a page when absent.
    #[serde(default)]
    #[param(inline)]
    format: Written,
    /// The day on which it is to be true, as in 2021-04-12. Today when absent.
    #[serde(default)]
    as_of: Option<String>,
    /// The position of the log up to which the register is to have learned it. All when absent.
    #[serde(default)]
    known_at: Option<String>,
}

/// The report of a review: for the file, or for the public
///
/// Everybody who reads published reports may have the public version of a concluded review.
#[utoipa::path(
    get,
    path = "/api/v1/reviews/{id}/report",
    params(("id" = String, Path, description = "the review's number"), ReportAsked),
    security(("token" = [])),
    responses(
        (status = 200, description = "the report", content(
            (String = "text/html"), (String = "text/plain"),
        )),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn review(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(asked): Question<ReportAsked>,
) -> Result<Response, Problem> {
    let audience = match asked.version {
        Version::File => Audience::File,
        Version::Public => Audience::Public,
    };
    let sight = match audience {
        Audience::File => reader.officer(&room, "register.read").await?,
        Audience::Public => reader.sight(&room, |_| "report.read").await?,
    };
    let review = ReviewId::new(&id).map_err(|m| Problem::mistaken("id", &m.to_string()))?;
    let when = When {
        as_of: asked.as_of,
        known_at: asked.known_at,
    };
    let times = when.read()?;
    let may_see_drafts = reader.may(&room, "register.read").await?;
    let found = room
        .ask(move |desk| desk.review_report(&sight, &review, audience, times.lens(desk)?))
        .await?;
    let found = found.filter(|report| may_see_drafts || report.concluded_on.is_some());
    let report = found.ok_or_else(|| Problem::absent(&id))?;
    Ok(written(&report, asked.language, asked.format))
}

fn written(report: &ReviewReport, tongue: Tongue, written: Written) -> Response {
    let language = match tongue {
        Tongue::En => Language::En,
        Tongue::Fr => Language::Fr,
    };
    let (format, kind) = match written {
        Written::Page => (Format::Page, "text/html; charset=utf-8"),
        Written::Text => (Format::Text, "text/plain; charset=utf-8"),
    };
    let text = report::review(report, language, format);
    let mut response = ([(header::CONTENT_TYPE, kind)], text).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    response
}
