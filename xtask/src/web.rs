//! Generating supply webs of any size, to measure on.

use std::path::Path;

/// Runs the generator of `bench exposure`, optimised, with these words of its command line.
///
/// # Errors
/// Says why cargo could not be started.
pub fn generate(root: &Path, words: &[&str]) -> Result<bool, String> {
    let mut cargo = crate::cargo();
    cargo
        .current_dir(std::env::current_dir().unwrap_or_else(|_| root.to_owned()))
        .args(["run", "--release", "--quiet", "--package", "portcullis"])
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"))
        .args(["--", "bench", "exposure", "--only-keep"])
        .args(words);
    let ended = cargo
        .status()
        .map_err(|fault| format!("starting cargo: {fault}"))?;
    Ok(ended.success())
}
