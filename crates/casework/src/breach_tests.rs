//! The breach test: a finding laid beside the undertakings of the assurances that it reaches
//! through accepted links. It proposes; an officer finds.

use std::collections::{BTreeMap, BTreeSet};

use domain::assurance::AssuranceRecord;
use domain::breach_test::{self, ClauseProposal, Laid, Observation};
use domain::country::Country;
use domain::evidence::{EvidenceRecord, LinkTarget};
use domain::finding::Finding;
use domain::id::{AssuranceId, EvidenceId, FindingId, PartyId, PermitId};
use domain::permit::Terms;
use domain::shipment::Shipment;
use domain::view::Noun;
use domain::visit::VisitRecord;
use register::Reading;
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::reading::{self, Lens};
use crate::sealed::Eye;
use crate::sight::Sight;

/// What is proposed for one assurance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssuranceTested {
    /// The assurance.
    pub assurance: AssuranceId,
    /// The permits under it that the finding reaches.
    pub permits: BTreeSet<PermitId>,
    /// Clause by clause.
    pub clauses: Vec<ClauseProposal>,
}

/// A finding beside every assurance that it reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreachTest {
    /// The finding.
    pub finding: FindingId,
    /// As of when, and as known at which position.
    pub lens: Lens,
    /// By assurance. Without an accepted link there is none.
    pub assurances: Vec<AssuranceTested>,
    /// Sealed material on which the finding rests and which was not looked at.
    pub sealed: BTreeSet<EvidenceId>,
}

impl Desk {
    /// Lays a finding beside the undertakings of the assurances that it reaches, or of one. Sealed
    /// material that is not open to whoever asks is left out, and named. None where there was no such
    /// finding.
    ///
    /// # Errors
    /// A mistake when the assurance is not reached, or a fault.
    pub fn test_breach(
        &self,
        sight: &Sight,
        finding: &FindingId,
        assurance: Option<&AssuranceId>,
        lens: Lens,
    ) -> Result<Option<BreachTest>, DeskError> {
        let log = self.reading()?;
        let log = log.as_ref();
        let book = self.book(log)?;
        let Some(held) = known::<Finding>(log, finding.as_str(), lens)? else {
            return Ok(None);
        };
        let eye = Eye {
            log,
            book: &book,
            sight,
        };
        let rests_on = held.answers.values().flat_map(|answer| &answer.rests_on);
        let sealed = eye.sealed(rests_on.clone())?;
        let mut materials: Vec<EvidenceRecord> = Vec::new();
        for id in rests_on.collect::<BTreeSet<_>>() {
            if !sealed.contains(id) {
                materials.extend(known(log, id.as_str(), lens)?);
            }
        }
        let mut reached = reached(log, &materials, lens)?;
        if let Some(one) = assurance {
            reached.retain(|id, _| id == one);
            if reached.is_empty() {
                return Err(DeskError::mistaken_as(
                    one.as_str(),
                    "no accepted link leads from the finding to this assurance",
                    "aucun lien accepté ne mène du constat à cette assurance",
                ));
            }
        }
        let observations = observations(&materials, lens);
        let mut assurances = Vec::new();
        for (id, permits) in reached {
            let Some(record) = known::<AssuranceRecord>(log, id.as_str(), lens)? else {
                continue;
            };
            let clauses = lay(log, (&held, &observations), &record, &permits, lens)?;
            assurances.push(AssuranceTested {
                assurance: id,
                permits,
                clauses,
            });
        }
        Ok(Some(BreachTest {
            finding: finding.clone(),
            lens,
            assurances,
            sealed,
        }))
    }
}

fn lay(
    log: &dyn Reading,
    (finding, observations): (&Finding, &[Observation]),
    assurance: &AssuranceRecord,
    permits: &BTreeSet<PermitId>,
    lens: Lens,
) -> Result<Vec<ClauseProposal>, DeskError> {
    let mut terms: Vec<Terms> = Vec::new();
    for permit in permits {
        let held = reading::permit_known(log, permit, lens)?;
        terms.extend(held.map(|held| held.terms_on(lens.as_of).clone()));
    }
    let holders = observations
        .iter()
        .filter_map(|seen| seen.observed.holder.as_ref());
    let facts = reading::party_facts(log, holders, lens)?;
    let countries: BTreeMap<PartyId, Country> = facts
        .into_iter()
        .filter_map(|(party, facts)| Some((party, facts.country?)))
        .collect();
    let mut visits: Vec<VisitRecord> = Vec::new();
    let id = &assurance.assurance.id;
    for visit in reading::ids(log, Noun::Visit, "assurance", id.as_str())? {
        visits.extend(known(log, &visit, lens)?);
    }
    Ok(breach_test::propose(&Laid {
        finding,
        observations,
        assurance,
        terms: &terms,
        countries: &countries,
        visits: &visits,
        on: lens.as_of,
    }))
}

/// The assurances that accepted links reach, each with the permits under it that they reach.
fn reached(
    log: &dyn Reading,
    materials: &[EvidenceRecord],
    lens: Lens,
) -> Result<BTreeMap<AssuranceId, BTreeSet<PermitId>>, DeskError> {
    let (mut permits, mut found) = (BTreeSet::new(), BTreeMap::new());
    let links = materials.iter().flat_map(|held| &held.links);
    for link in links.filter(|link| link.on <= lens.as_of) {
        match &link.to {
            LinkTarget::Permit { permit } => drop(permits.insert(permit.clone())),
            LinkTarget::Shipment { shipment } => {
                let held: Shipment = reading::load(log, shipment.as_str())?;
                permits.insert(held.permit);
            }
            LinkTarget::Assurance { assurance } => {
                let held: Option<AssuranceRecord> = known(log, assurance.as_str(), lens)?;
                let under = held.map(|held| held.assurance.permits).unwrap_or_default();
                found.insert(assurance.clone(), under);
            }
            LinkTarget::Application { .. }
            | LinkTarget::Party { .. }
            | LinkTarget::Platform { .. } => {}
        }
    }
    for permit in permits {
        for id in reading::ids(log, Noun::Assurance, "permit", permit.as_str())? {
            let id = AssuranceId::new(&id).map_err(|m| DeskError::invariant(m.to_string()))?;
            found.entry(id).or_default().insert(permit.clone());
        }
    }
    Ok(found)
}

/// What the material shows of objects; a humanitarian report says nothing of them.
fn observations(materials: &[EvidenceRecord], lens: Lens) -> Vec<Observation> {
    let telling = materials
        .iter()
        .filter(|held| !held.evidence.is_humanitarian && held.evidence.received_on <= lens.as_of);
    let observations = telling.filter_map(|held| {
        let grade = held.grades.iter().rfind(|grade| grade.on <= lens.as_of);
        Some(Observation {
            evidence: held.evidence.id.clone(),
            observed: held.evidence.observed.clone()?,
            grade: grade.map(ToString::to_string),
        })
    });
    observations.collect()
}

/// One thing as known at a position.
fn known<T: reading::Held>(
    log: &dyn Reading,
    id: &str,
    lens: Lens,
) -> Result<Option<T>, DeskError> {
    if lens.known_at >= log.head()?.position {
        return reading::find(log, id);
    }
    reading::known_at(log, id, lens.known_at)
}
