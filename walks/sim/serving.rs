//! Processes of `portcullis serve` on one register, which are killed and started again under load.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use casework::officers::Appoint;
use casework::{Actor, Desk};
use domain::id::{OfficeId, OfficerId};
use domain::time::Day;
use serde_json::Value;
use walks::program::program;

use crate::http::{self, Answer, Request};

/// The shell script that minds a server: it kills it once nobody holds the pipe any more, so that
/// none outlives the test.
const MINDER: &str = r#"
"$@" </dev/null 2>>"$0" &
read -r _
kill -9 $!
wait $! 2>/dev/null
"#;

/// How long whoever got no answer waits before asking again.
const BEFORE_ASKING_AGAIN: Duration = Duration::from_millis(50);

/// How often that is done before the load is said to stand still: some minutes.
const WAITS_MAX: u32 = 5_000;

/// The tokens of those who act.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Who reserves, confirms and restores.
    pub customs: String,
    /// Who proposes.
    pub licensing: String,
    /// Who signs.
    pub deciding: String,
}

impl Tokens {
    /// Appoints those who act.
    pub fn appointed(desk: &Desk) -> Self {
        let appoint = |role: &str| {
            let request = Appoint {
                officer: OfficerId::new(&format!("OFF-{}", role.to_uppercase())).unwrap(),
                name: "Synthetic officer".into(),
                roles: [role.to_owned()].into(),
                office: (role == "customs").then(|| OfficeId::new("OFC-1").unwrap()),
                party: None,
                effective_from: Day::new(2020, 1, 1).unwrap(),
                compartments: [].into(),
                wants_token: true,
            };
            let appointed = desk.appoint(&Actor::operator().unwrap(), &request);
            appointed.unwrap().what.unwrap()
        };
        Self {
            customs: appoint("customs"),
            licensing: appoint("licensing"),
            deciding: appoint("deciding"),
        }
    }
}

/// One process.
struct Process {
    minder: Child,
    pipe: Option<ChildStdin>,
    address: SocketAddr,
    /// Held, so that the process can go on speaking.
    _says: BufReader<ChildStdout>,
}

impl Process {
    fn start(store: &str, log: &Path, above: &[String]) -> Self {
        let mut minder = Command::new("sh")
            .args(["-c", MINDER])
            .arg(log)
            .args(above)
            .arg(program().unwrap())
            .args(["serve", "--listen", "127.0.0.1:0", "--store", store])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pipe = minder.stdin.take();
        let mut says = BufReader::new(minder.stdout.take().unwrap());
        let mut line = String::new();
        says.read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            panic!("a server says `{line}`: {:?}", fs::read_to_string(log));
        };
        Self {
            minder,
            pipe,
            address: address.parse().unwrap(),
            _says: says,
        }
    }
}

impl Drop for Process {
    /// SIGKILL: nothing in it gets to run.
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.minder.wait();
    }
}

/// Servers of one register.
pub struct Servers {
    store: String,
    /// The program under which they run, with its words; nothing for most tests.
    above: Vec<String>,
    log: PathBuf,
    /// Those who act on it.
    pub tokens: Tokens,
    running: Mutex<Vec<Option<Process>>>,
    next: AtomicUsize,
    answered: Mutex<usize>,
    changed: Condvar,
}

impl Servers {
    /// Starts so many servers on the register of a store. What they say goes to `folder`.
    pub fn start(store: &str, folder: &Path, count: usize, tokens: Tokens) -> Self {
        Self::start_under(Vec::new(), store, folder, (count, tokens))
    }

    /// The same, under another program, which must leave them the children of whoever started it.
    pub fn start_under(
        above: Vec<String>,
        store: &str,
        folder: &Path,
        (count, tokens): (usize, Tokens),
    ) -> Self {
        let log = folder.join("servers.log");
        let running = (0..count).map(|_| Some(Process::start(store, &log, &above)));
        Self {
            store: store.to_owned(),
            running: Mutex::new(running.collect()),
            above,
            log,
            tokens,
            next: AtomicUsize::new(0),
            answered: Mutex::new(0),
            changed: Condvar::new(),
        }
    }

    /// Kills one, whatever it does.
    pub fn kill(&self, server: usize) {
        let killed = self.running.lock().unwrap()[server].take();
        drop(killed);
    }

    /// Starts it again, at an address of its own.
    pub fn start_again(&self, server: usize) {
        let started = Process::start(&self.store, &self.log, &self.above);
        self.running.lock().unwrap()[server] = Some(started);
    }

    /// The number of the process of one server that runs.
    pub fn process(&self, server: usize) -> u32 {
        let running = self.running.lock().unwrap();
        let minder = running[server].as_ref().unwrap().minder.id();
        let children = format!("/proc/{minder}/task/{minder}/children");
        let children = fs::read_to_string(children).unwrap();
        children.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Calls one server, or the next one that runs.
    pub fn call_one(&self, server: usize, request: &Request<'_>) -> Result<Answer, String> {
        let address = {
            let running = self.running.lock().unwrap();
            let (before, from) = running.split_at(server % running.len());
            let first = from.iter().chain(before).flatten().next();
            first.map(|process| process.address)
        };
        let answer = http::call(address.ok_or("no server runs")?, request);
        if answer.as_ref().is_ok_and(|answer| answer.status < 500) {
            *self.answered.lock().unwrap() += 1;
            self.changed.notify_all();
        }
        answer
    }

    /// Calls the servers in turn.
    pub fn call(&self, request: &Request<'_>) -> Result<Answer, String> {
        self.call_one(self.next.fetch_add(1, Ordering::Relaxed), request)
    }

    /// The day on which the servers are.
    pub fn today(&self) -> Day {
        let asked = Request {
            path: "permits?limit=1",
            token: &self.tokens.licensing,
            key: None,
            body: Value::Null,
        };
        let answer = self.call(&asked).unwrap().body;
        Day::parse(answer["lens"]["as_of"].as_str().unwrap()).unwrap()
    }

    /// How many calls were answered so far.
    pub fn answered(&self) -> usize {
        *self.answered.lock().unwrap()
    }

    /// Waits until so many calls were answered.
    pub fn await_answers(&self, wanted: usize) {
        let mut answered = self.answered.lock().unwrap();
        for _ in 0..WAITS_MAX {
            if *answered >= wanted {
                return;
            }
            let wait = self.changed.wait_timeout(answered, BEFORE_ASKING_AGAIN);
            answered = wait.unwrap().0;
        }
        panic!("the load stands still at {answered} of {wanted}");
    }

    /// Waits a moment, or until somebody else was answered.
    pub fn pause(&self) {
        let answered = self.answered.lock().unwrap();
        let _ = self.changed.wait_timeout(answered, BEFORE_ASKING_AGAIN);
    }
}
