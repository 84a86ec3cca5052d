//! Evidence, reviews and dialogues.

use std::collections::BTreeMap;

use super::{Key, never_began};
use crate::dialogue::DialogueRecord;
use crate::event::{Event, Recorded};
use crate::evidence::{EvidenceRecord, Link};
use crate::review::{ReviewAnswer, ReviewRecord};
use crate::view::{FoldFault, State};

pub(super) fn evidence(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<EvidenceRecord, FoldFault> {
    if let Event::EvidenceReceived(e) = &recorded.event {
        return Ok(EvidenceRecord {
            evidence: e.evidence.clone(),
            grades: e.evidence.grade.iter().cloned().collect(),
            links: Vec::new(),
            custody: Vec::new(),
            corrections: Vec::new(),
            repetitions: Vec::new(),
            sealings: Vec::new(),
        });
    }
    let Some(State::Evidence(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::EvidenceGraded(e) => held.grades.push(e.grade.clone()),
        Event::EvidenceLinked(e) => held.links.push(Link {
            to: e.to.clone(),
            confidence: e.confidence,
            reasons: e.reasons.clone(),
            by: e.by.clone(),
            on: e.on,
        }),
        Event::EvidenceCustodyAdded(e) => held.custody.push(e.step.clone()),
        Event::EvidenceCorrected(e) => held.corrections.push(e.correction.clone()),
        Event::EvidenceRepetitionFound(e) => held.repetitions.push(e.repetition.clone()),
        Event::EvidenceSealed(e) => held.sealings.push(e.sealing.clone()),
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

pub(super) fn review(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<ReviewRecord, FoldFault> {
    if let Event::ReviewOpened(e) = &recorded.event {
        return Ok(ReviewRecord {
            id: e.review.clone(),
            mandate: e.mandate.clone(),
            members: e.members.clone(),
            consults: e.consults.clone(),
            advise_by: e.advise_by,
            reminders: Vec::new(),
            advice: Vec::new(),
            answers: BTreeMap::new(),
            risks: Vec::new(),
            opened_on: e.on,
            concluded_on: None,
            not_known: Vec::new(),
        });
    }
    let Some(State::Review(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::ReviewReminded(e) => held.reminders.push((e.body.clone(), e.on, e.due_on)),
        Event::ReviewAdviceGiven(e) => {
            held.advice
                .push((e.body.clone(), e.position, e.text.clone(), e.on));
        }
        Event::ReviewQuestionAnswered(e) => {
            held.answers
                .entry(e.question.clone())
                .or_default()
                .push(ReviewAnswer {
                    answer: e.answer.clone(),
                    reasons: e.reasons.clone(),
                    rests_on: e.rests_on.clone(),
                    by: e.by.clone(),
                    on: e.on,
                });
        }
        Event::ReviewRiskDetermined(e) => held.risks.push(e.determination.clone()),
        Event::ReviewOutcomeRecorded(e) => {
            if let Some(member) = held.members.get_mut(&e.permit) {
                member.outcome = Some((e.outcome, e.reasons.clone()));
                member.rests_on.clone_from(&e.rests_on);
            }
        }
        Event::ReviewConcluded(e) => {
            held.concluded_on = Some(e.on);
            held.not_known.clone_from(&e.not_known);
        }
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

pub(super) fn dialogue(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<DialogueRecord, FoldFault> {
    if let Event::DialogueOpened(e) = &recorded.event {
        return Ok(DialogueRecord {
            id: e.dialogue.clone(),
            name: e.name.clone(),
            with: e.with.clone(),
            agenda: e.agenda.clone(),
            opened_on: e.on,
            steps: Vec::new(),
        });
    }
    match (before, &recorded.event) {
        (Some(State::Dialogue(mut held)), Event::DialogueStepped(e)) => {
            held.steps.push((e.step, e.text.clone(), e.on));
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}
