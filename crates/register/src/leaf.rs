//! The leaf: what of an event is committed to the tree. **This format is frozen.**
//!
//! Anyone can recompute it from this text, SHA-256, and the rows of the register. `||` joins bytes;
//! `u16`, `u32`, `u64`, `i64` are big-endian; `text(s)` is `u32(length in bytes) || UTF-8 bytes`.
//!
//! # Fields
//! The payload is flattened to its scalars. Each scalar has the JSON pointer (RFC 6901) of its
//! place; an empty array or object counts as a scalar, a filled one does not. Two fields join that
//! no payload can have, because pointers of a filled object begin with `/`: `#actor` (a string) and
//! `#ground` (a string, or null where there is none). An empty payload is the one field ``
//! (the empty pointer) with the value `{}`. Fields are ordered by the bytes of their pointers.
//!
//! The canonical JSON of a scalar is `null`, `true`, `false`, `[]`, `{}`, an integer in decimal
//! without leading zeros or plus sign, or a string in quotation marks that escapes `"` and `\` with
//! `\`, U+0008, U+0009, U+000A, U+000C, U+000D as `\b` `\t` `\n` `\f` `\r`, other characters below
//! U+0020 as `\u00` and two lower-case hexadecimal digits, and nothing else (RFC 8785 for these
//! types). Numbers that are not integers of 64 bits do not occur.
//!
//! # Commitments
//! ```text
//! event seed = SHA-256(0x04 || seed handed in with the write (32) || u64(position))
//! salt       = first 16 bytes of SHA-256(0x03 || event seed (32) || pointer)
//! commitment = SHA-256(0x02 || salt (16) || text(pointer) || canonical JSON)
//! ```
//! The event seed is kept in table `salt`, apart from the event. A redacted field has lost its value
//! (null stands in its place, so that no pointer moves) and its salt; its commitment is kept in
//! table `redaction`. The event seed is then deleted, and the salts of the fields that stay are kept
//! one by one in table `field_salt`. How a salt came to be is not part of what is proved.
//!
//! # Leaf
//! ```text
//! leaf bytes = text("portcullis-leaf-1") || u64(position) || text(kind) || u16(form)
//!              || i64(recorded_at, microseconds) || text(effective_from, as 2027-03-01, or empty)
//!              || u32(number of tags) || text(tag)… in the order of their bytes, each once
//!              || previous leaf hash (32; zeros for the first)
//!              || u32(number of fields) || commitment (32)… in the order of their pointers
//! leaf hash  = SHA-256(0x00 || leaf bytes)                                        (RFC 9162)
//! ```
//! `0x00` and `0x01` are the prefixes of leaves and nodes in RFC 9162; `0x02` to `0x04` continue
//! the series, so that no two hashes of the register can be taken for one another.

use std::collections::BTreeMap;

use domain::time::{Day, Instant, Position};
use serde_json::Value;

mod text;

pub use text::TextMistake;

use crate::event::EventMistake;
use crate::hash::{Hash, sha256};

/// Names the format; a change of format is another name.
pub const LEAF_FORMAT: &str = "portcullis-leaf-1";
/// The pointer of the committed actor.
pub const ACTOR: &str = "#actor";
/// The pointer of the committed ground.
pub const GROUND: &str = "#ground";

/// Deepest nesting of a payload. The deepest known snapshot has 8 levels; the parser that reads
/// payloads back stops at 128.
pub const DEPTH_MAX: usize = 64;
/// Most fields of one event: an order that names 250,000 permits, with as much headroom again.
pub const FIELDS_MAX: usize = 500_000;

/// The salt of one field.
pub type Salt = [u8; 16];

/// The fields of an event, flattened, in the order of their pointers.
#[derive(Debug, Default)]
pub struct Fields {
    text: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: usize,
    value: usize,
    end: usize,
}

/// One field: where it stands and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The bytes of the pointer.
    pub pointer: &'a [u8],
    /// The bytes of the canonical JSON.
    pub value: &'a [u8],
}

/// Why a payload cannot be flattened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlattenMistake {
    /// The payload is not an object.
    #[error("the payload is not a JSON object")]
    NotAnObject,
    /// A number is not an integer of 64 bits.
    #[error("the number at `{0}` is not an integer")]
    NotAnInteger(String),
    /// A part exceeds its limit.
    #[error("the {part} exceeds its limit of {limit}")]
    TooLarge {
        /// Which part.
        part: &'static str,
        /// The limit.
        limit: usize,
    },
}

impl FlattenMistake {
    /// The same mistake, said of an event to be appended.
    #[must_use]
    pub fn of_event(self, kind: &str) -> EventMistake {
        let kind = kind.to_owned();
        match self {
            Self::NotAnObject => EventMistake::NotAnObject { kind },
            Self::NotAnInteger(pointer) => EventMistake::NotAnInteger { kind, pointer },
            Self::TooLarge { part, limit } => EventMistake::TooLarge { kind, part, limit },
        }
    }
}

impl Fields {
    /// Flattens what an event says.
    ///
    /// # Errors
    /// Refuses a payload that is not an object, has a number that is not an integer, nests deeper
    /// than [`DEPTH_MAX`] or has more than [`FIELDS_MAX`] fields.
    pub fn of(payload: &Value, actor: &str, ground: Option<&str>) -> Result<Self, FlattenMistake> {
        if !payload.is_object() {
            return Err(FlattenMistake::NotAnObject);
        }
        let mut fields = Self::with_room();
        let mut pointer = String::with_capacity(64);
        fields.flatten(payload, &mut pointer, 0)?;
        Ok(fields.signed(actor, ground))
    }

    fn with_room() -> Self {
        Self {
            text: Vec::with_capacity(2048),
            spans: Vec::with_capacity(48),
        }
    }

    /// Adds actor and ground, and puts all in the order of their pointers.
    fn signed(mut self, actor: &str, ground: Option<&str>) -> Self {
        let fields = &mut self;
        fields.push(ACTOR, |text| write_string(text, actor));
        fields.push(GROUND, |text| match ground {
            Some(ground) => write_string(text, ground),
            None => text.extend_from_slice(b"null"),
        });
        let text = &fields.text;
        fields
            .spans
            .sort_unstable_by_key(|span| text.get(span.start..span.value).unwrap_or_default());
        self
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none, which no event has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The fields in the order of their pointers.
    pub fn iter(&self) -> impl Iterator<Item = Field<'_>> {
        self.spans.iter().map(|span| Field {
            pointer: self.text.get(span.start..span.value).unwrap_or_default(),
            value: self.text.get(span.value..span.end).unwrap_or_default(),
        })
    }

    fn push(&mut self, pointer: &str, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        self.text.extend_from_slice(pointer.as_bytes());
        let value = self.text.len();
        write(&mut self.text);
        let end = self.text.len();
        self.spans.push(Span { start, value, end });
    }

    fn flatten(
        &mut self,
        value: &Value,
        pointer: &mut String,
        depth: usize,
    ) -> Result<(), FlattenMistake> {
        let too_large = |part, limit| Err(FlattenMistake::TooLarge { part, limit });
        if depth > DEPTH_MAX {
            return too_large("nesting", DEPTH_MAX);
        }
        if self.spans.len() >= FIELDS_MAX {
            return too_large("number of fields", FIELDS_MAX);
        }
        let here = pointer.len();
        match value {
            Value::Null => self.push(pointer, |text| text.extend_from_slice(b"null")),
            Value::Bool(true) => self.push(pointer, |text| text.extend_from_slice(b"true")),
            Value::Bool(false) => self.push(pointer, |text| text.extend_from_slice(b"false")),
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                self.push(pointer, |text| {
                    text.extend_from_slice(number.to_string().as_bytes())
                });
            }
            Value::Number(_) => return Err(FlattenMistake::NotAnInteger(pointer.clone())),
            Value::String(string) => self.push(pointer, |text| write_string(text, string)),
            Value::Array(items) if items.is_empty() => {
                self.push(pointer, |text| text.extend_from_slice(b"[]"));
            }
            Value::Object(members) if members.is_empty() => {
                self.push(pointer, |text| text.extend_from_slice(b"{}"));
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    push_token(pointer, &index.to_string());
                    self.flatten(item, pointer, depth.saturating_add(1))?;
                    pointer.truncate(here);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    push_token(pointer, name);
                    self.flatten(member, pointer, depth.saturating_add(1))?;
                    pointer.truncate(here);
                }
            }
        }
        Ok(())
    }
}

/// Adds one reference token to a pointer, escaped by RFC 6901.
fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if !token.contains(['~', '/']) {
        pointer.push_str(token);
        return;
    }
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

fn write_string(out: &mut Vec<u8>, string: &str) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    out.push(b'"');
    for byte in string.bytes() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            0x00..0x20 => {
                out.extend_from_slice(&[
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    digit(byte >> 4),
                    digit(byte & 15),
                ]);
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.push(b'"');
}

/// The seed of one event's salts.
#[must_use]
pub fn event_seed(seed: &[u8; 32], position: Position) -> [u8; 32] {
    sha256(&[&[0x04], seed, &position.0.to_be_bytes()])
}

/// The salt of one field, from the event's seed.
#[must_use]
pub fn salt(event_seed: &[u8; 32], pointer: &[u8]) -> Salt {
    let full = sha256(&[&[0x03], event_seed, pointer]);
    full.first_chunk().copied().unwrap_or_default()
}

/// The commitment of one field.
#[must_use]
pub fn commitment(salt: &Salt, field: Field<'_>) -> Hash {
    let pointer_length = length(field.pointer.len());
    Hash(sha256(&[
        &[0x02],
        salt,
        &pointer_length,
        field.pointer,
        field.value,
    ]))
}

/// Where the salts of an event come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Salts {
    /// All from one seed: nothing of the event is redacted.
    Seed([u8; 32]),
    /// One by one, by pointer: something is.
    Each(BTreeMap<String, Salt>),
}

/// A field that can be neither recomputed nor taken from a redaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("field `{pointer}` has neither a salt nor a redaction")]
pub struct UnsaltedField {
    /// The pointer of the field.
    pub pointer: String,
}

/// The commitments of an event, in the order of their pointers.
///
/// # Errors
/// Names the first field that has neither a salt nor a redaction.
pub fn commitments(
    fields: &Fields,
    salts: &Salts,
    redactions: &BTreeMap<String, Hash>,
) -> Result<Vec<Hash>, UnsaltedField> {
    let mut all = Vec::with_capacity(fields.len());
    for field in fields.iter() {
        let name = || String::from_utf8_lossy(field.pointer).into_owned();
        let redacted = if redactions.is_empty() {
            None
        } else {
            redactions.get(&name())
        };
        all.push(match (redacted, salts) {
            (Some(kept), _) => *kept,
            (None, Salts::Seed(seed)) => commitment(&salt(seed, field.pointer), field),
            (None, Salts::Each(each)) => {
                let pointer = name();
                let salt = each.get(&pointer).ok_or(UnsaltedField { pointer })?;
                commitment(salt, field)
            }
        });
    }
    Ok(all)
}

/// What a leaf commits in clear, besides the fields.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The event's place in the log.
    pub position: Position,
    /// The event's name.
    pub kind: &'a str,
    /// The version of the payload's form.
    pub form: u16,
    /// When the register learned it.
    pub recorded_at: Instant,
    /// First day on which it is true in law.
    pub effective_from: Option<Day>,
    /// Sorted by their bytes, each once.
    pub tags: &'a [String],
    /// The leaf hash of the event before it.
    pub previous: Hash,
}

impl Heading<'_> {
    /// The leaf bytes with these commitments.
    #[must_use]
    pub fn leaf_bytes(&self, commitments: &[Hash]) -> Vec<u8> {
        let mut out = Vec::with_capacity(256 + 32 * commitments.len());
        let text = |out: &mut Vec<u8>, text: &str| {
            out.extend_from_slice(&length(text.len()));
            out.extend_from_slice(text.as_bytes());
        };
        text(&mut out, LEAF_FORMAT);
        out.extend_from_slice(&self.position.0.to_be_bytes());
        text(&mut out, self.kind);
        out.extend_from_slice(&self.form.to_be_bytes());
        out.extend_from_slice(&self.recorded_at.0.to_be_bytes());
        match self.effective_from {
            Some(day) => text(&mut out, &day.to_string()),
            None => text(&mut out, ""),
        }
        out.extend_from_slice(&length(self.tags.len()));
        self.tags.iter().for_each(|tag| text(&mut out, tag));
        out.extend_from_slice(&self.previous.0);
        out.extend_from_slice(&length(commitments.len()));
        commitments
            .iter()
            .for_each(|hash| out.extend_from_slice(&hash.0));
        out
    }

    /// The leaf hash with these commitments.
    #[must_use]
    pub fn leaf_hash(&self, commitments: &[Hash]) -> Hash {
        crate::merkle::leaf_hash(&self.leaf_bytes(commitments))
    }
}

/// A length as four bytes. Lengths are bounded far below by the limits of an event.
fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}
