//! What must pass before a change is done, cheapest first.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::licence::{Allowed, not_allowed};
use crate::tree::Tree;

/// How a step ended.
type Ended = Result<bool, String>;

/// One step: its name and what it does.
type Step = (&'static str, fn(&Path) -> Ended);

const STEPS: [Step; 6] = [
    ("format", format),
    ("tidy", tidy),
    ("licences", licences),
    ("advisories", advisories),
    ("lints", lints),
    ("documents", docs),
];

/// Whether the tests are part of a check.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    /// They are its last step.
    Run,
    /// Another command runs them.
    Leave,
}

/// Runs every step in order and ends at the first that fails.
///
/// # Errors
/// Says which step could not be run.
pub fn check(root: &Path, tests: Tests) -> Ended {
    let last: Option<Step> = (tests == Tests::Run).then_some(("tests", crate::run_tests::run));
    for (name, step) in STEPS.into_iter().chain(last) {
        println!("== {name}");
        if !step(root).map_err(|fault| format!("{name}: {fault}"))? {
            println!("\ncheck failed at: {name}");
            return Ok(false);
        }
    }
    println!("check passed");
    Ok(true)
}

/// Runs the rules of the house over the project as it lies on the disk.
///
/// # Errors
/// Says which file could not be read.
pub fn tidy(root: &Path) -> Ended {
    let (complaints, notes) = crate::tidy::complaints(&Tree::load(root)?);
    for note in &notes {
        println!("note: {note}");
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    println!("tidy: {} complaints", complaints.len());
    Ok(complaints.is_empty())
}

/// Builds the documents of our own crates.
///
/// # Errors
/// Says when cargo could not be started.
pub fn docs(root: &Path) -> Ended {
    let mut command = crate::cargo();
    command.args(["doc", "--workspace", "--no-deps", "--quiet"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    ends_well(root, command)
}

fn format(root: &Path) -> Ended {
    let mut command = crate::cargo();
    command.args(["fmt", "--all", "--check"]);
    ends_well(root, command)
}

fn lints(root: &Path) -> Ended {
    let mut command = crate::cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    command.args(["--", "-D", "warnings"]);
    ends_well(root, command)
}

fn licences(root: &Path) -> Ended {
    let deny = std::fs::read_to_string(root.join("deny.toml"))
        .map_err(|e| format!("reading deny.toml: {e}"))?;
    let allowed = Allowed::read(&deny)?;
    let answer = crate::cargo()
        .current_dir(root)
        .args(["metadata", "--format-version=1", "--locked"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("starting cargo: {e}"))?;
    if !answer.status.success() {
        return Ok(false);
    }
    let metadata = serde_json::from_slice(&answer.stdout)
        .map_err(|e| format!("reading the answer of cargo metadata: {e}"))?;
    let complaints = not_allowed(&metadata, &allowed)?;
    for complaint in &complaints {
        println!("{complaint} is not in the list that deny.toml allows");
    }
    Ok(complaints.is_empty())
}

/// Advisories need a tool and a database that are not part of the project: where either is
/// missing the step is reported as not run, and the build goes on.
fn advisories(root: &Path) -> Ended {
    let has_tool = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join("cargo-deny").is_file())
    });
    if !has_tool {
        println!("not run: advisories: cargo-deny is not installed");
        return Ok(true);
    }
    if !has_entries(&advisory_folder()) {
        println!("not run: advisories: no advisory database on this machine");
        return Ok(true);
    }
    let mut command = crate::cargo();
    command.args(["deny", "--offline", "--workspace", "check"]);
    command.args(["advisories", "licenses", "sources"]);
    ends_well(root, command)
}

fn advisory_folder() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            let home = std::env::var_os("HOME")?;
            Some(PathBuf::from(home).join(".cargo"))
        });
    home.unwrap_or_default().join("advisory-dbs")
}

fn has_entries(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn ends_well(root: &Path, mut command: Command) -> Ended {
    let status = command
        .current_dir(root)
        .stdin(Stdio::null())
        .status()
        .map_err(|e| format!("starting cargo: {e}"))?;
    Ok(status.success())
}
