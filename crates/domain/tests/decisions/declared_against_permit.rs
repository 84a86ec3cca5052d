//! The declaration against the permit, term by term, on both sides; and amounts that are exact or
//! refused.

use domain::facts::Declared;
use domain::item::LineNo;
use domain::money::Money;
use domain::party::PartyRole;
use domain::quantity::{Quantity, Unit};
use domain::scope::{Judged, Scope};
use domain::shipment::release::Decision;
use domain::shipment::{ReleaseReason, Term};
use std::collections::BTreeMap;

use super::acts::*;
use super::world::{Alliance, ByNumber, World, given};

const ON: &str = "2020-06-01";

fn world() -> World {
    given([permit_as("P-1", |issued| {
        let item = &mut issued.terms.lines[0].item;
        item.marks = vec!["T1".into()];
        item.serials = vec!["SN-1".into(), "SN-2".into()];
    })])
}

fn but(change: impl FnOnce(&mut Declared)) -> Declared {
    let mut one = declared(1, 2);
    change(&mut one);
    one
}

#[track_caller]
fn refused(world: &World, declared: Declared, term: Term, shown: &str, permitted: &[&str]) {
    let answer = world.at_the_gate(&asking("P-1", vec![declared]), day(ON));
    let mismatch = ReleaseReason::Mismatch {
        line: LineNo(1),
        term,
        declared: shown.into(),
        permitted: permitted.iter().map(|&text| text.to_owned()).collect(),
    };
    assert_eq!(answer, Decision::Refused(vec![mismatch]));
}

#[track_caller]
fn released(world: &World, declared: Declared) {
    let answer = world.at_the_gate(&asking("P-1", vec![declared]), day(ON));
    assert!(matches!(answer, Decision::Released(_)), "{answer:?}");
}

#[test]
fn an_end_user_is_the_one_on_the_permit() {
    let user = |who: &str| but(|one| one.end_user = Some(id(who)));
    released(&world(), user("PTY-USER"));
    released(&world(), but(|_| {}));
    refused(
        &world(),
        user("PTY-CONSIGNEE"),
        Term::EndUser,
        "PTY-CONSIGNEE",
        &["PTY-USER"],
    );
    let unnamed = given([permit_as("P-1", |issued| issued.terms.end_user = None)]);
    released(&unnamed, user("PTY-CONSIGNEE"));
    refused(
        &unnamed,
        user("PTY-USER"),
        Term::EndUser,
        "PTY-USER",
        &["PTY-CONSIGNEE"],
    );
}

#[test]
fn a_model_is_the_one_on_the_permit_or_a_mark_of_it() {
    let model = |text: &str| but(|one| one.model = Some(text.into()));
    released(&world(), model("TURRET-1"));
    released(&world(), model("T1"));
    refused(
        &world(),
        model("TURRET-2"),
        Term::Model,
        "TURRET-2",
        &["T1", "TURRET-1"],
    );
}

#[test]
fn serial_numbers_are_among_those_that_the_permit_names() {
    let serials = |texts: &[&str]| {
        but(|one| one.serials = texts.iter().map(|&text| text.to_owned()).collect())
    };
    released(&world(), serials(&["SN-2", "SN-1"]));
    refused(
        &world(),
        serials(&["SN-1", "SN-3"]),
        Term::Serial,
        "SN-3",
        &["SN-1", "SN-2"],
    );
    released(&given([permit("P-1")]), serials(&["SN-3", "SN-4"]));
}

#[test]
fn units_convert_where_it_is_exact_and_nowhere_else() {
    let of = |amount: &str, unit: &str| {
        but(|one| {
            one.quantity = Quantity::parse(amount, unit).unwrap();
            one.serials.clear();
        })
    };
    let counted = given([permit("P-1")]);
    for (amount, unit) in [("7", "NAR"), ("7", "C62"), ("3.5", "PR"), ("3", "NPR")] {
        released(&counted, of(amount, unit));
    }
    let weighed = given([permit_as("P-1", |issued| {
        issued.terms.lines[0].quantity = Some(Quantity::parse("1500", "KGM").unwrap());
    })]);
    for (amount, unit) in [
        ("1.5", "TNE"),
        ("1500000", "GRM"),
        ("100", "LBR"),
        ("1", "MGM"),
    ] {
        released(&weighed, of(amount, unit));
    }
    let measured = given([permit_as("P-1", |issued| {
        issued.terms.lines[0].quantity = Some(Quantity::parse("3", "MTR").unwrap());
    })]);
    for (amount, unit) in [("300", "CMT"), ("0.003", "KMT"), ("1", "FOT")] {
        released(&measured, of(amount, unit));
    }
    let refusing = [
        (&counted, "1", "KGM", "C62"),
        (&counted, "1", "SET", "C62"),
        (&weighed, "1", "C62", "KGM"),
        (&weighed, "1", "MTR", "KGM"),
        (&measured, "1", "LTR", "MTR"),
        // A microgram of a milligram has no place in the six decimals of kilograms.
        (&weighed, "0.5", "MGM", "KGM"),
    ];
    for (world, amount, unit, permitted) in refusing {
        let answer = world.at_the_gate(&asking("P-1", vec![of(amount, unit)]), day(ON));
        let other = ReleaseReason::OtherUnit {
            line: LineNo(1),
            declared: unit.into(),
            permitted: permitted.into(),
        };
        assert_eq!(answer, Decision::Refused(vec![other]), "{amount} {unit}");
    }
}

#[test]
fn the_first_unit_beyond_what_is_left_is_refused_after_conversion_too() {
    let dozens = given([permit_as("P-1", |issued| {
        issued.terms.lines[0].quantity = Some(Quantity::parse("24", "C62").unwrap());
    })]);
    let of =
        |amount: &str, unit: &str| but(|one| one.quantity = Quantity::parse(amount, unit).unwrap());
    released(&dozens, of("2", "DZN"));
    let over = dozens.at_the_gate(&asking("P-1", vec![of("2.25", "DZN")]), day(ON));
    let Decision::Refused(reasons) = over else {
        panic!("27 of 24");
    };
    assert!(matches!(
        reasons.as_slice(),
        [ReleaseReason::MoreThanLeft { asked_quantity, .. }] if *asked_quantity == 27.into()
    ));
}

#[test]
fn a_quantity_of_forty_digits_is_a_clear_mistake_and_no_currency_is_converted() {
    let forty = "1234567890".repeat(4);
    for mistake in [
        Quantity::parse(&forty, "C62").unwrap_err(),
        Quantity::parse(&format!("0.{forty}"), "C62").unwrap_err(),
        Money::parse(&forty, "CAD").unwrap_err(),
    ] {
        let said = mistake.to_string();
        assert!(
            said.contains("too many digits") && said.len() < 220,
            "{said}"
        );
    }
    assert!(Unit::new("ABC").is_err());
    let in_dollars = but(|one| one.value = Money::parse("200", "USD").unwrap());
    let plain = given([permit("P-1")]);
    let answer = plain.at_the_gate(&asking("P-1", vec![in_dollars]), day(ON));
    let other = ReleaseReason::OtherCurrency {
        line: LineNo(1),
        declared: "USD".into(),
        permitted: "CAD".into(),
    };
    assert_eq!(answer, Decision::Refused(vec![other]));
}

#[test]
fn a_broker_is_a_party_that_scopes_reach_in_its_role_and_in_any() {
    let brokered = given([permit_as("P-1", |issued| {
        issued.terms.brokers = ids(&["PTY-BROKER"]);
    })]);
    let facts = brokered
        .permit("P-1")
        .facts_on(LineNo(1), day(ON), &BTreeMap::new());
    let within = |who: &str, role: Option<PartyRole>| {
        let judged = Judged {
            line: None,
            facts: &facts,
            declared: None,
        };
        Scope::Party { is: id(who), role }.contains(judged, &ByNumber, &Alliance)
    };
    assert!(within("PTY-BROKER", Some(PartyRole::Broker)));
    assert!(within("PTY-BROKER", None));
    assert!(!within("PTY-BROKER", Some(PartyRole::Consignee)));
    assert!(!within("PTY-CONSIGNEE", Some(PartyRole::Broker)));
    assert!(
        facts
            .all_parties()
            .any(|party| party.as_str() == "PTY-BROKER")
    );
}
