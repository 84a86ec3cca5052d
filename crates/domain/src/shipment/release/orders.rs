//! The orders over a declared line, listed or not listed yet.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::super::ReleaseReason;
use super::Gate;
use crate::facts::{Declared, LineFacts};
use crate::id::OrderId;
use crate::item::LineNo;
use crate::measure::{OrderKind, OrderRecord, Selection};
use crate::permit::{Covering, Permit};
use crate::scope::{Judged, Scope};

/// A permit line as it is declared: its facts are put together once, however many scopes ask.
pub(super) struct Usage<'a> {
    permit: &'a Permit,
    declared: &'a Declared,
    gate: &'a Gate<'a>,
    facts: OnceCell<LineFacts>,
}

impl<'a> Usage<'a> {
    pub(super) const fn new(
        permit: &'a Permit,
        declared: &'a Declared,
        gate: &'a Gate<'a>,
    ) -> Self {
        Self {
            permit,
            declared,
            gate,
            facts: OnceCell::new(),
        }
    }

    /// Whether the line, as declared, lies within a scope.
    pub(super) fn is_within(&self, scope: &Scope) -> bool {
        let (line, gate) = (self.declared.line, self.gate);
        let facts = self
            .facts
            .get_or_init(|| self.permit.facts_on(line, gate.today, gate.parties));
        let judged = Judged {
            line: Some((&self.permit.issued.permit, line)),
            facts,
            declared: Some(self.declared),
        };
        scope.contains(judged, gate.tree, gate.world)
    }
}

/// INVARIANT (the gate): every order in force over the declared line is a reason, whether its list
/// of numbers has been written yet or not.
pub(super) fn check_orders(
    permit: &Permit,
    declared: &Declared,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) {
    // The list of an order may come in parts: what counts is the part that has this line.
    let listed: BTreeMap<&OrderId, &Covering> = permit
        .coverings
        .iter()
        .filter(|held| held.lines.contains(&declared.line))
        .map(|held| (&held.order, held))
        .collect();
    let usage = Usage::new(permit, declared, gate);
    for record in gate.orders {
        let order = &record.order;
        if matches!(order.kind, OrderKind::Reinstate | OrderKind::Amend) {
            continue;
        }
        let is_member = match listed.get(&order.id) {
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
        let uses = order.use_scope.as_ref();
        if is_member && uses.is_none_or(|uses| usage.is_within(uses)) {
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
