//! Every parser against inputs that cover more and more of it (R14).
//!
//! `PORTCULLIS_PARSER` names the parser. `PORTCULLIS_FUZZ_SEEDS=FOLDER` writes the good files of that
//! parser there, as a corpus to begin from, and ends. A name that no parser has is answered with the list
//! of them. docs/operating/reliability.md has the commands.

#![no_main]

#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the list of parsers is that of a test, which fails by panicking"
)]
#[path = "../../walks/mutants/parsers.rs"]
mod parsers;
#[expect(
    dead_code,
    clippy::unwrap_used,
    reason = "the tests of intake use the rest of it, and fail by panicking"
)]
#[path = "../../crates/intake/tests/sheet/mod.rs"]
mod sheet;

use std::path::{Path, PathBuf};
use std::process::exit;

use libfuzzer_sys::fuzz_target;
use parsers::Parser;

/// Exit code of a mistake in what was asked.
const MISTAKE: i32 = 2;

thread_local! {
    static PARSER: Parser = asked();
}

/// The parser that was asked for.
fn asked() -> Parser {
    let name = std::env::var("PORTCULLIS_PARSER").unwrap_or_default();
    let mut all = parsers::all();
    match all.iter().position(|parser| parser.name == name) {
        Some(at) => all.swap_remove(at),
        None => {
            eprintln!("expected PORTCULLIS_PARSER to be one of:");
            all.iter().for_each(|parser| eprintln!("{}", parser.name));
            exit(MISTAKE);
        }
    }
}

/// Writes the good files of the parser, where that was asked for.
fn begin() {
    let Some(folder) = std::env::var_os("PORTCULLIS_FUZZ_SEEDS").map(PathBuf::from) else {
        return;
    };
    let written = PARSER.with(|parser| write(&folder, &parser.corpus));
    if let Err(error) = written {
        eprintln!("`{}`: {error}", folder.display());
        exit(MISTAKE);
    }
    exit(0);
}

fn write(folder: &Path, corpus: &[Vec<u8>]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    corpus
        .iter()
        .enumerate()
        .try_for_each(|(number, good)| std::fs::write(folder.join(format!("good-{number}")), good))
}

fuzz_target!(
    init: begin(),
    |input: &[u8]| PARSER.with(|parser| (parser.read)(input))
);
