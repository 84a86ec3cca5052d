//! Tables: a header and rows of cells, from CSV or from a workbook.
//!
//! Rows are handed on one at a time, so that memory is bounded by the file and one row.

use std::collections::{BTreeMap, BTreeSet};

use domain::time::Day;

use crate::bounds::{CELL_BYTES_MAX, FILE_BYTES_MAX, ROWS_MAX};
use crate::mapping::FileLayout;
use crate::outcome::{Assumption, Reason, ReasonKind};

mod archive;
mod csv;
mod header;
mod mistake;
mod xlsx;

pub use mistake::FileMistake;

use header::Header;

/// What kind of file it is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with a delimiter.
    Csv,
    /// An Office Open XML workbook.
    Xlsx,
}

impl Format {
    /// Tells the format by content; the file's name says nothing.
    ///
    /// # Errors
    /// Refuses the older binary workbook and PDF, by name.
    pub fn of(bytes: &[u8], name: &str) -> Result<Self, FileMistake> {
        let foreign = |what| {
            Err(FileMistake::ForeignFormat {
                file: name.to_owned(),
                what,
            })
        };
        match bytes {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Ok(Self::Xlsx),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => foreign("a binary or encrypted workbook"),
            [b'%', b'P', b'D', b'F', ..] => foreign("a PDF"),
            [0x1F, 0x8B, ..] => foreign("a gzip archive"),
            _ => Ok(Self::Csv),
        }
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing, or blanks.
    #[default]
    Blank,
    /// Text, trimmed.
    Text(Box<str>),
    /// A number of a sheet, as a plain decimal of at most 15 significant digits: what a sheet
    /// keeps and shows.
    Number(Box<str>),
    /// A day of a sheet.
    Day(Day),
    /// Something that cannot be a fact, as the sheet shows it.
    Unreadable(Box<str>),
}

impl Cell {
    /// A cell of text: blank when there is nothing but white space.
    #[must_use]
    pub fn text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Blank,
            kept => Self::Text(kept.into()),
        }
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }

    /// The cell as it is shown; empty when blank.
    #[must_use]
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Blank => "".into(),
            Self::Text(text) | Self::Number(text) | Self::Unreadable(text) => (&**text).into(),
            Self::Day(day) => day.to_string().into(),
        }
    }
}

/// Lines that are not rows, by what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NotRows {
    /// Above the header, and the header.
    pub above: u64,
    /// Without a filled cell.
    pub blank: u64,
    /// Skipped by the map.
    pub skipped: u64,
}

/// What reading a table leaves besides its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableNotes {
    /// Lines that are not rows.
    pub not_rows: NotRows,
    /// What was assumed about the file as a whole.
    pub about_file: BTreeSet<Assumption>,
}

/// One row below the header, with its cells by column name.
#[derive(Debug)]
pub struct Row<'r> {
    /// Its line, or its row in the sheet.
    pub line: u64,
    /// Its column, from 1, where a row of the file is spread over several.
    pub column: Option<u64>,
    /// What was assumed to complete it.
    pub assumptions: BTreeSet<Assumption>,
    /// Why it cannot be read, when it cannot.
    pub broken: Option<Reason>,
    columns: &'r BTreeMap<String, usize>,
    cells: &'r [Cell],
}

impl Row<'_> {
    /// The cell in a column; blank where there is none.
    #[must_use]
    pub fn cell(&self, column: &str) -> &Cell {
        self.columns
            .get(column)
            .and_then(|at| self.cells.get(*at))
            .unwrap_or(const { &Cell::Blank })
    }

    /// The cell's text, none when blank; an unreadable cell is a reason.
    ///
    /// # Errors
    /// Refuses cells that hold an error, and control characters.
    pub fn text(&self, column: &str) -> Result<Option<std::borrow::Cow<'_, str>>, Reason> {
        let cell = self.cell(column);
        let shown = cell.shown();
        match cell {
            Cell::Blank => Ok(None),
            Cell::Unreadable(_) => Err(Reason::cell(ReasonKind::UnreadableCell, column, &shown)),
            _ if has_unwanted(&shown) => {
                Err(Reason::cell(ReasonKind::ControlCharacter, column, &shown))
            }
            _ => Ok(Some(shown)),
        }
    }
}

fn has_unwanted(text: &str) -> bool {
    let is_plain = |b: u8| (b' '..0x7F).contains(&b);
    !text.bytes().all(is_plain) && text.chars().any(is_unwanted)
}

/// Control characters other than line ends and tabs, and those that turn the writing direction.
fn is_unwanted(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The name of a column as compared: white space collapsed.
#[must_use]
pub fn column_name(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a table and hands on its rows.
///
/// # Errors
/// See [`FileMistake`]: the file as a whole cannot be read. A row that cannot be read is handed on
/// as broken.
pub fn read(
    bytes: &[u8],
    name: &str,
    layout: &FileLayout,
    wanted: &BTreeSet<&str>,
    sink: &mut dyn FnMut(&Row<'_>),
) -> Result<TableNotes, FileMistake> {
    let file = || name.to_owned();
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileMistake::TooLarge { file: file() });
    }
    let format = Format::of(bytes, name)?;
    let mut rows = Rows {
        name,
        layout,
        wanted,
        format,
        heading: Vec::new(),
        header: None,
        above: Vec::new(),
        notes: TableNotes::default(),
        count: 0,
        sink,
    };
    let assumed = match format {
        Format::Csv => csv::read(bytes, name, layout, &mut |line, cells| {
            rows.take(line, cells)
        })?,
        Format::Xlsx => xlsx::read(bytes, name, layout, &mut |line, cells| {
            rows.take(line, cells)
        })?,
    };
    if rows.header.is_none() {
        return Err(match layout.header_line {
            Some(line) if line > 0 => FileMistake::NoHeader { file: file(), line },
            _ => FileMistake::Empty { file: file() },
        });
    }
    let mut notes = rows.notes;
    notes.about_file.extend(assumed);
    Ok(notes)
}

/// The state between two rows.
struct Rows<'a> {
    name: &'a str,
    layout: &'a FileLayout,
    wanted: &'a BTreeSet<&'a str>,
    format: Format,
    /// The rows of the header so far.
    heading: Vec<Vec<Cell>>,
    /// The columns, once the header was met.
    header: Option<Header>,
    /// The last filled cell of each column that is filled down.
    above: Vec<(usize, Cell)>,
    notes: TableNotes,
    count: u64,
    sink: &'a mut dyn FnMut(&Row<'_>),
}

impl Rows<'_> {
    fn take(&mut self, line: u64, mut cells: Vec<Cell>) -> Result<(), FileMistake> {
        if self.header.is_none() && !self.meets_header(line, &cells)? {
            return Ok(());
        }
        if cells.iter().all(Cell::is_blank) {
            self.notes.not_rows.blank += 1;
            return Ok(());
        }
        if self.skips(&cells) {
            self.notes.not_rows.skipped += 1;
            return Ok(());
        }
        let assumptions = self.fill_down(&mut cells);
        let broken = self.broken(&cells);
        let Some(header) = self.header.take() else {
            return Ok(());
        };
        let handed = match self.layout.spread {
            Some(_) if broken.is_none() => self.spread(line, &cells, &assumptions, &header),
            _ => self.hand_on(Row {
                line,
                column: None,
                assumptions,
                broken,
                columns: &header.columns,
                cells: &cells,
            }),
        };
        self.header = Some(header);
        handed
    }

    fn hand_on(&mut self, row: Row<'_>) -> Result<(), FileMistake> {
        self.count += 1;
        if self.count > ROWS_MAX {
            let file = self.name.to_owned();
            return Err(FileMistake::TooManyRows { file });
        }
        (self.sink)(&row);
        Ok(())
    }

    /// Hands on one row for each filled cell of the columns that are spread.
    fn spread(
        &mut self,
        line: u64,
        cells: &[Cell],
        assumptions: &BTreeSet<Assumption>,
        header: &Header,
    ) -> Result<(), FileMistake> {
        let filled = |place: &usize| cells.get(*place).filter(|cell| !cell.is_blank());
        let mut is_row = false;
        for (place, name) in &header.spread {
            let Some(cell) = filled(place) else {
                continue;
            };
            is_row = true;
            let mut whole = cells.to_vec();
            whole.resize(header.width, Cell::Blank);
            whole.extend([Cell::text(name), cell.clone()]);
            self.hand_on(Row {
                line,
                column: Some(*place as u64 + 1),
                assumptions: assumptions.clone(),
                broken: None,
                columns: &header.columns,
                cells: &whole,
            })?;
        }
        self.notes.not_rows.skipped += u64::from(!is_row);
        Ok(())
    }

    /// Takes the header when this is one of its lines. Whether the line is a row to be read.
    fn meets_header(&mut self, line: u64, cells: &[Cell]) -> Result<bool, FileMistake> {
        let is_begun = !self.heading.is_empty();
        let is_header = match self.layout.header_line {
            Some(0) => {
                // No header: columns go by their place.
                let names: Vec<String> = (1..=cells.len()).map(|no| format!("#{no}")).collect();
                self.header(line, &names)?;
                return Ok(true);
            }
            Some(stated) if !is_begun => line == stated,
            _ => !cells.iter().all(Cell::is_blank),
        };
        self.notes.not_rows.above += 1;
        if is_header {
            self.heading.push(cells.to_vec());
        }
        if self.heading.len() as u64 >= self.layout.header_rows.max(1) {
            let names = header::names(&std::mem::take(&mut self.heading));
            self.header(line, &names)?;
        }
        Ok(false)
    }

    fn header(&mut self, line: u64, names: &[String]) -> Result<(), FileMistake> {
        let spread = self.layout.spread.as_ref();
        let header = header::find(self.name, line, names, self.wanted, spread)?;
        let fill = &self.layout.fill_down;
        self.above = fill
            .iter()
            .filter_map(|name| header.columns.get(&**name))
            .map(|place| (*place, Cell::Blank))
            .collect();
        self.header = Some(header);
        Ok(())
    }

    fn skips(&self, cells: &[Cell]) -> bool {
        let shown = |column: &str| {
            let header = self.header.as_ref();
            let place = header.and_then(|header| header.columns.get(column));
            place
                .and_then(|at| cells.get(*at))
                .map(Cell::shown)
                .unwrap_or_default()
        };
        let skip = &self.layout.skip;
        skip.iter().any(|skip| skip.tells(&shown(&skip.column)))
    }

    fn fill_down(&mut self, cells: &mut [Cell]) -> BTreeSet<Assumption> {
        let mut assumed = BTreeSet::new();
        for (place, above) in &mut self.above {
            match cells.get_mut(*place) {
                Some(cell) if !cell.is_blank() => above.clone_from(cell),
                Some(cell) if !above.is_blank() => {
                    cell.clone_from(above);
                    assumed.insert(Assumption::FilledFromAbove);
                }
                _ => {}
            }
        }
        assumed
    }

    /// Why the row cannot be read, when its shape says so.
    fn broken(&self, cells: &[Cell]) -> Option<Reason> {
        let width = self.header.as_ref().map_or(0, |header| header.width);
        let beyond = cells.get(width..).unwrap_or_default();
        // A sheet does not store blank cells at the end of a row; text does.
        let is_ragged = match self.format {
            Format::Csv => cells.len() != width,
            Format::Xlsx => beyond.iter().any(|cell| !cell.is_blank()),
        };
        if is_ragged {
            return Some(Reason::row(ReasonKind::Ragged));
        }
        let too_long = |cell: &&Cell| match cell {
            Cell::Text(text) => text.len() > CELL_BYTES_MAX,
            _ => false,
        };
        cells
            .iter()
            .any(|cell| too_long(&cell))
            .then(|| Reason::row(ReasonKind::CellTooLong))
    }
}

/// Names in backticks, cut to what a person reads.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const NAMES_SHOWN_MAX: usize = 40;
    const NAME_CHARS_MAX: usize = 60;
    let shown: Vec<String> = names
        .take(NAMES_SHOWN_MAX)
        .map(|name| {
            format!(
                "`{}`",
                name.chars().take(NAME_CHARS_MAX).collect::<String>()
            )
        })
        .collect();
    if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join(", ")
    }
}
