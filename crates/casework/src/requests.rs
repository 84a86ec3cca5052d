//! Requests for information: sent, repeated, answered, or left without a reply.

use domain::duty::DutyKind;
use domain::event::{RequestAnswered, RequestReminded, RequestSent, RequestUnanswered};
use domain::id::{EvidenceId, RequestId};
use domain::language::Bilingual;
use domain::request::{self, Reply, Request, RequestRecord, RequestRefusal, RequestState};
use domain::time::Day;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::late::{self, Owed};
use crate::reading::{self, Lens};

impl Desk {
    /// Sends a request. A reply is owed by the day due, and its silence is then a result.
    ///
    /// # Errors
    /// A refusal when it asks nothing or is due too early, a mistake when something that it names is
    /// unknown, or a fault.
    pub fn send_request(
        &self,
        actor: &Actor,
        asked: &Request,
    ) -> Result<Done<RequestId>, DeskError> {
        self.act(actor, "request.send", |act| {
            if act.find::<RequestRecord>(&asked.id)?.is_some() {
                return Err(DeskError::taken("request", &asked.id));
            }
            request::send(asked).map_err(|refusal| refused(&refusal))?;
            let _: domain::party::PartyRecord = act.load(&asked.to)?;
            for permit in &asked.permits {
                let _: domain::permit::Permit = act.load(permit)?;
            }
            for shipment in &asked.shipments {
                let _: domain::shipment::Shipment = act.load(shipment)?;
            }
            for assurance in &asked.assurances {
                let _: domain::assurance::AssuranceRecord = act.load(assurance)?;
            }
            known(act, &asked.evidence)?;
            act.append(RequestSent {
                request: asked.clone(),
            })?;
            owe(act, asked, 0, asked.due_on)?;
            Ok(asked.id.clone())
        })
    }

    /// Reminds the addressee, with a new day due.
    ///
    /// # Errors
    /// A refusal when everything is answered or the day does not follow today, or a fault.
    pub fn remind_request(
        &self,
        actor: &Actor,
        id: &RequestId,
        due_on: Day,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "request.send", |act| {
            let held: RequestRecord = act.load(id)?;
            held.remind(act.today, due_on)
                .map_err(|refusal| refused(&refusal))?;
            settle(act, id, "the addressee was reminded")?;
            act.append(RequestReminded {
                request: id.clone(),
                due_on,
                on: act.today,
                by: act.actor.officer.clone(),
            })?;
            let times = held.reminders.len().saturating_add(1);
            owe(act, &held.request, times, due_on)
        })
    }

    /// Records a reply. One that comes after silence was recorded stands beside it.
    ///
    /// # Errors
    /// A refusal when everything is answered, it says nothing or another party was asked, a mistake
    /// when material that came with it is unknown, or a fault.
    pub fn answer_request(
        &self,
        actor: &Actor,
        id: &RequestId,
        reply: &Reply,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "request.answer", |act| {
            let held: RequestRecord = act.load(id)?;
            act.own(&held.request.to)?;
            held.reply(reply).map_err(|refusal| refused(&refusal))?;
            known(act, &reply.evidence)?;
            act.append(RequestAnswered {
                request: id.clone(),
                reply: reply.clone(),
            })?;
            if reply.is_complete {
                settle(act, id, "the addressee replied")?;
            }
            Ok(())
        })
    }

    /// Records that nobody replied by the day due: a result of its own.
    ///
    /// # Errors
    /// A refusal up to the day due and where something came, or a fault.
    pub fn close_request_unanswered(
        &self,
        actor: &Actor,
        id: &RequestId,
    ) -> Result<Done<RequestState>, DeskError> {
        self.act(actor, "request.send", |act| {
            let held: RequestRecord = act.load(id)?;
            held.close_unanswered(act.today)
                .map_err(|refusal| refused(&refusal))?;
            act.append(RequestUnanswered {
                request: id.clone(),
                asked_on: held.request.asked_on,
                due_on: held.due_on(),
                on: act.today,
                by: act.actor.officer.clone(),
            })?;
            settle(act, id, "nobody replied")?;
            Ok(held.state(act.today))
        })
    }

    /// How a request stood, as of a day and known at a position.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn request_state(
        &self,
        id: &RequestId,
        lens: Lens,
    ) -> Result<Option<RequestState>, DeskError> {
        let log = self.reading()?;
        let held: Option<RequestRecord> =
            reading::known_at(log.as_ref(), id.as_str(), lens.known_at)?;
        Ok(held.map(|held| held.state(lens.as_of)))
    }
}

/// A reply that is owed.
fn owe(act: &mut Act<'_>, asked: &Request, times: usize, due_on: Day) -> Result<(), DeskError> {
    let (id, to) = (&asked.id, &asked.to);
    Owed {
        what: &format!("REPLY{times}"),
        duty_kind: DutyKind::AnswerRequest,
        desk: "monitor",
        about: id.as_str(),
        says: Bilingual::new(
            format!(
                "{to} is to reply to request {id}, asked on {}",
                asked.asked_on
            ),
            format!(
                "{to} doit répondre à la demande {id}, faite le {}",
                asked.asked_on
            ),
        ),
        due_on,
    }
    .open(act)
}

fn settle(act: &mut Act<'_>, id: &RequestId, how: &str) -> Result<(), DeskError> {
    late::discharge(act, id.as_str(), &[DutyKind::AnswerRequest], how)
}

/// Refuses material that the register does not have.
fn known(
    act: &Act<'_>,
    evidence: &std::collections::BTreeSet<EvidenceId>,
) -> Result<(), DeskError> {
    for id in evidence {
        let _: domain::evidence::EvidenceRecord = act.load(id)?;
    }
    Ok(())
}

fn refused(refusal: &RequestRefusal) -> DeskError {
    DeskError::refused("request.refused", refusal)
}
