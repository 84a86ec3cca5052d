//! Asking the gate and reporting exits by the example.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::client::{can_run, client};
use crate::line::{Line, Then};
use crate::server::{Server, Town, call};

const BUSY: &str = "HTTP/1.1 503 X\r\nretry-after: 0\r\ncontent-length: 2\r\n\r\n{}";
const TOO_MANY: &str = "HTTP/1.1 429 X\r\nretry-after: 0\r\ncontent-length: 2\r\n\r\n{}";
const CUT: &str = "HTTP/1.1 200 X\r\ncontent-length: 900\r\n\r\n{\"what\":{\"answer\":\"released\"";

/// The declarations that the example ships.
fn shipped() -> String {
    let path = walks::workspace().join("examples/customs-client/declarations.csv");
    path.display().to_string()
}

/// How many pieces are reserved and how many are gone.
fn balance(town: &Town, server: &Server) -> (usize, usize) {
    let listed = call(
        server.address,
        "GET",
        "shipments",
        &town.customs,
        &Value::Null,
    );
    let rows = listed["shipments"].as_array().unwrap();
    let gone = rows
        .iter()
        .filter(|row| !row["exits"].as_array().unwrap().is_empty());
    (rows.len(), gone.count())
}

fn said<'a>(lines: &'a [Value], field: &str) -> Vec<&'a Value> {
    lines.iter().map(|line| &line[field]).collect()
}

#[test]
fn a_declaration_is_reserved_once_through_a_bad_line_and_a_server_that_is_killed() {
    let test = "a_declaration_is_reserved_once_through_a_bad_line_and_a_server_that_is_killed";
    if !can_run(test, &["python3"]) {
        return;
    }
    let town = Arc::new(Town::found());
    let bad = [BUSY, TOO_MANY, CUT].map(Then::Answer);
    let then: Vec<Then> = bad.into_iter().chain([Then::Kill]).collect();
    let line = Line::to(Arc::clone(&town), &then);
    let known = [("PORTCULLIS_TOKEN", town.customs.as_str())];
    let (code, first) = client(line.address, &known, &["reserve", &shipped()]);
    assert_eq!(code, 0, "{first:?}");
    assert_eq!(said(&first, "answer"), ["released", "released"]);
    // The first was committed by the server that was killed; its answer was lost.
    assert_eq!(said(&first, "is_repeat"), [true, false]);
    let asked = line.asked();
    assert_eq!(asked.len(), 7, "five that failed, and one for each");
    let key = |request: &String| {
        let lower = request.to_lowercase();
        let at = lower
            .lines()
            .find(|line| line.starts_with("idempotency-key:"));
        at.unwrap().to_owned()
    };
    let body = |request: &String| request.rsplit_once("\r\n\r\n").unwrap().1.to_owned();
    for request in &asked[..6] {
        assert_eq!(
            (key(request), body(request)),
            (key(&asked[0]), body(&asked[0]))
        );
    }
    assert_ne!(key(&asked[6]), key(&asked[0]));
    let (code, again) = client(line.address, &known, &["reserve", &shipped()]);
    assert_eq!(code, 0, "{again:?}");
    assert_eq!(said(&again, "shipment"), said(&first, "shipment"));
    assert_eq!(said(&again, "is_repeat"), [true, true]);
    assert_eq!(balance(&town, &town.serve()), (2, 0));
}

#[test]
fn what_is_refused_changed_or_not_answered_stays() {
    if !can_run(
        "what_is_refused_changed_or_not_answered_stays",
        &["python3"],
    ) {
        return;
    }
    let town = Town::found();
    let server = town.serve();
    let known = [("PORTCULLIS_TOKEN", town.customs.as_str())];
    let declared = |declaration: &str, quantity: &str| {
        json!({
            "permit": "PMT-2026-000001",
            "lodged": { "office": "OFC-1", "declaration": declaration },
            "lines": [{
                "line": 1, "quantity": { "amount": quantity, "unit": "NAR" },
                "value": { "amount": "1.00", "currency": "CAD" },
                "destination": "FR", "final_destination": "FR", "consignee": "PTY-FAR",
            }],
        })
    };
    let asks = |words: &[Value]| {
        let file = town.path("asked.jsonl");
        let lines: Vec<String> = words.iter().map(Value::to_string).collect();
        std::fs::write(&file, lines.join("\n")).unwrap();
        file.display().to_string()
    };
    let file = asks(&[declared("DECL-1", "11"), declared("DECL-2", "1")]);
    let (code, lines) = client(server.address, &known, &["reserve", &file]);
    assert_eq!(
        (code, said(&lines, "answer")),
        (1, vec![&json!("refused"), &json!("released")])
    );
    assert!(lines[0]["reasons"][0]["fr"].is_string(), "{lines:?}");
    let file = asks(&[declared("DECL-2", "2")]);
    let (code, lines) = client(server.address, &known, &["reserve", &file]);
    assert_eq!(
        (code, &lines[0]["answer"]),
        (1, &json!("mistaken")),
        "{lines:?}"
    );
    assert_eq!(lines[0]["because"], "409");
    // Nobody is there.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (code, lines) = client(free, &known, &["--tries", "2", "reserve", &file]);
    assert_eq!(
        (code, &lines[0]["answer"]),
        (3, &json!("unknown")),
        "{lines:?}"
    );
    let (code, _) = client(free, &known, &["--tries", "2", "exit", "SHP-2026-000001"]);
    assert_eq!(code, 3);
    let file = asks(&[json!({ "permit": "PMT-2026-000001" })]);
    assert_eq!(client(free, &known, &["reserve", &file]), (2, Vec::new()));
    assert_eq!(balance(&town, &server).0, 1);
}

/// Makes a key in a file, and gives the public part as it is registered.
fn key(file: &Path) -> String {
    let openssl = |words: &[&str]| {
        let file = file.display().to_string();
        let mut command = Command::new("openssl");
        let ended = command.args(words).arg(file).output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
        String::from_utf8(ended.stdout).unwrap()
    };
    openssl(&["genpkey", "-algorithm", "ed25519", "-out"]);
    let text = openssl(&["pkey", "-text_pub", "-noout", "-in"]);
    let hex: String = text
        .lines()
        .filter(|line| line.starts_with(' '))
        .flat_map(str::chars)
        .filter(char::is_ascii_hexdigit)
        .collect();
    let byte = |at: usize| u32::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap();
    let bytes: Vec<u32> = (0..hex.len()).step_by(2).map(byte).collect();
    assert_eq!(bytes.len(), 32, "{text}");
    base64(&bytes)
}

/// Base64 as RFC 4648 writes it.
fn base64(bytes: &[u32]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |place: usize| three.get(place).copied().unwrap_or(0);
        let whole = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let six = usize::try_from(whole >> (18 - 6 * place) & 63).unwrap();
            let letter = if place > three.len() {
                '='
            } else {
                char::from(LETTERS[six])
            };
            text.push(letter);
        }
    }
    text
}

#[test]
fn what_the_example_signs_is_done_and_an_exit_reported_twice_is_recorded_once() {
    let test = "what_the_example_signs_is_done_and_an_exit_reported_twice_is_recorded_once";
    if !can_run(test, &["python3", "openssl"]) {
        return;
    }
    let town = Town::found();
    let server = town.serve();
    let (ours, strange) = (town.path("key.pem"), town.path("strange.pem"));
    let body = json!({ "public_key": key(&ours) });
    key(&strange);
    let held = call(server.address, "POST", "signing-keys", &town.customs, &body);
    let id = held["what"].as_str().unwrap();
    let signs = |file: &Path, words: &[&str]| {
        let file = file.display().to_string();
        let known = [
            ("PORTCULLIS_SIGNING_KEY", file.as_str()),
            ("PORTCULLIS_SIGNING_KEY_ID", id),
        ];
        client(server.address, &known, words)
    };
    let (code, lines) = signs(&strange, &["reserve", &shipped()]);
    assert_eq!(
        (code, &lines[0]["because"]),
        (1, &json!("401")),
        "{lines:?}"
    );
    assert_eq!(
        balance(&town, &server),
        (0, 0),
        "a strange key does nothing"
    );
    let (code, lines) = signs(&ours, &["reserve", &shipped()]);
    assert_eq!(code, 0, "{lines:?}");
    assert_eq!(said(&lines, "answer"), ["released", "released"]);
    let shipment = lines[0]["shipment"].as_str().unwrap();
    for _ in 0..2 {
        let (code, lines) = signs(&ours, &["exit", shipment]);
        assert_eq!(code, 0, "{lines:?}");
    }
    assert_eq!(balance(&town, &server), (2, 1));
    let path = format!("shipments/{shipment}");
    let held = call(server.address, "GET", &path, &town.customs, &Value::Null);
    assert_eq!(held["drawn"]["1"]["quantity"], "2", "{held}");
}
