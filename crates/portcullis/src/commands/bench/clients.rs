//! Clients that ask one thing after another, each over a connection of its own or in process, and
//! how long each answer took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use casework::gate::{GateAnswer, Turnstile, Who};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::header;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::town::{self, Town};
use super::ways::Figures;
use crate::commands::Stop;

/// Which permits are declared on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// All on one.
    Hot,
    /// Each on another.
    Uniform,
}

impl Spread {
    /// The permit of the n-th declaration.
    pub(super) fn permit(self, number: u64, permits: u32) -> u32 {
        match self {
            Self::Hot => 1,
            // A step that shares no factor with the number of permits visits all of them.
            Self::Uniform => u32::try_from(number.wrapping_mul(7_919) % u64::from(permits.max(1)))
                .unwrap_or(0)
                .saturating_add(1),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for a measurement, no time of the register's"
)]
pub(super) fn stopwatch() -> Instant {
    Instant::now()
}

fn trouble(cause: impl std::fmt::Display) -> Stop {
    Stop::Fault(cause.to_string())
}

/// Sums up what clients saw.
pub(super) fn figures(mut micros: Vec<f64>, took: Duration) -> Figures {
    micros.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index within a list of latencies"
        )]
        let index = (micros.len() as f64 * share) as usize;
        micros.get(index).copied().unwrap_or(f64::NAN)
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of answers, far below 2^52"
    )]
    let answers = micros.len() as f64;
    Figures {
        per_second: answers / took.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
        processor: f64::NAN,
    }
}

/// Gives the body and the idempotency key of the n-th request.
pub(super) type Requests = Arc<dyn Fn(u64) -> Result<(String, String), Stop> + Send + Sync>;

/// Where clients connect, and what each of them sends.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) address: std::net::SocketAddr,
    pub(super) path: &'static str,
    /// What is sent.
    pub(super) request: Requests,
    pub(super) token: String,
    /// What every answer must contain.
    pub(super) expects: &'static str,
}

/// Clients over HTTP, each with one connection that stays open.
pub(super) fn over_http(
    target: &Target,
    clients: u32,
    turn: Duration,
    counter: &Arc<AtomicU64>,
) -> Result<Figures, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(trouble)?;
    let began = stopwatch();
    let micros = runtime.block_on(async {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..clients {
            let (target, counter) = (target.clone(), Arc::clone(counter));
            running.spawn(async move { client(&target, began, turn, &counter).await });
        }
        let mut micros = Vec::new();
        while let Some(ended) = running.join_next().await {
            micros.extend(ended.map_err(trouble)??);
        }
        Ok::<_, Stop>(micros)
    })?;
    Ok(figures(micros, began.elapsed()))
}

async fn client(
    target: &Target,
    began: Instant,
    turn: Duration,
    counter: &AtomicU64,
) -> Result<Vec<f64>, Stop> {
    let stream = TcpStream::connect(target.address).await.map_err(trouble)?;
    stream.set_nodelay(true).map_err(trouble)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(trouble)?;
    tokio::spawn(connection);
    let mut micros = Vec::new();
    while began.elapsed() < turn {
        let (body, key) = (target.request)(counter.fetch_add(1, Ordering::Relaxed))?;
        let request = hyper::Request::post(target.path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", target.token))
            .header("idempotency-key", key)
            .body(Full::new(Bytes::from(body)))
            .map_err(trouble)?;
        let asked = stopwatch();
        let response = sender.send_request(request).await.map_err(trouble)?;
        let status = response.status();
        let answer = response
            .into_body()
            .collect()
            .await
            .map_err(trouble)?
            .to_bytes();
        micros.push(asked.elapsed().as_secs_f64() * 1e6);
        let text = String::from_utf8_lossy(&answer);
        if !status.is_success() || !text.contains(target.expects) {
            return Err(trouble(format!("under load, {status}: {text}")));
        }
    }
    Ok(micros)
}

/// Clients in this process: each thread asks again when it is answered.
pub(super) fn in_process(
    town: &Town,
    gate: &Turnstile,
    (clients, spread): (u32, Spread),
    turn: Duration,
    counter: &AtomicU64,
) -> Result<Figures, Stop> {
    let began = stopwatch();
    let (answered, answers) = mpsc::channel::<Result<Instant, Stop>>();
    let ask = |number: u64| -> Result<(), Stop> {
        let request = town::request(
            spread.permit(number, town.permits),
            &format!("DEC-{number}"),
        )?;
        let (answered, asked) = (answered.clone(), stopwatch());
        let who = Who::Actor(town.customs.clone());
        gate.reserve(who, request, &format!("load-{number}"), move |outcome| {
            let told = match outcome {
                Ok(done) if matches!(done.what, GateAnswer::Released { .. }) => Ok(asked),
                Ok(done) => Err(trouble(format!("under load, refused: {:?}", done.what))),
                Err(error) => Err(Stop::Desk(error)),
            };
            // Nobody listens any more once the turn has ended with trouble.
            let _ = answered.send(told);
        });
        Ok(())
    };
    for _ in 0..clients {
        ask(counter.fetch_add(1, Ordering::Relaxed))?;
    }
    let (mut under_way, mut micros) = (clients, Vec::new());
    while under_way > 0 {
        let asked = answers.recv().map_err(trouble)??;
        micros.push(asked.elapsed().as_secs_f64() * 1e6);
        if began.elapsed() < turn {
            ask(counter.fetch_add(1, Ordering::Relaxed))?;
        } else {
            under_way = under_way.saturating_sub(1);
        }
    }
    Ok(figures(micros, began.elapsed()))
}

/// One transaction per check, one after another: the plain way.
pub(super) fn one_by_one(
    town: &Town,
    spread: Spread,
    turn: Duration,
    counter: &AtomicU64,
) -> Result<Figures, Stop> {
    let began = stopwatch();
    let mut micros = Vec::new();
    while began.elapsed() < turn {
        let number = counter.fetch_add(1, Ordering::Relaxed);
        let request = town::request(
            spread.permit(number, town.permits),
            &format!("DEC-{number}"),
        )?;
        let asked = stopwatch();
        let done = town
            .desk
            .reserve(&town.customs, &request, &format!("load-{number}"))?;
        micros.push(asked.elapsed().as_secs_f64() * 1e6);
        if !matches!(done.what, GateAnswer::Released { .. }) {
            return Err(trouble(format!("under load, refused: {:?}", done.what)));
        }
    }
    Ok(figures(micros, began.elapsed()))
}
