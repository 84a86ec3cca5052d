//! The process whose disk fails: it commits and says what it was told.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use register::hash::Digest;
use register::sqlite::SqliteStore;
use register::store::{Store, StoredAnswer};

use crate::toy::{self, drawn, issued, message, stamp};

/// Tells the child which file to write to; without it the child test does nothing.
const FILE: &str = "REGISTER_DISK_FILE";
/// Tells the child how often it commits.
const COMMITS: &str = "REGISTER_DISK_COMMITS";
/// The register is closed and opened again after so many commits.
const OPENED_FOR: u64 = 20;
/// How often the child goes on after it was refused.
const REFUSALS_MAX: u32 = 5;

/// What the child says of a commit that is durable: position and leaf.
pub const ACKNOWLEDGED: &str = "acknowledged ";
/// What the child says of a commit that failed.
pub const FAILED: &str = "failed ";
/// What the child says when it opens the register anew.
pub const OPENED: &str = "opened";

/// One commit of one to seven events, with a message and an answer.
fn commit(store: &dyn Store, number: u64) -> Result<String, String> {
    let said = |fault: &dyn std::fmt::Display| fault.to_string();
    let minutes = i64::try_from(number).unwrap();
    let mut writing = store.write(stamp(minutes)).map_err(|fault| said(&fault))?;
    let head = writing.head().map_err(|fault| said(&fault))?.position.0;
    let events = match head {
        0 => vec![issued("P-1", "PTY-1", 1_000_000)],
        _ => (0..=number % 7).map(|_| drawn("P-1", 1)).collect(),
    };
    let outgoing = vec![message(&format!("M-{number}"))];
    let appended = writing.append(events, None, outgoing);
    let at = appended.map_err(|refusal| said(&refusal))?.last;
    let answer = StoredAnswer {
        request: Digest::of(&number.to_be_bytes()),
        answer: "{}".into(),
        events: Some((at, at)),
    };
    writing
        .remember_answer(&format!("K-{number}"), &answer)
        .map_err(|fault| said(&fault))?;
    let leaf = writing.head().map_err(|fault| said(&fault))?.leaf;
    writing.commit().map_err(|fault| said(&fault))?;
    Ok(format!("{at} {leaf}"))
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn open(file: &Path) -> Option<SqliteStore> {
    match toy::open(file, "toy-1") {
        Ok(store) => {
            say(OPENED);
            Some(store)
        }
        Err(fault) => {
            say(&format!("{FAILED}{fault}"));
            None
        }
    }
}

/// Not a test of its own: the child that the tests start.
#[test]
fn child_commits_and_says_what_it_was_told() {
    let Some(file) = std::env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let commits: u64 = std::env::var(COMMITS).unwrap().parse().unwrap();
    let Some(mut store) = open(&file) else {
        return;
    };
    let mut refusals = 0;
    for number in 1..=commits {
        match commit(&store, number) {
            Ok(told) => say(&format!("{ACKNOWLEDGED}{told}")),
            Err(because) => {
                say(&format!("{FAILED}{because}"));
                refusals += 1;
            }
        }
        if refusals > REFUSALS_MAX {
            return;
        }
        if number % OPENED_FOR == 0 {
            drop(store);
            match open(&file) {
                Some(again) => store = again,
                None => return,
            }
        }
    }
}

/// Runs the child under another program, and gives what it said.
pub fn run(above: &[String], file: &Path, commits: u64) -> String {
    let child = std::env::current_exe().unwrap();
    let ended = Command::new(&above[0])
        .args(&above[1..])
        .arg(child)
        .args(["child::child_commits_and_says_what_it_was_told", "--exact"])
        .args(["--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .env(COMMITS, commits.to_string())
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(
        ended.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    said
}

/// The words that run a program under strace with these words.
pub fn strace(words: &[&str]) -> Vec<String> {
    let strace = ["strace", "-f", "-qq", "--signal=none"];
    let words = strace.iter().chain(words);
    words.map(|word| (*word).to_owned()).collect()
}

/// An acknowledgement: the last position and its leaf.
pub fn acknowledged(line: &str) -> Option<(u64, String)> {
    let (_, told) = line.split_once(ACKNOWLEDGED)?;
    let (position, leaf) = told.trim().split_once(' ')?;
    Some((position.parse().ok()?, leaf.to_owned()))
}

/// Why a register is not whole, or lacks what was acknowledged; nothing where it is as it must be.
pub fn check(file: &Path, told: &[(u64, String)]) -> Result<(), String> {
    let store = toy::open(file, "toy-1").map_err(|fault| format!("cannot be opened: {fault}"))?;
    let report = toy::verify(&store);
    if !report.is_clean() {
        return Err(format!("is not whole: {:?}", report.findings));
    }
    let reading = store.read().map_err(|fault| fault.to_string())?;
    for (position, leaf) in told {
        let event = reading
            .event(domain::time::Position(*position))
            .map_err(|fault| fault.to_string())?;
        if event.map(|event| event.leaf.to_string()).as_ref() != Some(leaf) {
            return Err(format!("lacks the acknowledged event {position}"));
        }
    }
    Ok(())
}
