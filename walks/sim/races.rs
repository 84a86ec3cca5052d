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
fn model(log: &[StoredEvent]) -> Model {
    let mut model = Model::default();
    log.iter().for_each(|event| model.take(event));
    model
}

fn run(desk: &Arc<Desk>, load: &Load, folder: &Path) -> Vec<String> {
    town::found(desk, load.size);
    load::run(desk, load, folder, "a");
    auditor::audit(&journal::calls(folder), &log(desk))
}

#[test]
fn no_release_goes_through_a_stop_that_was_acknowledged_before_it() {
    for seed in seeds(2) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.db");
        let desk = town::desk(town::sqlite(&file), Jumpy::new(seed, 0));
        let found = run(&desk, &load(seed), folder.path());
        expect_lawful(&found, seed, "no_release_goes");
        // The load is one in which much could have gone wrong.
        let seen = model(&log(&desk)).seen;
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
        println!("seed {seed}: {seen:?}");
        views_fold_again(&desk, seed);
    }
}

/// What stands in the views after the load is what folding the log again gives.
fn views_fold_again(desk: &Desk, seed: u64) {
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
    for (lie, says) in lies {
        let is_found = seeds(8).into_iter().any(|seed| {
            let folder = tempfile::tempdir().unwrap();
            let desk = town::desk(lies::liar(folder.path(), lie), Jumpy::new(seed, 0));
            let load = match lie {
                Lie::BatchUnseen => hot(seed),
                _ => load(seed),
            };
            let found = run(&desk, &load, folder.path());
            println!("{lie:?}, seed {seed}: {} findings", found.len());
            found.iter().any(|finding| finding.contains(says))
        });
        assert!(is_found, "nobody noticed: {lie:?}");
    }
}

#[test]
fn one_seed_makes_one_log() {
    let root = |seed: u64| {
        let folder = tempfile::tempdir().unwrap();
        let store = town::sqlite(&folder.path().join("register.db"));
        let desk = town::desk(store, Jumpy::new(seed, 0));
        let load = load(seed);
        town::found(&desk, load.size);
        load::run_in_turns(&desk, &load, folder.path());
        let found = auditor::audit(&journal::calls(folder.path()), &log(&desk));
        expect_lawful(&found, seed, "one_seed");
        let reading = desk.reading().unwrap();
        let head = reading.head().unwrap().position.0;
        (head, reading.root(head).unwrap())
    };
    let seed = seeds(1)[0];
    assert_eq!(root(seed), root(seed), "one seed made two logs");
    assert_ne!(root(seed), root(seed + 1));
}
