//! Exits are facts and never refused; what was reserved is given back, held, or comes back.

use std::collections::BTreeSet;

use domain::event::ExitConfirmed;
use domain::id::OrderId;
use domain::item::LineNo;
use domain::ledger::LineLedger;
use domain::permit::Movement;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::{ConfirmExit, ExitMistake, confirm_exit};
use domain::shipment::restore::{RestoreRefusal, hold, restore, take_back};

use super::acts::*;
use super::world::{Answer, World, given};

const TODAY: &str = "2020-06-01";
const ONE: LineNo = LineNo(1);

/// Four of the seven on line 1 are reserved for shipment `SHP-1`.
fn declared_world() -> World {
    given([permit("P-1"), reserved("SHP-1", 1, 4)])
}

fn report(by_line: &[(u32, domain::ledger::Both)]) -> ConfirmExit {
    ConfirmExit {
        amounts: amounts(by_line),
        on: day(TODAY),
        is_partial: false,
        serials: Vec::new(),
    }
}

fn check(world: &World, what: &ConfirmExit, under: &[&str]) -> Answer<ExitConfirmed, ExitMistake> {
    let stopped_by: BTreeSet<OrderId> = ids(under);
    world.when(|world| {
        confirm_exit(
            world.shipment("SHP-1"),
            &world.ledgers("P-1"),
            what,
            stopped_by,
        )
    })
}

fn left(world: &World) -> LineLedger {
    let ledger = world.ledgers("P-1").remove(&ONE).unwrap();
    let left = ledger.left().unwrap().unwrap();
    let used = ledger.used().unwrap();
    assert_eq!(left.plus(used), ledger.granted, "conservation");
    ledger
}

fn gone() -> World {
    let world = declared_world();
    let event = check(&world, &report(&[]), &[]).granted();
    world.and(vec![event.into()])
}

#[test]
fn an_exit_draws_all_that_was_reserved_unless_it_says_otherwise() {
    let world = gone();
    let ledger = left(&world);
    assert_eq!((ledger.reserved, ledger.drawn), (both(0, 0), both(4, 400)));
    assert!(!world.shipment("SHP-1").is_open());
}

#[test]
fn a_partial_exit_leaves_the_rest_reserved() {
    let world = declared_world();
    let part = ConfirmExit {
        is_partial: true,
        ..report(&[(1, both(1, 100))])
    };
    let event = check(&world, &part, &[]).granted();
    let world = world.and(vec![event.into()]);
    let ledger = left(&world);
    assert_eq!(
        (ledger.reserved, ledger.drawn),
        (both(3, 300), both(1, 100))
    );
    assert!(world.shipment("SHP-1").is_open());
}

#[test]
fn an_exit_under_a_stop_is_recorded_and_marked() {
    let world = declared_world().and(suspended("ORD-1", "2020-05-01"));
    let event = check(&world, &report(&[]), &["ORD-1"]).granted();
    assert_eq!(event.under_stop, ids(&["ORD-1"]));
    let world = world.and(vec![event.into()]);
    assert_eq!(world.shipment("SHP-1").under_stop, ids(&["ORD-1"]));
    assert_eq!(
        left(&world).drawn,
        both(4, 400),
        "the fact is drawn all the same"
    );
}

#[test]
fn an_exit_after_cancellation_expiry_or_restoration_is_still_a_fact() {
    let world = declared_world().and(cancelled("ORD-1", "2020-05-01"));
    check(&world, &report(&[]), &["ORD-1"]).granted();
    let given_back = restore(
        declared_world().shipment("SHP-1"),
        &amounts(&[]),
        RestoreCause::Lapsed,
        day(TODAY),
    );
    let world = declared_world().and(vec![given_back.unwrap().into()]);
    let event = check(&world, &report(&[(1, both(4, 400))]), &[]).granted();
    assert_eq!(event.from_reserved, amounts(&[(1, both(0, 0))]));
    assert_eq!(left(&world.and(vec![event.into()])).drawn, both(4, 400));
}

#[test]
fn what_left_beyond_the_line_is_kept_apart_as_excess() {
    let world = declared_world();
    let event = check(&world, &report(&[(1, both(9, 900))]), &[]).granted();
    assert_eq!(event.from_reserved, amounts(&[(1, both(4, 400))]));
    assert_eq!(event.drawn, amounts(&[(1, both(7, 700))]));
    assert_eq!(event.excess, amounts(&[(1, both(2, 200))]));
    let ledger = left(&world.and(vec![event.into()]));
    assert_eq!(ledger.excess, both(2, 200));
    assert_eq!(ledger.left().unwrap(), Some(both(0, 0)));
    assert!(ledger.is_exhausted());
}

#[test]
fn an_exit_never_takes_what_is_reserved_for_another_shipment() {
    let world = declared_world().and(reserved("SHP-2", 1, 3));
    let event = check(&world, &report(&[(1, both(5, 500))]), &[]).granted();
    assert_eq!(event.excess, amounts(&[(1, both(1, 100))]));
    let world = world.and(vec![event.into()]);
    assert_eq!(left(&world).reserved, both(3, 300));
}

#[test]
fn a_report_that_cannot_be_read_is_asked_for_again() {
    let world = gone();
    check(&world, &report(&[]), &[]).refused(ExitMistake::NothingReserved(id("SHP-1")));
    check(&world, &report(&[(9, both(1, 100))]), &[]).refused(ExitMistake::NoSuchLine {
        shipment: id("SHP-1"),
        line: LineNo(9),
    });
}

#[test]
fn no_more_is_given_back_than_is_there() {
    let world = declared_world();
    let back = |count: u32, because| {
        let asked = amounts(&[(1, both(count, count * 100))]);
        world.when(|world| restore(world.shipment("SHP-1"), &asked, because, day(TODAY)))
    };
    back(4, RestoreCause::GivenUp).granted();
    let more_than = |at_most| RestoreRefusal::MoreThanThere {
        shipment: id("SHP-1"),
        line: ONE,
        at_most,
    };
    back(5, RestoreCause::GivenUp).refused(more_than(both(4, 400)));
    back(1, RestoreCause::Freed).refused(more_than(both(0, 0)));
    gone()
        .when(|world| {
            let whole = amounts(&[]);
            restore(
                world.shipment("SHP-1"),
                &whole,
                RestoreCause::Lapsed,
                day(TODAY),
            )
        })
        .refused(RestoreRefusal::Nothing(id("SHP-1")));
}

#[test]
fn held_goods_are_neither_left_nor_gone_until_they_are_freed() {
    let world = declared_world();
    let asked = amounts(&[(1, both(3, 300))]);
    world
        .when(|world| hold(world.shipment("SHP-1"), &asked, " ", day(TODAY)))
        .refused(RestoreRefusal::NoReasons);
    let event = world
        .when(|world| hold(world.shipment("SHP-1"), &asked, "as evidence", day(TODAY)))
        .granted();
    let world = world.and(vec![event.into()]);
    let ledger = left(&world);
    assert_eq!((ledger.reserved, ledger.held), (both(1, 100), both(3, 300)));
    assert_eq!(ledger.left().unwrap(), Some(both(3, 300)), "as before");
    let event = world
        .when(|world| {
            let whole = amounts(&[]);
            restore(
                world.shipment("SHP-1"),
                &whole,
                RestoreCause::Freed,
                day(TODAY),
            )
        })
        .granted();
    let ledger = left(&world.and(vec![event.into()]));
    assert_eq!(
        (ledger.held, ledger.left().unwrap()),
        (both(0, 0), Some(both(6, 600)))
    );
}

#[test]
fn goods_of_a_temporary_export_come_back_and_can_leave_again() {
    let temporary = permit_as("P-1", |issued| {
        issued.terms.movement = Movement::Temporary {
            return_by: Some(day("2020-12-31")),
        };
    });
    let world = given([temporary, reserved("SHP-1", 1, 7)]);
    let event = check(&world, &report(&[]), &[]).granted();
    let world = world.and(vec![event.into()]);
    let some = amounts(&[(1, both(2, 200))]);
    let event = world
        .when(|world| {
            take_back(
                world.shipment("SHP-1"),
                &some,
                false,
                "came back",
                day(TODAY),
            )
        })
        .granted();
    let world = world.and(vec![event.into()]);
    let ledger = left(&world);
    assert_eq!(
        (ledger.drawn, ledger.returned),
        (both(7, 700), both(2, 200))
    );
    assert_eq!(ledger.left().unwrap(), Some(both(2, 200)));
    let again = world.at_the_gate(&asking("P-1", vec![declared(1, 2)]), day(TODAY));
    assert!(matches!(
        again,
        domain::shipment::release::Decision::Released(_)
    ));
    let more = world.at_the_gate(&asking("P-1", vec![declared(1, 3)]), day(TODAY));
    assert!(matches!(
        more,
        domain::shipment::release::Decision::Refused(_)
    ));
}

#[test]
fn no_more_comes_back_than_went() {
    let world = gone();
    let back = |count: u32, reasons: &str| {
        let asked = amounts(&[(1, both(count, count * 100))]);
        world.when(|world| take_back(world.shipment("SHP-1"), &asked, true, reasons, day(TODAY)))
    };
    back(1, "").refused(RestoreRefusal::NoReasons);
    back(5, "miscounted").refused(RestoreRefusal::MoreThanThere {
        shipment: id("SHP-1"),
        line: ONE,
        at_most: both(4, 400),
    });
    let event = back(4, "miscounted").granted();
    assert!(event.is_correction);
    let world = world.and(vec![event.into()]);
    assert_eq!(left(&world).left().unwrap(), Some(both(7, 700)));
}

fn beyond() -> World {
    let world = declared_world();
    let event = check(&world, &report(&[(1, both(9, 900))]), &[]).granted();
    world.and(vec![event.into()])
}

#[test]
fn an_excess_has_its_contra_entry_and_comes_off_first() {
    let world = beyond();
    let back = |world: &World, count: u32| {
        let asked = amounts(&[(1, both(count, count * 100))]);
        world.when(|world| {
            let shipment = world.shipment("SHP-1");
            take_back(shipment, &asked, true, "counted again", day(TODAY))
        })
    };
    back(&world, 10).refused(RestoreRefusal::MoreThanThere {
        shipment: id("SHP-1"),
        line: ONE,
        at_most: both(9, 900),
    });
    let event = back(&world, 1).granted();
    assert_eq!(event.excess, amounts(&[(1, both(1, 100))]));
    let world = world.and(vec![event.into()]);
    let ledger = left(&world);
    assert_eq!(ledger.excess, both(1, 100), "the excess stays visible");
    assert_eq!(ledger.left().unwrap(), Some(both(0, 0)), "no room yet");
    let event = back(&world, 3).granted();
    let world = world.and(vec![event.into()]);
    let ledger = left(&world);
    assert!(ledger.excess.is_zero());
    assert_eq!(ledger.left().unwrap(), Some(both(2, 200)));
    assert!(world.shipment("SHP-1").excess[&ONE].is_zero());
}

#[test]
fn a_contra_entry_without_amounts_takes_the_whole_exit_back() {
    let world = beyond();
    let whole = amounts(&[]);
    let event = world
        .when(|world| {
            take_back(
                world.shipment("SHP-1"),
                &whole,
                true,
                "never left",
                day(TODAY),
            )
        })
        .granted();
    let ledger = left(&world.and(vec![event.into()]));
    assert!(ledger.excess.is_zero());
    assert_eq!(ledger.left().unwrap(), Some(both(7, 700)));
}

#[test]
fn the_last_exit_of_a_declaration_gives_back_what_stays_behind() {
    let mut both_lines = reserved("SHP-1", 1, 4);
    if let Some(domain::event::Event::ShipmentReserved(event)) = both_lines.first_mut() {
        event
            .lines
            .push(domain::facts::Declared { ..declared(2, 3) });
        event.amounts = amounts(&[(1, both(4, 400)), (2, both(3, 300))]);
    }
    let world = given([permit("P-1"), both_lines]);
    let event = check(&world, &report(&[(1, both(3, 100))]), &[]).granted();
    let world = world.and(vec![event.into()]);
    assert!(!world.shipment("SHP-1").is_open());
    let ledger = left(&world);
    assert_eq!((ledger.reserved, ledger.drawn), (both(0, 0), both(3, 100)));
    let two = world.ledgers("P-1").remove(&LineNo(2)).unwrap();
    assert_eq!(
        two.left().unwrap(),
        Some(both(4, 400)),
        "nothing of line 2 left"
    );
}
