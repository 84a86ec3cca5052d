//! What a case knows of things, and what its evidence reaches through that.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::sync::Arc;

use casework::{DomainProjection, scenario};
use domain::language::Language;
use register::SqliteStore;

fn changed(from: &str, to: &str) -> String {
    let path = walks::workspace().join("scenarios/harbourland-2027.yaml");
    let case = std::fs::read_to_string(path).unwrap();
    assert_eq!(case.matches(from).count(), 1, "`{from}` stands once");
    case.replace(from, to)
}

/// Plays a case: the rows that do not agree, or why it stopped.
fn play(text: &str) -> Result<Vec<scenario::Row>, String> {
    let case = scenario::read(text.as_bytes(), "case.yaml").unwrap_or_else(|m| panic!("{m}"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.sqlite");
    let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
    let (played, _) = scenario::play(&case, Box::new(store), [7; 32])
        .map_err(|stopped| stopped.cause.to_string())?;
    let missed = played
        .rows
        .into_iter()
        .filter(|row| row.agrees == Some(false));
    Ok(missed.collect())
}

#[test]
fn how_sure_a_permit_is_reached_is_held_against_what_the_file_expects() {
    for (from, to, found) in [
        (
            "reaches: {H-1: strong, H-2: nothing}",
            "reaches: {H-1: inferred, H-2: nothing}",
            "strong",
        ),
        (
            "reaches: {H-1: strong, H-2: nothing}",
            "reaches: {H-1: strong, H-2: category}",
            "nothing",
        ),
        ("permits_reached: 1", "permits_reached: 2", "1"),
    ] {
        let missed = play(&changed(from, to)).unwrap();
        assert_eq!(missed.len(), 1, "`{to}`: {missed:#?}");
        assert!(
            missed
                .iter()
                .all(|row| row.found.get(Language::En) == found)
        );
    }
}

#[test]
fn a_part_of_nothing_or_of_two_things_stops_the_case() {
    let part = "{part: mast, platform: patrol-boat}";
    for other in [
        "{part: mast}",
        "{part: mast, platform: patrol-boat, item: HC-4}",
    ] {
        let said = play(&changed(part, other)).unwrap_err();
        assert!(said.contains("`platform` or an `item`"), "{said}");
    }
}

#[test]
fn names_of_the_catalogue_that_are_not_there_are_told_with_what_would_do() {
    for (from, to, words) in [
        (
            "part: mast, platform: patrol-boat",
            "part: mat, platform: patrol-boat",
            "did you mean `mast`",
        ),
        (
            "part: mast, platform: patrol-boat",
            "part: mast, platform: patrolboat",
            "patrol-boat",
        ),
        ("serial: C-2, item: HC-4", "serial: C-2, item: HC-5", "HC-4"),
        ("built_into: 6b", "built_into: 6", "unit_recorded"),
        ("built_into: 6b", "built_into: 6c", "comes after event 6c"),
        (
            "reaches: {H-1: strong, H-2: nothing}",
            "reaches: {H-1: strongly, H-2: nothing}",
            "strong",
        ),
    ] {
        let text = changed(from, to);
        let found = scenario::read(text.as_bytes(), "case.yaml").unwrap_err();
        let told: Vec<String> = found.lines(Language::En).collect();
        assert!(
            told.iter().any(|line| line.contains(words)),
            "`{to}`: {told:#?}"
        );
    }
}

#[test]
fn a_mark_leads_on_only_by_what_the_catalogue_says_of_it() {
    let seen = "item: HC4-X, serial: \"C-?\", found_in: BV";
    let by_mark = changed(seen, "item: HC4-X, found_in: BV");
    assert!(play(&by_mark).unwrap().is_empty());
    let missed = play(&by_mark.replace("marks: [HC4-X]", "marks: [HC4-Z]")).unwrap();
    assert_eq!(missed.len(), 1, "{missed:#?}");
    assert!(
        missed
            .iter()
            .all(|row| row.found.get(Language::En) == "nothing")
    );
}
