//! Checks and generated references; never ships.
//!
//! `cargo xtask check` is what must pass before a change is done. The same command runs on the
//! build machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod check;
mod licence;
mod outcome;
mod run_tests;
mod source;
mod store;
mod tidy;
mod tree;
mod web;

/// What each command does, for people.
const USAGE: &str = "\
usage: cargo xtask <command>

  check   format, licences, advisories, lints and everything below, cheapest first, ending at the
          first step that fails; with --without-tests, all but the tests
  tidy    the rules of the house that a compiler does not know
  docs    build the documents of our own crates, warnings as errors
  test    every test of every crate, with what did not run and why
  store   a register of any size to measure on: --permits N --seed S FILE
  web     a supply web of any size to measure exposure on: --keep FILE --seed S --items N
          --parties N --permits N --shipments N
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = root();
    let asked: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let went_well = match asked.as_slice() {
        ["check"] => check::check(&root, check::Tests::Run),
        ["check", "--without-tests"] => check::check(&root, check::Tests::Leave),
        ["tidy"] => check::tidy(&root),
        ["docs"] => check::docs(&root),
        ["test"] => run_tests::run(&root),
        ["store", words @ ..] => store::generate(&root, words),
        ["web", words @ ..] => web::generate(&root, words),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match went_well {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(fault) => {
            eprintln!("xtask: {fault}");
            ExitCode::from(3)
        }
    }
}

/// The root of the workspace. Cargo names the package at run time; the path at build time is the
/// fallback, since several checkouts may share one build folder.
fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// The cargo that started this program.
fn cargo() -> std::process::Command {
    std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
