//! Applications and assurances.

use std::collections::BTreeSet;

use super::{Key, never_began};
use crate::application::{Advice, Application, Ending, Pause, Reasoned, Recommendation, Referral};
use crate::assurance::AssuranceRecord;
use crate::event::{ApplicationSubmitted, Event, Recorded};
use crate::view::{FoldFault, State};

fn begin(e: &ApplicationSubmitted) -> Application {
    Application {
        id: e.application.clone(),
        applicant: e.applicant.clone(),
        terms: e.terms.clone(),
        received_on: e.received_on,
        documents: e.documents.clone(),
        rated: BTreeSet::new(),
        pauses: Vec::new(),
        referrals: Vec::new(),
        advice: Vec::new(),
        risks: Vec::new(),
        exceptional: None,
        assessment: None,
        recommendations: Vec::new(),
        ending: None,
        supersedes: e.supersedes.clone(),
        basis: e.basis,
    }
}

pub(super) fn application(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<Application, FoldFault> {
    if let Event::ApplicationSubmitted(e) = &recorded.event
        && e.application.as_str() == key.id
    {
        return Ok(begin(e));
    }
    let Some(State::Application(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::ApplicationSubmitted(e) => {
            held.ending = Some(Ending::Superseded {
                by: e.application.clone(),
                on: e.received_on,
            });
        }
        Event::InformationRequested(e) => held.pauses.push(Pause {
            from: e.on,
            due_on: e.due_on,
            until: None,
            questions: e.questions.clone(),
        }),
        Event::InformationReceived(e) => {
            if !e.answers.is_empty()
                && let Some(pause) = held.pauses.last_mut()
            {
                pause.until.get_or_insert(e.on);
            }
            held.documents.extend(e.documents.iter().cloned());
        }
        Event::ItemRated(e) => {
            if let Some(line) = held.terms.lines.iter_mut().find(|line| line.no == e.line) {
                line.ratings.clone_from(&e.ratings);
            }
            held.rated.insert(e.line);
        }
        Event::ReferralSent(e) => held.referrals.push(Referral {
            body: e.body.clone(),
            question: e.question.clone(),
            on: e.on,
            due_on: e.due_on,
        }),
        Event::AdviceGiven(e) => held.advice.push(Advice {
            body: e.body.clone(),
            lines: e.lines.clone(),
            position: e.position,
            text: e.text.clone(),
            on: e.on,
        }),
        Event::RiskDetermined(e) => held.risks.push(e.determination.clone()),
        Event::ExceptionalCircumstancesDetermined(e) => {
            held.exceptional = Some(Reasoned {
                reasons: e.reasons.clone(),
                by: e.by.clone(),
                on: e.on,
            });
        }
        Event::CaseAssessed(e) => {
            held.assessment = Some(Reasoned {
                reasons: e.reasons.clone(),
                by: e.by.clone(),
                on: e.on,
            });
        }
        Event::RecommendationMade(e) => held.recommendations.push(Recommendation {
            outcome: e.outcome,
            reasons: e.reasons.clone(),
            conditions: e.conditions.clone(),
            by: e.by.clone(),
            on: e.on,
        }),
        Event::ApplicationRefused(e) => held.ending = Some(Ending::Refused { on: e.on }),
        Event::ApplicationWithdrawn(e) => held.ending = Some(Ending::Withdrawn { on: e.on }),
        Event::PermitIssued(e) => {
            held.ending = Some(Ending::Issued {
                permit: e.issued.permit.clone(),
                on: e.issued.issued_on,
            });
        }
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

pub(super) fn assurance(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<AssuranceRecord, FoldFault> {
    if let Event::AssuranceReceived(e) = &recorded.event {
        return Ok(AssuranceRecord {
            assurance: e.assurance.clone(),
            asked: Vec::new(),
            answers: Vec::new(),
            deliveries: Vec::new(),
        });
    }
    let Some(State::Assurance(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::AuthenticityAsked(e) => held.asked.push((e.of.clone(), e.on, e.due_on)),
        Event::AuthenticityAnswered(e) => held.answers.push((e.answer, e.on)),
        Event::DeliveryVerified(e) => held.deliveries.push((e.on, e.is_complete, e.text.clone())),
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}
