//! Permits of a foreign register, read through a map into drafts.
//!
//! A draft is no permit: the caller registers the parties that it names and records it as issued,
//! with its assumptions. What the file does not say stays undisclosed, and nothing is invented.

use std::collections::{BTreeMap, BTreeSet};

use domain::country::Country;
use domain::id::PermitId;
use domain::item::LineNo;
use domain::party::PartyRole;
use domain::permit::Terms;
use domain::time::Day;
use serde::Serialize;

use crate::at::At;
use crate::country_names::CountryNames;
use crate::mapping::Map;
use crate::outcome::{Assumption, RowReport, Summary};
use crate::table::{self, FileMistake};

mod amounts;
mod days;
mod gather;
mod places;
mod row;

pub(crate) use places::read_place;
pub(crate) use row::{choose_from, split_names, squeeze};

/// A party as a row names it. The caller finds or registers it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NamedParty {
    /// Its role.
    pub role: PartyRole,
    /// Its name, as written.
    pub name: String,
    /// Its country, where the file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Its address, where the file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A role that a place plays on a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceRole {
    /// Where the goods first go.
    Destination,
    /// Where they will be used.
    FinalDestination,
    /// Where they come from.
    Origin,
    /// The end user's country.
    EndUser,
}

/// A group of countries, or a place that could not be read, as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlaceAsWritten {
    /// The role.
    pub role: PlaceRole,
    /// The words.
    pub words: String,
}

/// Where a line of a draft comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineSource {
    /// The line.
    pub no: LineNo,
    /// Its row.
    pub at: At,
    /// Columns kept as they are, by name; blank ones are left out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, String>,
}

/// A permit as the file gives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PermitDraft {
    /// The id for the register: the number, where an identifier can be made of it.
    pub permit: PermitId,
    /// The number as written.
    pub number_as_written: String,
    /// The day of issue.
    pub issued_on: Day,
    /// First day of validity.
    pub valid_from: Day,
    /// Last day of validity, still in; none where the file gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
    /// What it allows. Its parties are empty: see [`PermitDraft::parties`].
    pub terms: Terms,
    /// The parties named.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub parties: BTreeSet<NamedParty>,
    /// Groups and places as written, where the terms say that a place is undisclosed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub places_as_written: BTreeSet<PlaceAsWritten>,
    /// Where each line comes from, in the order of the lines.
    pub sources: Vec<LineSource>,
    /// Everything that was assumed to read its rows.
    pub assumptions: BTreeSet<Assumption>,
}

/// A file of permits, read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PermitImport {
    /// The key of the map.
    pub map: String,
    /// The counts, and every assumption and reason with its text.
    pub summary: Summary,
    /// The drafts, in the order of their first rows.
    pub permits: Vec<PermitDraft>,
    /// Every row and how it ended, in the order of the file.
    pub rows: Vec<RowReport>,
}

/// Reads the permits of a file through a map.
///
/// # Errors
/// Refuses a file that cannot be read as a whole; see [`FileMistake`]. A row that cannot be read
/// is set aside with its reason and is no error.
pub fn read_permits(
    bytes: &[u8],
    name: &str,
    map: &Map,
    names: &CountryNames,
) -> Result<PermitImport, FileMistake> {
    let Some(permit_map) = &map.permit else {
        return Err(FileMistake::OtherMap {
            map: map.key.clone(),
            part: "permit",
        });
    };
    let reading = row::Reading {
        map,
        permit: permit_map,
        countries: names.reader(&map.countries),
    };
    let mut gathered = gather::Gathered::new(name, permit_map);
    let notes = table::read(bytes, name, &map.file, &map.columns(), &mut |row| {
        gathered.take(row.line, row.column, reading.row(row));
    })?;
    let (permits, rows) = gathered.finish();
    Ok(PermitImport {
        map: map.key.clone(),
        summary: Summary::of(&rows, notes.not_rows, notes.about_file),
        permits,
        rows,
    })
}
