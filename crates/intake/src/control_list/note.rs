//! Notes: what a person should know about the reading of a list.

use domain::language::{Bilingual, Language};

use crate::xml::Place;

/// A remark with the place in the source that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// The place in the other language that it is about too, or where its match was expected.
    pub beside: Option<Place>,
    /// What it is about: the code of an entry, a label, an element, a section, a country's name.
    pub about: String,
    /// What.
    pub remark: Remark,
}

impl Note {
    /// The remark in words.
    #[must_use]
    pub fn text(&self) -> Bilingual {
        let (language_en, language_fr, said) = match &self.remark {
            Remark::LanguageAbsent(language)
            | Remark::OneLanguageOnly(language)
            | Remark::RepealedInOneLanguage(language)
            | Remark::DestinationsInOneLanguage(language) => match language {
                Language::En => ("English", "anglais", ""),
                Language::Fr => ("French", "français", ""),
            },
            Remark::NestedElsewhere(said)
            | Remark::InForceDiffers(said)
            | Remark::DestinationsNotUnderstood(said)
            | Remark::NamedBySection(said) => ("", "", said.as_str()),
            _ => ("", "", ""),
        };
        let fill = |template: &str, language: &str| {
            let text = template
                .replace("{language}", language)
                .replace("{said}", said);
            text.replace("{about}", &self.about)
        };
        Bilingual {
            en: fill(self.remark.english(), language_en),
            fr: fill(self.remark.french(), language_fr),
        }
    }
}

/// What a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A whole language was not given.
    LanguageAbsent(Language),
    /// An entry stands in this language only; the other text is left empty.
    OneLanguageOnly(Language),
    /// An entry is repealed in this language only; it is not taken as repealed.
    RepealedInOneLanguage(Language),
    /// The languages date an entry differently (both days); the later one is taken.
    InForceDiffers(String),
    /// An entry stands in the element of this other entry; its label and indent are followed.
    NestedElsewhere(String),
    /// A label stands twice in one place; the second entry has a suffix added to its code.
    LabelTwice,
    /// A label of no known form; label and words are kept in the text of the entry around it.
    LabelNotUnderstood,
    /// An element that is read for its words only (a table, a formula).
    WordsOnly,
    /// An element outside the entries that is passed over.
    PassedOver,
    /// An entry without words of its own is shown with those of its first part.
    WordsOfTheFirstPart,
    /// The destinations are stated in this language only, and taken from it.
    DestinationsInOneLanguage(Language),
    /// The languages state different destinations; a person must read the item.
    DestinationsDiffer,
    /// These words about destinations are not understood; a person must read the item.
    DestinationsNotUnderstood(String),
    /// All parts of an entry state the same destinations, so the entry does.
    DestinationsOfEveryPart,
    /// Only the last part states destinations, at its end: they are taken for the whole entry.
    DestinationsAtTheEnd,
    /// An item of the Guide that this section names but the list does not spell out.
    NamedBySection(String),
    /// A level of the Guide between a group and a named item.
    BetweenNamedItems,
    /// The two languages of a paragraph on destinations do not say the same.
    SectionDiffers,
    /// A name of a country that the country table does not know.
    CountryUnknown,
    /// The same country twice in one language.
    CountryTwice,
    /// A country listed in one language only.
    CountryInOneLanguage,
}

impl Remark {
    /// English words, with `{about}`, `{language}` and `{said}` to be filled in.
    fn english(&self) -> &'static str {
        match self {
            Self::LanguageAbsent(_) => "no {language} text is given: it is left empty",
            Self::OneLanguageOnly(_) => {
                "`{about}` stands in {language} only: the other text is left empty"
            }
            Self::RepealedInOneLanguage(_) => {
                "`{about}` is repealed in {language} only: not taken as repealed"
            }
            Self::InForceDiffers(_) => {
                "`{about}` is in force from different days ({said}): the later is taken"
            }
            Self::NestedElsewhere(_) => {
                "`{about}` stands in the element of `{said}`: read by its label and indent"
            }
            Self::LabelTwice => "a label stands twice: the second entry is kept as `{about}`",
            Self::LabelNotUnderstood => {
                "the label `{about}` is not understood: kept in the text around it"
            }
            Self::WordsOnly => "`{about}` is read for its words only",
            Self::PassedOver => "`{about}` is not part of an entry: passed over",
            Self::WordsOfTheFirstPart => {
                "`{about}` has no words of its own: shown with those of its first part"
            }
            Self::CountryUnknown => "`{about}` is not in the country table: it has no code",
            Self::CountryTwice => "`{about}` is listed twice: kept once",
            Self::CountryInOneLanguage => "`{about}` is listed in one language only",
            Self::DestinationsInOneLanguage(_) => {
                "the destinations of `{about}` are stated in {language} only: taken from there"
            }
            Self::DestinationsDiffer => {
                "the languages state different destinations for `{about}`: read the item"
            }
            Self::DestinationsNotUnderstood(_) => {
                "the destinations `{said}` of `{about}` are not understood: read the item"
            }
            Self::DestinationsOfEveryPart => {
                "every part of `{about}` states the same destinations: taken for the whole"
            }
            Self::DestinationsAtTheEnd => {
                "only the end of `{about}` states destinations: taken for the whole"
            }
            Self::NamedBySection(_) => {
                "`{about}` is named by section {said} and described in the Guide only"
            }
            Self::BetweenNamedItems => {
                "`{about}` is not named itself: it holds a named item of the Guide"
            }
            Self::SectionDiffers => {
                "the languages of section {about} differ on destinations: read the section"
            }
        }
    }

    /// French words, to be filled in likewise.
    fn french(&self) -> &'static str {
        match self {
            Self::LanguageAbsent(_) => "aucun texte {language} n’est fourni : il reste vide",
            Self::OneLanguageOnly(_) => {
                "« {about} » n’existe qu’en {language} : l’autre texte reste vide"
            }
            Self::RepealedInOneLanguage(_) => {
                "« {about} » n’est abrogé qu’en {language} : non tenu pour abrogé"
            }
            Self::InForceDiffers(_) => {
                "« {about} » a des dates d’entrée en vigueur différentes ({said}) : la dernière vaut"
            }
            Self::NestedElsewhere(_) => {
                "« {about} » figure dans l’élément de « {said} » : lu selon son numéro et son retrait"
            }
            Self::LabelTwice => {
                "un numéro figure deux fois : la seconde entrée est conservée comme « {about} »"
            }
            Self::LabelNotUnderstood => {
                "le numéro « {about} » n’est pas compris : conservé dans le texte qui l’entoure"
            }
            Self::WordsOnly => "« {about} » est lu pour ses mots seulement",
            Self::PassedOver => "« {about} » n’appartient à aucune entrée : ignoré",
            Self::WordsOfTheFirstPart => {
                "« {about} » n’a pas de texte propre : présenté avec celui de sa première partie"
            }
            Self::CountryUnknown => "« {about} » ne figure pas dans la table des pays : aucun code",
            Self::CountryTwice => "« {about} » figure deux fois : conservé une fois",
            Self::CountryInOneLanguage => "« {about} » ne figure que dans une langue",
            Self::DestinationsInOneLanguage(_) => {
                "les destinations de « {about} » ne sont indiquées qu’en {language} : reprises de là"
            }
            Self::DestinationsDiffer => {
                "les langues indiquent des destinations différentes pour « {about} » : lire l’article"
            }
            Self::DestinationsNotUnderstood(_) => {
                "les destinations « {said} » de « {about} » ne sont pas comprises : lire l’article"
            }
            Self::DestinationsOfEveryPart => {
                "toutes les parties de « {about} » indiquent les mêmes destinations : valent pour tout"
            }
            Self::DestinationsAtTheEnd => {
                "seule la fin de « {about} » indique des destinations : valent pour tout"
            }
            Self::NamedBySection(_) => {
                "« {about} » est nommé à l’article {said} et décrit dans le Guide seulement"
            }
            Self::BetweenNamedItems => {
                "« {about} » n’est pas nommé lui-même : il contient un article nommé du Guide"
            }
            Self::SectionDiffers => {
                "les versions de l’article {about} diffèrent quant aux destinations : lire l’article"
            }
        }
    }
}
