//! Saying that a unit is built into another one.

use super::Fitting;

/// Why a fitting is not accepted. A unit in two others at once is accepted, and flagged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FitRefusal {
    /// A period without a day.
    #[error("it is taken out before it is built in: expected a later day")]
    EndsBeforeItBegins,
    /// What nobody can trace proves nothing.
    #[error("the fitting has no source: expected where this is known from")]
    NoSource,
}

/// Checks a fitting.
///
/// # Errors
/// Refuses a period without a day, and a fitting without a source.
pub fn fit(fitting: &Fitting) -> Result<(), FitRefusal> {
    let period = fitting.period;
    if period.until.is_some_and(|until| until <= period.from) {
        return Err(FitRefusal::EndsBeforeItBegins);
    }
    if fitting.source.trim().is_empty() {
        return Err(FitRefusal::NoSource);
    }
    Ok(())
}
