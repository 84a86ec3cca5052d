//! Adopting a list of countries from the official XML: it becomes a country group, and policies that
//! wait for it are determined from then on.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::country::Country;
use domain::event::RegimeFileKind;
use domain::id::CountryGroupId;
use domain::time::{Day, Period};
use intake::control_list::{ControlListSource, CountryListImport};
use intake::country_names::{CountryNames, NameLanguage, Named};
use regime::groups::Member;
use serde::Serialize;

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::import::{both_languages, country_names};
use crate::regime_files::AdoptFile;

/// A list of countries that was adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedCountries {
    /// Its key, as in `AFCCL@2025-02-26`.
    pub key: String,
    /// The countries on it.
    pub countries: usize,
    /// Countries that were on the edition before and are on this one no more.
    pub left: Vec<Country>,
    /// What the reader noticed, as places and remarks.
    pub notes: Vec<domain::language::Bilingual>,
}

/// Reads a list of countries from the official text in both languages.
///
/// # Errors
/// A mistake when a language is missing, a file cannot be read, or a name is not known.
pub fn read_country_list(source: &ControlListSource<'_>) -> Result<CountryListImport, DeskError> {
    both_languages(source)?;
    let names = country_names()?;
    let read =
        intake::control_list::read_country_list(source, &|written| country_of(&names, written))
            .map_err(|mistake| DeskError::mistaken_in_both("country list", &mistake))?;
    let unknown = read.countries.iter().find(|held| held.country.is_none());
    if let Some(unknown) = unknown {
        let name = format!("{}{}", unknown.name.en, unknown.name.fr);
        return Err(DeskError::mistaken_as(
            read.key,
            format!("`{name}` is no country that the register knows: nothing is adopted in part"),
            format!("`{name}` n’est pas un pays connu du registre : rien n’est adopté en partie"),
        ));
    }
    Ok(read)
}

impl Desk {
    /// Adopts a list of countries that was read from the official text, as a country group of its own
    /// key.
    ///
    /// Countries that an earlier adopted edition named and this one does not leave the group on
    /// the first day of this one; editions are therefore adopted in their order.
    ///
    /// # Errors
    /// A mistake when a later edition is adopted already, or a fault.
    pub fn import_country_list(
        &self,
        actor: &Actor,
        read: &CountryListImport,
    ) -> Result<Done<ImportedCountries>, DeskError> {
        let id = CountryGroupId::new(&read.key)
            .map_err(|mistake| DeskError::mistaken("country list", mistake))?;
        self.check_order_of_editions(read)?;
        let before = {
            let log = self.reading()?;
            let book = self.book(log.as_ref())?;
            book.parts()
                .groups
                .get(&id)
                .map(|held| held.members.clone())
        };
        let (members, left) = members(&before.unwrap_or_default(), read);
        let file = AdoptFile {
            file_kind: RegimeFileKind::CountryGroups,
            key: format!("{}@{}", read.key, read.edition),
            text: text(read, &members),
            effective_from: read.validity.from,
            title: read.title.clone(),
        };
        let done = self.adopt(actor, &file)?;
        let notes = read.notes.iter().map(|note| {
            let (place, said) = (&note.place, note.text());
            let at = |text: &str| format!("{place}: {text}");
            domain::language::Bilingual::new(at(&said.en), at(&said.fr))
        });
        Ok(Done {
            events: done.events,
            recorded_at: done.recorded_at,
            is_repeat: done.is_repeat,
            what: ImportedCountries {
                key: done.what,
                countries: read.countries.len(),
                left,
                notes: notes.collect(),
            },
        })
    }

    /// Refuses an edition older than one adopted: a group would forget what came after.
    fn check_order_of_editions(&self, read: &CountryListImport) -> Result<(), DeskError> {
        let prefix = format!("{}@", read.key);
        let adopted = self.adopted()?;
        let later = adopted
            .iter()
            .filter(|held| held.key.starts_with(&prefix))
            .find(|held| held.effective_from > read.validity.from);
        match later {
            None => Ok(()),
            Some(later) => Err(DeskError::mistaken_as(
                format!("{prefix}{}", read.edition),
                format!(
                    "{} is adopted already and is later: expected editions in their order",
                    later.key
                ),
                format!(
                    "{} est déjà adoptée et vient après : attendu les éditions dans leur ordre",
                    later.key
                ),
            )),
        }
    }
}

fn country_of(names: &CountryNames, written: &str) -> Option<Country> {
    [NameLanguage::En, NameLanguage::Fr]
        .into_iter()
        .find_map(|language| match names.named(language, written) {
            Some(Named::Country(country)) => Some(country),
            _ => None,
        })
}

/// The stays of an edition beside those of the edition before, and who left.
fn members(before: &[Member], read: &CountryListImport) -> (Vec<Member>, Vec<Country>) {
    let first_day = read.validity.from;
    let named: BTreeMap<Country, Day> = read
        .countries
        .iter()
        .filter_map(|held| Some((held.country?, held.in_force_from.unwrap_or(first_day))))
        .collect();
    let mut left = Vec::new();
    let mut stays: Vec<Member> = Vec::new();
    for stay in before {
        let is_open = stay.period.until.is_none_or(|until| until > first_day);
        let leaves = is_open && !named.contains_key(&stay.country);
        if leaves && stay.period.from >= first_day {
            continue;
        }
        let until = if leaves {
            left.push(stay.country);
            Some(first_day)
        } else {
            stay.period.until
        };
        stays.push(Member {
            country: stay.country,
            period: Period {
                from: stay.period.from,
                until,
            },
        });
    }
    for (country, from) in named {
        let is_in = stays
            .iter()
            .any(|stay| stay.country == country && stay.period.until.is_none());
        if !is_in {
            let period = Period { from, until: None };
            stays.push(Member { country, period });
        }
    }
    (stays, left)
}

/// The group as a file of the regime, in the form of `lists/country-groups.toml`.
fn text(read: &CountryListImport, members: &[Member]) -> String {
    // A JSON string without control characters is a TOML string: the reader squeezed them out.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = format!(
        "[[group]]\nid = {}\nen = {}\nfr = {}\nlaw = {}\ncertainty = \"read\"\nmember = [\n",
        quoted(&read.key),
        quoted(&read.title.en),
        quoted(&read.title.fr),
        quoted(&format!("{}:schedule", read.key)),
    );
    for member in members {
        let until = match member.period.until {
            Some(until) => format!(", until = \"{until}\""),
            None => String::new(),
        };
        let (country, from) = (member.country, member.period.from);
        let _ = writeln!(
            text,
            "    {{ country = \"{country}\", from = \"{from}\"{until} }},"
        );
    }
    text.push_str("]\n");
    text
}

#[cfg(test)]
mod tests {
    use domain::language::Bilingual;
    use intake::control_list::ListedCountry;

    use super::*;

    fn edition(day: &str, countries: &[(&str, Option<&str>)]) -> CountryListImport {
        let from = Day::parse(day).unwrap();
        CountryListImport {
            key: "AFCCL".into(),
            edition: day.into(),
            title: Bilingual::new("A \"list\"", "Une liste"),
            validity: Period { from, until: None },
            countries: countries
                .iter()
                .map(|(code, since)| ListedCountry {
                    country: Some(Country::new(code).unwrap()),
                    name: Bilingual::new(*code, *code),
                    in_force_from: since.map(|day| Day::parse(day).unwrap()),
                })
                .collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn who_is_no_longer_named_leaves_on_the_first_day_of_the_edition() {
        let first = edition("2020-10-14", &[("DE", Some("2017-11-24")), ("FR", None)]);
        let (stays, left) = members(&[], &first);
        assert!(left.is_empty());
        let second = edition("2025-02-26", &[("DE", Some("2017-11-24")), ("BR", None)]);
        let (stays, left) = members(&stays, &second);
        assert_eq!(left, [Country::new("FR").unwrap()]);
        let groups = regime::groups::CountryGroups::default()
            .with("AFCCL", &text(&second, &stays))
            .unwrap();
        let group = CountryGroupId::new("AFCCL").unwrap();
        for (day, country, expected) in [
            ("2017-11-24", "DE", true),
            ("2026-01-01", "DE", true),
            ("2025-02-25", "FR", true),
            ("2025-02-26", "FR", false),
            ("2025-02-25", "BR", false),
            ("2025-02-26", "BR", true),
        ] {
            use domain::scope::Geography as _;
            let day = Day::parse(day).unwrap();
            let found = groups.on(day).is_in(Country::new(country).unwrap(), &group);
            assert_eq!(found, expected, "{country} on {day}");
        }
    }
}
