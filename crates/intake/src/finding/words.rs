//! The words of a text, folded so that spellings, scripts and accents compare, each with its place.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most words of one text: two for each of the 8 MiB that a text may have, were every word of three
/// letters; what follows is not read, and said so by the caller.
pub(crate) const WORDS_MAX: usize = 4_000_000;

/// One word: where it stands, and what it is folded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte in the text.
    pub(crate) start: u32,
    /// First byte after it.
    pub(crate) end: u32,
    folded: u32,
    length: u16,
    /// Whether nothing stands between it and the word before: letters beside digits.
    pub(crate) is_glued: bool,
    /// Whether it begins with a capital, or its script has none.
    pub(crate) is_capital: bool,
    /// Whether all of its letters are capitals.
    pub(crate) is_upper: bool,
}

/// The words of a text in order.
#[derive(Debug)]
pub(crate) struct Words<'t> {
    /// The text itself.
    pub(crate) text: &'t str,
    folded: String,
    words: Vec<Word>,
}

impl<'t> Words<'t> {
    /// Cuts a text into words.
    pub(crate) fn of(text: &'t str) -> Self {
        let mut held = Self {
            text,
            folded: String::with_capacity(text.len()),
            words: Vec::with_capacity(text.len() / 5),
        };
        held.cut();
        held.join_initials();
        held
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// One of them.
    pub(crate) fn get(&self, at: usize) -> Option<Word> {
        self.words.get(at).copied()
    }

    /// What one of them is folded to; empty beyond the last.
    pub(crate) fn folded(&self, at: usize) -> &str {
        let Some(word) = self.words.get(at) else {
            return "";
        };
        let from = word.folded as usize;
        self.folded
            .get(from..from.saturating_add(usize::from(word.length)))
            .unwrap_or_default()
    }

    /// The text as it stands from one word to another, both in it.
    pub(crate) fn written(&self, first: usize, last: usize) -> &'t str {
        match (self.get(first), self.get(last)) {
            (Some(first), Some(last)) => self.between(first.start, last.end),
            _ => "",
        }
    }

    /// What stands between a word and the one before it.
    pub(crate) fn gap(&self, at: usize) -> &'t str {
        let before = at
            .checked_sub(1)
            .and_then(|before| self.get(before))
            .map_or(0, |word| word.end);
        let end = match self.get(at) {
            Some(word) => word.start,
            None => u32::try_from(self.text.len()).unwrap_or(u32::MAX),
        };
        self.between(before, end)
    }

    /// The word that begins at or after a byte.
    pub(crate) fn at_byte(&self, byte: u32) -> usize {
        self.words.partition_point(|word| word.start < byte)
    }

    fn between(&self, from: u32, to: u32) -> &'t str {
        self.text
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    fn cut(&mut self) {
        let mut open: Option<(usize, Sort)> = None;
        let mut is_glued = false;
        for (at, c) in self.text.char_indices() {
            if self.words.len() >= WORDS_MAX {
                return;
            }
            let sort = Sort::of(c);
            match (open, sort) {
                (Some((start, before)), Some(now)) if before.ends_before(now) => {
                    self.close(start, at, is_glued);
                    is_glued = before != Sort::Alone && now != Sort::Alone;
                    open = Some((at, now));
                }
                (Some(_), Some(_)) => {}
                (None, Some(Sort::Mark)) => {}
                (None, Some(now)) => open = Some((at, now)),
                (Some((start, _)), None) => {
                    self.close(start, at, is_glued);
                    is_glued = false;
                    open = None;
                }
                (None, None) => is_glued = false,
            }
        }
        if let Some((start, _)) = open {
            self.close(start, self.text.len(), is_glued);
        }
    }

    fn close(&mut self, start: usize, end: usize, is_glued: bool) {
        let written = self.text.get(start..end).unwrap_or_default();
        let from = self.folded.len();
        fold_into(&mut self.folded, written);
        let length = self.folded.len().saturating_sub(from);
        let begins = written.chars().next();
        let word = Word {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
            folded: u32::try_from(from).unwrap_or(u32::MAX),
            length: u16::try_from(length).unwrap_or(u16::MAX),
            is_glued,
            is_capital: begins.is_some_and(|c| !c.is_lowercase()),
            is_upper: written.chars().all(|c| !c.is_lowercase()),
        };
        self.words.push(word);
    }

    /// Makes one word of initials: `U.N.`, `A.Ş.`, and of nothing that has a space in it.
    fn join_initials(&mut self) {
        let single = |words: &Self, at: usize| {
            words.get(at).is_some_and(|word| {
                let written = words.between(word.start, word.end);
                let mut letters = written.chars();
                letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
            })
        };
        let mut kept: Vec<Word> = Vec::with_capacity(self.words.len());
        let mut at = 0;
        while let Some(mut word) = self.get(at) {
            let mut last = at;
            if single(self, at) && !word.is_glued {
                while single(self, last.saturating_add(1))
                    && self.gap(last.saturating_add(1)) == "."
                {
                    last = last.saturating_add(1);
                }
            }
            if last > at
                && let Some(closing) = self.get(last)
            {
                let letters: String = (at..=last).map(|one| self.folded(one)).collect();
                word.folded = u32::try_from(self.folded.len()).unwrap_or(u32::MAX);
                word.length = u16::try_from(letters.len()).unwrap_or(u16::MAX);
                self.folded.push_str(&letters);
                let has_dot = self.gap(last.saturating_add(1)).starts_with('.');
                word.end = closing.end.saturating_add(u32::from(has_dot));
            }
            kept.push(word);
            at = last.saturating_add(1);
        }
        self.words = kept;
    }
}

/// What a character is, for cutting words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Digit,
    /// A sign that stands for a word by itself: scripts that put no spaces between words.
    Alone,
    /// A mark that belongs to the letter before it.
    Mark,
}

impl Sort {
    fn of(c: char) -> Option<Self> {
        if c.is_ascii() {
            return match c {
                '0'..='9' => Some(Self::Digit),
                'a'..='z' | 'A'..='Z' => Some(Self::Letter),
                _ => None,
            };
        }
        match c {
            '\u{0E00}'..='\u{0EFF}'
            | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}'
            | '\u{F900}'..='\u{FAFF}' => Some(Self::Alone),
            // The soft hyphen, the zero-width joiners and the Arabic lengthener are no letters.
            '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{640}' => Some(Self::Mark),
            c if is_combining_mark(c) => Some(Self::Mark),
            c if c.is_numeric() => Some(Self::Digit),
            c if c.is_alphabetic() => Some(Self::Letter),
            _ => None,
        }
    }

    fn ends_before(self, now: Self) -> bool {
        match now {
            Self::Mark => false,
            Self::Alone => true,
            now => self != now,
        }
    }
}

/// Folds one word: without case, accents, ligatures and points, in Latin letters where the script
/// is Cyrillic or Greek.
pub(crate) fn fold_into(folded: &mut String, word: &str) {
    if word.is_ascii() {
        folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    for c in word.nfc() {
        if fold_whole(folded, c) {
            continue;
        }
        for part in std::iter::once(c).nfkd() {
            if !is_combining_mark(part) && !fold_whole(folded, part) {
                folded.extend(part.to_lowercase().filter(|c| !is_combining_mark(*c)));
            }
        }
    }
}

/// Letters that stand for others as a whole, not letter and accent.
fn fold_whole(folded: &mut String, c: char) -> bool {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let plain = match lower {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' | 'і' | 'ї' => "i",
        'ə' => "a",
        'ŋ' => "n",
        'ħ' => "h",
        // No word is written with these: see `Sort::Mark`.
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{640}' => "",
        'ة' => "ه",
        'ى' => "ي",
        'ٱ' => "ا",
        other => return cyrillic(folded, other) || greek(folded, other),
    };
    folded.push_str(plain);
    true
}

/// Cyrillic, as passports and the press write it in Latin letters.
fn cyrillic(folded: &mut String, c: char) -> bool {
    let latin = match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'є' => "ye",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'й' | 'ы' | 'ј' => "y",
        'к' | 'ҝ' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        _ => return false,
    };
    folded.push_str(latin);
    true
}

/// Greek, as passports write it.
fn greek(folded: &mut String, c: char) -> bool {
    let latin = match c {
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' | 'ι' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' => "y",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => return false,
    };
    folded.push_str(latin);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let words = Words::of(text);
        (0..words.len())
            .map(|at| words.folded(at).to_owned())
            .collect()
    }

    #[test]
    fn spellings_and_scripts_fold_to_the_same_words() {
        for (text, same) in [
            ("KARADAĞ Havacılık", "Karadag havacilik"),
            ("İSTANBUL", "istanbul"),
            ("Северная Оптика", "Severnaya Optika"),
            ("Bərdə", "barda"),
            ("Œuvre ﬁne", "oeuvre fine"),
            ("Haut-Karabakh", "haut karabakh"),
            ("شركة النهضة", "شَرِكَة النهضه"),
            ("e\u{301}te\u{301}", "été"),
            ("co\u{AD}op", "coop"),
        ] {
            assert_eq!(folded(text), folded(same), "{text}");
        }
        assert_ne!(folded("Barda"), folded("Bardo"));
    }

    #[test]
    fn letters_and_digits_part_and_stay_glued() {
        assert_eq!(folded("MX-15D"), ["mx", "15", "d"]);
        assert_eq!(folded("CMX15D"), ["cmx", "15", "d"]);
        let words = Words::of("MX-15D next");
        let glued: Vec<bool> = (0..4).map(|at| words.get(at).unwrap().is_glued).collect();
        assert_eq!(glued, [false, false, true, false]);
    }

    #[test]
    fn initials_are_one_word_and_keep_their_last_point() {
        let words = Words::of("The U.N. and A.Ş. but e. g. no");
        assert_eq!(words.folded(1), "un");
        assert_eq!(words.written(1, 1), "U.N.");
        assert_eq!(words.written(3, 3), "A.Ş.");
        assert_eq!(words.folded(5), "e");
    }

    #[test]
    fn a_script_without_spaces_is_read_sign_by_sign() {
        assert_eq!(folded("东京 ok"), ["东", "京", "ok"]);
    }

    #[test]
    fn words_know_what_stands_before_them() {
        let words = Words::of("Turkey’s drones, then");
        assert_eq!(folded("Turkey’s drones"), ["turkey", "s", "drones"]);
        assert_eq!(words.gap(3), ", ");
        assert_eq!(words.gap(4), "");
        assert_eq!(words.at_byte(9), 1);
    }
}
