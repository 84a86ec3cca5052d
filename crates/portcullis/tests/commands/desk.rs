//! A store of its own for each test, and the program run against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder with a store in it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What it printed, as JSON.
    pub(crate) fn json(&self) -> Value {
        match serde_json::from_str(&self.out) {
            Ok(value) => value,
            Err(cause) => panic!("{cause}: {} {}", self.out, self.err),
        }
    }

    /// The command must have ended so.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its path as text.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("register.sqlite")
    }

    /// Runs a command against the store.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        self.run_on(&self.store(), words)
    }

    /// Runs a command against another store.
    pub(crate) fn run_on(&self, store: &Path, words: &[&str]) -> Ended {
        let mut program = self.program();
        program.env("PORTCULLIS_STORE", format!("sqlite:{}", store.display()));
        Ended::of(&program.args(words).output().unwrap())
    }

    /// Runs a command without a store.
    pub(crate) fn run_bare(&self, words: &[&str]) -> Ended {
        Ended::of(&self.program().args(words).output().unwrap())
    }

    /// The program, without what the surroundings would tell it.
    pub(crate) fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        for name in ["OFFICER", "LOG", "STORE", "LANGUAGE"] {
            program.env_remove(format!("PORTCULLIS_{name}"));
        }
        program.current_dir(self.folder.path());
        program
    }

    /// Imports two parties, so that the log has something in it.
    pub(crate) fn with_parties(&self) {
        let file = self.file(
            "first.csv",
            "name,country,address,aliases,activities,business number,government\n\
             Synthetic Avionics,CA,,,,,no\nSynthetic Ministry,TR,,,,,yes\n",
        );
        self.run(&["import", "parties", &file]).with(0);
    }

    /// How many events there are, and their root, as `EVENTS:ROOT`.
    pub(crate) fn head(&self) -> String {
        let shown = self.run(&["verify"]).with(0).out;
        let after = |before: &str| {
            let rest = shown.split(before).nth(1).unwrap_or_default();
            let word = rest.split([',', '\n']).next().unwrap_or_default();
            word.trim().to_owned()
        };
        format!("{}:{}", after("events "), after("root "))
    }
}
