//! Submitting an application: a complete snapshot, or a clear list of what is missing.

use std::collections::BTreeSet;

use crate::application::Application;
use crate::event::ApplicationSubmitted;
use crate::id::{ApplicationId, DocumentKind, PartyId};
use crate::item::LineNo;
use crate::party::Basis;
use crate::permit::{PermitKind, Terms};
use crate::time::Day;

/// Most lines on one application: the largest real one met had 312.
pub const LINES_MAX: usize = 2_000;

/// Asks for a permit.
///
/// # Law
/// `EPR:3(2)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitApplication {
    /// Its number.
    pub application: ApplicationId,
    /// Who applies.
    pub applicant: PartyId,
    /// What is asked for.
    pub terms: Terms,
    /// Documents attached.
    pub documents: BTreeSet<DocumentKind>,
    /// The application that it was copied from.
    pub copied_from: Option<ApplicationId>,
    /// How solid it is.
    pub basis: Option<Basis>,
}

/// A field that the regulation asks for and the form lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The exporter (`EPR:3(2)(c)`).
    Exporter,
    /// At least one consignee (`EPR:3(2)(d)`).
    Consignee,
    /// The country of use or final destination (`EPR:3(2)(e)`).
    FinalDestination,
    /// At least one line.
    Line,
    /// The description of a line (`EPR:3(2)(f)(iii)`).
    Description(LineNo),
    /// The quantity of a line (`EPR:3(2)(f)(iv)`).
    Quantity(LineNo),
    /// The value of a line (`EPR:3(2)(f)(iv)`).
    Value(LineNo),
}

/// Why an application is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitRefusal {
    /// Fields are missing: it is returned and the clock is not started.
    #[error("the application is incomplete: {} missing", crate::refusal::missing(.0).en)]
    Incomplete(BTreeSet<Missing>),
    /// Two lines with one number.
    #[error("line {0} stands twice on the application: expected each number once")]
    LineTwice(LineNo),
    /// More lines than an officer could read.
    #[error("the application has {0} lines: expected at most {LINES_MAX}")]
    TooManyLines(usize),
    /// General permits are issued by order, not on application.
    #[error("a general permit is not applied for: register for its use instead")]
    GeneralPermit,
    /// The one that it would supersede has ended.
    #[error("application {0} has ended and cannot be superseded: submit a new one")]
    SupersededHasEnded(ApplicationId),
    /// The one that it would supersede belongs to somebody else.
    #[error("application {0} is not of this applicant: only its own applicant can supersede it")]
    NotTheApplicant(ApplicationId),
}

/// Decides the receipt of an application.
///
/// # Errors
/// Refuses an incomplete one with everything that is missing, and a superseding one where the
/// superseded has ended or is another applicant's.
pub fn submit(
    request: &SubmitApplication,
    superseded: Option<&Application>,
    today: Day,
) -> Result<ApplicationSubmitted, SubmitRefusal> {
    if request.terms.kind == PermitKind::General {
        return Err(SubmitRefusal::GeneralPermit);
    }
    if request.terms.lines.len() > LINES_MAX {
        return Err(SubmitRefusal::TooManyLines(request.terms.lines.len()));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = request
        .terms
        .lines
        .iter()
        .find(|line| !seen.insert(line.no))
    {
        return Err(SubmitRefusal::LineTwice(twice.no));
    }
    let missing = missing(&request.terms);
    if !missing.is_empty() {
        return Err(SubmitRefusal::Incomplete(missing));
    }
    if let Some(earlier) = superseded {
        if !earlier.is_pending() {
            return Err(SubmitRefusal::SupersededHasEnded(earlier.id.clone()));
        }
        if earlier.applicant != request.applicant {
            return Err(SubmitRefusal::NotTheApplicant(earlier.id.clone()));
        }
    }
    Ok(ApplicationSubmitted {
        application: request.application.clone(),
        applicant: request.applicant.clone(),
        terms: request.terms.clone(),
        received_on: today,
        documents: request.documents.clone(),
        copied_from: request.copied_from.clone(),
        supersedes: superseded.map(|earlier| earlier.id.clone()),
        basis: request.basis,
    })
}

/// Everything that the regulation asks for and the terms lack.
#[must_use]
pub fn missing(terms: &Terms) -> BTreeSet<Missing> {
    let mut missing = BTreeSet::new();
    if terms.exporter.is_none() {
        missing.insert(Missing::Exporter);
    }
    if terms.consignees.is_empty() {
        missing.insert(Missing::Consignee);
    }
    if terms.final_destinations.is_empty() {
        missing.insert(Missing::FinalDestination);
    }
    if terms.lines.is_empty() {
        missing.insert(Missing::Line);
    }
    for line in &terms.lines {
        if line.item.description.trim().is_empty() {
            missing.insert(Missing::Description(line.no));
        }
        if line
            .quantity
            .is_none_or(|quantity| quantity.amount.is_zero())
        {
            missing.insert(Missing::Quantity(line.no));
        }
        if line.value.is_none() {
            missing.insert(Missing::Value(line.no));
        }
    }
    missing
}
