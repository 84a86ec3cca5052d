//! Events of a scenario file, and what is expected after them.

use std::collections::BTreeMap;

use domain::control_list::EntryId;
use domain::country::Country;
use domain::law::Law;
use domain::party::Basis;
use serde::Deserialize;

use super::{At, DeclaredLineSpec, Many, QuestionSpec, ScopeSpec, When, Words};

/// Goods as an exporter declares them; what is absent is as the permit has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct DeclaredSpec {
    /// The line of the permit, from 1; the first when absent.
    #[serde(default)]
    pub line: Option<u32>,
    /// How many; 1 when absent, or all of what is there.
    #[serde(default)]
    pub qty: Option<u32>,
    /// What they are worth in all, in whole units; as many times the permit's unit when absent.
    #[serde(default)]
    pub value: Option<u32>,
    /// The exporter who registers or declares.
    #[serde(default)]
    pub exporter: Option<String>,
    /// Who receives it.
    #[serde(default)]
    pub consignee: Option<String>,
    /// Who receives it on the way.
    #[serde(default)]
    pub intermediate: Option<Many<String>>,
    /// Who will use it.
    #[serde(default)]
    pub end_user: Option<String>,
    /// Where it goes first.
    #[serde(default)]
    pub destination: Option<Country>,
    /// Where it will be used; the destination declared when absent.
    #[serde(default)]
    pub final_destination: Option<Country>,
    /// The countries that it passes through.
    #[serde(default)]
    pub route: Vec<Country>,
    /// Serial numbers.
    #[serde(default)]
    pub serials: Vec<String>,
    /// Documents shown, or that came in.
    #[serde(default)]
    pub documents: Vec<String>,
    /// The model.
    #[serde(default)]
    pub model: Option<String>,
    /// The entry, on a general permit that covers a branch.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The office at which it is declared.
    #[serde(default)]
    pub office: Option<String>,
    /// The lines, where one declaration has several.
    #[serde(default)]
    pub lines: Vec<DeclaredLineSpec>,
}

/// Conditions of a permit or of a reinstatement, each by its own key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionsSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The route avoids these countries.
    #[serde(default)]
    pub route_must_avoid: Vec<Country>,
    /// The goods go to these countries only.
    #[serde(default)]
    pub destination_must_be: Vec<Country>,
    /// These parties only receive the goods.
    #[serde(default)]
    pub consignee_must_be: Vec<String>,
    /// The goods leave through these offices only.
    #[serde(default)]
    pub office_must_be: Vec<String>,
    /// Delivery is verified within so many days after exit.
    #[serde(default)]
    pub verify_delivery_days: Option<u16>,
    /// Use is reported within so many days after each half-year.
    #[serde(default)]
    pub report_use_days: Option<u16>,
    /// A document is shown at the border.
    #[serde(default)]
    pub show_document: Option<String>,
    /// Serial numbers are declared.
    #[serde(default)]
    pub declare_serials: bool,
    /// No more than this in all, what was used before counted in.
    #[serde(default)]
    pub quantity_at_most: Option<u32>,
    /// The last day on which goods may be declared.
    #[serde(default)]
    pub leave_by: Option<When>,
    /// In words only.
    #[serde(default)]
    pub other: Option<Words>,
}

/// What an assurance undertakes, each by its own key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndertakingsSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Used for this only.
    #[serde(default)]
    pub end_use: Option<String>,
    /// Used by these only.
    #[serde(default)]
    pub end_users: Vec<String>,
    /// Stays in these countries.
    #[serde(default)]
    pub territory: Vec<Country>,
    /// Sold on to these countries only.
    #[serde(default)]
    pub resale_only_to: Vec<Country>,
    /// Not passed on without consent.
    #[serde(default)]
    pub no_retransfer: bool,
    /// The exporting state may verify on site.
    #[serde(default)]
    pub right_of_verification: bool,
    /// Whether the items go on to a country outside the alliance.
    #[serde(default)]
    pub onward_transfer: Option<bool>,
    /// Arrival is verified by this day.
    #[serde(default)]
    pub delivery_by: Option<When>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
    /// Whether another officer countersigns the emergency at once.
    #[serde(default = "yes")]
    pub countersigned: bool,
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
    /// Goods as declared.
    #[serde(flatten)]
    pub declared: DeclaredSpec,
    /// The event that declared the goods.
    #[serde(default)]
    pub shipment: Option<Number>,
    /// Whether the rest leaves later on the same declaration.
    #[serde(default)]
    pub partial: bool,
    /// Why goods are given back: `given_up`, `stopped`, `corrected`, `freed`.
    #[serde(default)]
    pub cause: Option<String>,
    /// Whether this corrects the record, and nothing came back.
    #[serde(default)]
    pub correction: bool,
    /// The order whose stop is acknowledged: its event.
    #[serde(default)]
    pub order: Option<Number>,
    /// Whether the goods were still there when the stop arrived.
    #[serde(default = "yes")]
    pub goods_there: bool,
    /// The assurance that it is about: its event.
    #[serde(default)]
    pub assurance: Option<Number>,
    /// The finding on which a breach rests: its event.
    #[serde(default)]
    pub finding: Option<Number>,
    /// The undertaking that was or was not breached.
    #[serde(default)]
    pub undertaking: Option<String>,
    /// What is held of it.
    #[serde(default)]
    pub held: Option<String>,
    /// What a finding holds, by question.
    #[serde(default)]
    pub questions: BTreeMap<String, QuestionSpec>,
    /// Whether everything arrived as promised.
    #[serde(default = "yes")]
    pub complete: bool,
    /// What was seen, by serial number.
    #[serde(default)]
    pub seen: BTreeMap<String, String>,
    /// Who is asked.
    #[serde(default)]
    pub of: Option<String>,
    /// What was answered.
    #[serde(default)]
    pub answer: Option<String>,
    /// What an assurance undertakes.
    #[serde(default)]
    pub undertakings: Option<UndertakingsSpec>,
    /// The applications for which an assurance was given.
    #[serde(default)]
    pub applications: Vec<String>,
    /// The permits for which an assurance was given.
    #[serde(default)]
    pub permits: Vec<String>,
    /// What a body advises.
    #[serde(default)]
    pub position: Option<String>,
    /// Conditions of a reinstatement, or that an amendment sets.
    #[serde(default)]
    pub conditions: Option<ConditionsSpec>,
    /// The last day that an amendment asks for.
    #[serde(default)]
    pub last_day: Option<When>,
    /// Destinations that an amendment sets.
    #[serde(default)]
    pub destinations: Option<Many<Country>>,
    /// Final destinations that an amendment sets.
    #[serde(default)]
    pub final_destinations: Option<Many<Country>>,
    /// Consignees that an amendment sets.
    #[serde(default)]
    pub consignees: Option<Many<String>>,
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
    /// The event of the unit that it is built into.
    #[serde(default)]
    pub built_into: Option<Number>,
    /// The article, as it was written.
    #[serde(default)]
    pub article: Option<String>,
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

const fn yes() -> bool {
    true
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
    pub border: BTreeMap<String, Many<BorderSpec>>,
    /// Whether the register did the act or refused it: `done` or `refused`.
    #[serde(default)]
    pub act: Option<String>,
    /// Where the goods of the event stand.
    #[serde(default)]
    pub shipment: Option<String>,
    /// The ledgers of a permit's lines, as far as they are said.
    #[serde(default)]
    pub ledger: BTreeMap<String, Many<LedgerSpec>>,
    /// How many permits stand so, by standing.
    #[serde(default)]
    pub count: BTreeMap<String, u64>,
    /// Duties that are open.
    #[serde(default)]
    pub duties_open: Option<u64>,
    /// Duties that are late.
    #[serde(default)]
    pub duties_overdue: Option<u64>,
    /// What was drawn, by permit (`4_of_7`); of several lines in their order.
    #[serde(default)]
    pub draw_down: BTreeMap<String, Many<String>>,
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
    /// How the delivery under an assurance stands.
    #[serde(default)]
    pub delivery: Option<String>,
    /// What is held of a breach.
    #[serde(default)]
    pub breach: Option<String>,
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
    /// How sure it is that the material reaches a permit, or that it reaches it not, by number.
    #[serde(default)]
    pub reaches: BTreeMap<String, String>,
    /// How many permits the material reaches.
    #[serde(default)]
    pub permits_reached: Option<u64>,
    /// What the reading of the article proposes, among others, by what it speaks of.
    #[serde(default)]
    pub reads: BTreeMap<String, Vec<String>>,
}

/// An answer at the border: a word, or a word for goods declared in a certain way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum BorderSpec {
    /// `release` or `refuse`, for one unit as the permit has it.
    Word(String),
    /// For goods declared so.
    Declared(Box<AnsweredSpec>),
}

/// An answer at the border to goods declared in a certain way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AnsweredSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// `release` or `refuse`.
    pub answer: String,
    /// A reason that must be among those of a refusal.
    #[serde(default)]
    pub reason: Option<String>,
    /// The goods.
    #[serde(flatten)]
    pub declared: DeclaredSpec,
}

/// What is expected of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct LedgerSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The line, from 1; the first when absent.
    #[serde(default)]
    pub line: Option<u32>,
    /// Declared and not gone.
    #[serde(default)]
    pub reserved: Option<u64>,
    /// Kept back as evidence.
    #[serde(default)]
    pub held: Option<u64>,
    /// Gone.
    #[serde(default)]
    pub drawn: Option<u64>,
    /// Come back, or corrected.
    #[serde(default)]
    pub returned: Option<u64>,
    /// Gone beyond what the line allowed, less what was corrected.
    #[serde(default)]
    pub excess: Option<u64>,
    /// What may still leave.
    #[serde(default)]
    pub left: Option<u64>,
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
