//! What is held about the facts of a case: deliveries verified, findings, breaches; and the second
//! hand under an emergency.

use super::super::stage::{Made, Stage, mistaken};
use super::super::words::{both, word};
use crate::answer::DeskError;
use domain::assurance::Undertaking;
use domain::event::DeliveryVerified;
use domain::finding::{Answer, BreachFinding, Finding, Held};
use domain::id::{AssuranceId, FindingId, PermitId, QuestionId};
use domain::language::Bilingual;
use intake::scenario::{EventSpec, QuestionSpec, Words};
use std::collections::{BTreeMap, BTreeSet};

impl Stage<'_> {
    /// A delivery under an assurance is verified, or found wanting.
    pub(in crate::scenario) fn verify_delivery(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let assurance = self.assurance_named(event)?;
        let permit = event.permit.as_deref().map(PermitId::new).transpose();
        let verified = DeliveryVerified {
            assurance: assurance.clone(),
            permit: self.ident(event, permit)?,
            is_complete: event.complete,
            seen: event.seen.clone(),
            text: because_of(event),
            on: self.desk.clock().today(),
            by: self.officers.monitor.officer.clone(),
        };
        self.desk
            .verify_delivery(&self.officers.monitor, verified)?;
        let (en, fr) = if event.complete {
            ("is verified", "est vérifiée")
        } else {
            ("is not as promised", "n’est pas conforme à l’engagement")
        };
        let what = both(
            format!("the delivery under assurance {assurance} {en}"),
            format!("la livraison au titre de l’assurance {assurance} {fr}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        made.assurance = Some(assurance);
        Ok(())
    }

    /// What is held about evidence, question by question.
    pub(in crate::scenario) fn finding(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let mut answers = BTreeMap::new();
        for (question, spec) in &event.questions {
            let question = self.ident(event, QuestionId::new(question))?;
            answers.insert(question, self.answer(spec));
        }
        let title = event.title.as_ref().map(Words::both);
        let finding = Finding {
            id: self.ident(event, FindingId::new(&format!("FND-{}", event.n.0)))?,
            investigation: None,
            title: title.map_or_else(|| word("as the case has it").en, |title| title.en),
            answers,
            by: self.officers.monitor.officer.clone(),
            on: self.desk.clock().today(),
        };
        let id = self
            .desk
            .make_finding(&self.officers.monitor, &finding)?
            .what;
        let what = both(
            format!("finding {id} is made"),
            format!("le constat {id} est fait"),
        );
        let mut reached = (Vec::new(), Vec::new());
        for (question, spec) in &event.questions {
            let held = word(&spec.held);
            reached.0.push(format!("{question}: {}", held.en));
            reached.1.push(format!("{question} : {}", held.fr));
        }
        let reached = both(reached.0.join(", "), reached.1.join(", "));
        self.row(&event.n.0, what, reached);
        made.finding = Some(id);
        Ok(())
    }

    fn answer(&self, spec: &QuestionSpec) -> Answer {
        let rests_on = spec.rests_on.iter().filter_map(|number| {
            let made = self.made.get(number);
            made.and_then(|made| made.evidence.clone())
        });
        Answer {
            held: held_of(&spec.held),
            reasons: spec.because.clone().unwrap_or_default(),
            reasons_open: None,
            competing: spec.competing.clone(),
            rests_on: rests_on.collect::<BTreeSet<_>>(),
        }
    }

    /// An undertaking of an assurance was breached, or was not.
    pub(in crate::scenario) fn breach(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let assurance = self.assurance_named(event)?;
        let word_of_it = event.undertaking.as_deref().unwrap_or_default();
        let held = self.desk.assurance(&assurance, self.desk.now()?)?;
        let undertakings = held.map(|held| held.assurance.undertakings);
        let clauses = undertakings.unwrap_or_default();
        let clause = clauses.iter().position(|held| key_of(held) == word_of_it);
        let clause = clause.and_then(|clause| u32::try_from(clause).ok());
        let clause = clause.ok_or_else(|| {
            let says = format!("assurance {assurance} undertakes no `{word_of_it}`");
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })?;
        let rests_on = event.finding.as_ref().and_then(|n| self.made.get(n));
        let said = event.held.as_deref().unwrap_or_default();
        let breach = BreachFinding {
            id: self.ident(event, FindingId::new(&format!("BRC-{}", event.n.0)))?,
            assurance: assurance.clone(),
            clause,
            held: held_of(said),
            rests_on: rests_on.and_then(|made| made.finding.clone()),
            reasons: because_of(event),
            reasons_open: None,
            by: self.officers.monitor.officer.clone(),
            on: self.desk.clock().today(),
        };
        self.desk.find_breach(&self.officers.monitor, &breach)?;
        let (said, clause) = (word(said), word(word_of_it));
        let what = both(
            format!(
                "a breach of assurance {assurance} ({}): {}",
                clause.en, said.en
            ),
            format!(
                "une rupture de l’assurance {assurance} ({}) : {}",
                clause.fr, said.fr
            ),
        );
        self.row(&event.n.0, what, Bilingual::default());
        made.assurance = Some(assurance);
        made.breach = Some(breach.id);
        Ok(())
    }

    /// Another officer countersigns an emergency, or declines to.
    pub(in crate::scenario) fn second_hand(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let number = event.order.as_ref();
        let made = number.and_then(|number| self.made.get(number));
        let decision = made.and_then(|made| made.decision.clone());
        let decision = decision.ok_or_else(|| {
            let says = "that event has decided nothing: there is nothing to countersign";
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })?;
        let minister = &self.officers.minister;
        let (en, fr) = if event.kind == "countersign" {
            self.desk.countersign(minister, &decision)?;
            ("is countersigned", "est contresignée")
        } else {
            self.desk.decline(minister, &decision, &because_of(event))?;
            (
                "is not countersigned, and stands",
                "n’est pas contresignée, et tient",
            )
        };
        let what = both(
            format!("decision {decision} {en}"),
            format!("la décision {decision} {fr}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    /// The assurance of the event that an event names.
    fn assurance_named(&self, event: &EventSpec) -> Result<AssuranceId, DeskError> {
        self.assurance_of(event).ok_or_else(|| {
            let says = "that event has recorded no assurance";
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })
    }

    /// How the delivery under the assurance of an event stands, in the words of the format.
    pub(in crate::scenario) fn delivery_word(
        &self,
        event: &EventSpec,
    ) -> Result<&'static str, DeskError> {
        let made = self.made.get(&event.n);
        let Some(id) = made.and_then(|made| made.assurance.clone()) else {
            return Ok("not_verified");
        };
        let held = self.desk.assurance(&id, self.desk.now()?)?;
        let deliveries = held.map(|held| held.deliveries).unwrap_or_default();
        Ok(match deliveries.last() {
            Some((_, true, _)) => "verified",
            Some((_, false, _)) => "incomplete",
            None => "not_verified",
        })
    }

    /// What is held of the breach of an event, in the words of the format.
    pub(in crate::scenario) fn breach_word(
        &self,
        event: &EventSpec,
    ) -> Result<&'static str, DeskError> {
        let made = self.made.get(&event.n);
        let Some(id) = made.and_then(|made| made.breach.clone()) else {
            return Ok("not_examined");
        };
        let log = self.desk.reading()?;
        let held = crate::reading::find::<BreachFinding>(log.as_ref(), id.as_str())?;
        Ok(held.map_or("not_examined", |held| word_of(held.held)))
    }

    /// What a finding of an event holds about a question, in the words of the format.
    pub(in crate::scenario) fn found_of(
        &self,
        event: &EventSpec,
        question: &str,
    ) -> Result<Option<&'static str>, DeskError> {
        let made = self.made.get(&event.n);
        let Some(id) = made.and_then(|made| made.finding.clone()) else {
            return Ok(None);
        };
        let question = self.ident(event, QuestionId::new(question))?;
        let log = self.desk.reading()?;
        let held = crate::reading::find::<Finding>(log.as_ref(), id.as_str())?;
        let answer = held.and_then(|held| held.answers.get(&question).map(|answer| answer.held));
        Ok(answer.map(word_of))
    }
}

/// The reasons of an event; that the case has it so where it gives none.
fn because_of(event: &EventSpec) -> String {
    let words = event.because.as_ref().map(Words::both);
    words.map_or_else(|| word("as the case has it").en, |words| words.en)
}

fn held_of(said: &str) -> Held {
    match said {
        "established" => Held::Established,
        "credible" => Held::Credible,
        "refuted" => Held::Refuted,
        "not_examined" => Held::NotExamined,
        _ => Held::Insufficient,
    }
}

const fn word_of(held: Held) -> &'static str {
    match held {
        Held::Established => "established",
        Held::Credible => "credible",
        Held::Insufficient => "insufficient",
        Held::Refuted => "refuted",
        Held::NotExamined => "not_examined",
    }
}

/// The key of an undertaking in the format.
const fn key_of(held: &Undertaking) -> &'static str {
    match held {
        Undertaking::StatedEndUse { .. } => "end_use",
        Undertaking::PermittedEndUsers { .. } => "end_users",
        Undertaking::PermittedTerritory { .. } => "territory",
        Undertaking::ResaleOnlyTo { .. } => "resale_only_to",
        Undertaking::NoRetransferWithoutConsent => "no_retransfer",
        Undertaking::RightOfVerification => "right_of_verification",
        Undertaking::DeliveryVerification { .. } => "delivery_by",
        Undertaking::OnwardTransferStatement { .. } => "onward_transfer",
    }
}
