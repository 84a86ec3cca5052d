//! Several processes on one register, killed at any moment.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use register::VerifyOptions;

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::journal::{self, Asked, Journal, Told};
use crate::load::{self, Gate, Load};
use crate::orders::Officers;
use crate::place::{Place, engines};
use crate::races::{each, expect_lawful, is_full, log, seeds};
use crate::town::{self, Size};

/// Tells a child its register, folder, seed and name; without it the child's test does nothing.
pub const CHILD: &str = "PORTCULLIS_SIM_CHILD";

/// Processes at a time.
const PROCESSES: u64 = 3;

fn load(seed: u64) -> Load {
    Load {
        seed,
        size: Size {
            permits: 12,
            granted: 60,
        },
        at_turnstile: 4,
        at_desk: 1,
        officers: 1,
        // More than any of them lives to make.
        requests: 100_000,
        decisions: 100_000,
        today: town::today(),
    }
}

/// Not a test of its own: the process that the test below starts and kills.
#[test]
fn child_takes_part_until_it_is_killed() {
    let Ok(told) = std::env::var(CHILD) else {
        return;
    };
    let mut words = told.split('|');
    let mut word = || words.next().unwrap();
    let (place, folder, seed, name) = (word(), word(), word(), word());
    let seed: u64 = seed.parse().unwrap();
    let folder = Path::new(folder);
    let desk = town::desk(
        Place::parse(place).open(),
        Jumpy::new(Draw::of(seed, name, 0).below(u64::MAX), 0),
    );
    load::run(&desk, &load(seed), folder, name);
}

/// Starts one process after another in one place, and kills each after so many answers.
fn start_and_kill(place: &Place, folder: &Path, seed: u64, number: u64) {
    let rounds = if is_full() { 170 } else { 3 };
    for round in 0..rounds {
        let said = format!("{place}|{}|{seed}|p{number}r{round}", folder.display());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "processes::child_takes_part_until_it_is_killed",
                "--exact",
                "--nocapture",
            ])
            .env(CHILD, said)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = usize::try_from(12 + 9 * ((number + round) % 4)).unwrap();
        let told = lines
            .map_while(Result::ok)
            .filter(|line| line.contains(journal::ECHO));
        assert_eq!(
            told.take(wanted).count(),
            wanted,
            "a process ended by itself"
        );
        // SIGKILL: nothing in the child gets to run.
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// Asks again under the same key for whoever got no answer, and gives how often.
pub fn ask_again(gate: &Gate, folder: &Path) -> u32 {
    let mut journal = Journal::open(folder, "again");
    let who = town::actor("OFF-CUSTOMS", "customs");
    let mut again = 0;
    for call in journal::calls(folder) {
        if let (Asked::Reserve { key, body }, None | Some(Told::Unknown { .. })) =
            (call.asked, call.told)
        {
            let request = serde_json::from_value(body.clone()).unwrap();
            let asked = Asked::Reserve {
                key: key.clone(),
                body,
            };
            journal.call(asked, || gate.reserve(&who, &request, &key));
            again += 1;
        }
    }
    again
}

#[test]
fn processes_that_are_killed_lose_nothing_and_let_nothing_through() {
    let test = "processes_that_are_killed_lose_nothing_and_let_nothing_through";
    for (engine, seed) in each(&engines(test), &seeds(1)) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let place = engine.place(folder);
        let desk = town::desk(place.open(), Jumpy::new(seed, 0));
        town::found(&desk, load(seed).size);
        std::thread::scope(|scope| {
            for number in 0..PROCESSES {
                let place = &place;
                scope.spawn(move || start_and_kill(place, folder, seed, number));
            }
        });
        // Whoever got no answer asks again under the same key.
        let again = ask_again(&Gate::Desk(desk.clone()), folder);
        Officers::of(&desk).settle();
        let log = log(&desk);
        expect_lawful(
            &auditor::audit(&journal::calls(folder), &log),
            seed,
            "processes_that_are_killed",
        );
        let report = desk
            .store()
            .verify(&VerifyOptions::default(), &mut |_| ())
            .unwrap();
        assert!(report.is_clean(), "seed {seed}: {:#?}", report.findings);
        println!(
            "{engine:?}, seed {seed}: {} events, {again} asked again",
            log.len()
        );
    }
}
