//! `bench gate`: load on the gate, and the same work done other ways, in one interleaved run.
//!
//! Only ratios within one run are worth anything: machines differ, and one machine differs from
//! minute to minute. So every way has its turn in every round, and the table shows medians with
//! the lowest round beside them.

mod clients;
mod exposure;
mod postgres;
mod tables;
mod town;
mod ways;

use std::time::Duration;

use super::{DONE, Ground, Stop};
use crate::cli::{Bench, BenchGate};

pub(crate) fn bench(ground: &Ground, words: &Bench) -> Result<u8, Stop> {
    match words {
        Bench::Gate(words) => gate(ground, words),
        Bench::Exposure(words) => exposure::exposure(ground, words),
        Bench::Screen(_) => Err(Stop::NotBuilt("screening")),
        Bench::Sweep(_) => Err(Stop::NotBuilt("sweep")),
    }
}

fn gate(ground: &Ground, words: &BenchGate) -> Result<u8, Stop> {
    let folder = tempfile::tempdir().map_err(|m| Stop::Fault(m.to_string()))?;
    let mut ways = ways::all(words, folder.path())?;
    if !words.only.is_empty() {
        let is_asked = |name: &str| words.only.iter().any(|part| name.contains(part));
        ways.retain(|way| is_asked(&way.name));
    }
    let turn = Duration::from_millis(words.milliseconds);
    for round in 1..=words.rounds {
        eprintln!("round {round} of {}.", words.rounds);
        for way in &mut ways {
            let figures = way.run(turn)?;
            way.rounds.push(figures);
        }
    }
    let table = tables::Table::of(&ways);
    if ground.json {
        super::print_json(&table)?;
    } else {
        table.print();
    }
    Ok(DONE)
}
