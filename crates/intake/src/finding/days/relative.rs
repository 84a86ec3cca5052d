//! Days and periods that are counted from another day: seasons, `yesterday`, `two weeks ago`, `Friday`.

use super::super::calendar::{Days, number, season, weekday};
use super::{Place, Read, RevLast as _};

/// `last fall`, `in the fall of 2019`, `l’automne dernier`, `this spring`, `au printemps 2021`.
pub(super) fn season_of(p: &Place<'_, '_>) -> Option<Read> {
    const RULE: &str = "season: three whole months of the northern half of the earth";
    let which = ["last", "this", "next", "ce", "cet"].contains(&p.word(0));
    let at = usize::from(which);
    let month = season(p.word(at)).filter(|_| p.is_close(at))?;
    let of = |year: i16| Days::months(year, month, 3);
    let is_of = ["of", "de"].contains(&p.word(at.saturating_add(1)));
    let year_at = at.saturating_add(if is_of { 2 } else { 1 });
    if let Some(year) = p.year(year_at).filter(|_| p.is_close(year_at)) {
        return p.read(year_at, of(year), RULE);
    }
    let after = p.word(at.saturating_add(1));
    let is_close = p.is_close(at.saturating_add(1));
    let days = match (p.word(0), after) {
        ("last", _) => ended_before(p.now, of),
        (_, "dernier") if is_close => {
            return p.read(at.saturating_add(1), ended_before(p.now, of), RULE);
        }
        (_, "prochain") if is_close => {
            return p.read(at.saturating_add(1), begun_after(p.now, of), RULE);
        }
        ("next", _) => begun_after(p.now, of),
        _ if which || is_named_season(p) => p.nearest(of),
        _ => return None,
    };
    p.read(at, days, RULE)
}

/// Whether a word that is a season is meant as one: `fall`, `spring` and `été` are other words too.
fn is_named_season(p: &Place<'_, '_>) -> bool {
    match p.word(0) {
        "fall" | "spring" => {
            p.before(1) == "the" && ["in", "since", "of", "by"].contains(&p.before(2))
        }
        "ete" => ["l", "d"].contains(&p.before(1)) && p.written().starts_with(['é', 'É']),
        _ => ["the", "l", "au", "le", "en", "in", "since", "d"].contains(&p.before(1)),
    }
}

pub(super) fn ended_before(now: Option<Days>, of: impl Fn(i16) -> Option<Days>) -> Option<Days> {
    let now = now?;
    let year = now.first.year();
    [-2, -1, 0]
        .into_iter()
        .filter_map(|by| of(year.saturating_add(by)))
        .rev_last(|days| days.last < now.first)
}

pub(super) fn begun_after(now: Option<Days>, of: impl Fn(i16) -> Option<Days>) -> Option<Days> {
    let now = now?;
    let year = now.last.year();
    [0, 1, 2]
        .into_iter()
        .filter_map(|by| of(year.saturating_add(by)))
        .find(|days| days.first > now.last)
}

/// `today`, `this morning`, `hier`, `last month`, `la semaine dernière`, `this year`.
pub(super) fn relative(p: &Place<'_, '_>) -> Option<Read> {
    const DAY: &str = "counted in days from the day that governs the passage";
    let of_now = |by: i32| {
        p.now
            .filter(Days::is_one)
            .map(|now| Days::one(now.first.plus_days(by)))
    };
    match (p.word(0), p.word(1), p.word(2)) {
        ("today" | "tonight", ..) => p.read(0, of_now(0), DAY),
        ("aujourd", "hui", _) => p.read(1, of_now(0), DAY),
        ("this" | "ce" | "cet" | "cette", part, _) if is_part_of_day(part) => {
            p.read(1, of_now(0), DAY)
        }
        ("yesterday" | "hier", ..) => p.read(0, of_now(-1), DAY),
        ("tomorrow" | "demain", ..) => p.read(0, of_now(1), DAY),
        ("last", unit, _) => p.read(1, unit_of(p, unit, -1)?, UNIT),
        ("this" | "ce" | "cet" | "cette", unit, _) => p.read(1, unit_of(p, unit, 0)?, UNIT),
        ("next", unit, _) => p.read(1, unit_of(p, unit, 1)?, UNIT),
        (unit, "dernier" | "derniere", _) => p.read(1, unit_of(p, unit, -1)?, UNIT),
        (unit, "prochain" | "prochaine", _) => p.read(1, unit_of(p, unit, 1)?, UNIT),
        _ => None,
    }
}

const UNIT: &str = "whole week, month or year, counted from the day that governs the passage";

fn is_part_of_day(word: &str) -> bool {
    [
        "morning",
        "afternoon",
        "evening",
        "matin",
        "soir",
        "midi",
        "jour",
    ]
    .contains(&word)
}

/// A whole week, month or year; none where the word is no such unit.
fn unit_of(p: &Place<'_, '_>, unit: &str, by: i32) -> Option<Option<Days>> {
    let first = p.now.map(|now| now.last);
    match unit {
        "week" | "semaine" => Some(first.map(|day| {
            let weekday = i32::from(day.date().weekday().to_monday_zero_offset());
            let monday = day.plus_days(by.saturating_mul(7).saturating_sub(weekday));
            Days {
                first: monday,
                last: monday.plus_days(6),
            }
        })),
        "month" | "mois" => Some(first.and_then(|day| {
            Days::month(day.year(), day.date().month()).map(|days| days.shifted(by))
        })),
        "year" | "an" | "annee" => Some(first.and_then(|day| {
            Days::year(day.year()).map(|days| days.shifted(by.saturating_mul(12)))
        })),
        _ => None,
    }
}

/// `two weeks ago`, `il y a trois jours`.
pub(super) fn ago(p: &Place<'_, '_>) -> Option<Read> {
    let is_french = (p.word(0), p.word(1), p.word(2)) == ("il", "y", "a");
    let begins = if is_french { 3 } else { 0 };
    let many = number(p.word(begins))?;
    let unit = p.word(begins.saturating_add(1));
    let last = begins.saturating_add(if is_french { 1 } else { 2 });
    if !is_french && p.word(2) != "ago" {
        return None;
    }
    let back = |by: i32| many.checked_mul(by).map(i32::saturating_neg);
    let now = p.now.filter(Days::is_one).map(|now| now.first);
    let days = match unit {
        "day" | "days" | "jour" | "jours" => now.zip(back(1)).map(|(d, by)| d.plus_days(by)),
        "week" | "weeks" | "semaine" | "semaines" => {
            now.zip(back(7)).map(|(d, by)| d.plus_days(by))
        }
        "month" | "months" | "mois" => {
            let month = now.zip(back(1)).map(|(d, by)| d.plus_months(by));
            let days = month.and_then(|d| Days::month(d.year(), d.date().month()));
            return p.read(last, days, "so many months before: the whole month");
        }
        "year" | "years" | "an" | "ans" | "annees" => {
            let year = now.zip(back(12)).map(|(d, by)| d.plus_months(by));
            let days = year.and_then(|d| Days::year(d.year()));
            return p.read(last, days, "so many years before: the whole year");
        }
        _ => return None,
    };
    p.read(last, days.map(Days::one), "so many days or weeks before")
}

/// `Friday`, `last Monday`, `vendredi dernier`.
pub(super) fn day_of_week(p: &Place<'_, '_>) -> Option<Read> {
    const RULE: &str = "day of the week: the last such day up to the one that governs the passage";
    let leads = usize::from(["last", "this", "next", "ce"].contains(&p.word(0)));
    let wanted = weekday(p.word(leads)).filter(|_| p.is_close(leads))?;
    let after = p.word(leads.saturating_add(1));
    let follows = leads == 0 && ["dernier", "prochain"].contains(&after);
    let is_last = p.word(0) == "last" || (follows && after == "dernier");
    let is_next = p.word(0) == "next" || (follows && after == "prochain");
    let day = p.now.filter(Days::is_one).map(|now| {
        let today = now.first.date().weekday().to_monday_zero_offset();
        let back = i32::from(today.saturating_sub(wanted)).rem_euclid(7);
        match (back, is_last, is_next) {
            (0, true, _) => now.first.plus_days(-7),
            (back, _, true) => now.first.plus_days(7_i32.saturating_sub(back)),
            (back, ..) => now.first.plus_days(back.saturating_neg()),
        }
    });
    let last = leads.saturating_add(usize::from(follows));
    p.read(last, day.map(Days::one), RULE)
}
