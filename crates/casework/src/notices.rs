//! Notices: served on every responsible person, in both languages; delivered, acknowledged.

use std::collections::BTreeSet;

use domain::application::Application;
use domain::duty::DutyRecord;
use domain::event::{ApplicationRefused, Event, NoticeAcknowledged, NoticeDelivered, NoticeIssued};
use domain::id::{NoticeId, PartyId};
use domain::language::Bilingual;
use domain::notice::{NoticeKind, NoticeRecord};
use domain::permit::Issued;
use domain::time::Day;
use register::{OutboxPart, Outgoing, OutgoingEntry};

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading;

impl Desk {
    /// Records that a notice reached one of those on whom it is served.
    ///
    /// # Errors
    /// A mistake when it is not served on them, or a fault.
    pub fn deliver_notice(
        &self,
        actor: &Actor,
        notice: &NoticeId,
        to: &PartyId,
        proof: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "notice.deliver", |act| {
            let held: NoticeRecord = act.load(notice)?;
            if !held.to.contains(to) {
                return Err(DeskError::mistaken_as(
                    "to",
                    format!("{notice} is not served on {to}"),
                    format!("{notice} n’est pas signifié à {to}"),
                ));
            }
            if proof.trim().is_empty() {
                return Err(DeskError::mistaken_as(
                    "proof",
                    "expected the proof of delivery",
                    "la preuve de remise est attendue",
                ));
            }
            let event = NoticeDelivered {
                notice: notice.clone(),
                to: to.clone(),
                proof: proof.to_owned(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// Records the acknowledgement of a notice.
    ///
    /// # Errors
    /// A mistake when it is not served on them, a refusal for somebody else's, or a fault.
    pub fn acknowledge_notice(
        &self,
        actor: &Actor,
        notice: &NoticeId,
        by: &PartyId,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "notice.acknowledge", |act| {
            act.own(by)?;
            let held: NoticeRecord = act.load(notice)?;
            if !held.to.contains(by) {
                return Err(DeskError::mistaken_as(
                    "by",
                    format!("{notice} is not served on {by}"),
                    format!("{notice} n’est pas signifié à {by}"),
                ));
            }
            let event = NoticeAcknowledged {
                notice: notice.clone(),
                by: by.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// Notices, those of one permit or all.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn notices(&self, permit: Option<&str>) -> Result<Vec<NoticeRecord>, DeskError> {
        let log = self.reading()?;
        reading::all(log.as_ref(), permit.map(|permit| ("permit", permit)))
    }

    /// Duties that are open.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn open_duties(&self) -> Result<Vec<DutyRecord>, DeskError> {
        reading::all(self.reading()?.as_ref(), Some(("state", "open")))
    }

    /// Messages that wait for delivery, oldest first.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn undelivered(&self, limit: usize) -> Result<Vec<OutgoingEntry>, DeskError> {
        Ok(self.reading()?.outbox(OutboxPart::Pending, 0, limit)?)
    }
}

/// The notice of an issue, to the holder.
pub(crate) fn issue_notice(
    issued: &Issued,
    today: Day,
) -> Result<Option<(Event, Vec<Outgoing>)>, DeskError> {
    let Some(holder) = &issued.terms.exporter else {
        return Ok(None);
    };
    let until = issued
        .last_day
        .map(|day| day.to_string())
        .unwrap_or_else(|| "—".to_owned());
    let text = Bilingual::new(
        format!(
            "Permit {} is issued, valid from {} to {until}.",
            issued.permit, issued.valid_from
        ),
        format!(
            "La licence {} est délivrée, valable du {} au {until}.",
            issued.permit, issued.valid_from
        ),
    );
    let about = issued.permit.to_string();
    let permits = BTreeSet::from([issued.permit.clone()]);
    serve(NoticeKind::Issue, &about, permits, holder, text, today).map(Some)
}

/// The notice of a refusal, to the applicant.
pub(crate) fn refusal_notice(
    held: &Application,
    refused: &ApplicationRefused,
    today: Day,
) -> Result<(Event, Vec<Outgoing>), DeskError> {
    let law = refused
        .law
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let text = Bilingual::new(
        format!(
            "Application {} is refused under {law}. Reasons: {}",
            held.id, refused.reasons
        ),
        format!(
            "La demande {} est refusée en vertu de {law}. Motifs : {}",
            held.id, refused.reasons
        ),
    );
    let about = held.id.to_string();
    serve(
        NoticeKind::Refusal,
        &about,
        BTreeSet::new(),
        &held.applicant,
        text,
        today,
    )
}

fn serve(
    notice_kind: NoticeKind,
    about: &str,
    permits: BTreeSet<domain::id::PermitId>,
    to: &PartyId,
    text: Bilingual,
    today: Day,
) -> Result<(Event, Vec<Outgoing>), DeskError> {
    let digest =
        register::Digest::of(format!("{notice_kind:?}/{about}/{to}").as_bytes()).to_string();
    let short: String = digest.chars().take(16).collect();
    let notice = NoticeId::new(&format!("NTC-{short}"))
        .map_err(|mistake| DeskError::invariant(mistake.to_string()))?;
    let message = Outgoing {
        key: format!("notice/{notice}/{to}"),
        topic: "notice".into(),
        recipient: to.to_string(),
        body: serde_json::json!({ "notice": notice, "en": text.en, "fr": text.fr }),
    };
    let event = Event::from(NoticeIssued {
        notice,
        notice_kind,
        about: about.to_owned(),
        permits,
        to: BTreeSet::from([to.clone()]),
        text,
        contest: Bilingual::new(
            "You may ask the authority in writing to look at this again.",
            "Vous pouvez demander par écrit à l’autorité de réexaminer cet acte.",
        ),
        on: today,
    });
    Ok((event, vec![message]))
}
