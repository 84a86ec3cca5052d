//! Permits of several lines, and applications of a case that become permits under a number of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::sync::Arc;

use casework::{DomainProjection, scenario};
use intake::scenario::ScenarioMistakes;
use register::SqliteStore;

const CASE: &str = r#"
scenario: lines
synthetic: true
jurisdiction: CA
destination: AQ
parties:
  - {id: maker, role: exporter, country: CA}
  - {id: station, role: consignee, country: AQ}
  - {id: camp, role: consignee, country: AQ}
permits:
  - id: P-1
    holder: maker
    consignee: station
    issued: 2024-01-08
    lines:
      - {item_group: 1, goods: radios, qty: 7, unit_value: 100}
      - {item_group: 2, goods: sights, qty: 3, unit_value: 900}
applications:
  - id: A-1
    permit: P-9
    consignee: [station, camp]
    received: 2024-01-15
    lines:
      - {item_group: 1, goods: radios, qty: 4}
      - {item_group: 2, goods: sights, qty: 2}
events:
  - n: 1
    effective: 2024-01-22
    kind: permit_issued
    ids: [P-9]
    last_day: 2024-12-31
    conditions: {quantity_at_most: 3}
    expect:
      - pending: {A-1: issued}
        issued: {P-9: valid}
        border:
          P-9:
            - {line: 1, answer: release, qty: 3, consignee: camp}
            - {line: 1, answer: refuse, qty: 4, reason: more-than-condition}
            - {line: 2, answer: release, qty: 2}
  - n: 2
    effective: 2024-02-05
    kind: shipment
    permit: P-1
    line: 2
    qty: 2
    expect:
      shipment: left
      draw_down: {P-1: [0_of_7, 2_of_3]}
      ledger: {P-1: [{line: 1, left: 7}, {line: 2, left: 1}]}
  - {n: 3, effective: 2024-02-06, kind: reservation, permit: P-9, line: 2, qty: 2, expect: {shipment: reserved}}
  - {n: 4, effective: 2024-02-07, kind: exit, shipment: 3, qty: 1, partial: true,
     expect: {ledger: {P-9: {line: 2, drawn: 1, reserved: 1}}}}
  - n: 5
    effective: 2024-03-04
    kind: suspend
    scope: {groups: [2]}
    ids: [P-1, P-9]
    ground: diversion_suspected
    expect:
      reached: 2
      issued: {P-1: partly_in_force, P-9: partly_in_force}
      border:
        P-1: [{line: 1, answer: release}, {line: 2, answer: refuse, reason: stopped}]
  - {n: 6, effective: 2024-03-05, kind: amend, ids: [P-1], line: 1, qty: 5,
     expect: {draw_down: {P-1: [0_of_5, 2_of_3]}}}
"#;

fn read(text: &str) -> Result<scenario::Played, ScenarioMistakes> {
    let case = scenario::read(text.as_bytes(), "case.yaml")?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.sqlite");
    let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
    let played = scenario::play(&case, Box::new(store), [7; 32]);
    Ok(played.unwrap_or_else(|cause| panic!("{cause:?}")).0)
}

#[test]
fn lines_are_declared_stopped_and_counted_each_by_itself() {
    let played = read(CASE).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let missed: Vec<_> = played
        .rows
        .iter()
        .filter(|row| row.agrees == Some(false))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
    let shown = |what: &str| played.rows.iter().any(|row| row.what.fr == what);
    assert!(shown("frontière, licence P-1, ligne 2"));
    assert!(shown("licence P-9 : délivrance sur la demande A-1"));
}

#[test]
fn what_is_wrong_with_lines_is_told_with_its_place() {
    let rows = [
        (
            "permit: P-1\n    line: 2",
            "permit: P-1\n    line: 3",
            "a line from 1 to 2",
            45,
        ),
        (
            "{line: 1, left: 7}",
            "{line: 0, left: 7}",
            "has no line 0",
            50,
        ),
        (
            "[0_of_7, 2_of_3]",
            "[0_of_7, 2_of_3, 1_of_1]",
            "has no line 3",
            49,
        ),
        (
            "    issued: 2024-01-08\n",
            "    issued: 2024-01-08\n    qty: 4\n",
            "`qty` stands beside `lines`",
            15,
        ),
        (
            "{item_group: 2, goods: sights, qty: 2}",
            "{goods: sights, qty: 2}",
            "not said what the goods are rated",
            25,
        ),
        (
            "received: 2024-01-15",
            "received: 2024-01-25",
            "received on 2024-01-25, after event 1",
            30,
        ),
        (
            "permit: P-9\n    consignee",
            "permit: P-1\n    consignee",
            "P-1",
            20,
        ),
    ];
    for (from, to, words, line) in rows {
        assert_eq!(CASE.matches(from).count(), 1, "{from}");
        let found = read(&CASE.replace(from, to)).unwrap_err();
        let told = found
            .mistakes
            .iter()
            .find(|held| held.says.en.contains(words));
        let told = told.unwrap_or_else(|| panic!("`{to}`: {found}"));
        assert_eq!(told.at.line, line, "`{to}`: {found}");
        assert!(
            told.says.is_complete() && told.help.is_complete(),
            "{told:?}"
        );
    }
}

#[test]
fn an_issue_that_the_register_refuses_may_be_tried_again() {
    let tried = r#"
scenario: again
jurisdiction: CA
destination: AQ
applications:
  - {id: A-1, permit: P-1, item_group: 1, received: 2024-01-15}
events:
  - {n: 1, effective: 2024-01-22, kind: policy_change,
     scope: {destination: AQ, rule: presumptive_denial, exception: [{scope: {programmes: [P]}}]},
     expect: {pending: {A-1: presumed_refusal}}}
  - {n: 2, effective: 2024-01-23, kind: permit_issued, ids: [P-1], expect: {act: refused, issued: {P-1: absent}}}
  - {n: 3, effective: 2024-01-24, kind: permit_issued, ids: [P-1],
     because: {en: rescue, fr: sauvetage},
     expect: {decision_record: requires_reason_for_exception, issued: {P-1: valid}}}
"#;
    let played = read(tried).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(played.missed, 0, "{:#?}", played.rows);
}
