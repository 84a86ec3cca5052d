//! Citations: a key in `law/sources.toml`, or the citation is not made.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of text a source is. A notice to exporters is policy, not law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// An act of parliament or a treaty.
    Statute,
    /// A regulation or order made under a statute.
    Regulation,
    /// A published policy of the authority.
    Policy,
    /// What the authority did without an instrument.
    Practice,
}

/// A citation: the key of a source and the place in it, as in `EIPA:10(1)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Law(Box<str>);

/// Why a text is not a citation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a citation: expected a source key and a place, as in EIPA:10(1)")]
pub struct LawMistake {
    /// The text as given.
    pub given: String,
}

impl Law {
    /// Reads a citation.
    ///
    /// # Errors
    /// Refuses a text without a source key before the colon or with characters outside the
    /// identifier set.
    pub fn new(text: &str) -> Result<Self, LawMistake> {
        let mistake = || LawMistake {
            given: text.chars().take(64).collect(),
        };
        crate::id::check_shape(text).map_err(|_| mistake())?;
        match text.split_once(':') {
            Some((source, place)) if !source.is_empty() && !place.is_empty() => {
                Ok(Self(text.into()))
            }
            _ => Err(mistake()),
        }
    }

    /// A citation that stands in our own code; tidy checks that its source is known.
    pub(crate) fn shipped(key: &'static str) -> Self {
        debug_assert!(Self::new(key).is_ok(), "`{key}` is not a citation");
        Self(key.into())
    }

    /// The key of the source, before the colon.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.split_once(':').map_or(&self.0, |(source, _)| source)
    }

    /// The place in the source, after the colon.
    #[must_use]
    pub fn place(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, place)| place)
    }

    /// The citation as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Law {
    type Error = LawMistake;
    fn try_from(text: String) -> Result<Self, LawMistake> {
        Self::new(&text)
    }
}

impl From<Law> for String {
    fn from(law: Law) -> String {
        law.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_names_a_source_and_a_place() {
        let law = Law::new("EIPA:10(1)").unwrap();
        assert_eq!((law.source(), law.place()), ("EIPA", "10(1)"));
        for bad in ["EIPA", ":10", "EIPA:", "", "EIPA 10(1)"] {
            assert!(Law::new(bad).is_err(), "{bad}");
        }
    }
}
