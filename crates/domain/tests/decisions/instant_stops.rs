//! A stop is instant: from its own position, or from 00:00 of a later day in the authority's
//! calendar; no clock changes it, no declined signature lifts it, and what is reinstated is exactly
//! what was left.

use domain::event::{
    AuthorityEstablished, CountersignatureDeclined, DecisionCountersigned, Event, Limits,
    OrderSigned,
};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::measure::{Members, Order, OrderKind};
use domain::shipment::release::Decision;
use domain::shipment::restore::restore;
use domain::shipment::{ReleaseReason, RestoreCause};
use domain::time::{Calendar, Instant};

use super::acts::*;
use super::world::{Step, World, given};

/// The order as a signature on this day makes it.
fn signed_on(order: Order, today: &str) -> Step {
    let from = order.instrument.effective.from;
    vec![
        OrderSigned {
            binds_from: from.max(day(today)),
            binds_at_once: from <= day(today),
            order,
            decision: id("DCN-1"),
            seal: None,
            members: Members::new(),
        }
        .into(),
    ]
}

fn stop(from: &str) -> Order {
    suspension("ORD-1", toward("TR"), from)
}

fn is_open(world: &World, on: domain::time::Day) -> bool {
    let answer = world.at_the_gate(&asking("P-1", vec![declared(1, 1)]), on);
    matches!(answer, Decision::Released(_))
}

fn ottawa() -> AuthorityEstablished {
    AuthorityEstablished {
        jurisdiction: "CA".into(),
        name: Bilingual::new("minister", "ministre"),
        verbs: [].into(),
        powers: [].into(),
        permit_word: Bilingual::new("permit", "licence"),
        calendar: Some(Calendar::parse("EST5EDT,M3.2.0,M11.1.0").unwrap()),
        limits: Limits::default(),
    }
}

#[test]
fn a_reversed_clock_does_not_reopen_what_was_stopped_at_once() {
    let listing = listed("ORD-1", &[("P-1", &[1, 2])], true);
    let signed = || [permit("P-1"), signed_on(stop("2020-10-05"), "2020-10-05")];
    for world in [given(signed()), given(signed()).and(listing)] {
        for on in ["2020-10-05", "2020-10-06", "2020-10-04", "2019-06-01"] {
            assert!(!is_open(&world, day(on)), "{on}");
        }
    }
}

#[test]
fn a_backdated_order_binds_from_its_position_and_no_earlier_than_it() {
    let world = given([permit("P-1")]);
    assert!(is_open(&world, day("2020-10-05")), "before it was signed");
    let world = world.and(signed_on(stop("2020-09-01"), "2020-10-05"));
    assert!(!is_open(&world, day("2020-10-05")));
}

#[test]
fn an_order_for_a_later_day_binds_at_midnight_where_the_authority_is() {
    let world = given([permit("P-1"), signed_on(stop("2020-10-06"), "2020-10-05")]);
    let authority = ottawa();
    let table = [
        ("2020-10-06T03:59:59.999999Z", true),
        ("2020-10-06T04:00:00Z", false),
        ("2020-10-07T00:00:00Z", false),
        ("2020-10-06T00:00:00Z", true),
    ];
    for (instant, open) in table {
        let today = authority.day_of(instant.parse().unwrap());
        assert_eq!(is_open(&world, today), open, "{instant} is {today}");
    }
}

#[test]
fn a_clock_out_of_range_opens_nothing() {
    let world = given([permit("P-1")]);
    for instant in [Instant(i64::MIN), Instant(i64::MAX)] {
        assert!(!is_open(&world, ottawa().day_of(instant)));
    }
}

#[test]
fn a_declined_countersignature_lifts_nothing_and_a_given_one_changes_nothing() {
    let declined = Event::from(CountersignatureDeclined {
        decision: id("DCN-1"),
        reasons: "too wide".into(),
        by: id("OFF-B"),
    });
    let given_one = Event::from(DecisionCountersigned {
        decision: id("DCN-1"),
        by: id("OFF-B"),
    });
    let draft = domain::measure::Draft {
        id: id("DCN-1"),
        policies: Vec::new(),
        orders: vec![stop("2020-10-05")],
        lifts: [].into(),
        concludes: [].into(),
        effective_from: day("2020-10-05"),
        intent: None,
        previews: [].into(),
    };
    let proposed = Event::from(domain::event::DecisionProposed {
        draft,
        by: id("OFF-A"),
    });
    let signed = Event::from(domain::event::DecisionSigned {
        decision: id("DCN-1"),
        by: id("OFF-A"),
        is_emergency: true,
    });
    let world = given([
        permit("P-1"),
        vec![proposed, signed],
        signed_on(stop("2020-10-05"), "2020-10-05"),
    ]);
    for after in [
        vec![declined.clone()],
        vec![given_one.clone()],
        vec![declined, given_one],
    ] {
        let world = world.clone().and(after);
        assert!(!is_open(&world, day("2020-10-05")));
    }
}

#[test]
fn what_is_reinstated_is_exactly_what_the_ledger_then_gives() {
    // Seven granted: three reserved before the stop, of which two lapse while it stands.
    let world = given([
        permit("P-1"),
        reserved("SHP-1", 1, 3),
        made(
            order("ORD-1", OrderKind::Suspend, &["P-1"], "2020-10-05"),
            &[("P-1", &[1, 2])],
        ),
    ]);
    let lapse = amounts(&[(1, both(2, 200))]);
    let on = day("2020-11-01");
    let lapsed = restore(world.shipment("SHP-1"), &lapse, RestoreCause::Lapsed, on).unwrap();
    let world = world.and(vec![lapsed.into()]);
    assert!(!is_open(&world, on), "a lapse opens nothing");
    let world = world.and(made(
        reinstatement("ORD-2", &["P-1"], &["ORD-1"], "2020-12-01"),
        &[("P-1", &[1, 2])],
    ));
    let ask = |count, on: &str| {
        let request = asking("P-1", vec![declared(1, count)]);
        world.at_the_gate(&request, day(on))
    };
    assert!(matches!(ask(6, "2020-12-01"), Decision::Released(_)));
    let Decision::Refused(reasons) = ask(7, "2020-12-01") else {
        panic!("one is still reserved");
    };
    let [ReleaseReason::MoreThanLeft { left_quantity, .. }] = reasons.as_slice() else {
        panic!("{reasons:?}");
    };
    assert_eq!(*left_quantity, 6.into());
    let Decision::Refused(reasons) = ask(6, "2020-11-30") else {
        panic!("not reinstated yet");
    };
    assert!(matches!(
        reasons.as_slice(),
        [ReleaseReason::Stopped {
            line: LineNo(1),
            ..
        }]
    ));
}

#[test]
fn lifting_one_of_two_on_the_same_day_leaves_the_other_at_the_gate() {
    let both_orders = [
        signed_on(stop("2020-10-05"), "2020-10-05"),
        listed("ORD-1", &[("P-1", &[1, 2])], true),
        signed_on(
            suspension("ORD-2", toward("TR"), "2020-10-05"),
            "2020-10-05",
        ),
        made(
            reinstatement("ORD-3", &["P-1"], &["ORD-1"], "2020-10-05"),
            &[("P-1", &[1, 2])],
        ),
    ];
    let world = given([permit("P-1")].into_iter().chain(both_orders));
    let request = asking("P-1", vec![declared(1, 1)]);
    let Decision::Refused(reasons) = world.at_the_gate(&request, day("2020-10-05")) else {
        panic!("the second stands, its list not written yet");
    };
    let orders: Vec<_> = reasons
        .iter()
        .map(|reason| match reason {
            ReleaseReason::Stopped { order, .. } => order.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(orders, ["ORD-2"]);
}
