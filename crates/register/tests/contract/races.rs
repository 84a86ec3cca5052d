//! Races between processes: two registers on one store are what two processes are.

use std::collections::BTreeSet;

use register::event::{AppendRefusal, Guard};
use register::hash::Digest;
use register::store::{Store, StoredAnswer};

use crate::toy::{self, append, drawn, issued, permit_key, stamp};
use crate::{Open, in_fresh, positions, query};

/// How many draw at once, or use one key at once.
const CLIENTS: usize = 8;

/// What is there to draw, unless the variable says otherwise.
const GRANT: u64 = 40;

fn left(store: &dyn Store) -> (i64, domain::time::Position) {
    let reading = store.read().unwrap();
    let body = reading.view(&permit_key("P-1")).unwrap().unwrap().body;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let head = reading.head().unwrap().position;
    (body["left"].as_i64().unwrap(), head)
}

/// Decides on what a reader saw, and lets the guard say whether that still holds.
fn draw_one(store: &dyn Store) -> bool {
    loop {
        let (left, since) = left(store);
        if left == 0 {
            return false;
        }
        let guard = Guard {
            query: query(&["permit:P-1"], &[]),
            since,
        };
        let mut writing = store.write(stamp(1)).unwrap();
        match writing.append(vec![drawn("P-1", 1)], Some(&guard), vec![]) {
            Ok(_) => {
                writing.commit().unwrap();
                return true;
            }
            Err(AppendRefusal::Conflict(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

pub fn draws_of_many_end_exactly_at_the_grant(open: Open) {
    in_fresh(open, |store, folder| {
        let grant = toy::size("REGISTER_GRANT", GRANT);
        let quantity = i64::try_from(grant).unwrap();
        append(store, 0, vec![issued("P-1", "PTY-1", quantity)]);
        let other = open(&folder.join("register.db"));
        let stores = [store, other.as_ref()];
        let drawn: usize = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|number| {
                    let store = stores[number % 2];
                    scope.spawn(move || {
                        std::iter::repeat_with(|| draw_one(store))
                            .take_while(|is| *is)
                            .count()
                    })
                })
                .collect();
            clients
                .into_iter()
                .map(|client| client.join().unwrap())
                .sum()
        });
        assert_eq!(u64::try_from(drawn).unwrap(), grant);
        assert_eq!(left(store).0, 0);
        assert_eq!(store.read().unwrap().head().unwrap().position.0, grant + 1);
    });
}

/// Does what a request asks for, once: a repeat gets the first answer.
fn request(store: &dyn Store, client: usize) -> String {
    let mut writing = store.write(stamp(2)).unwrap();
    if let Some(first) = writing.answer("K-1").unwrap() {
        writing.commit().unwrap();
        return first.answer;
    }
    let at = writing.append(vec![drawn("P-1", 1)], None, vec![]).unwrap();
    let answer = StoredAnswer {
        request: Digest::of(b"request"),
        answer: format!("{{\"client\":{client}}}"),
        events: Some((at.first, at.last)),
    };
    writing.remember_answer("K-1", &answer).unwrap();
    writing.commit().unwrap();
    answer.answer
}

pub fn one_key_used_at_once_has_one_effect_and_one_answer(open: Open) {
    in_fresh(open, |store, folder| {
        append(store, 0, vec![issued("P-1", "PTY-1", 9)]);
        let other = open(&folder.join("register.db"));
        let stores = [store, other.as_ref()];
        let answers: BTreeSet<String> = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS * 2)
                .map(|client| scope.spawn(move || request(stores[client % 2], client)))
                .collect();
            clients
                .into_iter()
                .map(|client| client.join().unwrap())
                .collect()
        });
        assert_eq!(answers.len(), 1, "{answers:?}");
        // Again from a process that was not there then.
        let later = open(&folder.join("register.db"));
        assert_eq!(answers, BTreeSet::from([request(later.as_ref(), 99)]));
        let reading = store.read().unwrap();
        assert_eq!(positions(&*reading, &query(&[], &["QuantityDrawn"])), [2]);
    });
}
