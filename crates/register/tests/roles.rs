//! What the roles of the operating guide may do on PostgreSQL, and what the database refuses them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::sync::Arc;

use domain::time::Position;
use register::PostgresStore;
use register::fault::RegisterFault;
use register::store::{Mark, Store};
use toy::{Toy, append, drawn, stamp, suspended};
use walks::postgres::Postgres;

/// The guide, whose own text is run.
const GUIDE: &str = include_str!("../../../docs/operating/postgres.md");

const OWNER: &str = "portcullis_owner";
const SERVICE: &str = "portcullis_service";
const REDACTOR: &str = "portcullis_redactor";

fn open(server: &Postgres, role: &str) -> Result<PostgresStore, RegisterFault> {
    let address = server.address_for(role, "permits");
    PostgresStore::open(&address, Arc::new(Toy("toy-1")), &mut |_| ())
}

/// A register that is set up as the guide says.
fn set_up(test: &str) -> Option<Postgres> {
    let server = Postgres::start(test).unwrap()?;
    server.create_database("permits").unwrap();
    let mut scripts = GUIDE
        .split("```sql\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    server
        .script("owner", "permits", scripts.next().unwrap())
        .unwrap();
    open(&server, OWNER).unwrap();
    server
        .script("owner", "permits", scripts.next().unwrap())
        .unwrap();
    Some(server)
}

/// Checks that the database refuses a statement, and says this.
fn check_refused(server: &Postgres, role: &str, statement: &str, says: &str) {
    match server.script(role, "permits", statement) {
        Ok(done) => panic!("{role} may: {statement}: {done}"),
        Err(error) => assert!(
            error.to_string().contains(says),
            "{role}: {statement}: {error}"
        ),
    }
}

#[test]
fn the_service_can_do_all_its_work_and_cannot_change_the_log() {
    let test = "the_service_can_do_all_its_work_and_cannot_change_the_log";
    let Some(server) = set_up(test) else { return };
    let store = open(&server, SERVICE).unwrap();
    toy::furnish(&store, 300);
    let mut writing = store.write(stamp(1)).unwrap();
    writing.mark(1, &Mark::Delivered).unwrap();
    writing.commit().unwrap();
    append(&store, 2, vec![suspended("P-001")]);
    store.rebuild_views(&mut |_| ()).unwrap();
    let report = toy::verify(&store);
    assert!(report.is_clean(), "{:#?}", report.findings);
    let refused = "
        UPDATE register.event SET actor = 'OFF-2'
        DELETE FROM register.event
        TRUNCATE register.event
        UPDATE register.tag SET kind = 'x'
        DELETE FROM register.tag
        UPDATE register.salt SET seed = ''
        DELETE FROM register.salt
        UPDATE register.node SET hash = ''
        DELETE FROM register.checkpoint
        UPDATE register.answer SET answer = '{}'
        DELETE FROM register.answer
        UPDATE register.outgoing SET recipient = 'OFC-2'
        DELETE FROM register.outgoing
        DELETE FROM register.series
        UPDATE register.vault SET bytes = ''
        DELETE FROM register.vault
        INSERT INTO register.redaction VALUES (1, '#actor', '')
        INSERT INTO register.schema_version VALUES (99)
        DROP TRIGGER event_is_never_changed ON register.event
        ALTER TABLE register.event DISABLE TRIGGER ALL
        SET session_replication_role = replica
        CREATE TABLE register.mine (x int)
        SELECT register.redact(1, '', NULL, '{}', '{}', '{}', '{#actor}', '{\\\\x00}')
    ";
    for statement in refused
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let says = match statement.split_once(' ') {
            Some(("DROP" | "ALTER", _)) => "must be owner",
            _ => "permission denied",
        };
        check_refused(&server, SERVICE, statement, says);
    }
    assert!(matches!(
        store.redact(Position(3), &["#actor"]),
        Err(RegisterFault::Storage { .. })
    ));
    assert!(toy::verify(&store).is_clean());
}

#[test]
fn the_redactor_redacts_by_one_function_and_does_nothing_else() {
    let test = "the_redactor_redacts_by_one_function_and_does_nothing_else";
    let Some(server) = set_up(test) else { return };
    let service = open(&server, SERVICE).unwrap();
    toy::furnish(&service, 20);
    let redactor = open(&server, REDACTOR).unwrap();
    redactor
        .redact(Position(3), &["#actor", "/lines/0"])
        .unwrap();
    let event = service.read().unwrap().event(Position(3)).unwrap().unwrap();
    assert_eq!(
        (event.actor.as_str(), &event.payload["lines"][0]["item"]),
        ("", &serde_json::Value::Null)
    );
    assert!(toy::verify(&service).is_clean());
    for statement in [
        "UPDATE register.event SET actor = 'OFF-2'",
        "DELETE FROM register.salt",
        "INSERT INTO register.meta VALUES ('a', 'b')",
        "DELETE FROM register.view",
    ] {
        check_refused(&server, REDACTOR, statement, "permission denied");
    }
    let mut writing = redactor.write(stamp(3)).unwrap();
    writing
        .append(vec![drawn("P-001", 1)], None, vec![])
        .unwrap();
    assert!(writing.commit().is_err());
}

#[test]
fn not_even_the_owner_changes_or_deletes_an_event() {
    let test = "not_even_the_owner_changes_or_deletes_an_event";
    let Some(server) = set_up(test) else { return };
    toy::furnish(&open(&server, OWNER).unwrap(), 10);
    for (statement, says) in [
        ("UPDATE register.event SET actor = 'OFF-2'", "never changed"),
        (
            "DELETE FROM register.event WHERE position = 10",
            "never deleted",
        ),
        ("TRUNCATE register.event CASCADE", "never deleted"),
        (
            "INSERT INTO register.redaction VALUES (1, '#actor', '');
             UPDATE register.event SET leaf = '' WHERE position = 1",
            "never changed",
        ),
    ] {
        check_refused(&server, OWNER, statement, says);
    }
}
