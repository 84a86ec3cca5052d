//! From a permit or a serial to where the thing may be now.

use domain::evidence::{LinkConfidence, LinkTarget};
use exposure::{Direction, Exposure, Linked, Question, Thing};

use crate::world::*;

fn from_permit(world: &World, permit: &str) -> Exposure {
    world.ask(&Question {
        direction: Direction::Whereabouts,
        links: vec![Linked {
            to: LinkTarget::Permit { permit: id(permit) },
            confidence: LinkConfidence::Strong,
            evidence: "asked".into(),
        }],
        ..Question::default()
    })
}

fn from_serial(world: &World, serial: &str) -> Exposure {
    world.ask(&Question {
        direction: Direction::Whereabouts,
        serials: [serial.to_owned()].into(),
        makers: [id("PTY-MAKER")].into(),
        ..Question::default()
    })
}

fn world() -> World {
    let mut world = World::new();
    world.party("PTY-FAR", "FR");
    world.item("ITM-1", "T-1", &[]);
    world.platform("DRONE", "PTY-BUILDER");
    world.part("DRONE", "ITM-1");
    world.permit(
        "P-1",
        &Named {
            integrator: Some("PTY-BUILDER"),
            ..Named::default()
        },
    );
    world.shipment("S-1", "P-1", 1, &[]);
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1/S-1"));
    world.unit("UNT-2", "DRONE-7", None, None);
    world.fitted("UNT-1", "UNT-2", "2020-09-01", None);
    world
}

#[test]
fn a_permit_leads_to_who_got_the_goods_where_they_went_and_what_they_may_be_in() {
    let exposure = from_permit(&world(), "P-1");
    let mut parties = names(&exposure, Thing::Party);
    parties.sort_unstable();
    assert_eq!(parties, ["PTY-BUILDER", "PTY-FAR"]);
    assert_eq!(names(&exposure, Thing::Country), ["FR"]);
    assert_eq!(names(&exposure, Thing::Platform), ["DRONE"]);
    assert_eq!(names(&exposure, Thing::Unit), ["UNT-2"]);
    // The exporter and the permit itself are no places.
    assert_eq!(exposure.of(Thing::Permit).count(), 0);
}

#[test]
fn where_a_shipment_went_is_sure_and_what_a_permit_allows_is_not() {
    let world = world();
    let exposure = from_permit(&world, "P-1");
    let far = one(&exposure, Thing::Party, "PTY-FAR");
    assert_eq!(far.grade, LinkConfidence::Strong);
    assert_eq!(
        way(far),
        [
            "permit:P-1",
            "permit-line:P-1#1",
            "shipment:S-1",
            "party:PTY-FAR"
        ]
    );
    let mut empty = World::new();
    empty.permit("P-2", &Named::default());
    let exposure = from_permit(&empty, "P-2");
    let far = one(&exposure, Thing::Party, "PTY-FAR");
    assert_eq!(far.grade, LinkConfidence::Category);
}

#[test]
fn a_serial_leads_into_the_unit_that_it_is_built_into() {
    let world = world();
    let exposure = from_serial(&world, "12734");
    let parent = one(&exposure, Thing::Unit, "UNT-2");
    assert_eq!(parent.grade, LinkConfidence::Strong);
    assert_eq!(way(parent), ["serial:12734", "unit:UNT-1", "unit:UNT-2"]);
    let platform = one(&exposure, Thing::Platform, "DRONE");
    assert_eq!(platform.grade, LinkConfidence::Category);
    // Nothing is said of other goods of the permit.
    assert_eq!(names(&exposure, Thing::Shipment), ["S-1"]);
}

#[test]
fn of_two_consignees_that_a_permit_names_the_shipment_says_which() {
    let mut world = World::new();
    world.permit("P-1", &Named::default());
    world.shipment_to("S-1", "P-1", 1, &["X-1"], "PTY-SECOND");
    world.shipment_to("S-2", "P-1", 1, &["X-2"], "PTY-FAR");
    let parties = |serial| {
        let exposure = from_serial(&world, serial);
        let found: Vec<(String, LinkConfidence)> = exposure
            .of(Thing::Party)
            .map(|reached| (reached.id.clone(), reached.grade))
            .collect();
        found
    };
    let strong = LinkConfidence::Strong;
    // By its exporter, the serial is that of the maker.
    assert_eq!(parties("X-1"), [("PTY-SECOND".to_owned(), strong)]);
    assert_eq!(parties("X-2"), [("PTY-FAR".to_owned(), strong)]);
}
