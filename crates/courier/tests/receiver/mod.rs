//! A receiver of messages that does as it is told, and an HMAC that is not the courier's.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Longest wait for a message: far longer than any test needs on a busy machine.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// What the receiver does with a message.
#[derive(Debug, Clone)]
pub(crate) enum Then {
    /// Answers with a status.
    Answer(u16),
    /// Sends the courier elsewhere.
    Redirect(String),
    /// Takes it and never answers.
    Hang,
}

/// A message as it came.
#[derive(Debug)]
pub(crate) struct Got {
    headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }
}

pub(crate) struct Receiver {
    port: u16,
    got: mpsc::Receiver<Got>,
}

impl Receiver {
    /// Does as told with the first messages, and takes the rest.
    pub(crate) fn open(first: &[Then]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, got) = mpsc::channel();
        let mut then: VecDeque<Then> = first.iter().cloned().collect();
        std::thread::spawn(move || {
            let mut hanging: Vec<TcpStream> = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(read) = read(&stream) else { continue };
                let answer = match then.pop_front().unwrap_or(Then::Answer(200)) {
                    Then::Answer(status) => Some(format!("HTTP/1.1 {status} X\r\n")),
                    Then::Redirect(to) => Some(format!("HTTP/1.1 307 X\r\nlocation: {to}\r\n")),
                    Then::Hang => None,
                };
                if sender.send(read).is_err() {
                    return;
                }
                match answer {
                    None => hanging.push(stream),
                    Some(head) => {
                        let _ = write!(stream, "{head}content-length: 0\r\n\r\n");
                    }
                }
            }
        });
        Self { port, got }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/in", self.port)
    }

    /// The next message.
    pub(crate) fn next(&self) -> Got {
        self.got.recv_timeout(WAIT_MAX).unwrap()
    }

    /// Whether nothing came.
    pub(crate) fn is_untouched(&self) -> bool {
        self.got.try_recv().is_err()
    }
}

fn read(stream: &TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    assert!(line.starts_with("POST /in HTTP/1.1"), "{line}");
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            None => break,
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
        };
    }
    let length: usize = headers["content-length"].parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got {
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

/// HMAC-SHA256 as RFC 2104 writes it, under a secret as it is handed over.
pub(crate) fn hmac(secret: &str, text: &str) -> String {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(&key);
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(text)
        .finalize();
    let outer = Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize();
    STANDARD.encode(outer)
}
