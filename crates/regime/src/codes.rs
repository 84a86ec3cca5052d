//! Numbers of list entries: the written forms, and how one number lies within another.

/// The number of an entry in its normal form.
///
/// List text writes `5504(2)(i)`, orders write `5504.2.i`, some guides close with a dot (`2-4.a.`):
/// all are one number. Letters keep their case, for `1-6.A.2` is written so.
#[must_use]
pub fn normalise(written: &str) -> String {
    let dotted: String = written
        .trim()
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != ')')
        .map(|letter| match letter {
            '(' => '.',
            // Hyphens and dashes that word processors put in place of `-`.
            '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
            letter => letter,
        })
        .collect();
    let parts: Vec<&str> = dotted.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

/// The number above a number, by the grammar of the numbers alone.
///
/// `2-15.d` lies in `2-15`, `2-15` in group `2`, `5504.2.i` in `5504.2`, and an item of four digits
/// in the group of its first digit. Used only where no edition with a tree of its own is held.
#[must_use]
pub fn above(code: &str) -> Option<String> {
    if let Some((upper, _)) = code.rsplit_once('.') {
        return Some(upper.to_owned());
    }
    if let Some((group, _)) = code.rsplit_once('-') {
        return (!group.is_empty()).then(|| group.to_owned());
    }
    let is_item_of_four = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    is_item_of_four.then(|| code.chars().take(1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_of_one_number_are_one() {
        for (written, normal) in [
            ("5504(2)(i)", "5504.2.i"),
            ("5504.2.i", "5504.2.i"),
            ("2-4.a.", "2-4.a"),
            (" 2-10.c.1 ", "2-10.c.1"),
            ("9-4(b)", "9-4.b"),
            ("2\u{2011}15.d", "2-15.d"),
            ("1-6.A.2", "1-6.A.2"),
            ("2 - 5 . b", "2-5.b"),
        ] {
            assert_eq!(normalise(written), normal, "{written}");
        }
    }

    #[test]
    fn numbers_form_a_tree() {
        for (code, upper) in [
            ("2-10.c.1", Some("2-10.c")),
            ("2-10.c", Some("2-10")),
            ("2-10", Some("2")),
            ("2", None),
            ("5504.2.i", Some("5504.2")),
            ("5504", Some("5")),
            ("1-6.A.2", Some("1-6.A")),
            ("ML10.c", Some("ML10")),
            ("ML10", None),
            ("2021", Some("2")),
            ("-x", None),
        ] {
            assert_eq!(above(code).as_deref(), upper, "{code}");
        }
    }
}
