//! Every parser against inputs that cover more and more of it (R14).
//!
//! `PORTCULLIS_PARSER` names the parser. `PORTCULLIS_FUZZ_SEEDS=FOLDER` writes the good files of that
//! parser there, as a corpus to begin from, and ends. A name that no parser has is answered with the list
//! of them. docs/operating/reliability.md has the commands.

#![no_main]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a fuzz target fails by panicking"
)]

#[path = "../../walks/mutants/parsers.rs"]
mod parsers;
#[expect(dead_code, reason = "the tests of intake use the rest of it")]
#[path = "../../crates/intake/tests/sheet/mod.rs"]
mod sheet;

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use parsers::Parser;

thread_local! {
    static PARSER: Parser = asked();
}

/// The parser that was asked for.
fn asked() -> Parser {
    let name = std::env::var("PORTCULLIS_PARSER").unwrap_or_default();
    let mut all = parsers::all();
    let Some(at) = all.iter().position(|parser| parser.name == name) else {
        let names: Vec<&str> = all.iter().map(|parser| parser.name).collect();
        panic!(
            "expected PORTCULLIS_PARSER to be one of:\n{}",
            names.join("\n")
        );
    };
    all.swap_remove(at)
}

/// Writes the good files of the parser, where that was asked for.
fn begin() {
    let Some(folder) = std::env::var_os("PORTCULLIS_FUZZ_SEEDS").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    PARSER.with(|parser| {
        for (number, good) in parser.corpus.iter().enumerate() {
            std::fs::write(folder.join(format!("good-{number}")), good).unwrap();
        }
    });
    std::process::exit(0);
}

fuzz_target!(
    init: begin(),
    |input: &[u8]| PARSER.with(|parser| (parser.read)(input))
);
