//! Conservation: granted (as amended) = left + reserved + held + drawn − returned, per line, in
//! both measures, at every position.

use domain::event::Event;
use domain::ledger::{Both, LineLedger};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::history::{Run, history, ledgers};

type Measure = fn(&Both) -> Decimal;

/// The law, stated on its own and not through the ledger's sums.
fn check(ledger: &LineLedger) {
    let granted = ledger.granted.unwrap();
    let left = ledger.left().unwrap().unwrap();
    let measures: [Measure; 2] = [|both| both.quantity, |both| both.value];
    for of in measures {
        let parts = of(&left) + of(&ledger.reserved) + of(&ledger.held) + of(&ledger.drawn)
            - of(&ledger.returned);
        assert_eq!(of(&granted), parts, "{ledger:?}");
        let all = [left, ledger.reserved, ledger.held, ledger.drawn];
        for part in all {
            assert!(of(&part) >= Decimal::ZERO, "{ledger:?}");
        }
        let net = of(&ledger.drawn) - of(&ledger.returned);
        assert!(net >= Decimal::ZERO, "more came back than left: {ledger:?}");
        assert!(net <= of(&granted), "drawn beyond the grant: {ledger:?}");
    }
}

fn sum(amounts: impl Iterator<Item = Both>) -> Both {
    amounts.fold(Both::default(), |sum, both| sum.plus(both).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn nothing_is_lost_or_made_on_a_line(moves in history()) {
        let mut run = Run::new();
        for mv in &moves {
            run.take(mv);
            ledgers(&run.world).for_each(check);
        }
    }

    #[test]
    fn a_line_holds_what_its_shipments_hold(moves in history()) {
        let mut run = Run::new();
        for mv in &moves {
            run.take(mv);
        }
        let shipments: Vec<_> = (0..moves.len())
            .map(|number| format!("SHP-{number}"))
            .filter(|number| {
                let key = domain::view::Key::of(domain::view::Noun::Shipment, number);
                run.world.states.contains_key(&key)
            })
            .collect();
        for ledger in ledgers(&run.world) {
            let of = |part: fn(&domain::shipment::Shipment) -> &std::collections::BTreeMap<_, Both>| {
                let held = shipments.iter().map(|number| run.world.shipment(number));
                sum(held.filter_map(|shipment| part(shipment).get(&ledger.line).copied()))
            };
            prop_assert_eq!(of(|held| &held.reserved), ledger.reserved);
            prop_assert_eq!(of(|held| &held.held), ledger.held);
            prop_assert_eq!(Some(of(|held| &held.drawn)), ledger.drawn.minus(ledger.returned));
        }
    }

    #[test]
    fn what_left_is_drawn_or_excess_and_nothing_between(moves in history()) {
        let mut run = Run::new();
        for mv in &moves {
            let before: Vec<_> = ledgers(&run.world).cloned().collect();
            let Some(Event::ExitConfirmed(exit)) = run.take(mv) else { continue };
            for (before, after) in before.iter().zip(ledgers(&run.world)) {
                let room = before.left().unwrap().unwrap();
                let of = |by: &std::collections::BTreeMap<_, Both>| {
                    by.get(&before.line).copied().unwrap_or_default()
                };
                let (drawn, excess) = (of(&exit.drawn), of(&exit.excess));
                prop_assert_eq!(before.drawn.plus(drawn).unwrap(), after.drawn);
                prop_assert_eq!(before.excess.plus(excess).unwrap(), after.excess);
                // Excess only where the room of the line ran out.
                let taken = drawn.minus(of(&exit.from_reserved)).unwrap();
                prop_assert!(!taken.exceeds(room));
                prop_assert!(excess.quantity.is_zero() || taken.quantity == room.quantity);
                prop_assert!(excess.value.is_zero() || taken.value == room.value);
            }
        }
    }
}
