//! Visits: planned, sampled, recorded, called off, followed up.

use domain::assurance::{AssuranceRecord, Undertaking};
use domain::duty::DutyKind;
use domain::event::{VisitCalledOff, VisitFollowedUp, VisitPlanned, VisitRecorded, VisitSampled};
use domain::id::VisitId;
use domain::language::Bilingual;
use domain::permit::Permit;
use domain::visit::{
    self, AccessBasis, METHOD, Sample, VisitPlan, VisitRecord, VisitRefusal, VisitReport,
};

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::evidence::open;
use crate::late::{self, Owed};

impl Desk {
    /// Plans a visit.
    ///
    /// # Errors
    /// A refusal when it is about nothing, of a past day or without a right, a mistake when something
    /// that it names is unknown, or a fault.
    pub fn plan_visit(&self, actor: &Actor, plan: &VisitPlan) -> Result<Done<VisitId>, DeskError> {
        self.act(actor, "visit.plan", |act| {
            if act.find::<VisitRecord>(&plan.id)?.is_some() {
                return Err(DeskError::taken("visit", &plan.id));
            }
            let _: domain::party::PartyRecord = act.load(&plan.host)?;
            for due in &plan.items {
                let permit: Permit = act.load(&due.permit)?;
                let mut lines = permit.terms_on(act.today).lines.iter();
                if !lines.any(|line| line.no == due.line) {
                    let (permit, line) = (&due.permit, due.line);
                    return Err(DeskError::mistaken_as(
                        "items",
                        format!("permit {permit} has no line {line}"),
                        format!("la licence {permit} n’a pas de ligne {line}"),
                    ));
                }
            }
            let gives_right = match &plan.basis {
                AccessBasis::Assurance { assurance } => {
                    let held: AssuranceRecord = act.load(assurance)?;
                    let promised = &held.assurance.undertakings;
                    promised.contains(&Undertaking::RightOfVerification)
                }
                AccessBasis::Law { law } => {
                    act.book.check_law(law)?;
                    true
                }
                AccessBasis::Consent { .. } => true,
            };
            visit::plan(plan, gives_right, act.today).map_err(|refusal| refused(&refusal))?;
            act.append(VisitPlanned { plan: plan.clone() })?;
            let (id, place) = (&plan.id, &plan.place);
            Owed {
                what: "VISIT",
                duty_kind: DutyKind::MakeVisit,
                desk: "monitor",
                about: id.as_str(),
                says: Bilingual::new(
                    format!("visit {id} to {place} is to be made"),
                    format!("la visite {id} ({place}) doit avoir lieu"),
                ),
                due_on: plan.planned_on,
            }
            .open(act)?;
            Ok(id.clone())
        })
    }

    /// Draws the sample of a visit, once. The seed is the one given, or one that nobody can guess;
    /// it is recorded, so that anyone can draw the same again.
    ///
    /// # Errors
    /// A refusal when the visit is over or has its sample or the size does not fit, or a fault.
    pub fn sample_visit(
        &self,
        actor: &Actor,
        id: &VisitId,
        size: usize,
        seed: Option<&str>,
    ) -> Result<Done<Sample>, DeskError> {
        let drawn = register::Digest::of(&self.clock().entropy()).to_string();
        let seed = seed.unwrap_or(&drawn);
        self.act(actor, "visit.plan", |act| {
            let held: VisitRecord = act.load(id)?;
            held.check_sample(size)
                .map_err(|refusal| refused(&refusal))?;
            let population = held.plan.serials();
            let rank = |text: &str| register::Digest::of(text.as_bytes()).to_string();
            let sample = Sample {
                seed: seed.to_owned(),
                method: METHOD.to_owned(),
                population: u64::try_from(population.len()).unwrap_or(u64::MAX),
                serials: visit::draw(seed, &population, size, &rank),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(VisitSampled {
                visit: id.clone(),
                sample: sample.clone(),
            })?;
            Ok(sample)
        })
    }

    /// Records what was found on a visit.
    ///
    /// # Errors
    /// A refusal when the report leaves something open without saying so or its outcome does not
    /// fit, a mistake when material is unknown, or a fault.
    pub fn record_visit(
        &self,
        actor: &Actor,
        id: &VisitId,
        report: &VisitReport,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "visit.record", |act| {
            let held: VisitRecord = act.load(id)?;
            held.record(report, act.today)
                .map_err(|refusal| refused(&refusal))?;
            for material in &report.evidence {
                let _: domain::evidence::EvidenceRecord = act.load(material)?;
            }
            for material in report.findings.values().flat_map(|answer| &answer.rests_on) {
                open(act, material)?;
            }
            act.append(VisitRecorded {
                visit: id.clone(),
                report: report.clone(),
            })?;
            settle(act, id, DutyKind::MakeVisit, "the visit is recorded")?;
            let Some(next) = &report.follow_up else {
                return Ok(());
            };
            Owed {
                what: "FOLLOW",
                duty_kind: DutyKind::FollowUpVisit,
                desk: "monitor",
                about: id.as_str(),
                says: Bilingual::new(
                    format!("after visit {id}: {}", next.what),
                    format!("après la visite {id} : {}", next.what),
                ),
                due_on: next.due_on,
            }
            .open(act)
        })
    }

    /// Calls a visit off.
    ///
    /// # Errors
    /// A refusal when it is over, a mistake when no reasons are given, or a fault.
    pub fn call_off_visit(
        &self,
        actor: &Actor,
        id: &VisitId,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "visit.plan", |act| {
            let held: VisitRecord = act.load(id)?;
            held.check_open().map_err(|refusal| refused(&refusal))?;
            act.append(VisitCalledOff {
                visit: id.clone(),
                reasons: said("reasons", reasons)?,
                on: act.today,
                by: act.actor.officer.clone(),
            })?;
            settle(act, id, DutyKind::MakeVisit, "the visit is called off")
        })
    }

    /// Records that what was to follow a visit was done.
    ///
    /// # Errors
    /// A refusal when nothing was to follow, a mistake when nothing is said, or a fault.
    pub fn follow_up_visit(
        &self,
        actor: &Actor,
        id: &VisitId,
        text: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "visit.record", |act| {
            let held: VisitRecord = act.load(id)?;
            held.follow_up().map_err(|refusal| refused(&refusal))?;
            act.append(VisitFollowedUp {
                visit: id.clone(),
                text: said("text", text)?,
                on: act.today,
                by: act.actor.officer.clone(),
            })?;
            settle(act, id, DutyKind::FollowUpVisit, "it was followed up")
        })
    }
}

fn settle(
    act: &mut Act<'_>,
    id: &VisitId,
    duty_kind: DutyKind,
    how: &str,
) -> Result<(), DeskError> {
    late::discharge(act, id.as_str(), &[duty_kind], how)
}

fn said(field: &str, text: &str) -> Result<String, DeskError> {
    if text.trim().is_empty() {
        return Err(DeskError::mistaken_as(
            field,
            "expected words",
            "des mots sont attendus",
        ));
    }
    Ok(text.to_owned())
}

fn refused(refusal: &VisitRefusal) -> DeskError {
    DeskError::refused("visit.refused", refusal)
}
