//! Issuing a permit on an application: nothing stands in the way, and two officers.

use super::{Issued, Origin};
use crate::application::{Application, Outcome};
use crate::event::PermitIssued;
use crate::id::{ApplicationId, OfficerId, PartyId, PermitId, RiskId};
use crate::item::LineNo;
use crate::policy::{PolicyAnswer, PolicyFinding};
use crate::time::Day;

/// Asks that a permit be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuePermit {
    /// The number that it gets.
    pub permit: PermitId,
    /// First day of validity; may lie before issue when the permit says so (`EIPA:8.5`).
    pub valid_from: Day,
    /// Last day of validity; none where the permit states none.
    pub last_day: Option<Day>,
    /// The reasons, where the decision needs them.
    pub reasons: Vec<String>,
}

/// What must be on the record before a permit can be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// What policies say about all its lines together.
    pub answer: &'a PolicyAnswer,
    /// Parties that no person has screened clear.
    pub unscreened: &'a [PartyId],
    /// Whether the criteria of the statute apply to any of its lines (arms, ammunition,
    /// implements or munitions of war).
    ///
    /// # Law
    /// `EIPA:7.3`
    pub needs_risk_determination: bool,
}

/// Why a permit is not issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueRefusal {
    /// The application has ended.
    #[error("application {0} has ended")]
    Ended(ApplicationId),
    /// The clock stands still.
    #[error("application {0} has an open question: decide after the answer")]
    Paused(ApplicationId),
    /// A line is not rated by an officer.
    #[error("line {0} is not rated by an officer")]
    NotRated(LineNo),
    /// A party was not screened, or not found clear.
    #[error("{0} is not screened clear: an unscreened party closes the decision")]
    NotScreened(PartyId),
    /// The criteria of the statute were not considered.
    #[error(
        "the risk under the criteria of the statute is not determined: it shall be considered before issue"
    )]
    RiskNotDetermined,
    /// A substantial risk remains after mitigation: then the permit shall not be issued, whatever
    /// policies say.
    ///
    /// # Law
    /// `EIPA:7.4`
    #[error(
        "determination {0} holds that a substantial risk remains: the permit shall not be issued"
    )]
    SubstantialRisk(RiskId),
    /// Policies stand in the way.
    #[error("policies stand in the way: {}", ids(.0))]
    Policies(Vec<PolicyFinding>),
    /// Nobody recommended it.
    #[error("nobody has recommended to issue on application {0}: four eyes are needed")]
    NotRecommended(ApplicationId),
    /// Who recommends does not decide.
    #[error("{0} recommended it: another officer decides")]
    SameOfficer(OfficerId),
    /// A validity that ends before it begins.
    #[error("the permit would end on {last_day}, before it begins on {valid_from}")]
    EndsBeforeItBegins {
        /// First day.
        valid_from: Day,
        /// Last day.
        last_day: Day,
    },
    /// A validity before issue without saying why.
    #[error("the permit would be valid from {0}, before its issue, and gives no reasons")]
    RetroactiveWithoutReasons(Day),
}

fn ids(findings: &[PolicyFinding]) -> String {
    findings
        .iter()
        .map(|finding| {
            finding
                .policy()
                .unwrap_or("the facts could not be put to any policy")
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// Decides an issue. Fails closed: what could not be evaluated stands in the way.
///
/// # Law
/// `EIPA:7(1)`, `EIPA:7.3`, `EIPA:7.4`, `EIPA:8.5`
///
/// # Errors
/// Refuses while anything stands in the way, and without two officers.
pub fn issue(
    application: &Application,
    record: &Record<'_>,
    request: &IssuePermit,
    by: &OfficerId,
    today: Day,
) -> Result<PermitIssued, IssueRefusal> {
    if !application.is_pending() {
        return Err(IssueRefusal::Ended(application.id.clone()));
    }
    if application.is_paused() {
        return Err(IssueRefusal::Paused(application.id.clone()));
    }
    if let Some(line) = application
        .terms
        .lines
        .iter()
        .find(|l| !application.rated.contains(&l.no))
    {
        return Err(IssueRefusal::NotRated(line.no));
    }
    if !record.answer.is_clear() {
        return Err(IssueRefusal::Policies(record.answer.findings.clone()));
    }
    if let Some(party) = record.unscreened.first() {
        return Err(IssueRefusal::NotScreened(party.clone()));
    }
    if record.needs_risk_determination && application.risks.is_empty() {
        return Err(IssueRefusal::RiskNotDetermined);
    }
    if let Some(risk) = application
        .risks
        .last()
        .filter(|r| r.has_substantial_risk())
    {
        return Err(IssueRefusal::SubstantialRisk(risk.id.clone()));
    }
    let recommended_by = four_eyes(application, by)?;
    check_validity(request, today)?;
    let mut reasons = request.reasons.clone();
    reasons.extend(
        application
            .exceptional
            .iter()
            .map(|held| held.reasons.clone()),
    );
    reasons.extend(
        application
            .assessment
            .iter()
            .map(|held| held.reasons.clone()),
    );
    let mut terms = application.terms.clone();
    terms.conditions.extend(
        application
            .recommendation()
            .map(|held| held.conditions.clone())
            .unwrap_or_default(),
    );
    Ok(PermitIssued {
        issued: Issued {
            permit: request.permit.clone(),
            terms,
            issued_on: today,
            valid_from: request.valid_from,
            last_day: request.last_day,
            origin: Origin::Application {
                application: application.id.clone(),
                recommended_by,
                decided_by: by.clone(),
            },
            reasons,
            determined_by: Vec::new(),
            basis: application.basis,
        },
    })
}

fn four_eyes(application: &Application, by: &OfficerId) -> Result<OfficerId, IssueRefusal> {
    let recommendation = application
        .recommendation()
        .filter(|held| held.outcome == Outcome::Issue)
        .ok_or_else(|| IssueRefusal::NotRecommended(application.id.clone()))?;
    if recommendation.by == *by {
        return Err(IssueRefusal::SameOfficer(by.clone()));
    }
    Ok(recommendation.by.clone())
}

fn check_validity(request: &IssuePermit, today: Day) -> Result<(), IssueRefusal> {
    if let Some(last_day) = request.last_day.filter(|last| *last < request.valid_from) {
        return Err(IssueRefusal::EndsBeforeItBegins {
            valid_from: request.valid_from,
            last_day,
        });
    }
    if request.valid_from < today && request.reasons.is_empty() {
        return Err(IssueRefusal::RetroactiveWithoutReasons(request.valid_from));
    }
    Ok(())
}
