//! Writes: guards, savepoints, all or nothing, turns.

use std::sync::{Arc, Barrier};

use domain::time::Position;
use register::event::{AppendRefusal, Guard, GuardConflict, NewEvent, Query};
use register::fault::RegisterFault;
use register::store::OutboxPart;

use crate::toy::{self, append, drawn, issued, message, permit_key, stamp, suspended};
use crate::{Open, in_fresh, positions, query};

pub fn a_write_sees_its_own_events_and_others_do_not(open: Open) {
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        writing
            .append(vec![issued("P-1", "PTY-1", 9)], None, vec![])
            .unwrap();
        assert_eq!(writing.head().unwrap().position, Position(1));
        assert!(writing.view(&permit_key("P-1")).unwrap().is_some());
        assert_eq!(positions(&*writing, &query(&["permit:P-1"], &[])), [1]);
        assert!(
            store
                .read()
                .unwrap()
                .view(&permit_key("P-1"))
                .unwrap()
                .is_none()
        );
        writing.commit().unwrap();
        assert!(
            store
                .read()
                .unwrap()
                .view(&permit_key("P-1"))
                .unwrap()
                .is_some()
        );
    });
}

pub fn what_is_not_committed_leaves_no_trace(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        let before = (store.read().unwrap().head().unwrap(), toy::all_views(store));
        let mut writing = store.write(stamp(2)).unwrap();
        writing
            .append(vec![suspended("P-1")], None, vec![message("M-1")])
            .unwrap();
        writing.next_number("PMT").unwrap();
        let digest = writing.vault_put(b"paper").unwrap();
        drop(writing);
        let reading = store.read().unwrap();
        assert_eq!((reading.head().unwrap(), toy::all_views(store)), before);
        assert!(reading.outbox(OutboxPart::All, 0, 10).unwrap().is_empty());
        assert!(reading.vault(&digest).unwrap().is_none());
        assert_eq!(
            store.write(stamp(3)).unwrap().next_number("PMT").unwrap(),
            1
        );
        assert_eq!(append(store, 3, vec![suspended("P-1")]), Position(2));
    });
}

pub fn a_guard_refuses_what_happened_since(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        append(
            store,
            2,
            vec![drawn("P-1", 1), suspended("P-1"), suspended("P-1")],
        );
        let cases = [
            (query(&["permit:P-1"], &["PermitSuspended"]), 1, 3),
            (query(&["permit:P-1"], &["PermitSuspended"]), 3, 4),
            (query(&["permit:P-2", "permit:P-1"], &[]), 1, 2),
            (query(&[], &["PermitSuspended", "QuantityDrawn"]), 1, 2),
            (Query::default(), 3, 4),
            // A guard from beyond the end was made on another log, or a longer one.
            (query(&["permit:P-9"], &[]), 5, 4),
        ];
        for (query, since, at) in cases {
            let guard = Guard {
                query,
                since: Position(since),
            };
            let mut writing = store.write(stamp(3)).unwrap();
            let refused = writing.append(vec![drawn("P-1", 1)], Some(&guard), vec![]);
            let Err(AppendRefusal::Conflict(conflict)) = refused else {
                panic!("{guard:?} did not refuse");
            };
            assert_eq!(conflict, GuardConflict { at: Position(at) }, "{guard:?}");
        }
    });
}

pub fn a_guard_holds_when_nothing_that_it_asks_for_happened(open: Open) {
    in_fresh(open, |store, _| {
        append(
            store,
            1,
            vec![issued("P-1", "PTY-1", 9), issued("P-2", "PTY-1", 9)],
        );
        append(store, 2, vec![suspended("P-2")]);
        let cases = [
            (query(&["permit:P-1"], &["PermitSuspended"]), 0),
            (query(&["permit:P-2"], &["PermitSuspended"]), 3),
            (query(&["permit:P-2"], &["QuantityDrawn"]), 0),
            (query(&[], &["PermitSuspended"]), 3),
            (query(&["permit:P-3"], &[]), 0),
        ];
        for (query, since) in cases {
            let guard = Guard {
                query,
                since: Position(since),
            };
            let mut writing = store.write(stamp(3)).unwrap();
            let appended = writing.append(vec![drawn("P-1", 1)], Some(&guard), vec![]);
            assert!(appended.is_ok(), "{guard:?}");
        }
    });
}

pub fn a_conflict_leaves_the_write_usable(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        let mut writing = store.write(stamp(2)).unwrap();
        writing
            .append(vec![suspended("P-1")], None, vec![])
            .unwrap();
        // The measure appended in the same write is seen by the next decision.
        let guard = Guard {
            query: query(&["permit:P-1"], &["PermitSuspended"]),
            since: Position(1),
        };
        let refused = writing.append(vec![drawn("P-1", 1)], Some(&guard), vec![message("M")]);
        assert!(matches!(refused, Err(AppendRefusal::Conflict(_))));
        writing.append(vec![drawn("P-1", 2)], None, vec![]).unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        assert_eq!(reading.head().unwrap().position, Position(3));
        assert!(reading.outbox(OutboxPart::All, 0, 9).unwrap().is_empty());
    });
}

pub fn a_failed_fold_spoils_the_write_but_not_an_outer_savepoint(open: Open) {
    let unknown = || NewEvent {
        kind: "Unknown".into(),
        ..issued("P-1", "PTY-1", 9)
    };
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        let refused = writing.append(vec![unknown()], None, vec![]);
        assert!(matches!(
            refused,
            Err(AppendRefusal::Fault(RegisterFault::Fold { .. }))
        ));
        assert!(matches!(writing.head(), Err(RegisterFault::Unfinished)));
        assert!(matches!(writing.commit(), Err(RegisterFault::Unfinished)));
        assert_eq!(store.read().unwrap().head().unwrap().position, Position(0));

        let mut writing = store.write(stamp(2)).unwrap();
        writing
            .append(vec![issued("P-1", "PTY-1", 9)], None, vec![])
            .unwrap();
        writing.savepoint().unwrap();
        let bad = writing.append(vec![drawn("P-1", 1), unknown()], None, vec![]);
        assert!(bad.is_err());
        assert!(writing.release_savepoint().is_err());
        writing.rollback_to_savepoint().unwrap();
        writing.append(vec![drawn("P-1", 2)], None, vec![]).unwrap();
        writing.commit().unwrap();
        assert_eq!(store.read().unwrap().head().unwrap().position, Position(2));
    });
}

pub fn a_savepoint_undoes_only_what_came_after_it(open: Open) {
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        let issue = (0..300)
            .map(|n| issued(&format!("P-{n}"), "PTY-1", 9))
            .collect();
        writing.append(issue, None, vec![]).unwrap();
        writing.savepoint().unwrap();
        // Enough to complete a block of the tree, so that its node has to go again.
        writing
            .append((0..300).map(|_| drawn("P-1", 0)).collect(), None, vec![])
            .unwrap();
        writing.savepoint().unwrap();
        writing
            .append(vec![suspended("P-1")], None, vec![message("M")])
            .unwrap();
        writing.rollback_to_savepoint().unwrap();
        assert_eq!(writing.head().unwrap().position, Position(600));
        writing.rollback_to_savepoint().unwrap();
        assert_eq!(writing.head().unwrap().position, Position(300));
        writing.savepoint().unwrap();
        writing
            .append((0..300).map(|_| drawn("P-2", 0)).collect(), None, vec![])
            .unwrap();
        writing.release_savepoint().unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        assert_eq!(reading.head().unwrap().position, Position(600));
        assert!(positions(&*reading, &query(&[], &["PermitSuspended"])).is_empty());
        assert_eq!(reading.root(600).unwrap(), toy::verify(store).root);
    });
}

pub fn a_savepoint_must_be_open_to_be_ended(open: Open) {
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        assert!(matches!(
            writing.release_savepoint(),
            Err(RegisterFault::NoSavepoint)
        ));
        assert!(matches!(
            writing.rollback_to_savepoint(),
            Err(RegisterFault::NoSavepoint)
        ));
        writing
            .append(vec![issued("P-1", "PTY-1", 9)], None, vec![])
            .unwrap();
        writing.commit().unwrap();
    });
}

pub fn a_read_keeps_its_state_while_others_write(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        let before = store.read().unwrap();
        append(store, 2, vec![suspended("P-1")]);
        assert_eq!(before.head().unwrap().position, Position(1));
        assert!(
            before
                .view(&permit_key("P-1"))
                .unwrap()
                .unwrap()
                .body
                .contains("in-force")
        );
        let after = store.read().unwrap();
        assert_eq!(after.head().unwrap().position, Position(2));
        assert!(
            after
                .view(&permit_key("P-1"))
                .unwrap()
                .unwrap()
                .body
                .contains("suspended")
        );
    });
}

pub fn writers_take_turns_and_lose_nothing(open: Open) {
    in_fresh(open, |store, folder| {
        append(store, 0, vec![issued("P-1", "PTY-1", 1_000)]);
        // Two registers on one file are what two processes are.
        let other = open(&folder.join("register.db"));
        let (stores, barrier) = ([store, other.as_ref()], Arc::new(Barrier::new(4)));
        std::thread::scope(|scope| {
            for number in 0..4_usize {
                let (store, barrier) = (stores[number % 2], Arc::clone(&barrier));
                scope.spawn(move || {
                    barrier.wait();
                    for _ in 0..10 {
                        append(store, 1, vec![drawn("P-1", 1), drawn("P-1", 1)]);
                    }
                });
            }
        });
        let reading = store.read().unwrap();
        assert_eq!(reading.head().unwrap().position, Position(81));
        let body = reading.view(&permit_key("P-1")).unwrap().unwrap().body;
        assert!(body.contains("\"left\":920"), "{body}");
    });
}
