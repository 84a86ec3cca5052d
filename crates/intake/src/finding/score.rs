//! How well texts are read: what is proposed, compared with what a careful officer marked.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Found, Kind, KnownKind, Names};
use crate::passages::Passages;

/// Why a key is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyMistake {
    /// Not TOML of the right form.
    #[error("the key or list is wrong: {0}")]
    Malformed(String),
    /// A mark of no kind.
    #[error("mark {number} has the kind `{kind}`: expected one of those that are proposed")]
    Kind {
        /// The mark, from 1.
        number: usize,
        /// Its kind.
        kind: String,
    },
    /// A passage that does not stand in the text.
    #[error("mark {number}: `{quote}` does not stand in the text")]
    Absent {
        /// The mark, from 1.
        number: usize,
        /// The passage.
        quote: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    marks: Vec<(String, String, String)>,
}

/// The parties and things that texts of a folder speak of, as a file beside them lists them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    party: Vec<ListedParty>,
    known: Vec<ListedThing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedParty {
    id: String,
    name: String,
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedThing {
    kind: KnownKind,
    id: String,
    name: String,
}

/// Adds the parties and things of a list in TOML to names.
///
/// # Errors
/// Refuses a list that is malformed.
pub fn add_register(names: &mut Names, text: &str) -> Result<(), KeyMistake> {
    let held: Register =
        toml::from_str(text).map_err(|error| KeyMistake::Malformed(error.message().to_owned()))?;
    for party in &held.party {
        let all = party.aliases.iter().chain([&party.name]);
        names.add_parties(all.map(|name| (&party.id, name)));
    }
    names.add_known(held.known.iter().map(|one| (one.kind, &one.id, &one.name)));
    Ok(())
}

/// What was marked of one kind and value, with every place where its passage stands.
type Marks = BTreeMap<(Kind, String), BTreeSet<(u32, u32)>>;

/// The figures of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Values proposed.
    pub proposed: u32,
    /// Values marked in the key.
    pub marked: u32,
    /// Values proposed that are marked.
    pub right: u32,
    /// Of these, the ones with a passage that is the marked one to the letter.
    pub exact: u32,
}

impl Tally {
    /// Adds the figures of another text.
    pub fn add(&mut self, other: Self) {
        self.proposed = self.proposed.saturating_add(other.proposed);
        self.marked = self.marked.saturating_add(other.marked);
        self.right = self.right.saturating_add(other.right);
        self.exact = self.exact.saturating_add(other.exact);
    }

    /// Of what was proposed, how much is right.
    ///
    /// # Units
    /// Tenths of a percent; none where nothing was proposed.
    #[must_use]
    pub fn precision(&self) -> Option<u32> {
        per_mille(self.right, self.proposed)
    }

    /// Of what was marked, how much was proposed.
    ///
    /// # Units
    /// Tenths of a percent; none where nothing was marked.
    #[must_use]
    pub fn recall(&self) -> Option<u32> {
        per_mille(self.right, self.marked)
    }

    /// Of what is right, how much has the marked passage to the letter.
    ///
    /// # Units
    /// Tenths of a percent; none where nothing is right.
    #[must_use]
    pub fn exactness(&self) -> Option<u32> {
        per_mille(self.exact, self.right)
    }
}

fn per_mille(part: u32, whole: u32) -> Option<u32> {
    part.checked_mul(1_000)?.checked_div(whole)
}

/// One text compared with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The figures, kind by kind.
    pub tallies: BTreeMap<&'static str, Tally>,
    /// What was marked and not proposed, as `kind value`.
    pub missed: Vec<String>,
    /// What was proposed and not marked, as `kind value: passage`.
    pub spurious: Vec<String>,
}

/// Compares a reading with its key.
///
/// Values count once for each text. A statement counts by its passage, since `official` says nothing of
/// which.
///
/// # Errors
/// Refuses a key that is malformed, or that quotes what does not stand in the text.
pub fn compare(found: &Found, passages: &Passages, key: &str) -> Result<Compared, KeyMistake> {
    let marked = marks(key, passages)?;
    let mut proposed: BTreeMap<(Kind, String), Vec<(u32, u32)>> = BTreeMap::new();
    for one in &found.proposals {
        let span = (one.passage.start, one.passage.end);
        let value = named(one.kind, &one.value, &one.passage.quote);
        proposed.entry((one.kind, value)).or_default().push(span);
    }
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let mut compared = Compared {
        tallies: BTreeMap::new(),
        missed: Vec::new(),
        spurious: Vec::new(),
    };
    for ((kind, value), spans) in &proposed {
        let tally = tallies.entry(kind.key()).or_default();
        tally.proposed = tally.proposed.saturating_add(1);
        let Some(places) = marked.get(&(*kind, value.clone())) else {
            let quote = spans
                .first()
                .and_then(|(start, end)| passages.text.get(*start as usize..*end as usize));
            let quote = quote.unwrap_or_default().replace('\n', " ");
            compared.spurious.push(format!("{kind} {value}: {quote}"));
            continue;
        };
        tally.right = tally.right.saturating_add(1);
        if spans.iter().any(|span| places.contains(span)) {
            tally.exact = tally.exact.saturating_add(1);
        }
    }
    for (kind, value) in marked.keys() {
        let tally = tallies.entry(kind.key()).or_default();
        tally.marked = tally.marked.saturating_add(1);
        if !proposed.contains_key(&(*kind, value.clone())) {
            compared.missed.push(format!("{kind} {value}"));
        }
    }
    compared.tallies = tallies;
    Ok(compared)
}

/// What a value is counted as: a statement by its first words too.
fn named(kind: Kind, value: &str, quote: &str) -> String {
    if kind == Kind::Statement {
        let first: String = quote
            .split_whitespace()
            .take(6)
            .collect::<Vec<_>>()
            .join(" ");
        return format!("{value} “{first}”");
    }
    value.to_owned()
}

fn marks(key: &str, passages: &Passages) -> Result<Marks, KeyMistake> {
    let read: Key =
        toml::from_str(key).map_err(|error| KeyMistake::Malformed(error.message().to_owned()))?;
    let mut marks = Marks::new();
    for (number, (kind, value, quote)) in (1..).zip(read.marks) {
        let known = Kind::ALL.iter().find(|known| known.key() == kind);
        let kind = *known.ok_or(KeyMistake::Kind { number, kind })?;
        let places: BTreeSet<(u32, u32)> = passages
            .text
            .match_indices(&quote)
            .filter_map(|(at, text)| {
                let start = u32::try_from(at).ok()?;
                Some((start, start.checked_add(u32::try_from(text.len()).ok()?)?))
            })
            .collect();
        if places.is_empty() {
            return Err(KeyMistake::Absent { number, quote });
        }
        let value = named(kind, &value, &quote);
        marks.entry((kind, value)).or_default().extend(places);
    }
    Ok(marks)
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use crate::passages::{Asked, read};

    #[test]
    fn what_is_right_missed_and_spurious_is_counted_apart() {
        let passages = read("Norway and Sweden".as_bytes(), Asked::default());
        let found = find(&passages, &Names::shipped().unwrap(), None);
        let key =
            "marks = [[\"country\", \"NO\", \"Norway and\"], [\"country\", \"FI\", \"Sweden\"]]";
        let compared = compare(&found, &passages, key).unwrap();
        let tally = compared.tallies["country"];
        assert_eq!(
            (tally.proposed, tally.marked, tally.right, tally.exact),
            (2, 2, 1, 0)
        );
        assert_eq!((tally.precision(), tally.exactness()), (Some(500), Some(0)));
        assert_eq!(compared.missed, ["country FI"]);
        assert_eq!(compared.spurious, ["country SE: Sweden"]);
    }

    #[test]
    fn a_key_that_quotes_what_is_not_there_is_refused() {
        let passages = read(b"Norway", Asked::default());
        let found = find(&passages, &Names::shipped().unwrap(), None);
        for (key, says) in [
            (
                "marks = [[\"country\", \"NO\", \"Oslo\"]]",
                "does not stand in the text",
            ),
            (
                "marks = [[\"land\", \"NO\", \"Norway\"]]",
                "expected one of those",
            ),
            ("mark = 1", "the key or list is wrong"),
        ] {
            let mistake = compare(&found, &passages, key).unwrap_err().to_string();
            assert!(mistake.contains(says), "{mistake}");
        }
    }
}
