//! Every scenario that ships plays with every expectation met; a wrong one is seen, and a file that
//! cannot be played says where.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::sync::Arc;

use casework::{DeskError, DomainProjection, scenario};
use intake::scenario::{Place, Scenario, ScenarioMistake, ScenarioMistakes};
use register::SqliteStore;

fn open(folder: &tempfile::TempDir) -> SqliteStore {
    let file = folder.path().join("case.sqlite");
    SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap()
}

fn text_of(folder: &str, name: &str) -> String {
    std::fs::read_to_string(walks::workspace().join(folder).join(name)).unwrap()
}

fn read(text: &str) -> Result<Scenario, ScenarioMistakes> {
    scenario::read(text.as_bytes(), "case.yaml")
}

fn play_text(text: &str) -> scenario::Played {
    let case = read(text).unwrap_or_else(|m| panic!("{m}"));
    let folder = tempfile::tempdir().unwrap();
    let (played, _) = scenario::play(&case, Box::new(open(&folder)), [7; 32])
        .unwrap_or_else(|cause| panic!("{cause:?}"));
    for row in &played.rows {
        let mark = match row.agrees {
            Some(true) => "ok",
            Some(false) => "DIFFERS",
            None => "",
        };
        println!(
            "{} {:>3} {} | {} | {} | {} {mark}",
            row.day, row.n, row.what.en, row.reached.en, row.expected.en, row.found.en
        );
    }
    played
}

fn assert_all_met(played: &scenario::Played, at_least: u64) {
    let looked_at = played.missed + played.met;
    assert_eq!(played.missed, 0, "{} of {looked_at} not met", played.missed);
    assert!(
        played.met >= at_least,
        "only {} expectations were looked at",
        played.met
    );
}

/// The first fenced block of the format's description that is a whole case.
fn example() -> String {
    let text = text_of("docs", "scenario-format.md");
    let blocks = text.split("```yaml\n").skip(1);
    let mut whole = blocks.filter(|block| block.starts_with("scenario:"));
    let block = whole.next().unwrap();
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn the_case_of_2019_to_2024_plays_as_recorded() {
    let played = play_text(&text_of("scenarios", "tr-2019-2024.yaml"));
    assert!(!played.is_synthetic);
    assert_all_met(&played, 60);
}

#[test]
fn another_authority_is_a_file_and_not_code() {
    let played = play_text(&text_of("scenarios", "norland-2025.yaml"));
    assert!(played.is_synthetic);
    assert_all_met(&played, 140);
    let verbs = ["Freeze", "Thaw", "Revocation", "Declaration of nullity"];
    for verb in verbs {
        let title = format!("{verb} of licences");
        assert!(
            played.rows.iter().any(|row| row.what.en == title),
            "{title}"
        );
    }
}

#[test]
fn goods_conditions_and_refusals_are_words_of_the_format() {
    let played = play_text(&text_of("scenarios", "southland-2026.yaml"));
    assert!(played.is_synthetic);
    assert_all_met(&played, 50);
}

#[test]
fn findings_deliveries_and_declarations_of_several_lines_are_words_of_the_format() {
    let played = play_text(&text_of("scenarios", "harbourland-2027.yaml"));
    assert!(played.is_synthetic);
    assert_all_met(&played, 50);
}

#[test]
fn an_order_over_goods_that_left_under_a_stop_marks_no_earlier_shipment() {
    let played = play_text(&text_of("scenarios", "southland-2026.yaml"));
    let lawful = |row: &&scenario::Row| row.what.en == "invariant: earlier shipments stay lawful";
    let after = played
        .rows
        .iter()
        .filter(lawful)
        .filter(|row| row.n == "17");
    assert_eq!(after.filter(|row| row.agrees == Some(true)).count(), 1);
}

/// Whether a text holds nothing that could be said otherwise in the other language: no word, or a
/// number or name of the case.
fn is_the_same_in_both(text: &str) -> bool {
    let is_word = |part: &str| {
        part.chars().filter(char::is_ascii_lowercase).count() > 2 && !part.contains(['_', '-'])
    };
    !text.split([' ', ',', '(', ')']).any(is_word)
}

#[test]
fn every_row_of_a_case_says_the_same_in_both_languages() {
    for name in [
        "tr-2019-2024.yaml",
        "norland-2025.yaml",
        "southland-2026.yaml",
        "harbourland-2027.yaml",
    ] {
        let played = play_text(&text_of("scenarios", name));
        for row in &played.rows {
            assert!(row.what.is_complete(), "{row:?}");
            for said in [&row.what, &row.reached, &row.expected, &row.found] {
                assert_eq!(said.en.is_empty(), said.fr.is_empty(), "{row:?}");
                let differs = said.en != said.fr || is_the_same_in_both(&said.en);
                assert!(differs, "{said:?} of event {} on {}", row.n, row.day);
            }
        }
    }
}

#[test]
fn the_example_of_the_description_plays() {
    assert_all_met(&play_text(&example()), 9);
}

#[test]
fn one_wrong_expectation_is_one_expectation_not_met() {
    let case = text_of("scenarios", "norland-2025.yaml");
    let right = "issued: {L-01: suspended, L-04: valid, L-05: suspended, L-06: suspended";
    assert_eq!(case.matches(right).count(), 1);
    let wrong = right.replace("L-04: valid", "L-04: suspended");
    let played = play_text(&case.replace(right, &wrong));
    assert_eq!(played.missed, 1);
    let row = played.rows.iter().find(|row| row.agrees == Some(false));
    let row = row.unwrap();
    assert_eq!(row.what.en, "licence L-04");
    assert_eq!(
        (row.n.as_str(), row.day.to_string()),
        ("8", "2025-03-10".into())
    );
    assert_eq!(
        (row.expected.en.as_str(), row.found.fr.as_str()),
        ("suspended", "valide")
    );
}

#[test]
fn a_number_too_many_in_an_order_is_an_expectation_not_met() {
    let case = example().replace("ids: [P-1..P-2]", "ids: [P-1]");
    let played = play_text(&case);
    assert_eq!(played.missed, 1);
    let row = played.rows.iter().find(|row| row.agrees == Some(false));
    assert_eq!(row.unwrap().what.en, "numbers reached");
}

/// The line of the example on which a text begins.
fn line_of(text: &str) -> u64 {
    let example = example();
    let line = example.lines().position(|line| line.contains(text));
    u64::try_from(line.unwrap()).unwrap() + 1
}

/// The only mistake of a file.
fn only(text: &[u8]) -> ScenarioMistake {
    let found = scenario::read(text, "case.yaml").unwrap_err();
    assert_eq!(found.mistakes.len(), 1, "{found}");
    found.mistakes.into_iter().next().unwrap()
}

#[test]
fn a_file_that_is_not_utf_8_is_named_with_its_line() {
    let mut bytes = example().into_bytes();
    let line = line_of("jurisdiction: CA");
    let at = example().find("jurisdiction: CA").unwrap();
    bytes[at + 3] = 0xff;
    let found = only(&bytes);
    assert_eq!(found.at, Place { line, column: 4 });
    assert!(
        found.says.en.starts_with("a byte is not UTF-8"),
        "{found:?}"
    );
}

#[test]
fn a_file_larger_than_its_bound_is_not_read() {
    let bytes = vec![b'#'; intake::scenario::SCENARIO_BYTES_MAX + 1];
    let found = only(&bytes);
    assert!(found.says.en.contains("too large"), "{found:?}");
}

#[test]
fn aliases_that_multiply_are_stopped_by_the_budget() {
    let mut bomb = String::from("scenario: bomb\njurisdiction: CA\nevents: []\nunknown:\n");
    bomb.push_str("  - &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("  - &a{level} [{below}]\n"));
    }
    let found = only(bomb.as_bytes());
    assert!(found.at.line >= 4, "{found:?}");
    let deep = format!("scenario: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(&deep).is_err());
}

#[test]
fn a_case_is_not_played_in_a_store_with_events_in_it() {
    let case = read(&example()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    scenario::play(&case, Box::new(open(&folder)), [7; 32]).unwrap_or_else(|m| panic!("{m:?}"));
    let again = scenario::play(&case, Box::new(open(&folder)), [7; 32]);
    let Err(DeskError::Mistaken(mistake)) = again.map_err(|stopped| stopped.cause) else {
        panic!("expected a mistake");
    };
    assert_eq!(mistake.field, "store");
}
