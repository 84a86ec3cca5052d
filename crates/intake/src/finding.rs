//! What a text speaks of: proposals, each with its passage and its rule. Nothing here is a fact.
//!
//! Order: names (countries, places, parties, things), list entries, the day of the document, quotations
//! and who is quoted, days, acts, topics. A relative day is counted from the day that governs its place.

mod act_words;
mod acts;
mod calendar;
mod days;
mod entries;
mod governing;
mod lexicon;
mod names;
mod proposal;
mod quotations;
pub mod score;
mod sentences;
mod speakers;
mod topics;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use domain::time::Day;
use serde::{Deserialize, Serialize};

pub use names::{KnownKind, Names};
pub use proposal::{Kind, Proposal};

use acts::{ActReader, Acted};
use calendar::Days;
use governing::Governing;
use names::Geography;
use sentences::Stretch;
use speakers::Said;
use topics::TopicReader;
use words::Words;

use crate::passages::{Passages, Places};

/// Most proposals of one text; a text with more is a list, and is read as one elsewhere.
const PROPOSALS_MAX: usize = 20_000;

/// What a text was found to speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The document's own day or days, `FIRST/LAST` where they are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_day: Option<String>,
    /// The proposals, in the order of the text.
    pub proposals: Vec<Proposal>,
    /// Whether humanitarian missions are all that it reports: it carries no weight on any permit.
    pub is_humanitarian_only: bool,
    /// Whether there were more proposals than are kept.
    pub is_cut: bool,
}

/// Reads what a text speaks of.
///
/// `received_on` stands in where the text does not say its own day.
#[must_use]
pub fn find(passages: &Passages, names: &Names, received_on: Option<Day>) -> Found {
    let words = Words::of(&passages.text);
    let blocks = sentences::blocks(&words);
    let cut: Vec<Stretch> = blocks
        .iter()
        .flat_map(|block| sentences::sentences(&words, block))
        .collect();
    let quotations = quotations::quotations(&words, &blocks);
    let said = speakers::statements(&words, &blocks, &quotations);
    let governing = Governing::of(passages, &words, &blocks, &quotations, received_on);
    let mut reading = Reading {
        words: &words,
        names,
        proposed: Vec::new(),
        beside: BTreeMap::new(),
        begun: BTreeSet::new(),
    };
    reading.names();
    reading.entries(passages);
    reading.document_day(&governing);
    reading.said(&said);
    reading.days_and_acts(&governing, &cut, &said);
    reading.topics(&cut);
    reading.done(passages, &governing)
}

/// A proposal before its place is counted.
struct Proposed {
    kind: Kind,
    value: String,
    start: u32,
    end: u32,
    rule: &'static str,
    details: BTreeMap<String, String>,
}

struct Reading<'w, 't> {
    words: &'w Words<'t>,
    names: &'w Names,
    proposed: Vec<Proposed>,
    /// Countries, parties, places and entries by where they begin, for what is said beside them.
    beside: BTreeMap<(u32, Kind), Vec<String>>,
    /// Where acts and serial numbers begin.
    begun: BTreeSet<(Kind, u32)>,
}

impl Reading<'_, '_> {
    fn bytes(&self, first: usize, last: usize) -> Option<(u32, u32)> {
        Some((self.words.get(first)?.start, self.words.get(last)?.end))
    }

    fn add(&mut self, kind: Kind, value: impl Into<String>, span: (u32, u32), rule: &'static str) {
        self.add_with(kind, value.into(), span, rule, BTreeMap::new());
    }

    fn add_with(
        &mut self,
        kind: Kind,
        value: String,
        (start, end): (u32, u32),
        rule: &'static str,
        details: BTreeMap<String, String>,
    ) {
        match kind {
            Kind::Country | Kind::Party | Kind::Place | Kind::Entry => {
                let values = self.beside.entry((start, kind)).or_default();
                values.push(value.clone());
            }
            Kind::Act | Kind::Serial => {
                self.begun.insert((kind, start));
            }
            _ => {}
        }
        self.proposed.push(Proposed {
            kind,
            value,
            start,
            end,
            rule,
            details,
        });
    }

    fn names(&mut self) {
        let names = self.names;
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for found in names.registered(self.words) {
            let is_long = found.last > found.first;
            // A name of one word is one only with a capital: many are words of the language too.
            let is_named =
                names::is_written_so(self.words, found.first, found.last, names::Case::Capital);
            if !is_named {
                continue;
            }
            let Some(span) = self.bytes(found.first, found.last) else {
                continue;
            };
            if is_long {
                taken.push((found.first, found.last));
            }
            let is_shared = found.values.len() > 1;
            for held in found.values {
                let mut details = BTreeMap::new();
                if let Some(kind) = held.kind {
                    details.insert("thing".to_owned(), kind.key().to_owned());
                }
                if is_shared {
                    let says = format!("{} things of the register", found.values.len());
                    details.insert("shared-by".to_owned(), says);
                }
                let kind = held.kind.map_or(Kind::Party, |_| Kind::Item);
                self.add_with(kind, held.id.to_string(), span, held.rule, details);
            }
        }
        for found in names.geography(self.words) {
            // A country within the name of a party is part of that name.
            let after = taken.partition_point(|(first, _)| *first <= found.first);
            let over = after.checked_sub(1).and_then(|at| taken.get(at));
            let is_within = over
                .is_some_and(|held| *held != (found.first, found.last) && held.1 >= found.first);
            if !is_within && let Some(span) = self.bytes(found.first, found.last) {
                self.geography(found.values, (found.first, found.last), span);
            }
        }
    }

    fn geography(&mut self, values: &[Geography], at: (usize, usize), span: (u32, u32)) {
        let mut codes = BTreeSet::new();
        for value in values {
            match value {
                Geography::Country { code, rule, case } => {
                    let is_written = names::is_written_so(self.words, at.0, at.1, *case);
                    if is_written && codes.insert(*code) {
                        self.add(Kind::Country, code.as_str(), span, rule);
                    }
                }
                Geography::Place { at: row } => {
                    let is_written = names::is_written_so(self.words, at.0, at.1, names::Case::Any);
                    let Some(place) = self.names.place(*row).filter(|_| is_written) else {
                        continue;
                    };
                    let is_capital = (at.0..=at.1)
                        .any(|one| self.words.get(one).is_some_and(|word| word.is_capital));
                    if !is_capital {
                        continue;
                    }
                    let countries: Vec<&str> =
                        place.countries.iter().map(|code| code.as_str()).collect();
                    let details = BTreeMap::from([
                        ("countries".to_owned(), countries.join(" ")),
                        ("place".to_owned(), place.kind.clone()),
                    ]);
                    let id = place.id.clone();
                    self.add_with(Kind::Place, id, span, "list of places", details);
                }
            }
        }
    }

    fn entries(&mut self, passages: &Passages) {
        for entry in entries::entries(self.words) {
            if let Some(first) = self.words.get(entry.first) {
                let span = (first.start, entry.end);
                self.add(Kind::Entry, entry.value, span, entry.rule);
            }
        }
        for span in entries::serials(self.words) {
            self.serial(passages, span, "number that the text calls a serial number");
        }
        for span in &passages.serials {
            self.serial(passages, *span, "column of serial numbers");
        }
    }

    fn serial(&mut self, passages: &Passages, span: (u32, u32), rule: &'static str) {
        let text = passages.text.get(span.0 as usize..span.1 as usize);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return;
        };
        let is_known = self.begun.contains(&(Kind::Serial, span.0));
        if !is_known {
            self.add(Kind::Serial, text, span, rule);
        }
    }

    fn document_day(&mut self, governing: &Governing) {
        if let Some(own) = &governing.own
            && let Some(span) = own.span
        {
            self.add(Kind::DocumentDay, own.days.to_string(), span, own.rule);
        }
    }

    fn said(&mut self, said: &[Said]) {
        for one in said {
            let value = if one.by.is_official {
                "official"
            } else {
                "other"
            };
            let mut details = BTreeMap::new();
            details.insert("quotation".to_owned(), one.quoted.quotation.to_string());
            match (&one.by.name, &one.by.told) {
                (Some((name, ..)), _) => {
                    details.insert("by".to_owned(), name.clone());
                }
                (None, Some(told)) => {
                    let says = told
                        .text(self.words)
                        .trim()
                        .trim_matches([',', '"', '”', '»']);
                    details.insert("by".to_owned(), says.trim().to_owned());
                }
                (None, None) => {}
            }
            if one.quoted.is_open {
                details.insert("quotation-mark".to_owned(), "never closed".to_owned());
            }
            let text = one.quoted.text;
            let rule = "quoted, with words that say who speaks";
            let span = (text.start, text.end);
            self.add_with(Kind::Statement, value.to_owned(), span, rule, details);
        }
        let mut named = BTreeSet::new();
        for one in said {
            if let Some((name, first, last)) = &one.by.name
                && named.insert((name.clone(), *first))
                && let Some(span) = self.bytes(*first, *last)
            {
                let rule = "name beside the words that say who speaks";
                let details = BTreeMap::from([(
                    "speaks-for".to_owned(),
                    if one.by.is_official {
                        "authority"
                    } else {
                        "other"
                    }
                    .to_owned(),
                )]);
                self.add_with(Kind::Speaker, name.clone(), span, rule, details);
            }
        }
    }

    fn days_and_acts(&mut self, governing: &Governing, cut: &[Stretch], said: &[Said]) {
        let mut days = days::days(self.words, &|byte| governing.at(byte));
        // The document's own day is no day that it speaks of, and none of an act.
        let own = governing.own.as_ref().and_then(|own| own.span);
        days.retain(|when| {
            let start = self.words.get(when.first).map_or(0, |word| word.start);
            !own.is_some_and(|(first, end)| (first..end).contains(&start))
        });
        for when in &days {
            let Some(span) = self.bytes(when.first, when.last) else {
                continue;
            };
            let value = when.days.map_or("?".to_owned(), |days| days.to_string());
            let mut details = BTreeMap::new();
            if !when.is_full
                && let Some(from) = governing.at(span.0)
            {
                details.insert("counted-from".to_owned(), from.to_string());
            }
            self.add_with(Kind::Day, value, span, when.rule, details);
        }
        for length in days::lengths(self.words, &days) {
            if let Some(span) = self.bytes(length.first, length.last) {
                self.add(
                    Kind::Duration,
                    length.value,
                    span,
                    "number and unit of time",
                );
            }
        }
        let reader = ActReader::new();
        let corrections = reader.corrections(self.words);
        let mut from = 0;
        for sentence in cut {
            let rest = days.get(from..).unwrap_or_default();
            from = from.saturating_add(rest.partition_point(|when| when.first < sentence.first));
            let rest = days.get(from..).unwrap_or_default();
            let here = rest.get(..rest.partition_point(|when| when.first < sentence.after));
            let here = here.unwrap_or_default();
            for acted in reader.read(self.words, sentence, &corrections, here) {
                self.act(&acted, here, sentence, said);
            }
        }
    }

    fn act(&mut self, acted: &Acted, days: &[days::When], sentence: &Stretch, said: &[Said]) {
        let Some(span) = self.bytes(acted.first, acted.last) else {
            return;
        };
        let mut details = BTreeMap::from([("object".to_owned(), acted.object.key().to_owned())]);
        let when = acted.when.and_then(|at| days.get(at));
        if let Some(when) = when
            && let Some(days) = when.days
            && let Some(span) = self.bytes(when.first, when.last)
        {
            details.insert("when".to_owned(), days.to_string());
            let value = format!("{} {days}", acted.verb.key());
            self.add(
                Kind::ActDay,
                value,
                span,
                "the day nearest to the act in its sentence",
            );
        }
        let within = |kind: Kind| self.within(kind, sentence.start, sentence.end).join(" ");
        let beside = [
            ("countries", within(Kind::Country)),
            ("parties", within(Kind::Party)),
            ("entries", within(Kind::Entry)),
        ];
        for (name, values) in beside {
            if !values.is_empty() {
                details.insert(name.to_owned(), values);
            }
        }
        let after = said.partition_point(|said| said.quoted.text.start <= span.0);
        let speaker = after.checked_sub(1).and_then(|at| said.get(at));
        let speaker = speaker.filter(|said| said.quoted.text.holds(span.0));
        if let Some((name, ..)) = speaker.and_then(|said| said.by.name.as_ref()) {
            details.insert("said-by".to_owned(), name.clone());
        }
        let value = format!("{}/{}", acted.verb.key(), acted.how.key());
        let rule = "word for an act, with what it is done to, in one clause";
        self.add_with(Kind::Act, value, span, rule, details);
    }

    /// The values of a kind that begin between two bytes, each once, in the order of the text.
    fn within(&self, kind: Kind, start: u32, end: u32) -> Vec<&str> {
        let mut values: Vec<&str> = Vec::new();
        let held = self
            .beside
            .range((start, Kind::DocumentDay)..(end, Kind::DocumentDay));
        for value in held
            .filter(|((_, other), _)| *other == kind)
            .flat_map(|(_, values)| values)
        {
            if !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
        values
    }

    fn topics(&mut self, cut: &[Stretch]) {
        for topic in TopicReader::new().read(self.words, cut) {
            let mut details = BTreeMap::new();
            // A sentence that reports an act on permits is no report of relief.
            let acts = (Kind::Act, topic.start)..(Kind::Act, topic.end);
            let has_act = self.begun.range(acts).next().is_some();
            if topic.kind == Kind::Humanitarian && has_act {
                continue;
            }
            if topic.kind == Kind::Humanitarian {
                let places = self.within(Kind::Place, topic.start, topic.end);
                if !places.is_empty() {
                    details.insert("places".to_owned(), places.join(" "));
                }
                details.insert("weight".to_owned(), "none on any permit".to_owned());
            }
            let span = (topic.start, topic.end);
            self.add_with(
                topic.kind,
                topic.value.to_owned(),
                span,
                topic.rule,
                details,
            );
        }
    }

    /// Orders the proposals and counts their places.
    fn done(mut self, passages: &Passages, governing: &Governing) -> Found {
        self.proposed
            .sort_by_key(|one| (one.start, one.end, one.kind, one.value.clone()));
        let is_cut = self.proposed.len() > PROPOSALS_MAX;
        let has = |kind: Kind| self.proposed.iter().any(|one| one.kind == kind);
        let is_humanitarian_only = has(Kind::Humanitarian)
            && !has(Kind::Act)
            && !has(Kind::Item)
            && !has(Kind::Serial)
            && !has(Kind::Entry);
        let places = Places::of(passages);
        let mut proposals = Vec::new();
        for one in self.proposed.into_iter().take(PROPOSALS_MAX) {
            let Some(passage) = places.spot(one.start, one.end) else {
                continue;
            };
            proposals.push(Proposal {
                no: u32::try_from(proposals.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
                kind: one.kind,
                value: one.value,
                passage,
                rule: one.rule.to_owned(),
                details: one.details,
            });
        }
        Found {
            document_day: governing.own.as_ref().map(|own| own.days.to_string()),
            proposals,
            is_humanitarian_only,
            is_cut,
        }
    }
}

/// Days for what governs a place; kept here so that callers see one type.
pub(crate) type Governed = (Stretch, Days);
