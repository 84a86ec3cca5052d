//! Rules by which codes of one list are read as entries of another: `ML5b` as `2-5.b`.
//!
//! A rule knows how codes are built, never single codes: a prefix, then levels of digits and
//! letters in turn. Several codes may stand in a cell, and later ones may leave out what they
//! share with the one before (`ML10a,b`, `ML5b,15b`, `ML10a-f`). A cell is read whole or not at
//! all, since half a rating would hide the other half from those who ask.

use std::collections::BTreeMap;

use domain::control_list::EntryId;
use domain::time::Day;
use serde::Deserialize;

use crate::bounds::PARTS_MAX;

use super::permit::Unread;
use super::{Column, StatedBy, Unfit};

/// Columns of codes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesMap {
    /// The columns; a line has the codes of all of them.
    pub columns: Vec<Column>,
    /// What a code means that cannot be read.
    #[serde(default)]
    pub unread: Unread,
    /// The rules, in the order in which they are tried.
    #[serde(default)]
    pub rule: Vec<CodeRule>,
}

/// A level of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A number; leading zeros do not count.
    Digits,
    /// Letters, in lower case in the answer.
    Lower,
    /// Letters, in upper case in the answer.
    Upper,
}

/// How codes of one list answer to entries of another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRule {
    /// The key of the list that answers.
    pub list: String,
    /// Its edition, where one answers for all days.
    pub edition: Option<String>,
    /// Its editions by the day of issue, in order.
    #[serde(default)]
    pub editions: Vec<EditionFrom>,
    /// What codes begin with; the first that fits counts. Empty where they begin with a level.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// The levels after the prefix.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// How many levels a code has at least; fewer are no code of this rule.
    #[serde(default = "one_level")]
    pub levels_min: usize,
    /// What the answer begins with, before the first level.
    #[serde(default)]
    pub answer: String,
    /// The levels, from 1, whose number must lie below a bound for the rule to read a code.
    #[serde(default)]
    pub below: BTreeMap<String, u32>,
    /// Codes that follow no pattern, with their entry: a whole cell, or one of several in it.
    #[serde(default)]
    pub exact: BTreeMap<String, String>,
    /// Who says so: `file` where the codes are the answering list's own.
    #[serde(default)]
    pub stated_by: StatedBy,
}

const fn one_level() -> usize {
    1
}

/// An edition from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionFrom {
    /// The first day of issue.
    pub from: Day,
    /// The edition.
    pub edition: String,
}

/// Entries read from a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodesRead {
    /// The entries, in the order of the cell, each once.
    pub entries: Vec<EntryId>,
    /// Whether reading any of them is the map's assumption.
    pub is_assumed: bool,
}

impl CodesMap {
    pub(super) fn check(&self) -> Result<(), Unfit> {
        if self.columns.is_empty() {
            return Err(Unfit::empty("permit.codes.columns"));
        }
        for rule in &self.rule {
            let editions = rule.editions.iter().map(|edition| &edition.edition);
            let editions: Vec<&String> = rule.edition.iter().chain(editions).collect();
            if editions.is_empty() || (rule.edition.is_some() && editions.len() > 1) {
                return Err(Unfit::either("permit.codes.rule", "edition", "editions"));
            }
            if rule.levels.is_empty() && rule.exact.is_empty() {
                return Err(Unfit::empty("levels"));
            }
            for edition in editions {
                EntryId::of(&rule.list, edition, &format!("{}1", rule.answer))
                    .map_err(|_| Unfit::answer(&rule.list, edition, &rule.answer))?;
            }
            if rule.below.keys().any(|level| !rule.has_digits_at(level)) {
                return Err(Unfit::below());
            }
            if !rule.editions.is_sorted_by_key(|edition| edition.from) {
                return Err(Unfit::editions());
            }
        }
        Ok(())
    }

    /// Reads a cell of codes; none when any part of it cannot be read.
    #[must_use]
    pub fn read(&self, cell: &str, issued_on: Day) -> Option<CodesRead> {
        let exact = self.rule.iter().find_map(|rule| {
            let mut pairs = rule.exact.iter();
            let (_, code) = pairs.find(|(written, _)| written.eq_ignore_ascii_case(cell))?;
            Some(vec![(rule, code.clone())])
        });
        let found = match exact {
            Some(found) => found,
            None => Cursor::new(cell, &self.rule).read()?,
        };
        let mut read = CodesRead {
            entries: Vec::new(),
            is_assumed: false,
        };
        for (rule, code) in found {
            let entry = EntryId::of(&rule.list, rule.edition_on(issued_on)?, &code).ok()?;
            read.is_assumed |= rule.stated_by == StatedBy::Map;
            if !read.entries.contains(&entry) {
                read.entries.push(entry);
            }
        }
        (!read.entries.is_empty()).then_some(read)
    }
}

impl CodeRule {
    fn edition_on(&self, day: Day) -> Option<&str> {
        let dated = self
            .editions
            .iter()
            .rev()
            .find(|edition| edition.from <= day);
        dated
            .map(|edition| edition.edition.as_str())
            .or(self.edition.as_deref())
    }

    fn has_digits_at(&self, level: &str) -> bool {
        let place = level
            .parse::<usize>()
            .ok()
            .and_then(|level| level.checked_sub(1));
        place.and_then(|place| self.levels.get(place)) == Some(&Level::Digits)
    }

    /// Whether every bounded level of a code lies below its bound.
    fn is_within(&self, path: &[String]) -> bool {
        (1_usize..).zip(path).all(|(level, written)| {
            let bound = self.below.get(&level.to_string());
            bound.is_none_or(|bound| written.parse::<u32>().is_ok_and(|no| no < *bound))
        })
    }

    fn answer(&self, path: &[String]) -> String {
        format!("{}{}", self.answer, path.join("."))
    }
}

/// Where the reading of a cell stands.
struct Cursor<'r> {
    text: Vec<char>,
    at: usize,
    rules: &'r [CodeRule],
    found: Vec<(&'r CodeRule, String)>,
    /// The rule and the path of the code before.
    last: Option<(&'r CodeRule, Vec<String>)>,
}

impl<'r> Cursor<'r> {
    fn new(cell: &str, rules: &'r [CodeRule]) -> Self {
        Self {
            text: cell.chars().collect(),
            at: 0,
            rules,
            found: Vec::new(),
            last: None,
        }
    }

    fn read(mut self) -> Option<Vec<(&'r CodeRule, String)>> {
        self.skip_separators();
        while self.at < self.text.len() {
            self.code()?;
            if self.found.len() > PARTS_MAX {
                return None;
            }
            let ended = self.at;
            let is_marked = self.skip_separators();
            // Blanks alone may stand between whole codes, not before what leaves out its beginning.
            let begins =
                || !self.prefixes_at(self.at).is_empty() || self.exact_at(self.at).is_some();
            let is_apart = is_marked || (self.at > ended && begins());
            if self.at < self.text.len() && !is_apart {
                return None;
            }
        }
        Some(self.found)
    }

    fn peek(&self, at: usize) -> Option<char> {
        self.text.get(at).copied()
    }

    fn skip_blanks(&self, mut at: usize) -> usize {
        while self.peek(at).is_some_and(char::is_whitespace) {
            at += 1;
        }
        at
    }

    /// Passes what stands between codes; whether a mark or a word was among it.
    fn skip_separators(&mut self) -> bool {
        const WORDS: [&str; 4] = ["and", "en", "et", "und"];
        let mut is_marked = false;
        loop {
            let at = self.skip_blanks(self.at);
            let word: String = self
                .text
                .iter()
                .skip(at)
                .take_while(|c| c.is_alphabetic())
                .collect();
            let after = at + word.chars().count();
            let is_word = WORDS.contains(&word.to_lowercase().as_str())
                && self.peek(after).is_some_and(char::is_whitespace);
            match self.peek(at) {
                _ if is_word => self.at = after,
                Some(',' | ';' | '/' | '+' | '&' | '|' | '.') => self.at = at + 1,
                _ => {
                    self.at = at;
                    return is_marked;
                }
            }
            is_marked = true;
        }
    }

    /// The rules whose prefix stands here, and where their levels begin.
    fn prefixes_at(&self, at: usize) -> Vec<(&'r CodeRule, usize)> {
        let begins = |rule: &CodeRule, after: usize| {
            let after = self.skip_blanks(after);
            let first = rule.levels.first()?;
            self.peek(after)
                .is_some_and(|c| first.has(c))
                .then_some(after)
        };
        let fits = |rule: &'r CodeRule| {
            if rule.prefixes.is_empty() {
                return Some((rule, begins(rule, at)?));
            }
            let after = rule.prefixes.iter().find_map(|prefix| {
                let mut after = at;
                for wanted in prefix.chars() {
                    if !self.peek(after)?.eq_ignore_ascii_case(&wanted) {
                        return None;
                    }
                    after += 1;
                }
                begins(rule, after)
            })?;
            Some((rule, after))
        };
        self.rules.iter().filter_map(fits).collect()
    }

    /// The code of no pattern that stands here, the longest where several fit, and where it ends.
    fn exact_at(&self, at: usize) -> Option<(&'r CodeRule, &'r String, usize)> {
        let fits = |rule: &'r CodeRule, (written, code): (&'r String, &'r String)| {
            let mut end = at;
            for wanted in written.chars() {
                if !self.peek(end)?.eq_ignore_ascii_case(&wanted) {
                    return None;
                }
                end += 1;
            }
            let is_whole = !self.peek(end).is_some_and(char::is_alphanumeric);
            is_whole.then_some((rule, code, end))
        };
        let all = self.rules.iter();
        let found = all.flat_map(|rule| rule.exact.iter().filter_map(move |pair| fits(rule, pair)));
        found.max_by_key(|(.., end)| *end)
    }

    /// Reads one code, or one range or run of them.
    fn code(&mut self) -> Option<()> {
        let from = self.at;
        if let Some((rule, code, end)) = self.exact_at(from) {
            self.at = end;
            self.found.push((rule, code.clone()));
            self.last = None;
            return Some(());
        }
        for (rule, after) in self.prefixes_at(from) {
            let before = self.found.len();
            let last = self.last.clone();
            self.at = after;
            if self.levels(rule, Vec::new()).is_some() {
                return Some(());
            }
            self.at = from;
            self.found.truncate(before);
            self.last = last;
            if !rule.prefixes.is_empty() {
                return None;
            }
        }
        // What is left out is shared with the code before.
        let (rule, mut path) = self.last.clone()?;
        let here = self.peek(self.at)?;
        let level = rule.levels.iter().position(|level| level.has(here))?;
        if path.len() < level {
            return None;
        }
        path.truncate(level);
        self.levels(rule, path)
    }

    fn levels(&mut self, rule: &'r CodeRule, mut path: Vec<String>) -> Option<()> {
        let start = path.len();
        while let Some(level) = rule.levels.get(path.len()) {
            let Some((run, after, is_joined)) = self.run(*level, path.len() > start) else {
                break;
            };
            let is_last_letters = *level != Level::Digits && run.chars().count() > 1;
            if is_last_letters {
                // `10ab` is 10a and 10b; letters out of step are a word.
                let letters = run.to_ascii_lowercase();
                if is_joined || !"abcdefghijklmnopqrstuvwxyz".contains(&letters) {
                    return None;
                }
                self.at = after;
                return run.chars().try_for_each(|letter| {
                    self.push(rule, &path, level.written(&letter.to_string()))
                });
            }
            self.at = after;
            if let Some((until, beyond)) = self.range(*level, &run) {
                self.at = beyond;
                return until
                    .iter()
                    .try_for_each(|step| self.push(rule, &path, level.written(step)));
            }
            path.push(level.written(&run));
        }
        let last = path.pop()?;
        self.push(rule, &path, last)
    }

    fn push(&mut self, rule: &'r CodeRule, path: &[String], last: String) -> Option<()> {
        let mut path = path.to_vec();
        path.push(last);
        if path.len() < rule.levels_min || !rule.is_within(&path) {
            return None;
        }
        self.found.push((rule, rule.answer(&path)));
        self.last = Some((rule, path));
        Some(())
    }

    /// The characters of a level that stand here, where they end, and whether a mark joins them to
    /// the level before.
    fn run(&self, level: Level, may_join: bool) -> Option<(String, usize, bool)> {
        let mut at = self.at;
        let mut is_joined = false;
        if may_join && matches!(self.peek(at), Some('.' | '(')) {
            let next = at + 1;
            // `ML2.ML6` are two codes, `ML2.a` is one.
            let is_new = |(rule, _): &(&CodeRule, usize)| !rule.prefixes.is_empty();
            if self.prefixes_at(next).iter().any(is_new) {
                return None;
            }
            at = next;
            is_joined = true;
        }
        let run: String = self
            .text
            .iter()
            .skip(at)
            .take_while(|c| level.has(**c))
            .collect();
        if run.is_empty() {
            return None;
        }
        let mut after = at + run.chars().count();
        if is_joined && self.peek(self.at) == Some('(') {
            if self.peek(after) != Some(')') {
                return None;
            }
            after += 1;
        }
        Some((run, after, is_joined))
    }

    /// The steps of a range that begins with `first` (`a-f`), and where it ends.
    fn range(&self, level: Level, first: &str) -> Option<(Vec<String>, usize)> {
        if self.peek(self.at) != Some('-') || level == Level::Digits {
            return None;
        }
        let (from, until) = (first.chars().next()?, self.peek(self.at + 1)?);
        let is_alone = !self.peek(self.at + 2).is_some_and(char::is_alphanumeric);
        let (from, until) = (from.to_ascii_lowercase(), until.to_ascii_lowercase());
        (until.is_ascii_lowercase() && from < until && is_alone)
            .then(|| ((from..=until).map(String::from).collect(), self.at + 2))
    }
}

impl Level {
    const fn has(self, c: char) -> bool {
        match self {
            Self::Digits => c.is_ascii_digit(),
            Self::Lower | Self::Upper => c.is_ascii_alphabetic(),
        }
    }

    fn written(self, run: &str) -> String {
        match self {
            Self::Digits => match run.trim_start_matches('0') {
                "" => "0".to_owned(),
                digits => digits.to_owned(),
            },
            Self::Lower => run.to_ascii_lowercase(),
            Self::Upper => run.to_ascii_uppercase(),
        }
    }
}

#[cfg(test)]
mod tests;
