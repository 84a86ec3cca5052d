//! What a case says of declarations of several lines and of findings, and what is told of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::sync::Arc;

use casework::{DomainProjection, scenario};
use domain::language::Language;
use intake::scenario::ScenarioMistakes;
use register::SqliteStore;

fn case() -> String {
    std::fs::read_to_string(walks::workspace().join("scenarios/harbourland-2027.yaml")).unwrap()
}

fn changed(from: &str, to: &str) -> String {
    let case = case();
    assert_eq!(case.matches(from).count(), 1, "`{from}` stands once");
    case.replace(from, to)
}

fn mistakes(text: &str) -> ScenarioMistakes {
    scenario::read(text.as_bytes(), "case.yaml").unwrap_err()
}

/// Why a case that is read stops while it is played.
fn stops(text: &str) -> String {
    let case = scenario::read(text.as_bytes(), "case.yaml").unwrap_or_else(|m| panic!("{m}"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.sqlite");
    let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
    match scenario::play(&case, Box::new(store), [7; 32]) {
        Ok(_) => panic!("the case is played"),
        Err(stopped) => stopped.cause.to_string(),
    }
}

#[test]
fn lines_and_findings_that_are_not_there_are_told_with_their_place() {
    for (from, to, words) in [
        (
            "lines: [{line: 1, qty: 1, serials: [C-1]}]",
            "lines: [{line: 3, qty: 1, serials: [C-1]}]",
            "line 3",
        ),
        (
            "lines: [{line: 1, qty: 1, serials: [C-1]}]",
            "qty: 1\n    lines: [{line: 1, qty: 1, serials: [C-1]}]",
            "`qty` stands beside `lines`",
        ),
        (
            "lines: [{line: 1, qty: 1}]\n    partial",
            "lines: [{line: 1}]\n    partial",
            "lacks `qty`",
        ),
        (
            "undertaking: onward_transfer",
            "undertaking: onwards",
            "expected an undertaking",
        ),
        (
            "held: credible\n    finding",
            "held: credibel\n    finding",
            "did you mean `credible`?",
        ),
        ("finding: 11", "finding: 7", "expected one of finding_made;"),
        (
            "origin: {held: established, because: it is on the licence and left on 21 January, rests_on: [8]}",
            "origin: {held: established, because: it is so, rests_on: [1]}",
            "report_received",
        ),
        ("order: 9\n    because", "order: 3\n    because", "suspend"),
        (
            "expect: {breach: credible}",
            "expect: {delivery: verified, findings: {a: b}}",
            "findings",
        ),
    ] {
        let found = mistakes(&changed(from, to));
        let told: Vec<String> = found.lines(Language::En).collect();
        assert!(
            told.iter().any(|line| line.contains(words)),
            "`{to}`: {told:#?}"
        );
        assert!(
            found
                .mistakes
                .iter()
                .all(|held| held.says.en != held.says.fr)
        );
    }
}

#[test]
fn a_breach_of_what_was_never_undertaken_stops_the_case() {
    let said = stops(&changed(
        "undertaking: onward_transfer",
        "undertaking: territory",
    ));
    assert!(said.contains("undertakes no `territory`"), "{said}");
}

#[test]
fn what_is_held_on_no_material_is_refused() {
    let text = changed(
        "because: it was not shown at the station, competing: [repair abroad], rests_on: [8]",
        "because: it was not shown at the station",
    );
    assert!(stops(&text).contains("rests on no evidence"));
}

#[test]
fn a_line_that_was_not_declared_cannot_leave() {
    let text = changed(
        "kind: exit\n    shipment: 4\n    lines: [{line: 1, qty: 1}]\n    partial: true",
        "kind: exit\n    shipment: 4\n    lines: [{line: 7, qty: 1}]\n    partial: true",
    );
    assert!(stops(&text).contains("line 7 was not declared"));
}
