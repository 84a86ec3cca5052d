//! Ledgers, shipments, notices and duties.

use std::collections::BTreeMap;

use super::{Key, ledger_of, never_began};
use crate::duty::DutyRecord;
use crate::event::{Event, Recorded};
use crate::item::LineNo;
use crate::ledger::{Both, LedgerFault, LineLedger};
use crate::notice::NoticeRecord;
use crate::shipment::{RestoreCause, Shipment, StopNotice};
use crate::view::{FoldFault, State};

pub(super) fn ledger(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<LineLedger, FoldFault> {
    let fault = || never_began(key, recorded);
    match &recorded.event {
        Event::PermitIssued(e) => return ledger_of(&e.issued, key).ok_or_else(fault),
        Event::PermitRecorded(e) => return ledger_of(&e.issued, key).ok_or_else(fault),
        _ => {}
    }
    if let Event::PermitAmended(e) = &recorded.event {
        let line = e
            .terms
            .lines
            .iter()
            .find(|line| super::ledger_key(&e.permit, line.no) == *key);
        let line = line.ok_or_else(fault)?;
        return Ok(match before {
            Some(State::Ledger(mut held)) => {
                held.regrant(e.effective_from, line);
                held
            }
            _ => LineLedger::begin(&e.permit, e.terms.kind, line),
        });
    }
    let Some(State::Ledger(mut held)) = before else {
        return Err(fault());
    };
    let line = held.line;
    let of = |by_line: &BTreeMap<LineNo, Both>| by_line.get(&line).copied().unwrap_or_default();
    match &recorded.event {
        Event::ShipmentReserved(e) => {
            if let Some(declared) = e.lines.iter().find(|declared| declared.line == line) {
                held.measure_if_new(crate::ledger::Measures {
                    unit: declared.quantity.unit,
                    currency: declared.value.currency,
                });
            }
            held.reserve(of(&e.amounts))?;
        }
        Event::ExitConfirmed(e) => held.draw(of(&e.from_reserved), of(&e.drawn), of(&e.excess))?,
        Event::ShipmentRestored(e) if e.because == RestoreCause::Freed => {
            held.free(of(&e.amounts))?
        }
        Event::ShipmentRestored(e) => held.restore(of(&e.amounts))?,
        Event::ShipmentHeld(e) => held.hold(of(&e.amounts))?,
        Event::GoodsReturned(e) => {
            held.correct_excess(of(&e.excess))?;
            held.take_back(of(&e.amounts))?;
        }
        _ => return Err(fault()),
    }
    Ok(held)
}

pub(super) fn shipment(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<Shipment, FoldFault> {
    if let Event::ShipmentReserved(e) = &recorded.event {
        return Ok(Shipment {
            id: e.shipment.clone(),
            permit: e.permit.clone(),
            lodged: e.lodged.clone(),
            lines: e.lines.clone(),
            reserved: e.amounts.clone(),
            held: BTreeMap::new(),
            drawn: BTreeMap::new(),
            excess: BTreeMap::new(),
            lapses_at: e.lapses_at,
            declared_at: recorded.recorded_at,
            exits: Vec::new(),
            under_stop: std::collections::BTreeSet::new(),
            stops: BTreeMap::new(),
        });
    }
    let Some(State::Shipment(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    let permit = held.permit.clone();
    let fault = |line: LineNo, invariant| LedgerFault {
        permit: permit.clone(),
        line,
        invariant,
    };
    let add = |to: &mut BTreeMap<LineNo, Both>, amounts: &BTreeMap<LineNo, Both>| {
        for (line, amount) in amounts {
            let sum = to.get(line).copied().unwrap_or_default().plus(*amount);
            to.insert(*line, sum.ok_or_else(|| fault(*line, "exact sums"))?);
        }
        Ok::<(), LedgerFault>(())
    };
    let take = |from: &mut BTreeMap<LineNo, Both>, amounts: &BTreeMap<LineNo, Both>| {
        for (line, amount) in amounts {
            let rest = from.get(line).copied().unwrap_or_default().minus(*amount);
            from.insert(
                *line,
                rest.ok_or_else(|| fault(*line, "there before taken"))?,
            );
        }
        Ok::<(), LedgerFault>(())
    };
    match &recorded.event {
        Event::ExitConfirmed(e) => {
            take(&mut held.reserved, &e.from_reserved)?;
            add(&mut held.drawn, &e.drawn)?;
            add(&mut held.excess, &e.excess)?;
            held.exits.push(e.on);
            held.under_stop.extend(e.under_stop.iter().cloned());
        }
        Event::ShipmentRestored(e) if e.because == RestoreCause::Freed => {
            take(&mut held.held, &e.amounts)?;
        }
        Event::ShipmentRestored(e) => take(&mut held.reserved, &e.amounts)?,
        Event::ShipmentHeld(e) => {
            take(&mut held.reserved, &e.amounts)?;
            add(&mut held.held, &e.amounts)?;
        }
        Event::GoodsReturned(e) => {
            take(&mut held.drawn, &e.amounts)?;
            take(&mut held.excess, &e.excess)?;
        }
        Event::StopNoticeIssued(e) => {
            let notice = StopNotice {
                office: e.office.clone(),
                due_at: e.due_at,
                acknowledged: None,
            };
            held.stops.entry(e.order.clone()).or_insert(notice);
        }
        Event::StopNoticeAcknowledged(e) => {
            if let Some(notice) = held.stops.get_mut(&e.order) {
                let by = (e.by.clone(), recorded.recorded_at, e.goods_were_there);
                notice.acknowledged.get_or_insert(by);
            }
        }
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

pub(super) fn notice(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<NoticeRecord, FoldFault> {
    if let Event::NoticeIssued(e) = &recorded.event {
        return Ok(NoticeRecord {
            id: e.notice.clone(),
            notice_kind: e.notice_kind,
            about: e.about.clone(),
            permits: e.permits.clone(),
            to: e.to.clone(),
            text: e.text.clone(),
            contest: e.contest.clone(),
            on: e.on,
            delivered: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
        });
    }
    let Some(State::Notice(mut held)) = before else {
        return Err(never_began(key, recorded));
    };
    match &recorded.event {
        Event::NoticeDelivered(e) => {
            held.delivered
                .entry(e.to.clone())
                .or_insert_with(|| (e.proof.clone(), e.on));
        }
        Event::NoticeAcknowledged(e) => {
            held.acknowledged.entry(e.by.clone()).or_insert(e.on);
        }
        _ => return Err(never_began(key, recorded)),
    }
    Ok(held)
}

pub(super) fn duty(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<DutyRecord, FoldFault> {
    if let Event::DutyOpened(e) = &recorded.event {
        return Ok(DutyRecord {
            id: e.duty.clone(),
            duty_kind: e.duty_kind,
            desk: e.desk.clone(),
            about: e.about.clone(),
            says: e.says.clone(),
            due_on: e.due_on,
            discharged: None,
        });
    }
    match (before, &recorded.event) {
        (Some(State::Duty(mut held)), Event::DutyDischarged(e)) => {
            held.discharged
                .get_or_insert_with(|| (e.on, e.how.clone(), e.by.clone()));
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}
