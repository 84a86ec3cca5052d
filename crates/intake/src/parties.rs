//! Parties of a foreign list, read through a map into drafts.

use std::collections::BTreeSet;

use domain::country::Country;
use serde::Serialize;

use crate::at::At;
use crate::bounds::NAME_BYTES_MAX;
use crate::country_names::{CountryNames, CountryReader};
use crate::mapping::{ListColumn, Map, PartyMap};
use crate::outcome::{Assumption, Outcome, Reason, ReasonKind, RowReport, Summary};
use crate::permits::{choose_from, read_place, split_names, squeeze};
use crate::table::{self, FileMistake, Row};

/// A party as a row gives it. The caller gives it an id, or finds the one that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyDraft {
    /// Its row.
    pub at: At,
    /// Its name, as written.
    pub name: String,
    /// Other names.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
    /// Its country; none where the file does not say one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Its address, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Identifiers given by others, as `scheme:value`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub identifiers: BTreeSet<String>,
    /// What it does, as short keys.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub activities: BTreeSet<String>,
    /// Whether it is a government or its armed forces, where the file says so.
    pub is_government: Option<bool>,
    /// What was assumed to read the row.
    pub assumptions: BTreeSet<Assumption>,
}

/// A file of parties, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyImport {
    /// The key of the map.
    pub map: String,
    /// The counts, and every assumption and reason with its text.
    pub summary: Summary,
    /// The drafts, in the order of the file.
    pub parties: Vec<PartyDraft>,
    /// Every row and how it ended.
    pub rows: Vec<RowReport>,
}

/// Reads the parties of a file through a map.
///
/// # Errors
/// Refuses a file that cannot be read as a whole; see [`FileMistake`].
pub fn read_parties(
    bytes: &[u8],
    name: &str,
    map: &Map,
    names: &CountryNames,
) -> Result<PartyImport, FileMistake> {
    let Some(party_map) = &map.party else {
        return Err(FileMistake::OtherMap {
            map: map.key.clone(),
            part: "party",
        });
    };
    let countries = names.reader(&map.countries);
    let mut parties = Vec::new();
    let mut rows = Vec::new();
    let notes = table::read(bytes, name, &map.file, &map.columns(), &mut |row| {
        let at = At::line(name, row.line);
        let outcome = match read_row(row, &at, party_map, &countries) {
            Ok(draft) => {
                let outcome = Outcome::read_with(draft.assumptions.clone());
                parties.push(draft);
                outcome
            }
            Err(reason) => Outcome::SetAside { reason },
        };
        rows.push(RowReport {
            at,
            permit: None,
            outcome,
        });
    })?;
    Ok(PartyImport {
        map: map.key.clone(),
        summary: Summary::of(&rows, notes.not_rows, notes.about_file),
        parties,
        rows,
    })
}

fn read_row(
    row: &Row<'_>,
    at: &At,
    party: &PartyMap,
    countries: &CountryReader<'_>,
) -> Result<PartyDraft, Reason> {
    if let Some(reason) = &row.broken {
        return Err(reason.clone());
    }
    let mut assumed = row.assumptions.clone();
    let name = row
        .text(&party.name)?
        .map(|text| squeeze(&text))
        .ok_or_else(|| Reason::cell(ReasonKind::NameMissing, &party.name, ""))?;
    if name.len() > NAME_BYTES_MAX {
        return Err(Reason::cell(ReasonKind::NameTooLong, &party.name, &name));
    }
    let country = match &party.country {
        Some(place) => {
            let read = read_place(row, place, countries, &mut assumed)?;
            let mut known = read.countries.iter();
            // A party with several countries has branches; which one is meant is not known here.
            let only = known.next().filter(|_| known.next().is_none());
            only.copied()
                .filter(|country| *country != Country::UNDISCLOSED)
        }
        None => None,
    };
    let address = match &party.address {
        Some(column) => row.text(column)?.map(|text| squeeze(&text)),
        None => None,
    };
    let mut identifiers = BTreeSet::new();
    for identifier in &party.identifier {
        let value = row.text(&identifier.column)?;
        identifiers.extend(value.map(|value| format!("{}:{}", identifier.scheme, squeeze(&value))));
    }
    let is_government = match &party.is_government {
        Some(choice) => choose_from(row, std::slice::from_ref(choice), &mut assumed)?,
        None => None,
    };
    Ok(PartyDraft {
        at: at.clone(),
        aliases: list(row, party.aliases.as_ref())?,
        activities: list(row, party.activities.as_ref())?,
        name,
        country,
        address,
        identifiers,
        is_government: is_government.map(|(is_government, _)| is_government),
        assumptions: assumed,
    })
}

fn list(row: &Row<'_>, map: Option<&ListColumn>) -> Result<BTreeSet<String>, Reason> {
    let Some(map) = map else {
        return Ok(BTreeSet::new());
    };
    let Some(cell) = row.text(&map.column)? else {
        return Ok(BTreeSet::new());
    };
    let values: BTreeSet<String> = split_names(&cell, &map.separators).map(squeeze).collect();
    match values.iter().find(|value| value.len() > NAME_BYTES_MAX) {
        Some(long) => Err(Reason::cell(ReasonKind::NameTooLong, &map.column, long)),
        None => Ok(values),
    }
}
