//! General permits: a scope rather than named parties, used after registration.

use std::collections::BTreeSet;

use domain::event::{GeneralPermitRegistered, GeneralPermitRegistrationEnded};
use domain::facts::Declared;
use domain::item::LineNo;
use domain::measure::{Order, OrderKind};
use domain::money::Money;
use domain::permit::{Issued, PermitKind, Undisclosed};
use domain::quantity::Quantity;
use domain::shipment::release::Decision;
use domain::shipment::{ReleaseReason, Term};

use super::acts::*;
use super::world::{Step, World, given};

fn general(but: impl FnOnce(&mut Issued)) -> Step {
    permit_as("P-1", |issued| {
        let terms = &mut issued.terms;
        terms.kind = PermitKind::General;
        terms.exporter = None;
        terms.consignees = BTreeSet::new();
        terms.intermediates = BTreeSet::new();
        terms.end_user = None;
        terms.end_user_country = None;
        terms.integrator = None;
        terms.destinations = ids(&["DE", "IT"]);
        terms.final_destinations = BTreeSet::new();
        terms.lines.truncate(1);
        terms.lines[0].quantity = None;
        terms.lines[0].value = None;
        but(issued);
    })
}

fn registered(from: &str) -> Step {
    let event = GeneralPermitRegistered {
        permit: id("P-1"),
        exporter: id("PTY-HOLDER"),
        effective_from: day(from),
    };
    vec![event.into()]
}

fn ended(from: &str) -> Step {
    let event = GeneralPermitRegistrationEnded {
        permit: id("P-1"),
        exporter: id("PTY-HOLDER"),
        effective_from: day(from),
        reason: "records not kept".into(),
    };
    vec![event.into()]
}

fn by(exporter: Option<&str>) -> Declared {
    Declared {
        destination: id("DE"),
        final_destination: id("DE"),
        consignee: None,
        exporter: exporter.map(id),
        entry: Some(entry("2-15.d")),
        ..declared(1, 1)
    }
}

#[track_caller]
fn check(world: &World, declared: Declared, on: &str, expected: &[ReleaseReason]) {
    match world.at_the_gate(&asking("P-1", vec![declared]), day(on)) {
        Decision::Released(_) => assert!(expected.is_empty(), "released, not {expected:?}"),
        Decision::Refused(reasons) => assert_eq!(reasons, expected),
    }
}

fn not_registered(exporter: Option<&str>) -> ReleaseReason {
    ReleaseReason::NotRegistered {
        exporter: exporter.map(id),
    }
}

#[test]
fn a_general_permit_is_used_after_registration_and_by_the_registered_only() {
    let world = given([
        general(|_| {}),
        registered("2020-01-01"),
        ended("2020-06-01"),
        registered("2020-09-01"),
    ]);
    let holder = || Some("PTY-HOLDER");
    check(
        &world,
        by(holder()),
        "2019-12-31",
        &[not_registered(holder())],
    );
    check(&world, by(holder()), "2020-01-01", &[]);
    check(&world, by(holder()), "2020-05-31", &[]);
    check(
        &world,
        by(holder()),
        "2020-06-01",
        &[not_registered(holder())],
    );
    check(&world, by(holder()), "2020-09-01", &[]);
    check(
        &world,
        by(Some("PTY-OTHER")),
        "2020-01-01",
        &[not_registered(Some("PTY-OTHER"))],
    );
    check(&world, by(None), "2020-01-01", &[not_registered(None)]);
}

#[test]
fn a_registration_that_never_began_cannot_end() {
    let mut world = given([general(|_| {})]);
    let fault = world.try_record(ended("2020-06-01").remove(0));
    assert!(fault.is_err(), "{fault:?}");
}

#[test]
fn a_general_permit_lets_nothing_out_that_does_not_say_under_which_entry() {
    let world = given([general(|_| {}), registered("2020-01-01")]);
    let declared = Declared {
        entry: None,
        ..by(Some("PTY-HOLDER"))
    };
    let silent = ReleaseReason::Mismatch {
        line: LineNo(1),
        term: Term::Entry,
        declared: "—".into(),
        permitted: vec![entry("2-15.d").to_string()],
    };
    check(&world, declared, "2020-01-01", &[silent]);
}

#[test]
fn a_general_permit_covers_its_destinations_only() {
    let world = given([general(|_| {}), registered("2020-01-01")]);
    let mut elsewhere = by(Some("PTY-HOLDER"));
    elsewhere.destination = id("TR");
    elsewhere.final_destination = id("TR");
    let Decision::Refused(reasons) =
        world.at_the_gate(&asking("P-1", vec![elsewhere]), day("2020-01-01"))
    else {
        panic!("refused");
    };
    assert_eq!(reasons.len(), 2, "first and final destination: {reasons:?}");
}

#[test]
fn an_order_may_stop_the_use_by_one_exporter_and_the_general_permit_stays() {
    let one_exporter = Order {
        use_scope: Some(domain::scope::Scope::Party {
            is: id("PTY-HOLDER"),
            role: Some(domain::party::PartyRole::Exporter),
        }),
        ..order("ORD-1", OrderKind::Suspend, &["P-1"], "2020-02-01")
    };
    let mut other = registered("2020-01-01");
    if let Some(domain::event::Event::GeneralPermitRegistered(event)) = other.first_mut() {
        event.exporter = id("PTY-OTHER");
    }
    let world = given([
        general(|_| {}),
        registered("2020-01-01"),
        other,
        made(one_exporter, &[("P-1", &[1])]),
    ]);
    let stopped = world.at_the_gate(
        &asking("P-1", vec![by(Some("PTY-HOLDER"))]),
        day("2020-02-01"),
    );
    assert!(matches!(stopped, Decision::Refused(_)));
    check(&world, by(Some("PTY-OTHER")), "2020-02-01", &[]);
}

#[test]
fn a_line_without_a_limit_keeps_the_measures_of_its_first_use() {
    let world = given([general(|_| {}), registered("2020-01-01")]);
    let ask = asking("P-1", vec![by(Some("PTY-HOLDER"))]);
    let Decision::Released(event) = world.at_the_gate(&ask, day("2020-01-01")) else {
        panic!("released");
    };
    let world = world.and(vec![event.into()]);
    let mut in_euros = by(Some("PTY-HOLDER"));
    in_euros.value = Money::parse("100", "EUR").unwrap();
    check(
        &world,
        in_euros,
        "2020-01-01",
        &[ReleaseReason::OtherCurrency {
            line: LineNo(1),
            declared: "EUR".into(),
            permitted: "CAD".into(),
        }],
    );
    check(&world, by(Some("PTY-HOLDER")), "2020-01-01", &[]);
}

#[test]
fn a_limit_in_one_measure_alone_is_not_read_as_no_limit() {
    let only_quantity = general(|issued| issued.terms.lines[0].quantity = Some(Quantity::each(1)));
    let world = given([only_quantity, registered("2020-01-01")]);
    let mut many = by(Some("PTY-HOLDER"));
    many.quantity = Quantity::each(50);
    let value = ReleaseReason::Undisclosed {
        line: LineNo(1),
        what: Undisclosed::Value,
    };
    check(&world, many, "2020-01-01", &[value]);
}

#[test]
fn a_limit_in_both_measures_holds_on_a_general_permit() {
    let limited = general(|issued| issued.terms.lines[0] = line(1, 2));
    let world = given([limited, registered("2020-01-01")]);
    let some = |count| Declared {
        quantity: Quantity::each(count),
        ..by(Some("PTY-HOLDER"))
    };
    check(&world, some(2), "2020-01-01", &[]);
    let Decision::Refused(reasons) =
        world.at_the_gate(&asking("P-1", vec![some(3)]), day("2020-01-01"))
    else {
        panic!("refused");
    };
    assert!(matches!(
        reasons.as_slice(),
        [ReleaseReason::MoreThanLeft { .. }]
    ));
}
