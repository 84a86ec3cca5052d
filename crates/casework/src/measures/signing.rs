//! Signing: quick, however much an order reaches. What it reaches was worked out before; under the
//! lock it is only asked whether anything has changed since.

use std::collections::BTreeMap;

use domain::event::{Event, LINE_FACTS};
use domain::id::{DecisionId, OrderId};
use domain::measure::sign::{self, Hand, Reach, SignRefusal};
use domain::measure::{Decision, Members, Order, PreviewSeal, Selection};
use domain::time::{Day, Position};
use register::{Query, Reading};

use super::{SignedDecision, binding_day, concluded, duties};
use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::reach;
use crate::reading::{self, Lens};

/// What orders reach, worked out before the write that signs them.
type Seals = BTreeMap<OrderId, PreviewSeal>;

/// Signs a decision.
pub(super) fn sign(
    desk: &Desk,
    actor: &Actor,
    decision: &DecisionId,
    hand: Hand,
) -> Result<Done<SignedDecision>, DeskError> {
    let action = match hand {
        Hand::Second => "measure.sign",
        Hand::Emergency => "measure.emergency",
    };
    let before = match hand {
        Hand::Second => again(desk, decision)?,
        // A stop in an emergency waits for nothing.
        Hand::Emergency => Seals::new(),
    };
    let mut done = desk.act(actor, action, |act| sign_in(act, decision, hand, &before))?;
    if hand == Hand::Emergency {
        done.what.differences = differences(desk, &done.what)?;
    }
    Ok(done)
}

/// Works out again what the orders of a decision reach, where the preview is out of date. Outside
/// of any write: over a million permits it takes seconds, in which goods must be able to leave.
fn again(desk: &Desk, decision: &DecisionId) -> Result<Seals, DeskError> {
    let log = desk.reading()?;
    let log = log.as_ref();
    let mut seals = Seals::new();
    let Some(held): Option<Decision> = reading::find(log, decision.as_str())? else {
        return Ok(seals);
    };
    let book = desk.book(log)?;
    let known_at = log.head()?.position;
    let today = desk.day(log, &book)?;
    for order in held.draft.orders.iter().filter(|order| is_by_scope(order)) {
        let as_of = binding_day(order, today);
        let seen = held.draft.previews.get(&order.id);
        if still_holds(log, seen, as_of)? != Some(true) {
            let (members, _) = reach::order_members(log, &book, order, Lens { as_of, known_at })?;
            seals.insert(
                order.id.clone(),
                reach::seal(&members, Lens { as_of, known_at }),
            );
        }
    }
    Ok(seals)
}

const fn is_by_scope(order: &Order) -> bool {
    matches!(order.selection, Selection::Scope { .. })
}

/// Whether what a seal counts is still what the order reaches: the same day, and nothing since that
/// can change which lines satisfy a scope. None where there is no seal.
fn still_holds(
    log: &dyn Reading,
    seal: Option<&PreviewSeal>,
    as_of: Day,
) -> Result<Option<bool>, DeskError> {
    let Some(seal) = seal else { return Ok(None) };
    if seal.as_of != Some(as_of) {
        return Ok(Some(false));
    }
    let changes = Query {
        tags: vec![LINE_FACTS.to_owned()],
        kinds: Vec::new(),
    };
    let since = log.events(&changes, seal.at, None, 1)?;
    Ok(Some(since.is_empty()))
}

/// What one order reaches at the moment of signing.
fn reach_now(
    act: &Act<'_>,
    (order, hand): (&Order, Hand),
    seen: Option<&PreviewSeal>,
    before: Option<&PreviewSeal>,
    head: Position,
) -> Result<Reach, DeskError> {
    let lens = Lens {
        as_of: binding_day(order, act.today),
        known_at: head,
    };
    let sealed = |seal: &PreviewSeal| Reach {
        seal: PreviewSeal {
            at: head,
            as_of: Some(lens.as_of),
            ..seal.clone()
        },
        members: Members::new(),
        unreachable: None,
    };
    if is_by_scope(order) {
        // INVARIANT (a stop is instant): an emergency takes the set as it is at its own position,
        // and says afterwards how it differs.
        if let (Hand::Emergency, Some(seen)) = (hand, seen) {
            return Ok(sealed(seen));
        }
        for seal in [seen, before].into_iter().flatten() {
            if still_holds(act.log(), Some(seal), lens.as_of)? == Some(true) {
                return Ok(sealed(seal));
            }
        }
    }
    let (members, unreachable) = reach::order_members(act.log(), &act.book, order, lens)?;
    Ok(Reach {
        seal: reach::seal(&members, lens),
        members,
        unreachable,
    })
}

fn sign_in(
    act: &mut Act<'_>,
    decision: &DecisionId,
    hand: Hand,
    before: &Seals,
) -> Result<SignedDecision, DeskError> {
    let held: Decision = act.load(decision)?;
    let head = act.lens()?.known_at;
    let mut reached = BTreeMap::new();
    for order in &held.draft.orders {
        let seen = held.draft.previews.get(&order.id);
        let now = reach_now(act, (order, hand), seen, before.get(&order.id), head)?;
        reached.insert(order.id.clone(), now);
    }
    let signed = sign::sign(&held, &reached, &act.actor.officer, hand, act.today)
        .map_err(|refusal: SignRefusal| DeskError::refused("measure.sign", &refusal))?;
    let orders = held.draft.orders.iter().map(|order| &order.instrument.law);
    let policies = held.draft.policies.iter().map(|made| &made.instrument.law);
    if let Some(law) = orders.chain(policies).next() {
        act.under(law);
    }
    let mut events: Vec<Event> = vec![signed.decision.into()];
    events.extend(signed.lifted.iter().cloned().map(Event::from));
    events.extend(concluded(&held.draft, &act.actor.officer));
    events.extend(signed.measures.iter().cloned().map(Event::from));
    events.extend(signed.orders.iter().cloned().map(Event::from));
    for order in &signed.orders {
        events.extend(crate::orders::amendments(act, order)?);
    }
    events.extend(duties(&held.draft, hand, act.today)?);
    act.append_all(events, Vec::new())?;
    Ok(SignedDecision {
        decision: decision.clone(),
        measures: signed
            .measures
            .iter()
            .map(|made| made.measure.id.clone())
            .collect(),
        lifted: signed
            .lifted
            .iter()
            .map(|lifted| lifted.measure.clone())
            .collect(),
        orders: reached
            .into_iter()
            .map(|(order, reach)| (order, reach.seal))
            .collect(),
        differences: signed.differences,
    })
}

/// The orders of an emergency whose set at their own position is not the one previewed.
fn differences(desk: &Desk, signed: &SignedDecision) -> Result<Seals, DeskError> {
    let log = desk.reading()?;
    let book: std::sync::Arc<LawBook> = desk.book(log.as_ref())?;
    let mut found = signed.differences.clone();
    for (id, seen) in &signed.orders {
        let record: domain::measure::OrderRecord = reading::load(log.as_ref(), id.as_str())?;
        let lens = Lens {
            as_of: record.binds_from,
            known_at: record.position,
        };
        let (members, _) = reach::order_members(log.as_ref(), &book, &record.order, lens)?;
        let now = reach::seal(&members, lens);
        if now.digest != seen.digest {
            found.insert(id.clone(), now);
        }
    }
    Ok(found)
}
