//! What is wrong in a scenario file, to a person in either language.

use domain::language::Bilingual;

/// What was found and expected, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub says: Bilingual,
    pub help: Bilingual,
}

/// Names that a message lists before it breaks off.
const LISTED_MAX: usize = 40;

pub(super) fn both(en: impl Into<String>, fr: impl Into<String>) -> Bilingual {
    Bilingual::new(en, fr)
}

/// A thing of the format: `a party` / `une partie`, with what to do about one that is not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noun {
    pub en: &'static str,
    pub fr: &'static str,
}

impl Wrong {
    pub(super) const fn new(says: Bilingual, help: Bilingual) -> Self {
        Self { says, help }
    }

    /// Found one thing where another was expected.
    pub(super) fn found(found: &(String, String), expected: &Bilingual) -> Self {
        Self::new(
            both(
                format!("found {}: expected {}", found.0, expected.en),
                format!("trouvé {} : attendu {}", found.1, expected.fr),
            ),
            both("mend this value", "corriger cette valeur"),
        )
    }

    /// A word that is none of those known.
    pub(super) fn word<'k>(
        found: &str,
        noun: Noun,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Self {
        let near = crate::nearest::nearest(found, known.clone());
        let (en, fr) = meant(near, known);
        Self::new(
            both(
                format!("found `{found}`: expected {}{en}", noun.en),
                format!("trouvé `{found}` : attendu {}{fr}", noun.fr),
            ),
            mend(near, "write one of these words", "écrire l’un de ces mots"),
        )
    }

    /// A name to which nothing in the file answers.
    pub(super) fn name<'k>(
        found: &str,
        noun: Noun,
        known: impl Iterator<Item = &'k str> + Clone,
        or_else: (&str, &str),
    ) -> Self {
        let near = crate::nearest::nearest(found, known.clone());
        let (en, fr) = meant(near, known);
        Self::new(
            both(
                format!("there is no {} `{found}`{en}", noun.en),
                format!("il n’y a pas {} `{found}`{fr}", of_french(noun.fr)),
            ),
            mend(near, or_else.0, or_else.1),
        )
    }

    /// The same name given twice.
    pub(super) fn twice(name: &str, noun: Noun, line: u64) -> Self {
        Self::new(
            both(
                format!(
                    "{} `{name}` stands already on line {line}: expected each once",
                    noun.en
                ),
                format!(
                    "{} `{name}` figure déjà à la ligne {line} : une seule fois attendu",
                    noun.fr
                ),
            ),
            both(
                "give one of them another name",
                "donner un autre nom à l’un des deux",
            ),
        )
    }

    /// A key that nobody reads.
    pub(super) fn key<'k>(
        found: &str,
        of: Noun,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Self {
        let near = crate::nearest::nearest(found, known.clone());
        let (en, fr) = meant(near, known);
        Self::new(
            both(
                format!("`{found}` is not a key of {}{en}", of.en),
                format!("`{found}` n’est pas une clé {}{fr}", of_french(of.fr)),
            ),
            mend(near, "take the key away", "retirer la clé"),
        )
    }

    /// A key that must be there.
    pub(super) fn missing(key: &str, of: Noun) -> Self {
        Self::new(
            both(
                format!("{} lacks `{key}`", of.en),
                format!("`{key}` manque à {}", of.fr),
            ),
            both(format!("add `{key}`"), format!("ajouter `{key}`")),
        )
    }

    /// What else is wrong: what was found and expected, and what to do, each in both languages.
    pub(super) fn of(says: (String, String), help: (&str, &str)) -> Self {
        Self::new(both(says.0, says.1), both(help.0, help.1))
    }
}

/// What may have been meant; every known name where none is near.
fn meant<'k>(near: Option<&str>, known: impl Iterator<Item = &'k str>) -> (String, String) {
    match near {
        Some(near) => (
            format!(", did you mean `{near}`?"),
            format!(", vouliez-vous dire `{near}` ?"),
        ),
        None => listed(known),
    }
}

/// `de` before a French noun, elided before a vowel.
fn of_french(noun: &str) -> String {
    let is_elided = noun.starts_with(['a', 'e', 'i', 'o', 'u', 'é', 'è', 'ê', 'h']);
    if is_elided {
        format!("d’{noun}")
    } else {
        format!("de {noun}")
    }
}

fn mend(near: Option<&str>, en: &str, fr: &str) -> Bilingual {
    match near {
        Some(near) => both(
            format!("write `{near}`, or {en}"),
            format!("écrire `{near}`, ou {fr}"),
        ),
        None => both(en, fr),
    }
}

/// The known names, as many as a person will read.
fn listed<'k>(known: impl Iterator<Item = &'k str>) -> (String, String) {
    let known: Vec<&str> = known.collect();
    if known.is_empty() {
        return (
            " (there is none)".to_owned(),
            " (il n’y en a aucun)".to_owned(),
        );
    }
    let shown = known.iter().take(LISTED_MAX).copied().collect::<Vec<_>>();
    let shown = shown.join(", ");
    let more = known.len().saturating_sub(LISTED_MAX);
    if more == 0 {
        return (format!(" (known: {shown})"), format!(" (connus : {shown})"));
    }
    (
        format!(" (known: {shown} and {more} more)"),
        format!(" (connus : {shown} et {more} autres)"),
    )
}
