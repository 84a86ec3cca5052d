//! What a collector of traces is sent, by a program built with the feature `otel`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::begin::{act, authority};
use super::desk::Place;

/// The trace that the client is in.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Longest wait for the collector to be sent something.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Takes whatever is posted, and hands on each address with its body.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, posted) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = BufReader::new(stream);
            while let Some(post) = read_post(&mut stream) {
                let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                let answered = stream.get_mut().write_all(ok);
                if sender.send(post).is_err() || answered.is_err() {
                    return;
                }
            }
        }
    });
    (address, posted)
}

fn read_post(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((first.split(' ').nth(1)?.to_owned(), body))
}

/// A server that goes with its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that sends its traces to `collector`, and the address on which it serves.
fn server(place: &Place, collector: &str) -> (Server, String) {
    let mut server = place
        .program()
        .args(["serve", "--listen", "127.0.0.1:0", "--store"])
        .arg(format!("sqlite:{}", place.store().display()))
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(server.stdout.take().unwrap());
    let mut said = said.lines().map_while(Result::ok);
    let before = "listening on http://";
    let line = said.find(|line| line.starts_with(before)).unwrap();
    (Server(server), line.replace(before, ""))
}

/// Asks the gate for a permit that is not there, within [`TRACE`].
fn ask(address: &str, token: &str) -> String {
    let body = r#"{"permit":"PMT-1","lodged":{"office":"OFC-1","declaration":"SYN-1"},"lines":[{
        "line":1,"quantity":{"amount":"1","unit":"C62"},"value":{"amount":"1","currency":"CAD"},
        "destination":"FR","final_destination":"FR"}]}"#;
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /api/v1/gate/reserve HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\nidempotency-key: k\r\ncontent-type: application/json\r\n\
         traceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_request_is_traced_to_its_decision_within_the_trace_of_whoever_asks() {
    let (collector, posted) = collector();
    let place = Place::new();
    act(&place, None, &["authority", "establish"], &authority()).with(0);
    let customs = [
        "--json",
        "officer",
        "appoint",
        "OFF-C",
        "--name",
        "Synthetic",
    ];
    let more = ["--role", "customs", "--office", "OFC-1"];
    let appointed = place.run(&[&customs[..], &more].concat()).with(0).json();
    let (mut server, address) = server(&place, &collector);
    let answer = ask(&address, appointed["token"].as_str().unwrap());
    assert!(answer.contains("no-such-permit"), "{answer}");
    let kill = Command::new("kill").arg(server.0.id().to_string()).status();
    assert!(kill.unwrap().success());
    assert!(server.0.wait().unwrap().success());
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    let mut sent = Vec::new();
    while !holds(&sent, &trace) {
        let (path, body) = posted.recv_timeout(WAIT_MAX).unwrap();
        assert_eq!(path, "/v1/traces");
        sent.extend(body);
    }
    for name in [
        "portcullis",
        "request",
        "/api/v1/gate/reserve",
        "decision",
        "commit",
    ] {
        assert!(holds(&sent, name.as_bytes()), "`{name}` was not sent");
    }
}
