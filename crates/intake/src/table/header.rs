//! The header: which place each column that a map names has, from one row of names or several.

use std::collections::{BTreeMap, BTreeSet};

use crate::at::At;
use crate::mapping::Spread;
use crate::nearest::nearest;

use super::{Cell, FileMistake, column_name, listed};

/// What stands between the names of two header rows.
const JOINT: &str = " / ";

/// Longest name of a column, in characters: the longest met has 120. A title over several columns
/// is repeated for each of them, so that its length counts many times.
const NAME_CHARS_MAX: usize = 500;

/// The columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The place of each column that the map names.
    pub columns: BTreeMap<String, usize>,
    /// The columns that are spread into rows: place and name.
    pub spread: Vec<(usize, String)>,
    /// How many cells a row has.
    pub width: usize,
}

/// The names of the columns from the rows of a header, uppermost first. A blank above a filled
/// cell repeats what stands to its left, as a title merged over several columns does.
pub(super) fn names(rows: &[Vec<Cell>]) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut names = vec![String::new(); width];
    for (depth, row) in rows.iter().enumerate() {
        let is_upper = depth + 1 < rows.len();
        let mut left = String::new();
        for (place, name) in names.iter_mut().enumerate() {
            let shown = row.get(place).map(Cell::shown).unwrap_or_default();
            let own: String = column_name(&shown).chars().take(NAME_CHARS_MAX).collect();
            let is_titled = is_upper && own.is_empty() && is_filled_below(rows, depth, place);
            let part = if is_titled { left.clone() } else { own };
            if !part.is_empty() {
                left.clone_from(&part);
                if !name.is_empty() {
                    name.push_str(JOINT);
                }
                name.push_str(&part);
            }
        }
    }
    names
}

fn is_filled_below(rows: &[Vec<Cell>], depth: usize, place: usize) -> bool {
    let below = rows.iter().skip(depth + 1);
    below
        .filter_map(|row| row.get(place))
        .any(|cell| !cell.is_blank())
}

/// Finds the columns that a map names.
pub(super) fn find(
    file: &str,
    line: u64,
    names: &[String],
    wanted: &BTreeSet<&str>,
    spread: Option<&Spread>,
) -> Result<Header, FileMistake> {
    let at = || At::line(file, line);
    let place_of = |column: &str| {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == column);
        match (found.next(), found.next(), by_place(column, names.len())) {
            (Some((place, _)), None, _) | (None, _, Some(place)) => Ok(place),
            (Some(_), Some(_), _) => Err(FileMistake::DoubledColumn {
                at: at(),
                column: column.to_owned(),
                places: places(names, column),
            }),
            (None, _, None) => Err(FileMistake::MissingColumn {
                at: at(),
                column: column.to_owned(),
                near: nearest(column, names.iter().map(String::as_str)).map(str::to_owned),
                found: listed(names.iter().map(String::as_str)),
            }),
        }
    };
    let made = spread.map(|spread| [&*spread.name, &*spread.value]);
    let mut header = Header {
        columns: BTreeMap::new(),
        spread: Vec::new(),
        width: names.len(),
    };
    for column in wanted {
        let own = made.and_then(|made| made.iter().position(|name| name == column));
        let place = match own {
            Some(beyond) => names.len() + beyond,
            None => place_of(column)?,
        };
        header.columns.insert((*column).to_owned(), place);
    }
    for column in spread.into_iter().flat_map(|spread| &spread.columns) {
        let place = place_of(column)?;
        header.spread.push((place, column.to_string()));
    }
    Ok(header)
}

/// The place that `#3` names, where the file has as many columns.
fn by_place(column: &str, width: usize) -> Option<usize> {
    let number: usize = column.strip_prefix('#')?.parse().ok()?;
    number.checked_sub(1).filter(|place| *place < width)
}

/// The places of a name that stands several times, as a map can write them.
fn places(names: &[String], column: &str) -> String {
    let places = names.iter().zip(1_usize..);
    let same = places.filter(|(name, _)| *name == column);
    same.map(|(_, no)| format!("`#{no}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<Cell> {
        cells.iter().map(|text| Cell::text(text)).collect()
    }

    #[test]
    fn titles_merged_over_columns_are_part_of_their_names() {
        let rows = [
            row(&["Licence", "", "Value", "", "Destination"]),
            row(&["Number", "Date", "Licensed", "Exported", ""]),
        ];
        assert_eq!(
            names(&rows),
            [
                "Licence / Number",
                "Licence / Date",
                "Value / Licensed",
                "Value / Exported",
                "Destination"
            ]
        );
        assert_eq!(names(&[row(&["a", "", "b"])]), ["a", "", "b"]);
    }

    #[test]
    fn a_column_is_found_by_name_or_by_place_and_never_guessed() {
        let names: Vec<String> = ["No", "Value", "Value", ""].map(String::from).to_vec();
        let find = |wanted: &str| {
            let wanted = BTreeSet::from([wanted]);
            super::find("f.csv", 1, &names, &wanted, None)
        };
        assert_eq!(find("No").unwrap().columns["No"], 0);
        assert_eq!(find("#4").unwrap().columns["#4"], 3);
        for absent in ["#5", "#0", "Other"] {
            assert!(
                matches!(find(absent), Err(FileMistake::MissingColumn { .. })),
                "{absent}"
            );
        }
        let doubled = find("Value").unwrap_err().to_string();
        assert!(doubled.contains("`#2`, `#3`"), "{doubled}");
        let near = find("Vlaue").unwrap_err().to_string();
        assert!(near.contains("did you mean `Value`?"), "{near}");
    }
}
