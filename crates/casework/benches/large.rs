//! What a large register costs to open and to look at. `PORTCULLIS_BENCH_STORE` names a register
//! that `cargo xtask store` wrote; without it nothing is measured.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::path::PathBuf;
use std::sync::Arc;

use casework::{Clock, Desk, DomainProjection, Lens};
use divan::Bencher;
use domain::id::PermitId;
use domain::time::{Day, Instant, Position};
use register::{Page, SqliteStore};

/// Permits looked at in turn, spread over the register.
const LOOKED_AT: usize = 500;

fn main() {
    let Some(file) = file() else {
        println!("not run: PORTCULLIS_BENCH_STORE names no register.");
        return;
    };
    let desk = open(&file);
    let head = desk.reading().unwrap().head().unwrap().position;
    let permits = desk.count_permits().unwrap();
    println!(
        "{permits} permits, {head} events, {} MB resident once open",
        resident_mb()
    );
    divan::main();
}

fn file() -> Option<PathBuf> {
    std::env::var_os("PORTCULLIS_BENCH_STORE").map(PathBuf::from)
}

/// A clock that stands still.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Instant {
        Instant::at_start_of(self.today()).plus_minutes(12 * 60)
    }

    fn today(&self) -> Day {
        Day::new(2027, 3, 1).unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        [7; 32]
    }
}

fn open(file: &std::path::Path) -> Desk {
    let store = SqliteStore::open(file, Arc::new(DomainProjection), &mut |_| ()).unwrap();
    Desk::open(Box::new(store), Box::new(Noon)).unwrap()
}

/// Memory held by this process, where Linux says it; else 0.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    kb.unwrap_or(0) / 1_024
}

/// Permits spread evenly over the register, by number.
fn spread(desk: &Desk) -> Vec<PermitId> {
    let log = desk.reading().unwrap();
    let mut found = Vec::new();
    for year in 2019..2027 {
        let after = format!("PMT-{year}-");
        let page = Page {
            after: Some(&after),
            limit: LOOKED_AT / 8,
        };
        let rows = log.page("permit", page).unwrap();
        found.extend(rows.iter().map(|row| PermitId::new(&row.id).unwrap()));
    }
    found
}

/// From nothing to a desk that answers.
#[divan::bench(sample_count = 20)]
fn open_the_desk(bencher: Bencher<'_, '_>) {
    let file = file().unwrap();
    bencher.bench_local(|| open(&file));
}

/// Where one permit stands, as of these days and all that is known.
#[divan::bench(args = ["2022-06-30", "2027-03-01"], sample_count = 200)]
fn standing_as_of(bencher: Bencher<'_, '_>, day: &str) {
    let desk = open(&file().unwrap());
    let known_at = desk.reading().unwrap().head().unwrap().position;
    stand(bencher, &desk, day, known_at);
}

/// Where one permit stood, as known when half of the log was written.
#[divan::bench(sample_count = 200)]
fn standing_as_known_half_way(bencher: Bencher<'_, '_>) {
    let desk = open(&file().unwrap());
    let head = desk.reading().unwrap().head().unwrap().position;
    stand(bencher, &desk, "2022-06-30", Position(head.0 / 2));
}

fn stand(bencher: Bencher<'_, '_>, desk: &Desk, day: &str, known_at: Position) {
    let permits = spread(desk);
    let lens = Lens {
        as_of: Day::parse(day).unwrap(),
        known_at,
    };
    let mut turn = permits.iter().cycle();
    bencher
        .with_inputs(|| turn.next().unwrap())
        .bench_local_values(|permit| desk.standing(permit, lens).unwrap());
}
