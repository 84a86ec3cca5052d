//! Parties: one counterparty register, across exporters.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::facts::PartyFacts;
use crate::id::PartyId;
use crate::time::{Day, Position};

/// A role that a party plays on one application or permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyRole {
    /// Who holds the legal right to export.
    Exporter,
    /// Who receives the goods abroad.
    Consignee,
    /// Who receives on the way and does not use.
    IntermediateConsignee,
    /// Who will actually use the goods.
    EndUser,
    /// Who builds the item into something else.
    Integrator,
    /// Who arranges or negotiates.
    Broker,
}

/// What is known of a party from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The party's id.
    pub id: PartyId,
    /// Its name.
    pub name: String,
    /// Other names and spellings.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
    /// Its country; none where undisclosed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Its address, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Identifiers given by others (business number, registration), as `scheme:value`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub identifiers: BTreeSet<String>,
    /// What it does, as short keys that scopes can name (`builds-uav`).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub activities: BTreeSet<String>,
    /// Whether it is a government or its armed forces.
    #[serde(default)]
    pub is_government: bool,
    /// The party of which it is a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_of: Option<PartyId>,
    /// The parties that own it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub owners: BTreeSet<PartyId>,
    /// How solid the entry is; `synthetic` is shown wherever the party appears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// How solid a recorded fact of a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Read in a primary source.
    Fact,
    /// Read in the press or another secondary source.
    Press,
    /// Inferred from facts.
    Inferred,
    /// Invented for a case or a test.
    Synthetic,
}

/// A party's facts with the day from which they are true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyVersion {
    /// First day.
    pub effective_from: Day,
    /// The facts.
    pub facts: Party,
}

/// A party as the register holds it: every version, in the order of recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRecord {
    /// The versions; a later one for the same or an earlier day supersedes.
    pub versions: Vec<PartyVersion>,
    /// The position at which the register learned each of them.
    pub positions: Vec<Position>,
}

impl PartyRecord {
    /// The party as the register knew it at a position; none where it did not know it yet.
    #[must_use]
    pub fn known_at(&self, position: Position) -> Option<Self> {
        let known = self
            .positions
            .iter()
            .take_while(|at| **at <= position)
            .count();
        (known > 0).then(|| Self {
            versions: self.versions.iter().take(known).cloned().collect(),
            positions: self.positions.iter().take(known).copied().collect(),
        })
    }

    /// What scopes and policies may know of it on a day.
    #[must_use]
    pub fn facts_on(&self, day: Day) -> Option<PartyFacts> {
        self.on(day).map(|party| PartyFacts {
            country: party.country,
            activities: party.activities.clone(),
            is_government: party.is_government,
        })
    }

    /// The facts that hold on a day: the last recorded of those that had begun by then; before
    /// the first, the first.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&Party> {
        self.versions
            .iter()
            .enumerate()
            .filter(|(_, version)| version.effective_from <= day)
            .max_by_key(|(order, version)| (version.effective_from, *order))
            .map(|(_, version)| version)
            .or_else(|| self.versions.first())
            .map(|version| &version.facts)
    }
}
