//! Reviews: a frozen set of permits examined one by one, each ending in an outcome.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::advice::AdvicePosition;
use crate::event::ReviewConcluded;
use crate::id::{FindingId, OfficerId, PartyId, PermitId, QuestionId, ReviewId};
use crate::language::Bilingual;
use crate::permit::standing::Standing;
use crate::risk::RiskDetermination;
use crate::time::Day;

/// The outcome for one permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewOutcome {
    /// Keep in force.
    KeepInForce,
    /// Keep suspended while assurances are tested.
    KeepSuspended,
    /// Suspend.
    Suspend,
    /// Reinstate.
    Reinstate,
    /// Cancel.
    Cancel,
    /// Cancel and reinstate under conditions.
    CancelAndReinstate,
}

/// A permit in the frozen set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewMember {
    /// Where it stood when the set was frozen.
    pub stood: Standing,
    /// The outcome, once there is one, with its reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<(ReviewOutcome, String)>,
    /// The findings on which the outcome rests.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rests_on: BTreeSet<FindingId>,
}

/// An answer within a review, kept beside those before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAnswer {
    /// The answer.
    pub answer: String,
    /// The reasons.
    pub reasons: String,
    /// The findings on which it rests.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rests_on: BTreeSet<FindingId>,
    /// Who answers.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// A review as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRecord {
    /// The review.
    pub id: ReviewId,
    /// The mandate.
    pub mandate: Bilingual,
    /// The frozen set.
    pub members: BTreeMap<PermitId, ReviewMember>,
    /// The bodies consulted.
    pub consults: BTreeSet<PartyId>,
    /// The day by which they are to advise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advise_by: Option<Day>,
    /// Reminders: the body, the day, and the new day due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<(PartyId, Day, Day)>,
    /// Advice, in the order given.
    pub advice: Vec<(PartyId, AdvicePosition, String, Day)>,
    /// Answers by question, in the order given.
    pub answers: BTreeMap<QuestionId, Vec<ReviewAnswer>>,
    /// Determinations of risk.
    pub risks: Vec<RiskDetermination>,
    /// When it was opened.
    pub opened_on: Day,
    /// When it was concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concluded_on: Option<Day>,
    /// What is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_known: Vec<String>,
}

/// Why an act within a review is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefusal {
    /// The permit is not in the frozen set.
    #[error("permit {permit} is not in review {review}: its set was frozen when it was opened")]
    NotAMember {
        /// The review.
        review: ReviewId,
        /// The permit.
        permit: PermitId,
    },
    /// The review is over.
    #[error("review {0} is concluded: open another to look again")]
    Concluded(ReviewId),
    /// An outcome needs reasons of its own.
    #[error("the outcome for permit {0} has no reasons: expected why, for this permit")]
    NoReasons(PermitId),
    /// The outcome does not fit where the permit stood.
    #[error("permit {permit} stood {}: the outcome `{}` does not fit", stood.key(), crate::refusal::outcome(*outcome).0)]
    DoesNotFit {
        /// The permit.
        permit: PermitId,
        /// Where it stood.
        stood: Standing,
        /// The outcome.
        outcome: ReviewOutcome,
    },
    /// Not every permit has an outcome.
    #[error("{missing} permits of review {review} have no outcome, the first of them {first}")]
    Unfinished {
        /// The review.
        review: ReviewId,
        /// How many.
        missing: usize,
        /// The first of them.
        first: PermitId,
    },
    /// A consulted body has not advised.
    #[error(
        "{body} has not advised on review {review}: expected its advice, or a record that it has no view"
    )]
    NotAdvised {
        /// The review.
        review: ReviewId,
        /// The body.
        body: PartyId,
    },
    /// A body that is not consulted, or has advised.
    #[error("{body} owes no advice on review {review}")]
    OwesNothing {
        /// The review.
        review: ReviewId,
        /// The body.
        body: PartyId,
    },
    /// A day due that does not follow today.
    #[error("advice on review {review} is due on {due_on}: expected a day after {today}")]
    DueTooEarly {
        /// The review.
        review: ReviewId,
        /// The day due.
        due_on: Day,
        /// Today.
        today: Day,
    },
    /// An empty set.
    #[error("the scope of review {0} reaches no permit: there is nothing to review")]
    Empty(ReviewId),
}

impl ReviewRecord {
    /// Checks an outcome for one permit.
    ///
    /// # Errors
    /// Refuses a permit outside the set, a concluded review, an outcome without reasons, and one
    /// that does not fit where the permit stood.
    pub fn find_outcome(
        &self,
        permit: &PermitId,
        outcome: ReviewOutcome,
        reasons: &str,
    ) -> Result<(), ReviewRefusal> {
        if self.concluded_on.is_some() {
            return Err(ReviewRefusal::Concluded(self.id.clone()));
        }
        let member = self
            .members
            .get(permit)
            .ok_or_else(|| ReviewRefusal::NotAMember {
                review: self.id.clone(),
                permit: permit.clone(),
            })?;
        if reasons.trim().is_empty() {
            return Err(ReviewRefusal::NoReasons(permit.clone()));
        }
        let was_suspended = matches!(member.stood, Standing::Suspended | Standing::PartlyInForce);
        let fits = match outcome {
            ReviewOutcome::KeepInForce | ReviewOutcome::Suspend => {
                member.stood != Standing::Suspended
            }
            ReviewOutcome::KeepSuspended | ReviewOutcome::Reinstate => was_suspended,
            ReviewOutcome::Cancel | ReviewOutcome::CancelAndReinstate => true,
        };
        if fits {
            Ok(())
        } else {
            Err(ReviewRefusal::DoesNotFit {
                permit: permit.clone(),
                stood: member.stood,
                outcome,
            })
        }
    }

    /// The day by which a body is to advise: that of its last reminder, or of the opening; none
    /// where it owes no advice or no day was set.
    #[must_use]
    pub fn advice_due(&self, body: &PartyId) -> Option<Day> {
        if !self.owes_advice(body) {
            return None;
        }
        let reminded = self.reminders.iter().rfind(|(to, ..)| to == body);
        reminded.map(|(.., due_on)| *due_on).or(self.advise_by)
    }

    fn owes_advice(&self, body: &PartyId) -> bool {
        self.consults.contains(body) && !self.advice.iter().any(|(from, ..)| from == body)
    }

    /// Checks a reminder.
    ///
    /// # Errors
    /// Refuses one to a body that owes no advice, and a day due that does not follow today.
    pub fn remind(&self, body: &PartyId, today: Day, due_on: Day) -> Result<(), ReviewRefusal> {
        if !self.owes_advice(body) {
            return Err(ReviewRefusal::OwesNothing {
                review: self.id.clone(),
                body: body.clone(),
            });
        }
        if due_on <= today {
            return Err(ReviewRefusal::DueTooEarly {
                review: self.id.clone(),
                due_on,
                today,
            });
        }
        Ok(())
    }

    /// Decides the conclusion.
    ///
    /// # Errors
    /// Refuses while a permit has no outcome or a consulted body has not advised.
    pub fn conclude(
        &self,
        not_known: Vec<String>,
        by: &OfficerId,
        on: Day,
    ) -> Result<ReviewConcluded, ReviewRefusal> {
        if self.concluded_on.is_some() {
            return Err(ReviewRefusal::Concluded(self.id.clone()));
        }
        if let Some(body) = self
            .consults
            .iter()
            .find(|b| !self.advice.iter().any(|a| a.0 == **b))
        {
            return Err(ReviewRefusal::NotAdvised {
                review: self.id.clone(),
                body: body.clone(),
            });
        }
        let missing: Vec<_> = self
            .members
            .iter()
            .filter(|(_, member)| member.outcome.is_none())
            .map(|(p, _)| p)
            .collect();
        if let Some(first) = missing.first() {
            return Err(ReviewRefusal::Unfinished {
                review: self.id.clone(),
                missing: missing.len(),
                first: (*first).clone(),
            });
        }
        Ok(ReviewConcluded {
            review: self.id.clone(),
            not_known,
            on,
            by: by.clone(),
        })
    }

    /// The permits with an outcome.
    #[must_use]
    pub fn with_outcome(&self, outcome: ReviewOutcome) -> BTreeSet<PermitId> {
        self.members
            .iter()
            .filter(|(_, member)| {
                member
                    .outcome
                    .as_ref()
                    .is_some_and(|(held, _)| *held == outcome)
            })
            .map(|(permit, _)| permit.clone())
            .collect()
    }
}
