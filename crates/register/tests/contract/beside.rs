//! Beside the log: answers, messages, series, bytes.

use domain::time::Position;
use register::fault::RegisterFault;
use register::hash::Digest;
use register::store::{Mark, OutboxPart, StoredAnswer};
use serde_json::json;

use crate::toy::{append, issued, message, stamp};
use crate::{Open, in_fresh};

pub fn an_answer_is_kept_once(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        let answer = StoredAnswer {
            request: Digest::of(b"request"),
            answer: "{\"release\":\"R-1\"}".into(),
            events: Some((Position(1), Position(1))),
        };
        let refusal = StoredAnswer {
            events: None,
            ..answer.clone()
        };
        let mut writing = store.write(stamp(2)).unwrap();
        assert!(writing.answer("K-1").unwrap().is_none());
        writing.remember_answer("K-1", &answer).unwrap();
        assert!(matches!(
            writing.remember_answer("K-1", &refusal),
            Err(RegisterFault::AnswerKept { key }) if key == "K-1"
        ));
        writing.remember_answer("K-2", &refusal).unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        assert_eq!(reading.answer("K-1").unwrap(), Some(answer));
        assert_eq!(reading.answer("K-2").unwrap(), Some(refusal));
        assert_eq!(reading.answer("k-1").unwrap(), None);
    });
}

pub fn a_message_of_the_same_key_is_the_same_message(open: Open) {
    in_fresh(open, |store, _| {
        for minutes in 1..3 {
            let mut writing = store.write(stamp(minutes)).unwrap();
            let messages = vec![
                message("M-1"),
                message("M-1"),
                message(&format!("N-{minutes}")),
            ];
            writing
                .append(vec![issued("P-1", "PTY-1", 9)], None, messages)
                .unwrap();
            writing.commit().unwrap();
        }
        let sent = store
            .read()
            .unwrap()
            .outbox(OutboxPart::All, 0, 10)
            .unwrap();
        let keys: Vec<_> = sent
            .iter()
            .map(|m| (m.number, m.key.as_str(), m.position.0))
            .collect();
        assert_eq!(keys, [(1, "M-1", 1), (2, "N-1", 1), (3, "N-2", 2)]);
        assert_eq!(sent[0].body, json!({ "stop": "M-1" }));
    });
}

pub fn what_became_of_a_message_is_kept(open: Open) {
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        let messages = (1..=4).map(|n| message(&format!("M-{n}"))).collect();
        writing
            .append(vec![issued("P-1", "PTY-1", 9)], None, messages)
            .unwrap();
        writing.commit().unwrap();
        let mut writing = store.write(stamp(2)).unwrap();
        writing.mark(1, &Mark::Delivered).unwrap();
        writing.mark(2, &Mark::Acknowledged).unwrap();
        writing
            .mark(
                3,
                &Mark::Failed {
                    because: "no route".into(),
                },
            )
            .unwrap();
        writing
            .mark(
                3,
                &Mark::Failed {
                    because: "refused".into(),
                },
            )
            .unwrap();
        let unknown = writing.mark(9, &Mark::Delivered);
        assert!(matches!(
            unknown,
            Err(RegisterFault::NoSuchOutgoing { number: 9 })
        ));
        writing.commit().unwrap();
        let mut writing = store.write(stamp(5)).unwrap();
        writing.mark(1, &Mark::Delivered).unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        let numbers = |part, after, limit| -> Vec<u64> {
            let entries = reading.outbox(part, after, limit).unwrap();
            entries.iter().map(|entry| entry.number).collect()
        };
        assert_eq!(numbers(OutboxPart::Pending, 0, 10), [3, 4]);
        assert_eq!(numbers(OutboxPart::Pending, 3, 10), [4]);
        assert_eq!(numbers(OutboxPart::Pending, 0, 1), [3]);
        assert_eq!(numbers(OutboxPart::Unacknowledged, 0, 10), [1]);
        let all = reading.outbox(OutboxPart::All, 0, 10).unwrap();
        assert_eq!(all[0].delivered_at, Some(stamp(2).now));
        assert_eq!(all[1].delivered_at, all[1].acknowledged_at);
        assert_eq!(
            (all[2].failures, all[2].last_failure.as_deref()),
            (2, Some("refused"))
        );
        assert_eq!((all[3].failures, all[3].failed_at), (0, None));
    });
}

pub fn numbers_of_a_series_have_no_gaps(open: Open) {
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        assert_eq!(writing.next_number("PMT-2027").unwrap(), 1);
        writing.savepoint().unwrap();
        assert_eq!(writing.next_number("PMT-2027").unwrap(), 2);
        writing.rollback_to_savepoint().unwrap();
        assert_eq!(writing.next_number("PMT-2027").unwrap(), 2);
        assert_eq!(writing.next_number("PMT-2028").unwrap(), 1);
        writing.commit().unwrap();
        assert_eq!(
            store
                .write(stamp(2))
                .unwrap()
                .next_number("PMT-2027")
                .unwrap(),
            3
        );
        assert_eq!(
            store
                .write(stamp(2))
                .unwrap()
                .next_number("PMT-2027")
                .unwrap(),
            3
        );
    });
}

pub fn bytes_are_kept_under_their_digest(open: Open) {
    in_fresh(open, |store, _| {
        let mut writing = store.write(stamp(1)).unwrap();
        let digest = writing.vault_put(b"paper").unwrap();
        assert_eq!(writing.vault_put(b"paper").unwrap(), digest);
        let empty = writing.vault_put(b"").unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        assert_eq!(
            reading.vault(&digest).unwrap().as_deref(),
            Some(&b"paper"[..])
        );
        assert_eq!(reading.vault(&empty).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(reading.vault(&Digest::of(b"other")).unwrap(), None);
    });
}
