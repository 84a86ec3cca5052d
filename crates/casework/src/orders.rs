//! What follows an order: the numbered list, stop notices and served notices; resumable, and equal
//! to the order's members.

use std::collections::{BTreeMap, BTreeSet};

use domain::duty::{DutyKind, DutyRecord};
use domain::event::{
    DutyOpened, Event, NoticeIssued, OrderResolved, OrderSigned, PermitAmended, ShipmentRestored,
    StopNoticeIssued,
};
use domain::id::{DutyId, NoticeId, OrderId, PartyId, PermitId, ShipmentId};
use domain::language::Bilingual;
use domain::measure::{Members, Order, OrderKind, OrderRecord};
use domain::notice::{NoticeKind, NoticeRecord};
use domain::permit::Permit;
use domain::shipment::{RestoreCause, Shipment, restore};
use domain::time::Instant;
use register::Outgoing;
use serde::Serialize;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reach;
use crate::reading::{self, Lens};

/// Permits listed in one event of the numbered list: keeps one event under a megabyte and one
/// write under a second.
pub const PERMITS_PER_PART: usize = 2_000;

/// How to contest an order: an application to the court named by the authority's law.
///
/// # Law
/// None: the register states that the holder may ask for review, see decision 0012.
fn contest() -> Bilingual {
    Bilingual::new(
        "You may ask the authority in writing to look at this again, and you may apply for judicial \
         review. The reference of this notice is enough.",
        "Vous pouvez demander par écrit à l’autorité de réexaminer cet acte, et vous pouvez demander \
         un contrôle judiciaire. La référence du présent avis suffit.",
    )
}

/// What settling did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Settled {
    /// Parts of numbered lists written.
    pub parts: u64,
    /// Stop notices issued.
    pub stop_notices: u64,
    /// Notices served.
    pub notices: u64,
    /// Reservations that lapsed.
    pub lapsed: u64,
    /// Duties opened because something is overdue.
    pub escalated: u64,
}

impl Desk {
    /// Writes what is still missing of every order: numbered lists, stop notices, notices. Can be
    /// interrupted at any point and called again.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn settle(&self, actor: &Actor) -> Result<Settled, DeskError> {
        let mut settled = Settled::default();
        while let Some(id) = self.next_unlisted()? {
            let members = self.members_of(&id)?;
            loop {
                let step = self.act(actor, "measure.settle", |act| {
                    settle_part(act, &id, &members)
                })?;
                settled.parts = settled.parts.saturating_add(step.what.parts);
                settled.stop_notices = settled.stop_notices.saturating_add(step.what.stop_notices);
                settled.notices = settled.notices.saturating_add(step.what.notices);
                let record: OrderRecord = reading::load(self.reading()?.as_ref(), id.as_str())?;
                if record.is_resolved {
                    break;
                }
            }
        }
        Ok(settled)
    }

    /// The first order whose numbered list is not complete.
    fn next_unlisted(&self) -> Result<Option<OrderId>, DeskError> {
        let log = self.reading()?;
        let noun = domain::view::Noun::Order;
        let pending = reading::ids(log.as_ref(), noun, "resolved", "pending")?;
        pending
            .first()
            .map(|id| OrderId::new(id).map_err(|m| DeskError::invariant(m.to_string())))
            .transpose()
    }

    /// The members of an order: the lines that satisfied its selection at its own position. They
    /// never change, so they are worked out once, outside of any write.
    fn members_of(&self, id: &OrderId) -> Result<Members, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let record: OrderRecord = reading::load(log.as_ref(), id.as_str())?;
        let lens = Lens {
            as_of: record.binds_from,
            known_at: record.position,
        };
        let (members, _) = reach::order_members(log.as_ref(), &book, &record.order, lens)?;
        Ok(members)
    }

    /// Does what time alone brings: reservations that lapse, stop notices that nobody has
    /// acknowledged in time.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn tick(&self, actor: &Actor) -> Result<Done<Settled>, DeskError> {
        self.act(actor, "measure.settle", |act| {
            let mut settled = Settled::default();
            let now = act.now();
            let mut open = Vec::new();
            reading::each::<Shipment>(act.log(), Some(("state", "open")), &mut |_, held| {
                if held.lapses_at <= now {
                    open.push(held);
                }
                Ok(())
            })?;
            for shipment in open {
                lapse(act, &shipment)?;
                settled.lapsed = settled.lapsed.saturating_add(1);
            }
            settled.escalated = escalate(act, now)?.saturating_add(crate::late::escalate(act)?);
            Ok(settled)
        })
    }
}

fn lapse(act: &mut Act<'_>, shipment: &Shipment) -> Result<(), DeskError> {
    let event: ShipmentRestored =
        restore::restore(shipment, &BTreeMap::new(), RestoreCause::Lapsed, act.today)
            .map_err(|refusal| DeskError::refused("gate.restore", &refusal))?;
    act.append(event).map(drop)
}

/// Opens a duty for each stop notice that is late.
fn escalate(act: &mut Act<'_>, now: Instant) -> Result<u64, DeskError> {
    let mut late: Vec<(ShipmentId, OrderId, String)> = Vec::new();
    reading::each::<Shipment>(
        act.log(),
        Some(("stop", "unacknowledged")),
        &mut |_, held| {
            for (order, stop) in &held.stops {
                if stop.acknowledged.is_none() && stop.due_at <= now {
                    late.push((held.id.clone(), order.clone(), stop.office.to_string()));
                }
            }
            Ok(())
        },
    )?;
    let mut opened = 0_u64;
    for (shipment, order, office) in late {
        let duty = stop_duty(&shipment, &order)?;
        if act.find::<DutyRecord>(&duty)?.is_some() {
            continue;
        }
        let due_on = act.today;
        act.append(DutyOpened {
            duty,
            duty_kind: DutyKind::AcknowledgeStop,
            desk: "licensing".into(),
            about: shipment.to_string(),
            says: Bilingual::new(
                format!("office {office} has not acknowledged the stop of shipment {shipment}"),
                format!(
                    "le bureau {office} n’a pas accusé réception de l’arrêt de l’envoi {shipment}"
                ),
            ),
            due_on,
        })?;
        opened = opened.saturating_add(1);
    }
    Ok(opened)
}

/// The duty to acknowledge one stop.
pub(crate) fn stop_duty(shipment: &ShipmentId, order: &OrderId) -> Result<DutyId, DeskError> {
    let digest = register::Digest::of(format!("{shipment}/{order}").as_bytes()).to_string();
    let short: String = digest.chars().take(16).collect();
    DutyId::new(&format!("DTY-STOP-{short}"))
        .map_err(|mistake| DeskError::invariant(mistake.to_string()))
}

/// Writes the next part of one order's list, with what each permit in it calls for.
fn settle_part(act: &mut Act<'_>, id: &OrderId, members: &Members) -> Result<Settled, DeskError> {
    let record: OrderRecord = act.load(id)?;
    if record.is_resolved {
        // Somebody else wrote the last part meanwhile.
        return Ok(Settled::default());
    }
    let done = usize::try_from(record.resolved_lines).unwrap_or(usize::MAX);
    let (part, is_complete) = next_part(members, done);
    let mut settled = Settled {
        parts: 1,
        ..Settled::default()
    };
    act.under(&record.order.instrument.law);
    let mut events = vec![Event::from(OrderResolved {
        order: id.clone(),
        members: part.clone(),
        is_complete,
    })];
    let mut outgoing = Vec::new();
    if stops(&record.order) {
        for (event, message) in stop_notices(act, &record, &part)? {
            events.push(event);
            outgoing.push(message);
            settled.stop_notices = settled.stop_notices.saturating_add(1);
        }
    }
    for (event, message) in notices(act, &record, &part)? {
        events.push(event);
        outgoing.extend(message);
        settled.notices = settled.notices.saturating_add(1);
    }
    act.append_all(events, outgoing)?;
    Ok(settled)
}

const fn stops(order: &Order) -> bool {
    matches!(
        order.kind,
        OrderKind::Suspend | OrderKind::Cancel | OrderKind::Annul
    )
}

/// The permits after the first `done` lines, as many as one part holds.
fn next_part(members: &Members, done: usize) -> (Members, bool) {
    let mut skipped = 0_usize;
    let mut part = Members::new();
    for (permit, lines) in members {
        if skipped < done {
            skipped = skipped.saturating_add(lines.len());
            continue;
        }
        if part.len() == PERMITS_PER_PART {
            return (part, false);
        }
        part.insert(permit.clone(), lines.clone());
    }
    (part, true)
}

/// The amendments that an order makes, each with its permit's new terms. They are appended with the
/// signature, so that no reservation falls between the two.
pub(crate) fn amendments(act: &Act<'_>, signed: &OrderSigned) -> Result<Vec<Event>, DeskError> {
    let mut events = Vec::new();
    if signed.order.kind != OrderKind::Amend {
        return Ok(events);
    }
    for id in signed.members.keys() {
        let permit: Permit = act.load(id)?;
        if let Some(terms) = signed.order.new_terms.get(id) {
            events.push(Event::from(PermitAmended {
                permit: id.clone(),
                terms: terms.clone(),
                last_day: permit
                    .version_on(act.today)
                    .and_then(|version| version.last_day),
                effective_from: signed.binds_from,
                reason: signed.order.instrument.reasons.en.clone(),
                order: Some(signed.order.id.clone()),
            }));
        }
    }
    Ok(events)
}

/// A stop notice for each reservation on a member line that has not gone.
fn stop_notices(
    act: &Act<'_>,
    record: &OrderRecord,
    part: &Members,
) -> Result<Vec<(Event, Outgoing)>, DeskError> {
    let mut found = Vec::new();
    for (permit, lines) in part {
        for shipment in reading::all::<Shipment>(act.log(), Some(("open-on", permit.as_str())))? {
            let is_reached = shipment
                .reserved
                .iter()
                .any(|(line, b)| !b.is_zero() && lines.contains(line));
            if !is_reached || shipment.stops.contains_key(&record.order.id) {
                continue;
            }
            let due_at = act.book.limits().acknowledge_by(act.now());
            let message = Outgoing {
                key: format!("stop/{}/{}", shipment.id, record.order.id),
                topic: "stop-notice".into(),
                recipient: shipment.lodged.office.to_string(),
                body: serde_json::json!({
                    "shipment": shipment.id, "permit": permit, "order": record.order.id,
                    "declaration": shipment.lodged.declaration, "due_at": due_at.to_string(),
                }),
            };
            let event = Event::from(StopNoticeIssued {
                shipment: shipment.id.clone(),
                permit: permit.clone(),
                order: record.order.id.clone(),
                office: shipment.lodged.office.clone(),
                due_at,
            });
            found.push((event, message));
        }
    }
    Ok(found)
}

/// One notice for each holder in this part, naming the holder's permits; both languages.
fn notices(
    act: &Act<'_>,
    record: &OrderRecord,
    part: &Members,
) -> Result<Vec<(Event, Vec<Outgoing>)>, DeskError> {
    let mut by_holder: BTreeMap<PartyId, BTreeSet<PermitId>> = BTreeMap::new();
    for id in part.keys() {
        let permit: Permit = act.load(id)?;
        let holders: BTreeSet<PartyId> = match &permit.terms_on(act.today).exporter {
            Some(holder) => BTreeSet::from([holder.clone()]),
            // A general permit's notice goes to everybody registered for its use.
            None => act
                .find::<domain::view::Registrations>(id)?
                .map(|held| held.on(act.today))
                .unwrap_or_default(),
        };
        for holder in holders {
            by_holder.entry(holder).or_default().insert(id.clone());
        }
    }
    let mut found = Vec::new();
    for (holder, permits) in by_holder {
        let first = permits.first().map(ToString::to_string).unwrap_or_default();
        let notice = notice_id(&record.order.id, &holder, &first)?;
        if act.find::<NoticeRecord>(&notice)?.is_some() {
            continue;
        }
        let text = notice_text(record, &permits);
        let message = Outgoing {
            key: format!("notice/{notice}/{holder}"),
            topic: "notice".into(),
            recipient: holder.to_string(),
            body: serde_json::json!({ "notice": notice, "en": text.en, "fr": text.fr }),
        };
        let event = Event::from(NoticeIssued {
            notice,
            notice_kind: match record.order.kind {
                OrderKind::Amend => NoticeKind::Amendment,
                OrderKind::Suspend => NoticeKind::Suspension,
                OrderKind::Cancel => NoticeKind::Cancellation,
                OrderKind::Reinstate => NoticeKind::Reinstatement,
                OrderKind::Annul => NoticeKind::Annulment,
            },
            about: record.order.id.to_string(),
            permits,
            to: BTreeSet::from([holder]),
            text,
            contest: contest(),
            on: act.today,
        });
        found.push((event, vec![message]));
    }
    Ok(found)
}

fn notice_id(order: &OrderId, holder: &PartyId, first: &str) -> Result<NoticeId, DeskError> {
    let digest = register::Digest::of(format!("{order}/{holder}/{first}").as_bytes()).to_string();
    let short: String = digest.chars().take(16).collect();
    NoticeId::new(&format!("NTC-{short}"))
        .map_err(|mistake| DeskError::invariant(mistake.to_string()))
}

fn notice_text(record: &OrderRecord, permits: &BTreeSet<PermitId>) -> Bilingual {
    let order = &record.order;
    let list = permits
        .iter()
        .map(PermitId::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    let law = &order.instrument.law;
    let from = record.binds_from;
    Bilingual::new(
        format!(
            "{}. Order {} ({}), under {law}, from {from}. It concerns: {list}. Reasons: {}",
            order.instrument.title.en, order.id, order.verb.en, order.instrument.reasons.en
        ),
        format!(
            "{}. Ordre {} ({}), en vertu de {law}, à compter du {from}. Il vise : {list}. Motifs : {}",
            order.instrument.title.fr, order.id, order.verb.fr, order.instrument.reasons.fr
        ),
    )
}
