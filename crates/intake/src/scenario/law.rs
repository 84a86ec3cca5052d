//! The law that a case may cite: what ships, and what the file brings.

use std::collections::{BTreeMap, BTreeSet};

use super::at::Place;
use super::shape::Kind;
use super::tree::Node;
use super::walk::{Cited, Walk};
use super::wrong::{Noun, Wrong, both};
use crate::toml_text;

/// The names of the law that ships, to check what a file cites.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownLaw {
    /// The keys of sources.
    pub sources: BTreeSet<String>,
    /// The keys of country groups.
    pub groups: BTreeSet<String>,
    /// The numbers of entries, by list and edition.
    pub lists: BTreeMap<(String, String), BTreeSet<String>>,
}

const SOURCE: Noun = Noun {
    en: "source of law",
    fr: "source de droit",
};
const EDITION: Noun = Noun {
    en: "edition",
    fr: "édition",
};
const CODE: Noun = Noun {
    en: "entry",
    fr: "article",
};
const GROUP: Noun = Noun {
    en: "list group",
    fr: "groupe de liste",
};

impl KnownLaw {
    /// Adds what a file brings.
    pub(super) fn and_of(mut self, file: &Node, walk: &mut Walk) -> Self {
        for (key, table, name, into) in [
            ("sources", "source", "key", &mut self.sources),
            ("country_groups", "group", "id", &mut self.groups),
        ] {
            let Some((node, text)) = file.get(key).and_then(|node| Some((node, node.text()?)))
            else {
                continue;
            };
            match toml_text::read::<toml::Table>(text) {
                Ok(read) => {
                    let rows = read.get(table).and_then(toml::Value::as_array);
                    let names = rows.into_iter().flatten().filter_map(|row| row.get(name));
                    into.extend(names.filter_map(toml::Value::as_str).map(str::to_owned));
                }
                Err(cause) => {
                    let before = cause.at.and_then(|at| text.get(..at));
                    let at = within(node.at, before.unwrap_or_default());
                    walk.wrong(at, unreadable(key, &cause.why));
                    // Nothing is looked up in what could not be read.
                    into.clear();
                    walk.unread.insert(Kind::CountryGroup);
                }
            }
        }
        for list in file.get("lists").map(Node::list).unwrap_or_default() {
            self.and_list(list, walk);
        }
        self
    }

    fn and_list(&mut self, node: &Node, walk: &mut Walk) {
        let name = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let (Some(list), Some(edition)) = (name("list"), name("edition")) else {
            return;
        };
        let entries = node.get("entries").map(Node::list).unwrap_or_default();
        let mut codes: BTreeMap<String, Place> = BTreeMap::new();
        for entry in entries {
            if let Some(parent) = entry.get("parent")
                && let Some(code) = parent.text()
                && !codes.contains_key(code)
            {
                let known = codes.keys().map(String::as_str);
                let help = ("put the parent first", "placer d’abord le parent");
                walk.wrong(parent.at, Wrong::name(code, CODE, known, help));
            }
            let Some((code, at)) = entry.get("code").and_then(|n| Some((n.text()?, n.at))) else {
                continue;
            };
            if let Some(first) = codes.insert(code.to_owned(), at) {
                walk.wrong(at, Wrong::twice(code, CODE, first.line));
            }
        }
        let codes = codes.into_keys().collect();
        if self.lists.insert((list, edition.clone()), codes).is_some() {
            let wrong = Wrong::of(
                (
                    format!("this list has an edition `{edition}` already"),
                    format!("cette liste a déjà une édition `{edition}`"),
                ),
                (
                    "give the extract another edition",
                    "donner une autre édition à l’extrait",
                ),
            );
            walk.wrong(node.at, wrong);
        }
    }

    /// Gives the names of lists and groups to the uses of them.
    pub(super) fn give(&self, walk: &mut Walk) {
        let at = Place::default();
        let groups = walk.given.entry(Kind::CountryGroup).or_default();
        groups.extend(self.groups.iter().map(|group| (group.clone(), at)));
        let lists = walk.given.entry(Kind::List).or_default();
        for (list, _) in self.lists.keys() {
            lists.entry(list.clone()).or_insert(at);
        }
    }

    /// What is wrong with a citation.
    pub(super) fn look_up(&self, cited: &Cited, group_list: &str) -> Option<Wrong> {
        match cited {
            Cited::Law(law) => {
                let known = self.sources.iter().map(String::as_str);
                let help = ("add it to `sources`", "l’ajouter à `sources`");
                (!self.sources.is_empty() && !self.sources.contains(law.source()))
                    .then(|| Wrong::name(law.source(), SOURCE, known, help))
            }
            Cited::Entry(entry) => self.look_up_entry(entry.list(), entry.edition(), entry.code()),
            Cited::Group(group) => {
                let editions = || {
                    self.lists
                        .iter()
                        .filter(|((list, _), _)| list == group_list)
                        .map(|(_, c)| c)
                };
                let code = group.to_string();
                // An unknown list is said where it is named.
                if editions().next().is_none() || editions().any(|codes| codes.contains(&code)) {
                    return None;
                }
                let groups: BTreeSet<&str> = editions()
                    .flatten()
                    .map(String::as_str)
                    .filter(|code| code.parse::<u32>().is_ok())
                    .collect();
                let help = (
                    "write the number of a group of the list in `group_list`",
                    "écrire le numéro d’un groupe de la liste de `group_list`",
                );
                Some(Wrong::name(&code, GROUP, groups.iter().copied(), help))
            }
        }
    }

    fn look_up_entry(&self, list: &str, edition: &str, code: &str) -> Option<Wrong> {
        let key = (list.to_owned(), edition.to_owned());
        let help = ("add it under `lists`", "l’ajouter sous `lists`");
        if let Some(codes) = self.lists.get(&key) {
            let known = codes.iter().map(String::as_str);
            return (!codes.contains(code)).then(|| Wrong::name(code, CODE, known, help));
        }
        let lists: BTreeSet<&str> = self.lists.keys().map(|(list, _)| list.as_str()).collect();
        if !lists.contains(list) {
            return Some(Wrong::name(
                list,
                Kind::List.noun(),
                lists.iter().copied(),
                help,
            ));
        }
        let editions = self.lists.keys().filter(|(held, _)| held == list);
        let known = editions.map(|(_, edition)| edition.as_str());
        Some(Wrong::name(edition, EDITION, known, help))
    }
}

/// A place within a block of text, by what stands before it in the block.
fn within(block: Place, before: &str) -> Place {
    let lines = before.matches('\n').count();
    let along = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    block.within(lines.saturating_add(1), along.saturating_add(1))
}

fn unreadable(key: &str, says: &str) -> Wrong {
    let says = says.replace('\n', " ");
    Wrong::new(
        both(
            format!("`{key}` cannot be read as TOML: {says}"),
            format!("`{key}` n’est pas lisible comme TOML : {says} (mots du lecteur)"),
        ),
        both("mend this line", "corriger cette ligne"),
    )
}
