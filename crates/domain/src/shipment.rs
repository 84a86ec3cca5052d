//! Shipments: declared, reserved, gone, stopped, given back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::facts::{Declared, Lodged};
use crate::id::{OfficeId, OfficerId, OrderId, PermitId, ShipmentId};
use crate::item::LineNo;
use crate::ledger::Both;
use crate::time::{Day, Instant};

pub mod confirm_exit;
pub mod reason;
pub mod release;
pub mod restore;

pub use reason::{ReleaseReason, Term};

/// Why a reservation is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestoreCause {
    /// The goods were stopped and did not leave.
    Stopped,
    /// The reservation ran out.
    Lapsed,
    /// The exporter gave it up.
    GivenUp,
    /// The declaration was wrong.
    Corrected,
    /// Held goods were freed.
    Freed,
}

/// A stop notice as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopNotice {
    /// The office told to hold the goods.
    pub office: OfficeId,
    /// When an acknowledgement is due.
    pub due_at: Instant,
    /// Who acknowledged, when, and whether the goods were still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<(OfficerId, Instant, bool)>,
}

/// A shipment as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The shipment.
    pub id: ShipmentId,
    /// The permit that it draws on.
    pub permit: PermitId,
    /// Office and declaration.
    pub lodged: Lodged,
    /// The lines as declared.
    pub lines: Vec<Declared>,
    /// Still reserved, by line.
    pub reserved: BTreeMap<LineNo, Both>,
    /// Held as evidence, by line.
    pub held: BTreeMap<LineNo, Both>,
    /// Gone, by line, less what came back.
    pub drawn: BTreeMap<LineNo, Both>,
    /// Gone beyond what the line allowed, by line, less what was corrected.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub excess: BTreeMap<LineNo, Both>,
    /// When the reservation lapses.
    pub lapses_at: Instant,
    /// When it was declared.
    pub declared_at: Instant,
    /// Days of exit.
    pub exits: Vec<Day>,
    /// Orders under which it should not have left.
    pub under_stop: BTreeSet<OrderId>,
    /// Stop notices.
    pub stops: BTreeMap<OrderId, StopNotice>,
}

impl Shipment {
    /// Whether anything is declared that has not left, been given back or been held.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.reserved.values().any(|both| !both.is_zero())
    }
}
