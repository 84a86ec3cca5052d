//! A measure never widens what is released, and an order once listed binds as it did before.

use domain::measure::{Order, OrderKind};
use domain::scope::{Place, Scope};
use domain::shipment::release::Decision;
use domain::time::Day;
use proptest::prelude::*;

use super::history::{Run, history};
use crate::acts::*;
use crate::world::{Step, World};

fn is_released(world: &World, run: &Run, ask: (u32, u32, u32), on: Day) -> bool {
    let (line, quantity, value) = ask;
    let answer = world.at_the_gate(&run.ask(line, quantity, value), on);
    matches!(answer, Decision::Released(_))
}

/// A stop of any shape: whole or one use, by name or by scope, of any kind that stops.
fn stop() -> impl Strategy<Value = Order> {
    let scope = prop_oneof![
        Just(Scope::Everything),
        Just(toward("TR")),
        Just(toward("AZ")),
        Just(Scope::Not(Box::new(toward("TR")))),
        Just(Scope::Country {
            at: Place::Route,
            is: id("TR")
        }),
        Just(Scope::Entry(entry("2-15"))),
        Just(Scope::Line(line_ref("P-1", 1))),
    ];
    let kind = prop_oneof![
        Just(OrderKind::Suspend),
        Just(OrderKind::Cancel),
        Just(OrderKind::Annul)
    ];
    let use_scope = proptest::option::of(scope.clone());
    (
        scope,
        any::<bool>(),
        kind,
        use_scope,
        0..60,
        proptest::option::of(1..90_i32),
    )
        .prop_map(|(scope, is_named, kind, use_scope, later, lasting)| {
            let from = day("2020-01-01").plus_days(later);
            let by_scope = suspension("ORD-STOP", scope, &from.to_string());
            let named = order("ORD-STOP", kind, &["P-1"], &from.to_string());
            let mut order = if is_named { named } else { by_scope };
            order.use_scope = use_scope;
            order.instrument.effective.until = lasting.map(|days| from.plus_days(days));
            order
        })
}

/// The order, its list being written or not.
fn made_of(order: Order, is_listed: bool) -> Step {
    if is_listed {
        made(order, &[("P-1", &[1, 2])])
    } else {
        signed(order)
    }
}

fn asks() -> impl Strategy<Value = (u32, u32, u32)> {
    (1..=2_u32, 1..=4_000_u32, 0..=4_000_u32)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_stop_never_turns_a_refusal_into_a_release(
        moves in history(),
        stop in stop(),
        is_listed: bool,
        ask in asks(),
        later in 0..500_i32,
    ) {
        let mut run = Run::new();
        for mv in &moves {
            run.take(mv);
        }
        let on = run.today.plus_days(later);
        let stopped = run.world.clone().and(made_of(stop, is_listed));
        if is_released(&stopped, &run, ask, on) {
            prop_assert!(is_released(&run.world, &run, ask, on));
        }
    }

    #[test]
    fn a_stop_that_stops_expiry_widens_nothing_while_it_lasts(
        stop in stop(),
        ask in asks(),
        later in 0..500_i32,
    ) {
        let run = Run::new();
        let on = run.today.plus_days(later);
        let mut stop = stop;
        stop.stops_expiry = true;
        let lasts = stop.instrument.effective.until.is_none_or(|until| on < until);
        let stopped = run.world.clone().and(made_of(stop, true));
        if lasts && is_released(&stopped, &run, ask, on) {
            prop_assert!(is_released(&run.world, &run, ask, on));
        }
    }

    #[test]
    fn a_whole_stop_in_force_releases_nothing_listed_or_not(
        moves in history(),
        is_listed: bool,
        ask in asks(),
        later in 0..500_i32,
    ) {
        let mut run = Run::new();
        for mv in &moves {
            run.take(mv);
        }
        let order = order("ORD-STOP", OrderKind::Suspend, &["P-1"], "2020-01-01");
        let stopped = run.world.clone().and(made_of(order, is_listed));
        let on = run.today.plus_days(later);
        prop_assert!(!is_released(&stopped, &run, ask, on));
    }

    #[test]
    fn ending_one_of_two_suspensions_opens_nothing(
        ask in asks(),
        lines in prop_oneof![Just(vec![1_u32]), Just(vec![1, 2])],
        later in 0..400_i32,
    ) {
        let run = Run::new();
        let both = run.world.clone()
            .and(suspended("ORD-A", "2020-01-01"))
            .and(suspended("ORD-B", "2020-01-01"));
        let ended = both.and(made(
            reinstatement("ORD-C", &["P-1"], &["ORD-A"], "2020-01-01"),
            &[("P-1", &lines)],
        ));
        prop_assert!(!is_released(&ended, &run, ask, run.today.plus_days(later)));
    }

    #[test]
    fn no_release_goes_beyond_what_is_left(moves in history(), ask in asks()) {
        let mut run = Run::new();
        for mv in &moves {
            run.take(mv);
        }
        let (line, quantity, value) = ask;
        let answer = run.world.at_the_gate(&run.ask(line, quantity, value), run.today);
        if let Decision::Released(event) = answer {
            let ledgers = run.world.ledgers("P-1");
            for (line, asked) in &event.amounts {
                prop_assert!(!asked.exceeds(ledgers[line].left().unwrap().unwrap()));
            }
        }
    }
}
