//! Saying that an item is a part of another, or of a platform.

use super::Composition;

/// Why a composition is not accepted. A part that contains itself is accepted, and flagged: one of
/// the sources is wrong, and it is not for the register to say which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeRefusal {
    /// None of it is no part.
    #[error("there are none of it in each: expected how many, at least one")]
    NoQuantity,
    /// What nobody can trace proves nothing.
    #[error("the composition has no source: expected where this is known from")]
    NoSource,
    /// A period without a day.
    #[error("it ends before it begins: expected a last day after the first")]
    EndsBeforeItBegins,
}

/// Checks a composition.
///
/// # Errors
/// Refuses a quantity of none, a period without a day, and a composition without a source.
pub fn compose(composition: &Composition) -> Result<(), ComposeRefusal> {
    if composition.quantity_per == 0 {
        return Err(ComposeRefusal::NoQuantity);
    }
    let period = composition.validity;
    if period.until.is_some_and(|until| until <= period.from) {
        return Err(ComposeRefusal::EndsBeforeItBegins);
    }
    if composition.source.trim().is_empty() {
        return Err(ComposeRefusal::NoSource);
    }
    Ok(())
}
