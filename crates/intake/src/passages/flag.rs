//! What is odd about material: said, and never put right in silence.

use domain::language::Bilingual;
use serde::{Deserialize, Serialize};

/// Something that whoever relies on the text must know. The material itself stays as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Flag {
    /// The bytes name no encoding and are not UTF-8: one was assumed.
    AssumedEncoding {
        /// The encoding.
        encoding: String,
    },
    /// Some lines are of one encoding and some of another.
    MixedEncodings {
        /// Lines that are not UTF-8.
        lines: u64,
    },
    /// Signs that stand for no letter: replaced by `U+FFFD` where they stood.
    Unreadable {
        /// How many.
        signs: u64,
    },
    /// Signs that no text has, such as NUL.
    ControlSigns {
        /// How many.
        signs: u64,
    },
    /// Signs that turn the direction of writing: what is shown may not be what stands there.
    DirectionSigns {
        /// How many.
        signs: u64,
    },
    /// Only the first part was read.
    Cut {
        /// The first part.
        what: String,
    },
    /// Encrypted: its text was not read.
    Encrypted,
    /// Damaged.
    Corrupt {
        /// How.
        what: String,
    },
    /// Pages that show no text: pictures of pages, perhaps.
    PagesWithoutText {
        /// How many.
        pages: u32,
    },
    /// Something in it would act if it were opened. It was not run.
    Active {
        /// What.
        what: String,
    },
    /// Scripts, styles, comments or hidden parts of a page, which are no text that it shows.
    LeftOut {
        /// How many elements.
        elements: u64,
    },
    /// Not read at all.
    NotRead {
        /// Why.
        why: String,
    },
    /// Read, and without the limits that this system cannot set.
    WithoutLimits,
    /// What a picture says of itself cannot be so.
    ImpossibleClaim {
        /// The field.
        field: String,
        /// What it says.
        says: String,
        /// Why not.
        why: String,
    },
    /// Two things that a picture says of itself contradict each other.
    Contradiction {
        /// One, with its field.
        one: String,
        /// The other, with its field.
        other: String,
    },
    /// A picture that was passed through a program that alters pictures.
    Edited {
        /// The program, as the picture names it.
        program: String,
    },
    /// A picture that says nothing of itself.
    NoClaims,
    /// The same serial number in several rows.
    DuplicateSerial {
        /// The number, as written.
        serial: String,
        /// The rows, from 1 with the header.
        rows: Vec<u64>,
    },
    /// The same serial number in several rows that say different things of it.
    ConflictingSerial {
        /// The number, as written.
        serial: String,
        /// The rows, from 1 with the header.
        rows: Vec<u64>,
    },
    /// A row with more or fewer cells than the header.
    UnevenRow {
        /// The row, from 1 with the header.
        row: u64,
    },
    /// An attachment that is named and not read.
    AttachmentNotRead {
        /// Its name.
        name: String,
        /// Its media type, as it says.
        media: String,
    },
}

impl Flag {
    /// What it says to a person.
    #[must_use]
    pub fn says(&self) -> Bilingual {
        let (en, fr) = match self {
            Self::AssumedEncoding { encoding } => (
                format!("the file names no encoding: read as {encoding}"),
                format!("le fichier n’indique aucun codage : lu comme {encoding}"),
            ),
            Self::MixedEncodings { lines } => (
                format!("{lines} lines are in another encoding than the rest"),
                format!("{lines} lignes sont dans un autre codage que le reste"),
            ),
            Self::Unreadable { signs } => (
                format!("{signs} signs stand for no letter"),
                format!("{signs} signes ne correspondent à aucune lettre"),
            ),
            Self::ControlSigns { signs } => (
                format!("{signs} control signs stand in the text"),
                format!("{signs} signes de commande se trouvent dans le texte"),
            ),
            Self::DirectionSigns { signs } => (
                format!("{signs} signs turn the direction of writing: it may show otherwise"),
                format!("{signs} signes inversent le sens d’écriture : l’affichage peut différer"),
            ),
            Self::Cut { what } => (
                format!("only the first part was read: {what}"),
                format!("seule la première partie a été lue : {what}"),
            ),
            Self::Encrypted => (
                "encrypted: kept, and its text was not read".to_owned(),
                "chiffré : conservé, et son texte n’a pas été lu".to_owned(),
            ),
            Self::Corrupt { what } => (format!("damaged: {what}"), format!("endommagé : {what}")),
            Self::PagesWithoutText { pages } => (
                format!("{pages} pages show no text; they may be pictures"),
                format!("{pages} pages n’affichent aucun texte ; ce sont peut-être des images"),
            ),
            Self::Active { what } => (
                format!("it holds {what}: not run"),
                format!("il contient {what} : non exécuté"),
            ),
            Self::LeftOut { elements } => (
                format!(
                    "{elements} scripts, styles, comments and hidden parts were left out of the text"
                ),
                format!(
                    "{elements} scripts, styles, commentaires et parties cachées omis du texte"
                ),
            ),
            Self::NotRead { why } => (
                format!("kept, and not read: {why}"),
                format!("conservé, et non lu : {why}"),
            ),
            Self::WithoutLimits => (
                "read without a limit on memory, which this system cannot set".to_owned(),
                "lu sans limite de mémoire, que ce système ne peut pas fixer".to_owned(),
            ),
            other => return other.says_of_claims(),
        };
        Bilingual { en, fr }
    }

    fn says_of_claims(&self) -> Bilingual {
        let rows = |rows: &[u64]| {
            let rows: Vec<String> = rows.iter().map(u64::to_string).collect();
            rows.join(", ")
        };
        let (en, fr) = match self {
            Self::ImpossibleClaim { field, says, why } => (
                format!("the picture says {field} `{says}`, which cannot be: {why}"),
                format!("l’image indique {field} « {says} », ce qui est impossible : {why}"),
            ),
            Self::Contradiction { one, other } => (
                format!("the picture contradicts itself: {one}, and {other}"),
                format!("l’image se contredit : {one}, et {other}"),
            ),
            Self::Edited { program } => (
                format!("the picture passed through `{program}`"),
                format!("l’image est passée par « {program} »"),
            ),
            Self::NoClaims => (
                "the picture says nothing of where and when it was taken".to_owned(),
                "l’image ne dit rien du lieu ni du moment de la prise de vue".to_owned(),
            ),
            Self::DuplicateSerial { serial, rows: held } => (
                format!("serial number `{serial}` stands in rows {}", rows(held)),
                format!(
                    "le numéro de série « {serial} » figure aux lignes {}",
                    rows(held)
                ),
            ),
            Self::ConflictingSerial { serial, rows: held } => (
                format!(
                    "rows {} say different things of serial number `{serial}`",
                    rows(held)
                ),
                format!(
                    "les lignes {} divergent sur le numéro de série « {serial} »",
                    rows(held)
                ),
            ),
            Self::UnevenRow { row } => (
                format!("row {row} has another number of cells than the header"),
                format!("la ligne {row} n’a pas le même nombre de cellules que l’en-tête"),
            ),
            Self::AttachmentNotRead { name, media } => (
                format!("attachment `{name}` ({media}) is named and not read"),
                format!("la pièce jointe « {name} » ({media}) est nommée et non lue"),
            ),
            _ => (String::new(), String::new()),
        };
        Bilingual { en, fr }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_speaks_both_languages() {
        let text = || "x".to_owned();
        for flag in [
            Flag::AssumedEncoding { encoding: text() },
            Flag::MixedEncodings { lines: 1 },
            Flag::Unreadable { signs: 1 },
            Flag::ControlSigns { signs: 1 },
            Flag::DirectionSigns { signs: 1 },
            Flag::Cut { what: text() },
            Flag::Encrypted,
            Flag::Corrupt { what: text() },
            Flag::PagesWithoutText { pages: 1 },
            Flag::Active { what: text() },
            Flag::LeftOut { elements: 1 },
            Flag::NotRead { why: text() },
            Flag::WithoutLimits,
            Flag::ImpossibleClaim {
                field: text(),
                says: text(),
                why: text(),
            },
            Flag::Contradiction {
                one: text(),
                other: text(),
            },
            Flag::Edited { program: text() },
            Flag::NoClaims,
            Flag::DuplicateSerial {
                serial: text(),
                rows: vec![1, 2],
            },
            Flag::ConflictingSerial {
                serial: text(),
                rows: vec![1, 2],
            },
            Flag::UnevenRow { row: 1 },
            Flag::AttachmentNotRead {
                name: text(),
                media: text(),
            },
        ] {
            let says = flag.says();
            assert!(says.is_complete() && says.en != says.fr, "{flag:?}");
        }
    }
}
