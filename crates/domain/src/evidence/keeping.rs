//! How material is kept: where it comes from, through whose hands it went, what of it was
//! corrected, and who may open it. Everything is added; nothing is written over.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Custody, EvidenceRecord};
use crate::id::{CompartmentId, EvidenceId, OfficerId};
use crate::language::Bilingual;
use crate::time::{Day, Instant};

/// Where material comes from, and how it may be used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_by: Option<String>,
    /// The day on which it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Day>,
    /// Who collected it, as named by the collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<String>,
    /// When it was collected, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_at: Option<Instant>,
    /// Where it was collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The address from which it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Under which licence it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Its language, as a tag of BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who must agree before it is passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originator_control: Option<String>,
    /// The source behind the source: materials of one group are one source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_group: Option<String>,
}

/// What kind of step custody took.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CustodyKind {
    /// It passed from one hand to another.
    #[default]
    Transfer,
    /// It was copied, and stayed where it was.
    Copy,
    /// It was analysed where it was.
    Analysis,
    /// It was put into storage or taken out.
    Storage,
    /// It was disposed of.
    Disposal,
}

/// A step of custody recorded after receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyStep {
    /// The step.
    pub custody: Custody,
    /// Who recorded it.
    pub by: OfficerId,
    /// The day on which it was recorded.
    pub recorded_on: Day,
}

/// What of material a correction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// What it is called.
    Title,
    /// Its source.
    Source,
    /// How it was obtained.
    Obtained,
    /// Where it comes from.
    Provenance,
    /// The object seen.
    Observed,
    /// A step of custody.
    Custody,
}

/// A correction by a later entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What it is about.
    pub subject: Subject,
    /// What is right.
    pub says: String,
    /// Why.
    pub reasons: String,
    /// Who corrects.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Material found later to repeat other material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repetition {
    /// What it repeats.
    pub of: BTreeSet<EvidenceId>,
    /// How that was found.
    pub reasons: String,
    /// Who found it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Into which compartments material was put from a day on; none opens it to all who read evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// The compartments that hold from now on.
    pub compartments: BTreeSet<CompartmentId>,
    /// Why.
    pub reasons: String,
    /// Who sealed or opened it.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Something about the keeping of material that a reader must know. It is shown and not mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Flag {
    /// No chain of custody was recorded.
    NoCustody,
    /// Between two steps somebody is missing.
    CustodyGap {
        /// The step, from 1.
        step: usize,
        /// In whose hands it was before.
        held_by: String,
        /// Who gave it.
        given_by: String,
    },
    /// A step comes before the one that it follows.
    CustodyBackwards {
        /// The step, from 1.
        step: usize,
        /// Its day.
        on: Day,
        /// The day of the one before.
        after: Day,
    },
    /// It was collected after it was received.
    CollectedLate {
        /// When it was collected.
        collected_at: Instant,
        /// When it was received.
        received_on: Day,
    },
    /// It was published after it was received.
    PublishedLate {
        /// When it was published.
        published_on: Day,
        /// When it was received.
        received_on: Day,
    },
}

impl Flag {
    /// The flag in words.
    #[must_use]
    pub fn says(&self) -> Bilingual {
        match self {
            Self::NoCustody => Bilingual::new(
                "no chain of custody is recorded",
                "aucune chaîne de possession n’est consignée",
            ),
            Self::CustodyGap {
                step,
                held_by,
                given_by,
            } => Bilingual::new(
                format!("gap before step {step}: held by {held_by}, then given by {given_by}"),
                format!(
                    "lacune avant l’étape {step} : détenu par {held_by}, puis remis par {given_by}"
                ),
            ),
            Self::CustodyBackwards { step, on, after } => Bilingual::new(
                format!("step {step} is of {on}, and the one before of {after}"),
                format!("l’étape {step} est du {on}, et celle d’avant du {after}"),
            ),
            Self::CollectedLate {
                collected_at,
                received_on,
            } => Bilingual::new(
                format!("collected at {collected_at}, after its receipt on {received_on}"),
                format!("recueilli le {collected_at}, après sa réception le {received_on}"),
            ),
            Self::PublishedLate {
                published_on,
                received_on,
            } => Bilingual::new(
                format!("published on {published_on}, after its receipt on {received_on}"),
                format!("publié le {published_on}, après sa réception le {received_on}"),
            ),
        }
    }
}

/// Why a later entry on material is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepingRefusal {
    /// An entry without what it says.
    #[error("the entry on {0} says nothing: expected what is right")]
    SaysNothing(EvidenceId),
    /// An entry without reasons.
    #[error("the entry on {0} has no reasons: expected why")]
    NoReasons(EvidenceId),
    /// A step that names no hands.
    #[error("the step of custody of {0} names nobody: expected from whom and to whom")]
    NobodyNamed(EvidenceId),
    /// A step after today.
    #[error("the step of custody of {evidence} is of {on}: expected a day up to {today}")]
    NotYet {
        /// The material.
        evidence: EvidenceId,
        /// The day of the step.
        on: Day,
        /// The day of the entry.
        today: Day,
    },
    /// Material that repeats itself.
    #[error("{0} cannot repeat itself: expected other material")]
    RepeatsItself(EvidenceId),
}

impl EvidenceRecord {
    /// The compartments in which it is sealed now.
    #[must_use]
    pub fn compartments(&self) -> &BTreeSet<CompartmentId> {
        let last = self.sealings.last();
        last.map_or(&self.evidence.compartments, |last| &last.compartments)
    }

    /// The material that it repeats, by what was said on receipt and found later.
    #[must_use]
    pub fn repeats(&self) -> BTreeSet<EvidenceId> {
        let later = self.repetitions.iter().flat_map(|found| &found.of);
        self.evidence.repeats.iter().chain(later).cloned().collect()
    }

    /// The whole chain of custody: what was said on receipt, and every later step.
    pub fn chain(&self) -> impl Iterator<Item = &Custody> {
        let later = self.custody.iter().map(|step| &step.custody);
        self.evidence.custody.iter().chain(later)
    }

    /// What a reader must know about how it was kept. Gaps are shown and never closed here.
    #[must_use]
    pub fn flags(&self) -> Vec<Flag> {
        let mut flags = self.custody_flags();
        let received_on = self.evidence.received_on;
        let Some(from) = &self.evidence.provenance else {
            return flags;
        };
        // The civil day of the authority may lie a day from that of UTC.
        let latest = received_on.plus_days(1);
        if let Some(collected_at) = from.collected_at
            && collected_at.utc_day().is_none_or(|day| day > latest)
        {
            flags.push(Flag::CollectedLate {
                collected_at,
                received_on,
            });
        }
        if let Some(published_on) = from.published_on
            && published_on > latest
        {
            flags.push(Flag::PublishedLate {
                published_on,
                received_on,
            });
        }
        flags
    }

    fn custody_flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        let mut before: Option<(&str, Day)> = None;
        for (step, custody) in (1_usize..).zip(self.chain()) {
            if let Some((held_by, after)) = before {
                if !is_same(held_by, &custody.from) {
                    flags.push(Flag::CustodyGap {
                        step,
                        held_by: held_by.to_owned(),
                        given_by: custody.from.clone(),
                    });
                }
                if custody.on < after {
                    flags.push(Flag::CustodyBackwards {
                        step,
                        on: custody.on,
                        after,
                    });
                }
            }
            let holder = match custody.step.unwrap_or_default() {
                CustodyKind::Transfer | CustodyKind::Storage | CustodyKind::Disposal => &custody.to,
                CustodyKind::Copy | CustodyKind::Analysis => &custody.from,
            };
            before = Some((holder, custody.on));
        }
        if before.is_none() {
            flags.push(Flag::NoCustody);
        }
        flags
    }
}

/// Whether two names of a holder are the same but for case and blanks.
fn is_same(one: &str, other: &str) -> bool {
    let folded = |name: &str| name.trim().to_lowercase();
    folded(one) == folded(other)
}

/// Checks a later step of custody. A gap is no ground to refuse it: it is recorded and flagged.
///
/// # Errors
/// Refuses a step that names nobody, and one of a later day.
pub fn take_step(
    evidence: &EvidenceId,
    custody: &Custody,
    today: Day,
) -> Result<(), KeepingRefusal> {
    if custody.from.trim().is_empty() || custody.to.trim().is_empty() {
        return Err(KeepingRefusal::NobodyNamed(evidence.clone()));
    }
    if custody.on > today {
        return Err(KeepingRefusal::NotYet {
            evidence: evidence.clone(),
            on: custody.on,
            today,
        });
    }
    Ok(())
}

/// Checks what a later entry says, and its reasons.
///
/// # Errors
/// Refuses an entry that says nothing or gives no reasons.
pub fn correct(evidence: &EvidenceId, says: &str, reasons: &str) -> Result<(), KeepingRefusal> {
    if says.trim().is_empty() {
        return Err(KeepingRefusal::SaysNothing(evidence.clone()));
    }
    if reasons.trim().is_empty() {
        return Err(KeepingRefusal::NoReasons(evidence.clone()));
    }
    Ok(())
}
