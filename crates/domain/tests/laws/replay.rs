//! Replay is deterministic, stored forms are read as they were written, and the order of unrelated
//! events does not matter.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::permit::standing::Standing;
use domain::view::{Key, Noun, State, touched};
use proptest::prelude::*;

use super::history::{Move, Run, begin, history};
use crate::acts::*;
use crate::world::{Step, World, given};

fn after(moves: &[Move]) -> Run {
    let mut run = Run::new();
    for mv in moves {
        run.take(mv);
    }
    run
}

fn log_of(world: &World) -> Step {
    world.log.iter().map(|held| held.event.clone()).collect()
}

/// The states without their places in the log, which differ between two orders of one history.
fn unplaced(world: &World) -> BTreeMap<Key, serde_json::Value> {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(held) => {
                for place in ["position", "positions", "surrendered_at", "declared_at"] {
                    held.remove(place);
                }
                held.values_mut().for_each(strip);
            }
            serde_json::Value::Array(held) => held.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let each = world.states.iter().map(|(key, state)| {
        let mut form = serde_json::to_value(state).unwrap();
        strip(&mut form);
        (key.clone(), form)
    });
    each.collect()
}

/// What else goes on in the register: none of it about permit `P-1`.
fn unrelated() -> Vec<Step> {
    vec![
        party("PTY-ELSEWHERE", "DE", &["builds-uav"]),
        permit("P-2"),
        made(
            order(
                "ORD-ELSEWHERE",
                domain::measure::OrderKind::Suspend,
                &["P-2"],
                "2020-02-01",
            ),
            &[("P-2", &[1])],
        ),
        surrendered("P-2", "2020-03-01"),
        submitted("APP-ELSEWHERE"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_log_folded_twice_gives_the_same_views(moves in history()) {
        let run = after(&moves);
        let again = given([log_of(&run.world)]);
        prop_assert_eq!(&again.states, &run.world.states);
        prop_assert_eq!(&again.log, &run.world.log);
    }

    #[test]
    fn an_event_is_read_as_it_was_written_and_so_is_a_view(moves in history()) {
        let run = after(&moves);
        for event in log_of(&run.world) {
            let stored = serde_json::to_string(&event).unwrap();
            prop_assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event);
        }
        for state in run.world.states.values() {
            let stored = serde_json::to_string(state).unwrap();
            prop_assert_eq!(&serde_json::from_str::<State>(&stored).unwrap(), state);
        }
    }

    #[test]
    fn views_rebuilt_from_stored_events_are_the_same(moves in history()) {
        let run = after(&moves);
        let stored: Vec<String> = log_of(&run.world)
            .iter()
            .map(|event| serde_json::to_string(event).unwrap())
            .collect();
        let read = stored.iter().map(|text| serde_json::from_str::<Event>(text).unwrap());
        prop_assert_eq!(given([read.collect()]).states, run.world.states);
    }

    #[test]
    fn the_order_of_unrelated_events_does_not_matter(
        moves in history(),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 5),
    ) {
        let log = log_of(&after(&moves).world);
        let first = given([log.clone()].into_iter().chain(unrelated()));
        // The unrelated acts keep their own order and fall anywhere among the others.
        let mut at: Vec<usize> = places.iter().map(|place| place.index(log.len() + 1)).collect();
        at.sort_unstable();
        let mut mixed: Step = Vec::new();
        let mut others = at.into_iter().zip(unrelated()).peekable();
        for (place, event) in log.iter().enumerate() {
            while let Some((_, step)) = others.next_if(|(at, _)| *at <= place) {
                mixed.extend(step);
            }
            mixed.push(event.clone());
        }
        mixed.extend(others.flat_map(|(_, step)| step));
        prop_assert_eq!(unplaced(&given([mixed])), unplaced(&first));
    }

    #[test]
    fn an_event_changes_the_views_that_it_touches_and_no_other(moves in history()) {
        let mut world = World::default();
        for event in log_of(&after(&moves).world) {
            let before = world.states.clone();
            let keys = touched(&event);
            world.record(event);
            for (key, state) in &world.states {
                if !keys.contains(key) {
                    prop_assert_eq!(before.get(key), Some(state));
                }
            }
        }
    }

    #[test]
    fn standing_is_changed_by_acts_on_the_permit_and_by_nothing_else(moves in history()) {
        let mut world = given([begin()]);
        let days: Vec<_> = (0..20).map(|n| day("2019-02-01").plus_days(n * 45)).collect();
        let standings = |world: &World| -> Vec<Standing> {
            days.iter().map(|on| world.permit("P-1").standing(*on)).collect()
        };
        for event in log_of(&after(&moves).world).into_iter().skip(1) {
            let before = standings(&world);
            let is_act = matches!(
                event,
                Event::OrderResolved(_) | Event::PermitAmended(_) | Event::PermitSurrendered(_)
            );
            let kind = event.kind();
            world.record(event);
            if !is_act {
                prop_assert_eq!(standings(&world), before, "{}", kind);
            }
        }
        // Standing is nowhere held: it is computed from a view that never says it.
        let key = Key::of(Noun::Permit, "P-1");
        let form = serde_json::to_string(&world.states[&key]).unwrap();
        prop_assert!(!form.contains("\"standing\""));
    }
}

#[test]
fn random_histories_reach_every_move() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..100 {
        let moves = history().new_tree(&mut runner).unwrap().current();
        for event in log_of(&after(&moves).world) {
            *seen.entry(event.kind()).or_default() += 1;
        }
    }
    let expected = [
        "ShipmentReserved",
        "ExitConfirmed",
        "ShipmentRestored",
        "ShipmentHeld",
        "GoodsReturned",
        "PermitAmended",
        "PermitSurrendered",
        "OrderSigned",
        "OrderResolved",
    ];
    for kind in expected {
        let times = seen.get(kind).copied().unwrap_or_default();
        assert!(times >= 8, "{kind} happened {times} times in {seen:?}");
    }
}
