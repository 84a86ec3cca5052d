//! The log: order, instants, exactness, queries.

use domain::time::{Instant, Position};
use register::event::{AppendRefusal, EventMistake, NewEvent, Query};
use register::fault::RegisterFault;
use register::store::OutboxPart;
use serde_json::json;

use crate::toy::{self, append, drawn, issued, message, stamp, suspended};
use crate::{Open, in_fresh, positions, query};

pub fn a_new_register_is_empty(open: Open) {
    in_fresh(open, |store, _| {
        let reading = store.read().unwrap();
        assert_eq!(reading.head().unwrap().position, Position(0));
        assert_eq!(reading.position_at(Instant(i64::MAX)).unwrap(), Position(0));
        assert_eq!(reading.root(0).unwrap(), register::merkle::empty_root());
        assert!(reading.event(Position(1)).unwrap().is_none());
        assert!(reading.latest_checkpoint().unwrap().is_none());
        assert!(reading.outbox(OutboxPart::All, 0, 10).unwrap().is_empty());
        assert!(matches!(
            reading.root(1),
            Err(RegisterFault::OutOfRange { asked: 1, size: 0 })
        ));
    });
}

pub fn positions_have_no_gaps_and_instants_never_run_backwards(open: Open) {
    in_fresh(open, |store, _| {
        for (minutes, permit) in [(5, "P-1"), (3, "P-2"), (-900, "P-3"), (6, "P-4")] {
            append(
                store,
                minutes,
                vec![issued(permit, "PTY-1", 9), drawn(permit, 1)],
            );
        }
        let reading = store.read().unwrap();
        let events = reading
            .events(&Query::default(), Position(0), None, 100)
            .unwrap();
        let seen: Vec<_> = events
            .iter()
            .map(|event| {
                (
                    event.position.0,
                    (event.recorded_at.0 - toy::START) / 60_000_000,
                )
            })
            .collect();
        let expected = [
            (1, 5),
            (2, 5),
            (3, 5),
            (4, 5),
            (5, 5),
            (6, 5),
            (7, 6),
            (8, 6),
        ];
        assert_eq!(seen, expected);
        assert!(
            events
                .windows(2)
                .all(|pair| pair[1].previous == pair[0].leaf)
        );
    });
}

pub fn an_event_reads_back_as_it_was_appended(open: Open) {
    in_fresh(open, |store, _| {
        let mut new = issued("P-1", "PTY-\"é\"", 7);
        new.tags = vec!["b".into(), "a".into(), "b".into()];
        new.ground = None;
        new.effective_from = Some(domain::time::Day::parse("2027-03-01").unwrap());
        let at = append(store, 1, vec![new.clone()]);
        let stored = store.read().unwrap().event(at).unwrap().unwrap();
        assert_eq!(stored.payload, new.payload);
        assert_eq!(stored.tags, ["a", "b"]);
        assert_eq!(
            (stored.ground, stored.effective_from),
            (None, new.effective_from)
        );
        assert_eq!(
            (stored.kind, stored.form, stored.actor),
            (new.kind, 1, new.actor)
        );
        assert_eq!(stored.previous, register::hash::Hash::NONE);
    });
}

pub fn an_event_that_is_not_exact_is_refused_and_leaves_no_trace(open: Open) {
    let bad = |change: &dyn Fn(&mut NewEvent)| {
        let mut event = issued("P-2", "PTY-1", 9);
        change(&mut event);
        event
    };
    let mut deep = json!(1);
    (0..100).for_each(|_| deep = json!([deep]));
    let mistakes: Vec<(NewEvent, &str)> = vec![
        (bad(&|e| e.payload["quantity"] = json!(1.5)), "integer"),
        (bad(&|e| e.payload["quantity"] = json!(1.0)), "integer"),
        (bad(&|e| e.payload = json!([1])), "object"),
        (bad(&|e| e.payload["deep"] = deep.clone()), "nesting"),
        (bad(&|e| e.kind.clear()), "empty"),
        (bad(&|e| e.actor.clear()), "empty"),
        (bad(&|e| e.ground = Some(String::new())), "empty"),
        (bad(&|e| e.tags.push(String::new())), "empty"),
        (bad(&|e| e.tags.push("x".repeat(300))), "limit"),
        (bad(&|e| e.kind = "x".repeat(65)), "limit"),
    ];
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        for (event, because) in mistakes {
            let refused = writing.append(vec![issued("P-1", "PTY-1", 9), event], None, vec![]);
            let Err(AppendRefusal::Mistake(mistake)) = refused else {
                panic!("`{because}` was not refused");
            };
            assert!(mistake.to_string().contains(because), "{mistake}");
        }
        let nothing = writing.append(vec![], None, vec![message("M")]);
        assert!(matches!(
            nothing,
            Err(AppendRefusal::Mistake(EventMistake::Nothing))
        ));
        writing.commit().unwrap();
        assert_eq!(store.read().unwrap().head().unwrap().position, Position(0));
    });
}

pub fn queries_give_any_of_the_tags_and_any_of_the_kinds(open: Open) {
    in_fresh(open, |store, _| {
        let events = vec![
            issued("P-1", "PTY-1", 9),
            issued("P-2", "PTY-1", 9),
            issued("P-3", "PTY-2", 9),
        ];
        append(store, 1, events);
        append(
            store,
            2,
            vec![drawn("P-1", 1), suspended("P-2"), drawn("P-3", 1)],
        );
        let reading = store.read().unwrap();
        let cases: [(&[&str], &[&str], &[u64]); 8] = [
            (&[], &[], &[1, 2, 3, 4, 5, 6]),
            (&["permit:P-1"], &[], &[1, 4]),
            (&["permit:P-1", "permit:P-2"], &[], &[1, 2, 4, 5]),
            (&["party:PTY-1", "permit:P-1"], &[], &[1, 2, 4]),
            (&[], &["QuantityDrawn", "PermitSuspended"], &[4, 5, 6]),
            (&["permit:P-1", "permit:P-2"], &["QuantityDrawn"], &[4]),
            (&["permit:P-9"], &[], &[]),
            (&[], &["permitissued"], &[]),
        ];
        for (tags, kinds, expected) in cases {
            assert_eq!(
                positions(&*reading, &query(tags, kinds)),
                expected,
                "{tags:?} {kinds:?}"
            );
        }
    });
}

pub fn reads_of_the_log_are_bounded(open: Open) {
    in_fresh(open, |store, _| {
        append(
            store,
            1,
            (0..9)
                .map(|n| issued(&format!("P-{n}"), "PTY-1", 9))
                .collect(),
        );
        let reading = store.read().unwrap();
        for asked in [
            query(&[], &[]),
            query(&["party:PTY-1"], &[]),
            query(&[], &["PermitIssued"]),
        ] {
            let read = |after, until: Option<u64>, limit| -> Vec<u64> {
                let until = until.map(Position);
                let events = reading
                    .events(&asked, Position(after), until, limit)
                    .unwrap();
                events.iter().map(|event| event.position.0).collect()
            };
            assert_eq!(read(0, None, 3), [1, 2, 3], "{asked:?}");
            assert_eq!(read(7, None, 3), [8, 9], "{asked:?}");
            assert_eq!(read(3, Some(5), 100), [4, 5], "{asked:?}");
            assert_eq!(read(0, None, 0), [0; 0], "{asked:?}");
            assert_eq!(read(9, None, 5), [0; 0], "{asked:?}");
            assert_eq!(read(u64::MAX, None, 5), [0; 0], "{asked:?}");
            assert_eq!(read(0, None, usize::MAX).len(), 9, "{asked:?}");
        }
    });
}

pub fn the_position_at_an_instant_is_the_last_recorded_by_then(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 10, vec![issued("P-1", "PTY-1", 9), drawn("P-1", 1)]);
        append(store, 20, vec![drawn("P-1", 1)]);
        append(store, 20, vec![drawn("P-1", 1)]);
        append(store, 30, vec![drawn("P-1", 1)]);
        let reading = store.read().unwrap();
        for (minutes, expected) in [(9, 0), (10, 2), (19, 2), (20, 4), (29, 4), (30, 5), (99, 5)] {
            let at = reading.position_at(stamp(minutes).now).unwrap();
            assert_eq!(at, Position(expected), "{minutes}");
        }
    });
}
