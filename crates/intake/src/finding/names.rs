//! Names: countries, places, parties of the register, things of a catalogue.

use std::collections::BTreeMap;

use domain::country::Country;
use serde::Deserialize;

use super::lexicon::{Lexicon, Match};
use super::words::Words;
use crate::country_names::{CountryNames, NameLanguage, NamesMistake};

/// The kind of a thing of a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownKind {
    /// An item.
    Item,
    /// The name under which an item is sold.
    Model,
    /// What is marked on it.
    Mark,
    /// What items are built into.
    Platform,
}

impl KnownKind {
    /// The key, as in JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Model => "model",
            Self::Mark => "mark",
            Self::Platform => "platform",
        }
    }
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Geography {
    Country {
        code: Country,
        rule: &'static str,
        case: Case,
    },
    Place {
        at: usize,
    },
}

/// How a name must be written in the text to be taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// In any way: French adjectives have no capital.
    Any,
    /// With a capital.
    Capital,
    /// In capitals throughout: `US` is not `us`.
    Upper,
}

/// A party or a thing of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) id: Box<str>,
    /// None for a party.
    pub(crate) kind: Option<KnownKind>,
    pub(crate) rule: &'static str,
}

/// A place of the list that ships.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) countries: Vec<Country>,
    en: String,
    fr: String,
    #[serde(default)]
    also: Vec<String>,
    #[expect(dead_code, reason = "read so that a place without a source is refused")]
    source: Source,
}

/// Where the row of a place comes from.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Source {
    Un,
    Case,
    Usage,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    place: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Demonym {
    en: Vec<String>,
    fr: Vec<String>,
}

const PLACES: &str = "lists/places.toml";
const DEMONYMS: &str = "lists/demonyms.toml";

/// Words that say only what kind of firm it is; a text often leaves them out.
const FORMS: [&str; 44] = [
    "ab",
    "ag",
    "aktiengesellschaft",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "doo",
    "fzco",
    "fze",
    "gmbh",
    "inc",
    "incorporated",
    "jsc",
    "kft",
    "kg",
    "limited",
    "limitee",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltee",
    "mmc",
    "nv",
    "oao",
    "ooo",
    "oy",
    "oyj",
    "pjsc",
    "plc",
    "pte",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "spa",
    "srl",
    "sti",
    "ulc",
    "zao",
];

/// Fewest letters of a name of one word that a text may leave the form of the firm off.
const BARE_LETTERS_MIN: usize = 5;

/// Everything that a text is compared with. Built once for a state of the register.
#[derive(Debug, Clone)]
pub struct Names {
    geography: Lexicon<Geography>,
    register: Lexicon<Registered>,
    places: Vec<Place>,
}

impl Names {
    /// The names that ship: countries in English and French, what belongs to them, places.
    ///
    /// # Errors
    /// Refuses a list that is malformed; a test keeps the shipped ones from it.
    pub fn shipped() -> Result<Self, NamesMistake> {
        let mut names = Self {
            geography: Lexicon::new(),
            register: Lexicon::new(),
            places: Vec::new(),
        };
        for language in [NameLanguage::En, NameLanguage::Fr] {
            for (code, written) in CountryNames::written(language)? {
                names.add_country(code, &written, "country name", case_of_name(&written));
            }
        }
        names.add_demonyms()?;
        names.add_places()?;
        Ok(names)
    }

    /// Adds parties of the register: an id with each of its names and spellings.
    pub fn add_parties<I: AsRef<str>, N: AsRef<str>>(
        &mut self,
        parties: impl IntoIterator<Item = (I, N)>,
    ) {
        for (id, name) in parties {
            let party = |rule| Registered {
                id: id.as_ref().into(),
                kind: None,
                rule,
            };
            let words = Words::of(name.as_ref());
            self.register
                .add_words(&words, words.len(), party("party name"));
            let bare = without_form(&words);
            if bare < words.len() {
                let rule = "party name without the form of the firm";
                self.register.add_words(&words, bare, party(rule));
            }
            self.add_without_first_form(&words, name.as_ref(), &party);
        }
    }

    /// Adds things of a catalogue: kind, id and name.
    pub fn add_known<I: AsRef<str>, N: AsRef<str>>(
        &mut self,
        known: impl IntoIterator<Item = (KnownKind, I, N)>,
    ) {
        for (kind, id, name) in known {
            let thing = Registered {
                id: id.as_ref().into(),
                kind: Some(kind),
                rule: match kind {
                    KnownKind::Item => "item name",
                    KnownKind::Model => "model",
                    KnownKind::Mark => "mark",
                    KnownKind::Platform => "platform",
                },
            };
            self.register.add(name.as_ref(), thing);
        }
    }

    pub(crate) fn place(&self, at: usize) -> Option<&Place> {
        self.places.get(at)
    }

    pub(crate) fn geography(&self, words: &Words<'_>) -> Vec<Match<'_, Geography>> {
        self.geography.found(words)
    }

    pub(crate) fn registered(&self, words: &Words<'_>) -> Vec<Match<'_, Registered>> {
        self.register.found(words)
    }

    fn add_country(&mut self, code: Country, name: &str, rule: &'static str, case: Case) {
        self.geography
            .add(name, Geography::Country { code, rule, case });
    }

    /// In some scripts the form of the firm comes first.
    fn add_without_first_form(
        &mut self,
        words: &Words<'_>,
        name: &str,
        party: &dyn Fn(&'static str) -> Registered,
    ) {
        if words.len() < 3 || !FORMS.contains(&words.folded(0)) {
            return;
        }
        let rest = words
            .get(1)
            .and_then(|word| name.get(word.start as usize..));
        if let Some(rest) = rest {
            let rule = "party name without the form of the firm";
            self.register.add(rest, party(rule));
        }
    }

    fn add_demonyms(&mut self) -> Result<(), NamesMistake> {
        let text = include_str!("../../../../lists/demonyms.toml");
        let rows: BTreeMap<Country, Demonym> = read(DEMONYMS, text)?;
        for (code, row) in rows {
            let both = [
                (row.en, "adjective of a country", Case::Capital),
                (row.fr, "adjective of a country", Case::Any),
            ];
            for (written, rule, case) in both {
                for word in written {
                    self.add_country(code, &word, rule, case);
                    if !word.ends_with('s') {
                        self.add_country(code, &format!("{word}s"), rule, case);
                    }
                }
            }
        }
        Ok(())
    }

    fn add_places(&mut self) -> Result<(), NamesMistake> {
        let read: Places = read(PLACES, include_str!("../../../../lists/places.toml"))?;
        for (at, place) in read.place.iter().enumerate() {
            for name in place.also.iter().chain([&place.en, &place.fr]) {
                self.geography.add(name, Geography::Place { at });
            }
        }
        self.places = read.place;
        Ok(())
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<T, NamesMistake> {
    toml::from_str(text).map_err(|error| NamesMistake::Malformed {
        file,
        why: error.message().to_owned(),
    })
}

/// Short names in capitals are abbreviations, and stand for a country only in capitals.
fn case_of_name(written: &str) -> Case {
    let is_short = written.chars().filter(|c| c.is_alphabetic()).count() <= 4;
    if is_short && written.chars().all(|c| !c.is_lowercase()) {
        Case::Upper
    } else {
        Case::Capital
    }
}

/// How many words of a name are left without the form of the firm at its end; all of them where too
/// little would be left.
fn without_form(words: &Words<'_>) -> usize {
    let mut many = words.len();
    while many > 1 && FORMS.contains(&words.folded(many.saturating_sub(1))) {
        many = many.saturating_sub(1);
    }
    let letters = words.folded(0).chars().count();
    if many == 1 && letters < BARE_LETTERS_MIN {
        words.len()
    } else {
        many
    }
}

/// Whether a name is written in a text as one.
pub(crate) fn is_written_so(words: &Words<'_>, first: usize, last: usize, case: Case) -> bool {
    let mut all = (first..=last).filter_map(|at| words.get(at));
    match case {
        Case::Any => true,
        Case::Capital => all.next().is_some_and(|word| word.is_capital),
        Case::Upper => all.all(|word| word.is_upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(text: &str) -> Vec<String> {
        let mut names = Names::shipped().unwrap();
        names.add_parties([
            ("PTY-1", "Karadağ Havacılık A.Ş."),
            ("PTY-2", "ООО Северная Оптика"),
            ("PTY-3", "Orin AS"),
        ]);
        let words = Words::of(text);
        names
            .registered(&words)
            .iter()
            .map(|found| found.values[0].id.to_string())
            .collect()
    }

    #[test]
    fn a_party_is_found_in_other_spellings_and_without_its_form() {
        assert_eq!(parties("KARADAG HAVACILIK AS"), ["PTY-1"]);
        assert_eq!(parties("by Karadağ Havacılık and"), ["PTY-1"]);
        assert_eq!(parties("Severnaya Optika sold it"), ["PTY-2"]);
        assert_eq!(parties("Северная Оптика"), ["PTY-2"]);
    }

    #[test]
    fn part_of_a_name_and_a_short_name_without_its_form_are_not_the_party() {
        assert!(parties("Karadağ mountain, Optika, Orin").is_empty());
        assert_eq!(parties("Orin AS"), ["PTY-3"]);
    }

    #[test]
    fn every_place_and_every_adjective_stands_for_one_thing() {
        let names = Names::shipped().unwrap();
        let both = |text: &str| {
            let words = Words::of(text);
            let found = names.geography(&words);
            found.iter().map(|m| m.values.len()).sum::<usize>()
        };
        for place in &names.places {
            assert_eq!(both(&place.en), 1, "{}", place.id);
            assert_eq!(both(&place.fr), 1, "{}", place.id);
            assert!(["region", "district", "sea"].contains(&place.kind.as_str()));
        }
        let rows: BTreeMap<Country, Demonym> =
            read(DEMONYMS, include_str!("../../../../lists/demonyms.toml")).unwrap();
        for word in rows.values().flat_map(|row| row.en.iter().chain(&row.fr)) {
            let words = Words::of(word);
            let found = names.geography(&words);
            let codes: std::collections::BTreeSet<_> = found
                .iter()
                .flat_map(|m| m.values)
                .map(|value| match value {
                    Geography::Country { code, .. } => code.to_string(),
                    Geography::Place { at } => names.places[*at].id.clone(),
                })
                .collect();
            assert_eq!(codes.len(), 1, "`{word}` stands for {codes:?}");
        }
    }
}
