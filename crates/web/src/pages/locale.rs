//! Days and amounts as people write them in each language.

use domain::language::Language;
use domain::time::Day;

/// The months, in English and French.
const MONTHS: [(&str, &str); 12] = [
    ("January", "janvier"),
    ("February", "février"),
    ("March", "mars"),
    ("April", "avril"),
    ("May", "mai"),
    ("June", "juin"),
    ("July", "juillet"),
    ("August", "août"),
    ("September", "septembre"),
    ("October", "octobre"),
    ("November", "novembre"),
    ("December", "décembre"),
];

/// A day, as in 1 March 2027 and 1er mars 2027, whose parts do not come apart at the end of a line.
pub(crate) fn day(language: Language, day: Day) -> String {
    let date = day.date();
    let month = usize::try_from(date.month().saturating_sub(1)).unwrap_or_default();
    let Some((english, french)) = MONTHS.get(month) else {
        return day.to_string();
    };
    match (language, date.day()) {
        (Language::En, of_month) => format!("{of_month}\u{a0}{english}\u{a0}{}", date.year()),
        (Language::Fr, 1) => format!("1er\u{a0}{french}\u{a0}{}", date.year()),
        (Language::Fr, of_month) => format!("{of_month}\u{a0}{french}\u{a0}{}", date.year()),
    }
}

/// An exact amount from its digits, as in 1,234.5 and 1 234,5.
pub(super) fn amount(language: Language, digits: &str) -> String {
    let (sign, rest) = match digits.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", digits),
    };
    let (whole, part) = rest.split_once('.').unwrap_or((rest, ""));
    let (group, point) = match language {
        Language::En => (",", "."),
        Language::Fr => ("\u{202f}", ","),
    };
    let mut shown = String::from(sign);
    let length = whole.chars().count();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && length.saturating_sub(at).is_multiple_of(3) {
            shown.push_str(group);
        }
        shown.push(digit);
    }
    if !part.is_empty() {
        shown.push_str(point);
        shown.push_str(part);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_people_write_it() {
        let plain = |text: String| text.replace('\u{a0}', " ");
        for (given, english, french) in [
            ("2027-03-01", "1 March 2027", "1er mars 2027"),
            ("2020-08-16", "16 August 2020", "16 août 2020"),
            ("2099-12-31", "31 December 2099", "31 décembre 2099"),
        ] {
            let given: Day = given.parse().unwrap();
            assert_eq!(plain(day(Language::En, given)), english);
            assert_eq!(plain(day(Language::Fr, given)), french);
        }
    }

    #[test]
    fn an_amount_is_grouped_and_keeps_every_digit() {
        for (given, english, french) in [
            ("0", "0", "0"),
            ("999", "999", "999"),
            ("1000", "1,000", "1\u{202f}000"),
            (
                "1234567.005",
                "1,234,567.005",
                "1\u{202f}234\u{202f}567,005",
            ),
            ("-12.5", "\u{2212}12.5", "\u{2212}12,5"),
        ] {
            assert_eq!(amount(Language::En, given), english);
            assert_eq!(amount(Language::Fr, given), french);
        }
    }
}
