//! The words of an element: inline marks read through, white space collapsed, raised and lowered
//! characters kept readable.

use crate::xml::{Content, Element};

/// Elements that are no words of the entry: apparatus of the consolidation.
const APPARATUS: [&str; 6] = [
    "Footnote",
    "FootnoteRef",
    "HistoricalNote",
    "MarginalNote",
    "PageBreak",
    "Label",
];

/// The words within an element, its own label and the consolidation's apparatus left out.
pub(super) fn words(element: &Element) -> String {
    let mut text = String::new();
    gather(element, &mut text);
    collapse(&text)
}

/// The text of a label, without references to footnotes.
pub(super) fn label(element: &Element) -> Option<String> {
    let label = element.child("Label")?;
    Some(words(label)).filter(|text| !text.is_empty())
}

fn gather(element: &Element, text: &mut String) {
    for content in element.content() {
        let inner = match content {
            Content::Text(run) => {
                text.push_str(run);
                continue;
            }
            Content::Element(inner) => inner,
        };
        match inner.name() {
            name if APPARATUS.contains(&name) => {}
            "Sup" => text.push_str(&shifted(&words(inner), raised, "^")),
            "Sub" => text.push_str(&shifted(&words(inner), lowered, "_")),
            "LineBreak" | "Leader" | "FormBlank" => text.push(' '),
            "Denominator" => {
                text.push('/');
                gather(inner, text);
            }
            _ => gather(inner, text),
        }
    }
}

/// White space of the markup becomes one space; no-break spaces of the typesetting stay.
fn collapse(text: &str) -> String {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let mut words = text.split(is_blank).filter(|word| !word.is_empty());
    let mut collapsed = words.next().unwrap_or_default().to_owned();
    for word in words {
        collapsed.push(' ');
        collapsed.push_str(word);
    }
    collapsed.trim().to_owned()
}

/// Characters that Unicode has raised or lowered, or else the mark and braces: `10⁻³`, `Si_{0.70}`.
fn shifted(text: &str, shift: fn(char) -> Option<char>, mark: &str) -> String {
    match text.chars().map(shift).collect::<Option<String>>() {
        Some(shifted) => shifted,
        None => format!("{mark}{{{text}}}"),
    }
}

fn raised(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '+' => '⁺',
        '-' | '−' | '–' | '‑' => '⁻',
        'o' => 'º',
        'e' => 'ᵉ',
        'r' => 'ʳ',
        's' => 'ˢ',
        't' => 'ᵗ',
        'h' => 'ʰ',
        'd' => 'ᵈ',
        'n' => 'ⁿ',
        _ => return None,
    })
}

fn lowered(c: char) -> Option<char> {
    Some(match c {
        '0' => '₀',
        '1' => '₁',
        '2' => '₂',
        '3' => '₃',
        '4' => '₄',
        '5' => '₅',
        '6' => '₆',
        '7' => '₇',
        '8' => '₈',
        '9' => '₉',
        _ => return None,
    })
}

/// The text as compared: lower case, one kind of space, apostrophe and hyphen.
pub(super) fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '’' | '‘' | 'ʼ' => plain.push('\''),
            '‑' | '–' | '—' => plain.push('-'),
            c if c.is_whitespace() => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
    }
    plain
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(xml: &str) -> String {
        words(crate::xml::read("t.xml", xml.as_bytes()).unwrap().root())
    }

    #[test]
    fn inline_marks_are_read_through_and_apparatus_left_out() {
        let xml = "<Text> means\n <XRefExternal link=\"A\">An  <Emphasis>Act</Emphasis></XRefExternal>\
                   <FootnoteRef idref=\"f\">*</FootnoteRef>, <Language xml:lang=\"fr\">Loi</Language>\
                   <Footnote><Label>*</Label><Text>gone</Text></Footnote></Text>";
        assert_eq!(words_of(xml), "means An Act, Loi");
    }

    #[test]
    fn raised_and_lowered_characters_stay_readable() {
        assert_eq!(
            words_of("<T>5 × 10<Sup>-7</Sup> N/cm<Sup>2</Sup></T>"),
            "5 × 10⁻⁷ N/cm²"
        );
        assert_eq!(
            words_of("<T>Si<Sub>0.70</Sub>H<Sub>2</Sub></T>"),
            "Si_{0.70}H₂"
        );
        assert_eq!(
            words_of("<T>n<Sup>o</Sup> 12, x<Sup>kg</Sup></T>"),
            "nº 12, x^{kg}"
        );
    }

    #[test]
    fn a_no_break_space_is_kept_in_the_words_and_folded_in_comparison() {
        assert_eq!(words_of("<T>30\u{a0}% \n de</T>"), "30\u{a0}% de");
        assert_eq!(folded("L’ANNÉE\u{a0}:  a‑b"), "l'année : a-b");
    }
}
