//! Parties, countries and days: they narrow what is reached by model, make an inference together,
//! and are where a walk begins when nothing else is asked.

use domain::evidence::LinkConfidence;
use exposure::{Flag, Question, Thing, Window};

use crate::world::*;

fn window(from: &str, to: &str) -> Window {
    Window {
        from: Some(day(from)),
        to: Some(day(to)),
    }
}

fn world() -> World {
    let mut world = World::new();
    world.party("PTY-FAR", "FR");
    world.party("PTY-OTHER", "DE");
    world.item("ITM-1", "T-1", &[]);
    world.permit("P-1", &Named::default());
    let other = Named {
        consignee: "PTY-OTHER",
        destination: "DE",
        ..Named::default()
    };
    world.permit("P-2", &other);
    let late = Named {
        from: "2024-01-01",
        until: "2025-01-01",
        ..Named::default()
    };
    world.permit("P-3", &late);
    world.shipment("S-1", "P-1", 1, &[]);
    world
}

#[test]
fn model_days_and_mark_together_make_an_inference_and_none_of_them_alone() {
    let world = world();
    let grade = |parties: &[&str], window: Window| {
        let question = Question {
            parties: parties.iter().map(|&party| id(party)).collect(),
            window,
            ..about("ITM-1")
        };
        let exposure = world.ask(&question);
        one(&exposure, Thing::Permit, "P-1").grade
    };
    let days = window("2020-06-01", "2020-09-30");
    assert_eq!(grade(&["PTY-FAR"], days), LinkConfidence::Inferred);
    assert_eq!(grade(&[], days), LinkConfidence::Category);
    assert_eq!(
        grade(&["PTY-FAR"], Window::default()),
        LinkConfidence::Category
    );
    // The exporter's own name on the thing says nothing of who received it.
    assert_eq!(grade(&["PTY-MAKER"], days), LinkConfidence::Category);
}

#[test]
fn what_does_not_fit_is_set_aside_and_counted() {
    let world = world();
    let question = Question {
        parties: [id("PTY-FAR")].into(),
        window: window("2020-06-01", "2020-09-30"),
        ..about("ITM-1")
    };
    let exposure = world.ask(&question);
    assert_eq!(names(&exposure, Thing::Permit), ["P-1"]);
    assert_eq!(exposure.set_aside, 2);
    let shipment = one(&exposure, Thing::Shipment, "S-1");
    assert_eq!(shipment.grade, LinkConfidence::Inferred);
}

#[test]
fn a_shipment_outside_the_days_is_set_aside() {
    let world = world();
    // The shipment was declared on 1 June 2020.
    for (from, to, shipments) in [
        ("2020-06-01", "2020-06-01", 1),
        ("2020-06-02", "2020-06-30", 0),
        ("2020-05-01", "2020-05-31", 0),
    ] {
        let question = Question {
            window: window(from, to),
            ..about("ITM-1")
        };
        let exposure = world.ask(&question);
        assert_eq!(exposure.of(Thing::Shipment).count(), shipments, "{from}");
        assert!(exposure.of(Thing::Permit).any(|p| p.id == "P-1"), "{from}");
    }
}

#[test]
fn the_first_and_the_last_day_of_a_permit_are_in() {
    let world = world();
    for (from, to, is_reached) in [
        ("2020-05-14", "2020-05-14", false),
        ("2020-05-15", "2020-05-15", true),
        ("2022-05-14", "2022-05-14", true),
        ("2022-05-15", "2022-05-15", false),
    ] {
        let question = Question {
            window: window(from, to),
            ..about("ITM-1")
        };
        let exposure = world.ask(&question);
        let found = exposure.of(Thing::Permit).any(|permit| permit.id == "P-1");
        assert_eq!(found, is_reached, "{from}");
    }
}

#[test]
fn a_country_narrows_by_destination_and_by_who_resides_there() {
    let mut world = world();
    // Goes to France by name of the consignee only.
    let through = Named {
        destination: "BE",
        ..Named::default()
    };
    world.permit("P-4", &through);
    let question = Question {
        territories: [id("FR")].into(),
        ..about("ITM-1")
    };
    let exposure = world.ask(&question);
    assert_eq!(names(&exposure, Thing::Permit), ["P-1", "P-3", "P-4"]);
}

#[test]
fn a_party_alone_is_where_a_walk_begins_and_other_circumstances_narrow_it() {
    let world = world();
    let question = Question {
        parties: [id("PTY-FAR")].into(),
        ..Question::default()
    };
    let exposure = world.ask(&question);
    assert_eq!(names(&exposure, Thing::Permit), ["P-1", "P-3"]);
    assert_eq!(names(&exposure, Thing::PermitLine), ["P-1#1", "P-3#1"]);
    assert_eq!(names(&exposure, Thing::Shipment), ["S-1"]);
    let all = exposure.reached.iter();
    assert!(all.into_iter().all(|r| r.grade == LinkConfidence::Category));
    let question = Question {
        window: window("2024-06-01", "2024-06-30"),
        ..question
    };
    assert_eq!(names(&world.ask(&question), Thing::Permit), ["P-3"]);
}

#[test]
fn a_country_alone_and_days_alone_are_where_a_walk_begins() {
    let world = world();
    let question = Question {
        territories: [id("DE")].into(),
        ..Question::default()
    };
    assert_eq!(names(&world.ask(&question), Thing::Permit), ["P-2"]);
    let question = Question {
        window: window("2024-06-01", "2024-06-30"),
        ..Question::default()
    };
    assert_eq!(names(&world.ask(&question), Thing::Permit), ["P-3"]);
}

#[test]
fn an_integrator_leads_to_what_it_builds_and_what_is_in_that() {
    let mut world = world();
    world.platform("DRONE", "PTY-BUILDER");
    world.part("DRONE", "ITM-1");
    let into = Named {
        models: &["PAINT"],
        integrator: Some("PTY-BUILDER"),
        ..Named::default()
    };
    world.permit("P-4", &into);
    let question = Question {
        integrators: [id("PTY-BUILDER")].into(),
        ..Question::default()
    };
    let exposure = world.ask(&question);
    let mut found = names(&exposure, Thing::Permit);
    found.sort_unstable();
    assert_eq!(found, ["P-1", "P-2", "P-3", "P-4"]);
    let question = Question {
        items: [id("ITM-1")].into(),
        ..question
    };
    assert_eq!(names(&world.ask(&question), Thing::Permit), [""; 0]);
}

#[test]
fn a_part_that_was_not_built_in_at_the_time_does_not_lead_on() {
    let mut world = World::new();
    world.item("ITM-1", "SENSOR", &[]);
    world.item("ITM-2", "TURRET", &[]);
    world.part_in("ITM-2", "ITM-1", "2019-01-01", Some("2020-01-01"));
    world.permit(
        "P-1",
        &Named {
            models: &["SENSOR"],
            ..Named::default()
        },
    );
    let asked = |window: Window| {
        let question = Question {
            window,
            ..about("ITM-2")
        };
        world.ask(&question).of(Thing::Permit).count()
    };
    assert_eq!(asked(Window::default()), 1);
    assert_eq!(asked(window("2020-06-01", "2020-06-30")), 0);
    assert_eq!(asked(window("2019-12-31", "2020-06-30")), 1);
    assert_eq!(asked(window("2020-01-01", "2020-06-30")), 0);
}

#[test]
fn an_exact_serial_is_kept_against_the_circumstances_and_said_to_contradict_them() {
    let mut world = world();
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-2#1"));
    let question = Question {
        serials: ["12734".to_owned()].into(),
        parties: [id("PTY-FAR")].into(),
        ..about("ITM-1")
    };
    let exposure = world.ask(&question);
    let permit = one(&exposure, Thing::Permit, "P-2");
    assert_eq!(permit.grade, LinkConfidence::Strong);
    let flag = Flag::Contradicts {
        permit: "P-2".into(),
    };
    assert!(exposure.flags.contains(&flag), "{:?}", exposure.flags);
}

#[test]
fn a_question_asks_something_that_can_be() {
    let check = |question: Question| question.check().map_err(|m| m.says());
    assert!(check(Question::default()).is_err());
    let only_a_maker = Question {
        makers: [id("PTY-MAKER")].into(),
        ..Question::default()
    };
    assert!(check(only_a_maker).is_err());
    let backwards = Question {
        window: window("2020-02-01", "2020-01-01"),
        ..Question::default()
    };
    assert!(check(backwards).is_err());
    for serial in ["", "???", "*", &"9".repeat(65)] {
        let question = Question {
            serials: [serial.to_owned()].into(),
            ..Question::default()
        };
        let said = check(question).unwrap_err();
        assert!(said.is_complete() && said.en != said.fr, "{said:?}");
    }
    let many = (0..1_001).map(|n| format!("M-{n}")).collect();
    let too_many = Question {
        marks: many,
        ..Question::default()
    };
    assert!(check(too_many).is_err());
}
