//! Views: found, paged, counted, folded again.

use proptest::prelude::*;
use register::store::{Lookup, Range};

use crate::toy::{self, append, drawn, issued, stamp, suspended};
use crate::{Open, in_fresh, page};

pub fn views_are_found_paged_and_counted(open: Open) {
    in_fresh(open, |store, _| {
        let issue = (0..20)
            .map(|n| issued(&format!("P-{n:02}"), &format!("PTY-{}", n % 2), 9))
            .collect();
        append(store, 1, issue);
        append(
            store,
            2,
            vec![suspended("P-04"), suspended("P-05"), suspended("P-05")],
        );
        let reading = store.read().unwrap();
        let by = |name, value| Lookup {
            kind: "permit",
            name,
            value,
        };
        let ids = |lookup, page| reading.find_ids(lookup, page).unwrap();
        assert_eq!(
            ids(by("standing", "suspended"), page(None, 9)),
            ["P-04", "P-05"]
        );
        assert_eq!(ids(by("holder", "PTY-0"), page(None, 2)), ["P-00", "P-02"]);
        assert_eq!(
            ids(by("holder", "PTY-0"), page(Some("P-02"), 2)),
            ["P-04", "P-06"]
        );
        assert!(ids(by("holder", "PTY-9"), page(None, 9)).is_empty());
        assert!(ids(by("holders", "PTY-0"), page(None, 9)).is_empty());
        let found = reading
            .find(by("standing", "suspended"), page(None, 9))
            .unwrap();
        assert_eq!(
            found.iter().map(|view| view.position.0).collect::<Vec<_>>(),
            [21, 23]
        );
        assert!(found.iter().all(|view| view.body.contains("suspended")));
        assert_eq!(reading.count_by(by("standing", "in-force")).unwrap(), 18);
        assert_eq!(reading.count("permit").unwrap(), 20);
        assert_eq!(reading.count("nothing").unwrap(), 0);
        let last = reading.page("permit", page(Some("P-17"), 10)).unwrap();
        assert_eq!(
            last.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(),
            ["P-18", "P-19"]
        );
        assert!(reading.page("permit", page(None, 0)).unwrap().is_empty());
    });
}

pub fn a_range_is_paged_without_losing_or_repeating_a_row(open: Open) {
    in_fresh(open, |store, _| {
        append(
            store,
            1,
            (0..30)
                .map(|n| issued(&format!("P-{n:02}"), "H", n % 6))
                .collect(),
        );
        let reading = store.read().unwrap();
        let range = Range {
            kind: "permit",
            name: "left",
            from: "00000001",
            until: "00000004",
        };
        let whole = reading.find_between(range, None, 100).unwrap();
        assert_eq!(whole.len(), 15);
        assert!(whole.is_sorted());
        let mut paged: Vec<(String, String)> = Vec::new();
        loop {
            let after = paged
                .last()
                .map(|(value, id)| (value.as_str(), id.as_str()));
            let next = reading.find_between(range, after, 4).unwrap();
            if next.is_empty() {
                break;
            }
            paged.extend(next);
        }
        assert_eq!(paged, whole);
    });
}

pub fn views_fold_again_to_the_same_rows(open: Open) {
    in_fresh(open, |store, _| {
        let events = toy::size("REGISTER_REPLAYED", 500);
        toy::furnish(store, events);
        let before = toy::all_views(store);
        let mut last = None;
        store
            .rebuild_views(&mut |progress| last = Some((progress.done, progress.of)))
            .unwrap();
        assert_eq!(toy::all_views(store), before);
        assert_eq!(last, Some((events, events)));
        append(store, 9, vec![suspended("P-001")]);
    });
}

/// One act of a random history.
#[derive(Debug, Clone)]
enum Act {
    Issue(u8, u8),
    Draw(u8, i64),
    Suspend(u8),
    Undo(Vec<u8>),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        (0_u8..6, 0_u8..3).prop_map(|(permit, holder)| Act::Issue(permit, holder)),
        (0_u8..6, -5_i64..50).prop_map(|(permit, quantity)| Act::Draw(permit, quantity)),
        (0_u8..6).prop_map(Act::Suspend),
        proptest::collection::vec(0_u8..6, 0..3).prop_map(Act::Undo),
    ];
    proptest::collection::vec(act, 1..25)
}

/// Plays a history, folds it again, and compares.
fn check_history(open: Open, history: &[Act]) {
    in_fresh(open, |store, _| {
        let permit = |number: &u8| format!("P-{number}");
        for (minutes, act) in history.iter().enumerate() {
            let mut writing = store.write(stamp(minutes as i64)).unwrap();
            let event = match act {
                Act::Issue(number, holder) => {
                    issued(&permit(number), &format!("PTY-{holder}"), 100)
                }
                Act::Draw(number, quantity) => drawn(&permit(number), *quantity),
                Act::Suspend(number) => suspended(&permit(number)),
                Act::Undo(numbers) => {
                    writing.savepoint().unwrap();
                    for number in numbers {
                        let undone = vec![suspended(&permit(number))];
                        writing.append(undone, None, vec![]).unwrap();
                    }
                    // Looking sends what was held back, so that undoing has something to undo.
                    if numbers.len() > 1 {
                        writing.count("permit").unwrap();
                    }
                    writing.rollback_to_savepoint().unwrap();
                    drawn("P-0", 1)
                }
            };
            writing.append(vec![event], None, vec![]).unwrap();
            writing.commit().unwrap();
        }
        let before = toy::all_views(store);
        store.rebuild_views(&mut |_| ()).unwrap();
        assert_eq!(toy::all_views(store), before);
        let head = store.read().unwrap().head().unwrap();
        assert_eq!(head.position.0, history.len() as u64);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_history_folds_again_to_the_same_rows(history in acts()) {
        check_history(toy::sqlite, &history);
    }

    #[test]
    fn any_history_on_a_server_folds_again_to_the_same_rows(history in acts()) {
        if crate::server::runs("any_history_on_a_server_folds_again_to_the_same_rows") {
            check_history(crate::server::store, &history);
        }
    }
}
