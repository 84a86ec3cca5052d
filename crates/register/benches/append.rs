//! What appending costs, one by one and in batches, and what verifying costs beside bare hashing.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking"
)]

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use domain::time::Instant;
use register::event::{NewEvent, Stamp, StoredEvent};
use register::projection::{Key, Projection, ProjectionFault, States, ViewRow};
use register::sqlite::SqliteStore;
use register::store::{Progress, Store};
use register::verify::VerifyOptions;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Events of the bulk benches: an import of a year of permits.
const BULK: u64 = 10_000;

fn main() {
    divan::main();
}

/// Two rows per permit, of twelve look-ups each.
struct Permits;

impl Projection for Permits {
    fn version(&self) -> &'static str {
        "permits-1"
    }

    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault> {
        let id = event.payload["permit"].as_str().unwrap_or("").to_owned();
        let row = |kind: &str| {
            let field = |n: usize| event.payload["lines"][n % 4]["item"].to_string();
            let index = (0..12).map(|n| (format!("name-{n}"), format!("{}-{}", field(n), n % 3)));
            let key = Key {
                kind: kind.into(),
                id: id.clone(),
            };
            (
                key,
                ViewRow {
                    body: event.payload.to_string(),
                    index: index.collect(),
                },
            )
        };
        let rows = vec![row("permit"), row("balance")];
        for (key, _) in &rows {
            states(key)?;
        }
        Ok(rows)
    }
}

/// A permit of four lines: 44 fields and four tags.
fn permit(number: u64) -> NewEvent {
    let line = |n: u64| {
        json!({
            "item": format!("item {}", (number + n) % 200), "entry": "GUIDE@2020:2-15.d",
            "quantity": "12.5", "unit": "C62", "value": "125000.00", "currency": "CAD",
            "serials": [format!("S-{number}-{n}")], "is_component": false, "no": n
        })
    };
    let lines: Vec<Value> = (0..4).map(line).collect();
    NewEvent {
        kind: "PermitIssued".into(),
        form: 1,
        payload: json!({
            "permit": format!("PMT-2027-{number:06}"), "exporter": format!("PTY-{}", number % 500),
            "lines": lines, "conditions": [], "expires_on": "2029-03-01", "country": "TR",
            "kind": "individual", "end_user": format!("PTY-{}", number % 900)
        }),
        tags: vec![
            format!("permit:PMT-2027-{number:06}"),
            format!("party:PTY-{}", number % 500),
            format!("party:PTY-{}", number % 900 + 1_000),
            "country:TR".into(),
        ],
        actor: "OFF-1".into(),
        ground: Some("GRD-1".into()),
        effective_from: None,
    }
}

fn stamp() -> Stamp {
    Stamp {
        now: Instant(1_800_000_000_000_000),
        seed: [7; 32],
    }
}

struct Fresh {
    _folder: tempfile::TempDir,
    store: SqliteStore,
}

fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    let store = SqliteStore::open(&path, Arc::new(Permits), &mut |_: Progress| ()).unwrap();
    Fresh {
        _folder: folder,
        store,
    }
}

fn append(store: &SqliteStore, events: Vec<NewEvent>) {
    let mut writing = store.write(stamp()).unwrap();
    writing.append(events, None, Vec::new()).unwrap();
    writing.commit().unwrap();
}

/// Durable commits of so many events each.
#[divan::bench(args = [1, 64], max_time = 3)]
fn append_durably(bencher: Bencher<'_, '_>, batch: u64) {
    let fresh = fresh();
    let mut next = 0;
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| {
            next += batch;
            (next - batch..next).map(permit).collect::<Vec<_>>()
        })
        .bench_local_values(|events| append(&fresh.store, events));
}

/// One large write.
#[divan::bench(sample_count = 3)]
fn append_in_bulk(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(BULK))
        .with_inputs(|| (fresh(), (0..BULK).map(permit).collect::<Vec<_>>()))
        .bench_local_refs(|(fresh, events)| append(&fresh.store, std::mem::take(events)));
}

/// Verifying everything; to be held against `read_and_hash`.
#[divan::bench(sample_count = 3)]
fn verify(bencher: Bencher<'_, '_>) {
    let fresh = fresh();
    append(&fresh.store, (0..BULK).map(permit).collect());
    bencher.counter(ItemsCount::new(BULK)).bench_local(|| {
        fresh
            .store
            .verify(&VerifyOptions::default(), &mut |_: Progress| ())
            .unwrap()
    });
}

/// Reading the payloads and hashing each once: the least that any verification must do.
#[divan::bench(sample_count = 3)]
fn read_and_hash(bencher: Bencher<'_, '_>) {
    let fresh = fresh();
    append(&fresh.store, (0..BULK).map(permit).collect());
    let path = fresh._folder.path().join("register.db");
    let connection = rusqlite::Connection::open(path).unwrap();
    bencher.counter(ItemsCount::new(BULK)).bench_local(|| {
        let mut statement = connection.prepare("SELECT payload FROM event").unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut hasher = Sha256::new();
        while let Some(row) = rows.next().unwrap() {
            hasher.update(row.get_ref(0).unwrap().as_bytes().unwrap());
        }
        hasher.finalize()
    });
}

/// Opening a register that has a history.
#[divan::bench(sample_count = 20)]
fn open_again(bencher: Bencher<'_, '_>) {
    let fresh = fresh();
    append(&fresh.store, (0..BULK).map(permit).collect());
    let path = fresh._folder.path().join("register.db");
    bencher.bench_local(|| {
        SqliteStore::open(&path, Arc::new(Permits), &mut |_: Progress| ()).unwrap()
    });
}
