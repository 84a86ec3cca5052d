//! Conditions that customs can check: those of the permit, and those under which it was
//! reinstated.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::ReleaseReason;
use super::super::reason::Whence;
use super::orders::Usage;
use super::{Gate, ReserveShipment};
use crate::country::Country;
use crate::facts::Declared;
use crate::item::{ConditionKind, LineNo};
use crate::ledger::{Both, LedgerFault};
use crate::permit::Permit;
use crate::quantity::Unit;

/// The conditions that bind a declared line today, each with where it comes from.
fn binding<'p>(
    permit: &'p Permit,
    declared: &Declared,
    gate: &Gate<'_>,
) -> Vec<(&'p ConditionKind, Whence)> {
    let terms = permit.terms_on(gate.today).conditions.iter();
    let mut binding: Vec<_> = terms
        .map(|condition| {
            let whence = Whence {
                order: None,
                law: condition.law.clone(),
            };
            (&condition.duty, whence)
        })
        .collect();
    let usage = Usage::new(permit, declared, gate);
    let reaches = |uses: &[crate::scope::Scope]| {
        uses.is_empty() || uses.iter().any(|scope| usage.is_within(scope))
    };
    for held in &permit.reinstated {
        if !held.binds(declared.line, gate.today) || !reaches(&held.uses) {
            continue;
        }
        binding.extend(held.conditions.iter().map(|condition| {
            let whence = Whence {
                order: Some(held.order.clone()),
                law: condition.law.clone().or_else(|| Some(held.law.clone())),
            };
            (&condition.duty, whence)
        }));
    }
    binding
}

/// Checks the office where the declaration was lodged, once for all its lines.
pub(super) fn check_office(
    permit: &Permit,
    request: &ReserveShipment,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) {
    let lines = request.lines.iter();
    for (duty, whence) in lines.flat_map(|declared| binding(permit, declared, gate)) {
        let ConditionKind::OfficeMustBe { offices } = duty else {
            continue;
        };
        let reason = ReleaseReason::OfficeNotNamed {
            office: request.lodged.office.clone(),
            named: offices.clone(),
            whence,
        };
        if !offices.contains(&request.lodged.office) && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
}

/// Checks every other condition on one declared line.
pub(super) fn check_conditions(
    permit: &Permit,
    declared: &Declared,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) {
    let line = declared.line;
    for (duty, whence) in binding(permit, declared, gate) {
        match duty {
            ConditionKind::RouteMustAvoid { countries } => {
                let ends = [&declared.destination, &declared.final_destination];
                let passed: std::collections::BTreeSet<&Country> =
                    declared.route.iter().chain(ends).collect();
                let forbidden = passed.into_iter().filter(|at| countries.contains(at));
                reasons.extend(forbidden.map(|country| ReleaseReason::RouteForbidden {
                    line,
                    country: *country,
                    whence: whence.clone(),
                }));
            }
            ConditionKind::DestinationMustBe { countries } => {
                let ends = [declared.destination, declared.final_destination];
                let other = ends.into_iter().filter(|at| !countries.contains(at));
                reasons.extend(other.map(|country| ReleaseReason::DestinationNotNamed {
                    line,
                    country,
                    named: countries.clone(),
                    whence: whence.clone(),
                }));
            }
            ConditionKind::ConsigneeMustBe { consignees } => {
                let mut received = declared.consignee.iter();
                if !received.any(|consignee| consignees.contains(consignee)) {
                    reasons.push(ReleaseReason::ConsigneeNotNamed {
                        line,
                        consignee: declared.consignee.clone(),
                        named: consignees.clone(),
                        whence,
                    });
                }
            }
            ConditionKind::ShowDocument { document } => {
                if !declared.documents.contains(document) {
                    reasons.push(ReleaseReason::DocumentNotShown {
                        line,
                        document: document.clone(),
                        whence,
                    });
                }
            }
            ConditionKind::LeaveBy { last_day } => {
                if gate.today > *last_day {
                    reasons.push(ReleaseReason::AfterLastDay {
                        line,
                        last_day: *last_day,
                        whence,
                    });
                }
            }
            ConditionKind::DeclareSerials => reasons.extend(missing_serials(declared, whence)),
            // The office and the cap are looked at apart; the rest falls due after the exit.
            ConditionKind::OfficeMustBe { .. }
            | ConditionKind::QuantityAtMost { .. }
            | ConditionKind::VerifyDelivery { .. }
            | ConditionKind::ReportUse { .. }
            | ConditionKind::Other => {}
        }
    }
}

fn missing_serials(declared: &Declared, whence: Whence) -> Option<ReleaseReason> {
    let declared_count = u32::try_from(declared.serials.len()).unwrap_or(u32::MAX);
    // One for each article, also where they are declared by the pair or the dozen.
    let articles = declared.quantity.exactly_in(Unit::each());
    let expected = articles.unwrap_or(declared.quantity).amount;
    (expected != declared_count.into()).then_some(ReleaseReason::SerialsMissing {
        line: declared.line,
        expected,
        declared: declared_count,
        whence,
    })
}

/// Checks what is asked of a line, with all that was used of it before, against each cap.
///
/// # Errors
/// A fault when the ledger is unsound.
pub(super) fn check_cap(
    permit: &Permit,
    declared: &Declared,
    amounts: &BTreeMap<LineNo, Both>,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) -> Result<(), LedgerFault> {
    let line = declared.line;
    let (Some(asked), Some(ledger)) = (amounts.get(&line), gate.ledgers.get(&line)) else {
        return Ok(());
    };
    for (duty, whence) in binding(permit, declared, gate) {
        let ConditionKind::QuantityAtMost { quantity } = duty else {
            continue;
        };
        let held = ledger.as_of(gate.today).measures.map(|held| held.unit);
        let unit = held.unwrap_or(declared.quantity.unit);
        let Some(cap) = quantity.exactly_in(unit) else {
            reasons.push(ReleaseReason::OtherUnit {
                line,
                declared: unit.to_string(),
                permitted: quantity.unit.to_string(),
            });
            continue;
        };
        let used = ledger.used()?.plus(ledger.excess);
        let used = used.map_or(Decimal::MAX, |both| both.quantity);
        if used
            .checked_add(asked.quantity)
            .is_none_or(|sum| sum > cap.amount)
        {
            reasons.push(ReleaseReason::MoreThanCondition {
                line,
                asked: asked.quantity,
                used,
                at_most: cap.amount,
                whence,
            });
        }
    }
    Ok(())
}
