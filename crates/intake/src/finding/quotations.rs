//! Quotations: where quotation marks open and close, also over several paragraphs.
//!
//! A quotation of several paragraphs opens in each of them and closes in the last only. Marks are told
//! apart by what stands beside them, since texts close with the mark that opens, and the other way round.

use super::sentences::{Stretch, byte};
use super::words::Words;

/// One paragraph of a quotation, without its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// What is quoted.
    pub(crate) text: Stretch,
    /// The block in which it stands.
    pub(crate) block: usize,
    /// The number of its quotation: paragraphs of one quotation have the same.
    pub(crate) quotation: usize,
    /// Whether no mark closes the quotation.
    pub(crate) is_open: bool,
}

/// The quotations of a text, paragraph by paragraph.
pub(crate) fn quotations(words: &Words<'_>, blocks: &[Stretch]) -> Vec<Quoted> {
    let mut scan = Scan {
        words,
        found: Vec::new(),
        quotation: 0,
        is_open: false,
    };
    for (number, block) in blocks.iter().enumerate() {
        let next = blocks.get(number.saturating_add(1));
        let goes_on = next.is_some_and(|next| begins_with_mark(next.text(words)));
        scan.block(number, block, goes_on);
    }
    scan.found
}

struct Scan<'w, 't> {
    words: &'w Words<'t>,
    found: Vec<Quoted>,
    quotation: usize,
    is_open: bool,
}

/// A mark, by what stands beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Opens,
    Closes,
}

impl Scan<'_, '_> {
    fn block(&mut self, number: usize, block: &Stretch, goes_on: bool) {
        let text = block.text(self.words);
        let mut open: Option<usize> = None;
        let mut depth = 0_u32;
        for (at, mark, length) in marks(text) {
            match (mark, open) {
                (Mark::Opens, None) => {
                    open = Some(at.saturating_add(length));
                    depth = 0;
                    if !self.is_open {
                        self.quotation = self.quotation.saturating_add(1);
                    }
                    self.is_open = true;
                }
                // A quotation within the quotation.
                (Mark::Opens, Some(_)) => depth = depth.saturating_add(1),
                (Mark::Closes, Some(_)) if depth > 0 => depth = depth.saturating_sub(1),
                (Mark::Closes, Some(from)) => {
                    self.take(number, block, text, (from, at), false);
                    open = None;
                    self.is_open = false;
                }
                (Mark::Closes, None) => {}
            }
        }
        match open {
            Some(from) => {
                self.take(number, block, text, (from, text.len()), !goes_on);
                self.is_open = goes_on;
            }
            // A paragraph without marks ends what was open.
            None => self.is_open = false,
        }
    }

    fn take(
        &mut self,
        number: usize,
        block: &Stretch,
        text: &str,
        (from, to): (usize, usize),
        is_open: bool,
    ) {
        let inner = text.get(from..to).unwrap_or_default();
        let front = inner.len().saturating_sub(inner.trim_start().len());
        let start = block.start.saturating_add(byte(from.saturating_add(front)));
        let end = start.saturating_add(byte(inner.trim().len()));
        if start >= end {
            return;
        }
        self.found.push(Quoted {
            text: Stretch::of(self.words, start, end),
            block: number,
            quotation: self.quotation,
            is_open,
        });
    }
}

fn begins_with_mark(text: &str) -> bool {
    text.starts_with(['"', '“', '„', '«', '”'])
}

/// The marks of a block: where, which, and how long in bytes.
fn marks(text: &str) -> Vec<(usize, Mark, usize)> {
    let mut found = Vec::new();
    let mut before: Option<char> = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let after = letters.peek().map(|(_, c)| *c);
        let mark = match c {
            '«' | '„' => Some(Mark::Opens),
            '»' => Some(Mark::Closes),
            '"' | '“' | '”' | '‟' => by_neighbours(c, before, after),
            _ => None,
        };
        if let Some(mark) = mark {
            found.push((at, mark, c.len_utf8()));
        }
        before = Some(c);
    }
    found
}

fn by_neighbours(c: char, before: Option<char>, after: Option<char>) -> Option<Mark> {
    let is_outside = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "([–—-/".contains(c));
    let is_end = |c: Option<char>| {
        c.is_none_or(|c| c.is_whitespace() || ".,;:!?)]–—-…'’".contains(c) || "”\"“".contains(c))
    };
    let opens = is_outside(before) && after.is_some_and(|c| !c.is_whitespace());
    let closes = before.is_some_and(|c| !c.is_whitespace()) && is_end(after);
    match (opens, closes, c) {
        (true, false, _) => Some(Mark::Opens),
        (false, true, _) => Some(Mark::Closes),
        // Both or neither: the mark's own shape decides; a plain one is left.
        (_, _, '“') => Some(Mark::Opens),
        (_, _, '”') => Some(Mark::Closes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sentences::blocks;
    use super::*;

    fn read(text: &str) -> Vec<(String, usize, bool)> {
        let words = Words::of(text);
        let blocks = blocks(&words);
        quotations(&words, &blocks)
            .iter()
            .map(|q| (q.text.text(&words).to_owned(), q.quotation, q.is_open))
            .collect()
    }

    fn plain(text: &str) -> Vec<String> {
        read(text).into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn marks_of_every_kind_open_and_close() {
        for text in [
            "He said: \"We stay here.\" Then he left.",
            "He said: “We stay here.” Then he left.",
            "He said: « We stay here. » Then he left.",
            "He said: „We stay here.“ Then he left.",
            "He said: “We stay here.“ Then he left.",
            "He said: ”We stay here.” Then he left.",
        ] {
            assert_eq!(plain(text), ["We stay here."], "{text}");
        }
    }

    #[test]
    fn a_quotation_of_several_paragraphs_closes_in_the_last() {
        let read = read("“One.\n\n“Two.\n\n“Three.”\n\nFour “five”.");
        let texts: Vec<&str> = read.iter().map(|(text, ..)| text.as_str()).collect();
        assert_eq!(texts, ["One.", "Two.", "Three.", "five"]);
        let numbers: Vec<usize> = read.iter().map(|(_, n, _)| *n).collect();
        assert_eq!(numbers, [1, 1, 1, 2]);
        assert!(read.iter().all(|(.., is_open)| !is_open));
    }

    #[test]
    fn a_quotation_that_nothing_closes_ends_with_its_paragraph() {
        let read = read("“April 12, 2021 – Ottawa\n\nThe Minister said:\n\n“One.”");
        assert_eq!(read[0], ("April 12, 2021 – Ottawa".to_owned(), 1, true));
        assert_eq!(read[1], ("One.".to_owned(), 2, false));
    }

    #[test]
    fn a_quotation_within_a_quotation_stays_in_it() {
        assert_eq!(
            plain("“They said “no” to us,” she said."),
            ["They said “no” to us,"]
        );
        assert_eq!(
            plain("« Il a dit « non » hier », a-t-elle dit."),
            ["Il a dit « non » hier"]
        );
    }

    #[test]
    fn inches_and_stray_marks_quote_nothing() {
        assert!(plain("a 5\" gun and").is_empty());
        assert!(plain("no end” here").is_empty());
    }
}
