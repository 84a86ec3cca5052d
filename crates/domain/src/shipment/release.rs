//! The decision at the gate: may this leave now?
//!
//! One decision reads: the permit's standing for the day, every measure in force over each
//! declared line, the declaration against the permit, the balance in quantity and value, and the
//! conditions that customs can check. Every reason is given, not only the first.

use std::collections::{BTreeMap, BTreeSet};

use super::ReleaseReason;
use crate::control_list::EntryTree;
use crate::event::ShipmentReserved;
use crate::facts::{Declared, Lodged, PartyFacts};
use crate::id::{PartyId, PermitId, ShipmentId};
use crate::item::LineNo;
use crate::ledger::{Both, LedgerFault, LineLedger, Measures};
use crate::measure::OrderRecord;
use crate::permit::standing::Standing;
use crate::permit::{Movement, Permit};
use crate::policy::PolicyAnswer;
use crate::scope::Geography;
use crate::time::{Day, Instant};

mod conditions;
mod orders;
mod terms;

use conditions::{check_cap, check_conditions, check_office};
use orders::check_orders;
use terms::check_terms;

/// Most lines in one declaration: the largest permit has 2,000.
pub const DECLARED_LINES_MAX: usize = 2_000;

/// Asks to let goods leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReserveShipment {
    /// The number that the shipment gets.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// Office and declaration.
    pub lodged: Lodged,
    /// The lines.
    pub lines: Vec<Declared>,
    /// When the reservation lapses.
    pub lapses_at: Instant,
}

/// What the gate knows at the moment of decision.
pub struct Gate<'a> {
    /// The permit, if there is one.
    pub permit: Option<&'a Permit>,
    /// Its ledgers.
    pub ledgers: &'a BTreeMap<LineNo, LineLedger>,
    /// What is known of its parties and those declared.
    pub parties: &'a BTreeMap<PartyId, PartyFacts>,
    /// Every order that may cover the permit: those resolved on it, and all not resolved yet.
    pub orders: &'a [OrderRecord],
    /// For an order not resolved yet: the parties as they stood at its own position.
    pub parties_at: &'a dyn Fn(&OrderRecord) -> BTreeMap<PartyId, PartyFacts>,
    /// Exporters registered for the use of this general permit on the day.
    pub registered: &'a BTreeSet<PartyId>,
    /// What release policies say, by line.
    pub policies: &'a BTreeMap<LineNo, PolicyAnswer>,
    /// The trees of the control lists.
    pub tree: &'a dyn EntryTree,
    /// The country groups.
    pub world: &'a dyn Geography,
    /// The day, in the authority's calendar.
    pub today: Day,
}

/// What the gate answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may leave; this is reserved for it.
    Released(ShipmentReserved),
    /// It may not, for these reasons.
    Refused(Vec<ReleaseReason>),
}

/// Decides a release.
///
/// # Law
/// `EIPA:13`, `EIPA:24`, `EPR:5-6`
///
/// # Errors
/// A fault when a ledger is unsound: then nothing is released.
pub fn release(request: &ReserveShipment, gate: &Gate<'_>) -> Result<Decision, LedgerFault> {
    let Some(permit) = gate.permit else {
        let permit = request.permit.clone();
        return Ok(Decision::Refused(vec![ReleaseReason::NoSuchPermit {
            permit,
        }]));
    };
    let terms = permit.terms_on(gate.today);
    let mut reasons = Vec::new();
    if request.lines.is_empty() || request.lines.len() > DECLARED_LINES_MAX {
        reasons.push(ReleaseReason::NothingDeclared);
    }
    if matches!(
        terms.movement,
        Movement::Brokering { .. } | Movement::Transfer
    ) {
        reasons.push(ReleaseReason::NothingPassesTheBorder);
    }
    check_office(permit, request, gate, &mut reasons);
    let mut amounts: BTreeMap<LineNo, Both> = BTreeMap::new();
    for declared in &request.lines {
        let Some(ledger) = gate
            .ledgers
            .get(&declared.line)
            .filter(|_| terms.line(declared.line).is_some())
        else {
            reasons.push(ReleaseReason::NoSuchLine {
                line: declared.line,
            });
            continue;
        };
        check_orders(permit, declared, gate, &mut reasons);
        check_standing(permit, declared.line, gate.today, &mut reasons);
        check_terms(terms, declared, gate, &mut reasons);
        check_conditions(permit, declared, gate, &mut reasons);
        check_policies(declared.line, gate, &mut reasons);
        if let Some(amount) = check_measures(declared, &ledger.as_of(gate.today), &mut reasons) {
            let sum = amounts
                .get(&declared.line)
                .copied()
                .unwrap_or_default()
                .plus(amount);
            let sum = sum.ok_or_else(|| overflow(ledger))?;
            amounts.insert(declared.line, sum);
        }
    }
    check_balance(&amounts, gate, &mut reasons)?;
    for declared in &request.lines {
        check_cap(permit, declared, &amounts, gate, &mut reasons)?;
    }
    if !reasons.is_empty() {
        let mut said = Vec::new();
        reasons.retain(|reason| {
            let is_new = !said.contains(reason);
            said.push(reason.clone());
            is_new
        });
        return Ok(Decision::Refused(reasons));
    }
    Ok(Decision::Released(ShipmentReserved {
        shipment: request.shipment.clone(),
        permit: request.permit.clone(),
        lodged: request.lodged.clone(),
        lines: request.lines.clone(),
        amounts,
        lapses_at: request.lapses_at,
    }))
}

fn overflow(ledger: &LineLedger) -> LedgerFault {
    LedgerFault {
        permit: ledger.permit.clone(),
        line: ledger.line,
        invariant: "exact sums",
    }
}

fn check_standing(permit: &Permit, line: LineNo, today: Day, reasons: &mut Vec<ReleaseReason>) {
    let held = permit.line_standing(line, today);
    // An order gave its own, fuller reason; without one the standing itself closes the line.
    let is_said = matches!(
        held.standing,
        Standing::Suspended | Standing::Cancelled | Standing::Annulled
    ) && reasons.iter().any(|reason| {
        matches!(reason, ReleaseReason::Stopped { line: stopped, is_use_only: false, .. }
            if *stopped == line)
    });
    if held.standing != Standing::InForce && !is_said {
        let last_day = permit
            .last_day_as_of(line, today)
            .filter(|_| held.standing == Standing::Expired);
        reasons.push(ReleaseReason::NotInForce {
            line,
            standing: held.standing,
            last_day,
        });
    }
}

fn check_policies(line: LineNo, gate: &Gate<'_>, reasons: &mut Vec<ReleaseReason>) {
    if let Some(answer) = gate.policies.get(&line) {
        reasons.extend(answer.findings.iter().map(|finding| ReleaseReason::Policy {
            line,
            finding: finding.clone(),
        }));
    }
}

/// The declared quantity and value in the line's own measures.
fn check_measures(
    declared: &Declared,
    ledger: &LineLedger,
    reasons: &mut Vec<ReleaseReason>,
) -> Option<Both> {
    let line = declared.line;
    if declared.quantity.amount.is_zero() {
        reasons.push(ReleaseReason::ZeroQuantity { line });
        return None;
    }
    let held = match ledger.measures {
        Some(held) => held,
        None if ledger.is_unlimited => Measures {
            unit: declared.quantity.unit,
            currency: declared.value.currency,
        },
        // Undisclosed: already a reason.
        None => return None,
    };
    let quantity = declared.quantity.exactly_in(held.unit);
    if quantity.is_none() {
        reasons.push(ReleaseReason::OtherUnit {
            line,
            declared: declared.quantity.unit.to_string(),
            permitted: held.unit.to_string(),
        });
    }
    if declared.value.currency != held.currency {
        reasons.push(ReleaseReason::OtherCurrency {
            line,
            declared: declared.value.currency.to_string(),
            permitted: held.currency.to_string(),
        });
        return None;
    }
    quantity.map(|quantity| Both {
        quantity: quantity.amount,
        value: declared.value.amount,
    })
}

/// INVARIANT (no draw beyond grant): what is reserved fits what is left, in both measures.
fn check_balance(
    amounts: &BTreeMap<LineNo, Both>,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) -> Result<(), LedgerFault> {
    for (line, asked) in amounts {
        let Some(ledger) = gate.ledgers.get(line) else {
            continue;
        };
        let Some(left) = ledger.room(gate.today)? else {
            continue;
        };
        if asked.exceeds(left) {
            reasons.push(ReleaseReason::MoreThanLeft {
                line: *line,
                asked_quantity: asked.quantity,
                left_quantity: left.quantity,
                asked_value: asked.value,
                left_value: left.value,
            });
        }
    }
    Ok(())
}
