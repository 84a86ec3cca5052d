//! From items, platforms, marks and links to permits.

use domain::evidence::{LinkConfidence, LinkTarget};
use exposure::{Check, Linked, Question, Step, Thing};

use crate::world::*;

#[test]
fn a_mark_leads_to_the_model_and_the_model_to_the_lines_that_speak_of_it() {
    let mut world = World::new();
    world.item("ITM-1", "MX-T", &["CMX-T"]);
    world.permit(
        "P-1",
        &Named {
            models: &["mx-t"],
            ..Named::default()
        },
    );
    world.permit(
        "P-2",
        &Named {
            models: &["MX-U"],
            ..Named::default()
        },
    );
    world.shipment("S-1", "P-1", 1, &[]);
    let question = Question {
        marks: ["  cmx-T ".to_owned()].into(),
        ..Question::default()
    };
    let exposure = world.ask(&question);
    assert_eq!(names(&exposure, Thing::Permit), ["P-1"]);
    let permit = one(&exposure, Thing::Permit, "P-1");
    assert_eq!(permit.grade, LinkConfidence::Category);
    assert_eq!(
        way(permit),
        [
            "mark:cmx-t",
            "item:ITM-1",
            "mark:mx-t",
            "permit-line:P-1#1",
            "permit:P-1"
        ]
    );
    assert!(permit.confirm.contains(&Check::ReadSerial), "{permit:?}");
    assert!(
        permit.refute.contains(&Check::AllAccountedFor),
        "{permit:?}"
    );
    assert_eq!(names(&exposure, Thing::Shipment), ["S-1"]);
}

#[test]
fn a_permit_recorded_before_the_catalogue_is_reached_too() {
    let mut world = World::new();
    world.permit(
        "P-1",
        &Named {
            models: &["CMX-T"],
            ..Named::default()
        },
    );
    world.item("ITM-1", "MX-T", &["CMX-T"]);
    assert_eq!(names(&world.ask(&about("ITM-1")), Thing::Permit), ["P-1"]);
}

#[test]
fn a_component_keeps_its_permits_inside_anothers_product() {
    let mut world = World::new();
    world.item("ITM-1", "SENSOR", &[]);
    world.item("ITM-2", "TURRET", &[]);
    world.platform("DRONE", "PTY-BUILDER");
    world.part("DRONE", "ITM-2");
    world.part("ITM-2", "ITM-1");
    world.permit(
        "P-1",
        &Named {
            models: &["SENSOR"],
            ..Named::default()
        },
    );
    let question = Question {
        platforms: [id("DRONE")].into(),
        ..Question::default()
    };
    let exposure = world.ask(&question);
    let permit = one(&exposure, Thing::Permit, "P-1");
    assert_eq!(
        way(permit),
        [
            "platform:DRONE",
            "item:ITM-2",
            "item:ITM-1",
            "mark:sensor",
            "permit-line:P-1#1",
            "permit:P-1"
        ]
    );
    assert!(permit.confirm.contains(&Check::PartsList));
    assert!(permit.refute.contains(&Check::BuiltOtherwise));
}

#[test]
fn what_may_have_left_inside_something_reaches_the_permit_of_that() {
    let mut world = World::new();
    world.item("ITM-1", "SENSOR", &[]);
    world.item("ITM-2", "TURRET", &[]);
    world.part("ITM-2", "ITM-1");
    world.permit(
        "P-1",
        &Named {
            models: &["TURRET"],
            ..Named::default()
        },
    );
    assert_eq!(names(&world.ask(&about("ITM-1")), Thing::Permit), ["P-1"]);
}

#[test]
fn what_goes_beside_it_into_the_same_platform_is_not_reached() {
    let mut world = World::new();
    world.item("ITM-1", "SENSOR", &[]);
    world.item("ITM-2", "WHEEL", &[]);
    world.platform("DRONE", "PTY-BUILDER");
    world.part("DRONE", "ITM-1");
    world.part("DRONE", "ITM-2");
    world.permit(
        "P-1",
        &Named {
            models: &["WHEEL"],
            ..Named::default()
        },
    );
    let into = Named {
        models: &["PAINT"],
        platform: Some("DRONE"),
        ..Named::default()
    };
    world.permit("P-2", &into);
    assert_eq!(names(&world.ask(&about("ITM-1")), Thing::Permit), [""; 0]);
    let question = Question {
        platforms: [id("DRONE")].into(),
        ..Question::default()
    };
    assert_eq!(names(&world.ask(&question), Thing::Permit), ["P-2", "P-1"]);
}

#[test]
fn a_permit_brings_its_application_and_assurances_and_not_its_other_lines() {
    let mut world = World::new();
    let named = Named {
        models: &["T-1", "T-2"],
        application: Some("A-1"),
        ..Named::default()
    };
    world.item("ITM-1", "T-1", &[]);
    world.application("A-1", &named);
    world.permit("P-1", &named);
    world.assurance("ASR-1", "PTY-STATE", &["P-1"]);
    world.assurance("ASR-2", "PTY-STATE", &["P-9"]);
    world.shipment("S-1", "P-1", 1, &[]);
    world.shipment("S-2", "P-1", 2, &[]);
    let exposure = world.ask(&about("ITM-1"));
    assert_eq!(names(&exposure, Thing::PermitLine), ["P-1#1"]);
    assert_eq!(names(&exposure, Thing::Application), ["A-1"]);
    assert_eq!(names(&exposure, Thing::ApplicationLine), ["A-1#1"]);
    assert_eq!(names(&exposure, Thing::Assurance), ["ASR-1"]);
    assert_eq!(names(&exposure, Thing::Shipment), ["S-1"]);
}

#[test]
fn an_accepted_link_is_never_made_surer_and_names_its_evidence() {
    let mut world = World::new();
    world.permit("P-1", &Named::default());
    world.shipment("S-1", "P-1", 1, &[]);
    for confidence in [
        LinkConfidence::Category,
        LinkConfidence::Inferred,
        LinkConfidence::Strong,
    ] {
        let question = Question {
            links: vec![Linked {
                to: LinkTarget::Permit { permit: id("P-1") },
                confidence,
                evidence: "EVD-7".into(),
            }],
            ..Question::default()
        };
        let exposure = world.ask(&question);
        let permit = one(&exposure, Thing::Permit, "P-1");
        assert_eq!(permit.grade, confidence);
        let [step] = permit.path.as_slice() else {
            panic!("{permit:?}");
        };
        assert_eq!(step.step, Step::Linked);
        assert_eq!(step.evidence.as_deref(), Some("EVD-7"));
        assert_eq!(one(&exposure, Thing::PermitLine, "P-1#1").grade, confidence);
        // Which of the shipments on the line it was, the link does not say.
        let shipment = one(&exposure, Thing::Shipment, "S-1");
        assert_eq!(shipment.grade, LinkConfidence::Category);
    }
}

#[test]
fn the_surest_path_is_kept_even_where_a_shorter_one_is_not_sure() {
    let mut world = World::new();
    world.item("ITM-1", "T-1", &[]);
    world.permit("P-1", &Named::default());
    world.unit("UNT-1", "A1", Some("ITM-1"), Some("P-1#1"));
    let question = Question {
        serials: ["A1".to_owned()].into(),
        marks: ["T-1".to_owned()].into(),
        items: [id("ITM-1")].into(),
        ..Question::default()
    };
    let exposure = world.ask(&question);
    let permit = one(&exposure, Thing::Permit, "P-1");
    assert_eq!(permit.grade, LinkConfidence::Strong);
    assert_eq!(
        way(permit),
        ["serial:A1", "unit:UNT-1", "permit-line:P-1#1", "permit:P-1"]
    );
    assert!(permit.refute.contains(&Check::SeenElsewhere));
}

#[test]
fn other_permits_of_those_who_got_the_goods_stand_apart() {
    let mut world = World::new();
    world.item("ITM-1", "T-1", &[]);
    world.permit("P-1", &Named::default());
    world.permit(
        "P-2",
        &Named {
            models: &["WHEEL"],
            ..Named::default()
        },
    );
    let elsewhere = Named {
        models: &["WHEEL"],
        consignee: "PTY-OTHER",
        ..Named::default()
    };
    world.permit("P-3", &elsewhere);
    let exposure = world.ask(&about("ITM-1"));
    assert_eq!(names(&exposure, Thing::Permit), ["P-1"]);
    assert_eq!(exposure.beside.permits, 1);
    let [other] = exposure.beside.others.as_slice() else {
        panic!("{:?}", exposure.beside);
    };
    assert_eq!((&*other.permit, &*other.party), ("P-2", "PTY-FAR"));
    assert_eq!(other.role, Step::AsConsignee);
}

#[test]
fn nothing_is_reached_from_what_the_register_does_not_know() {
    let mut world = World::new();
    world.permit("P-1", &Named::default());
    let exposure = world.ask(&about("ITM-9"));
    assert_eq!(exposure.reached, []);
    assert!(format!("{:?}", exposure.flags).contains("ITM-9"));
    let mut question = about("ITM-9");
    question.parties = [id("PTY-NOBODY")].into();
    question.marks = ["T-1".to_owned()].into();
    // A circumstance that nobody knows holds of nothing.
    assert_eq!(world.ask(&question).reached, []);
}
