//! A register of an earlier release that is brought up to date, and killed in the middle of it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use register::event::StoredEvent;
use register::hash::Digest;
use register::projection::{Key, Projection, ProjectionFault, States, ViewRow};
use register::sqlite::SqliteStore;
use register::store::Store;
use rusqlite::Connection;
use toy::Toy;

/// A register as the first release with tables of schema 1 left it: `toy::furnish` with 100 events.
const SCHEMA_1: &str = include_str!("fixtures/schema-1.sql");
/// The root over its events, kept when it was made.
const ROOT: &str = "f36e72a7bcc699f2c2eb1520efa76bb17c3f3f77daf549436aaaf5c43c4b2787";
/// Its events.
const EVENTS: u64 = 100;

/// Tells the child which file to open; without it the child test does nothing.
const FILE: &str = "REGISTER_UPGRADE_FILE";
/// Makes the child wait for a line before each event that it folds.
const STEPS: &str = "REGISTER_UPGRADE_STEPS";
/// What the child says before each event that it folds.
const FOLDING: &str = "folding ";

/// The projection of the new release: every row says one thing more.
struct Newer {
    /// Says each event that is folded, and may wait.
    tells: bool,
    steps: bool,
}

impl Projection for Newer {
    fn version(&self) -> &'static str {
        "toy-2"
    }

    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault> {
        if self.tells {
            let mut out = std::io::stdout();
            writeln!(out, "{FOLDING}{}", event.position).unwrap();
            out.flush().unwrap();
        }
        if self.steps {
            // The end of the input is the parent's, which then kills nobody.
            std::io::stdin().read_line(&mut String::new()).unwrap();
        }
        let mut rows = Toy("").apply(event, states)?;
        for (key, row) in &mut rows {
            if key.kind == "permit" {
                row.index.push(("new".into(), key.id.clone()));
            }
        }
        Ok(rows)
    }
}

fn open(path: &Path, newer: Newer) -> SqliteStore {
    SqliteStore::open(path, Arc::new(newer), &mut |_| ()).unwrap()
}

fn quiet() -> Newer {
    Newer {
        tells: false,
        steps: false,
    }
}

/// Not a test of its own: the child that the test below starts and kills.
#[test]
fn child_brings_the_register_up_to_date() {
    let Some(file) = std::env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let newer = Newer {
        tells: true,
        steps: std::env::var_os(STEPS).is_some(),
    };
    drop(open(&file, newer));
}

fn start(file: &Path, steps: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["child_brings_the_register_up_to_date", "--exact"])
        .args(["--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if steps {
        command.env(STEPS, "1");
    }
    command.spawn().unwrap()
}

/// Kills the child at an event: while it waits before folding it, or while it runs on from there.
fn kill_at(file: &Path, event: u64, steps: bool) {
    let mut child = start(file, steps);
    let mut stdin = child.stdin.take().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let folding = lines
        .map_while(Result::ok)
        .filter(|line| line.contains(FOLDING));
    let wanted = usize::try_from(event).unwrap();
    let mut reached = 0;
    for _ in folding.take(wanted) {
        reached += 1;
        if steps && reached < wanted {
            stdin.write_all(b"\n").unwrap();
        }
    }
    assert_eq!(reached, wanted, "the child ended by itself");
    // SIGKILL: nothing in the child gets to run.
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The projection that the file names, and a digest of every row and index entry of its views. Read
/// from a copy, so that the file stays as the kill left it.
fn views(file: &Path) -> (String, Digest) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    for tail in ["", "-wal"] {
        let of = |path: &Path| PathBuf::from(format!("{}{tail}", path.display()));
        if of(file).exists() {
            std::fs::copy(of(file), of(&copy)).unwrap();
        }
    }
    let connection = Connection::open(&copy).unwrap();
    let text = |sql: &str| -> String {
        let lines: Vec<String> = connection
            .prepare(sql)
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        lines.join("\n")
    };
    let rows =
        text("SELECT json_array(kind, id, position, body, entries) FROM view ORDER BY kind, id");
    let entries = text(
        "SELECT json_array(kind, name, value, id) FROM view_index JOIN view_lookup
         ON number = lookup ORDER BY kind, name, value, id",
    );
    let digest = Digest::of(format!("{rows}\n\n{entries}").as_bytes());
    (
        text("SELECT value FROM meta WHERE name = 'projection'"),
        digest,
    )
}

/// The register of the earlier release, with as many events as are asked for.
fn earlier(path: &Path) -> u64 {
    Connection::open(path)
        .unwrap()
        .execute_batch(SCHEMA_1)
        .unwrap();
    let wanted = toy::size("REGISTER_UPGRADE_EVENTS", EVENTS);
    if wanted > EVENTS {
        let store = toy::sqlite(path);
        let mut writing = store.write(toy::stamp(2_000)).unwrap();
        for number in EVENTS..wanted {
            let permit = format!("Q-{number}");
            let next = toy::issued(&permit, &format!("PTY-{}", number % 97), 100);
            writing.append(vec![next], None, Vec::new()).unwrap();
        }
        writing.commit().unwrap();
        drop(store);
        // Back to the tables of the earlier release.
        Connection::open(path)
            .unwrap()
            .execute_batch(
                "DELETE FROM schema_version WHERE version > 1; DELETE FROM meta WHERE name = 'beside'",
            )
            .unwrap();
    }
    wanted.max(EVENTS)
}

#[test]
fn an_upgrade_that_is_killed_resumes_and_ends_as_a_replay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    let events = earlier(&path);
    let (version, before) = views(&path);
    assert_eq!(version, "toy-1");
    // What the upgrade must give: the views of the new release, on a copy that nobody disturbs.
    let copy = folder.path().join("undisturbed.db");
    std::fs::copy(&path, &copy).unwrap();
    drop(open(&copy, quiet()));
    let (version, after) = views(&copy);
    assert_eq!(version, "toy-2");
    assert_ne!(before, after);

    let mut draw = 0x9E37_79B9_7F4A_7C15_u64;
    let mut finished = 0;
    for kill in 0..toy::size("REGISTER_UPGRADE_KILLS", 30) {
        draw = draw
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = 1 + (draw >> 33) % events;
        let steps = kill % 2 == 0;
        kill_at(&path, at, steps);
        // Either nothing of the fold is there, or all of it.
        match views(&path) {
            (version, digest) if version == "toy-1" => assert_eq!(digest, before, "kill {kill}"),
            (version, digest) => {
                assert!(
                    !steps,
                    "kill {kill} at {at} came before the end of the fold"
                );
                assert_eq!((version.as_str(), digest), ("toy-2", after), "kill {kill}");
                finished += 1;
                // From the beginning again.
                for tail in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{tail}", path.display()));
                }
                earlier(&path);
            }
        }
    }
    let store = open(&path, quiet());
    let report = toy::verify(&store);
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.events, events);
    if events == EVENTS {
        assert_eq!(report.root.to_string(), ROOT);
    }
    assert_eq!(views(&path).1, after);
    store.rebuild_views(&mut |_| ()).unwrap();
    assert_eq!(views(&path), ("toy-2".to_owned(), after));
    println!("{events} events; {finished} kills came after the end");
}

#[test]
fn a_register_of_schema_1_is_brought_up_to_date_and_counts_what_stands_beside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(SCHEMA_1)
        .unwrap();
    let store = toy::sqlite(&path);
    let report = toy::verify(store.as_ref());
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.root.to_string(), ROOT);
    drop(store);
    let connection = Connection::open(&path).unwrap();
    let counted: String = connection
        .query_row("SELECT value FROM meta WHERE name = 'beside'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(
        counted,
        r#"{"answer":4,"outgoing":3,"checkpoint":1,"series":{"PMT-2027":100}}"#
    );
}
