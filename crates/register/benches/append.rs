//! What appending costs, one by one and in batches, and what opening and verifying cost.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use divan::Bencher;
use divan::counter::ItemsCount;
use register::PostgresStore;
use register::sqlite::SqliteStore;
use register::store::{Progress, Store};
use register::verify::{Depth, VerifyOptions};
use walks::postgres::Postgres;

mod work;

use work::{Views, append, fresh, permit, reserve_batch};

/// Events of the bulk benches: an import of a year of permits.
const BULK: u64 = 10_000;

fn main() {
    divan::main();
}

/// Durable commits of so many permits each.
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

/// Durable commits of so many reservations each, all on one permit.
#[divan::bench(args = [1, 64], max_time = 3)]
fn reserve_on_one_permit(bencher: Bencher<'_, '_>, batch: u64) {
    reserve(bencher, batch, true);
}

/// Durable commits of so many reservations each, spread over ten thousand permits.
#[divan::bench(args = [1, 64], max_time = 3)]
fn reserve_on_many_permits(bencher: Bencher<'_, '_>, batch: u64) {
    reserve(bencher, batch, false);
}

fn reserve(bencher: Bencher<'_, '_>, batch: u64, is_hot: bool) {
    let fresh = fresh();
    let mut next = 0;
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| {
            next += batch;
            next - batch
        })
        .bench_local_values(|from| reserve_batch(&fresh.store, from, batch, is_hot));
}

/// A PostgreSQL server that lasts as long as the bench, with a register; none where there is none.
fn on_a_server() -> Option<&'static PostgresStore> {
    static SERVER: OnceLock<Option<(Postgres, PostgresStore)>> = OnceLock::new();
    let started = SERVER.get_or_init(|| {
        let server = Postgres::start("benches on PostgreSQL").unwrap()?;
        server.create_database("log").unwrap();
        let address = server.address("log");
        let store = PostgresStore::open(&address, Arc::new(Views), &mut |_: Progress| ());
        Some((server, store.unwrap()))
    });
    started.as_ref().map(|(_, store)| store)
}

/// Numbers of reservations on the server: those of one bench are not those of another.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The same on PostgreSQL, over a socket: one permit, then many.
#[divan::bench(args = [(1, true), (64, true), (64, false)], max_time = 3)]
fn reserve_on_a_server(bencher: Bencher<'_, '_>, (batch, is_hot): (u64, bool)) {
    let Some(store) = on_a_server() else { return };
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| NEXT.fetch_add(batch, Ordering::Relaxed))
        .bench_local_values(|from| reserve_batch(store, from, batch, is_hot));
}

/// Durable commits of so many permits each, on PostgreSQL.
#[divan::bench(args = [1, 64], max_time = 3)]
fn append_durably_on_a_server(bencher: Bencher<'_, '_>, batch: u64) {
    let Some(store) = on_a_server() else { return };
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| {
            let first = NEXT.fetch_add(batch, Ordering::Relaxed);
            (first..first + batch).map(permit).collect::<Vec<_>>()
        })
        .bench_local_values(|events| append(store, events));
}

/// One large write.
#[divan::bench(sample_count = 3)]
fn append_in_bulk(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(BULK))
        .with_inputs(|| (fresh(), (0..BULK).map(permit).collect::<Vec<_>>()))
        .bench_local_refs(|(fresh, events)| append(&fresh.store, std::mem::take(events)));
}

/// Verifying the log alone, and everything.
#[divan::bench(args = [Depth::Log, Depth::Everything], sample_count = 3)]
fn verify(bencher: Bencher<'_, '_>, depth: &Depth) {
    let fresh = fresh();
    append(&fresh.store, (0..BULK).map(permit).collect());
    let options = VerifyOptions {
        depth: *depth,
        ..VerifyOptions::default()
    };
    bencher
        .counter(ItemsCount::new(BULK))
        .bench_local(|| fresh.store.verify(&options, &mut |_: Progress| ()).unwrap());
}

/// Opening a register that has a history.
#[divan::bench(sample_count = 20)]
fn open_again(bencher: Bencher<'_, '_>) {
    let fresh = fresh();
    append(&fresh.store, (0..BULK).map(permit).collect());
    let path = fresh.folder.path().join("register.db");
    bencher
        .bench_local(|| SqliteStore::open(&path, Arc::new(Views), &mut |_: Progress| ()).unwrap());
}
