//! Serials: exact, in part, of two makers, built in, in conflict.

use domain::evidence::LinkConfidence;
use exposure::{Check, Flag, Question, Thing};

use crate::world::*;

fn serial(text: &str) -> Question {
    Question {
        serials: [text.to_owned()].into(),
        ..Question::default()
    }
}

fn with_maker(text: &str) -> Question {
    Question {
        makers: [id("PTY-MAKER")].into(),
        ..serial(text)
    }
}

fn world() -> World {
    let mut world = World::new();
    world.item("ITM-1", "T-1", &[]);
    world.permit("P-1", &Named::default());
    world.permit("P-2", &Named::default());
    world.shipment("S-1", "P-1", 1, &[]);
    world.shipment("S-2", "P-1", 1, &[]);
    world
}

#[test]
fn a_serial_is_strong_with_its_maker_and_a_category_without() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1/S-1"));
    let exposure = world.ask(&with_maker("12 734"));
    let strong = LinkConfidence::Strong;
    assert_eq!(one(&exposure, Thing::Permit, "P-1").grade, strong);
    assert_eq!(one(&exposure, Thing::Shipment, "S-1").grade, strong);
    // By model only.
    let other = one(&exposure, Thing::Permit, "P-2");
    assert_eq!(other.grade, LinkConfidence::Category);

    let exposure = world.ask(&serial("12734"));
    let permit = one(&exposure, Thing::Permit, "P-1");
    assert_eq!(permit.grade, LinkConfidence::Category);
    assert!(permit.confirm.contains(&Check::ReadMaker), "{permit:?}");
    assert!(permit.refute.contains(&Check::ReadOtherMaker));
    let another = Question {
        makers: [id("PTY-ANOTHER")].into(),
        ..serial("12734")
    };
    let exposure = world.ask(&another);
    assert_eq!(
        one(&exposure, Thing::Permit, "P-1").grade,
        LinkConfidence::Category
    );
}

#[test]
fn the_item_named_beside_a_serial_says_who_made_it() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1/S-1"));
    let question = Question {
        items: [id("ITM-1")].into(),
        ..serial("12734")
    };
    let exposure = world.ask(&question);
    assert_eq!(
        one(&exposure, Thing::Permit, "P-1").grade,
        LinkConfidence::Strong
    );
}

#[test]
fn a_serial_read_in_part_is_a_set_of_candidates_and_never_sure() {
    let mut world = world();
    world.unit("UNT-1", "12734", None, Some("P-1#1"));
    world.unit("UNT-2", "1X734", None, Some("P-2#1"));
    world.unit("UNT-3", "12735", None, Some("P-3#1"));
    let exposure = world.ask(&with_maker("1?734"));
    assert_eq!(names(&exposure, Thing::Permit), ["P-1", "P-2"]);
    for reached in &exposure.reached {
        assert_eq!(reached.grade, LinkConfidence::Category);
        assert!(reached.confirm.contains(&Check::ReadRest));
    }
    let candidates = Flag::Candidates {
        serial: "1?734".into(),
        how_many: 2,
    };
    assert!(exposure.flags.contains(&candidates), "{:?}", exposure.flags);
}

#[test]
fn a_serial_declared_at_the_border_leads_to_that_shipment_only() {
    let mut world = world();
    world.shipment("S-3", "P-1", 1, &["Z-9"]);
    let exposure = world.ask(&with_maker("z-9"));
    assert_eq!(names(&exposure, Thing::Shipment), ["S-3"]);
    let shipment = one(&exposure, Thing::Shipment, "S-3");
    assert_eq!(shipment.grade, LinkConfidence::Strong);
    assert_eq!(names(&exposure, Thing::Permit), ["P-1"]);
}

#[test]
fn a_unit_without_a_known_shipment_may_have_left_with_any_of_its_line() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1"));
    let exposure = world.ask(&with_maker("12734"));
    let line = one(&exposure, Thing::PermitLine, "P-1#1");
    assert_eq!(line.grade, LinkConfidence::Strong);
    assert_eq!(names(&exposure, Thing::Shipment), ["S-1", "S-2"]);
    let shipment = one(&exposure, Thing::Shipment, "S-1");
    assert_eq!(shipment.grade, LinkConfidence::Category);
}

#[test]
fn a_part_keeps_its_permit_when_it_is_built_into_another() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1/S-1"));
    world.unit("UNT-2", "DRONE-7", None, None);
    world.fitted("UNT-1", "UNT-2", "2020-09-01", None);
    // The serial of the whole reaches the permit of the part, whoever made the whole.
    let exposure = world.ask(&serial("DRONE-7"));
    let permit = one(&exposure, Thing::Permit, "P-1");
    assert_eq!(
        way(permit),
        [
            "serial:DRONE-7",
            "unit:UNT-2",
            "unit:UNT-1",
            "permit-line:P-1#1",
            "permit:P-1"
        ]
    );
}

#[test]
fn one_serial_on_two_permits_is_shown_with_both_and_flagged() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1"));
    world.unit("UNT-2", "12734", Some("ITM-1"), Some("P-2#1"));
    let exposure = world.ask(&with_maker("12734"));
    assert_eq!(names(&exposure, Thing::Permit), ["P-1", "P-2"]);
    let flag = Flag::SeveralPermits {
        serial: "12734".into(),
        permits: ["P-1".to_owned(), "P-2".to_owned()].into(),
    };
    assert!(exposure.flags.contains(&flag), "{:?}", exposure.flags);
}

#[test]
fn one_serial_of_two_makers_is_no_conflict() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1"));
    world.unit("UNT-2", "12734", None, Some("P-2#1"));
    let exposure = world.ask(&with_maker("12734"));
    let is_conflict = |flag: &Flag| matches!(flag, Flag::SeveralPermits { .. });
    assert!(!exposure.flags.iter().any(is_conflict));
    let grade = |permit| one(&exposure, Thing::Permit, permit).grade;
    assert_eq!(grade("P-1"), LinkConfidence::Strong);
    assert_eq!(grade("P-2"), LinkConfidence::Category);
}

#[test]
fn a_unit_in_two_parents_at_once_is_flagged_and_a_moved_one_is_not() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1"));
    world.unit("UNT-2", "B-1", None, None);
    world.unit("UNT-3", "B-2", None, None);
    world.fitted("UNT-1", "UNT-2", "2020-07-01", Some("2020-08-01"));
    world.fitted("UNT-1", "UNT-3", "2020-08-01", None);
    let in_two = |world: &World| {
        let flags = world.ask(&serial("12734")).flags;
        flags
            .into_iter()
            .any(|flag| matches!(flag, Flag::SeveralParents { .. }))
    };
    assert!(!in_two(&world));
    world.fitted("UNT-1", "UNT-2", "2020-07-01", None);
    assert!(in_two(&world));
}
