//! Every parser against files that were good until a seed spoilt them (R14).
//!
//! No input ends in a panic, takes much more processor time than its size accounts for, or makes the
//! process grow beyond a bound. `PORTCULLIS_MUTANTS=N` makes more of each, `PORTCULLIS_MUTANT_SEED=N`
//! begins elsewhere; the message of a failure names the parser, the seed and how to repeat it. With
//! `PORTCULLIS_MUTANT_TRACE` each is named beforehand, for what ends the process without a message.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod parsers;
#[expect(dead_code, reason = "the tests of intake use the rest of it")]
#[path = "../../crates/intake/tests/sheet/mod.rs"]
mod sheet;
mod spoil;

use std::panic::{AssertUnwindSafe, catch_unwind};

use parsers::Parser;
use spoil::Spoiler;

/// Mutants for each file of each corpus: about 20 s of processor time in all, unoptimised.
const MUTANTS: u64 = 40;

/// What a parser may take for any input, in nanoseconds of processor time: a second for each
/// megabyte is the goal of an optimised build; an unoptimised one gets ten, on top of what the parts
/// cost that it loads beside the input.
const NANOSECONDS_MAX: u64 = 4_000_000_000;
const NANOSECONDS_PER_BYTE: u64 = 10_000;

/// What the process may grow by: what R14 allows, for the largest input met.
const GROWTH_MAX: u64 = 64 * 1024 * 1024;

fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Processor time of this thread so far, where the system tells.
fn nanoseconds() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// The most memory that the process had at once so far, in bytes, where the system tells.
fn peak() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Gives one input to a parser and holds it to its bounds.
fn give(parser: &Parser, input: &[u8], at: &str) {
    let before = nanoseconds();
    let ended = catch_unwind(AssertUnwindSafe(|| (parser.read)(input)));
    assert!(ended.is_ok(), "a panic. {at}");
    if let (Some(before), Some(after)) = (before, nanoseconds()) {
        let took = after.saturating_sub(before);
        let size = u64::try_from(input.len()).unwrap();
        let most = NANOSECONDS_MAX + size * NANOSECONDS_PER_BYTE;
        assert!(
            took <= most,
            "{took} ns of processor time for {size} bytes. {at}"
        );
    }
}

#[test]
fn a_file_spoilt_by_a_seed_is_read_or_refused_within_bounds() {
    let (mutants, first) = (
        number("PORTCULLIS_MUTANTS", MUTANTS),
        number("PORTCULLIS_MUTANT_SEED", 1),
    );
    // An overflowed stack ends the process without a word: the last line then says where.
    let is_traced = std::env::var_os("PORTCULLIS_MUTANT_TRACE").is_some();
    let parsers = parsers::all();
    for parser in &parsers {
        for (file, good) in parser.corpus.iter().enumerate() {
            give(
                parser,
                good,
                &format!("{}: file {file}, as it is", parser.name),
            );
        }
    }
    let (before, mut largest, mut given) = (peak(), 0_u64, 0_u64);
    for parser in &parsers {
        for file in 0..parser.corpus.len() {
            for seed in first..first.saturating_add(mutants) {
                let spoilt = Spoiler::new(seed).spoil(&parser.corpus, file);
                largest = largest.max(u64::try_from(spoilt.len()).unwrap());
                let at = format!(
                    "{}, file {file}: PORTCULLIS_MUTANT_SEED={seed} PORTCULLIS_MUTANTS=1",
                    parser.name
                );
                if is_traced {
                    eprintln!("{at}");
                }
                give(parser, &spoilt, &at);
                given += 1;
            }
        }
    }
    if let (Some(before), Some(after)) = (before, peak()) {
        let most = GROWTH_MAX + 10 * largest;
        let grown = after.saturating_sub(before);
        assert!(grown <= most, "grown by {grown} bytes; {most} are allowed");
        println!("{given} inputs, the largest of {largest} bytes; grown by {grown} bytes");
    }
}
