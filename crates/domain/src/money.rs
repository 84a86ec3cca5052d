//! Money: an exact decimal with an ISO 4217 currency. There is no conversion between currencies.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::quantity::{AmountMistake, parse_amount};

/// ISO 4217 codes with their minor-unit digits.
const CURRENCIES: &[(&str, u32)] = &[
    ("AED", 2),
    ("ARS", 2),
    ("AUD", 2),
    ("AZN", 2),
    ("BDT", 2),
    ("BGN", 2),
    ("BHD", 3),
    ("BRL", 2),
    ("CAD", 2),
    ("CHF", 2),
    ("CLP", 0),
    ("CNY", 2),
    ("COP", 2),
    ("CZK", 2),
    ("DKK", 2),
    ("EGP", 2),
    ("EUR", 2),
    ("GBP", 2),
    ("GEL", 2),
    ("HKD", 2),
    ("HUF", 2),
    ("IDR", 2),
    ("ILS", 2),
    ("INR", 2),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KES", 2),
    ("KRW", 0),
    ("KWD", 3),
    ("KZT", 2),
    ("MAD", 2),
    ("MXN", 2),
    ("MYR", 2),
    ("NGN", 2),
    ("NOK", 2),
    ("NZD", 2),
    ("OMR", 3),
    ("PEN", 2),
    ("PHP", 2),
    ("PKR", 2),
    ("PLN", 2),
    ("QAR", 2),
    ("RON", 2),
    ("RSD", 2),
    ("SAR", 2),
    ("SEK", 2),
    ("SGD", 2),
    ("THB", 2),
    ("TND", 3),
    ("TRY", 2),
    ("TWD", 2),
    ("UAH", 2),
    ("USD", 2),
    ("UYU", 2),
    ("VND", 0),
    ("XTS", 2),
    ("ZAR", 2),
];

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(u8);

impl Currency {
    /// Finds a currency by its code.
    ///
    /// # Errors
    /// Refuses a code outside the table.
    pub fn new(code: &str) -> Result<Self, AmountMistake> {
        CURRENCIES
            .iter()
            .position(|(known, _)| *known == code)
            .and_then(|index| u8::try_from(index).ok())
            .map(Self)
            .ok_or_else(|| AmountMistake::UnknownCurrency {
                given: code.chars().take(40).collect(),
            })
    }

    /// Every currency of the table, by its code.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES
            .iter()
            .filter_map(|(code, _)| Self::new(code).ok())
    }

    /// The code.
    #[must_use]
    pub fn code(self) -> &'static str {
        CURRENCIES
            .get(usize::from(self.0))
            .map_or("XTS", |(code, _)| code)
    }

    /// Digits after the decimal point.
    #[must_use]
    pub fn decimals(self) -> u32 {
        CURRENCIES
            .get(usize::from(self.0))
            .map_or(2, |(_, decimals)| *decimals)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = AmountMistake;
    fn try_from(text: String) -> Result<Self, AmountMistake> {
        Self::new(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// An amount of money: never negative, exact, in its own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Money {
    /// The amount, in whole units of the currency.
    #[serde(with = "crate::quantity::exact")]
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

/// An amount of money as it is written, before it is held to its currency.
#[derive(Deserialize)]
struct Written {
    #[serde(with = "crate::quantity::exact")]
    amount: Decimal,
    currency: Currency,
}

impl TryFrom<Written> for Money {
    type Error = AmountMistake;
    fn try_from(written: Written) -> Result<Self, AmountMistake> {
        let Written { amount, currency } = written;
        let money = Self { amount, currency };
        money.checked()
    }
}

impl Money {
    /// The amount, held to the minor unit of its currency.
    fn checked(self) -> Result<Self, AmountMistake> {
        if self.amount.normalize().scale() > self.currency.decimals() {
            return Err(AmountMistake::TooFine {
                given: self.amount.to_string().chars().take(60).collect(),
                currency: self.currency.code().to_owned(),
            });
        }
        Ok(self)
    }

    /// Reads an amount and a currency code.
    ///
    /// # Errors
    /// See [`parse_amount`] and [`Currency::new`]; also refuses more decimal places than the
    /// currency has.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, AmountMistake> {
        let currency = Currency::new(currency)?;
        let amount = parse_amount(amount)?;
        let money = Self { amount, currency };
        money.checked()
    }

    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self {
            amount: Decimal::ZERO,
            currency,
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount.normalize(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_no_more_decimals_than_its_currency() {
        assert!(Money::parse("10.25", "CAD").is_ok());
        assert!(Money::parse("10.255", "CAD").is_err());
        assert!(Money::parse("10.5", "JPY").is_err());
        assert!(Money::parse("1", "XXX").is_err());
        let read = |text: &str| serde_json::from_str::<Money>(text);
        assert!(read(r#"{"amount": "10.25", "currency": "CAD"}"#).is_ok());
        assert!(read(r#"{"amount": "10.50", "currency": "CAD"}"#).is_ok());
        let fine = read(r#"{"amount": "10.255", "currency": "CAD"}"#).unwrap_err();
        assert!(fine.to_string().contains("more decimal places"), "{fine}");
        assert!(read(r#"{"amount": "10.5", "currency": "JPY"}"#).is_err());
    }

    #[test]
    fn codes_are_in_order_and_unique() {
        assert!(CURRENCIES.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
