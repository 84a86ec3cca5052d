//! The orders over a declared line, listed or not listed yet.

use super::super::ReleaseReason;
use super::Gate;
use crate::facts::Declared;
use crate::item::LineNo;
use crate::measure::{OrderKind, OrderRecord, Selection};
use crate::permit::Permit;
use crate::scope::{Judged, Scope};

/// INVARIANT (the gate): every order in force over the declared line is a reason, whether its list
/// of numbers has been written yet or not.
pub(super) fn check_orders(
    permit: &Permit,
    declared: &Declared,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) {
    for record in gate.orders {
        let order = &record.order;
        if matches!(order.kind, OrderKind::Reinstate | OrderKind::Amend) {
            continue;
        }
        // The list may come in parts: what counts is the part that has this line.
        let listed = permit
            .coverings
            .iter()
            .find(|held| held.order == order.id && held.lines.contains(&declared.line));
        let is_member = match listed {
            Some(covering) => {
                // Binding counts at the gate, not the day in law before it was signed.
                record.binds_on(gate.today)
                    && covering
                        .ended
                        .get(&declared.line)
                        .is_none_or(|ended| gate.today < ended.from)
            }
            None => {
                !record.is_resolved
                    && record.binds_on(gate.today)
                    && is_member_by_facts(permit, declared.line, record, gate)
            }
        };
        if is_member && reaches_use(permit, declared, record, gate) {
            reasons.push(ReleaseReason::Stopped {
                line: declared.line,
                order: order.id.clone(),
                verb: order.verb.clone(),
                law: order.instrument.law.clone(),
                is_use_only: order.use_scope.is_some(),
            });
        }
    }
}

/// Whether a line is a member of an order whose list is not written yet: its facts at the order's
/// own position satisfy the scope.
fn is_member_by_facts(
    permit: &Permit,
    line: LineNo,
    record: &OrderRecord,
    gate: &Gate<'_>,
) -> bool {
    // INVARIANT (members are fixed at the order's own position): neither a permit issued later
    // nor a line added later is one.
    if !permit.has_line_at(line, record.binds_from, record.position) {
        return false;
    }
    match &record.order.selection {
        Selection::Named { permits, lines } => {
            permits.contains(&permit.issued.permit)
                || lines
                    .iter()
                    .any(|l| l.permit == permit.issued.permit && l.line == line)
        }
        Selection::Scope { scope } => {
            let parties = (gate.parties_at)(record);
            let facts = permit.facts_at(line, record.binds_from, record.position, &parties);
            let judged = Judged {
                line: Some((&permit.issued.permit, line)),
                facts: &facts,
                declared: None,
            };
            scope.contains(judged, gate.tree, gate.world)
        }
    }
}

/// Whether an order that stops only a use reaches this one as declared.
fn reaches_use(
    permit: &Permit,
    declared: &Declared,
    record: &OrderRecord,
    gate: &Gate<'_>,
) -> bool {
    let Some(scope) = &record.order.use_scope else {
        return true;
    };
    is_use_within(permit, declared, scope, gate)
}

/// Whether a use, as declared, lies within a scope.
pub(super) fn is_use_within(
    permit: &Permit,
    declared: &Declared,
    scope: &Scope,
    gate: &Gate<'_>,
) -> bool {
    let facts = permit.facts_on(declared.line, gate.today, gate.parties);
    let judged = Judged {
        line: Some((&permit.issued.permit, declared.line)),
        facts: &facts,
        declared: Some(declared),
    };
    scope.contains(judged, gate.tree, gate.world)
}
