//! Running every test of every crate, and saying what ran.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::outcome::Outcome;
use crate::source::Source;
use crate::tree::Tree;

/// Names the file that tests write to when they do not run; the same name stands in `walks`.
const NOT_RUN_FILE: &str = "PORTCULLIS_NOT_RUN";

/// What cargo is asked to test: everything as it ships, then what a feature adds.
const RUNS: [&[&str]; 2] = [
    &["--workspace"],
    &[
        "--package=portcullis",
        "--features=otel",
        "--test=commands",
        "traces::",
    ],
];

/// How often the end of cargo is looked for while nothing is printed.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How many quiet looks after cargo ended: a program left behind by a test may hold the pipe open.
const QUIET_LOOKS_MAX: u32 = 10;

/// Builds and runs the tests, streams what they print, and ends with a table and one last line.
///
/// # Errors
/// Says when cargo could not be started or its output not be read.
pub fn run(root: &Path) -> Result<bool, String> {
    let with_tests = packages_with_tests(&Tree::load(root)?);
    let mut programs = BTreeMap::new();
    for what in RUNS {
        let Some(built) = build(root, what)? else {
            println!("\nthe tests do not build\n\n0 passed, 0 failed, 0 skipped");
            return Ok(false);
        };
        programs.extend(built);
    }
    let mut outcome = Outcome::new(programs);
    let file = std::env::temp_dir().join(format!("portcullis-not-run-{}", std::process::id()));
    std::fs::write(&file, "").map_err(|e| format!("writing `{}`: {e}", file.display()))?;
    let mut ended_well = true;
    for what in RUNS {
        ended_well &= run_cargo(root, what, &file, &mut outcome)?;
    }
    let said = std::fs::read(&file).map_err(|e| format!("reading `{}`: {e}", file.display()))?;
    let _ = std::fs::remove_file(&file);
    outcome.read_not_run(&String::from_utf8_lossy(&said));
    outcome.finish(ended_well, &with_tests);
    print!("{}", outcome.report());
    Ok(outcome.went_well())
}

/// Builds the test programs; gives the package of each, or none when they do not build.
fn build(root: &Path, what: &[&str]) -> Result<Option<BTreeMap<String, String>>, String> {
    let built = crate::cargo()
        .current_dir(root)
        .args(["test", "--no-run"])
        .args(what)
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("starting cargo: {e}"))?;
    if !built.status.success() {
        return Ok(None);
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    Ok(Some(messages.lines().filter_map(program).collect()))
}

/// The test program and its package in one message of cargo.
fn program(message: &str) -> Option<(String, String)> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let executable = message.get("executable")?.as_str()?;
    let id = message.get("package_id")?.as_str()?;
    let name = executable.rsplit('/').next()?;
    Some((name.to_owned(), package_name(id).to_owned()))
}

/// The name in a package id: `path+file:///x/crates/web#0.1.0` or `path+file:///x/y#web@0.1.0`.
fn package_name(id: &str) -> &str {
    let (place, version) = id.split_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
    }
}

fn run_cargo(
    root: &Path,
    what: &[&str],
    not_run: &Path,
    outcome: &mut Outcome,
) -> Result<bool, String> {
    let fault = |e: std::io::Error| format!("running cargo test: {e}");
    let (reader, writer) = std::io::pipe().map_err(fault)?;
    // One pipe for both streams: cargo names the program on one, the program answers on the other.
    let mut child = crate::cargo()
        .current_dir(root)
        .args(["test", "--no-fail-fast"])
        .args(what)
        .env(NOT_RUN_FILE, not_run)
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(fault)?)
        .stderr(writer)
        .spawn()
        .map_err(fault)?;
    let lines = lines_of(reader);
    let mut quiet_looks = 0;
    loop {
        match lines.recv_timeout(LOOK_EVERY) {
            Ok(line) => {
                quiet_looks = 0;
                print!("{line}");
                let _ = std::io::stdout().flush();
                outcome.read(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let has_ended = child.try_wait().map_err(fault)?.is_some();
                quiet_looks += u32::from(has_ended);
                if quiet_looks > QUIET_LOOKS_MAX {
                    break;
                }
            }
        }
    }
    Ok(child.wait().map_err(fault)?.success())
}

fn lines_of(reader: std::io::PipeReader) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
            line.clear();
        }
    });
    receiver
}

/// The packages with a test in their sources.
fn packages_with_tests(tree: &Tree) -> BTreeSet<String> {
    tree.ending(&[".rs"])
        .filter(|(_, text)| has_tests(text))
        .filter_map(|(path, _)| package_of(path))
        .collect()
}

/// The package that a path lies in; folder and package have one name.
fn package_of(path: &str) -> Option<String> {
    let mut parts = path.split('/');
    let name = match parts.next()? {
        "crates" => parts.next()?,
        first => first,
    };
    Some(name.to_owned())
}

fn has_tests(text: &str) -> bool {
    let code = Source::read(text).code;
    code.contains("#[test]") || code.contains("proptest!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_read_from_both_shapes_of_its_id() {
        assert_eq!(package_name("path+file:///x/crates/web#0.1.0"), "web");
        assert_eq!(package_name("path+file:///x/y#press@0.1.0"), "press");
    }

    #[test]
    fn only_messages_about_test_programs_count() {
        let message = r#"{"reason":"compiler-artifact","package_id":"path+file:///x/crates/web#0.1.0","executable":"/x/deps/web-0f"}"#;
        assert_eq!(
            program(message),
            Some(("web-0f".to_owned(), "web".to_owned()))
        );
        assert_eq!(
            program(r#"{"reason":"compiler-artifact","executable":null}"#),
            None
        );
        assert_eq!(program("not a message"), None);
    }

    #[test]
    fn a_crate_has_tests_when_its_code_does_and_not_when_it_speaks_of_them() {
        let tree = Tree::of(&[
            ("crates/domain/src/law.rs", "#[test]\nfn a() {}"),
            ("crates/register/tests/contract.rs", "proptest! { }"),
            (
                "crates/web/src/lib.rs",
                "// #[test]\nconst A: &str = \"#[test]\";",
            ),
            ("walks/tests/a.rs", "#[test]\nfn a() {}"),
        ]);
        let found: Vec<String> = packages_with_tests(&tree).into_iter().collect();
        assert_eq!(found, ["domain", "register", "walks"]);
    }
}
