//! Signing a decision: four eyes, or one hand for a stop in an emergency.

use std::collections::BTreeMap;

use super::{Decision, Members, Order, OrderKind, PreviewSeal, Selection};
use crate::event::{
    CountersignatureDeclined, DecisionCountersigned, DecisionReturned, DecisionSigned,
    MeasureLifted, MeasureSigned, OrderSigned,
};
use crate::id::{DecisionId, OfficerId, OrderId};
use crate::language::Bilingual;
use crate::time::Day;

/// How a decision is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// By another officer than the one who proposed.
    Second,
    /// By one officer alone, to stop at once; it stands and escalates until countersigned.
    Emergency,
}

/// Why a decision is not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignRefusal {
    /// It is signed or returned already.
    #[error("decision {0} is settled already")]
    Settled(DecisionId),
    /// Who proposes does not sign.
    #[error("{0} proposed it: another officer signs")]
    SameOfficer(OfficerId),
    /// A release is never single-handed.
    #[error("decision {0} does more than stop: only a suspension may be signed by one hand")]
    NotAStop(DecisionId),
    /// An order that was never previewed.
    #[error("order {0} was not previewed: nobody signs what nobody has seen")]
    NotPreviewed(OrderId),
    /// The set is no longer the one that was previewed.
    #[error("order {order} now reaches {} lines of {} permits, and {} of {} were previewed: preview again", now.lines, now.permits, seen.lines, seen.permits)]
    SetChanged {
        /// The order.
        order: OrderId,
        /// What was previewed.
        seen: Box<PreviewSeal>,
        /// What it reaches now.
        now: Box<PreviewSeal>,
    },
    /// A named permit that the order cannot act on.
    #[error("order {order} cannot act on permit {permit}: {}", because.en)]
    CannotActOn {
        /// The order.
        order: OrderId,
        /// The permit.
        permit: crate::id::PermitId,
        /// Why.
        because: Bilingual,
    },
}

/// What each order reaches at the moment of signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The seal over the set as it is now.
    pub seal: PreviewSeal,
    /// The list of numbers; empty for a suspension by scope, whose list follows.
    pub members: Members,
    /// A named permit that the order cannot act on, with the reason.
    pub unreachable: Option<(crate::id::PermitId, Bilingual)>,
}

/// What a signature makes, in the order in which it is appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The signature.
    pub decision: DecisionSigned,
    /// Measures made.
    pub measures: Vec<MeasureSigned>,
    /// Measures lifted.
    pub lifted: Vec<MeasureLifted>,
    /// Orders made.
    pub orders: Vec<OrderSigned>,
    /// For an emergency: the previews that no longer agreed.
    pub differences: BTreeMap<OrderId, PreviewSeal>,
}

/// Decides a signature.
///
/// # Errors
/// Refuses the proposer's own hand (save for an emergency stop), a settled decision, a set that
/// differs from the one previewed (an emergency takes the set as it is), and an order that cannot
/// act on a permit that it names.
pub fn sign(
    decision: &Decision,
    reach: &BTreeMap<OrderId, Reach>,
    by: &OfficerId,
    hand: Hand,
    today: Day,
) -> Result<Signed, SignRefusal> {
    let draft = &decision.draft;
    if decision.signed.is_some() || decision.returned.is_some() {
        return Err(SignRefusal::Settled(draft.id.clone()));
    }
    if hand == Hand::Second && decision.proposed_by == *by {
        return Err(SignRefusal::SameOfficer(by.clone()));
    }
    if hand == Hand::Emergency && !is_stop_only(decision) {
        return Err(SignRefusal::NotAStop(draft.id.clone()));
    }
    let mut orders = Vec::new();
    let mut differences = BTreeMap::new();
    for order in &draft.orders {
        let held = reach
            .get(&order.id)
            .ok_or_else(|| SignRefusal::NotPreviewed(order.id.clone()))?;
        if let Some(now) = check_reach(order, draft.previews.get(&order.id), held, hand)? {
            differences.insert(order.id.clone(), now);
        }
        orders.push(OrderSigned {
            order: order.clone(),
            decision: draft.id.clone(),
            seal: Some(held.seal.clone()),
            // INVARIANT (never backdated at the gate): an order binds from its own position, or
            // from the start of a later day.
            binds_from: order.instrument.effective.from.max(today),
            binds_at_once: order.instrument.effective.from <= today,
            members: match order.selection {
                Selection::Scope { .. } => Members::new(),
                Selection::Named { .. } => held.members.clone(),
            },
        });
    }
    let lifted = draft.lifts.iter().map(|measure| MeasureLifted {
        measure: measure.clone(),
        decision: draft.id.clone(),
        effective_from: draft.effective_from,
    });
    let measures = draft.policies.iter().map(|measure| MeasureSigned {
        measure: measure.clone(),
        decision: draft.id.clone(),
    });
    Ok(Signed {
        decision: DecisionSigned {
            decision: draft.id.clone(),
            by: by.clone(),
            is_emergency: hand == Hand::Emergency,
        },
        measures: measures.collect(),
        lifted: lifted.collect(),
        orders,
        differences,
    })
}

/// Whether a decision does nothing but suspend.
fn is_stop_only(decision: &Decision) -> bool {
    let draft = &decision.draft;
    draft.policies.is_empty()
        && draft.lifts.is_empty()
        && draft.concludes.is_empty()
        && !draft.orders.is_empty()
        && draft
            .orders
            .iter()
            .all(|order| order.kind == OrderKind::Suspend)
}

/// Checks one order's reach against its preview; gives the seal as it is now where an emergency
/// goes ahead in spite of a difference.
fn check_reach(
    order: &Order,
    seen: Option<&PreviewSeal>,
    now: &Reach,
    hand: Hand,
) -> Result<Option<PreviewSeal>, SignRefusal> {
    if let Some((permit, because)) = &now.unreachable {
        return Err(SignRefusal::CannotActOn {
            order: order.id.clone(),
            permit: permit.clone(),
            because: because.clone(),
        });
    }
    let Some(seen) = seen else {
        return match hand {
            Hand::Emergency => Ok(Some(now.seal.clone())),
            Hand::Second => Err(SignRefusal::NotPreviewed(order.id.clone())),
        };
    };
    if seen.digest == now.seal.digest {
        return Ok(None);
    }
    match hand {
        Hand::Emergency => Ok(Some(now.seal.clone())),
        Hand::Second => Err(SignRefusal::SetChanged {
            order: order.id.clone(),
            seen: Box::new(seen.clone()),
            now: Box::new(now.seal.clone()),
        }),
    }
}

/// Why a countersignature, or a return, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountersignRefusal {
    /// It is not an emergency that waits for a second hand.
    #[error("decision {0} does not wait for a countersignature")]
    NotWaiting(DecisionId),
    /// The same officer.
    #[error("{0} signed it: another officer countersigns")]
    SameOfficer(OfficerId),
    /// No reasons.
    #[error("declining gives no reasons: expected why")]
    NoReasons,
    /// It is signed already.
    #[error("decision {0} is settled already")]
    Settled(DecisionId),
}

fn waits(decision: &Decision, by: &OfficerId) -> Result<(), CountersignRefusal> {
    let id = || decision.draft.id.clone();
    let Some(signed) = decision.signed.as_ref().filter(|_| decision.is_emergency) else {
        return Err(CountersignRefusal::NotWaiting(id()));
    };
    if decision.countersigned_by.is_some() {
        return Err(CountersignRefusal::NotWaiting(id()));
    }
    if signed.by == *by {
        return Err(CountersignRefusal::SameOfficer(by.clone()));
    }
    Ok(())
}

/// Decides a countersignature.
///
/// # Errors
/// Refuses what does not wait for one, and the hand that signed.
pub fn countersign(
    decision: &Decision,
    by: &OfficerId,
) -> Result<DecisionCountersigned, CountersignRefusal> {
    waits(decision, by)?;
    Ok(DecisionCountersigned {
        decision: decision.draft.id.clone(),
        by: by.clone(),
    })
}

/// Decides a refusal to countersign. It is not a lifting: the stop stands.
///
/// # Errors
/// Refuses what does not wait for one, the hand that signed, and silence about why.
pub fn decline(
    decision: &Decision,
    reasons: &str,
    by: &OfficerId,
) -> Result<CountersignatureDeclined, CountersignRefusal> {
    waits(decision, by)?;
    if reasons.trim().is_empty() {
        return Err(CountersignRefusal::NoReasons);
    }
    Ok(CountersignatureDeclined {
        decision: decision.draft.id.clone(),
        reasons: reasons.to_owned(),
        by: by.clone(),
    })
}

/// Decides the return of a proposal unsigned.
///
/// # Errors
/// Refuses a settled decision, and silence about why.
pub fn give_back(
    decision: &Decision,
    reasons: &str,
    by: &OfficerId,
) -> Result<DecisionReturned, CountersignRefusal> {
    if decision.signed.is_some() || decision.returned.is_some() {
        return Err(CountersignRefusal::Settled(decision.draft.id.clone()));
    }
    if reasons.trim().is_empty() {
        return Err(CountersignRefusal::NoReasons);
    }
    Ok(DecisionReturned {
        decision: decision.draft.id.clone(),
        reasons: reasons.to_owned(),
        by: by.clone(),
    })
}
