//! A register that is killed in the middle of its work loses nothing that it acknowledged.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use domain::time::Position;
use register::event::Query;
use toy::{drawn, issued, message, stamp};

/// Tells the child which file to write to; without it the child test does nothing.
const FILE: &str = "REGISTER_CRASH_FILE";
/// The key that names the acknowledged write, at the start of a line.
const ACKNOWLEDGED: &str = "acknowledged ";
/// How often the register is killed.
const ROUNDS: u64 = 6;

/// Not a test of its own: the child that the test below starts and kills.
#[test]
fn child_appends_until_it_is_killed() {
    let Some(file) = std::env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let store = toy::sqlite(&file);
    let mut out = std::io::stdout();
    for minutes in 1.. {
        let mut writing = store.write(stamp(minutes)).unwrap();
        let head = writing.head().unwrap().position.0;
        let events = match head {
            0 => vec![issued("P-1", "PTY-1", 1_000_000)],
            _ => (0..=head % 7).map(|_| drawn("P-1", 1)).collect(),
        };
        let outgoing = vec![message(&format!("M-{head}"))];
        let appended = writing.append(events, None, outgoing).unwrap();
        let leaf = writing.head().unwrap().leaf;
        writing.commit().unwrap();
        writeln!(out, "{ACKNOWLEDGED}{} {leaf}", appended.last).unwrap();
        out.flush().unwrap();
    }
}

fn start(file: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child_appends_until_it_is_killed", "--exact", "--nocapture"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads so many acknowledgements, kills the child, and reads what it had still said.
fn acknowledged_until_killed(file: &Path, wanted: usize) -> Vec<(u64, String)> {
    let mut child = start(file);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut read = || -> Option<(u64, String)> {
        loop {
            let line = lines.next()?.ok()?;
            // The first line of output is shared with the test runner's own.
            let Some((_, told)) = line.split_once(ACKNOWLEDGED) else {
                continue;
            };
            // A line that the kill cut short was not acknowledged.
            let (position, leaf) = told.split_once(' ')?;
            return (leaf.len() == 64).then(|| (position.parse().unwrap(), leaf.to_owned()));
        }
    };
    let mut acknowledged: Vec<(u64, String)> = std::iter::from_fn(&mut read).take(wanted).collect();
    assert_eq!(acknowledged.len(), wanted, "the child ended by itself");
    // SIGKILL: nothing in the child gets to run.
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(std::iter::from_fn(&mut read));
    acknowledged
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.db");
    let mut acknowledged = BTreeMap::new();
    for round in 0..ROUNDS {
        let wanted = usize::try_from(1 + round * 5).unwrap();
        acknowledged.extend(acknowledged_until_killed(&file, wanted));
        let store = toy::sqlite(&file);
        let report = toy::verify(store.as_ref());
        assert!(report.is_clean(), "round {round}: {:#?}", report.findings);
        let reading = store.read().unwrap();
        for (position, leaf) in &acknowledged {
            let event = reading.event(Position(*position)).unwrap();
            assert_eq!(
                event.map(|event| event.leaf.to_string()).as_ref(),
                Some(leaf)
            );
        }
        // Each write is whole: its message is there if and only if its events are.
        let head = reading.head().unwrap().position;
        let sent = reading
            .outbox(register::store::OutboxPart::All, 0, 10_000)
            .unwrap();
        assert_eq!(sent.last().unwrap().position, head);
        let events = reading
            .events(&Query::default(), Position(0), None, 10_000)
            .unwrap();
        assert_eq!(u64::try_from(events.len()).unwrap(), head.0);
    }
}
