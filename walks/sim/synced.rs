//! No answer is given before what it rests on was synced: seen from outside, in the calls that the
//! system was asked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use casework::gate::Turnstile;
use walks::postgres::{self, Postgres};
use walks::program::may_trace;

use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::journal::Told;
use crate::load::Gate;
use crate::place::{Engine, Place};
use crate::races::is_full;
use crate::serving::{Servers, Tokens};
use crate::town::{self, Size};

/// Clients at once: enough that several share a commit.
const CLIENTS: u64 = 4;

/// How often the trace is looked at until its end is there: half a minute.
const LOOKED_MAX: u32 = 300;
const BETWEEN_LOOKING: Duration = Duration::from_millis(100);

const SIZE: Size = Size {
    permits: 6,
    granted: 10_000,
};

/// What is traced: writes and syncs of files, and what goes out of sockets.
const TRACED: &str = "trace=pwrite64,pwritev,pwritev2,fdatasync,fsync,write,writev,sendto,sendmsg";

fn requests() -> u64 {
    if is_full() { 250 } else { 10 }
}

/// A text as it stands in a trace in which all texts are hexadecimal.
fn traced(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// One call of one process, from one line of the trace to another.
#[derive(Debug, Clone)]
struct Call<'a> {
    process: &'a str,
    name: &'a str,
    words: &'a str,
    begun: usize,
    ended: usize,
    failed: bool,
}

/// Puts together calls that the trace shows in two halves, since others came between.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut under_way: BTreeMap<&str, Call<'_>> = BTreeMap::new();
    let mut calls = Vec::new();
    for (number, line) in trace.lines().enumerate() {
        let Some((process, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        if let Some((_, gave)) = rest.split_once(" resumed>") {
            if let Some(mut call) = under_way.remove(process) {
                call.ended = number;
                call.failed = gave.contains("= -1");
                calls.push(call);
            }
            continue;
        }
        let Some((name, words)) = rest.split_once('(') else {
            continue;
        };
        let call = Call {
            process,
            name,
            words,
            begun: number,
            ended: number,
            failed: words.contains(") = -1"),
        };
        if words.ends_with("<unfinished ...>") {
            under_way.insert(process, call);
        } else {
            calls.push(call);
        }
    }
    calls.sort_by_key(|call| call.begun);
    calls
}

/// Where the log of an engine lies, as its path shows it, and what its answer looks like.
struct Engines<'a> {
    /// Part of the path of the log.
    log: String,
    /// What stands in the log once something is written: by key.
    written: &'a dyn Fn(&str) -> String,
    /// What stands in the answer.
    answered: &'a dyn Fn(&str) -> String,
    /// Whether the one that writes the log is the one that answers.
    is_one_process: bool,
}

/// How many acknowledgements were followed, and which of them came before their sync.
fn follow(calls: &[Call<'_>], keys: &[String], of: &Engines<'_>) -> (usize, Vec<String>) {
    let to_log = |call: &&Call<'_>| call.words.contains(&of.log) && !call.failed;
    let writes: Vec<&Call<'_>> = calls
        .iter()
        .filter(|call| call.name.starts_with("pwrite"))
        .filter(to_log)
        .collect();
    let syncs: Vec<&Call<'_>> = calls
        .iter()
        .filter(|call| matches!(call.name, "fdatasync" | "fsync"))
        .filter(to_log)
        .collect();
    let (mut followed, mut early) = (0, Vec::new());
    for key in keys {
        let (written, answered) = ((of.written)(key), (of.answered)(key));
        let Some(write) = writes.iter().find(|call| call.words.contains(&written)) else {
            continue;
        };
        let is_answer = |call: &&Call<'_>| {
            let goes_out = matches!(call.name, "write" | "writev" | "sendto" | "sendmsg");
            goes_out
                && (!of.is_one_process || call.process == write.process)
                && (!of.is_one_process || call.begun > write.begun)
                && call.words.contains(&answered)
        };
        let Some(answer) = calls.iter().find(is_answer) else {
            continue;
        };
        followed += 1;
        let is_synced = syncs
            .iter()
            .any(|sync| sync.begun > write.ended && sync.ended < answer.begun);
        if !is_synced {
            early.push(format!(
                "{key}: written at {}, answered at {}",
                write.begun, answer.begun
            ));
        }
    }
    (followed, early)
}

/// Holds the trace against the keys that were acknowledged, and against mutants of itself.
fn expect_synced(trace: &str, keys: &[String], engine: &Engines<'_>) {
    let calls = calls(trace);
    let (followed, early) = follow(&calls, keys, engine);
    assert!(
        early.is_empty(),
        "answered before it was synced: {early:#?}"
    );
    // A key may be cut by the edge of a page, and is then not found.
    assert!(
        followed * 10 >= keys.len() * 8 && followed > 0,
        "only {followed} of {} were followed",
        keys.len()
    );
    let syncs = calls.iter().filter(|call| call.name.ends_with("sync"));
    println!(
        "{followed} answers, each after its sync, of {} syncs",
        syncs.count()
    );
    // Mutants: nothing is synced, as with `synchronous` off; and answers are given while the sync
    // is still under way.
    let unsynced: Vec<Call<'_>> = calls
        .iter()
        .filter(|call| !matches!(call.name, "fdatasync" | "fsync"))
        .cloned()
        .collect();
    assert!(
        !follow(&unsynced, keys, engine).1.is_empty(),
        "a mutant lives"
    );
    let late = calls.iter().cloned().map(|mut call| {
        if matches!(call.name, "fdatasync" | "fsync") {
            call.ended = usize::MAX;
        }
        call
    });
    let late: Vec<Call<'_>> = late.collect();
    assert!(!follow(&late, keys, engine).1.is_empty(), "a mutant lives");
}

/// Lets clients reserve, and gives the keys and shipments of those who were let go.
fn reserve(gate: &Gate) -> Vec<(String, String)> {
    let who = town::actor("OFF-CUSTOMS", "customs");
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (gate, who) = (gate.clone(), who.clone());
                scope.spawn(move || {
                    let mut draw = Draw::of(1, "synced", client);
                    let mut told = Vec::new();
                    for number in 0..requests() {
                        let key = format!("synced-{client}-{number}-of-the-clients");
                        let body = town::request(&mut draw, SIZE, &key);
                        if let Told::Go { shipment, .. } = gate.reserve(&who, &body, &key) {
                            told.push((key, shipment));
                        }
                    }
                    told
                })
            })
            .collect();
        let told = clients.into_iter().map(|client| client.join().unwrap());
        told.flatten().collect()
    })
}

/// Reads a trace once strace has written its end.
fn finished(trace: &Path, ends: &str) -> String {
    for _ in 0..LOOKED_MAX {
        let text = fs::read_to_string(trace).unwrap_or_default();
        if text.contains(ends) {
            return text;
        }
        sleep(BETWEEN_LOOKING);
    }
    panic!("the trace has no end");
}

#[test]
fn no_answer_leaves_the_socket_before_its_batch_is_synced() {
    let test = "no_answer_leaves_the_socket_before_its_batch_is_synced";
    if !may_trace(test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = Engine::Sqlite.place(folder.path());
    let desk = town::desk(place.open(), Jumpy::on(1, town::first_day()));
    town::found(&desk, SIZE);
    let tokens = Tokens::appointed(&desk);
    drop(desk);
    let trace = folder.path().join("calls");
    let to = trace.display().to_string();
    // `-D`: the server stays the child of whoever minds it, and ends the trace with itself.
    let above = [
        "strace",
        "-D",
        "-f",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        TRACED,
        "-o",
        &to,
    ];
    let above = above.map(str::to_owned).to_vec();
    let store = format!("sqlite:{place}");
    let servers = Servers::start_under(above, &store, folder.path(), (1, tokens));
    let servers = Arc::new(servers);
    let told = reserve(&Gate::Served(Arc::clone(&servers)));
    assert!(!told.is_empty());
    drop(servers);
    let text = finished(&trace, "+++ killed by SIGKILL +++");
    let shipments: BTreeMap<&str, &str> = told
        .iter()
        .map(|(key, shipment)| (key.as_str(), shipment.as_str()))
        .collect();
    let engine = Engines {
        log: traced("register.db-wal"),
        written: &|key| traced(key),
        answered: &|key| traced(&format!("\"{}\"", shipments[key])),
        is_one_process: false,
    };
    let keys: Vec<String> = told.iter().map(|(key, _)| key.clone()).collect();
    expect_synced(&text, &keys, &engine);
}

/// The processes of a server: the first and those it has started so far.
fn processes(first: u32) -> Vec<String> {
    let children = format!("/proc/{first}/task/{first}/children");
    let children = fs::read_to_string(children).unwrap_or_default();
    let mut all = vec![first.to_string()];
    all.extend(children.split_whitespace().map(str::to_owned));
    all
}

/// Waits until each of these processes, as far as it still runs, is traced.
fn is_attached(processes: &[String]) -> bool {
    let is_traced = |process: &String| {
        let status = fs::read_to_string(format!("/proc/{process}/status"));
        status.map_or(true, |status| !status.contains("TracerPid:\t0\n"))
    };
    (0..LOOKED_MAX).any(|_| {
        let all = processes.iter().all(is_traced);
        if !all {
            sleep(BETWEEN_LOOKING);
        }
        all
    })
}

#[test]
fn no_backend_acknowledges_a_batch_before_it_is_synced() {
    let test = "no_backend_acknowledges_a_batch_before_it_is_synced";
    if !postgres::is_installed() {
        return walks::not_run(test, "PostgreSQL is not installed");
    }
    if !may_trace(test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Postgres::start(test).unwrap().unwrap();
    server.create_database("synced").unwrap();
    let place = Place::Database(server.address("synced"));
    town::found(&town::desk(place.open(), Jumpy::new(1, 0)), SIZE);
    let trace = folder.path().join("calls");
    let of = processes(server.process().unwrap());
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-xx", "-s", "100000000", "-e", TRACED, "-o"]);
    strace.arg(&trace);
    for process in &of {
        strace.args(["-p", process]);
    }
    let strace = strace.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut strace = strace.unwrap();
    if !is_attached(&of) {
        strace.kill().unwrap();
        strace.wait().unwrap();
        return walks::not_run(test, "strace may not attach to the server");
    }
    // A server that begins now has backends that are traced from their first call.
    let desk = town::desk(place.open(), Jumpy::new(1, 0));
    let turnstile = Arc::new(Turnstile::open(Arc::clone(&desk)).unwrap());
    let told = reserve(&Gate::Turnstile(turnstile));
    drop(desk);
    let stop = format!("kill -TERM {}", strace.id());
    Command::new("sh").args(["-c", &stop]).status().unwrap();
    strace.wait().unwrap();
    let text = fs::read_to_string(&trace).unwrap();
    drop(server);
    let commit = traced("COMMIT\0");
    let engine = Engines {
        log: traced("/pg_wal/"),
        written: &|key| traced(key),
        answered: &|_| commit.clone(),
        is_one_process: true,
    };
    let keys: Vec<String> = told.into_iter().map(|(key, _)| key).collect();
    expect_synced(&text, &keys, &engine);
}
