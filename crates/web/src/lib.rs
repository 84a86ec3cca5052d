//! The counter: pages for people and a JSON API for programs, over one desk.
//!
//! Pages need no scripts and carry their question in their address, so that they can be cited. The
//! API answers with problem documents (RFC 9457) where it does not answer with what was asked.

#![expect(
    clippy::result_large_err,
    reason = "a problem is made once per failed request: boxing it would gain nothing"
)]

pub mod acts;
mod api;
mod asked;
mod caller;
mod edge;
pub mod exits;
mod health;
mod limiter;
mod meters;
mod pages;
mod problem;
mod question;
pub mod reads;
pub mod report;
mod room;
mod shapes;
mod signed;
mod speech;

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use casework::scenario::Played;
use casework::{Desk, Fault};
use domain::language::Bilingual;

use crate::room::Room;

/// Longest body accepted: the largest declaration met had 300 lines, about 150 KiB of JSON.
///
/// # Units
/// Bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A case that was played into the register and is shown to everybody.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Its title.
    pub title: Bilingual,
    /// What the run gave.
    pub played: Played,
}

/// The pages and the API over a desk.
///
/// With a demo, everything that is read is public, because the register then holds nothing but the
/// case. Without one, only what the authority publishes is: policy measures, checkpoints.
///
/// # Errors
/// A fault when the gate cannot be opened.
pub fn router(desk: Arc<Desk>, demo: Option<Demo>) -> Result<Router, Fault> {
    doors(desk, demo, None).map(|doors| doors.counter)
}

/// What is served, on two addresses.
pub struct Doors {
    /// The pages and the API.
    pub counter: Router,
    /// The figures that Prometheus reads; for an address that only the machine itself reaches.
    pub metrics: Router,
}

/// The pages and the API over a desk, with so many requests a second for each caller, and the
/// figures of the same service.
///
/// # Errors
/// A fault when the gate cannot be opened.
pub fn doors(
    desk: Arc<Desk>,
    demo: Option<Demo>,
    per_second: Option<NonZeroU32>,
) -> Result<Doors, Fault> {
    let room = Room::new(desk, demo, per_second)?;
    Ok(Doors {
        metrics: Router::new()
            .route("/metrics", axum::routing::get(meters::page))
            .with_state(room.clone()),
        counter: counter(room),
    })
}

fn counter(room: Room) -> Router {
    let access = match room.demo() {
        Some(_) => api::Access::ReadByAll,
        None => api::Access::ByToken,
    };
    let text = format!("{:#}", api::description(access));
    let (api, _) = api::routes().split_for_parts();
    Router::new()
        .merge(pages::routes())
        .merge(api)
        .route(
            "/api/v1/openapi.json",
            axum::routing::get(move || async move { edge::json_text(text) }),
        )
        .fallback(edge::unknown_route)
        .method_not_allowed_fallback(edge::unknown_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(room.clone(), edge::passed))
        .with_state(room)
}

/// The description of the API, as JSON.
#[must_use]
pub fn description() -> String {
    format!("{:#}", api::description(api::Access::ByToken))
}
