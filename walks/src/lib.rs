//! Whole journeys over the public surface; never ships.
//!
//! The library part is what tests of every room share: finding real input that is not part of the
//! project, and saying loudly when a test did not run for want of it.

pub mod paper;
pub mod postgres;
pub mod program;
pub mod synthetic;

use std::io::Write;
use std::path::{Path, PathBuf};

/// Names the file that collects what did not run; `cargo xtask test` sets it and prints it.
pub const NOT_RUN_FILE: &str = "PORTCULLIS_NOT_RUN";

/// The folder of real input beside the project; `../shared` from the workspace unless set.
pub const SHARED_FOLDER: &str = "PORTCULLIS_SHARED";

/// Says that the calling test did not run, and why. The count is printed at the end of the run.
pub fn not_run(test: &str, because: &str) {
    let line = format!("not run: {test}: {because}");
    eprintln!("{line}");
    if let Some(file) = std::env::var_os(NOT_RUN_FILE) {
        let opened = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file);
        if let Ok(mut open) = opened {
            let _ = writeln!(open, "{line}");
        }
    }
}

/// A file or folder of real input, or none with the test reported as not run.
#[must_use]
pub fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(SHARED_FOLDER).map_or_else(
        || {
            workspace()
                .parent()
                .map(|up| up.join("shared"))
                .unwrap_or_default()
        },
        PathBuf::from,
    );
    let found = folder.join(path);
    if found.exists() {
        return Some(found);
    }
    not_run(test, &format!("`{}` is not there", found.display()));
    None
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}
