//! What happens at the border, and to notices and duties.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::duty::DutyKind;
use crate::facts::{Declared, Lodged};
use crate::id::{DutyId, NoticeId, OfficeId, OfficerId, OrderId, PartyId, PermitId, ShipmentId};
use crate::item::LineNo;
use crate::language::Bilingual;
use crate::ledger::Both;
use crate::notice::NoticeKind;
use crate::shipment::ReleaseReason;
use crate::time::{Day, Instant};

/// A shipment was declared and what it takes was reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentReserved {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// Office and declaration.
    pub lodged: Lodged,
    /// The lines as declared.
    pub lines: Vec<Declared>,
    /// What is taken of each line, in the line's unit and currency.
    pub amounts: BTreeMap<LineNo, Both>,
    /// When the reservation lapses.
    pub lapses_at: Instant,
}

/// A release was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRefused {
    /// The permit as asked for.
    pub permit: PermitId,
    /// Office and declaration.
    pub lodged: Lodged,
    /// Why, reason by reason.
    pub reasons: Vec<ReleaseReason>,
}

/// Goods left. A fact: never refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitConfirmed {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// What is no longer reserved, by line: what left of it and, when nothing more will leave on
    /// this declaration, the rest.
    pub from_reserved: BTreeMap<LineNo, Both>,
    /// What is drawn, by line.
    pub drawn: BTreeMap<LineNo, Both>,
    /// What left beyond the room of the line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub excess: BTreeMap<LineNo, Both>,
    /// The day of exit.
    pub on: Day,
    /// The orders under which it should not have left.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub under_stop: BTreeSet<OrderId>,
    /// Whether anything of the reservation stays open for another exit.
    pub is_partial: bool,
    /// Serial numbers that left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<String>,
}

/// What was reserved was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentRestored {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// What is given back, by line.
    pub amounts: BTreeMap<LineNo, Both>,
    /// Why.
    pub because: crate::shipment::RestoreCause,
    /// The day.
    pub on: Day,
}

/// Goods were kept back as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentHeld {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// What is held, by line.
    pub amounts: BTreeMap<LineNo, Both>,
    /// Why.
    pub reasons: String,
    /// The day.
    pub on: Day,
}

/// Goods of a temporary export came back, or a draw was corrected by a contra-entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsReturned {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// What came back of what was drawn, by line.
    pub amounts: BTreeMap<LineNo, Both>,
    /// What came back of what had left beyond the line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub excess: BTreeMap<LineNo, Both>,
    /// Whether it is a correction of the record rather than a return of goods.
    pub is_correction: bool,
    /// Why.
    pub reasons: String,
    /// The day.
    pub on: Day,
}

/// An office was told to hold goods already declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopNoticeIssued {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The permit.
    pub permit: PermitId,
    /// The order.
    pub order: OrderId,
    /// The office.
    pub office: OfficeId,
    /// When an acknowledgement is due.
    pub due_at: Instant,
}

/// An office acknowledged a stop notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopNoticeAcknowledged {
    /// The shipment.
    pub shipment: ShipmentId,
    /// The order.
    pub order: OrderId,
    /// The office.
    pub office: OfficeId,
    /// Who acknowledged.
    pub by: OfficerId,
    /// Whether the goods were still there.
    pub goods_were_there: bool,
}

/// A paper was served on every responsible person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeIssued {
    /// The notice.
    pub notice: NoticeId,
    /// What it is.
    pub notice_kind: NoticeKind,
    /// What it is about: an order, a permit, an application.
    pub about: String,
    /// The permits that it names.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permits: BTreeSet<PermitId>,
    /// On whom it is served.
    pub to: BTreeSet<PartyId>,
    /// The text, in both languages.
    pub text: Bilingual,
    /// How to contest it, in both languages.
    pub contest: Bilingual,
    /// The day.
    pub on: Day,
}

/// A notice reached one of those on whom it is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDelivered {
    /// The notice.
    pub notice: NoticeId,
    /// Who.
    pub to: PartyId,
    /// The proof of delivery.
    pub proof: String,
    /// The day.
    pub on: Day,
}

/// One of those on whom it is served acknowledged a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeAcknowledged {
    /// The notice.
    pub notice: NoticeId,
    /// Who.
    pub by: PartyId,
    /// The day.
    pub on: Day,
}

/// Something is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyOpened {
    /// The duty.
    pub duty: DutyId,
    /// What is owed.
    pub duty_kind: DutyKind,
    /// The role on whose desk it lies.
    pub desk: String,
    /// What it is about.
    pub about: String,
    /// In words, both languages.
    pub says: Bilingual,
    /// The day by which it is owed.
    pub due_on: Day,
}

/// What was owed was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyDischarged {
    /// The duty.
    pub duty: DutyId,
    /// How.
    pub how: String,
    /// Who.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}
