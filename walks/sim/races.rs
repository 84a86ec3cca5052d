//! Releases against orders on one register, in one process.

use std::path::Path;
use std::sync::Arc;

use casework::Desk;
use domain::time::Position;
use register::{Query, StoredEvent, VerifyOptions};

use crate::auditor::{self, Model};
use crate::clock::Jumpy;
use crate::journal;
use crate::lies::{self, Lie};
use crate::load::{self, Load};
use crate::place::{Engine, engines};
use crate::town::{self, Size};

/// The load of one seed.
pub fn load(seed: u64) -> Load {
    let times = if is_full() { 20 } else { 1 };
    Load {
        seed,
        size: Size {
            permits: 6,
            granted: 40,
        },
        at_turnstile: if is_full() { 56 } else { 6 },
        at_desk: if is_full() { 8 } else { 2 },
        officers: if is_full() { 8 } else { 3 },
        requests: 24 * times,
        decisions: 6 * times,
        today: town::today(),
    }
}

/// A load in which everybody wants the same little at once, and nobody orders anything.
fn hot(seed: u64) -> Load {
    Load {
        size: Size {
            permits: 1,
            granted: 5,
        },
        at_turnstile: 16,
        at_desk: 0,
        officers: 0,
        requests: 6,
        ..load(seed)
    }
}

/// Whether the full size is asked for.
pub fn is_full() -> bool {
    std::env::var_os("PORTCULLIS_SIM_FULL").is_some()
}

/// The seeds to run: so many, or the one that is asked for.
pub fn seeds(count: u64) -> Vec<u64> {
    let wanted = std::env::var("PORTCULLIS_SIM_SEED");
    match wanted.ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => vec![seed],
        None => (1..=if is_full() { count * 10 } else { count }).collect(),
    }
}

/// Fails with what was found and the command that repeats it.
pub fn expect_lawful(found: &[String], seed: u64, test: &str) {
    let shown: Vec<&String> = found.iter().take(5).collect();
    assert!(
        found.is_empty(),
        "seed {seed}: {} findings, first {shown:#?}\nrepeat it with: PORTCULLIS_SIM_SEED={seed} \
         cargo test -p walks --test sim {test}",
        found.len()
    );
}

/// The whole log.
pub fn log(desk: &Desk) -> Vec<StoredEvent> {
    let reading = desk.reading().unwrap();
    let mut log: Vec<StoredEvent> = Vec::new();
    loop {
        let after = log.last().map_or(Position(0), |event| event.position);
        let part = reading
            .events(&Query::default(), after, None, 5_000)
            .unwrap();
        if part.is_empty() {
            return log;
        }
        log.extend(part);
    }
}

/// What a log shows of how much happened in it.
pub fn model(log: &[StoredEvent]) -> Model {
    let mut model = Model::default();
    log.iter().for_each(|event| model.take(event));
    model
}

/// Runs the load on servers of one register at once, each with a name of its own, and audits.
pub fn run(desks: &[Arc<Desk>], load: &Load, folder: &Path) -> Vec<String> {
    town::found(&desks[0], load.size);
    std::thread::scope(|scope| {
        for (server, desk) in desks.iter().enumerate() {
            scope.spawn(move || load::run(desk, load, folder, &format!("s{server}")));
        }
    });
    auditor::audit(&journal::calls(folder), &log(&desks[0]))
}

/// The load of each of several servers, so that all of them together have that of one.
pub fn shared(load: Load, servers: usize) -> Load {
    let servers = u64::try_from(servers).unwrap();
    Load {
        at_turnstile: load.at_turnstile.div_ceil(servers),
        at_desk: load.at_desk.div_ceil(servers),
        officers: load.officers.div_ceil(servers),
        ..load
    }
}

#[test]
fn no_release_goes_through_a_stop_that_was_acknowledged_before_it() {
    let engines = engines("no_release_goes_through_a_stop_that_was_acknowledged_before_it");
    for (engine, seed) in each(&engines, &seeds(2)) {
        let folder = tempfile::tempdir().unwrap();
        let place = engine.place(folder.path());
        let desks: Vec<Arc<Desk>> = (0..engine.servers())
            .map(|server| town::desk(place.open(), Jumpy::new(stream(seed, server), 0)))
            .collect();
        let load = shared(load(seed), desks.len());
        let found = run(&desks, &load, folder.path());
        expect_lawful(&found, seed, "no_release_goes");
        // The load is one in which much could have gone wrong.
        let seen = model(&log(&desks[0])).seen;
        for what in [
            "released",
            "refused",
            "suspended",
            "reinstated",
            "restored",
            "exited",
        ] {
            assert!(
                seen.get(what).is_some_and(|times| *times >= 1),
                "{what}: {seen:?}"
            );
        }
        println!("{engine:?}, seed {seed}: {seen:?}");
        views_fold_again(&desks[0], seed);
    }
}

/// Each engine with each seed.
pub fn each(engines: &[Engine], seeds: &[u64]) -> Vec<(Engine, u64)> {
    let with = |engine: &Engine| {
        let engine = *engine;
        seeds.iter().map(move |seed| (engine, *seed))
    };
    engines.iter().flat_map(with).collect()
}

/// A seed for one of several servers: no two draw the same random numbers.
pub fn stream(seed: u64, server: usize) -> u64 {
    seed + 1_000_003 * u64::try_from(server).unwrap()
}

/// What stands in the views after the load is what folding the log again gives.
pub fn views_fold_again(desk: &Desk, seed: u64) {
    let verify = || {
        desk.store()
            .verify(&VerifyOptions::default(), &mut |_| ())
            .unwrap()
    };
    let before = verify();
    assert!(before.is_clean(), "seed {seed}: {:#?}", before.findings);
    let live = desk.shipments().unwrap();
    desk.store().rebuild_views(&mut |_| ()).unwrap();
    assert_eq!(desk.shipments().unwrap(), live, "seed {seed}");
    let after = verify();
    assert!(after.is_clean() && after.views == before.views && after.views > 50);
}

#[test]
fn the_auditor_finds_each_lie() {
    let lies = [
        (Lie::CheckSkipped, "released under"),
        (Lie::StaleCache, "released under"),
        (Lie::ReplayBypassed, "decided twice"),
        (Lie::Replica, "released under"),
        (Lie::BatchUnseen, "beyond its grant"),
    ];
    for engine in engines("the_auditor_finds_each_lie") {
        for (lie, says) in lies {
            let is_found = seeds(8)
                .into_iter()
                .any(|seed| is_caught(engine, lie, says, seed));
            assert!(is_found, "nobody noticed on {engine:?}: {lie:?}");
        }
    }
}

/// Whether the auditor says so of a load on servers of which one lies.
fn is_caught(engine: Engine, lie: Lie, says: &str, seed: u64) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let place = engine.place(folder.path());
    let liar = lies::liar(&place, folder.path(), lie);
    let mut desks = vec![town::desk(liar, Jumpy::new(seed, 0))];
    desks.extend(
        (1..engine.servers())
            .map(|server| town::desk(place.open(), Jumpy::new(stream(seed, server), 0))),
    );
    let load = match lie {
        Lie::BatchUnseen => hot(seed),
        _ => load(seed),
    };
    let found = run(&desks, &load, folder.path());
    println!("{engine:?}, {lie:?}, seed {seed}: {} findings", found.len());
    found.iter().any(|finding| finding.contains(says))
}

#[test]
fn one_seed_makes_one_log_on_either_engine_and_however_many_servers() {
    let root = |engine: Engine, servers: usize, seed: u64| {
        let folder = tempfile::tempdir().unwrap();
        let place = engine.place(folder.path());
        let clock = Jumpy::new(seed, 0);
        let desks: Vec<Arc<Desk>> = (0..servers)
            .map(|_| town::desk(place.open(), clock.clone()))
            .collect();
        let load = load(seed);
        town::found(&desks[0], load.size);
        load::run_in_turns(&desks, &load, folder.path());
        let found = auditor::audit(&journal::calls(folder.path()), &log(&desks[0]));
        expect_lawful(&found, seed, "one_seed");
        let reading = desks[0].reading().unwrap();
        let head = reading.head().unwrap().position.0;
        (head, reading.root(head).unwrap())
    };
    let seed = seeds(1)[0];
    let first = root(Engine::Sqlite, 1, seed);
    assert_ne!(first, root(Engine::Sqlite, 1, seed + 1));
    for engine in engines("one_seed_makes_one_log_on_either_engine_and_however_many_servers") {
        for servers in [1, 3] {
            let again = root(engine, servers, seed);
            assert_eq!(
                again, first,
                "one seed made two logs: {servers} on {engine:?}"
            );
        }
    }
}
