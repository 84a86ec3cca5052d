//! Playing cases.

use std::path::PathBuf;

use casework::scenario::{Played, play};
use intake::scenario::read_scenario;

use super::{DONE, Ground, REFUSED, Stop, name, print_json, read};
use crate::demo_store;
use crate::system_clock::SystemClock;

pub(crate) fn run(ground: &Ground, files: &[PathBuf]) -> Result<u8, Stop> {
    if ground.store.is_some() && files.len() > 1 {
        return Err(Stop::Mistake(
            "one store holds one case: expected one file with --store".into(),
        ));
    }
    let mut code = DONE;
    let mut all = Vec::new();
    for file in files {
        let scenario = read_scenario(&read(file)?, &name(file))
            .map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
        let address = match &ground.store {
            Some(address) => address.clone(),
            None => demo_store::fresh()?,
        };
        let entropy = casework::Clock::entropy(&SystemClock);
        let (played, _) = play(&scenario, demo_store::open(&address)?, entropy)?;
        if played.missed > 0 {
            code = REFUSED;
        }
        if ground.json {
            all.push(played);
        } else {
            show(&played);
        }
    }
    if ground.json {
        print_json(&all)?;
    }
    Ok(code)
}

/// Prints a dated table that a person can follow.
fn show(played: &Played) {
    let mark = if played.is_synthetic {
        " (everything in it is invented)"
    } else {
        ""
    };
    println!("scenario {}{mark}", played.scenario);
    println!(
        "{:10} {:>4}  {:<62} {:<30} found",
        "day", "n", "what", "reached or expected"
    );
    for row in &played.rows {
        let middle = if row.expected.en.is_empty() {
            &row.reached.en
        } else {
            &row.expected.en
        };
        let found = match row.agrees {
            None => String::new(),
            Some(true) => format!("as expected: {}", row.found.en),
            Some(false) => format!("DIFFERS: {}", row.found.en),
        };
        let found = if row.agrees == Some(true) && row.found == row.expected {
            "as expected".to_owned()
        } else {
            found
        };
        println!(
            "{:10} {:>4}  {:<62} {:<30} {found}",
            row.day.to_string(),
            row.n,
            row.what.en,
            middle
        );
    }
    println!(
        "{} expectations met, {} not met.",
        played.met, played.missed
    );
}
