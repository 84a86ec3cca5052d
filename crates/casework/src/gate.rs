//! The gate: reserve, confirm exit, restore, hold, take back, acknowledge a stop.
//!
//! [`Desk`] does each in a commit of its own. A [`Turnstile`] judges many, each alone and in the
//! order of their arrival, in one durable commit.

mod judging;
mod turnstile;

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{AuthorityEstablished, StopNoticeAcknowledged};
use domain::facts::{Declared, Lodged};
use domain::id::{OrderId, PermitId, ShipmentId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::Both;
use domain::shipment::confirm_exit::ConfirmExit;
use domain::shipment::release::{Decision, ReserveShipment};
use domain::shipment::restore;
use domain::shipment::{ReleaseReason, RestoreCause, Shipment};
use register::Digest;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::memory::Memory;
use crate::reading::{self, Lens};

pub use crate::keyed::Once;
use judging::Known;
/// What is kept of a token.
pub use register::Digest as TokenDigest;
pub use turnstile::{BATCH_MAX, QUEUE_MAX, Turnstile, Who};

/// Asks whether goods may leave now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRequest {
    /// The permit, as presented.
    pub permit: PermitId,
    /// Office and declaration.
    pub lodged: Lodged,
    /// The lines as declared.
    pub lines: Vec<Declared>,
}

/// What is left of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The line.
    pub line: LineNo,
    /// In its unit; none where the line has no limit.
    pub quantity: Option<String>,
    /// In its currency.
    pub value: Option<String>,
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum GateAnswer {
    /// It may leave.
    Released {
        /// The number to confirm the exit with.
        shipment: ShipmentId,
        /// What is left of each line.
        left: Vec<Left>,
        /// Stop notices that came since, where this repeats an earlier answer.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        stopped_since: BTreeSet<OrderId>,
    },
    /// It may not.
    Refused {
        /// Why, reason by reason.
        reasons: Vec<RefusedBecause>,
    },
}

/// One reason, with its law and what would have to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedBecause {
    /// As data.
    pub reason: ReleaseReason,
    /// In words.
    pub says: Bilingual,
    /// Its law.
    pub law: domain::law::Law,
    /// What would have to change.
    pub would_have_to_change: Bilingual,
}

impl RefusedBecause {
    /// The reason in words, with its law before an authority.
    #[must_use]
    pub fn before(authority: Option<&AuthorityEstablished>, reason: ReleaseReason) -> Self {
        Self {
            says: reason.says(),
            law: reason.law_before(authority),
            would_have_to_change: reason.would_have_to_change(),
            reason,
        }
    }
}

/// Reasons in words, with their law before the authority that keeps the register.
fn refused(book: &LawBook, reasons: Vec<ReleaseReason>) -> Vec<RefusedBecause> {
    let authority = book.authority.as_ref();
    let before = |reason| RefusedBecause::before(authority, reason);
    reasons.into_iter().map(before).collect()
}

impl Desk {
    /// Asks the gate and changes nothing: may this leave now?
    ///
    /// # Errors
    /// A mistake in the request, or a fault. A refusal is an answer.
    pub fn check_release(&self, request: &ReleaseRequest) -> Result<GateAnswer, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let known = Known {
            log: log.as_ref(),
            memory: &Memory::default(),
            book: &book,
            lens: Lens {
                as_of: self.day(log.as_ref(), &book)?,
                known_at: log.head()?.position,
            },
        };
        let asked = ReserveShipment {
            shipment: judging::unnumbered()?,
            permit: request.permit.clone(),
            lodged: request.lodged.clone(),
            lines: request.lines.clone(),
            lapses_at: book.limits().lapses_at(self.clock().now()),
        };
        Ok(match known.decide(&asked)? {
            Decision::Released(event) => GateAnswer::Released {
                shipment: event.shipment,
                left: known.left(&request.permit, request.lines.iter().map(|l| l.line))?,
                stopped_since: BTreeSet::new(),
            },
            Decision::Refused(reasons) => GateAnswer::Refused {
                reasons: refused(&book, reasons),
            },
        })
    }

    /// Reserves a shipment, or refuses it; either way an event, durable before the answer. The same
    /// key gives the first answer again.
    ///
    /// # Errors
    /// A mistake in the request (also another request under the same key), or a fault. A refusal
    /// is an answer.
    pub fn reserve(
        &self,
        actor: &Actor,
        request: &ReleaseRequest,
        key: &str,
    ) -> Result<Done<GateAnswer>, DeskError> {
        let asked = Asked::new(request.clone(), key)?;
        self.act(actor, "gate.reserve", |act| judging::reserve(act, &asked))
    }

    /// Records an exit. A fact: never refused.
    ///
    /// # Errors
    /// A mistake when the report cannot be read, or a fault.
    pub fn confirm_exit(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        report: &ConfirmExit,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.confirm", |act| {
            judging::confirm(act, shipment, report)
        })
    }

    /// Gives back what was reserved, or frees what was held.
    ///
    /// # Errors
    /// A refusal when less is there, or a fault.
    pub fn restore(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        amounts: &BTreeMap<LineNo, Both>,
        because: RestoreCause,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.restore", |act| {
            judging::restore(act, shipment, amounts, because)
        })
    }

    /// Holds stopped goods as evidence.
    ///
    /// # Errors
    /// A refusal when less is reserved, or a fault.
    pub fn hold(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        amounts: &BTreeMap<LineNo, Both>,
        reasons: &str,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.restore", |act| {
            let held: Shipment = act.load(shipment)?;
            let event = restore::hold(&held, amounts, reasons, act.today)
                .map_err(|refusal| DeskError::refused("gate.hold", &refusal))?;
            act.append(event)?;
            act.load(shipment)
        })
    }

    /// Records goods that came back, or corrects a draw by a contra-entry.
    ///
    /// # Errors
    /// A refusal when less was drawn, or a fault.
    pub fn take_back(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        amounts: &BTreeMap<LineNo, Both>,
        is_correction: bool,
        reasons: &str,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.confirm", |act| {
            let held: Shipment = act.load(shipment)?;
            let event = restore::take_back(&held, amounts, is_correction, reasons, act.today)
                .map_err(|refusal| DeskError::refused("gate.return", &refusal))?;
            act.append(event)?;
            let held: Shipment = act.load(shipment)?;
            let how = if is_correction {
                "corrected"
            } else {
                "returned"
            };
            crate::returns::discharge(act, &held, how)?;
            Ok(held)
        })
    }

    /// Acknowledges a stop notice.
    ///
    /// # Errors
    /// A mistake when there is no such notice, or a fault.
    pub fn acknowledge_stop(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        order: &OrderId,
        goods_were_there: bool,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.acknowledge", |act| {
            let held: Shipment = act.load(shipment)?;
            let Some(notice) = held.stops.get(order) else {
                return Err(DeskError::mistaken_as(
                    "order",
                    "there is no stop notice of this order",
                    "il n’y a pas d’avis d’arrêt de cet ordre",
                ));
            };
            act.append(StopNoticeAcknowledged {
                shipment: shipment.clone(),
                order: order.clone(),
                office: notice.office.clone(),
                by: act.actor.officer.clone(),
                goods_were_there,
            })?;
            let duty = crate::orders::stop_duty(shipment, order)?;
            crate::measures::discharge(act, &duty, "acknowledged")?;
            act.load(shipment)
        })
    }
}

/// A request with its key, read and digested before the write that answers it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    request: ReleaseRequest,
    digest: Digest,
    key: String,
}

impl Asked {
    /// Checks the key and digests the request.
    ///
    /// # Errors
    /// A mistake when the key is empty or longer than 200 characters.
    pub(crate) fn new(request: ReleaseRequest, key: &str) -> Result<Self, DeskError> {
        if key.is_empty() || key.len() > 200 {
            return Err(DeskError::mistaken_as(
                "key",
                "expected an idempotency key of 1 to 200 characters",
                "attendu une clé d’idempotence de 1 à 200 caractères",
            ));
        }
        let bytes = serde_json::to_vec(&request)
            .map_err(|cause| DeskError::invariant(format!("writing a request: {cause}")))?;
        Ok(Self {
            digest: Digest::of(&bytes),
            key: format!("reserve/{key}"),
            request,
        })
    }
}

impl Desk {
    /// A shipment as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn shipment(&self, id: &ShipmentId) -> Result<Option<Shipment>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }

    /// Every shipment, by number.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn shipments(&self) -> Result<Vec<Shipment>, DeskError> {
        reading::all(self.reading()?.as_ref(), None)
    }

    /// The open shipments on lines that an order covers: those whose office was told to stop them,
    /// and those whose office was not.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn stops_under(
        &self,
        order: &OrderId,
    ) -> Result<(Vec<ShipmentId>, Vec<ShipmentId>), DeskError> {
        let permits = self.order_permits(order)?;
        let log = self.reading()?;
        let (mut sent, mut missing) = (Vec::new(), Vec::new());
        for permit in permits {
            for held in reading::all::<Shipment>(log.as_ref(), Some(("open-on", permit.as_str())))?
            {
                if held.stops.contains_key(order) {
                    sent.push(held.id);
                } else {
                    missing.push(held.id);
                }
            }
        }
        Ok((sent, missing))
    }
}
