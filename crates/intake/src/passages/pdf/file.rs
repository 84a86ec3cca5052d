//! The frame of a PDF: its objects, found by looking through the whole file.
//!
//! The table of positions that a file carries is not believed: half of the damaged files are damaged
//! there, and what it would save is nothing beside reading the pages. The last object of a number
//! holds, as after an update.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read as _;

use super::object::{Dict, Lexer, Object};

/// Most objects: a report of 5,000 pages has some 50,000.
const OBJECTS_MAX: usize = 1_000_000;

/// Most bytes that all streams of one file may inflate to, each time that one is read counting: 64
/// MiB. The drawing of 5,000 full pages takes 40; what is more was made to be.
pub(super) const INFLATED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Most filters on one stream.
const FILTERS_MAX: usize = 4;

/// Where an object is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// At a byte of the file, after `obj`.
    File(usize),
    /// In an object stream, at a byte.
    Stream(usize, usize),
}

/// A file by its objects.
pub(super) struct File<'b> {
    bytes: &'b [u8],
    places: BTreeMap<u32, Place>,
    /// Object streams, inflated.
    packed: Vec<Vec<u8>>,
    /// Dictionaries that stand at the end of parts of the file.
    trailers: Vec<Dict>,
    /// Bytes that may still be inflated.
    left: Cell<usize>,
    is_cut: Cell<bool>,
}

/// A dictionary with the raw bytes of its stream, where it has one.
pub(super) struct Stream<'s> {
    pub(super) dict: Dict,
    raw: &'s [u8],
}

impl<'b> File<'b> {
    pub(super) fn read(bytes: &'b [u8]) -> Self {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            packed: Vec::new(),
            trailers: Vec::new(),
            left: Cell::new(INFLATED_BYTES_MAX),
            is_cut: Cell::new(false),
        };
        file.find_objects();
        file.find_trailers();
        file.unpack();
        file
    }

    /// Whether the file says that it is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        let names = |dict: &Dict| !matches!(dict.get("Encrypt"), None | Some(Object::Null));
        self.trailers.iter().any(names)
    }

    /// Whether more would have been inflated than is allowed.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    pub(super) fn trailers(&self) -> impl DoubleEndedIterator<Item = &Dict> {
        self.trailers.iter()
    }

    /// The numbers of all objects.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.places.keys().copied()
    }

    /// The object of a number, if it is there.
    pub(super) fn object(&self, number: u32) -> Option<Object> {
        match *self.places.get(&number)? {
            Place::File(at) => Lexer::of_file(self.bytes, at).next(),
            Place::Stream(stream, at) => Lexer::of_file(self.packed.get(stream)?, at).next(),
        }
    }

    /// What an object stands for, through at most eight references.
    pub(super) fn resolve(&self, object: &Object) -> Option<Object> {
        let mut held = object.clone();
        for _ in 0..8 {
            match held {
                Object::Reference(number) => held = self.object(number)?,
                other => return Some(other),
            }
        }
        None
    }

    /// An entry of a dictionary, resolved.
    pub(super) fn entry(&self, dict: &Dict, name: &str) -> Option<Object> {
        self.resolve(dict.get(name)?)
    }

    pub(super) fn dict(&self, dict: &Dict, name: &str) -> Option<Dict> {
        match self.entry(dict, name)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The stream of a number. Streams never lie within object streams.
    pub(super) fn stream(&self, number: u32) -> Option<Stream<'b>> {
        let Place::File(at) = *self.places.get(&number)? else {
            return None;
        };
        self.stream_at(at)
    }

    fn stream_at(&self, at: usize) -> Option<Stream<'b>> {
        let mut lexer = Lexer::of_file(self.bytes, at);
        let Object::Dict(dict) = lexer.next()? else {
            return None;
        };
        lexer.skip_space();
        let rest = lexer.rest().strip_prefix(b"stream")?;
        let rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .or_else(|| rest.strip_prefix(b"\r"))
            .unwrap_or(rest);
        let stated = dict.get("Length").and_then(|length| match length {
            Object::Number(_) => length.whole(),
            other => self.resolve(other)?.whole(),
        });
        // The stated length holds where the word that ends streams follows it.
        let raw = stated
            .and_then(|length| {
                let after = rest.get(length..)?;
                let near = after.get(..after.len().min(16)).unwrap_or_default();
                find(near, b"endstream").and_then(|_| rest.get(..length))
            })
            .or_else(|| rest.get(..find(rest, b"endstream").unwrap_or(rest.len())))?;
        Some(Stream { dict, raw })
    }

    /// The bytes of a stream behind its filters; none where a filter is of pictures or unknown.
    pub(super) fn inflate(&self, stream: &Stream<'_>) -> Option<Vec<u8>> {
        let filters = match self.entry(&stream.dict, "Filter") {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Name(name)) => vec![name],
            Some(Object::Array(list)) => list
                .iter()
                .filter_map(|one| match self.resolve(one) {
                    Some(Object::Name(name)) => Some(name),
                    _ => None,
                })
                .collect(),
            Some(_) => return None,
        };
        if filters.len() > FILTERS_MAX {
            return None;
        }
        let mut bytes: Vec<u8> = Vec::new();
        let mut is_first = true;
        for filter in &filters {
            let input = if is_first { stream.raw } else { &bytes };
            bytes = match filter.as_slice() {
                b"FlateDecode" | b"Fl" => self.flate(input)?,
                b"ASCIIHexDecode" | b"AHx" => ascii_hex(input),
                b"ASCII85Decode" | b"A85" => ascii_85(input),
                b"RunLengthDecode" | b"RL" => self.run_length(input),
                _ => return None,
            };
            is_first = false;
        }
        if is_first {
            return Some(stream.raw.to_vec());
        }
        let parms = self.entry(&stream.dict, "DecodeParms");
        let parms = match parms {
            Some(Object::Dict(dict)) => Some(dict),
            Some(Object::Array(list)) => list.iter().find_map(|one| match self.resolve(one) {
                Some(Object::Dict(dict)) => Some(dict),
                _ => None,
            }),
            _ => None,
        };
        let columns = parms.filter(|dict| {
            self.entry(dict, "Predictor")
                .and_then(|p| p.whole())
                .is_some_and(|p| p >= 10)
        });
        let Some(dict) = columns else {
            return Some(bytes);
        };
        let many = |name: &str, usual: usize| {
            self.entry(&dict, name)
                .and_then(|n| n.whole())
                .unwrap_or(usual)
        };
        let bits = many("Columns", 1)
            .saturating_mul(many("Colors", 1))
            .saturating_mul(many("BitsPerComponent", 8));
        Some(unpredicted(&bytes, bits.div_ceil(8).max(1)))
    }

    /// Takes from what may still be inflated.
    fn take(&self, many: usize) -> bool {
        let left = self.left.get();
        if many > left {
            self.left.set(0);
            self.is_cut.set(true);
            return false;
        }
        self.left.set(left.saturating_sub(many));
        true
    }

    fn flate(&self, input: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let bound = u64::try_from(self.left.get().saturating_add(1)).unwrap_or(u64::MAX);
        // What was inflated before damage is kept: a page cut short is better than none.
        let _ = flate2::read::ZlibDecoder::new(input)
            .take(bound)
            .read_to_end(&mut bytes);
        if bytes.is_empty() {
            let _ = flate2::read::DeflateDecoder::new(input)
                .take(bound)
                .read_to_end(&mut bytes);
        }
        self.take(bytes.len()).then_some(bytes)
    }

    fn run_length(&self, input: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut at = 0;
        while let Some(length) = input.get(at).copied() {
            at = at.saturating_add(1);
            match length {
                128 => break,
                0..=127 => {
                    let many = usize::from(length).saturating_add(1);
                    let piece = input.get(at..at.saturating_add(many)).unwrap_or_default();
                    bytes.extend_from_slice(piece);
                    at = at.saturating_add(many);
                }
                129.. => {
                    let many = 257_usize.saturating_sub(usize::from(length));
                    let Some(byte) = input.get(at) else { break };
                    if !self.take(many) {
                        break;
                    }
                    bytes.extend(std::iter::repeat_n(*byte, many));
                    at = at.saturating_add(1);
                }
            }
        }
        bytes
    }

    fn find_objects(&mut self) {
        let mut at = 0;
        while let Some(next) = find(self.bytes.get(at..).unwrap_or_default(), b"obj") {
            let word = at.saturating_add(next);
            at = word.saturating_add(3);
            let before = self.bytes.get(..word).unwrap_or_default();
            if before.ends_with(b"end") {
                continue;
            }
            if let Some(number) = number_before(before) {
                if self.places.len() >= OBJECTS_MAX {
                    return;
                }
                self.places.insert(number, Place::File(at));
            }
        }
    }

    fn find_trailers(&mut self) {
        let mut at = 0;
        while let Some(next) = find(self.bytes.get(at..).unwrap_or_default(), b"trailer") {
            at = at.saturating_add(next).saturating_add(7);
            if let Some(Object::Dict(dict)) = Lexer::of_file(self.bytes, at).next() {
                self.trailers.push(dict);
            }
            if self.trailers.len() >= 4_096 {
                return;
            }
        }
    }

    /// Reads the object streams, and the trailers of files that keep their table in a stream.
    fn unpack(&mut self) {
        let numbers: Vec<(u32, usize)> = self
            .places
            .iter()
            .filter_map(|(number, place)| match place {
                Place::File(at) => Some((*number, *at)),
                Place::Stream(..) => None,
            })
            .collect();
        let mut found: Vec<(u32, Place)> = Vec::new();
        for (_, at) in numbers {
            let window = self
                .bytes
                .get(at..at.saturating_add(2_048).min(self.bytes.len()));
            let window = window.unwrap_or_default();
            let is_table = find(window, b"/XRef").is_some();
            if !is_table && find(window, b"/ObjStm").is_none() {
                continue;
            }
            let Some(stream) = self.stream_at(at) else {
                continue;
            };
            if stream.dict.is("Type", "XRef") {
                self.trailers.push(stream.dict);
            } else if stream.dict.is("Type", "ObjStm")
                && let Some(bytes) = self.inflate(&stream)
            {
                let first = self.entry(&stream.dict, "First").and_then(|n| n.whole());
                let many = self.entry(&stream.dict, "N").and_then(|n| n.whole());
                let index = self.packed.len();
                let listed = listed(&bytes, first.unwrap_or(0), many.unwrap_or(0));
                found.extend(listed.map(|(number, at)| (number, Place::Stream(index, at))));
                self.packed.push(bytes);
            }
        }
        for (number, place) in found {
            if self.places.len() < OBJECTS_MAX {
                self.places.entry(number).or_insert(place);
            }
        }
    }
}

/// The numbers and positions that an object stream begins with.
fn listed(bytes: &[u8], first: usize, many: usize) -> impl Iterator<Item = (u32, usize)> + use<> {
    let head = bytes.get(..first.min(bytes.len())).unwrap_or_default();
    let mut lexer = Lexer::of_content(head);
    let mut numbers = Vec::new();
    while numbers.len() < many.saturating_mul(2) {
        match lexer.next() {
            Some(object) => numbers.push(object.whole().unwrap_or_default()),
            None => break,
        }
    }
    let (pairs, _) = numbers.as_chunks::<2>();
    let pairs: Vec<(u32, usize)> = pairs
        .iter()
        .filter_map(|[number, at]| Some((u32::try_from(*number).ok()?, first.saturating_add(*at))))
        .collect();
    pairs.into_iter()
}

/// The number in `12 0 ` before the word `obj`.
fn number_before(before: &[u8]) -> Option<u32> {
    let tail = before.get(before.len().saturating_sub(32)..)?;
    let text = tail.trim_ascii_end();
    let generation = digits_at_end(text)?;
    let rest = text.get(..text.len().saturating_sub(generation.len()))?;
    let trimmed = rest.trim_ascii_end();
    if trimmed.len() == rest.len() {
        return None;
    }
    std::str::from_utf8(digits_at_end(trimmed)?)
        .ok()?
        .parse()
        .ok()
}

fn digits_at_end(text: &[u8]) -> Option<&[u8]> {
    let many = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    (many > 0)
        .then(|| text.get(text.len().saturating_sub(many)..))
        .flatten()
}

/// Where a word first stands.
pub(super) fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let next = rest.iter().position(|b| *b == first)?;
        let found = at.saturating_add(next);
        if bytes.get(found..)?.starts_with(word) {
            return Some(found);
        }
        at = found.saturating_add(1);
    }
}

fn ascii_hex(input: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = input
        .iter()
        .take_while(|b| **b != b'>')
        .filter_map(|b| super::object::hex_digit(*b))
        .collect();
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => high << 4 | low,
            [high] => high << 4,
            _ => 0,
        })
        .collect()
}

fn ascii_85(input: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    let mut flush = |group: &mut Vec<u32>| {
        let many = group.len();
        if many < 2 {
            group.clear();
            return;
        }
        group.resize(5, 84);
        let value = group.iter().fold(0_u32, |sum, digit| {
            sum.wrapping_mul(85).wrapping_add(*digit)
        });
        bytes.extend(value.to_be_bytes().iter().take(many.saturating_sub(1)));
        group.clear();
    };
    for byte in input {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => group.extend([0; 5]),
            b'!'..=b'u' => group.push(u32::from(byte.saturating_sub(b'!'))),
            _ => continue,
        }
        if group.len() == 5 {
            flush(&mut group);
        }
    }
    flush(&mut group);
    bytes
}

/// Takes back the differences by which rows were packed (predictors of PNG).
fn unpredicted(bytes: &[u8], width: usize) -> Vec<u8> {
    let mut plain: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above: Vec<u8> = vec![0; width];
    for row in bytes.chunks(width.saturating_add(1)) {
        let Some((how, row)) = row.split_first() else {
            break;
        };
        let mut current: Vec<u8> = Vec::with_capacity(width);
        for (at, byte) in row.iter().enumerate() {
            // Rows of these streams have one byte a column.
            let left = at
                .checked_sub(1)
                .and_then(|before| current.get(before))
                .copied()
                .unwrap_or_default();
            let up = above.get(at).copied().unwrap_or_default();
            let corner = at
                .checked_sub(1)
                .and_then(|before| above.get(before))
                .copied()
                .unwrap_or_default();
            let by = match how {
                1 => left,
                2 => up,
                3 => {
                    let sum = u16::from(left).saturating_add(u16::from(up));
                    u8::try_from(sum / 2).unwrap_or_default()
                }
                4 => paeth(left, up, corner),
                _ => 0,
            };
            current.push(byte.wrapping_add(by));
        }
        plain.extend_from_slice(&current);
        current.resize(width, 0);
        above = current;
    }
    plain
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left)
        .saturating_add(i16::from(up))
        .saturating_sub(i16::from(corner));
    let far = |one: u8| guess.abs_diff(i16::from(one));
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_wherever_they_stand_and_the_last_holds() {
        let text =
            b"%PDF-1.4\n1 0 obj\n<</A 1>>\nendobj 2 0 obj (x) endobj\n1 0 obj <</A 2>> endobj";
        let file = File::read(text);
        assert_eq!(file.numbers().collect::<Vec<_>>(), [1, 2]);
        let Some(Object::Dict(dict)) = file.object(1) else {
            panic!("no dictionary");
        };
        assert_eq!(dict.get("A").unwrap().whole(), Some(2));
    }

    #[test]
    fn a_stream_with_a_lying_length_ends_at_its_word() {
        let text = b"1 0 obj <</Length 9999>> stream\nabc\nendstream endobj";
        let file = File::read(text);
        let stream = file.stream(1).unwrap();
        assert_eq!(file.inflate(&stream).unwrap(), b"abc\n");
    }

    #[test]
    fn references_in_a_circle_end() {
        let file = File::read(b"1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj");
        assert_eq!(file.resolve(&Object::Reference(1)), None);
    }

    #[test]
    fn the_small_filters_give_back_what_was_put_in() {
        assert_eq!(ascii_hex(b"48 65>"), b"He");
        assert_eq!(ascii_85(b"87cURD]j7BEbo80~>"), b"Hello world!");
        let file = File::read(b"");
        assert_eq!(
            file.run_length(&[2, 1, 2, 3, 254, 7, 128]),
            [1, 2, 3, 7, 7, 7]
        );
        assert_eq!(unpredicted(&[2, 1, 2, 2, 1, 1], 2), [1, 2, 2, 3]);
    }
}
