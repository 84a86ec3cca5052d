//! A small register, and a server on it that can be killed and started again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection};
use domain::event::AuthorityEstablished;
use domain::id::{OfficeId, OfficerId};
use domain::time::{Day, Instant};
use register::SqliteStore;
use serde_json::{Value, json};
use walks::program::program;
use walks::synthetic;

/// A morning before every server of these tests, a millisecond later at every reading.
struct Morning(AtomicI64);

impl casework::Clock for Morning {
    fn now(&self) -> Instant {
        Instant(self.0.fetch_add(1_000, Ordering::SeqCst))
    }

    fn today(&self) -> Day {
        Day::new(2026, 1, 5).unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.now().0.to_be_bytes());
        bytes
    }
}

/// A register in a folder, with one permit of ten pieces, and who acts on it.
pub struct Town {
    folder: tempfile::TempDir,
    pub customs: String,
    pub licensing: String,
    pub deciding: String,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

impl Town {
    pub fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        let operator = Actor::operator().unwrap();
        let authority: AuthorityEstablished = of(json!({
            "jurisdiction": "CA", "name": { "en": "an authority", "fr": "une autorité" },
            "verbs": {}, "powers": {}, "permit_word": { "en": "permit", "fr": "licence" },
        }));
        desk.establish(&operator, &authority).unwrap();
        let parties = [("PTY-HOLDER", "CA"), ("PTY-FAR", "FR")];
        let parties = parties.map(|(id, country)| read(&synthetic::party(id, country)));
        let permits = [read(&synthetic::permit(10))];
        desk.take_over(&operator, &parties, &permits).unwrap();
        let appoint = |role: &str| {
            let request = Appoint {
                officer: OfficerId::new(&format!("OFF-{}", role.to_uppercase())).unwrap(),
                name: "Synthetic".into(),
                roles: [role.to_owned()].into(),
                office: (role == "customs").then(|| OfficeId::new("OFC-1").unwrap()),
                party: None,
                effective_from: Day::new(2020, 1, 1).unwrap(),
                compartments: [].into(),
                wants_token: true,
            };
            desk.appoint(&operator, &request).unwrap().what.unwrap()
        };
        Self {
            customs: appoint("customs"),
            licensing: appoint("licensing"),
            deciding: appoint("deciding"),
            folder,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A desk on the same register, beside the servers.
    pub fn desk(&self) -> Desk {
        desk(self.folder.path())
    }

    /// Runs the program on the register, and gives what it printed.
    pub fn ran(&self, words: &[&str]) -> String {
        let mut all = vec!["--store", "sqlite:register.sqlite"];
        all.extend(words);
        let ran = walks::program::run(self.folder.path(), walks::program::BOUNDS, &all).unwrap();
        assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
        ran.out.trim().to_owned()
    }

    /// Starts a server; with webhooks where there is a key.
    pub fn serve(&self) -> Server {
        let mut words = vec!["serve", "--listen", "127.0.0.1:0"];
        words.extend(["--store", "sqlite:register.sqlite"]);
        if self.path("hooks.key").exists() {
            words.extend(["--webhook-key", "hooks.key", "--webhooks-within"]);
        }
        Server::start(self.folder.path(), &words)
    }

    /// Suspends the permit: one officer proposes, another signs.
    pub fn suspend(&self, server: SocketAddr) {
        let listed = call(
            server,
            "GET",
            "permits?limit=1",
            &self.licensing,
            &Value::Null,
        );
        let today = listed["lens"]["as_of"].clone();
        let decision = json!({
            "id": "DCN-1", "effective_from": today,
            "orders": [{
                "id": "ORD-1", "kind": "suspend",
                "verb": { "en": "suspend", "fr": "suspendre" },
                "selection": { "kind": "scope", "scope": "everything" },
                "ends": [],
                "instrument": {
                    "title": { "en": "Order", "fr": "Arrêté" }, "law": "EIPA:10(1)",
                    "source_kind": "statute", "grounds": ["diversion-suspected"],
                    "reasons": { "en": "evidence came", "fr": "des preuves sont venues" },
                    "effective": { "from": today }, "review_by": "2099-12-31",
                },
            }],
        });
        call(server, "POST", "decisions", &self.licensing, &decision);
        let sign = json!({ "emergency": false });
        call(
            server,
            "POST",
            "decisions/DCN-1/sign",
            &self.deciding,
            &sign,
        );
    }
}

fn desk(folder: &Path) -> Desk {
    let file = folder.join("register.sqlite");
    let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
    let start = Instant::at_start_of(Day::new(2026, 1, 5).unwrap()).plus_minutes(840);
    Desk::open(Box::new(store), Box::new(Morning(AtomicI64::new(start.0)))).unwrap()
}

/// One process that listens; killed when it goes.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// What it says further.
    pub says: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &Path, words: &[&str]) -> Self {
        let mut command = Command::new(program().unwrap());
        Self::of(command.current_dir(folder).args(words))
    }

    /// Starts a program that says where it listens.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        says.read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            panic!("it says `{line}`");
        };
        Self {
            child,
            address: address.parse().unwrap(),
            says,
        }
    }
}

impl Drop for Server {
    /// SIGKILL: nothing in it gets to run.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls a server by token, and gives what was done.
pub fn call(to: SocketAddr, method: &str, path: &str, token: &str, body: &Value) -> Value {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let asked = format!(
        "{method} /api/v1/{path} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let said = exchange(to, asked.as_bytes()).unwrap();
    let said = String::from_utf8(said).unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {said}");
    serde_json::from_str(body).unwrap()
}

/// Sends a request whole, and reads until the other side closes.
pub fn exchange(to: SocketAddr, asked: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(to)?;
    stream.write_all(asked)?;
    let mut said = Vec::new();
    stream.read_to_end(&mut said)?;
    Ok(said)
}
