//! Whoever owns the database server can change it; here every kind of change is found and placed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "toy/server.rs"]
#[expect(dead_code, reason = "the contract suite uses the rest")]
mod server;
#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use register::checkpoint::SignedCheckpoint;
use register::store::Store as _;
use register::verify::{VerifyFinding, VerifyOptions};
use walks::postgres::Postgres;

/// Enough for blocks of the tree and a node above them.
const EVENTS: u64 = 600;

/// How many random changes are tried, unless `REGISTER_TAMPERINGS` says otherwise.
const TAMPERINGS: u64 = 8;

/// What an intruder does, and what is then found. The digest is that of evidence 303, on which event
/// 304 relies.
const CHANGES: &str = "
    UPDATE register.event SET payload = replace(payload, 'P-', 'Q-') WHERE position = 300
        => event 300 leaf hash does not match its content
    UPDATE register.event SET payload = '[' WHERE position = 300
        => event 300 cannot be read: payload
    UPDATE register.event SET actor = 'OFF-2' WHERE position = 300
        => event 300 leaf hash does not match its content
    UPDATE register.event SET recorded_at = recorded_at - 1 WHERE position = 300
        => event 300 leaf hash does not match its content
    UPDATE register.event SET leaf = decode(repeat('00', 32), 'hex') WHERE position = 300
        => event 300 leaf hash does not match its content
    UPDATE register.event SET previous = decode(repeat('00', 32), 'hex') WHERE position = 300
        => event 300 does not name the leaf hash of the event before it
    DELETE FROM register.event WHERE position BETWEEN 300 AND 310
        => events 300 to 310 missing from the log
    UPDATE register.event SET position = 9999 WHERE position = 600
        => events 600 to 9998 missing from the log
    DELETE FROM register.tag WHERE tag = 'permit:P-008' AND position = 300
        => row permit:P-008 300 of table tag is missing
    INSERT INTO register.tag VALUES ('permit:P-1', 300, 'QuantityDrawn')
        => row permit:P-1 300 of table tag belongs to nothing
    UPDATE register.tag SET kind = 'x' WHERE tag = 'permit:P-008' AND position = 300
        => row permit:P-008 300 of table tag names another kind
    DELETE FROM register.salt WHERE position = 9
        => event 9 has no salts
    UPDATE register.node SET hash = '' WHERE level = 8 AND number = 1
        => node 1 of level 8 does not match
    DELETE FROM register.node WHERE level = 9
        => node 0 of level 9 is missing
    UPDATE register.answer SET answer = '{}' WHERE number = 3
        => row 3 of table answer is not as it was kept
    DELETE FROM register.answer WHERE number = 3
        => row 3 to 3 of table answer missing
    UPDATE register.outgoing SET recipient = 'OFC-2' WHERE number = 3
        => row 3 of table outgoing is not as it was put there
    DELETE FROM register.outgoing WHERE number = 3
        => row 3 to 3 of table outgoing missing
    DELETE FROM register.answer WHERE number > 18
        => row 19 to 20 of table answer missing
    DELETE FROM register.outgoing WHERE number > 13
        => row 14 to 15 of table outgoing missing
    DELETE FROM register.checkpoint WHERE number > 6
        => row 7 to 7 of table checkpoint missing
    DELETE FROM register.series
        => row PMT-2027 of table series is missing
    UPDATE register.series SET last = 599
        => row PMT-2027 of table series is at 599, and 600 were given
    DELETE FROM register.meta WHERE name = 'beside'
        => table meta cannot be read
    UPDATE register.checkpoint SET size = 9 WHERE number = 3
        => row 3 of table checkpoint is of another size
    UPDATE register.view SET body = '{}' WHERE id = 'P-008'
        => view permit/P-008 differs
    DELETE FROM register.view WHERE id = 'P-008'
        => view permit/P-008 is missing
    INSERT INTO register.view VALUES ('permit', 'X', 1, '', '')
        => view permit/X is given by no event
    DELETE FROM register.view_index WHERE id = 'P-008' AND value = 'PTY-1'
        => row permit holder PTY-1 P-008 of table view_index is missing
    INSERT INTO register.view_index VALUES ('permit', 'holder', 'PTY-9', 'P-008')
        => row permit holder PTY-9 P-008 of table view_index is given by no event
    UPDATE register.vault SET bytes = '' WHERE digest = decode('DIGEST', 'hex')
        => row DIGEST of table vault bytes do not have the digest
    DELETE FROM register.vault WHERE digest = decode('DIGEST', 'hex')
        => event 304 relies on bytes that are not kept
    ALTER TABLE register.event DISABLE TRIGGER event_is_never_changed
        => table event_is_never_changed is not that of this release
    DROP INDEX register.event_kind
        => table event_kind is missing
    CREATE TABLE register.mine (x int)
        => table mine.x does not belong to a register
    DELETE FROM register.event WHERE position > 590; DELETE FROM register.tag WHERE position > 590
        => events 591 to 600 are covered by the checkpoint kept outside
";

/// A register on the server, and a checkpoint of it that its owner keeps elsewhere.
struct Kept {
    server: &'static Postgres,
    folder: PathBuf,
    outside: SignedCheckpoint,
}

/// The register that both tests copy. Once it stands, its server need not keep copies safe.
fn kept(test: &str) -> Option<&'static Kept> {
    static KEPT: OnceLock<Option<Kept>> = OnceLock::new();
    let kept = KEPT.get_or_init(|| {
        let server = server::server(test)?;
        let folder = PathBuf::from("/tampering");
        let store = server::store(&folder.join("kept"));
        toy::furnish(store.as_ref(), EVENTS);
        let mut writing = store.write(toy::stamp(1)).unwrap();
        let outside = writing.sign_checkpoint(&toy::key()).unwrap();
        writing.commit().unwrap();
        server.set(&[("fsync", "off")]).unwrap();
        server.reload().unwrap();
        Some(Kept {
            server,
            folder,
            outside,
        })
    });
    if kept.is_none() {
        walks::not_run(test, "PostgreSQL is not installed");
    }
    kept.as_ref()
}

impl Kept {
    fn database(&self) -> String {
        server::name(&self.folder.join("kept"))
    }

    /// What is found after these statements, run past all triggers. The change is undone.
    fn found_after(&self, copy: &str, change: &str) -> Vec<String> {
        let copy = self.folder.join(copy);
        let name = server::name(&copy);
        self.server.copy_database(&self.database(), &name).unwrap();
        let script = format!("SET session_replication_role = replica; {change}");
        self.server.script("owner", &name, &script).unwrap();
        let found = self.found(&copy);
        self.server.drop_database(&name).unwrap();
        found
    }

    fn found(&self, path: &Path) -> Vec<String> {
        let options = VerifyOptions {
            since: Some(&self.outside),
            signed_by: Some(&toy::key().verifier()),
            ..VerifyOptions::default()
        };
        let report = server::opened(path).verify(&options, &mut |_| ()).unwrap();
        report
            .findings
            .iter()
            .map(VerifyFinding::to_string)
            .collect()
    }
}

#[test]
fn every_change_on_the_server_is_found_and_placed() {
    let Some(kept) = kept("every_change_on_the_server_is_found_and_placed") else {
        return;
    };
    assert_eq!(kept.found_after("every", "SELECT 1"), [""; 0]);
    let digest = register::hash::Digest::of(b"evidence 303").to_string();
    let changes = CHANGES.replace("DIGEST", &digest);
    let mut lines = changes
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    while let (Some(change), Some(place)) = (lines.next(), lines.next()) {
        let place = place.strip_prefix("=> ").unwrap();
        let found = kept.found_after("every", change);
        assert!(
            found.iter().any(|finding| finding.starts_with(place)),
            "{change}: {found:#?}"
        );
    }
}

#[test]
fn random_changes_on_the_server_are_each_placed() {
    let Some(kept) = kept("random_changes_on_the_server_are_each_placed") else {
        return;
    };
    let columns = ["kind", "actor", "payload", "previous", "leaf", "tags"];
    let mut seed = 1_u64;
    let mut below = |bound: u64| {
        // A linear congruence is random enough here, and a failing run can be repeated.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % bound
    };
    for _ in 0..toy::size("REGISTER_TAMPERINGS", TAMPERINGS) {
        let (at, other) = (2 + below(EVENTS - 3), 1 + below(EVENTS));
        let column = columns[usize::try_from(below(6)).unwrap()];
        let value = format!("SELECT {column} FROM register.event WHERE position =");
        let is_same = kept
            .server
            .script(
                "owner",
                &kept.database(),
                &format!("SELECT ({value} {at}) = ({value} {other})"),
            )
            .unwrap()
            == "t";
        let change =
            format!("UPDATE register.event SET {column} = ({value} {other}) WHERE position = {at}");
        let found = kept.found_after("random", &change);
        let place = format!("event {at} ");
        let is_placed = found.iter().any(|finding| finding.starts_with(&place));
        assert_eq!(is_placed, !is_same, "{change}: {found:#?}");
    }
}
