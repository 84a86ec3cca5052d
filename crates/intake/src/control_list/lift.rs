//! Settling destinations over the tree: the section's rules, what parts say of their whole, and
//! the items of the Guide that the section names.

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::{Certainty, ControlEntry, DestinationRule};
use domain::language::{Bilingual, Language};

use super::align::Joint;
use super::label::Rank;
use super::note::{Note, Remark};
use super::regulation::Regulation;
use super::section::{SectionRule, SectionRules};
use crate::xml::Place;

/// Gives every entry its rule and adds the items that only the section names.
///
/// # Law
/// `ECL:2`
pub(super) fn settle(
    mut joints: Vec<Joint>,
    rules: SectionRules,
    en: Option<&Regulation<'_>>,
    fr: Option<&Regulation<'_>>,
) -> (Vec<ControlEntry>, Vec<Note>) {
    let SectionRules { rules, mut notes } = rules;
    keep_to_group_rules(&mut joints, &rules);
    lift(&mut joints, &mut notes);
    for joint in &mut joints {
        if let Some(rule) = rules
            .get(&joint.entry.code)
            .filter(|_| !joint.entry.is_repealed)
        {
            joint.entry.destinations = Some(rule.rule.clone());
        }
    }
    let made = joints
        .iter()
        .map(|joint| joint.entry.code.clone())
        .collect();
    let mut naming = Naming {
        by_group: by_group(&rules),
        made,
        en,
        fr,
        notes,
    };
    let mut entries = Vec::new();
    let mut open: Option<String> = None;
    for joint in joints {
        if joint.rank == Rank::Group {
            naming.items_of(open.as_deref(), &mut entries);
            open = Some(joint.entry.code.clone());
        }
        entries.push(joint.entry);
    }
    naming.items_of(open.as_deref(), &mut entries);
    (entries, naming.notes)
}

/// The items that the section names, by group and in the order of their numbers.
fn by_group(rules: &BTreeMap<String, SectionRule>) -> BTreeMap<&str, Vec<(&str, &SectionRule)>> {
    let mut groups: BTreeMap<&str, Vec<(&str, &SectionRule)>> = BTreeMap::new();
    for (code, rule) in rules {
        if let Some((group, _)) = code.split_once('-') {
            groups.entry(group).or_default().push((code, rule));
        }
    }
    for named in groups.values_mut() {
        named.sort_by_key(|(code, _)| natural(code));
    }
    groups
}

/// Parentheses count only where the section leaves destinations to the items (Group 5); elsewhere
/// the section itself rules.
fn keep_to_group_rules(joints: &mut [Joint], rules: &BTreeMap<String, SectionRule>) {
    let mut leaves_to_items = true;
    for joint in joints {
        if joint.rank == Rank::Group {
            let rule = rules.get(&joint.entry.code).map(|rule| &rule.rule);
            leaves_to_items = rule.is_none_or(|rule| *rule == DestinationRule::AsTheItemSays);
        }
        if !leaves_to_items || joint.entry.is_repealed {
            joint.entry.destinations = None;
        }
    }
}

/// Gives an entry the rule of its parts: when every part states the same, or when only the last one
/// states any, at the end of the sentence.
fn lift(joints: &mut [Joint], notes: &mut Vec<Note>) {
    let mut parts: Vec<Vec<usize>> = joints.iter().map(|_| Vec::new()).collect();
    for (index, joint) in joints.iter().enumerate() {
        let parent = joint.parent.filter(|_| !joint.entry.is_repealed);
        if let Some(parts) = parent.and_then(|parent| parts.get_mut(parent)) {
            parts.push(index);
        }
    }
    // Children stand after their parents, so that backwards is bottom up.
    for (index, parts) in parts.iter().enumerate().rev() {
        let of = |part: &usize| {
            joints
                .get(*part)
                .and_then(|part| part.entry.destinations.as_ref())
        };
        let Some(last) = parts.last().and_then(of) else {
            continue;
        };
        let others = || parts.iter().take(parts.len().saturating_sub(1)).map(of);
        let remark = if others().all(|rule| rule == Some(last)) {
            Remark::DestinationsOfEveryPart
        } else if others().all(|rule| rule.is_none()) {
            Remark::DestinationsAtTheEnd
        } else {
            continue;
        };
        let rule = last.clone();
        let Some(joint) = joints.get_mut(index) else {
            continue;
        };
        let is_open = joint.entry.destinations.is_none() && joint.rank != Rank::Group;
        if is_open && rule != DestinationRule::AsTheItemSays {
            joint.entry.destinations = Some(rule);
            notes.push(Note {
                place: joint.place.clone(),
                beside: None,
                about: joint.entry.code.clone(),
                remark,
            });
        }
    }
}

/// Entries for the items of the Guide that the section names.
struct Naming<'n> {
    by_group: BTreeMap<&'n str, Vec<(&'n str, &'n SectionRule)>>,
    /// The codes that entries have already.
    made: BTreeSet<String>,
    en: Option<&'n Regulation<'n>>,
    fr: Option<&'n Regulation<'n>>,
    notes: Vec<Note>,
}

impl Naming<'_> {
    /// Adds the named items of a group that the list does not spell out.
    fn items_of(&mut self, group: Option<&str>, entries: &mut Vec<ControlEntry>) {
        let Some(group) = group else { return };
        for (code, rule) in self.by_group.remove(group).unwrap_or_default() {
            let mut parent = group.to_owned();
            for (at, _) in code.match_indices('.').chain([(code.len(), "")]) {
                let Some(step) = code.get(..at) else { continue };
                if self.made.insert(step.to_owned()) {
                    let entry = self.entry(step, &parent, (step == code).then_some(rule), rule);
                    entries.push(entry);
                }
                step.clone_into(&mut parent);
            }
        }
    }

    /// An entry in the words of the section, or for a level between group and named item.
    fn entry(
        &mut self,
        code: &str,
        parent: &str,
        own: Option<&SectionRule>,
        source: &SectionRule,
    ) -> ControlEntry {
        let (en, fr) = match own {
            Some(_) if code.contains('.') => (
                format!("Goods and technology set out in item {code} of the Guide"),
                format!("Marchandises et technologies visées à l’alinéa {code} du Guide"),
            ),
            Some(_) => (
                format!("Goods and technology set out in item {code} of the Guide"),
                format!("Marchandises et technologies visées à l’article {code} du Guide"),
            ),
            None => (
                format!("Item {code} of the Guide"),
                format!("Article {code} du Guide"),
            ),
        };
        let remark = match own {
            Some(rule) => Remark::NamedBySection(rule.section.clone()),
            None => Remark::BetweenNamedItems,
        };
        let place = |language, regulation: Option<&Regulation<'_>>| {
            let offset = source.offsets.get(&language)?;
            regulation.map(|regulation| regulation.place(*offset))
        };
        let places: [Option<Place>; 2] =
            [place(Language::En, self.en), place(Language::Fr, self.fr)];
        let mut places = places.into_iter().flatten();
        if let Some(place) = places.next() {
            self.notes.push(Note {
                place,
                beside: places.next(),
                about: code.to_owned(),
                remark,
            });
        }
        ControlEntry {
            code: code.to_owned(),
            written: code.to_owned(),
            parent: Some(parent.to_owned()),
            text: Bilingual {
                en: self.en.map(|_| en).unwrap_or_default(),
                fr: self.fr.map(|_| fr).unwrap_or_default(),
            },
            in_force_from: own.and_then(|own| own.in_force_from),
            is_repealed: false,
            destinations: own.map(|own| own.rule.clone()),
            certainty: Certainty::Read,
            regimes: Vec::new(),
        }
    }
}

/// A key by which `7-2` comes before `7-12`.
fn natural(code: &str) -> Vec<(u32, String)> {
    let part = |part: &str| (part.parse().unwrap_or(u32::MAX), part.to_owned());
    code.split(['-', '.']).map(part).collect()
}
