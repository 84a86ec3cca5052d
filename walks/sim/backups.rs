//! Backups taken under load, and opened elsewhere.

use casework::DomainProjection;
use domain::time::Position;
use register::{Origin, RegisterFault, SqliteStore, Stamp, Store, VerifyOptions};

use crate::clock::{Jumpy, morning};
use crate::load;
use crate::place::engines;
use crate::races::{self, each, is_full, seeds};
use crate::town;

#[test]
fn a_backup_under_load_is_one_state_of_the_register_and_never_goes_live_silently() {
    let test = "a_backup_under_load_is_one_state_of_the_register_and_never_goes_live_silently";
    for (engine, seed) in each(&engines(test), &seeds(1)) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let place = engine.place(folder);
        let desk = town::desk(place.open(), Jumpy::new(seed, 0));
        let load = races::load(seed);
        town::found(&desk, load.size);
        let copies = if is_full() { 50 } else { 3 };
        let file = |number: u32| folder.join(format!("copy-{number}.db"));
        std::thread::scope(|scope| {
            let running = scope.spawn(|| load::run(&desk, &load, folder, "backups"));
            for number in 0..copies {
                desk.store().backup_to(&file(number)).unwrap();
            }
            running.join().unwrap();
        });
        // The last one is taken at rest, so that it reaches the end.
        desk.store().backup_to(&file(copies)).unwrap();
        let live = desk.reading().unwrap();
        let mut reached = Vec::new();
        for number in 0..=copies {
            let projection = std::sync::Arc::new(DomainProjection);
            let copy = SqliteStore::open(&file(number), projection, &mut |_| ()).unwrap();
            let report = copy.verify(&VerifyOptions::default(), &mut |_| ()).unwrap();
            assert!(report.is_clean(), "seed {seed}: {:#?}", report.findings);
            // The same log, so with clean views the same state.
            assert_eq!(report.root, live.root(report.events).unwrap());
            reached.push(report.events);
            let stamp = Stamp {
                now: morning(),
                seed: [1; 32],
            };
            let events = report.events;
            assert_eq!(copy.origin().unwrap(), Origin::Copy { events });
            assert!(matches!(copy.write(stamp), Err(RegisterFault::Copy { .. })));
            copy.go_live("a test").unwrap();
            assert!(copy.write(stamp).is_ok());
        }
        assert!(reached.is_sorted());
        assert_eq!(
            reached.last().map(|last| Position(*last)),
            Some(live.head().unwrap().position)
        );
        println!("{engine:?}, seed {seed}: backups at {reached:?}");
    }
}
