//! Measures overlap: a line is open only if none covers it; ending one leaves the others.

use domain::item::LineNo;
use domain::ledger::Both;
use domain::measure::OrderKind;
use domain::permit::standing::Standing;
use domain::shipment::release::Decision;
use domain::shipment::restore::restore;
use domain::shipment::{ReleaseReason, RestoreCause};

use super::acts::*;
use super::world::{Step, World, given};

/// What the gate says of one piece of line 1 on a day: released, or the orders that stop it.
fn stopped_by(world: &World, on: &str) -> Vec<String> {
    match world.at_the_gate(&asking("P-1", vec![declared(1, 1)]), day(on)) {
        Decision::Released(_) => Vec::new(),
        Decision::Refused(reasons) => reasons
            .into_iter()
            .map(|reason| match reason {
                ReleaseReason::Stopped { order, .. } => order.to_string(),
                other => panic!("another reason: {other:?}"),
            })
            .collect(),
    }
}

fn check(steps: impl IntoIterator<Item = Step>, rows: &[(&str, Standing, &[&str])]) {
    let world = given(steps);
    for (on, standing, orders) in rows {
        let held = world.permit("P-1").line_standing(LineNo(1), day(on));
        assert_eq!(held.standing, *standing, "on {on}");
        assert_eq!(stopped_by(&world, on), *orders, "at the gate on {on}");
        let because: Vec<_> = held.because.iter().map(ToString::to_string).collect();
        assert_eq!(because, *orders, "because, on {on}");
    }
}

#[test]
fn ending_one_suspension_leaves_the_other() {
    check(
        [
            permit("P-1"),
            suspended("ORD-1", "2020-10-05"),
            suspended("ORD-2", "2020-11-10"),
            reinstated("ORD-3", &["ORD-1"], "2020-12-01"),
            reinstated("ORD-4", &["ORD-2"], "2021-01-01"),
        ],
        &[
            ("2020-10-04", Standing::InForce, &[]),
            ("2020-10-05", Standing::Suspended, &["ORD-1"]),
            ("2020-11-10", Standing::Suspended, &["ORD-1", "ORD-2"]),
            ("2020-12-01", Standing::Suspended, &["ORD-2"]),
            ("2021-01-01", Standing::InForce, &[]),
        ],
    );
}

#[test]
fn one_reinstatement_may_end_several_suspensions() {
    check(
        [
            permit("P-1"),
            suspended("ORD-1", "2020-10-05"),
            suspended("ORD-2", "2020-11-10"),
            reinstated("ORD-3", &["ORD-1", "ORD-2"], "2021-01-01"),
        ],
        &[
            ("2020-12-31", Standing::Suspended, &["ORD-1", "ORD-2"]),
            ("2021-01-01", Standing::InForce, &[]),
        ],
    );
}

#[test]
fn reinstating_a_cancellation_leaves_the_suspension_before_it() {
    check(
        [
            permit("P-1"),
            suspended("ORD-1", "2020-10-05"),
            cancelled("ORD-2", "2020-12-01"),
            reinstated("ORD-3", &["ORD-2"], "2021-01-01"),
        ],
        &[
            ("2020-12-01", Standing::Cancelled, &["ORD-1", "ORD-2"]),
            ("2021-01-01", Standing::Suspended, &["ORD-1"]),
        ],
    );
}

#[test]
fn a_reinstatement_of_one_line_leaves_the_other_suspended() {
    let one_line = made(
        reinstatement("ORD-2", &["P-1"], &["ORD-1"], "2020-12-01"),
        &[("P-1", &[1])],
    );
    let world = given([permit("P-1"), suspended("ORD-1", "2020-10-05"), one_line]);
    let on = day("2020-12-01");
    let permit = world.permit("P-1");
    assert_eq!(
        permit.line_standing(LineNo(1), on).standing,
        Standing::InForce
    );
    assert_eq!(
        permit.line_standing(LineNo(2), on).standing,
        Standing::Suspended
    );
    assert!(stopped_by(&world, "2020-12-01").is_empty());
    let other = world.at_the_gate(&asking("P-1", vec![declared(2, 1)]), on);
    assert!(matches!(other, Decision::Refused(_)));
}

#[test]
fn a_suspension_ends_on_its_own_last_day_and_not_by_a_reinstatement_of_another() {
    let mut bounded = order("ORD-1", OrderKind::Suspend, &["P-1"], "2020-10-05");
    bounded.instrument.effective.until = Some(day("2020-11-05"));
    check(
        [permit("P-1"), made(bounded, &[("P-1", &[1, 2])])],
        &[
            ("2020-11-04", Standing::Suspended, &["ORD-1"]),
            ("2020-11-05", Standing::InForce, &[]),
        ],
    );
}

#[test]
fn a_reservation_lapses_and_is_restored_while_the_line_is_suspended() {
    let world = given([
        permit("P-1"),
        reserved("SHP-1", 1, 4),
        suspended("ORD-1", "2020-10-05"),
    ]);
    let left = |world: &World| world.ledgers("P-1")[&LineNo(1)].left().unwrap();
    assert_eq!(left(&world), Some(both(3, 300)));
    let event = world
        .when(|world| {
            let whole = amounts(&[]);
            restore(
                world.shipment("SHP-1"),
                &whole,
                RestoreCause::Lapsed,
                day("2020-11-01"),
            )
        })
        .granted();
    let world = world.and(vec![event.into()]);
    assert_eq!(left(&world), Some(both(7, 700)));
    assert!(!world.shipment("SHP-1").is_open());
    // Reinstatement leaves the balance that the ledger then gives.
    let world = world.and(reinstated("ORD-2", &["ORD-1"], "2020-12-01"));
    assert_eq!(left(&world), Some(both(7, 700)));
    let all = world.at_the_gate(&asking("P-1", vec![declared(1, 7)]), day("2020-12-01"));
    assert!(matches!(all, Decision::Released(_)), "{all:?}");
}

#[test]
fn a_suspension_changes_no_balance() {
    let before = given([permit("P-1"), reserved("SHP-1", 1, 4)]);
    let after = before.clone().and(suspended("ORD-1", "2020-10-05"));
    assert_eq!(before.ledgers("P-1"), after.ledgers("P-1"));
    assert_eq!(before.shipment("SHP-1"), after.shipment("SHP-1"));
    assert_ne!(before.ledgers("P-1")[&LineNo(1)].reserved, Both::default());
}
