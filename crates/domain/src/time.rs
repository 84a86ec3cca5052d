//! Two times: the civil day on which something is true in law, and the instant at which the
//! register learned it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// First day that the register accepts. Days are bounded so that no later arithmetic can overflow.
const FIRST_YEAR: i16 = 1900;
/// Last year that the register accepts: the longest permit plus the longest retention, and a
/// century of headroom.
const LAST_YEAR: i16 = 2199;

/// First day that the register accepts.
pub(crate) const FIRST_DAY: Day = Day(Date::constant(FIRST_YEAR, 1, 1));
/// Last day that the register accepts.
pub(crate) const LAST_DAY: Day = Day(Date::constant(LAST_YEAR, 12, 31));

/// Why a text is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayMistake {
    /// Not of the shape year-month-day, or no such day in the calendar.
    #[error("`{given}` is not a day: expected year-month-day, as in 2027-03-01")]
    NotADay {
        /// The text as given.
        given: String,
    },
    /// A day that no permit can have.
    #[error("`{given}` is out of range: expected a day from {FIRST_YEAR} to {LAST_YEAR}")]
    OutOfRange {
        /// The text as given.
        given: String,
    },
}

/// A civil day in the authority's calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// The day with this year, month and day of the month.
    ///
    /// # Errors
    /// Refuses what is not in the calendar or out of the register's range.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DayMistake> {
        let date = Date::new(year, month, day).map_err(|_| DayMistake::NotADay {
            given: format!("{year:04}-{month:02}-{day:02}"),
        })?;
        Self::bounded(date)
    }

    /// Reads `2027-03-01`.
    ///
    /// # Errors
    /// Refuses every other shape, and days out of the register's range.
    pub fn parse(text: &str) -> Result<Self, DayMistake> {
        let mistake = || DayMistake::NotADay {
            given: text.chars().take(40).collect(),
        };
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| {
                if i == 4 || i == 7 {
                    b == b'-'
                } else {
                    b.is_ascii_digit()
                }
            });
        if !shaped {
            return Err(mistake());
        }
        Self::bounded(text.parse().map_err(|_| mistake())?)
    }

    fn bounded(date: Date) -> Result<Self, DayMistake> {
        if (FIRST_YEAR..=LAST_YEAR).contains(&date.year()) {
            Ok(Self(date))
        } else {
            Err(DayMistake::OutOfRange {
                given: date.to_string(),
            })
        }
    }

    /// The calendar date.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The day `days` later (earlier when negative), held at the edges of the register's range.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let span = jiff::Span::new().days(i64::from(days));
        let edge = if days < 0 {
            Date::constant(FIRST_YEAR, 1, 1)
        } else {
            Date::constant(LAST_YEAR, 12, 31)
        };
        Self(
            self.0
                .checked_add(span)
                .ok()
                .filter(|d| (FIRST_YEAR..=LAST_YEAR).contains(&d.year()))
                .unwrap_or(edge),
        )
    }

    /// The same day of the month `months` later; the last day of the month where there is none
    /// (31 January plus one month is 28 or 29 February).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let span = jiff::Span::new().months(i64::from(months));
        let edge = if months < 0 {
            Date::constant(FIRST_YEAR, 1, 1)
        } else {
            Date::constant(LAST_YEAR, 12, 31)
        };
        Self(
            self.0
                .checked_add(span)
                .ok()
                .filter(|d| (FIRST_YEAR..=LAST_YEAR).contains(&d.year()))
                .unwrap_or(edge),
        )
    }

    /// Days since 1 January 1970 (negative before).
    #[must_use]
    pub fn days_since_1970(self) -> i32 {
        let since = self.0 - Date::constant(1970, 1, 1);
        since.get_days()
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::str::FromStr for Day {
    type Err = DayMistake;
    fn from_str(text: &str) -> Result<Self, DayMistake> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Day {
    type Error = DayMistake;
    fn try_from(text: String) -> Result<Self, DayMistake> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

/// An instant, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Stamped at append from the clock handed in; never chosen by the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub i64);

impl Instant {
    /// The instant at 00:00 UTC of a day.
    #[must_use]
    pub fn at_start_of(day: Day) -> Self {
        Self(i64::from(day.days_since_1970()) * 86_400_000_000)
    }

    /// The instant `minutes` later.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(60_000_000)))
    }

    /// The civil day, in UTC. An authority elsewhere hands in its own day beside the instant.
    #[must_use]
    pub fn utc_day(self) -> Option<Day> {
        let stamp = jiff::Timestamp::from_microsecond(self.0).ok()?;
        Day::bounded(jiff::tz::TimeZone::UTC.to_datetime(stamp).date()).ok()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(stamp) => write!(f, "{stamp:.6}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl std::str::FromStr for Instant {
    type Err = DayMistake;
    fn from_str(text: &str) -> Result<Self, DayMistake> {
        text.parse::<jiff::Timestamp>()
            .map(|stamp| Self(stamp.as_microsecond()))
            .map_err(|_| DayMistake::NotADay {
                given: text.chars().take(40).collect(),
            })
    }
}

/// The rule by which an authority's civil day follows from an instant.
///
/// Written as a POSIX rule (`EST5EDT,M3.2.0,M11.1.0`), which carries its own offsets and needs no
/// table of the machine: the same instant gives the same day everywhere. A rule holds for the years
/// in which it is law; an authority whose rule changes gives the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Calendar {
    rule: String,
    zone: jiff::tz::TimeZone,
}

/// Why a text is not the rule of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not the rule of a calendar: expected a POSIX rule, as in EST5EDT,M3.2.0,M11.1.0"
)]
pub struct CalendarMistake {
    /// The text as given.
    pub given: String,
}

/// Longest rule of a calendar: the longest in use has 45 characters.
const CALENDAR_RULE_MAX: usize = 60;

impl Calendar {
    /// Reads a POSIX rule.
    ///
    /// # Errors
    /// Refuses every other shape.
    pub fn parse(rule: &str) -> Result<Self, CalendarMistake> {
        let zone = Some(rule)
            .filter(|rule| rule.len() <= CALENDAR_RULE_MAX)
            .and_then(|rule| jiff::tz::TimeZone::posix(rule).ok());
        let zone = zone.ok_or_else(|| CalendarMistake {
            given: rule.chars().take(CALENDAR_RULE_MAX).collect(),
        })?;
        Ok(Self {
            rule: rule.to_owned(),
            zone,
        })
    }

    /// The calendar that ships for a jurisdiction: for Canada, the day at Ottawa, by the rule that
    /// holds there since 2007. None for any other: an authority elsewhere gives its own.
    ///
    /// # Law
    /// None: design choice, see decision 0016.
    #[must_use]
    pub fn shipped(jurisdiction: &str) -> Option<Self> {
        match jurisdiction {
            "CA" => Self::parse("EST5EDT,M3.2.0,M11.1.0").ok(),
            _ => None,
        }
    }

    /// Coordinated universal time: the calendar of an authority that gives none.
    #[must_use]
    pub fn utc() -> Self {
        Self {
            rule: "UTC0".into(),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    /// The civil day of an instant; none out of the register's range.
    #[must_use]
    pub fn day_of(&self, instant: Instant) -> Option<Day> {
        let stamp = jiff::Timestamp::from_microsecond(instant.0).ok()?;
        Day::bounded(self.zone.to_datetime(stamp).date()).ok()
    }

    /// The civil day of an instant; the first day that the register accepts for an instant out of
    /// its range. No permit is valid on that day, so nothing is released on it.
    #[must_use]
    pub fn day_in_range(&self, instant: Instant) -> Day {
        self.day_of(instant).unwrap_or(FIRST_DAY)
    }

    /// The first instant of a day. Where the clock is put forward at midnight, the first after it.
    #[must_use]
    pub fn start_of(&self, day: Day) -> Instant {
        let midnight = day.0.to_datetime(jiff::civil::Time::midnight());
        let first = self.zone.to_timestamp(midnight);
        first.map_or_else(
            |_| Instant::at_start_of(day),
            |at| Instant(at.as_microsecond()),
        )
    }
}

impl Default for Calendar {
    fn default() -> Self {
        Self::utc()
    }
}

impl TryFrom<String> for Calendar {
    type Error = CalendarMistake;
    fn try_from(text: String) -> Result<Self, CalendarMistake> {
        Self::parse(&text)
    }
}

impl From<Calendar> for String {
    fn from(calendar: Calendar) -> String {
        calendar.rule
    }
}

/// A stretch of days, half-open: `from` is in, `until` is out; no `until` means open-ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day in.
    pub from: Day,
    /// First day out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Period {
    /// Whether the day lies in the period.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        day >= self.from && self.until.is_none_or(|until| day < until)
    }
}

/// The place of an event in the log, from 1; 0 is the empty log.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_one_shape_only() {
        assert_eq!(Day::parse("2027-03-01").unwrap().to_string(), "2027-03-01");
        for bad in [
            "2027-3-1",
            "01/03/2027",
            "2027-02-30",
            "",
            "2027-03-01T00:00",
            "1850-01-01",
        ] {
            assert!(Day::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_month_later_ends_at_the_last_day_of_a_short_month() {
        let day = Day::parse("2024-01-31").unwrap();
        assert_eq!(day.plus_months(1).to_string(), "2024-02-29");
        assert_eq!(day.plus_months(13).to_string(), "2025-02-28");
        assert_eq!(
            Day::parse("2024-02-29")
                .unwrap()
                .plus_months(12)
                .to_string(),
            "2025-02-28"
        );
    }

    #[test]
    fn a_period_is_half_open() {
        let day = |text| Day::parse(text).unwrap();
        let period = Period {
            from: day("2020-04-16"),
            until: Some(day("2024-01-29")),
        };
        assert!(!period.contains(day("2020-04-15")));
        assert!(period.contains(day("2020-04-16")));
        assert!(period.contains(day("2024-01-28")));
        assert!(!period.contains(day("2024-01-29")));
    }

    #[test]
    fn a_day_begins_where_the_authority_is() {
        let ottawa = Calendar::parse("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let table = [
            ("2021-03-02T04:59:59.999999Z", "2021-03-01"),
            ("2021-03-02T05:00:00Z", "2021-03-02"),
            // Summer time: four hours behind.
            ("2021-07-02T03:59:59.999999Z", "2021-07-01"),
            ("2021-07-02T04:00:00Z", "2021-07-02"),
        ];
        for (instant, day) in table {
            assert_eq!(
                ottawa.day_of(at(instant)).unwrap().to_string(),
                day,
                "{instant}"
            );
        }
        let day = Day::parse("2021-07-02").unwrap();
        assert_eq!(ottawa.start_of(day), at("2021-07-02T04:00:00Z"));
        assert_eq!(Calendar::utc().start_of(day), Instant::at_start_of(day));
        let auckland = Calendar::parse("NZST-12NZDT,M9.5.0,M4.1.0/3").unwrap();
        assert_eq!(
            auckland
                .day_of(at("2021-07-01T12:00:00Z"))
                .unwrap()
                .to_string(),
            "2021-07-02"
        );
    }

    #[test]
    fn canada_s_day_is_that_of_ottawa_and_nobody_else_is_given_it() {
        let canada = Calendar::shipped("CA").unwrap();
        let evening: Instant = "2026-11-25T03:30:00Z".parse().unwrap();
        let day = canada.day_of(evening).unwrap();
        assert_eq!(day.to_string(), "2026-11-24");
        assert_eq!(Calendar::utc().day_of(evening), Some(day.plus_days(1)));
        assert_eq!(Calendar::shipped("NRL"), None);
    }

    #[test]
    fn a_day_that_begins_at_one_in_the_morning_begins_there() {
        // Beirut puts its clock forward at midnight.
        let beirut = Calendar::parse("EET-2EEST,M3.5.0/0,M10.5.0/0").unwrap();
        let day = Day::parse("2021-03-28").unwrap();
        let first = beirut.start_of(day);
        assert_eq!(beirut.day_of(first), Some(day));
        assert_eq!(beirut.day_of(Instant(first.0 - 1)), Some(day.plus_days(-1)));
    }

    #[test]
    fn a_calendar_is_read_in_one_shape_only() {
        for bad in [
            "",
            "America/Toronto",
            "EST",
            "/etc/passwd",
            "EST5EDT,M13.2.0,M11.1.0",
        ] {
            assert!(Calendar::parse(bad).is_err(), "{bad}");
        }
        let long = format!("{}5", "A".repeat(100));
        assert!(Calendar::parse(&long).is_err());
        let kept = serde_json::to_string(&Calendar::utc()).unwrap();
        assert_eq!(
            serde_json::from_str::<Calendar>(&kept)
                .unwrap()
                .day_of(Instant(0)),
            Calendar::utc().day_of(Instant(0))
        );
    }

    #[test]
    fn an_instant_knows_its_utc_day() {
        let day = Day::parse("2020-10-05").unwrap();
        assert_eq!(Instant::at_start_of(day).utc_day(), Some(day));
        assert_eq!(
            Instant::at_start_of(day).to_string(),
            "2020-10-05T00:00:00.000000Z"
        );
    }
}
