//! The decision at the gate: may this leave now?
//!
//! One decision reads: the permit's standing for the day, every measure in force over each
//! declared line, the declaration against the permit, the balance in quantity and value, and the
//! conditions that customs can check. Every reason is given, not only the first.

use std::collections::{BTreeMap, BTreeSet};

use super::{ReleaseReason, Term};
use crate::control_list::EntryTree;
use crate::country::Country;
use crate::event::ShipmentReserved;
use crate::facts::{Declared, Lodged, PartyFacts};
use crate::id::{PartyId, PermitId, ShipmentId};
use crate::item::{ConditionKind, LineNo};
use crate::ledger::{Both, LedgerFault, LineLedger, Measures};
use crate::measure::{OrderKind, OrderRecord, Selection};
use crate::permit::standing::Standing;
use crate::permit::{Movement, Permit, PermitKind, Terms};
use crate::policy::PolicyAnswer;
use crate::quantity::Unit;
use crate::scope::{Geography, Judged};
use crate::time::{Day, Instant};

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
    check_office(terms, &request.lodged, &mut reasons);
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
        check_conditions(terms, declared, &mut reasons);
        check_policies(declared.line, gate, &mut reasons);
        if let Some(amount) = check_measures(declared, ledger, &mut reasons) {
            let sum = amounts
                .get(&declared.line)
                .copied()
                .unwrap_or_default()
                .plus(amount);
            let sum = sum.ok_or_else(|| overflow(ledger))?;
            amounts.insert(declared.line, sum);
        }
    }
    check_balance(&amounts, gate.ledgers, &mut reasons)?;
    if !reasons.is_empty() {
        reasons.dedup();
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

fn check_office(terms: &Terms, lodged: &Lodged, reasons: &mut Vec<ReleaseReason>) {
    for condition in &terms.conditions {
        if let ConditionKind::OfficeMustBe { offices } = &condition.duty
            && !offices.contains(&lodged.office)
        {
            let office = lodged.office.clone();
            reasons.push(ReleaseReason::OfficeNotNamed {
                office,
                named: offices.clone(),
            });
        }
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

/// INVARIANT (the gate): every order in force over the declared line is a reason, whether its list
/// of numbers has been written yet or not.
fn check_orders(
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
                gate.today >= record.binds_from
                    && covering.until.is_none_or(|until| gate.today < until)
                    && covering
                        .ended
                        .get(&declared.line)
                        .is_none_or(|ended| gate.today < ended.from)
            }
            None => {
                !record.is_resolved
                    && gate.today >= record.binds_from
                    && order
                        .instrument
                        .effective
                        .until
                        .is_none_or(|until| gate.today < until)
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
    let facts = permit.facts_on(declared.line, gate.today, gate.parties);
    let judged = Judged {
        line: Some((&permit.issued.permit, declared.line)),
        facts: &facts,
        declared: Some(declared),
    };
    scope.contains(judged, gate.tree, gate.world)
}

fn check_terms(
    terms: &Terms,
    declared: &Declared,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) {
    let line = declared.line;
    for what in terms.undisclosed(line) {
        reasons.push(ReleaseReason::Undisclosed { line, what });
    }
    let countries = |set: &BTreeSet<Country>| set.iter().map(ToString::to_string).collect();
    let parties = |set: &BTreeSet<PartyId>| set.iter().map(ToString::to_string).collect();
    let mut mismatch = |term, declared: String, permitted: Vec<String>| {
        reasons.push(ReleaseReason::Mismatch {
            line,
            term,
            declared,
            permitted,
        });
    };
    if !terms.destinations.is_empty() && !terms.destinations.contains(&declared.destination) {
        mismatch(
            Term::Destination,
            declared.destination.to_string(),
            countries(&terms.destinations),
        );
    }
    let finals = if terms.final_destinations.is_empty() {
        &terms.destinations
    } else {
        &terms.final_destinations
    };
    if !finals.is_empty() && !finals.contains(&declared.final_destination) {
        mismatch(
            Term::FinalDestination,
            declared.final_destination.to_string(),
            countries(finals),
        );
    }
    if let Some(consignee) = &declared.consignee {
        if !terms.consignees.is_empty() && !terms.consignees.contains(consignee) {
            mismatch(
                Term::Consignee,
                consignee.to_string(),
                parties(&terms.consignees),
            );
        }
    } else if terms.kind != PermitKind::General {
        mismatch(Term::Consignee, "—".into(), parties(&terms.consignees));
    }
    for middle in &declared.intermediates {
        if !terms.intermediates.contains(middle) && terms.kind != PermitKind::General {
            mismatch(
                Term::Intermediate,
                middle.to_string(),
                parties(&terms.intermediates),
            );
        }
    }
    if let (Some(exporter), Some(holder)) = (&declared.exporter, &terms.exporter)
        && exporter != holder
    {
        mismatch(
            Term::Exporter,
            exporter.to_string(),
            vec![holder.to_string()],
        );
    }
    if let Some(entry) = &declared.entry {
        let ratings = terms
            .line(line)
            .map(|held| held.ratings.as_slice())
            .unwrap_or_default();
        if !ratings
            .iter()
            .any(|rating| gate.tree.lies_within(entry, &rating.entry))
        {
            let permitted = ratings
                .iter()
                .map(|rating| rating.entry.to_string())
                .collect();
            mismatch(Term::Entry, entry.to_string(), permitted);
        }
    }
    if terms.kind == PermitKind::General {
        let is_registered = declared
            .exporter
            .as_ref()
            .is_some_and(|exporter| gate.registered.contains(exporter));
        if !is_registered {
            reasons.push(ReleaseReason::NotRegistered {
                exporter: declared.exporter.clone(),
            });
        }
    }
}

fn check_conditions(terms: &Terms, declared: &Declared, reasons: &mut Vec<ReleaseReason>) {
    let line = declared.line;
    for condition in &terms.conditions {
        match &condition.duty {
            ConditionKind::RouteMustAvoid { countries } => {
                let passes = declared.route.iter().chain([&declared.destination]);
                for country in passes.filter(|country| countries.contains(country)) {
                    reasons.push(ReleaseReason::RouteForbidden {
                        line,
                        country: *country,
                    });
                }
            }
            ConditionKind::ShowDocument { document } if !declared.documents.contains(document) => {
                reasons.push(ReleaseReason::DocumentNotShown {
                    line,
                    document: document.clone(),
                });
            }
            ConditionKind::DeclareSerials => {
                let declared_count = u32::try_from(declared.serials.len()).unwrap_or(u32::MAX);
                // One for each article, also where they are declared by the pair or the dozen.
                let articles = declared.quantity.exactly_in(Unit::each());
                let expected = articles.unwrap_or(declared.quantity).amount;
                if expected != declared_count.into() {
                    reasons.push(ReleaseReason::SerialsMissing {
                        line,
                        expected,
                        declared: declared_count,
                    });
                }
            }
            _ => {}
        }
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
    ledgers: &BTreeMap<LineNo, LineLedger>,
    reasons: &mut Vec<ReleaseReason>,
) -> Result<(), LedgerFault> {
    for (line, asked) in amounts {
        let Some(ledger) = ledgers.get(line) else {
            continue;
        };
        let Some(left) = ledger.left()? else { continue };
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
