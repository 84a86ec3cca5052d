//! Clocks that run back, run ahead, or differ from process to process.

use crate::auditor;
use crate::clock::Jumpy;
use crate::journal;
use crate::load;
use crate::place::engines;
use crate::races::{each, expect_lawful, log, run, seeds};
use crate::town;

/// Minutes in a day.
const DAY: i64 = 24 * 60;

#[test]
fn a_clock_that_jumps_changes_no_order_and_widens_no_permit() {
    let engines = engines("a_clock_that_jumps_changes_no_order_and_widens_no_permit");
    for (engine, seed) in each(&engines, &seeds(1)) {
        let folder = tempfile::tempdir().unwrap();
        let store = engine.place(folder.path()).open();
        let clock = Jumpy::new(seed, 0);
        let desk = town::desk(store, clock.clone());
        let mut load = crate::races::load(seed);
        load.requests /= 3;
        load.decisions /= 2;
        town::found(&desk, load.size);
        // Two hours back; a day ahead, and back again; a year ahead, and back again.
        let jumps = [0, -120, DAY, -DAY, 365 * DAY, -365 * DAY];
        for (round, minutes) in jumps.into_iter().enumerate() {
            clock.jump(minutes);
            load::run(&desk, &load, folder.path(), &format!("r{round}"));
        }
        let found = auditor::audit(&journal::calls(folder.path()), &log(&desk));
        expect_lawful(&found, seed, "a_clock_that_jumps");
    }
}

#[test]
fn servers_whose_clocks_differ_agree_on_every_stop() {
    let engines = engines("servers_whose_clocks_differ_agree_on_every_stop");
    for (engine, seed) in each(&engines, &seeds(1)) {
        let folder = tempfile::tempdir().unwrap();
        let place = engine.place(folder.path());
        let mut load = crate::races::load(seed);
        load.at_turnstile = load.at_turnstile.div_ceil(2);
        load.requests /= 2;
        // Late by two hours, early by a day, and right.
        let desks = [-120, DAY, 0].map(|minutes| {
            let number = u64::try_from(minutes + 120).unwrap();
            town::desk(place.open(), Jumpy::new(seed + number, minutes))
        });
        let found = run(&desks, &load, folder.path());
        expect_lawful(&found, seed, "servers_whose_clocks_differ");
    }
}
