//! Tables of serial numbers: every row stays as it came; rows that repeat or contradict are flagged.

use std::collections::BTreeMap;

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
    let Some(delimiter) = delimiter(&text) else {
        return !head.is_empty()
            && head.contains(&b'\n')
            && COLUMNS.contains(&fold(text.trim()).as_str());
    };
    serial_column(&text, delimiter).is_some()
}

fn delimiter(header: &str) -> Option<char> {
    [',', ';', '\t', '|']
        .into_iter()
        .max_by_key(|sign| header.matches(*sign).count())
        .filter(|sign| header.contains(*sign))
}

fn serial_column(header: &str, delimiter: char) -> Option<usize> {
    header
        .trim_start_matches('\u{FEFF}')
        .split(delimiter)
        .position(|cell| COLUMNS.contains(&fold(cell.trim().trim_matches('"')).as_str()))
}

pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let text = super::plain::decoded(bytes, into).into_owned();
    rows(&text, into);
}

/// Reads a table that is already text, after what is there.
pub(super) fn rows(text: &str, into: &mut Build) {
    let header = text.lines().next().unwrap_or_default();
    let sign = delimiter(header).unwrap_or(',');
    let Some(column) = serial_column(header, sign) else {
        into.push(text);
        return;
    };
    let width = cells(header, sign).len();
    // By folded serial number: the number as written, its rows, and what the rows say beside it.
    let mut held: BTreeMap<String, (String, Vec<u64>, Vec<String>)> = BTreeMap::new();
    let part = into
        .made
        .regions
        .last()
        .and_then(|region| region.part.clone());
    for (row, line) in (1_u64..).zip(text.split_inclusive('\n')) {
        into.region(Region {
            row: Some(row),
            part: part.clone(),
            ..Region::default()
        });
        let start = into.here();
        if !into.push(line) {
            return;
        }
        let bare = line.trim_end_matches(['\r', '\n']);
        if row == 1 || bare.trim().is_empty() {
            continue;
        }
        let cells = cells(bare, sign);
        if cells.len() != width {
            into.flag(Flag::UnevenRow { row });
        }
        let Some((at, cell)) = cells.get(column).filter(|(_, cell)| !cell.is_empty()) else {
            continue;
        };
        let byte = |at: usize| start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let end = at.saturating_add(cell.len());
        into.made.serials.push((byte(*at), byte(end)));
        if row > ROWS_MAX {
            continue;
        }
        let rest: Vec<&str> = cells
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != column)
            .map(|(_, (_, cell))| *cell)
            .collect();
        let entry = held
            .entry(cell.to_uppercase())
            .or_insert_with(|| ((*cell).to_owned(), Vec::new(), Vec::new()));
        entry.1.push(row);
        let says = rest.join("\u{1F}");
        if !entry.2.contains(&says) {
            entry.2.push(says);
        }
    }
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

/// The cells of a row with the byte at which each begins; quotes and blanks around them are no part.
fn cells(line: &str, sign: char) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut is_quoted = false;
    let mut ends: Vec<usize> = line
        .char_indices()
        .filter(|(_, c)| {
            if *c == '"' {
                is_quoted = !is_quoted;
            }
            *c == sign && !is_quoted
        })
        .map(|(at, _)| at)
        .collect();
    ends.push(line.len());
    for end in ends {
        let cell = line.get(from..end).unwrap_or_default();
        let front = cell
            .find(|c: char| !(c.is_whitespace() || c == '"'))
            .unwrap_or(cell.len());
        let bare = cell.trim_matches(|c: char| c.is_whitespace() || c == '"');
        found.push((from.saturating_add(front), bare));
        from = end.saturating_add(sign.len_utf8());
    }
    found
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
}
