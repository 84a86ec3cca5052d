//! Sources: every citation key, with what kind of text it is and when it was read.

use std::collections::BTreeMap;

use domain::control_list::Certainty;
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::time::Day;
use serde::Deserialize;

use crate::place::{TomlMistake, read_toml};

const SHIPPED: &str = include_str!("../../../law/sources.toml");

/// One text that citations name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The key, as in `EIPA`.
    pub key: String,
    /// What kind of text.
    pub kind: SourceKind,
    /// Its title.
    pub title: Bilingual,
    /// The day to which the text read is current, where it says so.
    pub text_of: Option<Day>,
    /// The day on which it was read.
    pub read_on: Option<Day>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Places with a title of their own, as a numbered notice.
    pub places: BTreeMap<String, Bilingual>,
}

/// Why a file of sources is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourcesMistake {
    /// The file is not what was expected.
    #[error(transparent)]
    Toml(#[from] TomlMistake),
    /// A key cannot stand in a citation.
    #[error(
        "`{key}` is not a source key: expected letters, digits, `-`, `_` or `.`, without a colon"
    )]
    Key {
        /// The key as given.
        key: String,
    },
    /// A title is missing in one language.
    #[error("source `{key}` lacks a title in English or in French: expected both")]
    OneLanguage {
        /// The source.
        key: String,
    },
    /// Two sources under one key.
    #[error("source `{key}` is given twice, and differently: expected one source per key")]
    Twice {
        /// The key.
        key: String,
    },
}

/// A citation whose source nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{law}` cites an unknown source: expected a key of the file of sources, as in EIPA")]
pub struct UnknownSource {
    /// The citation.
    pub law: Law,
}

/// The sources of a regime, by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources(BTreeMap<String, Source>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<SourceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRow {
    key: String,
    kind: SourceKind,
    en: String,
    fr: String,
    text_of: Option<Day>,
    read_on: Option<Day>,
    certainty: Certainty,
    #[serde(default)]
    place: Vec<PlaceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    place: String,
    en: String,
    fr: String,
}

impl Sources {
    /// The sources that ship with the project.
    ///
    /// # Errors
    /// Refuses a file that is not what was expected; a test holds the shipped file to it.
    pub fn shipped() -> Result<Self, SourcesMistake> {
        Self::default().with("law/sources.toml", SHIPPED)
    }

    /// These sources and those of a text: another authority's case brings its own.
    ///
    /// # Errors
    /// Refuses a malformed text, a title in one language, and a second source under a key.
    pub fn with(mut self, file: &str, text: &str) -> Result<Self, SourcesMistake> {
        for row in read_toml::<File>(file, text)?.source {
            let source = read_row(row)?;
            if self
                .0
                .get(&source.key)
                .is_some_and(|known| *known != source)
            {
                return Err(SourcesMistake::Twice { key: source.key });
            }
            self.0.insert(source.key.clone(), source);
        }
        Ok(self)
    }

    /// The source under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Source> {
        self.0.get(key)
    }

    /// All sources, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.values()
    }

    /// The source that a citation names.
    ///
    /// # Errors
    /// An unknown key is a mistake: a citation that nobody can look up is not made.
    pub fn of(&self, law: &Law) -> Result<&Source, UnknownSource> {
        self.get(law.source())
            .ok_or_else(|| UnknownSource { law: law.clone() })
    }

    /// What kind of text a citation names.
    ///
    /// # Errors
    /// See [`Sources::of`].
    pub fn kind_of(&self, law: &Law) -> Result<SourceKind, UnknownSource> {
        self.of(law).map(|source| source.kind)
    }

    /// The title of what a citation names: of the place where it has one, else of the source.
    ///
    /// # Errors
    /// See [`Sources::of`].
    pub fn title_of(&self, law: &Law) -> Result<&Bilingual, UnknownSource> {
        let source = self.of(law)?;
        Ok(source.places.get(law.place()).unwrap_or(&source.title))
    }
}

fn read_row(row: SourceRow) -> Result<Source, SourcesMistake> {
    let fits = domain::id::check_shape(&row.key).is_ok() && !row.key.contains(':');
    if !fits {
        return Err(SourcesMistake::Key { key: row.key });
    }
    let title = Bilingual::new(row.en, row.fr);
    let places: BTreeMap<String, Bilingual> = row
        .place
        .into_iter()
        .map(|place| (place.place, Bilingual::new(place.en, place.fr)))
        .collect();
    if !title.is_complete() || !places.values().all(Bilingual::is_complete) {
        return Err(SourcesMistake::OneLanguage { key: row.key });
    }
    Ok(Source {
        key: row.key,
        kind: row.kind,
        title,
        text_of: row.text_of,
        read_on: row.read_on,
        certainty: row.certainty,
        places,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(text: &str) -> Law {
        Law::new(text).unwrap()
    }

    #[test]
    fn the_shipped_sources_are_read_and_have_kinds() {
        let sources = Sources::shipped().unwrap();
        for (citation, kind) in [
            ("EIPA:10(1)", SourceKind::Statute),
            ("EPR:3(2)(h)", SourceKind::Regulation),
            ("GEP-41:3(2)(e)", SourceKind::Regulation),
            ("NTE:992", SourceKind::Policy),
            ("NTE:1108", SourceKind::Policy),
            ("PRACTICE:2019-10-11", SourceKind::Practice),
        ] {
            assert_eq!(sources.kind_of(&law(citation)), Ok(kind), "{citation}");
        }
    }

    #[test]
    fn an_unknown_key_is_a_mistake() {
        let unknown = Sources::shipped()
            .unwrap()
            .kind_of(&law("ITAR:123"))
            .unwrap_err();
        assert!(unknown.to_string().contains("`ITAR:123`"));
    }

    #[test]
    fn a_numbered_notice_has_its_own_title_in_both_languages() {
        let sources = Sources::shipped().unwrap();
        let title = sources.title_of(&law("NTE:992")).unwrap();
        assert!(title.en.contains("992") && title.fr.contains("992"));
        let other = sources.title_of(&law("NTE:1")).unwrap();
        assert_eq!(other, &sources.get("NTE").unwrap().title);
    }

    #[test]
    fn a_case_brings_its_own_sources_and_cannot_bend_those_that_ship() {
        let own = "[[source]]\nkey = \"WASS\"\nkind = \"policy\"\nen = \"a\"\nfr = \"b\"\n\
                   certainty = \"secondary\"\n";
        let sources = Sources::shipped().unwrap().with("case", own).unwrap();
        assert_eq!(sources.kind_of(&law("WASS:1")), Ok(SourceKind::Policy));
        let bent = own.replace("WASS", "EIPA");
        assert_eq!(
            Sources::shipped().unwrap().with("case", &bent),
            Err(SourcesMistake::Twice { key: "EIPA".into() })
        );
    }

    #[test]
    fn a_source_without_french_or_with_a_strange_key_is_refused() {
        let row = |key: &str, fr: &str| {
            format!(
                "[[source]]\nkey = \"{key}\"\nkind = \"policy\"\nen = \"a\"\nfr = \"{fr}\"\n\
                 certainty = \"read\"\n"
            )
        };
        let read = |text: String| Sources::default().with("case", &text);
        assert!(matches!(
            read(row("A", " ")),
            Err(SourcesMistake::OneLanguage { .. })
        ));
        assert!(matches!(
            read(row("A:1", "b")),
            Err(SourcesMistake::Key { .. })
        ));
        let shown = read("[[source]]\nkey = 7\n".into())
            .unwrap_err()
            .to_string();
        assert!(shown.starts_with("reading case: line 2"), "{shown}");
    }
}
