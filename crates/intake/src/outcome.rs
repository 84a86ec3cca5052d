//! How each row ends: imported, imported with stated assumptions, or set aside with a reason.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::PermitId;
use domain::language::Bilingual;
use serde::{Serialize, Serializer};

use crate::at::At;

/// A closed set of facts with one code and one text in each language, so that reports can count.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $code:literal $en:literal $fr:literal)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $en] $variant,)+
        }

        impl $name {
            /// Every one, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code: the same in every release and language.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The text for people.
            #[must_use]
            pub fn text(self) -> Bilingual {
                match self { $(Self::$variant => Bilingual::new($en, $fr)),+ }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.code())
            }
        }
    };
}

coded! {
/// What was assumed to read a row. The text is the same for every row with the same code.
Assumption {
    MarkOverMap "byte-order-mark-over-map"
        "the file's byte-order mark names another encoding than the map; the mark was followed"
        "la marque d'ordre des octets du fichier nomme un autre codage que la table de correspondance ; la marque a été suivie"
    FirstSheet "first-sheet"
        "the workbook has several sheets and the map names none; the first was read"
        "le classeur a plusieurs feuilles et la table de correspondance n'en nomme aucune ; la première a été lue"
    FilledFromAbove "filled-from-above"
        "a blank cell takes the value above it, as the map says"
        "une cellule vide prend la valeur au-dessus, selon la table de correspondance"
    StatedByMap "stated-by-map"
        "the file does not say it; the map supplies the value"
        "le fichier ne le dit pas ; la table de correspondance donne la valeur"
    ValueReadByMap "value-read-by-map"
        "what a key of the file means is the map's reading"
        "le sens d'une clé du fichier est une lecture de la table de correspondance"
    DayInOtherShape "day-in-other-shape"
        "a date is not in the column's usual shape; it was read in another that the map allows"
        "une date n'a pas la forme habituelle de la colonne ; elle a été lue dans une autre que la table de correspondance permet"
    TwoDigitYear "two-digit-year"
        "a year has two digits; it was read as 1970 to 2069"
        "une année a deux chiffres ; elle a été lue de 1970 à 2069"
    DayOfPeriod "day-of-period"
        "only a month or a year is given; its first day was taken, or its last where validity ends"
        "seul un mois ou une année est donné ; son premier jour a été pris, ou son dernier pour la fin de la validité"
    ValidFromIssue "valid-from-issue"
        "no first day of validity is given; the day of issue was taken"
        "aucun premier jour de validité n'est donné ; le jour de délivrance a été pris"
    ValidityByMap "validity-by-map"
        "no last day of validity is given; the length that the map states was counted from issue"
        "aucun dernier jour de validité n'est donné ; la durée indiquée par la table de correspondance a été comptée dès la délivrance"
    CountryByAlias "country-by-alias"
        "a country is written in a way that only the map explains"
        "un pays est écrit d'une façon que seule la table de correspondance explique"
    CountryByCode "country-by-code"
        "a country is written as a code among names; it was read as a code of ISO 3166-1"
        "un pays est écrit par un code parmi des noms ; il a été lu comme un code de l'ISO 3166-1"
    CountryByWords "country-by-words"
        "a country's name is written with its words in another order; it was read as that country"
        "le nom d'un pays est écrit avec ses mots dans un autre ordre ; il a été lu comme ce pays"
    WithdrawnCountry "withdrawn-country"
        "a state or area that no longer exists is kept under its withdrawn code of ISO 3166-3"
        "un État ou territoire qui n'existe plus est gardé sous son code retiré de l'ISO 3166-3"
    CountryGroup "country-group"
        "a group of countries is named; its members are not assumed, the place stays undisclosed"
        "un groupe de pays est nommé ; ses membres ne sont pas supposés, le lieu reste non divulgué"
    PlaceUnread "place-unread"
        "a place that decides nothing here cannot be read; it stays undisclosed"
        "un lieu qui ne décide rien ici ne se lit pas ; il reste non divulgué"
    FinalAsFirst "final-as-destination"
        "no final destination is given; the destination was taken"
        "aucune destination finale n'est donnée ; la destination a été prise"
    SeveralDestinations "several-destinations"
        "the row names several destinations; it was read as a permit for several"
        "la ligne nomme plusieurs destinations ; elle a été lue comme une licence à destinations multiples"
    SeveralEndUsers "several-end-users"
        "the row names several end users; they are kept as consignees, and the end user stays undisclosed"
        "la ligne nomme plusieurs utilisateurs finaux ; ils sont gardés comme destinataires, et l'utilisateur final reste non divulgué"
    AmountUnread "amount-unread"
        "an amount cannot be read; it stays undisclosed"
        "un montant ne se lit pas ; il reste non divulgué"
    PartsTogether "parts-together"
        "rows with this number and day name other places or parties; they are read as one permit to all of them"
        "des lignes avec ce numéro et ce jour nomment d'autres lieux ou parties ; elles sont lues comme une seule licence pour tous"
    CodesByRule "codes-by-rule"
        "the file's codes are read as entries of another list by the map's rule"
        "les codes du fichier sont lus comme articles d'une autre liste par la règle de la table de correspondance"
    CodeUnread "code-unread"
        "the code cannot be read by the map's rules; it is kept as written and the rating is undisclosed"
        "le code ne se lit pas par les règles de la table de correspondance ; il est gardé tel quel et la classification est non divulguée"
    FirstCodePrimary "first-code-primary"
        "several codes are given and none is marked as primary; the first was taken"
        "plusieurs codes sont donnés et aucun n'est marqué comme principal ; le premier a été pris"
    NumberByRow "number-by-row"
        "the file gives no permit numbers; the row's place in the file was taken"
        "le fichier ne donne pas de numéros de licence ; la place de la ligne dans le fichier a été prise"
    NumberMadePlain "number-made-plain"
        "the permit number has characters that an identifier cannot have; they became hyphens"
        "le numéro de licence a des caractères qu'un identifiant ne peut avoir ; ils sont devenus des traits d'union"
    NumberIssuedAgain "number-issued-again"
        "the number was issued before on another day; this is kept as a separate act, its day added to the number"
        "le numéro a déjà été délivré un autre jour ; ceci est gardé comme un acte distinct, son jour ajouté au numéro"
    NumberWithOtherTerms "number-with-other-terms"
        "the same number and day carry other terms; this is kept as a separate act, counted after the number"
        "le même numéro et le même jour portent d'autres modalités ; ceci est gardé comme un acte distinct, compté après le numéro"
}
}

coded! {
/// Why a row was set aside. The text is the same for every row with the same code.
ReasonKind {
    Ragged "ragged"
        "the row does not have as many cells as the header"
        "la ligne n'a pas autant de cellules que l'en-tête"
    CellTooLong "cell-too-long"
        "a cell is longer than a register's cell can be"
        "une cellule est plus longue que ne peut l'être une cellule de registre"
    ControlCharacter "control-character"
        "a cell has a control character"
        "une cellule a un caractère de commande"
    UnreadableCell "unreadable-cell"
        "the cell holds an error, a duration, or a number beyond the digits that a sheet keeps"
        "la cellule contient une erreur, une durée ou un nombre au-delà des chiffres qu'une feuille garde"
    SetAsideByMap "set-aside-by-map"
        "the map says that such a row is no permit in force"
        "la table de correspondance dit qu'une telle ligne n'est pas une licence en vigueur"
    NumberMissing "number-missing"
        "there is no permit number"
        "il n'y a pas de numéro de licence"
    NumberUnusable "number-unusable"
        "the permit number is too long to be an identifier"
        "le numéro de licence est trop long pour être un identifiant"
    NumberRepeated "number-repeated"
        "the number was issued before on another day, and the map allows no second act"
        "le numéro a déjà été délivré un autre jour, et la table de correspondance ne permet pas de second acte"
    TooManyLines "too-many-lines"
        "the permit has more lines than a permit can have"
        "la licence a plus de lignes qu'une licence ne peut en avoir"
    DayMissing "day-missing"
        "a day that is needed is blank"
        "un jour nécessaire est vide"
    NotADay "not-a-day"
        "the cell is not a day in any shape that the map allows"
        "la cellule n'est un jour dans aucune forme que la table de correspondance permet"
    ImpossibleDay "impossible-day"
        "there is no such day in the calendar, or it is out of the register's range"
        "ce jour n'existe pas au calendrier, ou il est hors des bornes du registre"
    AmbiguousDay "ambiguous-day"
        "two shapes that the map allows give different days"
        "deux formes que la table de correspondance permet donnent des jours différents"
    LastDayBeforeFirst "last-day-before-first"
        "the last day of validity lies before the day of issue or the first day of validity"
        "le dernier jour de validité précède le jour de délivrance ou le premier jour de validité"
    PlaceMissing "place-missing"
        "a place that the map needs is blank"
        "un lieu dont la table de correspondance a besoin est vide"
    UnknownCountry "unknown-country"
        "a country cannot be read from the names, codes and aliases of the map"
        "un pays ne se lit pas avec les noms, codes et alias de la table de correspondance"
    NotAnAmount "not-an-amount"
        "the cell is not an amount in the map's number shape"
        "la cellule n'est pas un montant dans la forme de nombre de la table de correspondance"
    NegativeAmount "negative-amount"
        "the amount is negative"
        "le montant est négatif"
    AmountTooLong "amount-too-long"
        "the amount has more digits than the register keeps exactly"
        "le montant a plus de chiffres que le registre n'en garde exactement"
    AmountTooFine "amount-too-fine"
        "the amount has more decimal places than its currency"
        "le montant a plus de décimales que sa monnaie"
    UnitMissing "unit-missing"
        "a quantity is given without a unit"
        "une quantité est donnée sans unité"
    UnknownUnit "unknown-unit"
        "the unit is neither a code of UN/ECE Recommendation 20 nor explained by the map"
        "l'unité n'est ni un code de la recommandation 20 de la CEE-ONU ni expliquée par la table de correspondance"
    CurrencyMissing "currency-missing"
        "a value is given without a currency"
        "une valeur est donnée sans monnaie"
    UnknownCurrency "unknown-currency"
        "the currency is neither a known code of ISO 4217 nor explained by the map"
        "la monnaie n'est ni un code connu de l'ISO 4217 ni expliquée par la table de correspondance"
    UnknownValue "unknown-value"
        "the cell has a value that the map does not explain"
        "la cellule a une valeur que la table de correspondance n'explique pas"
    CodeUnread "code-unread"
        "the code cannot be read by the map's rules, and the map asks that it be"
        "le code ne se lit pas par les règles de la table de correspondance, qui l'exige"
    NameMissing "name-missing"
        "there is no name"
        "il n'y a pas de nom"
    NameTooLong "name-too-long"
        "a name is longer than a name can be"
        "un nom est plus long que ne peut l'être un nom"
}
}

/// Longest piece of a cell that a report repeats, in characters: enough to recognise it.
const GIVEN_CHARS_MAX: usize = 80;

/// Why a row was set aside, and over which cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The kind.
    pub code: ReasonKind,
    /// The column, by its name in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What stands there, cut to a readable length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
}

impl Reason {
    /// A reason over the row as a whole.
    #[must_use]
    pub fn row(code: ReasonKind) -> Self {
        Self {
            code,
            column: None,
            given: None,
        }
    }

    /// A reason over one cell.
    #[must_use]
    pub fn cell(code: ReasonKind, column: &str, given: &str) -> Self {
        Self {
            code,
            column: Some(column.chars().take(GIVEN_CHARS_MAX).collect()),
            given: Some(given.chars().take(GIVEN_CHARS_MAX).collect()),
        }
    }
}

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Imported as the file says it.
    Imported,
    /// Imported, with what was assumed to read it.
    WithAssumptions {
        /// The assumptions.
        assumptions: BTreeSet<Assumption>,
    },
    /// Not imported.
    SetAside {
        /// Why.
        reason: Reason,
    },
}

impl Outcome {
    /// The outcome of a row that was read with these assumptions.
    #[must_use]
    pub fn read_with(assumptions: BTreeSet<Assumption>) -> Self {
        if assumptions.is_empty() {
            Self::Imported
        } else {
            Self::WithAssumptions { assumptions }
        }
    }
}

/// One row of a file and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowReport {
    /// Where the row stands.
    pub at: At,
    /// The permit that it became, or became a line of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permit: Option<PermitId>,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How many rows ended how.
///
/// # Invariant
/// `imported + with_assumptions + set_aside == rows`. What is not a row is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Rows below the header that carry anything and that the map does not skip.
    pub rows: u64,
    /// Imported as the file says it.
    pub imported: u64,
    /// Imported with stated assumptions.
    pub with_assumptions: u64,
    /// Set aside with a reason.
    pub set_aside: u64,
    /// Lines above the header, the header itself included.
    pub above: u64,
    /// Rows without a single filled cell.
    pub blank: u64,
    /// Rows that the map says are no rows (totals, notes).
    pub skipped: u64,
}

/// A code with its text and the number of rows that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// The text.
    pub text: Bilingual,
}

/// What a report says of all rows together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// The counts.
    pub counts: Counts,
    /// What was assumed about the file as a whole.
    pub about_file: BTreeSet<Assumption>,
    /// Every assumption met, by code.
    pub assumptions: BTreeMap<&'static str, Tally>,
    /// Every reason met, by code.
    pub reasons: BTreeMap<&'static str, Tally>,
}

impl Summary {
    /// Counts the rows.
    #[must_use]
    pub fn of(
        rows: &[RowReport],
        lines: crate::table::NotRows,
        about_file: BTreeSet<Assumption>,
    ) -> Self {
        let mut summary = Self {
            about_file,
            ..Self::default()
        };
        summary.counts.above = lines.above;
        summary.counts.blank = lines.blank;
        summary.counts.skipped = lines.skipped;
        for assumed in summary.about_file.clone() {
            tally(
                &mut summary.assumptions,
                assumed.code(),
                || assumed.text(),
                0,
            );
        }
        for row in rows {
            summary.counts.rows += 1;
            match &row.outcome {
                Outcome::Imported => summary.counts.imported += 1,
                Outcome::WithAssumptions { assumptions } => {
                    summary.counts.with_assumptions += 1;
                    for assumed in assumptions {
                        tally(
                            &mut summary.assumptions,
                            assumed.code(),
                            || assumed.text(),
                            1,
                        );
                    }
                }
                Outcome::SetAside { reason } => {
                    summary.counts.set_aside += 1;
                    tally(
                        &mut summary.reasons,
                        reason.code.code(),
                        || reason.code.text(),
                        1,
                    );
                }
            }
        }
        summary
    }
}

fn tally(
    into: &mut BTreeMap<&'static str, Tally>,
    code: &'static str,
    text: impl FnOnce() -> Bilingual,
    rows: u64,
) {
    into.entry(code)
        .or_insert_with(|| Tally {
            rows: 0,
            text: text(),
        })
        .rows += rows;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_its_own_and_speaks_both_languages() {
        let mut codes = BTreeSet::new();
        for assumption in Assumption::ALL {
            assert!(codes.insert(assumption.code()), "{}", assumption.code());
            assert!(assumption.text().is_complete());
            assert_ne!(assumption.text().en, assumption.text().fr);
        }
        let mut codes = BTreeSet::new();
        for reason in ReasonKind::ALL {
            assert!(codes.insert(reason.code()), "{}", reason.code());
            assert!(reason.text().is_complete());
            assert_ne!(reason.text().en, reason.text().fr);
        }
    }

    #[test]
    fn a_reason_repeats_only_the_beginning_of_a_long_cell() {
        let reason = Reason::cell(ReasonKind::NotADay, "day", &"9".repeat(10_000));
        assert_eq!(reason.given.unwrap().len(), GIVEN_CHARS_MAX);
    }
}
