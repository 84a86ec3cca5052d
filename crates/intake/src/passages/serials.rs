//! Tables of serial numbers: every row stays as it came; rows that repeat or contradict are flagged.
//!
//! Cells are told apart by `csv-core`, which says how many bytes each one took: so a serial number is
//! known by its place in the text, where other readers give a copy of it.

use std::collections::BTreeMap;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::flag::Flag;
use super::{Build, Region};
use crate::country_names::fold;

/// Most rows whose repeats are looked for: more serial numbers than any permit carries.
const ROWS_MAX: u64 = 200_000;

/// Most rows named in one flag.
const NAMED_MAX: usize = 20;

/// What the column of serial numbers is called, folded.
const COLUMNS: [&str; 14] = [
    "serial",
    "serials",
    "serial no",
    "serial number",
    "serial numbers",
    "serialnumber",
    "serialno",
    "sn",
    "s n",
    "numero de serie",
    "no de serie",
    "n de serie",
    "serie",
    "seriennummer",
];

/// Whether the first line is a header with a column of serial numbers.
pub(super) fn is_table(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    let text = text.trim_start_matches('\u{FEFF}');
    let Some(delimiter) = delimiter(text) else {
        return !head.is_empty()
            && head.contains(&b'\n')
            && COLUMNS.contains(&fold(text.trim()).as_str());
    };
    serial_column(text, delimiter).is_some()
}

fn delimiter(header: &str) -> Option<u8> {
    [',', ';', '\t', '|']
        .into_iter()
        .max_by_key(|sign| header.matches(*sign).count())
        .filter(|sign| header.contains(*sign))
        .and_then(|sign| u8::try_from(sign).ok())
}

fn serial_column(text: &str, delimiter: u8) -> Option<usize> {
    let header = Rows::of(text, delimiter).next()?;
    let mut cells = header.cells.iter();
    cells.position(|(_, cell)| COLUMNS.contains(&fold(cell).as_str()))
}

pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let text = super::plain::decoded(bytes, into).into_owned();
    rows(&text, into);
}

/// What rows say, by serial number in capitals: the number as written, its rows, and what they say
/// beside it.
type Held = BTreeMap<String, (String, Vec<u64>, Vec<String>)>;

/// Reads a table that is already text, after what is there.
pub(super) fn rows(text: &str, into: &mut Build) {
    let base = into.here();
    into.push(text);
    let sign = delimiter(text.lines().next().unwrap_or_default()).unwrap_or(b',');
    let Some(column) = serial_column(text, sign) else {
        return;
    };
    let kept = into.here().saturating_sub(base);
    let kept = text.get(..kept as usize).unwrap_or_default();
    let part = into
        .made
        .regions
        .last()
        .and_then(|region| region.part.clone());
    let byte = |at: usize| base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
    let mut held = Held::new();
    let mut width = None;
    let mut read = Rows::of(kept, sign);
    for row in &mut read {
        into.made.regions.push(Region {
            start: byte(row.start),
            row: Some(row.number),
            part: part.clone(),
            ..Region::default()
        });
        let Some(width) = width else {
            width = Some(row.cells.len());
            continue;
        };
        if row.cells.len() != width {
            into.flag(Flag::UnevenRow { row: row.number });
        }
        let Some((at, cell)) = row.cells.get(column).filter(|(_, cell)| !cell.is_empty()) else {
            continue;
        };
        let end = at.saturating_add(cell.len());
        into.made.serials.push((byte(*at), byte(end)));
        if row.number <= ROWS_MAX {
            remember(&mut held, &row, column, cell);
        }
    }
    if let Some(row) = read.unclosed {
        into.flag(Flag::Corrupt {
            what: format!("a quote in row {row} is never closed: the rest is one cell"),
        });
    }
    judge(held, into);
}

fn remember(held: &mut Held, row: &Row<'_>, column: usize, serial: &str) {
    let rest = row.cells.iter().enumerate().filter(|(at, _)| *at != column);
    let rest: Vec<&str> = rest.map(|(_, (_, cell))| *cell).collect();
    let entry = held
        .entry(serial.to_uppercase())
        .or_insert_with(|| (serial.to_owned(), Vec::new(), Vec::new()));
    entry.1.push(row.number);
    let says = rest.join("\u{1F}");
    if !entry.2.contains(&says) {
        entry.2.push(says);
    }
}

fn judge(held: Held, into: &mut Build) {
    for (serial, rows, says) in held.into_values() {
        if rows.len() < 2 {
            continue;
        }
        let rows: Vec<u64> = rows.into_iter().take(NAMED_MAX).collect();
        into.flag(if says.len() > 1 {
            Flag::ConflictingSerial { serial, rows }
        } else {
            Flag::DuplicateSerial { serial, rows }
        });
    }
}

/// A row with each cell and the byte at which it begins; quotes and blanks around it are no part.
struct Row<'t> {
    /// Its number, empty ones counted, from 1 with the header.
    number: u64,
    start: usize,
    cells: Vec<(usize, &'t str)>,
}

/// The rows of a text, one after another.
struct Rows<'t> {
    text: &'t str,
    reader: Reader,
    at: usize,
    number: u64,
    /// The row in which a quote is opened and never closed.
    unclosed: Option<u64>,
}

impl<'t> Rows<'t> {
    fn of(text: &'t str, delimiter: u8) -> Self {
        Self {
            text,
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            at: 0,
            number: 0,
            unclosed: None,
        }
    }

    /// The next cell as it stands in the text, the sign after it too, and whether its row ends.
    fn raw(&mut self) -> Option<(usize, &'t str, bool)> {
        // What the cell says is taken from the text: this is only where the library unpacks it.
        let mut unpacked = [0; 1_024];
        let from = self.at;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let (result, taken, _) = self.reader.read_field(rest, &mut unpacked);
            self.at = self.at.saturating_add(taken);
            let is_last = match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => continue,
                ReadFieldResult::Field { record_end } => record_end,
                ReadFieldResult::End => return None,
            };
            let raw = self.text.get(from..self.at)?;
            return Some((from, raw, is_last));
        }
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        let was_half =
            self.at > 0 && self.text.as_bytes().get(self.at.checked_sub(1)?) == Some(&b'\r');
        let (from, raw, mut is_last) = self.raw()?;
        // Empty rows are passed over by the library, and are rows all the same.
        let front = raw
            .len()
            .saturating_sub(raw.trim_start_matches(['\r', '\n']).len());
        let passed = raw.get(..front).unwrap_or_default();
        let passed = passed
            .strip_prefix('\n')
            .filter(|_| was_half)
            .unwrap_or(passed);
        let passed = passed.replace("\r\n", "\n").chars().count();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        self.number = self.number.saturating_add(passed).saturating_add(1);
        let start = from.saturating_add(front);
        let mut cells = vec![bare(start, raw.get(front..).unwrap_or_default(), is_last)];
        let mut last = raw;
        while !is_last && let Some((from, raw, is_end)) = self.raw() {
            cells.push(bare(from, raw, is_end));
            is_last = is_end;
            last = raw;
        }
        let last = last.trim();
        let quotes = last.matches('"').count();
        if self.at >= self.text.len() && last.starts_with('"') && quotes % 2 == 1 {
            self.unclosed = Some(self.number);
        }
        Some(Row {
            number: self.number,
            start,
            cells,
        })
    }
}

/// A cell without what stands around it.
fn bare(from: usize, raw: &str, is_last: bool) -> (usize, &str) {
    let raw = if is_last {
        raw.trim_end_matches(['\r', '\n'])
    } else {
        // The delimiter is one sign of ASCII.
        raw.get(..raw.len().saturating_sub(1)).unwrap_or_default()
    };
    let is_around = |c: char| c.is_whitespace() || c == '"' || c == '\u{FEFF}';
    let cell = raw.trim_start_matches(is_around);
    let front = raw.len().saturating_sub(cell.len());
    (from.saturating_add(front), cell.trim_end_matches(is_around))
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, Media, Places};
    use super::*;

    #[test]
    fn serial_numbers_have_their_rows_and_repeats_are_flagged() {
        let text = "model;numéro de série\nLX-40D;A-1\nLX-40D;\"A-2\"\nLX-40D;a-1\nMR;A-2\nMR\n";
        let read = super::super::read(text.as_bytes(), Asked::default());
        assert_eq!((read.media, read.text.as_str()), (Media::Serials, text));
        let places = Places::of(&read);
        let found: Vec<(String, Option<u64>)> = read
            .serials
            .iter()
            .filter_map(|(start, end)| places.spot(*start, *end))
            .map(|spot| (spot.quote, spot.row))
            .collect();
        assert_eq!(
            found,
            [("A-1", 2), ("A-2", 3), ("a-1", 4), ("A-2", 5)]
                .map(|(serial, row)| (serial.to_owned(), Some(row)))
        );
        assert_eq!(
            read.flags,
            [
                Flag::UnevenRow { row: 6 },
                Flag::DuplicateSerial {
                    serial: "A-1".to_owned(),
                    rows: vec![2, 4]
                },
                Flag::ConflictingSerial {
                    serial: "A-2".to_owned(),
                    rows: vec![3, 5]
                },
            ]
        );
    }

    #[test]
    fn a_table_without_such_a_column_is_plain_text() {
        assert!(!is_table(b"model,price\nA,1\n"));
        assert!(!is_table(b"The serial, as it were, ended\n"));
        assert!(is_table(b"Serial\nA-1\n"));
    }

    #[test]
    fn quotes_lines_within_cells_and_empty_rows_keep_their_places() {
        let text = "\u{FEFF}serial,\"note\"\r\n\r\n\"A,1\",\"two\r\nlines\"\r\nA-2,b\r\n";
        let read = super::super::read(text.as_bytes(), Asked::default());
        let places = Places::of(&read);
        let found: Vec<(String, Option<u64>)> = read
            .serials
            .iter()
            .filter_map(|(start, end)| places.spot(*start, *end))
            .map(|spot| (spot.quote, spot.row))
            .collect();
        let expected = [("A,1", 3), ("A-2", 4)];
        assert_eq!(
            found,
            expected.map(|(serial, row)| (serial.to_owned(), Some(row)))
        );
        assert!(read.flags.is_empty(), "{:?}", read.flags);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_flagged_and_the_text_kept() {
        let text = "serial,note\nA-1,x\nA-2,\"y\nA-3,z\n";
        let read = super::super::read(text.as_bytes(), Asked::default());
        assert_eq!((read.text.as_str(), read.serials.len()), (text, 2));
        assert!(matches!(&read.flags[..], [Flag::Corrupt { .. }]));
    }
}
