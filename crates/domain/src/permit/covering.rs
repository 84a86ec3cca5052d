//! What orders do to a permit: they cover lines, end what covered them, and leave conditions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Permit;
use crate::id::OrderId;
use crate::item::{Condition, LineNo};
use crate::law::Law;
use crate::measure::{OrderKind, OrderRecord};
use crate::scope::Scope;
use crate::time::{Day, Position};

/// An order that covers lines of this permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covering {
    /// The order.
    pub order: OrderId,
    /// What it does.
    pub kind: OrderKind,
    /// The lines that it covers.
    pub lines: BTreeSet<LineNo>,
    /// First day in law.
    pub effective_from: Day,
    /// Its own position in the log.
    pub position: Position,
    /// First day on which it no longer runs by its own terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The reinstatements that ended it, by line, with their first day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ended: BTreeMap<LineNo, Ended>,
    /// Whether expiry stands still while it runs. It runs on unless the measure says otherwise.
    #[serde(default)]
    pub stops_expiry: bool,
    /// When only declared lines that satisfy this are reached, and not the whole line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_scope: Option<Scope>,
}

/// When and by what a covering order was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The reinstatement.
    pub by: OrderId,
    /// Its first day in law.
    pub from: Day,
    /// Its position in the log.
    pub position: Position,
}

impl Ended {
    fn by(record: &OrderRecord) -> Self {
        Self {
            by: record.order.id.clone(),
            from: record.binds_from,
            position: record.position,
        }
    }
}

/// Conditions under which lines were reinstated: they bind at the gate until an amendment of the
/// authority's own motion ends them.
///
/// # Law
/// `EIPA:10(1)`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reinstated {
    /// The reinstatement.
    pub order: OrderId,
    /// The law under which it was made.
    pub law: Law,
    /// The lines.
    pub lines: BTreeSet<LineNo>,
    /// First day.
    pub from: Day,
    /// Its position in the log.
    pub position: Position,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// When the orders that it ended stopped only certain uses: those uses. Empty means the whole
    /// line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Scope>,
    /// The amendments that ended the conditions, by line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ended: BTreeMap<LineNo, Ended>,
}

impl Reinstated {
    /// Whether the conditions bind a line on a day.
    #[must_use]
    pub fn binds(&self, line: LineNo, day: Day) -> bool {
        self.lines.contains(&line)
            && day >= self.from
            && self.ended.get(&line).is_none_or(|ended| day < ended.from)
    }
}

impl Permit {
    /// Takes an order over some of its lines: a covering, or the end of those that it names.
    pub fn take_order(&mut self, record: &OrderRecord, lines: &BTreeSet<LineNo>) {
        let order = &record.order;
        match order.kind {
            OrderKind::Amend => {
                let named = |held: &&mut Reinstated| order.ends.contains(&held.order);
                for held in self.reinstated.iter_mut().filter(named) {
                    for line in lines.intersection(&held.lines) {
                        let ended = held.ended.entry(*line);
                        ended.or_insert_with(|| Ended::by(record));
                    }
                }
            }
            OrderKind::Reinstate => self.reinstate(record, lines),
            OrderKind::Suspend | OrderKind::Cancel | OrderKind::Annul => {
                self.coverings.push(Covering {
                    order: order.id.clone(),
                    kind: order.kind,
                    lines: lines.clone(),
                    effective_from: if order.kind == OrderKind::Annul {
                        self.issued.valid_from.min(self.issued.issued_on)
                    } else {
                        order.instrument.effective.from
                    },
                    position: record.position,
                    until: order.instrument.effective.until,
                    ended: BTreeMap::new(),
                    stops_expiry: order.stops_expiry,
                    use_scope: order.use_scope.clone(),
                });
            }
        }
    }

    /// Ends the coverings that a reinstatement names, on its lines, and keeps its conditions. Parts
    /// of one list may come apart: the conditions are then kept part by part.
    fn reinstate(&mut self, record: &OrderRecord, lines: &BTreeSet<LineNo>) {
        let order = &record.order;
        let mut uses = Vec::new();
        let mut is_whole_line = false;
        let named = |held: &&mut Covering| order.ends.contains(&held.order);
        for covering in self.coverings.iter_mut().filter(named) {
            for line in lines.intersection(&covering.lines) {
                let ended = covering.ended.entry(*line);
                ended.or_insert_with(|| Ended::by(record));
            }
            is_whole_line |= covering.use_scope.is_none();
            uses.extend(covering.use_scope.clone());
        }
        if !order.conditions.is_empty() {
            if is_whole_line {
                uses.clear();
            }
            self.reinstated.push(Reinstated {
                order: order.id.clone(),
                law: order.instrument.law.clone(),
                lines: lines.clone(),
                from: record.binds_from,
                position: record.position,
                conditions: order.conditions.clone(),
                uses,
                ended: BTreeMap::new(),
            });
        }
    }
}
