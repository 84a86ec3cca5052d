//! What the codes of a font stand for, and how wide they are.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};
use unicode_normalization::UnicodeNormalization as _;

use super::File;

/// Most widths of one font: every character of the largest ones.
const WIDTHS_MAX: usize = 70_000;

/// The text of a code of so many bytes.
type ToText = Box<dyn Fn(u32, u8) -> Option<String>>;

/// A font, as far as text is concerned.
#[derive(Default)]
pub(super) struct Font {
    /// Whether a code has two bytes.
    is_wide: bool,
    /// The map that the font carries for copying: it comes before everything else.
    carried: Option<ToText>,
    /// The text of codes of one byte.
    table: BTreeMap<u32, String>,
    /// Whether codes of two bytes are UTF-16 themselves.
    is_unicode: bool,
    widths: BTreeMap<u32, f32>,
    /// The width of what has none, in thousandths.
    usual: f32,
}

/// One sign as shown.
pub(super) struct Sign {
    /// What it stands for; none where nothing says so.
    pub(super) text: Option<String>,
    /// Its width, in thousandths of the size.
    pub(super) width: f32,
    /// Whether it is the code 32 of one byte, which the distance between words is added to.
    pub(super) is_space: bool,
}

impl Font {
    pub(super) fn read(file: &File, dict: &Dictionary) -> Self {
        let mut font = Self {
            usual: 500.0,
            carried: carried(file, dict),
            ..Self::default()
        };
        if dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Type0") {
            font.is_wide = true;
            font.usual = 1000.0;
            let named = dict.get_deref(b"Encoding", &file.document);
            let named = named.and_then(Object::as_name).unwrap_or_default();
            let has = |part: &[u8]| named.windows(part.len()).any(|window| window == part);
            font.is_unicode = named.starts_with(b"Uni") && (has(b"UCS2") || has(b"UTF16"));
            font.read_wide_widths(file, dict);
        } else {
            font.read_table(file, dict);
            font.read_widths(file, dict);
        }
        font
    }

    /// The signs of a shown text.
    pub(super) fn signs<'f>(&'f self, shown: &'f [u8]) -> impl Iterator<Item = Sign> {
        let step = if self.is_wide { 2 } else { 1 };
        shown.chunks(step).map(move |code| {
            let number = code
                .iter()
                .fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte));
            Sign {
                text: self.text(number, code),
                width: self.widths.get(&number).copied().unwrap_or(self.usual),
                is_space: !self.is_wide && number == 32,
            }
        })
    }

    fn text(&self, number: u32, code: &[u8]) -> Option<String> {
        // Some makers write codes of one byte as two in the map, or the other way round.
        let lengths: [u8; 2] = if self.is_wide { [2, 1] } else { [1, 2] };
        let carried = self.carried.as_ref();
        let carried = carried.and_then(|map| lengths.iter().find_map(|bytes| map(number, *bytes)));
        let text = carried
            .or_else(|| self.table.get(&number).cloned())
            .or_else(|| {
                let (text, had_errors) = encoding_rs::UTF_16BE.decode_without_bom_handling(code);
                (self.is_unicode && !had_errors).then(|| text.into_owned())
            })?;
        // A ligature is drawn as one sign and is read as its letters.
        let is_ligature = |c: char| ('\u{FB00}'..='\u{FB06}').contains(&c);
        if text.contains(is_ligature) {
            return Some(text.nfkc().collect());
        }
        Some(text)
    }

    /// Reads the table of a font of single bytes: the encoding that it names, and how it differs.
    fn read_table(&mut self, file: &File, dict: &Dictionary) {
        let held = dict.get_deref(b"Encoding", &file.document).ok();
        let (base, differences) = match held {
            Some(Object::Dictionary(held)) => {
                let base = held.get_deref(b"BaseEncoding", &file.document).ok();
                (base, held.get_deref(b"Differences", &file.document).ok())
            }
            other => (other, None),
        };
        let mut named = Dictionary::new();
        named.set("Type", "Font");
        if let Some(base @ Object::Name(_)) = base {
            named.set("Encoding", base.clone());
        }
        if let Ok(encoding) = named.get_font_encoding(&file.document) {
            for code in 32..=255_u8 {
                let text = encoding.bytes_to_string(&[code]).unwrap_or_default();
                if !text.is_empty() && !text.chars().all(char::is_control) {
                    self.table.insert(u32::from(code), text);
                }
            }
        }
        if let Some(list) = differences.and_then(|list| list.as_array().ok()) {
            self.read_differences(list, &file.document);
        }
    }

    fn read_differences(&mut self, list: &[Object], document: &Document) {
        let mut code = 0_u32;
        for one in list.iter().take(WIDTHS_MAX) {
            match one {
                Object::Integer(number) => code = u32::try_from(*number).unwrap_or(0),
                Object::Name(name) => {
                    match glyph(name, document) {
                        Some(text) => self.table.insert(code, text),
                        None => self.table.remove(&code),
                    };
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    fn read_widths(&mut self, file: &File, dict: &Dictionary) {
        let list = dict.get_deref(b"Widths", &file.document);
        let Ok(list) = list.and_then(Object::as_array) else {
            return;
        };
        let first = dict.get_deref(b"FirstChar", &file.document);
        let first = first.and_then(Object::as_i64).unwrap_or(0);
        let first = u32::try_from(first).unwrap_or(0);
        for (code, width) in (first..).zip(list.iter().take(256)) {
            if let Ok((_, width)) = file.document.dereference(width)
                && let Ok(width) = width.as_float()
            {
                self.widths.insert(code, width);
            }
        }
    }

    fn read_wide_widths(&mut self, file: &File, dict: &Dictionary) {
        let document = &file.document;
        let below = dict.get_deref(b"DescendantFonts", document);
        let below = below.and_then(Object::as_array).ok();
        let Some(below) = below.and_then(|list| list.first()) else {
            return;
        };
        let Ok(below) = document
            .dereference(below)
            .and_then(|(_, dict)| dict.as_dict())
        else {
            return;
        };
        if let Ok(usual) = below.get_deref(b"DW", document).and_then(Object::as_float) {
            self.usual = usual;
        }
        let Ok(list) = below.get_deref(b"W", document).and_then(Object::as_array) else {
            return;
        };
        let mut rest = list.as_slice();
        // A first code with a list of widths, or a first and a last one with a width for all.
        while let [first, next, after @ ..] = rest
            && let Some(first) = whole(first)
            && self.widths.len() < WIDTHS_MAX
        {
            if let Ok((_, Object::Array(widths))) = document.dereference(next) {
                for (code, width) in (first..).zip(widths) {
                    let width = width.as_float().unwrap_or(self.usual);
                    self.widths.insert(code, width);
                }
                rest = after;
            } else if let [width, after @ ..] = after {
                let last = whole(next).unwrap_or(first);
                let last = last.min(first.saturating_add(65_535));
                let width = width.as_float().unwrap_or(self.usual);
                self.widths.extend((first..=last).map(|code| (code, width)));
                rest = after;
            } else {
                return;
            }
        }
    }
}

fn whole(one: &Object) -> Option<u32> {
    u32::try_from(one.as_i64().ok()?).ok()
}

/// The map from codes to text that a font carries, where it can be read.
fn carried(file: &File, dict: &Dictionary) -> Option<ToText> {
    let stream = dict.get_deref(b"ToUnicode", &file.document).ok()?;
    let bytes = file.unpacked(stream.as_stream().ok()?)?;
    // The map alone, unpacked within the bounds of this file.
    let mut alone = Dictionary::new();
    alone.set("Type", "Font");
    alone.set("ToUnicode", lopdf::Stream::new(Dictionary::new(), bytes));
    match alone.get_font_encoding(&file.document) {
        Ok(Encoding::UnicodeMapEncoding(map)) => Some(Box::new(move |code, bytes| {
            let units = map.get(code, bytes)?;
            Some(String::from_utf16_lossy(&units))
        })),
        _ => None,
    }
}

/// The text of a sign by its name; none where the name says nothing.
fn glyph(name: &[u8], document: &Document) -> Option<String> {
    let name = name.split(|b| *b == b'.').next().unwrap_or(name);
    let text = std::str::from_utf8(name).ok()?;
    let hex = text.strip_prefix("uni").and_then(|hex| hex.get(..4));
    let hex = hex.or_else(|| text.strip_prefix('u').filter(|hex| hex.len() >= 4));
    let code = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok());
    if let Some(c) = code.and_then(char::from_u32) {
        return Some(c.to_string());
    }
    // The library gives the text of a name only through the encoding of a font.
    let mut held = Dictionary::new();
    let difference = vec![Object::Integer(0), Object::Name(name.to_vec())];
    held.set("Differences", difference);
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Encoding", held);
    let encoding = font.get_font_encoding(document).ok()?;
    match &encoding {
        Encoding::Differences(_) => encoding.bytes_to_string(&[0]).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_signs_give_their_text() {
        let document = Document::new();
        for (name, text) in [
            ("A", "A"),
            ("eacute", "é"),
            ("Scedilla", "Ş"),
            ("gbreve", "ğ"),
            ("fi", "\u{FB01}"),
            ("uni0259", "ə"),
            ("u1F600", "😀"),
            ("nine", "9"),
            ("quoteright.alt", "’"),
        ] {
            let found = glyph(name.as_bytes(), &document);
            assert_eq!(found.as_deref(), Some(text), "{name}");
        }
        assert_eq!(glyph(b"g123", &document), None);
    }
}
