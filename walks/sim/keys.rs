//! One key many times, one permit drawn by many, an answer that was lost, and a full queue.

use std::sync::{Arc, Barrier};

use casework::Desk;
use casework::gate::{GateAnswer, Turnstile};
use domain::measure::Selection;
use domain::measure::sign::Hand;

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::journal::{self, Asked, Journal, Told};
use crate::lies::{self, Lie};
use crate::load::Gate;
use crate::orders::{self, Officers};
use crate::place::{Engine, Place, engines};
use crate::races::{each, expect_lawful, is_full, log, seeds, stream};
use crate::town::{self, Size};

const SMALL: Size = Size {
    permits: 1,
    granted: 40,
};

/// Ways through the gate of a register: each server's turnstile, and the desk of the first.
fn gates(place: &Place, seed: u64, servers: usize) -> (Arc<Desk>, Vec<Gate>) {
    let desks: Vec<Arc<Desk>> = (0..servers)
        .map(|server| town::desk(place.open(), Jumpy::new(stream(seed, server), 0)))
        .collect();
    let mut gates = vec![Gate::Desk(Arc::clone(&desks[0]))];
    gates.extend(
        desks
            .iter()
            .map(|desk| Gate::Turnstile(Arc::new(Turnstile::open(Arc::clone(desk)).unwrap()))),
    );
    (Arc::clone(&desks[0]), gates)
}

/// Calls the gate from so many threads at once, each with its own request, by all the ways in turn.
fn at_once(
    gates: &[Gate],
    folder: &std::path::Path,
    requests: Vec<(String, casework::gate::ReleaseRequest)>,
) -> Vec<Told> {
    let who = town::actor("OFF-CUSTOMS", "customs");
    let start = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = requests
            .iter()
            .zip(gates.iter().cycle())
            .enumerate()
            .map(|(client, ((key, body), gate))| {
                let (who, start) = (&who, &start);
                scope.spawn(move || {
                    let mut journal = Journal::open(folder, &format!("client-{client}"));
                    let asked = Asked::Reserve {
                        key: key.clone(),
                        body: serde_json::to_value(body).unwrap(),
                    };
                    start.wait();
                    journal.call(asked, || gate.reserve(who, body, key))
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn one_key_at_once_has_one_effect_and_another_body_is_refused() {
    let engines = engines("one_key_at_once_has_one_effect_and_another_body_is_refused");
    for (engine, seed) in each(&engines, &seeds(1)) {
        let folder = tempfile::tempdir().unwrap();
        let place = engine.place(folder.path());
        let (desk, gates) = gates(&place, seed, engine.servers());
        town::found(&desk, SMALL);
        for (round, times) in [2, 8, 64].into_iter().enumerate() {
            // By each way alone, and by all of them at once.
            for (way, gates) in gates.chunks(1).chain([&gates[..]]).enumerate() {
                let key = format!("key-{round}-{way}");
                let body = town::request(&mut Draw::of(seed, &key, 0), SMALL, &key);
                let mut other = body.clone();
                other.lodged.office = domain::id::OfficeId::new("OFC-2").unwrap();
                let requests = (0..times).map(|_| (key.clone(), body.clone())).collect();
                let told = at_once(gates, folder.path(), requests);
                let firsts = told.iter().filter(|told| is_first(told)).count();
                assert_eq!(firsts, 1, "{engine:?}, seed {seed}: {told:?}");
                let late = at_once(gates, folder.path(), vec![(key, other)]);
                assert!(
                    matches!(&late[..], [Told::No { .. }]),
                    "seed {seed}: {late:?}"
                );
            }
        }
        let found = auditor::audit(&journal::calls(folder.path()), &log(&desk));
        expect_lawful(&found, seed, "one_key_at_once");
    }
}

fn is_first(told: &Told) -> bool {
    matches!(
        told,
        Told::Go {
            is_repeat: false,
            ..
        } | Told::Stop {
            is_repeat: false,
            ..
        }
    )
}

#[test]
fn many_on_one_permit_take_exactly_what_was_granted() {
    let clients = if is_full() { 64 } else { 16 };
    let engines = engines("many_on_one_permit_take_exactly_what_was_granted");
    for (engine, seed) in each(&engines, &seeds(1)) {
        let folder = tempfile::tempdir().unwrap();
        let place = engine.place(folder.path());
        let (desk, gates) = gates(&place, seed, engine.servers());
        town::found(&desk, SMALL);
        // By the desk alone, and by every server's turnstile at once.
        let (at_desk, at_turnstiles) = gates.split_at(1);
        for (line, gates) in [(1, at_desk), (2, at_turnstiles)] {
            // Three pieces at a time, more often than there are pieces; the value is ample.
            let requests = (0..clients * 2).map(|number| {
                let key = format!("{line}-{number}");
                let mut body = town::request(&mut Draw::of(seed, &key, 0), SMALL, &key);
                body.lines.truncate(1);
                body.lines[0].line = domain::item::LineNo(line);
                let unit = if line == 1 { "C62" } else { "KGM" };
                body.lines[0].quantity = domain::quantity::Quantity::parse("3", unit).unwrap();
                (key, body)
            });
            let told = at_once(gates, folder.path(), requests.collect());
            let goes = told
                .iter()
                .filter(|told| matches!(told, Told::Go { .. }))
                .count();
            // 40 holds 3 thirteen times.
            assert_eq!(goes, 13, "{engine:?}, seed {seed}: {told:?}");
        }
        let found = auditor::audit(&journal::calls(folder.path()), &log(&desk));
        expect_lawful(&found, seed, "many_on_one_permit");
    }
}

#[test]
fn an_answer_lost_after_the_commit_is_given_to_whoever_asks_again() {
    for engine in engines("an_answer_lost_after_the_commit_is_given_to_whoever_asks_again") {
        lose_an_answer(engine);
    }
}

fn lose_an_answer(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let place = engine.place(folder.path());
    let key = "lost";
    let body = town::request(&mut Draw::of(1, key, 0), SMALL, key);
    let (honest, gates) = gates(&place, 1, engine.servers());
    town::found(&honest, SMALL);
    let cut = lies::liar(&place, folder.path(), Lie::AnswerCut);
    let cut = town::desk(cut, Jumpy::new(2, 0));
    // The commit became durable and its answer did not arrive: nobody is told that it may leave.
    let through = Gate::Turnstile(Arc::new(Turnstile::open(cut).unwrap()));
    let asked = || vec![(key.into(), body.clone())];
    let told = at_once(&[through], folder.path(), asked());
    assert!(matches!(&told[..], [Told::Unknown { .. }]), "{told:?}");
    // Asked again, of another server: the first answer, with its place in the log.
    let head = honest.reading().unwrap().head().unwrap().position.0;
    for gate in gates.chunks(1) {
        let told = at_once(gate, folder.path(), asked());
        assert!(
            matches!(&told[..], [Told::Go { at, is_repeat: true, .. }] if *at == head),
            "{told:?}"
        );
    }
    let found = auditor::audit(&journal::calls(folder.path()), &log(&honest));
    expect_lawful(&found, 1, "an_answer_lost");
}

#[test]
fn a_repeated_go_names_the_stops_that_came_since() {
    for engine in engines("a_repeated_go_names_the_stops_that_came_since") {
        repeat_after_a_stop(engine);
    }
}

fn repeat_after_a_stop(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let place = engine.place(folder.path());
    let (desk, gates) = gates(&place, 1, engine.servers());
    town::found(&desk, SMALL);
    let body = town::request(&mut Draw::of(1, "since", 0), SMALL, "since");
    let who = town::actor("OFF-CUSTOMS", "customs");
    let first = gates[0].reserve(&who, &body, "since");
    assert!(
        matches!(&first, Told::Go { is_repeat: false, stopped_since, .. }
        if stopped_since.is_empty())
    );
    stop_everything(&desk, "SINCE");
    for gate in &gates {
        let again = gate.reserve(&who, &body, "since");
        assert!(
            matches!(&again, Told::Go { is_repeat: true, stopped_since, .. }
                if *stopped_since == ["ORD-SINCE"]),
            "{again:?}"
        );
    }
}

fn stop_everything(desk: &Desk, id: &str) -> Told {
    let officers = Officers::of(desk);
    let decision = propose_stop(&officers, id);
    officers.sign(&decision, Hand::Second)
}

pub fn propose_stop(officers: &Officers<'_>, id: &str) -> domain::id::DecisionId {
    let mut draft = orders::empty(id, town::today());
    draft.orders.push(orders::suspend(
        id,
        Selection::Named {
            permits: [town::permit(0)].into(),
            lines: [].into(),
        },
        town::today(),
    ));
    officers.propose(draft).unwrap()
}

#[test]
fn a_refusal_uses_up_no_number_of_a_shipment() {
    let folder = tempfile::tempdir().unwrap();
    let store = Engine::Sqlite.place(folder.path()).open();
    let desk = town::desk(store, Jumpy::new(1, 0));
    town::found(&desk, SMALL);
    let who = town::actor("OFF-CUSTOMS", "customs");
    let asked = town::request(&mut Draw::of(1, "number", 0), SMALL, "declared");
    let mut unknown = asked.clone();
    unknown.permit = town::permit(99);
    let refused = desk.reserve(&who, &unknown, "first").unwrap().what;
    assert!(matches!(refused, GateAnswer::Refused { .. }), "{refused:?}");
    let GateAnswer::Released { shipment, .. } = desk.reserve(&who, &asked, "second").unwrap().what
    else {
        panic!("released");
    };
    let number = shipment.as_str().rsplit('-').next().unwrap();
    assert_eq!(number.parse::<u64>().unwrap(), 1, "{shipment}");
}
