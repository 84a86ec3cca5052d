//! Conditions that customs can check: of the permit, and of a reinstatement, which bind at the gate
//! from its day until an amendment of the authority's own motion ends them.

use domain::event::Event;
use domain::facts::Declared;
use domain::item::{Condition, ConditionKind, LineNo};
use domain::language::Bilingual;
use domain::measure::{Order, OrderKind};
use domain::quantity::Quantity;
use domain::scope::{Place, Scope};
use domain::shipment::ReleaseReason;
use domain::shipment::reason::Whence;
use domain::shipment::release::Decision;

use super::acts::*;
use super::world::{Step, World, given};

const ONE: LineNo = LineNo(1);
const AFTER: &str = "2020-08-01";

fn condition(duty: ConditionKind) -> Condition {
    Condition {
        duty,
        text: Bilingual::new("a condition", "une condition"),
        law: None,
    }
}

/// Suspended from May, reinstated from July under one condition.
fn reinstated(duty: ConditionKind) -> World {
    given([permit("P-1"), suspended("ORD-1", "2020-05-01")]).and(under(duty, &[1, 2]))
}

fn under(duty: ConditionKind, lines: &[u32]) -> Step {
    let order = Order {
        conditions: vec![condition(duty)],
        ..reinstatement("ORD-2", &["P-1"], &["ORD-1"], "2020-07-01")
    };
    made(order, &[("P-1", lines)])
}

fn of_order() -> Whence {
    Whence {
        order: Some(id("ORD-2")),
        law: Some(law("EIPA:10(1)")),
    }
}

fn but(change: impl FnOnce(&mut Declared)) -> Declared {
    let mut one = declared(1, 2);
    change(&mut one);
    one
}

#[track_caller]
fn check(world: &World, declared: Declared, on: &str, expected: &[ReleaseReason]) {
    match world.at_the_gate(&asking("P-1", vec![declared]), day(on)) {
        Decision::Released(_) => assert!(expected.is_empty(), "released, not {expected:?}"),
        Decision::Refused(reasons) => assert_eq!(reasons, expected),
    }
}

#[test]
fn a_reinstatement_holds_under_its_route() {
    let world = reinstated(ConditionKind::RouteMustAvoid {
        countries: vec![id("AZ")],
    });
    check(&world, but(|_| {}), AFTER, &[]);
    let through = || but(|declared| declared.route = ids(&["AZ"]));
    let forbidden = ReleaseReason::RouteForbidden {
        line: ONE,
        country: id("AZ"),
        whence: of_order(),
    };
    check(&world, through(), AFTER, &[forbidden]);
}

#[test]
fn a_reinstatement_holds_under_its_office_and_document() {
    let office = |named: &str| {
        reinstated(ConditionKind::OfficeMustBe {
            offices: vec![id(named)],
        })
    };
    check(&office("OFC-0453"), but(|_| {}), AFTER, &[]);
    let elsewhere = ReleaseReason::OfficeNotNamed {
        office: id("OFC-0453"),
        named: vec![id("OFC-0001")],
        whence: of_order(),
    };
    check(&office("OFC-0001"), but(|_| {}), AFTER, &[elsewhere]);
    let shown = reinstated(ConditionKind::ShowDocument {
        document: id("EUC"),
    });
    let with = but(|declared| declared.documents = ids(&["EUC"]));
    check(&shown, with, AFTER, &[]);
    let missing = ReleaseReason::DocumentNotShown {
        line: ONE,
        document: id("EUC"),
        whence: of_order(),
    };
    check(&shown, but(|_| {}), AFTER, &[missing]);
}

#[test]
fn a_reinstatement_holds_for_its_destinations_and_consignees() {
    let only = |country: &str| {
        reinstated(ConditionKind::DestinationMustBe {
            countries: vec![id(country)],
        })
    };
    check(&only("TR"), but(|_| {}), AFTER, &[]);
    let elsewhere = ReleaseReason::DestinationNotNamed {
        line: ONE,
        country: id("TR"),
        named: vec![id("DE")],
        whence: of_order(),
    };
    check(&only("DE"), but(|_| {}), AFTER, &[elsewhere]);
    let received_by = |party: &str| {
        reinstated(ConditionKind::ConsigneeMustBe {
            consignees: vec![id(party)],
        })
    };
    check(&received_by("PTY-CONSIGNEE"), but(|_| {}), AFTER, &[]);
    let other = ReleaseReason::ConsigneeNotNamed {
        line: ONE,
        consignee: Some(id("PTY-CONSIGNEE")),
        named: vec![id("PTY-OTHER")],
        whence: of_order(),
    };
    check(&received_by("PTY-OTHER"), but(|_| {}), AFTER, &[other]);
}

#[test]
fn a_cap_counts_what_was_used_before_and_is_exact_in_its_unit() {
    let capped = |quantity: Quantity| {
        let duty = ConditionKind::QuantityAtMost { quantity };
        given([
            permit("P-1"),
            reserved("SHP-1", 1, 3),
            suspended("ORD-1", "2020-05-01"),
        ])
        .and(under(duty, &[1, 2]))
    };
    check(&capped(Quantity::each(5)), declared(1, 2), AFTER, &[]);
    let more = ReleaseReason::MoreThanCondition {
        line: ONE,
        asked: 2.into(),
        used: 3.into(),
        at_most: 4.into(),
        whence: of_order(),
    };
    check(&capped(Quantity::each(4)), declared(1, 2), AFTER, &[more]);
    let pairs = Quantity::parse("2.5", "PR").unwrap();
    check(&capped(pairs), declared(1, 2), AFTER, &[]);
    let by_weight = ReleaseReason::OtherUnit {
        line: ONE,
        declared: "C62".into(),
        permitted: "KGM".into(),
    };
    let kilos = Quantity::parse("900", "KGM").unwrap();
    check(&capped(kilos), declared(1, 2), AFTER, &[by_weight]);
}

#[test]
fn a_cap_is_not_passed_by_splitting_a_declaration() {
    let duty = ConditionKind::QuantityAtMost {
        quantity: Quantity::each(3),
    };
    let world = reinstated(duty);
    let twice = asking("P-1", vec![declared(1, 2), declared(1, 2)]);
    let Decision::Refused(reasons) = world.at_the_gate(&twice, day(AFTER)) else {
        panic!("released");
    };
    assert!(matches!(
        reasons.as_slice(),
        [ReleaseReason::MoreThanCondition { .. }]
    ));
}

#[test]
fn the_last_day_of_a_condition_still_counts() {
    let world = reinstated(ConditionKind::LeaveBy {
        last_day: day("2020-08-31"),
    });
    check(&world, but(|_| {}), "2020-08-31", &[]);
    let late = ReleaseReason::AfterLastDay {
        line: ONE,
        last_day: day("2020-08-31"),
        whence: of_order(),
    };
    check(&world, but(|_| {}), "2020-09-01", &[late]);
}

#[test]
fn a_condition_binds_the_lines_reinstated_and_no_other() {
    let duty = ConditionKind::ShowDocument {
        document: id("EUC"),
    };
    let one = order("ORD-1", OrderKind::Suspend, &["P-1"], "2020-05-01");
    let world = given([permit("P-1"), made(one, &[("P-1", &[1])])]).and(under(duty, &[1]));
    check(&world, declared(2, 1), AFTER, &[]);
    let missing = ReleaseReason::DocumentNotShown {
        line: ONE,
        document: id("EUC"),
        whence: of_order(),
    };
    check(&world, declared(1, 1), AFTER, &[missing]);
}

#[test]
fn the_condition_of_a_reinstated_use_binds_that_use_and_leaves_the_rest_alone() {
    let toward_turkiye = Scope::Country {
        at: Place::FinalDestination,
        is: id("TR"),
    };
    let stop_use = Order {
        use_scope: Some(toward_turkiye),
        ..order("ORD-1", OrderKind::Suspend, &["P-1"], "2020-05-01")
    };
    let duty = ConditionKind::ShowDocument {
        document: id("EUC"),
    };
    let both_ways = permit_as("P-1", |issued| {
        issued.terms.destinations = ids(&["TR", "DE"]);
        issued.terms.final_destinations = ids(&["TR", "DE"]);
    });
    let world = given([both_ways, made(stop_use, &[("P-1", &[1, 2])])]).and(under(duty, &[1, 2]));
    let german = but(|declared| {
        declared.destination = id("DE");
        declared.final_destination = id("DE");
    });
    check(&world, german, AFTER, &[]);
    let missing = ReleaseReason::DocumentNotShown {
        line: ONE,
        document: id("EUC"),
        whence: of_order(),
    };
    check(&world, but(|_| {}), AFTER, &[missing]);
}

#[test]
fn an_amendment_of_the_authority_ends_the_conditions_that_it_names() {
    let duty = ConditionKind::ShowDocument {
        document: id("EUC"),
    };
    let ending = |ends: &[&str]| {
        let order = Order {
            ends: ids(ends),
            new_terms: [(id("P-1"), terms())].into(),
            ..order("ORD-3", OrderKind::Amend, &["P-1"], "2020-09-01")
        };
        made(order, &[("P-1", &[1, 2])])
    };
    let missing = || ReleaseReason::DocumentNotShown {
        line: ONE,
        document: id("EUC"),
        whence: of_order(),
    };
    let ended = reinstated(duty.clone()).and(ending(&["ORD-2"]));
    check(&ended, but(|_| {}), "2020-08-31", &[missing()]);
    check(&ended, but(|_| {}), "2020-09-01", &[]);
    let silent = reinstated(duty).and(ending(&[]));
    check(&silent, but(|_| {}), "2020-09-01", &[missing()]);
}

#[test]
fn what_the_register_knew_before_has_no_conditions_of_later_orders() {
    let world = reinstated(ConditionKind::DeclareSerials);
    let at = |kind: &str| {
        let mut log = world.log.iter();
        log.find(|held| held.event.kind() == kind).unwrap().position
    };
    let permit = world.permit("P-1");
    assert_eq!(permit.reinstated.len(), 1);
    assert!(
        permit
            .known_at(at("OrderSigned"))
            .unwrap()
            .reinstated
            .is_empty()
    );
    assert!(matches!(world.log[0].event, Event::PermitRecorded(_)));
}
