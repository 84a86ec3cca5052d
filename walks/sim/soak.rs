//! Servers under more load than they bear, and for a long time.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use casework::gate::BATCH_MAX;
use domain::measure::sign::Hand;

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::journal::{self, Asked, Journal, Told};
use crate::keys::propose_stop;
use crate::load::{self, Gate, Load};
use crate::orders::Officers;
use crate::place::{Engine, Place};
use crate::races::{self, expect_lawful, is_full, log};
use crate::serving::{Servers, Tokens};
use crate::town::{self, Size};

/// Rounds of the soak; each ends with a kill.
const ROUNDS: &str = "PORTCULLIS_SOAK_ROUNDS";

/// What a server may grow by after its first round beside what the register grew by: allocations
/// that come and go, and threads that were not needed before.
const GROWTH_KIB_MAX: u64 = 48 * 1024;

#[expect(
    clippy::disallowed_methods,
    reason = "a figure that is printed, not checked"
)]
fn now() -> Instant {
    Instant::now()
}

fn found(place: &Place, size: Size) -> Tokens {
    let desk = town::desk(place.open(), Jumpy::on(1, town::first_day()));
    town::found(&desk, size);
    Tokens::appointed(&desk)
}

/// Asks without a pause until it is enough. Gives how many were answered and how many turned away.
fn press(gate: &Gate, size: Size, client: u64, folder: &Path, enough: &AtomicBool) -> [u64; 2] {
    let who = town::actor("OFF-CUSTOMS", "customs");
    let mut journal = Journal::open(folder, &format!("press-{client}"));
    let mut draw = Draw::of(1, "press", client);
    let mut counts = [0, 0];
    for number in 0_u64.. {
        if enough.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("press-{client}-{number}");
        let request = town::request(&mut draw, size, &key);
        let asked = Asked::Reserve {
            key: key.clone(),
            body: serde_json::to_value(&request).unwrap(),
        };
        match journal.call(asked, || gate.reserve(&who, &request, &key)) {
            Told::Go { .. } | Told::Stop { .. } => counts[0] += 1,
            Told::No { because } => {
                assert!(because.starts_with("429"), "turned away with {because}");
                counts[1] += 1;
            }
            // 503, or a connection that was refused: nobody was told anything.
            _ => counts[1] += 1,
        }
    }
    counts
}

#[test]
fn a_stop_gets_through_a_crowd_over_http_after_a_batch_or_two() {
    let size = Size {
        permits: 16,
        granted: 1_000_000,
    };
    let (clients, stops) = if is_full() { (256, 40) } else { (64, 4) };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let place = Engine::Sqlite.place(folder);
    let tokens = found(&place, size);
    let servers = Servers::start(&format!("sqlite:{place}"), folder, 1, tokens);
    let servers = Arc::new(servers);
    let desk = town::desk(place.open(), Jumpy::on(1, servers.today()));
    let officers = Officers::served(&desk, &servers);
    let proposed: Vec<_> = (0..=stops)
        .map(|number| propose_stop(&officers, &format!("CROWD-{number}")))
        .collect();
    let begun = now();
    let quiet = officers.sign(&proposed[0], Hand::Second);
    let quiet_ms = begun.elapsed().as_millis();
    assert!(matches!(quiet, Told::Done { .. }), "{quiet:?}");
    let enough = AtomicBool::new(false);
    let (counts, waited, pressed_ms) = std::thread::scope(|scope| {
        let gate = Gate::Served(Arc::clone(&servers));
        let crowd: Vec<_> = (0..clients)
            .map(|client| {
                let (gate, enough) = (gate.clone(), &enough);
                scope.spawn(move || press(&gate, size, client, folder, enough))
            })
            .collect();
        let apart = usize::try_from(clients * 2).unwrap();
        let (mut waited, mut longest) = (Vec::new(), 0);
        for stop in &proposed[1..] {
            servers.await_answers(servers.answered() + apart);
            let (before, begun) = (servers.answered(), now());
            let signed = officers.sign(stop, Hand::Second);
            longest = longest.max(begun.elapsed().as_millis());
            waited.push(servers.answered() - before);
            if !matches!(signed, Told::Done { .. }) {
                enough.store(true, Ordering::Relaxed);
                panic!("a stop did not get through: {signed:?}");
            }
        }
        enough.store(true, Ordering::Relaxed);
        let mut counts = [0, 0];
        for client in crowd {
            let [answered, away] = client.join().unwrap();
            counts = [counts[0] + answered, counts[1] + away];
        }
        (counts, waited, longest)
    });
    officers.settle();
    drop((officers, servers));
    println!(
        "{clients} at once: {counts:?} answered and turned away; a stop waited for {waited:?} of \
         them; {quiet_ms} ms in quiet, at most {pressed_ms} ms in the crowd"
    );
    // The batch under way, the one that was taken while the stop was read, and those whose answers
    // were on their way.
    let most = 2 * BATCH_MAX + usize::try_from(clients).unwrap();
    assert!(waited.iter().all(|answers| *answers <= most), "{waited:?}");
    assert!(counts[0] > clients, "the crowd was hardly answered");
    let found = auditor::audit(&journal::calls(folder), &log(&desk));
    expect_lawful(&found, 1, "a_stop_gets_through_a_crowd");
}

/// Resident memory of a process, in KiB.
fn resident_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

#[test]
fn servers_that_go_on_for_long_neither_grow_nor_err() {
    let seed = 1;
    let rounds: u64 = std::env::var(ROUNDS).map_or(3, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let place = Engine::Sqlite.place(folder);
    let usual = races::load(seed);
    let tokens = found(&place, usual.size);
    let file = folder.join("register.db");
    // Two servers of one file: one is killed in each round, the other is watched.
    let servers = Servers::start(&format!("sqlite:{place}"), folder, 2, tokens);
    let servers = Arc::new(servers);
    let today = servers.today();
    let desk = town::desk(place.open(), Jumpy::on(seed, today));
    let mut seen = Vec::new();
    for round in 0..rounds {
        let load = Load {
            seed: seed + round,
            today,
            ..usual
        };
        let officers = Officers::served(&desk, &servers);
        let gate = |_| Gate::Served(Arc::clone(&servers));
        let half = usize::try_from((load.at_turnstile + load.at_desk) * load.requests / 2).unwrap();
        std::thread::scope(|scope| {
            let name = format!("soak-{round}");
            let (load, officers, gate) = (&load, &officers, &gate);
            scope.spawn(move || load::run_by(gate, officers, load, folder, &name));
            servers.await_answers(servers.answered() + half);
            servers.kill(1);
            servers.start_again(1);
        });
        let stored = fs::metadata(&file).unwrap().len() / 1024;
        seen.push((resident_kib(servers.process(0)), stored));
    }
    let again = crate::processes::ask_again(&Gate::Served(Arc::clone(&servers)), folder);
    Officers::served(&desk, &servers).settle();
    drop(servers);
    println!("{rounds} rounds, {again} asked again; resident and stored KiB: {seen:?}");
    let ((first, stored), (last, stored_last)) = (seen[0], seen[seen.len() - 1]);
    assert!(
        last <= first + GROWTH_KIB_MAX + 2 * stored_last.saturating_sub(stored),
        "a server grew: {seen:?}"
    );
    let found = auditor::audit(&journal::calls(folder), &log(&desk));
    expect_lawful(&found, seed, "servers_that_go_on_for_long");
    let report = desk.store().verify(&Default::default(), &mut |_| ());
    assert!(report.unwrap().is_clean());
}
