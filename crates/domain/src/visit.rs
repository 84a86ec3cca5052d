//! Visits to where items are: planned on a legal basis, sampled by serial number, recorded item by
//! item, and judged. That access was refused is information.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::finding::Answer;
use crate::id::{
    AssuranceId, EvidenceId, OfficerId, PartyId, PermitId, PlatformId, QuestionId, VisitId,
};
use crate::item::LineNo;
use crate::law::Law;
use crate::time::Day;

mod refusal;
mod sample;

pub use refusal::{Unfit, VisitRefusal, said};
pub use sample::{METHOD, Sample, draw};

/// When a visit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VisitKind {
    /// Before a permit is issued.
    PreLicence,
    /// After issue, before the goods leave.
    PreShipment,
    /// After the goods have arrived.
    PostShipment,
}

/// On what a visit may be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AccessBasis {
    /// A right of verification undertaken in an assurance.
    Assurance {
        /// The assurance.
        assurance: AssuranceId,
    },
    /// A law or a condition under it.
    Law {
        /// Where it stands.
        law: Law,
    },
    /// The consent of whoever is visited.
    Consent {
        /// Who consented, and how.
        text: String,
    },
}

/// A person met or travelling, by name and function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The title or function.
    pub title: String,
}

/// A line whose items are due to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemsDue {
    /// The permit.
    pub permit: PermitId,
    /// The line.
    pub line: LineNo,
    /// Their serial numbers.
    pub serials: BTreeSet<String>,
}

/// A visit as planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPlan {
    /// The visit.
    pub id: VisitId,
    /// When in the life of the permit it is made.
    pub visit_kind: VisitKind,
    /// On what it may be made.
    pub basis: AccessBasis,
    /// Whose place it is.
    pub host: PartyId,
    /// The place, in words, and its country.
    pub place: String,
    /// The country.
    pub country: Country,
    /// The day on which it is to be made.
    pub planned_on: Day,
    /// Who travels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visitors: Vec<Person>,
    /// What is due to be seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemsDue>,
    /// What is to be answered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub questions: BTreeSet<QuestionId>,
    /// Who planned it.
    pub by: OfficerId,
    /// The day on which it was planned.
    pub on: Day,
}

impl VisitPlan {
    /// Every serial number that is due to be seen.
    #[must_use]
    pub fn serials(&self) -> BTreeSet<&str> {
        let all = self.items.iter().flat_map(|due| &due.serials);
        all.map(String::as_str).collect()
    }

    /// The permits that it is about.
    #[must_use]
    pub fn permits(&self) -> BTreeSet<&PermitId> {
        self.items.iter().map(|due| &due.permit).collect()
    }
}

/// One item that was due, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFound {
    /// The serial number that was due.
    pub serial: String,
    /// The serial as read on the item, `?` for an illegible character; none where it was not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// Why it was not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_seen_because: Option<String>,
    /// In what condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The platform into which it is built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<PlatformId>,
    /// The serial of that platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_serial: Option<String>,
    /// Where it is declared to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_at: Option<String>,
    /// Where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<String>,
}

/// How the serial read on an item compares with the one that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Every character was read, and it is the same.
    Exact,
    /// What could be read agrees.
    Partial,
    /// It is another.
    Other,
    /// It was not seen.
    NotSeen,
}

impl ItemFound {
    /// How what was read compares with what was due. A partial reading is never taken for a whole.
    #[must_use]
    pub fn reading(&self) -> Reading {
        let Some(read) = &self.read else {
            return Reading::NotSeen;
        };
        if read == &self.serial {
            return Reading::Exact;
        }
        let agrees = read.chars().count() == self.serial.chars().count()
            && read
                .chars()
                .zip(self.serial.chars())
                .all(|(seen, due)| seen == '?' || seen == due);
        let is_legible = read.chars().any(|seen| seen != '?');
        if agrees && is_legible {
            Reading::Partial
        } else {
            Reading::Other
        }
    }
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VisitOutcome {
    /// Everything that was to be seen was seen, where and as declared.
    Confirmed,
    /// Some of it.
    PartlyConfirmed,
    /// It was not as declared.
    NotConfirmed,
    /// Access was refused.
    AccessRefused,
    /// It cannot be said.
    Unresolved,
}

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// What.
    pub what: String,
    /// By when.
    pub due_on: Day,
}

/// What was found on a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitReport {
    /// The day on which it was made, or was to be made.
    pub made_on: Day,
    /// Who travelled.
    pub visitors: Vec<Person>,
    /// Who received them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Person>,
    /// The items of the sample, or all of them where none was drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemFound>,
    /// Custody and security.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<String>,
    /// Storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// What the stock book says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_book: Option<String>,
    /// The use as declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_declared: Option<String>,
    /// The use as observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_observed: Option<String>,
    /// Retransfers declared, and the consent shown for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retransfers: Option<String>,
    /// Copies of documents and photographs, received as evidence.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub evidence: BTreeSet<EvidenceId>,
    /// What was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<String>,
    /// What limited the visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// What is held about each question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub findings: BTreeMap<QuestionId, Answer>,
    /// How it ended.
    pub outcome: VisitOutcome,
    /// The officer's judgment, in words.
    pub judgment: String,
    /// What is done next; needed unless everything was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// Who signs.
    pub by: OfficerId,
    /// The day on which it was recorded.
    pub on: Day,
}

/// A visit as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// The plan.
    pub plan: VisitPlan,
    /// The sample, where one was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// What was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<VisitReport>,
    /// Why and when it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_off: Option<(Day, String)>,
    /// What followed: the day and what was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followed_up: Vec<(Day, String)>,
}

/// Checks a plan. Where it rests on an assurance, that assurance gives the right.
///
/// # Errors
/// Refuses a plan about nothing, one for a day that has passed, and one on an assurance without a
/// right of verification.
pub fn plan(visit: &VisitPlan, gives_right: bool, today: Day) -> Result<(), VisitRefusal> {
    if visit.items.is_empty() && visit.questions.is_empty() {
        return Err(VisitRefusal::AboutNothing(visit.id.clone()));
    }
    if visit.planned_on < today {
        return Err(VisitRefusal::Past {
            visit: visit.id.clone(),
            planned_on: visit.planned_on,
            today,
        });
    }
    match &visit.basis {
        AccessBasis::Assurance { assurance } if !gives_right => Err(VisitRefusal::NoRight {
            visit: visit.id.clone(),
            assurance: assurance.clone(),
        }),
        _ => Ok(()),
    }
}

impl VisitRecord {
    /// Refuses an act on a visit that is recorded or called off.
    ///
    /// # Errors
    /// Refuses when it is over.
    pub fn check_open(&self) -> Result<(), VisitRefusal> {
        if self.report.is_some() || self.called_off.is_some() {
            return Err(VisitRefusal::Over(self.plan.id.clone()));
        }
        Ok(())
    }

    /// Checks a sample of a size.
    ///
    /// # Errors
    /// Refuses a second sample, and one of nothing or of more than is due.
    pub fn check_sample(&self, size: usize) -> Result<(), VisitRefusal> {
        self.check_open()?;
        if self.sample.is_some() {
            return Err(VisitRefusal::Sampled(self.plan.id.clone()));
        }
        let population = self.plan.serials().len();
        if size == 0 || size > population {
            return Err(VisitRefusal::SampleSize {
                visit: self.plan.id.clone(),
                population,
            });
        }
        Ok(())
    }

    /// The serials that must be accounted for: those of the sample, or all that are due.
    #[must_use]
    pub fn expected(&self) -> BTreeSet<&str> {
        match &self.sample {
            Some(sample) => sample.serials.iter().map(String::as_str).collect(),
            None => self.plan.serials(),
        }
    }

    /// Checks a report against the plan and the sample.
    ///
    /// # Errors
    /// Refuses a report that leaves an item or a question open without saying so, and an outcome
    /// that does not fit what was found.
    pub fn record(&self, report: &VisitReport, today: Day) -> Result<(), VisitRefusal> {
        self.check_open()?;
        let visit = || self.plan.id.clone();
        if report.made_on > today {
            return Err(VisitRefusal::NotYet {
                visit: visit(),
                made_on: report.made_on,
                today,
            });
        }
        if report.judgment.trim().is_empty() {
            return Err(VisitRefusal::NoJudgment(visit()));
        }
        self.check_items(report)?;
        for (question, answer) in &report.findings {
            if answer.reasons.trim().is_empty() {
                return Err(VisitRefusal::NoReasons(question.clone()));
            }
        }
        if let Some(because) = self.unfit(report) {
            return Err(VisitRefusal::DoesNotFit {
                outcome: report.outcome,
                because,
            });
        }
        let follows = report
            .follow_up
            .as_ref()
            .is_some_and(|next| !next.what.trim().is_empty() && next.due_on >= today);
        if report.outcome != VisitOutcome::Confirmed && !follows {
            return Err(VisitRefusal::NothingFollows(visit()));
        }
        Ok(())
    }

    fn check_items(&self, report: &VisitReport) -> Result<(), VisitRefusal> {
        let (expected, due) = (self.expected(), self.plan.serials());
        let mut found = BTreeSet::new();
        for item in &report.items {
            if !due.contains(item.serial.as_str()) {
                return Err(VisitRefusal::NotDue {
                    visit: self.plan.id.clone(),
                    serial: item.serial.clone(),
                });
            }
            let because = item.not_seen_because.as_deref().map(str::trim);
            let says_why = because.is_some_and(|because| !because.is_empty());
            if item.read.is_some() == says_why {
                return Err(VisitRefusal::SeenOrNot(item.serial.clone()));
            }
            found.insert(item.serial.as_str());
        }
        let has_access = report.outcome != VisitOutcome::AccessRefused;
        match expected.difference(&found).next() {
            Some(serial) if has_access => Err(VisitRefusal::Unaccounted {
                visit: self.plan.id.clone(),
                serial: (*serial).to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Why the outcome of a report does not fit what it says was found.
    fn unfit(&self, report: &VisitReport) -> Option<Unfit> {
        use crate::finding::Held::{Credible, Established};
        let any = |wanted: Reading| report.items.iter().any(|item| item.reading() == wanted);
        let sees_something = any(Reading::Exact) || any(Reading::Partial);
        let is_positive = |question: &QuestionId| {
            let held = report.findings.get(question).map(|answer| answer.held);
            matches!(held, Some(Established | Credible))
        };
        match report.outcome {
            VisitOutcome::Confirmed if any(Reading::NotSeen) => Some(Unfit::NotSeen),
            VisitOutcome::Confirmed if any(Reading::Partial) || any(Reading::Other) => {
                Some(Unfit::NotExact)
            }
            VisitOutcome::Confirmed if !report.refusals.is_empty() => Some(Unfit::Refused),
            VisitOutcome::Confirmed if !self.plan.questions.iter().all(is_positive) => {
                Some(Unfit::QuestionOpen)
            }
            VisitOutcome::PartlyConfirmed if !sees_something && !report.items.is_empty() => {
                Some(Unfit::NothingSeen)
            }
            VisitOutcome::AccessRefused if report.refusals.is_empty() => {
                Some(Unfit::NothingRefused)
            }
            _ => None,
        }
    }

    /// Checks the entry that a follow-up was done.
    ///
    /// # Errors
    /// Refuses where nothing was to follow, or it was done.
    pub fn follow_up(&self) -> Result<(), VisitRefusal> {
        let owed = self
            .report
            .as_ref()
            .and_then(|held| held.follow_up.as_ref());
        if owed.is_none() || !self.followed_up.is_empty() {
            return Err(VisitRefusal::NothingOwed(self.plan.id.clone()));
        }
        Ok(())
    }
}
