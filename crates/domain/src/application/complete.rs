//! The steps between receipt and decision: questions, ratings, advice, recommendation.

use super::{Application, Outcome};
use crate::event::{InformationReceived, ItemRated, RecommendationMade};
use crate::id::{ApplicationId, OfficerId};
use crate::item::{Condition, LineNo, Rating};
use crate::time::Day;

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    /// The application has ended.
    #[error("application {0} has ended: nothing further is done on it")]
    Ended(ApplicationId),
    /// No such line.
    #[error("application {application} has no line {line}")]
    NoSuchLine {
        /// The application.
        application: ApplicationId,
        /// The line.
        line: LineNo,
    },
    /// Ratings without one primary.
    #[error("line {0} has {1} primary ratings: expected exactly one")]
    NotOnePrimary(LineNo, usize),
    /// Nobody asked.
    #[error("application {0} has no open question: there is nothing to answer")]
    NothingAsked(ApplicationId),
    /// A question is open already.
    #[error("application {0} has an open question: its clock stands still already")]
    AlreadyAsked(ApplicationId),
    /// No reasons.
    #[error("the act gives no reasons: expected why")]
    NoReasons,
    /// Lines without a rating by an officer.
    #[error("line {0} is not rated by an officer: rate it before recommending")]
    NotRated(LineNo),
    /// Advice nobody asked for is welcome; advice on a line that is not there is a mistake.
    #[error("the clock stands still while a question is open: recommend after the answer")]
    Paused,
}

/// Refuses any step on an application that has ended.
///
/// # Errors
/// Refuses when it has ended.
pub fn open(application: &Application) -> Result<(), StepRefusal> {
    if application.is_pending() {
        Ok(())
    } else {
        Err(StepRefusal::Ended(application.id.clone()))
    }
}

/// Decides a rating. An officer may override what the exporter proposed.
///
/// # Errors
/// Refuses an ended application, an unknown line, and ratings without exactly one primary.
pub fn rate(
    application: &Application,
    line: LineNo,
    ratings: Vec<Rating>,
    by: &OfficerId,
) -> Result<ItemRated, StepRefusal> {
    open(application)?;
    if application.terms.line(line).is_none() {
        return Err(StepRefusal::NoSuchLine {
            application: application.id.clone(),
            line,
        });
    }
    let primaries = ratings.iter().filter(|rating| rating.is_primary).count();
    if primaries != 1 {
        return Err(StepRefusal::NotOnePrimary(line, primaries));
    }
    Ok(ItemRated {
        application: application.id.clone(),
        line,
        ratings,
        by: by.clone(),
    })
}

/// Decides the receipt of answers; the clock runs again.
///
/// # Errors
/// Refuses when nothing was asked.
pub fn answer(
    application: &Application,
    answers: Vec<String>,
    documents: std::collections::BTreeSet<crate::id::DocumentKind>,
    on: Day,
) -> Result<InformationReceived, StepRefusal> {
    open(application)?;
    // Documents may come at any time; answers only to questions.
    if !application.is_paused() && !answers.is_empty() {
        return Err(StepRefusal::NothingAsked(application.id.clone()));
    }
    Ok(InformationReceived {
        application: application.id.clone(),
        answers,
        documents,
        on,
    })
}

/// Decides a recommendation.
///
/// # Errors
/// Refuses without reasons, on an ended or paused application, and (to issue) with a line that no
/// officer has rated.
pub fn recommend(
    application: &Application,
    outcome: Outcome,
    reasons: &str,
    conditions: Vec<Condition>,
    by: &OfficerId,
    on: Day,
) -> Result<RecommendationMade, StepRefusal> {
    open(application)?;
    if application.is_paused() {
        return Err(StepRefusal::Paused);
    }
    if reasons.trim().is_empty() {
        return Err(StepRefusal::NoReasons);
    }
    let unrated = application
        .terms
        .lines
        .iter()
        .find(|line| !application.rated.contains(&line.no));
    if let (Outcome::Issue, Some(line)) = (outcome, unrated) {
        return Err(StepRefusal::NotRated(line.no));
    }
    Ok(RecommendationMade {
        application: application.id.clone(),
        outcome,
        reasons: reasons.to_owned(),
        conditions,
        by: by.clone(),
        on,
    })
}
