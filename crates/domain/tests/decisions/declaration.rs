//! The declaration against the permit: a mismatch is a reason, and what is unknown is not released.

use std::collections::BTreeSet;

use domain::event::ShipmentReserved;
use domain::facts::Declared;
use domain::item::{Condition, ConditionKind, LineNo};
use domain::money::Money;
use domain::permit::standing::Standing;
use domain::permit::{Issued, Movement, Undisclosed};
use domain::policy::{PolicyAnswer, PolicyFinding};
use domain::quantity::Quantity;
use domain::shipment::reason::Whence;
use domain::shipment::release::{Decision, ReserveShipment};
use domain::shipment::{ReleaseReason, Term};

use super::acts::*;
use super::world::{World, given};

const TODAY: &str = "2020-06-01";
const ONE: LineNo = LineNo(1);

fn in_force() -> World {
    given([permit("P-1")])
}

#[track_caller]
fn check(world: &World, ask: &ReserveShipment, expected: &[ReleaseReason]) {
    match world.at_the_gate(ask, day(TODAY)) {
        Decision::Released(_) => assert!(expected.is_empty(), "released, not {expected:?}"),
        Decision::Refused(reasons) => assert_eq!(reasons, expected),
    }
}

/// One piece of line 1, declared as usual but for a change.
fn but(change: impl FnOnce(&mut Declared)) -> ReserveShipment {
    let mut one = declared(1, 1);
    change(&mut one);
    asking("P-1", vec![one])
}

fn issued_but(change: impl FnOnce(&mut Issued)) -> World {
    given([permit_as("P-1", change)])
}

fn with_condition(duty: ConditionKind) -> World {
    issued_but(|issued| {
        issued.terms.conditions = vec![Condition {
            duty,
            text: says("a condition"),
            law: None,
        }];
    })
}

#[test]
fn what_agrees_with_the_permit_is_reserved_in_both_measures() {
    let ask = asking("P-1", vec![declared(1, 2), declared(2, 1), declared(1, 1)]);
    let answer = in_force().at_the_gate(&ask, day(TODAY));
    let expected = ShipmentReserved {
        shipment: id("SHP-ASKED"),
        permit: id("P-1"),
        lodged: lodged(),
        lines: ask.lines.clone(),
        amounts: amounts(&[(1, both(3, 300)), (2, both(1, 100))]),
        lapses_at: lapse(),
    };
    assert_eq!(answer, Decision::Released(expected));
}

#[test]
fn a_mismatch_is_a_reason_and_not_a_silent_pass() {
    let mismatch = |term, declared: &str, permitted: &[&str]| ReleaseReason::Mismatch {
        line: ONE,
        term,
        declared: declared.into(),
        permitted: permitted.iter().map(|&text| text.to_owned()).collect(),
    };
    type Change = fn(&mut Declared);
    let table: [(Change, ReleaseReason); 7] = [
        (
            |d| d.destination = id("AZ"),
            mismatch(Term::Destination, "AZ", &["TR"]),
        ),
        (
            |d| d.final_destination = id("AZ"),
            mismatch(Term::FinalDestination, "AZ", &["TR"]),
        ),
        (
            |d| d.consignee = Some(id("PTY-X")),
            mismatch(Term::Consignee, "PTY-X", &["PTY-CONSIGNEE"]),
        ),
        (
            |d| d.consignee = None,
            mismatch(Term::Consignee, "—", &["PTY-CONSIGNEE"]),
        ),
        (
            |d| d.intermediates = ids(&["PTY-X"]),
            mismatch(Term::Intermediate, "PTY-X", &["PTY-FORWARDER"]),
        ),
        (
            |d| d.exporter = Some(id("PTY-X")),
            mismatch(Term::Exporter, "PTY-X", &["PTY-HOLDER"]),
        ),
        (
            |d| d.entry = Some(entry("2-10")),
            mismatch(Term::Entry, "2-10", &[]),
        ),
    ];
    for (change, expected) in table {
        let expected = match expected {
            ReleaseReason::Mismatch {
                term: Term::Entry, ..
            } => mismatch(Term::Entry, "GUIDE@2020:2-10", &["GUIDE@2020:2-15.d"]),
            other => other,
        };
        check(&in_force(), &but(change), &[expected]);
    }
    check(
        &in_force(),
        &but(|d| d.intermediates = ids(&["PTY-FORWARDER"])),
        &[],
    );
    check(
        &in_force(),
        &but(|d| d.exporter = Some(id("PTY-HOLDER"))),
        &[],
    );
    check(
        &in_force(),
        &but(|d| d.entry = Some(entry("2-15.d.1"))),
        &[],
    );
}

#[test]
fn every_reason_is_given_and_not_only_the_first() {
    let ask = but(|declared| {
        declared.destination = id("AZ");
        declared.quantity = Quantity::each(8);
    });
    let Decision::Refused(reasons) = in_force().at_the_gate(&ask, day(TODAY)) else {
        panic!("refused");
    };
    assert!(matches!(
        reasons.as_slice(),
        [
            ReleaseReason::Mismatch { .. },
            ReleaseReason::MoreThanLeft { .. }
        ]
    ));
}

#[test]
fn there_must_be_a_permit_a_line_and_something_declared() {
    check(
        &in_force(),
        &asking("P-9", vec![declared(1, 1)]),
        &[ReleaseReason::NoSuchPermit { permit: id("P-9") }],
    );
    check(
        &in_force(),
        &asking("P-1", vec![declared(9, 1)]),
        &[ReleaseReason::NoSuchLine { line: LineNo(9) }],
    );
    check(
        &in_force(),
        &asking("P-1", vec![]),
        &[ReleaseReason::NothingDeclared],
    );
    let zero = but(|declared| declared.quantity = Quantity::each(0));
    check(
        &in_force(),
        &zero,
        &[ReleaseReason::ZeroQuantity { line: ONE }],
    );
}

#[test]
fn a_line_is_released_only_while_it_stands_in_force() {
    let not_in_force = |standing, last_day| ReleaseReason::NotInForce {
        line: ONE,
        standing,
        last_day,
    };
    let ask = but(|_| {});
    let tomorrow = issued_but(|issued| issued.valid_from = day("2020-06-02"));
    check(
        &tomorrow,
        &ask,
        &[not_in_force(Standing::NotYetValid, None)],
    );
    let today = issued_but(|issued| issued.last_day = Some(day(TODAY)));
    check(&today, &ask, &[]);
    let yesterday = day("2020-05-31");
    let expired = issued_but(|issued| issued.last_day = Some(yesterday));
    check(
        &expired,
        &ask,
        &[not_in_force(Standing::Expired, Some(yesterday))],
    );
    let given_up = in_force().and(surrendered("P-1", TODAY));
    check(
        &given_up,
        &ask,
        &[not_in_force(Standing::Surrendered, None)],
    );
}

#[test]
fn a_permit_valid_before_its_issue_covers_the_days_before_it() {
    let retroactive = issued_but(|issued| {
        issued.issued_on = day("2020-07-01");
        issued.valid_from = day(TODAY);
    });
    check(&retroactive, &but(|_| {}), &[]);
}

#[test]
fn what_the_register_does_not_know_is_not_released() {
    type Change = fn(&mut Issued);
    let table: [(Change, Undisclosed); 7] = [
        (|i| i.terms.exporter = None, Undisclosed::Holder),
        (
            |i| i.terms.consignees = BTreeSet::new(),
            Undisclosed::Consignee,
        ),
        (
            |i| i.terms.destinations = ids(&["TR", "ZZ"]),
            Undisclosed::Destination,
        ),
        (
            |i| i.terms.final_destinations = ids(&["TR", "ZZ"]),
            Undisclosed::Destination,
        ),
        (|i| i.terms.lines[0].quantity = None, Undisclosed::Quantity),
        (|i| i.terms.lines[0].value = None, Undisclosed::Value),
        (|i| i.terms.lines[0].ratings.clear(), Undisclosed::Rating),
    ];
    for (change, what) in table {
        let reason = ReleaseReason::Undisclosed { line: ONE, what };
        check(&issued_but(change), &but(|_| {}), &[reason]);
    }
}

#[test]
fn a_unit_converts_where_it_is_exact_and_a_currency_never_does() {
    let articles = but(|declared| declared.quantity = Quantity::parse("2", "PR").unwrap());
    check(&in_force(), &articles, &[]);
    let kilograms = but(|declared| declared.quantity = Quantity::parse("1", "KGM").unwrap());
    check(
        &in_force(),
        &kilograms,
        &[ReleaseReason::OtherUnit {
            line: ONE,
            declared: "KGM".into(),
            permitted: "C62".into(),
        }],
    );
    let dollars = but(|declared| declared.value = Money::parse("1", "USD").unwrap());
    check(
        &in_force(),
        &dollars,
        &[ReleaseReason::OtherCurrency {
            line: ONE,
            declared: "USD".into(),
            permitted: "CAD".into(),
        }],
    );
}

#[test]
fn no_more_is_released_than_is_left_in_either_measure() {
    let world = given([permit("P-1"), reserved("SHP-1", 1, 4)]);
    let more = |quantity: u32, value: u32| ReleaseReason::MoreThanLeft {
        line: ONE,
        asked_quantity: quantity.into(),
        left_quantity: 3.into(),
        asked_value: value.into(),
        left_value: 300.into(),
    };
    check(&world, &asking("P-1", vec![declared(1, 3)]), &[]);
    check(
        &world,
        &asking("P-1", vec![declared(1, 4)]),
        &[more(4, 400)],
    );
    let in_two_parts = asking("P-1", vec![declared(1, 2), declared(1, 2)]);
    check(&world, &in_two_parts, &[more(4, 400)]);
    let too_dear = but(|declared| declared.value = Money::parse("301", "CAD").unwrap());
    check(&world, &too_dear, &[more(1, 301)]);
}

#[test]
fn conditions_that_customs_can_check_are_reasons() {
    let avoiding = with_condition(ConditionKind::RouteMustAvoid {
        countries: vec![id("AZ")],
    });
    let through = but(|declared| declared.route = ids(&["AZ", "DE"]));
    let forbidden = ReleaseReason::RouteForbidden {
        line: ONE,
        country: id("AZ"),
        whence: Whence::default(),
    };
    check(&avoiding, &through, &[forbidden]);
    check(
        &avoiding,
        &but(|declared| declared.route = ids(&["DE"])),
        &[],
    );
    let shown = with_condition(ConditionKind::ShowDocument {
        document: id("EUC"),
    });
    let missing = ReleaseReason::DocumentNotShown {
        line: ONE,
        document: id("EUC"),
        whence: Whence::default(),
    };
    check(&shown, &but(|_| {}), &[missing]);
    check(
        &shown,
        &but(|declared| declared.documents = ids(&["EUC"])),
        &[],
    );
    let office = with_condition(ConditionKind::OfficeMustBe {
        offices: vec![id("OFC-0001")],
    });
    let named = ReleaseReason::OfficeNotNamed {
        office: id("OFC-0453"),
        named: vec![id("OFC-0001")],
        whence: Whence::default(),
    };
    check(&office, &but(|_| {}), &[named]);
}

#[test]
fn serial_numbers_are_declared_one_for_each_article_in_whatever_unit() {
    let world = with_condition(ConditionKind::DeclareSerials);
    let pair = |serials: &[&str]| {
        but(|declared| {
            declared.quantity = Quantity::parse("1", "PR").unwrap();
            declared.serials = serials.iter().map(|&text| text.to_owned()).collect();
        })
    };
    check(&world, &pair(&["SN-1", "SN-2"]), &[]);
    let missing = ReleaseReason::SerialsMissing {
        line: ONE,
        expected: 2.into(),
        declared: 1,
        whence: Whence::default(),
    };
    check(&world, &pair(&["SN-1"]), &[missing]);
}

#[test]
fn nothing_passes_the_border_on_a_permit_for_brokering_or_a_transfer() {
    for movement in [Movement::Brokering { from: None }, Movement::Transfer] {
        let world = issued_but(|issued| issued.terms.movement = movement);
        check(
            &world,
            &but(|_| {}),
            &[ReleaseReason::NothingPassesTheBorder],
        );
    }
}

#[test]
fn a_policy_that_could_not_be_evaluated_is_never_a_permission() {
    let finding = PolicyFinding::Undetermined {
        policy: Some("R-1".into()),
        because: "an attribute is missing".into(),
    };
    let mut world = in_force();
    world
        .policies
        .insert(ONE, PolicyAnswer::of(vec![finding.clone()]));
    let reason = ReleaseReason::Policy { line: ONE, finding };
    check(&world, &but(|_| {}), &[reason]);
    check(&world, &asking("P-1", vec![declared(2, 1)]), &[]);
}

#[test]
fn a_refusal_of_a_huge_sum_can_be_read_again() {
    let huge = || {
        let mut most = declared(1, 1);
        most.quantity = Quantity::parse("900000000000000", "C62").unwrap();
        most
    };
    let ask = asking("P-1", vec![huge(), huge()]);
    let Decision::Refused(reasons) = in_force().at_the_gate(&ask, day(TODAY)) else {
        panic!("refused");
    };
    let stored = serde_json::to_string(&reasons).unwrap();
    assert!(stored.contains("1800000000000000"), "{stored}");
    assert_eq!(
        serde_json::from_str::<Vec<ReleaseReason>>(&stored).unwrap(),
        reasons
    );
}
