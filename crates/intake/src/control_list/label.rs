//! Labels: what rank an entry has, from how the law numbers it.
//!
//! English writes `(a)`, French `a)` for a paragraph; both write `(1)`, `(i)`, `(A)`, `(I)` for the
//! other ranks. A letter such as `i` is a paragraph or a subparagraph: the indent decides, then
//! the French form, then what came before.

use crate::xml::Element;

/// Longest part of a code, in bytes: `xxxviii` has seven; a longer one is no number.
const PART_BYTES_MAX: usize = 7;
/// Longest number of an item, in bytes: the longest met has 5; a Guide's `1-9.A.11` has 8.
const NUMBER_BYTES_MAX: usize = 12;

/// How deep an entry lies, by the law's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// `GROUP 5`.
    Group,
    /// `5504`, `9-4`, or a section.
    Item,
    /// `(1)`.
    Subitem,
    /// `(a)`, `a)`.
    Paragraph,
    /// `(i)`.
    Subparagraph,
    /// `(A)`.
    Clause,
    /// `(I)`.
    Subclause,
}

/// A label as understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    pub rank: Rank,
    /// The part of the code that it adds: `5504`, `2`, `i`, `A`.
    pub part: String,
}

/// What else speaks for a rank.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cues<'a> {
    /// The rank that the element itself names (a section and its parts).
    pub element: Option<Rank>,
    /// The first number of `format-ref`.
    pub indent: Option<u8>,
    /// The last part given at the rank of paragraphs, and at that of clauses.
    pub letter_before: Option<&'a str>,
    /// The last part given at the rank of subparagraphs, and at that of subclauses.
    pub roman_before: Option<&'a str>,
    /// Whether the element stands directly in the schedule.
    pub is_at_top: bool,
}

/// The indent that an element states.
pub(super) fn indent(element: &Element) -> Option<u8> {
    let rest = element.attribute("format-ref")?.strip_prefix("indent-")?;
    rest.split('-').next()?.parse().ok()
}

/// The rank that the name of an element states.
pub(super) fn rank_of(element: &Element) -> Option<Rank> {
    match element.name() {
        "Section" => Some(Rank::Item),
        "Subsection" => Some(Rank::Subitem),
        "Paragraph" => Some(Rank::Paragraph),
        "Subparagraph" => Some(Rank::Subparagraph),
        "Clause" => Some(Rank::Clause),
        "Subclause" => Some(Rank::Subclause),
        _ => None,
    }
}

/// Understands a label; none when it is of no known form.
pub(super) fn read(written: &str, cues: Cues<'_>) -> Option<Label> {
    let plain: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.replace(['‑', '–', '—', '−'], "-");
    if !plain.contains(')') && cues.element.is_none() {
        return item(written, &plain, cues);
    }
    let opens = plain.starts_with('(');
    let part = plain
        .trim_start_matches('(')
        .trim_end_matches([')', '.'])
        .to_owned();
    if !is_part(&part) {
        return None;
    }
    let rank = cues.element.or_else(|| rank(&part, opens, cues))?;
    Some(Label { rank, part })
}

/// Letters or digits, perhaps with inserted numbers: `a`, `a.1`, `2.1`, `iv`.
fn is_part(part: &str) -> bool {
    let is_run = |run: &str| {
        !run.is_empty()
            && (run.bytes().all(|b| b.is_ascii_digit())
                || run.bytes().all(|b| b.is_ascii_lowercase())
                || run.bytes().all(|b| b.is_ascii_uppercase()))
    };
    part.len() <= PART_BYTES_MAX && part.split('.').all(is_run)
}

/// A bare number: `5504`, `9-4`, `1001.`, or a run of repealed ones, `5001 to 5010`.
fn item(written: &str, plain: &str, cues: Cues<'_>) -> Option<Label> {
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.len() <= NUMBER_BYTES_MAX
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
    };
    if cues.is_at_top
        && let Some(run) = run(written)
    {
        return Some(run);
    }
    let number = plain.trim_end_matches('.');
    let is_item = is_number(number) && (cues.is_at_top || number.len() > 2);
    is_item.then(|| Label {
        rank: Rank::Item,
        part: number.to_owned(),
    })
}

/// The two ends of a run of items, as in `5001 to 5010`.
fn run(written: &str) -> Option<Label> {
    let mut words = written
        .split([' ', '\u{a0}', ','])
        .filter(|word| !word.is_empty());
    let mut numbers = Vec::new();
    let is_joint = |word: &str| ["to", "à", "and", "et"].contains(&word);
    for word in words.by_ref().filter(|word| !is_joint(word)) {
        let number = word.trim_end_matches('.');
        let digits = number.chars().all(|c| c.is_ascii_digit() || c == '-');
        if !digits || number.is_empty() || number.len() > 5 {
            return None;
        }
        numbers.push(number);
    }
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) if numbers.len() > 1 => Some(Label {
            rank: Rank::Item,
            part: format!("{first}..{last}"),
        }),
        _ => None,
    }
}

fn rank(part: &str, opens: bool, cues: Cues<'_>) -> Option<Rank> {
    let first = part.chars().next()?;
    if first.is_ascii_digit() {
        return Some(Rank::Subitem);
    }
    let (letter, roman) = if first.is_ascii_lowercase() {
        (Rank::Paragraph, Rank::Subparagraph)
    } else {
        (Rank::Clause, Rank::Subclause)
    };
    let Some(value) = roman_value(part) else {
        return Some(letter);
    };
    if part.len() == 1 && letter == Rank::Paragraph && !opens {
        return Some(letter);
    }
    let of_indent = match cues.indent {
        Some(1 | 3) => Some(letter),
        Some(2 | 4) => Some(roman),
        _ => None,
    };
    if of_indent.is_some() {
        return of_indent;
    }
    let goes_on =
        cues.roman_before.and_then(roman_value) == value.checked_sub(1).filter(|v| *v > 0);
    if goes_on && value > 1 {
        return Some(roman);
    }
    let follows = part.len() == 1
        && cues
            .letter_before
            .is_some_and(|before| follows(before, part));
    Some(if follows { letter } else { roman })
}

/// Whether one letter comes right after the other.
fn follows(before: &str, part: &str) -> bool {
    match (before.as_bytes(), part.as_bytes()) {
        ([before, ..], [part]) => before.checked_add(1) == Some(*part),
        _ => false,
    }
}

/// The value of a roman number in its shortest form; none for anything else.
fn roman_value(part: &str) -> Option<u32> {
    let part = part
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut rest = part.as_str();
    let mut value = 0_u32;
    for (sign, worth) in [
        ("c", 100),
        ("xc", 90),
        ("l", 50),
        ("xl", 40),
        ("x", 10),
        ("ix", 9),
        ("v", 5),
        ("iv", 4),
        ("i", 1),
    ] {
        let most = if [1, 10, 100].contains(&worth) { 3 } else { 1 };
        let mut times = 0;
        while let (true, Some(after)) = (times < most, rest.strip_prefix(sign)) {
            rest = after;
            value = value.saturating_add(worth);
            times += 1;
        }
    }
    (rest.is_empty() && value > 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(indent: u8) -> Cues<'static> {
        Cues {
            indent: Some(indent),
            ..Cues::default()
        }
    }

    fn check(written: &str, cues: Cues<'_>, expected: Option<(Rank, &str)>) {
        let found = read(written, cues);
        let found = found
            .as_ref()
            .map(|label| (label.rank, label.part.as_str()));
        assert_eq!(found, expected, "{written}");
    }

    #[test]
    fn both_languages_number_alike() {
        let top = Cues {
            is_at_top: true,
            ..at(0)
        };
        check("5504", top, Some((Rank::Item, "5504")));
        check("9‑4", top, Some((Rank::Item, "9-4")));
        check("1001.", top, Some((Rank::Item, "1001")));
        check("(2)", at(0), Some((Rank::Subitem, "2")));
        for written in ["(a)", "a)"] {
            check(written, at(1), Some((Rank::Paragraph, "a")));
        }
        check("(a.1)", at(1), Some((Rank::Paragraph, "a.1")));
        check("(A)", at(3), Some((Rank::Clause, "A")));
        check("(VIII)", at(4), Some((Rank::Subclause, "VIII")));
    }

    #[test]
    fn the_indent_tells_a_paragraph_i_from_a_subparagraph_i() {
        check("(i)", at(1), Some((Rank::Paragraph, "i")));
        check("(i)", at(2), Some((Rank::Subparagraph, "i")));
        check("(C)", at(3), Some((Rank::Clause, "C")));
        check("(C)", at(4), Some((Rank::Subclause, "C")));
    }

    #[test]
    fn without_an_indent_the_french_form_and_the_order_tell_them_apart() {
        let none = Cues::default();
        check("i)", none, Some((Rank::Paragraph, "i")));
        check("(i)", none, Some((Rank::Subparagraph, "i")));
        let after_h = Cues {
            letter_before: Some("h"),
            ..none
        };
        check("(i)", after_h, Some((Rank::Paragraph, "i")));
        let after_iv = Cues {
            letter_before: Some("u"),
            roman_before: Some("iv"),
            ..none
        };
        check("(v)", after_iv, Some((Rank::Subparagraph, "v")));
        check(
            "(v)",
            Cues {
                letter_before: Some("u"),
                ..none
            },
            Some((Rank::Paragraph, "v")),
        );
    }

    #[test]
    fn a_run_of_repealed_items_keeps_its_ends() {
        let top = Cues {
            is_at_top: true,
            ..Cues::default()
        };
        check("5001 to 5010", top, Some((Rank::Item, "5001..5010")));
        check("5001 à 5010", top, Some((Rank::Item, "5001..5010")));
        check("5001 and 5002", top, Some((Rank::Item, "5001..5002")));
    }

    #[test]
    fn what_is_no_label_is_not_guessed() {
        for written in ["", "•", "(*)", "NOTE", "1", "(a b!)", "()", "(aaaaaaaaa)"] {
            check(written, Cues::default(), None);
        }
    }
}
