//! Real servers of one PostgreSQL under load over HTTP: killed at any moment, and with a primary that
//! dies and a standby that takes its place.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use casework::Desk;
use walks::postgres::{self, Postgres};

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::http::Request;
use crate::journal::{self, Asked, Journal, Told};
use crate::load::{self, Gate, Load};
use crate::orders::Officers;
use crate::place::{Engine, Place};
use crate::processes::ask_again;
use crate::races::{self, expect_lawful, is_full, log, model, seeds, views_fold_again};
use crate::serving::{Servers, Tokens};
use crate::town;

/// Servers on the one database.
const SERVERS: usize = 3;

/// Servers at work, and a desk on the same register that only reads.
struct Served {
    servers: Arc<Servers>,
    desk: Arc<Desk>,
    load: Load,
}

impl Served {
    /// Founds a register, and starts servers on it that know it by the address `store`.
    fn start(founded: &Place, store: &str, folder: &Path, seed: u64) -> Self {
        let desk = town::desk(founded.open(), Jumpy::on(seed, town::first_day()));
        let wanted = races::load(seed);
        town::found(&desk, wanted.size);
        let tokens = Tokens::appointed(&desk);
        let servers = Arc::new(Servers::start(store, folder, SERVERS, tokens));
        let today = servers.today();
        Self {
            servers,
            desk: town::desk(Place::parse(store).open(), Jumpy::on(seed, today)),
            load: Load { today, ..wanted },
        }
    }

    /// How many calls the load makes at least.
    fn calls(&self) -> usize {
        let clients = self.load.at_turnstile + self.load.at_desk;
        usize::try_from(clients * self.load.requests).unwrap()
    }

    /// Runs the load to its end, and meanwhile does something to the servers.
    fn run<T>(&self, folder: &Path, meanwhile: impl FnOnce() -> T) -> T {
        let gate = |_| Gate::Served(Arc::clone(&self.servers));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let officers = Officers::served(&self.desk, &self.servers);
                load::run_by(&gate, &officers, &self.load, folder, "http");
            });
            meanwhile()
        })
    }

    /// Asks again for whoever got no answer, and looks at everything.
    fn expect_lawful(self, folder: &Path, seed: u64, test: &str) {
        let gate = Gate::Served(Arc::clone(&self.servers));
        let again = ask_again(&gate, folder);
        Officers::served(&self.desk, &self.servers).settle();
        drop((gate, self.servers));
        let log = log(&self.desk);
        expect_lawful(&auditor::audit(&journal::calls(folder), &log), seed, test);
        let seen = model(&log).seen;
        for what in ["released", "refused", "suspended", "restored"] {
            assert!(seen.contains_key(what), "{what}: {seen:?}");
        }
        println!(
            "seed {seed}: {} events, {again} asked again, {seen:?}",
            log.len()
        );
        views_fold_again(&self.desk, seed);
    }
}

/// The two of them that a test is about, or none with the test reported as not run.
fn is_installed(test: &str) -> bool {
    if !postgres::is_installed() {
        walks::not_run(test, "PostgreSQL is not installed");
    }
    postgres::is_installed()
}

#[test]
fn servers_that_are_killed_under_load_lose_nothing_and_let_nothing_through() {
    let test = "servers_that_are_killed_under_load_lose_nothing_and_let_nothing_through";
    for seed in seeds(1).into_iter().filter(|_| is_installed(test)) {
        let folder = tempfile::tempdir().unwrap();
        let place = Engine::Postgres.place(folder.path());
        let served = Served::start(&place, &place.to_string(), folder.path(), seed);
        let kills = if is_full() { 100 } else { 4 };
        let (servers, apart) = (&served.servers, served.calls() / (kills + 1));
        served.run(folder.path(), || {
            let mut draw = Draw::of(seed, "kills", 0);
            let mut below =
                |limit: usize| usize::try_from(draw.below(u64::try_from(limit).unwrap())).unwrap();
            for kill in 0..kills {
                servers.await_answers(apart * kill + below(apart));
                let server = below(SERVERS);
                servers.kill(server);
                // The others go on meanwhile.
                servers.await_answers(servers.answered() + 2);
                servers.start_again(server);
            }
        });
        served.expect_lawful(folder.path(), seed, "servers_that_are_killed");
    }
}

#[test]
fn servers_whose_primary_dies_say_no_go_until_the_standby_is_promoted_and_lose_nothing() {
    let test =
        "servers_whose_primary_dies_say_no_go_until_the_standby_is_promoted_and_lose_nothing";
    for seed in seeds(1).into_iter().filter(|_| is_installed(test)) {
        let folder = tempfile::tempdir().unwrap();
        let mut primary = Postgres::start(test).unwrap().unwrap();
        primary.create_database("log").unwrap();
        let standby = primary.synchronous_standby("confirms").unwrap();
        let is_synchronous = "SELECT sync_state = 'sync' FROM pg_stat_replication";
        primary.wait_until("log", is_synchronous).unwrap();
        let store = format!(
            "postgres:///log?host={},{}&user=owner&register_wait_ms=10000",
            primary.socket().display(),
            standby.socket().display()
        );
        let place = Place::Database(primary.address("log"));
        let served = Served::start(&place, &store, folder.path(), seed);
        let (opened, promoted) = served.run(folder.path(), || {
            served.servers.await_answers(served.calls() / 3);
            primary.kill().unwrap();
            let killed = tick();
            for server in 0..SERVERS {
                expect_no_go(&served, folder.path(), server);
            }
            let promoted = killed.elapsed();
            standby.promote().unwrap();
            next_release(&served, folder.path(), seed);
            (killed.elapsed(), promoted)
        });
        println!(
            "seed {seed}: next answer {} ms after the kill, {} ms after the promotion began",
            opened.as_millis(),
            (opened - promoted).as_millis()
        );
        served.expect_lawful(folder.path(), seed, "servers_whose_primary_dies");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a time is measured, and decides nothing"
)]
fn tick() -> Instant {
    Instant::now()
}

/// Asks one server for a release under a key of its own.
fn probe(served: &Served, journal: &mut Journal, server: usize, key: &str) -> (Told, Option<u16>) {
    let body = town::request(&mut Draw::of(1, key, 0), served.load.size, key);
    let body = serde_json::to_value(&body).unwrap();
    let mut status = None;
    let asked = Asked::Reserve {
        key: key.to_owned(),
        body: body.clone(),
    };
    let told = journal.call(asked, || {
        let outcome = served.servers.call_one(
            server,
            &Request {
                path: "gate/reserve",
                token: &served.servers.tokens.customs,
                key: Some(key),
                body,
            },
        );
        status = outcome.as_ref().ok().map(|answer| answer.status);
        crate::http::told(outcome)
    });
    (told, status)
}

/// A server whose primary is gone says that it cannot answer, and never that something may leave.
fn expect_no_go(served: &Served, folder: &Path, server: usize) {
    let mut journal = Journal::open(folder, &format!("gone-{server}"));
    let (told, status) = probe(served, &mut journal, server, &format!("gone-{server}"));
    assert_eq!(status, Some(503), "server {server}: {told:?}");
    assert!(
        matches!(told, Told::Unknown { .. }),
        "server {server}: {told:?}"
    );
}

/// Asks until a server answers.
fn next_release(served: &Served, folder: &Path, seed: u64) {
    let mut journal = Journal::open(folder, "next");
    for server in 0..2_000 {
        let (told, _) = probe(served, &mut journal, server, "next");
        if matches!(told, Told::Go { .. } | Told::Stop { .. }) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("seed {seed}: no server answers after the promotion");
}
