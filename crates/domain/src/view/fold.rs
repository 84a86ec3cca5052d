//! Which views an event touches, and what it makes of each.

use std::collections::{BTreeMap, BTreeSet};

use super::{FoldFault, Key, Noun, Registrations, State};
use crate::catalogue::Assembly;
use crate::event::{Event, Recorded};
use crate::ledger::{Both, LineLedger};
use crate::measure::{Decision, MeasureInForce, OrderRecord};
use crate::party::PartyRecord;
use crate::permit::{Origin, Permit};

mod casefile;
mod catalogue;
mod inquiry;
mod integration;
mod monitoring;
mod passage;
mod trade;

/// The views that an event touches.
#[must_use]
pub fn touched(event: &Event) -> Vec<Key> {
    let one = |noun, id: &dyn std::fmt::Display| vec![Key::of(noun, id)];
    match event {
        Event::AuthorityEstablished(_) => one(Noun::Authority, &"self"),
        Event::RegimeFileAdopted(e) => one(Noun::RegimeFile, &e.key),
        Event::OfficerAppointed(e) => one(Noun::Officer, &e.officer),
        Event::PartyRecorded(e) => one(Noun::Party, &e.version.facts.id),
        Event::PartyScreened(e) => one(Noun::Screening, &e.party),
        Event::ApplicationSubmitted(e) => submitted(e),
        Event::InformationRequested(e) => one(Noun::Application, &e.application),
        Event::InformationReceived(e) => one(Noun::Application, &e.application),
        Event::ItemRated(e) => one(Noun::Application, &e.application),
        Event::ReferralSent(e) => one(Noun::Application, &e.application),
        Event::AdviceGiven(e) => one(Noun::Application, &e.application),
        Event::RiskDetermined(e) => one(Noun::Application, &e.application),
        Event::ExceptionalCircumstancesDetermined(e) => one(Noun::Application, &e.application),
        Event::CaseAssessed(e) => one(Noun::Application, &e.application),
        Event::RecommendationMade(e) => one(Noun::Application, &e.application),
        Event::ApplicationRefused(e) => one(Noun::Application, &e.application),
        Event::ApplicationWithdrawn(e) => one(Noun::Application, &e.application),
        Event::AssuranceReceived(e) => one(Noun::Assurance, &e.assurance.id),
        Event::AuthenticityAsked(e) => one(Noun::Assurance, &e.assurance),
        Event::AuthenticityAnswered(e) => one(Noun::Assurance, &e.assurance),
        Event::DeliveryVerified(e) => one(Noun::Assurance, &e.assurance),
        Event::PermitIssued(e) => issued(&e.issued),
        Event::PermitRecorded(e) => issued(&e.issued),
        Event::PermitAmended(e) => amended(e),
        Event::PermitSurrendered(e) => one(Noun::Permit, &e.permit),
        Event::GeneralPermitRegistered(e) => one(Noun::Registration, &e.permit),
        Event::GeneralPermitRegistrationEnded(e) => one(Noun::Registration, &e.permit),
        Event::DecisionProposed(e) => one(Noun::Decision, &e.draft.id),
        Event::DecisionReturned(e) => one(Noun::Decision, &e.decision),
        Event::DecisionSigned(e) => one(Noun::Decision, &e.decision),
        Event::DecisionCountersigned(e) => one(Noun::Decision, &e.decision),
        Event::CountersignatureDeclined(e) => one(Noun::Decision, &e.decision),
        Event::MeasureSigned(e) => one(Noun::Measure, &e.measure.id),
        Event::MeasureLifted(e) => one(Noun::Measure, &e.measure),
        Event::OrderSigned(e) => one(Noun::Order, &e.order.id),
        Event::OrderResolved(e) => resolved(e),
        Event::ShipmentReserved(e) => moved(&e.shipment, &e.permit, [&e.amounts]),
        Event::ExitConfirmed(e) => moved(&e.shipment, &e.permit, [&e.drawn, &e.from_reserved]),
        Event::ShipmentRestored(e) => moved(&e.shipment, &e.permit, [&e.amounts]),
        Event::ShipmentHeld(e) => moved(&e.shipment, &e.permit, [&e.amounts]),
        Event::GoodsReturned(e) => moved(&e.shipment, &e.permit, [&e.amounts, &e.excess]),
        Event::StopNoticeIssued(e) => one(Noun::Shipment, &e.shipment),
        Event::StopNoticeAcknowledged(e) => one(Noun::Shipment, &e.shipment),
        Event::NoticeIssued(e) => one(Noun::Notice, &e.notice),
        Event::NoticeDelivered(e) => one(Noun::Notice, &e.notice),
        Event::NoticeAcknowledged(e) => one(Noun::Notice, &e.notice),
        Event::DutyOpened(e) => one(Noun::Duty, &e.duty),
        Event::DutyDischarged(e) => one(Noun::Duty, &e.duty),
        Event::WebhookSubscribed(e) => one(Noun::Webhook, &e.subscription),
        Event::WebhookStepped(e) => one(Noun::Webhook, &e.subscription),
        Event::SigningKeyRegistered(e) => one(Noun::SigningKey, &e.key),
        Event::SigningKeyWithdrawn(e) => one(Noun::SigningKey, &e.key),
        Event::ItemCatalogued(e) => one(Noun::Item, &e.item.id),
        Event::PlatformCatalogued(e) => one(Noun::Platform, &e.platform.id),
        Event::CompositionRecorded(e) => vec![assembly(&e.composition.assembly)],
        Event::UnitRecorded(e) => one(Noun::Unit, &e.unit.id),
        Event::UnitFitted(e) => one(Noun::Unit, &e.fitting.unit),
        Event::PassageAccepted(e) => one(Noun::Passage, &e.evidence),
        _ => inquired(event).into_iter().collect(),
    }
}

/// The view that an event of an inquiry touches. A refused release, which is none, touches nothing;
/// a test holds every other kind to touching something.
fn inquired(event: &Event) -> Option<Key> {
    let one = |noun, id: &dyn std::fmt::Display| Some(Key::of(noun, id));
    match event {
        Event::EvidenceReceived(e) => one(Noun::Evidence, &e.evidence.id),
        Event::EvidenceGraded(e) => one(Noun::Evidence, &e.evidence),
        Event::EvidenceLinked(e) => one(Noun::Evidence, &e.evidence),
        Event::EvidenceCustodyAdded(e) => one(Noun::Evidence, &e.evidence),
        Event::EvidenceCorrected(e) => one(Noun::Evidence, &e.evidence),
        Event::EvidenceRepetitionFound(e) => one(Noun::Evidence, &e.evidence),
        Event::EvidenceSealed(e) => one(Noun::Evidence, &e.evidence),
        Event::AllegationOpened(e) => one(Noun::Allegation, &e.allegation),
        Event::InvestigationOpened(e) => one(Noun::Investigation, &e.investigation),
        Event::FindingMade(e) => one(Noun::Finding, &e.finding.id),
        Event::BreachFound(e) => one(Noun::Breach, &e.breach.id),
        Event::RequestSent(e) => one(Noun::Request, &e.request.id),
        Event::RequestReminded(e) => one(Noun::Request, &e.request),
        Event::RequestAnswered(e) => one(Noun::Request, &e.request),
        Event::RequestUnanswered(e) => one(Noun::Request, &e.request),
        Event::VisitPlanned(e) => one(Noun::Visit, &e.plan.id),
        Event::VisitSampled(e) => one(Noun::Visit, &e.visit),
        Event::VisitRecorded(e) => one(Noun::Visit, &e.visit),
        Event::VisitCalledOff(e) => one(Noun::Visit, &e.visit),
        Event::VisitFollowedUp(e) => one(Noun::Visit, &e.visit),
        Event::ReviewOpened(e) => one(Noun::Review, &e.review),
        Event::ReviewReminded(e) => one(Noun::Review, &e.review),
        Event::ReviewAdviceGiven(e) => one(Noun::Review, &e.review),
        Event::ReviewQuestionAnswered(e) => one(Noun::Review, &e.review),
        Event::ReviewRiskDetermined(e) => one(Noun::Review, &e.review),
        Event::ReviewOutcomeRecorded(e) => one(Noun::Review, &e.review),
        Event::ReviewConcluded(e) => one(Noun::Review, &e.review),
        Event::DialogueOpened(e) => one(Noun::Dialogue, &e.dialogue),
        Event::DialogueStepped(e) => one(Noun::Dialogue, &e.dialogue),
        _ => None,
    }
}

fn submitted(e: &crate::event::ApplicationSubmitted) -> Vec<Key> {
    std::iter::once(&e.application)
        .chain(&e.supersedes)
        .map(|id| Key::of(Noun::Application, id))
        .collect()
}

/// The key of the ledger of one line.
#[must_use]
pub fn ledger_key(permit: &crate::id::PermitId, line: crate::item::LineNo) -> Key {
    Key {
        noun: Noun::Ledger,
        id: format!("{permit}#{line}"),
    }
}

fn resolved(part: &crate::event::OrderResolved) -> Vec<Key> {
    let permits = part.members.keys();
    permits
        .map(|permit| Key::of(Noun::Permit, permit))
        .chain([Key::of(Noun::Order, &part.order)])
        .collect()
}

fn amended(e: &crate::event::PermitAmended) -> Vec<Key> {
    let lines = e.terms.lines.iter();
    let ledgers = lines.map(|line| ledger_key(&e.permit, line.no));
    std::iter::once(Key::of(Noun::Permit, &e.permit))
        .chain(ledgers)
        .collect()
}

fn assembly(assembly: &Assembly) -> Key {
    match assembly {
        Assembly::Item { item } => Key::of(Noun::Item, item),
        Assembly::Platform { platform } => Key::of(Noun::Platform, platform),
    }
}

fn issued(issued: &crate::permit::Issued) -> Vec<Key> {
    let mut keys = vec![Key::of(Noun::Permit, &issued.permit)];
    keys.extend(
        issued
            .terms
            .lines
            .iter()
            .map(|line| ledger_key(&issued.permit, line.no)),
    );
    if let Origin::Application { application, .. } = &issued.origin {
        keys.push(Key::of(Noun::Application, application));
    }
    keys
}

fn moved<const N: usize>(
    shipment: &crate::id::ShipmentId,
    permit: &crate::id::PermitId,
    amounts: [&BTreeMap<crate::item::LineNo, Both>; N],
) -> Vec<Key> {
    let lines: BTreeSet<_> = amounts.iter().flat_map(|by_line| by_line.keys()).collect();
    let ledgers = lines.into_iter().map(|line| ledger_key(permit, *line));
    std::iter::once(Key::of(Noun::Shipment, shipment))
        .chain(ledgers)
        .collect()
}

/// What one event makes of one view.
///
/// # Errors
/// What cannot happen on a sound log.
pub fn apply(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
    order: Option<&OrderRecord>,
) -> Result<State, FoldFault> {
    match key.noun {
        Noun::Permit => apply_permit(key, before, recorded, order).map(State::Permit),
        Noun::Ledger => trade::ledger(key, before, recorded).map(State::Ledger),
        Noun::Shipment => trade::shipment(key, before, recorded).map(State::Shipment),
        Noun::Notice => trade::notice(key, before, recorded).map(State::Notice),
        Noun::Duty => trade::duty(key, before, recorded).map(State::Duty),
        Noun::Application => casefile::application(key, before, recorded).map(State::Application),
        Noun::Assurance => casefile::assurance(key, before, recorded).map(State::Assurance),
        Noun::Evidence => inquiry::evidence(key, before, recorded).map(State::Evidence),
        Noun::Request => monitoring::request(key, before, recorded).map(State::Request),
        Noun::Visit => monitoring::visit(key, before, recorded).map(State::Visit),
        Noun::Review => inquiry::review(key, before, recorded).map(State::Review),
        Noun::Dialogue => inquiry::dialogue(key, before, recorded).map(State::Dialogue),
        Noun::Decision => apply_decision(key, before, recorded).map(State::Decision),
        Noun::Measure => apply_measure(key, before, recorded).map(State::Measure),
        Noun::Order => apply_order(key, before, recorded).map(State::Order),
        Noun::Party => Ok(State::Party(apply_party(before, recorded))),
        Noun::Screening => Ok(State::Screening(apply_screening(before, recorded))),
        Noun::Registration => apply_registration(key, before, recorded).map(State::Registration),
        Noun::Webhook => integration::webhook(key, before, recorded).map(State::Webhook),
        Noun::SigningKey => integration::signing_key(key, before, recorded).map(State::SigningKey),
        Noun::Item => catalogue::item(key, before, recorded).map(State::Item),
        Noun::Platform => catalogue::platform(key, before, recorded).map(State::Platform),
        Noun::Unit => catalogue::unit(key, before, recorded).map(State::Unit),
        Noun::Passage => passage::passage(key, before, recorded).map(State::Passage),
        _ => begin(key, recorded),
    }
}

/// The fault of an event about something that never began.
fn never_began(key: &Key, recorded: &Recorded) -> FoldFault {
    FoldFault::NeverBegan {
        position: recorded.position.0,
        kind: recorded.event.kind(),
        id: format!("{}/{}", key.noun.key(), key.id),
    }
}

/// Views that one event begins and none changes, save by beginning again.
fn begin(key: &Key, recorded: &Recorded) -> Result<State, FoldFault> {
    use crate::finding::{AllegationRecord, InvestigationRecord};
    match &recorded.event {
        Event::AuthorityEstablished(e) => Ok(State::Authority(e.clone())),
        Event::RegimeFileAdopted(e) => Ok(State::RegimeFile(e.clone())),
        Event::OfficerAppointed(e) => Ok(State::Officer(e.clone())),
        Event::FindingMade(e) => Ok(State::Finding(e.finding.clone())),
        Event::BreachFound(e) => Ok(State::Breach(e.breach.clone())),
        Event::AllegationOpened(e) => Ok(State::Allegation(AllegationRecord {
            id: e.allegation.clone(),
            says: e.says.clone(),
            evidence: e.evidence.clone(),
            opened_on: e.on,
        })),
        Event::InvestigationOpened(e) => Ok(State::Investigation(InvestigationRecord {
            id: e.investigation.clone(),
            allegation: e.allegation.clone(),
            mandate: e.mandate.clone(),
            opened_on: e.on,
        })),
        _ => Err(never_began(key, recorded)),
    }
}

fn apply_party(before: Option<State>, recorded: &Recorded) -> PartyRecord {
    let mut held = match before {
        Some(State::Party(held)) => held,
        _ => PartyRecord {
            versions: Vec::new(),
            positions: Vec::new(),
        },
    };
    if let Event::PartyRecorded(e) = &recorded.event {
        held.versions.push(e.version.clone());
        held.positions.push(recorded.position);
    }
    held
}

fn apply_screening(before: Option<State>, recorded: &Recorded) -> Vec<crate::event::PartyScreened> {
    let mut held = match before {
        Some(State::Screening(held)) => held,
        _ => Vec::new(),
    };
    if let Event::PartyScreened(e) = &recorded.event {
        held.push(e.clone());
    }
    held
}

fn apply_registration(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<Registrations, FoldFault> {
    let held = match before {
        Some(State::Registration(held)) => Some(held),
        _ => None,
    };
    match &recorded.event {
        Event::GeneralPermitRegistered(e) => {
            let mut held = held.unwrap_or_else(|| Registrations {
                permit: e.permit.clone(),
                exporters: BTreeMap::new(),
            });
            held.exporters
                .entry(e.exporter.clone())
                .or_default()
                .push((e.effective_from, None));
            Ok(held)
        }
        Event::GeneralPermitRegistrationEnded(e) => {
            let mut held = held.ok_or_else(|| never_began(key, recorded))?;
            for spell in held.exporters.get_mut(&e.exporter).into_iter().flatten() {
                spell.1.get_or_insert(e.effective_from);
            }
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}

fn apply_permit(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
    order: Option<&OrderRecord>,
) -> Result<Permit, FoldFault> {
    match &recorded.event {
        Event::PermitIssued(e) => return Ok(Permit::begin(e.issued.clone(), recorded.position)),
        Event::PermitRecorded(e) => return Ok(Permit::begin(e.issued.clone(), recorded.position)),
        _ => {}
    }
    let Some(State::Permit(mut permit)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::PermitAmended(e) => permit.versions.push(crate::permit::TermsVersion {
            effective_from: e.effective_from,
            position: recorded.position,
            terms: e.terms.clone(),
            last_day: e.last_day,
        }),
        Event::PermitSurrendered(e) => {
            permit.surrendered_from = Some(e.effective_from);
            permit.surrendered_at = Some(recorded.position);
        }
        Event::OrderResolved(e) => {
            let order = order.ok_or_else(|| never_began(key, recorded))?;
            if let Some(lines) = e.members.get(&permit.issued.permit) {
                permit.take_order(order, lines);
            }
        }
        _ => return Err(never_began(key, recorded)),
    }
    Ok(permit)
}

fn apply_decision(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<Decision, FoldFault> {
    if let Event::DecisionProposed(e) = &recorded.event {
        return Ok(Decision {
            draft: e.draft.clone(),
            proposed_by: e.by.clone(),
            signed: None,
            is_emergency: false,
            countersigned_by: None,
            declined: Vec::new(),
            returned: None,
        });
    }
    let Some(State::Decision(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::DecisionReturned(e) => held.returned = Some((e.by.clone(), e.reasons.clone())),
        Event::DecisionSigned(e) => {
            held.is_emergency = e.is_emergency;
            held.signed = Some(crate::measure::Signature {
                by: e.by.clone(),
                at: recorded.recorded_at,
                position: recorded.position,
            });
        }
        Event::DecisionCountersigned(e) => held.countersigned_by = Some(e.by.clone()),
        Event::CountersignatureDeclined(e) => held.declined.push((e.by.clone(), e.reasons.clone())),
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

fn apply_measure(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<MeasureInForce, FoldFault> {
    if let Event::MeasureSigned(e) = &recorded.event {
        return Ok(MeasureInForce {
            measure: e.measure.clone(),
            decision: e.decision.clone(),
            position: recorded.position,
            lifted_from: None,
            lifted_by: None,
            lifted_at: None,
        });
    }
    match (before, &recorded.event) {
        (Some(State::Measure(mut held)), Event::MeasureLifted(e)) => {
            held.lifted_from = Some(e.effective_from);
            held.lifted_by = Some(e.decision.clone());
            held.lifted_at = Some(recorded.position);
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}

fn apply_order(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<OrderRecord, FoldFault> {
    if let Event::OrderSigned(e) = &recorded.event {
        return Ok(OrderRecord {
            order: e.order.clone(),
            decision: e.decision.clone(),
            position: recorded.position,
            seal: e.seal.clone(),
            resolved_lines: 0,
            is_resolved: false,
            binds_from: e.binds_from,
            binds_at_once: e.binds_at_once,
        });
    }
    match (before, &recorded.event) {
        (Some(State::Order(mut held)), Event::OrderResolved(e)) => {
            let lines: usize = e.members.values().map(BTreeSet::len).sum();
            held.resolved_lines = held
                .resolved_lines
                .saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
            held.is_resolved = e.is_complete;
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}

/// The ledger of a line as a new or amended permit gives it.
fn ledger_of(permit: &crate::permit::Issued, key: &Key) -> Option<LineLedger> {
    permit
        .terms
        .lines
        .iter()
        .find(|line| ledger_key(&permit.permit, line.no) == *key)
        .map(|line| LineLedger::begin(&permit.permit, permit.terms.kind, line))
}
