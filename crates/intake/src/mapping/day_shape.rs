//! Shapes of dates: `MM/DD/YYYY`, `DDMMYYYY`, `D Month YYYY`, a sheet's serial number; and of
//! periods: `MM/YYYY`, `YYYY`.

use domain::time::{Day, DayMistake};
use serde::Deserialize;

/// Why a text is not a shape of dates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a shape of dates: expected a year (YYYY, YY), with a month (MM, M, Month), with a day (DD, D), each once, or serial-1900, serial-1904"
)]
pub struct ShapeMistake {
    /// The text as given.
    pub given: String,
}

/// Why a text is not a day in a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// It has another shape.
    Shape,
    /// It has the shape, and there is no such day.
    Calendar,
}

/// A shape of dates.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DayShape(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Year4,
    Year2,
    Month2,
    /// One or two digits; one only where a digit follows.
    Month1,
    MonthName,
    Day2,
    Day1,
    Literal(char),
    /// Days since the epoch of a sheet: the day before its first.
    Serial(Epoch),
    /// Anything to the end: a time of day.
    Rest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Epoch {
    E1900,
    E1904,
}

/// Names of months in English, French, Dutch, German, Spanish, Italian, Portuguese and the
/// Scandinavian languages, by their first letters after folding. No name stands in two months.
const MONTHS: [&[&str]; 12] = [
    &[
        "january", "janvier", "januari", "januar", "jaenner", "enero", "gennaio", "janeiro",
        "janv", "jan", "ene", "gen",
    ],
    &[
        "february",
        "fevrier",
        "februari",
        "februar",
        "febrero",
        "febbraio",
        "fevereiro",
        "fevr",
        "feb",
        "fev",
    ],
    &[
        "march", "mars", "maart", "marz", "maerz", "marzo", "marco", "marts", "mar", "mrt",
    ],
    &["april", "avril", "abril", "aprile", "apr", "avr", "abr"],
    &["may", "mai", "mei", "mayo", "maggio", "maio", "maj", "mag"],
    &[
        "june", "juin", "juni", "junio", "giugno", "junho", "jun", "giu",
    ],
    &[
        "july", "juillet", "juli", "julio", "luglio", "julho", "juil", "jul", "lug",
    ],
    &[
        "august", "aout", "augustus", "augusti", "agosto", "aug", "ago",
    ],
    &[
        "september",
        "septembre",
        "septiembre",
        "setiembre",
        "settembre",
        "setembro",
        "sept",
        "sep",
        "set",
    ],
    &[
        "october", "octobre", "oktober", "octubre", "ottobre", "outubro", "oct", "okt", "ott",
        "out",
    ],
    &["november", "novembre", "noviembre", "novembro", "nov"],
    &[
        "december",
        "decembre",
        "dezember",
        "diciembre",
        "dicembre",
        "dezembro",
        "desember",
        "dec",
        "dez",
        "dic",
        "des",
    ],
];

impl DayShape {
    /// Reads a shape.
    ///
    /// # Errors
    /// Refuses a shape that does not name a year, a day without a month, and anything twice.
    pub fn new(text: &str) -> Result<Self, ShapeMistake> {
        const TOKENS: [(&str, Part); 9] = [
            ("YYYY", Part::Year4),
            ("YY", Part::Year2),
            ("Month", Part::MonthName),
            ("MM", Part::Month2),
            ("M", Part::Month1),
            ("DD", Part::Day2),
            ("D", Part::Day1),
            ("serial-1900", Part::Serial(Epoch::E1900)),
            ("serial-1904", Part::Serial(Epoch::E1904)),
        ];
        let mistake = || ShapeMistake {
            given: text.chars().take(40).collect(),
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let token = TOKENS.iter().find(|(token, _)| rest.starts_with(token));
            let (length, part) = match token {
                Some((token, part)) => (token.len(), part.clone()),
                None if rest == "*" => (1, Part::Rest),
                None if first.is_alphanumeric() => return Err(mistake()),
                None => (first.len_utf8(), Part::Literal(first)),
            };
            parts.push(part);
            rest = rest.get(length..).unwrap_or_default();
        }
        let count = |wanted: &[Part]| parts.iter().filter(|part| wanted.contains(part)).count();
        let serials = count(&[Part::Serial(Epoch::E1900), Part::Serial(Epoch::E1904)]);
        let civil = [
            count(&[Part::Year4, Part::Year2]),
            count(&[Part::Month2, Part::Month1, Part::MonthName]),
            count(&[Part::Day2, Part::Day1]),
        ];
        if (serials == 1 && parts.len() == 1)
            || (serials == 0 && matches!(civil, [1, 1, 0 | 1] | [1, 0, 0]))
        {
            Ok(Self(parts))
        } else {
            Err(mistake())
        }
    }

    /// Whether the shape has a year of two digits, which is an assumption each time.
    #[must_use]
    pub fn has_short_year(&self) -> bool {
        self.0.contains(&Part::Year2)
    }

    /// How many months the shape leaves open: none where it names a day.
    #[must_use]
    pub fn months_open(&self) -> Option<i32> {
        let has = |wanted: &[Part]| self.0.iter().any(|part| wanted.contains(part));
        let names_day = has(&[
            Part::Day2,
            Part::Day1,
            Part::Serial(Epoch::E1900),
            Part::Serial(Epoch::E1904),
        ]);
        let names_month = has(&[Part::Month2, Part::Month1, Part::MonthName]);
        match (names_day, names_month) {
            (true, _) => None,
            (false, true) => Some(1),
            (false, false) => Some(12),
        }
    }

    /// Reads a day in this shape: the first of the month or year where it names no day. Two-digit
    /// years are 1970 to 2069.
    ///
    /// # Errors
    /// Says whether the shape or the calendar is at odds.
    pub fn read(&self, text: &str) -> Result<Day, Misfit> {
        let mut rest = text.trim();
        let (mut year, mut month, mut day) = (0_i16, 1_i8, 1_i8);
        for (place, part) in self.0.iter().enumerate() {
            let is_glued = !matches!(
                self.0.get(place + 1),
                None | Some(Part::Literal(_) | Part::Rest)
            );
            let short = if is_glued { 1..=1 } else { 1..=2 };
            match part {
                Part::Year4 => year = digits(&mut rest, 4..=4)?,
                Part::Year2 => {
                    let two: i16 = digits(&mut rest, 2..=2)?;
                    year = if two < 70 { 2000 + two } else { 1900 + two };
                }
                Part::Month2 => month = digits(&mut rest, 2..=2)?,
                Part::Month1 => month = digits(&mut rest, short)?,
                Part::MonthName => month = month_name(&mut rest)?,
                Part::Day2 => day = digits(&mut rest, 2..=2)?,
                Part::Day1 => {
                    day = digits(&mut rest, short)?;
                    // `1er` in French; no other day is an ordinal.
                    rest = rest.strip_prefix("er").filter(|_| day == 1).unwrap_or(rest);
                }
                Part::Literal(c) => rest = rest.strip_prefix(*c).ok_or(Misfit::Shape)?,
                Part::Rest => rest = "",
                Part::Serial(epoch) => return serial(rest, *epoch),
            }
        }
        if !rest.is_empty() {
            return Err(Misfit::Shape);
        }
        Day::new(year, month, day).map_err(|_: DayMistake| Misfit::Calendar)
    }
}

impl TryFrom<String> for DayShape {
    type Error = ShapeMistake;
    fn try_from(text: String) -> Result<Self, ShapeMistake> {
        Self::new(&text)
    }
}

fn digits<N: std::str::FromStr>(
    rest: &mut &str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<N, Misfit> {
    let run = rest.bytes().take_while(u8::is_ascii_digit).count();
    let taken = run.min(*length.end());
    if !length.contains(&taken) {
        return Err(Misfit::Shape);
    }
    let (number, left) = rest.split_at_checked(taken).ok_or(Misfit::Shape)?;
    *rest = left;
    number.parse().map_err(|_| Misfit::Shape)
}

fn month_name(rest: &mut &str) -> Result<i8, Misfit> {
    let length = rest
        .char_indices()
        .find(|(_, c)| !c.is_alphabetic())
        .map_or(rest.len(), |(at, _)| at);
    let (name, left) = rest.split_at_checked(length).ok_or(Misfit::Shape)?;
    let name = crate::country_names::fold(name);
    let month = MONTHS
        .iter()
        .position(|names| names.contains(&name.as_str()))
        .ok_or(Misfit::Shape)?;
    *rest = left.strip_prefix('.').unwrap_or(left);
    i8::try_from(month + 1).map_err(|_| Misfit::Shape)
}

/// A serial number of a sheet: five digits reach from 1927 to 2173 in the 1900 system. Shorter
/// ones are left alone, since a bare small number is rarely a date.
fn serial(text: &str, epoch: Epoch) -> Result<Day, Misfit> {
    // A fraction is a time of day.
    let (text, time) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.len() != 5 || !is_number(text) || !is_number(time) {
        return Err(Misfit::Shape);
    }
    let number: i32 = text.parse().map_err(|_| Misfit::Shape)?;
    let (year, month, day) = match epoch {
        Epoch::E1900 => (1900, 1, 1),
        Epoch::E1904 => (1904, 1, 1),
    };
    // The 1900 system counts its first day as 1 and a 29 February 1900 that never was.
    let since = match epoch {
        Epoch::E1900 => number - 2,
        Epoch::E1904 => number,
    };
    Day::new(year, month, day)
        .map(|first| first.plus_days(since))
        .map_err(|_| Misfit::Calendar)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shape: &str, text: &str) -> Result<String, Misfit> {
        DayShape::new(shape)
            .unwrap()
            .read(text)
            .map(|day| day.to_string())
    }

    #[test]
    fn days_are_read_in_the_shape_that_is_named() {
        let cases = [
            ("MM/DD/YYYY", "01/05/2004", "2004-01-05"),
            ("DD/MM/YYYY", "01/05/2004", "2004-05-01"),
            ("DDMMYYYY", "31012005", "2005-01-31"),
            ("DMMYYYY", "3122003", "2003-12-03"),
            ("D-M-YYYY", "3-2-2005", "2005-02-03"),
            ("D-M-YYYY", "13-12-2005", "2005-12-13"),
            ("DD.MM.YY", "01.02.99", "1999-02-01"),
            ("DD.MM.YY", "01.02.05", "2005-02-01"),
            ("YYYY-MM-DD*", "2005-02-01 00:00:00", "2005-02-01"),
            ("D Month YYYY", "1 février 2012", "2012-02-01"),
            ("D Month YYYY", "1er mars 2012", "2012-03-01"),
            ("DD-Month-YYYY", "01-Mrt-2012", "2012-03-01"),
            ("Month YYYY", "août 2012", "2012-08-01"),
            ("YYYY", "2012", "2012-01-01"),
            ("serial-1900", "38837", "2006-04-30"),
            ("serial-1900", "39478", "2008-01-31"),
            ("serial-1900", "39478.75", "2008-01-31"),
            ("serial-1904", "37375", "2006-04-30"),
            ("D. Month YYYY", "3. März 2012", "2012-03-03"),
            ("D Month YYYY", "3 diciembre 2012", "2012-12-03"),
            ("DD-Month-YYYY", "12-Mar-2021", "2021-03-12"),
        ];
        for (shape, text, day) in cases {
            assert_eq!(read(shape, text).as_deref(), Ok(day), "{shape} {text}");
        }
    }

    #[test]
    fn another_shape_and_an_impossible_day_are_told_apart() {
        assert_eq!(read("DD-MM-YYYY", "31-06-2014"), Err(Misfit::Calendar));
        assert_eq!(read("MM/DD/YYYY", "31/01/2005"), Err(Misfit::Calendar));
        for (shape, text) in [
            ("MM/DD/YYYY", "31012005"),
            ("MM/DD/YYYY", "1/5/2004"),
            ("MM/DD/YYYY", "01/05/2004 "),
            ("DDMMYYYY", "3101200"),
            ("DDMMYYYY", "310120055"),
            ("D Month YYYY", "1 foo 2012"),
            ("serial-1900", "1234"),
            ("serial-1900", "-3883"),
            ("serial-1900", "39478."),
            ("serial-1900", "39478.x"),
        ] {
            let found = read(shape, text);
            if text.ends_with(' ') {
                assert!(found.is_ok(), "blanks around a day are no part of it");
            } else {
                assert_eq!(found, Err(Misfit::Shape), "{shape} {text}");
            }
        }
    }

    #[test]
    fn a_shape_knows_what_it_leaves_open() {
        let open = |shape| DayShape::new(shape).unwrap().months_open();
        assert_eq!(open("MM/DD/YYYY"), None);
        assert_eq!(open("serial-1900"), None);
        assert_eq!(open("MM/YYYY"), Some(1));
        assert_eq!(open("YYYY"), Some(12));
    }

    #[test]
    fn a_shape_names_a_year_and_nothing_twice() {
        for bad in [
            "",
            "MM/DD",
            "DD/YYYY",
            "DD/DD/YYYY",
            "foo",
            "serial-1900 DD",
            "YYYYMMDDhh",
        ] {
            assert!(DayShape::new(bad).is_err(), "{bad}");
        }
    }
}
