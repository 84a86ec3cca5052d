//! From bytes to passages: the text of material with where each part of it stands.
//!
//! The bytes are never changed and never believed. What is odd about them is flagged; what cannot be
//! read is flagged and kept. Positions are counted in the text as extracted, which the same bytes give
//! again each time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::guard::guarded;

mod flag;
mod html;
mod image;
mod mail;
mod pdf;
mod plain;
mod serials;

pub use flag::Flag;

/// Most bytes of extracted text: 8 MiB, four times a report of a thousand full pages.
pub const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Most flags of one piece of material; a file with more is odd enough.
const FLAGS_MAX: usize = 200;

/// Most characters of one fact that material states of itself.
const FACT_CHARS_MAX: usize = 500;

/// The kind of material, told by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Media {
    /// Plain text.
    Text,
    /// A page of the web.
    Html,
    /// A PDF.
    Pdf,
    /// A picture.
    Image,
    /// A message of electronic mail.
    Mail,
    /// A table of serial numbers.
    Serials,
    /// Anything else.
    Unknown,
}

/// Where a part of the text stands in the material.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Region {
    /// First byte in the text.
    pub start: u32,
    /// The page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The row of a table, from 1 with its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The part of a message, by its name or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
}

/// Material as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passages {
    /// What it is.
    pub media: Media,
    /// Its text.
    pub text: String,
    /// Where the parts of the text stand, in order.
    pub regions: Vec<Region>,
    /// The language that it states, as in `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it states of itself, by name. Claims, not facts.
    pub facts: BTreeMap<String, String>,
    /// Serial numbers of a table, as stretches of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<(u32, u32)>,
    /// What is odd about it.
    pub flags: Vec<Flag>,
}

/// A passage: a stretch of the text, word for word, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// First byte in the text.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// First character in the text.
    pub first_char: u32,
    /// First character after it.
    pub end_char: u32,
    /// The line of the text, from 1.
    pub line: u32,
    /// The page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The row of a table, from 1 with its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The part of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The passage itself.
    pub quote: String,
}

/// What the reader needs to know beside the bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// The day on which the material was received: nothing in it can be later.
    pub received_on: Option<domain::time::Day>,
}

/// Tells what material is by its bytes; its name says nothing.
#[must_use]
pub fn media_of(bytes: &[u8]) -> Media {
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    if head.windows(5).any(|five| five == b"%PDF-") {
        return Media::Pdf;
    }
    if image::is_picture(bytes) {
        return Media::Image;
    }
    if plain::is_binary(bytes) {
        return Media::Unknown;
    }
    if html::is_page(bytes) {
        return Media::Html;
    }
    if mail::is_message(bytes) {
        return Media::Mail;
    }
    if serials::is_table(bytes) {
        return Media::Serials;
    }
    Media::Text
}

/// Reads material of any kind. A PDF that is not trusted is read in a program of its own.
#[must_use]
pub fn read(bytes: &[u8], asked: Asked) -> Passages {
    let media = guarded(|| media_of(bytes)).unwrap_or(Media::Text);
    let mut build = Build::new(media);
    let read = guarded(|| match media {
        Media::Text => plain::read(bytes, &mut build),
        Media::Html => html::read(bytes, &mut build),
        Media::Pdf => pdf::read(bytes, &mut build),
        Media::Image => image::read(bytes, asked, &mut build),
        Media::Mail => mail::read(bytes, &mut build),
        Media::Serials => serials::read(bytes, &mut build),
        Media::Unknown => build.flag(Flag::NotRead {
            why: "its bytes are of no kind that is read".to_owned(),
        }),
    });
    if read.is_none() {
        build.flag(Flag::Corrupt {
            what: "its reader gave up: what it had read until then was kept".to_owned(),
        });
    }
    build.done()
}

/// What stands for material that could not be read: kept, and flagged.
#[must_use]
pub fn unread(media: Media, flag: Flag) -> Passages {
    let mut build = Build::new(media);
    build.flag(flag);
    build.done()
}

/// Passages in the making.
struct Build {
    made: Passages,
    is_full: bool,
}

impl Build {
    fn new(media: Media) -> Self {
        Self {
            made: Passages {
                media,
                text: String::new(),
                regions: Vec::new(),
                language: None,
                facts: BTreeMap::new(),
                serials: Vec::new(),
                flags: Vec::new(),
            },
            is_full: false,
        }
    }

    fn here(&self) -> u32 {
        u32::try_from(self.made.text.len()).unwrap_or(u32::MAX)
    }

    /// Begins a part of the text.
    fn region(&mut self, region: Region) {
        let start = self.here();
        self.made.regions.push(Region { start, ..region });
    }

    /// Adds text; no when the text is full, which is flagged once.
    fn push(&mut self, text: &str) -> bool {
        if self.is_full {
            return false;
        }
        let left = TEXT_BYTES_MAX.saturating_sub(self.made.text.len());
        if text.len() <= left {
            self.made.text.push_str(text);
            return true;
        }
        let kept = (0..=left).rev().find(|at| text.is_char_boundary(*at));
        let kept = kept.and_then(|at| text.get(..at)).unwrap_or_default();
        self.made.text.push_str(kept);
        self.is_full = true;
        self.flag(Flag::Cut {
            what: format!("{TEXT_BYTES_MAX} bytes of text"),
        });
        false
    }

    fn flag(&mut self, flag: Flag) {
        if self.made.flags.len() < FLAGS_MAX && !self.made.flags.contains(&flag) {
            self.made.flags.push(flag);
        }
    }

    fn fact(&mut self, name: &str, says: &str) {
        if !says.is_empty() {
            let says = says.chars().take(FACT_CHARS_MAX).collect();
            self.made.facts.insert(name.to_owned(), says);
        }
    }

    fn done(mut self) -> Passages {
        let mut controls = 0_u64;
        let mut turns = 0_u64;
        for c in self.made.text.chars() {
            match c {
                '\n' | '\r' | '\t' | '\u{0C}' => {}
                // An isolate that stays within its line is how right-to-left text is set; those that
                // override the order of letters are how it is made to lie.
                '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                    turns = turns.saturating_add(1)
                }
                c if c.is_control() => controls = controls.saturating_add(1),
                _ => {}
            }
        }
        if controls > 0 {
            self.flag(Flag::ControlSigns { signs: controls });
        }
        if turns > 0 {
            self.flag(Flag::DirectionSigns { signs: turns });
        }
        self.made
    }
}

/// Finds lines and characters of a text without counting from its beginning each time.
pub struct Places<'p> {
    passages: &'p Passages,
    /// First byte of each line, and the characters before it.
    lines: Vec<(u32, u32)>,
}

impl<'p> Places<'p> {
    /// Counts the lines of a text once.
    #[must_use]
    pub fn of(passages: &'p Passages) -> Self {
        let mut lines = vec![(0, 0)];
        let mut chars = 0_u32;
        for (at, c) in passages.text.char_indices() {
            chars = chars.saturating_add(1);
            if c == '\n' {
                let next = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
                lines.push((next, chars));
            }
        }
        Self { passages, lines }
    }

    /// The passage from one byte to before another; none where these are not edges of characters.
    #[must_use]
    pub fn spot(&self, start: u32, end: u32) -> Option<Spot> {
        let text = &self.passages.text;
        let quote = text.get(start as usize..end as usize)?;
        let line = self.lines.partition_point(|(first, _)| *first <= start);
        let (from, before) = *self.lines.get(line.checked_sub(1)?)?;
        let within = text.get(from as usize..start as usize)?.chars().count();
        let first_char = before.saturating_add(u32::try_from(within).ok()?);
        let regions = &self.passages.regions;
        let region = regions.partition_point(|region| region.start <= start);
        let region = region.checked_sub(1).and_then(|at| regions.get(at));
        Some(Spot {
            start,
            end,
            first_char,
            end_char: first_char.saturating_add(u32::try_from(quote.chars().count()).ok()?),
            line: u32::try_from(line).ok()?,
            page: region.and_then(|region| region.page),
            row: region.and_then(|region| region.row),
            part: region.and_then(|region| region.part.clone()),
            quote: quote.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_is_told_by_its_bytes() {
        for (bytes, media) in [
            (&b"%PDF-1.7\n"[..], Media::Pdf),
            (b"\xFF\xD8\xFF\xE0rest", Media::Image),
            (b"<!DOCTYPE html><p>a", Media::Html),
            (b"\xEF\xBB\xBF <html>", Media::Html),
            (b"From: a@b.example\nSubject: x\n\nhello", Media::Mail),
            (b"serial,model\nA1,B\n", Media::Serials),
            (b"Oslo, 3 May 2021 - text", Media::Text),
            (b"\x7FELF\x02\x01\x00\x00\x00\x00\x00\x00", Media::Unknown),
            (b"", Media::Text),
        ] {
            assert_eq!(media_of(bytes), media, "{bytes:?}");
        }
    }

    #[test]
    fn a_passage_knows_its_bytes_characters_and_line() {
        let passages = read("Été\nà Oslo".as_bytes(), Asked::default());
        let places = Places::of(&passages);
        let spot = places.spot(9, 13).unwrap();
        assert_eq!((spot.quote.as_str(), spot.line), ("Oslo", 2));
        assert_eq!((spot.first_char, spot.end_char), (6, 10));
        assert_eq!(places.spot(1, 3), None, "within a character");
        assert_eq!(places.spot(3, 99), None);
    }

    #[test]
    fn a_text_beyond_all_measure_is_cut_and_says_so() {
        let long = "é".repeat(TEXT_BYTES_MAX);
        let passages = read(long.as_bytes(), Asked::default());
        assert_eq!(passages.text.len(), TEXT_BYTES_MAX);
        assert!(matches!(passages.flags.as_slice(), [Flag::Cut { .. }]));
    }

    #[test]
    fn signs_that_turn_the_direction_are_kept_and_flagged() {
        let text = "permit \u{202E}1234\u{202C} شركة\0";
        let passages = read(text.as_bytes(), Asked::default());
        assert_eq!(passages.text, text);
        assert_eq!(
            passages.flags,
            [
                Flag::ControlSigns { signs: 1 },
                Flag::DirectionSigns { signs: 2 }
            ]
        );
    }
}
