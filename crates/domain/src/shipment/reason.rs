//! Why a release is refused, and what would have to change: in English and French.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::event::AuthorityEstablished;
use crate::id::{DocumentKind, OfficeId, OrderId, PartyId, PermitId};
use crate::item::LineNo;
use crate::language::Bilingual;
use crate::law::Law;
use crate::permit::Undisclosed;
use crate::permit::standing::Standing;
use crate::policy::PolicyFinding;
use crate::time::Day;

mod remedy;
mod says;

/// A term of the declaration that must agree with the permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// Where the goods first go.
    Destination,
    /// Where they will be used.
    FinalDestination,
    /// Who receives them.
    Consignee,
    /// Who receives them on the way.
    Intermediate,
    /// Who exports them.
    Exporter,
    /// The list entry, on a general permit.
    Entry,
    /// Who will use them.
    EndUser,
    /// The model of the item.
    Model,
    /// A serial number.
    Serial,
}

/// Where a condition comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Whence {
    /// The reinstatement that made it; none for a condition of the permit itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Its law, where the condition or its order names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<Law>,
}

impl Whence {
    fn is_permit(&self) -> bool {
        *self == Self::default()
    }
}

/// One reason for which a release is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReleaseReason {
    /// There is no such permit.
    NoSuchPermit {
        /// As asked for.
        permit: PermitId,
    },
    /// The permit has no such line.
    NoSuchLine {
        /// As declared.
        line: LineNo,
    },
    /// Nothing is declared.
    NothingDeclared,
    /// The line does not stand in force on the day.
    NotInForce {
        /// The line.
        line: LineNo,
        /// Where it stands.
        standing: Standing,
        /// Its last day, when it has expired.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<Day>,
    },
    /// An order covers the line, or this use of it.
    Stopped {
        /// The line.
        line: LineNo,
        /// The order.
        order: OrderId,
        /// What the authority calls it.
        verb: Bilingual,
        /// The law under which it was made.
        law: Law,
        /// Whether only this use is stopped and the rest of the line is open.
        is_use_only: bool,
    },
    /// The declaration does not agree with the permit.
    Mismatch {
        /// The line.
        line: LineNo,
        /// The term.
        term: Term,
        /// As declared.
        declared: String,
        /// As permitted.
        permitted: Vec<String>,
    },
    /// A unit that does not convert exactly into the permit's.
    OtherUnit {
        /// The line.
        line: LineNo,
        /// As declared.
        declared: String,
        /// As on the permit.
        permitted: String,
    },
    /// A currency that is not the permit's. There is no silent conversion.
    OtherCurrency {
        /// The line.
        line: LineNo,
        /// As declared.
        declared: String,
        /// As on the permit.
        permitted: String,
    },
    /// More than is left.
    MoreThanLeft {
        /// The line.
        line: LineNo,
        /// Asked, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        asked_quantity: Decimal,
        /// Left, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        left_quantity: Decimal,
        /// Asked, in the line's currency.
        #[serde(with = "crate::quantity::sum")]
        asked_value: Decimal,
        /// Left, in the line's currency.
        #[serde(with = "crate::quantity::sum")]
        left_value: Decimal,
    },
    /// Nothing leaves of nothing.
    ZeroQuantity {
        /// The line.
        line: LineNo,
    },
    /// The register does not know a fact that the decision needs.
    Undisclosed {
        /// The line.
        line: LineNo,
        /// The fact.
        what: Undisclosed,
    },
    /// The exporter is not registered for the use of a general permit.
    NotRegistered {
        /// The exporter, as declared.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exporter: Option<PartyId>,
    },
    /// A country that a condition keeps the route away from.
    RouteForbidden {
        /// The line.
        line: LineNo,
        /// The country.
        country: Country,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// An office that a condition does not name.
    OfficeNotNamed {
        /// As lodged.
        office: OfficeId,
        /// As the condition has it.
        named: Vec<OfficeId>,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// A destination that a condition does not name.
    DestinationNotNamed {
        /// The line.
        line: LineNo,
        /// The country, as declared.
        country: Country,
        /// As the condition has it.
        named: Vec<Country>,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// A consignee that a condition does not name.
    ConsigneeNotNamed {
        /// The line.
        line: LineNo,
        /// As declared, if at all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consignee: Option<PartyId>,
        /// As the condition has it.
        named: Vec<PartyId>,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// More of the line in all than a condition allows.
    MoreThanCondition {
        /// The line.
        line: LineNo,
        /// Asked, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        asked: Decimal,
        /// Reserved, held and gone before, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        used: Decimal,
        /// Allowed by the condition, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        at_most: Decimal,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// Declared after the day by which a condition wants the goods gone.
    AfterLastDay {
        /// The line.
        line: LineNo,
        /// The last day of the condition.
        last_day: Day,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// A document that a condition wants shown.
    DocumentNotShown {
        /// The line.
        line: LineNo,
        /// The kind of document.
        document: DocumentKind,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// Serial numbers that a condition wants declared: one for each article.
    SerialsMissing {
        /// The line.
        line: LineNo,
        /// How many are expected.
        #[serde(with = "crate::quantity::sum")]
        expected: Decimal,
        /// How many were declared.
        declared: u32,
        /// Where the condition comes from.
        #[serde(default, skip_serializing_if = "Whence::is_permit")]
        whence: Whence,
    },
    /// A brokering permit lets nothing through a border of this state.
    NothingPassesTheBorder,
    /// A policy stands in the way, or could not be evaluated.
    Policy {
        /// The line.
        line: LineNo,
        /// What it says.
        finding: PolicyFinding,
    },
}

/// Key of the power under which an authority lets goods leave, among its
/// [`AuthorityEstablished::powers`].
pub const RELEASE_POWER: &str = "release";

impl ReleaseReason {
    /// The law under which this reason stands, where the law is Canada's.
    ///
    /// # Law
    /// `EIPA:13`, `EIPA:24`, `EPR:5-6`
    #[must_use]
    pub fn law(&self) -> Law {
        let key = match self {
            Self::NoSuchPermit { .. }
            | Self::NotInForce { .. }
            | Self::Stopped { .. }
            | Self::MoreThanLeft { .. } => "EIPA:13",
            Self::RouteForbidden { .. }
            | Self::OfficeNotNamed { .. }
            | Self::DestinationNotNamed { .. }
            | Self::ConsigneeNotNamed { .. }
            | Self::MoreThanCondition { .. }
            | Self::AfterLastDay { .. }
            | Self::DocumentNotShown { .. }
            | Self::SerialsMissing { .. } => "EIPA:7(1)",
            Self::Undisclosed { .. } | Self::Policy { .. } => "EIPA:24",
            Self::NoSuchLine { .. }
            | Self::NothingDeclared
            | Self::Mismatch { .. }
            | Self::OtherUnit { .. }
            | Self::OtherCurrency { .. }
            | Self::ZeroQuantity { .. }
            | Self::NotRegistered { .. }
            | Self::NothingPassesTheBorder => "EPR:5-6",
        };
        self.own_law().unwrap_or_else(|| Law::shipped(key))
    }

    /// The law under which this reason stands before an authority: that of the order, policy or
    /// condition itself, else the authority's own power to let goods leave. An authority other than
    /// Canada's that names no such power acts without a named instrument: its law is not guessed.
    #[must_use]
    pub fn law_before(&self, authority: Option<&AuthorityEstablished>) -> Law {
        let Some(authority) = authority else {
            return self.law();
        };
        let power = || authority.powers.get(RELEASE_POWER).cloned();
        match self.own_law().or_else(power) {
            Some(law) => law,
            None if authority.jurisdiction == "CA" => self.law(),
            None => Law::shipped("PRACTICE:release"),
        }
    }

    /// The law that the reason itself carries.
    fn own_law(&self) -> Option<Law> {
        match self {
            Self::Stopped { law, .. } => Some(law.clone()),
            Self::Policy {
                finding: PolicyFinding::Stands { source, .. },
                ..
            } => Some(source.clone()),
            _ => self.whence().and_then(|whence| whence.law.clone()),
        }
    }

    /// Where the condition comes from that is not met.
    #[must_use]
    pub const fn whence(&self) -> Option<&Whence> {
        match self {
            Self::RouteForbidden { whence, .. }
            | Self::OfficeNotNamed { whence, .. }
            | Self::DestinationNotNamed { whence, .. }
            | Self::ConsigneeNotNamed { whence, .. }
            | Self::MoreThanCondition { whence, .. }
            | Self::AfterLastDay { whence, .. }
            | Self::DocumentNotShown { whence, .. }
            | Self::SerialsMissing { whence, .. } => Some(whence),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
