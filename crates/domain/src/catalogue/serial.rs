//! Serials as they stand and as they were read: whole, or with characters that nobody could read.

use std::fmt;

/// The character that stands for one that could not be read.
pub const ILLEGIBLE: char = '?';

/// The character that stands for any number of characters that could not be read.
pub const BROKEN_OFF: char = '*';

/// Longest serial that is compared, in characters. The longest real one met has 17; a longer text is
/// a description.
pub const SERIAL_CHARACTERS_MAX: usize = 64;

/// A serial folded for comparison: capital letters, without spaces. Hyphens, points and zeros stay:
/// whether `AB-1` is `AB1` is for a person to judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(String);

impl Serial {
    /// Folds a serial as it stands; none where nothing is left, or it is too long to be one.
    #[must_use]
    pub fn fold(text: &str) -> Option<Self> {
        let folded: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect();
        let length = folded.chars().count();
        (1..=SERIAL_CHARACTERS_MAX)
            .contains(&length)
            .then_some(Self(folded))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A serial as it was read: `?` stands for one character that could not be read, `*` for any number
/// of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialPattern {
    folded: Serial,
}

impl SerialPattern {
    /// Reads a pattern; none where nothing is left, or it is too long.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Serial::fold(text).map(|folded| Self { folded })
    }

    /// Whether every character was read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.folded.0.contains([ILLEGIBLE, BROKEN_OFF])
    }

    /// Whether anything at all was read.
    #[must_use]
    pub fn says_something(&self) -> bool {
        let mut characters = self.folded.0.chars();
        characters.any(|c| c != ILLEGIBLE && c != BROKEN_OFF)
    }

    /// The folded text.
    #[must_use]
    pub const fn folded(&self) -> &Serial {
        &self.folded
    }

    /// Whether a folded serial may be the one that was read. A `?` of the serial itself, as some
    /// source has it, stands for one unknown character too.
    #[must_use]
    pub fn fits(&self, folded: &str) -> bool {
        if self.folded.0.is_ascii() && folded.is_ascii() {
            return fits(self.folded.0.as_bytes(), folded.as_bytes(), &AS_BYTES);
        }
        let pattern: Vec<char> = self.folded.0.chars().collect();
        let serial: Vec<char> = folded.chars().collect();
        fits(&pattern, &serial, &AS_CHARACTERS)
    }
}

/// The two signs, as the text is taken.
struct Signs<T> {
    illegible: T,
    broken_off: T,
}

const AS_BYTES: Signs<u8> = Signs {
    illegible: b'?',
    broken_off: b'*',
};

const AS_CHARACTERS: Signs<char> = Signs {
    illegible: ILLEGIBLE,
    broken_off: BROKEN_OFF,
};

/// Greedy matching that goes back to the last `*` only: linear but for that one step back, so no
/// pattern can make it explode.
fn fits<T: Copy + PartialEq>(pattern: &[T], text: &[T], signs: &Signs<T>) -> bool {
    let (mut p, mut t) = (0_usize, 0_usize);
    let mut back: Option<(usize, usize)> = None;
    while let Some(&here) = text.get(t) {
        let wanted = pattern.get(p).copied();
        if wanted == Some(signs.broken_off) {
            back = Some((p, t));
            p = p.saturating_add(1);
        } else if wanted
            .is_some_and(|w| w == here || w == signs.illegible || here == signs.illegible)
        {
            (p, t) = (p.saturating_add(1), t.saturating_add(1));
        } else if let Some((star, from)) = back {
            let next = from.saturating_add(1);
            back = Some((star, next));
            (p, t) = (star.saturating_add(1), next);
        } else {
            return false;
        }
    }
    let rest = pattern.get(p..).unwrap_or_default();
    rest.iter().all(|sign| *sign == signs.broken_off)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, serial: &str) -> bool {
        let folded = Serial::fold(serial).unwrap();
        SerialPattern::read(pattern).unwrap().fits(folded.as_str())
    }

    #[test]
    fn a_question_mark_stands_for_exactly_one_character() {
        assert!(fits("1?734", "12734"));
        assert!(fits("1?734", "1X734"));
        assert!(!fits("1?734", "1734"));
        assert!(!fits("1?734", "122734"));
        assert!(!fits("1?734", "12735"));
    }

    #[test]
    fn a_star_stands_for_any_number_of_characters() {
        for serial in ["AB12", "AB", "AB/12/34"] {
            assert!(fits("AB*", serial), "{serial}");
        }
        assert!(fits("A*4", "A1234"));
        assert!(fits("*12*12*", "1212"));
        assert!(!fits("*12*12*", "121"));
        assert!(!fits("A*4", "A1235"));
    }

    #[test]
    fn spaces_and_small_letters_do_not_count_and_hyphens_do() {
        assert!(fits("ab 12", "AB12"));
        assert!(!fits("AB-12", "AB12"));
        assert!(fits("é?1", "É-1"));
    }

    #[test]
    fn a_serial_that_was_itself_read_in_part_is_a_candidate_and_never_whole() {
        assert!(fits("12734", "1?734"));
        assert!(!SerialPattern::read("1?734").unwrap().is_whole());
        assert!(SerialPattern::read("12734").unwrap().is_whole());
        assert!(!SerialPattern::read("?*").unwrap().says_something());
    }

    #[test]
    fn what_is_empty_or_too_long_is_no_serial() {
        assert!(Serial::fold(" \t").is_none());
        assert!(Serial::fold(&"9".repeat(SERIAL_CHARACTERS_MAX)).is_some());
        assert!(Serial::fold(&"9".repeat(SERIAL_CHARACTERS_MAX + 1)).is_none());
    }

    #[test]
    fn no_pattern_takes_more_than_a_moment() {
        let pattern = "*a".repeat(32);
        let serial = "a".repeat(31) + &"b".repeat(33);
        assert!(!fits(&pattern, &serial));
    }
}
