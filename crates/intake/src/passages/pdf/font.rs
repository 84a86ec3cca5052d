//! What the codes of a font stand for, and how wide they are.

use std::collections::BTreeMap;

use super::file::File;
use super::object::{Dict, Lexer, Object};

/// Most entries of one map from codes to text: every character of the largest fonts.
const ENTRIES_MAX: usize = 70_000;

/// A font, as far as text is concerned.
#[derive(Debug, Default)]
pub(super) struct Font {
    /// Whether a code has two bytes.
    is_wide: bool,
    to_text: BTreeMap<u32, String>,
    widths: BTreeMap<u32, f32>,
    /// The width of what has none, in thousandths.
    usual: f32,
}

/// One sign as shown.
pub(super) struct Sign<'f> {
    /// What it stands for; none where nothing says so.
    pub(super) text: Option<&'f str>,
    /// Its width, in thousandths of the size.
    pub(super) width: f32,
    /// Whether it is the code 32 of one byte, which the distance between words is added to.
    pub(super) is_space: bool,
}

impl Font {
    pub(super) fn read(file: &File<'_>, dict: &Dict) -> Self {
        let mut font = Self {
            usual: 500.0,
            ..Self::default()
        };
        if dict.is("Subtype", "Type0") {
            font.is_wide = true;
            font.usual = 1000.0;
            font.read_wide_widths(file, dict);
        } else {
            font.read_encoding(file, dict);
            font.read_widths(file, dict);
        }
        if let Some(Object::Reference(number)) = dict.get("ToUnicode")
            && let Some(stream) = file.stream(*number)
            && let Some(bytes) = file.inflate(&stream)
        {
            font.read_map(&bytes);
        }
        font
    }

    /// The signs of a shown text.
    pub(super) fn signs<'f>(&'f self, shown: &'f [u8]) -> impl Iterator<Item = Sign<'f>> {
        let step = if self.is_wide { 2 } else { 1 };
        shown.chunks(step).map(move |code| {
            let number = code
                .iter()
                .fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte));
            Sign {
                text: self.to_text.get(&number).map(String::as_str),
                width: self.widths.get(&number).copied().unwrap_or(self.usual),
                is_space: !self.is_wide && number == 32,
            }
        })
    }

    fn read_encoding(&mut self, file: &File<'_>, dict: &Dict) {
        let encoding = file.entry(dict, "Encoding");
        let (base, differences) = match &encoding {
            Some(Object::Name(name)) => (Some(name.clone()), None),
            Some(Object::Dict(held)) => {
                let base = file.entry(held, "BaseEncoding");
                let base = base.and_then(|base| base.name().map(<[u8]>::to_vec));
                (base, file.entry(held, "Differences"))
            }
            _ => (None, None),
        };
        let page = match base.as_deref() {
            Some(b"MacRomanEncoding") => encoding_rs::MACINTOSH,
            _ => encoding_rs::WINDOWS_1252,
        };
        for code in 32..=255_u8 {
            let bytes = [code];
            if let Some(text) = page.decode_without_bom_handling_and_without_replacement(&bytes) {
                let is_control = text.chars().all(char::is_control);
                if !is_control {
                    self.to_text.insert(u32::from(code), text.into_owned());
                }
            }
        }
        // Where no encoding is named the standard one holds, which has slanted quotes there.
        if base.is_none() {
            self.to_text.insert(39, "’".to_owned());
            self.to_text.insert(96, "‘".to_owned());
        }
        if let Some(Object::Array(list)) = differences {
            self.read_differences(&list);
        }
    }

    fn read_differences(&mut self, list: &[Object]) {
        let mut code = 0_u32;
        for one in list {
            match one {
                Object::Number(_) => {
                    code = one.whole().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
                }
                Object::Name(name) => {
                    match glyph(name) {
                        Some(text) => self.to_text.insert(code, text),
                        None => self.to_text.remove(&code),
                    };
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    fn read_widths(&mut self, file: &File<'_>, dict: &Dict) {
        let first = file.entry(dict, "FirstChar").and_then(|n| n.whole());
        let Some(Object::Array(widths)) = file.entry(dict, "Widths") else {
            return;
        };
        let first = first.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        for (code, width) in (first..).zip(widths.iter().take(256)) {
            if let Some(width) = file.resolve(width).and_then(|w| w.number()) {
                self.widths.insert(code, width);
            }
        }
    }

    fn read_wide_widths(&mut self, file: &File<'_>, dict: &Dict) {
        let Some(Object::Array(below)) = file.entry(dict, "DescendantFonts") else {
            return;
        };
        let Some(Object::Dict(below)) = below.first().and_then(|one| file.resolve(one)) else {
            return;
        };
        if let Some(usual) = file.entry(&below, "DW").and_then(|n| n.number()) {
            self.usual = usual;
        }
        let Some(Object::Array(list)) = file.entry(&below, "W") else {
            return;
        };
        let whole = |one: Option<&Object>| {
            one.and_then(Object::whole)
                .and_then(|n| u32::try_from(n).ok())
        };
        let mut at = 0;
        while at < list.len() && self.widths.len() < ENTRIES_MAX {
            let Some(first) = whole(list.get(at)) else {
                return;
            };
            match list
                .get(at.saturating_add(1))
                .and_then(|one| file.resolve(one))
            {
                Some(Object::Array(widths)) => {
                    for (code, width) in (first..).zip(&widths) {
                        self.widths
                            .insert(code, width.number().unwrap_or(self.usual));
                    }
                    at = at.saturating_add(2);
                }
                Some(last) => {
                    let last = whole(Some(&last))
                        .unwrap_or(first)
                        .min(first.saturating_add(65_535));
                    let width = list.get(at.saturating_add(2)).and_then(Object::number);
                    for code in first..=last {
                        self.widths.insert(code, width.unwrap_or(self.usual));
                    }
                    at = at.saturating_add(3);
                }
                None => return,
            }
        }
    }

    /// Reads a map from codes to text, as the font carries it for copying.
    fn read_map(&mut self, bytes: &[u8]) {
        let mut lexer = Lexer::of_content(bytes);
        let mut held: Vec<Object> = Vec::new();
        while let Some(object) = lexer.next() {
            let Object::Word(word) = object else {
                if held.len() < ENTRIES_MAX {
                    held.push(object);
                }
                continue;
            };
            match word.as_slice() {
                b"endbfchar" => {
                    for pair in held.chunks(2) {
                        if let [Object::Text(code), Object::Text(text)] = pair {
                            self.map(number(code), wide(text));
                        }
                    }
                }
                b"endbfrange" => {
                    for triple in held.chunks(3) {
                        if let [Object::Text(first), Object::Text(last), to] = triple {
                            self.map_range(number(first), number(last), to);
                        }
                    }
                }
                _ => {}
            }
            held.clear();
        }
    }

    fn map(&mut self, code: u32, text: String) {
        if self.to_text.len() < ENTRIES_MAX {
            self.to_text.insert(code, text);
        }
    }

    fn map_range(&mut self, first: u32, last: u32, to: &Object) {
        let last = last.min(first.saturating_add(65_535));
        match to {
            Object::Text(text) => {
                let Some((start, head)) = text.split_last() else {
                    return;
                };
                for (by, code) in (first..=last).enumerate() {
                    let mut bytes = head.to_vec();
                    let end = u8::try_from(by).ok().and_then(|by| start.checked_add(by));
                    let Some(end) = end else { return };
                    bytes.push(end);
                    self.map(code, wide(&bytes));
                }
            }
            Object::Array(list) => {
                for (code, one) in (first..=last).zip(list) {
                    if let Object::Text(text) = one {
                        self.map(code, wide(text));
                    }
                }
            }
            _ => {}
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter()
        .take(4)
        .fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte))
}

/// Text of two bytes a unit, high byte first.
pub(super) fn wide(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Names of signs that are not their own letter.
const GLYPHS: [(&str, &str); 62] = [
    ("space", " "),
    ("period", "."),
    ("comma", ","),
    ("hyphen", "-"),
    ("minus", "−"),
    ("endash", "–"),
    ("emdash", "—"),
    ("quoteright", "’"),
    ("quoteleft", "‘"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quotedblbase", "„"),
    ("quotesingle", "'"),
    ("quotedbl", "\""),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("slash", "/"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("question", "?"),
    ("exclam", "!"),
    ("ampersand", "&"),
    ("at", "@"),
    ("percent", "%"),
    ("numbersign", "#"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("equal", "="),
    ("underscore", "_"),
    ("ellipsis", "…"),
    ("bullet", "•"),
    ("degree", "°"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("dotlessi", "ı"),
    ("germandbls", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("aring", "å"),
    ("Aring", "Å"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
];

/// Marks that names of signs end with, as they combine.
const MARKS: [(&str, char); 10] = [
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circumflex", '\u{302}'),
    ("dieresis", '\u{308}'),
    ("tilde", '\u{303}'),
    ("cedilla", '\u{327}'),
    ("caron", '\u{30C}'),
    ("breve", '\u{306}'),
    ("dotaccent", '\u{307}'),
    ("ogonek", '\u{328}'),
];

/// The text of a sign by its name; none where the name says nothing.
fn glyph(name: &[u8]) -> Option<String> {
    use unicode_normalization::UnicodeNormalization as _;
    let name = std::str::from_utf8(name).ok()?;
    let bare = name.split('.').next().unwrap_or(name);
    if let Some((_, text)) = GLYPHS.iter().find(|(known, _)| *known == bare) {
        return Some((*text).to_owned());
    }
    if bare == "nine" {
        return Some("9".to_owned());
    }
    if bare.chars().count() == 1 {
        return Some(bare.to_owned());
    }
    if let Some(hex) = bare.strip_prefix("uni") {
        let code = u32::from_str_radix(hex.get(..4)?, 16).ok()?;
        return char::from_u32(code).map(String::from);
    }
    if let Some(hex) = bare.strip_prefix('u') {
        let code = u32::from_str_radix(hex, 16).ok();
        if let Some(c) = code.and_then(char::from_u32) {
            return Some(c.to_string());
        }
    }
    let (letter, mark) = MARKS
        .iter()
        .find_map(|(mark, c)| Some((bare.strip_suffix(mark)?, *c)))?;
    let mut letters = letter.chars();
    let letter = letters.next().filter(|_| letters.next().is_none())?;
    Some([letter, mark].iter().collect::<String>().nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_signs_give_their_text() {
        for (name, text) in [
            ("A", "A"),
            ("eacute", "é"),
            ("Scedilla", "Ş"),
            ("gbreve", "ğ"),
            ("fi", "fi"),
            ("uni0259", "ə"),
            ("u1F600", "😀"),
            ("nine", "9"),
            ("quoteright.alt", "’"),
        ] {
            assert_eq!(glyph(name.as_bytes()).as_deref(), Some(text), "{name}");
        }
        assert_eq!(glyph(b"g123"), None);
    }

    #[test]
    fn a_map_carried_by_the_font_is_read_in_both_forms() {
        let mut font = Font::default();
        font.read_map(
            b"1 beginbfchar <01> <0041> endbfchar \
              2 beginbfrange <02> <04> <0062> <05> <06> [<0066> <00660066>] endbfrange",
        );
        let text: Vec<&str> = font.to_text.values().map(String::as_str).collect();
        assert_eq!(text, ["A", "b", "c", "d", "f", "ff"]);
    }

    #[test]
    fn a_range_over_everything_is_bounded() {
        let mut font = Font::default();
        font.read_map(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert!(font.to_text.len() <= ENTRIES_MAX);
    }
}
