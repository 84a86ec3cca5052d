//! Scenario files: dated cases as data. The format is described in `docs/scenario-format.md`.

use std::collections::BTreeMap;

use domain::control_list::EntryId;
use domain::country::Country;
use domain::language::Bilingual;
use domain::law::Law;
use domain::party::Basis;
use domain::time::Day;
use serde::Deserialize;
use serde::de::Error as _;

mod at;
mod catalogue;
mod countries;
mod event;
mod events;
mod expectations;
mod format;
mod law;
mod line;
mod numbers;
mod reading;
mod scope;
mod sense;
mod shape;
mod tree;
mod walk;
mod wrong;

pub use at::{At, Place};
pub use catalogue::{CatalogueSpec, ItemSpec, PartSpec, PlatformSpec};
pub use law::KnownLaw;
pub use line::{DeclaredLineSpec, LineSpec, QuestionSpec};
pub use numbers::{Range, numbers};
pub use reading::{
    SCENARIO_BYTES_MAX, ScenarioMistake, ScenarioMistakes, read_scenario, read_scenario_under,
};

pub use scope::{ExceptionSpec, ScopeSpec};

pub use event::{
    AnsweredSpec, BorderSpec, ConditionsSpec, DeclaredSpec, EventSpec, ExpectSpec, ExpectedLink,
    LedgerSpec, LinkSpec, Number, UndertakingsSpec,
};

/// A day, or a month that stands for its 15th day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub day: Day,
    /// Whether the source gave only a month.
    pub is_inferred: bool,
}

impl When {
    /// Reads a day or a month.
    ///
    /// # Errors
    /// Refuses every other shape.
    pub fn parse(text: &str) -> Result<Self, domain::time::DayMistake> {
        let is_inferred = text.len() == 7;
        let full = if is_inferred {
            format!("{text}-15")
        } else {
            text.to_owned()
        };
        Ok(Self {
            day: Day::parse(&full)?,
            is_inferred,
        })
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Text that may be written once for both languages where it is a proper name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// In both languages.
    Both(Bilingual),
    /// The same in both.
    Same(String),
}

impl Words {
    /// In both languages.
    #[must_use]
    pub fn both(&self) -> Bilingual {
        match self {
            Self::Both(both) => both.clone(),
            Self::Same(text) => Bilingual::new(text.clone(), text.clone()),
        }
    }
}

/// One or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Many<T> {
    /// Several.
    Several(Vec<T>),
    /// One.
    One(T),
}

impl<T: Clone> Many<T> {
    /// As a list.
    #[must_use]
    pub fn list(&self) -> Vec<T> {
        match self {
            Self::Several(several) => several.clone(),
            Self::One(one) => vec![one.clone()],
        }
    }
}

/// A list group: `all`, or numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Groups {
    /// Of these numbers.
    Of(Vec<u32>),
    /// `all`.
    Word(String),
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its key.
    pub scenario: String,
    /// Its title.
    #[serde(default)]
    pub title: Option<Words>,
    /// Whether everything in it is invented.
    #[serde(default)]
    pub synthetic: bool,
    /// The jurisdiction.
    pub jurisdiction: String,
    /// The destination that the case is about, where there is one.
    #[serde(default)]
    pub destination: Option<Country>,
    /// The words that `basis` may take; for readers.
    #[serde(default)]
    pub basis_values: Vec<Basis>,
    /// The first day; the earliest day of the file when absent.
    #[serde(default)]
    pub begins: Option<When>,
    /// The authority; Canada's when absent and the jurisdiction is `CA`.
    #[serde(default)]
    pub authority: Option<AuthoritySpec>,
    /// Sources of law, as TOML of `law/sources.toml`.
    #[serde(default)]
    pub sources: Option<String>,
    /// Country groups, as TOML of `lists/country-groups.toml`.
    #[serde(default)]
    pub country_groups: Option<String>,
    /// Standing policies, as policy text.
    #[serde(default)]
    pub policies: Option<String>,
    /// Extracts of control lists.
    #[serde(default)]
    pub lists: Vec<ListSpec>,
    /// The list under which `item_group` is read; `ECL` when absent.
    #[serde(default)]
    pub group_list: Option<String>,
    /// Parties.
    #[serde(default)]
    pub parties: Vec<PartySpec>,
    /// What is known of things.
    #[serde(default)]
    pub catalogue: CatalogueSpec,
    /// Permits.
    #[serde(default)]
    pub permits: Vec<PermitSpec>,
    /// Applications.
    #[serde(default)]
    pub applications: Vec<ApplicationSpec>,
    /// Events.
    pub events: Vec<EventSpec>,
    /// What must hold throughout, in words; the five of the engine are always checked.
    #[serde(default)]
    pub invariants: Vec<String>,
    /// What nobody knows, in words.
    #[serde(default)]
    pub unknown: Vec<String>,
}

/// The authority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its name.
    pub name: Words,
    /// What it calls a permit.
    pub permit_word: Words,
    /// Its verb for each kind of order.
    #[serde(default)]
    pub verbs: BTreeMap<String, Words>,
    /// The law under which each kind of order is made, and policies (`policy`).
    #[serde(default)]
    pub powers: BTreeMap<String, Law>,
    /// The rule of its calendar, as `EST5EDT,M3.2.0,M11.1.0`; when absent, Ottawa for `CA`, else UTC.
    #[serde(default)]
    pub calendar: Option<domain::time::Calendar>,
    /// After how many minutes a reservation lapses; 72 hours when absent.
    #[serde(default)]
    pub reservation_minutes: Option<u32>,
    /// Within how many minutes an office acknowledges a stop; an hour when absent.
    #[serde(default)]
    pub stop_acknowledge_minutes: Option<u32>,
}

/// An extract of a control list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its key.
    pub list: String,
    /// Its edition.
    pub edition: String,
    /// Its title.
    pub title: Words,
    /// Its source.
    pub law: Law,
    /// First day in force.
    pub from: When,
    /// First day no longer in force.
    #[serde(default)]
    pub until: Option<When>,
    /// Its entries, parents first.
    pub entries: Vec<EntrySpec>,
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntrySpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its number.
    pub code: String,
    /// The entry above it.
    #[serde(default)]
    pub parent: Option<String>,
    /// Its text.
    pub text: Words,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartySpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its key in the file, and its id.
    pub id: String,
    /// What it is in the case: authority, consulted, exporter, consignee, assurer...
    #[serde(default)]
    pub role: Option<String>,
    /// Its name; its key when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Its country.
    #[serde(default)]
    pub country: Option<Country>,
    /// What it does.
    #[serde(default)]
    pub activities: Vec<String>,
    /// Whether it is a government or its forces.
    #[serde(default)]
    pub government: bool,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// A permit, or a range of permits (`P-002..P-025`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its number, or a range of numbers.
    pub id: String,
    /// `individual`, `multiple-destination` or `general`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Its holder.
    #[serde(default)]
    pub holder: Option<String>,
    /// Its consignees.
    #[serde(default)]
    pub consignee: Option<Many<String>>,
    /// Its intermediate consignees.
    #[serde(default)]
    pub intermediate: Option<Many<String>>,
    /// Its end user; the first consignee when absent.
    #[serde(default)]
    pub end_user: Option<String>,
    /// The list group.
    #[serde(default)]
    pub item_group: Option<u32>,
    /// The exact entry, where known.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The item of the real permit, in words; `unknown` where nobody knows.
    #[serde(default)]
    pub item: Option<String>,
    /// The goods.
    #[serde(default)]
    pub goods: Option<String>,
    /// How many; 10 when absent (a round number shows that it is synthetic).
    #[serde(default)]
    pub qty: Option<u32>,
    /// The value per unit, in whole units of `currency`.
    #[serde(default)]
    pub unit_value: Option<u32>,
    /// The currency; CAD when absent.
    #[serde(default)]
    pub currency: Option<String>,
    /// The day of issue, a month, or `synthetic`.
    #[serde(default)]
    pub issued: Option<String>,
    /// The last day of validity.
    #[serde(default)]
    pub last_day: Option<When>,
    /// First destinations; the case's destination when absent.
    #[serde(default)]
    pub destination: Option<Many<Country>>,
    /// Final destinations; as the first when absent.
    #[serde(default)]
    pub final_destination: Option<Many<Country>>,
    /// Whether it belongs to a NATO programme.
    #[serde(default)]
    pub nato_programme: bool,
    /// Programmes.
    #[serde(default)]
    pub programmes: Vec<String>,
    /// The platform that it goes into.
    #[serde(default)]
    pub platform: Option<String>,
    /// What the platform is.
    #[serde(default)]
    pub platform_classes: Vec<String>,
    /// The stated end use.
    #[serde(default)]
    pub end_use: Option<String>,
    /// The instrument of a general permit.
    #[serde(default)]
    pub law: Option<Law>,
    /// Who arranges or negotiates the movement.
    #[serde(default)]
    pub brokers: Option<Many<String>>,
    /// `permanent`, `temporary`, `transfer`, `transit` or `brokering`; permanent when absent.
    #[serde(default)]
    pub movement: Option<String>,
    /// The last day for the return of a temporary export.
    #[serde(default)]
    pub return_by: Option<When>,
    /// Where brokered goods leave from.
    #[serde(default)]
    pub leaves_from: Option<Country>,
    /// The end user's country, where it is known apart from the end user.
    #[serde(default)]
    pub end_user_country: Option<Country>,
    /// Who builds the item into something else.
    #[serde(default)]
    pub integrator: Option<String>,
    /// The model; the goods when absent.
    #[serde(default)]
    pub model: Option<String>,
    /// Serial numbers.
    #[serde(default)]
    pub serials: Vec<String>,
    /// Its lines, where it has several.
    #[serde(default)]
    pub lines: Vec<LineSpec>,
    /// Conditions.
    #[serde(default)]
    pub conditions: Option<ConditionsSpec>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its number.
    pub id: String,
    /// The number of the permit that an event issues on it.
    #[serde(default)]
    pub permit: Option<String>,
    /// `individual` or `multiple-destination`.
    #[serde(default)]
    pub kind: Option<String>,
    /// The applicant; the first exporter of the case when absent.
    #[serde(default)]
    pub holder: Option<String>,
    /// The consignees; the first consignee of the case when absent.
    #[serde(default)]
    pub consignee: Option<Many<String>>,
    /// The list group.
    #[serde(default)]
    pub item_group: Option<u32>,
    /// The exact entry.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The goods.
    #[serde(default)]
    pub goods: Option<String>,
    /// The day of receipt.
    pub received: When,
    /// Destinations; the case's when absent.
    #[serde(default)]
    pub destination: Option<Many<Country>>,
    /// Final destinations.
    #[serde(default)]
    pub final_destination: Option<Many<Country>>,
    /// Whether it belongs to a NATO programme.
    #[serde(default)]
    pub nato_programme: bool,
    /// Programmes.
    #[serde(default)]
    pub programmes: Vec<String>,
    /// Whether the statement on re-export came with it (and the assurance).
    #[serde(default)]
    pub reexport_statement: Option<bool>,
    /// Documents that came with it.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Its intermediate consignees.
    #[serde(default)]
    pub intermediate: Option<Many<String>>,
    /// Its end user; the first consignee when absent.
    #[serde(default)]
    pub end_user: Option<String>,
    /// How many; 10 when absent.
    #[serde(default)]
    pub qty: Option<u32>,
    /// The value per unit, in whole units of `currency`.
    #[serde(default)]
    pub unit_value: Option<u32>,
    /// The currency; CAD when absent.
    #[serde(default)]
    pub currency: Option<String>,
    /// The platform that it goes into.
    #[serde(default)]
    pub platform: Option<String>,
    /// What the platform is.
    #[serde(default)]
    pub platform_classes: Vec<String>,
    /// The stated end use.
    #[serde(default)]
    pub end_use: Option<String>,
    /// Who arranges or negotiates the movement.
    #[serde(default)]
    pub brokers: Option<Many<String>>,
    /// `permanent`, `temporary`, `transfer`, `transit` or `brokering`; permanent when absent.
    #[serde(default)]
    pub movement: Option<String>,
    /// The last day for the return of a temporary export.
    #[serde(default)]
    pub return_by: Option<When>,
    /// Where brokered goods leave from.
    #[serde(default)]
    pub leaves_from: Option<Country>,
    /// The end user's country, where it is known apart from the end user.
    #[serde(default)]
    pub end_user_country: Option<Country>,
    /// Who builds the item into something else.
    #[serde(default)]
    pub integrator: Option<String>,
    /// The model; the goods when absent.
    #[serde(default)]
    pub model: Option<String>,
    /// Serial numbers.
    #[serde(default)]
    pub serials: Vec<String>,
    /// Its lines, where it has several.
    #[serde(default)]
    pub lines: Vec<LineSpec>,
    /// Whether it is for brokering.
    #[serde(default)]
    pub brokering: bool,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
}
