//! The acts and listings of the API: bodies, keys, and what is whose.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection};
use domain::id::{OfficeId, OfficerId, PartyId};
use domain::time::{Day, Instant};
use register::SqliteStore;
use serde_json::{Value, json};
use tower::ServiceExt;

/// Nine in the morning of one day, a second later at every reading.
struct Clock(std::sync::atomic::AtomicI64);

impl casework::Clock for Clock {
    fn now(&self) -> Instant {
        Instant(
            self.0
                .fetch_add(1_000_000, std::sync::atomic::Ordering::SeqCst),
        )
    }

    fn today(&self) -> Day {
        Day::new(2026, 11, 24).unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.now().0.to_be_bytes());
        bytes
    }
}

struct Counter {
    router: axum::Router,
    tokens: BTreeMap<&'static str, String>,
    _folder: tempfile::TempDir,
}

impl Counter {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.sqlite");
        let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
        let start = Instant::at_start_of(Day::new(2026, 11, 24).unwrap()).0;
        let clock = Clock(std::sync::atomic::AtomicI64::new(start));
        let desk = Desk::open(Box::new(store), Box::new(clock)).unwrap();
        let mut tokens = BTreeMap::new();
        for (officer, role, party) in [
            ("OFF-L", "licensing", None),
            ("OFF-D", "deciding", None),
            ("OFF-M", "monitor", None),
            ("OFF-C", "customs", None),
            ("OFF-E", "exporter", Some("PTY-E")),
            ("OFF-X", "exporter", Some("PTY-X")),
        ] {
            let request = Appoint {
                officer: OfficerId::new(officer).unwrap(),
                name: "Synthetic officer".into(),
                roles: [role.to_owned()].into(),
                office: Some(OfficeId::new("OFFICE-1").unwrap()),
                party: party.map(|id| PartyId::new(id).unwrap()),
                effective_from: Day::new(2020, 1, 1).unwrap(),
                compartments: [].into(),
                wants_token: true,
            };
            let token = desk.appoint(&Actor::operator().unwrap(), &request);
            tokens.insert(officer, token.unwrap().what.unwrap());
        }
        Self {
            router: web::router(Arc::new(desk), None).unwrap(),
            tokens,
            _folder: folder,
        }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if !status.is_success() {
            assert_eq!(
                response.headers()["content-type"],
                "application/problem+json"
            );
        }
        let bytes = to_bytes(response.into_body(), 8 * 1024 * 1024)
            .await
            .unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn post(&self, officer: &str, path: &str, body: Value) -> (StatusCode, Value) {
        self.post_with(officer, path, body.to_string(), "application/json", None)
            .await
    }

    async fn post_with(
        &self,
        officer: &str,
        path: &str,
        body: String,
        kind: &str,
        key: Option<&str>,
    ) -> (StatusCode, Value) {
        let token = &self.tokens[officer];
        let mut request = Request::post(format!("/api/v1/{path}"))
            .header("content-type", kind)
            .header("authorization", format!("Bearer {token}"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn get(&self, officer: &str, path: &str) -> (StatusCode, Value) {
        let token = &self.tokens[officer];
        let request = Request::get(format!("/api/v1/{path}"))
            .header("authorization", format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Two exporters and a permit of each, recorded from another register.
    async fn with_permits(&self) {
        for id in ["PTY-E", "PTY-X"] {
            let party = json!({ "party": { "id": id, "name": id, "country": "CA" } });
            let (status, said) = self.post("OFF-L", "parties", party).await;
            assert_eq!(status, StatusCode::OK, "{said}");
        }
        for (permit, holder) in [("PMT-A", "PTY-X"), ("PMT-B", "PTY-E"), ("PMT-C", "PTY-X")] {
            let (status, said) = self
                .post("OFF-L", "permits", permit_of(permit, holder))
                .await;
            assert_eq!(status, StatusCode::OK, "{said}");
        }
    }
}

fn permit_of(permit: &str, holder: &str) -> Value {
    json!({ "issued": {
        "permit": permit,
        "terms": {
            "kind": "individual", "movement": { "kind": "permanent" }, "exporter": holder,
            "destinations": ["FR"], "final_destinations": ["FR"],
            "lines": [{ "no": 1, "item": { "description": "synthetic sights" } }],
        },
        "issued_on": "2026-01-01", "valid_from": "2026-01-01", "last_day": "2099-01-01",
        "origin": { "kind": "import", "source": "synthetic:1", "assumptions": [] },
    } })
}

fn numbers(found: &Value) -> Vec<String> {
    let rows = found["permits"].as_array().unwrap();
    rows.iter()
        .map(|held| held["permit"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_person_who_acts_for_a_party_sees_its_permits_and_no_sign_of_others() {
    let counter = Counter::open();
    counter.with_permits().await;
    let (_, all) = counter.get("OFF-L", "permits").await;
    assert_eq!(numbers(&all), ["PMT-A", "PMT-B", "PMT-C"]);
    let (_, own) = counter.get("OFF-E", "permits").await;
    assert_eq!(numbers(&own), ["PMT-B"]);
    assert!(own["next"].is_null());
    let (_, first) = counter.get("OFF-E", "permits?limit=1").await;
    assert!(first["next"].is_null(), "there is no second page: {first}");
    let (_, none) = counter.get("OFF-E", "permits?limit=1&after=PMT-B").await;
    assert!(numbers(&none).is_empty());
    let (_, first) = counter.get("OFF-X", "permits?limit=1").await;
    assert_eq!(
        (numbers(&first), &first["next"]),
        (vec!["PMT-A".into()], &json!("PMT-A"))
    );
    for path in ["permits/PMT-A", "permits/PMT-A/standing"] {
        let (status, others) = counter.get("OFF-E", path).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, absent) = counter.get("OFF-E", &path.replace("-A", "-9")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(others.to_string().replace("-A", "-9"), absent.to_string());
        let (status, _) = counter.get("OFF-E", &path.replace("-A", "-B")).await;
        assert_eq!(status, StatusCode::OK);
    }
    let check = json!({
        "permit": "PMT-A", "lodged": { "office": "OFFICE-1", "declaration": "SYN-1" },
        "lines": [{
            "line": 1, "destination": "TR", "final_destination": "TR",
            "quantity": { "amount": "1", "unit": "C62" },
            "value": { "amount": "1", "currency": "CAD" },
        }],
    });
    let (status, _) = counter.post("OFF-E", "gate/check", check).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for path in ["log", "evidence", "decisions", "duties"] {
        let (status, _) = counter.get("OFF-E", path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    let (status, own) = counter.get("OFF-E", "parties").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(own["parties"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_page_with_permits_left_out_still_has_a_next_one() {
    let counter = Counter::open();
    counter.with_permits().await;
    let later = json!({ "issued": {
        "permit": "PMT-AA", "issued_on": "2027-01-01", "valid_from": "2027-01-01",
        "terms": permit_of("PMT-AA", "PTY-X")["issued"]["terms"],
        "origin": { "kind": "import", "source": "synthetic:2", "assumptions": [] },
    } });
    let (status, said) = counter.post("OFF-L", "permits", later).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let (_, page) = counter
        .get("OFF-L", "permits?limit=2&as_of=2026-06-01")
        .await;
    assert_eq!(
        numbers(&page),
        ["PMT-A"],
        "the one not issued yet is left out"
    );
    assert_eq!(page["next"], "PMT-AA");
    let (_, page) = counter
        .get("OFF-L", "permits?limit=2&as_of=2026-06-01&after=PMT-AA")
        .await;
    assert_eq!(numbers(&page), ["PMT-B", "PMT-C"]);
    assert!(page["next"].is_null());
}

#[tokio::test]
async fn a_key_does_an_act_once() {
    let counter = Counter::open();
    let body = json!({ "allegation": "ALG-1", "says": "synthetic" }).to_string();
    let send = |officer, body: &str, key| {
        let body = body.to_owned();
        counter.post_with(officer, "allegations", body, "application/json", key)
    };
    let (status, first) = send("OFF-M", &body, Some("k-1")).await;
    assert_eq!(
        (status, &first["is_repeat"]),
        (StatusCode::OK, &json!(false))
    );
    let (status, again) = send("OFF-M", &body, Some("k-1")).await;
    assert_eq!(
        (status, &again["is_repeat"]),
        (StatusCode::OK, &json!(true))
    );
    assert_eq!(again["events"], first["events"]);
    let other = body.replace("ALG-1", "ALG-2");
    let (status, _) = send("OFF-M", &other, Some("k-1")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = send("OFF-L", &other, Some("k-1")).await;
    assert_eq!(
        status,
        StatusCode::OK,
        "the key of another person is another key"
    );
    let (status, _) = send("OFF-M", &body, Some(&"k".repeat(201))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_request_is_said_in_a_problem_document() {
    let counter = Counter::open();
    let json = "application/json";
    let long = |mib: usize| format!("{{\"says\": \"{}\"}}", "x".repeat(mib * 1024 * 1024));
    for (path, body, kind, status) in [
        (
            "allegations",
            "{\"says\": ".to_owned(),
            json,
            StatusCode::BAD_REQUEST,
        ),
        (
            "allegations",
            "{\"allegation\": \"ALG-1\", \"says\": \"x\"} {}".to_owned(),
            json,
            StatusCode::BAD_REQUEST,
        ),
        (
            "allegations",
            "{}".to_owned(),
            json,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "allegations",
            "[]".to_owned(),
            json,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "allegations",
            "{\"allegation\": \"ALG-1\", \"says\": \"x\", \"colour\": 1}".to_owned(),
            json,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "allegations",
            "says=x".to_owned(),
            "text/plain",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "allegations",
            long(100),
            json,
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        ("evidence", long(49), json, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let body_bytes = body.len();
        let (found, said) = counter.post_with("OFF-M", path, body, kind, None).await;
        assert_eq!(found, status, "{path} with {body_bytes} bytes: {said}");
        assert!(!said["says"]["fr"].as_str().unwrap().is_empty());
    }
    let (_, allegations) = counter.get("OFF-M", "allegations").await;
    assert_eq!(allegations["allegations"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_question_is_said_in_a_problem_document() {
    let counter = Counter::open();
    for (path, status) in [
        ("permits?limit=many", StatusCode::UNPROCESSABLE_ENTITY),
        ("permits?as_of=yesterday", StatusCode::UNPROCESSABLE_ENTITY),
        ("permits?limit=1&limit=2", StatusCode::UNPROCESSABLE_ENTITY),
        ("applications?limit=0", StatusCode::UNPROCESSABLE_ENTITY),
        ("applications?limit=-1", StatusCode::UNPROCESSABLE_ENTITY),
        (
            "applications?under=colour:red",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("permits/%FF", StatusCode::BAD_REQUEST),
        ("permits/a%20b", StatusCode::UNPROCESSABLE_ENTITY),
        ("applications/APP-9", StatusCode::NOT_FOUND),
    ] {
        let (found, said) = counter.get("OFF-L", path).await;
        assert_eq!(found, status, "{path}: {said}");
    }
}

#[tokio::test]
async fn every_act_wants_a_token_and_a_role() {
    let counter = Counter::open();
    for act in web::acts::all() {
        let path = act.path().replace("{id}", "X-1");
        let request = Request::post(&path).body(Body::empty()).unwrap();
        let (status, _) = counter.send(request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{act:?}");
    }
    for read in web::reads::ALL {
        let path = format!("/api/v1/{}", read.collection);
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let (status, _) = counter.send(request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{read:?}");
    }
    let body = json!({ "allegation": "ALG-1", "says": "synthetic" });
    let (status, said) = counter.post("OFF-C", "allegations", body).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(said["type"], "urn:portcullis:problem:access.denied");
}

#[tokio::test]
async fn material_comes_with_its_bytes_in_base64() {
    let counter = Counter::open();
    let body = |content: &str| {
        json!({
            "evidence": { "title": "x", "source": "y", "obtained": "z" },
            "content": content,
        })
    };
    let (status, said) = counter
        .post("OFF-M", "evidence", body("c3ludGhldGlj"))
        .await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let number = said["what"].as_str().unwrap();
    let (_, held) = counter.get("OFF-M", &format!("evidence/{number}")).await;
    assert_eq!(held["evidence"]["received_by"], "OFF-M");
    assert_eq!(held["evidence"]["digest"].as_str().unwrap().len(), 64);
    let (status, said) = counter.post("OFF-M", "evidence", body("not base64!")).await;
    assert_eq!(
        (status, &said["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("content"))
    );
}
