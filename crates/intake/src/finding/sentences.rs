//! Blocks and sentences: the stretches within which one word can be about another.

use super::words::Words;

/// A stretch of a text, in bytes and in words; neither end is in it that is called `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The first word.
    pub(crate) first: usize,
    /// The first word after it.
    pub(crate) after: usize,
}

impl Stretch {
    pub(crate) fn of(words: &Words<'_>, start: u32, end: u32) -> Self {
        Self {
            start,
            end,
            first: words.at_byte(start),
            after: words.at_byte(end),
        }
    }

    pub(crate) fn text<'t>(&self, words: &Words<'t>) -> &'t str {
        words
            .text
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    pub(crate) fn holds(&self, byte: u32) -> bool {
        (self.start..self.end).contains(&byte)
    }
}

/// The blocks of a text: what stands between blank lines.
pub(crate) fn blocks(words: &Words<'_>) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in words.text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        match (open, is_blank) {
            (None, false) => open = Some(at),
            (Some(start), true) => {
                found.push(trimmed(words, start, at));
                open = None;
            }
            _ => {}
        }
        at = at.saturating_add(line.len());
    }
    if let Some(start) = open {
        found.push(trimmed(words, start, at));
    }
    found
}

fn trimmed(words: &Words<'_>, start: usize, end: usize) -> Stretch {
    let text = words.text.get(start..end).unwrap_or_default();
    let front = text.len().saturating_sub(text.trim_start().len());
    let start = start.saturating_add(front);
    let end = start.saturating_add(text.trim().len());
    Stretch::of(words, byte(start), byte(end))
}

/// A position in bytes: texts are bounded far below what it holds.
pub(crate) fn byte(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Words after which a point ends no sentence.
const SHORTENED: [&str; 28] = [
    "art", "av", "cf", "capt", "col", "dr", "etc", "fig", "gen", "gov", "hon", "jr", "lt", "m",
    "messrs", "mgr", "mlle", "mm", "mme", "mr", "mrs", "ms", "no", "p", "pp", "prof", "sen", "st",
];

/// The sentences of a block. A heading without a point is one by itself.
pub(crate) fn sentences(words: &Words<'_>, block: &Stretch) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut start = block.start;
    for at in block.first..block.after {
        if at == block.first || !ends_before(words, at) {
            continue;
        }
        let Some(word) = words.get(at) else { break };
        let end = end_of_sentence(words, at);
        found.push(Stretch::of(words, start, end));
        // What opens the next sentence belongs to it: a quotation mark, a bracket.
        let gap = words.gap(at);
        let opens = gap
            .rfind(char::is_whitespace)
            .map_or(gap.len(), |space| space.saturating_add(1));
        start = word
            .start
            .saturating_sub(byte(gap.len().saturating_sub(opens)));
    }
    if start < block.end {
        found.push(Stretch::of(words, start, block.end));
    }
    found
}

/// Whether a sentence ends before a word.
fn ends_before(words: &Words<'_>, at: usize) -> bool {
    let gap = words.gap(at);
    if gap.matches('\n').count() > 0 && is_heading_before(words, at) {
        return true;
    }
    let Some(mark) = gap.find(['.', '!', '?', '…']) else {
        return is_after_initials(words, at, gap);
    };
    let after = gap.get(mark..).unwrap_or_default();
    if !after.contains(char::is_whitespace) {
        return false;
    }
    let is_begun = words
        .get(at)
        .is_some_and(|word| word.is_capital || gap.contains(['"', '“', '«']));
    let before = words.folded(at.saturating_sub(1));
    let is_short =
        gap.trim() == "." && (SHORTENED.contains(&before) || before.chars().count() == 1);
    is_begun && !is_short
}

/// Initials keep their last point: `… of the U.S. Nothing …` ends there only where the next word is
/// one that begins sentences; names that follow initials are far more frequent.
fn is_after_initials(words: &Words<'_>, at: usize, gap: &str) -> bool {
    const BEGIN: [&str; 12] = [
        "the", "it", "he", "she", "they", "this", "in", "le", "la", "les", "il", "elle",
    ];
    let before = at.checked_sub(1).map_or("", |one| words.written(one, one));
    before.ends_with('.')
        && gap.chars().all(char::is_whitespace)
        && BEGIN.contains(&words.folded(at))
        && words.get(at).is_some_and(|word| word.is_capital)
}

/// Whether the line before a line end is short and has no point: a heading over a paragraph.
fn is_heading_before(words: &Words<'_>, at: usize) -> bool {
    let Some(word) = words.get(at) else {
        return false;
    };
    let before = words.text.get(..word.start as usize).unwrap_or_default();
    let Some(line_end) = before.rfind('\n') else {
        return false;
    };
    let line = before
        .get(..line_end)
        .unwrap_or_default()
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    // A line that the writer broke is about as long as the others: 60 letters is below any page.
    line.chars().count() < 60 && word.is_capital
}

fn end_of_sentence(words: &Words<'_>, at: usize) -> u32 {
    let gap = words.gap(at);
    let begins = words
        .get(at)
        .map_or(0, |word| word.start)
        .saturating_sub(byte(gap.len()));
    let kept = gap.find(char::is_whitespace).unwrap_or(gap.len());
    begins.saturating_add(byte(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let words = Words::of(text);
        blocks(&words)
            .iter()
            .flat_map(|block| sentences(&words, block))
            .map(|sentence| sentence.text(&words).to_owned())
            .collect()
    }

    #[test]
    fn sentences_end_at_points_and_not_at_shortened_words() {
        assert_eq!(
            cut("Mr. Orme left. \"We stay,\" he said. It is 3.5 km."),
            ["Mr. Orme left.", "\"We stay,\" he said.", "It is 3.5 km."]
        );
        assert_eq!(
            cut("The U.N. team left. It is"),
            ["The U.N. team left.", "It is"]
        );
    }

    #[test]
    fn a_heading_is_a_sentence_and_a_broken_line_is_not() {
        assert_eq!(
            cut("Permits cancelled\nOslo has\nspoken."),
            ["Permits cancelled", "Oslo has\nspoken."]
        );
        let long = format!("{} and\nOslo.", "long ".repeat(20).trim());
        assert_eq!(cut(&long).len(), 1);
    }

    #[test]
    fn blocks_stand_between_blank_lines() {
        let words = Words::of("a b\nc\n \n\n  d  \n");
        let texts: Vec<&str> = blocks(&words).iter().map(|b| b.text(&words)).collect();
        assert_eq!(texts, ["a b\nc", "d"]);
    }
}
