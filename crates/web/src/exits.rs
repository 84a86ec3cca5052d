//! What is reported of a shipment under way, as both doors take it: what left, what is given back.

use std::collections::BTreeMap;

use casework::{DeskError, Mistake};
use domain::item::LineNo;
use domain::ledger::Both;
use domain::quantity::parse_amount;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::ConfirmExit;
use domain::time::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shapes;

/// An amount in both measures of a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BothBody {
    /// In the line's unit, in decimal digits.
    pub quantity: String,
    /// In the line's currency, in decimal digits.
    pub value: String,
}

/// What left.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExitBody {
    /// By line; everything reserved when empty.
    #[serde(default)]
    #[schema(value_type = shapes::AmountsByLine)]
    pub amounts: BTreeMap<u32, BothBody>,
    /// The day on which it left; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    pub on: Option<Day>,
    /// Whether more will leave under the same reservation.
    #[serde(default)]
    pub is_partial: bool,
    /// Serial numbers seen.
    #[serde(default)]
    pub serials: Vec<String>,
}

impl ExitBody {
    /// The report of an exit, of today where it names no day.
    ///
    /// # Errors
    /// A mistake in an amount.
    pub fn report(self, today: Day) -> Result<ConfirmExit, DeskError> {
        Ok(ConfirmExit {
            amounts: amounts(&self.amounts)?,
            on: self.on.unwrap_or(today),
            is_partial: self.is_partial,
            serials: self.serials,
        })
    }
}

/// What is given back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// By line; everything reserved, or everything held where it is freed, when empty.
    #[serde(default)]
    #[schema(value_type = shapes::AmountsByLine)]
    pub amounts: BTreeMap<u32, BothBody>,
    /// Why: `stopped`, `lapsed`, `given-up`, `corrected` or `freed`.
    #[schema(value_type = shapes::RestoreCause)]
    pub because: RestoreCause,
}

/// Amounts by line, as the domain has them.
///
/// # Errors
/// A mistake that names the line.
pub fn amounts(wire: &BTreeMap<u32, BothBody>) -> Result<BTreeMap<LineNo, Both>, DeskError> {
    let read = |line: &u32, text: &str| {
        parse_amount(text)
            .map_err(|wrong| DeskError::Mistaken(Mistake::of(format!("amounts.{line}"), wrong)))
    };
    wire.iter()
        .map(|(line, both)| {
            let (quantity, value) = (read(line, &both.quantity)?, read(line, &both.value)?);
            Ok((LineNo(*line), Both { quantity, value }))
        })
        .collect()
}
