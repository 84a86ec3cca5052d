//! Quantities and values in the number shape that a map states.

use std::collections::{BTreeMap, BTreeSet};

use domain::money::{Currency, Money};
use domain::quantity::{AmountMistake, Quantity, Unit, parse_amount};
use rust_decimal::Decimal;

use crate::mapping::{Choice, Numbers, QuantityMap, StatedBy, Unread, ValueMap};
use crate::outcome::{Assumption, Reason, ReasonKind};
use crate::table::{Cell, Row};

/// Reads a quantity; none where it is blank or said to be undisclosed.
pub(super) fn quantity(
    row: &Row<'_>,
    map: &QuantityMap,
    numbers: &Numbers,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Option<Quantity>, Reason> {
    let Some(text) = row.text(&map.column)? else {
        return Ok(None);
    };
    if is_among(&map.undisclosed, &text) {
        return Ok(None);
    }
    let read = read_quantity(row, map, &text, numbers, assumed);
    or_undisclosed(read, map.unread, assumed)
}

fn read_quantity(
    row: &Row<'_>,
    map: &QuantityMap,
    text: &str,
    numbers: &Numbers,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Quantity, Reason> {
    let reason = |kind| Reason::cell(kind, &map.column, text);
    let is_number = matches!(row.cell(&map.column), Cell::Number(_));
    let (bare, said) = without_word(text, &map.words);
    let amount = amount(bare, is_number, numbers).map_err(reason)?;
    let unit = match said {
        Some(unit) => Some(unit),
        None => picked(row, &map.unit, Unit::new, assumed, ReasonKind::UnknownUnit)?,
    };
    let unit = unit.ok_or_else(|| reason(ReasonKind::UnitMissing))?;
    Ok(Quantity { amount, unit })
}

/// Takes the word of a unit off the end of an amount: the longest that fits.
fn without_word<'t>(text: &'t str, words: &BTreeMap<String, Unit>) -> (&'t str, Option<Unit>) {
    let fits = |(word, unit): (&String, &Unit)| {
        let at = text.len().checked_sub(word.len())?;
        let (bare, end) = text.split_at_checked(at)?;
        let is_word = end.to_lowercase() == word.to_lowercase() && !word.is_empty();
        is_word.then(|| (word.len(), bare.trim_end(), *unit))
    };
    let longest = words
        .iter()
        .filter_map(fits)
        .max_by_key(|(length, ..)| *length);
    longest.map_or((text, None), |(_, bare, unit)| (bare, Some(unit)))
}

/// An amount that cannot be read is a reason, or stays undisclosed where the map says so.
fn or_undisclosed<T>(
    read: Result<T, Reason>,
    unread: Unread,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Option<T>, Reason> {
    match (read, unread) {
        (Ok(amount), _) => Ok(Some(amount)),
        (Err(reason), Unread::SetAside) => Err(reason),
        (Err(_), Unread::Undisclosed) => {
            assumed.insert(Assumption::AmountUnread);
            Ok(None)
        }
    }
}

/// Reads a value; none where it is blank or said to be undisclosed.
pub(super) fn value(
    row: &Row<'_>,
    map: &ValueMap,
    numbers: &Numbers,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Option<Money>, Reason> {
    let Some(text) = row.text(&map.column)? else {
        return Ok(None);
    };
    if is_among(&map.undisclosed, &text) {
        return Ok(None);
    }
    let read = read_value(row, map, &text, numbers, assumed);
    or_undisclosed(read, map.unread, assumed)
}

fn read_value(
    row: &Row<'_>,
    map: &ValueMap,
    text: &str,
    numbers: &Numbers,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Money, Reason> {
    let reason = |kind| Reason::cell(kind, &map.column, text);
    let (bare, signed) = without_sign(text, map);
    let is_number = matches!(row.cell(&map.column), Cell::Number(_));
    let mut number = amount(bare, is_number, numbers).map_err(reason)?;
    if let Some(times) = map.times {
        let product = number.checked_mul(Decimal::from(times));
        number = product.ok_or_else(|| reason(ReasonKind::AmountTooLong))?;
    }
    let currency = match signed {
        Some(currency) => Some(currency),
        None => picked(
            row,
            &map.currency,
            Currency::new,
            assumed,
            ReasonKind::UnknownCurrency,
        )?,
    };
    let currency = currency.ok_or_else(|| reason(ReasonKind::CurrencyMissing))?;
    Money::parse(&number.normalize().to_string(), currency.code())
        .map_err(|mistake| reason(kind_of(&mistake)))
}

/// What a choice gives for a row: a word of the map, a code, or the value for all.
fn picked<T: Copy>(
    row: &Row<'_>,
    choice: &Choice<T>,
    code: impl Fn(&str) -> Result<T, AmountMistake>,
    assumed: &mut BTreeSet<Assumption>,
    unknown: ReasonKind,
) -> Result<Option<T>, Reason> {
    let is_assumed = choice.stated_by == StatedBy::Map;
    if let Some(column) = &choice.column
        && let Some(word) = row.text(column)?
    {
        // The map's own word goes before a code that is spelt alike.
        if let Some(meant) = choice.meaning(&word) {
            assumed.extend(is_assumed.then_some(Assumption::ValueReadByMap));
            return Ok(Some(*meant));
        }
        return code(&word)
            .map(Some)
            .map_err(|_| Reason::cell(unknown, column, &word));
    }
    if choice.otherwise.is_some() {
        assumed.extend(is_assumed.then_some(Assumption::StatedByMap));
    }
    Ok(choice.otherwise)
}

pub(super) fn is_among(words: &[String], text: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Takes a currency sign off either end.
fn without_sign<'t>(text: &'t str, map: &ValueMap) -> (&'t str, Option<Currency>) {
    map.signs
        .iter()
        .find_map(|(sign, currency)| {
            let bare = text
                .strip_prefix(sign.as_str())
                .or_else(|| text.strip_suffix(sign.as_str()))?;
            Some((bare.trim(), Some(*currency)))
        })
        .unwrap_or((text, None))
}

/// Reads an amount. A number of a sheet has its own shape, whatever the map says of text.
fn amount(text: &str, is_number: bool, numbers: &Numbers) -> Result<Decimal, ReasonKind> {
    let plain = if is_number {
        text.to_owned()
    } else {
        plain(text, numbers)?
    };
    parse_amount(&plain).map_err(|mistake| kind_of(&mistake))
}

const fn kind_of(mistake: &AmountMistake) -> ReasonKind {
    match mistake {
        AmountMistake::NotANumber { .. } => ReasonKind::NotAnAmount,
        AmountMistake::TooManyDigits { .. } => ReasonKind::AmountTooLong,
        AmountMistake::Negative { .. } => ReasonKind::NegativeAmount,
        AmountMistake::UnknownUnit { .. } => ReasonKind::UnknownUnit,
        AmountMistake::UnknownCurrency { .. } => ReasonKind::UnknownCurrency,
        AmountMistake::TooFine { .. } => ReasonKind::AmountTooFine,
    }
}

/// Turns an amount in the map's shape into a plain decimal. Groups are of three digits, or the
/// mark was no separator of thousands and the amount is not read.
fn plain(text: &str, numbers: &Numbers) -> Result<String, ReasonKind> {
    let is_negative = text.starts_with(['-', '−', '–'])
        || text.ends_with('-')
        || (text.starts_with('(') && text.ends_with(')'));
    if is_negative {
        return Err(ReasonKind::NegativeAmount);
    }
    let (whole, fraction) = match text.split_once(numbers.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    // Blanks of every width are one mark.
    let unify = |c: char| if c.is_whitespace() { ' ' } else { c };
    let marks: BTreeSet<char> = numbers.thousands.iter().map(|c| unify(*c)).collect();
    let groups: Vec<&str> = whole.split(|c| marks.contains(&unify(c))).collect();
    let is_grouped = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => {
            (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3)
        }
        [] => false,
    };
    if !is_grouped {
        return Err(ReasonKind::NotAnAmount);
    }
    let whole = groups.concat();
    Ok(match fraction {
        Some(fraction) => format!("{whole}.{fraction}"),
        None => whole,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: char, thousands: &[char]) -> Result<String, ReasonKind> {
        let numbers = Numbers {
            decimal,
            thousands: thousands.to_vec(),
        };
        amount(text, false, &numbers).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_are_read_in_the_shape_that_the_map_states() {
        assert_eq!(read("95000", '.', &[]).unwrap(), "95000");
        assert_eq!(read("1,234,567.50", '.', &[',']).unwrap(), "1234567.5");
        assert_eq!(read("1.234.567,50", ',', &['.']).unwrap(), "1234567.5");
        assert_eq!(read("1\u{202F}234,5", ',', &[' ']).unwrap(), "1234.5");
        assert_eq!(read("1\u{A0}234", ',', &[' ']).unwrap(), "1234");
    }

    #[test]
    fn what_has_another_shape_is_not_guessed() {
        assert_eq!(read("1,5", '.', &[]), Err(ReasonKind::NotAnAmount));
        assert_eq!(read("1,5", '.', &[',']), Err(ReasonKind::NotAnAmount));
        assert_eq!(read("12.34", ',', &['.']), Err(ReasonKind::NotAnAmount));
        assert_eq!(read("1e3", '.', &[]), Err(ReasonKind::NotAnAmount));
        assert_eq!(read("", '.', &[]), Err(ReasonKind::NotAnAmount));
        assert_eq!(read(".5", '.', &[]), Err(ReasonKind::NotAnAmount));
        assert_eq!(read("1.2.3", '.', &[]), Err(ReasonKind::NotAnAmount));
        for negative in ["-5", "−5", "(5)", "5-"] {
            assert_eq!(
                read(negative, '.', &[]),
                Err(ReasonKind::NegativeAmount),
                "{negative}"
            );
        }
        assert_eq!(
            read(&"9".repeat(40), '.', &[]),
            Err(ReasonKind::AmountTooLong)
        );
        assert_eq!(read("0.12345678", '.', &[]), Err(ReasonKind::AmountTooLong));
    }
}
