//! Files damaged at random: read or refused, never a panic, never a broken tree.

use proptest::prelude::*;

use crate::countries::country_of;
use crate::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_file_is_read_or_refused_and_never_panics(
        cuts in prop::collection::vec((0_usize..6000, 0_usize..40, ".{0,12}"), 1..6),
    ) {
        let mut damaged: Vec<char> = EN.chars().collect();
        for (at, length, new) in cuts {
            let at = at.min(damaged.len());
            let end = (at + length).min(damaged.len());
            damaged.splice(at..end, new.chars());
        }
        let damaged: String = damaged.into_iter().collect();
        if let Ok(import) = read_control_list(&pair(&damaged, FR)) {
            check_invariants(&import);
        }
        let _ = read_country_list(&pair(&damaged, PORTS_FR), &country_of);
    }

    #[test]
    fn labels_and_indents_that_make_no_sense_never_break_the_tree(
        labels in prop::collection::vec(
            prop::option::of(prop::sample::select(vec![
                "(a)", "a)", "(i)", "i)", "(v)", "(A)", "(I)", "(C)", "(1)", "(1.1)", "5001", "9-1",
                "2-2.a", "GROUP 1", "5001 to 5010", "(xxxviii)", "§", "", "NOTE",
            ])),
            60,
        ),
        indents in prop::collection::vec(prop::option::of(0_u8..7), 60),
    ) {
        let relabelled = replace_each(EN, "<Label>", "</Label>", &labels, |label| (*label).to_owned());
        let moved = replace_each(&relabelled, "format-ref=\"", "\"", &indents, |indent| {
            format!("indent-{indent}-{indent}")
        });
        match read_control_list(&pair(&moved, FR)) {
            Ok(import) => check_invariants(&import),
            Err(mistake) => prop_assert!(mistake.to_string().contains("entries"), "{mistake}"),
        }
    }
}

/// Replaces what stands between the n-th pair of marks by the n-th value, where there is one.
fn replace_each<T>(
    text: &str,
    open: &str,
    close: &str,
    values: &[Option<T>],
    show: impl Fn(&T) -> String,
) -> String {
    let mut pieces = text.split(open);
    let mut replaced = pieces.next().unwrap().to_owned();
    for (index, piece) in pieces.enumerate() {
        let (inner, rest) = piece.split_once(close).unwrap();
        let value = values.get(index).and_then(Option::as_ref).map(&show);
        replaced += &[open, value.as_deref().unwrap_or(inner), close, rest].concat();
    }
    replaced
}

/// Codes are unique, parents stand before their children, and no text is made up.
fn check_invariants(import: &ControlListImport) {
    let mut seen = std::collections::BTreeSet::new();
    for entry in &import.list.entries {
        assert!(
            entry
                .parent
                .as_ref()
                .is_none_or(|parent| seen.contains(parent)),
            "{}",
            entry.code
        );
        assert!(
            seen.insert(entry.code.clone()),
            "{} stands twice",
            entry.code
        );
    }
    let tally = import.tally;
    let spelled_out = tally.english + tally.french - tally.aligned;
    assert_eq!(import.list.entries.len(), spelled_out + tally.from_section);
}
