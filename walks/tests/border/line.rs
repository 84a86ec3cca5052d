//! A bad line between a client and a server: answers that are lost, cut, or not the server's.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::server::{Server, Town, exchange};

/// What happens to a request.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// Something else answers.
    Answer(&'static str),
    /// The server commits and answers, and is killed before the answer is passed on. Whoever asks
    /// next finds nobody, and the server is started again after that.
    Kill,
}

/// The line. What is not said passes as it is.
pub struct Line {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    server: Arc<Mutex<Option<Server>>>,
}

impl Line {
    pub fn to(town: Arc<Town>, first: &[Then]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut then: VecDeque<Then> = first.iter().copied().collect();
        let heard = Arc::clone(&asked);
        let server = Arc::new(Mutex::new(Some(town.serve())));
        let held = Arc::clone(&server);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = whole(&stream);
                heard.lock().unwrap().push(request.clone());
                let mut server = held.lock().unwrap();
                // Whoever asks while there is none is cut off.
                let Some(running) = &*server else {
                    *server = Some(town.serve());
                    continue;
                };
                let answer = match then.pop_front() {
                    Some(Then::Answer(text)) => text.as_bytes().to_vec(),
                    Some(Then::Kill) => {
                        let lost = exchange(running.address, request.as_bytes()).unwrap();
                        assert!(lost.starts_with(b"HTTP/1.1 200 "), "it was not done");
                        *server = None;
                        continue;
                    }
                    None => exchange(running.address, request.as_bytes()).unwrap(),
                };
                let _ = stream.write_all(&answer);
            }
        });
        Self {
            address,
            asked,
            server,
        }
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Line {
    /// The thread waits for requests until the tests end; the server shall not outlive this one.
    fn drop(&mut self) {
        drop(self.server.lock().unwrap().take());
    }
}

/// A request as it came.
fn whole(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let lower = line.to_lowercase();
        if let Some(said) = lower.strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
        text.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    text + &String::from_utf8(body).unwrap()
}
