//! Plain text, in the encoding that its bytes show.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Build;
use super::flag::Flag;

/// Bytes looked at to tell text from other bytes.
const HEAD_BYTES: usize = 4_096;

/// Whether the bytes are those of no text: one in ten is a sign that no text has.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return false;
    }
    let head = bytes.get(..bytes.len().min(HEAD_BYTES)).unwrap_or_default();
    let odd = head
        .iter()
        .filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127))
        .count();
    odd.saturating_mul(10) > head.len()
}

pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let text = decoded(bytes, into);
    into.push(&text);
}

/// The text of bytes.
///
/// A byte-order mark is believed. Bytes that are UTF-8 are UTF-8. Otherwise each line is read by
/// itself: as UTF-8 where it is that, else as Windows code page 1252, which is flagged.
pub(super) fn decoded<'b>(bytes: &'b [u8], into: &mut Build) -> Cow<'b, str> {
    let wide = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some((UTF_16LE, rest)),
        [0xFE, 0xFF, rest @ ..] => Some((UTF_16BE, rest)),
        _ => None,
    };
    if let Some((encoding, rest)) = wide {
        let (text, had_errors) = encoding.decode_without_bom_handling(rest);
        if had_errors {
            flag_unreadable(&text, into);
        }
        return Cow::Owned(text.into_owned());
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    let (mut plain, mut foreign) = (0_u64, 0_u64);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(read) => {
                // A line of ASCII is of any encoding.
                plain = plain.saturating_add(u64::from(!read.is_ascii()));
                text.push_str(read);
            }
            Err(_) => {
                foreign = foreign.saturating_add(1);
                text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
            }
        }
    }
    if plain > 0 {
        into.flag(Flag::MixedEncodings { lines: foreign });
    }
    into.flag(Flag::AssumedEncoding {
        encoding: "windows-1252".to_owned(),
    });
    flag_unreadable(&text, into);
    Cow::Owned(text)
}

fn flag_unreadable(text: &str, into: &mut Build) {
    // Code page 1252 as browsers read it gives controls where it assigns nothing.
    let odd = |c: &char| *c == char::REPLACEMENT_CHARACTER || matches!(c, '\u{80}'..='\u{9F}');
    let signs = u64::try_from(text.chars().filter(odd).count()).unwrap_or(u64::MAX);
    if signs > 0 {
        into.flag(Flag::Unreadable { signs });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, Flag, Passages};

    fn read(bytes: &[u8]) -> Passages {
        super::super::read(bytes, Asked::default())
    }

    #[test]
    fn a_mark_or_utf_8_is_believed_without_a_flag() {
        for bytes in [
            &b"\xEF\xBB\xBFOslo \xC3\xA0"[..],
            b"Oslo \xC3\xA0",
            b"\xFF\xFEO\0s\0l\0o\0 \0\xE0\0",
            b"\xFE\xFF\0O\0s\0l\0o\0 \0\xE0",
        ] {
            let read = read(bytes);
            assert_eq!((read.text.as_str(), read.flags.len()), ("Oslo à", 0));
        }
    }

    #[test]
    fn mixed_encodings_are_read_line_by_line_and_flagged() {
        let read = read(b"T\xC3\xBCrkiye\nT\xFCrkiye\nplain\n");
        assert_eq!(read.text, "Türkiye\nTürkiye\nplain\n");
        assert_eq!(
            read.flags,
            [
                Flag::MixedEncodings { lines: 1 },
                Flag::AssumedEncoding {
                    encoding: "windows-1252".to_owned()
                }
            ]
        );
    }

    #[test]
    fn signs_that_stand_for_nothing_are_kept_in_their_place_and_counted() {
        let half = read(b"\xFF\xFEa\0\x00\xD8");
        assert_eq!(half.flags, [Flag::Unreadable { signs: 1 }]);
        assert!(half.text.ends_with('\u{FFFD}'));
    }

    #[test]
    fn right_to_left_text_keeps_its_order_of_letters() {
        let text = "شركة النهضة and ООО";
        assert_eq!(read(text.as_bytes()).text, text);
    }
}
