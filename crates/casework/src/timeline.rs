//! The log as a person reads it: what was done, when, by whom, about what.

mod kinds;

use domain::dialogue::Step;
use domain::event::Event;
use domain::finding::Held;
use domain::language::Bilingual;
use domain::measure::Order;
use domain::review::ReviewOutcome;
use domain::time::{Day, Instant, Position};
use register::{Query, Reading, StoredEvent};
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::projection;
use crate::sealed::{self, Eye};
use crate::sight::Sight;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its position.
    pub position: Position,
    /// When the register learned it.
    pub recorded_at: Instant,
    /// First day in law, where it has one.
    pub effective_from: Option<Day>,
    /// Who acted.
    pub actor: String,
    /// What kind of event.
    pub kind: String,
    /// In words.
    pub says: Bilingual,
}

impl Desk {
    /// The entries with any of these tags (all of them when none is given), after a position.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn timeline(
        &self,
        tags: &[String],
        kinds: &[&str],
        after: Position,
        limit: usize,
    ) -> Result<Vec<Entry>, DeskError> {
        let log = self.reading()?;
        let query = Query {
            tags: tags.to_vec(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        };
        let book = self.book(log.as_ref())?;
        let events = log.events(&query, after, None, limit)?;
        let entries = events
            .iter()
            .map(|event| Ok(entry(log.as_ref(), &book, event)?.0));
        entries.collect()
    }
}

/// An event of the log as an entry, and what happened.
///
/// Of sealed material an entry tells everybody the number and nothing else, also those to whom it
/// is open: they open the material itself.
pub(crate) fn entry(
    log: &dyn Reading,
    book: &LawBook,
    event: &StoredEvent,
) -> Result<(Entry, Event), DeskError> {
    let recorded = projection::recorded(event).map_err(DeskError::invariant)?;
    let eye = Eye {
        log,
        book,
        sight: &Sight::Whole,
    };
    let says = match sealed_in_words(&eye, &recorded.event)? {
        Some(says) => says,
        None => in_words(&recorded.event),
    };
    let entry = Entry {
        position: event.position,
        recorded_at: event.recorded_at,
        effective_from: event.effective_from,
        actor: event.actor.clone(),
        kind: event.kind.clone(),
        says,
    };
    Ok((entry, recorded.event))
}

/// An event about sealed material, or that rests on it, in words that tell nothing of it.
fn sealed_in_words(eye: &Eye<'_>, event: &Event) -> Result<Option<Bilingual>, DeskError> {
    let about = match event {
        Event::EvidenceReceived(e) => &e.evidence.id,
        Event::EvidenceGraded(e) => &e.evidence,
        Event::EvidenceLinked(e) => &e.evidence,
        Event::EvidenceCustodyAdded(e) => &e.evidence,
        Event::EvidenceCorrected(e) => &e.evidence,
        Event::EvidenceRepetitionFound(e) => &e.evidence,
        Event::EvidenceSealed(e) => &e.evidence,
        Event::PassageAccepted(e) => &e.evidence,
        Event::BreachFound(e) if !sealed::sealed_behind(eye, &e.breach)?.is_empty() => {
            let (assurance, (en, fr)) = (&e.breach.assurance, held(e.breach.held));
            return Ok(Some(both(
                format!("breach of assurance {assurance} is held {en}, on sealed material"),
                format!(
                    "le manquement à l’assurance {assurance} est tenu pour {fr}, sur un élément scellé"
                ),
            )));
        }
        _ => return Ok(None),
    };
    if eye.opens_material(about)? {
        return Ok(None);
    }
    let (what, material) = (kinds::in_words(event), sealed::sealed_material(about));
    Ok(Some(both(
        format!("{}: {}", material.en, what.en),
        format!("{} : {}", material.fr, what.fr),
    )))
}

/// An order in words: what it is called, what it does, under which law.
pub(crate) fn order_in_words(order: &Order) -> Bilingual {
    let (title, verb) = (&order.instrument.title, &order.verb);
    let law = &order.instrument.law;
    both(
        format!("{} — {} (order {}, {law})", title.en, verb.en, order.id),
        format!("{} — {} (ordre {}, {law})", title.fr, verb.fr, order.id),
    )
}

/// An event in one sentence of each language.
fn in_words(event: &Event) -> Bilingual {
    acts_in_words(event)
        .or_else(|| inquiry_in_words(event))
        .or_else(|| reviews_in_words(event))
        .or_else(|| border_in_words(event))
        .unwrap_or_else(|| kinds::in_words(event))
}

fn both(en: String, fr: String) -> Bilingual {
    Bilingual::new(en, fr)
}

/// Applications, permits and measures.
fn acts_in_words(event: &Event) -> Option<Bilingual> {
    Some(match event {
        Event::OrderSigned(e) => order_in_words(&e.order),
        Event::MeasureSigned(e) => both(
            format!(
                "{} (measure {}, {})",
                e.measure.instrument.title.en, e.measure.id, e.measure.instrument.law
            ),
            format!(
                "{} (mesure {}, {})",
                e.measure.instrument.title.fr, e.measure.id, e.measure.instrument.law
            ),
        ),
        Event::MeasureLifted(e) => both(
            format!("measure {} is lifted from {}", e.measure, e.effective_from),
            format!(
                "la mesure {} est levée à compter du {}",
                e.measure, e.effective_from
            ),
        ),
        Event::PermitIssued(e) => both(
            format!("permit {} is issued", e.issued.permit),
            format!("la licence {} est délivrée", e.issued.permit),
        ),
        Event::PermitRecorded(e) => both(
            format!(
                "permit {} is recorded from another register",
                e.issued.permit
            ),
            format!(
                "la licence {} est reprise d’un autre registre",
                e.issued.permit
            ),
        ),
        Event::ApplicationSubmitted(e) => both(
            format!("application {} is received", e.application),
            format!("la demande {} est reçue", e.application),
        ),
        Event::ApplicationRefused(e) => both(
            format!("application {} is refused", e.application),
            format!("la demande {} est refusée", e.application),
        ),
        Event::ExceptionalCircumstancesDetermined(e) => both(
            format!(
                "exceptional circumstances are determined on application {}: {}",
                e.application, e.reasons
            ),
            format!(
                "des circonstances exceptionnelles sont constatées sur la demande {} : {}",
                e.application, e.reasons
            ),
        ),
        _ => return None,
    })
}

/// Assurances, evidence and reviews.
fn inquiry_in_words(event: &Event) -> Option<Bilingual> {
    Some(match event {
        Event::AssuranceReceived(e) => both(
            format!(
                "assurance {} is received: {}",
                e.assurance.id, e.assurance.says
            ),
            format!(
                "l’assurance {} est reçue : {}",
                e.assurance.id, e.assurance.says
            ),
        ),
        Event::EvidenceReceived(e) => both(
            format!(
                "evidence {} is received: {}",
                e.evidence.id, e.evidence.title
            ),
            format!(
                "la preuve {} est reçue : {}",
                e.evidence.id, e.evidence.title
            ),
        ),
        Event::EvidenceLinked(e) => both(
            format!("evidence {} is linked: {}", e.evidence, e.reasons),
            format!("la preuve {} est rattachée : {}", e.evidence, e.reasons),
        ),
        Event::PassageAccepted(e) => both(
            format!(
                "a passage of {} is accepted: {} {}",
                e.evidence, e.accepted.kind, e.accepted.value
            ),
            format!(
                "un passage de {} est accepté : {} {}",
                e.evidence, e.accepted.kind, e.accepted.value
            ),
        ),
        Event::InvestigationOpened(e) => both(
            format!("investigation {} is opened: {}", e.investigation, e.mandate),
            format!("l’enquête {} est ouverte : {}", e.investigation, e.mandate),
        ),
        Event::FindingMade(e) => both(
            format!("finding {}: {}", e.finding.id, e.finding.title),
            format!("constatation {} : {}", e.finding.id, e.finding.title),
        ),
        Event::BreachFound(e) => both(
            format!(
                "breach of assurance {} is held {}: {}",
                e.breach.assurance,
                held(e.breach.held).0,
                e.breach.reasons
            ),
            format!(
                "le manquement à l’assurance {} est tenu pour {} : {}",
                e.breach.assurance,
                held(e.breach.held).1,
                e.breach.reasons
            ),
        ),
        _ => return None,
    })
}

/// Reviews.
fn reviews_in_words(event: &Event) -> Option<Bilingual> {
    Some(match event {
        Event::ReviewOpened(e) => both(
            format!(
                "review {} is opened on {} permits",
                e.review,
                e.members.len()
            ),
            format!(
                "l’examen {} est ouvert sur {} licences",
                e.review,
                e.members.len()
            ),
        ),
        Event::ReviewOutcomeRecorded(e) => {
            let (en, fr) = outcome(e.outcome);
            both(
                format!("review {} on permit {}: {en}", e.review, e.permit),
                format!("examen {} sur la licence {} : {fr}", e.review, e.permit),
            )
        }
        Event::ReviewConcluded(e) => both(
            format!("review {} is concluded", e.review),
            format!("l’examen {} est conclu", e.review),
        ),
        _ => return None,
    })
}

/// Dialogues, shipments and notices.
fn border_in_words(event: &Event) -> Option<Bilingual> {
    Some(match event {
        Event::DialogueOpened(e) => both(
            format!("dialogue {} is opened", e.name.en),
            format!("le dialogue {} est ouvert", e.name.fr),
        ),
        Event::DialogueStepped(e) => {
            let (en, fr) = step(e.step);
            both(
                format!("dialogue {} {en}", e.dialogue),
                format!("le dialogue {} {fr}", e.dialogue),
            )
        }
        Event::ShipmentReserved(e) => both(
            format!("shipment {} is reserved on permit {}", e.shipment, e.permit),
            format!(
                "l’envoi {} est réservé sur la licence {}",
                e.shipment, e.permit
            ),
        ),
        Event::ReleaseRefused(e) => both(
            format!("a release on permit {} is refused", e.permit),
            format!("une sortie sur la licence {} est refusée", e.permit),
        ),
        Event::ExitConfirmed(e) => both(
            format!("shipment {} left on permit {}", e.shipment, e.permit),
            format!(
                "l’envoi {} est sorti sur la licence {}",
                e.shipment, e.permit
            ),
        ),
        Event::StopNoticeIssued(e) => both(
            format!(
                "office {} is told to stop shipment {}",
                e.office, e.shipment
            ),
            format!(
                "le bureau {} est averti d’arrêter l’envoi {}",
                e.office, e.shipment
            ),
        ),
        Event::NoticeIssued(e) => both(
            format!("notice {} is served about {}", e.notice, e.about),
            format!("l’avis {} est signifié au sujet de {}", e.notice, e.about),
        ),
        _ => return None,
    })
}

/// What a review holds of a permit, in English and French.
const fn outcome(outcome: ReviewOutcome) -> (&'static str, &'static str) {
    match outcome {
        ReviewOutcome::KeepInForce => ("keep in force", "maintenir en vigueur"),
        ReviewOutcome::KeepSuspended => ("keep suspended", "maintenir suspendue"),
        ReviewOutcome::Suspend => ("suspend", "suspendre"),
        ReviewOutcome::Reinstate => ("reinstate", "rétablir"),
        ReviewOutcome::Cancel => ("cancel", "annuler"),
        ReviewOutcome::CancelAndReinstate => (
            "cancel and reinstate under conditions",
            "annuler et rétablir sous conditions",
        ),
    }
}

/// How a question is held, in English and French.
const fn held(held: Held) -> (&'static str, &'static str) {
    match held {
        Held::Established => ("established", "établi"),
        Held::Credible => ("credible", "crédible"),
        Held::Insufficient => ("insufficient", "insuffisamment fondé"),
        Held::Refuted => ("refuted", "réfuté"),
        Held::NotExamined => ("not examined", "non examiné"),
    }
}

/// What a dialogue does, in English and French.
pub(crate) const fn step(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Commit => ("records a commitment", "consigne un engagement"),
        Step::Meet => ("meets", "se réunit"),
        Step::Stall => ("is stalled", "est au point mort"),
        Step::Resume => ("resumes", "reprend"),
        Step::Conclude => ("is concluded", "est conclu"),
    }
}
