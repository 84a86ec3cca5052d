//! What is granted counts from the day of the amendment, at the gate and at the exit.

use domain::event::{Event, PermitAmended};
use domain::shipment::ReleaseReason;
use domain::shipment::confirm_exit::{ConfirmExit, confirm_exit};
use domain::shipment::release::Decision;

use super::acts::*;
use super::world::{Step, World, given};

/// The authority gives line 1 so many, from a day on.
fn regranted(count: u32, from: &str) -> Step {
    let mut terms = terms();
    terms.lines[0] = line(1, count);
    vec![
        PermitAmended {
            permit: id("P-1"),
            terms,
            last_day: Some(day("2021-02-28")),
            effective_from: day(from),
            reason: "of its own motion".into(),
            order: Some(id("ORD-9")),
        }
        .into(),
    ]
}

fn ask(world: &World, count: u32, on: &str) -> Decision {
    world.at_the_gate(&asking("P-1", vec![declared(1, count)]), day(on))
}

#[track_caller]
fn released(world: &World, count: u32, on: &str) -> Event {
    match ask(world, count, on) {
        Decision::Released(event) => event.into(),
        Decision::Refused(reasons) => panic!("{count} on {on}: {reasons:?}"),
    }
}

#[track_caller]
fn more_than(world: &World, count: u32, left: u32, on: &str) {
    let Decision::Refused(reasons) = ask(world, count, on) else {
        panic!("{count} on {on}: released");
    };
    let [ReleaseReason::MoreThanLeft { left_quantity, .. }] = reasons.as_slice() else {
        panic!("{reasons:?}");
    };
    assert_eq!(*left_quantity, left.into());
}

#[test]
fn an_increase_for_a_later_day_is_not_usable_before_it() {
    let world = given([permit("P-1"), regranted(9, "2020-06-01")]);
    more_than(&world, 8, 7, "2020-05-31");
    released(&world, 7, "2020-05-31");
    released(&world, 9, "2020-06-01");
    more_than(&world, 10, 9, "2020-06-01");
}

#[test]
fn a_reduction_for_a_later_day_is_not_overrun_before_it() {
    let world = given([permit("P-1"), regranted(3, "2020-06-01")]);
    more_than(&world, 4, 3, "2020-05-31");
    let event = released(&world, 3, "2020-05-31");
    let world = world.and(vec![event]);
    more_than(&world, 1, 0, "2020-05-31");
    more_than(&world, 1, 0, "2020-06-01");
}

#[test]
fn an_amendment_learned_later_for_an_earlier_day_does_not_undo_one_for_a_later_day() {
    let world = given([
        permit("P-1"),
        regranted(9, "2020-06-01"),
        regranted(8, "2020-03-01"),
    ]);
    released(&world, 8, "2020-03-01");
    more_than(&world, 9, 8, "2020-05-31");
    released(&world, 9, "2020-06-01");
}

#[test]
fn a_grant_cut_below_what_was_used_refuses_and_is_no_fault() {
    let world = given([
        permit("P-1"),
        reserved("SHP-1", 1, 5),
        regranted(2, "2020-06-01"),
    ]);
    more_than(&world, 1, 0, "2020-06-02");
}

#[test]
fn an_exit_beyond_its_reservation_fits_the_grant_of_its_own_day() {
    let world = given([
        permit("P-1"),
        reserved("SHP-1", 1, 4),
        regranted(9, "2020-06-01"),
    ]);
    let exit = |on: &str| {
        let report = ConfirmExit {
            amounts: amounts(&[(1, both(9, 900))]),
            on: day(on),
            is_partial: false,
            serials: Vec::new(),
        };
        let (shipment, ledgers) = (world.shipment("SHP-1"), world.ledgers("P-1"));
        confirm_exit(shipment, &ledgers, &report, ids(&[])).unwrap()
    };
    assert_eq!(exit("2020-05-31").excess, amounts(&[(1, both(2, 200))]));
    assert!(exit("2020-06-01").excess.is_empty());
}
