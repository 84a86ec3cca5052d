//! The block in which a picture says where and when it was taken, and by what.

use std::collections::BTreeMap;

/// Most entries of one directory: cameras write some 60.
const ENTRIES_MAX: usize = 1_000;

/// Longest text of one entry, in bytes.
const TEXT_MAX: usize = 2_000;

/// A directory within the block, which gives its tags their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Directory {
    Picture,
    Taking,
    Place,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Whole(u32),
    /// Fractions, of which a denominator may be zero.
    Fractions(Vec<(u32, u32)>),
}

/// What stands in the block, by directory and tag.
pub(super) type Entries = BTreeMap<(Directory, u16), Value>;

/// Reads a block from its byte order mark on; none where it is no such block.
pub(super) fn read(block: &[u8]) -> Option<Entries> {
    let is_little = match block.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let bytes = Bytes { block, is_little };
    let mut entries = Entries::new();
    let first = bytes.four(4)?;
    let (taking, place) = directory(&bytes, first, Directory::Picture, &mut entries)?;
    if let Some(at) = taking {
        directory(&bytes, at, Directory::Taking, &mut entries);
    }
    if let Some(at) = place {
        directory(&bytes, at, Directory::Place, &mut entries);
    }
    Some(entries)
}

struct Bytes<'b> {
    block: &'b [u8],
    is_little: bool,
}

impl Bytes<'_> {
    fn two(&self, at: usize) -> Option<u16> {
        let pair: [u8; 2] = self.block.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    }

    fn four(&self, at: usize) -> Option<u32> {
        let four: [u8; 4] = self.block.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        })
    }
}

/// Where the directories of taking and of place begin, as a picture's own names them.
type Others = (Option<u32>, Option<u32>);

fn directory(
    bytes: &Bytes<'_>,
    at: u32,
    which: Directory,
    entries: &mut Entries,
) -> Option<Others> {
    let at = usize::try_from(at).ok()?;
    let many = usize::from(bytes.two(at)?).min(ENTRIES_MAX);
    let mut others = (None, None);
    for number in 0..many {
        let entry = at.checked_add(2)?.checked_add(number.checked_mul(12)?)?;
        let Some(tag) = bytes.two(entry) else { break };
        let Some(value) = value(bytes, entry) else {
            continue;
        };
        match (which, tag, &value) {
            (Directory::Picture, 0x8769, Value::Whole(at)) => others.0 = Some(*at),
            (Directory::Picture, 0x8825, Value::Whole(at)) => others.1 = Some(*at),
            _ => {
                entries.insert((which, tag), value);
            }
        }
    }
    Some(others)
}

fn value(bytes: &Bytes<'_>, entry: usize) -> Option<Value> {
    let kind = bytes.two(entry.checked_add(2)?)?;
    let many = usize::try_from(bytes.four(entry.checked_add(4)?)?).ok()?;
    let here = entry.checked_add(8)?;
    let size = match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 => 4,
        5 | 10 => 8,
        _ => return None,
    };
    let length = many.checked_mul(size)?;
    let at = if length <= 4 {
        here
    } else {
        usize::try_from(bytes.four(here)?).ok()?
    };
    match kind {
        1 if many == 1 => Some(Value::Whole(u32::from(*bytes.block.get(at)?))),
        2 => {
            let raw = bytes.block.get(at..at.checked_add(length.min(TEXT_MAX))?)?;
            let text = raw.split(|b| *b == 0).next().unwrap_or_default();
            let text = match std::str::from_utf8(text) {
                Ok(text) => text.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(text).0.into_owned(),
            };
            Some(Value::Text(text.trim().to_owned()))
        }
        3 => Some(Value::Whole(u32::from(bytes.two(at)?))),
        4 => Some(Value::Whole(bytes.four(at)?)),
        5 => {
            let mut fractions = Vec::new();
            for one in 0..many.min(8) {
                let from = at.checked_add(one.checked_mul(8)?)?;
                fractions.push((bytes.four(from)?, bytes.four(from.checked_add(4)?)?));
            }
            Some(Value::Fractions(fractions))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_lie_about_their_size_give_what_is_there() {
        assert_eq!(read(b"nonsense"), None);
        assert_eq!(read(b"II*\0\xFF\xFF\xFF\xFF"), None);
        // One entry of text said to have 4 thousand million letters at the end of the block.
        let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
        block.extend(b"\x0F\x01\x02\0\xFF\xFF\xFF\xFF\x08\0\0\0");
        assert_eq!(read(&block), Some(Entries::new()));
    }
}
