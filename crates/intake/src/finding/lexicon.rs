//! Many names at once: a tree of words, walked from each word of a text, the longest name winning.
//!
//! Time to read grows with the text and not with the names: each word of the text is looked up once,
//! and a name is followed only as long as its words go on.

use std::collections::HashMap;

use super::words::Words;

/// Names by their words.
#[derive(Debug, Clone)]
pub(crate) struct Lexicon<V> {
    /// A number for each word of a name.
    words: HashMap<Box<str>, u32>,
    /// From a state and a word to the next state.
    steps: HashMap<(u32, u32), u32>,
    /// What a name that ends at a state stands for.
    values: HashMap<u32, Vec<V>>,
    states: u32,
}

/// One name as found.
#[derive(Debug)]
pub(crate) struct Match<'l, V> {
    /// The first word.
    pub(crate) first: usize,
    /// The last word, in it.
    pub(crate) last: usize,
    /// What the name stands for.
    pub(crate) values: &'l [V],
}

impl<V: PartialEq> Lexicon<V> {
    pub(crate) fn new() -> Self {
        Self {
            words: HashMap::new(),
            steps: HashMap::new(),
            values: HashMap::new(),
            states: 0,
        }
    }

    /// Adds a name. A name without a word is left out.
    pub(crate) fn add(&mut self, name: &str, value: V) {
        let words = Words::of(name);
        self.add_words(&words, words.len(), value);
    }

    /// Adds the first words of a name.
    pub(crate) fn add_words(&mut self, words: &Words<'_>, many: usize, value: V) {
        let mut state = 0;
        let mut is_empty = true;
        for at in 0..many {
            let folded = words.folded(at);
            if folded.is_empty() {
                continue;
            }
            is_empty = false;
            let next_word = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = match self.words.get(folded) {
                Some(word) => *word,
                None => *self.words.entry(folded.into()).or_insert(next_word),
            };
            state = *self.steps.entry((state, word)).or_insert_with(|| {
                self.states = self.states.saturating_add(1);
                self.states
            });
        }
        if is_empty {
            return;
        }
        let values = self.values.entry(state).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// The names in a text from its beginning: the longest at each place, none within another.
    /// A name never begins or ends within letters and digits that stand together.
    pub(crate) fn found(&self, words: &Words<'_>) -> Vec<Match<'_, V>> {
        // Words are looked up once each: a text repeats few names and many words.
        let numbers: Vec<Option<u32>> = (0..words.len())
            .map(|at| self.words.get(words.folded(at)).copied())
            .collect();
        let mut found = Vec::new();
        let mut first = 0;
        while first < words.len() {
            match self.longest(words, &numbers, first) {
                Some((last, values)) => {
                    found.push(Match {
                        first,
                        last,
                        values,
                    });
                    first = last.saturating_add(1);
                }
                None => first = first.saturating_add(1),
            }
        }
        found
    }

    fn longest(
        &self,
        words: &Words<'_>,
        numbers: &[Option<u32>],
        first: usize,
    ) -> Option<(usize, &[V])> {
        if words.get(first)?.is_glued {
            return None;
        }
        let mut best = None;
        let mut state = 0;
        let mut at = first;
        while let Some(Some(word)) = numbers.get(at) {
            // A name does not go on over the end of a paragraph.
            if at > first && words.gap(at).contains("\n\n") {
                break;
            }
            let Some(next) = self.steps.get(&(state, *word)) else {
                break;
            };
            state = *next;
            let goes_on = words.get(at.saturating_add(1)).is_some_and(|w| w.is_glued);
            if !goes_on && let Some(values) = self.values.get(&state) {
                best = Some((at, values.as_slice()));
            }
            at = at.saturating_add(1);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[(&str, u8)], text: &str) -> Vec<(String, Vec<u8>)> {
        let mut lexicon = Lexicon::new();
        for (name, value) in names {
            lexicon.add(name, *value);
        }
        let words = Words::of(text);
        lexicon
            .found(&words)
            .into_iter()
            .map(|m| (words.written(m.first, m.last).to_owned(), m.values.to_vec()))
            .collect()
    }

    #[test]
    fn the_longest_name_wins_and_one_name_may_stand_for_two() {
        let names = [
            ("Niger", 1),
            ("Nigeria", 2),
            ("South Sudan", 3),
            ("Sudan", 4),
        ];
        assert_eq!(
            found(&names, "Niger, South Sudan, Sudan."),
            [
                ("Niger".to_owned(), vec![1]),
                ("South Sudan".to_owned(), vec![3]),
                ("Sudan".to_owned(), vec![4]),
            ]
        );
        let same = [("Orient", 1), ("ORIENT", 2), ("orient", 1)];
        assert_eq!(found(&same, "Orient")[0].1, [1, 2]);
    }

    #[test]
    fn a_name_never_ends_within_letters_and_digits_that_stand_together() {
        let names = [("MX-15", 1), ("MX-15D", 2)];
        let read = |text: &str| {
            found(&names, text)
                .into_iter()
                .map(|f| f.1[0])
                .collect::<Vec<_>>()
        };
        assert_eq!(read("an MX-15, an MX 15D and an MX15D"), [1, 2, 2]);
        assert!(read("MX-15E CMX-15D AMX15").is_empty());
    }

    #[test]
    fn a_name_does_not_go_on_over_a_paragraph() {
        assert!(found(&[("South Sudan", 1)], "in the South\n\nSudan").is_empty());
        assert_eq!(found(&[("South Sudan", 1)], "South\nSudan").len(), 1);
    }

    #[test]
    fn a_name_without_a_word_is_left_out() {
        assert!(found(&[("…", 1), ("", 2)], "… and").is_empty());
    }
}
