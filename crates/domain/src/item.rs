//! Items and their ratings.

use serde::{Deserialize, Serialize};

use crate::control_list::EntryId;
use crate::country::Country;
use crate::law::Law;
use crate::money::Money;
use crate::quantity::Quantity;

/// The number of a line on an application or a permit, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineNo(pub u32);

impl std::fmt::Display for LineNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

/// Goods, software or technology in a line.
///
/// # Law
/// `EPR:3(2)(f)`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Item {
    /// A description that discloses true identity; no bare trade name.
    pub description: String,
    /// The maker's model, as marketed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Marks as they stand on the item, where they differ from the model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// Serial numbers, where the permit or the exporter's records name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<String>,
    /// Countries of origin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Country>,
    /// Share of United States content in the total cost, in whole percent, where asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub us_content_percent: Option<u8>,
    /// Code as written in a foreign register, kept verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_as_written: Option<String>,
}

/// The result of classification: an entry of a dated edition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rating {
    /// The list entry.
    pub entry: EntryId,
    /// Whether this is the line's primary rating. Exactly one is.
    pub is_primary: bool,
    /// Why this entry and not its neighbour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
}

/// One line: one item with its ratings, quantity and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The number of the line.
    pub no: LineNo,
    /// The item.
    pub item: Item,
    /// The ratings; empty until rated.
    #[serde(default)]
    pub ratings: Vec<Rating>,
    /// The quantity; none where the source does not disclose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The total value; none where the source does not disclose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
}

impl Line {
    /// The primary rating, when the line is rated.
    #[must_use]
    pub fn primary(&self) -> Option<&Rating> {
        self.ratings
            .iter()
            .find(|rating| rating.is_primary)
            .or_else(|| self.ratings.first())
    }
}

/// A duty attached to a permit.
///
/// # Law
/// `EIPA:7(1)`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What customs or the holder must see to.
    pub duty: ConditionKind,
    /// In words, both languages.
    pub text: crate::language::Bilingual,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<Law>,
}

/// What a condition asks, as data where a machine can check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ConditionKind {
    /// The shipment must not pass through these countries.
    RouteMustAvoid {
        /// The countries.
        countries: Vec<Country>,
    },
    /// The shipment must leave through one of these offices.
    OfficeMustBe {
        /// The offices.
        offices: Vec<crate::id::OfficeId>,
    },
    /// A document must be shown at the border.
    ShowDocument {
        /// The kind of document.
        document: crate::id::DocumentKind,
    },
    /// Serial numbers must be declared at shipment.
    DeclareSerials,
    /// The goods may go, first and finally, to these countries only.
    DestinationMustBe {
        /// The countries.
        countries: Vec<Country>,
    },
    /// Only these may receive the goods.
    ConsigneeMustBe {
        /// The consignees.
        consignees: Vec<crate::id::PartyId>,
    },
    /// No more than this of a line may be under way, held and gone in all, what was used before
    /// counted in.
    QuantityAtMost {
        /// How much.
        quantity: Quantity,
    },
    /// The goods must be declared by this day, which still counts.
    LeaveBy {
        /// The last day.
        last_day: crate::time::Day,
    },
    /// Delivery must be verified within so many days after exit.
    VerifyDelivery {
        /// Days after confirmed exit.
        within_days: u16,
    },
    /// The holder must report use within so many days after each half-year.
    ReportUse {
        /// Days after the end of the half-year.
        within_days: u16,
    },
    /// In words only.
    Other,
}
