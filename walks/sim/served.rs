//! Real servers of one PostgreSQL under load over HTTP, killed at any moment.

use std::path::Path;
use std::sync::Arc;

use casework::Desk;
use walks::postgres;

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::journal;
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
