//! How entries lie within one another across editions and lists.
//!
//! A line keeps the rating that it was given; a measure names a branch of one edition. Between the
//! two stand concordances; where they are silent, one number in two editions of a list (or in two
//! lists with common numbers) is taken for the same item.

use std::collections::BTreeSet;

use domain::control_list::{EntryId, EntryTree};

use crate::lists::ControlLists;

/// What stands for an entry in another edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Images {
    ids: BTreeSet<EntryId>,
    /// Whether a concordance says so, for the entry or for one above it.
    is_linked: bool,
}

/// An edition of a list, by its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Target<'a> {
    list: &'a str,
    edition: &'a str,
}

impl<'a> Target<'a> {
    fn of(id: &'a EntryId) -> Self {
        Self {
            list: id.list(),
            edition: id.edition(),
        }
    }

    fn entry(self, code: &str) -> Option<EntryId> {
        EntryId::of(self.list, self.edition, code).ok()
    }
}

impl ControlLists {
    /// The entries that stand for an entry in another edition, or in a list with common numbers:
    /// what concordances link with it, else the same number, else what stands for the entry above.
    #[must_use]
    pub fn images(&self, entry: &EntryId, list: &str, edition: &str) -> BTreeSet<EntryId> {
        self.images_in(entry, Target { list, edition }).ids
    }

    fn images_in(&self, entry: &EntryId, to: Target<'_>) -> Images {
        if Target::of(entry) == to {
            return Images {
                ids: BTreeSet::from([entry.clone()]),
                is_linked: false,
            };
        }
        let linked = self.linked_in(entry, to);
        if !linked.is_empty() {
            return Images {
                ids: linked,
                is_linked: true,
            };
        }
        let above = self.ancestors(entry);
        let is_linked_above = above
            .iter()
            .any(|above| !self.linked_in(above, to).is_empty());
        match self.next_edition(entry, to) {
            Some(next) if !is_linked_above => self.stepped(entry, next, to),
            _ => self.images_of_number(entry, above.first(), to),
        }
    }

    /// Goes one edition nearer, and from there on.
    ///
    /// Only forward: without that, an entry that was split in two would, by way of its past, come to
    /// lie within both halves.
    fn stepped(&self, entry: &EntryId, next: Target<'_>, to: Target<'_>) -> Images {
        let near = self.images_in(entry, next);
        let mut images = Images {
            ids: BTreeSet::new(),
            is_linked: near.is_linked,
        };
        for image in &near.ids {
            let far = self.images_in(image, to);
            images.ids.extend(far.ids);
            images.is_linked |= far.is_linked;
        }
        images
    }

    /// The held edition of the same list that follows an entry's own on the way to another.
    fn next_edition<'a>(&'a self, entry: &EntryId, to: Target<'_>) -> Option<Target<'a>> {
        let began =
            |list: &str, edition: &str| self.edition(list, edition).map(|held| held.validity.from);
        let from = began(entry.list(), entry.edition())?;
        let until = began(to.list, to.edition).filter(|_| entry.list() == to.list)?;
        let between = self
            .editions()
            .filter(|held| held.list == entry.list())
            .map(|held| {
                (
                    held.validity.from,
                    held.edition.as_str(),
                    held.list.as_str(),
                )
            })
            .filter(|(day, ..)| (from < *day && *day < until) || (until < *day && *day < from));
        let next = if from < until {
            between.min()
        } else {
            between.max()
        };
        next.map(|(_, edition, list)| Target { list, edition })
    }

    fn linked_in(&self, entry: &EntryId, to: Target<'_>) -> BTreeSet<EntryId> {
        self.linked(entry)
            .filter(|(other, _)| Target::of(other) == to)
            .map(|(other, _)| other.clone())
            .collect()
    }

    /// What the number of an entry says, where no concordance speaks of it.
    fn images_of_number(&self, entry: &EntryId, above: Option<&EntryId>, to: Target<'_>) -> Images {
        let upper = above
            .map(|above| self.images_in(above, to))
            .unwrap_or_default();
        let shares_numbers = self.numbers_of(entry.list()) == self.numbers_of(to.list);
        if let (true, Some(above)) = (upper.is_linked, above) {
            let moved = upper.ids.iter().all(|image| image.code() != above.code());
            if moved || !shares_numbers {
                return self.below_moved(entry, above, upper, to);
            }
        }
        let is_held = self.edition(to.list, to.edition).is_some();
        let same = to
            .entry(entry.code())
            .filter(|same| !is_held || self.find(same).is_some());
        match same {
            Some(same) if shares_numbers => Images {
                ids: BTreeSet::from([same]),
                is_linked: upper.is_linked,
            },
            _ => upper,
        }
    }

    /// Where the entry above was renumbered, the same ending is looked for below its new number.
    fn below_moved(
        &self,
        entry: &EntryId,
        above: &EntryId,
        upper: Images,
        to: Target<'_>,
    ) -> Images {
        let ending = entry.code().strip_prefix(above.code()).unwrap_or("");
        let ids = upper
            .ids
            .into_iter()
            .map(|image| {
                to.entry(&format!("{}{ending}", image.code()))
                    .filter(|below| self.find(below).is_some())
                    .unwrap_or(image)
            })
            .collect();
        Images {
            ids,
            is_linked: true,
        }
    }
}

impl EntryTree for ControlLists {
    fn lies_within(&self, entry: &EntryId, branch: &EntryId) -> bool {
        self.images_in(entry, Target::of(branch))
            .ids
            .iter()
            .any(|image| image == branch || self.ancestors(image).contains(branch))
    }
}

#[cfg(test)]
mod tests {
    use domain::control_list::{Certainty, Concordance};

    use super::*;
    use crate::own_lists::tests::{list, shipped};

    fn id(text: &str) -> EntryId {
        EntryId::new(text).unwrap()
    }

    fn link(from: &str, to: &str) -> Concordance {
        Concordance {
            from: id(from),
            to: id(to),
            certainty: Certainty::Read,
        }
    }

    fn check(lists: &ControlLists, rows: &[(&str, &str, bool)]) {
        for (entry, branch, expected) in rows {
            let found = lists.lies_within(&id(entry), &id(branch));
            assert_eq!(found, *expected, "{entry} within {branch}");
        }
    }

    #[test]
    fn an_item_of_the_guide_lies_in_the_group_of_the_list_in_any_edition() {
        check(
            &shipped(),
            &[
                ("GUIDE@2020:2-5.b", "ECL@2020:2", true),
                ("GUIDE@2020:2-5.b", "ECL@2019:2", true),
                ("GUIDE@2019:2-5.b", "ECL@2020:2", true),
                ("GUIDE@2020:2-5.b", "ECL@1993:2", true),
                ("GUIDE@1993:2-5.b", "ECL@2020:2", true),
                ("GUIDE@2020:2-5.b", "GUIDE@2019:2-5", true),
                ("GUIDE@2020:2-5.b", "GUIDE@2020:2-5.b", true),
                ("ECL@2020:2", "GUIDE@2020:2", true),
                ("ECL@2020:5504.2.i", "ECL@2025-04-25:5", true),
                ("GUIDE@2020:2-5.b", "ECL@2020:1", false),
                ("GUIDE@2020:2-5.b", "GUIDE@2020:2-5.a", false),
                ("GUIDE@2020:2-5", "GUIDE@2020:2-5.b", false),
                ("GUIDE@2020:2-15", "GUIDE@2020:2-1", false),
                ("ECL@2020:2", "GUIDE@2020:2-5", false),
                ("NLCML@2012:ML5.b", "ECL@2020:2", false),
                ("GUIDE@2020:2-5.b", "AUTOMATIC@1991:firearms", false),
            ],
        );
    }

    #[test]
    fn a_moved_entry_takes_its_branch_along() {
        let mut lists = ControlLists::default();
        lists
            .add(list(
                "L",
                "1",
                "2010-01-01",
                &["2", "2-11", "2-11.a", "2-11.b"],
            ))
            .unwrap();
        lists
            .add(list(
                "L",
                "2",
                "2020-01-01",
                &["2", "2-11", "2-11.a", "2-30", "2-30.b"],
            ))
            .unwrap();
        lists.link(link("L@1:2-11", "L@2:2-30"));
        check(
            &lists,
            &[
                ("L@1:2-11", "L@2:2-30", true),
                ("L@1:2-11.b", "L@2:2-30.b", true),
                ("L@1:2-11.a", "L@2:2-30", true),
                ("L@1:2-11.a", "L@2:2-11.a", false),
                ("L@1:2-11.b", "L@2:2", true),
                ("L@2:2-30.b", "L@1:2-11.b", true),
                ("L@2:2-11.a", "L@1:2-30", false),
            ],
        );
    }

    #[test]
    fn a_split_entry_does_not_put_each_half_within_the_other() {
        let mut lists = ControlLists::default();
        for (edition, from) in [
            ("1", "2010-01-01"),
            ("2", "2020-01-01"),
            ("3", "2022-01-01"),
        ] {
            lists
                .add(list("L", edition, from, &["2", "2-5", "2-23"]))
                .unwrap();
        }
        lists.link(link("L@1:2-5", "L@2:2-5"));
        lists.link(link("L@1:2-5", "L@2:2-23"));
        check(
            &lists,
            &[
                ("L@1:2-5", "L@2:2-23", true),
                ("L@2:2-5", "L@2:2-23", false),
                ("L@3:2-5", "L@2:2-23", false),
                ("L@3:2-23", "L@1:2-5", true),
                ("L@1:2-5", "L@3:2-23", true),
            ],
        );
    }

    #[test]
    fn lists_of_two_authorities_meet_only_where_a_concordance_says_so() {
        let mut lists = shipped();
        lists
            .add(list(
                "NLCML",
                "2012",
                "2012-01-01",
                &["ML5", "ML5.b", "ML10"],
            ))
            .unwrap();
        lists.link(link("NLCML@2012:ML5", "GUIDE@2020:2-5"));
        check(
            &lists,
            &[
                ("NLCML@2012:ML5", "GUIDE@2020:2-5", true),
                ("NLCML@2012:ML5.b", "GUIDE@2020:2-5.b", true),
                ("NLCML@2012:ML5.b", "GUIDE@2020:2", true),
                ("NLCML@2012:ML10", "GUIDE@2020:2", false),
            ],
        );
    }
}
