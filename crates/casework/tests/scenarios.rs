//! Every scenario that ships plays with every expectation met; a wrong one is seen, and a file that
//! cannot be played says where.

use std::sync::Arc;

use casework::{DeskError, DomainProjection, scenario};
use intake::scenario::{Scenario, ScenarioMistake, read_scenario};
use register::SqliteStore;

fn open(folder: &tempfile::TempDir) -> SqliteStore {
    let file = folder.path().join("case.sqlite");
    SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap()
}

fn text_of(folder: &str, name: &str) -> String {
    std::fs::read_to_string(walks::workspace().join(folder).join(name)).unwrap()
}

fn read(text: &str) -> Result<Scenario, ScenarioMistake> {
    read_scenario(text.as_bytes(), "case.yaml")
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
            row.day, row.n, row.what, row.reached, row.expected, row.found
        );
    }
    played
}

fn assert_all_met(played: &scenario::Played, at_least: u64) {
    let looked_at = played.missed + played.met;
    assert_eq!(
        played.missed, 0,
        "{} of {looked_at} not met",
        played.missed
    );
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
    assert_all_met(&played, 100);
    let verbs = ["Freeze", "Thaw", "Revocation", "Declaration of nullity"];
    for verb in verbs {
        let title = format!("{verb} of permits");
        assert!(played.rows.iter().any(|row| row.what == title), "{title}");
    }
}
