//! Country groups: sets of countries that the law names, with the days on which each belongs.

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::Certainty;
use domain::country::Country;
use domain::id::CountryGroupId;
use domain::language::Bilingual;
use domain::law::Law;
use domain::scope::Geography;
use domain::time::{Day, Period};
use serde::Deserialize;

use crate::place::{TomlMistake, read_toml};

const SHIPPED: &str = include_str!("../../../lists/country-groups.toml");

/// A country's stay in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The country.
    pub country: Country,
    /// From its first day in to its first day out.
    pub period: Period,
}

/// A set of countries that the law or a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryGroup {
    /// The group.
    pub id: CountryGroupId,
    /// Its title.
    pub title: Bilingual,
    /// Where it comes from.
    pub law: Law,
    /// How sure it is.
    pub certainty: Certainty,
    /// The members; a country that left and came back stands twice.
    pub members: Vec<Member>,
}

/// Why a file of country groups is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupsMistake {
    /// The file is not what was expected.
    #[error(transparent)]
    Toml(#[from] TomlMistake),
    /// A title is missing in one language.
    #[error("country group `{group}` lacks a title in English or in French: expected both")]
    OneLanguage {
        /// The group.
        group: CountryGroupId,
    },
    /// A stay that ends before it begins.
    #[error("country group `{group}`: {country} leaves before it joins: expected a later `until`")]
    Backwards {
        /// The group.
        group: CountryGroupId,
        /// The country.
        country: Country,
    },
}

/// The country groups of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountryGroups(BTreeMap<CountryGroupId, CountryGroup>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    group: Vec<GroupRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    id: CountryGroupId,
    en: String,
    fr: String,
    law: Law,
    certainty: Certainty,
    #[serde(default)]
    member: Vec<MemberRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberRow {
    country: Country,
    from: Day,
    until: Option<Day>,
}

impl CountryGroups {
    /// The groups that ship. Those that a regulation lists country by country, and that change with
    /// it, are imported and not shipped.
    ///
    /// # Errors
    /// Refuses a file that is not what was expected; a test holds the shipped file to it.
    pub fn shipped() -> Result<Self, GroupsMistake> {
        Self::default().with("lists/country-groups.toml", SHIPPED)
    }

    /// These groups and those of a text; a group under a known id replaces it.
    ///
    /// # Errors
    /// Refuses a malformed text, a title in one language, and a stay that ends before it begins.
    pub fn with(mut self, file: &str, text: &str) -> Result<Self, GroupsMistake> {
        for row in read_toml::<File>(file, text)?.group {
            let group = CountryGroup {
                id: row.id,
                title: Bilingual::new(row.en, row.fr),
                law: row.law,
                certainty: row.certainty,
                members: row
                    .member
                    .into_iter()
                    .map(|member| Member {
                        country: member.country,
                        period: Period {
                            from: member.from,
                            until: member.until,
                        },
                    })
                    .collect(),
            };
            self = self.and(group)?;
        }
        Ok(self)
    }

    /// These groups and one more, as an import gives it.
    ///
    /// # Errors
    /// Refuses a title in one language, and a stay that ends before it begins.
    pub fn and(mut self, group: CountryGroup) -> Result<Self, GroupsMistake> {
        if !group.title.is_complete() {
            return Err(GroupsMistake::OneLanguage { group: group.id });
        }
        let backwards = group.members.iter().find(|member| {
            member
                .period
                .until
                .is_some_and(|until| until <= member.period.from)
        });
        if let Some(member) = backwards {
            return Err(GroupsMistake::Backwards {
                country: member.country,
                group: group.id,
            });
        }
        self.0.insert(group.id.clone(), group);
        Ok(self)
    }

    /// The group under an id.
    #[must_use]
    pub fn get(&self, id: &CountryGroupId) -> Option<&CountryGroup> {
        self.0.get(id)
    }

    /// All groups, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &CountryGroup> {
        self.0.values()
    }

    /// The groups as they are on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> GroupsOn<'_> {
        GroupsOn { groups: self, day }
    }
}

/// Country groups on one day.
#[derive(Debug, Clone, Copy)]
pub struct GroupsOn<'a> {
    groups: &'a CountryGroups,
    day: Day,
}

impl GroupsOn<'_> {
    /// The groups in which a country is.
    #[must_use]
    pub fn of(&self, country: Country) -> BTreeSet<CountryGroupId> {
        self.groups
            .iter()
            .filter(|group| self.holds(group, country))
            .map(|group| group.id.clone())
            .collect()
    }

    fn holds(&self, group: &CountryGroup, country: Country) -> bool {
        group
            .members
            .iter()
            .any(|member| member.country == country && member.period.contains(self.day))
    }
}

impl Geography for GroupsOn<'_> {
    fn is_in(&self, country: Country, group: &CountryGroupId) -> bool {
        self.groups
            .get(group)
            .is_some_and(|group| self.holds(group, country))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(day: &str, country: &str, group: &str) -> bool {
        let groups = CountryGroups::shipped().unwrap();
        groups.on(Day::parse(day).unwrap()).is_in(
            Country::new(country).unwrap(),
            &CountryGroupId::new(group).unwrap(),
        )
    }

    #[test]
    fn membership_has_days() {
        for (day, country, group, expected) in [
            ("2020-04-16", "TR", "NATO", true),
            ("2024-03-06", "SE", "NATO", false),
            ("2024-03-07", "SE", "NATO", true),
            ("2020-04-16", "AZ", "NATO", false),
            ("2017-06-19", "KP", "ACL", false),
            ("2017-06-20", "KP", "ACL", true),
            ("2020-04-16", "TR", "unheard-of", false),
            ("2020-04-16", "ZZ", "NATO", false),
        ] {
            assert_eq!(
                is_in(day, country, group),
                expected,
                "{country} {group} {day}"
            );
        }
    }

    #[test]
    fn every_shipped_member_is_a_country_and_every_source_is_known() {
        let countries = crate::countries::Countries::shipped().unwrap();
        let sources = crate::sources::Sources::shipped().unwrap();
        for group in CountryGroups::shipped().unwrap().iter() {
            assert!(sources.of(&group.law).is_ok(), "{}", group.id);
            for member in &group.members {
                assert!(countries.is_assigned(member.country), "{}", member.country);
            }
        }
    }

    #[test]
    fn a_stay_that_ends_before_it_begins_is_refused() {
        let text = "[[group]]\nid = \"G\"\nen = \"a\"\nfr = \"b\"\nlaw = \"EIPA:1\"\n\
                    certainty = \"read\"\n\
                    member = [{ country = \"FR\", from = \"2020-01-02\", until = \"2020-01-02\" }]\n";
        assert!(matches!(
            CountryGroups::default().with("case", text),
            Err(GroupsMistake::Backwards { .. })
        ));
        assert!(
            CountryGroups::default()
                .with("case", &text.replace("-01-02\" }", "-01-03\" }"))
                .is_ok()
        );
    }
}
