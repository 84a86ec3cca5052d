//! A disk that is full: nothing leaves, a stop still binds, and with space again all goes on.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use domain::measure::sign::Hand;

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::http::Request;
use crate::journal::{self, Asked, Journal, Told};
use crate::keys::propose_stop;
use crate::load::Gate;
use crate::orders::Officers;
use crate::place::Engine;
use crate::races::{expect_lawful, is_full, log};
use crate::serving::{Servers, Tokens};
use crate::town::{self, Size};

const SIZE: Size = Size {
    permits: 4,
    granted: 10_000,
};

/// A small disk in memory, which is gone with the test.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Mounts a disk of 64 MB; none with the test reported as not run where nobody may mount one.
    fn mount(test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        walks::not_run(test, "no disk may be mounted here");
        None
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills what is left, to the last byte.
    fn fill(&self) {
        let mut file = File::create(self.path().join("filler")).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![7; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

/// Asks so many times to reserve, and gives how many were let go.
fn reserve(gate: &Gate, journal: &mut Journal, what: &str, times: u64) -> usize {
    let who = town::actor("OFF-CUSTOMS", "customs");
    let mut draw = Draw::of(1, what, 0);
    let told = (0..times).map(|number| {
        let key = format!("full-{what}-{number}");
        let request = town::request(&mut draw, SIZE, &key);
        let body = serde_json::to_value(&request).unwrap();
        let asked = Asked::Reserve {
            key: key.clone(),
            body,
        };
        journal.call(asked, || gate.reserve(&who, &request, &key))
    });
    let told: Vec<Told> = told.collect();
    told.iter()
        .filter(|told| matches!(told, Told::Go { .. }))
        .count()
}

#[test]
fn nothing_leaves_on_a_full_disk_and_a_stop_still_binds() {
    let test = "nothing_leaves_on_a_full_disk_and_a_stop_still_binds";
    let Some(disk) = Disk::mount(test) else {
        return;
    };
    let journals = tempfile::tempdir().unwrap();
    let place = Engine::Sqlite.place(disk.path());
    let desk = town::desk(place.open(), Jumpy::on(1, town::first_day()));
    town::found(&desk, SIZE);
    let tokens = Tokens::appointed(&desk);
    let store = format!("sqlite:{place}");
    let servers = Arc::new(Servers::start(&store, journals.path(), 1, tokens));
    let gate = Gate::Served(Arc::clone(&servers));
    let desk = town::desk(place.open(), Jumpy::on(1, servers.today()));
    let officers = Officers::served(&desk, &servers);
    let mut journal = Journal::open(journals.path(), "full");
    for round in 0..if is_full() { 30 } else { 2 } {
        let before = reserve(&gate, &mut journal, &format!("before-{round}"), 12);
        assert!(before > 0, "round {round}: nothing was let go before");
        disk.fill();
        let name = format!("while-{round}");
        assert_eq!(reserve(&gate, &mut journal, &name, 12), 0, "round {round}");
        // The whole way of a stop: its number, its proposal, its signature, its list.
        let stop = propose_stop(&officers, &format!("FULL-{round}"));
        let signed = officers.sign(&stop, Hand::Second);
        assert!(
            matches!(signed, Told::Done { .. }),
            "round {round}: {signed:?}"
        );
        officers.settle();
        let name = format!("after-the-stop-{round}");
        assert_eq!(reserve(&gate, &mut journal, &name, 12), 0, "round {round}");
        let ready = servers.call(&Request {
            path: "log/head",
            token: &servers.tokens.licensing,
            key: None,
            body: serde_json::Value::Null,
        });
        assert!(ready.is_ok(), "what is only read is answered: {ready:?}");
        disk.make_room();
        // With space again nothing has to be mended.
        let after = reserve(&gate, &mut journal, &format!("after-{round}"), 12);
        assert!(after > 0, "round {round}: nothing was let go afterwards");
    }
    drop((journal, gate, officers, servers));
    let log = log(&desk);
    let found = auditor::audit(&journal::calls(journals.path()), &log);
    expect_lawful(&found, 1, test);
    let report = desk.store().verify(&Default::default(), &mut |_| ());
    let report = report.unwrap();
    assert!(report.is_clean(), "{:#?}", report.findings);
}
