//! From bytes to text, in an encoding that the map names or that the file marks itself with.

use std::borrow::Cow;

use serde::Deserialize;

use crate::at::At;
use crate::outcome::Assumption;
use crate::table::FileMistake;

/// An encoding that a map can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows code page 1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO 8859-1.
    #[serde(rename = "iso-8859-1")]
    Latin1,
    /// ISO 8859-15.
    #[serde(rename = "iso-8859-15")]
    Latin9,
    /// ISO 8859-2, for Central Europe.
    #[serde(rename = "iso-8859-2")]
    Latin2,
    /// Windows code page 1250, for Central Europe.
    #[serde(rename = "windows-1250")]
    Windows1250,
    /// Windows code page 1251, for Cyrillic.
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// Windows code page 1253, for Greek.
    #[serde(rename = "windows-1253")]
    Windows1253,
    /// Windows code page 1254, for Turkish.
    #[serde(rename = "windows-1254")]
    Windows1254,
    /// Windows code page 1257, for the Baltic languages.
    #[serde(rename = "windows-1257")]
    Windows1257,
}

impl Encoding {
    /// The name, as maps write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::Latin1 => "iso-8859-1",
            Self::Latin9 => "iso-8859-15",
            Self::Latin2 => "iso-8859-2",
            Self::Windows1250 => "windows-1250",
            Self::Windows1251 => "windows-1251",
            Self::Windows1253 => "windows-1253",
            Self::Windows1254 => "windows-1254",
            Self::Windows1257 => "windows-1257",
        }
    }
}

/// Code page 1252 from 0x80 to 0x9F; NUL where the page assigns nothing.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Where ISO 8859-15 differs from ISO 8859-1.
const LATIN_9: [(u8, char); 8] = [
    (0xA4, '€'),
    (0xA6, 'Š'),
    (0xA8, 'š'),
    (0xB4, 'Ž'),
    (0xB8, 'ž'),
    (0xBC, 'Œ'),
    (0xBD, 'œ'),
    (0xBE, 'Ÿ'),
];

/// The text of a file, and what was assumed to read it.
///
/// A byte-order mark is the file's own word and wins over the map, as an assumption when the two
/// differ. Without a mark and without a word from the map the file must be UTF-8: no guessing.
///
/// # Errors
/// Refuses bytes that are not of the encoding, and says at which byte, line and column.
pub fn decode<'b>(
    bytes: &'b [u8],
    name: &str,
    stated: Option<Encoding>,
) -> Result<(Cow<'b, str>, Option<Assumption>), FileMistake> {
    let (marked, rest) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Some(Encoding::Utf8), rest),
        [0xFF, 0xFE, rest @ ..] => (Some(Encoding::Utf16Le), rest),
        [0xFE, 0xFF, rest @ ..] => (Some(Encoding::Utf16Be), rest),
        _ => (None, bytes),
    };
    let assumed = match (marked, stated) {
        (Some(marked), Some(stated)) if marked != stated => Some(Assumption::MarkOverMap),
        _ => None,
    };
    let offset = bytes.len() - rest.len();
    let encoding = marked.or(stated).unwrap_or(Encoding::Utf8);
    let wrong = |byte: usize| FileMistake::NotText {
        at: At::byte_in(name, rest, byte),
        byte: offset + byte,
        encoding: encoding.name(),
    };
    let text = match encoding {
        Encoding::Utf8 => {
            Cow::Borrowed(std::str::from_utf8(rest).map_err(|error| wrong(error.valid_up_to()))?)
        }
        Encoding::Utf16Le => Cow::Owned(wide(rest, u16::from_le_bytes).map_err(wrong)?),
        Encoding::Utf16Be => Cow::Owned(wide(rest, u16::from_be_bytes).map_err(wrong)?),
        Encoding::Windows1252 => Cow::Owned(narrow(rest, windows_1252).map_err(wrong)?),
        Encoding::Latin1 => Cow::Owned(narrow(rest, |b| Some(char::from(b))).map_err(wrong)?),
        Encoding::Latin9 => Cow::Owned(narrow(rest, latin_9).map_err(wrong)?),
        Encoding::Latin2 => paged(rest, encoding_rs::ISO_8859_2).map_err(wrong)?,
        Encoding::Windows1250 => paged(rest, encoding_rs::WINDOWS_1250).map_err(wrong)?,
        Encoding::Windows1251 => paged(rest, encoding_rs::WINDOWS_1251).map_err(wrong)?,
        Encoding::Windows1253 => paged(rest, encoding_rs::WINDOWS_1253).map_err(wrong)?,
        Encoding::Windows1254 => paged(rest, encoding_rs::WINDOWS_1254).map_err(wrong)?,
        Encoding::Windows1257 => paged(rest, encoding_rs::WINDOWS_1257).map_err(wrong)?,
    };
    Ok((text, assumed))
}

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => WINDOWS_1252
            .get(usize::from(byte - 0x80))
            .copied()
            .filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}

fn latin_9(byte: u8) -> Option<char> {
    let differs = LATIN_9.iter().find(|(at, _)| *at == byte);
    Some(differs.map_or(char::from(byte), |(_, c)| *c))
}

fn narrow(bytes: &[u8], read: impl Fn(u8) -> Option<char>) -> Result<String, usize> {
    bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| read(*byte).ok_or(at))
        .collect()
}

/// Reads a code page of one byte a character. Its bytes are looked up once each.
fn paged(bytes: &[u8], page: &'static encoding_rs::Encoding) -> Result<Cow<'static, str>, usize> {
    let one = |byte: u8| {
        let bytes = [byte];
        let read = page.decode_without_bom_handling_and_without_replacement(&bytes)?;
        read.chars()
            .next()
            .filter(|c| !matches!(c, '\u{80}'..='\u{9F}'))
    };
    let table: Vec<Option<char>> = (0..=u8::MAX).map(one).collect();
    let read = |byte: u8| table.get(usize::from(byte)).copied().flatten();
    narrow(bytes, read).map(Cow::Owned)
}

fn wide(bytes: &[u8], join: impl Fn([u8; 2]) -> u16) -> Result<String, usize> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(bytes.len() - 1);
    }
    let mut text = String::with_capacity(pairs.len());
    let mut at = 0;
    for unit in char::decode_utf16(pairs.iter().map(|pair| join(*pair))) {
        let c = unit.map_err(|_| at)?;
        at += c.len_utf16() * 2;
        text.push(c);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], stated: Option<Encoding>) -> Result<(String, bool), FileMistake> {
        decode(bytes, "f.csv", stated).map(|(text, assumed)| (text.into_owned(), assumed.is_some()))
    }

    #[test]
    fn a_mark_names_the_encoding_and_is_not_text() {
        assert_eq!(read(b"\xEF\xBB\xBFa", None).unwrap(), ("a".into(), false));
        assert_eq!(read(b"\xFF\xFEa\0", None).unwrap(), ("a".into(), false));
        assert_eq!(read(b"\xFE\xFF\0a", None).unwrap(), ("a".into(), false));
        let over = read(b"\xEF\xBB\xBFa", Some(Encoding::Windows1252)).unwrap();
        assert_eq!(over, ("a".into(), true));
    }

    #[test]
    fn code_page_1252_is_read_where_the_map_names_it() {
        let (text, _) = read(b"T\xFCrkiye \x80", Some(Encoding::Windows1252)).unwrap();
        assert_eq!(text, "Türkiye €");
        assert!(read(b"\x81", Some(Encoding::Windows1252)).is_err());
        assert_eq!(read(b"\xA4", Some(Encoding::Latin9)).unwrap().0, "€");
        assert_eq!(read(b"\xA4", Some(Encoding::Latin1)).unwrap().0, "¤");
    }

    #[test]
    fn other_code_pages_are_read_and_their_gaps_refused() {
        for (bytes, page, text) in [
            (&b"\xA3\xF3d\x9F"[..], Encoding::Windows1250, "Łódź"),
            (b"\xA3\xF3d\xBC", Encoding::Latin2, "Łódź"),
            (b"\xD2\xF3\xF0\xF6\xE8\xFF", Encoding::Windows1251, "Турция"),
            (
                b"\xD4\xEF\xF5\xF1\xEA\xDF\xE1",
                Encoding::Windows1253,
                "Τουρκία",
            ),
            (b"T\xFCrk\xFD\xDE", Encoding::Windows1254, "TürkıŞ"),
            (b"Latvij\xE2 \xE0", Encoding::Windows1257, "Latvijā ą"),
        ] {
            assert_eq!(read(bytes, Some(page)).unwrap().0, text, "{}", page.name());
        }
        assert!(read(b"\xAA", Some(Encoding::Windows1253)).is_err());
        assert!(read(b"a\x81", Some(Encoding::Windows1250)).is_err());
    }

    #[test]
    fn bytes_of_no_stated_encoding_are_refused_with_their_place() {
        let mistake = read(b"a,b\nT\xFCrkiye,1\n", None).unwrap_err();
        let FileMistake::NotText { at, byte, encoding } = mistake else {
            panic!("{mistake}");
        };
        assert_eq!(
            (at.to_string().as_str(), byte, encoding),
            ("f.csv:2:2", 5, "utf-8")
        );
    }

    #[test]
    fn half_a_character_of_utf_16_is_refused() {
        assert!(read(b"\xFF\xFEa", None).is_err());
        assert!(read(b"\xFF\xFE\x00\xD8", None).is_err());
    }
}
