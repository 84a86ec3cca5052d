//! Joining the two languages by the codes of their entries.

use std::collections::BTreeMap;

use domain::control_list::{Certainty, ControlEntry, DestinationRule};
use domain::language::{Bilingual, Language};

use super::destinations::{Said, of_another, of_words};
use super::label::Rank;
use super::note::{Note, Remark};
use super::outline::{Lead, Line, Outline};
use super::regulation::Regulation;
use super::{Tally, lift, section};
use crate::xml::Place;

/// The entries of an edition, and what is to be said about them.
pub(super) struct Joined {
    pub entries: Vec<ControlEntry>,
    pub notes: Vec<Note>,
    pub tally: Tally,
}

/// An entry with what the joining still needs to know about it.
pub(super) struct Joint {
    pub entry: ControlEntry,
    pub rank: Rank,
    pub parent: Option<usize>,
    pub place: Place,
}

/// An entry in each language that has it.
type Pair<'s> = (Option<&'s Line>, Option<&'s Line>);

/// One language with what its words say about destinations, line by line.
struct Side<'r> {
    language: Language,
    outline: Outline<'r>,
    regulation: &'r Regulation<'r>,
    said: Vec<Said>,
    by_code: BTreeMap<String, usize>,
}

impl<'r> Side<'r> {
    fn of(language: Language, regulation: &'r Regulation<'r>) -> Self {
        let outline = Outline::of(regulation);
        let by_code: BTreeMap<String, usize> = (outline.lines.iter().enumerate())
            .map(|(index, line)| (line.code.clone(), index))
            .collect();
        let mut said: Vec<Said> = outline.lines.iter().map(said_of).collect();
        for line in &outline.lines {
            let Some((number, rule)) = line.words.first().and_then(|words| of_another(words))
            else {
                continue;
            };
            let above = line.parent.and_then(|parent| outline.lines.get(parent));
            let other = above.map(|above| format!("{}.{number}", above.code));
            let index = other.and_then(|code| by_code.get(&code));
            if let Some(said) = index.and_then(|index| said.get_mut(*index)) {
                *said = Said::Rule(rule);
            }
        }
        Self {
            language,
            outline,
            regulation,
            said,
            by_code,
        }
    }

    fn place(&self, line: &Line) -> Place {
        self.regulation.place(line.offset)
    }

    fn find(&self, code: &str) -> Option<(&Line, &Said)> {
        let index = *self.by_code.get(code)?;
        Some((self.outline.lines.get(index)?, self.said.get(index)?))
    }
}

/// What a line says in its own words, or else in the nearest heading above it that says something.
fn said_of(line: &Line) -> Said {
    if line.is_repealed {
        return Said::Nothing;
    }
    let own = line
        .words
        .iter()
        .skip(usize::from(line.lead == Lead::FirstPart));
    let said = of_words(own.map(String::as_str));
    if said == Said::Nothing {
        line.heading_says.clone()
    } else {
        said
    }
}

/// Joins what is given; a language that is not leaves its texts empty.
pub(super) fn join(en: Option<&Regulation<'_>>, fr: Option<&Regulation<'_>>) -> Joined {
    let en_side = en.map(|regulation| Side::of(Language::En, regulation));
    let fr_side = fr.map(|regulation| Side::of(Language::Fr, regulation));
    let mut joining = Joining {
        joints: Vec::new(),
        notes: Vec::new(),
        indices: BTreeMap::new(),
    };
    for (side, other) in [(&en_side, Language::Fr), (&fr_side, Language::En)] {
        if let Some(side) = side {
            joining.notes.extend(side.outline.notes.iter().cloned());
            let is_alone = en_side.is_none() || fr_side.is_none();
            if is_alone {
                let place = side.regulation.place(0);
                joining.note(place, None, "", Remark::LanguageAbsent(other));
            }
        }
    }
    for (en_line, fr_line) in pairs(en_side.as_ref(), fr_side.as_ref()) {
        joining.add(en_side.as_ref(), fr_side.as_ref(), en_line, fr_line);
    }
    let lines = |side: &Option<Side<'_>>| side.as_ref().map_or(0, |side| side.outline.lines.len());
    let (english, french) = (lines(&en_side), lines(&fr_side));
    let spelled_out = joining.joints.len();
    let aligned = english.saturating_add(french).saturating_sub(spelled_out);
    let rules = section::read(en, fr);
    let (entries, notes) = lift::settle(joining.joints, rules, en, fr);
    joining.notes.extend(notes);
    joining
        .notes
        .sort_by(|one, other| one.place.cmp(&other.place));
    let from_section = entries.len().saturating_sub(spelled_out);
    let tally = Tally {
        english,
        french,
        aligned,
        from_section,
    };
    Joined {
        entries,
        notes: joining.notes,
        tally,
    }
}

/// The lines of both languages in the order of the English, each French line without a match after
/// the French line before it, and every line under its parent. INVARIANT (parents first) holds on
/// even where the two languages lay one code under different entries.
fn pairs<'s>(en: Option<&'s Side<'_>>, fr: Option<&'s Side<'_>>) -> Vec<Pair<'s>> {
    let lines = |side: Option<&'s Side<'_>>| side.map_or(&[][..], |side| &side.outline.lines);
    let has = |code: &str| en.is_some_and(|en| en.by_code.contains_key(code));
    let mut after: BTreeMap<Option<&str>, Vec<Pair<'_>>> = BTreeMap::new();
    let mut before: Option<&str> = None;
    for line in lines(fr) {
        if has(&line.code) {
            before = Some(&line.code);
        } else {
            after.entry(before).or_default().push((None, Some(line)));
        }
    }
    let mut joined = after.remove(&None).unwrap_or_default();
    for line in lines(en) {
        let other = fr.and_then(|fr| fr.find(&line.code));
        joined.push((Some(line), other.map(|(line, _)| line)));
        joined.append(&mut after.remove(&Some(line.code.as_str())).unwrap_or_default());
    }
    under_parents(joined, lines(en), lines(fr))
}

/// The same pairs, each after the one it lies under, otherwise in the order given.
fn under_parents<'s>(joined: Vec<Pair<'s>>, en: &'s [Line], fr: &'s [Line]) -> Vec<Pair<'s>> {
    let parent = |pair: &Pair<'s>| -> Option<&'s str> {
        let (line, lines) = match pair {
            (Some(line), _) => (line, en),
            (None, line) => (line.as_ref()?, fr),
        };
        lines.get(line.parent?).map(|above| above.code.as_str())
    };
    let mut children: BTreeMap<Option<&str>, Vec<Pair<'s>>> = BTreeMap::new();
    for pair in joined {
        children.entry(parent(&pair)).or_default().push(pair);
    }
    let mut open: Vec<Pair<'s>> = children.remove(&None).unwrap_or_default();
    open.reverse();
    let mut ordered = Vec::new();
    while let Some(pair) = open.pop() {
        let code = pair.0.or(pair.1).map(|line| line.code.as_str());
        let under = code
            .and_then(|code| children.remove(&Some(code)))
            .unwrap_or_default();
        open.extend(under.into_iter().rev());
        ordered.push(pair);
    }
    ordered
}

struct Joining {
    joints: Vec<Joint>,
    notes: Vec<Note>,
    indices: BTreeMap<String, usize>,
}

impl Joining {
    fn note(&mut self, place: Place, beside: Option<Place>, about: &str, remark: Remark) {
        self.notes.push(Note {
            place,
            beside,
            about: about.to_owned(),
            remark,
        });
    }

    fn add(
        &mut self,
        en: Option<&Side<'_>>,
        fr: Option<&Side<'_>>,
        en_line: Option<&Line>,
        fr_line: Option<&Line>,
    ) {
        let (Some(line), Some(side)) =
            (en_line.or(fr_line), if en_line.is_some() { en } else { fr })
        else {
            return;
        };
        let place = side.place(line);
        let sides = [en.zip(en_line), fr.zip(fr_line)];
        if let (None, Some(other)) = (
            en_line.and(fr_line),
            if en_line.is_some() { fr } else { en },
        ) {
            let beside = parent_place(side, other, line);
            let remark = Remark::OneLanguageOnly(side.language);
            self.note(place.clone(), beside, &line.code, remark);
        }
        let said = sides.map(|side| {
            side.and_then(|(side, line)| side.find(&line.code))
                .map(|(_, said)| said.clone())
        });
        let in_force_from = self.in_force(line, sides, &place);
        let is_repealed = self.is_repealed(line, sides, &place);
        let destinations = self.destinations(line, said, &place, fr.zip(fr_line));
        let above = line
            .parent
            .and_then(|parent| side.outline.lines.get(parent));
        let text = |line: Option<&Line>| line.map(|line| line.words.join("\n")).unwrap_or_default();
        let entry = ControlEntry {
            code: line.code.clone(),
            written: line.written.clone(),
            parent: above.map(|above| above.code.clone()),
            text: Bilingual {
                en: text(en_line),
                fr: text(fr_line),
            },
            in_force_from,
            is_repealed,
            destinations,
            certainty: Certainty::Read,
            regimes: Vec::new(),
        };
        let parent = above
            .and_then(|above| self.indices.get(&above.code))
            .copied();
        self.indices.insert(line.code.clone(), self.joints.len());
        self.joints.push(Joint {
            entry,
            rank: line.rank,
            parent,
            place,
        });
    }

    fn in_force(
        &mut self,
        line: &Line,
        sides: [Option<(&Side<'_>, &Line)>; 2],
        place: &Place,
    ) -> Option<domain::time::Day> {
        let [en, fr] = sides.map(|side| side.and_then(|(_, line)| line.in_force_from));
        if let (Some(en), Some(fr)) = (en, fr)
            && en != fr
        {
            let beside = sides[1].map(|(side, line)| side.place(line));
            let remark = Remark::InForceDiffers(format!("{en}, {fr}"));
            self.note(place.clone(), beside, &line.code, remark);
        }
        en.max(fr)
    }

    fn is_repealed(
        &mut self,
        line: &Line,
        sides: [Option<(&Side<'_>, &Line)>; 2],
        place: &Place,
    ) -> bool {
        let present = sides.iter().flatten();
        let repealed: Vec<Language> = present
            .clone()
            .filter(|(_, line)| line.is_repealed)
            .map(|(side, _)| side.language)
            .collect();
        if repealed.len() == present.count() {
            return true;
        }
        if let Some(language) = repealed.first() {
            let beside = sides[1].map(|(side, line)| side.place(line));
            let remark = Remark::RepealedInOneLanguage(*language);
            self.note(place.clone(), beside, &line.code, remark);
        }
        false
    }

    fn destinations(
        &mut self,
        line: &Line,
        said: [Option<Said>; 2],
        place: &Place,
        french: Option<(&Side<'_>, &Line)>,
    ) -> Option<DestinationRule> {
        let beside = french.map(|(side, line)| side.place(line));
        let mut doubt = |remark| {
            self.note(place.clone(), beside.clone(), &line.code, remark);
            Some(DestinationRule::AsTheItemSays)
        };
        match said {
            [Some(Said::Unclear(words)), _] | [_, Some(Said::Unclear(words))] => {
                doubt(Remark::DestinationsNotUnderstood(words))
            }
            [Some(Said::Rule(en)), Some(Said::Rule(fr))] if en != fr => {
                doubt(Remark::DestinationsDiffer)
            }
            [Some(Said::Rule(rule)), Some(Said::Nothing)] => {
                doubt(Remark::DestinationsInOneLanguage(Language::En));
                Some(rule)
            }
            [Some(Said::Nothing), Some(Said::Rule(rule))] => {
                doubt(Remark::DestinationsInOneLanguage(Language::Fr));
                Some(rule)
            }
            [Some(Said::Rule(rule)), _] | [None, Some(Said::Rule(rule))] => Some(rule),
            [Some(Said::Nothing) | None, Some(Said::Nothing) | None] => None,
        }
    }
}

/// Where the match of a line was expected: the place of its parent's match, or of the list.
fn parent_place(side: &Side<'_>, other: &Side<'_>, line: &Line) -> Option<Place> {
    let above = line
        .parent
        .and_then(|parent| side.outline.lines.get(parent));
    let found = above
        .and_then(|above| other.find(&above.code))
        .map(|(line, _)| line.offset);
    Some(other.regulation.place(found.unwrap_or(0)))
}
