//! Proposing a decision: one draft that may lift and make several measures.

use std::collections::BTreeSet;

use super::{Draft, Instrument, MeasureInForce, Order, OrderKind, OrderRecord, Selection, Text};
use crate::event::DecisionProposed;
use crate::id::{DecisionId, DialogueId, MeasureId, OfficerId, OrderId, PermitId};
use crate::scope::ScopeMistake;

/// Why a proposal is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposeRefusal {
    /// It does nothing.
    #[error("decision {0} makes nothing and lifts nothing")]
    Empty(DecisionId),
    /// A title, reason or saying lacks a language.
    #[error("{0} lacks a text in one of the two languages: expected English and French")]
    OneLanguage(String),
    /// No ground.
    #[error("{0} names no ground: expected at least one")]
    NoGround(String),
    /// It ends before it begins, or is to be looked at before it begins.
    #[error("{0} ends or is to be reviewed before it begins")]
    DaysOutOfOrder(String),
    /// A suspension without a day for looking again.
    #[error("{0} has no day by which it must be looked at again: expected `review_by`")]
    NoReviewDay(String),
    /// Only a suspension goes by scope.
    #[error("order {order} would {} by scope: only a suspension may; expected the permits by number", kind.key())]
    NotByScope {
        /// The order.
        order: OrderId,
        /// What it does.
        kind: OrderKind,
    },
    /// An order that names nothing.
    #[error("order {0} names no permit and no line")]
    NamesNothing(OrderId),
    /// A reinstatement that ends nothing.
    #[error("order {0} reinstates and names no suspension or cancellation that it ends")]
    EndsNothing(OrderId),
    /// An order named that does not exist or cannot be ended.
    #[error("order {order} would end {ended}: there is no such order that it can end")]
    NothingToEnd {
        /// The order.
        order: OrderId,
        /// The one named.
        ended: OrderId,
    },
    /// An amendment without new terms for a permit.
    #[error("order {order} amends permit {permit} and gives no new terms for it")]
    NoNewTerms {
        /// The order.
        order: OrderId,
        /// The permit.
        permit: PermitId,
    },
    /// A named permit is not in the register.
    #[error("order {order} names permit {permit}: there is no such permit")]
    NoSuchPermit {
        /// The order.
        order: OrderId,
        /// The permit.
        permit: PermitId,
    },
    /// A measure to lift that is not in force.
    #[error("measure {0} is not in force: there is nothing to lift")]
    NothingToLift(MeasureId),
    /// A dialogue to conclude that does not exist or is concluded.
    #[error("dialogue {0} cannot be concluded: there is no such dialogue under way")]
    NothingToConclude(DialogueId),
    /// A scope that no reader could follow.
    #[error("{what}: {mistake}")]
    Scope {
        /// The measure or order.
        what: String,
        /// What is wrong.
        mistake: ScopeMistake,
    },
    /// The number is taken.
    #[error("{0} exists already: expected a new number")]
    NumberTaken(String),
}

/// What a proposal is checked against.
#[derive(Debug, Clone, Default)]
pub struct Standing<'a> {
    /// Measures that the draft would lift, as far as they exist.
    pub lifted: Vec<&'a MeasureInForce>,
    /// Orders that the draft would end, as far as they exist.
    pub ended: Vec<&'a OrderRecord>,
    /// Dialogues under way that the draft would conclude.
    pub dialogues: BTreeSet<DialogueId>,
    /// Permits named that exist.
    pub permits: BTreeSet<PermitId>,
    /// Numbers of the draft that are taken.
    pub taken: BTreeSet<String>,
}

/// Decides a proposal.
///
/// # Errors
/// Refuses a draft that does nothing, lacks a language, ground or day, or names what is not there.
pub fn propose(
    draft: &Draft,
    standing: &Standing<'_>,
    by: &OfficerId,
) -> Result<DecisionProposed, ProposeRefusal> {
    let makes = !draft.policies.is_empty() || !draft.orders.is_empty();
    if !makes && draft.lifts.is_empty() && draft.concludes.is_empty() {
        return Err(ProposeRefusal::Empty(draft.id.clone()));
    }
    if let Some(taken) = standing.taken.first() {
        return Err(ProposeRefusal::NumberTaken(taken.clone()));
    }
    for policy in &draft.policies {
        let what = format!("measure {}", policy.id);
        check_instrument(&policy.instrument, &what)?;
        if let Text::Rules { rules } = &policy.text {
            let scopes = rules.iter().flat_map(|rule| {
                std::iter::once(&rule.scope).chain(rule.exceptions.iter().map(|e| &e.scope))
            });
            for scope in scopes {
                scope.check().map_err(|mistake| ProposeRefusal::Scope {
                    what: what.clone(),
                    mistake,
                })?;
            }
            let mut says = rules.iter().flat_map(|rule| {
                std::iter::once(&rule.says).chain(rule.exceptions.iter().map(|e| &e.says))
            });
            if says.any(|text| !text.is_complete()) {
                return Err(ProposeRefusal::OneLanguage(what));
            }
        }
    }
    for order in &draft.orders {
        check_order(order, standing)?;
    }
    let is_lifted = |id: &MeasureId| {
        standing
            .lifted
            .iter()
            .any(|held| held.measure.id == *id && held.lifted_from.is_none())
    };
    if let Some(missing) = draft.lifts.iter().find(|id| !is_lifted(id)) {
        return Err(ProposeRefusal::NothingToLift(missing.clone()));
    }
    if let Some(missing) = draft
        .concludes
        .iter()
        .find(|id| !standing.dialogues.contains(*id))
    {
        return Err(ProposeRefusal::NothingToConclude(missing.clone()));
    }
    Ok(DecisionProposed {
        draft: draft.clone(),
        by: by.clone(),
    })
}

fn check_instrument(instrument: &Instrument, what: &str) -> Result<(), ProposeRefusal> {
    if !instrument.title.is_complete() || !instrument.reasons.is_complete() {
        return Err(ProposeRefusal::OneLanguage(what.to_owned()));
    }
    if instrument.grounds.is_empty() {
        return Err(ProposeRefusal::NoGround(what.to_owned()));
    }
    let from = instrument.effective.from;
    let is_before = |day: Option<crate::time::Day>| day.is_some_and(|day| day < from);
    if instrument
        .effective
        .until
        .is_some_and(|until| until <= from)
        || is_before(instrument.review_by)
    {
        return Err(ProposeRefusal::DaysOutOfOrder(what.to_owned()));
    }
    Ok(())
}

fn check_order(order: &Order, standing: &Standing<'_>) -> Result<(), ProposeRefusal> {
    let what = format!("order {}", order.id);
    check_instrument(&order.instrument, &what)?;
    let mut conditions = order.conditions.iter().map(|condition| &condition.text);
    if !order.verb.is_complete() || conditions.any(|text| !text.is_complete()) {
        return Err(ProposeRefusal::OneLanguage(what));
    }
    if order.kind == OrderKind::Suspend && order.instrument.review_by.is_none() {
        return Err(ProposeRefusal::NoReviewDay(what));
    }
    let checked = |scope: &crate::scope::Scope| {
        scope.check().map_err(|mistake| ProposeRefusal::Scope {
            what: what.clone(),
            mistake,
        })
    };
    order.use_scope.as_ref().map_or(Ok(()), checked)?;
    match &order.selection {
        Selection::Scope { scope } => {
            if order.kind != OrderKind::Suspend {
                return Err(ProposeRefusal::NotByScope {
                    order: order.id.clone(),
                    kind: order.kind,
                });
            }
            checked(scope)?;
        }
        Selection::Named { permits, lines } => {
            if permits.is_empty() && lines.is_empty() {
                return Err(ProposeRefusal::NamesNothing(order.id.clone()));
            }
            let named = || permits.iter().chain(lines.iter().map(|line| &line.permit));
            if let Some(missing) = named().find(|permit| !standing.permits.contains(*permit)) {
                return Err(ProposeRefusal::NoSuchPermit {
                    order: order.id.clone(),
                    permit: missing.clone(),
                });
            }
            if order.kind == OrderKind::Amend
                && let Some(missing) = named().find(|p| !order.new_terms.contains_key(*p))
            {
                return Err(ProposeRefusal::NoNewTerms {
                    order: order.id.clone(),
                    permit: missing.clone(),
                });
            }
        }
    }
    if order.kind == OrderKind::Reinstate && order.ends.is_empty() {
        return Err(ProposeRefusal::EndsNothing(order.id.clone()));
    }
    if matches!(order.kind, OrderKind::Reinstate | OrderKind::Amend) {
        let is_of_kind = |held: &OrderRecord| match order.kind {
            OrderKind::Amend => held.order.kind == OrderKind::Reinstate,
            _ => matches!(held.order.kind, OrderKind::Suspend | OrderKind::Cancel),
        };
        let can_end = |id: &OrderId| {
            let mut held = standing.ended.iter();
            held.any(|held| held.order.id == *id && is_of_kind(held))
        };
        if let Some(ended) = order.ends.iter().find(|id| !can_end(id)) {
            return Err(ProposeRefusal::NothingToEnd {
                order: order.id.clone(),
                ended: ended.clone(),
            });
        }
    }
    Ok(())
}
