//! Evidence: material with a source, a chain of custody and grades judged apart.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::id::{
    ApplicationId, AssuranceId, CompartmentId, EvidenceId, OfficerId, PartyId, PermitId,
    PlatformId, ShipmentId,
};
use crate::party::Basis;
use crate::time::Day;
use crate::view::Noun;

mod independence;
mod keeping;

pub use independence::{GradeRefusal, Tie, grade, independent_sources, origins};
pub use keeping::{
    Correction, CustodyKind, CustodyStep, Flag, KeepingRefusal, Provenance, Repetition, Sealing,
    Subject, correct, take_step,
};

/// How reliable a source is, for this subject at this time. Not an order: F is unknown, not worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Cannot be judged.
    F,
}

/// How credible the information is. Not an order: six is unknown, not worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Credibility {
    /// Confirmed by other, independent sources.
    #[serde(rename = "1")]
    One,
    /// Probably true.
    #[serde(rename = "2")]
    Two,
    /// Possibly true.
    #[serde(rename = "3")]
    Three,
    /// Doubtful.
    #[serde(rename = "4")]
    Four,
    /// Improbable.
    #[serde(rename = "5")]
    Five,
    /// Cannot be judged.
    #[serde(rename = "6")]
    Six,
}

/// A grade: source and information judged apart; never sorted, never averaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// The source.
    pub source: Reliability,
    /// The information.
    pub information: Credibility,
    /// What the grade is about, when narrower than the whole (identity, use...).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The material of independent sources that confirms it; needed for the best information grade.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub confirmed_by: BTreeSet<EvidenceId>,
    /// Who grades signs.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let information = match self.information {
            Credibility::One => '1',
            Credibility::Two => '2',
            Credibility::Three => '3',
            Credibility::Four => '4',
            Credibility::Five => '5',
            Credibility::Six => '6',
        };
        write!(f, "{:?}{information}", self.source)
    }
}

/// A step in the chain of custody. A gap is recorded, not smoothed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The day.
    pub on: Day,
    /// Why, and in what condition.
    pub note: String,
    /// What kind of step it was; a transfer where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CustodyKind>,
}

/// An object as observed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Marks as seen, verbatim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// Serial as seen; `?` for an illegible character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Maker and month of manufacture, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
    /// When it was fitted, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted: Option<String>,
    /// Running hours, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
    /// Where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_in: Option<String>,
    /// In whose hands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
    /// The country where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// In whose hands, where the register knows the party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<PartyId>,
    /// What it was seen to be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_for: Option<String>,
}

/// Material as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The material.
    pub id: EvidenceId,
    /// What it is.
    pub title: String,
    /// The source.
    pub source: String,
    /// Other sources that it merely repeats; ten outlets repeating one ministry are one source.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub repeats: BTreeSet<EvidenceId>,
    /// How it was obtained.
    pub obtained: String,
    /// Whether it is a humanitarian report, which weighs nothing on any permit by itself.
    #[serde(default)]
    pub is_humanitarian: bool,
    /// SHA-256 of the bytes in the vault, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Classification marking, and originator control where provenance does not say it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marking: Option<String>,
    /// Where it comes from, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// The compartments in which it is sealed; only who has all of them may open it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub compartments: BTreeSet<CompartmentId>,
    /// The object seen, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
    /// Chain of custody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<Custody>,
    /// The first grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The day of receipt.
    pub received_on: Day,
    /// Who received it.
    pub received_by: OfficerId,
    /// How solid the entry is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LinkTarget {
    /// A permit.
    Permit {
        /// The permit.
        permit: PermitId,
    },
    /// An application.
    Application {
        /// The application.
        application: ApplicationId,
    },
    /// A shipment.
    Shipment {
        /// The shipment.
        shipment: ShipmentId,
    },
    /// A party.
    Party {
        /// The party.
        party: PartyId,
    },
    /// A platform.
    Platform {
        /// The platform.
        platform: PlatformId,
    },
    /// An assurance.
    Assurance {
        /// The assurance.
        assurance: AssuranceId,
    },
}

impl LinkTarget {
    /// What kind of thing it is, and its number.
    #[must_use]
    pub fn named(&self) -> (Noun, &str) {
        match self {
            Self::Permit { permit } => (Noun::Permit, permit.as_str()),
            Self::Application { application } => (Noun::Application, application.as_str()),
            Self::Shipment { shipment } => (Noun::Shipment, shipment.as_str()),
            Self::Party { party } => (Noun::Party, party.as_str()),
            Self::Platform { platform } => (Noun::Platform, platform.as_str()),
            Self::Assurance { assurance } => (Noun::Assurance, assurance.as_str()),
        }
    }
}

/// How sure a link is: exact serial and maker; model, date window and consignee's mark; model
/// only. Never upgraded silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkConfidence {
    /// Model only.
    Category,
    /// Model, date window and the consignee's mark.
    Inferred,
    /// Exact serial and maker.
    Strong,
}

impl LinkConfidence {
    /// The key, as stored.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Inferred => "inferred",
            Self::Strong => "strong",
        }
    }
}

/// An accepted link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    pub to: LinkTarget,
    /// How sure it is.
    pub confidence: LinkConfidence,
    /// Why.
    pub reasons: String,
    /// Who accepted it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Material as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRecord {
    /// The material.
    pub evidence: Evidence,
    /// Every grade, in the order given.
    pub grades: Vec<Grade>,
    /// Accepted links. Without one, the material has no exposure.
    pub links: Vec<Link>,
    /// Steps of custody since receipt, in the order recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<CustodyStep>,
    /// Corrections, in the order recorded; what was received stays as it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Found later to repeat other material.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repetitions: Vec<Repetition>,
    /// Sealings since receipt; the last one holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealings: Vec<Sealing>,
}

/// Why a link is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// The link gives no reason.
    #[error("the link from {0} has no reasons: expected the path that leads there")]
    NoReasons(EvidenceId),
    /// A strong link needs a serial that was read.
    #[error(
        "the link from {0} is called strong and no full serial was read: expected `inferred` or `category`"
    )]
    NotStrong(EvidenceId),
    /// A humanitarian report says nothing on arms.
    #[error("{0} is a humanitarian report: it carries no weight on any permit")]
    Humanitarian(EvidenceId),
}

/// Checks a link before an officer's acceptance is recorded.
///
/// # Errors
/// Refuses a link without reasons, a strong link without a legible serial, and any link from a
/// humanitarian report.
pub fn link(record: &EvidenceRecord, link: &Link) -> Result<(), LinkRefusal> {
    let id = || record.evidence.id.clone();
    if record.evidence.is_humanitarian {
        return Err(LinkRefusal::Humanitarian(id()));
    }
    if link.reasons.trim().is_empty() {
        return Err(LinkRefusal::NoReasons(id()));
    }
    let serial = record
        .evidence
        .observed
        .as_ref()
        .and_then(|seen| seen.serial.as_deref());
    let is_legible = serial.is_some_and(|serial| !serial.is_empty() && !serial.contains('?'));
    if link.confidence == LinkConfidence::Strong && !is_legible {
        return Err(LinkRefusal::NotStrong(id()));
    }
    Ok(())
}
