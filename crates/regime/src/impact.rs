//! What a new edition changes for ratings in use.

use std::collections::BTreeSet;

use domain::control_list::{DestinationRule, EntryId};
use domain::language::Bilingual;

use crate::lists::ControlLists;

/// What a new edition does to one rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The number is not in the new edition, and no concordance says where it went.
    Gone,
    /// The new edition shows it as repealed.
    Repealed,
    /// A concordance says that it went elsewhere, or to several entries.
    Moved {
        /// Where.
        to: BTreeSet<EntryId>,
    },
    /// It has entries below it that it had not: the rating may have become too coarse.
    NewChildren {
        /// Their numbers.
        codes: BTreeSet<String>,
    },
    /// Its text reads differently.
    TextChanged {
        /// Before.
        before: Bilingual,
        /// After.
        after: Bilingual,
    },
    /// Its own destination rule differs.
    DestinationsChanged {
        /// Before; none meant as its parent.
        before: Option<DestinationRule>,
        /// After.
        after: Option<DestinationRule>,
    },
}

/// One rating in use that a new edition changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The rating, as it stands on permits and applications.
    pub rating: EntryId,
    /// What changes, in the order of looking.
    pub changes: Vec<Change>,
}

impl ControlLists {
    /// Runs an edition against the ratings in use: which change from one edition to the next.
    ///
    /// Ratings of other lists are left out. A rating of an edition other than `before` is read
    /// through to `before` first.
    #[must_use]
    pub fn impact<'a>(
        &self,
        list: &str,
        before: &str,
        after: &str,
        ratings: impl IntoIterator<Item = &'a EntryId>,
    ) -> Vec<Impact> {
        let used: BTreeSet<&EntryId> = ratings
            .into_iter()
            .filter(|rating| rating.list() == list)
            .collect();
        used.into_iter()
            .filter_map(|rating| {
                let olds = self.images(rating, list, before);
                let changes: Vec<Change> = olds
                    .iter()
                    .flat_map(|old| self.changes(old, after))
                    .collect();
                (!changes.is_empty()).then(|| Impact {
                    rating: rating.clone(),
                    changes,
                })
            })
            .collect()
    }

    fn changes(&self, old: &EntryId, after: &str) -> Vec<Change> {
        let images = self.images(old, old.list(), after);
        let same = EntryId::of(old.list(), after, old.code()).ok();
        let stays = same.filter(|same| images.len() == 1 && images.contains(same));
        let Some(new) = stays else {
            let is_linked = self.linked(old).any(|(other, _)| images.contains(other));
            let climbed = images.iter().all(|image| {
                self.ancestors(old)
                    .iter()
                    .any(|above| above.code() == image.code())
            });
            let moved = !images.is_empty() && (is_linked || !climbed);
            return vec![if moved {
                Change::Moved { to: images }
            } else {
                Change::Gone
            }];
        };
        let (Some(before), Some(now)) = (self.find(old), self.find(&new)) else {
            return vec![Change::Gone];
        };
        let mut changes = Vec::new();
        if now.is_repealed && !before.is_repealed {
            changes.push(Change::Repealed);
        }
        let had: BTreeSet<&str> = self
            .children(old)
            .map(|child| child.code.as_str())
            .collect();
        let codes: BTreeSet<String> = self
            .children(&new)
            .filter(|child| !had.contains(child.code.as_str()))
            .map(|child| child.code.clone())
            .collect();
        if !codes.is_empty() {
            changes.push(Change::NewChildren { codes });
        }
        if before.text != now.text {
            changes.push(Change::TextChanged {
                before: before.text.clone(),
                after: now.text.clone(),
            });
        }
        if before.destinations != now.destinations {
            changes.push(Change::DestinationsChanged {
                before: before.destinations.clone(),
                after: now.destinations.clone(),
            });
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use domain::control_list::{Certainty, Concordance};

    use super::*;
    use crate::own_lists::tests::list;

    fn id(text: &str) -> EntryId {
        EntryId::new(text).unwrap()
    }

    #[test]
    fn each_rating_in_use_is_told_what_changes() {
        let mut lists = ControlLists::default();
        let old = ["2", "2-1", "2-2", "2-3", "2-4", "2-5", "2-6", "2-7"];
        lists.add(list("L", "1", "2010-01-01", &old)).unwrap();
        let mut new = list(
            "L",
            "2",
            "2020-01-01",
            &["2", "2-1", "2-2", "2-2.a", "2-3", "2-4", "2-6", "2-30"],
        );
        for entry in &mut new.entries {
            match entry.code.as_str() {
                "2-3" => entry.is_repealed = true,
                "2-4" => "another text".clone_into(&mut entry.text.en),
                "2-6" => entry.destinations = Some(DestinationRule::All),
                _ => {}
            }
        }
        lists.add(new).unwrap();
        lists.link(Concordance {
            from: id("L@1:2-7"),
            to: id("L@2:2-30"),
            certainty: Certainty::Read,
        });
        let used: Vec<EntryId> = (1..=7).map(|item| id(&format!("L@1:2-{item}"))).collect();
        let found = lists.impact("L", "1", "2", used.iter().chain([&id("OTHER@1:2-5")]));
        let of = |code: &str| {
            found
                .iter()
                .find(|impact| impact.rating.code() == code)
                .map(|found| &found.changes)
        };
        assert_eq!(of("2-1"), None, "unchanged");
        assert_eq!(
            of("2-2"),
            Some(&vec![Change::NewChildren {
                codes: BTreeSet::from(["2-2.a".to_owned()])
            }])
        );
        assert_eq!(of("2-3"), Some(&vec![Change::Repealed]));
        assert!(matches!(
            of("2-4").unwrap()[..],
            [Change::TextChanged { .. }]
        ));
        assert_eq!(of("2-5"), Some(&vec![Change::Gone]));
        assert!(matches!(
            of("2-6").unwrap()[..],
            [Change::DestinationsChanged { .. }]
        ));
        assert_eq!(
            of("2-7"),
            Some(&vec![Change::Moved {
                to: BTreeSet::from([id("L@2:2-30")])
            }])
        );
        assert_eq!(found.len(), 6);
    }
}
