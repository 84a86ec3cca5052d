//! Lines of a permit, an application or a declaration, and answers of a finding, in a scenario file.

use domain::control_list::EntryId;
use domain::country::Country;
use serde::Deserialize;

use super::{At, Number};

/// One of several lines; what is absent is as on a permit of one line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The list group.
    #[serde(default)]
    pub item_group: Option<u32>,
    /// The exact entry, where known.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The item of the real permit, in words.
    #[serde(default)]
    pub item: Option<String>,
    /// The goods.
    #[serde(default)]
    pub goods: Option<String>,
    /// The model; the goods when absent.
    #[serde(default)]
    pub model: Option<String>,
    /// Serial numbers.
    #[serde(default)]
    pub serials: Vec<String>,
    /// How many; 10 when absent.
    #[serde(default)]
    pub qty: Option<u32>,
    /// The value per unit, in whole units of the permit's currency.
    #[serde(default)]
    pub unit_value: Option<u32>,
}

/// One line of goods as declared; what is absent is as the event says, or as the permit has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredLineSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The line of the permit, from 1.
    #[serde(default)]
    pub line: Option<u32>,
    /// How many; 1 when absent.
    #[serde(default)]
    pub qty: Option<u32>,
    /// What they are worth in all, in whole units.
    #[serde(default)]
    pub value: Option<u32>,
    /// Who receives them.
    #[serde(default)]
    pub consignee: Option<String>,
    /// Who will use them.
    #[serde(default)]
    pub end_user: Option<String>,
    /// Where they go first.
    #[serde(default)]
    pub destination: Option<Country>,
    /// Where they will be used.
    #[serde(default)]
    pub final_destination: Option<Country>,
    /// Serial numbers.
    #[serde(default)]
    pub serials: Vec<String>,
    /// The model.
    #[serde(default)]
    pub model: Option<String>,
    /// The entry, on a general permit that covers a branch.
    #[serde(default)]
    pub entry: Option<EntryId>,
}

/// The answer of a finding to one question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// What is held: `established`, `credible`, `insufficient`, `refuted`, `not_examined`.
    pub held: String,
    /// Why.
    #[serde(default)]
    pub because: Option<String>,
    /// Other explanations that were considered.
    #[serde(default)]
    pub competing: Vec<String>,
    /// The events with the material on which it rests.
    #[serde(default)]
    pub rests_on: Vec<Number>,
}
