//! Webhooks: what the example believes, and what comes again after a kill.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;

use domain::id::SubscriptionId;
use register::Stamp;
use serde_json::{Value, json};

use crate::client::{can_run, client, example};
use crate::server::{Server, Town, call};

/// Sends a message to a receiver with a signature by the secret in its surroundings, made here and
/// not by the example; gives the status. It may be off by so many seconds, or its body be changed
/// after it was signed.
const SENDER: &str = r#"
import base64, hashlib, hmac, os, sys, time, urllib.error, urllib.request
address, off, changed, body = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
secret = base64.b64decode(os.environ["SECRET"][6:])
when = str(int(time.time()) + off)
said = base64.b64encode(hmac.new(secret, f"msg_1.{when}.{body}".encode(), hashlib.sha256).digest())
headers = {"webhook-id": "msg_1", "webhook-timestamp": when, "webhook-signature": "v1," + said.decode()}
if changed == "unsigned":
    del headers["webhook-signature"]
    changed = body
asked = urllib.request.Request(address, data=changed.encode(), headers=headers)
try:
    print(urllib.request.urlopen(asked).status)
except urllib.error.HTTPError as answer:
    print(answer.code)
"#;

fn subscribe(town: &Town, server: &Server, to: SocketAddr, topic: &str) -> String {
    let body = json!({ "address": format!("http://{to}/in"), "topics": [topic] });
    let done = call(server.address, "POST", "webhooks", &town.customs, &body);
    done["what"].as_str().unwrap().to_owned()
}

fn reserve(town: &Town, server: &Server) -> (i32, Vec<Value>) {
    let shipped = walks::workspace().join("examples/customs-client/declarations.csv");
    let known = [("PORTCULLIS_TOKEN", town.customs.as_str())];
    client(
        server.address,
        &known,
        &["reserve", &shipped.display().to_string()],
    )
}

/// The receiver of the example, with the secret of a subscription.
fn receiver(town: &Town, at: SocketAddr, secret: &str) -> Server {
    let mut command = example("stop_receiver.py");
    command.args(["--listen", &at.to_string(), "--holds"]);
    command.arg(town.path("holds"));
    Server::of(command.env("PORTCULLIS_WEBHOOK_SECRET", secret))
}

/// None of these is taken by the receiver.
fn expect_forgeries_refused(at: SocketAddr, secret: &str, shipment: &str) {
    let message = |shipment: &str| {
        let data = json!({ "shipment": shipment, "order": "ORD-X", "due_at": "2099-01-01" });
        json!({ "type": "stop.issued", "position": 1, "data": data }).to_string()
    };
    let send = |secret: &str, off: &str, changed: &str, body: &str| {
        let mut command = Command::new("python3");
        command.args(["-c", SENDER, &format!("http://{at}/in"), off, changed, body]);
        let ended = command.env("SECRET", secret).output().unwrap();
        String::from_utf8(ended.stdout).unwrap().trim().to_owned()
    };
    let first = message(shipment);
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(send(other, "0", &first, &first), "401", "another secret");
    assert_eq!(send(secret, "-400", &first, &first), "401", "too old");
    assert_eq!(send(secret, "400", &first, &first), "401", "of the future");
    assert_eq!(
        send(secret, "0", &first, &message("SHP-9")),
        "401",
        "changed"
    );
    assert_eq!(
        send(secret, "0", "unsigned", &first),
        "401",
        "without a signature"
    );
    assert_eq!(
        send(secret, "0", &message("../../x"), &message("../../x")),
        "500"
    );
}

#[test]
fn a_stop_that_is_told_puts_a_hold_and_a_forged_one_does_not() {
    if !can_run(
        "a_stop_that_is_told_puts_a_hold_and_a_forged_one_does_not",
        &["python3"],
    ) {
        return;
    }
    let town = Town::found();
    town.ran(&["webhook-key", "new", "hooks.key"]);
    let server = town.serve();
    let at = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let id = subscribe(&town, &server, at, "stops");
    let secret = town.ran(&["webhook-key", "secret", &id, "--webhook-key", "hooks.key"]);
    let mut receiver = receiver(&town, at, &secret);
    let (code, lines) = reserve(&town, &server);
    assert_eq!(code, 0, "{lines:?}");
    let held = |shipment: &Value| {
        town.path("holds")
            .join(format!("{}.json", shipment.as_str().unwrap()))
    };

    let shipment = lines[0]["shipment"].as_str().unwrap();
    expect_forgeries_refused(at, &secret, shipment);
    assert!(
        !held(&lines[0]["shipment"]).exists(),
        "a forged stop put a hold"
    );

    town.suspend(server.address);
    let mut stopped = 0;
    while stopped < 2 {
        let mut line = String::new();
        assert_ne!(
            receiver.says.read_line(&mut line).unwrap(),
            0,
            "the receiver ended"
        );
        stopped += usize::from(line.contains("\"stop.issued\""));
    }
    for line in &lines {
        let text = std::fs::read_to_string(held(&line["shipment"])).unwrap();
        let orders: Value = serde_json::from_str(&text).unwrap();
        assert!(orders["ORD-1"]["due_at"].is_string(), "{orders}");
    }
    let (code, lines) = reserve(&town, &server);
    assert_eq!(code, 1, "what was released is asked again: {lines:?}");
    for line in &lines {
        assert_eq!(
            (&line["answer"], &line["orders"]),
            (&json!("stopped"), &json!(["ORD-1"]))
        );
    }
}

/// Takes one message without answering it yet: the connection, and the number of the message.
fn takes(listener: &TcpListener) -> (TcpStream, String) {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(&stream);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(said) = line.strip_prefix("webhook-id: ") {
            id = said.to_owned();
        }
        if let Some(said) = line.strip_prefix("content-length: ") {
            length = said.parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    (stream, id)
}

/// Answers that a message is taken, and waits until the courier has read that and gone.
fn answers(mut stream: TcpStream) {
    stream
        .write_all(b"HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[test]
fn a_courier_killed_after_the_answer_and_before_the_mark_tells_it_again_by_the_same_number() {
    let town = Town::found();
    town.ran(&["webhook-key", "new", "hooks.key"]);
    let server = town.serve();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let id = subscribe(&town, &server, listener.local_addr().unwrap(), "balances");
    let ask = json!({
        "permit": "PMT-2026-000001", "lodged": { "office": "OFC-1", "declaration": "D-1" },
        "lines": [{
            "line": 1, "quantity": { "amount": "1", "unit": "NAR" },
            "value": { "amount": "1.00", "currency": "CAD" },
            "destination": "FR", "final_destination": "FR", "consignee": "PTY-FAR",
        }],
    });
    std::fs::write(town.path("ask.json"), ask.to_string()).unwrap();
    town.ran(&[
        "--officer",
        "OFF-CUSTOMS",
        "gate",
        "reserve",
        "ask.json",
        "--key",
        "k-1",
    ]);
    let (stream, first) = takes(&listener);
    let desk = town.desk();
    // Nobody else may write: the courier has its answer and cannot note it.
    let stamp = Stamp {
        now: desk.clock().now(),
        seed: [1; 32],
    };
    let writing = desk.store().write(stamp).unwrap();
    answers(stream);
    drop(server);
    drop(writing);
    let held = desk.webhook(&SubscriptionId::new(&id).unwrap()).unwrap();
    let held = held.unwrap();
    assert_eq!(held.cursor(), held.begun_at, "nothing was noted");
    let _server = town.serve();
    let (stream, again) = takes(&listener);
    assert_eq!(again, first);
    answers(stream);
}
