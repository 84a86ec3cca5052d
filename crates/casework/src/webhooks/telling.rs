//! What a subscriber is told of an event: what its owner may see of it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, OrderSigned, Recorded};
use domain::id::{PartyId, ShipmentId};
use domain::measure::{OrderKind, OrderRecord};
use domain::shipment::Shipment;
use domain::webhook::Topic;
use register::Reading;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::answer::DeskError;
use crate::reading;
use crate::sight::{Seen, own_permits};

/// A message's type and what it says.
type Told = Option<(&'static str, Value)>;

/// The kinds of event that topics tell of.
pub(super) fn kinds(topics: &BTreeSet<Topic>) -> impl Iterator<Item = &'static str> {
    let of = |topic: &Topic| -> &'static [&'static str] {
        match topic {
            Topic::Stops => &[
                "OrderSigned",
                "OrderResolved",
                "MeasureSigned",
                "StopNoticeIssued",
            ],
            Topic::Lifts => &["OrderSigned", "OrderResolved", "MeasureLifted"],
            Topic::Balances => &[
                "ShipmentReserved",
                "ExitConfirmed",
                "ShipmentRestored",
                "ShipmentHeld",
                "GoodsReturned",
            ],
            Topic::Notices => &["NoticeIssued"],
        }
    };
    let all: BTreeSet<&'static str> = topics.iter().flat_map(of).copied().collect();
    all.into_iter()
}

/// Listens for one subscriber.
pub(super) struct Ear<'a> {
    log: &'a dyn Reading,
    owner: &'a Actor,
    topics: &'a BTreeSet<Topic>,
    /// The permits of the party for which the owner acts, once they were asked for.
    own: Option<BTreeSet<String>>,
}

impl<'a> Ear<'a> {
    pub(super) const fn new(
        log: &'a dyn Reading,
        owner: &'a Actor,
        topics: &'a BTreeSet<Topic>,
    ) -> Self {
        Self {
            log,
            owner,
            topics,
            own: None,
        }
    }

    /// What is said of an event, if anything.
    pub(super) fn hears(&mut self, recorded: &Recorded) -> Result<Told, DeskError> {
        match &recorded.event {
            Event::OrderSigned(e) => Ok(self.order_signed(e)),
            Event::OrderResolved(e) => {
                let record: OrderRecord = reading::load(self.log, e.order.as_str())?;
                if !self.wants_order(record.order.kind) {
                    return Ok(None);
                }
                let mut members = BTreeMap::new();
                for (permit, lines) in &e.members {
                    if self.is_own_permit(permit.as_str())? {
                        members.insert(permit, lines);
                    }
                }
                let data = json!({
                    "order": e.order, "kind": record.order.kind.key(), "permits": members,
                    "is_complete": e.is_complete,
                });
                Ok((!members.is_empty()).then_some(("order.resolved", data)))
            }
            Event::MeasureSigned(e) => Ok(Some((
                "measure.signed",
                json!({
                    "measure": e.measure.id, "decision": e.decision,
                    "effective_from": e.measure.instrument.effective.from,
                }),
            ))),
            Event::MeasureLifted(e) => Ok(Some((
                "measure.lifted",
                json!({
                    "measure": e.measure, "decision": e.decision,
                    "effective_from": e.effective_from,
                }),
            ))),
            Event::StopNoticeIssued(e) => {
                let data = json!({
                    "shipment": e.shipment, "permit": e.permit, "order": e.order,
                    "office": e.office, "due_at": e.due_at.to_string(),
                });
                self.of_shipment(&e.shipment, "stop.issued", data)
            }
            Event::NoticeIssued(e) => Ok(self.notice(&e.to).then(|| {
                let data = json!({
                    "notice": e.notice, "kind": e.notice_kind, "about": e.about,
                    "permits": e.permits, "text": e.text, "contest": e.contest, "on": e.on,
                });
                ("notice.issued", data)
            })),
            event => self.balance(event),
        }
    }

    /// An order is told to the authority's own as it is signed; a party hears of its permits as
    /// they are listed, within seconds.
    fn order_signed(&self, e: &OrderSigned) -> Told {
        if self.owner.party.is_some() || !self.wants_order(e.order.kind) {
            return None;
        }
        let data = json!({
            "order": e.order.id, "kind": e.order.kind.key(), "decision": e.decision,
            "binds_from": e.binds_from, "binds_at_once": e.binds_at_once,
            "permits": e.members,
        });
        Some(("order.signed", data))
    }

    fn balance(&self, event: &Event) -> Result<Told, DeskError> {
        let (shipment, kind, data) = match event {
            Event::ShipmentReserved(e) => (
                &e.shipment,
                "shipment.reserved",
                json!({
                    "shipment": e.shipment, "permit": e.permit, "amounts": e.amounts,
                    "office": e.lodged.office, "lapses_at": e.lapses_at.to_string(),
                }),
            ),
            Event::ExitConfirmed(e) => (
                &e.shipment,
                "shipment.exited",
                json!({
                    "shipment": e.shipment, "permit": e.permit, "drawn": e.drawn,
                    "from_reserved": e.from_reserved, "excess": e.excess,
                    "under_stop": e.under_stop, "is_partial": e.is_partial, "on": e.on,
                }),
            ),
            Event::ShipmentRestored(e) => (
                &e.shipment,
                "shipment.restored",
                json!({
                    "shipment": e.shipment, "permit": e.permit, "amounts": e.amounts,
                    "because": e.because, "on": e.on,
                }),
            ),
            Event::ShipmentHeld(e) => (
                &e.shipment,
                "shipment.held",
                json!({
                    "shipment": e.shipment, "permit": e.permit, "amounts": e.amounts, "on": e.on,
                }),
            ),
            Event::GoodsReturned(e) => (
                &e.shipment,
                "shipment.returned",
                json!({
                    "shipment": e.shipment, "permit": e.permit, "amounts": e.amounts,
                    "excess": e.excess, "is_correction": e.is_correction, "on": e.on,
                }),
            ),
            _ => return Ok(None),
        };
        self.of_shipment(shipment, kind, data)
    }

    /// Of a shipment, an office hears its own and a party its own.
    fn of_shipment(
        &self,
        id: &ShipmentId,
        kind: &'static str,
        data: Value,
    ) -> Result<Told, DeskError> {
        if self.owner.office.is_none() && self.owner.party.is_none() {
            return Ok(Some((kind, data)));
        }
        let held: Shipment = reading::load(self.log, id.as_str())?;
        let is_of_office = |held: &Shipment| {
            let office = self.owner.office.as_ref();
            office.is_none_or(|office| *office == held.lodged.office)
        };
        if !is_of_office(&held) {
            return Ok(None);
        }
        let seen = match &self.owner.party {
            None => Some(held),
            Some(party) => held.seen_by(self.log, party)?,
        };
        Ok(seen.map(|_| (kind, data)))
    }

    fn notice(&self, to: &BTreeSet<PartyId>) -> bool {
        let party = self.owner.party.as_ref();
        party.is_none_or(|party| to.contains(party))
    }

    fn wants_order(&self, kind: OrderKind) -> bool {
        let topic = match kind {
            OrderKind::Reinstate => Topic::Lifts,
            OrderKind::Amend | OrderKind::Suspend | OrderKind::Cancel | OrderKind::Annul => {
                Topic::Stops
            }
        };
        self.topics.contains(&topic)
    }

    fn is_own_permit(&mut self, permit: &str) -> Result<bool, DeskError> {
        let Some(party) = &self.owner.party else {
            return Ok(true);
        };
        if self.own.is_none() {
            self.own = Some(own_permits(self.log, party)?);
        }
        Ok(self.own.as_ref().is_some_and(|own| own.contains(permit)))
    }
}
