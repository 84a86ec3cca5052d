//! One row, read into the terms of a permit with one line.

use std::collections::{BTreeMap, BTreeSet};

use domain::country::Country;
use domain::item::{Item, Line, LineNo, Rating};
use domain::party::PartyRole;
use domain::permit::{Movement, PermitKind, Terms};
use domain::time::Day;

use crate::bounds::NAME_BYTES_MAX;
use crate::country_names::CountryReader;
use crate::mapping::{
    Again, BlankPlace, Choice, CodesMap, LastDayIs, Map, MovementWord, NamedPartyMap, PermitMap,
    PlaceMap, StatedBy, Unread,
};
use crate::outcome::{Assumption, Reason, ReasonKind};
use crate::table::Row;

use super::days::{self, Edge};
use super::places::{PlacesRead, read_place};
use super::{NamedParty, PlaceAsWritten, PlaceRole, amounts};

/// A row as read: a permit with one line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowDraft {
    pub number: String,
    pub issued_on: Day,
    pub valid_from: Day,
    pub last_day: Option<Day>,
    /// The terms, with this row's line and no parties.
    pub terms: Terms,
    pub parties: BTreeSet<NamedParty>,
    pub places_as_written: BTreeSet<PlaceAsWritten>,
    pub kept: BTreeMap<String, String>,
    pub assumptions: BTreeSet<Assumption>,
}

/// What rows are read with.
pub(super) struct Reading<'m> {
    pub map: &'m Map,
    pub permit: &'m PermitMap,
    pub countries: CountryReader<'m>,
}

/// What gathers while a row is read.
#[derive(Default)]
struct Notes {
    assumed: BTreeSet<Assumption>,
    places: BTreeSet<PlaceAsWritten>,
}

impl Reading<'_> {
    /// Reads a row.
    pub(super) fn row(&self, row: &Row<'_>) -> Result<RowDraft, Reason> {
        if let Some(reason) = &row.broken {
            return Err(reason.clone());
        }
        let map = self.permit;
        let mut notes = Notes {
            assumed: row.assumptions.clone(),
            ..Notes::default()
        };
        self.set_aside(row)?;
        let number = self.number(row, &mut notes)?;
        let issued_on = days::read(row, &map.issued_on, Edge::First, &mut notes.assumed)?
            .ok_or_else(|| {
                Reason::cell(ReasonKind::DayMissing, days::column(&map.issued_on), "")
            })?;
        let (valid_from, last_day) = self.validity(row, issued_on, &mut notes)?;
        let terms = self.terms(row, issued_on, &mut notes)?;
        let parties = self.parties(row, &mut notes)?;
        let mut kept = BTreeMap::new();
        for column in &map.kept {
            if let Some(text) = row.text(column)? {
                kept.insert(column.to_string(), text.into_owned());
            }
        }
        Ok(RowDraft {
            number,
            issued_on,
            valid_from,
            last_day,
            terms,
            parties,
            places_as_written: notes.places,
            kept,
            assumptions: notes.assumed,
        })
    }

    /// Sets aside what the map says is no permit in force.
    fn set_aside(&self, row: &Row<'_>) -> Result<(), Reason> {
        for aside in &self.permit.set_aside {
            let text = row.text(&aside.column)?.unwrap_or_default();
            if aside.tells(&text) {
                let kind = ReasonKind::SetAsideByMap;
                return Err(Reason::cell(kind, &aside.column, &text));
            }
        }
        Ok(())
    }

    /// The number, its parts joined by slashes.
    fn number(&self, row: &Row<'_>, notes: &mut Notes) -> Result<String, Reason> {
        let Some(columns) = &self.permit.number else {
            notes.assumed.insert(Assumption::NumberByRow);
            let column = row.column.map(|column| format!("-{column}"));
            return Ok(format!("row-{}{}", row.line, column.unwrap_or_default()));
        };
        let mut parts = Vec::new();
        for column in columns.all() {
            let part = row.text(column)?;
            let part = part.ok_or_else(|| Reason::cell(ReasonKind::NumberMissing, column, ""))?;
            parts.push(part.into_owned());
        }
        Ok(parts.join("/"))
    }

    fn validity(
        &self,
        row: &Row<'_>,
        issued_on: Day,
        notes: &mut Notes,
    ) -> Result<(Day, Option<Day>), Reason> {
        let map = self.permit;
        let stated = match &map.valid_from {
            Some(day) => days::read(row, day, Edge::First, &mut notes.assumed)?,
            None => None,
        };
        let valid_from = stated.unwrap_or_else(|| {
            notes.assumed.insert(Assumption::ValidFromIssue);
            issued_on
        });
        let Some(last) = &map.last_day else {
            return Ok((valid_from, self.counted(valid_from, notes)));
        };
        let edge = match map.last_day_is {
            LastDayIs::LastDay => Edge::Last,
            LastDayIs::FirstDayOut => Edge::First,
        };
        let Some(found) = days::read(row, last, edge, &mut notes.assumed)? else {
            return Ok((valid_from, self.counted(valid_from, notes)));
        };
        let last_day = match map.last_day_is {
            LastDayIs::LastDay => found,
            LastDayIs::FirstDayOut => found.plus_days(-1),
        };
        if last_day < valid_from {
            let column = days::column(last);
            let shown = row.cell(column).shown();
            let kind = ReasonKind::LastDayBeforeFirst;
            return Err(Reason::cell(kind, column, &shown));
        }
        Ok((valid_from, Some(last_day)))
    }

    /// The last day by the length that the map states: the day before the same day of a later
    /// month.
    fn counted(&self, valid_from: Day, notes: &mut Notes) -> Option<Day> {
        let months = self.permit.validity_months?;
        notes.assumed.insert(Assumption::ValidityByMap);
        Some(valid_from.plus_months(i32::from(months)).plus_days(-1))
    }

    fn terms(&self, row: &Row<'_>, issued_on: Day, notes: &mut Notes) -> Result<Terms, Reason> {
        let map = self.permit;
        let destination = self.place(row, Some(&map.destination), PlaceRole::Destination, notes)?;
        let last = map.final_destination.as_ref();
        let mut final_destination = self.place(row, last, PlaceRole::FinalDestination, notes)?;
        if final_destination.countries.is_empty()
            && last.is_some_and(|place| place.blank == BlankPlace::AsDestination)
        {
            notes.assumed.insert(Assumption::FinalAsFirst);
            final_destination = destination.clone();
        }
        let end_user = self.place(
            row,
            map.end_user_country.as_ref(),
            PlaceRole::EndUser,
            notes,
        )?;
        let origin = self.place(row, map.origin.as_ref(), PlaceRole::Origin, notes)?;
        let kind = self.kind(row, &destination, notes)?;
        let movement = self.movement(row, notes)?;
        let programme = match &map.programme {
            Some(programme) => choose(row, std::slice::from_ref(programme), notes)?,
            None => None,
        };
        let end_use = match &map.end_use {
            Some(column) => row.text(column)?.map(|text| squeeze(&text)),
            None => None,
        };
        Ok(Terms {
            kind,
            movement,
            exporter: None,
            consignees: BTreeSet::new(),
            intermediates: BTreeSet::new(),
            brokers: BTreeSet::new(),
            end_user: None,
            end_user_country: one(&end_user.countries),
            integrator: None,
            platform: None,
            platform_classes: BTreeSet::new(),
            destinations: disclosed(destination.countries),
            final_destinations: disclosed(final_destination.countries),
            programmes: programme
                .map(|(programme, _)| programme)
                .into_iter()
                .collect(),
            end_use,
            lines: vec![self.line(row, issued_on, origin.countries, notes)?],
            conditions: Vec::new(),
        })
    }

    fn place(
        &self,
        row: &Row<'_>,
        map: Option<&PlaceMap>,
        role: PlaceRole,
        notes: &mut Notes,
    ) -> Result<PlacesRead, Reason> {
        let Some(map) = map else {
            return Ok(PlacesRead::default());
        };
        let read = read_place(row, map, &self.countries, &mut notes.assumed)?;
        let words = read.as_written.iter().cloned();
        notes
            .places
            .extend(words.map(|words| PlaceAsWritten { role, words }));
        Ok(read)
    }

    fn kind(
        &self,
        row: &Row<'_>,
        destination: &PlacesRead,
        notes: &mut Notes,
    ) -> Result<PermitKind, Reason> {
        let map = self.permit;
        let chosen = choose(row, std::slice::from_ref(&map.kind), notes)?;
        let (kind, is_read) = chosen.ok_or_else(|| unsaid(&map.kind))?;
        let is_several = destination.countries.len() > 1 || !destination.as_written.is_empty();
        match map.several_destinations {
            Some(several) if is_several && !is_read && several != kind => {
                notes.assumed.insert(Assumption::SeveralDestinations);
                Ok(several)
            }
            _ => Ok(kind),
        }
    }

    fn movement(&self, row: &Row<'_>, notes: &mut Notes) -> Result<Movement, Reason> {
        let choices = &self.permit.movement;
        let chosen = choose(row, choices, notes)?;
        let (word, _) = chosen.ok_or_else(|| match choices.last() {
            Some(last) => unsaid(last),
            None => Reason::row(ReasonKind::UnknownValue),
        })?;
        Ok(match word {
            MovementWord::Permanent => Movement::Permanent,
            MovementWord::Temporary => Movement::Temporary { return_by: None },
            MovementWord::Transfer => Movement::Transfer,
            MovementWord::Brokering => Movement::Brokering { from: None },
            MovementWord::Transit => Movement::Transit,
        })
    }

    fn line(
        &self,
        row: &Row<'_>,
        issued_on: Day,
        origins: BTreeSet<Country>,
        notes: &mut Notes,
    ) -> Result<Line, Reason> {
        let map = &self.permit.line;
        let numbers = &self.map.numbers;
        let mut described = Vec::new();
        for column in &map.description {
            described.extend(row.text(column)?.map(|text| squeeze(&text)));
        }
        let model = match &map.model {
            Some(column) => row.text(column)?.map(|text| squeeze(&text)),
            None => None,
        };
        let (code_as_written, ratings) = match &self.permit.codes {
            Some(codes) => read_codes(row, codes, issued_on, notes)?,
            None => (None, Vec::new()),
        };
        let quantity = match &map.quantity {
            Some(quantity) => amounts::quantity(row, quantity, numbers, &mut notes.assumed)?,
            None => None,
        };
        let value = match &map.value {
            Some(value) => amounts::value(row, value, numbers, &mut notes.assumed)?,
            None => None,
        };
        Ok(Line {
            no: LineNo(1),
            item: Item {
                description: described.join(", "),
                model,
                origins: origins.into_iter().collect(),
                code_as_written,
                ..Item::default()
            },
            ratings,
            quantity,
            value,
        })
    }

    fn parties(&self, row: &Row<'_>, notes: &mut Notes) -> Result<BTreeSet<NamedParty>, Reason> {
        let mut parties = BTreeSet::new();
        for map in &self.permit.party {
            let names = party_names(row, map, notes)?;
            if names.is_empty() {
                continue;
            }
            let country = self.party_country(row, map, notes)?;
            let address = match &map.address {
                Some(column) => row.text(column)?.map(|text| squeeze(&text)),
                None => None,
            };
            let is_several = map.role == PartyRole::EndUser && names.len() > 1;
            if is_several {
                notes.assumed.insert(Assumption::SeveralEndUsers);
            }
            let role = if is_several {
                PartyRole::Consignee
            } else {
                map.role
            };
            parties.extend(names.into_iter().map(|name| NamedParty {
                role,
                name,
                country,
                address: address.clone(),
            }));
        }
        Ok(parties)
    }

    fn party_country(
        &self,
        row: &Row<'_>,
        map: &NamedPartyMap,
        notes: &mut Notes,
    ) -> Result<Option<Country>, Reason> {
        let Some(column) = &map.country else {
            return Ok(None);
        };
        let place = PlaceMap::of_column(column.clone());
        let read = read_place(row, &place, &self.countries, &mut notes.assumed)?;
        Ok(one(&read.countries).filter(|country| *country != Country::UNDISCLOSED))
    }
}

/// The names that a row or the map gives in a role, each once.
fn party_names(
    row: &Row<'_>,
    map: &NamedPartyMap,
    notes: &mut Notes,
) -> Result<BTreeSet<String>, Reason> {
    let stated = map.is.iter().map(|name| squeeze(name));
    let mut names: BTreeSet<String> = stated.collect();
    if map.is.is_some() && map.stated_by == StatedBy::Map {
        notes.assumed.insert(Assumption::StatedByMap);
    }
    let Some(column) = &map.name else {
        return Ok(names);
    };
    let Some(cell) = row.text(column)? else {
        return Ok(names);
    };
    for name in split_names(&cell, &map.separators) {
        let name = squeeze(name);
        if amounts::is_among(&map.undisclosed, &name) {
            continue;
        }
        if name.len() > NAME_BYTES_MAX {
            return Err(Reason::cell(ReasonKind::NameTooLong, column, &name));
        }
        names.insert(name);
    }
    Ok(names)
}

/// The codes of a row as written, and the ratings that they answer to.
fn read_codes(
    row: &Row<'_>,
    map: &CodesMap,
    issued_on: Day,
    notes: &mut Notes,
) -> Result<(Option<String>, Vec<Rating>), Reason> {
    let mut written = Vec::new();
    let mut entries = Vec::new();
    let mut is_unread = false;
    for column in &map.columns {
        let Some(cell) = row.text(column)? else {
            continue;
        };
        match map.read(&cell, issued_on) {
            Some(read) => {
                notes
                    .assumed
                    .extend(read.is_assumed.then_some(Assumption::CodesByRule));
                let new = read.entries.into_iter();
                entries.extend(
                    new.filter(|entry| !entries.contains(entry))
                        .collect::<Vec<_>>(),
                );
            }
            None if map.unread == Unread::SetAside => {
                return Err(Reason::cell(ReasonKind::CodeUnread, column, &cell));
            }
            None => is_unread = true,
        }
        written.push(cell.into_owned());
    }
    if is_unread {
        // Half a rating would hide the other half: see `mapping::code_rule`.
        entries.clear();
        notes.assumed.remove(&Assumption::CodesByRule);
        notes.assumed.insert(Assumption::CodeUnread);
    }
    if entries.len() > 1 {
        notes.assumed.insert(Assumption::FirstCodePrimary);
    }
    let ratings = entries
        .into_iter()
        .enumerate()
        .map(|(place, entry)| Rating {
            entry,
            is_primary: place == 0,
            reasons: None,
        });
    let as_written = (!written.is_empty()).then(|| written.join("; "));
    Ok((as_written, ratings.collect()))
}

/// What the first choice gives that knows the word in its column, else what one supplies where
/// its column is blank; and whether a word of the file gave it.
pub(crate) fn choose_from<T: Clone>(
    row: &Row<'_>,
    choices: &[Choice<T>],
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Option<(T, bool)>, Reason> {
    let mut supplied = None;
    let mut unlisted = None;
    for choice in choices {
        let is_assumed = choice.stated_by == StatedBy::Map;
        let word = match &choice.column {
            Some(column) => row.text(column)?.map(|word| (column, word)),
            None => None,
        };
        unlisted = None;
        match word {
            Some((column, word)) => match choice.meaning(&word) {
                Some(meant) => {
                    assumed.extend(is_assumed.then_some(Assumption::ValueReadByMap));
                    return Ok(Some((meant.clone(), true)));
                }
                None => unlisted = Some(Reason::cell(ReasonKind::UnknownValue, column, &word)),
            },
            None if supplied.is_none() => {
                supplied = choice.otherwise.clone().map(|value| (value, is_assumed));
            }
            None => {}
        }
    }
    if let Some(reason) = unlisted {
        return Err(reason);
    }
    Ok(supplied.map(|(value, is_assumed)| {
        assumed.extend(is_assumed.then_some(Assumption::StatedByMap));
        (value, false)
    }))
}

fn choose<T: Clone>(
    row: &Row<'_>,
    choices: &[Choice<T>],
    notes: &mut Notes,
) -> Result<Option<(T, bool)>, Reason> {
    choose_from(row, choices, &mut notes.assumed)
}

/// The reason when neither the file nor the map says a thing that is needed.
fn unsaid<T>(choice: &Choice<T>) -> Reason {
    let column = choice.column.as_ref().map_or("", |column| column);
    Reason::cell(ReasonKind::UnknownValue, column, "")
}

/// The one country of a set, undisclosed when there are several, none when there is none.
fn one(countries: &BTreeSet<Country>) -> Option<Country> {
    match countries.len() {
        0 => None,
        1 => countries.first().copied(),
        _ => Some(Country::UNDISCLOSED),
    }
}

/// The countries, or that they are not disclosed.
fn disclosed(countries: BTreeSet<Country>) -> BTreeSet<Country> {
    if countries.is_empty() {
        BTreeSet::from([Country::UNDISCLOSED])
    } else {
        countries
    }
}

/// The parts of a cell of names.
pub(crate) fn split_names<'c>(
    cell: &'c str,
    separators: &[String],
) -> impl Iterator<Item = &'c str> + use<'c> {
    let mut parts = vec![cell];
    for separator in separators {
        let torn = parts
            .into_iter()
            .flat_map(|part| part.split(separator.as_str()));
        parts = torn.collect();
    }
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A text on one line, its runs of blanks made one.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl PermitMap {
    /// Whether a number issued before may be issued again.
    pub(super) fn allows_again(&self) -> bool {
        self.number_again == Again::AnotherAct
    }
}
