//! A pooler that hands out connections by transaction may stand between the register and its server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::path::Path;
use std::sync::Arc;

use register::PostgresStore;
use toy::{Toy, append, drawn};
use walks::postgres::Postgres;

/// Clients that share two connections of the pooler.
const CLIENTS: i64 = 6;

#[test]
fn registers_behind_a_pooler_by_transaction_behave_as_one() {
    let test = "registers_behind_a_pooler_by_transaction_behave_as_one";
    if !Path::new("/usr/sbin/pgbouncer").is_file() {
        return walks::not_run(test, "PgBouncer is not installed");
    }
    let Some(server) = Postgres::start(test).unwrap() else {
        return;
    };
    server.create_database("permits").unwrap();
    let Some(pooler) = server.pooler("/usr/sbin/pgbouncer", "permits").unwrap() else {
        return walks::not_run(test, "PgBouncer does not start");
    };
    let words = "register_statements=unnamed";
    let address = format!("{}&{words}", pooler.address("owner", "permits"));
    let open = || {
        let toy = Arc::new(Toy("toy-1"));
        PostgresStore::open(&address, toy, &mut |_| ()).unwrap()
    };
    let store = open();
    toy::furnish(&store, 120);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let open = &open;
            scope.spawn(move || {
                let store = open();
                for _ in 0..5 {
                    append(&store, client, vec![drawn("P-001", 1)]);
                }
            });
        }
    });
    let report = toy::verify(&store);
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.events, 120 + 5 * u64::try_from(CLIENTS).unwrap());
}
