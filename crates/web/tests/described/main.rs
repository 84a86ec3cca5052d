//! The API held to its own description: requests made from it with a seed, as described and broken
//! on purpose, sent to the router in process.
//!
//! Every answer has a status and a content type that the description names for it; a refused request
//! writes nothing; nothing ends in a fault. `PORTCULLIS_FUZZ_SEED=N` repeats a run, and
//! `PORTCULLIS_FUZZ_EXAMPLES=N` sends more of each operation.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod requests;
mod world;

use axum::http::StatusCode;
use serde_json::Value;

use requests::{Broken, Maker, Sent};
use world::{Answer, World};

/// Requests of each kind for each operation, unless the environment says otherwise.
const EXAMPLES: u64 = 3;

fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Every operation of the description: method, address, what is said of it.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, said)| (method.clone(), path.clone(), said.clone()))
    });
    each.collect()
}

#[test]
fn every_answer_is_one_that_the_description_names() {
    let (seed, examples) = (
        number("PORTCULLIS_FUZZ_SEED", 1),
        number("PORTCULLIS_FUZZ_EXAMPLES", EXAMPLES),
    );
    let world = World::open();
    let description = world.description();
    let mut maker = Maker::new(&description, world.ids(), seed);
    let mut accepted = 0_u64;
    for (method, path, said) in operations(&description) {
        for round in 0..examples.saturating_mul(2) {
            let broken = if round % 2 == 0 {
                None
            } else {
                Some(maker.any_break())
            };
            let token = world.token(maker.below(world::ROLES.len()));
            let sent = maker.request((&method, &path), &said, &token, broken);
            let before = world.head();
            let answer = world.send(&sent);
            let at = format!(
                "PORTCULLIS_FUZZ_SEED={seed} PORTCULLIS_FUZZ_EXAMPLES={examples}: {sent:?}\n\
                 answered {answer:?}"
            );
            check(&said, &sent, &answer, &at);
            if answer.status.is_client_error() {
                assert_eq!(
                    before,
                    world.head(),
                    "a refused request wrote something: {at}"
                );
            }
            accepted += u64::from(answer.status.is_success());
        }
    }
    assert!(
        accepted > examples * 10,
        "too little was accepted to mean anything: {accepted}"
    );
}

/// Holds an answer against what is said of the operation.
fn check(said: &Value, sent: &Sent, answer: &Answer, at: &str) {
    let status = answer.status;
    assert!(!status.is_server_error(), "{at}");
    if sent.broken == Some(Broken::Method) {
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{at}");
    } else {
        let named = &said["responses"][status.as_str()];
        assert!(named.is_object(), "a status that is not described: {at}");
        let kind = answer.kind.split(';').next().unwrap_or_default();
        assert!(
            named["content"][kind].is_object(),
            "another content type: {at}"
        );
    }
    match sent.broken {
        None => assert!(
            ![400, 413, 415, 422].contains(&status.as_u16()),
            "a request as described was not read: {at}"
        ),
        Some(broken) if broken.is_always_refused() => assert!(status.is_client_error(), "{at}"),
        Some(_) => {}
    }
    if status.is_success() {
        return;
    }
    assert_eq!(answer.kind, "application/problem+json", "{at}");
    let problem: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(problem["status"], status.as_u16(), "{at}");
    for text in [
        &problem["type"],
        &problem["title"],
        &problem["says"]["en"],
        &problem["says"]["fr"],
    ] {
        assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{at}");
    }
}
