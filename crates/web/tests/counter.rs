//! The pages and the API, asked as a browser and a program ask them, over a played case.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::sync::{Arc, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection, scenario};
use domain::id::{OfficeId, OfficerId};
use domain::language::Bilingual;
use domain::time::Day;
use register::SqliteStore;
use serde_json::{Value, json};
use tower::ServiceExt;

const CASE: &str = "tr-2019-2024.yaml";

/// The case, played once for all tests of this file.
struct Played {
    desk: Arc<Desk>,
    demo: web::Demo,
    customs: String,
    licensing: String,
    _folder: tempfile::TempDir,
}

fn played() -> &'static Played {
    static PLAYED: OnceLock<Played> = OnceLock::new();
    PLAYED.get_or_init(|| {
        let bytes = std::fs::read(walks::workspace().join("scenarios").join(CASE)).unwrap();
        let read = intake::scenario::read_scenario(&bytes, CASE).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("case.sqlite");
        let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
        let (played, desk) = scenario::play(&read, Box::new(store), [7; 32]).unwrap();
        let token = |officer: &str, role: &str| {
            let request = Appoint {
                officer: OfficerId::new(officer).unwrap(),
                name: format!("Synthetic {role} officer <script>"),
                roles: [role.to_owned()].into(),
                office: Some(OfficeId::new("OFFICE-1").unwrap()),
                party: None,
                effective_from: Day::new(2019, 1, 1).unwrap(),
                compartments: [].into(),
                wants_token: true,
            };
            let operator = Actor::operator().unwrap();
            desk.appoint(&operator, &request).unwrap().what.unwrap()
        };
        let customs = token("OFF-WEB-CUSTOMS", "customs");
        let licensing = token("OFF-WEB-LICENSING", "licensing");
        let title = Bilingual::new("Case <b>one</b> & more", "Cas <b>un</b> & suite");
        Played {
            desk: Arc::new(desk),
            demo: web::Demo { title, played },
            customs,
            licensing,
            _folder: folder,
        }
    })
}

async fn send(request: Request<Body>, with_demo: bool) -> Response {
    let held = played();
    let demo = with_demo.then(|| held.demo.clone());
    let router = web::router(Arc::clone(&held.desk), demo).unwrap();
    router.oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 8 * 1024 * 1024)
        .await
        .unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn page(address: &str) -> (StatusCode, String) {
    let request = Request::get(address).body(Body::empty()).unwrap();
    let response = send(request, true).await;
    let status = response.status();
    (status, text(response).await)
}

async fn post(address: &str, token: Option<&str>, body: String) -> (StatusCode, Value) {
    post_with(address, token, body, &[]).await
}

async fn post_with(
    address: &str,
    token: Option<&str>,
    body: String,
    headers: &[(&str, &str)],
) -> (StatusCode, Value) {
    let mut request = Request::post(address).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = send(request.body(Body::from(body)).unwrap(), true).await;
    let status = response.status();
    if !status.is_success() {
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }
    (status, serde_json::from_str(&text(response).await).unwrap())
}

fn declaration(permit: &str, country: &str) -> String {
    json!({
        "permit": permit,
        "lodged": { "office": "OFFICE-1", "declaration": format!("SYN-{permit}") },
        "lines": [{
            "line": 1,
            "quantity": { "amount": "1", "unit": "C62" },
            "value": { "amount": "100", "currency": "CAD" },
            "destination": country,
            "final_destination": country,
        }],
    })
    .to_string()
}

/// The table row of a permit, as text without marks.
fn row_of(page: &str, permit: &str) -> String {
    let start = page.find(&format!("/permits/{permit}?")).unwrap();
    let rest = &page[start..];
    rest[..rest.find("</tr>").unwrap()].to_owned()
}

#[tokio::test]
async fn the_page_says_in_both_languages_where_p_001_stood_on_a_day() {
    for (address, says, title) in [
        ("/?lang=en&as_of=2020-06-01", ">in force<", "Case"),
        ("/?lang=fr&as_of=2020-06-01", ">en vigueur<", "Cas"),
        ("/?lang=en&as_of=2021-04-12", ">cancelled<", "Case"),
        ("/?lang=fr&as_of=2021-04-12", ">annulée<", "Cas"),
    ] {
        let (status, found) = page(address).await;
        assert_eq!(status, StatusCode::OK);
        let row = row_of(&found, "P-001");
        assert!(row.contains(says), "{address}: {row}");
        assert!(found.contains(&format!("<h1>{title} ")), "{address}");
    }
}

#[tokio::test]
async fn what_is_known_at_an_early_position_has_no_late_cancellation() {
    let (_, found) = page("/permits/P-001?lang=en&as_of=2021-04-12").await;
    assert!(found.contains("class=\"now\"><span class=\"standing cancelled\""));
    let issued_at = {
        let desk = &played().desk;
        let id = domain::id::PermitId::new("P-001").unwrap();
        let lens = desk.now().unwrap();
        desk.permit(&id, lens).unwrap().unwrap().position
    };
    let address = format!("/permits/P-001?lang=en&as_of=2021-04-12&known_at={issued_at}");
    let (status, found) = page(&address).await;
    assert_eq!(status, StatusCode::OK);
    assert!(found.contains("class=\"now\"><span class=\"standing in-force\""));
    assert!(found.contains(&format!("as_of=2021-04-12&amp;known_at={issued_at}")));
}

#[tokio::test]
async fn every_page_escapes_and_runs_no_script() {
    for address in ["/", "/?lang=fr", "/permits/P-001", "/permits/%3Cscript%3E"] {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let response = send(request, true).await;
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!policy.contains("script") && !policy.contains("unsafe"));
        let found = text(response).await;
        assert!(
            !found.contains("<script") && !found.contains("<b>"),
            "{address}"
        );
        assert!(found.contains("<html lang="));
    }
    let (_, found) = page("/").await;
    assert!(found.contains("Case &lt;b&gt;one&lt;/b&gt; &amp; more"));
}

#[tokio::test]
async fn no_page_shows_the_key_of_a_message() {
    for language in ["en", "fr"] {
        for path in ["/", "/permits/P-001", "/permits/P-030", "/permits/G-41"] {
            let (status, found) = page(&format!("{path}?lang={language}")).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            for key in [
                ">standing-",
                ">basis-",
                "-label<",
                "-caption<",
                ">no-",
                "known-at-help<",
            ] {
                assert!(!found.contains(key), "{path} in {language} shows {key}");
            }
        }
    }
}

#[tokio::test]
async fn the_language_follows_the_reader_and_the_switch_keeps_the_place() {
    let request = Request::get("/permits/P-001?as_of=2020-06-01")
        .header("accept-language", "fr-CA, en;q=0.5")
        .body(Body::empty())
        .unwrap();
    let found = text(send(request, true).await).await;
    assert!(found.contains("<html lang=\"fr\""));
    assert!(found.contains("/permits/P-001?lang=en&amp;as_of=2020-06-01"));
}

#[tokio::test]
async fn a_mistaken_day_is_said_on_the_page() {
    let (status, found) = page("/?as_of=12.4.2021").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(found.contains("`as_of` cannot be used"));
    let (status, _) = page("/permits/P-999").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_case_permits_are_shown_to_nobody_who_is_not_known() {
    for (address, status) in [
        ("/permits/P-001", StatusCode::NOT_FOUND),
        ("/api/v1/permits", StatusCode::UNAUTHORIZED),
        ("/api/v1/permits/P-001", StatusCode::UNAUTHORIZED),
        ("/api/v1/permits/P-001/standing", StatusCode::UNAUTHORIZED),
        ("/api/v1/applications/A-1/check", StatusCode::UNAUTHORIZED),
        ("/api/v1/log", StatusCode::UNAUTHORIZED),
        ("/api/v1/measures", StatusCode::OK),
    ] {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let response = send(request, false).await;
        assert_eq!(response.status(), status, "{address}");
    }
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = send(request, false).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!text(response).await.contains("P-001"));
}

#[tokio::test]
async fn the_api_pages_through_permits_as_of_a_day() {
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let address = format!("/api/v1/permits?limit=7&as_of=2021-04-12{after}");
        let (status, found) = page(&address).await;
        assert_eq!(status, StatusCode::OK);
        let found: Value = serde_json::from_str(&found).unwrap();
        for held in found["permits"].as_array().unwrap() {
            let permit = held["permit"].as_str().unwrap().to_owned();
            seen.push((permit, held["standing"].as_str().unwrap().to_owned()));
        }
        match found["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let cancelled = seen.iter().filter(|(_, standing)| standing == "cancelled");
    assert_eq!(cancelled.count(), 29);
    let (status, _) = page("/api/v1/permits?limit=501").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_gate_refuses_p_001_with_reasons_in_both_languages() {
    let customs = Some(played().customs.as_str());
    let (status, found) = post("/api/v1/gate/check", customs, declaration("P-001", "TR")).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["answer"], "refused");
    let reason = &found["reasons"][0];
    for language in ["en", "fr"] {
        assert!(!reason["says"][language].as_str().unwrap().is_empty());
    }
    assert!(!reason["law"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_reservation_repeats_its_answer_and_never_another_request() {
    let customs = Some(played().customs.as_str());
    let address = "/api/v1/gate/reserve";
    let body = declaration("P-001", "TR");
    let (status, _) = post(address, customs, body.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "without a key");
    let key = [("idempotency-key", "web-test-1")];
    let (status, first) = post_with(address, customs, body.clone(), &key).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(first["what"]["answer"], "refused");
    assert_eq!(first["is_repeat"], false);
    let (_, again) = post_with(address, customs, body, &key).await;
    assert_eq!(again["is_repeat"], true);
    assert_eq!(again["what"], first["what"]);
    let other = declaration("P-002", "TR");
    let (status, _) = post_with(address, customs, other, &key).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn writes_want_a_token_and_a_role() {
    let body = declaration("P-001", "TR");
    for address in ["/api/v1/gate/check", "/api/v1/gate/reserve"] {
        for token in [None, Some("pct_nobody")] {
            let (status, _) = post(address, token, body.clone()).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{address}");
        }
    }
    for (address, body) in [
        (
            "/api/v1/shipments/SHP-1/confirm",
            json!({ "on": "2024-01-29" }),
        ),
        (
            "/api/v1/shipments/SHP-1/restore",
            json!({ "because": "given-up" }),
        ),
        ("/api/v1/measures/preview", json!({ "scope": "everything" })),
    ] {
        let (status, _) = post(address, None, body.to_string()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{address}");
    }
    let licensing = Some(played().licensing.as_str());
    let key = [("idempotency-key", "web-test-2")];
    let (status, found) = post_with("/api/v1/gate/reserve", licensing, body, &key).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(found["type"], "urn:portcullis:problem:access.denied");
}

#[tokio::test]
async fn a_preview_counts_what_a_scope_reaches() {
    let licensing = Some(played().licensing.as_str());
    let scope = json!({ "country": { "at": "anywhere", "is": "TR" } });
    let body = json!({ "scope": scope, "as_of": "2020-06-01" }).to_string();
    let (status, found) = post("/api/v1/measures/preview", licensing, body).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert!(found["seal"]["permits"].as_u64().unwrap() >= 29);
    let policy = json!({ "scope": found["scope"], "as_of": "2020-06-01" }).to_string();
    let (status, by_text) = post("/api/v1/measures/preview", licensing, policy).await;
    assert_eq!(status, StatusCode::OK, "{by_text}");
    assert_eq!(by_text["seal"]["digest"], found["seal"]["digest"]);
    for (wrong, expected) in [
        (json!({ "any": [] }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!("nonsense("), StatusCode::CONFLICT),
    ] {
        let body = json!({ "scope": wrong }).to_string();
        let (status, _) = post("/api/v1/measures/preview", licensing, body).await;
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_mistakes_of_the_sender() {
    let customs = Some(played().customs.as_str());
    let address = "/api/v1/gate/check";
    let (status, _) = post(address, customs, "{\"permit\": ".into()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, found) = post(address, customs, "{\"permit\": 1}".into()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(found["field"], "lodged", "the first that is missing");
    let (status, _) = post(address, customs, declaration("P-001", "Turkey")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let long = format!("{{\"permit\": \"{}\"}}", "P".repeat(web::BODY_BYTES_MAX));
    let (status, _) = post(address, customs, long).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    for (request, status) in [
        (Request::get("/api/v1/nothing"), StatusCode::NOT_FOUND),
        (
            Request::delete("/api/v1/permits"),
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ] {
        let response = send(request.body(Body::empty()).unwrap(), true).await;
        assert_eq!(response.status(), status);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }
    let (status, found) = page("/api/v1/log?limit=3").await;
    assert_eq!(status, StatusCode::OK);
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["entries"].as_array().unwrap().len(), 3);
    assert_eq!(found["next"], 3);
}

#[test]
fn whoever_may_show_a_token_may_sign_instead_and_what_needs_no_token_needs_no_signature() {
    let described: Value = serde_json::from_str(&web::description()).unwrap();
    let schemes = &described["components"]["securitySchemes"];
    for header in ["signature-input", "signature", "content-digest"] {
        assert_eq!(schemes[header]["type"], "apiKey", "{header}");
        assert_eq!(schemes[header]["in"], "header", "{header}");
        assert_eq!(schemes[header]["name"], header);
    }
    let mut with_body = 0;
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(ways) = operation.get("security") else {
                continue;
            };
            let mut signed = json!({ "signature-input": [], "signature": [] });
            if method != "get" {
                with_body += 1;
                signed["content-digest"] = json!([]);
            }
            assert_eq!(ways, &json!([{ "token": [] }, signed]), "{method} {path}");
        }
    }
    assert!(with_body > 50, "{with_body}");
}

#[test]
fn the_description_of_the_api_is_the_one_kept() {
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/openapi.json");
    let now = web::description() + "\n";
    if std::env::var_os("PORTCULLIS_BLESS").is_some() {
        std::fs::write(&kept, &now).unwrap();
    }
    let before = std::fs::read_to_string(&kept).unwrap_or_default();
    assert!(
        before == now,
        "run again with PORTCULLIS_BLESS=1 and read the difference"
    );
    let read: Value = serde_json::from_str(&now).unwrap();
    assert_eq!(read["paths"].as_object().unwrap().len(), 133);
    let schemas = read["components"]["schemas"].as_object().unwrap();
    for named in now.split("#/components/schemas/").skip(1) {
        let name = named.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "`{name}` is described nowhere");
    }
}
