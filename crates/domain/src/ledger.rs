//! The ledger of one permit line: what was granted, and what became of it.
//!
//! # Invariant
//! Conservation: granted (as amended) = left + reserved + held + drawn − returned, in quantity and
//! in value, at every position of the log and on every day. `left` is computed, never stored. The
//! gate never lets `left` fall below zero; an exit beyond it is a fact that is kept apart as
//! `excess` until a contra-entry corrects it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::id::PermitId;
use crate::item::{Line, LineNo};
use crate::money::{Currency, Money};
use crate::permit::{Permit, PermitKind};
use crate::quantity::{Quantity, Unit};
use crate::time::{Day, LAST_DAY};

/// An amount in both measures of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Both {
    /// In the line's unit.
    #[serde(with = "crate::quantity::sum")]
    pub quantity: Decimal,
    /// In the line's currency.
    #[serde(with = "crate::quantity::sum")]
    pub value: Decimal,
}

impl Both {
    /// The sum; none on overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            quantity: self.quantity.checked_add(other.quantity)?,
            value: self.value.checked_add(other.value)?,
        })
    }

    /// The difference; none when either would fall below zero.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        let quantity = self.quantity.checked_sub(other.quantity)?;
        let value = self.value.checked_sub(other.value)?;
        (!quantity.is_sign_negative() && !value.is_sign_negative())
            .then_some(Self { quantity, value })
    }

    /// Whether either is more than in `other`.
    #[must_use]
    pub fn exceeds(self, other: Self) -> bool {
        self.quantity > other.quantity || self.value > other.value
    }

    /// What is left of this when `other` is taken off, measure by measure, and never below zero.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        let rest = |held: Decimal, off: Decimal| held.checked_sub(off).unwrap_or_default();
        Self {
            quantity: rest(self.quantity, other.quantity).max(Decimal::ZERO),
            value: rest(self.value, other.value).max(Decimal::ZERO),
        }
    }

    /// The part of this that fits into `room`, measure by measure.
    #[must_use]
    pub fn capped(self, room: Self) -> Self {
        Self {
            quantity: self.quantity.min(room.quantity),
            value: self.value.min(room.value),
        }
    }

    /// Whether both are zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.quantity.is_zero() && self.value.is_zero()
    }
}

/// An arithmetic that cannot happen on a sound log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of permit {permit}: {invariant} does not hold")]
pub struct LedgerFault {
    /// The permit.
    pub permit: PermitId,
    /// The line.
    pub line: LineNo,
    /// The invariant's name.
    pub invariant: &'static str,
}

/// The unit and currency in which a line is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// The unit.
    pub unit: Unit,
    /// The currency.
    pub currency: Currency,
}

/// What a line is granted from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// First day with it; none for the grant at issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// How much.
    pub amount: Both,
    /// In which unit and currency.
    pub measures: Measures,
}

/// The ledger of one permit line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineLedger {
    /// The permit.
    pub permit: PermitId,
    /// The line.
    pub line: LineNo,
    /// Unit and currency; none while nothing is disclosed or, on a general permit, used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<Measures>,
    /// What was granted, as amended; none on a general permit and where undisclosed. As stored it
    /// is the last grant known; [`LineLedger::as_of`] gives that of a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Both>,
    /// Every grant, in the order in which the register learned of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// Promised to declared shipments that have not left.
    pub reserved: Both,
    /// Kept back as evidence.
    pub held: Both,
    /// Left the country.
    pub drawn: Both,
    /// Came back under a temporary export, or was corrected.
    pub returned: Both,
    /// Left the country beyond what the line allowed, less what was corrected of it: a fact,
    /// outside the balance.
    pub excess: Both,
    /// Whether the line has no limit of its own.
    pub is_unlimited: bool,
}

impl LineLedger {
    /// The ledger of a line as granted.
    #[must_use]
    pub fn begin(permit: &PermitId, kind: PermitKind, line: &Line) -> Self {
        let grant = grant_of(line, None);
        Self {
            permit: permit.clone(),
            line: line.no,
            measures: grant.map(|grant| grant.measures),
            granted: grant.map(|grant| grant.amount),
            grants: grant.into_iter().collect(),
            reserved: Both::default(),
            held: Both::default(),
            drawn: Both::default(),
            returned: Both::default(),
            excess: Both::default(),
            is_unlimited: kind == PermitKind::General
                && line.quantity.is_none()
                && line.value.is_none(),
        }
    }

    fn fault(&self, invariant: &'static str) -> LedgerFault {
        LedgerFault {
            permit: self.permit.clone(),
            line: self.line,
            invariant,
        }
    }

    /// The ledger with the grant that holds on a day: the last known of those that had begun by
    /// then; before the first, the first.
    #[must_use]
    pub fn as_of(&self, day: Day) -> Self {
        let begun = self.grants.iter().enumerate();
        let held = begun
            .filter(|(_, grant)| grant.from.is_none_or(|from| from <= day))
            .max_by_key(|(order, grant)| (grant.from, *order))
            .map(|(_, grant)| grant)
            .or_else(|| self.grants.first());
        let mut ledger = self.clone();
        if let Some(grant) = held {
            ledger.granted = Some(grant.amount);
            ledger.measures = Some(grant.measures);
        }
        ledger
    }

    /// What the gate may still give on a day: what is left under the grant of that day and under
    /// every later one that is known, so that a reduction for a later day is never overrun before
    /// it comes. None where the line has no limit or nothing is disclosed.
    ///
    /// # Errors
    /// A fault when the sums overflow or more came back than ever left.
    pub fn room(&self, day: Day) -> Result<Option<Both>, LedgerFault> {
        let used = self.used()?;
        let today = self.as_of(day);
        let later = self
            .grants
            .iter()
            .filter_map(|grant| grant.from)
            .filter(|from| *from > day);
        let granted = later
            .map(|from| self.as_of(from).granted)
            .chain([today.granted])
            .flatten()
            .reduce(|least, next| least.capped(next));
        Ok(granted.map(|granted| granted.less(used)))
    }

    /// What is used of the grant: reserved, held and drawn, less what came back.
    ///
    /// # Errors
    /// A fault when the sums overflow or more came back than ever left.
    pub fn used(&self) -> Result<Both, LedgerFault> {
        self.reserved
            .plus(self.held)
            .and_then(|sum| sum.plus(self.drawn))
            .and_then(|sum| sum.minus(self.returned))
            .ok_or_else(|| self.fault("conservation"))
    }

    /// What is left of `granted`; none where the line has no limit or nothing is disclosed.
    ///
    /// # Errors
    /// A fault when more is used than was granted.
    pub fn left(&self) -> Result<Option<Both>, LedgerFault> {
        let used = self.used()?;
        match self.granted {
            None => Ok(None),
            Some(granted) => granted
                .minus(used)
                .map(Some)
                .ok_or_else(|| self.fault("no draw beyond grant")),
        }
    }

    /// What is left, in the line's unit and currency.
    #[must_use]
    pub fn left_measured(&self) -> Option<(Quantity, Money)> {
        let left = self.left().ok()??;
        let measures = self.measures?;
        Some((
            Quantity {
                amount: left.quantity,
                unit: measures.unit,
            },
            Money {
                amount: left.value,
                currency: measures.currency,
            },
        ))
    }

    /// Whether nothing can be reserved on the line any more.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        match self.left() {
            Ok(Some(left)) => {
                self.granted
                    .is_some_and(|granted| !granted.quantity.is_zero())
                    && left.quantity.is_zero()
                    && self.reserved.is_zero()
            }
            _ => false,
        }
    }

    /// Whether what is used fits the grant that an amended line would give.
    #[must_use]
    pub fn fits_grant_of(&self, line: Option<&Line>) -> bool {
        let Ok(used) = self.used() else { return false };
        let Some(line) = line else {
            return used.is_zero();
        };
        match (line.quantity, line.value, self.measures) {
            (Some(quantity), Some(value), Some(measures)) => {
                let granted = Both {
                    quantity: quantity.amount,
                    value: value.amount,
                };
                quantity.unit == measures.unit
                    && value.currency == measures.currency
                    && !used.exceeds(granted)
            }
            _ => used.is_zero(),
        }
    }

    /// Takes the grant of an amended line, from the first day of the amendment on.
    pub fn regrant(&mut self, from: Day, line: &Line) {
        self.grants.extend(grant_of(line, Some(from)));
        let last = self.as_of(LAST_DAY);
        (self.granted, self.measures) = (last.granted, last.measures);
    }

    /// Notes unit and currency at the first use of a line without a limit.
    pub const fn measure_if_new(&mut self, measures: Measures) {
        if self.measures.is_none() {
            self.measures = Some(measures);
        }
    }

    /// Adds to what is reserved.
    ///
    /// # Errors
    /// A fault on overflow.
    pub fn reserve(&mut self, amount: Both) -> Result<(), LedgerFault> {
        self.reserved = self
            .reserved
            .plus(amount)
            .ok_or_else(|| self.fault("exact sums"))?;
        Ok(())
    }

    /// Moves from reserved to drawn; what left beyond the room of the line is kept as excess.
    ///
    /// # Errors
    /// A fault when less was reserved than is moved, or on overflow.
    pub fn draw(
        &mut self,
        from_reserved: Both,
        drawn: Both,
        excess: Both,
    ) -> Result<(), LedgerFault> {
        self.reserved = self
            .reserved
            .minus(from_reserved)
            .ok_or_else(|| self.fault("reserved before moved"))?;
        self.drawn = self
            .drawn
            .plus(drawn)
            .ok_or_else(|| self.fault("exact sums"))?;
        self.excess = self
            .excess
            .plus(excess)
            .ok_or_else(|| self.fault("exact sums"))?;
        Ok(())
    }

    /// Gives back what was reserved.
    ///
    /// # Errors
    /// A fault when less was reserved.
    pub fn restore(&mut self, amount: Both) -> Result<(), LedgerFault> {
        self.reserved = self
            .reserved
            .minus(amount)
            .ok_or_else(|| self.fault("reserved before moved"))?;
        Ok(())
    }

    /// Moves from reserved to held as evidence.
    ///
    /// # Errors
    /// A fault when less was reserved.
    pub fn hold(&mut self, amount: Both) -> Result<(), LedgerFault> {
        self.restore(amount)?;
        self.held = self
            .held
            .plus(amount)
            .ok_or_else(|| self.fault("exact sums"))?;
        Ok(())
    }

    /// Gives back what was held.
    ///
    /// # Errors
    /// A fault when less was held.
    pub fn free(&mut self, amount: Both) -> Result<(), LedgerFault> {
        self.held = self
            .held
            .minus(amount)
            .ok_or_else(|| self.fault("held before freed"))?;
        Ok(())
    }

    /// Corrects what was recorded as gone beyond the line.
    ///
    /// # Errors
    /// A fault when less is in excess.
    pub fn correct_excess(&mut self, amount: Both) -> Result<(), LedgerFault> {
        self.excess = self
            .excess
            .minus(amount)
            .ok_or_else(|| self.fault("excess before corrected"))?;
        Ok(())
    }

    /// Records goods that came back, or a contra-entry.
    ///
    /// # Errors
    /// A fault when more comes back than was drawn.
    pub fn take_back(&mut self, amount: Both) -> Result<(), LedgerFault> {
        let returned = self
            .returned
            .plus(amount)
            .ok_or_else(|| self.fault("exact sums"))?;
        if returned.exceeds(self.drawn) {
            return Err(self.fault("drawn before returned"));
        }
        self.returned = returned;
        Ok(())
    }
}

fn grant_of(line: &Line, from: Option<Day>) -> Option<Grant> {
    let (quantity, value) = line.quantity.zip(line.value)?;
    Some(Grant {
        from,
        amount: Both {
            quantity: quantity.amount,
            value: value.amount,
        },
        measures: Measures {
            unit: quantity.unit,
            currency: value.currency,
        },
    })
}

/// The ledgers of a permit's lines as granted on a day.
#[must_use]
pub fn open_ledgers(permit: &Permit, day: Day) -> Vec<LineLedger> {
    let terms = permit.terms_on(day);
    terms
        .lines
        .iter()
        .map(|line| LineLedger::begin(&permit.issued.permit, terms.kind, line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(quantity: u32, value: u32) -> Both {
        Both {
            quantity: quantity.into(),
            value: value.into(),
        }
    }

    fn ledger() -> LineLedger {
        let line = Line {
            no: LineNo(1),
            item: crate::item::Item::default(),
            ratings: Vec::new(),
            quantity: Some(Quantity::each(7)),
            value: Some(Money::parse("700", "CAD").unwrap()),
        };
        LineLedger::begin(
            &PermitId::new("P-001").unwrap(),
            PermitKind::Individual,
            &line,
        )
    }

    #[test]
    fn what_is_left_is_what_was_granted_less_what_was_used() {
        let mut line = ledger();
        line.reserve(both(4, 400)).unwrap();
        line.draw(both(4, 400), both(4, 400), Both::default())
            .unwrap();
        line.reserve(both(1, 100)).unwrap();
        assert_eq!(line.left().unwrap(), Some(both(2, 200)));
        line.take_back(both(1, 100)).unwrap();
        assert_eq!(line.left().unwrap(), Some(both(3, 300)));
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn granting(count: u32, value: &str) -> Line {
        Line {
            quantity: Some(Quantity::each(count)),
            value: Some(Money::parse(value, "CAD").unwrap()),
            ..line_without_quantity()
        }
    }

    #[test]
    fn a_grant_counts_from_its_own_day() {
        let mut line = ledger();
        line.regrant(day("2021-03-01"), &granting(9, "900"));
        line.regrant(day("2021-06-01"), &granting(8, "800"));
        let granted = |on: &str| line.as_of(day(on)).granted.unwrap();
        assert_eq!(
            granted("2021-02-28"),
            both(7, 700),
            "the increase is not usable yet"
        );
        assert_eq!(granted("2021-03-01"), both(9, 900));
        assert_eq!(granted("2021-05-31"), both(9, 900));
        assert_eq!(granted("2021-06-01"), both(8, 800));
        assert_eq!(line.granted, Some(both(8, 800)), "as stored: the last");
    }

    #[test]
    fn a_reduction_for_a_later_day_is_not_overrun_before_it_comes() {
        let mut line = ledger();
        line.regrant(day("2021-06-01"), &granting(3, "900"));
        line.reserve(both(1, 100)).unwrap();
        let room = |line: &LineLedger, on: &str| line.room(day(on)).unwrap().unwrap();
        assert_eq!(room(&line, "2021-05-31"), both(2, 600));
        assert_eq!(room(&line, "2021-06-01"), both(2, 800));
        line.reserve(both(4, 100)).unwrap();
        assert_eq!(
            room(&line, "2021-06-01"),
            both(0, 700),
            "never below nothing"
        );
        assert!(line.as_of(day("2021-06-01")).left().is_err());
    }

    #[test]
    fn an_excess_is_corrected_by_as_much_and_no_more() {
        let mut line = ledger();
        line.reserve(both(7, 700)).unwrap();
        line.draw(both(7, 700), both(7, 700), both(2, 200)).unwrap();
        assert!(line.correct_excess(both(3, 200)).is_err());
        line.correct_excess(both(2, 200)).unwrap();
        assert!(line.excess.is_zero());
        assert_eq!(line.left().unwrap(), Some(Both::default()));
    }

    #[test]
    fn nothing_is_drawn_that_was_not_reserved() {
        let mut line = ledger();
        assert!(line.draw(both(1, 1), both(1, 1), Both::default()).is_err());
        assert!(line.restore(both(1, 1)).is_err());
        assert!(line.take_back(both(1, 1)).is_err());
    }

    #[test]
    fn an_exit_beyond_the_line_stays_outside_the_balance() {
        let mut line = ledger();
        line.reserve(both(7, 700)).unwrap();
        line.draw(both(7, 700), both(7, 700), both(2, 200)).unwrap();
        assert_eq!(line.left().unwrap(), Some(Both::default()));
        assert_eq!(line.excess, both(2, 200));
        assert!(line.is_exhausted());
    }

    #[test]
    fn an_undisclosed_line_has_no_balance() {
        let line = Line {
            quantity: None,
            ..line_without_quantity()
        };
        let ledger = LineLedger::begin(&PermitId::new("P").unwrap(), PermitKind::Individual, &line);
        assert_eq!(ledger.left().unwrap(), None);
        assert!(!ledger.is_unlimited);
    }

    fn line_without_quantity() -> Line {
        Line {
            no: LineNo(1),
            item: crate::item::Item::default(),
            ratings: Vec::new(),
            quantity: None,
            value: Some(Money::parse("5", "EUR").unwrap()),
        }
    }
}
