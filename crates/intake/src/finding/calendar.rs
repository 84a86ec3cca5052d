//! Stretches of days, and the words for months, days of the week and seasons in English and French.

use std::fmt;

use domain::time::Day;

/// Days in a row, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) first: Day,
    pub(crate) last: Day,
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        write!(f, "{}/{}", self.first, self.last)
    }
}

impl Days {
    pub(crate) const fn one(day: Day) -> Self {
        Self {
            first: day,
            last: day,
        }
    }

    pub(crate) fn is_one(&self) -> bool {
        self.first == self.last
    }

    pub(crate) fn month(year: i16, month: i8) -> Option<Self> {
        Self::months(year, month, 1)
    }

    /// Whole months from one on.
    pub(crate) fn months(year: i16, month: i8, many: i32) -> Option<Self> {
        let first = Day::new(year, month, 1).ok()?;
        Some(Self {
            first,
            last: first.plus_months(many).plus_days(-1),
        })
    }

    pub(crate) fn year(year: i16) -> Option<Self> {
        Self::months(year, 1, 12)
    }

    /// The same months of another year.
    pub(crate) fn shifted(&self, months: i32) -> Self {
        let first = self.first.plus_months(months);
        let spanned = i32::from(self.last.year())
            .saturating_sub(i32::from(self.first.year()))
            .saturating_mul(12)
            .saturating_add(i32::from(self.last.date().month()))
            .saturating_sub(i32::from(self.first.date().month()))
            .saturating_add(1);
        let is_whole = self.first.date().day() == 1 && self.last.plus_days(1).date().day() == 1;
        let last = if is_whole {
            first.plus_months(spanned).plus_days(-1)
        } else {
            self.last.plus_months(months)
        };
        Self { first, last }
    }
}

const MONTHS: [(&str, i8); 40] = [
    ("january", 1),
    ("jan", 1),
    ("janvier", 1),
    ("janv", 1),
    ("february", 2),
    ("feb", 2),
    ("fevrier", 2),
    ("fevr", 2),
    ("march", 3),
    ("mar", 3),
    ("mars", 3),
    ("april", 4),
    ("apr", 4),
    ("avril", 4),
    ("avr", 4),
    ("may", 5),
    ("mai", 5),
    ("june", 6),
    ("jun", 6),
    ("juin", 6),
    ("july", 7),
    ("jul", 7),
    ("juillet", 7),
    ("juil", 7),
    ("august", 8),
    ("aug", 8),
    ("aout", 8),
    ("september", 9),
    ("sept", 9),
    ("sep", 9),
    ("septembre", 9),
    ("october", 10),
    ("oct", 10),
    ("octobre", 10),
    ("november", 11),
    ("nov", 11),
    ("novembre", 11),
    ("december", 12),
    ("dec", 12),
    ("decembre", 12),
];

/// The month that a folded word names.
pub(crate) fn month(word: &str) -> Option<i8> {
    MONTHS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, month)| *month)
}

/// Months whose names are also other words, or shortened: they count only beside a number or after a
/// word of time.
pub(crate) fn is_plain_month(word: &str) -> bool {
    word.len() >= 4 && !["may", "march", "mars", "mai", "june"].contains(&word)
}

/// The day of the week that a folded word names, from 0 for Monday.
pub(crate) fn weekday(word: &str) -> Option<i8> {
    const NAMES: [[&str; 2]; 7] = [
        ["monday", "lundi"],
        ["tuesday", "mardi"],
        ["wednesday", "mercredi"],
        ["thursday", "jeudi"],
        ["friday", "vendredi"],
        ["saturday", "samedi"],
        ["sunday", "dimanche"],
    ];
    NAMES
        .iter()
        .position(|both| both.contains(&word))
        .and_then(|at| i8::try_from(at).ok())
}

/// The first month of the season that a folded word names: three whole months of the northern half
/// of the earth, as ministries and the press there count.
pub(crate) fn season(word: &str) -> Option<i8> {
    match word {
        "spring" | "printemps" => Some(3),
        "summer" | "ete" => Some(6),
        "fall" | "autumn" | "automne" => Some(9),
        "winter" | "hiver" => Some(12),
        _ => None,
    }
}

/// A small number, in digits or in words.
pub(crate) fn number(word: &str) -> Option<i32> {
    const WORDS: [[&str; 2]; 20] = [
        ["one", "un"],
        ["two", "deux"],
        ["three", "trois"],
        ["four", "quatre"],
        ["five", "cinq"],
        ["six", "six"],
        ["seven", "sept"],
        ["eight", "huit"],
        ["nine", "neuf"],
        ["ten", "dix"],
        ["eleven", "onze"],
        ["twelve", "douze"],
        ["thirteen", "treize"],
        ["fourteen", "quatorze"],
        ["fifteen", "quinze"],
        ["sixteen", "seize"],
        ["twenty", "vingt"],
        ["thirty", "trente"],
        ["a", "une"],
        ["an", "une"],
    ];
    if word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse().ok();
    }
    let at = WORDS.iter().position(|both| both.contains(&word))?;
    Some(match at {
        16 => 20,
        17 => 30,
        18 | 19 => 1,
        at => i32::try_from(at).ok()?.saturating_add(1),
    })
}

/// An ordinal up to four, for halves and quarters of years.
pub(crate) fn ordinal(word: &str) -> Option<i8> {
    match word {
        "first" | "1st" | "premier" | "premiere" | "1er" => Some(1),
        "second" | "2nd" | "deuxieme" | "seconde" => Some(2),
        "third" | "3rd" | "troisieme" => Some(3),
        "fourth" | "4th" | "quatrieme" | "last" | "dernier" => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_months_stay_whole_when_shifted() {
        let winter = Days::months(2019, 12, 3).unwrap();
        assert_eq!(winter.to_string(), "2019-12-01/2020-02-29");
        assert_eq!(winter.shifted(12).to_string(), "2020-12-01/2021-02-28");
        assert_eq!(winter.shifted(-12).to_string(), "2018-12-01/2019-02-28");
    }

    #[test]
    fn numbers_months_and_days_are_known_in_both_languages() {
        assert_eq!(number("quatre"), Some(4));
        assert_eq!(number("forty"), None);
        assert_eq!(month("aout"), Some(8));
        assert_eq!(weekday("vendredi"), Some(4));
        assert_eq!(season("ete"), Some(6));
        assert_eq!(ordinal("deuxieme"), Some(2));
    }
}
