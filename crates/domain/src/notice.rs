//! Notices: papers served on every responsible person, in both official languages.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{NoticeId, PartyId, PermitId};
use crate::language::Bilingual;
use crate::time::Day;

/// What a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// A permit was issued.
    Issue,
    /// An application was refused.
    Refusal,
    /// A permit was amended.
    Amendment,
    /// A permit was suspended.
    Suspension,
    /// A permit was cancelled.
    Cancellation,
    /// A permit was annulled.
    Annulment,
    /// A permit was reinstated.
    Reinstatement,
    /// A policy was published.
    Policy,
}

/// A notice as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRecord {
    /// The notice.
    pub id: NoticeId,
    /// What it is.
    pub notice_kind: NoticeKind,
    /// What it is about.
    pub about: String,
    /// The permits that it names.
    pub permits: BTreeSet<PermitId>,
    /// On whom it is served.
    pub to: BTreeSet<PartyId>,
    /// The text.
    pub text: Bilingual,
    /// How to contest it.
    pub contest: Bilingual,
    /// The day.
    pub on: Day,
    /// Proofs of delivery.
    pub delivered: BTreeMap<PartyId, (String, Day)>,
    /// Acknowledgements.
    pub acknowledged: BTreeMap<PartyId, Day>,
}

impl NoticeRecord {
    /// Those who have not acknowledged it.
    pub fn outstanding(&self) -> impl Iterator<Item = &PartyId> {
        self.to
            .iter()
            .filter(|party| !self.acknowledged.contains_key(*party))
    }
}
