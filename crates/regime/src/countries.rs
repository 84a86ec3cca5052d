//! Countries by code and by name, in both languages.

use std::collections::BTreeMap;

use domain::country::Country;
use domain::language::Bilingual;
use serde::Deserialize;

use crate::place::{TomlMistake, read_toml};

const SHIPPED: &str = include_str!("../../../lists/countries.toml");

/// Why a table of countries is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountriesMistake {
    /// The file is not what was expected.
    #[error(transparent)]
    Toml(#[from] TomlMistake),
    /// One name for two countries.
    #[error("the name `{name}` is given to {first} and to {second}: expected one country per name")]
    SameName {
        /// The name.
        name: String,
        /// One country.
        first: Country,
        /// The other.
        second: Country,
    },
}

/// The table of countries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countries {
    names: BTreeMap<Country, Bilingual>,
    by_name: BTreeMap<String, Country>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    country: BTreeMap<Country, (String, String)>,
    #[serde(default)]
    also: BTreeMap<Country, Vec<String>>,
}

impl Countries {
    /// The table that ships: ISO 3166-1, with short names in our own choice of form.
    ///
    /// # Errors
    /// Refuses a file that is not what was expected; a test holds the shipped file to it.
    pub fn shipped() -> Result<Self, CountriesMistake> {
        Self::read("lists/countries.toml", SHIPPED)
    }

    fn read(file: &str, text: &str) -> Result<Self, CountriesMistake> {
        let file: File = read_toml(file, text)?;
        let mut by_name = BTreeMap::new();
        let shown = file
            .country
            .iter()
            .map(|(code, (en, fr))| (*code, vec![en, fr]));
        let also = file
            .also
            .iter()
            .map(|(code, names)| (*code, names.iter().collect()));
        for (code, names) in shown.chain(also) {
            for name in names {
                let before = by_name.insert(folded(name), code).unwrap_or(code);
                if before != code {
                    return Err(CountriesMistake::SameName {
                        name: name.clone(),
                        first: before,
                        second: code,
                    });
                }
            }
        }
        let names = file
            .country
            .into_iter()
            .map(|(code, (en, fr))| (code, Bilingual { en, fr }))
            .collect();
        Ok(Self { names, by_name })
    }

    /// The short name, where the code is assigned.
    #[must_use]
    pub fn name(&self, country: Country) -> Option<&Bilingual> {
        self.names.get(&country)
    }

    /// Whether the code is assigned. [`Country::UNDISCLOSED`] is not.
    #[must_use]
    pub fn is_assigned(&self, country: Country) -> bool {
        self.names.contains_key(&country)
    }

    /// Finds a country by its code or by a name in either language, whatever the case, the accents
    /// and the punctuation.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Country> {
        let code = Country::new(&text.trim().to_uppercase()).ok();
        code.filter(|code| self.is_assigned(*code))
            .or_else(|| self.by_name.get(&folded(text)).copied())
    }

    /// Every country with its names, in the order of codes.
    pub fn iter(&self) -> impl Iterator<Item = (Country, &Bilingual)> {
        self.names.iter().map(|(code, name)| (*code, name))
    }
}

/// A name reduced to plain lower-case letters and single spaces.
fn folded(name: &str) -> String {
    let plain: String = name
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            letter if letter.is_alphanumeric() => letter,
            _ => ' ',
        })
        // The dot that lower-casing leaves over a Turkish capital I.
        .filter(|letter| *letter != '\u{307}')
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        Country::new(code).unwrap()
    }

    #[test]
    fn the_shipped_table_is_whole_and_speaks_both_languages() {
        let countries = Countries::shipped().unwrap();
        assert_eq!(countries.iter().count(), 249);
        for (code, name) in countries.iter() {
            assert!(name.is_complete(), "{code}");
        }
        assert!(!countries.is_assigned(Country::UNDISCLOSED));
        assert_eq!(countries.name(country("DE")).unwrap().fr, "Allemagne");
    }

    #[test]
    fn a_country_is_found_by_code_and_by_either_name() {
        let countries = Countries::shipped().unwrap();
        for text in [
            "TR", "tr", "Türkiye", "TURKIYE", "Turkey", "turquie", " Turkey ",
        ] {
            assert_eq!(countries.find(text), Some(country("TR")), "{text}");
        }
        assert_eq!(countries.find("cote d'ivoire"), Some(country("CI")));
        assert_eq!(countries.find("Korea, Republic of"), Some(country("KR")));
        for text in ["ZZ", "Atlantis", "", "Korea"] {
            assert_eq!(countries.find(text), None, "{text}");
        }
    }

    #[test]
    fn one_name_for_two_countries_is_refused() {
        let text = "[country]\nFR = [\"a\", \"b\"]\nDE = [\"A\", \"c\"]\n";
        assert!(matches!(
            Countries::read("case", text),
            Err(CountriesMistake::SameName { .. })
        ));
    }

    /// The cells of a row of the published table, in which a quoted cell may hold commas.
    fn cells(row: &str) -> impl Iterator<Item = String> {
        let mut is_quoted = false;
        let parted: String = row
            .chars()
            .map(|letter| {
                is_quoted ^= letter == '"';
                if letter == ',' && !is_quoted {
                    '\n'
                } else {
                    letter
                }
            })
            .collect();
        parted
            .lines()
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect::<Vec<_>>()
            .into_iter()
    }

    #[test]
    fn the_codes_are_those_of_the_published_table() {
        let test = "the_codes_are_those_of_the_published_table";
        let path = "data/licensing/countries/country-codes.csv";
        let Some(path) = walks::shared(test, path) else {
            return;
        };
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let column = lines
            .next()
            .unwrap()
            .split(',')
            .position(|name| name == "ISO3166-1-Alpha-2")
            .unwrap();
        let published: std::collections::BTreeSet<Country> = lines
            .filter_map(|line| Country::new(&cells(line).nth(column)?).ok())
            .collect();
        assert!(published.len() > 240, "{}", published.len());
        let ours: std::collections::BTreeSet<Country> = Countries::shipped()
            .unwrap()
            .iter()
            .map(|(code, _)| code)
            .collect();
        let unknown: Vec<_> = published.difference(&ours).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
