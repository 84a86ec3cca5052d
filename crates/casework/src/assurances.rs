//! Assurances: received, asked about, answered, delivered on.

use domain::assurance::{self, Assurance, AssuranceRecord, AuthenticityAnswer, Undertaking};
use domain::duty::DutyKind;
use domain::event::{AssuranceReceived, AuthenticityAnswered, AuthenticityAsked, DeliveryVerified};
use domain::id::{AssuranceId, PartyId};
use domain::language::Bilingual;
use domain::time::Day;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::late::{self, Owed};
use crate::reading::{self, Lens};

/// Most bytes of one paper: a scanned certificate of twenty pages.
pub const PAPER_BYTES_MAX: usize = 32 * 1024 * 1024;

impl Desk {
    /// Records an assurance with its paper, kept by digest.
    ///
    /// # Errors
    /// A refusal when it proves nothing, a mistake when a party is unknown or the paper too large,
    /// or a fault.
    pub fn receive_assurance(
        &self,
        actor: &Actor,
        assurance: &Assurance,
        paper: Option<&[u8]>,
    ) -> Result<Done<AssuranceId>, DeskError> {
        self.act(actor, "assurance.receive", |act| {
            if act.find::<AssuranceRecord>(&assurance.id)?.is_some() {
                return Err(DeskError::taken("assurance", &assurance.id));
            }
            for party in [Some(&assurance.giver), assurance.receiver.as_ref()]
                .into_iter()
                .flatten()
            {
                let _: domain::party::PartyRecord = act.load(party)?;
            }
            let mut held = assurance.clone();
            if let Some(bytes) = paper {
                if bytes.len() > PAPER_BYTES_MAX {
                    return Err(DeskError::mistaken_as(
                        "paper",
                        format!("the paper is larger than {PAPER_BYTES_MAX} bytes"),
                        format!("le document dépasse {PAPER_BYTES_MAX} octets"),
                    ));
                }
                held.paper = Some(act.writing().vault_put(bytes)?.to_string());
            } else if held.paper.is_some() {
                return Err(DeskError::mistaken_as(
                    "paper",
                    "a digest came without its paper",
                    "une empreinte est venue sans son document",
                ));
            }
            assurance::receive(&held)
                .map_err(|refusal| DeskError::refused("assurance.receive", &refusal))?;
            act.append(AssuranceReceived { assurance: held })?;
            owe_deliveries(act, assurance)?;
            Ok(assurance.id.clone())
        })
    }

    /// Asks the issuing state whether an assurance is authentic.
    ///
    /// # Errors
    /// A mistake when there is no such assurance or party, or a fault.
    pub fn ask_authenticity(
        &self,
        actor: &Actor,
        id: &AssuranceId,
        of: &PartyId,
        due_on: Day,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "assurance.ask", |act| {
            let _: AssuranceRecord = act.load(id)?;
            let _: domain::party::PartyRecord = act.load(of)?;
            let event = AuthenticityAsked {
                assurance: id.clone(),
                of: of.clone(),
                on: act.today,
                due_on,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// Records the issuing state's answer, or that none came.
    ///
    /// # Errors
    /// A refusal when nobody asked, or a fault.
    pub fn answer_authenticity(
        &self,
        actor: &Actor,
        id: &AssuranceId,
        answer: AuthenticityAnswer,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "assurance.answer", |act| {
            let held: AssuranceRecord = act.load(id)?;
            let Some((asked, _, _)) = held.asked.last() else {
                let says = Bilingual::new(
                    "nobody has asked the issuing state: there is nothing to answer",
                    "personne n’a interrogé l’État émetteur : il n’y a rien à quoi répondre",
                );
                return Err(DeskError::refused("assurance.answer", &says));
            };
            act.own(asked)?;
            let by = act.actor.officer.clone();
            let event = AuthenticityAnswered {
                assurance: id.clone(),
                answer,
                on: act.today,
                by,
            };
            act.append(event).map(drop)
        })
    }

    /// Records a verification of delivery.
    ///
    /// # Errors
    /// A mistake when there is no such assurance, or a fault.
    pub fn verify_delivery(
        &self,
        actor: &Actor,
        verified: DeliveryVerified,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "assurance.verify-delivery", |act| {
            let _: AssuranceRecord = act.load(&verified.assurance)?;
            let (assurance, is_complete) = (verified.assurance.clone(), verified.is_complete);
            act.append(verified)?;
            if is_complete {
                let kinds = [DutyKind::VerifyDelivery];
                late::discharge(act, assurance.as_str(), &kinds, "delivery is verified")?;
            }
            Ok(())
        })
    }

    /// An assurance as known at a position.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn assurance(
        &self,
        id: &AssuranceId,
        lens: Lens,
    ) -> Result<Option<AssuranceRecord>, DeskError> {
        let log = self.reading()?;
        if lens.known_at >= log.head()?.position {
            return reading::find(log.as_ref(), id.as_str());
        }
        reading::known_at(log.as_ref(), id.as_str(), lens.known_at)
    }
}

/// A verification of delivery that was undertaken is owed by its day.
fn owe_deliveries(act: &mut Act<'_>, assurance: &Assurance) -> Result<(), DeskError> {
    for (clause, undertaking) in (0_usize..).zip(&assurance.undertakings) {
        let Undertaking::DeliveryVerification { by } = undertaking else {
            continue;
        };
        let id = &assurance.id;
        Owed {
            what: &format!("DELIVERY{clause}"),
            duty_kind: DutyKind::VerifyDelivery,
            desk: "monitor",
            about: id.as_str(),
            says: Bilingual::new(
                format!("delivery under assurance {id} is to be verified"),
                format!("la livraison au titre de l’assurance {id} doit être vérifiée"),
            ),
            due_on: *by,
        }
        .open(act)?;
    }
    Ok(())
}
