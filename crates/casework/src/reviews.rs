//! Reviews: opened on a frozen set, worked permit by permit, concluded.

use std::collections::{BTreeMap, BTreeSet};

use domain::advice::AdvicePosition;
use domain::duty::DutyKind;
use domain::event::{
    ReviewAdviceGiven, ReviewOpened, ReviewOutcomeRecorded, ReviewQuestionAnswered, ReviewReminded,
    ReviewRiskDetermined,
};
use domain::finding::{BreachFinding, Finding};
use domain::id::{FindingId, PartyId, PermitId, QuestionId, ReviewId};
use domain::language::Bilingual;
use domain::permit::Permit;
use domain::permit::standing::Standing;
use domain::review::{ReviewMember, ReviewOutcome, ReviewRecord, ReviewRefusal};
use domain::risk::RiskDetermination;
use domain::scope::Scope;
use domain::time::Day;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::late::{self, Owed};
use crate::reach;
use crate::reading;

/// Opens a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenReview {
    /// The review.
    pub review: ReviewId,
    /// The mandate.
    pub mandate: Bilingual,
    /// Which permits.
    pub scope: Scope,
    /// Only permits that stand so; empty means whatever their standing.
    pub standings: BTreeSet<Standing>,
    /// The bodies consulted.
    pub consults: BTreeSet<PartyId>,
    /// The day by which they are to advise.
    pub advise_by: Option<Day>,
}

/// The outcome for one permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The outcome.
    pub outcome: ReviewOutcome,
    /// Why, for this permit.
    pub reasons: String,
    /// The findings on which it rests: a permit may be cancelled for a breached assurance though no
    /// criterion of the statute failed.
    pub rests_on: BTreeSet<FindingId>,
}

impl Desk {
    /// Opens a review: the set is frozen as it is now.
    ///
    /// # Errors
    /// A refusal when the scope reaches no permit, a mistake in the scope, or a fault.
    pub fn open_review(&self, actor: &Actor, request: &OpenReview) -> Result<Done<u64>, DeskError> {
        self.act(actor, "review.open", |act| {
            request
                .scope
                .check()
                .map_err(|mistake| DeskError::mistaken("scope", mistake))?;
            if act.find::<ReviewRecord>(&request.review)?.is_some() {
                return Err(DeskError::taken("review", &request.review));
            }
            let lens = act.lens()?;
            let reached = reach::members(act.log(), &act.book, &request.scope, lens)?;
            let mut members = BTreeMap::new();
            for id in reached.keys() {
                let permit: Permit = act.load(id)?;
                let stood = permit.standing(act.today);
                if request.standings.is_empty() || request.standings.contains(&stood) {
                    members.insert(
                        id.clone(),
                        ReviewMember {
                            stood,
                            outcome: None,
                            rests_on: BTreeSet::new(),
                        },
                    );
                }
            }
            if members.is_empty() {
                let refusal = ReviewRefusal::Empty(request.review.clone());
                return Err(DeskError::refused("review.open", &refusal));
            }
            let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
            act.append(ReviewOpened {
                review: request.review.clone(),
                mandate: request.mandate.clone(),
                scope: request.scope.clone(),
                members,
                consults: request.consults.clone(),
                advise_by: request.advise_by,
                on: act.today,
                by: act.actor.officer.clone(),
            })?;
            if let Some(due_on) = request.advise_by {
                for body in &request.consults {
                    owe_advice(act, &request.review, body, 0, due_on)?;
                }
            }
            Ok(count)
        })
    }

    /// Records a consulted body's advice on a review.
    ///
    /// # Errors
    /// A refusal when the review is concluded, or a fault.
    pub fn advise_review(
        &self,
        actor: &Actor,
        review: &ReviewId,
        body: &PartyId,
        position: AdvicePosition,
        text: &str,
    ) -> Result<Done<()>, DeskError> {
        self.within(actor, "review.advise", review, |act, _| {
            act.own(body)?;
            let event = ReviewAdviceGiven {
                review: review.clone(),
                body: body.clone(),
                permits: BTreeSet::new(),
                position,
                text: text.to_owned(),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(event)?;
            let about = advice_about(review, body);
            late::discharge(act, &about, &[DutyKind::AdviseReview], "the body advised")
        })
    }

    /// Reminds a consulted body, with a new day due.
    ///
    /// # Errors
    /// A refusal when it owes no advice or the day does not follow today, or a fault.
    pub fn remind_review(
        &self,
        actor: &Actor,
        review: &ReviewId,
        body: &PartyId,
        due_on: Day,
    ) -> Result<Done<()>, DeskError> {
        self.within(actor, "review.find", review, |act, held| {
            held.remind(body, act.today, due_on)
                .map_err(|refusal| DeskError::refused("review.remind", &refusal))?;
            let about = advice_about(review, body);
            late::discharge(
                act,
                &about,
                &[DutyKind::AdviseReview],
                "the body was reminded",
            )?;
            act.append(ReviewReminded {
                review: review.clone(),
                body: body.clone(),
                due_on,
                on: act.today,
                by: act.actor.officer.clone(),
            })?;
            let times = held.reminders.len().saturating_add(1);
            owe_advice(act, review, body, times, due_on)
        })
    }

    /// Answers a question within a review; earlier answers stay.
    ///
    /// # Errors
    /// A refusal when the review is concluded or reasons are missing, a mistake when a finding is
    /// unknown, or a fault.
    pub fn answer_in_review(
        &self,
        actor: &Actor,
        review: &ReviewId,
        (question, rests_on): (&QuestionId, &BTreeSet<FindingId>),
        answer: &str,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.within(actor, "review.find", review, |act, _| {
            check_findings(act, rests_on)?;
            if reasons.trim().is_empty() {
                let says = Bilingual::new(
                    "the answer has no reasons: expected why it is held so",
                    "la réponse n’a pas de motifs : il faut dire pourquoi elle est tenue",
                );
                return Err(DeskError::refused("review.find", &says));
            }
            let event = ReviewQuestionAnswered {
                review: review.clone(),
                question: question.clone(),
                answer: answer.to_owned(),
                reasons: reasons.to_owned(),
                rests_on: rests_on.clone(),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// Determines a risk within a review.
    ///
    /// # Errors
    /// A refusal when the order of the judgment is not kept, or a fault.
    pub fn determine_review_risk(
        &self,
        actor: &Actor,
        review: &ReviewId,
        determination: RiskDetermination,
    ) -> Result<Done<()>, DeskError> {
        self.within(actor, "review.find", review, |act, _| {
            determination
                .check()
                .map_err(|refusal| DeskError::refused("review.risk", &refusal))?;
            act.append(ReviewRiskDetermined {
                review: review.clone(),
                determination,
            })
            .map(drop)
        })
    }

    /// Records outcomes, each with reasons of its own, together or not at all.
    ///
    /// # Errors
    /// A refusal by the decision for any of them, or a fault.
    pub fn record_outcomes(
        &self,
        actor: &Actor,
        review: &ReviewId,
        outcomes: &BTreeMap<PermitId, Outcome>,
    ) -> Result<Done<()>, DeskError> {
        self.within(actor, "review.find", review, |act, held| {
            for (permit, found) in outcomes {
                held.find_outcome(permit, found.outcome, &found.reasons)
                    .map_err(|refusal| DeskError::refused("review.outcome", &refusal))?;
                check_findings(act, &found.rests_on)?;
                act.append(ReviewOutcomeRecorded {
                    review: review.clone(),
                    permit: permit.clone(),
                    outcome: found.outcome,
                    reasons: found.reasons.clone(),
                    rests_on: found.rests_on.clone(),
                    by: act.actor.officer.clone(),
                    on: act.today,
                })?;
            }
            Ok(())
        })
    }

    /// Concludes a review.
    ///
    /// # Errors
    /// A refusal while a permit has no outcome or a consulted body has not advised, or a fault.
    pub fn conclude_review(
        &self,
        actor: &Actor,
        review: &ReviewId,
        not_known: &[String],
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "review.conclude", |act| {
            let held: ReviewRecord = act.load(review)?;
            let event = held
                .conclude(not_known.to_vec(), &act.actor.officer, act.today)
                .map_err(|refusal| DeskError::refused("review.conclude", &refusal))?;
            act.append(event).map(drop)
        })
    }

    /// A review as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn review(&self, id: &ReviewId) -> Result<Option<ReviewRecord>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }

    fn within<T: serde::Serialize>(
        &self,
        actor: &Actor,
        action: &str,
        review: &ReviewId,
        body: impl FnOnce(&mut Act<'_>, &ReviewRecord) -> Result<T, DeskError>,
    ) -> Result<Done<T>, DeskError> {
        self.act(actor, action, |act| {
            let held: ReviewRecord = act.load(review)?;
            if held.concluded_on.is_some() {
                let refusal = ReviewRefusal::Concluded(review.clone());
                return Err(DeskError::refused("review.step", &refusal));
            }
            body(act, &held)
        })
    }
}

/// What the duty of one body on one review is about.
fn advice_about(review: &ReviewId, body: &PartyId) -> String {
    format!("{review}/{body}")
}

/// Advice that is owed.
fn owe_advice(
    act: &mut Act<'_>,
    review: &ReviewId,
    body: &PartyId,
    times: usize,
    due_on: Day,
) -> Result<(), DeskError> {
    Owed {
        what: &format!("ADVICE{times}"),
        duty_kind: DutyKind::AdviseReview,
        desk: "deciding",
        about: &advice_about(review, body),
        says: Bilingual::new(
            format!("{body} is to advise on review {review}"),
            format!("{body} doit donner son avis sur l’examen {review}"),
        ),
        due_on,
    }
    .open(act)
}

/// Refuses a finding that the register does not have; one on a breach counts.
fn check_findings(act: &Act<'_>, findings: &BTreeSet<FindingId>) -> Result<(), DeskError> {
    for id in findings {
        if act.find::<BreachFinding>(id)?.is_none() {
            let _: Finding = act.load(id)?;
        }
    }
    Ok(())
}
