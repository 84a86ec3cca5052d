//! Later entries on material: custody, corrections, repetitions, seals.

use std::collections::BTreeSet;

use domain::event::{
    EvidenceCorrected, EvidenceCustodyAdded, EvidenceRepetitionFound, EvidenceSealed,
};
use domain::evidence::{
    self, Correction, Custody, CustodyStep, EvidenceRecord, Flag, KeepingRefusal, Repetition,
    Sealing, Subject,
};
use domain::id::{CompartmentId, EvidenceId};
use domain::language::Bilingual;

use super::open;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;

impl Desk {
    /// Records a later step of custody. Gives what a reader must know of the chain so far: a gap
    /// is flagged and not closed.
    ///
    /// # Errors
    /// A refusal when it names nobody or a later day or the material is not open to the person, or
    /// a fault.
    pub fn add_custody(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        custody: &Custody,
    ) -> Result<Done<Vec<Bilingual>>, DeskError> {
        self.act(actor, "evidence.keep", |act| {
            open(act, id)?;
            evidence::take_step(id, custody, act.today).map_err(|r| refused(&r))?;
            act.append(EvidenceCustodyAdded {
                evidence: id.clone(),
                step: CustodyStep {
                    custody: custody.clone(),
                    by: act.actor.officer.clone(),
                    recorded_on: act.today,
                },
            })?;
            let held: EvidenceRecord = act.load(id)?;
            Ok(held.flags().iter().map(Flag::says).collect())
        })
    }

    /// Corrects what is said of material, by a later entry; what was received stays as it was.
    ///
    /// # Errors
    /// A refusal when it says nothing or gives no reasons or the material is not open to the
    /// person, or a fault.
    pub fn correct_evidence(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        subject: Subject,
        (says, reasons): (&str, &str),
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.keep", |act| {
            open(act, id)?;
            evidence::correct(id, says, reasons).map_err(|r| refused(&r))?;
            act.append(EvidenceCorrected {
                evidence: id.clone(),
                correction: Correction {
                    subject,
                    says: says.to_owned(),
                    reasons: reasons.to_owned(),
                    by: act.actor.officer.clone(),
                    on: act.today,
                },
            })
            .map(drop)
        })
    }

    /// Records that material was found to repeat other material: it adds no source of its own.
    ///
    /// # Errors
    /// A refusal when it would repeat itself or gives no reasons or is not open to the person, a
    /// mistake when the other is unknown, or a fault.
    pub fn find_repetition(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        of: &BTreeSet<EvidenceId>,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.keep", |act| {
            open(act, id)?;
            if of.contains(id) {
                return Err(refused(&KeepingRefusal::RepeatsItself(id.clone())));
            }
            for other in of {
                open(act, other)?;
            }
            let says = of.iter().map(EvidenceId::as_str).collect::<String>();
            evidence::correct(id, &says, reasons).map_err(|r| refused(&r))?;
            act.append(EvidenceRepetitionFound {
                evidence: id.clone(),
                repetition: Repetition {
                    of: of.clone(),
                    reasons: reasons.to_owned(),
                    by: act.actor.officer.clone(),
                    on: act.today,
                },
            })
            .map(drop)
        })
    }

    /// Puts material into compartments, or takes it out. Only whoever may open it now may do so.
    ///
    /// # Errors
    /// A refusal when it gives no reasons or the material is not open to the person, or a fault.
    pub fn seal_evidence(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        compartments: &BTreeSet<CompartmentId>,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "evidence.seal", |act| {
            open(act, id)?;
            evidence::correct(id, "sealed", reasons).map_err(|r| refused(&r))?;
            act.append(EvidenceSealed {
                evidence: id.clone(),
                sealing: Sealing {
                    compartments: compartments.clone(),
                    reasons: reasons.to_owned(),
                    by: act.actor.officer.clone(),
                    on: act.today,
                },
            })
            .map(drop)
        })
    }
}

fn refused(refusal: &KeepingRefusal) -> DeskError {
    DeskError::refused("evidence.keep", refusal)
}
