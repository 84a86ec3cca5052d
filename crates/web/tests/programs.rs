//! Programs at the door: requests that are signed, limits, and figures.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::clerk::Clerk;
use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection};
use domain::id::{OfficerId, PartyId};
use domain::time::{Day, Instant};
use ed25519_dalek::{Signer as _, SigningKey};
use register::{CheckpointKey, SignedCheckpoint, SqliteStore};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt;

/// The second at which the clock of these tests stands.
const NOW: i64 = 1_795_500_000;

/// A clock that stands until it is moved, in seconds.
struct Clock(Arc<AtomicI64>, AtomicI64);

impl casework::Clock for Clock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst) * 1_000_000)
    }

    fn today(&self) -> Day {
        self.now().utc_day().unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let next = self.1.fetch_add(1, Ordering::SeqCst);
        bytes[..8].copy_from_slice(&next.to_be_bytes());
        bytes
    }
}

struct Counter {
    desk: Arc<Desk>,
    counter: Router,
    metrics: Router,
    token: String,
    seconds: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// A request, with what of it may be changed before it is sent.
#[derive(Clone)]
struct Signed {
    method: &'static str,
    path: String,
    body: String,
    covered: Vec<&'static str>,
    created: i64,
    expires: i64,
    nonce: &'static str,
    key: String,
}

impl Counter {
    fn open(per_second: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.sqlite");
        let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
        let seconds = Arc::new(AtomicI64::new(NOW));
        let clock = Clock(Arc::clone(&seconds), AtomicI64::new(1));
        let desk = Desk::open(Box::new(store), Box::new(clock)).unwrap();
        let request = Appoint {
            officer: OfficerId::new("OFF-E").unwrap(),
            name: "Synthetic".into(),
            roles: ["exporter".to_owned()].into(),
            office: None,
            party: Some(PartyId::new("PTY-E").unwrap()),
            effective_from: Day::new(2020, 1, 1).unwrap(),
            compartments: [].into(),
            wants_token: true,
        };
        let token = desk.appoint(&Actor::operator().unwrap(), &request);
        let token = token.unwrap().what.unwrap();
        let desk = Arc::new(desk);
        let limit = per_second.and_then(NonZeroU32::new);
        let doors = web::doors(Arc::clone(&desk), None, limit).unwrap();
        Self {
            desk,
            counter: doors.counter,
            metrics: doors.metrics,
            token,
            seconds,
            _folder: folder,
        }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.counter.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if !status.is_success() {
            let kind = &response.headers()["content-type"];
            assert_eq!(kind, "application/problem+json");
        }
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn by_token(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token))
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    /// Asks once, as an officer of customs, about a permit that there is not.
    async fn asks_at_the_gate(&self) {
        let officer = Appoint {
            officer: OfficerId::new("OFF-C").unwrap(),
            name: "Synthetic".into(),
            roles: ["customs".to_owned()].into(),
            office: None,
            party: None,
            effective_from: Day::new(2020, 1, 1).unwrap(),
            compartments: [].into(),
            wants_token: true,
        };
        let token = self.desk.appoint(&Actor::operator().unwrap(), &officer);
        let token = token.unwrap().what.unwrap();
        let body = json!({
            "permit": "PMT-2026-000001",
            "lodged": { "office": "OFC-1", "declaration": "DEC-1" },
            "lines": [{
                "line": 1, "quantity": { "amount": "1", "unit": "NAR" },
                "value": { "amount": "1", "currency": "CAD" },
                "destination": "FR", "final_destination": "FR",
            }],
        });
        let request = Request::post("/api/v1/gate/reserve")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", "k-1")
            .body(Body::from(body.to_string()));
        let (status, said) = self.send(request.unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        assert_eq!(said["what"]["answer"], "refused", "{said}");
    }

    /// Registers a key and gives its number.
    async fn register(&self, key: &SigningKey) -> String {
        let public = STANDARD.encode(key.verifying_key().as_bytes());
        let body = json!({ "public_key": public });
        let (status, said) = self.by_token("/api/v1/signing-keys", body).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said["what"].as_str().unwrap().to_owned()
    }

    /// Two parties, one of them that of the exporter.
    fn with_parties(&self) {
        let party = |id: &str| {
            let version = json!({
                "effective_from": "2020-01-01",
                "facts": { "id": id, "name": format!("synthetic {id}"), "country": "CA" },
            });
            serde_json::from_value(version).unwrap()
        };
        let parties = ["PTY-E", "PTY-X"].map(party);
        self.desk
            .take_over(&Actor::operator().unwrap(), &parties, &[])
            .unwrap();
    }

    /// None of these requests is taken, and none writes anything.
    async fn refuses(&self, requests: Vec<(&str, Request<Body>)>) {
        let head = self.head();
        for (what, request) in requests {
            let (status, problem) = self.send(request).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}: {problem}");
            assert_eq!(
                problem["type"], "urn:portcullis:problem:signature",
                "{what}"
            );
            assert_eq!(self.head(), head, "{what} wrote something");
        }
    }

    fn head(&self) -> u64 {
        self.desk.reading().unwrap().head().unwrap().position.0
    }
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn application() -> String {
    json!({
        "application": "APP-SIGNED", "applicant": "PTY-E",
        "terms": {
            "kind": "individual", "movement": { "kind": "permanent" }, "exporter": "PTY-E",
            "consignees": ["PTY-X"], "end_user": "PTY-X", "end_user_country": "FR",
            "destinations": ["FR"], "final_destinations": ["FR"], "end_use": "synthetic use",
            "lines": [{
                "no": 1, "item": { "description": "synthetic sights" },
                "quantity": { "amount": "1", "unit": "NAR" },
                "value": { "amount": "1.00", "currency": "CAD" },
            }],
        },
    })
    .to_string()
}

impl Signed {
    fn new(key: &str) -> Self {
        Self {
            method: "POST",
            path: "/api/v1/webhooks".into(),
            body: json!({ "address": "https://hooks.example/", "topics": ["stops"] }).to_string(),
            covered: vec![
                "@method",
                "@authority",
                "@path",
                "content-digest",
                "content-type",
                "idempotency-key",
            ],
            created: NOW,
            expires: NOW + 60,
            nonce: "n-1",
            key: key.to_owned(),
        }
    }

    /// The request with its signature, as RFC 9421 makes it.
    fn request(&self, key: &SigningKey) -> axum::http::request::Builder {
        let digest = STANDARD.encode(Sha256::digest(&self.body));
        let digest = format!("sha-256=:{digest}:");
        let value = |name: &str| match name {
            "@method" => self.method.to_owned(),
            "@authority" => "register.example".to_owned(),
            "@path" => self.path.clone(),
            "content-digest" => digest.clone(),
            "content-type" => "application/json".to_owned(),
            _ => "k-1".to_owned(),
        };
        let list: Vec<String> = self
            .covered
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect();
        let params = format!(
            "({});created={};expires={};nonce=\"{}\";keyid=\"{}\";alg=\"ed25519\"",
            list.join(" "),
            self.created,
            self.expires,
            self.nonce,
            self.key
        );
        let mut base = String::new();
        for name in &self.covered {
            base.push_str(&format!("\"{name}\": {}\n", value(name)));
        }
        base.push_str(&format!("\"@signature-params\": {params}"));
        let signature = STANDARD.encode(key.sign(base.as_bytes()).to_bytes());
        Request::builder()
            .method(self.method)
            .uri(&self.path)
            .header("host", "register.example")
            .header("content-type", "application/json")
            .header("content-digest", digest)
            .header("idempotency-key", "k-1")
            .header("signature-input", format!("sig1={params}"))
            .header("signature", format!("sig1=:{signature}:"))
    }

    fn whole(&self, key: &SigningKey) -> Request<Body> {
        self.request(key)
            .body(Body::from(self.body.clone()))
            .unwrap()
    }
}

#[tokio::test]
async fn what_a_registered_key_signs_is_done_as_by_its_owner_and_once() {
    let counter = Counter::open(None);
    let id = counter.register(&key()).await;
    let signed = Signed::new(&id);
    let (status, said) = counter.send(signed.whole(&key())).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    assert_eq!(said["is_repeat"], false);
    let head = counter.head();
    let (status, problem) = counter.send(signed.whole(&key())).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{problem}");
    assert_eq!(problem["type"], "urn:portcullis:problem:signature");
    let again = Signed {
        nonce: "n-2",
        ..signed
    };
    let (status, said) = counter.send(again.whole(&key())).await;
    assert_eq!((status, &said["is_repeat"]), (StatusCode::OK, &json!(true)));
    assert_eq!(counter.head(), head, "the key did it once");
}

#[tokio::test]
async fn nothing_that_is_altered_stale_or_not_covered_is_taken() {
    let counter = Counter::open(None);
    let id = counter.register(&key()).await;
    let signed = Signed::new(&id);
    let without = |name: &str| {
        let mut signed = signed.clone();
        signed.covered.retain(|covered| *covered != name);
        signed
    };
    let mut refused: Vec<(&str, Request<Body>)> = vec![
        (
            "another key",
            signed.whole(&SigningKey::from_bytes(&[8; 32])),
        ),
        (
            "a key that nobody has",
            Signed {
                key: "KEY-9".into(),
                ..signed.clone()
            }
            .whole(&key()),
        ),
        (
            "ended",
            Signed {
                created: NOW - 60,
                expires: NOW - 1,
                ..signed.clone()
            }
            .whole(&key()),
        ),
        (
            "to come",
            Signed {
                created: NOW + 90,
                expires: NOW + 99,
                ..signed.clone()
            }
            .whole(&key()),
        ),
        (
            "too long a life",
            Signed {
                expires: NOW + 301,
                ..signed.clone()
            }
            .whole(&key()),
        ),
        (
            "no life",
            Signed {
                expires: NOW,
                ..signed.clone()
            }
            .whole(&key()),
        ),
        (
            "another body",
            signed
                .request(&key())
                .body(Body::from(signed.body.replace("stops", "lifts")))
                .unwrap(),
        ),
    ];
    let covered = signed.covered.iter();
    refused.extend(covered.map(|name| (*name, without(name).whole(&key()))));
    counter.refuses(refused).await;
    let (status, _) = counter.send(signed.whole(&key())).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_that_is_sent_otherwise_than_it_was_signed_is_taken() {
    let counter = Counter::open(None);
    let id = counter.register(&key()).await;
    let signed = Signed::new(&id);
    let mut refused = Vec::new();
    let mut elsewhere = signed.whole(&key());
    *elsewhere.uri_mut() = "/api/v1/signing-keys".parse().unwrap();
    refused.push(("another address", elsewhere));
    for (header, value) in [
        ("host", "other.example"),
        ("idempotency-key", "k-2"),
        ("content-digest", "sha-256=:AAAA:"),
        ("signature", "sig1=:AAAA:"),
        ("signature-input", "sig1=();created=1"),
        ("signature-input", "nonsense"),
    ] {
        let mut changed = signed.whole(&key());
        changed.headers_mut().insert(header, value.parse().unwrap());
        refused.push((value, changed));
    }
    counter.refuses(refused).await;
    let (status, said) = counter.send(signed.whole(&key())).await;
    assert_eq!(status, StatusCode::OK, "and as it was signed: {said}");
}

#[tokio::test]
async fn a_withdrawn_key_signs_nothing_more_and_no_key_is_registered_twice() {
    let counter = Counter::open(None);
    let id = counter.register(&key()).await;
    let public = STANDARD.encode(key().verifying_key().as_bytes());
    let body = json!({ "public_key": public });
    let (status, _) = counter.by_token("/api/v1/signing-keys", body).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let path = format!("/api/v1/signing-keys/{id}/withdraw");
    let (status, said) = counter.by_token(&path, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let (status, _) = counter.send(Signed::new(&id).whole(&key())).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_program_lodges_an_application_for_its_own_party_and_no_other() {
    let counter = Counter::open(None);
    counter.with_parties();
    let id = counter.register(&key()).await;
    let signed = Signed {
        path: "/api/v1/applications".into(),
        body: application(),
        ..Signed::new(&id)
    };
    let other = Signed {
        body: application().replace("\"PTY-E\"", "\"PTY-X\""),
        nonce: "n-2",
        ..signed.clone()
    };
    let (status, problem) = counter.send(other.whole(&key())).await;
    assert!(status.is_client_error(), "{problem}");
    let (status, said) = counter.send(signed.whole(&key())).await;
    assert_eq!(status, StatusCode::OK, "{said}");
}

#[tokio::test]
async fn whoever_asks_too_much_waits_and_a_stop_does_not() {
    let counter = Counter::open(Some(5));
    let get = |token: Option<&str>| {
        let mut request = Request::get("/api/v1/permits");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        counter.send(request.body(Body::empty()).unwrap())
    };
    let token = counter.token.clone();
    let mut seen = Vec::new();
    for _ in 0..12 {
        seen.push(get(Some(&token)).await.0);
    }
    let taken = seen
        .iter()
        .filter(|status| **status == StatusCode::OK)
        .count();
    // The first is counted by address, since the token was not known yet.
    assert_eq!(taken, 11, "{seen:?}");
    let (status, problem) = get(Some(&token)).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{problem}");
    let (status, _) = counter
        .by_token("/api/v1/decisions/DCN-1/sign", json!({}))
        .await;
    assert_eq!(
        status,
        StatusCode::FORBIDDEN,
        "a stop is judged all the same"
    );
    let mut strangers = Vec::new();
    for number in 0..10 {
        strangers.push(get(Some(&format!("stranger-{number}"))).await.0);
    }
    assert!(
        strangers.contains(&StatusCode::TOO_MANY_REQUESTS),
        "{strangers:?}"
    );
    counter.seconds.fetch_add(1, Ordering::SeqCst);
    assert_eq!(get(Some(&token)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_signed_stop_does_not_wait_and_a_forged_one_is_not_let_past() {
    let counter = Counter::open(Some(1));
    let id = counter.register(&key()).await;
    let other = Signed::new(&id);
    let mut seen = StatusCode::OK;
    for _ in 0..10 {
        let request = Request::get("/api/v1/permits").body(Body::empty()).unwrap();
        seen = counter.send(request).await.0;
    }
    assert_eq!(seen, StatusCode::TOO_MANY_REQUESTS, "nothing is left");
    let stop = Signed {
        path: "/api/v1/decisions/DCN-1/sign".into(),
        body: "{}".into(),
        ..other.clone()
    };
    let forged = stop.whole(&SigningKey::from_bytes(&[8; 32]));
    let (status, problem) = counter.send(forged).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{problem}");
    let (status, problem) = counter.send(stop.whole(&key())).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "judged: {problem}");
    let (status, _) = counter.send(other.whole(&key())).await;
    assert_eq!(
        status,
        StatusCode::TOO_MANY_REQUESTS,
        "what is no stop waits"
    );
}

#[tokio::test]
async fn figures_are_what_prometheus_reads() {
    let counter = Counter::open(None);
    let (status, _) = counter.by_token("/api/v1/gate/check", json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    counter.asks_at_the_gate().await;
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let response = counter.metrics.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let has = |line: &str| assert!(text.lines().any(|l| l == line), "{line}: {text}");
    has(&format!("portcullis_log_head_position {}", counter.head()));
    has("portcullis_gate_waiting 0");
    has("portcullis_stop_notices_unacknowledged 0");
    has("portcullis_requests_total{method=\"POST\",route=\"/api/v1/gate/check\",status=\"422\"} 1");
    has("portcullis_gate_decisions_total{answer=\"refused\"} 1");
    has("portcullis_gate_answer_seconds_bucket{le=\"+Inf\"} 1");
    has("portcullis_gate_commit_seconds_bucket{le=\"+Inf\"} 1");
    has("portcullis_gate_commits_total 1");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("portcullis_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let (status, _) = counter.send(request).await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "not on the address that all reach"
    );
}

#[tokio::test]
async fn a_clerk_with_a_key_signs_where_the_log_ends_before_going_home() {
    let counter = Counter::open(None);
    let checkpoint = async || {
        let request = Request::get("/api/v1/log/checkpoint");
        let request = request.body(Body::empty()).unwrap();
        let response = counter.counter.clone().oneshot(request).await.unwrap();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let key = || CheckpointKey::new("register.example", &[7; 32]).unwrap();
    drop(Clerk::start(Arc::clone(&counter.desk)).unwrap());
    assert!(SignedCheckpoint::parse(&checkpoint().await).is_err());
    drop(Clerk::signing(Arc::clone(&counter.desk), Some(key())).unwrap());
    let first = checkpoint().await;
    let signed = SignedCheckpoint::open(&first, &key().verifier()).unwrap();
    assert_eq!(signed.checkpoint().size, counter.head());
    drop(Clerk::signing(Arc::clone(&counter.desk), Some(key())).unwrap());
    assert_eq!(checkpoint().await, first, "the log has not grown");
    counter.asks_at_the_gate().await;
    drop(Clerk::signing(Arc::clone(&counter.desk), Some(key())).unwrap());
    let later = SignedCheckpoint::open(&checkpoint().await, &key().verifier()).unwrap();
    assert!(later.checkpoint().size > signed.checkpoint().size);
}
