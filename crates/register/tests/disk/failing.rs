//! A disk that fails: syncs and writes that end in an error, and writes that end short.

use std::path::PathBuf;

use walks::program::may_trace;

use crate::child::{self, ACKNOWLEDGED, FAILED, OPENED, acknowledged, check, strace};
use crate::toy;

/// What the child said, held against what must hold. Gives whether anything failed.
fn expect_closed(said: &str, case: &str) -> bool {
    let mut has_failed = false;
    let mut ever = false;
    for line in said.lines() {
        if line.contains(OPENED) {
            has_failed = false;
        } else if line.contains(FAILED) {
            has_failed = true;
            ever = true;
        } else if line.contains(ACKNOWLEDGED) {
            assert!(!has_failed, "{case}: the register went on:\n{said}");
        }
    }
    ever
}

/// Runs the child on a failing disk, and looks at what it leaves. Gives whether anything failed.
fn fails_closed(above: &[String], commits: u64, case: &str) -> bool {
    let folder = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
    let file: PathBuf = folder.path().join("register.db");
    let said = child::run(above, &file, commits);
    let failed = expect_closed(&said, case);
    let told: Vec<(u64, String)> = said.lines().filter_map(acknowledged).collect();
    // A register of which nothing was acknowledged may never have come to be.
    if let Err(because) = check(&file, &told) {
        assert!(told.is_empty(), "{case}: {because}\n{said}");
    }
    failed
}

#[test]
fn a_failing_disk_shuts_the_register_and_loses_nothing() {
    let test = "a_failing_disk_shuts_the_register_and_loses_nothing";
    if !may_trace(test) {
        return;
    }
    let most = toy::size("REGISTER_FAILING_CALLS", 0);
    let commits = if most == 0 { 30 } else { 200 };
    let mut closed = 0;
    let usual: [(&str, &[u64]); 3] = [
        ("fdatasync", &[1, 2, 3, 5, 8, 13, 21, 24, 25, 26, 27, 30]),
        ("fsync", &[1, 2, 3, 4, 8, 13, 21]),
        (
            "pwrite64",
            &[1, 2, 5, 20, 60, 90, 110, 200, 300, 310, 320, 400],
        ),
    ];
    for (call, usual) in usual {
        let all: Vec<u64> = (1..=most).collect();
        for number in if most == 0 { usual } else { &all } {
            let inject = format!("inject={call}:error=EIO:when={number}");
            let trace = format!("trace={call}");
            let above = strace(&["-e", &trace, "-e", &inject, "-o", "/dev/null"]);
            let case = format!("EIO at {call} {number}");
            closed += u64::from(fails_closed(&above, commits, &case));
        }
    }
    // Later calls are never made; the first ones always are.
    assert!(closed >= 12, "only {closed} failed");
    println!("{closed} runs failed, and shut the register");
}

#[test]
fn a_disk_on_which_every_sync_fails_acknowledges_nothing() {
    let test = "a_disk_on_which_every_sync_fails_acknowledges_nothing";
    if !may_trace(test) {
        return;
    }
    for from in [1_u64, 9] {
        let inject = format!("inject=fdatasync,fsync:error=EIO:when={from}+");
        let above = strace(&[
            "-e",
            "trace=fdatasync,fsync",
            "-e",
            &inject,
            "-o",
            "/dev/null",
        ]);
        assert!(fails_closed(
            &above,
            20,
            &format!("EIO at every sync from {from}")
        ));
    }
}

#[test]
fn a_write_that_ends_short_shuts_the_register_and_loses_nothing() {
    // In blocks of 512 bytes: within the first pages, and within frames of the log.
    let usual = [9, 40, 151, 302, 555, 801, 1_003];
    let most = toy::size("REGISTER_SHORT_WRITES", 0);
    let all: Vec<u64> = (1..=most).map(|number| number * 7).collect();
    let mut closed = 0;
    for blocks in if most == 0 { &usual[..] } else { &all } {
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let above = ["sh", "-c", &limit, "sh"].map(str::to_owned);
        closed += u64::from(fails_closed(&above, 30, &format!("{blocks} blocks")));
    }
    assert!(closed >= 4, "only {closed} failed");
}
