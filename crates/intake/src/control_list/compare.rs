//! What changed between two editions of a list, or between two readings of one.

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::{ControlEntry, ControlList};
use domain::language::Language;

use super::wording::folded;

/// One entry that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its code, in the new edition where it is there, else in the old.
    pub code: String,
    /// How it differs.
    pub kind: ChangeKind,
}

/// How an entry differs from one edition to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone without a trace.
    Removed,
    /// The source now shows it as repealed.
    Repealed,
    /// Its words differ in these languages (of those that both editions have).
    Reworded(Vec<Language>),
    /// The same words stood under another code.
    Moved {
        /// The code before.
        from: String,
    },
    /// It is controlled to other destinations, its words aside.
    Redirected,
}

/// What changed from the old edition to the new, in the order of the new; what is gone comes last.
///
/// Case, kinds of spaces, apostrophes and hyphens count for nothing. A language that one of the
/// editions does not have at all is not compared.
#[must_use]
pub fn compare(old: &ControlList, new: &ControlList) -> Vec<Change> {
    let languages: Vec<Language> = [Language::En, Language::Fr]
        .into_iter()
        .filter(|language| has(old, *language) && has(new, *language))
        .collect();
    let before: BTreeMap<&str, &ControlEntry> = by_code(old);
    let after: BTreeMap<&str, &ControlEntry> = by_code(new);
    let moves = moves(&before, &after, &languages);
    let mut changes = Vec::new();
    for entry in &new.entries {
        let mut change = |kind| {
            changes.push(Change {
                code: entry.code.clone(),
                kind,
            })
        };
        let Some(was) = before.get(entry.code.as_str()) else {
            match moves.get(entry.code.as_str()) {
                Some(from) => change(ChangeKind::Moved {
                    from: (*from).to_owned(),
                }),
                None => change(ChangeKind::Added),
            }
            continue;
        };
        if entry.is_repealed && !was.is_repealed {
            change(ChangeKind::Repealed);
            continue;
        }
        let differ = |language: &Language| words(was, *language) != words(entry, *language);
        let reworded: Vec<Language> = languages.iter().copied().filter(differ).collect();
        if !reworded.is_empty() {
            change(ChangeKind::Reworded(reworded));
        }
        if was.destinations != entry.destinations {
            change(ChangeKind::Redirected);
        }
    }
    let left: BTreeSet<&str> = moves.values().copied().collect();
    let is_gone = |code: &str| !after.contains_key(code) && !left.contains(code);
    let gone = old.entries.iter().filter(|entry| is_gone(&entry.code));
    changes.extend(gone.map(|entry| Change {
        code: entry.code.clone(),
        kind: ChangeKind::Removed,
    }));
    changes
}

fn has(list: &ControlList, language: Language) -> bool {
    list.entries
        .iter()
        .any(|entry| !entry.text.get(language).is_empty())
}

fn by_code(list: &ControlList) -> BTreeMap<&str, &ControlEntry> {
    list.entries
        .iter()
        .map(|entry| (entry.code.as_str(), entry))
        .collect()
}

fn words(entry: &ControlEntry, language: Language) -> String {
    folded(entry.text.get(language))
}

/// From the new code to the old, where the same words are found once among what is gone and once
/// among what is new.
fn moves<'c>(
    before: &BTreeMap<&'c str, &'c ControlEntry>,
    after: &BTreeMap<&'c str, &'c ControlEntry>,
    languages: &[Language],
) -> BTreeMap<&'c str, &'c str> {
    let text = |entry: &ControlEntry| -> Vec<String> {
        languages
            .iter()
            .map(|language| words(entry, *language))
            .collect()
    };
    let mut found: BTreeMap<Vec<String>, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for (code, entry) in before.iter().filter(|(code, _)| !after.contains_key(*code)) {
        found.entry(text(entry)).or_default().0.push(code);
    }
    for (code, entry) in after.iter().filter(|(code, _)| !before.contains_key(*code)) {
        found.entry(text(entry)).or_default().1.push(code);
    }
    let is_said = |text: &Vec<String>| text.iter().any(|words| !words.is_empty());
    (found.iter().filter(|(text, _)| is_said(text)))
        .filter_map(|(_, (old, new))| match (old.as_slice(), new.as_slice()) {
            ([from], [to]) => Some((*to, *from)),
            _ => None,
        })
        .collect()
}
