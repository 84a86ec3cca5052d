//! The report of a review: what was asked, on what material, what was held, what is not known, and
//! what became of each permit. One for the file, and one for the public from which what is withheld
//! is left out before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use domain::advice::AdvicePosition;
use domain::event::Event;
use domain::evidence::independent_sources;
use domain::finding::Held;
use domain::id::{AssuranceId, EvidenceId, FindingId, PartyId, PermitId, QuestionId, ReviewId};
use domain::language::Bilingual;
use domain::permit::standing::Standing;
use domain::review::{ReviewOutcome, ReviewRecord};
use domain::risk::RiskLevel;
use domain::time::{Day, Position};
use domain::view::{self, Key, Noun, State};
use register::{Query, Reading};

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::projection;
use crate::reading::Lens;
use crate::sealed::{self, Eye, Sources};
use crate::sight::Sight;

mod gathered;
mod told;

pub use told::{Audience, Told, Withheld};

use gathered::Gathered;
use told::Pen;

/// Events of one review that are read: a review of ten thousand permits has about as many.
const EVENTS_MAX: usize = 100_000;

/// The report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewReport {
    /// The review.
    pub review: ReviewId,
    /// For whom it is written.
    pub audience: Audience,
    /// As of when, and as known at which position.
    pub lens: Lens,
    /// The authority.
    pub authority: Option<Bilingual>,
    /// The mandate.
    pub mandate: Bilingual,
    /// The scope from which the set was frozen, as policy text.
    pub scope: Told,
    /// When it was opened.
    pub opened_on: Day,
    /// When it was concluded, if it is.
    pub concluded_on: Option<Day>,
    /// The consultations.
    pub consulted: Vec<Consulted>,
    /// The material.
    pub evidence: Vec<Material>,
    /// How much of it there is, and how many independent sources are behind it.
    pub sources: Sources,
    /// What is held about it.
    pub findings: Vec<FindingTold>,
    /// What is held about breaches.
    pub breaches: Vec<BreachTold>,
    /// What was answered, the last answer to each question.
    pub questions: Vec<QuestionTold>,
    /// What is held of each criterion of the statute.
    pub criteria: Vec<CriterionTold>,
    /// What is not known.
    pub not_known: Vec<Told>,
    /// What became of each permit.
    pub permits: Vec<PermitTold>,
    /// With what it can be proved.
    pub proof: Proof,
    /// What was withheld, and how often.
    pub withheld: BTreeMap<Withheld, u64>,
}

/// A consulted body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consulted {
    /// The body.
    pub body: Told,
    /// The day by which it is to advise, where it has not.
    pub due_on: Option<Day>,
    /// How often it was reminded.
    pub reminders: usize,
    /// What it advised: position, words, day.
    pub advice: Vec<(AdvicePosition, Told, Day)>,
}

/// A material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Its number.
    pub evidence: EvidenceId,
    /// What it is.
    pub title: Told,
    /// Its source.
    pub source: Told,
    /// When it was received; none where it is sealed.
    pub received_on: Option<Day>,
    /// Every grade, in the order given.
    pub grades: Vec<String>,
    /// How many independent sources are behind it; none where it is sealed.
    pub independent: Option<usize>,
    /// How many gaps and contradictions its keeping shows.
    pub flags: usize,
    /// Whether it is a humanitarian report, which weighs nothing on any permit.
    pub is_humanitarian: bool,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingTold {
    /// Its number.
    pub finding: FindingId,
    /// What it is about.
    pub title: Told,
    /// The day.
    pub on: Day,
    /// Question by question.
    pub answers: Vec<AnswerTold>,
}

/// What is held about one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerTold {
    /// The question.
    pub question: QuestionId,
    /// What is held.
    pub held: Held,
    /// Why.
    pub reasons: Told,
    /// Other explanations that were considered.
    pub competing: Vec<Told>,
    /// The material on which it rests.
    pub rests_on: BTreeSet<EvidenceId>,
    /// How many independent sources are behind that.
    pub independent: usize,
}

/// A finding on a breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachTold {
    /// Its number.
    pub finding: FindingId,
    /// The assurance.
    pub assurance: AssuranceId,
    /// Which clause, from 0.
    pub clause: u32,
    /// What is held.
    pub held: Held,
    /// Why.
    pub reasons: Told,
    /// The day.
    pub on: Day,
}

/// A question of the review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionTold {
    /// The question.
    pub question: QuestionId,
    /// The answer.
    pub answer: Told,
    /// Why.
    pub reasons: Told,
    /// The findings on which it rests.
    pub rests_on: BTreeSet<FindingId>,
    /// The day.
    pub on: Day,
    /// How many answers came before it.
    pub earlier: usize,
}

/// What is held of a criterion, in the order in which it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionTold {
    /// The criterion.
    pub criterion: QuestionId,
    /// The risk before any mitigation.
    pub raw: RiskLevel,
    /// Measures considered.
    pub considered: Vec<Told>,
    /// Measures adopted.
    pub adopted: Vec<Told>,
    /// The risk that remains.
    pub residual: RiskLevel,
    /// Why.
    pub reasons: Told,
    /// The day.
    pub on: Day,
}

/// A permit of the frozen set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitTold {
    /// Its number.
    pub permit: PermitId,
    /// Its holder.
    pub holder: Told,
    /// Where it stood when the set was frozen.
    pub stood: Standing,
    /// Where it stands as of the day of the report.
    pub stands: Option<Standing>,
    /// The outcome.
    pub outcome: Option<ReviewOutcome>,
    /// Why.
    pub reasons: Option<Told>,
    /// The findings on which it rests.
    pub rests_on: BTreeSet<FindingId>,
}

/// With what a report can be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// How long the log was.
    pub events: u64,
    /// The root of its tree, in hexadecimal.
    pub root: String,
    /// The checkpoint signed last, if one was.
    pub checkpoint: Option<String>,
    /// The events of the review: position and kind.
    pub positions: Vec<(Position, &'static str)>,
}

/// What the log says of one review.
struct Folded {
    record: ReviewRecord,
    scope: String,
    positions: Vec<(Position, &'static str)>,
}

impl Desk {
    /// The report of a review, as of a day and known at a position. What is sealed from whoever
    /// asks is shown by number; for the public, whatever must be withheld is left out here. None where
    /// there was no such review.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn review_report(
        &self,
        sight: &Sight,
        review: &ReviewId,
        audience: Audience,
        lens: Lens,
    ) -> Result<Option<ReviewReport>, DeskError> {
        let log = self.reading()?;
        let log = log.as_ref();
        let book = self.book(log)?;
        let Some(told) = told(log, &book, review, lens)? else {
            return Ok(None);
        };
        // The public version is one and the same, whoever asks for it.
        let sight = match audience {
            Audience::File => sight,
            Audience::Public => &Sight::Whole,
        };
        let eye = Eye {
            log,
            book: &book,
            sight,
        };
        let gathered = Gathered::for_review(log, &told.record, lens)?;
        let mut pen = Pen::new(audience, &eye, &gathered)?;
        let record = &told.record;
        let authority = book.authority.as_ref().map(|own| own.name.clone());
        let sources = Sources {
            materials: gathered.materials.len(),
            independent: independent(log, gathered.materials.keys())?,
        };
        Ok(Some(ReviewReport {
            review: review.clone(),
            audience,
            lens,
            authority,
            mandate: record.mandate.clone(),
            scope: pen.scope(&told.scope),
            opened_on: record.opened_on,
            concluded_on: record.concluded_on,
            consulted: self.consulted(&mut pen, record, lens)?,
            evidence: materials(log, &mut pen, &gathered, lens)?,
            sources,
            findings: findings(log, &mut pen, &gathered)?,
            breaches: breaches(&mut pen, &gathered),
            questions: questions(&mut pen, record),
            criteria: criteria(record),
            not_known: record
                .not_known
                .iter()
                .map(|text| Told::said(text))
                .collect(),
            permits: self.permits_told(&mut pen, record, lens)?,
            proof: proof(log, told.positions, lens)?,
            withheld: pen.counts(),
        }))
    }

    fn consulted(
        &self,
        pen: &mut Pen,
        record: &ReviewRecord,
        lens: Lens,
    ) -> Result<Vec<Consulted>, DeskError> {
        let names = self.names(record.consults.iter(), lens)?;
        let consulted = record.consults.iter().map(|body| {
            let own = record.advice.iter().filter(|(from, ..)| from == body);
            let advice = own.map(|(_, position, text, on)| (*position, pen.advice(text), *on));
            let name = names.get(body).cloned();
            Consulted {
                advice: advice.collect(),
                body: Told::said(&name.unwrap_or_else(|| body.to_string())),
                due_on: record.advice_due(body),
                reminders: record
                    .reminders
                    .iter()
                    .filter(|held| held.0 == *body)
                    .count(),
            }
        });
        Ok(consulted.collect())
    }

    fn permits_told(
        &self,
        pen: &mut Pen,
        record: &ReviewRecord,
        lens: Lens,
    ) -> Result<Vec<PermitTold>, DeskError> {
        let mut found = Vec::new();
        for (permit, member) in &record.members {
            let held = self.permit(permit, lens)?;
            let holder = held
                .as_ref()
                .and_then(|held| held.terms_on(lens.as_of).exporter.clone());
            let holders: BTreeSet<PartyId> = holder.into_iter().collect();
            let names = self.names(holders.iter(), lens)?;
            let standing = self.standing(permit, lens)?;
            found.push(PermitTold {
                permit: permit.clone(),
                holder: pen.holder(names.into_values().next()),
                stood: member.stood,
                stands: standing.map(|held| held.standing),
                outcome: member.outcome.as_ref().map(|held| held.0),
                reasons: member
                    .outcome
                    .as_ref()
                    .map(|held| pen.resting(&held.1, &member.rests_on)),
                rests_on: member.rests_on.clone(),
            });
        }
        Ok(found)
    }
}

/// A review folded from its own events, up to a day and a position.
fn told(
    log: &dyn Reading,
    book: &crate::law_book::LawBook,
    review: &ReviewId,
    lens: Lens,
) -> Result<Option<Folded>, DeskError> {
    let query = Query {
        tags: vec![format!("review:{review}")],
        kinds: Vec::new(),
    };
    let key = Key::of(Noun::Review, review);
    let (mut state, mut scope, mut positions) = (None, String::new(), Vec::new());
    for event in log.events(&query, Position(0), Some(lens.known_at), EVENTS_MAX)? {
        let recorded = projection::recorded(&event).map_err(DeskError::invariant)?;
        if book.day_of(event.recorded_at) > lens.as_of {
            continue;
        }
        if let Event::ReviewOpened(opened) = &recorded.event {
            scope = book.render(&opened.scope);
        }
        if view::touched(&recorded.event).contains(&key) {
            state = Some(view::apply(&key, state.take(), &recorded, None)?);
            positions.push((recorded.position, recorded.event.kind()));
        }
    }
    Ok(state
        .and_then(|state| match state {
            State::Review(record) => Some(record),
            _ => None,
        })
        .map(|record| Folded {
            record,
            scope,
            positions,
        }))
}

fn independent<'a>(
    log: &dyn Reading,
    of: impl Iterator<Item = &'a EvidenceId> + Clone,
) -> Result<usize, DeskError> {
    let ties = sealed::ties(log, of.clone())?;
    Ok(independent_sources(of, &ties).len())
}

fn materials(
    log: &dyn Reading,
    pen: &mut Pen,
    gathered: &Gathered,
    lens: Lens,
) -> Result<Vec<Material>, DeskError> {
    let mut found = Vec::new();
    for (id, held) in &gathered.materials {
        let is_sealed = pen.is_sealed(id);
        let independent = independent(log, std::iter::once(id))?;
        let grades = held.grades.iter().filter(|grade| grade.on <= lens.as_of);
        found.push(Material {
            evidence: id.clone(),
            title: pen.material(id, &held.evidence.title),
            source: pen.material(id, &held.evidence.source),
            received_on: (!is_sealed).then_some(held.evidence.received_on),
            grades: if is_sealed {
                Vec::new()
            } else {
                grades.map(ToString::to_string).collect()
            },
            independent: (!is_sealed).then_some(independent),
            flags: if is_sealed { 0 } else { held.flags().len() },
            is_humanitarian: !is_sealed && held.evidence.is_humanitarian,
        });
    }
    Ok(found)
}

fn findings(
    log: &dyn Reading,
    pen: &mut Pen,
    gathered: &Gathered,
) -> Result<Vec<FindingTold>, DeskError> {
    let mut found = Vec::new();
    for (id, held) in &gathered.findings {
        let mut answers = Vec::new();
        for (question, answer) in &held.answers {
            answers.push(AnswerTold {
                question: question.clone(),
                held: answer.held,
                reasons: pen.answer(answer),
                competing: pen.competing(answer),
                rests_on: answer.rests_on.clone(),
                independent: independent(log, answer.rests_on.iter())?,
            });
        }
        found.push(FindingTold {
            finding: id.clone(),
            title: pen.title(held),
            on: held.on,
            answers,
        });
    }
    Ok(found)
}

fn breaches(pen: &mut Pen, gathered: &Gathered) -> Vec<BreachTold> {
    let breaches = gathered.breaches.values().map(|held| BreachTold {
        finding: held.id.clone(),
        assurance: held.assurance.clone(),
        clause: held.clause,
        held: held.held,
        reasons: pen.breach(held),
        on: held.on,
    });
    breaches.collect()
}

fn questions(pen: &mut Pen, record: &ReviewRecord) -> Vec<QuestionTold> {
    let mut found = Vec::new();
    for (question, answers) in &record.answers {
        let Some((last, earlier)) = answers.split_last() else {
            continue;
        };
        found.push(QuestionTold {
            question: question.clone(),
            answer: Told::said(&last.answer),
            reasons: pen.resting(&last.reasons, &last.rests_on),
            rests_on: last.rests_on.clone(),
            on: last.on,
            earlier: earlier.len(),
        });
    }
    found
}

/// The last that is held of each criterion.
fn criteria(record: &ReviewRecord) -> Vec<CriterionTold> {
    let mut last: BTreeMap<&QuestionId, CriterionTold> = BTreeMap::new();
    let all = |texts: &[String]| texts.iter().map(|text| Told::said(text)).collect();
    for determination in &record.risks {
        for (criterion, held) in &determination.criteria {
            let told = CriterionTold {
                criterion: criterion.clone(),
                raw: held.raw,
                considered: all(&held.considered),
                adopted: all(&held.adopted),
                residual: held.residual,
                reasons: Told::said(&held.reasons),
                on: determination.on,
            };
            last.insert(criterion, told);
        }
    }
    last.into_values().collect()
}

fn proof(
    log: &dyn Reading,
    positions: Vec<(Position, &'static str)>,
    lens: Lens,
) -> Result<Proof, DeskError> {
    let events = lens.known_at.min(log.head()?.position).0;
    let signed = log.latest_checkpoint()?;
    let known = signed.filter(|signed| signed.checkpoint().size <= events);
    Ok(Proof {
        events,
        root: log.root(events)?.to_string(),
        checkpoint: known.map(|signed| signed.text().to_owned()),
        positions,
    })
}
