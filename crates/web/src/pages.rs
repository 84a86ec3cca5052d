//! Pages for people: every page works without scripts and carries its question in its address.

mod evidence;
mod frame;
pub(crate) mod locale;
mod permit;
mod story;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::language::Language;
use serde::Deserialize;

use crate::problem::Problem;
use crate::question::{Times, When};
use crate::room::Room;
use crate::speech;

const STYLE: &str = include_str!("../assets/style.css");

/// Every page.
pub(crate) fn routes() -> Router<Room> {
    Router::new()
        .route("/", get(story))
        .route("/permits/{id}", get(permit))
        .route("/evidence/{id}", get(evidence))
        .route("/style.css", get(style))
}

/// What an address of a page carries.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    as_of: Option<String>,
    #[serde(default)]
    known_at: Option<String>,
}

/// Where the reader is: language, path, and the two times.
pub(crate) struct Place {
    pub language: Language,
    pub path: String,
    pub times: Times,
}

impl Place {
    /// The address of a path with the times of this place, in a language.
    pub(crate) fn address(&self, path: &str, language: Language) -> String {
        let mut address = format!("{path}?lang={}", frame::tag(language));
        if let Some(day) = self.times.as_of {
            address.push_str(&format!("&as_of={day}"));
        }
        if let Some(position) = self.times.known_at {
            address.push_str(&format!("&known_at={position}"));
        }
        address
    }

    /// A message in the reader's language.
    pub(crate) fn say(&self, key: &str) -> String {
        speech::say(self.language, key)
    }

    /// A message with facts in it.
    pub(crate) fn say_with(&self, key: &str, facts: &[(&str, &str)]) -> String {
        speech::say_with(self.language, key, facts)
    }
}

/// Reads where the reader is; a mistaken time leaves the place without times.
fn place(path: String, asked: &Asked, headers: &HeaderMap) -> (Place, Option<Problem>) {
    let accepts = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let when = When {
        as_of: asked.as_of.clone(),
        known_at: asked.known_at.clone(),
    };
    let (times, problem) = match when.read() {
        Ok(times) => (times, None),
        Err(problem) => (Times::default(), Some(problem)),
    };
    let language = speech::language(asked.lang.as_deref(), accepts);
    let place = Place {
        language,
        path,
        times,
    };
    (place, problem)
}

async fn story(
    State(room): State<Room>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let (place, problem) = place("/".to_owned(), &asked, &headers);
    if let Some(problem) = problem {
        return wrong(&place, &problem);
    }
    match story::read(&room, place.times).await {
        Ok(told) => Html(story::page(&place, room.demo(), &told).into_string()).into_response(),
        Err(problem) => wrong(&place, &problem),
    }
}

async fn permit(
    State(room): State<Room>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let (place, problem) = place(frame::permit_path(&id), &asked, &headers);
    if let Some(problem) = problem {
        return wrong(&place, &problem);
    }
    if room.demo().is_none() {
        return wrong(&place, &Problem::absent(&id));
    }
    match permit::read(&room, &id, place.times).await {
        Ok(held) => Html(permit::page(&place, &held).into_string()).into_response(),
        Err(problem) => wrong(&place, &problem),
    }
}

async fn evidence(
    State(room): State<Room>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let (place, problem) = place(frame::number_path("evidence", &id), &asked, &headers);
    if let Some(problem) = problem {
        return wrong(&place, &problem);
    }
    if room.demo().is_none() {
        return wrong(&place, &Problem::absent(&id));
    }
    match evidence::read(&room, &id).await {
        Ok(held) => Html(evidence::page(&place, &held).into_string()).into_response(),
        Err(problem) => wrong(&place, &problem),
    }
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn wrong(place: &Place, problem: &Problem) -> Response {
    let page = frame::wrong(place, problem).into_string();
    (problem.code(), Html(page)).into_response()
}
