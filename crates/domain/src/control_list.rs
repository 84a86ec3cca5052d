//! Control lists: entries of dated editions, and how entries lie within one another.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::language::Bilingual;
use crate::law::Law;
use crate::time::{Day, Period};

/// Why a text is not the id of a list entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a list entry: expected list, edition and number, as in GUIDE@2020:2-15.d"
)]
pub struct EntryMistake {
    /// The text as given.
    pub given: String,
}

/// An entry of one edition of one list, as in `GUIDE@2020:2-15.d`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryId(Box<str>);

impl EntryId {
    /// Reads an entry id.
    ///
    /// # Errors
    /// Refuses a text that lacks a list, an edition or a number.
    pub fn new(text: &str) -> Result<Self, EntryMistake> {
        let mistake = || EntryMistake {
            given: text.chars().take(64).collect(),
        };
        crate::id::check_shape(text).map_err(|_| mistake())?;
        let (edition, code) = text.split_once(':').ok_or_else(mistake)?;
        let (list, edition) = edition.split_once('@').ok_or_else(mistake)?;
        if list.is_empty() || edition.is_empty() || code.is_empty() {
            return Err(mistake());
        }
        Ok(Self(text.into()))
    }

    /// Puts an entry id together.
    ///
    /// # Errors
    /// Refuses parts that do not make an entry id.
    pub fn of(list: &str, edition: &str, code: &str) -> Result<Self, EntryMistake> {
        Self::new(&format!("{list}@{edition}:{code}"))
    }

    /// The key of the list, as in `GUIDE`.
    #[must_use]
    pub fn list(&self) -> &str {
        self.0.split_once('@').map_or("", |(list, _)| list)
    }

    /// The edition, as in `2020`.
    #[must_use]
    pub fn edition(&self) -> &str {
        self.0
            .split_once('@')
            .and_then(|(_, rest)| rest.split_once(':'))
            .map_or("", |(e, _)| e)
    }

    /// The number within the list, as in `2-15.d`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, code)| code)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for EntryId {
    type Err = EntryMistake;
    fn from_str(text: &str) -> Result<Self, EntryMistake> {
        Self::new(text)
    }
}

impl TryFrom<String> for EntryId {
    type Error = EntryMistake;
    fn try_from(text: String) -> Result<Self, EntryMistake> {
        Self::new(&text)
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> String {
        id.0.into()
    }
}

/// Whether a rated entry lies within a branch of a list, across editions.
///
/// The regime answers from its trees and concordances; `domain` only asks.
pub trait EntryTree {
    /// Whether `entry` is `branch`, or a descendant of it, or of an entry that a concordance links
    /// with it.
    fn lies_within(&self, entry: &EntryId, branch: &EntryId) -> bool;
}

/// To which destinations an entry is controlled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DestinationRule {
    /// Controlled to every destination.
    All,
    /// Controlled to every destination except these.
    AllExcept(Vec<Country>),
    /// Controlled only to these.
    Only(Vec<Country>),
    /// The list says so per item, in words that are kept in the entry's text.
    AsTheItemSays,
}

/// How sure a fact of a list is (the marks of the sources read).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Read in the primary source.
    Read,
    /// Read in a secondary source.
    Secondary,
    /// General knowledge: to be confirmed before relying on it.
    ToConfirm,
}

/// One entry of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlEntry {
    /// The number, normalised, as in `2-15.d`.
    pub code: String,
    /// The number as the source writes it.
    pub written: String,
    /// The entry above it in the same edition; none for a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The text or, for the list that ships, a title in our own words.
    pub text: Bilingual,
    /// In force since, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_from: Option<Day>,
    /// Whether the source shows it as repealed.
    #[serde(default)]
    pub is_repealed: bool,
    /// To which destinations it is controlled; none means as its parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destinations: Option<DestinationRule>,
    /// How sure the text is.
    pub certainty: Certainty,
    /// Other regimes that name it (Wassenaar, MTCR, NSG, AG, ATT), as tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regimes: Vec<String>,
}

/// A dated edition of a control list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlList {
    /// The key of the list, as in `ECL`.
    pub list: String,
    /// The key of the edition, as in `2025-04-25`.
    pub edition: String,
    /// The list's title.
    pub title: Bilingual,
    /// The source that it was read from.
    pub law: Law,
    /// When the edition is in force.
    pub validity: Period,
    /// The entries, parents before children.
    pub entries: Vec<ControlEntry>,
}

/// A link between entries of two editions or of two lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concordance {
    /// The entry on one side.
    pub from: EntryId,
    /// The entry on the other side.
    pub to: EntryId,
    /// How sure the link is.
    pub certainty: Certainty,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_id_names_list_edition_and_number() {
        let id = EntryId::new("GUIDE@2020:2-15.d").unwrap();
        assert_eq!(
            (id.list(), id.edition(), id.code()),
            ("GUIDE", "2020", "2-15.d")
        );
        for bad in [
            "2-15.d",
            "GUIDE:2-15.d",
            "GUIDE@2020",
            "@2020:2",
            "GUIDE@:2",
            "GUIDE@2020:",
        ] {
            assert!(EntryId::new(bad).is_err(), "{bad}");
        }
    }
}
