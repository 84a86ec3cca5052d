//! Why a list is not read.

use domain::language::{Bilingual, Language};
use domain::refusal::Says;
use domain::time::Day;

use crate::xml::{Place, XmlMistake};

/// Why a list is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlListMistake {
    /// Not XML that is safe and well-formed.
    #[error(transparent)]
    Xml(#[from] XmlMistake),
    /// No file at all.
    #[error("no file is given, expected the English or the French text or both")]
    NothingGiven,
    /// XML, but not a consolidated regulation.
    #[error("reading {place}: found `{found}`, expected a `Regulation` of Justice Canada")]
    NotARegulation {
        /// The root element.
        place: Place,
        /// Its name.
        found: String,
    },
    /// A part of the head of a regulation is missing.
    #[error("reading {place}: `{part}` is missing, expected it in the head of the regulation")]
    Lacks {
        /// Where it was expected.
        place: Place,
        /// The element or attribute.
        part: &'static str,
    },
    /// A date in the head that is none.
    #[error("reading {place}: `{given}` in `{part}` is not a day, expected it as 2027-03-01")]
    NotADay {
        /// The element that carries it.
        place: Place,
        /// The attribute.
        part: &'static str,
        /// The value as given.
        given: String,
    },
    /// A language that is neither of the two.
    #[error("reading {place}: the language is `{given}`, expected `en` or `fr`")]
    ForeignLanguage {
        /// The root element.
        place: Place,
        /// The language as given.
        given: String,
    },
    /// The English text where the French was expected, or the other way round.
    #[error("`{file}` is in {}, expected {}", name_of(*found), name_of(*expected))]
    WrongLanguage {
        /// The file.
        file: String,
        /// The language expected.
        expected: Language,
        /// The language found.
        found: Language,
    },
    /// Two different instruments.
    #[error("`{en_file}` is {en} and `{fr_file}` is {fr}, expected one instrument")]
    DifferentInstruments {
        /// The English file.
        en_file: String,
        /// Its instrument.
        en: String,
        /// The French file.
        fr_file: String,
        /// Its instrument, in English form.
        fr: String,
    },
    /// Two editions of one instrument: their texts would be mixed.
    #[error("`{en_file}` was last amended on {en} and `{fr_file}` on {fr}, expected one edition")]
    DifferentEditions {
        /// The English file.
        en_file: String,
        /// Its day of last amendment.
        en: Day,
        /// The French file.
        fr_file: String,
        /// Its day of last amendment.
        fr: Day,
    },
    /// An instrument number that gives no key.
    #[error("`{file}` has the number `{given}`, expected a number as in SOR/89-202")]
    InstrumentNumber {
        /// The file.
        file: String,
        /// The number as given.
        given: String,
    },
    /// A code that makes no entry id together with list and edition.
    #[error("`{file}` has the entry `{code}`, expected a code that fits in an entry id")]
    Code {
        /// The file.
        file: String,
        /// The code.
        code: String,
    },
    /// A list of countries where a list of items was expected.
    #[error("`{file}` lists countries, expected a list of goods and technology")]
    NamesCountries {
        /// The file.
        file: String,
    },
    /// A regulation without entries.
    #[error(
        "`{file}` has no entries and is no control list, expected a schedule with headings as in `GROUP 1`"
    )]
    NoEntries {
        /// The file.
        file: String,
    },
    /// A regulation without a list of countries.
    #[error("`{file}` lists no countries, expected a schedule with a list of names")]
    NoCountries {
        /// The file.
        file: String,
    },
}

impl Says for ControlListMistake {
    fn says(&self) -> Bilingual {
        Bilingual::new(self.to_string(), self.french())
    }
}

impl ControlListMistake {
    fn french(&self) -> String {
        match self {
            Self::Xml(mistake) => format!("le lecteur de XML dit, en anglais : {mistake}"),
            Self::NothingGiven => {
                "aucun fichier donné, attendu le texte anglais ou français ou les deux".to_owned()
            }
            Self::NotARegulation { place, found } => format!(
                "lecture de {place} : trouvé `{found}`, attendu un `Regulation` de Justice Canada"
            ),
            Self::Lacks { place, part } => {
                format!("lecture de {place} : `{part}` manque, attendu en tête du règlement")
            }
            Self::NotADay { place, part, given } => format!(
                "lecture de {place} : `{given}` dans `{part}` n’est pas un jour, attendu comme 2027-03-01"
            ),
            Self::ForeignLanguage { place, given } => {
                format!("lecture de {place} : la langue est `{given}`, attendu `en` ou `fr`")
            }
            Self::WrongLanguage {
                file,
                expected,
                found,
            } => format!(
                "`{file}` est en {}, attendu en {}",
                french_of(*found),
                french_of(*expected)
            ),
            Self::DifferentInstruments {
                en_file,
                en,
                fr_file,
                fr,
            } => {
                format!("`{en_file}` est {en} et `{fr_file}` est {fr}, attendu un seul instrument")
            }
            Self::DifferentEditions {
                en_file,
                en,
                fr_file,
                fr,
            } => format!(
                "`{en_file}` a été modifié en dernier le {en} et `{fr_file}` le {fr}, attendu une seule édition"
            ),
            Self::InstrumentNumber { file, given } => {
                format!("`{file}` a le numéro `{given}`, attendu un numéro comme SOR/89-202")
            }
            Self::Code { file, code } => format!(
                "`{file}` a l’article `{code}`, attendu un code qui tienne dans un identifiant"
            ),
            Self::NamesCountries { file } => format!(
                "`{file}` énumère des pays, attendu une liste de marchandises et de technologies"
            ),
            Self::NoEntries { file } => format!(
                "`{file}` n’a pas d’articles et n’est pas une liste de contrôle, attendu une annexe avec des titres comme `GROUPE 1`"
            ),
            Self::NoCountries { file } => {
                format!("`{file}` n’énumère aucun pays, attendu une annexe avec une liste de noms")
            }
        }
    }
}

fn french_of(language: Language) -> &'static str {
    match language {
        Language::En => "anglais",
        Language::Fr => "français",
    }
}

fn name_of(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Fr => "French",
    }
}
