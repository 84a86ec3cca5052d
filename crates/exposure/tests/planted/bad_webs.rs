//! Webs that cannot be true: the walk ends, everything is kept, and what is wrong is said.

use exposure::{Cut, DEPTH_MAX, Flag, Question, Thing};

use crate::world::*;

fn circles(world: &World, question: &Question) -> Vec<Vec<String>> {
    let flags = world.ask(question).flags.into_iter();
    flags
        .filter_map(|flag| match flag {
            Flag::Circle { things } => Some(things.into_iter().collect()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_circle_of_parts_ends_and_is_named_without_what_only_hangs_on_it() {
    let mut world = World::new();
    for item in ["ITM-1", "ITM-2", "ITM-3", "ITM-4", "ITM-5"] {
        world.item(item, &item.replace("ITM", "M"), &[]);
    }
    world.part("ITM-1", "ITM-2");
    world.part("ITM-2", "ITM-3");
    world.part("ITM-3", "ITM-1");
    world.part("ITM-3", "ITM-4");
    world.part("ITM-5", "ITM-1");
    world.permit(
        "P-1",
        &Named {
            models: &["M-4"],
            ..Named::default()
        },
    );
    let exposure = world.ask(&about("ITM-1"));
    assert_eq!(names(&exposure, Thing::Permit), ["P-1"]);
    assert_eq!(
        circles(&world, &about("ITM-1")),
        [["ITM-1", "ITM-2", "ITM-3"]]
    );
    assert_eq!(
        circles(&world, &about("ITM-4")),
        [["ITM-1", "ITM-2", "ITM-3"]]
    );
}

#[test]
fn what_is_built_two_ways_of_the_same_parts_is_no_circle() {
    let mut world = World::new();
    for item in ["ITM-1", "ITM-2", "ITM-3", "ITM-4"] {
        world.item(item, &item.replace("ITM", "M"), &[]);
    }
    world.part("ITM-1", "ITM-2");
    world.part("ITM-1", "ITM-3");
    world.part("ITM-2", "ITM-4");
    world.part("ITM-3", "ITM-4");
    assert_eq!(circles(&world, &about("ITM-1")), [[""; 0]; 0]);
}

#[test]
fn a_part_of_itself_is_a_circle_of_one() {
    let mut world = World::new();
    world.item("ITM-1", "M-1", &[]);
    world.part("ITM-1", "ITM-1");
    assert_eq!(circles(&world, &about("ITM-1")), [["ITM-1"]]);
}

#[test]
fn units_built_into_each_other_end_and_are_named() {
    let mut world = World::new();
    world.unit("UNT-1", "A1", None, Some("P-1#1"));
    world.unit("UNT-2", "A2", None, None);
    world.fitted("UNT-1", "UNT-2", "2020-01-01", None);
    world.fitted("UNT-2", "UNT-1", "2020-01-01", None);
    world.permit("P-1", &Named::default());
    let question = Question {
        serials: ["A2".to_owned()].into(),
        ..Question::default()
    };
    assert_eq!(names(&world.ask(&question), Thing::Permit), ["P-1"]);
    assert_eq!(circles(&world, &question), [["UNT-1", "UNT-2"]]);
}

#[test]
fn a_path_that_is_too_long_is_not_shown_and_the_answer_says_so() {
    let mut world = World::new();
    let levels = DEPTH_MAX + 5;
    for n in 0..levels {
        world.item(&format!("ITM-{n}"), &format!("M-{n}"), &[]);
        world.permit(
            &format!("P-{n}"),
            &Named {
                models: &[&format!("M-{n}")],
                ..Named::default()
            },
        );
    }
    for n in 1..levels {
        world.part(&format!("ITM-{}", n - 1), &format!("ITM-{n}"));
    }
    let exposure = world.ask(&about("ITM-0"));
    assert_eq!(exposure.cuts, [Cut::Depth]);
    // Item, its assembly levels, mark, line and permit: exactly as many steps as there may be.
    assert_eq!(exposure.of(Thing::Permit).count(), DEPTH_MAX - 3);
    assert_eq!(world.ask(&about("ITM-30")).cuts, []);
}

#[test]
fn a_shipment_on_a_permit_that_nobody_recorded_is_kept() {
    let mut world = World::new();
    world.shipment("S-1", "P-9", 3, &["Q-1"]);
    let question = Question {
        serials: ["Q-1".to_owned()].into(),
        ..Question::default()
    };
    let exposure = world.ask(&question);
    assert_eq!(names(&exposure, Thing::Shipment), ["S-1"]);
    assert_eq!(names(&exposure, Thing::PermitLine), ["P-9#3"]);
}

#[test]
fn texts_that_are_no_plain_latin_are_kept_as_they_stand() {
    let mut world = World::new();
    world.item("ITM-1", "МХ-15 \u{202e}dne\u{202c}", &["كامera"]);
    world.permit(
        "P-1",
        &Named {
            models: &["كامera"],
            ..Named::default()
        },
    );
    assert_eq!(names(&world.ask(&about("ITM-1")), Thing::Permit), ["P-1"]);
}
