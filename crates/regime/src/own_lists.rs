//! Lists written in our own words: those that ship, and those that a case brings.

use domain::control_list::{Certainty, ControlEntry, ControlList, DestinationRule};
use domain::language::Bilingual;
use domain::law::Law;
use domain::time::{Day, Period};
use serde::Deserialize;

use crate::codes;
use crate::lists::{ControlLists, ListMistake};
use crate::place::read_toml;

const SHIPPED: [(&str, &str); 3] = [
    (
        "lists/export-control-list.toml",
        include_str!("../../../lists/export-control-list.toml"),
    ),
    (
        "lists/guide.toml",
        include_str!("../../../lists/guide.toml"),
    ),
    (
        "lists/automatic-firearms.toml",
        include_str!("../../../lists/automatic-firearms.toml"),
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    list: String,
    en: String,
    fr: String,
    law: Law,
    numbers_of: Option<String>,
    edition: Vec<EditionRow>,
    entry: Vec<EntryRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionRow {
    edition: String,
    from: Day,
    until: Option<Day>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryRow {
    code: String,
    /// As the source writes it, where that differs.
    written: Option<String>,
    en: String,
    fr: String,
    certainty: Certainty,
    #[serde(default)]
    regimes: Vec<String>,
    /// To which destinations.
    to: Option<DestinationRule>,
    in_force_from: Option<Day>,
    #[serde(default)]
    repealed: bool,
    /// Only in these editions; in all where absent.
    editions: Option<Vec<String>>,
    /// The entry above, where the grammar of numbers does not say it.
    parent: Option<String>,
}

impl ControlLists {
    /// The lists that ship: a skeleton of the Export Control List, a Guide in our own words, and a
    /// class for automatic firearms. They stand in until an operator imports the official texts.
    ///
    /// # Errors
    /// Refuses a file that is not what was expected; a test holds the shipped files to it.
    pub fn shipped() -> Result<Self, ListMistake> {
        let mut lists = Self::default();
        for (file, text) in SHIPPED {
            lists.read(file, text)?;
        }
        Ok(lists)
    }

    /// Adds the editions of a list from a text, as a case brings its extracts.
    ///
    /// # Errors
    /// Refuses a malformed text and what [`ControlLists::add`] refuses.
    pub fn read(&mut self, file: &str, text: &str) -> Result<(), ListMistake> {
        let file: File = read_toml(file, text)?;
        for edition in &file.edition {
            let mut list = ControlList {
                list: file.list.clone(),
                edition: edition.edition.clone(),
                title: Bilingual::new(&file.en, &file.fr),
                law: file.law.clone(),
                validity: Period {
                    from: edition.from,
                    until: edition.until,
                },
                entries: Vec::new(),
            };
            for row in &file.entry {
                let is_in = row
                    .editions
                    .as_ref()
                    .is_none_or(|named| named.contains(&list.edition));
                if is_in {
                    let entry = entry_of(row, &list.entries);
                    list.entries.push(entry);
                }
            }
            self.add(list)?;
        }
        if let Some(of) = &file.numbers_of {
            self.share_numbers(&file.list, of);
        }
        Ok(())
    }
}

/// Builds an entry; its parent is the nearest number above that stands before it.
fn entry_of(row: &EntryRow, before: &[ControlEntry]) -> ControlEntry {
    let stands = |code: &String| before.iter().any(|entry| entry.code == *code);
    let parent = row.parent.clone().or_else(|| {
        std::iter::successors(codes::above(&row.code), |code| codes::above(code)).find(stands)
    });
    let upper = before
        .iter()
        .find(|entry| Some(&entry.code) == parent.as_ref());
    let regimes = match upper {
        Some(upper) if row.regimes.is_empty() => upper.regimes.clone(),
        _ => row.regimes.clone(),
    };
    ControlEntry {
        code: row.code.clone(),
        written: row.written.clone().unwrap_or_else(|| row.code.clone()),
        parent,
        text: Bilingual::new(&row.en, &row.fr),
        in_force_from: row.in_force_from,
        is_repealed: row.repealed,
        destinations: row.to.clone(),
        certainty: row.certainty,
        regimes,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::control_list::EntryId;

    use super::*;

    pub(crate) fn shipped() -> ControlLists {
        ControlLists::shipped().unwrap()
    }

    /// A small list whose entries are named by their numbers.
    pub(crate) fn list(list: &str, edition: &str, from: &str, codes: &[&str]) -> ControlList {
        let mut entries: Vec<ControlEntry> = Vec::new();
        for code in codes {
            let row = EntryRow {
                code: (*code).to_owned(),
                written: None,
                en: format!("item {code}"),
                fr: format!("article {code}"),
                certainty: Certainty::Read,
                regimes: Vec::new(),
                to: None,
                in_force_from: None,
                repealed: false,
                editions: None,
                parent: None,
            };
            entries.push(entry_of(&row, &entries));
        }
        ControlList {
            list: list.to_owned(),
            edition: edition.to_owned(),
            title: Bilingual::new("list", "liste"),
            law: Law::new("ECL:schedule").unwrap(),
            validity: Period {
                from: Day::parse(from).unwrap(),
                until: None,
            },
            entries,
        }
    }

    #[test]
    fn the_shipped_lists_cover_every_day_since_2019() {
        let lists = shipped();
        for list in ["ECL", "GUIDE", "AUTOMATIC"] {
            for year in 2019..=2027 {
                let day = Day::new(year, 6, 30).unwrap();
                assert!(lists.in_force(list, day).is_some(), "{list} {year}");
            }
        }
    }

    #[test]
    fn the_shipped_entries_are_whole_and_name_known_sources() {
        let sources = crate::sources::Sources::shipped().unwrap();
        for list in shipped().editions() {
            assert!(sources.of(&list.law).is_ok(), "{}", list.list);
            for entry in &list.entries {
                assert!(entry.text.is_complete(), "{}", entry.code);
                let is_top = codes::above(&entry.code).is_none();
                assert_eq!(entry.parent.is_none(), is_top, "{}", entry.code);
            }
        }
    }

    #[test]
    fn the_twenty_two_items_of_the_munitions_group_are_there() {
        let lists = shipped();
        for item in 1..=22 {
            let id = EntryId::of("GUIDE", "2020", &format!("2-{item}")).unwrap();
            assert!(lists.find(&id).is_some(), "{id}");
        }
        let sensor = lists
            .find(&EntryId::new("GUIDE@2020:2-15.d").unwrap())
            .unwrap();
        assert_eq!(sensor.certainty, Certainty::Read);
        assert_eq!(sensor.regimes, ["wassenaar"], "as the group has them");
        let designator = lists
            .find(&EntryId::new("GUIDE@2020:2-5.b").unwrap())
            .unwrap();
        assert_eq!(designator.certainty, Certainty::ToConfirm);
    }

    #[test]
    fn the_item_added_last_is_in_the_last_edition_only() {
        let lists = shipped();
        let has = |edition: &str| {
            lists
                .find(&EntryId::of("ECL", edition, "5506").unwrap())
                .is_some()
        };
        assert!(has("2025-04-25") && !has("2020"));
    }
}
