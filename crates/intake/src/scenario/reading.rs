//! Reading a file: its shape, its names, its sense; every mistake at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::language::{Bilingual, Language};
use serde::Serialize;

use super::shape::Kind;
use super::walk::Walk;
use super::wrong::Wrong;
use super::{KnownLaw, Place, Scenario, format, sense, tree};
use crate::nearest;

/// Most bytes of a scenario file: the largest written has 60 kB.
pub const SCENARIO_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What is wrong at one place of a scenario file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioMistake {
    /// Where.
    pub at: Place,
    /// What was found, and what was expected.
    pub says: Bilingual,
    /// What to do.
    pub help: Bilingual,
}

/// Why a scenario file is not accepted: every mistake in it, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioMistakes {
    /// The file.
    pub file: String,
    /// The mistakes; at least one.
    pub mistakes: Vec<ScenarioMistake>,
}

impl ScenarioMistakes {
    /// Each mistake with its place, in one language.
    pub fn lines(&self, language: Language) -> impl Iterator<Item = String> + '_ {
        self.mistakes.iter().map(move |mistake| {
            let Place { line, column } = mistake.at;
            let (says, help) = (mistake.says.get(language), mistake.help.get(language));
            let (colon, stroke) = match language {
                Language::En => (":", ";"),
                Language::Fr => (" :", " ;"),
            };
            format!("{}:{line}:{column}{colon} {says}{stroke} {help}", self.file)
        })
    }
}

impl std::fmt::Display for ScenarioMistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.lines(Language::En).collect();
        f.write_str(&lines.join("; "))
    }
}

impl std::error::Error for ScenarioMistakes {}

/// Reads a scenario file, without the law that it cites.
///
/// # Errors
/// As [`read_scenario_under`].
pub fn read_scenario(bytes: &[u8], name: &str) -> Result<Scenario, ScenarioMistakes> {
    read(bytes, name, None)
}

/// Reads a scenario file whose citations are looked up in the law that ships and in its own.
///
/// # Errors
/// Every mistake with file, line and column, what was found and expected, and what to do. What is
/// no YAML is one mistake: nothing behind it can be read. Aliases and nesting are bounded by the
/// reader's budget, the size by [`SCENARIO_BYTES_MAX`].
pub fn read_scenario_under(
    law: &KnownLaw,
    bytes: &[u8],
    name: &str,
) -> Result<Scenario, ScenarioMistakes> {
    read(bytes, name, Some(law))
}

fn read(bytes: &[u8], name: &str, law: Option<&KnownLaw>) -> Result<Scenario, ScenarioMistakes> {
    let told = |mut found: Vec<(Place, Wrong)>| {
        found.sort_by_key(|(at, _)| *at);
        found.dedup();
        let mistakes = found.into_iter().map(|(at, wrong)| ScenarioMistake {
            at,
            says: wrong.says,
            help: wrong.help,
        });
        ScenarioMistakes {
            file: name.to_owned(),
            mistakes: mistakes.collect(),
        }
    };
    let text = text_of(bytes).map_err(|found| told(vec![found]))?;
    let tree = tree::read(text).map_err(|found| told(vec![found]))?;
    let mut walk = Walk::default();
    let synthetic = ["synthetic-exporter", "synthetic-consignee"];
    let parties = walk.given.entry(Kind::Party).or_default();
    parties.extend(synthetic.map(|party| (party.to_owned(), Place::default())));
    let programmes = walk.given.entry(Kind::Programme).or_default();
    programmes.insert("NATO".to_owned(), Place::default());
    let read = walk.part(&tree, &format::SCENARIO);
    look_up(&mut walk, &tree, law);
    let scenario: Option<Scenario> = match read.map(serde_json::from_value).transpose() {
        Ok(scenario) => scenario,
        // The shapes and the typed reader agree; if ever they did not, the reader's word counts.
        Err(cause) => {
            let says = format!("the case cannot be read: {cause}");
            let fr = format!("le cas n’est pas lisible : {cause}");
            walk.wrong(
                tree.at,
                Wrong::of((says, fr), ("mend the file", "corriger le fichier")),
            );
            None
        }
    };
    if let Some(scenario) = &scenario {
        walk.mistakes.extend(sense::look(scenario));
    }
    match scenario {
        Some(scenario) if walk.mistakes.is_empty() => Ok(scenario),
        _ => Err(told(walk.mistakes)),
    }
}

/// Looks up every name that the file uses, and every citation when the law is known.
fn look_up(walk: &mut Walk, tree: &tree::Node, law: Option<&KnownLaw>) {
    if let Some(law) = law {
        let law = law.clone().and_of(tree, walk);
        law.give(walk);
        let group_list = tree
            .get("group_list")
            .and_then(tree::Node::text)
            .unwrap_or("ECL");
        for (at, cited) in std::mem::take(&mut walk.cited) {
            if let Some(wrong) = law.look_up(&cited, group_list) {
                walk.wrong(at, wrong);
            }
        }
    }
    let mut told = BTreeSet::new();
    for used in std::mem::take(&mut walk.uses) {
        let is_law = matches!(used.kind, Kind::CountryGroup | Kind::List);
        if (is_law && law.is_none()) || walk.unread.contains(&used.kind) {
            continue;
        }
        let given = walk.given.get(&used.kind);
        if given.is_some_and(|given| given.contains_key(&used.name)) {
            continue;
        }
        let known = || {
            given
                .into_iter()
                .flat_map(BTreeMap::keys)
                .map(String::as_str)
        };
        if used.is_own && nearest::slip(&used.name, known()).is_none() {
            continue;
        }
        // Of a range only the first number that is not there is told.
        if told.insert(used.at) {
            let wrong = Wrong::name(&used.name, used.kind.noun(), known(), used.kind.or_else());
            walk.wrong(used.at, wrong);
        }
    }
}

/// The text of a file within its bound, in UTF-8.
fn text_of(bytes: &[u8]) -> Result<&str, (Place, Wrong)> {
    if bytes.len() > SCENARIO_BYTES_MAX {
        let says = (
            format!("the file is too large: expected at most {SCENARIO_BYTES_MAX} bytes"),
            format!("le fichier est trop grand : au plus {SCENARIO_BYTES_MAX} octets attendus"),
        );
        let help = ("split the case", "partager le cas");
        return Err((Place { line: 1, column: 1 }, Wrong::of(says, help)));
    }
    std::str::from_utf8(bytes).map_err(|cause| {
        let before = bytes.get(..cause.valid_up_to()).unwrap_or_default();
        let before = std::str::from_utf8(before).unwrap_or_default();
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default();
        let place = |n: usize| u64::try_from(n).unwrap_or(u64::MAX).saturating_add(1);
        let at = Place {
            line: place(line),
            column: place(column.chars().count()),
        };
        let says = (
            "a byte is not UTF-8: expected the whole file in UTF-8".to_owned(),
            "un octet n’est pas de l’UTF-8 : tout le fichier attendu en UTF-8".to_owned(),
        );
        (
            at,
            Wrong::of(
                says,
                ("save the file as UTF-8", "enregistrer le fichier en UTF-8"),
            ),
        )
    })
}
