//! Lists of countries: the names in a schedule, matched by a table that the caller hands in.

use std::collections::BTreeMap;

use domain::country::Country;
use domain::language::{Bilingual, Language};
use domain::time::{Day, Period};

use super::note::{Note, Remark};
use super::regulation::{Regulation, day};
use super::{ControlListMistake, ControlListSource, ListKind, Opened, kind_of, wording};
use crate::xml::{Element, Place};

/// An edition of a list of countries as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryListImport {
    /// The key of the list, as in `AFCCL`.
    pub key: String,
    /// The key of the edition, the day of last amendment.
    pub edition: String,
    /// The list's title.
    pub title: Bilingual,
    /// From the day of last amendment, open-ended.
    pub validity: Period,
    /// The countries, in the order of the English source.
    pub countries: Vec<ListedCountry>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// A country as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCountry {
    /// Its code; none when the table does not know the name, and a note then says so.
    pub country: Option<Country>,
    /// Its names as written; empty in a language that does not list it.
    pub name: Bilingual,
    /// Listed since, where the source says so.
    pub in_force_from: Option<Day>,
}

/// A name in one language.
struct Name {
    written: String,
    country: Option<Country>,
    in_force_from: Option<Day>,
    place: Place,
}

/// Whether a schedule lists names.
pub(super) fn has_names(regulation: &Regulation<'_>) -> bool {
    regulation
        .schedules()
        .any(|schedule| !items(schedule).is_empty())
}

/// The items of the lists in a schedule.
fn items(schedule: &Element) -> Vec<&Element> {
    let lists = schedule.children_named("List");
    lists.flat_map(|list| list.children_named("Item")).collect()
}

/// Reads an edition of a list of countries. The languages order their names differently, so that
/// names meet by the code that `country_of` gives them, never by position.
///
/// # Errors
/// Refuses files that are not the two languages of one edition of one list of countries; see
/// [`ControlListMistake`].
pub fn read_country_list(
    source: &ControlListSource<'_>,
    country_of: &dyn Fn(&str) -> Option<Country>,
) -> Result<CountryListImport, ControlListMistake> {
    let opened = Opened::of(source)?;
    let first = opened.first()?;
    for regulation in opened.given() {
        if kind_of(regulation) != ListKind::Countries {
            return Err(ControlListMistake::NoCountries {
                file: regulation.file(),
            });
        }
    }
    let mut notes = Vec::new();
    let is_pair = opened.en.is_some() && opened.fr.is_some();
    let mut side = |side: &Option<Regulation<'_>>, absent| {
        let Some(regulation) = side else {
            return Vec::new();
        };
        if !is_pair {
            notes.push(note(
                regulation.place(0),
                "",
                Remark::LanguageAbsent(absent),
            ));
        }
        names(regulation, country_of, &mut notes)
    };
    let (english, french) = (
        side(&opened.en, Language::Fr),
        side(&opened.fr, Language::En),
    );
    let countries = join(english, french, is_pair, &mut notes);
    Ok(CountryListImport {
        key: first.key.clone(),
        edition: first.edition.to_string(),
        title: opened.title(),
        validity: Period {
            from: first.edition,
            until: None,
        },
        countries,
        notes,
    })
}

fn note(place: Place, about: &str, remark: Remark) -> Note {
    Note {
        place,
        beside: None,
        about: about.to_owned(),
        remark,
    }
}

fn names(
    regulation: &Regulation<'_>,
    country_of: &dyn Fn(&str) -> Option<Country>,
    notes: &mut Vec<Note>,
) -> Vec<Name> {
    let mut names = Vec::new();
    let mut met: BTreeMap<Country, usize> = BTreeMap::new();
    for item in regulation.schedules().flat_map(items) {
        let place = regulation.place(item.offset());
        let written = wording::words(item);
        let plain = wording::folded(&written);
        let is_repealed = plain.starts_with("[repealed") || plain.starts_with("[abrogé");
        if written.is_empty() || is_repealed {
            continue;
        }
        let country = country_of(&written).or_else(|| country_of(&turned(&written)?));
        match country {
            None => notes.push(note(place.clone(), &written, Remark::CountryUnknown)),
            Some(country) if met.insert(country, names.len()).is_some() => {
                notes.push(note(place, &written, Remark::CountryTwice));
                continue;
            }
            Some(_) => {}
        }
        names.push(Name {
            written,
            country,
            in_force_from: day(item),
            place,
        });
    }
    names
}

/// A name in its usual order: `Korea, Republic of` is the Republic of Korea.
fn turned(written: &str) -> Option<String> {
    let (name, first) = written.split_once(", ")?;
    Some(format!("{first} {name}"))
}

/// Pairs names of one country; a name without a code stands alone.
fn join(
    english: Vec<Name>,
    french: Vec<Name>,
    is_pair: bool,
    notes: &mut Vec<Note>,
) -> Vec<ListedCountry> {
    let (coded, uncoded): (Vec<Name>, Vec<Name>) =
        french.into_iter().partition(|name| name.country.is_some());
    let mut others: BTreeMap<Option<Country>, Name> =
        coded.into_iter().map(|name| (name.country, name)).collect();
    let mut joined = Vec::new();
    for name in english {
        let other = name.country.and_then(|_| others.remove(&name.country));
        if is_pair && other.is_none() {
            notes.push(note(
                name.place,
                &name.written,
                Remark::CountryInOneLanguage,
            ));
        }
        let other_day = other.as_ref().and_then(|other| other.in_force_from);
        joined.push(ListedCountry {
            country: name.country,
            name: Bilingual {
                en: name.written,
                fr: other.map(|other| other.written).unwrap_or_default(),
            },
            in_force_from: name.in_force_from.max(other_day),
        });
    }
    for name in others.into_values().chain(uncoded) {
        if is_pair {
            notes.push(note(
                name.place,
                &name.written,
                Remark::CountryInOneLanguage,
            ));
        }
        joined.push(ListedCountry {
            country: name.country,
            name: Bilingual {
                en: String::new(),
                fr: name.written,
            },
            in_force_from: name.in_force_from,
        });
    }
    joined
}
