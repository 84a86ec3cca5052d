//! Whoever can write the file can change it; here every kind of change is found and placed.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "tampering/beside.rs"]
mod beside;
#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::path::{Path, PathBuf};

use register::checkpoint::{CheckpointKey, SignedCheckpoint};
use register::store::Store;
use register::verify::{Depth, VerifyFinding, VerifyOptions, VerifyReport};
use rusqlite::Connection;
use toy::{append, drawn, stamp};

/// Enough for blocks of the tree and a node above them.
const EVENTS: u64 = 600;

/// A register, and a checkpoint of it that its owner keeps elsewhere.
struct Kept {
    folder: tempfile::TempDir,
    outside: SignedCheckpoint,
}

fn kept() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let store = toy::sqlite(&folder.path().join("register.db"));
    toy::furnish(store.as_ref(), EVENTS);
    let mut writing = store.write(stamp(1)).unwrap();
    let outside = writing.sign_checkpoint(&toy::key()).unwrap();
    writing.commit().unwrap();
    Kept { folder, outside }
}

impl Kept {
    /// A copy of the file to tamper with.
    fn copy(&self, name: &str) -> PathBuf {
        let copy = self.folder.path().join(name);
        std::fs::copy(self.folder.path().join("register.db"), &copy).unwrap();
        copy
    }

    /// A copy changed by these statements, as an intruder with a database shell would.
    fn changed(&self, sql: &str) -> PathBuf {
        let copy = self.copy("changed.db");
        let connection = Connection::open(&copy).unwrap();
        let triggers: Vec<(String, String)> = connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .unwrap();
        for (name, _) in &triggers {
            connection
                .execute_batch(&format!("DROP TRIGGER {name}"))
                .unwrap();
        }
        connection
            .execute_batch(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        for (_, create) in &triggers {
            connection.execute_batch(create).unwrap();
        }
        copy
    }

    fn verify(&self, path: &Path) -> VerifyReport {
        let options = VerifyOptions {
            since: Some(&self.outside),
            signed_by: Some(&toy::key().verifier()),
            ..VerifyOptions::default()
        };
        toy::sqlite(path).verify(&options, &mut |_| ()).unwrap()
    }

    /// Checks that a change is found, and that all that is found is at the places given.
    fn check(&self, sql: &str, first: &str, others: &[&str]) {
        let report = self.verify(&self.changed(sql));
        let found: Vec<String> = report
            .findings
            .iter()
            .map(VerifyFinding::to_string)
            .collect();
        assert!(
            found.iter().any(|finding| finding.starts_with(first)),
            "{sql}: {found:#?}"
        );
        for finding in &found {
            let is_explained = std::iter::once(&first)
                .chain(others)
                .any(|place| finding.starts_with(place));
            assert!(is_explained, "{sql}: `{finding}` in {found:#?}");
        }
    }
}

#[test]
fn a_register_that_nobody_touched_is_clean() {
    let kept = kept();
    let report = kept.verify(&kept.changed("SELECT 1"));
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(
        (report.events, report.root),
        (EVENTS, kept.outside.checkpoint().root)
    );
}

#[test]
fn any_changed_column_of_an_event_names_the_event() {
    let kept = kept();
    let content = "event 300 leaf hash does not match its content";
    // Columns that the views, the tags or the order depend on are named there, too.
    let cases: [(&str, &str, &[&str]); 13] = [
        (
            "payload = replace(payload, 'P-', 'Q-')",
            content,
            &["view ", "row permit"],
        ),
        (
            "payload = replace(payload, '\"', '''')",
            "event 300 cannot be read: payload",
            &["view"],
        ),
        (
            "payload = '[]'",
            "event 300 cannot be recomputed",
            &["view", "event 300 cannot be"],
        ),
        (
            "payload = '{\"permit\":\"P-008\",\"quantity\":1.5}'",
            "event 300 cannot be",
            &["view"],
        ),
        ("actor = 'OFF-2'", content, &[]),
        ("ground = NULL", content, &[]),
        ("ground = 'GRD-2'", content, &[]),
        (
            "kind = 'QuantityDrawn'",
            content,
            &["view", "row permit", "event 300 cannot be folded"],
        ),
        ("form = 2", content, &[]),
        ("form = 70000", "event 300 cannot be read: form", &["view"]),
        ("effective_from = '2027-03-01'", content, &[]),
        (
            "effective_from = 'soon'",
            "event 300 cannot be read: effective_from",
            &["view"],
        ),
        (
            "recorded_at = recorded_at - 1",
            content,
            &["event 300 is recorded earlier"],
        ),
    ];
    for (change, first, others) in cases {
        let others: Vec<&str> = others.iter().copied().chain(["row "]).collect();
        kept.check(
            &format!("UPDATE event SET {change} WHERE position = 300"),
            first,
            &others,
        );
    }
}

#[test]
fn a_changed_hash_of_an_event_names_the_event() {
    let kept = kept();
    let content = "event 300 leaf hash does not match its content";
    kept.check(
        "UPDATE event SET leaf = zeroblob(32) WHERE position = 300",
        content,
        &["events 201 to 600 are not those"],
    );
    kept.check(
        "UPDATE event SET leaf = zeroblob(3) WHERE position = 300",
        "event 300",
        &[],
    );
    kept.check(
        "UPDATE event SET previous = zeroblob(32) WHERE position = 300",
        "event 300 does not name the leaf hash of the event before it",
        &[content],
    );
}

#[test]
fn a_changed_tag_is_named() {
    let kept = kept();
    let tag = "permit:P-008";
    kept.check(
        "UPDATE event SET tags = '[\"permit:P-999\"]' WHERE position = 300",
        "event 300 leaf hash does not match its content",
        &[
            "row permit:P-999 300 of table tag is missing",
            "row permit:P-008 300 of table tag",
        ],
    );
    kept.check(
        &format!("DELETE FROM tag WHERE tag = '{tag}' AND position = 300"),
        "row permit:P-008 300 of table tag is missing",
        &[],
    );
    kept.check(
        "INSERT INTO tag (tag, position, kind) VALUES ('permit:P-1', 300, 'QuantityDrawn')",
        "row permit:P-1 300 of table tag belongs to nothing",
        &[],
    );
    kept.check(
        &format!("UPDATE tag SET kind = 'PermitIssued' WHERE tag = '{tag}' AND position = 300"),
        "row permit:P-008 300 of table tag names another kind",
        &[],
    );
}

#[test]
fn deleted_inserted_and_swapped_events_are_named() {
    let kept = kept();
    let others = [
        "view",
        "row ",
        "event 301 does not name",
        "node",
        "events 201 to 600 are not those",
    ];
    kept.check(
        "DELETE FROM event WHERE position = 300",
        "event 300 missing from the log",
        &others,
    );
    kept.check(
        "DELETE FROM event WHERE position BETWEEN 300 AND 310",
        "events 300 to 310 missing from the log",
        &others,
    );
    kept.check(
        "UPDATE event SET position = 9999 WHERE position = 300;
         UPDATE event SET position = 300 WHERE position = 301;
         UPDATE event SET position = 301 WHERE position = 9999;",
        "event 300 does not name the leaf hash of the event before it",
        &[
            "event 300",
            "event 301",
            "event 302",
            "view",
            "row ",
            "node",
            "events 201 to 600",
        ],
    );
    kept.check(
        "INSERT INTO event SELECT 601, kind, form, recorded_at, effective_from, previous, leaf,
         actor, ground, tags, payload FROM event WHERE position = 600",
        "event 601 does not name the leaf hash of the event before it",
        &["event 601", "view", "row "],
    );
    kept.check(
        "INSERT INTO event SELECT position + 9000, kind, form, recorded_at, effective_from,
         previous, leaf, actor, ground, tags, payload FROM event WHERE position = 600",
        "events 601 to 9599 missing from the log",
        &["event 9600", "view", "row ", "node"],
    );
}

#[test]
fn a_truncated_log_is_caught_by_a_checkpoint_kept_outside() {
    let kept = kept();
    let cut = "DELETE FROM event WHERE position > 590; DELETE FROM tag WHERE position > 590;
         DELETE FROM salt WHERE position > 590; DELETE FROM checkpoint WHERE size > 590;
         DELETE FROM answer WHERE last > 590; DELETE FROM outgoing WHERE position > 590;
         UPDATE meta SET value = json_set(value, '$.checkpoint', 5) WHERE name = 'beside'";
    let path = kept.changed(cut);
    toy::open(&path, "toy-1")
        .unwrap()
        .rebuild_views(&mut |_| ())
        .unwrap();
    let from_inside = toy::verify(toy::sqlite(&path).as_ref());
    assert!(from_inside.is_clean(), "{:#?}", from_inside.findings);
    let found = kept.verify(&path).findings;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        found[0].to_string(),
        "events 591 to 600 are covered by the checkpoint kept outside, and the log ends before them"
    );
}

#[test]
fn an_older_backup_is_caught_by_a_checkpoint_kept_outside() {
    let mut kept = kept();
    let older = kept.copy("older.db");
    let path = kept.folder.path().join("register.db");
    let store = toy::sqlite(&path);
    append(
        store.as_ref(),
        2,
        vec![drawn("P-001", 1), drawn("P-001", 1)],
    );
    let mut writing = store.write(stamp(3)).unwrap();
    kept.outside = writing.sign_checkpoint(&toy::key()).unwrap();
    writing.commit().unwrap();
    assert!(kept.verify(&path).is_clean());
    let found = kept.verify(&older).findings;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0]
            .to_string()
            .starts_with("events 601 to 602 are covered"),
        "{found:#?}"
    );
}

#[test]
fn a_log_written_anew_is_caught_and_placed_between_two_checkpoints() {
    let kept = kept();
    // The intruder has the program, but not the key: everything fits, from event 250 on.
    let path = kept.folder.path().join("anew.db");
    let anew = toy::sqlite(&path);
    let original = toy::sqlite(&kept.folder.path().join("register.db"));
    let reading = original.read().unwrap();
    let mut writing = anew.write(stamp(0)).unwrap();
    for position in 1..=EVENTS {
        let event = reading
            .event(domain::time::Position(position))
            .unwrap()
            .unwrap();
        let mut new = register::event::NewEvent {
            kind: event.kind,
            form: event.form,
            payload: event.payload,
            tags: event.tags,
            actor: event.actor,
            ground: event.ground,
            effective_from: event.effective_from,
            told: None,
        };
        new.tags
            .retain(|tag| !tag.starts_with("vault:") || position < 250);
        if position == 250 {
            new.actor = "OFF-9".into();
        }
        if position % 50 == 4 && position < 250 {
            writing
                .vault_put(format!("evidence {}", position - 1).as_bytes())
                .unwrap();
        }
        writing.append(vec![new], None, vec![]).unwrap();
        if position == 100 || position == 200 {
            writing.sign_checkpoint(&toy::key()).unwrap();
        }
    }
    writing.commit().unwrap();
    drop(anew);
    assert!(toy::verify(toy::sqlite(&path).as_ref()).is_clean());
    let found = kept.verify(&path).findings;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        found[0].to_string(),
        "events 201 to 600 are not those that the checkpoint kept outside covers"
    );
    // A checkpoint of the new log, signed with a key of the intruder's own, is told apart.
    let forged = CheckpointKey::new("register.example/toy", &[1; 32]).unwrap();
    let store = toy::sqlite(&path);
    let mut writing = store.write(stamp(1)).unwrap();
    writing.sign_checkpoint(&forged).unwrap();
    writing.commit().unwrap();
    let found: Vec<String> = kept
        .verify(&path)
        .findings
        .iter()
        .map(VerifyFinding::to_string)
        .collect();
    assert!(
        found.contains(&"checkpoint of size 600 is not signed by the key of this register".into()),
        "{found:#?}"
    );
}

#[test]
fn a_hand_edit_of_one_byte_of_a_payload_in_the_file_names_the_event() {
    let kept = kept();
    let path = kept.changed("VACUUM");
    let mut bytes = std::fs::read(&path).unwrap();
    // The payload of event 42, as it stands in the page of its row and nowhere else.
    let needle = b"OFF-1GRD-1[\"party:PTY-6\",\"permit:P-041\"]{";
    let at = bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap();
    for (offset, to) in [(0, b'#'), (1, 0xff), (2, b'X'), (9, 0)] {
        let place = at + needle.len() + offset;
        let was = std::mem::replace(&mut bytes[place], to);
        let edited = kept.folder.path().join("edited.db");
        std::fs::write(&edited, &bytes).unwrap();
        let found = kept.verify(&edited).findings;
        assert!(
            found
                .iter()
                .any(|finding| finding.to_string().starts_with("event 42 ")),
            "{offset}: {found:#?}"
        );
        bytes[place] = was;
    }
}

#[test]
fn a_damaged_page_is_named_with_its_table() {
    let kept = kept();
    let path = kept.changed("VACUUM");
    let page: u32 = Connection::open(&path)
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'view_index'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let start = usize::try_from(page - 1).unwrap() * 4096;
    bytes[start..start + 64].fill(0xff);
    let edited = kept.folder.path().join("edited.db");
    std::fs::write(&edited, &bytes).unwrap();
    let found: Vec<String> = kept
        .verify(&edited)
        .findings
        .iter()
        .map(VerifyFinding::to_string)
        .collect();
    assert!(
        found
            .iter()
            .any(|finding| finding.starts_with("table view_index is damaged: Tree")),
        "{found:#?}"
    );
}

/// Random numbers that a failing run can repeat: a linear congruence is random enough here.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[test]
fn random_changes_of_random_events_are_each_placed() {
    let kept = kept();
    for seed in 1..=12 {
        let mut seeded = Seeded(seed);
        let (at, other) = (2 + seeded.below(EVENTS - 3), 1 + seeded.below(EVENTS));
        let column = ["kind", "actor", "payload", "previous", "leaf", "tags"]
            [usize::try_from(seeded.below(6)).unwrap()];
        let is_same: bool = Connection::open(kept.copy("changed.db"))
            .unwrap()
            .query_row(
                &format!(
                    "SELECT (SELECT {column} FROM event WHERE position = {at})
                     = (SELECT {column} FROM event WHERE position = {other})"
                ),
                [],
                |row| row.get(0),
            )
            .unwrap();
        let sql = format!(
            "UPDATE event SET {column} = (SELECT {column} FROM event WHERE position = {other})
             WHERE position = {at}"
        );
        let report = kept.verify(&kept.changed(&sql));
        let place = format!("event {at} ");
        let is_placed = report
            .findings
            .iter()
            .any(|finding| finding.to_string().starts_with(&place));
        assert_eq!(
            is_placed, !is_same,
            "seed {seed}: {sql}: {:#?}",
            report.findings
        );
        assert_eq!(report.is_clean(), is_same, "seed {seed}: {sql}");
    }
}

#[test]
fn findings_are_listed_up_to_a_bound_and_counted_beyond_it() {
    let kept = kept();
    let path = kept.changed("UPDATE event SET actor = 'OFF-2'");
    let options = VerifyOptions {
        findings_max: 5,
        ..VerifyOptions::default()
    };
    let report = toy::sqlite(&path).verify(&options, &mut |_| ()).unwrap();
    assert_eq!((report.findings.len(), report.unlisted), (5, EVENTS - 5));
    assert!(!report.is_clean());
}

#[test]
fn verifying_reports_how_far_it_is() {
    let kept = kept();
    let store = toy::sqlite(&kept.copy("copy.db"));
    let mut last = None;
    store
        .verify(&VerifyOptions::default(), &mut |progress| {
            last = Some(progress)
        })
        .unwrap();
    let last = last.unwrap();
    assert_eq!((last.done, last.of), (EVENTS, EVENTS));
}

#[test]
fn the_log_alone_is_checked_without_what_is_derived_from_it() {
    let kept = kept();
    let of_the_log = |sql: &str| {
        let options = VerifyOptions {
            depth: Depth::Log,
            since: Some(&kept.outside),
            ..VerifyOptions::default()
        };
        let path = kept.changed(sql);
        toy::sqlite(&path).verify(&options, &mut |_| ()).unwrap()
    };
    let derived = of_the_log("UPDATE view SET body = '{}' WHERE id = 'P-008'; DELETE FROM tag");
    assert!(derived.is_clean(), "{:#?}", derived.findings);
    assert_eq!((derived.events, derived.views), (EVENTS, 0));
    assert_eq!(derived.root, kept.outside.checkpoint().root);
    for sql in [
        "UPDATE event SET actor = 'OFF-2' WHERE position = 300",
        "DELETE FROM node WHERE number = 1",
        "DELETE FROM event WHERE position = 600",
    ] {
        assert!(!of_the_log(sql).is_clean(), "{sql}");
    }
}
