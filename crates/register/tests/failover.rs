//! PostgreSQL with a synchronous standby: what is lost with a machine, and what is never said.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::sync::{Arc, mpsc};

use domain::time::Position;
use register::PostgresStore;
use register::fault::RegisterFault;
use register::store::Store;
use toy::{Toy, append, drawn, issued, stamp};
use walks::postgres::Postgres;

/// Clients that write while the primary dies.
const CLIENTS: i64 = 4;
/// Acknowledgements after which it is killed.
const BEFORE_THE_KILL: usize = 40;
/// How often, unless the variable `REGISTER_FAILOVERS` says otherwise.
const FAILOVERS: u64 = 1;

fn open(server: &Postgres, words: &str) -> Result<PostgresStore, RegisterFault> {
    let address = format!("{}&register_wait_ms=1500{words}", server.address("log"));
    PostgresStore::open(&address, Arc::new(Toy("toy-1")), &mut |_| ())
}

/// A primary with a register, and a standby that confirms each commit.
fn pair(test: &str) -> Option<(Postgres, Postgres)> {
    let primary = Postgres::start(test).unwrap()?;
    primary.create_database("log").unwrap();
    let store = open(&primary, "").unwrap();
    append(&store, 0, vec![issued("P-1", "PTY-1", 1_000_000)]);
    let standby = primary.synchronous_standby("confirms").unwrap();
    wait_until(
        &primary,
        "SELECT sync_state = 'sync' FROM pg_stat_replication",
    );
    Some((primary, standby))
}

fn wait_until(server: &Postgres, question: &str) {
    server.wait_until("log", question).unwrap();
}

fn try_append(store: &dyn Store, minutes: i64) -> Result<(Position, String), RegisterFault> {
    let mut writing = store.write(stamp(minutes))?;
    let at = writing.append(vec![drawn("P-1", 1)], None, vec![]);
    let at = at.map_err(|refusal| match refusal {
        register::event::AppendRefusal::Fault(fault) => fault,
        other => panic!("{other}"),
    })?;
    let leaf = writing.head()?.leaf.to_string();
    writing.commit()?;
    Ok((at.last, leaf))
}

/// Commits a write that writes nothing, as the gate does when it repeats an answer.
fn try_repeat(store: &dyn Store) -> Result<Position, RegisterFault> {
    let writing = store.write(stamp(0))?;
    let head = writing.head()?.position;
    writing.commit()?;
    Ok(head)
}

fn is_unknown(result: &Result<impl Sized, RegisterFault>) -> bool {
    matches!(result, Err(RegisterFault::UnknownOutcome { .. }))
}

#[test]
fn what_was_acknowledged_survives_a_failover_and_the_old_primary_cannot_acknowledge() {
    let test = "what_was_acknowledged_survives_a_failover_and_the_old_primary_cannot_acknowledge";
    for _ in 0..toy::size("REGISTER_FAILOVERS", FAILOVERS) {
        let Some((mut primary, standby)) = pair(test) else {
            return;
        };
        let acknowledged = acknowledged_until_killed(&mut primary);
        standby.promote().unwrap();
        let store = open(&standby, "").unwrap();
        let reading = store.read().unwrap();
        for (at, leaf) in &acknowledged {
            let event = reading
                .event(*at)
                .unwrap()
                .map(|event| event.leaf.to_string());
            assert_eq!(event.as_ref(), Some(leaf), "event {at} was acknowledged");
        }
        let report = toy::verify(&store);
        assert!(report.is_clean(), "{:#?}", report.findings);
        append(&store, 9, vec![drawn("P-1", 1)]);

        // The old one comes back and still takes itself for the primary.
        primary.run().unwrap();
        let old = open(&primary, "&register_standby=required").unwrap();
        let repeated = try_repeat(&old);
        assert!(is_unknown(&repeated), "{repeated:?}");
        let refused = try_append(&old, 10);
        assert!(refused.is_err(), "{refused:?}");
    }
}

/// Lets clients write, kills the primary, and gives what they were told until then.
fn acknowledged_until_killed(primary: &mut Postgres) -> Vec<(Position, String)> {
    let stores: Vec<PostgresStore> = (0..2)
        .map(|_| open(primary, "&register_standby=required").unwrap())
        .collect();
    let (told, hears) = mpsc::channel();
    std::thread::scope(|scope| {
        for (client, store) in (0..CLIENTS).zip(stores.iter().cycle()) {
            let told = told.clone();
            scope.spawn(move || {
                while let Ok(acknowledged) = try_append(store, client) {
                    told.send(acknowledged).unwrap();
                }
            });
        }
        drop(told);
        let mut heard: Vec<_> = hears.iter().take(BEFORE_THE_KILL).collect();
        primary.kill().unwrap();
        heard.extend(hears.iter());
        assert!(
            heard.len() >= BEFORE_THE_KILL,
            "the clients ended by themselves"
        );
        heard
    })
}

#[test]
fn without_its_standby_the_register_acknowledges_nothing() {
    let test = "without_its_standby_the_register_acknowledges_nothing";
    let Some((primary, mut standby)) = pair(test) else {
        return;
    };
    let store = open(&primary, "&register_standby=required").unwrap();
    try_append(&store, 1).unwrap();
    standby.stop();

    // No answer in time: not known. The one that waits still holds the log.
    let unconfirmed = try_append(&store, 2);
    assert!(is_unknown(&unconfirmed), "{unconfirmed:?}");
    let behind = try_append(&store, 3);
    assert!(
        matches!(behind, Err(RegisterFault::Busy { .. })),
        "{behind:?}"
    );

    // Whoever cancels the wait makes PostgreSQL say yes, with a warning: it is still not known.
    cancel_waiting(&primary);
    let cancelled = std::thread::scope(|scope| {
        let writer = scope.spawn(|| try_append(&store, 4));
        wait_until(&primary, WAITING);
        cancel_waiting(&primary);
        writer.join().unwrap()
    });
    assert!(is_unknown(&cancelled), "{cancelled:?}");
    assert_eq!(store.read().unwrap().head().unwrap().position, Position(4));
    // What it left can be seen, and yet nothing is answered from it.
    let repeated = try_repeat(&store);
    assert!(is_unknown(&repeated), "{repeated:?}");

    cancel_waiting(&primary);
    standby.run().unwrap();
    wait_until(
        &primary,
        "SELECT sync_state = 'sync' FROM pg_stat_replication",
    );
    assert_eq!(try_repeat(&store).unwrap(), Position(4));
    assert_eq!(try_append(&store, 5).unwrap().0, Position(5));
    assert!(toy::verify(&store).is_clean());

    // Nobody can make it asynchronous in silence.
    primary.set(&[("synchronous_standby_names", "''")]).unwrap();
    primary.reload().unwrap();
    wait_until(
        &primary,
        "SELECT current_setting('synchronous_standby_names') = ''",
    );
    let alone = try_append(&store, 6);
    assert!(
        matches!(alone, Err(RegisterFault::NotDurable { .. })),
        "{alone:?}"
    );
}

const WAITING: &str = "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

fn cancel_waiting(server: &Postgres) {
    let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    server.script("owner", "log", cancel).unwrap();
    wait_until(
        server,
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
    );
}

#[test]
fn a_standby_is_never_asked() {
    let Some((_primary, standby)) = pair("a_standby_is_never_asked") else {
        return;
    };
    let opened = open(&standby, "&target_session_attrs=any");
    assert!(opened.is_err());
}

#[test]
fn a_server_that_does_not_keep_what_it_acknowledges_is_refused() {
    let test = "a_server_that_does_not_keep_what_it_acknowledges_is_refused";
    let Some(mut server) = Postgres::start(test).unwrap() else {
        return;
    };
    server.create_database("log").unwrap();
    let store = open(&server, "").unwrap();
    try_repeat(&store).unwrap();
    for setting in ["fsync", "full_page_writes"] {
        server.set(&[(setting, "off")]).unwrap();
        server.stop();
        server.run().unwrap();
        let refused = try_append(&store, 1);
        assert!(
            matches!(refused, Err(RegisterFault::NotDurable { .. })),
            "{refused:?}"
        );
        server.set(&[(setting, "on")]).unwrap();
    }
    server.stop();
    server.run().unwrap();
    // A kept connection was cut meanwhile; nothing was decided on it, so another is made.
    append(&store, 2, vec![issued("P-1", "PTY-1", 9)]);
}
