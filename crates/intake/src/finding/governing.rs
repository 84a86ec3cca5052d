//! The day from which relative days are counted: the document's own, or that of a document quoted in it.

use domain::time::Day;

use super::Governed;
use super::calendar::Days;
use super::days;
use super::quotations::Quoted;
use super::sentences::Stretch;
use super::words::Words;
use crate::passages::Passages;

/// How far from the beginning a document says its own day: the head of a page.
const HEAD_BYTES: u32 = 1_500;

/// How far into its line a day of the head may begin: after a town, or after `Dated`.
const LINE_CHARS: usize = 60;

/// Longest line that is the head of a document and no sentence of it.
const HEAD_LINE_CHARS: usize = 100;

/// The document's own day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) days: Days,
    /// Where it stands; none where it is not of the text.
    pub(crate) span: Option<(u32, u32)>,
    pub(crate) rule: &'static str,
}

/// What governs where.
#[derive(Debug)]
pub(crate) struct Governing {
    pub(crate) own: Option<Own>,
    quoted: Vec<Governed>,
}

/// A day that stands on the calendar by itself, with its line.
struct Dated<'t> {
    days: Days,
    span: (u32, u32),
    is_full: bool,
    /// The line up to the day, and from its end on.
    before: &'t str,
    after: &'t str,
}

impl Governing {
    pub(crate) fn of(
        passages: &Passages,
        words: &Words<'_>,
        blocks: &[Stretch],
        quotations: &[Quoted],
        received_on: Option<Day>,
    ) -> Self {
        let dated = dated(words);
        let own = of_head(passages, &dated)
            .or_else(|| of_claim(passages))
            .or_else(|| {
                let day = received_on?;
                Some(Own {
                    days: Days::one(day),
                    span: None,
                    rule: "day of receipt, since the text does not say its own",
                })
            });
        let own_span = own.as_ref().and_then(|own| own.span);
        let quoted = dated
            .iter()
            .filter(|one| Some(one.span) != own_span && is_dateline(one))
            .filter_map(|one| governed(words, one, blocks, quotations))
            .collect();
        Self { own, quoted }
    }

    /// The day that governs a byte of the text.
    pub(crate) fn at(&self, byte: u32) -> Option<Days> {
        let quoted = self.quoted.iter().rev().find(|(over, _)| over.holds(byte));
        quoted
            .map(|(_, days)| *days)
            .or_else(|| self.own.as_ref().map(|own| own.days))
    }
}

fn dated<'t>(words: &Words<'t>) -> Vec<Dated<'t>> {
    let mut found = Vec::new();
    for when in days::days(words, &|_| None) {
        let (Some(first), Some(last), Some(days)) =
            (words.get(when.first), words.get(when.last), when.days)
        else {
            continue;
        };
        let before = words.text.get(..first.start as usize).unwrap_or_default();
        let after = words.text.get(last.end as usize..).unwrap_or_default();
        found.push(Dated {
            days,
            span: (first.start, last.end),
            is_full: when.is_full,
            before: before.rsplit('\n').next().unwrap_or_default(),
            after: after.split('\n').next().unwrap_or_default(),
        });
    }
    found
}

/// The `Date` header of a message; the first whole day of the head, else a month there.
fn of_head(passages: &Passages, dated: &[Dated<'_>]) -> Option<Own> {
    if let Some(own) = of_header(passages) {
        return Some(own);
    }
    let in_head = |one: &&Dated<'_>| {
        let before = one.before.chars().count();
        let whole = before.saturating_add(one.after.chars().count());
        let is_named = ["dated ", "daté du ", "datée du ", "en date du "]
            .iter()
            .any(|word| one.before.ends_with(word));
        one.span.0 < HEAD_BYTES && (before <= LINE_CHARS || whole <= HEAD_LINE_CHARS || is_named)
    };
    let own = |one: &Dated<'_>, rule| Own {
        days: one.days,
        span: Some(one.span),
        rule,
    };
    if let Some(one) = dated.iter().filter(in_head).find(|one| one.is_full) {
        return Some(own(one, "first whole day in the head of the document"));
    }
    let is_month = |one: &&Dated<'_>| {
        let whole = one
            .before
            .chars()
            .count()
            .saturating_add(one.after.chars().count());
        let days = one
            .days
            .last
            .days_since_1970()
            .saturating_sub(one.days.first.days_since_1970());
        (27..=30).contains(&days) && whole <= HEAD_LINE_CHARS && !one.after.contains('.')
    };
    let month = dated.iter().filter(in_head).find(is_month)?;
    Some(own(month, "month in the head of the document"))
}

/// `Date: Mon, 14 Oct 2024 09:12:00 +0200`: the day as the sender's clock had it.
fn of_header(passages: &Passages) -> Option<Own> {
    let says = passages.facts.get("date")?;
    let line = format!("\nDate: {says}");
    let at = passages.text.find(&line)?.checked_add("\nDate: ".len())?;
    let words = Words::of(says);
    let when = days::days(&words, &|_| None)
        .into_iter()
        .find(|when| when.is_full)?;
    let last = words.get(when.last)?;
    let byte = |by: usize| u32::try_from(by).ok();
    Some(Own {
        days: when.days?,
        // The day of the week belongs to it.
        span: Some((byte(at)?, byte(at)?.checked_add(last.end)?)),
        rule: "date header of the message",
    })
}

/// What a page says of itself.
fn of_claim(passages: &Passages) -> Option<Own> {
    let claims = ["article:published_time", "date", "dc.date", "Taken"];
    let says = claims.iter().find_map(|name| passages.facts.get(*name))?;
    let day = says.get(..10)?.replace(':', "-");
    Some(Own {
        days: Days::one(Day::parse(&day).ok()?),
        span: None,
        rule: "day that the material states of itself",
    })
}

/// Whether a day begins a document within the document: `“April 12, 2021 – Ottawa`, `OSLO, 9 March -`.
fn is_dateline(one: &Dated<'_>) -> bool {
    let before = one
        .before
        .trim_start_matches(|c: char| c.is_whitespace() || "“\"«„".contains(c));
    let begins = before.is_empty();
    let is_town = before.ends_with(", ")
        && before.chars().count() <= 40
        && before.starts_with(|c: char| c.is_uppercase());
    let dash = one.after.trim_start().starts_with(['–', '—', '-']);
    one.is_full && dash && (begins || is_town)
}

/// From a dateline to the end of the statement that it heads.
fn governed(
    words: &Words<'_>,
    one: &Dated<'_>,
    blocks: &[Stretch],
    quotations: &[Quoted],
) -> Option<Governed> {
    let block = blocks.iter().position(|block| block.holds(one.span.0))?;
    let mut end = blocks.get(block)?.end;
    let mut has_quoted = false;
    for (at, next) in blocks.iter().enumerate().skip(block.saturating_add(1)) {
        let is_quoted = quotations
            .iter()
            .any(|quoted| quoted.block == at && quoted.text.start <= next.start.saturating_add(4));
        if has_quoted && !is_quoted {
            break;
        }
        has_quoted |= is_quoted;
        end = next.end;
    }
    let over = Stretch::of(words, one.span.0, end);
    Some((over, one.days))
}
