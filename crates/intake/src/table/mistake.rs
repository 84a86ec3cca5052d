//! Why a file cannot be read as a whole.

use domain::language::Bilingual;
use domain::refusal::Says;

use crate::at::At;
use crate::bounds::{COLUMNS_MAX, FILE_BYTES_MAX, ROWS_MAX};

/// Why a file cannot be read at all. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileMistake {
    /// Larger than any register met.
    #[error("`{file}` has more than {FILE_BYTES_MAX} bytes")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// Nothing in it.
    #[error("`{file}` has no rows: expected a header")]
    Empty {
        /// The file.
        file: String,
    },
    /// Neither text nor a workbook.
    #[error("`{file}` is {what}: expected CSV text or an Office Open XML workbook")]
    ForeignFormat {
        /// The file.
        file: String,
        /// What it looks like.
        what: &'static str,
    },
    /// Bytes that are not of the encoding.
    #[error(
        "byte {byte} at {at} is not {encoding}: name the file's encoding in the map (`encoding`)"
    )]
    NotText {
        /// The line and column.
        at: At,
        /// The byte, from 0.
        byte: usize,
        /// The encoding in which it was read.
        encoding: &'static str,
    },
    /// A NUL in a text file.
    #[error("{at} is a NUL: expected text, or the map to name utf-16le or utf-16be")]
    Nul {
        /// Where.
        at: At,
    },
    /// A quote that is never closed.
    #[error("the quote opened at {at} is never closed")]
    UnclosedQuote {
        /// Where it opens.
        at: At,
    },
    /// Text between a closing quote and the next delimiter.
    #[error("text follows the closing quote at {at}: expected a delimiter or a line end")]
    TextAfterQuote {
        /// Where.
        at: At,
    },
    /// More rows than the register holds.
    #[error("`{file}` has more than {ROWS_MAX} rows")]
    TooManyRows {
        /// The file.
        file: String,
    },
    /// A row wider than any table.
    #[error("{at} has more than {COLUMNS_MAX} columns")]
    TooManyColumns {
        /// Where.
        at: At,
    },
    /// No header where the map says it stands.
    #[error("`{file}` has no header on line {line}")]
    NoHeader {
        /// The file.
        file: String,
        /// The line.
        line: u64,
    },
    /// A column that the map names and the header lacks.
    #[error("{at} has no column `{column}`{}: found {found}", meant(.near.as_ref()))]
    MissingColumn {
        /// The header.
        at: At,
        /// The column.
        column: String,
        /// The column that may have been meant.
        near: Option<String>,
        /// The columns there are.
        found: String,
    },
    /// A column that the map names and the header has twice.
    #[error("{at} has the column `{column}` more than once: name it by its place, {places}")]
    DoubledColumn {
        /// The header.
        at: At,
        /// The column.
        column: String,
        /// The places, as a map can write them.
        places: String,
    },
    /// An archive that lies, overlaps or inflates beyond the bounds.
    #[error("`{file}` is refused as an archive: {why}")]
    Archive {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// A workbook that cannot be read.
    #[error("`{file}` cannot be read as a workbook: {why}")]
    Workbook {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// A sheet that the map names and the workbook lacks.
    #[error("`{file}` has no sheet `{sheet}`: found {found}")]
    MissingSheet {
        /// The file.
        file: String,
        /// The sheet.
        sheet: String,
        /// The sheets there are.
        found: String,
    },
    /// The map reads something else.
    #[error("the map `{map}` has no part `[{part}]`")]
    OtherMap {
        /// The map.
        map: String,
        /// What it would have to have.
        part: &'static str,
    },
}

impl Says for FileMistake {
    fn says(&self) -> Bilingual {
        Bilingual::new(self.to_string(), self.french())
    }
}

impl FileMistake {
    fn french(&self) -> String {
        match self {
            Self::TooLarge { file } => format!("`{file}` a plus de {FILE_BYTES_MAX} octets"),
            Self::Empty { file } => format!("`{file}` n’a pas de lignes : attendu un en-tête"),
            Self::ForeignFormat { file, what } => format!(
                "`{file}` est {} : attendu un texte CSV ou un classeur Office Open XML",
                foreign(what)
            ),
            Self::NotText { at, byte, encoding } => format!(
                "l’octet {byte} à {at} n’est pas de l’{encoding} : nommer le codage du fichier dans \
                 la table de correspondance (`encoding`)"
            ),
            Self::Nul { at } => format!(
                "{at} est un NUL : attendu du texte, ou que la table de correspondance nomme \
                 utf-16le ou utf-16be"
            ),
            Self::UnclosedQuote { at } => {
                format!("le guillemet ouvert à {at} n’est jamais fermé")
            }
            Self::TextAfterQuote { at } => format!(
                "du texte suit le guillemet fermant à {at} : attendu un séparateur ou une fin de ligne"
            ),
            Self::TooManyRows { file } => format!("`{file}` a plus de {ROWS_MAX} lignes"),
            Self::TooManyColumns { at } => format!("{at} a plus de {COLUMNS_MAX} colonnes"),
            Self::NoHeader { file, line } => {
                format!("`{file}` n’a pas d’en-tête à la ligne {line}")
            }
            Self::MissingColumn {
                at,
                column,
                near,
                found,
            } => {
                let near = near
                    .as_ref()
                    .map(|near| format!(", vouliez-vous dire `{near}` ?"));
                let near = near.unwrap_or_default();
                format!("{at} n’a pas de colonne `{column}`{near} : trouvé {found}")
            }
            Self::DoubledColumn { at, column, places } => format!(
                "{at} a plus d’une fois la colonne `{column}` : la nommer par sa place, {places}"
            ),
            Self::Archive { file, why } => {
                format!("`{file}` est refusé comme archive ; le lecteur dit, en anglais : {why}")
            }
            Self::Workbook { file, why } => format!(
                "`{file}` ne se lit pas comme classeur ; le lecteur dit, en anglais : {why}"
            ),
            Self::MissingSheet { file, sheet, found } => {
                format!("`{file}` n’a pas de feuille `{sheet}` : trouvé {found}")
            }
            Self::OtherMap { map, part } => {
                format!("la table de correspondance `{map}` n’a pas de partie `[{part}]`")
            }
        }
    }
}

/// What a foreign file is, in French.
fn foreign(what: &str) -> &str {
    match what {
        "a PDF" => "un PDF",
        "a gzip archive" => "une archive gzip",
        _ => "un classeur binaire ou chiffré",
    }
}

fn meant(near: Option<&String>) -> String {
    near.map(|near| format!(", did you mean `{near}`?"))
        .unwrap_or_default()
}
