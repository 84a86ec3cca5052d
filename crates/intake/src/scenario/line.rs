//! Lines of a permit or an application of a scenario file.

use domain::control_list::EntryId;
use serde::Deserialize;

use super::At;

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
