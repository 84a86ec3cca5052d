//! Events of a scenario file, and what is expected after them.

use std::collections::BTreeMap;

use domain::country::Country;
use domain::law::Law;
use domain::party::Basis;
use serde::Deserialize;

use super::{At, Many, ScopeSpec, When, Words};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its number in the case.
    pub n: Number,
    /// The day in law.
    #[serde(default)]
    pub effective: Option<When>,
    /// The first day of a stretch.
    #[serde(default)]
    pub from: Option<When>,
    /// The last day of a stretch, or to whom an assurance was given.
    #[serde(default)]
    pub to: Option<String>,
    /// The day of announcement.
    #[serde(default)]
    pub announced: Option<When>,
    /// The day of publication.
    #[serde(default)]
    pub published: Option<When>,
    /// What happens.
    pub kind: String,
    /// The title of a measure.
    #[serde(default)]
    pub title: Option<Words>,
    /// The instrument of a policy.
    #[serde(default)]
    pub instrument: Option<String>,
    /// The law or policy that it rests on.
    #[serde(default)]
    pub law: Option<Law>,
    /// The power of an order.
    #[serde(default)]
    pub power: Option<String>,
    /// Its ground.
    #[serde(default)]
    pub ground: Option<String>,
    /// Its grounds.
    #[serde(default)]
    pub grounds: Vec<String>,
    /// Its reasons.
    #[serde(default)]
    pub reasons: Option<Words>,
    /// Its scope.
    #[serde(default)]
    pub scope: Option<ScopeSpec>,
    /// Only declared lines that satisfy this are stopped; the permit stays.
    #[serde(default)]
    pub use_scope: Option<ScopeSpec>,
    /// The permits that it names, or that its scope is expected to reach.
    #[serde(default)]
    pub ids: Vec<String>,
    /// How `ids` came about, in words.
    #[serde(default)]
    pub selected_by: Option<String>,
    /// The review whose outcomes it carries out: its event number.
    #[serde(default)]
    pub from_review: Option<Number>,
    /// The last day of the measure, half-open.
    #[serde(default)]
    pub until: Option<When>,
    /// The day for looking again; a year later when absent.
    #[serde(default)]
    pub review_by: Option<When>,
    /// Whether expiry stands still.
    #[serde(default)]
    pub stops_expiry: bool,
    /// Signed by one hand.
    #[serde(default)]
    pub emergency: bool,
    /// Events whose measures it lifts, or whose suspensions it ends.
    #[serde(default)]
    pub lifts: Vec<Number>,
    /// The dialogue that it concludes.
    #[serde(default)]
    pub concludes: Option<String>,
    /// Documents that it requires.
    #[serde(default)]
    pub requires: Vec<String>,
    /// The name of a dialogue.
    #[serde(default)]
    pub name: Option<String>,
    /// What a dialogue holds.
    #[serde(default)]
    pub holds: Option<ScopeSpec>,
    /// What a dialogue does not hold.
    #[serde(default)]
    pub except: Option<String>,
    /// `certificate`, `statement`, `clause` or `oral`.
    #[serde(default)]
    pub form: Option<String>,
    /// Who does it.
    #[serde(default)]
    pub by: Option<String>,
    /// What an assurance says.
    #[serde(default)]
    pub content: Option<String>,
    /// The paper of an assurance; none for an oral one.
    #[serde(default)]
    pub document: Option<String>,
    /// The event to which an issue is an exception, in words.
    #[serde(default)]
    pub under: Option<String>,
    /// The reasons for an exception.
    #[serde(default)]
    pub because: Option<Words>,
    /// The permit of a shipment.
    #[serde(default)]
    pub permit: Option<String>,
    /// The application of a step.
    #[serde(default)]
    pub application: Option<String>,
    /// The exporter who registers or declares.
    #[serde(default)]
    pub exporter: Option<String>,
    /// How many.
    #[serde(default)]
    pub qty: Option<u32>,
    /// The destination declared.
    #[serde(default)]
    pub destination: Option<Country>,
    /// Who receives it, as declared.
    #[serde(default)]
    pub consignee: Option<String>,
    /// The source of a report.
    #[serde(default)]
    pub source: Option<String>,
    /// Who reports.
    #[serde(default)]
    pub actor: Option<String>,
    /// Grades; `synthetic` where the case invents none.
    #[serde(default)]
    pub admiralty: Option<String>,
    /// Marks on an item.
    #[serde(default)]
    pub item: Option<String>,
    /// The serial; `synthetic` where the case has none.
    #[serde(default)]
    pub serial: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub made: Option<String>,
    /// When it was fitted.
    #[serde(default)]
    pub fitted: Option<String>,
    /// Running hours.
    #[serde(default)]
    pub hours: Option<u32>,
    /// Where it was found.
    #[serde(default)]
    pub found_in: Option<String>,
    /// A link that an officer accepts.
    #[serde(default)]
    pub link: Option<LinkSpec>,
    /// Places that a report names.
    #[serde(default)]
    pub places: Vec<String>,
    /// The purpose of a report.
    #[serde(default)]
    pub purpose: Option<String>,
    /// The bodies consulted.
    #[serde(default)]
    pub consulted: Vec<String>,
    /// The answers of a review.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// The outcomes of a review, by where a permit stands at its end.
    #[serde(default)]
    pub outcomes: BTreeMap<String, String>,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// What is expected.
    #[serde(default)]
    pub expect: Option<Many<ExpectSpec>>,
}

/// A number of an event: a whole number or a word (`7a`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub String);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Number;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the number of an event, as in 7 or 7a")
            }
            fn visit_u64<E>(self, n: u64) -> Result<Number, E> {
                Ok(Number(n.to_string()))
            }
            fn visit_i64<E>(self, n: i64) -> Result<Number, E> {
                Ok(Number(n.to_string()))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
                domain::id::check_shape(text).map_err(E::custom)?;
                Ok(Number(text.to_owned()))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The permit.
    pub permit: String,
    /// `strong`, `inferred` or `category`.
    pub confidence: String,
    /// Why.
    #[serde(default)]
    pub reasons: Option<String>,
}

/// What is expected after an event, or on a later day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The day; the event's own when absent.
    #[serde(default)]
    pub day: Option<When>,
    /// Applications by number.
    #[serde(default)]
    pub pending: BTreeMap<String, String>,
    /// Permits by number.
    #[serde(default)]
    pub issued: BTreeMap<String, String>,
    /// The gate's answer by permit.
    #[serde(default)]
    pub border: BTreeMap<String, String>,
    /// What was drawn, by permit (`4_of_7`).
    #[serde(default)]
    pub draw_down: BTreeMap<String, String>,
    /// Permits suspended in all.
    #[serde(default)]
    pub count_suspended: Option<u64>,
    /// Permits cancelled in all.
    #[serde(default)]
    pub count_cancelled: Option<u64>,
    /// Lines that the event's measure reached.
    #[serde(default)]
    pub reached: Option<u64>,
    /// How an assurance stands.
    #[serde(default)]
    pub assurance: Option<String>,
    /// What the record of a decision must have.
    #[serde(default)]
    pub decision_record: Option<String>,
    /// Whether evidence was received.
    #[serde(default)]
    pub evidence: Option<String>,
    /// The link accepted.
    #[serde(default)]
    pub link: Option<ExpectedLink>,
    /// The answers of a review.
    #[serde(default)]
    pub findings: BTreeMap<String, String>,
    /// `stop_notice_sent`.
    #[serde(default)]
    pub reservations_of_suspended: Option<String>,
    /// `none`.
    #[serde(default)]
    pub accepted_links: Option<String>,
    /// `empty`.
    #[serde(default)]
    pub exposure: Option<String>,
}

/// The link expected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedLink {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The permit.
    pub serial_to_permit: String,
    /// How sure.
    pub confidence: String,
}
