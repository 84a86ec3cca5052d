//! What the register held of a permit's balance, notices and history: as of a day and as known at a
//! position, as everything else that is asked of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::duty::DutyRecord;
use domain::event::Event;
use domain::id::{PartyId, PermitId, ShipmentId};
use domain::item::LineNo;
use domain::ledger::LineLedger;
use domain::measure::OrderRecord;
use domain::notice::NoticeRecord;
use domain::party::PartyRecord;
use domain::permit::Permit;
use domain::time::{Day, Position};
use domain::view::{self, Noun, State};
use register::{Query, Reading};

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::projection;
use crate::reading::{self, Held as _, Lens};
use crate::timeline::{self, Entry};

impl Desk {
    /// The ledgers of a permit's lines, as of a day and known at a position; empty where there was
    /// no such permit.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn ledgers_as_of(
        &self,
        permit: &PermitId,
        lens: Lens,
    ) -> Result<BTreeMap<LineNo, LineLedger>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        match reading::permit_known(log.as_ref(), permit, lens)? {
            None => Ok(BTreeMap::new()),
            Some(held) => ledgers(log.as_ref(), &book, &held, lens),
        }
    }

    /// The notices that name a permit, served by a day and known at a position, with what was known
    /// then of their delivery.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn notices_as_of(
        &self,
        permit: &PermitId,
        lens: Lens,
    ) -> Result<Vec<NoticeRecord>, DeskError> {
        let log = self.reading()?;
        let is_now = lens.known_at >= log.head()?.position;
        let mut found = Vec::new();
        for held in reading::all::<NoticeRecord>(log.as_ref(), Some(("permit", permit.as_str())))? {
            let known = if is_now {
                Some(held)
            } else {
                reading::known_at(log.as_ref(), held.id.as_str(), lens.known_at)?
            };
            let Some(mut known) = known.filter(|notice: &NoticeRecord| notice.on <= lens.as_of)
            else {
                continue;
            };
            known.delivered.retain(|_, (_, on)| *on <= lens.as_of);
            known.acknowledged.retain(|_, on| *on <= lens.as_of);
            found.push(known);
        }
        found.sort_by(|a, b| (a.on, &a.id).cmp(&(b.on, &b.id)));
        Ok(found)
    }

    /// What was owed on a permit and its shipments, as of a day and known at a position, first what
    /// is due first.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn duties_as_of(
        &self,
        permit: &PermitId,
        lens: Lens,
    ) -> Result<Vec<DutyRecord>, DeskError> {
        let log = self.reading()?;
        let log = log.as_ref();
        let book = self.book(log)?;
        let mut about = reading::ids(log, Noun::Shipment, "permit", permit.as_str())?;
        about.insert(permit.to_string());
        let mut found = Vec::new();
        for about in about.iter().take(SHIPMENTS_MAX) {
            for id in reading::ids(log, Noun::Duty, "about", about)? {
                found.extend(duty_owed(log, &book, &id, lens)?);
            }
        }
        found.sort_by(|a, b| (a.due_on, &a.id).cmp(&(b.due_on, &b.id)));
        Ok(found)
    }

    /// What happened to a permit, as of a day and known at a position, each with its day. An order
    /// by scope, whose list of numbers names the permit later, is told as the order.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn history(
        &self,
        permit: &PermitId,
        lens: Lens,
        limit: usize,
    ) -> Result<Vec<(Day, Entry)>, DeskError> {
        let log = self.reading()?;
        let log = log.as_ref();
        let book = self.book(log)?;
        let query = Query {
            tags: vec![format!("permit:{permit}")],
            kinds: Vec::new(),
        };
        let mut told = BTreeSet::new();
        let mut past = Vec::new();
        for event in log.events(&query, Position(0), Some(lens.known_at), limit)? {
            let (mut entry, happened) = timeline::entry(log, &book, &event)?;
            match happened {
                Event::OrderSigned(signed) => {
                    told.insert(signed.order.id);
                }
                Event::OrderResolved(listed) if !told.insert(listed.order.clone()) => continue,
                Event::OrderResolved(listed) => {
                    let held: OrderRecord = reading::load(log, listed.order.as_str())?;
                    entry.says = timeline::order_in_words(&held.order);
                    entry.effective_from = Some(held.binds_from);
                }
                _ => {}
            }
            let day = entry.effective_from;
            let day = day.unwrap_or_else(|| book.day_of(entry.recorded_at));
            if day <= lens.as_of {
                past.push((day, entry));
            }
        }
        Ok(past)
    }

    /// The names of parties, as of a day and known at a position.
    /// A party that the register does not know keeps its number.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn names<'a>(
        &self,
        parties: impl Iterator<Item = &'a PartyId>,
        lens: Lens,
    ) -> Result<BTreeMap<PartyId, String>, DeskError> {
        let log = self.reading()?;
        let mut names = BTreeMap::new();
        for id in parties {
            let record: Option<PartyRecord> = reading::find(log.as_ref(), id.as_str())?;
            let known = record.and_then(|record| record.known_at(lens.known_at));
            let name = known.and_then(|record| record.on(lens.as_of).map(|p| p.name.clone()));
            names.insert(id.clone(), name.unwrap_or_else(|| id.to_string()));
        }
        Ok(names)
    }
}

/// Shipments of one permit whose duties are looked for: more than any individual permit has, and
/// few enough for a page.
const SHIPMENTS_MAX: usize = 2_000;

/// A duty, when it was open then.
pub(crate) fn duty_owed(
    log: &dyn Reading,
    book: &LawBook,
    id: &str,
    lens: Lens,
) -> Result<Option<DutyRecord>, DeskError> {
    let query = Query {
        tags: vec![format!("duty:{id}")],
        kinds: Vec::new(),
    };
    let opened = log.events(&query, Position(0), Some(lens.known_at), 1)?;
    let opened = opened.first().map(|event| book.day_of(event.recorded_at));
    if opened.is_none_or(|day| day > lens.as_of) {
        return Ok(None);
    }
    let held: Option<DutyRecord> = reading::known_at(log, id, lens.known_at)?;
    Ok(held.filter(|duty| match &duty.discharged {
        None => true,
        Some((on, ..)) => *on > lens.as_of,
    }))
}

/// The ledgers of a permit's lines through a lens.
pub(crate) fn ledgers(
    log: &dyn Reading,
    book: &LawBook,
    permit: &Permit,
    lens: Lens,
) -> Result<BTreeMap<LineNo, LineLedger>, DeskError> {
    if is_now(log, book, lens)? {
        return reading::ledgers(log, permit, lens.as_of);
    }
    let mut states: BTreeMap<view::Key, State> = BTreeMap::new();
    let mut days: BTreeMap<ShipmentId, Day> = BTreeMap::new();
    let query = Query {
        tags: vec![format!("permit:{}", permit.issued.permit)],
        kinds: Vec::new(),
    };
    let mut after = Position(0);
    loop {
        let events = log.events(&query, after, Some(lens.known_at), reading::PAGE)?;
        let is_last = events.len() < reading::PAGE;
        for event in &events {
            after = event.position;
            let recorded = projection::recorded(event).map_err(DeskError::invariant)?;
            let keys = view::touched(&recorded.event).into_iter();
            let mut keys = keys.filter(|key| key.noun == Noun::Ledger).peekable();
            let learned = book.day_of(event.recorded_at);
            if keys.peek().is_none()
                || moved_on(&recorded.event, learned, &mut days) > Some(lens.as_of)
            {
                continue;
            }
            for key in keys {
                let state = view::apply(&key, states.remove(&key), &recorded, None)?;
                states.insert(key, state);
            }
        }
        if is_last {
            break;
        }
    }
    let lines = permit.terms_on(lens.as_of).lines.iter();
    let wanted: BTreeMap<String, LineNo> = lines
        .map(|line| (format!("{}#{}", permit.issued.permit, line.no), line.no))
        .collect();
    let found = states.into_iter().filter_map(|(key, state)| {
        let no = wanted.get(&key.id)?;
        Some((*no, LineLedger::of(state)?.as_of(lens.as_of)))
    });
    Ok(found.collect())
}

/// Whether a lens shows what is held now.
pub(crate) fn is_now(log: &dyn Reading, book: &LawBook, lens: Lens) -> Result<bool, DeskError> {
    let head = log.head()?;
    let last = head.recorded_at.map(|at| book.day_of(at));
    Ok(lens.known_at >= head.position && last.is_none_or(|last| lens.as_of >= last))
}

/// The day on which goods moved: none for what grants, which carries its own days. Within one
/// shipment no movement comes before the one that it needs, whatever days were reported.
fn moved_on(event: &Event, learned: Day, days: &mut BTreeMap<ShipmentId, Day>) -> Option<Day> {
    let (shipment, on) = match event {
        Event::ShipmentReserved(e) => (&e.shipment, learned),
        Event::ExitConfirmed(e) => (&e.shipment, e.on),
        Event::ShipmentRestored(e) => (&e.shipment, e.on),
        Event::ShipmentHeld(e) => (&e.shipment, e.on),
        Event::GoodsReturned(e) => (&e.shipment, e.on),
        _ => return None,
    };
    let day = days.entry(shipment.clone()).or_insert(on);
    *day = on.max(*day);
    Some(*day)
}
