//! A month, as makers give it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// Why a text is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a month: expected year-month, as in 2027-03")]
pub struct MonthMistake {
    /// The text as given.
    pub given: String,
}

/// A month of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(Day);

impl Month {
    /// Reads `2027-03`.
    ///
    /// # Errors
    /// Refuses every other shape, and months out of the register's range.
    pub fn parse(text: &str) -> Result<Self, MonthMistake> {
        let mistake = || MonthMistake {
            given: text.chars().take(40).collect(),
        };
        if text.len() != 7 {
            return Err(mistake());
        }
        let first = Day::parse(&format!("{text}-01")).map_err(|_| mistake())?;
        Ok(Self(first))
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> Day {
        self.0
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.0.plus_months(1).plus_days(-1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.to_string();
        f.write_str(whole.get(..7).unwrap_or_default())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Month {
    type Error = MonthMistake;
    fn try_from(text: String) -> Result<Self, MonthMistake> {
        Self::parse(&text)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_in_one_shape_only() {
        let month = Month::parse("2024-02").unwrap();
        assert_eq!(month.to_string(), "2024-02");
        assert_eq!(month.first_day().to_string(), "2024-02-01");
        assert_eq!(month.last_day().to_string(), "2024-02-29");
        for bad in ["2024-13", "2024-2", "2024-02-01", "", "Feb 2024", "1750-01"] {
            assert!(Month::parse(bad).is_err(), "{bad}");
        }
    }
}
