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
    fn tags_that_change_places_never_break_the_tree(
        swaps in prop::collection::vec((0_usize..70, 0_usize..70), 1..8),
    ) {
        let mut pieces: Vec<&str> = EN.split_inclusive("</Label>").collect();
        for (one, other) in swaps {
            if one < pieces.len() && other < pieces.len() {
                pieces.swap(one, other);
            }
        }
        let moved = pieces.concat();
        if let Ok(import) = read_control_list(&pair(&moved, FR)) {
            check_invariants(&import);
        }
    }
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
