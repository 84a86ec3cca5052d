//! Names of countries as registers write them, in the languages that have a table.
//!
//! The tables are files of the project (`lists/country-names/`), one for each language, with the
//! abbreviations, the withdrawn states and the words for groups that were met.

use std::collections::{BTreeMap, BTreeSet};

use domain::country::{Country, CountryMistake};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::mapping::{Countries, CountryCodes};
use crate::outcome::Assumption;

/// A language of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameLanguage {
    /// English.
    En,
    /// French.
    Fr,
    /// Dutch.
    Nl,
    /// German.
    De,
    /// Spanish.
    Es,
    /// Swedish.
    Sv,
}

impl NameLanguage {
    /// Every language with a table.
    pub const ALL: [Self; 6] = [Self::En, Self::Fr, Self::Nl, Self::De, Self::Es, Self::Sv];

    const fn table(self) -> &'static str {
        match self {
            Self::En => include_str!("../../../lists/country-names/en.toml"),
            Self::Fr => include_str!("../../../lists/country-names/fr.toml"),
            Self::Nl => include_str!("../../../lists/country-names/nl.toml"),
            Self::De => include_str!("../../../lists/country-names/de.toml"),
            Self::Es => include_str!("../../../lists/country-names/es.toml"),
            Self::Sv => include_str!("../../../lists/country-names/sv.toml"),
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::En => "lists/country-names/en.toml",
            Self::Fr => "lists/country-names/fr.toml",
            Self::Nl => "lists/country-names/nl.toml",
            Self::De => "lists/country-names/de.toml",
            Self::Es => "lists/country-names/es.toml",
            Self::Sv => "lists/country-names/sv.toml",
        }
    }
}

/// Why a table of names is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamesMistake {
    /// Not TOML of the right form.
    #[error("`{file}` is wrong: {why}")]
    Malformed {
        /// The table.
        file: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A key that is no country code.
    #[error("`{file}`: {mistake}")]
    Code {
        /// The table.
        file: &'static str,
        /// What is wrong.
        mistake: CountryMistake,
    },
    /// A name that stands for two things.
    #[error("`{file}` has `{name}` for two things")]
    Doubled {
        /// The table.
        file: &'static str,
        /// The name, folded.
        name: String,
    },
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A country or area.
    Country(Country),
    /// A state or area that no longer exists, under its withdrawn code.
    Withdrawn(Country),
    /// A group of countries.
    Group,
    /// Nothing: the source does not disclose it.
    Undisclosed,
}

/// The tables of names.
#[derive(Debug, Clone)]
pub struct CountryNames {
    names: BTreeMap<NameLanguage, BTreeMap<String, Named>>,
    /// The names by their words in no order; none where two names have the same words.
    by_words: BTreeMap<NameLanguage, BTreeMap<String, Option<Named>>>,
    alpha_2: BTreeSet<Country>,
    alpha_3: BTreeMap<String, Country>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    country: BTreeMap<String, Vec<String>>,
    withdrawn: BTreeMap<String, Vec<String>>,
    group: Words,
    undisclosed: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Codes {
    alpha_3: BTreeMap<String, String>,
}

impl CountryNames {
    /// Reads the tables that ship with the project.
    ///
    /// # Errors
    /// Refuses a table that is malformed or has a name for two things; a test keeps the shipped
    /// ones from it.
    pub fn shipped() -> Result<Self, NamesMistake> {
        let codes_file = "lists/country-names/codes.toml";
        let codes: Codes = toml::from_str(include_str!("../../../lists/country-names/codes.toml"))
            .map_err(|error| NamesMistake::Malformed {
                file: codes_file,
                why: error.message().to_owned(),
            })?;
        let mut tables = Self {
            names: BTreeMap::new(),
            by_words: BTreeMap::new(),
            alpha_2: BTreeSet::new(),
            alpha_3: BTreeMap::new(),
        };
        for (alpha_2, alpha_3) in codes.alpha_3 {
            let country = code(codes_file, &alpha_2)?;
            tables.alpha_2.insert(country);
            if tables.alpha_3.insert(alpha_3.clone(), country).is_some() {
                return Err(NamesMistake::Doubled {
                    file: codes_file,
                    name: alpha_3,
                });
            }
        }
        for language in NameLanguage::ALL {
            let names = read_table(language.file(), language.table())?;
            tables.by_words.insert(language, by_words(&names));
            tables.names.insert(language, names);
        }
        Ok(tables)
    }

    /// Every name of a country in a language, as the table writes it.
    ///
    /// # Errors
    /// Refuses a table that is malformed.
    pub fn written(language: NameLanguage) -> Result<Vec<(Country, String)>, NamesMistake> {
        let file = language.file();
        let table: Table =
            toml::from_str(language.table()).map_err(|error| NamesMistake::Malformed {
                file,
                why: error.message().to_owned(),
            })?;
        let mut written = Vec::new();
        for (key, names) in table.country {
            let country = code(file, &key)?;
            written.extend(names.into_iter().map(|name| (country, name)));
        }
        Ok(written)
    }

    /// What a name stands for in a language.
    #[must_use]
    pub fn named(&self, language: NameLanguage, name: &str) -> Option<Named> {
        self.names.get(&language)?.get(&fold(name)).copied()
    }

    /// Every country that has a name in a language.
    #[must_use]
    pub fn named_countries(&self, language: NameLanguage) -> BTreeSet<Country> {
        let names = self
            .names
            .get(&language)
            .into_iter()
            .flat_map(BTreeMap::values);
        names
            .filter_map(|named| match named {
                Named::Country(country) => Some(*country),
                _ => None,
            })
            .collect()
    }

    /// Every country that has a code.
    #[must_use]
    pub fn coded_countries(&self) -> &BTreeSet<Country> {
        &self.alpha_2
    }

    /// The reader of places that a map asks for: its own words first, then names, then codes.
    #[must_use]
    pub fn reader<'m>(&'m self, map: &'m Countries) -> CountryReader<'m> {
        let mut own = BTreeMap::new();
        for (written, countries) in &map.aliases {
            own.insert(
                fold(written),
                PlaceRead {
                    countries: countries.clone(),
                    is_group: false,
                    assumed: Some(Assumption::CountryByAlias),
                },
            );
        }
        own.extend(
            map.groups
                .iter()
                .map(|word| (fold(word), PlaceRead::group())),
        );
        own.extend(
            map.undisclosed
                .iter()
                .map(|word| (fold(word), PlaceRead::undisclosed())),
        );
        CountryReader {
            names: self,
            map,
            own,
        }
    }

    fn coded(&self, written: &str, codes: &[CountryCodes]) -> Option<Country> {
        codes.iter().find_map(|codes| match codes {
            CountryCodes::Alpha2 => Country::new(written)
                .ok()
                .filter(|country| self.alpha_2.contains(country)),
            CountryCodes::Alpha3 => self.alpha_3.get(written).copied(),
        })
    }
}

/// Reads places as a map asks.
#[derive(Debug, Clone)]
pub struct CountryReader<'m> {
    names: &'m CountryNames,
    map: &'m Countries,
    /// The map's own words, folded.
    own: BTreeMap<String, PlaceRead>,
}

impl CountryReader<'_> {
    /// What may stand between several countries in a cell.
    #[must_use]
    pub fn separators(&self) -> &[String] {
        &self.map.separators
    }

    /// Reads one place; none where nothing explains it.
    #[must_use]
    pub fn read(&self, written: &str) -> Option<PlaceRead> {
        let folded = fold(written);
        if folded.is_empty() {
            return None;
        }
        if let Some(place) = self.own.get(&folded) {
            return Some(place.clone());
        }
        let tables = self.map.names.iter();
        let mut tables = tables.filter_map(|language| self.names.names.get(language));
        if let Some(named) = tables.find_map(|table| table.get(&folded)) {
            return Some(match named {
                Named::Country(country) => PlaceRead::country(*country, None),
                Named::Withdrawn(country) => {
                    PlaceRead::country(*country, Some(Assumption::WithdrawnCountry))
                }
                Named::Group => PlaceRead::group(),
                Named::Undisclosed => PlaceRead::undisclosed(),
            });
        }
        if let Some(country) = self.names.coded(written.trim(), &self.map.codes) {
            // Among names a code is a reading; where only codes are expected it is what the file
            // says.
            let assumed = (!self.map.names.is_empty()).then_some(Assumption::CountryByCode);
            return Some(PlaceRead::country(country, assumed));
        }
        let country = self.by_words(&folded)?;
        Some(PlaceRead::country(
            country,
            Some(Assumption::CountryByWords),
        ))
    }

    /// The country whose name has the same words in another order, or with other small words.
    fn by_words(&self, folded: &str) -> Option<Country> {
        let words = words_of(folded)?;
        let tables = self.map.names.iter();
        let mut tables = tables.filter_map(|language| self.names.by_words.get(language));
        match tables.find_map(|table| table.get(&words))? {
            Some(Named::Country(country)) => Some(*country),
            _ => None,
        }
    }
}

/// One place as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRead {
    /// The countries.
    pub countries: Vec<Country>,
    /// Whether a group was named, whose members stay unknown.
    pub is_group: bool,
    /// What was assumed.
    pub assumed: Option<Assumption>,
}

impl PlaceRead {
    fn country(country: Country, assumed: Option<Assumption>) -> Self {
        Self {
            countries: vec![country],
            is_group: false,
            assumed,
        }
    }

    fn group() -> Self {
        Self {
            countries: vec![Country::UNDISCLOSED],
            is_group: true,
            assumed: Some(Assumption::CountryGroup),
        }
    }

    fn undisclosed() -> Self {
        Self {
            countries: vec![Country::UNDISCLOSED],
            is_group: false,
            assumed: None,
        }
    }
}

fn code(file: &'static str, text: &str) -> Result<Country, NamesMistake> {
    Country::new(text).map_err(|mistake| NamesMistake::Code { file, mistake })
}

fn read_table(file: &'static str, text: &str) -> Result<BTreeMap<String, Named>, NamesMistake> {
    let table: Table = toml::from_str(text).map_err(|error| NamesMistake::Malformed {
        file,
        why: error.message().to_owned(),
    })?;
    let mut names = BTreeMap::new();
    let mut add = |name: &str, named: Named| {
        let name = fold(name);
        match names.insert(name.clone(), named) {
            Some(before) if before != named => Err(NamesMistake::Doubled { file, name }),
            _ => Ok(()),
        }
    };
    for (key, words) in &table.country {
        let country = code(file, key)?;
        words
            .iter()
            .try_for_each(|word| add(word, Named::Country(country)))?;
    }
    for (key, words) in &table.withdrawn {
        let country = code(file, key)?;
        words
            .iter()
            .try_for_each(|word| add(word, Named::Withdrawn(country)))?;
    }
    table
        .group
        .names
        .iter()
        .try_for_each(|word| add(word, Named::Group))?;
    table
        .undisclosed
        .names
        .iter()
        .try_for_each(|word| add(word, Named::Undisclosed))?;
    Ok(names)
}

/// The small words of names, which come and go.
const SMALL_WORDS: [&str; 36] = [
    "the", "of", "and", "le", "la", "les", "l", "de", "du", "des", "d", "et", "el", "los", "las",
    "del", "y", "der", "die", "das", "und", "den", "het", "van", "en", "och", "i", "f", "s", "al",
    "o", "a", "e", "da", "do", "dos",
];

/// The words of a folded name but its small ones, in order of letters; none where no word is left.
fn words_of(folded: &str) -> Option<String> {
    let words = folded.split(' ');
    let mut words: Vec<&str> = words.filter(|word| !SMALL_WORDS.contains(word)).collect();
    words.sort_unstable();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The names of a table by their words.
fn by_words(names: &BTreeMap<String, Named>) -> BTreeMap<String, Option<Named>> {
    let mut found: BTreeMap<String, Option<Named>> = BTreeMap::new();
    for (name, named) in names {
        let Some(words) = words_of(name) else {
            continue;
        };
        found
            .entry(words)
            .and_modify(|held| *held = held.filter(|before| before == named))
            .or_insert(Some(*named));
    }
    found
}

/// A name without case, accents and punctuation. The plus sign stays: `NAVO+` is not `NAVO`.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    if name.is_ascii() {
        name.chars().for_each(|c| fold_into(&mut folded, c));
    } else {
        let bare = name.nfkd().filter(|c| !is_combining_mark(*c));
        bare.for_each(|c| fold_into(&mut folded, c));
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn fold_into(folded: &mut String, c: char) {
    match c {
        'ß' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        'ø' | 'Ø' => folded.push('o'),
        'ł' | 'Ł' => folded.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
        'þ' | 'Þ' => folded.push_str("th"),
        'ı' => folded.push('i'),
        // Elisions and initials are written with and without their mark.
        '\'' | '’' | '‘' | '.' => {}
        c if c.is_alphanumeric() || c == '+' => folded.extend(c.to_lowercase()),
        _ if folded.ends_with(' ') || folded.is_empty() => {}
        _ => folded.push(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_punctuation() {
        for (name, folded) in [
            ("  ITALIË   ", "italie"),
            ("Côte d’Ivoire", "cote divoire"),
            ("Bosnië-Herzegovina", "bosnie herzegovina"),
            ("V.S.", "vs"),
            ("NAVO+", "navo+"),
            ("Åland", "aland"),
            ("TÜRKİYE", "turkiye"),
            ("\u{301}", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }

    #[test]
    fn every_country_has_a_name_in_every_language() {
        let names = CountryNames::shipped().unwrap();
        assert_eq!(names.coded_countries().len(), 250);
        for language in NameLanguage::ALL {
            assert_eq!(
                &names.named_countries(language),
                names.coded_countries(),
                "{language:?}"
            );
        }
    }

    #[test]
    fn a_name_that_means_different_countries_in_two_languages_is_known() {
        let names = CountryNames::shipped().unwrap();
        for (language, table) in &names.names {
            for (name, named) in table {
                for other in NameLanguage::ALL {
                    let there = names.names[&other].get(name);
                    let agrees = there.is_none_or(|there| there == named);
                    assert!(agrees, "`{name}` in {language:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_known_by_its_words_in_any_order_and_then_assumed() {
        let names = CountryNames::shipped().unwrap();
        let map = Countries {
            names: vec![NameLanguage::En],
            ..Countries::default()
        };
        let reader = names.reader(&map);
        let read = |name: &str| {
            let place = reader.read(name)?;
            Some((
                place.countries.first()?.to_string(),
                place.assumed.is_some(),
            ))
        };
        for (name, code, is_assumed) in [
            ("Congo, Democratic Republic of", "CD", true),
            ("Congo, Republic of", "CG", true),
            ("Niger (the)", "NE", true),
            ("Wallis & Futuna", "WF", true),
            ("Korea, Republic of", "KR", false),
        ] {
            assert_eq!(read(name), Some((code.to_owned(), is_assumed)), "{name}");
        }
        for name in ["Republic of", "the", "Guinea, Papua", "Congo Korea"] {
            assert_eq!(read(name), None, "{name}");
        }
    }

    #[test]
    fn a_code_is_read_only_where_the_map_allows_it() {
        let names = CountryNames::shipped().unwrap();
        let mut map = Countries {
            names: vec![NameLanguage::Nl],
            ..Countries::default()
        };
        assert_eq!(names.reader(&map).read("TR"), None);
        map.codes = vec![CountryCodes::Alpha2, CountryCodes::Alpha3];
        let reader = names.reader(&map);
        let read = reader.read("TR").unwrap();
        assert_eq!(read.assumed, Some(Assumption::CountryByCode));
        assert_eq!(reader.read("TUR").unwrap().countries, read.countries);
        assert_eq!(reader.read("tr"), None, "a code is in capitals");
        assert_eq!(reader.read("XQ"), None, "and assigned");
        map.names.clear();
        assert_eq!(names.reader(&map).read("TR").unwrap().assumed, None);
    }
}
