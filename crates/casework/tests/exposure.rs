//! The web of the desk follows the log, is kept and read again, and takes no other log for its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use casework::exposure::{Question, Thing};
use casework::{Actor, Desk, DomainProjection, scenario};
use domain::catalogue::{Assembly, Composition, ItemFacts};
use domain::id::{ItemId, OfficerId};
use domain::time::{Day, Period};
use register::SqliteStore;

fn played(folder: &Path) -> Desk {
    let case = walks::workspace().join("scenarios/tr-2019-2024.yaml");
    let bytes = std::fs::read(case).unwrap();
    let read = intake::scenario::read_scenario(&bytes, "case.yaml").unwrap();
    let (played, desk) = scenario::play(&read, store(folder), [7; 32]).unwrap();
    assert_eq!(played.missed, 0);
    desk
}

fn store(folder: &Path) -> Box<SqliteStore> {
    let file = folder.join("register.sqlite");
    Box::new(SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap())
}

fn monitor() -> Actor {
    Actor {
        officer: OfficerId::new("OFF-MONITOR-1").unwrap(),
        roles: BTreeSet::from(["monitor".to_owned()]),
        office: None,
        party: None,
        compartments: BTreeSet::new(),
    }
}

fn item(id: &str, model: &str) -> ItemFacts {
    ItemFacts {
        id: ItemId::new(id).unwrap(),
        name: "an item".into(),
        model: Some(model.into()),
        maker: None,
        marks: BTreeSet::new(),
        ratings: BTreeSet::new(),
        source: "leaflet".into(),
        basis: None,
    }
}

fn by_item(id: &str) -> Question {
    Question {
        items: BTreeSet::from([ItemId::new(id).unwrap()]),
        ..Question::default()
    }
}

fn permits(desk: &Desk, question: &Question) -> Vec<String> {
    let found = desk.exposure(question, 100).unwrap();
    found
        .of(Thing::Permit)
        .map(|held| held.id.clone())
        .collect()
}

fn day() -> Day {
    Day::new(2019, 1, 1).unwrap()
}

#[test]
fn what_was_recorded_a_moment_ago_is_in_the_next_answer() {
    let folder = tempfile::tempdir().unwrap();
    let desk = played(folder.path());
    assert_eq!(permits(&desk, &by_item("ITM-1")), [""; 0]);
    desk.describe_item(&monitor(), &item("ITM-1", "MX-15D"), day())
        .unwrap();
    assert_eq!(permits(&desk, &by_item("ITM-1")), ["P-001"]);
    assert_eq!(desk.follow().unwrap().behind, 0);
}

#[test]
fn a_web_that_was_kept_is_taken_by_its_own_log_and_by_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let desk = played(folder.path());
    desk.describe_item(&monitor(), &item("ITM-1", "MX-15D"), day())
        .unwrap();
    let mut kept = Vec::new();
    desk.keep_exposure(&mut kept).unwrap();
    desk.describe_item(&monitor(), &item("ITM-2", "MX-15D"), day())
        .unwrap();

    let again = Desk::open(store(folder.path()), Box::new(walks_clock())).unwrap();
    assert!(again.take_exposure(&mut kept.as_slice()).unwrap());
    // Only what came since is read.
    assert_eq!(again.follow().unwrap().behind, 1);
    assert_eq!(permits(&again, &by_item("ITM-2")), ["P-001"]);

    let elsewhere = tempfile::tempdir().unwrap();
    let other = played(elsewhere.path());
    other
        .describe_item(&monitor(), &item("ITM-9", "MX-15D"), day())
        .unwrap();
    assert!(!other.take_exposure(&mut kept.as_slice()).unwrap());
    assert!(!other.take_exposure(&mut [0_u8; 64].as_slice()).unwrap());
    assert_eq!(permits(&other, &by_item("ITM-9")), ["P-001"]);
    assert_eq!(permits(&other, &by_item("ITM-1")), [""; 0]);
}

/// A clock that stands still.
fn walks_clock() -> impl casework::Clock {
    struct Still;
    impl casework::Clock for Still {
        fn now(&self) -> domain::time::Instant {
            domain::time::Instant::at_start_of(Day::new(2024, 6, 1).unwrap())
        }
        fn today(&self) -> Day {
            Day::new(2024, 6, 1).unwrap()
        }
        fn entropy(&self) -> [u8; 32] {
            [1; 32]
        }
    }
    Still
}

#[test]
fn what_now_contains_itself_is_recorded_and_flagged() {
    let folder = tempfile::tempdir().unwrap();
    let desk = played(folder.path());
    for (id, model) in [("ITM-1", "M-1"), ("ITM-2", "M-2")] {
        desk.describe_item(&monitor(), &item(id, model), day())
            .unwrap();
    }
    let compose = |assembly: &str, component: &str| {
        let composition = Composition {
            assembly: Assembly::Item {
                item: ItemId::new(assembly).unwrap(),
            },
            component: ItemId::new(component).unwrap(),
            quantity_per: 1,
            validity: Period {
                from: day(),
                until: None,
            },
            source: "teardown".into(),
            basis: None,
            by: monitor().officer,
            on: day(),
        };
        desk.compose(&monitor(), &composition)
            .map(|done| done.what.flags)
    };
    assert_eq!(compose("ITM-1", "ITM-2").unwrap(), []);
    let flags = compose("ITM-2", "ITM-1").unwrap();
    assert!(
        flags.iter().all(|flag| flag.is_complete()) && flags.len() == 1,
        "{flags:?}"
    );
    assert_eq!(compose("ITM-1", "ITM-1").unwrap().len(), 1);
    assert!(compose("ITM-1", "ITM-9").is_err(), "not in the catalogue");
}

#[test]
fn who_may_not_record_is_refused_and_an_empty_question_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let desk = played(folder.path());
    let exporter = Actor {
        roles: BTreeSet::from(["exporter".to_owned()]),
        ..monitor()
    };
    let refused = desk.describe_item(&exporter, &item("ITM-1", "M-1"), day());
    assert!(refused.is_err());
    assert!(desk.exposure(&Question::default(), 10).is_err());
    assert!(
        desk.exposure_of("FND-NONE", &Question::default(), 10)
            .is_err()
    );
}
