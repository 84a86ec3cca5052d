//! Material that is not trusted, read in a program of its own: this one, started again, with limits.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use casework::passages::Apart;
use domain::time::Day;
use intake::passages::{Asked, Flag, Media, Passages, unread};

use super::{DONE, FAULT, MISTAKE};

/// The word by which the program is started for this; no command that people use.
pub(crate) const WORD: &str = "read-apart";

/// Most memory of the reader, in mebibytes: a file of 64, its streams of 64 twice over, its text and
/// objects, with as much again for what a hostile file may make of them.
const MEMORY_MIB: u64 = 512;

/// Most processor time of the reader, in seconds: reports of 500 pages take less than one.
const SECONDS: u64 = 20;

/// How long the parent waits: the processor time, on a machine that has other work for half of it.
const WAIT: Duration = Duration::from_secs(40);

/// Most bytes of the answer: the text with each byte escaped, its regions and its flags.
const ANSWER_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Reads by starting this program again.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    memory_mib: u64,
    wait: Duration,
}

impl Readers {
    pub(crate) const fn new() -> Self {
        Self {
            memory_mib: MEMORY_MIB,
            wait: WAIT,
        }
    }

    fn run(&self, bytes: &[u8], asked: Asked) -> Result<Passages, String> {
        let fault = |what: &str, cause: &dyn std::fmt::Display| format!("{what}: {cause}");
        let program = std::env::current_exe().map_err(|e| fault("finding the reader", &e))?;
        let mut command = Command::new(program);
        command.arg(WORD).arg(self.memory_mib.to_string());
        if let Some(day) = asked.received_on {
            command.arg(day.to_string());
        }
        let mut child = command
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| fault("starting the reader", &e))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (tell, told) = mpsc::channel();
        let given = bytes.to_vec();
        std::thread::spawn(move || {
            // A reader that has ended takes no more: what it said is what counts.
            let _ = input.map(|mut input| input.write_all(&given));
        });
        std::thread::spawn(move || {
            let mut answer = Vec::new();
            let read = output.map(|output| output.take(ANSWER_BYTES_MAX).read_to_end(&mut answer));
            let _ = tell.send(read.and_then(Result::ok).map(|_| answer));
        });
        let answer = told.recv_timeout(self.wait);
        // It has answered, or has had its time.
        let _ = child.kill();
        let ended = child.wait();
        match answer {
            Err(_) => Err("reading it took longer than is allowed".to_owned()),
            Ok(answer) => answer
                .as_deref()
                .and_then(|answer| serde_json::from_slice(answer).ok())
                .ok_or_else(|| {
                    let how = ended.map_or_else(|e| e.to_string(), |status| status.to_string());
                    format!("its reader ended without an answer, within limits of memory and time ({how})")
                }),
        }
    }
}

impl Apart for Readers {
    fn read(&self, bytes: &[u8], asked: Asked) -> Passages {
        self.run(bytes, asked)
            .unwrap_or_else(|why| unread(Media::Pdf, Flag::NotRead { why }))
    }
}

/// What the program does when it is started as a reader: limits on itself, then bytes from its input,
/// then passages to its output.
pub(crate) fn serve(words: &[String]) -> u8 {
    let Some(Ok(memory_mib)) = words.first().map(|word| word.parse()) else {
        return MISTAKE;
    };
    let received_on = match words.get(1).map(|word| Day::parse(word)) {
        None => None,
        Some(Ok(day)) => Some(day),
        Some(Err(_)) => return MISTAKE,
    };
    let is_limited = limit(memory_mib);
    let mut bytes = Vec::new();
    let most = u64::try_from(intake::bounds::FILE_BYTES_MAX).unwrap_or(u64::MAX);
    if std::io::stdin()
        .lock()
        .take(most)
        .read_to_end(&mut bytes)
        .is_err()
    {
        return FAULT;
    }
    let mut passages = intake::passages::read(&bytes, Asked { received_on });
    if !is_limited {
        passages.flags.push(Flag::WithoutLimits);
    }
    match serde_json::to_writer(std::io::stdout().lock(), &passages) {
        Ok(()) => DONE,
        Err(_) => FAULT,
    }
}

/// Bounds this process: memory, processor time, no files written, none opened. Says whether all of it
/// could be set.
#[cfg(unix)]
fn limit(memory_mib: u64) -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let bytes = memory_mib.saturating_mul(1024 * 1024);
    [
        (Resource::As, bytes),
        (Resource::Cpu, SECONDS),
        (Resource::Fsize, 0),
        (Resource::Nofile, 3),
        (Resource::Core, 0),
    ]
    .into_iter()
    .all(|(what, most)| {
        let held = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(what, held).is_ok()
    })
}

/// There is no such facility here.
#[cfg(not(unix))]
fn limit(_: u64) -> bool {
    false
}
