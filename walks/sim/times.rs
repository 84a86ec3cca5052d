//! Clocks that run back, run ahead, or differ from process to process.

use std::sync::Arc;

use crate::auditor;
use crate::clock::Jumpy;
use crate::journal;
use crate::load;
use crate::races::{expect_lawful, log, seeds};
use crate::town;

/// Minutes in a day.
const DAY: i64 = 24 * 60;

#[test]
fn a_clock_that_jumps_changes_no_order_and_widens_no_permit() {
    for seed in seeds(1) {
        let folder = tempfile::tempdir().unwrap();
        let store = town::sqlite(&folder.path().join("register.db"));
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
    for seed in seeds(1) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.db");
        let mut load = crate::races::load(seed);
        load.at_turnstile = load.at_turnstile.div_ceil(2);
        load.requests /= 2;
        // Late by two hours, early by a day, and right.
        let desks = [-120, DAY, 0].map(|minutes| {
            let number = u64::try_from(minutes + 120).unwrap();
            town::desk(town::sqlite(&file), Jumpy::new(seed + number, minutes))
        });
        town::found(&desks[0], load.size);
        std::thread::scope(|scope| {
            for (server, desk) in desks.iter().enumerate() {
                let (load, folder) = (&load, folder.path());
                let desk = Arc::clone(desk);
                scope.spawn(move || load::run(&desk, load, folder, &format!("s{server}")));
            }
        });
        let found = auditor::audit(&journal::calls(folder.path()), &log(&desks[0]));
        expect_lawful(&found, seed, "servers_whose_clocks_differ");
    }
}
