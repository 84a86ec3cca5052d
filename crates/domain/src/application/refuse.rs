//! Refusing an application: grounds, law, reasons, and two officers.

use std::collections::BTreeSet;

use super::{Application, Outcome};
use crate::event::ApplicationRefused;
use crate::id::{ApplicationId, Ground, OfficerId};
use crate::law::Law;
use crate::time::Day;

/// Refuses an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefuseApplication {
    /// The grounds.
    pub grounds: BTreeSet<Ground>,
    /// The law.
    pub law: BTreeSet<Law>,
    /// The reasons that the applicant is given.
    pub reasons: String,
    /// The policies that determined it.
    pub determined_by: Vec<String>,
}

/// Why a refusal is itself refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefuseRefusal {
    /// The application has ended.
    #[error("application {0} has ended")]
    Ended(ApplicationId),
    /// Nobody recommended it.
    #[error("nobody has recommended to refuse application {0}: four eyes are needed")]
    NotRecommended(ApplicationId),
    /// Who recommends does not decide.
    #[error("{0} recommended it: another officer decides")]
    SameOfficer(OfficerId),
    /// Without grounds or law.
    #[error("the refusal names no ground or no law: expected both, so that it can be contested")]
    NoGround,
    /// Without reasons.
    #[error("the refusal gives no reasons: expected what the applicant is told")]
    NoReasons,
}

/// Decides a refusal.
///
/// # Errors
/// Refuses without a recommendation by another officer, grounds, law or reasons.
pub fn refuse(
    application: &Application,
    request: &RefuseApplication,
    by: &OfficerId,
    today: Day,
) -> Result<ApplicationRefused, RefuseRefusal> {
    if !application.is_pending() {
        return Err(RefuseRefusal::Ended(application.id.clone()));
    }
    let Some(recommendation) = application
        .recommendation()
        .filter(|held| held.outcome == Outcome::Refuse)
    else {
        return Err(RefuseRefusal::NotRecommended(application.id.clone()));
    };
    if recommendation.by == *by {
        return Err(RefuseRefusal::SameOfficer(by.clone()));
    }
    if request.grounds.is_empty() || request.law.is_empty() {
        return Err(RefuseRefusal::NoGround);
    }
    if request.reasons.trim().is_empty() {
        return Err(RefuseRefusal::NoReasons);
    }
    Ok(ApplicationRefused {
        application: application.id.clone(),
        grounds: request.grounds.clone(),
        law: request.law.clone(),
        reasons: request.reasons.clone(),
        determined_by: request.determined_by.clone(),
        recommended_by: recommendation.by.clone(),
        decided_by: by.clone(),
        on: today,
    })
}
