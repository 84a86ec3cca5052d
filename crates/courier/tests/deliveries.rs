//! Deliveries to a receiver that answers, fails, hangs, redirects and goes away.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod receiver;
mod town;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use courier::{Courier, MasterKey, Pace, Settings};
use domain::id::SubscriptionId;
use domain::time::Position;
use domain::webhook::{Topic, WebhookAddress, WebhookState, WebhookStep};

use receiver::{Receiver, Then, hmac};
use town::Town;

/// The text of the key file of these tests.
fn key() -> MasterKey {
    MasterKey::read(&MasterKey::text_of(&[7; 32])).unwrap()
}

fn settings() -> Settings {
    Settings {
        key: key(),
        allows_private: true,
        pace: Pace {
            look_every: Duration::from_millis(5),
            first_wait: Duration::from_millis(5),
            wait_max: Duration::from_millis(10),
            attempts_max: 3,
            answer_time_max: Duration::from_millis(500),
        },
    }
}

fn subscribe(town: &Town, to: &Receiver) -> SubscriptionId {
    let address = WebhookAddress::parse(&to.address()).unwrap();
    let topics = BTreeSet::from([Topic::Balances]);
    town.desk
        .subscribe(&town.customs, &address, &topics)
        .unwrap()
        .what
}

/// Waits until a subscription is as wanted.
fn until(
    town: &Town,
    id: &SubscriptionId,
    is_so: impl Fn(&domain::webhook::WebhookRecord) -> bool,
) {
    for _ in 0..10_000 {
        let held = town.desk.webhook(id).unwrap().unwrap();
        if is_so(&held) {
            return;
        }
        std::thread::yield_now();
    }
    let held = town.desk.webhook(id).unwrap().unwrap();
    assert!(is_so(&held), "{held:?}");
}

#[test]
fn a_message_is_signed_and_its_secret_is_nowhere_in_the_register() {
    let town = Town::found();
    let receiver = Receiver::open(&[]);
    let id = subscribe(&town, &receiver);
    town.reserve("DECL-1");
    let _courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    let got = receiver.next();
    let secret = key().secret(&id, 1).text();
    let signed = format!(
        "{}.{}.{}",
        got.header("webhook-id"),
        got.header("webhook-timestamp"),
        got.body
    );
    assert_eq!(
        got.header("webhook-signature"),
        format!("v1,{}", hmac(&secret, &signed)),
        "by an HMAC that is not the courier's"
    );
    let body: serde_json::Value = serde_json::from_str(&got.body).unwrap();
    assert_eq!(body["type"], "shipment.reserved");
    assert_eq!(body["data"]["permit"], "PMT-2026-000001");
    assert_eq!(body["data"]["amounts"]["1"]["quantity"], "1");
    until(&town, &id, |held| held.cursor() > held.begun_at);
    let kept = town.bytes();
    for secret in [secret.as_str(), secret.strip_prefix("whsec_").unwrap()] {
        let found = kept.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "the register holds a secret");
    }
}

#[test]
fn a_failed_message_comes_again_under_its_number_and_the_next_one_waits_for_it() {
    let town = Town::found();
    let receiver = Receiver::open(&[Then::Answer(500), Then::Hang, Then::Answer(204)]);
    let id = subscribe(&town, &receiver);
    for declaration in ["DECL-1", "DECL-2", "DECL-3"] {
        town.reserve(declaration);
    }
    let _courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    let got: Vec<String> = (0..5)
        .map(|_| receiver.next().header("webhook-id").to_owned())
        .collect();
    assert_eq!((&got[0], &got[0]), (&got[1], &got[2]), "{got:?}");
    let distinct: BTreeSet<&String> = got.iter().collect();
    assert_eq!(distinct.len(), 3);
    let place = |id: &str| id.rsplit('_').next().unwrap().parse::<u64>().unwrap();
    assert!(place(&got[2]) < place(&got[3]) && place(&got[3]) < place(&got[4]));
    until(&town, &id, |held| held.cursor().0 >= place(&got[4]));
    let held = town.desk.webhook(&id).unwrap().unwrap();
    assert_eq!(held.undelivered_in_all, 0);
}

#[test]
fn a_redirection_is_not_followed_and_what_is_given_up_shows() {
    let town = Town::found();
    let elsewhere = Receiver::open(&[]);
    let away = Then::Redirect(elsewhere.address());
    let receiver = Receiver::open(&[away.clone(), away.clone(), away]);
    let id = subscribe(&town, &receiver);
    town.reserve("DECL-1");
    town.reserve("DECL-2");
    let _courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    let first = receiver.next().header("webhook-id").to_owned();
    for _ in 0..2 {
        assert_eq!(receiver.next().header("webhook-id"), first);
    }
    assert_ne!(receiver.next().header("webhook-id"), first, "the next one");
    until(&town, &id, |held| held.undelivered_in_all == 1);
    let held = town.desk.webhook(&id).unwrap().unwrap();
    assert_eq!(held.undelivered[0].because, "answered 307");
    assert_eq!(held.undelivered[0].attempts, 3);
    assert_eq!(held.state, WebhookState::Live);
    assert!(elsewhere.is_untouched());
}

#[test]
fn a_receiver_that_is_gone_is_paused_and_a_range_comes_again_when_it_is_back() {
    let town = Town::found();
    let receiver = Receiver::open(&vec![Then::Answer(503); 9]);
    let id = subscribe(&town, &receiver);
    for number in 0..4 {
        town.reserve(&format!("DECL-{number}"));
    }
    let _courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    let failed: Vec<String> = (0..9)
        .map(|_| receiver.next().header("webhook-id").to_owned())
        .collect();
    until(&town, &id, |held| held.state == WebhookState::Paused);
    let held = town.desk.webhook(&id).unwrap().unwrap();
    assert_eq!(held.undelivered.len(), 3);
    let step = WebhookStep::Replayed {
        after: held.begun_at,
        until: held.through,
    };
    for step in [step, WebhookStep::Resumed] {
        town.desk.steer_webhook(&town.customs, &id, &step).unwrap();
    }
    let again: Vec<String> = (0..4)
        .map(|_| receiver.next().header("webhook-id").to_owned())
        .collect();
    let firsts = [&failed[0], &failed[3], &failed[6]];
    assert_eq!(again.iter().take(3).collect::<Vec<_>>(), firsts);
    assert!(!failed.contains(&again[3]), "and then what is new");
}

#[test]
fn what_was_not_noted_before_a_crash_comes_again_under_the_same_number() {
    let town = Town::found();
    let receiver = Receiver::open(&[Then::Hang]);
    let id = subscribe(&town, &receiver);
    town.reserve("DECL-1");
    let courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    let first = receiver.next().header("webhook-id").to_owned();
    // The receiver has all of it; the courier ends before it can note that.
    drop(courier);
    let held = town.desk.webhook(&id).unwrap().unwrap();
    assert_eq!(held.cursor(), held.begun_at);
    let _courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    assert_eq!(receiver.next().header("webhook-id"), first);
}

#[test]
fn no_message_goes_within_unless_the_operator_says_so() {
    let town = Town::found();
    let receiver = Receiver::open(&[]);
    let id = subscribe(&town, &receiver);
    town.reserve("DECL-1");
    let settings = Settings {
        allows_private: false,
        ..settings()
    };
    let _courier = Courier::start(Arc::clone(&town.desk), settings).unwrap();
    until(&town, &id, |held| held.undelivered_in_all == 1);
    let held = town.desk.webhook(&id).unwrap().unwrap();
    assert_eq!(
        held.undelivered[0].because,
        "the host is at a private address"
    );
    assert!(receiver.is_untouched());
}

#[test]
fn the_secret_before_signs_beside_the_new_one_for_a_day() {
    let town = Town::found();
    let receiver = Receiver::open(&[]);
    let id = subscribe(&town, &receiver);
    town.desk
        .steer_webhook(&town.customs, &id, &WebhookStep::Renewed)
        .unwrap();
    town.reserve("DECL-1");
    let _courier = Courier::start(Arc::clone(&town.desk), settings()).unwrap();
    let got = receiver.next();
    let signed = format!(
        "{}.{}.{}",
        got.header("webhook-id"),
        got.header("webhook-timestamp"),
        got.body
    );
    let by = |generation| hmac(&key().secret(&id, generation).text(), &signed);
    let expected = format!("v1,{} v1,{}", by(2), by(1));
    assert_eq!(got.header("webhook-signature"), expected);
}

#[test]
fn a_subscriber_is_told_what_its_owner_may_see_and_steers_only_its_own() {
    let town = Town::found();
    let receiver = Receiver::open(&[]);
    let address = WebhookAddress::parse(&receiver.address()).unwrap();
    let subscribe = |actor, topic| {
        let topics = BTreeSet::from([topic]);
        town.desk.subscribe(actor, &address, &topics)
    };
    let holder = subscribe(&town.holder, Topic::Balances).unwrap().what;
    let other = subscribe(&town.other, Topic::Balances).unwrap().what;
    let elsewhere = subscribe(&town.elsewhere, Topic::Balances).unwrap().what;
    assert!(
        subscribe(&town.customs, Topic::Notices).is_err(),
        "a post does not read the notices of others"
    );
    town.reserve("DECL-1");
    let told = |id: &SubscriptionId| {
        let held = town.desk.webhook(id).unwrap().unwrap();
        let batch = town.desk.webhook_batch(&held, held.cursor()).unwrap();
        (batch.messages.len(), batch.through > Position(0))
    };
    assert_eq!(told(&holder), (1, true));
    assert_eq!(told(&other), (0, true), "another exporter");
    assert_eq!(told(&elsewhere), (0, true), "another office");
    let ended = WebhookStep::Ended;
    assert!(
        town.desk
            .steer_webhook(&town.other, &holder, &ended)
            .is_err()
    );
    town.desk
        .steer_webhook(&town.holder, &holder, &ended)
        .unwrap();
    let renewed = WebhookStep::Renewed;
    assert!(
        town.desk
            .steer_webhook(&town.holder, &holder, &renewed)
            .is_err()
    );
}
