//! Requests and visits.

use super::{Key, never_began};
use crate::event::{Event, Recorded};
use crate::request::RequestRecord;
use crate::view::{FoldFault, State};
use crate::visit::VisitRecord;

pub(super) fn request(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<RequestRecord, FoldFault> {
    if let Event::RequestSent(e) = &recorded.event {
        return Ok(RequestRecord {
            request: e.request.clone(),
            reminders: Vec::new(),
            replies: Vec::new(),
            unanswered: Vec::new(),
        });
    }
    let Some(State::Request(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::RequestReminded(e) => held.reminders.push((e.on, e.due_on)),
        Event::RequestAnswered(e) => held.replies.push(e.reply.clone()),
        Event::RequestUnanswered(e) => held.unanswered.push((e.on, e.due_on)),
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

pub(super) fn visit(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<VisitRecord, FoldFault> {
    if let Event::VisitPlanned(e) = &recorded.event {
        return Ok(VisitRecord {
            plan: e.plan.clone(),
            sample: None,
            report: None,
            called_off: None,
            followed_up: Vec::new(),
        });
    }
    let Some(State::Visit(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::VisitSampled(e) => held.sample = Some(e.sample.clone()),
        Event::VisitRecorded(e) => held.report = Some(e.report.clone()),
        Event::VisitCalledOff(e) => held.called_off = Some((e.on, e.reasons.clone())),
        Event::VisitFollowedUp(e) => held.followed_up.push((e.on, e.text.clone())),
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}
