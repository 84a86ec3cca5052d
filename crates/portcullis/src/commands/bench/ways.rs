//! The ways of doing the work, each with its turn in every round.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use casework::gate::Turnstile;
use register::bare::BareLedger;

use super::clients::{self, Spread, Target, figures, stopwatch};
use super::postgres;
use super::town::{self, Town};
use crate::cli::BenchGate;
use crate::commands::Stop;

/// Draws in one commit of the bare tables, as in the baselines that the goals are set against.
const BARE_BATCH: usize = 64;

/// What one way did in one round.
pub(super) struct Figures {
    /// Decisions a second.
    pub(super) per_second: f64,
    /// Microseconds to the answer: half are quicker.
    pub(super) p50: f64,
    /// Microseconds to the answer: one in a hundred is slower.
    pub(super) p99: f64,
    /// Microseconds of this process's processor time for each answer, of those who ask and of those who
    /// answer; not a number where another process works.
    pub(super) processor: f64,
}

/// Processor time that this process has used, as Linux counts it: in hundredths of a second. Not a number
/// on a system that does not say.
fn processor_micros() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field, the name, may hold spaces and ends with the last bracket.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |index| {
        after_name
            .split_whitespace()
            .nth(index)?
            .parse::<f64>()
            .ok()
    };
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => (user + system) * 1e4,
        _ => f64::NAN,
    }
}

type Run = Box<dyn FnMut(Duration) -> Result<Figures, Stop>>;

/// One way of doing the work.
pub(super) struct Way {
    /// What is done, and how.
    pub(super) name: String,
    /// The ways that it is compared with.
    pub(super) compared_to: Vec<String>,
    /// Whether latencies are compared, and not rates.
    pub(super) is_latency: bool,
    /// What it did, round by round.
    pub(super) rounds: Vec<Figures>,
    run: Run,
}

impl Way {
    fn new(name: &str, compared_to: &[&str], run: Run) -> Self {
        Self {
            name: name.to_owned(),
            compared_to: compared_to.iter().map(|&to| to.to_owned()).collect(),
            is_latency: false,
            rounds: Vec::new(),
            run,
        }
    }

    /// Takes its turn.
    pub(super) fn run(&mut self, turn: Duration) -> Result<Figures, Stop> {
        let (before, began) = (processor_micros(), stopwatch());
        let mut figures = (self.run)(turn)?;
        let answers = figures.per_second * began.elapsed().as_secs_f64();
        if figures.p99.is_finite() {
            figures.processor = (processor_micros() - before) / answers;
        }
        Ok(figures)
    }
}

const BARE_ONE: &str = "bare SQLite, 1 draw a commit";
const BARE_MANY: &str = "bare SQLite, 64 draws a commit";
const ECHO: &str = "HTTP that does nothing, 32 clients";
const PLAIN: &str = "gate, one commit per decision, 1 client, hot";
const PG_HOT: &str = "PostgreSQL row lock, 32 clients, hot";
const PG_UNIFORM: &str = "PostgreSQL row lock, 32 clients, uniform";

/// A town with its gate and its server.
struct Open {
    town: Arc<Town>,
    gate: Arc<Turnstile>,
    address: std::net::SocketAddr,
    counter: Arc<AtomicU64>,
}

/// Every way that was asked for.
pub(super) fn all(words: &BenchGate, folder: &Path) -> Result<Vec<Way>, Stop> {
    let runtime = Arc::new(tokio::runtime::Runtime::new().map_err(trouble)?);
    let mut ways = vec![
        bare(BARE_ONE, folder, 1)?,
        bare(BARE_MANY, folder, BARE_BATCH)?,
        echo(&runtime)?,
    ];
    match postgres::Cluster::start(folder, words.permits) {
        Ok(cluster) => {
            let cluster = Arc::new(cluster);
            ways.push(row_locks(PG_HOT, &cluster, Spread::Hot));
            ways.push(row_locks(PG_UNIFORM, &cluster, Spread::Uniform));
        }
        Err(because) => eprintln!("not compared with PostgreSQL: {because}."),
    }
    let mut first = true;
    for orders in &words.measures {
        eprintln!("{} permits, {orders} orders in force.", words.permits);
        let address = match (&words.on, first) {
            (Some(on), true) => on.clone(),
            _ => town::address(folder, &format!("orders-{orders}.sqlite")),
        };
        let open = open(&runtime, &address, words.permits, *orders)?;
        ways.extend(gate(&Arc::new(open), *orders, words, first));
        first = false;
    }
    Ok(ways)
}

fn trouble(cause: impl std::fmt::Display) -> Stop {
    Stop::Fault(cause.to_string())
}

fn open(
    runtime: &Arc<tokio::runtime::Runtime>,
    address: &str,
    permits: u32,
    orders: u32,
) -> Result<Open, Stop> {
    let town = Arc::new(Town::found(address, permits, orders)?);
    let router = web::router(Arc::clone(&town.desk), None).map_err(trouble)?;
    let gate = Turnstile::open(Arc::clone(&town.desk)).map_err(trouble)?;
    Ok(Open {
        town,
        gate: Arc::new(gate),
        address: serve(runtime, router)?,
        counter: Arc::new(AtomicU64::new(0)),
    })
}

fn serve(
    runtime: &Arc<tokio::runtime::Runtime>,
    router: axum::Router,
) -> Result<std::net::SocketAddr, Stop> {
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .map_err(trouble)?;
    let address = listener.local_addr().map_err(trouble)?;
    let kept = Arc::clone(runtime);
    // Served until the measurement ends and the process with it.
    std::thread::spawn(move || kept.block_on(async { axum::serve(listener, router).await }));
    Ok(address)
}

/// The ways through the gate of one town. The full set only for the first; the others show what
/// orders in force cost.
fn gate(open: &Arc<Open>, orders: u32, words: &BenchGate, is_first: bool) -> Vec<Way> {
    let clients = words.clients;
    let named = |what: &str, spread: Spread| {
        let spread = match spread {
            Spread::Hot => "hot",
            Spread::Uniform => "uniform",
        };
        format!("gate {what}, {spread}, {orders} orders")
    };
    let none = words.measures.first().copied().unwrap_or(0);
    let mut ways = Vec::new();
    for spread in [Spread::Hot, Spread::Uniform] {
        let against = match spread {
            Spread::Hot => PG_HOT,
            Spread::Uniform => PG_UNIFORM,
        };
        let over_http = named(&format!("over HTTP, {clients} clients"), spread);
        let in_process = named(&format!("in process, {clients} at once"), spread);
        let without =
            |name: &str| name.replace(&format!("{orders} orders"), &format!("{none} orders"));
        let mut compared = vec![against, BARE_MANY, ECHO];
        let (http_before, process_before) = (without(&over_http), without(&in_process));
        if !is_first {
            compared = vec![http_before.as_str()];
        }
        ways.push(Way::new(&over_http, &compared, http(open, clients, spread)));
        let compared = if is_first {
            vec![BARE_MANY, PLAIN]
        } else {
            vec![process_before.as_str()]
        };
        let (kept, counter) = (Arc::clone(open), Arc::clone(&open.counter));
        ways.push(Way::new(
            &in_process,
            &compared,
            Box::new(move |turn| {
                clients::in_process(&kept.town, &kept.gate, (clients, spread), turn, &counter)
            }),
        ));
    }
    if is_first {
        ways.extend(alone(open, &named));
    }
    ways
}

/// What one client sees, who has nobody to share a commit with.
fn alone(open: &Arc<Open>, named: &dyn Fn(&str, Spread) -> String) -> Vec<Way> {
    let mut ways = Vec::new();
    let kept = Arc::clone(open);
    ways.push(Way::new(
        PLAIN,
        &[BARE_ONE],
        Box::new(move |turn| clients::one_by_one(&kept.town, Spread::Hot, turn, &kept.counter)),
    ));
    let mut alone = Way::new(
        &named("over HTTP, 1 client", Spread::Hot),
        &[BARE_ONE],
        http(open, 1, Spread::Hot),
    );
    alone.is_latency = true;
    ways.push(alone);
    let kept = Arc::clone(open);
    let mut alone = Way::new(
        &named("in process, 1 at once", Spread::Hot),
        &[BARE_ONE],
        Box::new(move |turn| {
            clients::in_process(
                &kept.town,
                &kept.gate,
                (1, Spread::Hot),
                turn,
                &kept.counter,
            )
        }),
    );
    alone.is_latency = true;
    ways.push(alone);
    ways
}

fn http(open: &Arc<Open>, clients: u32, spread: Spread) -> Run {
    let (town, counter) = (Arc::clone(&open.town), Arc::clone(&open.counter));
    let permits = town.permits;
    let target = Target {
        address: open.address,
        path: "/api/v1/gate/reserve",
        request: Arc::new(move |number| {
            let request = town::request(spread.permit(number, permits), &format!("DEC-{number}"))?;
            let body = serde_json::to_string(&request).map_err(trouble)?;
            Ok((body, format!("load-{number}")))
        }),
        token: town.token.clone(),
        expects: "\"answer\":\"released\"",
    };
    Box::new(move |turn| clients::over_http(&target, clients, turn, &counter))
}

fn bare(name: &str, folder: &Path, batch: usize) -> Result<Way, Stop> {
    let file = folder.join(format!("bare-{batch}.sqlite"));
    let mut tables = BareLedger::create(&file, 1).map_err(trouble)?;
    let permits = vec![1_u32; batch];
    Ok(Way::new(
        name,
        &[],
        Box::new(move |turn| {
            let (began, mut micros) = (stopwatch(), Vec::new());
            while began.elapsed() < turn {
                let asked = stopwatch();
                let granted = tables.draw(&permits).map_err(trouble)?;
                let took = asked.elapsed().as_secs_f64() * 1e6;
                micros.extend((0..granted).map(|_| took));
            }
            Ok(figures(micros, began.elapsed()))
        }),
    ))
}

fn echo(runtime: &Arc<tokio::runtime::Runtime>) -> Result<Way, Stop> {
    let nothing = |axum::Json(body): axum::Json<serde_json::Value>| async { axum::Json(body) };
    let router = axum::Router::new().route("/", axum::routing::post(nothing));
    let target = Target {
        address: serve(runtime, router)?,
        path: "/",
        request: Arc::new(|number| {
            let request = town::request(1, &format!("DEC-{number}"))?;
            let body = serde_json::to_string(&request).map_err(trouble)?;
            Ok((body, format!("load-{number}")))
        }),
        token: String::from("none"),
        expects: "permit",
    };
    let counter = Arc::new(AtomicU64::new(0));
    Ok(Way::new(
        ECHO,
        &[],
        Box::new(move |turn| clients::over_http(&target, 32, turn, &counter)),
    ))
}

fn row_locks(name: &str, cluster: &Arc<postgres::Cluster>, spread: Spread) -> Way {
    let cluster = Arc::clone(cluster);
    Way::new(
        name,
        &[],
        Box::new(move |turn| cluster.row_locks(spread, 32, turn)),
    )
}
