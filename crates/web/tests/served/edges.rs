//! What does not fit is answered with a problem document in both languages, and leaves no trace.

use super::town::Town;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

/// A register with an officer, a post and a permit.
async fn begun() -> Town {
    let town = Town::empty();
    town.establish().await;
    town.appoint("OFF-L", &["licensing"], None).await;
    town.appoint("OFF-C", &["customs"], None).await;
    town.party("PTY-E", "CA").await;
    let issued = json!({ "issued": {
        "permit": "PMT-1",
        "terms": {
            "kind": "individual", "movement": { "kind": "permanent" }, "exporter": "PTY-E",
            "destinations": ["FR"],
            "lines": [{ "no": 1, "item": { "description": "synthetic sights" } }],
        },
        "issued_on": "2026-01-01", "valid_from": "2026-01-01",
        "origin": { "kind": "import", "source": "synthetic:1", "assumptions": [] },
    } });
    town.done("OFF-L", "permits", issued).await;
    town
}

fn declaration(amount: &str) -> Value {
    json!({
        "permit": "PMT-1",
        "lodged": { "office": "OFC-1", "declaration": "SYN-1" },
        "lines": [{
            "line": 1,
            "quantity": { "amount": amount, "unit": "C62" },
            "value": { "amount": "100", "currency": "CAD" },
            "destination": "FR", "final_destination": "FR",
        }],
    })
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn a_body_that_cannot_be_used_is_a_problem_and_leaves_no_trace() {
    let town = begun().await;
    let before = town.position();
    let party = r#"{"party":{"name":"A","country":"CA"}}"#;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let long = format!(r#"{{"party":{{"name":"{}"}}}}"#, "x".repeat(1_100_000));
    for (kind, body, status, says) in [
        (None, party.as_bytes(), 415, "content-type"),
        (Some("text/plain"), party.as_bytes(), 415, "content-type"),
        (
            Some("application/x-www-form-urlencoded"),
            b"party=A",
            415,
            "content-type",
        ),
        (JSON, b"{\"party\":", 400, "malformed"),
        (JSON, deep.as_bytes(), 400, "malformed"),
        (
            JSON,
            b"{\"party\":{\"name\":\"\xff\xfe\"}}",
            400,
            "malformed",
        ),
        (JSON, long.as_bytes(), 413, "body"),
        (JSON, b"[]", 422, "mistake"),
        (JSON, b"{}", 422, "mistake"),
        (JSON, b"{\"party\":{},\"party\":{}}", 422, "mistake"),
        (
            JSON,
            br#"{"party":{"name":"A","colour":"red"}}"#,
            422,
            "mistake",
        ),
        (
            JSON,
            br#"{"party":{"name":"A","country":"Canada"}}"#,
            422,
            "mistake",
        ),
    ] {
        let mut request = Request::post("/api/v1/parties");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let (found, said) = town.ask("OFF-L", request, Body::from(body.to_vec())).await;
        let shown: String = String::from_utf8_lossy(body).chars().take(60).collect();
        assert_eq!(found.as_u16(), status, "{shown}: {said}");
        assert!(
            said["type"].as_str().unwrap().ends_with(says),
            "{shown}: {said}"
        );
        assert_eq!(said["status"], status);
        for language in ["en", "fr"] {
            assert!(!said["says"][language].as_str().unwrap().is_empty());
        }
    }
    assert_eq!(town.position(), before);
}

#[tokio::test]
async fn an_amount_that_is_none_reserves_nothing() {
    let town = begun().await;
    let before = town.position();
    let forty = "1".repeat(40);
    let fine = format!("0.{}1", "0".repeat(40));
    for (n, amount) in [
        forty.as_str(),
        &fine,
        "-1",
        "1e9",
        "NaN",
        "",
        " 1",
        "0x10",
        "1,5",
        "١",
    ]
    .into_iter()
    .enumerate()
    {
        for path in ["gate/check", "gate/reserve"] {
            let key = format!("k-{n}");
            let body = declaration(amount);
            let (status, said) = town.post("OFF-C", path, &body, Some(&key)).await;
            assert_eq!(status.as_u16(), 422, "`{amount}` at {path}: {said}");
        }
    }
    assert_eq!(town.position(), before);
}

#[tokio::test]
async fn a_key_stands_for_one_request_and_has_a_length() {
    let town = begun().await;
    let first = town
        .post("OFF-C", "gate/reserve", &declaration("1"), Some("k"))
        .await;
    let again = town
        .post("OFF-C", "gate/reserve", &declaration("1"), Some("k"))
        .await;
    assert_eq!((first.0.as_u16(), again.0.as_u16()), (200, 200));
    assert_eq!(again.1["is_repeat"], true);
    let before = town.position();
    for (key, body, expected) in [
        ("k", declaration("2"), 409),
        ("", declaration("1"), 422),
        (&"k".repeat(201), declaration("1"), 422),
    ] {
        let (status, said) = town.post("OFF-C", "gate/reserve", &body, Some(key)).await;
        assert_eq!(status.as_u16(), expected, "{said}");
    }
    // A key of one act is no key of another body either.
    let named = |name: &str| json!({ "party": { "name": name, "country": "CA" } });
    let (done, _) = town.post("OFF-L", "parties", &named("A"), Some("p")).await;
    assert_eq!(done.as_u16(), 200);
    let (status, _) = town.post("OFF-L", "parties", &named("B"), Some("p")).await;
    assert_eq!(status.as_u16(), 409);
    assert_eq!(town.position(), before + 1, "one party and nothing else");
}

#[tokio::test]
async fn a_token_is_shown_once_and_so_takes_no_key() {
    let town = begun().await;
    let body = json!({ "officer": "OFF-N", "name": "New", "roles": ["licensing"] });
    let (status, said) = town.post("OFF-ADMIN", "officers", &body, Some("k")).await;
    assert_eq!((status.as_u16(), &said["field"]), (409, &json!("key")));
    town.appoint("OFF-N", &["licensing"], None).await;
    assert_eq!(town.get("OFF-N", "permits").await.0.as_u16(), 200);
    let ended = json!({
        "officer": "OFF-N", "name": "New", "roles": ["licensing"], "wants_token": false,
    });
    let said = town.done("OFF-ADMIN", "officers", ended).await;
    assert!(said["what"]["token"].is_null());
    assert_eq!(
        town.get("OFF-N", "permits").await.0.as_u16(),
        401,
        "the token has ended"
    );
    let unknown = json!({ "officer": "OFF-N", "name": "New", "roles": ["king"] });
    town.not_done("OFF-ADMIN", "officers", unknown, 409).await;
    let own = json!({ "officer": "OFF-L", "name": "Me", "roles": ["deciding"] });
    town.not_done("OFF-L", "officers", own, 403).await;
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there_are_problems() {
    let town = begun().await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", 404),
        (Method::DELETE, "/api/v1/permits/PMT-1", 405),
        (Method::PUT, "/api/v1/permits", 405),
        (Method::GET, "/api/v1/permits/%ff", 400),
        (Method::GET, "/api/v1/permits/PMT-9", 404),
        (Method::GET, "/api/v1/permits?limit=x", 422),
        (Method::GET, "/api/v1/permits?limit=0", 422),
        (Method::GET, "/api/v1/permits?as_of=2026-02-30", 422),
        (Method::GET, "/api/v1/permits/PMT-1?known_at=-1", 422),
        (Method::GET, "/api/v1/duties?under=colour:red", 422),
    ] {
        let request = Request::builder().method(method.clone()).uri(path);
        let (found, said) = town.ask("OFF-L", request, Body::empty()).await;
        assert_eq!(found.as_u16(), status, "{method} {path}: {said}");
    }
}

#[tokio::test]
async fn health_and_readiness_are_told_to_anybody() {
    let town = Town::empty();
    for (path, field) in [
        ("/health", "is_up"),
        ("/ready", "is_ready"),
        ("/ready", "is_ready"),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, said) = town.send(request).await;
        assert_eq!(
            (status.as_u16(), &said[field]),
            (200, &json!(true)),
            "{path}"
        );
    }
    assert_eq!(town.position(), 1, "a trial puts nothing in the log");
}

#[tokio::test]
async fn a_register_that_cannot_be_written_is_up_and_not_ready() {
    let town = Town::empty();
    town.break_store();
    let ask = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(town.send(ask("/health")).await.0.as_u16(), 200);
    for _ in 0..2 {
        let (status, said) = town.send(ask("/ready")).await;
        assert_eq!(status.as_u16(), 503, "{said}");
        assert_eq!(said["type"], "urn:portcullis:problem:not-ready");
        assert!(
            said["incident"].as_str().unwrap().starts_with("INC-"),
            "{said}"
        );
    }
}
