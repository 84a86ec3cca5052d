//! Assurances, evidence, investigations and reviews of a case.

use super::super::cast::numbers;
use super::super::stage::{Made, Part, Stage, mistaken};
use super::super::words::{both, spoken, word};
use crate::answer::DeskError;
use crate::reviews::{OpenReview, Outcome};
use domain::advice::AdvicePosition;
use domain::assurance::{Assurance, AssuranceForm, AuthenticityAnswer, Undertaking};
use domain::evidence::{Evidence, Link, LinkConfidence, LinkTarget, Observed};
use domain::id::{
    AllegationId, ApplicationId, AssuranceId, EvidenceId, InvestigationId, PartyId, PermitId,
    QuestionId, ReviewId,
};
use domain::language::Bilingual;
use domain::permit::standing::Standing;
use domain::review::ReviewOutcome;
use domain::time::Period;
use intake::scenario::EventSpec;
use std::collections::{BTreeMap, BTreeSet};

impl Stage<'_> {
    pub(in crate::scenario) fn assurance(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let form = form_of(event);
        let says = event
            .content
            .clone()
            .unwrap_or_else(|| "as the case has it".to_owned());
        let undertakings = match &event.undertakings {
            Some(spec) => self.undertakings(spec)?,
            None => vec![
                Undertaking::StatedEndUse {
                    end_use: says.clone(),
                },
                Undertaking::NoRetransferWithoutConsent,
            ],
        };
        let applications = event.applications.iter().map(|id| ApplicationId::new(id));
        let permits = event.permits.iter().flat_map(|id| numbers(id));
        let giver = event
            .by
            .clone()
            .unwrap_or_else(|| "synthetic-consignee".to_owned());
        let assurance = Assurance {
            id: self.ident(event, AssuranceId::new(&format!("ASR-{}", event.n.0)))?,
            form,
            giver: self.ident(event, PartyId::new(&giver))?,
            receiver: event
                .to
                .as_deref()
                .map(|party| self.ident(event, PartyId::new(party)))
                .transpose()?,
            issuing_authority: None,
            signatory: None,
            validity: Period {
                from: day,
                until: event.until.map(|when| when.day),
            },
            undertakings,
            says,
            paper: None,
            applications: self.ident(event, applications.collect())?,
            permits: self.ident(event, permits.map(|id| PermitId::new(&id)).collect())?,
            recorded_by: self.officers.licensing.officer.clone(),
            basis: event.basis,
        };
        let paper = event
            .document
            .as_deref()
            .filter(|_| form != AssuranceForm::Oral);
        let bytes = paper.map(str::as_bytes);
        let id = self
            .desk
            .receive_assurance(&self.officers.licensing, &assurance, bytes)?
            .what;
        let (en, fr) = named(form);
        let what = both(
            format!("assurance {id} is recorded ({en})"),
            format!("l’assurance {id} est consignée ({fr})"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        made.assurance = Some(id);
        Ok(())
    }

    /// The issuing state is asked whether an assurance is authentic.
    pub(in crate::scenario) fn ask_authenticity(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let Some(id) = self.assurance_of(event) else {
            return Ok(());
        };
        let of = self.ident(event, PartyId::new(event.of.as_deref().unwrap_or_default()))?;
        let due_on = self.desk.clock().today().plus_months(1);
        self.desk
            .ask_authenticity(&self.officers.licensing, &id, &of, due_on)?;
        let what = both(
            format!("{of} is asked whether assurance {id} is authentic"),
            format!("l’authenticité de l’assurance {id} est demandée à {of}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        made.assurance = Some(id);
        Ok(())
    }

    /// The issuing state answers, or does not.
    pub(in crate::scenario) fn answer_authenticity(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let Some(id) = self.assurance_of(event) else {
            return Ok(());
        };
        let said = event.answer.as_deref().unwrap_or_default();
        let answer = match said {
            "confirmed" => AuthenticityAnswer::Confirmed,
            "denied" => AuthenticityAnswer::Denied,
            _ => AuthenticityAnswer::NoReply,
        };
        self.desk
            .answer_authenticity(&self.officers.licensing, &id, answer)?;
        let said = word(said);
        let what = both(
            format!("assurance {id}: {}", said.en),
            format!("assurance {id} : {}", said.fr),
        );
        self.row(&event.n.0, what, Bilingual::default());
        made.assurance = Some(id);
        Ok(())
    }

    /// The assurance of the event that an event names.
    pub(in crate::scenario) fn assurance_of(&self, event: &EventSpec) -> Option<AssuranceId> {
        let made = event
            .assurance
            .as_ref()
            .and_then(|number| self.made.get(number));
        made.and_then(|made| made.assurance.clone())
    }

    pub(in crate::scenario) fn evidence(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let is_humanitarian = event.purpose.as_deref() == Some("humanitarian");
        let source = event.source.clone().or_else(|| event.actor.clone());
        let source = source.unwrap_or_else(|| "as the case has it".to_owned());
        let shown = spoken(&source);
        let title = match (&event.item, event.places.is_empty()) {
            (Some(item), _) => {
                let place = event.found_in.as_deref().unwrap_or("—");
                both(
                    format!("{item} found in {place}"),
                    format!("{item}, découvert ici : {place}"),
                )
            }
            (None, false) => {
                let places = event.places.join(", ");
                both(
                    format!("report of {shown} on {places}"),
                    format!("rapport de {shown} sur {places}"),
                )
            }
            (None, true) => both(format!("report of {shown}"), format!("rapport de {shown}")),
        };
        let observed = event.item.as_ref().map(|item| Observed {
            marks: vec![item.clone()],
            serial: event.serial.clone().filter(|serial| serial != "synthetic"),
            made: event.made.clone(),
            fitted: event.fitted.clone(),
            hours: event.hours,
            found_in: event.found_in.clone(),
            ..Observed::default()
        });
        let article = event.article.as_deref().map(str::as_bytes);
        let evidence = Evidence {
            id: self.ident(event, EvidenceId::new(&format!("EVD-{}", event.n.0)))?,
            title: title.en.clone(),
            source,
            repeats: BTreeSet::new(),
            obtained: "as the case has it".to_owned(),
            is_humanitarian,
            digest: None,
            marking: None,
            provenance: None,
            compartments: BTreeSet::new(),
            observed,
            custody: Vec::new(),
            grade: None,
            received_on: self.desk.clock().today(),
            received_by: self.officers.monitor.officer.clone(),
            basis: event.basis,
        };
        let id = self
            .desk
            .receive_evidence(&self.officers.monitor, &evidence, article)?
            .what;
        made.evidence = Some(id.clone());
        let reached = match &event.link {
            Some(spec) => self.accept_link(event, spec, &id)?,
            None => Bilingual::default(),
        };
        self.row(&event.n.0, title, reached);
        Ok(())
    }

    /// Accepts the link that the file gives, and says what it reaches.
    fn accept_link(
        &self,
        event: &EventSpec,
        spec: &intake::scenario::LinkSpec,
        id: &EvidenceId,
    ) -> Result<Bilingual, DeskError> {
        let confidence = match spec.confidence.as_str() {
            "strong" => LinkConfidence::Strong,
            "inferred" => LinkConfidence::Inferred,
            _ => LinkConfidence::Category,
        };
        let link = Link {
            to: LinkTarget::Permit {
                permit: self.ident(event, PermitId::new(&spec.permit))?,
            },
            confidence,
            reasons: spec
                .reasons
                .clone()
                .unwrap_or_else(|| "as the case has it".to_owned()),
            by: self.officers.monitor.officer.clone(),
            on: self.desk.clock().today(),
        };
        self.desk.link_evidence(&self.officers.monitor, id, &link)?;
        let confidence = word(&spec.confidence);
        Ok(both(
            format!("{} ({})", spec.permit, confidence.en),
            format!("{} ({})", spec.permit, confidence.fr),
        ))
    }

    pub(in crate::scenario) fn investigation(
        &mut self,
        event: &EventSpec,
    ) -> Result<(), DeskError> {
        let gathered: BTreeSet<EvidenceId> = self
            .made
            .values()
            .filter_map(|made| made.evidence.clone())
            .collect();
        let allegation = self.ident(event, AllegationId::new(&format!("ALG-{}", event.n.0)))?;
        let says = "items were used by somebody who was not authorised";
        self.desk
            .open_allegation(&self.officers.monitor, &allegation, says, &gathered)?;
        let id = self.ident(event, InvestigationId::new(&format!("INV-{}", event.n.0)))?;
        let mandate = "establish whether it is so, and by whom";
        self.desk
            .open_investigation(&self.officers.monitor, &id, Some(&allegation), mandate)?;
        let what = both(
            format!("investigation {id} is opened"),
            format!("l’enquête {id} est ouverte"),
        );
        let word = self.permit_word();
        let reached = both(
            format!("no {} changes", word.en),
            format!("sans effet sur une {}", word.fr),
        );
        self.row(&event.n.0, what, reached);
        Ok(())
    }

    pub(in crate::scenario) fn review(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        part: Part,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let id = self.ident(event, ReviewId::new(&format!("REV-{}", event.n.0)))?;
        if part != Part::End {
            let spec = event.scope.clone().unwrap_or_default();
            let standings = spec
                .permits
                .as_ref()
                .map(|many| many.list())
                .unwrap_or_default();
            let standings: BTreeSet<Standing> = standings
                .iter()
                .filter_map(|word| match word.as_str() {
                    "suspended" => Some(Standing::Suspended),
                    "valid" => Some(Standing::InForce),
                    _ => None,
                })
                .collect();
            let mut consults: BTreeSet<PartyId> = BTreeSet::new();
            for body in &event.consulted {
                consults.insert(self.ident(event, PartyId::new(body))?);
            }
            let words = self.permit_words();
            let request = OpenReview {
                review: id.clone(),
                mandate: Bilingual::new(
                    format!("review the suspended and valid {} in the scope", words.en),
                    format!(
                        "examiner dans la portée, en suspens ou valides : {}",
                        words.fr
                    ),
                ),
                scope: self.scope(&spec, day)?,
                standings,
                consults,
                advise_by: None,
            };
            let count = self
                .desk
                .open_review(&self.officers.deciding, &request)?
                .what;
            made.review = Some(id.clone());
            let what = both(
                format!("review {id} is opened"),
                format!("l’examen {id} est ouvert"),
            );
            let words = self.permit_words();
            let reached = both(
                format!("{count} {}", words.en),
                format!("{count} {}", words.fr),
            );
            self.row(&event.n.0, what, reached);
        }
        if part != Part::Begin {
            self.end_review(event, &id)?;
        }
        Ok(())
    }

    pub(in crate::scenario) fn end_review(
        &mut self,
        event: &EventSpec,
        id: &ReviewId,
    ) -> Result<(), DeskError> {
        let officer = &self.officers.licensing;
        for body in &event.consulted {
            let body = self.ident(event, PartyId::new(body))?;
            let text = "synthetic: consulted, as the case has it";
            let position = AdvicePosition::NoObjection;
            self.desk
                .advise_review(&self.officers.consulted, id, &body, position, text)?;
        }
        for (question, answer) in &event.answers {
            let question = self.ident(event, QuestionId::new(question))?;
            let reasons = "as the published report has it";
            self.desk.answer_in_review(
                officer,
                id,
                (&question, &BTreeSet::new()),
                answer,
                reasons,
            )?;
        }
        let Some(held) = self.desk.review(id)? else {
            return Ok(());
        };
        let mut outcomes = BTreeMap::new();
        for permit in held.members.keys() {
            let now = self.desk.standing(permit, self.desk.now()?)?;
            let (standing, word) = match now.map(|held| held.standing) {
                Some(Standing::Suspended) => ("suspended", "keep_suspended"),
                _ => ("valid", "keep_in_force"),
            };
            let word = event.outcomes.get(standing).map_or(word, String::as_str);
            let outcome = outcome(word).ok_or_else(|| {
                let says = format!("`{word}` is not an outcome of a review");
                mistaken(&self.scenario.scenario, &event.n.0, says)
            })?;
            outcomes.insert(
                permit.clone(),
                Outcome {
                    outcome,
                    reasons: format!("{permit}: stood {standing} at the end of the review"),
                    rests_on: BTreeSet::new(),
                },
            );
        }
        self.desk.record_outcomes(officer, id, &outcomes)?;
        self.desk
            .conclude_review(&self.officers.deciding, id, &self.scenario.unknown)?;
        let cancel = outcomes
            .values()
            .filter(|found| found.outcome == ReviewOutcome::Cancel)
            .count();
        let kept = outcomes.len().saturating_sub(cancel);
        let what = both(
            format!("review {id} is concluded"),
            format!("l’examen {id} est conclu"),
        );
        let reached = both(
            format!("{cancel} to cancel, {kept} others"),
            format!("{cancel} à annuler, {kept} autres"),
        );
        self.row(&event.n.0, what, reached);
        Ok(())
    }
}

/// The form of an assurance; a statement where the file does not say.
fn form_of(event: &EventSpec) -> AssuranceForm {
    match event.form.as_deref() {
        Some("certificate") => AssuranceForm::Certificate,
        Some("clause") => AssuranceForm::Clause,
        Some("oral") => AssuranceForm::Oral,
        _ => AssuranceForm::Statement,
    }
}

/// The form of an assurance, in English and French.
const fn named(form: AssuranceForm) -> (&'static str, &'static str) {
    match form {
        AssuranceForm::Certificate => ("certificate", "certificat"),
        AssuranceForm::Statement => ("statement", "déclaration"),
        AssuranceForm::Clause => ("clause", "clause d’un contrat"),
        AssuranceForm::Oral => ("oral", "orale"),
    }
}

fn outcome(word: &str) -> Option<ReviewOutcome> {
    Some(match word {
        "keep_in_force" => ReviewOutcome::KeepInForce,
        "keep_suspended" => ReviewOutcome::KeepSuspended,
        "suspend" => ReviewOutcome::Suspend,
        "reinstate" => ReviewOutcome::Reinstate,
        "cancel" => ReviewOutcome::Cancel,
        "cancel_and_reinstate" => ReviewOutcome::CancelAndReinstate,
        _ => return None,
    })
}
