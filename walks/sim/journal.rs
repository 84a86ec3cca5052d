//! What clients called and what they were answered, on one clock that all processes share.

use std::fs::{File, OpenOptions};
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a process that is watched from outside says at each answer.
pub const ECHO: &str = "answered:";

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Asked {
    /// To reserve, under a key.
    Reserve { key: String, body: Value },
    /// To confirm the exit of a shipment, or to restore it.
    Move { shipment: String },
    /// To sign a decision that makes these orders.
    Sign { orders: Vec<String> },
}

/// What a client was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// It may leave; the answer stands in the log at a position.
    Go {
        shipment: String,
        at: u64,
        is_repeat: bool,
        stopped_since: Vec<String>,
    },
    /// It may not.
    Stop { at: u64, is_repeat: bool },
    /// Another act was done, with its first and last event.
    Done { first: u64, last: u64 },
    /// The law, the facts or the sender's own input say no; nothing was written.
    No { because: String },
    /// Nobody can say whether it was done.
    Unknown { because: String },
}

/// A call with its answer, if there was one.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Taken before the call.
    pub called: u64,
    /// Taken after the answer.
    pub answered: Option<u64>,
    /// What was asked.
    pub asked: Asked,
    /// What was told.
    pub told: Option<Told>,
}

#[derive(Serialize, Deserialize)]
enum Entry {
    Called { tick: u64, asked: Asked },
    Told { tick: u64, told: Told },
}

/// One client's journal. Survives the death of the process that writes it.
pub struct Journal {
    /// Its length is the time: whoever makes it longer was there first, whatever the process.
    clock: File,
    entries: File,
    is_watched: bool,
}

fn appending(path: &Path) -> File {
    let opened = OpenOptions::new().create(true).append(true).open(path);
    opened.unwrap()
}

impl Journal {
    /// Opens the journal of a client in the folder that all of them share.
    pub fn open(folder: &Path, client: &str) -> Self {
        Self {
            clock: appending(&folder.join("clock")),
            entries: appending(&folder.join(format!("{client}.journal"))),
            is_watched: std::env::var_os(crate::processes::CHILD).is_some(),
        }
    }

    fn tick(&mut self) -> u64 {
        self.clock.write_all(b".").unwrap();
        self.clock.stream_position().unwrap()
    }

    fn write(&mut self, entry: &Entry) {
        let mut line = serde_json::to_string(entry).unwrap();
        line.push('\n');
        self.entries.write_all(line.as_bytes()).unwrap();
    }

    /// Writes down a call, makes it, and writes down what was told.
    pub fn call(&mut self, asked: Asked, make: impl FnOnce() -> Told) -> Told {
        let tick = self.tick();
        self.write(&Entry::Called { tick, asked });
        let told = make();
        let tick = self.tick();
        let entry = Entry::Told {
            tick,
            told: told.clone(),
        };
        self.write(&entry);
        if self.is_watched {
            let _ = writeln!(std::io::stdout(), "{ECHO}{tick}");
        }
        told
    }
}

/// Every call in the journals of a folder.
pub fn calls(folder: &Path) -> Vec<Call> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "journal"))
        .collect();
    files.sort();
    let mut calls = Vec::new();
    for file in files {
        read(&std::fs::read_to_string(file).unwrap(), &mut calls);
    }
    calls.sort_by_key(|call: &Call| call.called);
    calls
}

fn read(text: &str, calls: &mut Vec<Call>) {
    let mut open: Option<Call> = None;
    // A line that a kill cut short was not written: its call was not made, or not answered.
    for entry in text
        .lines()
        .map_while(|line| serde_json::from_str(line).ok())
    {
        match entry {
            Entry::Called { tick, asked } => calls.extend(open.replace(Call {
                called: tick,
                answered: None,
                asked,
                told: None,
            })),
            Entry::Told { tick, told } => {
                let mut call = open.take().unwrap();
                call.answered = Some(tick);
                call.told = Some(told);
                calls.push(call);
            }
        }
    }
    calls.extend(open);
}
