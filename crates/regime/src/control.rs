//! Whether an entry is controlled to a destination on a day.

use domain::control_list::{DestinationRule, EntryId};
use domain::country::Country;
use domain::time::Day;

use crate::lists::ControlLists;

/// Whether an item needs a permit to a destination, and which entry says so.
///
/// In the order of caution: where several entries answer, the most cautious answer holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Controlled {
    /// It does not.
    No {
        /// The entry that says so.
        by: EntryId,
    },
    /// The entry is repealed.
    Repealed {
        /// The entry.
        by: EntryId,
    },
    /// The entry says so in words: an officer reads it. Not a "no".
    AsTheItemSays {
        /// The entry.
        by: EntryId,
    },
    /// No rule was found. Not a "no".
    Unknown,
    /// It does.
    Yes {
        /// The entry that says so.
        by: EntryId,
    },
}

impl ControlLists {
    /// Whether an item rated under an entry needs a permit to a destination on a day.
    ///
    /// The rule is read in the edition in force on that day: the entry's own before that of its
    /// group, and the Guide's before that of the list whose numbers it uses.
    ///
    /// # Law
    /// `ECL:2`
    #[must_use]
    pub fn controlled(&self, entry: &EntryId, destination: Country, day: Day) -> Controlled {
        let own = self.current(entry, entry.list(), day);
        own.into_iter()
            .map(|current| self.rule_for(&current, destination, day))
            .max()
            .unwrap_or(Controlled::Unknown)
    }

    /// What stands for an entry in the edition of a list in force on a day; the entry itself where
    /// there is none.
    fn current(&self, entry: &EntryId, list: &str, day: Day) -> Vec<EntryId> {
        match self.in_force(list, day) {
            Some(edition) => self
                .images(entry, list, &edition.edition)
                .into_iter()
                .collect(),
            None => vec![entry.clone()],
        }
    }

    fn rule_for(&self, entry: &EntryId, destination: Country, day: Day) -> Controlled {
        if let Some(answer) = self.rule_above(entry, destination) {
            return answer;
        }
        let base = self.numbers_of(entry.list()).to_owned();
        if base == entry.list() {
            return Controlled::Unknown;
        }
        self.current(entry, &base, day)
            .iter()
            .filter_map(|image| self.rule_above(image, destination))
            .max()
            .unwrap_or(Controlled::Unknown)
    }

    /// The nearest rule at an entry or above it in its own edition.
    fn rule_above(&self, entry: &EntryId, destination: Country) -> Option<Controlled> {
        let chain = std::iter::once(entry.clone()).chain(self.ancestors(entry));
        for by in chain {
            let Some(held) = self.find(&by) else { continue };
            if held.is_repealed {
                return Some(Controlled::Repealed { by });
            }
            if let Some(rule) = &held.destinations {
                return Some(applied(rule, destination, by));
            }
        }
        None
    }
}

/// Applies a rule. An undisclosed destination is never taken for one that needs no permit.
fn applied(rule: &DestinationRule, destination: Country, by: EntryId) -> Controlled {
    let is_controlled = match rule {
        DestinationRule::All => true,
        DestinationRule::AllExcept(free) => !free.contains(&destination),
        DestinationRule::Only(named) => {
            named.contains(&destination) || destination == Country::UNDISCLOSED
        }
        DestinationRule::AsTheItemSays => return Controlled::AsTheItemSays { by },
    };
    if is_controlled {
        Controlled::Yes { by }
    } else {
        Controlled::No { by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own_lists::tests::shipped;

    #[test]
    fn the_rule_of_the_item_goes_before_the_rule_of_its_group() {
        let lists = shipped();
        let day = Day::parse("2020-06-01").unwrap();
        for (entry, country, expected) in [
            ("GUIDE@2020:2-5.b", "TR", "yes ECL@2020:2"),
            ("GUIDE@2020:2-5.b", "US", "no ECL@2020:2"),
            ("GUIDE@2020:2-4.a", "US", "yes GUIDE@2020:2-4.a"),
            ("GUIDE@2020:2-4.b", "US", "no ECL@2020:2"),
            ("GUIDE@2020:2-1", "US", "yes GUIDE@2020:2-1"),
            ("GUIDE@2020:9-4.b", "US", "yes ECL@2020:9"),
            ("GUIDE@2019:2-5.b", "TR", "yes ECL@2020:2"),
            ("GUIDE@2020:2-5.b", "ZZ", "yes ECL@2020:2"),
            ("ECL@2020:5504.2.i", "TR", "says ECL@2020:5"),
            ("GUIDE@2020:7-2", "TR", "says GUIDE@2020:7-2"),
            ("ECL@2020:8", "TR", "repealed ECL@2020:8"),
            ("NLCML@2012:ML5", "TR", "unknown"),
        ] {
            let country = Country::new(country).unwrap();
            let entry = EntryId::new(entry).unwrap();
            let shown = match lists.controlled(&entry, country, day) {
                Controlled::Yes { by } => format!("yes {by}"),
                Controlled::No { by } => format!("no {by}"),
                Controlled::AsTheItemSays { by } => format!("says {by}"),
                Controlled::Repealed { by } => format!("repealed {by}"),
                Controlled::Unknown => "unknown".to_owned(),
            };
            assert_eq!(shown, expected, "{entry} to {country}");
        }
    }
}
