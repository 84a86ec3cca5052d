//! Confirming an exit: a fact, never refused.

use std::collections::{BTreeMap, BTreeSet};

use super::Shipment;
use crate::event::ExitConfirmed;
use crate::id::{OrderId, ShipmentId};
use crate::item::LineNo;
use crate::ledger::{Both, LedgerFault, LineLedger};
use crate::time::Day;

/// What left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmExit {
    /// What left, by line, in the line's measures; empty means all that was reserved.
    pub amounts: BTreeMap<LineNo, Both>,
    /// The day of exit.
    pub on: Day,
    /// Whether the rest will leave later on the same declaration. If not, what was reserved and did
    /// not leave is given back by the same event.
    pub is_partial: bool,
    /// Serial numbers that left.
    pub serials: Vec<String>,
}

/// Why a report of an exit cannot be read. Not a refusal: the fact is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExitMistake {
    /// The report names a line that was not declared.
    #[error("shipment {shipment} has no line {line}: expected a declared line")]
    NoSuchLine {
        /// The shipment.
        shipment: ShipmentId,
        /// The line.
        line: LineNo,
    },
    /// Nothing is reserved and the report says nothing more.
    #[error("shipment {0} has nothing reserved: expected what left, line by line")]
    NothingReserved(ShipmentId),
    /// A ledger is unsound.
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
}

/// Records an exit. What left is drawn; what left beyond the room of the line is kept apart as
/// excess; an exit under a stop is marked so.
///
/// # Law
/// `EIPA:13`: exporting otherwise than under a permit is for others to judge; the fact is kept.
///
/// # Errors
/// A mistake when the report cannot be read.
pub fn confirm_exit(
    shipment: &Shipment,
    ledgers: &BTreeMap<LineNo, LineLedger>,
    report: &ConfirmExit,
    stopped_by: BTreeSet<OrderId>,
) -> Result<ExitConfirmed, ExitMistake> {
    let mut left_now = report.amounts.clone();
    let is_whole = left_now.is_empty();
    for (line, reserved) in shipment.reserved.iter().filter(|(_, both)| !both.is_zero()) {
        if is_whole {
            left_now.insert(*line, *reserved);
        } else if !report.is_partial {
            // Nothing more will leave: what stays behind of another line is given back.
            left_now.entry(*line).or_default();
        }
    }
    if left_now.is_empty() {
        return Err(ExitMistake::NothingReserved(shipment.id.clone()));
    }
    let (mut from_reserved, mut drawn, mut excess) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (line, gone) in &left_now {
        let missing = || ExitMistake::NoSuchLine {
            shipment: shipment.id.clone(),
            line: *line,
        };
        let ledger = ledgers.get(line).ok_or_else(missing)?;
        let reserved = shipment.reserved.get(line).copied().unwrap_or_default();
        let split = split(*gone, reserved, ledger, report.on)?;
        let is_final = is_whole || !report.is_partial;
        from_reserved.insert(*line, if is_final { reserved } else { split.moved });
        drawn.insert(*line, split.drawn);
        if !split.excess.is_zero() {
            excess.insert(*line, split.excess);
        }
    }
    Ok(ExitConfirmed {
        shipment: shipment.id.clone(),
        permit: shipment.permit.clone(),
        from_reserved,
        drawn,
        excess,
        on: report.on,
        under_stop: stopped_by,
        is_partial: report.is_partial,
        serials: report.serials.clone(),
    })
}

/// What one line's exit is made of.
struct Split {
    moved: Both,
    drawn: Both,
    excess: Both,
}

/// Beyond its own reservation an exit may still fit what the line has left; what does not fit is
/// excess.
fn split(gone: Both, reserved: Both, ledger: &LineLedger, on: Day) -> Result<Split, LedgerFault> {
    let moved = gone.capped(reserved);
    let beyond = gone.less(moved);
    let room = match ledger.room(on)? {
        Some(room) => room,
        None if ledger.is_unlimited => beyond,
        None => Both::default(),
    };
    let fits = beyond.capped(room);
    let drawn = moved.plus(fits).ok_or_else(|| LedgerFault {
        permit: ledger.permit.clone(),
        line: ledger.line,
        invariant: "exact sums",
    })?;
    Ok(Split {
        moved,
        drawn,
        excess: beyond.less(fits),
    })
}
