//! Workbooks: the cells of one sheet, row by row.
//!
//! Cells are read as a stream. The convenient call of the library builds the whole rectangle from
//! the first to the last cell, so that two cells in opposite corners would cost the memory of
//! seventeen thousand million.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use domain::time::Day;

use crate::at::At;
use crate::bounds::{COLUMNS_MAX, ROWS_MAX, SHEETS_MAX};
use crate::guard::guarded;
use crate::mapping::FileLayout;
use crate::outcome::Assumption;

use super::archive::{self, plain};
use super::{Cell, FileMistake, listed};

/// Hands on each row that has a cell, with its number in the sheet.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    layout: &FileLayout,
    take: &mut dyn FnMut(u64, Vec<Cell>) -> Result<(), FileMistake>,
) -> Result<Option<Assumption>, FileMistake> {
    archive::check(bytes, name)?;
    let read = guarded(|| read_sheet(bytes, name, layout, take));
    read.unwrap_or_else(|| Err(broken(name, "its reader gave up on a cell or a part")))
}

fn broken(name: &str, why: &str) -> FileMistake {
    FileMistake::Workbook {
        file: name.to_owned(),
        why: plain(why),
    }
}

/// Does it with the library.
fn read_sheet(
    bytes: &[u8],
    name: &str,
    layout: &FileLayout,
    take: &mut dyn FnMut(u64, Vec<Cell>) -> Result<(), FileMistake>,
) -> Result<Option<Assumption>, FileMistake> {
    let broken = |why: &str| broken(name, why);
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    let (sheet, assumed) = choose(&workbook.sheet_names(), name, layout)?;
    let mut cells = workbook
        .worksheet_cells_reader(&sheet)
        .map_err(|error| broken(&error.to_string()))?;
    let mut row: Option<(u64, Vec<Cell>)> = None;
    while let Some(found) = cells
        .next_cell()
        .map_err(|error| broken(&error.to_string()))?
    {
        let (line, column) = found.get_position();
        let line = u64::from(line) + 1;
        let cell = read_cell(found.get_value());
        if cell.is_blank() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS_MAX {
            let at = At::line(name, line);
            return Err(FileMistake::TooManyColumns { at });
        }
        if line > ROWS_MAX {
            let file = name.to_owned();
            return Err(FileMistake::TooManyRows { file });
        }
        match &mut row {
            Some((current, kept)) if *current == line => put(kept, column, cell),
            Some((current, _)) if *current > line => {
                return Err(broken(&format!("row {line} stands below row {current}")));
            }
            _ => {
                if let Some((line, kept)) = row.take() {
                    take(line, kept)?;
                }
                let mut kept = Vec::new();
                put(&mut kept, column, cell);
                row = Some((line, kept));
            }
        }
    }
    if let Some((line, kept)) = row {
        take(line, kept)?;
    }
    Ok(assumed)
}

fn put(row: &mut Vec<Cell>, column: usize, cell: Cell) {
    if row.len() <= column {
        row.resize(column + 1, Cell::Blank);
    }
    if let Some(place) = row.get_mut(column) {
        *place = cell;
    }
}

fn choose(
    sheets: &[String],
    name: &str,
    layout: &FileLayout,
) -> Result<(String, Option<Assumption>), FileMistake> {
    let file = || name.to_owned();
    if sheets.len() > SHEETS_MAX {
        return Err(FileMistake::Workbook {
            file: file(),
            why: format!("more than {SHEETS_MAX} sheets"),
        });
    }
    match (&layout.sheet, sheets) {
        (Some(sheet), _) if sheets.contains(sheet) => Ok((sheet.clone(), None)),
        (Some(sheet), _) => Err(FileMistake::MissingSheet {
            file: file(),
            sheet: sheet.clone(),
            found: listed(sheets.iter().map(String::as_str)),
        }),
        (None, []) => Err(FileMistake::Empty { file: file() }),
        (None, [only]) => Ok((only.clone(), None)),
        (None, [first, ..]) => Ok((first.clone(), Some(Assumption::FirstSheet))),
    }
}

fn read_cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Blank,
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => Cell::Number(number.to_string().into()),
        DataRef::Float(number) => read_number(*number),
        DataRef::Bool(is_true) => Cell::text(if *is_true { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(stamp) => read_stamp(stamp),
        DataRef::DateTimeIso(text) => match text.get(..10).map(Day::parse) {
            Some(Ok(day)) => Cell::Day(day),
            _ => Cell::Unreadable(text.as_str().into()),
        },
        DataRef::DurationIso(text) => Cell::Unreadable(text.as_str().into()),
        DataRef::Error(error) => Cell::Unreadable(error.to_string().into()),
    }
}

/// A sheet keeps fifteen significant digits; what the binary form adds behind them is noise.
fn read_number(number: f64) -> Cell {
    /// From here on the fifteen digits no longer reach the units.
    const LIMIT: f64 = 1e15;
    if !number.is_finite() || number.abs() >= LIMIT {
        return Cell::Unreadable(number.to_string().into());
    }
    // The rounded scientific form is read back and shown in its shortest plain form.
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    Cell::Number(rounded.to_string().into())
}

fn read_stamp(stamp: &ExcelDateTime) -> Cell {
    let shown = || Cell::Unreadable(stamp.as_f64().to_string().into());
    if !stamp.is_datetime() || !stamp.as_f64().is_finite() {
        return shown();
    }
    let (year, month, day, ..) = stamp.to_ymd_hms_milli();
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return shown();
    };
    // 29 February 1900, which the 1900 system has and the calendar lacks, is refused by `Day`.
    Day::new(year, month, day).map_or_else(|_| shown(), Cell::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_the_fifteen_digits_that_a_sheet_shows() {
        assert_eq!(read_number(0.1 + 0.2), Cell::Number("0.3".into()));
        assert_eq!(read_number(23_551_713.0), Cell::Number("23551713".into()));
        assert_eq!(read_number(1234.56), Cell::Number("1234.56".into()));
        assert_eq!(read_number(-2.5), Cell::Number("-2.5".into()));
        assert!(matches!(read_number(1e15), Cell::Unreadable(_)));
        assert!(matches!(read_number(f64::NAN), Cell::Unreadable(_)));
    }
}
