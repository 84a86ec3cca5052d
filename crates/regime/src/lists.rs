//! Control lists: any number of dated editions, and the links between them.

use std::collections::BTreeMap;

use domain::control_list::{Certainty, Concordance, ControlEntry, ControlList, EntryId};
use domain::time::Day;

use crate::codes;

/// Deepest tree accepted: the deepest entry met has seven levels.
pub(crate) const LIST_DEPTH_MAX: usize = 16;

/// Why an edition of a list is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListMistake {
    /// The key of the list or edition, or a number, cannot stand in an entry id.
    #[error(
        "`{code}` of {list}@{edition} cannot stand in an entry id: expected a normalised number, as in 2-15.d"
    )]
    Number {
        /// The list.
        list: String,
        /// The edition.
        edition: String,
        /// The number.
        code: String,
    },
    /// One number twice.
    #[error("{entry} is given twice: expected one entry per number")]
    Twice {
        /// The entry.
        entry: EntryId,
    },
    /// An entry before its parent, or without it.
    #[error("{entry} lies in `{parent}`, which does not come before it: expected parents first")]
    Parent {
        /// The entry.
        entry: EntryId,
        /// The parent as named.
        parent: String,
    },
    /// A text in one language.
    #[error("{entry} lacks a text in English or in French: expected both")]
    OneLanguage {
        /// The entry.
        entry: EntryId,
    },
    /// A tree that no list has.
    #[error("{entry} lies deeper than {LIST_DEPTH_MAX} levels: expected a flatter list")]
    TooDeep {
        /// The entry.
        entry: EntryId,
    },
    /// A file of entries that was not read.
    #[error(transparent)]
    Toml(#[from] crate::place::TomlMistake),
}

/// An edition as held: the list and where each number stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    list: ControlList,
    at: BTreeMap<String, usize>,
    /// The order of adding: of two editions with one first day, the later added is in force.
    order: usize,
}

/// The control lists of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ControlLists {
    editions: BTreeMap<(String, String), Held>,
    links: BTreeMap<EntryId, BTreeMap<EntryId, Certainty>>,
    numbers_of: BTreeMap<String, String>,
    added: usize,
}

impl ControlLists {
    /// Adds an edition; one under the same list and edition is replaced.
    ///
    /// # Errors
    /// Refuses a number that is not in its normal form or comes twice, a child before its parent,
    /// and a text in one language.
    pub fn add(&mut self, list: ControlList) -> Result<(), ListMistake> {
        let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
        let mut at = BTreeMap::new();
        for (index, entry) in list.entries.iter().enumerate() {
            let id = checked_id(&list, entry)?;
            let depth = match entry.parent.as_deref() {
                None => 0,
                Some(parent) => depths
                    .get(parent)
                    .map(|depth| depth.saturating_add(1))
                    .ok_or_else(|| ListMistake::Parent {
                        entry: id.clone(),
                        parent: parent.to_owned(),
                    })?,
            };
            if depth >= LIST_DEPTH_MAX {
                return Err(ListMistake::TooDeep { entry: id });
            }
            if !entry.text.is_complete() && !entry.is_repealed {
                return Err(ListMistake::OneLanguage { entry: id });
            }
            depths.insert(&entry.code, depth);
            if at.insert(entry.code.clone(), index).is_some() {
                return Err(ListMistake::Twice { entry: id });
            }
        }
        self.added = self.added.saturating_add(1);
        let key = (list.list.clone(), list.edition.clone());
        self.editions.insert(
            key,
            Held {
                list,
                at,
                order: self.added,
            },
        );
        Ok(())
    }

    /// Links entries of two editions or lists. A link holds in both directions.
    pub fn link(&mut self, concordance: Concordance) {
        let Concordance {
            from,
            to,
            certainty,
        } = concordance;
        self.links
            .entry(from.clone())
            .or_default()
            .insert(to.clone(), certainty);
        self.links.entry(to).or_default().insert(from, certainty);
    }

    /// Says that a list uses the numbers of another: items of the Guide lie in the groups of the
    /// Export Control List.
    pub fn share_numbers(&mut self, list: &str, of: &str) {
        self.numbers_of.insert(list.to_owned(), of.to_owned());
    }

    /// The list whose numbers a list uses; itself where it has its own.
    #[must_use]
    pub fn numbers_of<'a>(&'a self, list: &'a str) -> &'a str {
        self.numbers_of.get(list).map_or(list, String::as_str)
    }

    /// One edition.
    #[must_use]
    pub fn edition(&self, list: &str, edition: &str) -> Option<&ControlList> {
        self.held(list, edition).map(|held| &held.list)
    }

    /// Every edition of every list, by list and edition.
    pub fn editions(&self) -> impl Iterator<Item = &ControlList> {
        self.editions.values().map(|held| &held.list)
    }

    /// The edition of a list that is in force on a day: of those valid, the one that began last.
    #[must_use]
    pub fn in_force(&self, list: &str, day: Day) -> Option<&ControlList> {
        self.editions
            .values()
            .filter(|held| held.list.list == list && held.list.validity.contains(day))
            .max_by_key(|held| (held.list.validity.from, held.order))
            .map(|held| &held.list)
    }

    /// The entry under an id.
    #[must_use]
    pub fn find(&self, id: &EntryId) -> Option<&ControlEntry> {
        let held = self.held(id.list(), id.edition())?;
        held.list.entries.get(*held.at.get(id.code())?)
    }

    /// The id of the entry with a number, however written, in the edition in force on a day.
    #[must_use]
    pub fn entry_on(&self, list: &str, written: &str, day: Day) -> Option<EntryId> {
        let edition = self.in_force(list, day)?;
        let id = EntryId::of(list, &edition.edition, &codes::normalise(written)).ok()?;
        self.find(&id).is_some().then_some(id)
    }

    /// The entry above an entry: as its edition says; by the grammar of numbers where the edition,
    /// or the entry in it, is not held.
    #[must_use]
    pub fn parent(&self, id: &EntryId) -> Option<EntryId> {
        let code = match self.find(id) {
            Some(entry) => entry.parent.clone()?,
            None => codes::above(id.code())?,
        };
        EntryId::of(id.list(), id.edition(), &code).ok()
    }

    /// The entries above an entry in its own edition, nearest first.
    #[must_use]
    pub fn ancestors(&self, id: &EntryId) -> Vec<EntryId> {
        std::iter::successors(self.parent(id), |upper| self.parent(upper))
            .take(LIST_DEPTH_MAX.saturating_mul(2))
            .collect()
    }

    /// The entries right below an entry, in the order of the list.
    pub fn children(&self, id: &EntryId) -> impl Iterator<Item = &ControlEntry> {
        let list = self.edition(id.list(), id.edition());
        list.into_iter()
            .flat_map(|list| &list.entries)
            .filter(move |entry| entry.parent.as_deref() == Some(id.code()))
    }

    /// What concordances link directly with an entry.
    pub fn linked(&self, id: &EntryId) -> impl Iterator<Item = (&EntryId, Certainty)> {
        let links = self.links.get(id);
        links
            .into_iter()
            .flatten()
            .map(|(other, certainty)| (other, *certainty))
    }

    fn held(&self, list: &str, edition: &str) -> Option<&Held> {
        self.editions.get(&(list.to_owned(), edition.to_owned()))
    }
}

fn checked_id(list: &ControlList, entry: &ControlEntry) -> Result<EntryId, ListMistake> {
    let id = EntryId::of(&list.list, &list.edition, &entry.code).ok();
    id.filter(|_| codes::normalise(&entry.code) == entry.code)
        .ok_or_else(|| ListMistake::Number {
            list: list.list.clone(),
            edition: list.edition.clone(),
            code: entry.code.chars().take(64).collect(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own_lists::tests::{list, shipped};

    fn id(text: &str) -> EntryId {
        EntryId::new(text).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_edition_in_force_is_the_valid_one_that_began_last() {
        let mut lists = shipped();
        let edition =
            |lists: &ControlLists, on| lists.in_force("ECL", day(on)).unwrap().edition.clone();
        assert_eq!(edition(&lists, "2019-10-11"), "2019");
        assert_eq!(edition(&lists, "2020-04-16"), "2020");
        assert_eq!(edition(&lists, "2026-11-23"), "2025-04-25");
        assert!(lists.in_force("ECL", day("2018-12-31")).is_none());
        lists
            .add(list("ECL", "2021-02-26", "2021-02-26", &["2"]))
            .unwrap();
        assert_eq!(edition(&lists, "2021-02-25"), "2020");
        assert_eq!(edition(&lists, "2021-02-26"), "2021-02-26");
    }

    #[test]
    fn asking_for_an_entry_names_the_day() {
        let lists = shipped();
        assert_eq!(
            lists.entry_on("GUIDE", "2-4.a.", day("2020-05-01")),
            Some(id("GUIDE@2020:2-4.a"))
        );
        assert_eq!(
            lists.entry_on("ECL", "5504(2)(i)", day("2019-05-01")),
            Some(id("ECL@2019:5504.2.i"))
        );
        assert_eq!(lists.entry_on("GUIDE", "2-99", day("2020-05-01")), None);
        assert_eq!(lists.entry_on("GUIDE", "2-4.a", day("1999-01-01")), None);
    }

    #[test]
    fn ancestors_go_up_to_the_group() {
        let lists = shipped();
        let above = |entry: &str| -> Vec<String> {
            lists
                .ancestors(&id(entry))
                .iter()
                .map(|a| a.code().to_owned())
                .collect()
        };
        assert_eq!(above("GUIDE@2020:2-10.c.1"), ["2-10.c", "2-10", "2"]);
        assert_eq!(above("ECL@2020:5504.2.i"), ["5504.2", "5504", "5"]);
        assert_eq!(
            above("GUIDE@1850:2-10.c"),
            ["2-10", "2"],
            "an edition not held"
        );
    }

    #[test]
    fn a_list_that_is_no_tree_is_refused() {
        let mut lists = ControlLists::default();
        let mut wrong = list("L", "1", "2020-01-01", &["2", "2-1"]);
        wrong.entries.reverse();
        assert!(matches!(lists.add(wrong), Err(ListMistake::Parent { .. })));
        let twice = list("L", "1", "2020-01-01", &["2", "2"]);
        assert!(matches!(lists.add(twice), Err(ListMistake::Twice { .. })));
        let mut written = list("L", "1", "2020-01-01", &["2"]);
        written.entries[0].code = "2(a)".into();
        assert!(matches!(
            lists.add(written),
            Err(ListMistake::Number { .. })
        ));
        let mut silent = list("L", "1", "2020-01-01", &["2"]);
        silent.entries[0].text.fr.clear();
        assert!(matches!(
            lists.add(silent),
            Err(ListMistake::OneLanguage { .. })
        ));
        assert_eq!(
            lists,
            ControlLists::default(),
            "a refused list leaves no trace"
        );
    }
}
