//! What is learned of items, platforms and units.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Composition, Fitting, ItemFacts, PlatformFacts, UnitFacts};
use crate::time::Day;

/// An item was described, or its description corrected from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCatalogued {
    /// The facts.
    pub item: ItemFacts,
    /// First day with them.
    pub effective_from: Day,
}

/// A platform was described, or its description corrected from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformCatalogued {
    /// The facts.
    pub platform: PlatformFacts,
    /// First day with them.
    pub effective_from: Day,
}

/// An item was said to be a part of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositionRecorded {
    /// What is built of what, when, by which source.
    pub composition: Composition,
}

/// Something was said of a unit or a lot; what was said before stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRecorded {
    /// What is said.
    pub unit: UnitFacts,
}

/// A unit was said to be built into another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFitted {
    /// Which into which, when, by which source.
    pub fitting: Fitting,
}
