//! Control lists from small files in the shape of Justice Canada's, with invented content, and from
//! the real ones where they are at hand.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "control_list/countries.rs"]
mod countries;
#[path = "control_list/damaged.rs"]
mod damaged;
#[path = "control_list/editions.rs"]
mod editions;
#[path = "control_list/entries.rs"]
mod entries;
#[path = "control_list/languages.rs"]
mod languages;
#[path = "control_list/mistakes.rs"]
mod mistakes;
#[path = "control_list/real.rs"]
mod real;

use std::collections::BTreeMap;

use domain::control_list::{ControlEntry, ControlList, DestinationRule};
use domain::country::Country;
use domain::language::Language;
use intake::control_list::{
    Change, ChangeKind, ControlListImport, ControlListMistake, ControlListSource, ListKind, Remark,
    SourceFile, compare, identify, read_control_list, read_country_list,
};

const EN: &str = include_str!("data/control-list/harbour.en.xml");
const FR: &str = include_str!("data/control-list/harbour.fr.xml");
const PORTS_EN: &str = include_str!("data/control-list/ports.en.xml");
const PORTS_FR: &str = include_str!("data/control-list/ports.fr.xml");

fn pair<'a>(en: &'a str, fr: &'a str) -> ControlListSource<'a> {
    ControlListSource::pair(
        SourceFile {
            bytes: en.as_bytes(),
            name: "harbour.en.xml",
        },
        SourceFile {
            bytes: fr.as_bytes(),
            name: "harbour.fr.xml",
        },
    )
}

fn read(en: &str, fr: &str) -> ControlListImport {
    read_control_list(&pair(en, fr)).unwrap()
}

fn entry<'a>(list: &'a ControlList, code: &str) -> &'a ControlEntry {
    list.entries
        .iter()
        .find(|entry| entry.code == code)
        .unwrap_or_else(|| panic!("no {code}"))
}

fn us() -> Vec<Country> {
    vec![Country::new("US").unwrap()]
}

/// Replaces a text that must be there once.
fn with(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    text.replace(old, new)
}

fn remarks(import: &ControlListImport, about: &str) -> Vec<Remark> {
    let about = import.notes.iter().filter(|note| note.about == about);
    about.map(|note| note.remark.clone()).collect()
}
