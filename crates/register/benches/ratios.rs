//! Ratios of the register, each taken in interleaved rounds of one run: its median over the rounds,
//! with the lowest and the highest.
//!
//! Only ratios are worth comparing between machines. `ROUNDS` sets how many rounds there are, and
//! `PART` (`verify` or `append`) asks for one part. Ratios of time are of time passed; on a machine
//! with other work, those of processor time (Linux) say more.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use domain::time::Position;
use register::leaf::{self, Fields, Heading, Salts};
use register::merkle::Frontier;
use register::store::{Progress, Store};
use register::verify::{Depth, VerifyOptions};
use register::{Hash, NewEvent};
use sha2::{Digest as _, Sha256};

#[expect(dead_code, reason = "the divan benches use the rest")]
mod work;

use work::{Fresh, append, fresh, reservation, reserve_batch};

/// Events of the log that is verified.
const LOGGED: u64 = 100_000;
/// Reservations in one durable commit.
const BATCH: u64 = 64;
/// Commits in one round.
const COMMITS: u64 = 100;

fn main() {
    let set = |name: &str| std::env::var(name).ok();
    let rounds: u64 = set("ROUNDS").and_then(|n| n.parse().ok()).unwrap_or(7);
    let part = set("PART").unwrap_or_default();
    if part.is_empty() || part == "verify" {
        verification(rounds);
    }
    if part.is_empty() || part == "append" {
        appending(rounds);
    }
}

/// Time passed and processor time, in seconds.
#[derive(Clone, Copy)]
struct Spent {
    passed: f64,
    processor: f64,
}

impl Spent {
    fn each_of(self, count: u64) -> Self {
        Self {
            passed: self.passed / count as f64,
            processor: self.processor / count as f64,
        }
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Spent {
    let (start, before) = (Instant::now(), processor_seconds());
    black_box(work());
    Spent {
        passed: start.elapsed().as_secs_f64(),
        processor: processor_seconds() - before,
    }
}

/// Processor time of the process so far, all threads, in the ticks of Linux: hundredths of a
/// second. Elsewhere it is not known.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |field: usize| -> f64 {
        let text = after_name.split_whitespace().nth(field);
        text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
    };
    // User and system time are the 14th and 15th field; the name is the 2nd.
    (ticks(11) + ticks(12)) / 100.0
}

/// Shows one figure of every round: the median, the lowest and the highest.
fn show(what: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    let (first, last) = (figures[0], figures[figures.len() - 1]);
    let median = figures[figures.len() / 2];
    println!("{what}: {median:.2} (lowest {first:.2}, highest {last:.2})");
}

/// Shows a ratio, by time passed and by processor time.
fn show_ratio(what: &str, rounds: &[(Spent, Spent)]) {
    let by = |of: fn(&Spent) -> f64| rounds.iter().map(move |(a, b)| of(a) / of(b)).collect();
    show(what, by(|spent| spent.passed));
    show(&format!("{what}, processor"), by(|spent| spent.processor));
}

/// Verifying, against reading the log once and hashing what was read.
fn verification(rounds: u64) {
    let fresh = fresh();
    for first in (0..LOGGED).step_by(5_000) {
        let events = (first..first + 5_000).map(|n| reservation(n, n % work::PERMITS));
        append(&fresh.store, events.collect());
    }
    let (mut log, mut everything) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let bare = timed(|| (0..4).map(|_| read_and_hash(&fresh)).last()).each_of(4);
        log.push((timed(|| verify(&fresh, Depth::Log)), bare));
        everything.push((timed(|| verify(&fresh, Depth::Everything)), bare));
    }
    show_ratio("verify the log / read it and hash it once", &log);
    show_ratio(
        "verify everything / read the log and hash it once",
        &everything,
    );
}

fn verify(fresh: &Fresh, depth: Depth) {
    let options = VerifyOptions {
        depth,
        ..VerifyOptions::default()
    };
    let report = fresh.store.verify(&options, &mut |_: Progress| ()).unwrap();
    assert!(report.is_clean() && report.events == LOGGED);
}

/// Reads every column of the log and hashes it: the least that any verification must do.
fn read_and_hash(fresh: &Fresh) -> [u8; 32] {
    let path = fresh.folder.path().join("register.db");
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT event.*, salt.seed FROM event JOIN salt USING (position) ORDER BY position",
        )
        .unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut hasher = Sha256::new();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                rusqlite::types::ValueRef::Integer(number) => hasher.update(number.to_be_bytes()),
                other => hasher.update(other.as_bytes().unwrap_or_default()),
            }
        }
    }
    hasher.finalize().into()
}

/// Reservations in durable commits: in batches against one by one, and what of a batch is the leaf
/// and the tree.
fn appending(rounds: u64) {
    let (hot, spread) = (fresh(), fresh());
    let (mut batching, mut leaves, mut tree) = (Vec::new(), Vec::new(), Vec::new());
    let (mut on_one, mut on_many) = (Vec::new(), Vec::new());
    let reservations = COMMITS * BATCH;
    let mut next = 0;
    for _ in 0..rounds {
        let batches = |fresh: &Fresh, is_hot| {
            let commits = (0..COMMITS).map(|commit| next + commit * BATCH);
            let spent = timed(|| {
                commits.for_each(|from| reserve_batch(&fresh.store, from, BATCH, is_hot));
            });
            spent.each_of(reservations)
        };
        on_one.push(batches(&hot, true));
        on_many.push(batches(&spread, false));
        next += reservations;
        let one_by_one = timed(|| {
            (next..next + COMMITS).for_each(|from| reserve_batch(&hot.store, from, 1, true));
        });
        next += COMMITS;
        let batched = on_one[on_one.len() - 1];
        batching.push((one_by_one.each_of(COMMITS), batched));
        let events: Vec<NewEvent> = (0..reservations).map(|n| reservation(n, 1)).collect();
        leaves.push((
            timed(|| commit_leaves(&events)).each_of(reservations),
            batched,
        ));
        tree.push((
            timed(|| grow_tree(events.len() * 100)).each_of(reservations * 100),
            batched,
        ));
    }
    show_ratio("one by one / in batches of 64, one permit", &batching);
    for (what, spent) in [("one permit", &on_one), ("many permits", &on_many)] {
        let us = |of: fn(&Spent) -> f64| spent.iter().map(|spent| of(spent) * 1e6).collect();
        show(
            &format!("us per reservation in batches, {what}"),
            us(|s| s.passed),
        );
        show(
            &format!("us per reservation in batches, {what}, processor"),
            us(|s| s.processor),
        );
    }
    show_ratio("commitments and leaf / batched append", &leaves);
    show_ratio("tree / batched append", &tree);
}

/// Everything from payload to leaf hash.
fn commit_leaves(events: &[NewEvent]) -> Hash {
    let mut previous = Hash::NONE;
    for (event, position) in events.iter().zip(1..) {
        let position = Position(position);
        let fields = Fields::of(&event.payload, &event.actor, event.ground.as_deref()).unwrap();
        let salts = Salts::Seed(leaf::event_seed(&[7; 32], position));
        let commitments = leaf::commitments(&fields, &salts, &BTreeMap::new()).unwrap();
        let heading = Heading {
            position,
            kind: &event.kind,
            form: event.form,
            recorded_at: work::stamp().now,
            effective_from: None,
            tags: &event.tags,
            previous,
        };
        previous = heading.leaf_hash(&commitments);
    }
    previous
}

/// Growing the tree by so many leaves, and its root once per batch.
fn grow_tree(leaves: usize) -> Hash {
    let mut frontier = Frontier::default();
    let mut root = Hash::NONE;
    for number in 0..leaves {
        frontier.push(Hash([7; 32]), |node| {
            black_box(node);
        });
        if number % 64 == 63 {
            root = frontier.root();
        }
    }
    root
}
