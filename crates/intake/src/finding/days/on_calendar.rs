//! Days, months and years as they stand on the calendar, whole and in part.

use domain::time::Day;

use super::super::calendar::{Days, is_plain_month, ordinal};
use super::relative::{begun_after, ended_before};
use super::{Place, Read};

/// `2021-04-12`, `12.04.2021`, `04/13/2021`. Where day and month could change places it is left.
pub(super) fn numeric(p: &Place<'_, '_>) -> Option<Read> {
    let sign = p.gap(1);
    if !["-", "/", "."].contains(&sign) || p.gap(2) != sign {
        return None;
    }
    let (a, b, c) = (p.digits(0)?, p.digits(1)?, p.digits(2)?);
    let small = |n: i16| i8::try_from(n).ok();
    let day = if p.year(0).is_some() {
        Day::new(a, small(b)?, small(c)?)
    } else {
        p.year(2)?;
        match sign {
            "/" if a <= 12 && b <= 12 && a != b => return None,
            "/" if b > 12 => Day::new(c, small(a)?, small(b)?),
            _ => Day::new(c, small(b)?, small(a)?),
        }
    };
    p.full(2, day.ok()?, "day in figures")
}

/// `12 April 2021`, `1er mars`, `the 3rd of May 2019`.
pub(super) fn day_month(p: &Place<'_, '_>) -> Option<Read> {
    let number = i8::try_from(p.digits(0)?)
        .ok()
        .filter(|n| (1..=31).contains(n))?;
    if p.before(1) == "." {
        return None;
    }
    let mut at: usize = 1;
    if ["st", "nd", "rd", "th", "er"].contains(&p.word(at)) {
        at = 2;
    }
    if p.word(at) == "of" {
        at = at.saturating_add(1);
    }
    let month = p.month(at).filter(|_| p.is_close(at))?;
    let after = at.saturating_add(1);
    if let Some(year) = p.year(after).filter(|_| p.is_close(after)) {
        return p.full(
            after,
            Day::new(year, month, number).ok()?,
            "day, month and year",
        );
    }
    let days = p.nearest(|year| Day::new(year, month, number).ok().map(Days::one));
    p.read(
        at,
        days,
        "day and month, of the year nearest to the document",
    )
}

/// `April 12, 2021`, `Oct. 5`.
pub(super) fn month_day(p: &Place<'_, '_>) -> Option<Read> {
    let month = p.month(0)?;
    let number = i8::try_from(p.digits(1)?)
        .ok()
        .filter(|n| (1..=31).contains(n))?;
    if !p.is_close(1) || p.year(1).is_some() || p.word(1).len() > 2 {
        return None;
    }
    let mut at: usize = 1;
    if ["st", "nd", "rd", "th"].contains(&p.word(2)) {
        at = 2;
    }
    let after = at.saturating_add(1);
    if let Some(year) = p.year(after).filter(|_| p.is_close(after)) {
        return p.full(
            after,
            Day::new(year, month, number).ok()?,
            "day, month and year",
        );
    }
    let days = p.nearest(|year| Day::new(year, month, number).ok().map(Days::one));
    p.read(
        at,
        days,
        "day and month, of the year nearest to the document",
    )
}

/// `between 2018 and 2019`, `de 2018 à 2020`, `2018-2019`.
pub(super) fn span_of_years(p: &Place<'_, '_>) -> Option<Read> {
    let begins = usize::from(["between", "from", "entre", "de"].contains(&p.word(0)));
    let from = p.year(begins)?;
    let joins = p.word(begins.saturating_add(1));
    let is_joined = begins == 1 && ["and", "to", "et", "a"].contains(&joins);
    let is_dashed = ["-", "–"].contains(&p.gap(begins.saturating_add(1)));
    let last = begins.saturating_add(if is_joined { 2 } else { 1 });
    let until = p.year(last).filter(|_| is_joined || is_dashed)?;
    let days = Days {
        first: Days::year(from)?.first,
        last: Days::year(until)?.last,
    };
    (days.first <= days.last)
        .then(|| p.read(last, Some(days), "whole years, both in it"))
        .flatten()
}

/// A part of a month or a year.
#[derive(Clone, Copy)]
enum Part {
    Early,
    Middle,
    Late,
}

/// `late 2020`, `mid-April 2021`, `end of 2019`, `fin 2020`, `début avril`, `la fin de l’année`.
pub(super) fn part_of(p: &Place<'_, '_>) -> Option<Read> {
    let (part, mut at) = match p.word(0) {
        "early" | "debut" | "beginning" => (Part::Early, 1),
        "mid" | "mi" => (Part::Middle, 1),
        "late" | "end" | "fin" => (Part::Late, 1),
        _ => return None,
    };
    while ["of", "de", "the", "l", "d", "in", "du"].contains(&p.word(at)) && at < 4 {
        at = at.saturating_add(1);
    }
    if !p.is_close(at) {
        return None;
    }
    if let Some(month) = p.month(at) {
        let after = at.saturating_add(1);
        let year = p.year(after).filter(|_| p.is_close(after));
        let last = if year.is_some() { after } else { at };
        let whole = match year {
            Some(year) => Days::month(year, month),
            None => p.nearest(|year| Days::month(year, month)),
        };
        return p.read(
            last,
            whole.map(|days| part_of_month(days, part)),
            "part of a month",
        );
    }
    let year = match p.word(at) {
        "year" | "annee" => p.now.map(|now| now.last.year()),
        _ => Some(p.year(at)?),
    };
    let days = year.and_then(|year| match part {
        Part::Early => Days::months(year, 1, 3),
        Part::Middle => Days::months(year, 5, 4),
        Part::Late => Days::months(year, 10, 3),
    });
    p.read(
        at,
        days,
        "part of a year: first or last three months, or May to August",
    )
}

fn part_of_month(days: Days, part: Part) -> Days {
    let (first, last) = match part {
        Part::Early => (days.first, days.first.plus_days(9)),
        Part::Middle => (days.first.plus_days(10), days.first.plus_days(19)),
        Part::Late => (days.first.plus_days(20), days.last),
    };
    Days { first, last }
}

/// `first half of 2022`, `second quarter of 2020`, `T2 2020`.
pub(super) fn part_of_year(p: &Place<'_, '_>) -> Option<Read> {
    let is_lettered = ["q", "t"].contains(&p.word(0));
    let nth = if is_lettered {
        p.digits(1).and_then(|n| i8::try_from(n).ok())?
    } else {
        ordinal(p.word(0))?
    };
    let months = match p.word(1) {
        _ if is_lettered => 3,
        "half" | "semestre" => 6,
        "quarter" | "trimestre" => 3,
        _ => return None,
    };
    let mut at = 2;
    while ["of", "de", "l"].contains(&p.word(at)) && at < 4 {
        at = at.saturating_add(1);
    }
    let year = p.year(at).filter(|_| p.is_close(at))?;
    let first = nth.checked_sub(1)?.checked_mul(months)?.checked_add(1)?;
    let days = Days::months(year, first, i32::from(months))?;
    (days.last.year() == year)
        .then(|| p.read(at, Some(days), "half or quarter of a year"))
        .flatten()
}

/// `April 2021`.
pub(super) fn month_year(p: &Place<'_, '_>) -> Option<Read> {
    if p.is_after_number() {
        return None;
    }
    let month = p.month(0)?;
    let at = if p.word(1) == "of" { 2 } else { 1 };
    let year = p.year(at).filter(|_| p.is_close(at))?;
    p.read(at, Days::month(year, month), "month and year")
}

/// `in April`, `depuis octobre`, `last May`.
pub(super) fn month_alone(p: &Place<'_, '_>) -> Option<Read> {
    const LEAD: [&str; 18] = [
        "in", "since", "until", "by", "during", "of", "from", "en", "depuis", "jusqu", "avant",
        "dernier", "before", "after", "apres", "jusque", "d", "de",
    ];
    const RULE: &str = "month, of the year nearest to the document";
    if p.is_after_number() {
        return None;
    }
    let leads = usize::from(["last", "this", "next"].contains(&p.word(0)));
    let month = p.month(leads)?;
    let written = p.words.get(p.at.saturating_add(leads))?;
    let is_led = leads == 1 || LEAD.contains(&p.before(1)) && p.gap(0).trim().len() <= 3;
    let follows = p.word(leads.saturating_add(1)) == "dernier";
    let is_plain = written.is_capital && is_plain_month(p.word(leads));
    if !(is_led || follows || is_plain) {
        return None;
    }
    let of = |year: i16| Days::month(year, month);
    let days = match (p.word(0), follows) {
        ("last", _) | (_, true) => ended_before(p.now, of),
        ("next", _) => begun_after(p.now, of),
        _ => p.nearest(of),
    };
    p.read(leads.saturating_add(usize::from(follows)), days, RULE)
}

/// `in 2019`: a year by itself, after a word of time.
pub(super) fn year_alone(p: &Place<'_, '_>) -> Option<Read> {
    const LEAD: [&str; 26] = [
        "in",
        "of",
        "since",
        "until",
        "by",
        "during",
        "for",
        "before",
        "after",
        "and",
        "to",
        "en",
        "de",
        "depuis",
        "jusqu",
        "avant",
        "apres",
        "et",
        "annee",
        "year",
        "throughout",
        "through",
        "from",
        "dans",
        "jusque",
        "over",
    ];
    let year = p.year(0)?;
    let is_led = LEAD.contains(&p.before(1))
        && p.gap(0)
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '\'' | '’'));
    is_led
        .then(|| p.read(0, Days::year(year), "whole year"))
        .flatten()
}
