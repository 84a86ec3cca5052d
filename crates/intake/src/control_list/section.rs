//! The section on destinations: which groups and which items of the Guide go by which rule.

use std::collections::BTreeMap;

use domain::control_list::DestinationRule;
use domain::language::Language;
use domain::time::Day;

use super::destinations::{Said, of_section};
use super::note::{Note, Remark};
use super::regulation::{Regulation, day};
use super::wording::{self, folded};
use crate::xml::Element;

/// One paragraph of the section, in one language.
#[derive(Debug, Clone)]
struct Paragraph {
    /// Section and paragraph, as in `2(a)`.
    label: String,
    groups: Vec<String>,
    named: Vec<String>,
    excepted: Vec<String>,
    said: Said,
    offset: usize,
    in_force_from: Option<Day>,
}

/// A rule and where it stands.
#[derive(Debug, Clone)]
pub(super) struct SectionRule {
    pub rule: DestinationRule,
    /// Section and paragraph.
    pub section: String,
    /// Offset of the paragraph in each language that has it.
    pub offsets: BTreeMap<Language, usize>,
    /// In force since; the later day where the languages differ.
    pub in_force_from: Option<Day>,
}

/// The rules of the section, by code of a group or item.
#[derive(Debug, Default)]
pub(super) struct SectionRules {
    pub rules: BTreeMap<String, SectionRule>,
    pub notes: Vec<Note>,
}

/// Reads the paragraphs of each language that is given and joins them by their labels.
///
/// # Law
/// `ECL:2`
pub(super) fn read(en: Option<&Regulation<'_>>, fr: Option<&Regulation<'_>>) -> SectionRules {
    let mut joined = SectionRules::default();
    let english = en.map(|regulation| (Language::En, regulation, paragraphs(regulation)));
    let french = fr.map(|regulation| (Language::Fr, regulation, paragraphs(regulation)));
    let by_label = |paragraphs: &[Paragraph]| -> BTreeMap<String, Paragraph> {
        paragraphs
            .iter()
            .map(|one| (one.label.clone(), one.clone()))
            .collect()
    };
    let others = (french.as_ref().filter(|_| english.is_some()))
        .map(|(language, regulation, paragraphs)| (*language, *regulation, by_label(paragraphs)));
    let Some((language, regulation, first)) = english.as_ref().or(french.as_ref()) else {
        return joined;
    };
    for paragraph in first {
        let mut offsets = BTreeMap::from([(*language, paragraph.offset)]);
        let mut in_force_from = paragraph.in_force_from;
        let mut rule = match &paragraph.said {
            Said::Rule(rule) => rule.clone(),
            Said::Nothing | Said::Unclear(_) => DestinationRule::AsTheItemSays,
        };
        if let Some((language, other_regulation, others)) = &others {
            let other = others.get(&paragraph.label);
            if let Some(other) = other {
                offsets.insert(*language, other.offset);
                in_force_from = in_force_from.max(other.in_force_from);
            }
            if other.is_none_or(|other| !agree(paragraph, other)) {
                rule = DestinationRule::AsTheItemSays;
                joined.notes.push(Note {
                    place: regulation.place(paragraph.offset),
                    beside: other.map(|other| other_regulation.place(other.offset)),
                    about: paragraph.label.clone(),
                    remark: Remark::SectionDiffers,
                });
            }
        }
        if let Said::Unclear(words) = &paragraph.said {
            joined.notes.push(Note {
                place: regulation.place(paragraph.offset),
                beside: None,
                about: paragraph.label.clone(),
                remark: Remark::DestinationsNotUnderstood(words.clone()),
            });
        }
        let section = paragraph.label.clone();
        let entry = SectionRule {
            rule,
            section,
            offsets,
            in_force_from,
        };
        for code in paragraph.groups.iter().chain(&paragraph.named) {
            joined.rules.insert(code.clone(), entry.clone());
        }
        // An exception that no other paragraph rules is never left to its group's rule.
        let open = SectionRule {
            rule: DestinationRule::AsTheItemSays,
            ..entry
        };
        for code in &paragraph.excepted {
            joined
                .rules
                .entry(code.clone())
                .or_insert_with(|| open.clone());
        }
    }
    joined
}

fn agree(one: &Paragraph, other: &Paragraph) -> bool {
    one.groups == other.groups
        && one.named == other.named
        && one.excepted == other.excepted
        && one.said == other.said
}

/// The paragraphs of the body that speak of groups or items and of destinations.
fn paragraphs(regulation: &Regulation<'_>) -> Vec<Paragraph> {
    let mut found = Vec::new();
    for section in regulation.sections() {
        let number = wording::label(section).unwrap_or_default();
        for paragraph in section.children_named("Paragraph") {
            let label = wording::label(paragraph).unwrap_or_default();
            let label = label.trim_matches(['(', ')']);
            found.extend(read_paragraph(paragraph, format!("{number}({label})")));
        }
    }
    found
}

fn read_paragraph(element: &Element, label: String) -> Option<Paragraph> {
    let words = wording::words(element.child("Text")?);
    let said = of_section(&words);
    if said == Said::Nothing {
        return None;
    }
    let mut paragraph = Paragraph {
        label,
        groups: Vec::new(),
        named: Vec::new(),
        excepted: Vec::new(),
        said,
        offset: element.offset(),
        in_force_from: day(element),
    };
    let (mut is_after_group, mut is_exception) = (false, false);
    for word in words.split_whitespace() {
        let word = word.replace(['‑', '–'], "-");
        let item = word
            .trim_matches([',', ';', ':', '(', ')'])
            .trim_end_matches('.');
        let plain = folded(item);
        let plain = plain.as_str();
        let is_joint = ["and", "et", "or", "ou", ""].contains(&plain);
        let is_number = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
        match plain {
            "group" | "groups" | "groupe" | "groupes" => is_after_group = true,
            "except" | "sauf" | "excepté" | "exception" => is_exception = true,
            number if is_after_group && is_number => paragraph.groups.push(number.to_owned()),
            _ if is_guide_item(item) && is_exception => paragraph.excepted.push(item.to_owned()),
            _ if is_guide_item(item) => paragraph.named.push(item.to_owned()),
            _ => {}
        }
        is_after_group &= is_number || is_joint || plain.starts_with("group");
    }
    (!paragraph.groups.is_empty() || !paragraph.named.is_empty()).then_some(paragraph)
}

/// Whether a word numbers an item of the Guide, as in `2-4.a`.
fn is_guide_item(word: &str) -> bool {
    let Some((group, rest)) = word.split_once('-') else {
        return false;
    };
    let mut parts = rest.split('.');
    let is_short = |part: &str| (1..=3).contains(&part.len());
    let is_digits = |part: &str| is_short(part) && part.bytes().all(|b| b.is_ascii_digit());
    let is_part = |part: &str| is_short(part) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    word.len() <= 16
        && is_digits(group)
        && parts.next().is_some_and(is_digits)
        && parts.all(is_part)
}
