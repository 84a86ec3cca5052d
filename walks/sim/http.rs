//! Calls of a served register: one request on one connection, and an answer that came whole.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::journal::Told;

/// How long an answer may take: the server itself gives up after ten seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// What is asked.
pub struct Request<'a> {
    /// Below `/api/v1/`.
    pub path: &'a str,
    /// Whose token.
    pub token: &'a str,
    /// The idempotency key, if it has one.
    pub key: Option<&'a str>,
    /// The body; nothing where something is only read.
    pub body: Value,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// Makes a call. An error says why nobody knows whether it was done.
pub fn call(address: SocketAddr, request: &Request<'_>) -> Result<Answer, String> {
    let lost = |cause: std::io::Error| cause.to_string();
    let mut stream = TcpStream::connect(address).map_err(lost)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN)).map_err(lost)?;
    let (method, body) = match &request.body {
        Value::Null => ("GET", String::new()),
        body => ("POST", body.to_string()),
    };
    let key = request.key.map(|key| format!("idempotency-key: {key}\r\n"));
    let head = format!(
        "{method} /api/v1/{} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}\r\n",
        request.path,
        request.token,
        body.len(),
        key.unwrap_or_default()
    );
    stream.write_all(head.as_bytes()).map_err(lost)?;
    stream.write_all(body.as_bytes()).map_err(lost)?;
    let mut came = Vec::new();
    stream.read_to_end(&mut came).map_err(lost)?;
    read(&String::from_utf8_lossy(&came)).ok_or_else(|| "the answer was cut".to_owned())
}

/// Reads an answer; none when it did not come whole.
fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let length = lines
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    let is_whole = length.1.parse() == Ok(body.len());
    let body = serde_json::from_str(body).ok()?;
    is_whole.then_some(Answer { status, body })
}

/// Reads why there was no answer. What the register could not say is not known; what it refused was
/// not done.
fn untold(outcome: Result<Answer, String>) -> Told {
    match outcome {
        Ok(Answer { status, body }) if (400..500).contains(&status) => Told::No {
            because: format!("{status}: {}", body["says"]["en"]),
        },
        Ok(Answer { status, body }) => Told::Unknown {
            because: format!("{status}: {}", body["says"]["en"]),
        },
        Err(because) => Told::Unknown { because },
    }
}

/// Reads an answer of the gate.
pub fn told(outcome: Result<Answer, String>) -> Told {
    let body = match &outcome {
        Ok(Answer { status: 200, body }) => body,
        _ => return untold(outcome),
    };
    let at = body["events"][1].as_u64().unwrap();
    let is_repeat = body["is_repeat"].as_bool().unwrap();
    let what = &body["what"];
    match what["answer"].as_str().unwrap() {
        "released" => Told::Go {
            shipment: what["shipment"].as_str().unwrap().to_owned(),
            at,
            is_repeat,
            stopped_since: (what["stopped_since"].as_array().into_iter().flatten())
                .map(|order| order.as_str().unwrap().to_owned())
                .collect(),
        },
        "refused" => Told::Stop { at, is_repeat },
        other => panic!("the gate answered `{other}`"),
    }
}

/// Reads the answer to another act.
pub fn done(outcome: Result<Answer, String>) -> Told {
    match &outcome {
        Ok(Answer { status: 200, body }) => Told::Done {
            first: body["events"][0].as_u64().unwrap(),
            last: body["events"][1].as_u64().unwrap(),
        },
        _ => untold(outcome),
    }
}
