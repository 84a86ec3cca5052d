//! Countries by ISO 3166-1 alpha-2 code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not a country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a country code: expected two capital letters of ISO 3166-1, as in TR")]
pub struct CountryMistake {
    /// The text as given.
    pub given: String,
}

/// A country or area, by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// A country that the source does not disclose: `ZZ`, which ISO leaves to users.
    ///
    /// Never a match for a scope that names a country, and never released on.
    pub const UNDISCLOSED: Self = Self(*b"ZZ");

    /// Reads two capital letters.
    ///
    /// # Errors
    /// Refuses everything else. Whether the code is assigned is known to the country table of the
    /// regime, not here.
    pub fn new(text: &str) -> Result<Self, CountryMistake> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(CountryMistake {
                given: text.chars().take(40).collect(),
            }),
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Country {
    type Err = CountryMistake;
    fn from_str(text: &str) -> Result<Self, CountryMistake> {
        Self::new(text)
    }
}

impl TryFrom<String> for Country {
    type Error = CountryMistake;
    fn try_from(text: String) -> Result<Self, CountryMistake> {
        Self::new(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> String {
        country.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_two_capital_letters() {
        assert!(Country::new("TR").is_ok());
        for bad in ["tr", "TUR", "", "T1", "Türkiye"] {
            assert!(Country::new(bad).is_err(), "{bad}");
        }
    }
}
