//! Every move is put to the domain and to the model; both must agree on the answer and, after it, on
//! every line.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, PermitAmended};
use domain::facts::Declared;
use domain::item::{Line, LineNo};
use domain::ledger::Both;
use domain::measure::sign::{Hand, Reach, sign};
use domain::measure::{Decision as Draftsheet, Draft, Members, Order, OrderKind};
use domain::measure::{PreviewSeal, Selection};
use domain::money::Money;
use domain::quantity::Quantity;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::{ConfirmExit, confirm_exit};
use domain::shipment::release::{Decision, ReserveShipment};
use domain::shipment::restore::{hold, restore, take_back};
use domain::time::{Day, Position};
use proptest::prelude::*;

use super::book::{Book, LAST_DAY, Pair, Place, Stop, fits, minus};
use super::moves::{Move, history};
use crate::acts::*;
use crate::world::{World, given};

/// The domain's world and the model's book, side by side.
struct Pairing {
    world: World,
    book: Book,
}

fn number(permit: usize) -> String {
    format!("P-{permit}")
}

fn on(today: i32) -> Day {
    day("2020-01-01").plus_days(today)
}

fn both((quantity, value): Pair) -> Both {
    Both {
        quantity: quantity.into(),
        value: value.into(),
    }
}

fn money(value: i64) -> Money {
    Money::parse(&value.to_string(), "CAD").unwrap()
}

fn each(count: i64) -> Quantity {
    Quantity::each(u32::try_from(count).unwrap())
}

fn lines(grants: [Pair; 2]) -> Vec<Line> {
    let granted = |no, (quantity, value)| Line {
        quantity: Some(each(quantity)),
        value: Some(money(value)),
        ..line(no, 1)
    };
    vec![granted(1, grants[0]), granted(2, grants[1])]
}

fn wrapped(index: usize, count: usize) -> Option<usize> {
    count.checked_sub(1).map(|last| last - index % count)
}

impl Pairing {
    fn new() -> Self {
        let (world, book) = (given([]), Book::default());
        let mut run = Self { world, book };
        run.take(&Move::Issue {
            grants: [(9, 900), (5, 500)],
        });
        run
    }

    fn ask(&self, (permit, no): Place, (quantity, value): Pair) -> ReserveShipment {
        let piece = Declared {
            quantity: each(quantity),
            value: money(value),
            ..declared(no, 1)
        };
        ReserveShipment {
            shipment: id(&format!("SHP-{}", self.book.parcels.len())),
            ..asking(&number(permit), vec![piece])
        }
    }

    fn answer(&self, at: Place, asked: Pair) -> Option<Event> {
        let decision = self
            .world
            .at_the_gate(&self.ask(at, asked), on(self.book.today));
        match decision {
            Decision::Released(event) => Some(event.into()),
            Decision::Refused(reasons) => {
                assert!(!reasons.is_empty());
                None
            }
        }
    }

    fn take(&mut self, mv: &Move) {
        match mv {
            Move::Issue { grants } => self.issue(*grants),
            Move::Amend {
                permit,
                line,
                grant,
                later,
            } => self.amend(*permit, *line, *grant, *later),
            Move::Reserve {
                permit,
                line,
                asked,
            } => self.reserve(*permit, *line, *asked),
            Move::Stop { .. } => self.stop(mv),
            Move::List { stop } => self.list(*stop),
            Move::Reinstate { stop, later } => self.reinstate(*stop, *later),
            Move::Wait { days } => {
                self.book.today = (self.book.today + days).clamp(-300, LAST_DAY + 20);
            }
            of_parcel => self.parcel(of_parcel),
        }
    }

    fn issue(&mut self, grants: [Pair; 2]) {
        let permit = self.book.permits.len();
        if permit == 3 {
            return;
        }
        let step = permit_as(&number(permit), |issued| issued.terms.lines = lines(grants));
        step.into_iter().for_each(|event| {
            self.world.record(event);
        });
        self.book.issue(grants);
    }

    fn amend(&mut self, permit: usize, line: u32, grant: Pair, later: i32) {
        let permit = wrapped(permit, self.book.permits.len()).unwrap();
        let from = self.book.today + later;
        let mut grants = self.book.version(permit, from);
        grants[line as usize - 1] = grant;
        self.world.record(PermitAmended {
            permit: id(&number(permit)),
            terms: domain::permit::Terms {
                lines: lines(grants),
                ..terms()
            },
            last_day: Some(day("2021-02-28")),
            effective_from: on(from),
            reason: "of its own motion".into(),
            order: None,
        });
        self.book.permits[permit].push((from, grants));
    }

    fn reserve(&mut self, permit: usize, line: u32, asked: Pair) {
        let at = (wrapped(permit, self.book.permits.len()).unwrap(), line);
        let event = self.answer(at, asked);
        assert_eq!(
            event.is_some(),
            self.book.releases(at, asked),
            "{at:?} {asked:?}"
        );
        let Some(event) = event else { return };
        // No release after a covering order, whatever the clock says.
        let covers = |stop: &&Stop| stop.is_at_once && stop.members.contains(&at);
        for stop in self.book.stops.iter().filter(covers) {
            assert!(
                stop.ended.contains_key(&at) || stop.until.is_some(),
                "{stop:?}"
            );
        }
        self.world.record(event);
        self.book.reserve(at, asked);
    }

    fn parcel(&mut self, mv: &Move) {
        let (Move::Exit { parcel, .. }
        | Move::Restore { parcel, .. }
        | Move::Hold { parcel, .. }
        | Move::Free { parcel }
        | Move::Return { parcel, .. }) = mv
        else {
            return;
        };
        let Some(index) = wrapped(*parcel, self.book.parcels.len()) else {
            return;
        };
        let held = self.book.parcels[index].clone();
        let today = on(self.book.today);
        let shipment = self.world.shipment(&format!("SHP-{index}")).clone();
        let by_line = |amount: &Option<Pair>| -> BTreeMap<LineNo, Both> {
            amount
                .iter()
                .map(|pair| (LineNo(held.at.1), both(*pair)))
                .collect()
        };
        // What is asked for, and whether the model grants it.
        let of = |amount: &Option<Pair>, there: Pair| match amount {
            Some(amount) => (*amount, fits(*amount, there)),
            None => (there, there != (0, 0)),
        };
        let gone = super::book::plus(held.gone, held.excess);
        let (event, (amount, is_granted)): (Option<Event>, (Pair, bool)) = match mv {
            Move::Exit { gone, is_last, .. } => {
                let report = ConfirmExit {
                    amounts: by_line(gone),
                    on: today,
                    is_partial: !is_last,
                    serials: Vec::new(),
                };
                let ledgers = self.world.ledgers(&number(held.at.0));
                let told = confirm_exit(&shipment, &ledgers, &report, BTreeSet::new()).ok();
                let whole = (held.reserved, held.reserved != (0, 0));
                let asked = gone.map_or(whole, |gone| (gone, true));
                (told.map(Event::from), asked)
            }
            Move::Restore {
                amount, is_lapse, ..
            } => {
                let because = if *is_lapse {
                    RestoreCause::Lapsed
                } else {
                    RestoreCause::Stopped
                };
                let given = restore(&shipment, &by_line(amount), because, today).ok();
                (given.map(Event::from), of(amount, held.reserved))
            }
            Move::Hold { amount, .. } => {
                let kept = hold(&shipment, &by_line(amount), "as evidence", today).ok();
                (kept.map(Event::from), of(amount, held.reserved))
            }
            Move::Return {
                amount,
                is_correction,
                ..
            } => {
                let asked = by_line(amount);
                let back = take_back(&shipment, &asked, *is_correction, "as told", today).ok();
                (back.map(Event::from), of(amount, gone))
            }
            _ => {
                let whole = BTreeMap::new();
                let freed = restore(&shipment, &whole, RestoreCause::Freed, today).ok();
                (freed.map(Event::from), of(&None, held.held))
            }
        };
        assert_eq!(event.is_some(), is_granted, "{mv:?} of {held:?}");
        let Some(event) = event else { return };
        self.world.record(event);
        match mv {
            Move::Exit { gone, is_last, .. } => {
                self.book.exit(index, amount, *is_last || gone.is_none());
            }
            Move::Restore { .. } => self.book.restore(index, amount),
            Move::Hold { .. } => self.book.hold(index, amount),
            Move::Return { .. } => self.book.take_back(index, amount),
            _ => self.book.free(index),
        }
    }

    /// Signs an order as the desk would, by one hand where that is allowed.
    fn sign(&mut self, order: &Order, members: &BTreeSet<Place>) {
        let seal = PreviewSeal {
            at: Position(0),
            as_of: None,
            lines: u64::try_from(members.len()).unwrap(),
            permits: 1,
            digest: format!("{members:?}"),
        };
        let draft = Draft {
            id: id("DCN-1"),
            policies: Vec::new(),
            orders: vec![order.clone()],
            lifts: BTreeSet::new(),
            concludes: BTreeSet::new(),
            effective_from: order.instrument.effective.from,
            intent: None,
            previews: [(order.id.clone(), seal.clone())].into(),
        };
        let sheet = Draftsheet {
            draft,
            proposed_by: id("OFF-A"),
            signed: None,
            is_emergency: false,
            countersigned_by: None,
            declined: Vec::new(),
            returned: None,
        };
        let reach = Reach {
            seal,
            members: listing(members),
            unreachable: None,
        };
        let hand = if order.kind == OrderKind::Suspend {
            Hand::Emergency
        } else {
            Hand::Second
        };
        let reach = BTreeMap::from([(order.id.clone(), reach)]);
        let signed = sign(&sheet, &reach, &id("OFF-B"), hand, on(self.book.today)).unwrap();
        for event in signed.orders {
            self.world.record(event);
        }
    }

    fn stop(&mut self, mv: &Move) {
        let Move::Stop {
            permit,
            lines,
            later,
            lasts,
            is_cancelled,
        } = mv
        else {
            return;
        };
        if self.book.stops.len() == 5 {
            return;
        }
        let permits = self.book.permits.len();
        let members: BTreeSet<Place> = match permit {
            None => (0..permits).flat_map(|p| [(p, 1), (p, 2)]).collect(),
            Some(index) => {
                let permit = wrapped(*index, permits).unwrap();
                let named = [1, 2].into_iter().filter(|no| lines & no != 0);
                named.map(|no| (permit, no)).collect()
            }
        };
        let is_cancelled = *is_cancelled && permit.is_some();
        let from = self.book.today + later;
        let until = lasts.filter(|_| !is_cancelled).map(|lasts| from + lasts);
        let kind = if is_cancelled {
            OrderKind::Cancel
        } else {
            OrderKind::Suspend
        };
        let number_of = format!("ORD-{}", self.book.stops.len());
        let mut order = order(&number_of, kind, &[], &on(from).to_string());
        order.instrument.effective.until = until.map(on);
        order.selection = match permit {
            None => Selection::Scope {
                scope: toward("TR"),
            },
            Some(_) => Selection::Named {
                permits: BTreeSet::new(),
                lines: members
                    .iter()
                    .map(|(permit, no)| line_ref(&number(*permit), *no))
                    .collect(),
            },
        };
        self.sign(&order, &members);
        self.book.stops.push(Stop {
            members,
            from: from.max(self.book.today),
            is_at_once: *later <= 0,
            until,
            ended: BTreeMap::new(),
            is_listed: false,
        });
    }

    fn list(&mut self, stop: usize) {
        let Some(index) = wrapped(stop, self.book.stops.len()) else {
            return;
        };
        let stop = &mut self.book.stops[index];
        if stop.is_listed {
            return;
        }
        stop.is_listed = true;
        // In two parts: a line stays covered between them.
        let order = format!("ORD-{index}");
        let last = *stop.members.last().unwrap();
        for at in stop.members.clone() {
            let part = [(&*number(at.0), &[at.1][..])];
            for event in listed(&order, &part, at == last) {
                self.world.record(event);
            }
            self.agree();
        }
    }

    fn reinstate(&mut self, stop: usize, later: i32) {
        let Some(index) = wrapped(stop, self.book.stops.len()) else {
            return;
        };
        let held = self.book.stops[index].clone();
        if !held.is_listed || !held.ended.is_empty() {
            return;
        }
        let number_of = format!("ORD-R{index}");
        let from = self.book.today + later;
        let ended = format!("ORD-{index}");
        let order = reinstatement(&number_of, &["P-0"], &[&ended], &on(from).to_string());
        self.sign(&order, &held.members);
        self.agree();
        let part = listing(&held.members);
        self.world.record(domain::event::OrderResolved {
            order: id(&number_of),
            members: part,
            is_complete: true,
        });
        let first = |at: &Place| (*at, from);
        self.book.stops[index].ended = held.members.iter().map(first).collect();
    }

    /// The ledgers are those of the book, and the gate answers as the book does.
    fn agree(&self) {
        for (at, account) in &self.book.accounts {
            let ledger = self
                .world
                .ledgers(&number(at.0))
                .remove(&LineNo(at.1))
                .unwrap();
            let today = on(self.book.today);
            let ledger = ledger.as_of(today);
            let parts = [
                (ledger.reserved, account.reserved),
                (ledger.held, account.held),
                (ledger.drawn, account.drawn),
                (ledger.returned, account.returned),
                (ledger.excess, account.excess),
            ];
            for (found, expected) in parts {
                assert_eq!(found, both(expected), "{at:?} {account:?} {ledger:?}");
            }
            let granted = self.book.granted(*at, self.book.today);
            assert_eq!(ledger.granted, Some(both(granted)));
            assert_eq!(ledger.room(today).unwrap(), Some(both(self.book.room(*at))));
            // Conservation, where no cut has gone below what was used.
            if fits(account.used(), granted) {
                let left = minus(granted, account.used());
                assert_eq!(ledger.left().unwrap(), Some(both(left)));
            } else {
                assert!(ledger.left().is_err());
            }
            let one = (1, 0);
            let is_released = self.answer(*at, one).is_some();
            assert_eq!(
                is_released,
                self.book.releases(*at, one),
                "{at:?} {:?}",
                self.book
            );
        }
    }

    fn open(&self) -> BTreeSet<Place> {
        let places = self.book.accounts.keys().copied();
        places
            .filter(|at| self.answer(*at, (1, 0)).is_some())
            .collect()
    }
}

fn listing(members: &BTreeSet<Place>) -> Members {
    let mut listing = Members::new();
    for (permit, no) in members {
        let lines: &mut BTreeSet<LineNo> = listing.entry(id(&number(*permit))).or_default();
        lines.insert(LineNo(*no));
    }
    listing
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_gate_and_its_model_agree_on_every_answer_and_every_line(moves in history()) {
        let mut run = Pairing::new();
        for mv in &moves {
            let open = run.open();
            run.take(mv);
            run.agree();
            if matches!(mv, Move::Stop { .. } | Move::List { .. }) {
                // A stop never widens what is open, and writing its list changes nothing.
                let after = run.open();
                prop_assert!(after.is_subset(&open), "{mv:?}: {open:?} became {after:?}");
                let is_list = matches!(mv, Move::List { .. });
                prop_assert!(after == open || !is_list, "{open:?} became {after:?}");
            }
        }
    }
}
