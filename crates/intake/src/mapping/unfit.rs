//! How the parts of a well-formed map may not fit one another.

use domain::language::Bilingual;
use domain::refusal::Says;

/// Why a well-formed map does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct Unfit(Bilingual);

impl Says for Unfit {
    fn says(&self) -> Bilingual {
        self.0.clone()
    }
}

impl Unfit {
    fn both(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self(Bilingual::new(en, fr))
    }

    /// The form of the map is none that this release reads.
    pub(super) fn form(found: u32, read: u32) -> Self {
        Self::both(
            format!("`map` is {found}: expected {read}"),
            format!("`map` vaut {found} : attendu {read}"),
        )
    }

    /// A title without one of the languages.
    pub(super) fn title() -> Self {
        Self::both(
            "`title` needs a text in both languages",
            "`title` demande un texte dans les deux langues",
        )
    }

    /// Neither permits nor parties, or both.
    pub(super) fn purpose() -> Self {
        Self::both(
            "expected either `[permit]` or `[party]`",
            "attendu `[permit]` ou `[party]`, l’un des deux",
        )
    }

    /// A decimal mark that cannot be told from the rest.
    pub(super) fn decimal() -> Self {
        Self::both(
            "`numbers.decimal` must be neither a digit nor among the thousands",
            "`numbers.decimal` ne peut être ni un chiffre ni un séparateur de milliers",
        )
    }

    /// A number of header rows that no header has.
    pub(super) fn header_rows(most: u64) -> Self {
        Self::both(
            format!("`file.header_rows` is beyond 1 to {most}, or counts rows of no header"),
            format!(
                "`file.header_rows` sort de 1 à {most}, ou compte les lignes d’un en-tête absent"
            ),
        )
    }

    /// Columns to spread that make no rows.
    pub(super) fn spread() -> Self {
        Self::both(
            "`file.spread` needs columns, and two different names",
            "`file.spread` demande des colonnes et deux noms différents",
        )
    }

    /// A separator of no characters, which stands everywhere.
    pub(super) fn separators(key: &str) -> Self {
        Self::both(
            format!("`{key}` has an empty separator"),
            format!("`{key}` a un séparateur vide"),
        )
    }

    /// One of two keys is needed, and not both.
    pub(super) fn either(part: &str, one: &str, other: &str) -> Self {
        Self::both(
            format!("`{part}` needs either `{one}` or `{other}`"),
            format!("`{part}` demande `{one}` ou `{other}`, l’un des deux"),
        )
    }

    /// A key that is empty where something must stand.
    pub(super) fn empty(key: &str) -> Self {
        Self::both(
            format!("`{key}` is empty: expected at least one"),
            format!("`{key}` est vide : au moins un attendu"),
        )
    }

    /// A blank place that cannot stand for the destination.
    pub(super) fn as_destination() -> Self {
        Self::both(
            "only a final destination can be `as-destination` when blank",
            "seule une destination finale peut être `as-destination` quand elle est vide",
        )
    }

    /// Nothing that tells the numbers of two files apart.
    pub(super) fn prefix() -> Self {
        Self::both(
            "without `permit.number`, `permit.id_prefix` must tell files apart",
            "sans `permit.number`, `permit.id_prefix` doit distinguer les fichiers",
        )
    }

    /// Characters that an identifier cannot have.
    pub(super) fn id_prefix() -> Self {
        Self::both(
            "`permit.id_prefix` has characters that an id cannot have",
            "`permit.id_prefix` a des caractères qu’un identifiant ne peut avoir",
        )
    }

    /// A party of which there is one, in several columns or with separators.
    pub(super) fn single(role: &str) -> Self {
        Self::both(
            format!("the role `{role}` is one name in one column: expected it once, unseparated"),
            format!(
                "le rôle `{role}` est un seul nom d’une seule colonne : attendu une fois, sans séparateur"
            ),
        )
    }

    /// Editions out of order.
    pub(super) fn editions() -> Self {
        Self::both(
            "`editions` are not in the order of their days",
            "`editions` ne suit pas l’ordre des jours",
        )
    }

    /// A bound on a level that has no numbers.
    pub(super) fn below() -> Self {
        Self::both(
            "`below` names a level, from 1, that is not one of digits",
            "`below` nomme un niveau, à partir de 1, qui n’est pas de chiffres",
        )
    }

    /// An answer that is no entry of a list.
    pub(super) fn answer(list: &str, edition: &str, answer: &str) -> Self {
        Self::both(
            format!(
                "`{list}@{edition}:{answer}1` cannot be an entry: expected a list, an edition and a code"
            ),
            format!(
                "`{list}@{edition}:{answer}1` ne peut être un article : attendu une liste, une édition et un code"
            ),
        )
    }
}
