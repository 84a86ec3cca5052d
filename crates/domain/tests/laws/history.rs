//! Random histories: each move is put to its decision, and what the decision grants is recorded.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Event;
use domain::facts::Declared;
use domain::id::{OrderId, ShipmentId};
use domain::item::LineNo;
use domain::ledger::Both;
use domain::measure::{Order, OrderKind};
use domain::money::Money;
use domain::permit::amend::{AmendPermit, amend};
use domain::quantity::Quantity;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::{ConfirmExit, confirm_exit};
use domain::shipment::release::{Decision, ReserveShipment};
use domain::shipment::restore::{hold, restore, take_back};
use domain::time::Day;
use domain::view::{Noun, State};
use proptest::prelude::*;

use crate::acts::*;
use crate::world::{Step, World, given};

/// One move by somebody: a quantity in thousandths, a value in cents.
#[derive(Debug, Clone)]
pub enum Move {
    Reserve {
        line: u32,
        quantity: u32,
        value: u32,
    },
    Exit {
        shipment: usize,
        amount: Option<(u32, u32)>,
    },
    Restore {
        shipment: usize,
        amount: Option<(u32, u32)>,
    },
    Hold {
        shipment: usize,
        amount: Option<(u32, u32)>,
    },
    Free {
        shipment: usize,
    },
    Return {
        shipment: usize,
        amount: Option<(u32, u32)>,
    },
    Amend {
        line: u32,
        quantity: u32,
        value: u32,
    },
    Suspend {
        lines: Vec<u32>,
        later: i32,
    },
    Reinstate {
        order: usize,
        lines: Vec<u32>,
        later: i32,
    },
    Surrender {
        later: i32,
    },
    Wait {
        days: i32,
    },
}

/// Most of each measure of a line, in thousandths and in cents.
const MOST: u32 = 9_000;

/// Mostly small beside what is granted, so that many moves are granted; at times far too much.
fn amount() -> impl Strategy<Value = (u32, u32)> {
    let most = prop_oneof![6 => Just(MOST / 6), 1 => Just(MOST)];
    most.prop_flat_map(|most| (0..=most, 0..=most))
}

fn lines() -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![Just(vec![1]), Just(vec![2]), Just(vec![1, 2])]
}

pub fn moves() -> impl Strategy<Value = Move> {
    let shipment = 0..4_usize;
    let some = proptest::option::of(amount()).boxed();
    let of_shipment = (shipment.clone(), some);
    prop_oneof![
        12 => (1..=2_u32, amount()).prop_map(|(line, (quantity, value))| {
            Move::Reserve { line, quantity, value }
        }),
        8 => of_shipment.clone().prop_map(|(shipment, amount)| Move::Exit { shipment, amount }),
        6 => of_shipment.clone().prop_map(|(shipment, amount)| Move::Restore { shipment, amount }),
        8 => of_shipment.clone().prop_map(|(shipment, amount)| Move::Hold { shipment, amount }),
        6 => shipment.prop_map(|shipment| Move::Free { shipment }),
        14 => of_shipment.prop_map(|(shipment, amount)| Move::Return { shipment, amount }),
        5 => (1..=2_u32, MOST / 2..=MOST).prop_map(|(line, most)| {
            Move::Amend { line, quantity: most / line, value: most }
        }),
        1 => (lines(), 0..20).prop_map(|(lines, later)| Move::Suspend { lines, later }),
        2 => (0..3_usize, lines(), 0..5)
            .prop_map(|(order, lines, later)| Move::Reinstate { order, lines, later }),
        4 => (1..30_i32).prop_map(|days| Move::Wait { days }),
    ]
}

/// Histories that may also end in a surrender.
pub fn history() -> impl Strategy<Value = Vec<Move>> {
    let surrendering = prop_oneof![
        80 => moves(),
        1 => (0..30).prop_map(|later| Move::Surrender { later }),
    ];
    proptest::collection::vec(surrendering, 0..40)
}

/// A world with one permit of two lines, and where its clock stands.
#[derive(Debug, Clone)]
pub struct Run {
    pub world: World,
    pub today: Day,
    shipments: Vec<ShipmentId>,
    suspensions: Vec<OrderId>,
}

fn decimal(thousandths: u32) -> rust_decimal::Decimal {
    rust_decimal::Decimal::new(thousandths.into(), 3)
}

fn cents(value: u32) -> Money {
    Money {
        amount: rust_decimal::Decimal::new(value.into(), 2),
        currency: domain::money::Currency::new("CAD").unwrap(),
    }
}

fn kilograms(thousandths: u32) -> Quantity {
    Quantity {
        amount: decimal(thousandths),
        unit: domain::quantity::Unit::new("KGM").unwrap(),
    }
}

fn granted(no: u32, quantity: u32, value: u32) -> domain::item::Line {
    domain::item::Line {
        quantity: Some(kilograms(quantity)),
        value: Some(cents(value)),
        ..line(no, 1)
    }
}

/// The permit on which every history begins.
pub fn begin() -> Step {
    permit_as("P-1", |issued| {
        issued.terms.lines = vec![granted(1, MOST, MOST), granted(2, MOST / 3, MOST)];
    })
}

/// One line declared as the permit has it.
pub fn piece(no: u32, quantity: u32, value: u32) -> Declared {
    Declared {
        quantity: kilograms(quantity),
        value: cents(value),
        ..declared(no, 1)
    }
}

impl Run {
    pub fn new() -> Self {
        Self {
            world: given([begin()]),
            today: day("2020-01-01"),
            shipments: Vec::new(),
            suspensions: Vec::new(),
        }
    }

    /// Asks the gate for one piece, today.
    pub fn ask(&self, no: u32, quantity: u32, value: u32) -> ReserveShipment {
        let number = format!("SHP-{}", self.shipments.len());
        ReserveShipment {
            shipment: id(&number),
            ..asking("P-1", vec![piece(no, quantity, value)])
        }
    }

    /// The amount on the first line that a shipment declared; nothing given means all.
    fn amounts(&self, shipment: &ShipmentId, amount: Option<(u32, u32)>) -> BTreeMap<LineNo, Both> {
        let line = self.world.shipment(shipment.as_str()).lines[0].line;
        let both = amount.map(|(quantity, value)| Both {
            quantity: decimal(quantity),
            value: cents(value).amount,
        });
        both.map(|both| (line, both)).into_iter().collect()
    }

    /// Takes a move, if its decision grants it, and gives the event that it made.
    pub fn take(&mut self, mv: &Move) -> Option<Event> {
        let event = self.decide(mv)?;
        self.world.record(event.clone());
        if let Event::OrderSigned(signed) = &event {
            let order = signed.order.id.to_string();
            let of = signed.members.get(&id("P-1")).unwrap();
            let of: Vec<u32> = of.iter().map(|line| line.0).collect();
            for event in listed(&order, &[("P-1", &of)], true) {
                self.world.record(event);
            }
        }
        Some(event)
    }

    fn decide(&mut self, mv: &Move) -> Option<Event> {
        let today = self.today;
        let at = |index: usize| self.shipments.get(index).cloned();
        match mv {
            Move::Reserve {
                line,
                quantity,
                value,
            } => self.decide_release(self.ask(*line, *quantity, *value)),
            Move::Exit { shipment, amount } => {
                let number = at(*shipment)?;
                let report = ConfirmExit {
                    amounts: self.amounts(&number, *amount),
                    on: today,
                    is_partial: amount.is_some(),
                    serials: Vec::new(),
                };
                let held = self.world.shipment(number.as_str());
                let ledgers = self.world.ledgers("P-1");
                Some(
                    confirm_exit(held, &ledgers, &report, BTreeSet::new())
                        .ok()?
                        .into(),
                )
            }
            Move::Restore { shipment, amount } => {
                let number = at(*shipment)?;
                let asked = self.amounts(&number, *amount);
                let held = self.world.shipment(number.as_str());
                Some(
                    restore(held, &asked, RestoreCause::Stopped, today)
                        .ok()?
                        .into(),
                )
            }
            Move::Hold { shipment, amount } => {
                let number = at(*shipment)?;
                let asked = self.amounts(&number, *amount);
                let held = self.world.shipment(number.as_str());
                Some(hold(held, &asked, "as evidence", today).ok()?.into())
            }
            Move::Free { shipment } => {
                let number = at(*shipment)?;
                let held = self.world.shipment(number.as_str());
                Some(
                    restore(held, &BTreeMap::new(), RestoreCause::Freed, today)
                        .ok()?
                        .into(),
                )
            }
            Move::Return { shipment, amount } => {
                let number = at(*shipment)?;
                let asked = self.amounts(&number, *amount);
                let held = self.world.shipment(number.as_str());
                Some(
                    take_back(held, &asked, false, "came back", today)
                        .ok()?
                        .into(),
                )
            }
            other => self.decide_act(other),
        }
    }

    fn decide_release(&mut self, ask: ReserveShipment) -> Option<Event> {
        match self.world.at_the_gate(&ask, self.today) {
            Decision::Released(event) => {
                self.shipments.push(ask.shipment);
                Some(event.into())
            }
            Decision::Refused(_) => None,
        }
    }

    fn decide_act(&mut self, mv: &Move) -> Option<Event> {
        let today = self.today;
        match mv {
            Move::Amend {
                line,
                quantity,
                value,
            } => {
                let permit = self.world.permit("P-1");
                let mut terms = permit.terms_on(today).clone();
                let held = terms.lines.iter_mut().find(|held| held.no.0 == *line)?;
                held.quantity = Some(kilograms(*quantity));
                held.value = Some(cents(*value));
                let ask = AmendPermit {
                    permit: id("P-1"),
                    terms,
                    last_day: permit.version_on(today)?.last_day,
                    reason: "fewer are needed".into(),
                    effective_from: today,
                };
                let ledgers: Vec<_> = self.world.ledgers("P-1").into_values().collect();
                Some(amend(permit, &ledgers, &ask, today).ok()?.into())
            }
            Move::Suspend { lines, later } => {
                let number = format!("ORD-{}", self.world.log.len());
                self.suspensions.push(id(&number));
                let from = today.plus_days(*later).to_string();
                Some(order_over(
                    order(&number, OrderKind::Suspend, &["P-1"], &from),
                    lines,
                ))
            }
            Move::Reinstate {
                order,
                lines,
                later,
            } => {
                let ended = self.suspensions.get(*order)?.to_string();
                let number = format!("ORD-{}", self.world.log.len());
                let from = today.plus_days(*later).to_string();
                let order = reinstatement(&number, &["P-1"], &[&ended], &from);
                Some(order_over(order, lines))
            }
            Move::Surrender { later } => {
                surrendered("P-1", &today.plus_days(*later).to_string()).pop()
            }
            Move::Wait { days } => {
                self.today = today.plus_days(*days);
                None
            }
            _ => None,
        }
    }
}

fn order_over(order: Order, lines: &[u32]) -> Event {
    let mut step = signed(order);
    if let Some(Event::OrderSigned(event)) = step.first_mut() {
        event.members = members(&[("P-1", lines)]);
    }
    step.remove(0)
}

/// Every ledger in the world.
pub fn ledgers(world: &World) -> impl Iterator<Item = &domain::ledger::LineLedger> {
    world.states.iter().filter_map(|(key, state)| match state {
        State::Ledger(held) if key.noun == Noun::Ledger => Some(held),
        _ => None,
    })
}
