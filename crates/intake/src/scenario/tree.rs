//! A YAML document as it is written: every value and key with its place, every scalar as text.
//!
//! The reader of the format decides what a scalar is; YAML does not. So `NO` stays the code of a
//! country and `007` a number with its zeros.

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::at::Place;
use super::wrong::{Wrong, both};

/// A value with its place.
#[derive(Debug)]
pub(super) struct Node {
    pub at: Place,
    pub value: Value,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Nothing,
    /// A scalar, as written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in the order of the file.
    Keys(Vec<(Node, Node)>),
}

impl Node {
    /// The scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Keys(pairs) = &self.value else {
            return None;
        };
        let found = pairs.iter().find(|(held, _)| held.text() == Some(key));
        found.map(|(_, value)| value)
    }

    /// The parts of a list.
    pub(super) fn list(&self) -> &[Self] {
        match &self.value {
            Value::List(parts) => parts,
            _ => &[],
        }
    }

    /// What was found, to a person.
    pub(super) fn found(&self) -> (String, String) {
        match &self.value {
            Value::Nothing => ("nothing".into(), "rien".into()),
            Value::Text(text) => {
                let cut: String = text.chars().take(60).collect();
                let mark = if cut.len() < text.len() { "…" } else { "" };
                let shown = format!("`{}{mark}`", cut.replace('\n', " "));
                (shown.clone(), shown)
            }
            Value::List(_) => ("a list".into(), "une liste".into()),
            Value::Keys(_) => ("keys with values".into(), "des clés avec valeurs".into()),
        }
    }
}

/// Deepest nesting of a case: those that ship nest nine. The reader recurses into each level, and what it is
/// built for by itself is more than the stack of a thread holds.
const DEPTH_MAX: usize = 24;

/// Reads a document. What is no YAML, or beyond the reader's budget, is one mistake.
pub(super) fn read(text: &str) -> Result<Node, (Place, Wrong)> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: DEPTH_MAX },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::PassThrough,
    };
    let read: Result<Spanned<Raw>, _> = serde_saphyr::from_str_with_options(text, options);
    read.map(|raw| node(raw, text)).map_err(|cause| {
        let at = cause
            .location()
            .map_or(Place { line: 1, column: 1 }, |at| Place {
                line: at.line(),
                column: at.column(),
            });
        let says = cause.to_string();
        let first = says.lines().next().unwrap_or_default();
        let place = format!("error: line {} column {}: ", at.line, at.column);
        let first = first.strip_prefix(&place).unwrap_or(first);
        let wrong = Wrong::new(
            both(
                format!("the file cannot be read as YAML: {first}"),
                format!("le fichier n’est pas lisible comme YAML : {first} (mots du lecteur)"),
            ),
            both(
                "look at the indentation, brackets and quotes just before this place",
                "vérifier le retrait, les crochets et les guillemets juste avant cet endroit",
            ),
        );
        (at, wrong)
    })
}

/// What the YAML reader gives.
enum Raw {
    Nothing,
    Text(String),
    /// A scalar that YAML takes for a number or a truth value: its text stands in the file.
    Other(String),
    List(Vec<Spanned<Raw>>),
    Keys(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

fn node(raw: Spanned<Raw>, file: &str) -> Node {
    let place = |at: serde_saphyr::Location| Place {
        line: at.line(),
        column: at.column(),
    };
    let value = match raw.value {
        Raw::Nothing => Value::Nothing,
        Raw::Text(text) => Value::Text(text),
        Raw::Other(shown) => Value::Text(written(file, raw.defined.span()).unwrap_or(shown)),
        Raw::List(parts) => Value::List(parts.into_iter().map(|part| node(part, file)).collect()),
        Raw::Keys(pairs) => {
            let pairs = pairs.into_iter();
            Value::Keys(
                pairs
                    .map(|(key, value)| (node(key, file), node(value, file)))
                    .collect(),
            )
        }
    };
    Node {
        at: place(raw.referenced),
        value,
    }
}

/// The text of a span of the file.
fn written(file: &str, span: serde_saphyr::Span) -> Option<String> {
    let from = usize::try_from(span.byte_offset()?).ok()?;
    let len = usize::try_from(span.byte_len()?).ok()?;
    let text = file.get(from..from.checked_add(len)?)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("text, a list, or keys with values")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Other(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Other(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Other(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Other(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Other(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Other(value.to_string()))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut from: A) -> Result<Raw, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = from.next_element()? {
            parts.push(part);
        }
        Ok(Raw::List(parts))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut from: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = from.next_entry()? {
            pairs.push(pair);
        }
        Ok(Raw::Keys(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_nests_too_deep_is_one_mistake_with_its_place() {
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("{? ", "}")] {
            for (levels, is_read) in [
                (DEPTH_MAX - 1, true),
                (DEPTH_MAX + 1, false),
                (20_000, false),
            ] {
                let text = format!(
                    "k: {}1{}",
                    open.repeat(levels - 1),
                    close.repeat(levels - 1)
                );
                let found = read(&text);
                assert_eq!(found.is_ok(), is_read, "{levels} of `{open}`");
                if let Err((at, _)) = found {
                    assert_eq!(at.line, 1);
                }
            }
        }
    }

    #[test]
    fn scalars_stay_as_written_with_their_places() {
        let read = read(
            "a: NO\nb: {7: 007, c: 1.10}\nd:\n  - 'x'\n  - *y\n"
                .replace("*y", "~")
                .as_str(),
        );
        let tree = read.unwrap_or_else(|(_, wrong)| panic!("{wrong:?}"));
        assert_eq!(tree.get("a").and_then(Node::text), Some("NO"));
        let b = tree.get("b").map(|b| {
            (
                b.at,
                b.get("7").and_then(Node::text),
                b.get("c").and_then(Node::text),
            )
        });
        assert_eq!(
            b,
            Some((Place { line: 2, column: 4 }, Some("007"), Some("1.10")))
        );
        let d = tree
            .get("d")
            .map(|d| d.list().iter().map(|part| part.at.line).collect::<Vec<_>>());
        assert_eq!(d, Some(vec![4, 5]));
    }
}
