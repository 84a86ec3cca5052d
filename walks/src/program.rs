//! The binary as a person or a script runs it, within bounds.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::workspace;

/// How much one run may take. The shell sets both bounds on the child, so that no test looks at a
/// clock: a run that exceeds one is killed, and its exit code is none of the four.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Address space: an upper bound on what is resident.
    pub memory_mib_max: u32,
    /// Processor time.
    pub cpu_seconds_max: u32,
}

/// Enough for any honest file of a test, and little enough that a hang or a leak shows.
pub const BOUNDS: Bounds = Bounds {
    memory_mib_max: 512,
    cpu_seconds_max: 60,
};

/// What a run gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it said beside that.
    pub err: String,
}

/// The binary, built once for each test program from what lies on the disk.
///
/// # Errors
/// Says when it could not be built.
pub fn program() -> Result<&'static Path, &'static str> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref().map_err(String::as_str)
}

/// Names a binary that is tested in place of the one built here: a packaged one, say.
pub const BINARY: &str = "PORTCULLIS_BINARY";

/// Builds the binary where this test was built. The features are those of the whole workspace, as
/// in `cargo test --workspace`, so that nothing is built twice.
fn build() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(BINARY) {
        return Ok(PathBuf::from(named));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(workspace())
        .args(["build", "--workspace", "--bin", "portcullis", "--locked"])
        .arg("--message-format=json")
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| format!("starting cargo: {cause}"))?;
    if !built.status.success() {
        let says = String::from_utf8_lossy(&built.stderr);
        return Err(format!("the binary does not build: {says}"));
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    executable(&messages).ok_or_else(|| "cargo names no binary".to_owned())
}

/// The path after `"executable":` in the last message that has one.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.rsplit_once("\"executable\":\"")?;
    let (path, _) = rest.split_once('"')?;
    Some(PathBuf::from(path.replace("\\\\", "\\")))
}

/// Runs the binary with these words, within bounds, in a folder.
///
/// # Errors
/// Says when it could not be built or started.
pub fn run(folder: &Path, bounds: Bounds, words: &[&str]) -> Result<Ran, String> {
    run_under(folder, bounds, &[], words)
}

/// Runs the binary under another program, as `strace` with its own words.
///
/// # Errors
/// Says when it could not be built or started.
pub fn run_under(
    folder: &Path,
    bounds: Bounds,
    above: &[&str],
    words: &[&str],
) -> Result<Ran, String> {
    let limit = format!(
        "ulimit -v {} && ulimit -t {} && ulimit -c 0 && exec \"$@\"",
        u64::from(bounds.memory_mib_max).saturating_mul(1024),
        bounds.cpu_seconds_max
    );
    let ended = Command::new("sh")
        .current_dir(folder)
        .args(["-c", &limit, "sh"])
        .args(above)
        .arg(program()?)
        .args(words)
        .env_remove("PORTCULLIS_STORE")
        .env_remove("PORTCULLIS_OFFICER")
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| format!("starting the binary: {cause}"))?;
    Ok(Ran {
        code: ended.status.code(),
        out: String::from_utf8_lossy(&ended.stdout).into_owned(),
        err: String::from_utf8_lossy(&ended.stderr).into_owned(),
    })
}

/// Whether strace is here and may trace; the test is reported as not run where it may not.
#[must_use]
pub fn may_trace(test: &str) -> bool {
    if !has("strace") {
        crate::not_run(test, "strace is not installed");
        return false;
    }
    let traced = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .status();
    let may = traced.is_ok_and(|status| status.success());
    if !may {
        crate::not_run(test, "strace may not trace here");
    }
    may
}

/// Whether a program is on the path.
#[must_use]
pub fn has(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|at| at.join(name).is_file()))
}
