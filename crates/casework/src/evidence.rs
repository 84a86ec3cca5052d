//! Evidence, allegations, investigations and findings: recorded with their reasons, never scored.

use std::collections::BTreeSet;

use domain::event::{
    AllegationOpened, BreachFound, EvidenceGraded, EvidenceLinked, EvidenceReceived, FindingMade,
    InvestigationOpened,
};
use domain::evidence::{self, Evidence, EvidenceRecord, Grade, GradeRefusal, Link, LinkTarget};
use domain::finding::{self, BreachFinding, Finding, FindingRefusal};
use domain::id::{AllegationId, EvidenceId, FindingId, InvestigationId};
use domain::permit::Permit;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading;
use crate::sealed;

mod keeping;

/// Most bytes of one piece of evidence: an hour of compressed video.
pub const EVIDENCE_BYTES_MAX: usize = 512 * 1024 * 1024;

impl Desk {
    /// Records material with its bytes, kept by digest and never overwritten. It may be put into
    /// compartments that are not open to whoever files it.
    ///
    /// # Errors
    /// A refusal when its grade is not accepted, a mistake when the number is taken, what it repeats
    /// is unknown or the bytes are too many, or a fault.
    pub fn receive_evidence(
        &self,
        actor: &Actor,
        evidence: &Evidence,
        bytes: Option<&[u8]>,
    ) -> Result<Done<EvidenceId>, DeskError> {
        self.act(actor, "evidence.add", |act| {
            if act.find::<EvidenceRecord>(&evidence.id)?.is_some() {
                return Err(DeskError::taken("evidence", &evidence.id));
            }
            for id in &evidence.repeats {
                let _: EvidenceRecord = act.load(id)?;
            }
            if let Some(grade) = &evidence.grade {
                check_grade(act, &evidence.id, &evidence.repeats, grade)?;
            }
            let mut held = evidence.clone();
            held.digest = None;
            if let Some(bytes) = bytes {
                if bytes.len() > EVIDENCE_BYTES_MAX {
                    return Err(DeskError::mistaken_as(
                        "file",
                        format!("the file is larger than {EVIDENCE_BYTES_MAX} bytes"),
                        format!("le fichier dépasse {EVIDENCE_BYTES_MAX} octets"),
                    ));
                }
                held.digest = Some(act.writing().vault_put(bytes)?.to_string());
            }
            act.append(EvidenceReceived { evidence: held })?;
            Ok(evidence.id.clone())
        })
    }

    /// Grades material again; the earlier grade stays.
    ///
    /// # Errors
    /// A refusal when it is not open to the person or the grade is not accepted, a mistake when
    /// there is no such material, or a fault.
    pub fn grade_evidence(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        grade: Grade,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.grade", |act| {
            let held = open(act, id)?;
            check_grade(act, id, &held.repeats(), &grade)?;
            act.append(EvidenceGraded {
                evidence: id.clone(),
                grade,
            })
            .map(drop)
        })
    }

    /// Accepts a link from material to something in the register. A link changes no permit.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when the target is unknown, or a fault.
    pub fn link_evidence(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        link: &Link,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.link", |act| {
            let held = open(act, id)?;
            known_target(act, &link.to)?;
            evidence::link(&held, link)
                .map_err(|refusal| DeskError::refused("evidence.link", &refusal))?;
            let event = EvidenceLinked {
                evidence: id.clone(),
                to: link.to.clone(),
                confidence: link.confidence,
                reasons: link.reasons.clone(),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// Takes up a claim.
    ///
    /// # Errors
    /// A mistake when material is unknown, or a fault.
    pub fn open_allegation(
        &self,
        actor: &Actor,
        allegation: &AllegationId,
        says: &str,
        gathered: &BTreeSet<EvidenceId>,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.allege", |act| {
            taken::<domain::finding::AllegationRecord>(act, allegation.as_str(), "allegation")?;
            for id in gathered {
                let _: EvidenceRecord = act.load(id)?;
            }
            let event = AllegationOpened {
                allegation: allegation.clone(),
                says: says.to_owned(),
                evidence: gathered.clone(),
                on: act.today,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// Opens an investigation. It changes no permit.
    ///
    /// # Errors
    /// A mistake when the allegation is unknown, or a fault.
    pub fn open_investigation(
        &self,
        actor: &Actor,
        investigation: &InvestigationId,
        allegation: Option<&AllegationId>,
        mandate: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.investigate", |act| {
            let number = investigation.as_str();
            taken::<domain::finding::InvestigationRecord>(act, number, "investigation")?;
            if let Some(id) = allegation {
                let _: domain::finding::AllegationRecord = act.load(id)?;
            }
            let event = InvestigationOpened {
                investigation: investigation.clone(),
                allegation: allegation.cloned(),
                mandate: mandate.to_owned(),
                on: act.today,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// Records a finding, question by question.
    ///
    /// # Errors
    /// A refusal by the decision or when it rests on material that is not open to the person, a
    /// mistake when material is unknown, or a fault.
    pub fn make_finding(
        &self,
        actor: &Actor,
        finding: &Finding,
    ) -> Result<Done<FindingId>, DeskError> {
        self.act(actor, "evidence.find", |act| {
            taken::<Finding>(act, finding.id.as_str(), "finding")?;
            finding::make(finding)
                .map_err(|refusal| DeskError::refused("evidence.find", &refusal))?;
            for id in finding.answers.values().flat_map(|answer| &answer.rests_on) {
                open(act, id)?;
            }
            act.append(FindingMade {
                finding: finding.clone(),
            })?;
            Ok(finding.id.clone())
        })
    }

    /// Records that a clause of an assurance was breached, or was not.
    ///
    /// # Errors
    /// A refusal when there is no such clause, or a fault.
    pub fn find_breach(
        &self,
        actor: &Actor,
        breach: &BreachFinding,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.find", |act| {
            taken::<BreachFinding>(act, breach.id.as_str(), "breach")?;
            let held: domain::assurance::AssuranceRecord = act.load(&breach.assurance)?;
            let clauses = held.assurance.undertakings.len();
            if usize::try_from(breach.clause).map_or(true, |clause| clause >= clauses) {
                let refusal = FindingRefusal::NoSuchClause {
                    assurance: breach.assurance.clone(),
                    clause: breach.clause,
                    clauses,
                };
                return Err(DeskError::refused("evidence.breach", &refusal));
            }
            if let Some(id) = &breach.rests_on {
                let _: Finding = act.load(id)?;
            }
            act.append(BreachFound {
                breach: breach.clone(),
            })
            .map(drop)
        })
    }

    /// Material as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn evidence(&self, id: &EvidenceId) -> Result<Option<EvidenceRecord>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }

    /// The bytes kept under a digest.
    ///
    /// # Errors
    /// A mistake when the digest is malformed, or a fault (also when the bytes were damaged).
    pub fn kept_bytes(&self, digest: &str) -> Result<Option<Vec<u8>>, DeskError> {
        let digest: register::Digest = digest
            .parse()
            .map_err(|m| DeskError::mistaken("digest", format!("{m}")))?;
        Ok(self.reading()?.vault(&digest)?)
    }

    /// The permits, applications, shipments and assurances that accepted links of this material
    /// reach. Without an accepted link there are none.
    ///
    /// # Errors
    /// A mistake when there is no such material, or a fault.
    pub fn linked_from(&self, id: &EvidenceId) -> Result<Vec<Link>, DeskError> {
        let log = self.reading()?;
        let held: EvidenceRecord = reading::load(log.as_ref(), id.as_str())?;
        Ok(held.links)
    }
}

/// Material that is open to whoever acts.
pub(crate) fn open(act: &Act<'_>, id: &EvidenceId) -> Result<EvidenceRecord, DeskError> {
    let held: EvidenceRecord = act.load(id)?;
    let sealed_in = held.compartments();
    if sealed_in.is_empty() || act.book.may_open(act.actor, sealed_in) {
        Ok(held)
    } else {
        Err(sealed::refused(id))
    }
}

/// Checks a grade against everything that it says confirms it, and who signs it.
fn check_grade(
    act: &Act<'_>,
    id: &EvidenceId,
    repeats: &BTreeSet<EvidenceId>,
    grade: &Grade,
) -> Result<(), DeskError> {
    if grade.by != act.actor.officer {
        let refusal = GradeRefusal::AnothersHand(id.clone());
        return Err(DeskError::refused("evidence.grade", &refusal));
    }
    for confirming in &grade.confirmed_by {
        open(act, confirming)?;
    }
    let all = grade.confirmed_by.iter().chain(repeats).chain([id]);
    let ties = sealed::ties(act.log(), all)?;
    let Err(mut refusal) = evidence::grade(id, grade, &ties) else {
        return Ok(());
    };
    // The source behind may be that of sealed material, which what is open only repeats.
    if let GradeRefusal::SameSource { source_named, .. } = &mut refusal {
        for behind in ties.keys() {
            if open(act, behind).is_err() {
                *source_named = format!("({behind})");
            }
        }
    }
    Err(DeskError::refused("evidence.grade", &refusal))
}

/// Refuses a number that stands for something already: nothing is written over.
fn taken<T: reading::Held>(act: &Act<'_>, id: &str, field: &str) -> Result<(), DeskError> {
    if act.find::<T>(id)?.is_some() {
        return Err(DeskError::taken(field, id));
    }
    Ok(())
}

/// Refuses a target that the register does not have.
pub(crate) fn known_target(act: &Act<'_>, to: &LinkTarget) -> Result<(), DeskError> {
    match to {
        LinkTarget::Permit { permit } => drop(act.load::<Permit>(permit)?),
        LinkTarget::Application { application } => {
            drop(act.load::<domain::application::Application>(application)?);
        }
        LinkTarget::Shipment { shipment } => {
            drop(act.load::<domain::shipment::Shipment>(shipment)?);
        }
        LinkTarget::Party { party } => drop(act.load::<domain::party::PartyRecord>(party)?),
        LinkTarget::Assurance { assurance } => {
            drop(act.load::<domain::assurance::AssuranceRecord>(assurance)?);
        }
        LinkTarget::Platform { .. } => {}
    }
    Ok(())
}
