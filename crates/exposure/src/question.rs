//! What is asked of the web.

use std::collections::BTreeSet;

use domain::catalogue::SerialPattern;
use domain::country::Country;
use domain::evidence::{LinkConfidence, LinkTarget};
use domain::id::{ItemId, PartyId, PermitId, PlatformId};
use domain::language::Bilingual;
use domain::time::Day;
use serde::{Deserialize, Serialize};

/// Most things that one question names: more than any report lists, few enough to be read back.
pub const NAMED_MAX: usize = 1_000;

/// Which way a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From what was seen to every permit that it reaches.
    #[default]
    Reach,
    /// From a permit or a serial to where the thing may be now.
    Whereabouts,
}

/// The days between which a thing was made and seen; either end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// Last day, still in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
}

impl Window {
    /// Whether it says anything.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether days, both in, touch it.
    pub(crate) fn touches(self, (first, last): (i32, i32)) -> bool {
        let begins = self.to.is_none_or(|to| first <= to.days_since_1970());
        begins && self.from.is_none_or(|from| last >= from.days_since_1970())
    }
}

/// A link that an officer accepted, as the beginning of a walk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Linked {
    /// What it leads to.
    pub to: LinkTarget,
    /// How sure it is. No step makes it surer.
    pub confidence: LinkConfidence,
    /// The material that it comes from.
    pub evidence: String,
}

/// A question: things, and circumstances.
///
/// Things (links, permits, items, marks, serials, platforms) are where a walk begins. Circumstances (parties,
/// integrators, countries, days) narrow what is reached by model, and take part in its grade; where
/// nothing else is asked, the walk begins at them. Of several values of one kind, any will do; of
/// several kinds of circumstances, all must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// Which way.
    pub direction: Direction,
    /// Accepted links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Linked>,
    /// Permits.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub permits: BTreeSet<PermitId>,
    /// Items of the catalogue.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub items: BTreeSet<ItemId>,
    /// Models and marks, as read.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<String>,
    /// Serials, as read: `?` for a character that could not be read, `*` for any number of them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub serials: BTreeSet<String>,
    /// Platforms.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub platforms: BTreeSet<PlatformId>,
    /// The maker, as read on the thing.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub makers: BTreeSet<PartyId>,
    /// Who built it into something.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub integrators: BTreeSet<PartyId>,
    /// Whose mark it bears, or who is named with it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub parties: BTreeSet<PartyId>,
    /// Countries.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub territories: BTreeSet<Country>,
    /// The days between which it was made and seen.
    #[serde(skip_serializing_if = "is_open")]
    pub window: Window,
}

const fn is_open(window: &Window) -> bool {
    window.is_open()
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionMistake {
    /// Nothing is asked.
    #[error("nothing is asked: expected a thing, a party, a country or days")]
    Empty,
    /// More than anybody reads.
    #[error("the question names {named} things: expected at most {NAMED_MAX}")]
    TooMany {
        /// How many.
        named: usize,
    },
    /// No character of it was read.
    #[error("`{serial}` is no serial: expected 1 to 64 characters, one of them legible")]
    NoSerial {
        /// The serial as given.
        serial: String,
    },
    /// A window without a day.
    #[error("the days end on {to}, before they begin on {from}: expected a later day")]
    EndsBeforeItBegins {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
}

impl QuestionMistake {
    /// The mistake, in both languages.
    #[must_use]
    pub fn says(&self) -> Bilingual {
        let french = match self {
            Self::Empty => {
                "rien n’est demandé : une chose, une partie, un pays ou des jours sont attendus"
                    .to_owned()
            }
            Self::TooMany { named } => {
                format!("la question nomme {named} choses : au plus {NAMED_MAX} sont attendues")
            }
            Self::NoSerial { serial } => format!(
                "`{serial}` n’est pas un numéro de série : de 1 à 64 caractères, dont un lisible, \
                 sont attendus"
            ),
            Self::EndsBeforeItBegins { from, to } => format!(
                "les jours finissent le {to}, avant de commencer le {from} : un jour plus tard est \
                 attendu"
            ),
        };
        Bilingual::new(self.to_string(), french)
    }
}

impl Question {
    /// How many things it names.
    #[must_use]
    pub fn named(&self) -> usize {
        let things = self.links.len()
            + self.permits.len()
            + self.items.len()
            + self.marks.len()
            + self.serials.len()
            + self.platforms.len();
        things
            + self.makers.len()
            + self.integrators.len()
            + self.parties.len()
            + self.territories.len()
    }

    /// Whether it names a thing to begin at.
    #[must_use]
    pub fn names_a_thing(&self) -> bool {
        !(self.links.is_empty()
            && self.permits.is_empty()
            && self.items.is_empty()
            && self.marks.is_empty()
            && self.serials.is_empty()
            && self.platforms.is_empty())
    }

    /// Whether it names anybody whose mark may stand on the thing.
    pub(crate) fn names_somebody(&self) -> bool {
        !(self.parties.is_empty() && self.integrators.is_empty())
    }

    /// Checks that it can be asked.
    ///
    /// # Errors
    /// Says what is mistaken in it.
    pub fn check(&self) -> Result<(), QuestionMistake> {
        let named = self.named();
        if named > NAMED_MAX {
            return Err(QuestionMistake::TooMany { named });
        }
        if named == self.makers.len() && self.window.is_open() {
            return Err(QuestionMistake::Empty);
        }
        for serial in &self.serials {
            let read = SerialPattern::read(serial);
            if !read.is_some_and(|pattern| pattern.says_something()) {
                let serial = serial.chars().take(70).collect();
                return Err(QuestionMistake::NoSerial { serial });
            }
        }
        match (self.window.from, self.window.to) {
            (Some(from), Some(to)) if to < from => {
                Err(QuestionMistake::EndsBeforeItBegins { from, to })
            }
            _ => Ok(()),
        }
    }
}
