//! Spoiling a good file: by its tokens, by its bytes, by its encoding.

/// Longest mutant: bombs of size are the business of the tests of R15 and R16.
const BYTES_MAX: usize = 256 * 1024;

/// Changes made to one mutant, at most.
const CHANGES_MAX: usize = 6;

/// What tends to be read wrongly.
const ODD: [&str; 30] = [
    "",
    "0",
    "-1",
    "1e308",
    "1e999999999",
    "NaN",
    "9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "0.0000000000000000000000000000001",
    "null",
    "true",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "e\u{301}",
    "\u{1F468}\u{200D}\u{1F469}",
    "\"",
    "'",
    "\\",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&b;",
    "]]>",
    "<![CDATA[",
    "*anchor",
    "&anchor",
    "<<: *a",
    "!!binary",
    "2021-02-30",
    "99999-99-99",
];

/// What opens something that something else must close.
const OPENERS: [&str; 14] = [
    "[",
    "{",
    "(",
    "<a>",
    "<a b='",
    "!(",
    "- ",
    "\n  - ",
    "? ",
    "[[",
    "{a: ",
    "\"",
    "if true then ",
    "resource == ",
];

pub(crate) struct Spoiler(u64);

impl Spoiler {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }

    /// A mutant of one file of a corpus.
    pub(crate) fn spoil(&mut self, corpus: &[Vec<u8>], file: usize) -> Vec<u8> {
        let mut bytes = corpus[file].clone();
        for _ in 0..=self.below(CHANGES_MAX) {
            bytes = match self.below(12) {
                0 => self.flipped(bytes),
                1 => self.cut_off(bytes),
                2 => self.spliced(&bytes, corpus),
                3 => self.in_another_encoding(&bytes),
                4 => self.nested(&bytes),
                5 => self.without(&bytes),
                6 | 7 => self.repeated(&bytes),
                8 => self.swapped(&bytes),
                9 => self.with_raw_bytes(bytes),
                _ => self.with_odd(&bytes),
            };
            bytes.truncate(BYTES_MAX);
        }
        bytes
    }

    fn flipped(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            let bit = self.below(8);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        bytes
    }

    fn cut_off(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        let at = self.below(bytes.len());
        bytes.truncate(at);
        bytes
    }

    /// The head of this file and the tail of another.
    fn spliced(&mut self, bytes: &[u8], corpus: &[Vec<u8>]) -> Vec<u8> {
        let other = &corpus[self.below(corpus.len())];
        let (head, tail) = (self.below(bytes.len()), self.below(other.len()));
        [&bytes[..head], &other[tail..]].concat()
    }

    fn in_another_encoding(&mut self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes);
        let wide = text.encode_utf16();
        match self.below(5) {
            0 => [vec![0xff, 0xfe], wide.flat_map(u16::to_le_bytes).collect()].concat(),
            1 => [vec![0xfe, 0xff], wide.flat_map(u16::to_be_bytes).collect()].concat(),
            2 => wide.flat_map(u16::to_le_bytes).collect(),
            3 => [&[0xef, 0xbb, 0xbf], bytes].concat(),
            // What is no Latin letter is lost.
            _ => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
                .collect(),
        }
    }

    /// Something opened over and over, somewhere.
    fn nested(&mut self, bytes: &[u8]) -> Vec<u8> {
        let opener = OPENERS[self.below(OPENERS.len())];
        let times = 1 << self.below(14);
        self.put(bytes, opener.repeat(times).as_bytes())
    }

    fn without(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (from, to) = self.token_run(bytes);
        [&bytes[..from], &bytes[to..]].concat()
    }

    fn repeated(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (from, to) = self.token_run(bytes);
        let times = if self.below(8) == 0 {
            1000
        } else {
            1 + self.below(3)
        };
        let many = bytes[from..to].repeat(times);
        let at = if self.below(2) == 0 {
            to
        } else {
            self.boundary(bytes)
        };
        [&bytes[..at], &many, &bytes[at..]].concat()
    }

    fn swapped(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (a, b) = self.token_run(bytes);
        let (c, d) = self.token_run(bytes);
        if b > c {
            return bytes.to_vec();
        }
        [
            &bytes[..a],
            &bytes[c..d],
            &bytes[b..c],
            &bytes[a..b],
            &bytes[d..],
        ]
        .concat()
    }

    fn with_raw_bytes(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let raw: Vec<u8> = (0..=self.below(8))
            .map(|_| self.next().to_le_bytes()[0])
            .collect();
        self.put(&bytes, &raw)
    }

    /// Something odd in the place of a token.
    fn with_odd(&mut self, bytes: &[u8]) -> Vec<u8> {
        let odd = ODD[self.below(ODD.len())].as_bytes();
        let from = self.boundary(bytes);
        let to = end_of_token(bytes, from);
        [&bytes[..from], odd, &bytes[to..]].concat()
    }

    fn put(&mut self, bytes: &[u8], what: &[u8]) -> Vec<u8> {
        let at = self.boundary(bytes);
        [&bytes[..at], what, &bytes[at..]].concat()
    }

    /// From the beginning of a token, over one or more.
    fn token_run(&mut self, bytes: &[u8]) -> (usize, usize) {
        let from = self.boundary(bytes);
        let most = 1 << self.below(8);
        let tokens = 1 + self.below(most);
        let end = (0..tokens).fold(from, |at, _| end_of_token(bytes, at));
        (from, end)
    }

    /// A place where a token begins.
    fn boundary(&mut self, bytes: &[u8]) -> usize {
        let at = self.below(bytes.len());
        end_of_token(bytes, at).min(bytes.len())
    }
}

/// A token is a run of letters and digits, or one other byte.
fn end_of_token(bytes: &[u8], from: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let rest = bytes.get(from..).unwrap_or_default();
    let run = rest.iter().take_while(|byte| is_word(byte)).count();
    from + run.max(1).min(rest.len())
}
