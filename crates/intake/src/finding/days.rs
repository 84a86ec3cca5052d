//! Days and periods as a text names them, and what they are on the calendar.
//!
//! A relative one is counted from the day that governs the place where it stands: that of the document,
//! or of a statement within it that has a dateline of its own. Every rule has a name that the proposal
//! carries, and a period is never made narrower than the words.

mod on_calendar;
mod relative;

use domain::time::Day;

use on_calendar::{
    day_month, month_alone, month_day, month_year, numeric, part_of, part_of_year, span_of_years,
    year_alone,
};
use relative::{ago, day_of_week, relative, season_of};

use super::calendar::{Days, month, number, season, weekday};
use super::words::Words;

/// A day or period as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// None where the day that it is counted from is not known.
    pub(crate) days: Option<Days>,
    pub(crate) rule: &'static str,
    /// Whether it stands on the calendar by itself, with day, month and year.
    pub(crate) is_full: bool,
}

/// How long something took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) value: String,
}

/// Reads one day at a word; a reading looks no further than a few words.
type Rule = fn(&Place<'_, '_>) -> Option<Read>;

struct Read {
    last: usize,
    days: Option<Days>,
    rule: &'static str,
    is_full: bool,
}

/// A word, and the day from which relative days are counted there.
struct Place<'w, 't> {
    words: &'w Words<'t>,
    at: usize,
    now: Option<Days>,
}

/// In the order in which they are tried: what says more before what says less.
const RULES: [Rule; 13] = [
    numeric,
    day_month,
    month_day,
    span_of_years,
    part_of,
    part_of_year,
    season_of,
    relative,
    ago,
    day_of_week,
    month_year,
    month_alone,
    year_alone,
];

/// Every day and period of a text. `now` gives the day that governs a byte.
pub(crate) fn days(words: &Words<'_>, now: &dyn Fn(u32) -> Option<Days>) -> Vec<When> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word.is_glued || !may_begin(words.folded(at)) {
            at = at.saturating_add(1);
            continue;
        }
        let place = Place {
            words,
            at,
            now: now(word.start),
        };
        match RULES.iter().find_map(|rule| rule(&place)) {
            Some(read) => {
                found.push(When {
                    first: at,
                    last: read.last,
                    days: read.days,
                    rule: read.rule,
                    is_full: read.is_full,
                });
                at = read.last.saturating_add(1);
            }
            None => at = at.saturating_add(1),
        }
    }
    found
}

/// Whether a day can begin with a word: most cannot, and the rules need not be asked.
fn may_begin(word: &str) -> bool {
    const FIRST: [&str; 45] = [
        "late",
        "early",
        "mid",
        "end",
        "fin",
        "debut",
        "mi",
        "beginning",
        "first",
        "second",
        "third",
        "fourth",
        "last",
        "this",
        "next",
        "today",
        "yesterday",
        "tomorrow",
        "tonight",
        "aujourd",
        "hier",
        "demain",
        "ce",
        "cet",
        "cette",
        "il",
        "between",
        "entre",
        "premier",
        "deuxieme",
        "troisieme",
        "quatrieme",
        "a",
        "an",
        "semaine",
        "mois",
        "an",
        "annee",
        "q",
        "t",
        "earlier",
        "later",
        "du",
        "de",
        "from",
    ];
    let is_number = word.bytes().next().is_some_and(|b| b.is_ascii_digit());
    is_number
        || FIRST.contains(&word)
        || month(word).is_some()
        || season(word).is_some()
        || weekday(word).is_some()
        || number(word).is_some()
}

impl Place<'_, '_> {
    fn word(&self, ahead: usize) -> &str {
        self.words.folded(self.at.saturating_add(ahead))
    }

    fn before(&self, back: usize) -> &str {
        self.at
            .checked_sub(back)
            .map_or("", |at| self.words.folded(at))
    }

    /// What stands before the word that is so many ahead.
    fn gap(&self, ahead: usize) -> &str {
        self.words.gap(self.at.saturating_add(ahead))
    }

    /// Whether the words up to one ahead stand on one line or a broken one, with nothing but spaces,
    /// commas and hyphens between.
    fn is_close(&self, ahead: usize) -> bool {
        (1..=ahead).all(|one| {
            let gap = self.gap(one);
            !gap.contains("\n\n")
                && gap
                    .chars()
                    .all(|c| c.is_whitespace() || matches!(c, ',' | '-' | '‑' | '.' | '\'' | '’'))
        })
    }

    fn digits(&self, ahead: usize) -> Option<i16> {
        let word = self.word(ahead);
        (word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()))
            .then(|| word.parse().ok())
            .flatten()
    }

    /// A year of four digits, in which permits and their stories can lie.
    fn year(&self, ahead: usize) -> Option<i16> {
        let is_four = self.word(ahead).len() == 4;
        let word = self.words.get(self.at.saturating_add(ahead))?;
        let goes_on = self
            .words
            .get(self.at.saturating_add(ahead).saturating_add(1))
            .is_some_and(|next| next.is_glued);
        (is_four && !word.is_glued && !goes_on)
            .then(|| self.digits(ahead))
            .flatten()
            .filter(|year| (1900..=2199).contains(year))
    }

    fn month(&self, ahead: usize) -> Option<i8> {
        let word = self.words.get(self.at.saturating_add(ahead))?;
        // `may` and `march` are verbs where they have no capital.
        let is_verb = ["may", "march"].contains(&self.word(ahead)) && !word.is_capital;
        if word.is_glued || is_verb {
            return None;
        }
        month(self.word(ahead))
    }

    fn read(&self, ahead: usize, days: Option<Days>, rule: &'static str) -> Option<Read> {
        Some(Read {
            last: self.at.saturating_add(ahead),
            days,
            rule,
            is_full: false,
        })
    }

    fn full(&self, ahead: usize, day: Day, rule: &'static str) -> Option<Read> {
        Some(Read {
            last: self.at.saturating_add(ahead),
            days: Some(Days::one(day)),
            rule,
            is_full: true,
        })
    }

    /// The last stretch like this one that had begun by now; the next one after `by` and `until`.
    fn nearest(&self, of_year: impl Fn(i16) -> Option<Days>) -> Option<Days> {
        let now = self.now?;
        let year = now.last.year();
        let near = [-1, 0, 1]
            .into_iter()
            .filter_map(|by| of_year(year.saturating_add(by)));
        if self.looks_ahead() {
            return near.into_iter().find(|days| days.last >= now.first);
        }
        near.into_iter().rev_last(|days| days.first <= now.last)
    }

    /// After a number a month is part of a day that no calendar has: nothing is made of it.
    fn is_after_number(&self) -> bool {
        let before = self.before(1);
        before.len() <= 2 && before.parse::<u8>().is_ok() && self.gap(0).trim().is_empty()
    }

    fn written(&self) -> &str {
        self.words.written(self.at, self.at)
    }

    fn looks_ahead(&self) -> bool {
        const AHEAD: [&str; 9] = [
            "by", "until", "till", "before", "next", "jusqu", "avant", "ici", "compter",
        ];
        (1..=3).any(|back| AHEAD.contains(&self.before(back)))
    }
}

/// The last of those that hold.
trait RevLast: Iterator + Sized {
    fn rev_last(self, holds: impl Fn(&Self::Item) -> bool) -> Option<Self::Item> {
        self.filter(|item| holds(item)).last()
    }
}

impl<I: Iterator> RevLast for I {}

/// How long things took: `three-day`, `de trois jours`, `44-Day`.
pub(crate) fn lengths(words: &Words<'_>, taken: &[When]) -> Vec<Length> {
    let mut found = Vec::new();
    for first in 0..words.len() {
        let last = first.saturating_add(1);
        let unit = match words.folded(last) {
            "day" | "days" | "jour" | "jours" => "days",
            "week" | "weeks" | "semaine" | "semaines" => "weeks",
            "month" | "months" | "mois" => "months",
            "year" | "years" | "an" | "ans" => "years",
            _ => continue,
        };
        let gap = words.gap(last);
        let is_close = gap.chars().all(|c| c.is_whitespace() || "-‑".contains(c));
        let is_taken = taken
            .iter()
            .any(|when| (when.first..=when.last).contains(&last));
        let Some(many) = number(words.folded(first)).filter(|_| is_close && !is_taken) else {
            continue;
        };
        if ["a", "an"].contains(&words.folded(first)) {
            continue;
        }
        found.push(Length {
            first,
            last,
            value: format!("{many} {unit}"),
        });
    }
    found
}

#[cfg(test)]
mod tests;
