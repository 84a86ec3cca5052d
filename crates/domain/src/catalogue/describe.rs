//! Describing an item or a platform, or correcting what was said of it from a day on.

use super::{ItemFacts, PlatformFacts};

/// Why a description is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescribeRefusal {
    /// Nobody could find it again.
    #[error("the description has no name: expected what it is, in words")]
    NoName,
    /// What nobody can trace proves nothing.
    #[error("the description has no source: expected where this is known from")]
    NoSource,
    /// A mark without a character on it.
    #[error("one of the marks is empty: expected marks as they stand")]
    EmptyMark,
}

/// Checks an item's description.
///
/// # Errors
/// Refuses one without a name or a source, and an empty mark or model.
pub fn item(facts: &ItemFacts) -> Result<(), DescribeRefusal> {
    let marks = facts.marks.iter().chain(&facts.model);
    check(&facts.name, &facts.source, marks)
}

/// Checks a platform's description.
///
/// # Errors
/// Refuses one without a name or a source, and an empty mark.
pub fn platform(facts: &PlatformFacts) -> Result<(), DescribeRefusal> {
    check(&facts.name, &facts.source, facts.marks.iter())
}

fn check<'a>(
    name: &str,
    source: &str,
    mut marks: impl Iterator<Item = &'a String>,
) -> Result<(), DescribeRefusal> {
    if name.trim().is_empty() {
        return Err(DescribeRefusal::NoName);
    }
    if source.trim().is_empty() {
        return Err(DescribeRefusal::NoSource);
    }
    if marks.any(|mark| mark.trim().is_empty()) {
        return Err(DescribeRefusal::EmptyMark);
    }
    Ok(())
}
