//! Material is read, and nothing of it is recorded before an officer accepts a passage.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};
use walks::paper;

use super::desk::{Ended, Place};

const ARTICLE: &str = "Oslo, 3 May 2021\n\nNorway suspended export permits for sights of KARADAG \
    HAVACILIK last autumn.\n\n“We were deceived, and it ends here,” said Minister Ada Orme.\n";

/// A register with a monitor, a party of the text, and the text as evidence.
fn office(text: &[u8], more: &[&str]) -> Place {
    let place = Place::new();
    let words = [
        "officer",
        "appoint",
        "OFF-M",
        "--name",
        "Synthetic",
        "--role",
        "monitor",
    ];
    place.run(&words).with(0);
    let party = json!({ "party": {
        "id": "PTY-K", "name": "Karadağ Havacılık A.Ş.", "country": "TR", "basis": "synthetic",
    } });
    act(&place, &["party", "record"], &party).with(0);
    let file = place.path("text.bin");
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    let mut add = vec![
        "--officer",
        "OFF-M",
        "evidence",
        "add",
        &file,
        "--number",
        "EVD-1",
    ];
    add.extend(["--source", "synthetic", "--obtained", "by hand"]);
    add.extend(more);
    place.run(&add).with(0);
    place
}

fn act(place: &Place, words: &[&str], body: &Value) -> Ended {
    let file = place.file("body.json", body.to_string());
    let mut all = vec!["--json", "--officer", "OFF-M"];
    all.extend(words);
    all.push(&file);
    place.run(&all)
}

fn read(place: &Place, what: &str) -> Value {
    place
        .run(&["--json", "evidence", "read", what])
        .with(0)
        .json()
}

/// The first proposal of a kind.
fn first<'r>(reading: &'r Value, kind: &str) -> &'r Value {
    let all = reading["proposals"].as_array().unwrap();
    all.iter().find(|one| one["kind"] == kind).unwrap()
}

fn acceptance(reading: &Value, kind: &str) -> Value {
    let one = first(reading, kind);
    json!({
        "digest": reading["digest"], "start": one["passage"]["start"],
        "end": one["passage"]["end"], "quote": one["passage"]["quote"],
        "kind": kind, "value": one["value"],
    })
}

#[test]
fn a_file_is_read_without_a_register_and_printed_in_both_languages() {
    let place = Place::new();
    let file = place.file("a.txt", ARTICLE);
    let shown = place.run_bare(&["evidence", "read", &file]).with(0).out;
    for line in [
        "day of the document: 2021-05-03",
        "  suspend/asserted",
        "line 3: “suspended export permits”",
        "when: 2020-09-01/2020-11-30",
        "by: Ada Orme",
        "nothing is recorded before an officer accepts a passage",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let french = place
        .run_bare(&["--language", "fr", "evidence", "read", &file])
        .with(0)
        .out;
    assert!(
        french.contains("ligne 3") && french.contains("déclarations citées"),
        "{french}"
    );
    let missing = place.run_bare(&["evidence", "read", "not a file"]);
    missing.with(2);
    place
        .run_bare(&["evidence", "read", &file, "--dated", "May"])
        .with(2);
}

#[test]
fn a_passage_is_accepted_once_and_carries_a_link() {
    let place = office(ARTICLE.as_bytes(), &[]);
    let before = place.head();
    let reading = read(&place, "EVD-1");
    assert_eq!(first(&reading, "party")["value"], "PTY-K");
    assert_eq!(place.head(), before, "reading records nothing");
    let mut accept = acceptance(&reading, "party");
    accept["link"] = json!({
        "to": { "kind": "party", "party": "PTY-K" }, "confidence": "inferred",
    });
    let words = ["evidence", "accept", "EVD-1"];
    act(&place, &words, &accept).with(0);
    let held = place
        .run(&["--json", "evidence", "show", "EVD-1"])
        .with(0)
        .json();
    let reasons = held["links"][0]["reasons"].as_str().unwrap();
    assert!(reasons.contains("“KARADAG HAVACILIK”"), "{reasons}");
    act(&place, &words, &accept).with(1);
    let verified = place.run(&["verify"]).with(0);
    assert!(verified.err.is_empty(), "{}", verified.err);
}

#[test]
fn words_that_do_not_stand_there_and_unknown_targets_record_nothing() {
    let place = office(ARTICLE.as_bytes(), &[]);
    let reading = read(&place, "EVD-1");
    let words = ["evidence", "accept", "EVD-1"];
    let before = place.head();
    let mut other = acceptance(&reading, "country");
    other["quote"] = "Sweden".into();
    act(&place, &words, &other).with(1);
    let mut moved = acceptance(&reading, "country");
    moved["start"] = 0.into();
    act(&place, &words, &moved).with(1);
    let mut bytes = acceptance(&reading, "country");
    bytes["digest"] = "ab".repeat(32).into();
    act(&place, &words, &bytes).with(1);
    let mut nowhere = acceptance(&reading, "country");
    nowhere["link"] =
        json!({ "to": { "kind": "permit", "permit": "P-9" }, "confidence": "inferred" });
    act(&place, &words, &nowhere).with(2);
    assert_eq!(place.head(), before);
    place.run(&["evidence", "read", "EVD-9"]).with(1);
}

#[test]
fn a_humanitarian_report_can_be_quoted_and_links_to_nothing() {
    let text = "12 May 2022\n\nA UN country team ended a field mission to Barda in Azerbaijan.\n";
    let place = office(text.as_bytes(), &["--humanitarian"]);
    let reading = read(&place, "EVD-1");
    assert_eq!(reading["is_humanitarian_only"], true);
    let mut accept = acceptance(&reading, "humanitarian");
    let words = ["evidence", "accept", "EVD-1"];
    accept["link"] = json!({
        "to": { "kind": "party", "party": "PTY-K" }, "confidence": "category",
    });
    let before = place.head();
    act(&place, &words, &accept).with(1);
    assert_eq!(place.head(), before);
    accept.as_object_mut().unwrap().remove("link");
    act(&place, &words, &accept).with(0);
}

#[test]
fn a_pdf_is_read_apart_and_its_passages_know_the_page() {
    let pages = ["Oslo, 3 May 2021", "Norway suspended export permits."];
    let place = office(&paper::pdf(&pages), &[]);
    let reading = read(&place, "EVD-1");
    assert_eq!(reading["media"], "pdf");
    assert_eq!(reading["flags"], json!([]));
    assert_eq!(first(&reading, "act")["passage"]["page"], 2);
    let accept = acceptance(&reading, "act");
    act(&place, &["evidence", "accept", "EVD-1"], &accept).with(0);
}

#[test]
fn a_pdf_made_to_do_harm_and_an_encrypted_one_are_kept_and_flagged() {
    let place = Place::new();
    for (name, bytes, kind) in [
        // The library unpacks a stream whole: the limit on memory ends it.
        ("bomb.pdf", paper::bomb(), "not-read"),
        ("closed.pdf", paper::encrypted_pdf(&["secret"]), "encrypted"),
        ("noise.pdf", b"%PDF-1.4 noise".to_vec(), "corrupt"),
    ] {
        let file = place.file(name, bytes);
        let reading = place
            .run_bare(&["--json", "evidence", "read", &file])
            .with(0)
            .json();
        let flags = reading["flags"].as_array().unwrap();
        assert!(
            flags.iter().any(|flag| flag["kind"] == kind),
            "{name}: {flags:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_needs_more_memory_than_it_may_have_ends_without_an_answer() {
    let place = Place::new();
    let mut reader = place
        .program()
        .args(["read-apart", "48"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = reader.stdin.take().unwrap();
    // It may end before it has taken all.
    let _ = input.write_all(&paper::bomb());
    drop(input);
    let ended = reader.wait_with_output().unwrap();
    assert!(!ended.status.success(), "{:?}", ended.status);
}

#[test]
fn texts_with_keys_are_scored_folder_by_folder() {
    let place = Place::new();
    let texts = walks::workspace().join("lists/reading");
    let texts = texts.display().to_string();
    let scored = place
        .run_bare(&["--json", "evidence", "score", &texts])
        .with(0)
        .json();
    assert_eq!(scored["held-out"]["texts"], 10);
    assert!(scored["made-on"]["whole"]["right"].as_u64().unwrap() > 60);
    let table = place.run_bare(&["evidence", "score", &texts]).with(0).out;
    assert!(
        table.contains("precision") && table.contains("held-out"),
        "{table}"
    );
    let empty = place.path("");
    let empty = empty.display().to_string();
    place.run_bare(&["evidence", "score", &empty]).with(2);
}
