//! Generates a register of any size from a seed: parties, permits with their ledgers, orders and a
//! policy measure in force, and shipments on their way. The same seed gives the same register.

mod draw;
mod party;
mod permit;
mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casework::{Actor, Clock, Desk, DomainProjection};
use domain::time::{Day, Instant};
use register::{Digest, SqliteStore};

/// Anything that ends the work; it is printed and nothing else is done about it.
type Trouble = Box<dyn std::error::Error>;

/// Most permits that are generated: the size for which the register is planned, ten times.
const PERMITS_MAX: u64 = 10_000_000;

/// Permits in one commit: enough that the commit costs nothing, few enough for the memory of a
/// small machine.
const PERMITS_PER_COMMIT: u64 = 5_000;

const USAGE: &str = "\
usage: cargo xtask store --permits N --seed S FILE

  Writes a register of N permits (at most 10,000,000) to FILE, which must not exist.
";

/// What was asked for.
struct Asked {
    permits: u64,
    seed: u64,
    file: PathBuf,
}

/// A clock that moves a millisecond at each reading; its random bytes follow from the seed.
struct Steady {
    now: AtomicI64,
    drawn: AtomicU64,
    seed: u64,
    today: Day,
}

impl Steady {
    fn new(seed: u64, today: Day) -> Self {
        let morning = Instant::at_start_of(today).plus_minutes(9 * 60);
        Self {
            now: AtomicI64::new(morning.0),
            drawn: AtomicU64::new(0),
            seed,
            today,
        }
    }
}

impl Clock for Steady {
    fn now(&self) -> Instant {
        Instant(self.now.fetch_add(1_000, Ordering::SeqCst))
    }

    fn today(&self) -> Day {
        self.today
    }

    fn entropy(&self) -> [u8; 32] {
        let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
        Digest::of(format!("{}/{drawn}", self.seed).as_bytes()).0
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(asked) = read(&arguments) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match generate(&asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("store: {trouble}");
            ExitCode::from(3)
        }
    }
}

fn read(arguments: &[String]) -> Option<Asked> {
    let (mut permits, mut seed, mut file) = (None, None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--permits" => permits = Some(words.next()?.parse().ok()?),
            "--seed" => seed = Some(words.next()?.parse().ok()?),
            name if file.is_none() && !name.starts_with('-') => file = Some(PathBuf::from(name)),
            _ => return None,
        }
    }
    let permits = permits.filter(|permits| (1..=PERMITS_MAX).contains(permits))?;
    Some(Asked {
        permits,
        seed: seed?,
        file: file?,
    })
}

fn generate(asked: &Asked) -> Result<(), Trouble> {
    if asked.file.exists() {
        return Err(format!("`{}` exists already", asked.file.display()).into());
    }
    let desk = open(asked)?;
    let town = party::Town::new(asked.seed, asked.permits);
    let operator = Actor::operator()?;
    story::found(&desk, &operator)?;
    record_parties(&desk, &operator, &town)?;
    record_permits(&desk, &operator, &town, asked.permits)?;
    let officers = story::Officers::new()?;
    story::general_permit(&desk, &officers)?;
    let shipments = story::shipments(&desk, &officers, &town, asked.permits)?;
    story::measures(&desk, &officers, &town, asked.permits)?;
    let reading = desk.reading()?;
    let head = reading.head()?.position;
    println!(
        "{} permits, {} parties, {shipments} shipments: {head} events in `{}`, {} MB, root {}.",
        asked.permits,
        town.size(),
        asked.file.display(),
        size_mb(&asked.file)?,
        reading.root(head.0)?
    );
    Ok(())
}

fn open(asked: &Asked) -> Result<Desk, Trouble> {
    let projection = Arc::new(DomainProjection);
    let store = SqliteStore::open(&asked.file, projection, &mut |_| ())?;
    let clock = Steady::new(asked.seed, permit::today()?);
    Ok(Desk::open(Box::new(store), Box::new(clock))?)
}

fn record_parties(desk: &Desk, actor: &Actor, town: &party::Town) -> Result<(), Trouble> {
    let mut batch = Vec::new();
    for version in town.versions() {
        batch.push(version?);
        if u64::try_from(batch.len())? == PERMITS_PER_COMMIT {
            desk.take_over(actor, &batch, &[])?;
            batch.clear();
        }
    }
    if !batch.is_empty() {
        desk.take_over(actor, &batch, &[])?;
    }
    Ok(())
}

fn record_permits(
    desk: &Desk,
    actor: &Actor,
    town: &party::Town,
    permits: u64,
) -> Result<(), Trouble> {
    let mut first = 0;
    while first < permits {
        let end = permits.min(first + PERMITS_PER_COMMIT);
        let batch = (first..end)
            .map(|number| permit::issued(town, number))
            .collect::<Result<Vec<_>, _>>()?;
        desk.take_over(actor, &[], &batch)?;
        first = end;
        if first.is_multiple_of(100_000) {
            eprintln!("{first} of {permits} permits.");
        }
    }
    Ok(())
}

fn size_mb(file: &Path) -> Result<u64, Trouble> {
    Ok(std::fs::metadata(file)?.len() / 1_000_000)
}
