//! One language of a list as a flat run of entries, each knowing the entry above it.
//!
//! INVARIANT (parents first): an entry's parent stands before it in the run.

use std::collections::BTreeMap;

use domain::time::Day;

use super::destinations::{Said, of_words};
use super::label::{self, Cues, Label, Rank};
use super::note::{Note, Remark};
use super::regulation::{Regulation, day};
use super::wording;
use crate::xml::Element;

/// What a note under an item is headed by, in either language.
const NOTE_HEADS: [&str; 5] = ["note", "notes", "nota", "remarque", "remarques"];

/// Where the first words of an entry come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// The entry itself.
    Own,
    /// The sub-heading right above it.
    Heading,
    /// Its first part.
    FirstPart,
    /// Nowhere: it has no words.
    Nowhere,
}

/// One entry in one language.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub rank: Rank,
    pub code: String,
    pub written: String,
    pub parent: Option<usize>,
    /// Paragraphs: the entry's own words, then unlabelled text and notes under it.
    pub words: Vec<String>,
    /// Where the first paragraph comes from.
    pub lead: Lead,
    /// What the nearest sub-heading above an item says about destinations.
    pub heading_says: Said,
    pub in_force_from: Option<Day>,
    pub is_repealed: bool,
    pub offset: usize,
}

/// The entries of one language.
pub(super) struct Outline<'r> {
    pub lines: Vec<Line>,
    pub notes: Vec<Note>,
    regulation: &'r Regulation<'r>,
    /// Each code given, with how often its label stood in that place.
    codes: BTreeMap<String, usize>,
    /// The entries open at this point, shallowest first.
    open: Vec<usize>,
    /// The sub-headings open at this point: their level, and what they say about destinations.
    headings: Vec<(u8, Said)>,
    /// The words of the last sub-heading, while no item stands under it yet.
    new_heading: Option<String>,
    letters: [Option<String>; 2],
    romans: [Option<String>; 2],
}

/// Whether a schedule has headings of groups.
pub(super) fn has_groups(regulation: &Regulation<'_>) -> bool {
    regulation.schedules().any(|schedule| {
        schedule
            .children_named("Heading")
            .any(|heading| group(heading).is_some())
    })
}

/// The number and title of a group heading, as in `GROUP 5` with its title beside or after it.
fn group(heading: &Element) -> Option<(String, String, String)> {
    let label = wording::label(heading);
    let title = heading
        .child("TitleText")
        .map(wording::words)
        .unwrap_or_default();
    let written = label.clone().unwrap_or_else(|| title.clone());
    let mut words = written
        .split([' ', '\u{a0}'])
        .filter(|word| !word.is_empty());
    let first = words.next()?.to_uppercase();
    if !matches!(first.as_str(), "GROUP" | "GROUPE") {
        return None;
    }
    let number = words.next()?.trim_end_matches([':', '.', ',']).to_owned();
    if number.is_empty() || number.len() > 3 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if label.is_some() {
        return Some((number, written, title));
    }
    let rest: Vec<&str> = words
        .skip_while(|word| matches!(*word, "-" | "–" | "—" | ":"))
        .collect();
    let head = format!("{first} {number}");
    Some((number, head, rest.join(" ")))
}

impl<'r> Outline<'r> {
    /// Reads the schedules, or the sections for a list that has its entries there.
    pub fn of(regulation: &'r Regulation<'r>) -> Self {
        let mut outline = Self {
            lines: Vec::new(),
            notes: Vec::new(),
            regulation,
            codes: BTreeMap::new(),
            open: Vec::new(),
            headings: Vec::new(),
            new_heading: None,
            letters: [None, None],
            romans: [None, None],
        };
        if has_groups(regulation) {
            for schedule in regulation.schedules() {
                outline.schedule(schedule);
            }
        } else {
            for section in regulation.sections() {
                // The section that brings the list into force is no entry of it.
                if !section
                    .attribute("type")
                    .is_some_and(|kind| kind.starts_with("CIF"))
                {
                    outline.provision(section, None);
                }
            }
        }
        outline.lend_words();
        outline
    }

    fn note(&mut self, offset: usize, about: &str, remark: Remark) {
        let place = self.regulation.place(offset);
        let about = about.chars().take(80).collect();
        self.notes.push(Note {
            place,
            beside: None,
            about,
            remark,
        });
    }

    fn schedule(&mut self, schedule: &Element) {
        for child in schedule.children() {
            match child.name() {
                "Heading" => self.heading(child),
                "Provision" => self.provision(child, None),
                "ScheduleFormHeading" | "HistoricalNote" | "PageBreak" => {}
                other => self.note(child.offset(), other, Remark::PassedOver),
            }
        }
    }

    fn heading(&mut self, heading: &Element) {
        if let Some((number, written, title)) = group(heading) {
            self.open.clear();
            self.headings.clear();
            self.new_heading = None;
            let label = Label {
                rank: Rank::Group,
                part: number,
            };
            let own = (!title.is_empty()).then_some(title);
            self.push(heading, label, written, own);
            return;
        }
        let level = heading
            .attribute("level")
            .and_then(|level| level.parse().ok())
            .unwrap_or(2);
        let title = heading
            .child("TitleText")
            .map(wording::words)
            .unwrap_or_default();
        let says = of_words(std::iter::once(title.as_str()));
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, says));
        self.new_heading = Some(title).filter(|title| !title.is_empty());
        // What follows a heading is no longer under the item before it.
        self.open.retain(|index| {
            self.lines
                .get(*index)
                .is_some_and(|l| l.rank == Rank::Group)
        });
    }

    /// Reads a provision or a part of a section, and what lies in it.
    fn provision(&mut self, element: &Element, within: Option<usize>) {
        let Some(written) = wording::label(element) else {
            let owner = within.or_else(|| self.owner_at_top());
            return self.unlabelled(element, owner);
        };
        let Some(label) = self.understand(element, &written, within.is_none()) else {
            self.note(element.offset(), &written, Remark::LabelNotUnderstood);
            let owner = within.or_else(|| self.owner_at_top());
            return self.words_only(element, owner, Some(&written));
        };
        let text = element.child("Text").or_else(|| element.child("Repealed"));
        let own = text.map(wording::words).filter(|words| !words.is_empty());
        let index = self.push(element, label, written, own);
        self.check_nesting(index, within);
        self.inside(element, index);
    }

    fn inside(&mut self, element: &Element, index: usize) {
        for child in element.children() {
            match child.name() {
                "Provision" | "Subsection" | "Paragraph" | "Subparagraph" | "Clause"
                | "Subclause" => self.provision(child, Some(index)),
                "Label" | "Text" | "HistoricalNote" | "MarginalNote" | "Footnote" | "PageBreak"
                | "Repealed" => {}
                name if name.starts_with("Continued") => {
                    self.add_words(index, wording::words(child))
                }
                name => {
                    self.note(child.offset(), name, Remark::WordsOnly);
                    self.add_words(index, wording::words(child));
                }
            }
        }
    }

    /// Text without a label: it belongs to the entry around it; labelled parts in it are entries,
    /// but those of a note are not.
    fn unlabelled(&mut self, element: &Element, owner: Option<usize>) {
        let Some(owner) = owner else {
            return self.note(element.offset(), element.name(), Remark::PassedOver);
        };
        let own = element
            .child("Text")
            .map(wording::words)
            .unwrap_or_default();
        let is_note = NOTE_HEADS.contains(&wording::folded(&own).trim_end_matches([' ', ':', '.']))
            || (element.attribute("pointsize").is_some() && label::indent(element).is_none());
        if is_note {
            return self.words_only(element, Some(owner), None);
        }
        self.add_words(owner, own);
        self.inside(element, owner);
    }

    /// Keeps the words of an element and of all in it, labels included, in an entry's text.
    fn words_only(&mut self, element: &Element, owner: Option<usize>, written: Option<&str>) {
        let Some(owner) = owner else {
            return self.note(element.offset(), element.name(), Remark::PassedOver);
        };
        let text = element
            .child("Text")
            .map(wording::words)
            .unwrap_or_default();
        let words = match written {
            Some(written) if !text.is_empty() => format!("{written} {text}"),
            Some(written) => written.to_owned(),
            None => text,
        };
        self.add_words(owner, words);
        for child in element.children_named("Provision") {
            let written = wording::label(child);
            self.words_only(child, Some(owner), written.as_deref());
        }
    }

    fn add_words(&mut self, index: usize, words: String) {
        if let Some(line) = self.lines.get_mut(index).filter(|_| !words.is_empty()) {
            line.words.push(words);
        }
    }

    /// The entry that unlabelled text of the schedule belongs to: the item before it, or the group.
    fn owner_at_top(&self) -> Option<usize> {
        let at_top = |index: &&usize| {
            self.lines
                .get(**index)
                .is_some_and(|l| l.rank <= Rank::Item)
        };
        self.open.iter().rev().find(at_top).copied()
    }

    fn understand(&self, element: &Element, written: &str, is_at_top: bool) -> Option<Label> {
        let indent = label::indent(element);
        let is_small = written.chars().any(|c| c.is_ascii_lowercase());
        let which = usize::from(!is_small);
        let cues = Cues {
            element: label::rank_of(element),
            indent,
            letter_before: self.letters.get(which).and_then(Option::as_deref),
            roman_before: self.romans.get(which).and_then(Option::as_deref),
            is_at_top,
        };
        label::read(written, cues)
    }

    /// Adds an entry under the nearest open one of lower rank.
    fn push(
        &mut self,
        element: &Element,
        label: Label,
        written: String,
        own: Option<String>,
    ) -> usize {
        let Label { rank, part } = label;
        self.open
            .retain(|index| self.lines.get(*index).is_some_and(|line| line.rank < rank));
        self.remember(rank, &part);
        let parent = self.open.last().copied();
        let above = parent
            .and_then(|parent| self.lines.get(parent))
            .filter(|_| rank > Rank::Item);
        let mut code = above.map_or_else(|| part.clone(), |above| format!("{}.{part}", above.code));
        let times = self.codes.entry(code.clone()).or_default();
        *times = times.saturating_add(1);
        if *times > 1 {
            // No label holds `_`, so the code is free.
            code = format!("{code}_{times}");
            self.note(element.offset(), &code, Remark::LabelTwice);
        }
        // A heading lends its words to the item right under it, once.
        let heading = if rank == Rank::Item {
            self.new_heading.take()
        } else {
            None
        };
        let (lead, words) = match (own, heading) {
            (Some(own), _) => (Lead::Own, vec![own]),
            (None, Some(heading)) => (Lead::Heading, vec![heading]),
            (None, None) => (Lead::Nowhere, Vec::new()),
        };
        let heading_says = match rank {
            Rank::Item => self.heading_says(),
            _ => Said::Nothing,
        };
        self.lines.push(Line {
            rank,
            code,
            written,
            parent,
            lead,
            words,
            heading_says,
            in_force_from: day(element),
            is_repealed: is_repealed(element),
            offset: element.offset(),
        });
        let index = self.lines.len().saturating_sub(1);
        self.open.push(index);
        index
    }

    fn heading_says(&self) -> Said {
        let says = self.headings.iter().rev().map(|(_, says)| says);
        says.into_iter()
            .find(|says| **says != Said::Nothing)
            .cloned()
            .unwrap_or(Said::Nothing)
    }

    /// Keeps the last letter and roman number given, and forgets those of deeper ranks.
    fn remember(&mut self, rank: Rank, part: &str) {
        let set = |slot: Option<&mut Option<String>>, value: Option<&str>| {
            if let Some(slot) = slot {
                *slot = value.map(str::to_owned);
            }
        };
        let given = |at: Rank| (rank == at).then_some(part);
        if rank <= Rank::Paragraph {
            set(self.letters.first_mut(), given(Rank::Paragraph));
        }
        if rank <= Rank::Subparagraph {
            set(self.romans.first_mut(), given(Rank::Subparagraph));
        }
        if rank <= Rank::Clause {
            set(self.letters.last_mut(), given(Rank::Clause));
        }
        set(self.romans.last_mut(), given(Rank::Subclause));
    }

    fn check_nesting(&mut self, index: usize, within: Option<usize>) {
        let Some(line) = self.lines.get(index) else {
            return;
        };
        let (code, offset, parent) = (line.code.clone(), line.offset, line.parent);
        let Some(around) = within.filter(|within| Some(*within) != parent) else {
            return;
        };
        if let Some(around) = self.lines.get(around).map(|line| line.code.clone()) {
            self.note(offset, &code, Remark::NestedElsewhere(around));
        }
    }

    /// Shows an entry without words of its own with those of its first part.
    fn lend_words(&mut self) {
        for index in (0..self.lines.len()).rev() {
            let Some(line) = self
                .lines
                .get(index)
                .filter(|line| line.lead == Lead::Nowhere)
            else {
                continue;
            };
            let (code, offset) = (line.code.clone(), line.offset);
            let next = self.lines.get(index.saturating_add(1));
            let first = next.filter(|next| next.parent == Some(index));
            let Some(words) = first.and_then(|first| first.words.first()).cloned() else {
                continue;
            };
            if let Some(line) = self.lines.get_mut(index) {
                line.words.insert(0, words);
                line.lead = Lead::FirstPart;
            }
            self.note(offset, &code, Remark::WordsOfTheFirstPart);
        }
    }
}

/// Whether the source marks the whole entry as repealed.
fn is_repealed(element: &Element) -> bool {
    let holder = element
        .child("Text")
        .or_else(|| element.child("TitleText"))
        .unwrap_or(element);
    if holder.child("Repealed").is_some() {
        return true;
    }
    let words = wording::folded(&wording::words(holder));
    ["[repealed", "[abrogé"]
        .iter()
        .any(|mark| words.starts_with(mark))
}
