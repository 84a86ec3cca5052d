//! Giving back what was reserved, holding goods as evidence, and taking goods back.

use std::collections::BTreeMap;

use super::{RestoreCause, Shipment};
use crate::event::{GoodsReturned, ShipmentHeld, ShipmentRestored};
use crate::id::ShipmentId;
use crate::item::LineNo;
use crate::ledger::Both;
use crate::time::Day;

/// Why nothing is given back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreRefusal {
    /// Nothing is there to give back.
    #[error("shipment {0} has nothing of that to give back")]
    Nothing(ShipmentId),
    /// More than is there.
    #[error("shipment {shipment} line {line} has less than that: at most {} worth {}", at_most.quantity, at_most.value)]
    MoreThanThere {
        /// The shipment.
        shipment: ShipmentId,
        /// The line.
        line: LineNo,
        /// What is there.
        at_most: Both,
    },
    /// No reasons.
    #[error("the act gives no reasons: expected why")]
    NoReasons,
}

fn take(
    shipment: &Shipment,
    there: &BTreeMap<LineNo, Both>,
    asked: &BTreeMap<LineNo, Both>,
) -> Result<BTreeMap<LineNo, Both>, RestoreRefusal> {
    let all: BTreeMap<LineNo, Both> = there
        .iter()
        .filter(|(_, both)| !both.is_zero())
        .map(|(l, b)| (*l, *b))
        .collect();
    let taken = if asked.is_empty() { all } else { asked.clone() };
    if taken.is_empty() {
        return Err(RestoreRefusal::Nothing(shipment.id.clone()));
    }
    for (line, amount) in &taken {
        let at_most = there.get(line).copied().unwrap_or_default();
        if amount.exceeds(at_most) {
            return Err(RestoreRefusal::MoreThanThere {
                shipment: shipment.id.clone(),
                line: *line,
                at_most,
            });
        }
    }
    Ok(taken)
}

/// Decides the giving back of a reservation, whole or in part; of held goods when they are freed.
/// Lapse and restore run on during a suspension.
///
/// # Errors
/// Refuses when less is there.
pub fn restore(
    shipment: &Shipment,
    asked: &BTreeMap<LineNo, Both>,
    because: RestoreCause,
    on: Day,
) -> Result<ShipmentRestored, RestoreRefusal> {
    let there = if because == RestoreCause::Freed {
        &shipment.held
    } else {
        &shipment.reserved
    };
    let amounts = take(shipment, there, asked)?;
    Ok(ShipmentRestored {
        shipment: shipment.id.clone(),
        permit: shipment.permit.clone(),
        amounts,
        because,
        on,
    })
}

/// Decides to hold stopped goods as evidence.
///
/// # Errors
/// Refuses when less is reserved, and without reasons.
pub fn hold(
    shipment: &Shipment,
    asked: &BTreeMap<LineNo, Both>,
    reasons: &str,
    on: Day,
) -> Result<ShipmentHeld, RestoreRefusal> {
    if reasons.trim().is_empty() {
        return Err(RestoreRefusal::NoReasons);
    }
    Ok(ShipmentHeld {
        shipment: shipment.id.clone(),
        permit: shipment.permit.clone(),
        amounts: take(shipment, &shipment.reserved, asked)?,
        reasons: reasons.to_owned(),
        on,
    })
}

/// Records goods that came back, or corrects a draw by a contra-entry. What had left beyond the line
/// comes off first: a line has room again only when its excess is made good.
///
/// # Errors
/// Refuses when less was drawn, and without reasons.
pub fn take_back(
    shipment: &Shipment,
    asked: &BTreeMap<LineNo, Both>,
    is_correction: bool,
    reasons: &str,
    on: Day,
) -> Result<GoodsReturned, RestoreRefusal> {
    if reasons.trim().is_empty() {
        return Err(RestoreRefusal::NoReasons);
    }
    let mut gone = shipment.drawn.clone();
    for (line, over) in &shipment.excess {
        let drawn = gone.get(line).copied().unwrap_or_default();
        let sum = drawn
            .plus(*over)
            .ok_or_else(|| RestoreRefusal::MoreThanThere {
                shipment: shipment.id.clone(),
                line: *line,
                at_most: drawn,
            })?;
        gone.insert(*line, sum);
    }
    let (mut amounts, mut excess) = (BTreeMap::new(), BTreeMap::new());
    for (line, back) in take(shipment, &gone, asked)? {
        let over = shipment.excess.get(&line).copied().unwrap_or_default();
        let of_excess = back.capped(over);
        amounts.insert(line, back.less(of_excess));
        if !of_excess.is_zero() {
            excess.insert(line, of_excess);
        }
    }
    Ok(GoodsReturned {
        shipment: shipment.id.clone(),
        permit: shipment.permit.clone(),
        amounts,
        excess,
        is_correction,
        reasons: reasons.to_owned(),
        on,
    })
}
