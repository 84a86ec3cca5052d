//! Quantities: an exact decimal with a unit of UN/ECE Recommendation 20.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most decimal places kept: six covers a milligram in kilograms.
pub const DECIMALS_MAX: u32 = 6;
/// Most digits before the decimal point: fifteen, so that sums of a million lines stay exact.
pub const WHOLE_DIGITS_MAX: u32 = 15;

/// Why an amount or a unit is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountMistake {
    /// Not a plain decimal number.
    #[error(
        "`{given}` is not an amount: expected digits with an optional decimal point, as in 12.5"
    )]
    NotANumber {
        /// The text as given.
        given: String,
    },
    /// More digits than can be kept exactly.
    #[error(
        "`{given}` has too many digits: expected at most {WHOLE_DIGITS_MAX} before the point and {DECIMALS_MAX} after it"
    )]
    TooManyDigits {
        /// The text as given.
        given: String,
    },
    /// Below zero.
    #[error("`{given}` is negative: expected zero or more")]
    Negative {
        /// The text as given.
        given: String,
    },
    /// A unit outside the table.
    #[error(
        "`{given}` is not a known unit: expected a code of UN/ECE Recommendation 20, as in C62 or KGM"
    )]
    UnknownUnit {
        /// The text as given.
        given: String,
    },
    /// A currency outside the table.
    #[error("`{given}` is not a known currency: expected a code of ISO 4217, as in CAD")]
    UnknownCurrency {
        /// The text as given.
        given: String,
    },
    /// More decimal places than the currency has.
    #[error("`{given}` has more decimal places than {currency} has")]
    TooFine {
        /// The text as given.
        given: String,
        /// The currency.
        currency: String,
    },
}

/// Reads a non-negative decimal exactly.
///
/// # Errors
/// Refuses signs, exponents, separators, and more digits than can be kept.
pub fn parse_amount(text: &str) -> Result<Decimal, AmountMistake> {
    let given = || text.chars().take(60).collect::<String>();
    if text.starts_with('-') {
        return Err(AmountMistake::Negative { given: given() });
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || (text.contains('.') && !digits(fraction)) {
        return Err(AmountMistake::NotANumber { given: given() });
    }
    let whole_digits = whole.trim_start_matches('0').len();
    let fraction_digits = fraction.trim_end_matches('0').len();
    if whole_digits > WHOLE_DIGITS_MAX as usize || fraction_digits > DECIMALS_MAX as usize {
        return Err(AmountMistake::TooManyDigits { given: given() });
    }
    let kept = if fraction_digits == 0 {
        if whole_digits == 0 {
            "0".to_owned()
        } else {
            whole.trim_start_matches('0').to_owned()
        }
    } else {
        format!("{whole}.{}", fraction.trim_end_matches('0'))
    };
    kept.parse::<Decimal>()
        .map_err(|_| AmountMistake::NotANumber { given: given() })
}

/// Checks that an amount is within the digits that the register keeps.
#[must_use]
pub fn is_bounded(amount: Decimal) -> bool {
    let limit = Decimal::from(1_000_000_000_000_000_u64);
    !amount.is_sign_negative() && amount < limit && amount.normalize().scale() <= DECIMALS_MAX
}

struct UnitRow {
    code: &'static str,
    en: &'static str,
    fr: &'static str,
    /// The code of the unit that this one is an exact multiple of, and how many of it.
    /// Source: UN/ECE Recommendation 20, column of conversion factors; only exact ones are kept.
    base: &'static str,
    factor: &'static str,
}

const fn unit(
    code: &'static str,
    en: &'static str,
    fr: &'static str,
    base: &'static str,
    factor: &'static str,
) -> UnitRow {
    UnitRow {
        code,
        en,
        fr,
        base,
        factor,
    }
}

/// Each: the unit of things that are counted, and the first of the table.
const EACH: UnitRow = unit("C62", "one", "unité", "C62", "1");

/// Units of UN/ECE Recommendation 20 that occur on export permits, with their exact factors.
const UNITS: &[UnitRow] = &[
    EACH,
    unit("NAR", "number of articles", "nombre d'articles", "C62", "1"),
    unit(
        "NIU",
        "number of international units",
        "nombre d'unités internationales",
        "NIU",
        "1",
    ),
    unit("PR", "pair", "paire", "C62", "2"),
    unit("DZN", "dozen", "douzaine", "C62", "12"),
    unit("GRO", "gross", "grosse", "C62", "144"),
    unit("CEN", "hundred", "centaine", "C62", "100"),
    unit("MIL", "thousand", "millier", "C62", "1000"),
    unit("SET", "set", "jeu", "SET", "1"),
    unit("KT", "kit", "trousse", "KT", "1"),
    unit("NPR", "number of pairs", "nombre de paires", "C62", "2"),
    unit("MGM", "milligram", "milligramme", "KGM", "0.000001"),
    unit("GRM", "gram", "gramme", "KGM", "0.001"),
    unit("KGM", "kilogram", "kilogramme", "KGM", "1"),
    unit("TNE", "tonne (metric ton)", "tonne métrique", "KGM", "1000"),
    unit("LBR", "pound", "livre", "KGM", "0.45359237"),
    unit("MMT", "millimetre", "millimètre", "MTR", "0.001"),
    unit("CMT", "centimetre", "centimètre", "MTR", "0.01"),
    unit("MTR", "metre", "mètre", "MTR", "1"),
    unit("KMT", "kilometre", "kilomètre", "MTR", "1000"),
    unit("INH", "inch", "pouce", "MTR", "0.0254"),
    unit("FOT", "foot", "pied", "MTR", "0.3048"),
    unit("MTK", "square metre", "mètre carré", "MTK", "1"),
    unit("MTQ", "cubic metre", "mètre cube", "LTR", "1000"),
    unit("MLT", "millilitre", "millilitre", "LTR", "0.001"),
    unit("LTR", "litre", "litre", "LTR", "1"),
    unit("HUR", "hour", "heure", "HUR", "1"),
    unit("DAY", "day", "jour", "HUR", "24"),
    unit("MON", "month", "mois", "MON", "1"),
    unit("ANN", "year", "année", "MON", "12"),
    unit("E49", "working day", "jour ouvrable", "E49", "1"),
    unit("AD", "byte", "octet", "AD", "1"),
    unit("4L", "megabyte", "mégaoctet", "AD", "1000000"),
    unit("LS", "lump sum", "forfait", "LS", "1"),
    unit("XPK", "package", "colis", "XPK", "1"),
    unit("XBX", "box", "boîte", "XBX", "1"),
    unit("XRO", "roll", "rouleau", "XRO", "1"),
    unit("GBQ", "gigabecquerel", "gigabecquerel", "GBQ", "1"),
    unit("BQL", "becquerel", "becquerel", "GBQ", "0.000000001"),
];

/// A unit of UN/ECE Recommendation 20.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit(u8);

impl Unit {
    /// Finds a unit by its code.
    ///
    /// # Errors
    /// Refuses a code outside the table: an unknown unit is never guessed.
    pub fn new(code: &str) -> Result<Self, AmountMistake> {
        UNITS
            .iter()
            .position(|row| row.code == code)
            .and_then(|index| u8::try_from(index).ok())
            .map(Self)
            .ok_or_else(|| AmountMistake::UnknownUnit {
                given: code.chars().take(40).collect(),
            })
    }

    /// Each: the unit of things that are counted.
    #[must_use]
    pub const fn each() -> Self {
        Self(0)
    }

    fn row(self) -> &'static UnitRow {
        // INVARIANT (a unit is in the table): `new` and `each` are the only ways to make one.
        UNITS.get(usize::from(self.0)).unwrap_or(&EACH)
    }

    /// The code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The name, in English and French.
    #[must_use]
    pub fn name(self) -> crate::language::Bilingual {
        crate::language::Bilingual::new(self.row().en, self.row().fr)
    }

    /// All codes, in the order of the table.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|row| row.code)
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Unit {
    type Error = AmountMistake;
    fn try_from(text: String) -> Result<Self, AmountMistake> {
        Self::new(&text)
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.code().to_owned()
    }
}

/// How much of something: never negative, exact, with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// The amount.
    #[serde(with = "exact")]
    pub amount: Decimal,
    /// The unit.
    pub unit: Unit,
}

impl Quantity {
    /// Reads an amount and a unit code.
    ///
    /// # Errors
    /// See [`parse_amount`] and [`Unit::new`].
    pub fn parse(amount: &str, unit: &str) -> Result<Self, AmountMistake> {
        Ok(Self {
            amount: parse_amount(amount)?,
            unit: Unit::new(unit)?,
        })
    }

    /// So many single things.
    #[must_use]
    pub fn each(count: u32) -> Self {
        Self {
            amount: Decimal::from(count),
            unit: Unit::each(),
        }
    }

    /// Nothing, in this unit.
    #[must_use]
    pub const fn zero(unit: Unit) -> Self {
        Self {
            amount: Decimal::ZERO,
            unit,
        }
    }

    /// The same quantity in another unit, where that is exact within the digits kept; else none.
    #[must_use]
    pub fn exactly_in(&self, unit: Unit) -> Option<Self> {
        if self.unit == unit {
            return Some(*self);
        }
        let (from, to) = (self.unit.row(), unit.row());
        if from.base != to.base {
            return None;
        }
        let amount = self
            .amount
            .checked_mul(from.factor.parse().ok()?)?
            .checked_div(to.factor.parse().ok()?)?
            .normalize();
        // A quotient that was rounded does not multiply back to where it came from.
        let back = amount.checked_mul(to.factor.parse().ok()?)?;
        let forth = self.amount.checked_mul(from.factor.parse().ok()?)?;
        (is_bounded(amount) && back == forth).then_some(Self { amount, unit })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount.normalize(), self.unit)
    }
}

/// Writes sums as strings and reads back whatever it wrote: a sum of bounded amounts may have more
/// digits than any one of them, and an event that was stored must be readable.
pub(crate) mod sum {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer};

    pub(crate) use super::exact::serialize;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(from)?;
        let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let read = Decimal::from_str_exact(&text).ok().filter(|_| is_plain);
        read.ok_or_else(|| {
            let given = text.chars().take(60).collect();
            serde::de::Error::custom(super::AmountMistake::NotANumber { given })
        })
    }
}

/// Writes decimals as strings and reads them back within the digits that the register keeps.
pub(crate) mod exact {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(amount: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&amount.normalize().to_string())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(from)?;
        super::parse_amount(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_plain_decimals() {
        assert_eq!(parse_amount("007.50").unwrap().to_string(), "7.5");
        assert_eq!(parse_amount("0").unwrap(), Decimal::ZERO);
        for bad in ["", "-1", "+1", "1e3", "1,5", "1.", ".5", "1 000", "NaN"] {
            assert!(parse_amount(bad).is_err(), "{bad}");
        }
        assert!(parse_amount(&"9".repeat(40)).is_err());
        assert!(parse_amount("0.0000001").is_err());
    }

    #[test]
    fn units_convert_only_where_it_is_exact() {
        let kilo = Quantity::parse("1.5", "KGM").unwrap();
        assert_eq!(
            kilo.exactly_in(Unit::new("GRM").unwrap()),
            Some(Quantity::parse("1500", "GRM").unwrap())
        );
        let gram = Quantity::parse("1", "GRM").unwrap();
        assert_eq!(
            gram.exactly_in(Unit::new("LBR").unwrap()),
            None,
            "not exact"
        );
        assert_eq!(
            gram.exactly_in(Unit::new("C62").unwrap()),
            None,
            "not the same kind"
        );
        let dozen = Quantity::parse("2", "DZN").unwrap();
        assert_eq!(dozen.exactly_in(Unit::each()), Some(Quantity::each(24)));
        assert_eq!(
            Quantity::each(7).exactly_in(Unit::new("DZN").unwrap()),
            None
        );
    }

    #[test]
    fn an_unknown_unit_is_never_guessed() {
        assert!(Unit::new("pieces").is_err());
    }

    #[test]
    fn every_unit_has_two_names_and_a_factor() {
        for row in UNITS {
            assert!(!row.en.is_empty() && !row.fr.is_empty(), "{}", row.code);
            assert!(row.factor.parse::<Decimal>().is_ok(), "{}", row.code);
            assert!(
                UNITS.iter().any(|other| other.code == row.base),
                "{}",
                row.code
            );
        }
    }
}
