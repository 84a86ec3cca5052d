//! Figures of the service, as Prometheus reads them, and the span under which a request is logged.
//!
//! They are served on an address of their own, which is on loopback: see `portcullis serve
//! --metrics-listen`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::gate::GateAnswer;
use casework::{DeskError, Done};
use domain::time::Instant;

use crate::problem::Problem;
use crate::room::Room;

/// Upper bounds of the times to answer: the goal of the gate is 50 ms, the limit of a request 10 s.
///
/// # Units
/// Milliseconds.
const BOUNDS_MS: [u32; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000];

/// How often, and how long.
#[derive(Default)]
struct Times {
    /// How many took at most each bound.
    within: [u64; BOUNDS_MS.len()],
    count: u64,
    sum_micros: u64,
}

impl Times {
    fn add(&mut self, micros: u64) {
        for (bound, within) in BOUNDS_MS.iter().zip(&mut self.within) {
            let bound = u64::from(*bound).saturating_mul(1_000);
            *within = within.saturating_add(u64::from(micros <= bound));
        }
        self.count = self.count.saturating_add(1);
        self.sum_micros = self.sum_micros.saturating_add(micros);
    }
}

#[derive(Default)]
struct Counts {
    /// By method, route and status.
    requests: BTreeMap<(String, String, u16), u64>,
    /// By what the gate said.
    decisions: BTreeMap<&'static str, u64>,
    /// Time to answer at the gate.
    gate: Times,
    /// Time of the durable commits at the gate.
    commit_times: Times,
    /// Durable commits that answered at the gate, and the instant of the last.
    commits: u64,
    last: Option<Instant>,
}

/// What is counted while the service runs.
#[derive(Default)]
pub(crate) struct Meters(Mutex<Counts>);

impl Meters {
    fn counts<T>(&self, count: impl FnOnce(&mut Counts) -> T) -> T {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts an answer of the gate that took so long. What one commit made durable carries one
    /// instant.
    pub(crate) fn answered(&self, answer: &Result<Done<GateAnswer>, Problem>, micros: i64) {
        let said = match answer {
            Ok(done) if done.is_repeat => "repeated",
            Ok(done) => match done.what {
                GateAnswer::Released { .. } => "released",
                GateAnswer::Refused { .. } => "refused",
            },
            Err(_) => "not-answered",
        };
        self.counts(|counts| {
            let held = counts.decisions.entry(said).or_default();
            *held = held.saturating_add(1);
            counts.gate.add(u64::try_from(micros).unwrap_or(0));
            if let Ok(done) = answer
                && counts.last != Some(done.recorded_at)
            {
                counts.last = Some(done.recorded_at);
                counts.commits = counts.commits.saturating_add(1);
            }
        });
    }

    /// Counts a commit that took so long to become durable.
    pub(crate) fn committed(&self, micros: i64) {
        let micros = u64::try_from(micros).unwrap_or(0);
        self.counts(|counts| counts.commit_times.add(micros));
    }
}

/// A request on its way: counted when it ends, and logged under a span that carries the trace of whoever
/// asks (W3C Trace Context).
pub(crate) struct Passage {
    route: String,
    method: String,
    span: tracing::Span,
    began: i64,
}

impl Passage {
    /// A request begins.
    pub(crate) fn begin(room: &Room, request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or("unknown", MatchedPath::as_str).to_owned();
        // A method is a word of the client's: only those that are served are counted by name.
        let method = match request.method().as_str() {
            known @ ("GET" | "HEAD" | "POST" | "OPTIONS") => known.to_owned(),
            _ => "OTHER".to_owned(),
        };
        let trace = trace_of(request.headers()).unwrap_or_default();
        Self {
            span: tracing::info_span!("request", method, route, trace.id = %trace),
            route,
            method,
            began: room.now(),
        }
    }

    /// The span of everything done for it.
    pub(crate) const fn span(&self) -> &tracing::Span {
        &self.span
    }

    /// It was answered.
    pub(crate) fn end(self, room: &Room, status: StatusCode) {
        let status = status.as_u16();
        let micros = room.now().saturating_sub(self.began);
        self.span
            .in_scope(|| tracing::debug!(status, duration_us = micros, "answered"));
        room.meters().counts(|counts| {
            let counted = (self.method, self.route, status);
            let held = counts.requests.entry(counted).or_default();
            *held = held.saturating_add(1);
        });
    }
}

/// The trace that a request is part of, if it says so as the standard wants.
fn trace_of(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |text: &str, length: usize| {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        text.len() == length && text.chars().all(is_digit)
    };
    match parts.as_slice() {
        ["00", trace, span, flags]
            if is_hex(trace, 32)
                && is_hex(span, 16)
                && is_hex(flags, 2)
                && trace.contains(|c| c != '0')
                && span.contains(|c| c != '0') =>
        {
            Some((*trace).to_owned())
        }
        _ => None,
    }
}

/// The page that Prometheus reads.
pub(crate) async fn page(State(room): State<Room>) -> Result<Response, Problem> {
    let waiting = room.waiting();
    let mut text = room.meters().counts(|counts| written(counts));
    let figures = room.ask(figures).await?;
    gauge(
        &mut text,
        "gate_waiting",
        "requests that wait at the gate",
        waiting,
    );
    for (name, says, value) in figures {
        gauge(&mut text, name, says, value);
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// What the register itself says.
fn figures(desk: &casework::Desk) -> Result<Vec<(&'static str, &'static str, u64)>, DeskError> {
    let watch = desk.watch()?;
    Ok(vec![
        ("log_head_position", "the last event", watch.head),
        (
            "checkpoint_position",
            "the last event of the last checkpoint",
            watch.checkpoint,
        ),
        (
            "checkpoint_age_seconds",
            "seconds since the last event of the last checkpoint",
            watch.checkpoint_age_s,
        ),
        (
            "outbox_undelivered",
            "messages that wait for delivery, at most 10000 counted",
            watch.outbox,
        ),
        (
            "webhooks_live",
            "webhook subscriptions that are served",
            watch.webhooks_live,
        ),
        (
            "webhooks_paused",
            "webhook subscriptions that are paused",
            watch.webhooks_paused,
        ),
        (
            "webhooks_behind_events",
            "events that the slowest live webhook has not looked at",
            watch.webhooks_behind,
        ),
        (
            "webhook_messages_given_up",
            "webhook messages that were given up",
            watch.given_up,
        ),
        (
            "stop_notices_unacknowledged",
            "shipments with a stop notice that nobody acknowledged, at most 10000 counted",
            watch.stops,
        ),
        (
            "stop_notice_overdue_seconds",
            "seconds by which the oldest of them is overdue",
            watch.overdue_s,
        ),
        ("duties_open", "duties that are open", watch.duties),
    ])
}

fn gauge(text: &mut String, name: &str, says: &str, value: impl std::fmt::Display) {
    let _ = write!(
        text,
        "# HELP portcullis_{name} {says}\n# TYPE portcullis_{name} gauge\nportcullis_{name} {value}\n"
    );
}

fn written(counts: &Counts) -> String {
    let mut text = String::new();
    let heading = |text: &mut String, name: &str, kind: &str, says: &str| {
        let _ = write!(
            text,
            "# HELP portcullis_{name} {says}\n# TYPE portcullis_{name} {kind}\n"
        );
    };
    heading(
        &mut text,
        "requests_total",
        "counter",
        "requests, by method, route and status",
    );
    for ((method, route, status), count) in &counts.requests {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        let _ = writeln!(text, "portcullis_requests_total{{{labels}}} {count}");
    }
    heading(
        &mut text,
        "gate_decisions_total",
        "counter",
        "what the gate answered",
    );
    for (answer, count) in &counts.decisions {
        let _ = writeln!(
            text,
            "portcullis_gate_decisions_total{{answer=\"{answer}\"}} {count}"
        );
    }
    heading(
        &mut text,
        "gate_commits_total",
        "counter",
        "durable commits that answered at the gate; decisions by commits is the batch",
    );
    let _ = writeln!(text, "portcullis_gate_commits_total {}", counts.commits);
    for (name, says, times) in [
        (
            "gate_answer_seconds",
            "time from the request to the durable answer",
            &counts.gate,
        ),
        (
            "gate_commit_seconds",
            "time in which a commit at the gate became durable",
            &counts.commit_times,
        ),
    ] {
        heading(&mut text, name, "histogram", says);
        buckets(&mut text, name, times);
    }
    text
}

/// The lines of one histogram.
fn buckets(text: &mut String, name: &str, times: &Times) {
    for (bound, within) in BOUNDS_MS.iter().zip(&times.within) {
        let bound = f64::from(*bound) / 1_000.0;
        let _ = writeln!(text, "portcullis_{name}_bucket{{le=\"{bound}\"}} {within}");
    }
    let (count, sum) = (times.count, times.sum_micros);
    let (whole, rest) = (sum / 1_000_000, sum % 1_000_000);
    let _ = write!(
        text,
        "portcullis_{name}_bucket{{le=\"+Inf\"}} {count}\nportcullis_{name}_sum {whole}.{rest:06}\n\
         portcullis_{name}_count {count}\n"
    );
}
