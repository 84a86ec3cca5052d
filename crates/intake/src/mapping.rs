//! Mapping files: how the columns of a foreign layout answer to the register's words.
//!
//! A map is TOML, read strictly: a key that is not known here is a mistake with its line and
//! column. Every field is described for operators in `lists/maps/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use domain::country::Country;
use domain::language::Bilingual;
use serde::Deserialize;

use crate::at::At;
use crate::bounds::MAP_BYTES_MAX;
use crate::country_names::NameLanguage;
use crate::encoding::Encoding;
use crate::toml_text;

mod code_rule;
mod day_shape;
mod mistake;
mod party;
mod permit;
mod unfit;

pub use code_rule::{CodeRule, CodesMap, Level};
pub use day_shape::{DayShape, Misfit, ShapeMistake};
pub use mistake::MapMistake;
pub use party::{Identifier, ListColumn, PartyMap};
pub use permit::{
    Again, BlankPlace, DayMap, LastDayIs, LineMap, MovementWord, NamedPartyMap, PermitMap,
    PlaceMap, QuantityMap, RowsAre, SetAside, Unread, ValueMap,
};
pub use unfit::Unfit;

/// The form of mapping file that this release reads.
const FORM: u32 = 1;

/// Most rows of a header: the most met is 3.
const HEADER_ROWS_MAX: u64 = 5;

/// A column of the file, by its name in the header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "String")]
pub struct Column(String);

impl From<String> for Column {
    fn from(text: String) -> Self {
        Self(crate::table::column_name(&text))
    }
}

impl Deref for Column {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// One column, or several whose cells are joined.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrSeveral")]
pub struct Columns(Vec<Column>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a column, or a list of columns")]
enum OneOrSeveral {
    One(Column),
    Several(Vec<Column>),
}

impl From<OneOrSeveral> for Columns {
    fn from(columns: OneOrSeveral) -> Self {
        match columns {
            OneOrSeveral::One(column) => Self(vec![column]),
            OneOrSeveral::Several(columns) => Self(columns),
        }
    }
}

impl Columns {
    /// The first column, for reports; empty where there is none.
    #[must_use]
    pub fn first(&self) -> &str {
        self.0.first().map_or("", |column| column)
    }

    /// Every column.
    pub fn all(&self) -> impl Iterator<Item = &Column> {
        self.0.iter()
    }

    /// How many columns there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// A mapping file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// The form of the mapping file: 1.
    pub map: u32,
    /// The map's key, as in `nl-military`.
    pub key: String,
    /// What it is a map of.
    pub title: Bilingual,
    /// The layout of the file.
    #[serde(default)]
    pub file: FileLayout,
    /// How numbers are written.
    #[serde(default)]
    pub numbers: Numbers,
    /// How countries are written.
    #[serde(default)]
    pub countries: Countries,
    /// How a row becomes a permit line; none in a map for parties.
    pub permit: Option<PermitMap>,
    /// How a row becomes a party; none in a map for permits.
    pub party: Option<PartyMap>,
}

/// Who says a value that no cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatedBy {
    /// The file does, apart from its rows: in a header, a title, or its publisher's key.
    File,
    /// Only the map does, so that it is an assumption.
    #[default]
    Map,
}

/// A value picked by the words of a column, or supplied where the file has none.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice<T> {
    /// The column.
    pub column: Option<Column>,
    /// What its words mean, compared without regard to case.
    #[serde(default = "BTreeMap::new")]
    pub values: BTreeMap<String, T>,
    /// The value where there is no column or its cell is blank.
    pub otherwise: Option<T>,
    /// Who says so.
    #[serde(default)]
    pub stated_by: StatedBy,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self {
            column: None,
            values: BTreeMap::new(),
            otherwise: None,
            stated_by: StatedBy::default(),
        }
    }
}

impl<T> Choice<T> {
    /// What a word of the column means.
    #[must_use]
    pub fn meaning(&self, word: &str) -> Option<&T> {
        let word = crate::table::column_name(word).to_lowercase();
        self.values
            .iter()
            .find(|(key, _)| key.to_lowercase() == word)
            .map(|(_, value)| value)
    }
}

impl Skip {
    /// Whether the cell's text, empty when blank, tells.
    #[must_use]
    pub fn tells(&self, text: &str) -> bool {
        match (&self.is, &self.starts_with) {
            (Some(whole), _) => text.eq_ignore_ascii_case(whole),
            (None, Some(begin)) => text.starts_with(begin.as_str()),
            (None, None) => text.is_empty(),
        }
    }
}

/// One byte that separates or encloses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Delimiter(u8);

impl Delimiter {
    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }
}

impl TryFrom<String> for Delimiter {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.as_bytes() {
            b"tab" => Ok(Self(b'\t')),
            [b @ (b',' | b';' | b'|' | b'\t' | b':' | b'^' | b'~')] => Ok(Self(*b)),
            _ => Err("expected one of , ; | : ^ ~ or tab".to_owned()),
        }
    }
}

/// The quote of cells, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Quote(Option<u8>);

impl Quote {
    /// The byte, none where cells are never quoted.
    #[must_use]
    pub const fn byte(self) -> Option<u8> {
        self.0
    }
}

impl TryFrom<String> for Quote {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.as_bytes() {
            b"none" => Ok(Self(None)),
            [b @ (b'"' | b'\'')] => Ok(Self(Some(*b))),
            _ => Err("expected one quote mark, or none".to_owned()),
        }
    }
}

/// A row that is no row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// The column that tells.
    pub column: Column,
    /// Its whole text; without this and the next, a blank cell tells.
    pub is: Option<String>,
    /// How its text begins.
    pub starts_with: Option<String>,
}

/// Columns of which each filled cell is a row of its own, as where every category has a column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The columns.
    pub columns: Vec<Column>,
    /// The column that each row then has with the name of the one it comes from.
    pub name: Column,
    /// The column that each row then has with the cell.
    pub value: Column,
}

/// The layout of the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileLayout {
    /// The encoding of a text file; none means UTF-8 unless the file marks itself.
    pub encoding: Option<Encoding>,
    /// What stands between cells of a text file.
    pub delimiter: Delimiter,
    /// What encloses cells of a text file.
    pub quote: Quote,
    /// The sheet of a workbook; none means the first.
    pub sheet: Option<String>,
    /// The line or row of the header; 0 for none, and columns are then `#1`, `#2`...; without it
    /// the first row with a filled cell is the header.
    pub header_line: Option<u64>,
    /// How many filled rows the header has; the names of several are joined.
    pub header_rows: u64,
    /// Rows that are no rows.
    pub skip: Vec<Skip>,
    /// Columns in which a blank cell repeats the one above, as merged cells do.
    pub fill_down: Vec<Column>,
    /// Columns of which each filled cell is a row of its own.
    pub spread: Option<Spread>,
}

impl Default for FileLayout {
    fn default() -> Self {
        Self {
            encoding: None,
            delimiter: Delimiter(b','),
            quote: Quote(Some(b'"')),
            sheet: None,
            header_line: None,
            header_rows: 1,
            skip: Vec::new(),
            fill_down: Vec::new(),
            spread: None,
        }
    }
}

/// How numbers are written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Numbers {
    /// What stands before the decimals.
    pub decimal: char,
    /// What may stand between groups of three digits.
    pub thousands: Vec<char>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            decimal: '.',
            thousands: Vec::new(),
        }
    }
}

/// How countries are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Countries {
    /// The languages of the names, in the order in which they are tried.
    pub names: Vec<NameLanguage>,
    /// The codes that may stand in place of names.
    pub codes: Vec<CountryCodes>,
    /// What may stand between several countries in a cell.
    pub separators: Vec<String>,
    /// Spellings that only the map explains.
    pub aliases: BTreeMap<String, Vec<Country>>,
    /// Groups of countries beyond those of the name tables.
    pub groups: Vec<String>,
    /// Words for "not disclosed" beyond those of the name tables.
    pub undisclosed: Vec<String>,
}

/// A kind of country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum CountryCodes {
    /// Two letters.
    #[serde(rename = "alpha-2")]
    Alpha2,
    /// Three letters.
    #[serde(rename = "alpha-3")]
    Alpha3,
}

impl Map {
    /// The columns that the file must have.
    #[must_use]
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns: BTreeSet<&str> = BTreeSet::new();
        if let Some(permit) = &self.permit {
            permit.columns(&mut columns);
        }
        if let Some(party) = &self.party {
            party.columns(&mut columns);
        }
        columns.extend(self.file.skip.iter().map(|skip| &*skip.column));
        columns.extend(self.file.fill_down.iter().map(|column| &**column));
        columns
    }

    fn check(&self) -> Result<(), Unfit> {
        if self.map != FORM {
            return Err(Unfit::form(self.map, FORM));
        }
        if !self.title.is_complete() {
            return Err(Unfit::title());
        }
        match (&self.permit, &self.party) {
            (Some(permit), None) => permit.check()?,
            (None, Some(party)) => party.check()?,
            _ => return Err(Unfit::purpose()),
        }
        let numbers = &self.numbers;
        if numbers.decimal.is_ascii_digit() || numbers.thousands.contains(&numbers.decimal) {
            return Err(Unfit::decimal());
        }
        let file = &self.file;
        if !(1..=HEADER_ROWS_MAX).contains(&file.header_rows)
            || (file.header_line == Some(0) && file.header_rows != 1)
        {
            return Err(Unfit::header_rows(HEADER_ROWS_MAX));
        }
        if let Some(spread) = &file.spread
            && (spread.columns.is_empty() || spread.name == spread.value)
        {
            return Err(Unfit::spread());
        }
        if self.countries.separators.iter().any(String::is_empty) {
            return Err(Unfit::separators("countries.separators"));
        }
        Ok(())
    }
}

/// Reads a mapping file.
///
/// # Errors
/// Refuses what is not TOML, a key that is not known, a value of the wrong kind (each with its
/// line and column), and parts that do not fit one another.
pub fn read_map(bytes: &[u8], name: &str) -> Result<Map, MapMistake> {
    let file = || name.to_owned();
    if bytes.len() > MAP_BYTES_MAX {
        return Err(MapMistake::TooLarge { file: file() });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| MapMistake::NotText {
        at: At::byte_in(name, bytes, error.valid_up_to()),
    })?;
    let map: Map = toml_text::read(text).map_err(|trouble| MapMistake::Malformed {
        at: At::byte_in(name, bytes, trouble.at.unwrap_or(0)),
        why: trouble.why,
    })?;
    map.check()
        .map_err(|why| MapMistake::Incoherent { file: file(), why })?;
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
map = 1
key = "least"
title = { en = "Least", fr = "Moindre" }

[party]
name = "Name"
"#;

    #[test]
    fn an_unknown_key_is_a_mistake_with_its_line() {
        assert!(read_map(LEAST.as_bytes(), "m.toml").is_ok());
        let text = format!("{LEAST}nmae = \"Name\"\n");
        let mistake = read_map(text.as_bytes(), "m.toml").unwrap_err();
        let MapMistake::Malformed { at, why } = mistake else {
            panic!("{mistake}");
        };
        assert_eq!((at.line, at.column), (8, Some(1)), "{why}");
        assert!(why.contains("nmae"), "{why}");
    }

    #[test]
    fn a_wrong_value_is_a_mistake_with_its_place() {
        let text = LEAST.replace("[party]", "[file]\ndelimiter = \"ab\"\n[party]");
        let mistake = read_map(text.as_bytes(), "m.toml").unwrap_err();
        assert!(
            matches!(&mistake, MapMistake::Malformed { at, .. } if at.line == 7),
            "{mistake}"
        );
    }

    #[test]
    fn a_map_reads_one_thing() {
        let none = LEAST.replace("[party]\nname = \"Name\"\n", "");
        assert!(matches!(
            read_map(none.as_bytes(), "m.toml"),
            Err(MapMistake::Incoherent { .. })
        ));
        let later = LEAST.replace("map = 1", "map = 2");
        assert!(read_map(later.as_bytes(), "m.toml").is_err());
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(
            read_map(b"\xFF", "m.toml"),
            Err(MapMistake::NotText { .. })
        ));
        let long = vec![b'#'; MAP_BYTES_MAX + 1];
        assert!(matches!(
            read_map(&long, "m.toml"),
            Err(MapMistake::TooLarge { .. })
        ));
    }
}
