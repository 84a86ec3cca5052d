//! The catalogue: items with their models and marks, platforms, what they are built of, and units by
//! their serials.
//!
//! Everything is added and nothing is written over. What does not agree (one serial on two permits, a
//! unit in two parents at once, a part that contains itself) is kept and flagged: who is right is for
//! a person to find out. A rating here is a hint for a reader, never a test of a permit.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::control_list::EntryId;
use crate::id::{ItemId, OfficerId, PartyId, PermitId, PlatformId, ShipmentId, UnitId};
use crate::item::LineNo;
use crate::language::Bilingual;
use crate::party::Basis;
use crate::time::{Day, Period, Position};

pub mod compose;
pub mod describe;
pub mod fit;
pub mod mark;
pub mod month;
pub mod serial;

pub use month::Month;
pub use serial::{Serial, SerialPattern};

/// What is said of an item: a model of one maker, as marketed and as marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFacts {
    /// The item.
    pub id: ItemId,
    /// What it is, in words.
    pub name: String,
    /// The maker's model, as marketed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Who makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<PartyId>,
    /// Marks as they stand on it, where they differ from the model.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<String>,
    /// List entries under which such an item was rated. Hints: no permit is judged by them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ratings: BTreeSet<EntryId>,
    /// Where this is known from.
    pub source: String,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// What is said of a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformFacts {
    /// The platform.
    pub id: PlatformId,
    /// Its name.
    pub name: String,
    /// Other names and marks.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<String>,
    /// Who builds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrator: Option<PartyId>,
    /// What it is, as short keys (`uav`).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub classes: BTreeSet<String>,
    /// Where this is known from.
    pub source: String,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// What something is built into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Assembly {
    /// Another item.
    Item {
        /// The item.
        item: ItemId,
    },
    /// A platform.
    Platform {
        /// The platform.
        platform: PlatformId,
    },
}

impl std::fmt::Display for Assembly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Item { item } => item.fmt(f),
            Self::Platform { platform } => platform.fmt(f),
        }
    }
}

/// That an item is a part of something, in a period, by a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// What contains it.
    pub assembly: Assembly,
    /// The part.
    pub component: ItemId,
    /// How many in each.
    pub quantity_per: u32,
    /// When it is built so.
    pub validity: Period,
    /// Where this is known from.
    pub source: String,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Who recorded it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// The permit line and shipment under which a unit left, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeftUnder {
    /// The permit.
    pub permit: PermitId,
    /// Its line; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineNo>,
    /// The shipment; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<ShipmentId>,
}

/// What one source says of a unit or a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFacts {
    /// The unit.
    pub id: UnitId,
    /// Its serial, or the number of the lot, as it stands.
    pub serial: String,
    /// How many pieces bear it: one for a unit, more for a lot.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub pieces: u32,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// Who made it; the maker of the item when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<PartyId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Month>,
    /// How it left, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_under: Option<LeftUnder>,
    /// Where this is known from.
    pub source: String,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Who recorded it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

const fn one() -> u32 {
    1
}

const fn is_one(pieces: &u32) -> bool {
    *pieces == 1
}

/// That a unit is built into another one. Saying it again with the same first day corrects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fitting {
    /// The unit.
    pub unit: UnitId,
    /// The unit that it is built into.
    pub parent: UnitId,
    /// When; open-ended while nobody took it out.
    pub period: Period,
    /// Where this is known from.
    pub source: String,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Who recorded it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// An item's facts with the day from which they are true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemVersion {
    /// First day.
    pub effective_from: Day,
    /// The position at which the register learned them.
    pub position: Position,
    /// The facts.
    pub facts: ItemFacts,
}

/// An item as the register holds it: every version and every part, in the order of recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRecord {
    /// The versions.
    pub versions: Vec<ItemVersion>,
    /// What it is said to be built of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Composition>,
}

/// A platform's facts with the day from which they are true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformVersion {
    /// First day.
    pub effective_from: Day,
    /// The position at which the register learned them.
    pub position: Position,
    /// The facts.
    pub facts: PlatformFacts,
}

/// A platform as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformRecord {
    /// The versions.
    pub versions: Vec<PlatformVersion>,
    /// What it is said to be built of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Composition>,
}

/// A unit as the register holds it: what every source says, in the order of recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRecord {
    /// What is said of it.
    pub said: Vec<UnitFacts>,
    /// What it is said to be built into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fittings: Vec<Fitting>,
}

/// What does not agree about a unit. Kept and flagged; nothing is corrected by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum UnitConflict {
    /// It is said to have left under more than one permit.
    SeveralPermits {
        /// The permits.
        permits: BTreeSet<PermitId>,
    },
    /// It is said to be more than one item.
    SeveralItems {
        /// The items.
        items: BTreeSet<ItemId>,
    },
    /// It is said to be in two other units at once.
    SeveralParents {
        /// The units.
        parents: BTreeSet<UnitId>,
        /// The first day on which it is said to be in both.
        from: Day,
    },
}

impl UnitConflict {
    /// What does not agree, to a person.
    #[must_use]
    pub fn says(&self) -> Bilingual {
        let join = |texts: Vec<String>| texts.join(", ");
        match self {
            Self::SeveralPermits { permits } => {
                let named = join(permits.iter().map(ToString::to_string).collect());
                Bilingual::new(
                    format!("said to have left under several permits: {named}"),
                    format!("dit sorti sous plusieurs licences : {named}"),
                )
            }
            Self::SeveralItems { items } => {
                let named = join(items.iter().map(ToString::to_string).collect());
                Bilingual::new(
                    format!("said to be several items: {named}"),
                    format!("dit être plusieurs articles : {named}"),
                )
            }
            Self::SeveralParents { parents, from } => {
                let named = join(parents.iter().map(ToString::to_string).collect());
                Bilingual::new(
                    format!("said to be in several units at once from {from}: {named}"),
                    format!(
                        "dit monté dans plusieurs unités à la fois à compter du {from} : {named}"
                    ),
                )
            }
        }
    }
}

impl UnitRecord {
    /// What it is said to be built into: of several statements about one parent with the same
    /// first day, the last.
    pub fn standing_fittings(&self) -> impl Iterator<Item = &Fitting> {
        self.fittings.iter().enumerate().filter_map(|(n, fitting)| {
            let is_corrected = self.fittings.iter().skip(n.saturating_add(1)).any(|later| {
                later.parent == fitting.parent && later.period.from == fitting.period.from
            });
            (!is_corrected).then_some(fitting)
        })
    }

    /// What does not agree about it.
    #[must_use]
    pub fn conflicts(&self) -> Vec<UnitConflict> {
        let mut found = Vec::new();
        let left = self.said.iter().filter_map(|said| said.left_under.as_ref());
        let permits: BTreeSet<PermitId> = left.map(|left| left.permit.clone()).collect();
        if permits.len() > 1 {
            found.push(UnitConflict::SeveralPermits { permits });
        }
        let items: BTreeSet<ItemId> = self.said.iter().filter_map(|s| s.item.clone()).collect();
        if items.len() > 1 {
            found.push(UnitConflict::SeveralItems { items });
        }
        let standing: Vec<&Fitting> = self.standing_fittings().collect();
        for (n, one) in standing.iter().enumerate() {
            for other in standing.iter().skip(n.saturating_add(1)) {
                let from = one.period.from.max(other.period.from);
                let both = one.period.contains(from) && other.period.contains(from);
                if one.parent != other.parent && both {
                    let parents = BTreeSet::from([one.parent.clone(), other.parent.clone()]);
                    found.push(UnitConflict::SeveralParents { parents, from });
                }
            }
        }
        found
    }
}
