//! Entries of control lists as texts write them: `Group 2`, `2-10.c.1`, `groupe 2`, `5504(2)(i)`, `ML10`.

use super::words::Words;

/// An entry as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) first: usize,
    /// First byte after it: an entry may end with a bracket, which is no word.
    pub(crate) end: u32,
    pub(crate) value: String,
    pub(crate) rule: &'static str,
}

/// The highest group of the list.
const GROUP_MAX: u32 = 9;
/// The highest item of a group.
const ITEM_MAX: u32 = 22;

/// Words after which a bare number with a hyphen is an entry; without one it may be a score.
const LEADS: [&str; 24] = [
    "item",
    "items",
    "entry",
    "entries",
    "under",
    "article",
    "articles",
    "ecl",
    "lmec",
    "list",
    "liste",
    "rated",
    "classified",
    "control",
    "controlled",
    "rubrique",
    "numero",
    "category",
    "relevant",
    "relevent",
    "sous",
    "poste",
    "postes",
    "number",
];

/// The entries of a text.
pub(crate) fn entries(words: &Words<'_>) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let read = group(words, at)
            .or_else(|| munitions(words, at))
            .or_else(|| five_thousands(words, at))
            .or_else(|| item(words, at, found.last()));
        match read {
            Some((entries, next)) => {
                found.extend(entries);
                at = next.max(at.saturating_add(1));
            }
            None => at = at.saturating_add(1),
        }
    }
    found
}

type Read = (Vec<Entry>, usize);

/// `Group 2`, `Groups 2 and 9`, `groupe 2`.
fn group(words: &Words<'_>, at: usize) -> Option<Read> {
    let word = words.folded(at);
    if !["group", "groups", "groupe", "groupes"].contains(&word) {
        return None;
    }
    let mut found = Vec::new();
    let mut next = at.saturating_add(1);
    let mut first = at;
    loop {
        let number = small(words, next).filter(|n| (1..=GROUP_MAX).contains(n))?;
        let is_plain = words
            .gap(next)
            .chars()
            .all(|c| c.is_whitespace() || c == ',');
        let goes_on = words
            .get(next.saturating_add(1))
            .is_some_and(|w| w.is_glued)
            || words.gap(next.saturating_add(1)) == "-";
        if !is_plain || goes_on {
            break;
        }
        found.push(Entry {
            first,
            end: words.get(next)?.end,
            value: number.to_string(),
            rule: "group of the list",
        });
        let after = next.saturating_add(1);
        let is_joined = ["and", "et", "or", "ou"].contains(&words.folded(after));
        if !(word.ends_with('s') && is_joined && small(words, after.saturating_add(1)).is_some()) {
            next = after;
            break;
        }
        first = after.saturating_add(1);
        next = first;
    }
    (!found.is_empty()).then_some((found, next))
}

/// `ML10`, `ML10.c`.
fn munitions(words: &Words<'_>, at: usize) -> Option<Read> {
    let number_at = at.saturating_add(1);
    let is_ml = words.folded(at) == "ml" && words.get(at)?.is_upper;
    let gap = words.gap(number_at);
    let number = small(words, number_at).filter(|n| (1..=ITEM_MAX).contains(n))?;
    if !is_ml || words.get(at)?.is_glued || !["", " ", "\u{A0}"].contains(&gap) {
        return None;
    }
    let (tail, last) = tail(words, number_at);
    Some((
        vec![Entry {
            first: at,
            end: words.get(last)?.end,
            value: format!("ML{number}{tail}"),
            rule: "item of the munitions list of the Wassenaar Arrangement",
        }],
        last.saturating_add(1),
    ))
}

/// `5504(2)(i)`, `5504.2.i`, `item 5400`.
fn five_thousands(words: &Words<'_>, at: usize) -> Option<Read> {
    let word = words.folded(at);
    let is_number = word.len() == 4 && (word.starts_with("54") || word.starts_with("55"));
    if !is_number || words.get(at)?.is_glued || word.parse::<u32>().is_err() {
        return None;
    }
    let mut value = word.to_owned();
    let mut last = at;
    let mut end = words.get(at)?.end;
    loop {
        let next = last.saturating_add(1);
        let Some(part) = words.get(next) else { break };
        let folded = words.folded(next);
        let gap = words.gap(next);
        let is_opened = gap == "(" || gap == ")(";
        let is_short = folded.len() <= 2 && gap.len() <= 2;
        if !is_short || !(is_opened || gap == ".") {
            break;
        }
        if is_opened && !words.gap(next.saturating_add(1)).starts_with(')') {
            break;
        }
        value.push_str(&format!("({folded})"));
        end = part.end.saturating_add(u32::from(is_opened));
        last = next;
    }
    let is_led = at
        .checked_sub(1)
        .is_some_and(|b| LEADS.contains(&words.folded(b)));
    (last > at || is_led).then(|| {
        let entry = Entry {
            first: at,
            end,
            value,
            rule: "item of group 5",
        };
        (vec![entry], last.saturating_add(1))
    })
}

/// `2-10.c.1`, `1-6.A.2`; without a letter only after a word for entries, or beside another entry.
fn item(words: &Words<'_>, at: usize, before: Option<&Entry>) -> Option<Read> {
    let group = small(words, at).filter(|n| (1..=GROUP_MAX).contains(n))?;
    let item_at = at.saturating_add(1);
    let is_joined = ["-", "‑", "–"].contains(&words.gap(item_at));
    let item = small(words, item_at).filter(|n| (1..=ITEM_MAX).contains(n))?;
    if !is_joined || words.get(at)?.is_glued || words.gap(at).ends_with(['-', '.', '/']) {
        return None;
    }
    let (tail, last) = tail(words, item_at);
    let is_led = || {
        (1..=2).any(|back| {
            at.checked_sub(back)
                .is_some_and(|one| LEADS.contains(&words.folded(one)))
        })
    };
    let is_beside = || {
        let join = at.checked_sub(1).map_or("", |one| words.folded(one));
        let near = words.get(at.saturating_sub(1)).map_or(0, |word| word.start);
        ["and", "et", "or", "ou", "to", "a"].contains(&join)
            && before.is_some_and(|before| before.end.abs_diff(near) <= 2)
    };
    if tail.is_empty() && !is_led() && !is_beside() {
        return None;
    }
    // A page, a paragraph, a score: `2-10 km`, `5-3 votes`.
    Some((
        vec![Entry {
            first: at,
            end: words.get(last)?.end,
            value: format!("{group}-{item}{tail}"),
            rule: "item of the list",
        }],
        last.saturating_add(1),
    ))
}

/// The letters and numbers after an item, each after a point, and the last word of them.
fn tail(words: &Words<'_>, from: usize) -> (String, usize) {
    let mut value = String::new();
    let mut last = from;
    loop {
        let next = last.saturating_add(1);
        let folded = words.folded(next);
        let written = words.written(next, next);
        let is_letter = written.chars().count() == 1 && folded.chars().all(char::is_alphabetic);
        let is_number = small(words, next).is_some();
        let expects_letter = value.is_empty();
        let fits = if expects_letter {
            is_letter
        } else {
            is_letter || is_number
        };
        let is_pointed = words.gap(next) == ".";
        let is_bare = expects_letter
            && is_letter
            && words.get(next).is_some_and(|word| word.is_glued)
            && !words
                .get(next.saturating_add(1))
                .is_some_and(|w| w.is_glued);
        if !fits || !(is_pointed || is_bare) {
            return (value, last);
        }
        value.push('.');
        value.push_str(written);
        last = next;
    }
}

fn small(words: &Words<'_>, at: usize) -> Option<u32> {
    let word = words.folded(at);
    (word.len() <= 2 && !word.starts_with('0'))
        .then(|| word.parse().ok())
        .flatten()
}

/// Serial numbers that a text names as such: `serial number 3?17?2`, `numéro de série PT-20417`.
pub(crate) fn serials(words: &Words<'_>) -> Vec<(u32, u32)> {
    const NAMES: [&str; 4] = ["serial", "serials", "serie", "series"];
    let mut found: Vec<(u32, u32)> = Vec::new();
    for at in 0..words.len() {
        if !NAMES.contains(&words.folded(at)) {
            continue;
        }
        let is_french = ["serie", "series"].contains(&words.folded(at));
        let number_before = (1..=2).any(|back| {
            at.checked_sub(back)
                .is_some_and(|one| words.folded(one).starts_with("numero"))
        });
        if is_french && !number_before {
            continue;
        }
        let Some(word) = words.get(at) else { continue };
        let rest = words.text.get(word.end as usize..).unwrap_or_default();
        let stop = rest.find("\n\n").unwrap_or(rest.len());
        for (from, to) in shapes(rest.get(..stop).unwrap_or_default()) {
            let byte = |by: usize| word.end.saturating_add(super::sentences::byte(by));
            let span = (byte(from), byte(to));
            if !found.contains(&span) {
                found.push(span);
            }
        }
    }
    found
}

/// Most words after `serial` among which its numbers are looked for: `serial number is …, another is
/// …`.
const AFTER_SERIAL: usize = 12;

/// Stretches that are shaped as serial numbers: letters, digits, hyphens and `?` for what is
/// illegible, with three digits or doubtful signs at least.
fn shapes(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for (number, piece) in text.split_inclusive(char::is_whitespace).enumerate() {
        if number >= AFTER_SERIAL {
            break;
        }
        let is_edge = |c: char| !(c.is_ascii_alphanumeric() || c == '?');
        let bare = piece.trim_matches(is_edge);
        let front = piece.find(|c| !is_edge(c)).unwrap_or(piece.len());
        // A question mark at the end of a sentence is none of the number.
        let signs = bare
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '?')
            .count();
        let has_digit = bare.contains(|c: char| c.is_ascii_digit());
        let is_shaped = bare
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-?/".contains(c));
        let is_year =
            bare.len() == 4 && bare.parse::<u32>().is_ok_and(|n| (1900..2100).contains(&n));
        if is_shaped && has_digit && signs >= 3 && !is_year {
            let from = at + front;
            found.push((from, from + bare.len()));
        }
        at += piece.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let words = Words::of(text);
        entries(&words)
            .into_iter()
            .map(|entry| entry.value)
            .collect()
    }

    #[test]
    fn entries_are_read_as_lists_and_texts_write_them() {
        for (text, values) in [
            ("technology (Group 2) are", vec!["2"]),
            ("du groupe 2 vers", vec!["2"]),
            ("Groups 2 and 9", vec!["2", "9"]),
            ("2-10.c.1", vec!["2-10.c.1"]),
            ("under 2-15.d and", vec!["2-15.d"]),
            ("1-6.A.2", vec!["1-6.A.2"]),
            ("items under 6-9 and 6-11 will", vec!["6-9", "6-11"]),
            ("5504(2)(i)", vec!["5504(2)(i)"]),
            ("5504.2.i", vec!["5504(2)(i)"]),
            ("item 5400", vec!["5400"]),
            ("ML10 and ML15.d", vec!["ML10", "ML15.d"]),
        ] {
            assert_eq!(read(text), values, "{text}");
        }
    }

    #[test]
    fn scores_ranges_and_other_numbers_are_no_entries() {
        for text in [
            "won 2-1",
            "2-10 km",
            "Group 12",
            "Group 2-A1",
            "a group of 2",
            "10 ml",
            "in 5504",
            "ML99",
            "2021-04-12",
            "02-10.c",
            "page 5-3",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn the_span_ends_with_the_bracket() {
        let words = Words::of("under 5504(2)(i), which");
        let entry = &entries(&words)[0];
        let first = words.get(entry.first).unwrap().start as usize;
        assert_eq!(
            words.text.get(first..entry.end as usize),
            Some("5504(2)(i)")
        );
    }

    #[test]
    fn serial_numbers_are_read_where_the_text_names_them() {
        let read = |text: &str| -> Vec<String> {
            let words = Words::of(text);
            serials(&words)
                .into_iter()
                .map(|(from, to)| text.get(from as usize..to as usize).unwrap().to_owned())
                .collect()
        };
        assert_eq!(
            read("The serial number is PT-20417, another is PT-2?418."),
            ["PT-20417", "PT-2?418"]
        );
        assert_eq!(read("serial number were illegible (3?17?2)."), ["3?17?2"]);
        assert_eq!(read("le numéro de série 1?734"), ["1?734"]);
        assert!(read("a series of 1234 tests, serial killers of 1999").is_empty());
        assert!(read("PT-20417 without a name").is_empty());
    }
}
