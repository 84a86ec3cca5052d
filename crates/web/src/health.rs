//! Whether the service is up, and whether it can do its work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::problem::{Problem, words};
use crate::room::Room;

/// Longest time for a trial: what an office waits for an answer.
const TRIAL_TIME_MAX: Duration = Duration::from_secs(3);

/// How long a trial that went well counts, so that asking often does not write often.
///
/// # Units
/// Microseconds.
const TRIAL_COUNTS_MICROS: i64 = 1_000_000;

/// What is known of the last trial.
#[derive(Clone, Default)]
pub(crate) struct Trials {
    under_way: Arc<AtomicBool>,
    went_well_at: Arc<AtomicI64>,
}

/// Says that the service is up
///
/// Public. It says nothing of the register.
#[utoipa::path(get, path = "/health", responses((status = 200, description = "up", body = Value)))]
pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "is_up": true }))
}

/// Says whether the register can be written
///
/// Public. A trial makes something durable, and so asks of the disk, the database and its standby
/// what an answer at the gate asks of them.
#[utoipa::path(
    get,
    path = "/ready",
    responses(
        (status = 200, description = "it can be written", body = Value),
        (status = 503, description = "it cannot", body = Problem),
    )
)]
pub(crate) async fn ready(State(room): State<Room>) -> Result<Json<Value>, Problem> {
    let trials = room.trials().clone();
    let yes = Json(json!({ "is_ready": true }));
    let now = room.now();
    let age = now.saturating_sub(trials.went_well_at.load(Ordering::SeqCst));
    if (0..TRIAL_COUNTS_MICROS).contains(&age) {
        return Ok(yes);
    }
    // A trial that hangs is one that fails, and no second one is begun behind it.
    if trials.under_way.swap(true, Ordering::SeqCst) {
        return Err(not_ready());
    }
    let ended = trials.clone();
    let trial = room.ask(move |desk| {
        let outcome = desk.probe();
        if outcome.is_ok() {
            let now = desk.clock().now().0;
            ended.went_well_at.store(now, Ordering::SeqCst);
        }
        ended.under_way.store(false, Ordering::SeqCst);
        outcome
    });
    match tokio::time::timeout(TRIAL_TIME_MAX, trial).await {
        Ok(Ok(())) => Ok(yes),
        Ok(Err(problem)) => Err(Problem {
            incident: problem.incident,
            ..not_ready()
        }),
        Err(_) => Err(not_ready()),
    }
}

fn not_ready() -> Problem {
    let says = words(
        "the register cannot be written now: nothing is decided until it can",
        "le registre ne peut pas être écrit en ce moment : rien n’est décidé d’ici là",
    );
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::plain(status, "not-ready", "not ready", says)
}
