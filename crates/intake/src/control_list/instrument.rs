//! Instruments: from the number of a regulation to the key of its list.

/// The lists that the project knows by name.
const KNOWN: [(&str, &str); 4] = [
    ("SOR/89-202", "ECL"),
    ("SOR/81-543", "ACL"),
    ("SOR/91-575", "AFCCL"),
    ("SOR/2019-220", "BCL"),
];

/// The number in its English form: `DORS/89-202` is `SOR/89-202`, `C.R.C., ch. 604` is `CRC/604`.
pub(super) fn number(written: &str) -> String {
    let compact: String = written
        .split_whitespace()
        .collect::<String>()
        .to_uppercase();
    let compact = compact.replace(['‑', '–', '—', '−'], "-");
    for (prefix, english) in [
        ("DORS/", "SOR/"),
        ("TR/", "SI/"),
        ("C.R.C.,CH.", "CRC/"),
        ("C.R.C.,C.", "CRC/"),
    ] {
        if let Some(rest) = compact.strip_prefix(prefix) {
            return format!("{english}{rest}");
        }
    }
    compact
}

/// The key of the list: a known name, or the number with `-` for all that is no letter or digit.
pub(super) fn key(number: &str) -> String {
    if let Some((_, key)) = KNOWN.iter().find(|(known, _)| *known == number) {
        return (*key).to_owned();
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    number
        .chars()
        .map(plain)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

/// Whether a list has its entries in sections rather than in a schedule.
///
/// # Law
/// `BCL:1`
pub(super) fn lists_in_sections(key: &str) -> bool {
    key == "BCL"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_of_a_number_give_one_key() {
        for (written, expected) in [
            ("SOR/89-202", "ECL"),
            ("DORS/89-202", "ECL"),
            (" dors/81-543 ", "ACL"),
            ("SOR/91-575", "AFCCL"),
            ("DORS/2019-220", "BCL"),
            ("SOR/2031-7", "SOR-2031-7"),
            ("DORS/2031‑7", "SOR-2031-7"),
            ("C.R.C., c. 604", "CRC-604"),
            ("C.R.C., ch. 604", "CRC-604"),
        ] {
            assert_eq!(key(&number(written)), expected, "{written}");
        }
    }
}
