//! Every scenario that ships plays with every expectation met.

use std::sync::Arc;

use casework::{DomainProjection, scenario};
use register::SqliteStore;

fn play(name: &str) -> scenario::Played {
    let path = walks::workspace().join("scenarios").join(name);
    let bytes = std::fs::read(&path).unwrap();
    let read = intake::scenario::read_scenario(&bytes, name).unwrap_or_else(|m| panic!("{m}"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.sqlite");
    let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
    let (played, _) =
        scenario::play(&read, Box::new(store), [7; 32]).unwrap_or_else(|cause| panic!("{cause:?}"));
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

#[test]
fn the_case_of_2019_to_2024_plays_as_recorded() {
    let played = play("tr-2019-2024.yaml");
    assert_eq!(
        played.missed,
        0,
        "{} of {} not met",
        played.missed,
        played.missed + played.met
    );
    assert!(
        played.met >= 60,
        "only {} expectations were looked at",
        played.met
    );
}
