//! Countries in a cell: one, several, a group, or nothing.

use std::collections::BTreeSet;

use domain::country::Country;

use crate::bounds::PARTS_MAX;
use crate::country_names::{CountryReader, PlaceRead};
use crate::mapping::{BlankPlace, PlaceMap, StatedBy, Unread};
use crate::outcome::{Assumption, Reason, ReasonKind};
use crate::table::Row;

/// Most pieces that one name may be torn into by separators (`Bonaire, Sint Eustatius en Saba`).
const PIECES_MAX: usize = 4;

/// Places as read from a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlacesRead {
    /// The countries; [`Country::UNDISCLOSED`] among them where a part is not disclosed.
    pub countries: BTreeSet<Country>,
    /// Groups and unread names as written.
    pub as_written: BTreeSet<String>,
}

/// Reads the places of a map's columns.
pub(crate) fn read_place(
    row: &Row<'_>,
    map: &PlaceMap,
    countries: &CountryReader<'_>,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<PlacesRead, Reason> {
    let mut read = PlacesRead::default();
    if !map.is.is_empty() {
        read.countries.extend(&map.is);
        assumed.extend((map.stated_by == StatedBy::Map).then_some(Assumption::StatedByMap));
    }
    for column in &map.columns {
        let Some(cell) = row.text(column)? else {
            continue;
        };
        match split(&cell, countries) {
            Ok(places) => {
                for (words, place) in places {
                    read.countries.extend(place.countries);
                    read.as_written
                        .extend(place.is_group.then(|| words.to_owned()));
                    assumed.extend(place.assumed);
                }
            }
            Err(_) if map.unread == Unread::Undisclosed => {
                read.countries.insert(Country::UNDISCLOSED);
                read.as_written.insert(cell.into_owned());
                assumed.insert(Assumption::PlaceUnread);
            }
            Err(part) => return Err(Reason::cell(ReasonKind::UnknownCountry, column, part)),
        }
    }
    if read.countries.is_empty() && map.blank == BlankPlace::SetAside {
        let column = map.columns.first().map_or("", |column| column);
        return Err(Reason::cell(ReasonKind::PlaceMissing, column, ""));
    }
    Ok(read)
}

/// Tears a cell apart at the separators and puts back together what is one name, longest first.
/// The error is the part that is not known.
fn split<'c>(
    cell: &'c str,
    countries: &CountryReader<'_>,
) -> Result<Vec<(&'c str, PlaceRead)>, &'c str> {
    let pieces = pieces(cell, countries.separators());
    if pieces.len() > PARTS_MAX {
        return Err(cell);
    }
    let mut found = Vec::new();
    let mut rest = pieces.as_slice();
    while let Some((from, until)) = rest.first() {
        let longest = rest.len().min(PIECES_MAX);
        let known = (1..=longest).rev().find_map(|count| {
            let (_, until) = rest.get(count - 1)?;
            let words = cell.get(*from..*until)?.trim();
            Some((count, words, countries.read(words)?))
        });
        let count = match known {
            Some((count, words, place)) => {
                found.push((words, place));
                count
            }
            None => {
                let piece = cell.get(*from..*until).unwrap_or(cell).trim();
                if !piece.is_empty() {
                    return Err(piece);
                }
                1
            }
        };
        rest = rest.get(count..).unwrap_or_default();
    }
    if found.is_empty() {
        Err(cell)
    } else {
        Ok(found)
    }
}

/// The stretches between separators, as places in the cell.
fn pieces(cell: &str, separators: &[String]) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(rest) = cell.get(at..).filter(|rest| !rest.is_empty()) {
        let separator = separators
            .iter()
            .filter(|mark| rest.starts_with(mark.as_str()));
        match separator.max_by_key(|mark| mark.len()) {
            Some(mark) => {
                pieces.push((from, at));
                at += mark.len();
                from = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    pieces.push((from, cell.len()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::country_names::{CountryNames, NameLanguage};
    use crate::mapping::{Countries, CountryCodes};

    fn read(cell: &str) -> Result<String, String> {
        let names = CountryNames::shipped().unwrap();
        let countries = Countries {
            names: vec![NameLanguage::Nl],
            codes: vec![CountryCodes::Alpha2, CountryCodes::Alpha3],
            separators: [",", "/", "+", " en "].map(String::from).to_vec(),
            aliases: [("D".to_owned(), vec![Country::new("DE").unwrap()])].into(),
            ..Countries::default()
        };
        let places = split(cell, &names.reader(&countries)).map_err(str::to_owned)?;
        let shown = places.iter().map(|(words, place)| match place.is_group {
            true => format!("<{words}>"),
            false => place.countries.iter().map(Country::as_str).collect(),
        });
        Ok(shown.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn several_countries_stand_in_a_cell() {
        for (cell, countries) in [
            ("TURKIJE", "TR"),
            ("VS, CANADA", "US CA"),
            ("VS, ITALIË, TURKIJE", "US IT TR"),
            ("SERVIË EN MONTENEGRO", "CS"),
            ("Noorwegen en Zweden", "NO SE"),
            ("TRINIDAD EN TOBAGO", "TT"),
            ("Bonaire, Sint Eustatius en Saba, Turkije", "BQ TR"),
            ("D/NL", "DE NL"),
            ("POL, FIN, IT", "PL FI IT"),
            ("NAVO+", "<NAVO+>"),
            ("NAVO+SINGAPORE", "<NAVO> SG"),
            ("EU, NAVO+", "<EU> <NAVO+>"),
            ("NAVO, ZWEDEN", "<NAVO> SE"),
            ("ONBEKEND", "ZZ"),
            ("Turkije,", "TR"),
        ] {
            assert_eq!(read(cell).as_deref(), Ok(countries), "{cell}");
        }
    }

    #[test]
    fn one_unknown_part_leaves_the_cell_unread() {
        assert_eq!(read("VS, Atlantis"), Err("Atlantis".to_owned()));
        assert_eq!(read("Turkijee"), Err("Turkijee".to_owned()));
        assert_eq!(read(","), Err(",".to_owned()));
        let many = "VS,".repeat(PARTS_MAX + 1);
        assert!(read(&many).is_err());
    }
}
