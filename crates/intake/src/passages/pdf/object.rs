//! Objects of a PDF: what the grammar of the file knows.

use std::collections::BTreeMap;

/// Deepest nesting of arrays and dictionaries: real files stay below 20.
const DEPTH_MAX: u32 = 64;

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Bool,
    Number(f32),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// The number of another object.
    Reference(u32),
    /// A word of a content stream, or of the file's own frame.
    Word(Vec<u8>),
}

/// A dictionary.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Dict(pub(super) BTreeMap<Vec<u8>, Object>);

impl Dict {
    pub(super) fn get(&self, name: &str) -> Option<&Object> {
        self.0.get(name.as_bytes())
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        matches!(self.get(name), Some(Object::Name(held)) if held == value.as_bytes())
    }
}

impl Object {
    pub(super) fn number(&self) -> Option<f32> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Option<usize> {
        let number = self.number()?;
        if !(0.0..=16_777_215.0).contains(&number) {
            return None;
        }
        // Exact below 2^24, and in range: checked above.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "in range, by the check above"
        )]
        Some(number as usize)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Reads objects one after another.
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    pub(super) at: usize,
    /// Whether `12 0 R` is a reference: not so in content streams.
    has_references: bool,
}

impl<'b> Lexer<'b> {
    pub(super) const fn of_file(bytes: &'b [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            has_references: true,
        }
    }

    pub(super) const fn of_content(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            has_references: false,
        }
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at.saturating_add(ahead)).copied()
    }

    fn step(&mut self) -> Option<u8> {
        let byte = self.peek(0)?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\0' | b'\t' | b'\n' | 12 | b'\r' | b' ' => self.at = self.at.saturating_add(1),
                b'%' => {
                    while self.peek(0).is_some_and(|b| b != b'\n' && b != b'\r') {
                        self.at = self.at.saturating_add(1);
                    }
                }
                _ => return,
            }
        }
    }

    /// The next object; none at the end. What is no object is left out, a byte at a time.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn object(&mut self, depth: u32) -> Option<Object> {
        loop {
            self.skip_space();
            match self.peek(0)? {
                b'/' => {
                    self.at = self.at.saturating_add(1);
                    return Some(Object::Name(self.name()));
                }
                b'(' => {
                    self.at = self.at.saturating_add(1);
                    return Some(Object::Text(self.text()));
                }
                b'<' if self.peek(1) == Some(b'<') => {
                    self.at = self.at.saturating_add(2);
                    return Some(Object::Dict(self.dict(depth)?));
                }
                b'<' => {
                    self.at = self.at.saturating_add(1);
                    return Some(Object::Text(self.hex()));
                }
                b'[' => {
                    self.at = self.at.saturating_add(1);
                    return Some(Object::Array(self.array(depth)?));
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => return Some(self.number_or_reference()),
                b'>' | b']' | b')' | b'{' | b'}' => self.at = self.at.saturating_add(1),
                _ => return Some(self.word()),
            }
        }
    }

    fn name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek(0).filter(|byte| is_regular(*byte)) {
            self.at = self.at.saturating_add(1);
            let escaped = (byte == b'#')
                .then(|| Some((hex_digit(self.peek(0)?)?, hex_digit(self.peek(1)?)?)))
                .flatten();
            match escaped {
                Some((high, low)) => {
                    self.at = self.at.saturating_add(2);
                    name.push(high << 4 | low);
                }
                None => name.push(byte),
            }
        }
        name
    }

    fn text(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 0_u32;
        while let Some(byte) = self.step() {
            match byte {
                b'(' => {
                    depth = depth.saturating_add(1);
                    text.push(byte);
                }
                b')' if depth == 0 => break,
                b')' => {
                    depth = depth.saturating_sub(1);
                    text.push(byte);
                }
                b'\\' => self.escaped(&mut text),
                _ => text.push(byte),
            }
        }
        text
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.step() else { return };
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek(0) == Some(b'\n') {
                    self.at = self.at.saturating_add(1);
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte & 7);
                for _ in 0..2 {
                    let Some(digit) = self.peek(0).filter(|b| (b'0'..=b'7').contains(b)) else {
                        break;
                    };
                    self.at = self.at.saturating_add(1);
                    value = value << 3 | u32::from(digit & 7);
                }
                text.push(u8::try_from(value & 0xFF).unwrap_or_default());
            }
            other => text.push(other),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut high: Option<u8> = None;
        while let Some(byte) = self.step() {
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex_digit(byte) else {
                continue;
            };
            match high.take() {
                None => high = Some(digit),
                Some(high) => text.push(high << 4 | digit),
            }
        }
        if let Some(high) = high {
            text.push(high << 4);
        }
        text
    }

    fn array(&mut self, depth: u32) -> Option<Vec<Object>> {
        let mut held = Vec::new();
        if depth >= DEPTH_MAX {
            return None;
        }
        loop {
            self.skip_space();
            match self.peek(0) {
                None => return Some(held),
                Some(b']') => {
                    self.at = self.at.saturating_add(1);
                    return Some(held);
                }
                // An array that is never closed ends with what holds it.
                Some(b'>') if self.peek(1) == Some(b'>') => return Some(held),
                Some(_) => held.push(self.object(depth.saturating_add(1))?),
            }
        }
    }

    fn dict(&mut self, depth: u32) -> Option<Dict> {
        let mut held = Dict::default();
        if depth >= DEPTH_MAX {
            return None;
        }
        loop {
            self.skip_space();
            match self.peek(0) {
                None => return Some(held),
                Some(b'>') => {
                    let many = if self.peek(1) == Some(b'>') { 2 } else { 1 };
                    self.at = self.at.saturating_add(many);
                    return Some(held);
                }
                Some(b'/') => {
                    self.at = self.at.saturating_add(1);
                    let name = self.name();
                    self.skip_space();
                    if self.peek(0) == Some(b'>') {
                        continue;
                    }
                    let value = self.object(depth.saturating_add(1))?;
                    held.0.insert(name, value);
                }
                // Not a name: the dictionary is broken here; a word that ends objects ends it too.
                Some(_) => match self.object(depth.saturating_add(1))? {
                    Object::Word(word) if word == b"endobj" || word == b"stream" => {
                        return Some(held);
                    }
                    _ => {}
                },
            }
        }
    }

    fn number_or_reference(&mut self) -> Object {
        let number = self.number();
        if !self.has_references {
            return Object::Number(number.0);
        }
        let after_number = self.at;
        if let (Some(object), true) = number.1 {
            self.skip_space();
            let begins = self.peek(0).is_some_and(|b| b.is_ascii_digit());
            let generation = begins.then(|| self.number().1.0).flatten();
            self.skip_space();
            let is_reference = generation.is_some()
                && self.peek(0) == Some(b'R')
                && !self.peek(1).is_some_and(is_regular);
            if is_reference {
                self.at = self.at.saturating_add(1);
                return Object::Reference(object);
            }
        }
        self.at = after_number;
        Object::Number(number.0)
    }

    /// A number, and when it is a whole one that can name an object, that.
    fn number(&mut self) -> (f32, (Option<u32>, bool)) {
        let from = self.at;
        while self
            .peek(0)
            .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'))
        {
            self.at = self.at.saturating_add(1);
        }
        let digits = self.bytes.get(from..self.at).unwrap_or_default();
        let text = std::str::from_utf8(digits).unwrap_or_default();
        let whole = text.parse::<u32>().ok();
        let number = text.parse::<f32>().unwrap_or_default();
        (number, (whole, whole.is_some()))
    }

    fn word(&mut self) -> Object {
        let from = self.at;
        while self.peek(0).is_some_and(is_regular) {
            self.at = self.at.saturating_add(1);
        }
        if self.at == from {
            self.at = self.at.saturating_add(1);
        }
        match self.bytes.get(from..self.at).unwrap_or_default() {
            b"true" | b"false" => Object::Bool,
            b"null" => Object::Null,
            word => Object::Word(word.to_vec()),
        }
    }
}

pub(super) fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        b'\0'
            | b'\t'
            | b'\n'
            | 12
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.saturating_sub(b'0')),
        b'a'..=b'f' => Some(byte.saturating_sub(b'a').saturating_add(10)),
        b'A'..=b'F' => Some(byte.saturating_sub(b'A').saturating_add(10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Object {
        Lexer::of_file(text.as_bytes(), 0).next().unwrap()
    }

    #[test]
    fn objects_are_read_as_the_grammar_says() {
        assert_eq!(one("/A#20b"), Object::Name(b"A b".to_vec()));
        assert_eq!(
            one("(a\\(b\\051 (c) \\101)"),
            Object::Text(b"a(b) (c) A".to_vec())
        );
        assert_eq!(one("<48 65 6>"), Object::Text(b"He`".to_vec()));
        assert_eq!(one("-1.5"), Object::Number(-1.5));
        assert_eq!(one("12 0 R"), Object::Reference(12));
        assert_eq!(
            one("[1 2 0 R]"),
            Object::Array(vec![Object::Number(1.0), Object::Reference(2)])
        );
        let Object::Dict(dict) = one("<< /Type /Page % note\n /N 3 >>") else {
            panic!("no dictionary");
        };
        assert!(dict.is("Type", "Page"));
        assert_eq!(dict.get("N").unwrap().whole(), Some(3));
    }

    #[test]
    fn content_has_no_references() {
        let mut lexer = Lexer::of_content(b"1 0 R");
        assert_eq!(lexer.next(), Some(Object::Number(1.0)));
    }

    #[test]
    fn nesting_beyond_all_measure_ends_the_reading() {
        let deep = "[".repeat(100_000);
        assert_eq!(Lexer::of_file(deep.as_bytes(), 0).next(), None);
        let deep = "<</A".repeat(100_000);
        assert_eq!(Lexer::of_file(deep.as_bytes(), 0).next(), None);
    }

    #[test]
    fn broken_objects_end_where_the_file_does() {
        for text in ["<</A", "[1 2", "(abc", "<48", "/", "<<>", ">>>>"] {
            let mut lexer = Lexer::of_file(text.as_bytes(), 0);
            while lexer.next().is_some() {}
            assert!(lexer.at >= text.len(), "{text}");
        }
    }
}
