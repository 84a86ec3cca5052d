//! Walks a document by the shapes of the format: what fits becomes JSON for the typed reader, what
//! does not becomes a mistake and is left out, so that the rest is still looked at.

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::EntryId;
use domain::country::Country;
use domain::language::Bilingual;
use domain::law::Law;
use domain::time::Calendar;
use serde_json::{Map, Value as Json};

use super::When;
use super::at::{At, Place};
use super::numbers::{Range, numbers};
use super::shape::{Kind, Part, Shape};
use super::tree::{Node, Value};
use super::wrong::{Noun, Wrong, both};
use super::{events, expectations, format};

/// A use of a name, to be looked up once every name of the file is known.
#[derive(Debug)]
pub(super) struct Use {
    pub kind: Kind,
    pub name: String,
    pub at: Place,
    /// Whether only a slip of a known word is a mistake.
    pub is_own: bool,
}

/// A citation or an entry, to be looked up in the law of the case.
#[derive(Debug)]
pub(super) enum Cited {
    Law(Law),
    Entry(EntryId),
    Group(u32),
}

/// What a walk gathers.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub mistakes: Vec<(Place, Wrong)>,
    pub given: BTreeMap<Kind, BTreeMap<String, Place>>,
    /// Kinds of which a name could not be read: what uses such names is not looked up.
    pub unread: BTreeSet<Kind>,
    pub uses: Vec<Use>,
    pub cited: Vec<(Place, Cited)>,
}

impl Walk {
    pub(super) fn wrong(&mut self, at: Place, wrong: Wrong) {
        self.mistakes.push((at, wrong));
    }

    fn unfit(&mut self, node: &Node, expected: Bilingual) -> Option<Json> {
        self.wrong(node.at, Wrong::found(&node.found(), &expected));
        None
    }

    /// A value by its shape; none where it does not fit.
    pub(super) fn value(&mut self, node: &Node, shape: Shape) -> Option<Json> {
        match shape {
            Shape::Part(part) => self.part(node, part),
            Shape::Event => self.event(node),
            Shape::Scope => self.part(node, &format::SCOPE),
            Shape::Expect => self.part(node, &expectations::EXPECT),
            Shape::Ledger => self.part(node, &expectations::LEDGER),
            Shape::Border if matches!(node.value, Value::Keys(_)) => {
                self.part(node, &expectations::ANSWERED)
            }
            Shape::Border => self.value(node, expectations::BORDER),
            Shape::Keyed(key, value) => self.keyed(node, *key, *value),
            Shape::Several(each) => match &node.value {
                Value::List(parts) => Some(self.several(parts, *each)),
                _ => self.unfit(
                    node,
                    both("a list, as in [a, b]", "une liste, comme [a, b]"),
                ),
            },
            Shape::Many(each) => match &node.value {
                Value::List(parts) => Some(self.several(parts, *each)),
                _ => self.value(node, *each),
            },
            Shape::Groups => match &node.value {
                Value::List(parts) => Some(self.several(parts, Shape::Group)),
                _ if node.text() == Some("all") => Some(Json::from("all")),
                _ => self.unfit(
                    node,
                    both(
                        "`all`, or numbers, as in [1, 2]",
                        "`all`, ou des numéros, comme [1, 2]",
                    ),
                ),
            },
            Shape::Exception if !matches!(node.value, Value::Text(_)) => {
                self.part(node, &format::EXCEPTION)
            }
            Shape::Words if matches!(node.value, Value::Keys(_)) => self.part(node, &format::WORDS),
            scalar => match node.text() {
                Some(text) => self.scalar(node, text, scalar),
                None => self.unfit(node, expected(scalar)),
            },
        }
    }

    fn several(&mut self, parts: &[Node], each: Shape) -> Json {
        Json::from(
            parts
                .iter()
                .filter_map(|part| self.value(part, each))
                .collect::<Vec<_>>(),
        )
    }

    fn keyed(&mut self, node: &Node, key: Shape, value: Shape) -> Option<Json> {
        let Value::Keys(pairs) = &node.value else {
            return self.unfit(node, both("keys with values", "des clés avec valeurs"));
        };
        let mut held = Map::new();
        for (name, given) in pairs {
            let name_read = self.value(name, key);
            let given = self.value(given, value);
            if let (Some(Json::String(name_read)), Some(given)) = (name_read, given)
                && held.insert(name_read.clone(), given).is_some()
            {
                let noun = Noun {
                    en: "key",
                    fr: "la clé",
                };
                self.wrong(name.at, Wrong::twice(&name_read, noun, node.at.line));
            }
        }
        Some(Json::Object(held))
    }

    /// An event, by the keys of its kind; by those of every kind where it has none that is known.
    fn event(&mut self, node: &Node) -> Option<Json> {
        let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
        let known = events::KINDS.iter().find(|(name, _)| *name == kind);
        self.part(node, known.map_or(&events::ANY, |(_, part)| part))
    }

    /// A part with fixed keys; none where one that it must have is not there or does not fit.
    pub(super) fn part(&mut self, node: &Node, part: &'static Part) -> Option<Json> {
        let Value::Keys(pairs) = &node.value else {
            let expected = both(
                format!("{}, as keys with values", part.noun.en),
                format!("{}, en clés avec valeurs", part.noun.fr),
            );
            return self.unfit(node, expected);
        };
        let mut at = At {
            here: node.at,
            keys: BTreeMap::new(),
        };
        let mut held = Map::new();
        // A key that must be there and is misspelt is told once.
        let mut meant = Vec::new();
        for (name, given) in pairs {
            let Some(key) = name.text().and_then(|text| part.key(text)) else {
                if std::ptr::eq(part, &raw const events::ANY) {
                    continue;
                }
                let known = part.all().map(|key| key.key);
                let found = name.text().unwrap_or("?");
                meant.extend(crate::nearest::nearest(found, known.clone()));
                self.wrong(name.at, Wrong::key(found, part.noun, known));
                continue;
            };
            if let Some(first) = at.keys.insert(key.key.to_owned(), given.at) {
                let noun = Noun {
                    en: "key",
                    fr: "la clé",
                };
                self.wrong(name.at, Wrong::twice(key.key, noun, first.line));
                continue;
            }
            if let Value::Keys(inner) = &given.value {
                for (name, value) in inner {
                    let path = format!("{}/{}", key.key, name.text().unwrap_or_default());
                    at.keys.insert(path, value.at);
                }
            }
            if matches!(given.value, Value::Nothing) {
                continue;
            }
            if let Some(value) = self.value(given, key.shape) {
                held.insert(key.key.to_owned(), value);
            }
        }
        let is_nothing = |key: &str| {
            node.get(key)
                .is_none_or(|n| matches!(n.value, Value::Nothing))
        };
        let required = part.all().filter(|key| key.is_required);
        let mut is_whole = true;
        for key in required {
            if is_nothing(key.key) && !meant.contains(&key.key) {
                self.wrong(node.at, Wrong::missing(key.key, part.noun));
            }
            is_whole &= held.contains_key(key.key);
        }
        held.insert(
            "at".to_owned(),
            serde_json::to_value(at).unwrap_or_default(),
        );
        is_whole.then_some(Json::Object(held))
    }

    fn scalar(&mut self, node: &Node, text: &str, shape: Shape) -> Option<Json> {
        match shape {
            Shape::Flag => match text {
                "true" => Some(Json::from(true)),
                "false" => Some(Json::from(false)),
                _ => self.unfit(node, expected(shape)),
            },
            Shape::Whole => match text.parse::<u32>() {
                Ok(whole) => Some(Json::from(whole)),
                Err(_) => self.unfit(node, expected(shape)),
            },
            Shape::Group => {
                let Ok(group) = text.parse::<u32>() else {
                    return self.unfit(node, expected(shape));
                };
                self.cited.push((node.at, Cited::Group(group)));
                Some(Json::from(group))
            }
            Shape::Law | Shape::Power | Shape::Entry => self.citation(node, text, shape),
            Shape::Country => self.country(node, text),
            Shape::Gives(_)
            | Shape::GivesNumbers(_)
            | Shape::Own(_)
            | Shape::Uses(_)
            | Shape::UsesNumbers(_)
            | Shape::Alike(_) => self.named(node, text, shape),
            Shape::Word(noun, known) => self.known_word(node, text, noun, known),
            Shape::AnyWord(known) => {
                if crate::nearest::slip(text, known.iter().copied()).is_none() {
                    return Some(Json::from(text));
                }
                let noun = Noun {
                    en: "one of the words of the format, or a word of your own",
                    fr: "un mot du format, ou un mot à vous",
                };
                self.wrong(node.at, Wrong::word(text, noun, known.iter().copied()));
                None
            }
            Shape::Exception => {
                let known = format::EXCEPTION_WORDS;
                if !known.contains(&text) {
                    self.named(node, text, Shape::Alike(Kind::Programme))?;
                }
                Some(Json::from(text))
            }
            plain if fits(plain, text) => Some(Json::from(text)),
            plain => self.unfit(node, expected(plain)),
        }
    }

    fn known_word(
        &mut self,
        node: &Node,
        text: &str,
        noun: Noun,
        known: &'static [&'static str],
    ) -> Option<Json> {
        if known.contains(&text) {
            return Some(Json::from(text));
        }
        self.wrong(node.at, Wrong::word(text, noun, known.iter().copied()));
        None
    }

    fn citation(&mut self, node: &Node, text: &str, shape: Shape) -> Option<Json> {
        if matches!(shape, Shape::Entry) {
            let Ok(entry) = EntryId::new(text) else {
                return self.unfit(node, expected(shape));
            };
            self.cited.push((node.at, Cited::Entry(entry)));
            return Some(Json::from(text));
        }
        let written = if matches!(shape, Shape::Power) {
            text.replacen('-', ":", 1)
        } else {
            text.to_owned()
        };
        let Ok(law) = Law::new(&written) else {
            return self.unfit(node, expected(shape));
        };
        self.cited.push((node.at, Cited::Law(law)));
        Some(Json::from(text))
    }

    fn country(&mut self, node: &Node, text: &str) -> Option<Json> {
        let is_known = Country::new(text).is_ok_and(super::countries::is_assigned);
        if is_known {
            return Some(Json::from(text));
        }
        self.wrong(node.at, super::countries::unknown(text));
        None
    }

    /// A name that is given or used.
    fn named(&mut self, node: &Node, text: &str, shape: Shape) -> Option<Json> {
        let at = node.at;
        let take = |walk: &mut Self, kind: Kind, name: &str, is_given: bool, is_own: bool| {
            if domain::id::check_shape(name).is_err() {
                walk.unfit(node, expected(Shape::Id))?;
            }
            if !is_given {
                let name = name.to_owned();
                walk.uses.push(Use {
                    kind,
                    name,
                    at,
                    is_own,
                });
                return Some(());
            }
            let names = walk.given.entry(kind).or_default();
            match names.get(name) {
                Some(_) if is_own => {}
                Some(first) => {
                    let wrong = Wrong::twice(name, kind.noun(), first.line);
                    walk.wrong(at, wrong);
                    return None;
                }
                None => {
                    names.insert(name.to_owned(), at);
                }
            }
            Some(())
        };
        match shape {
            Shape::Gives(kind) => take(self, kind, text, true, false)?,
            Shape::Own(kind) => take(self, kind, text, true, true)?,
            Shape::Uses(kind) => take(self, kind, text, false, false)?,
            Shape::Alike(kind) => take(self, kind, text, false, true)?,
            Shape::GivesNumbers(kind) | Shape::UsesNumbers(kind) => {
                let is_given = matches!(shape, Shape::GivesNumbers(_));
                match numbers(text) {
                    Ok(all) => {
                        let mut is_whole = true;
                        for name in all {
                            is_whole &= take(self, kind, &name, is_given, false).is_some();
                        }
                        is_whole.then_some(())?;
                    }
                    Err(range) => {
                        self.wrong(at, Range::wrong(range, text));
                        if is_given {
                            self.unread.insert(kind);
                        }
                        return None;
                    }
                }
            }
            _ => {}
        }
        Some(Json::from(text))
    }
}

/// Whether a scalar that refers to nothing fits.
fn fits(shape: Shape, text: &str) -> bool {
    match shape {
        Shape::When => When::parse(text).is_ok(),
        Shape::Issue => text == "synthetic" || When::parse(text).is_ok(),
        Shape::Calendar => serde_json::from_value::<Calendar>(Json::from(text)).is_ok(),
        Shape::Currency => text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()),
        Shape::Id => domain::id::check_shape(text).is_ok(),
        Shape::Drawn => text.split_once("_of_").is_some_and(|(drawn, of)| {
            let is_amount = |text: &str| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            };
            is_amount(drawn) && (of == "unlimited" || is_amount(of))
        }),
        Shape::Links => text == "none" || text.parse::<u32>().is_ok(),
        _ => true,
    }
}

/// What was expected of a scalar.
fn expected(shape: Shape) -> Bilingual {
    let (en, fr) = match shape {
        Shape::Flag => ("true or false", "true ou false"),
        Shape::Whole => (
            "a whole number from 0 to 4294967295",
            "un nombre entier de 0 à 4294967295",
        ),
        Shape::Group => (
            "the number of a list group",
            "le numéro d’un groupe de la liste",
        ),
        Shape::When => (
            "a day, as in 2024-03-04, or a month, as in 2024-03",
            "un jour, comme 2024-03-04, ou un mois, comme 2024-03",
        ),
        Shape::Issue => (
            "a day, as in 2024-03-04, a month, as in 2024-03, or `synthetic`",
            "un jour, comme 2024-03-04, un mois, comme 2024-03, ou `synthetic`",
        ),
        Shape::Law => (
            "a law: the key of a source, a colon and a place in it, as in \"EIPA:10(1)\"",
            "une loi : la clé d’une source, deux-points et un endroit, comme \"EIPA:10(1)\"",
        ),
        Shape::Power => (
            "the key of a source, a dash and a place in it, as in EIPA-10(1)",
            "la clé d’une source, un tiret et un endroit, comme EIPA-10(1)",
        ),
        Shape::Entry => (
            "an entry of a list: list, edition and number, as in \"NCL@2024:1-3\"",
            "un article d’une liste : liste, édition et numéro, comme \"NCL@2024:1-3\"",
        ),
        Shape::Calendar => (
            "the rule of a calendar, as in EST5EDT,M3.2.0,M11.1.0 or CET-1CEST,M3.5.0,M10.5.0/3",
            "la règle d’un calendrier, comme EST5EDT,M3.2.0,M11.1.0 ou CET-1CEST,M3.5.0,M10.5.0/3",
        ),
        Shape::Currency => (
            "a currency of three capital letters, as in EUR",
            "une monnaie de trois majuscules, comme EUR",
        ),
        Shape::Drawn => (
            "what was drawn of what was granted, as in 4_of_7 or 4_of_unlimited",
            "l’imputé sur l’accordé, comme 4_of_7 ou 4_of_unlimited",
        ),
        Shape::Links => ("`none` or how many", "`none` ou combien"),
        Shape::Words => (
            "words, as in {en: …, fr: …}, or a proper name written once",
            "des mots, comme {en: …, fr: …}, ou un nom propre écrit une fois",
        ),
        Shape::Text | Shape::Block => ("text", "du texte"),
        _ => (
            "a name of 1 to 64 letters, digits, or `-` `_` `.` `/` `:` `@` `(` `)`",
            "un nom de 1 à 64 lettres, chiffres, ou `-` `_` `.` `/` `:` `@` `(` `)`",
        ),
    };
    both(en, fr)
}
