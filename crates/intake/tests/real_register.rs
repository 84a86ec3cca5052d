//! The real Dutch register, where it is at hand: nothing lost, nothing invented.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use intake::country_names::CountryNames;
use intake::mapping::{Map, read_map};
use intake::outcome::Outcome;
use intake::permits::{PermitImport, read_permits};

const FILE: &str = "data/licensing/nl-licences/nl-military-export-licences-2004-2014.csv";

fn shipped_map(key: &str) -> Map {
    let path = walks::workspace().join(format!("lists/maps/{key}.toml"));
    read_map(&std::fs::read(&path).unwrap(), key).unwrap()
}

fn import(test: &str) -> Option<PermitImport> {
    let path = walks::shared(test, FILE)?;
    let bytes = std::fs::read(path).unwrap();
    let names = CountryNames::shipped().unwrap();
    Some(read_permits(&bytes, "nl.csv", &shipped_map("nl-military"), &names).unwrap())
}

#[test]
fn every_row_of_the_dutch_register_ends_one_way() {
    let Some(read) = import("every_row_of_the_dutch_register_ends_one_way") else {
        return;
    };
    let counts = read.summary.counts;
    println!("{counts:?}, {} permits", read.permits.len());
    for (code, tally) in read.summary.assumptions.iter().chain(&read.summary.reasons) {
        println!("{:6} {code}", tally.rows);
    }
    assert_eq!(counts.rows, 16_592);
    assert_eq!(read.rows.len() as u64, counts.rows);
    assert_eq!(
        counts.imported + counts.with_assumptions + counts.set_aside,
        counts.rows
    );
    assert!((counts.imported + counts.with_assumptions) * 100 >= counts.rows * 98);
}

#[test]
fn each_row_of_the_dutch_register_that_was_read_is_one_line_of_one_draft() {
    let test = "each_row_of_the_dutch_register_that_was_read_is_one_line_of_one_draft";
    let Some(read) = import(test) else {
        return;
    };
    let mut read_rows = BTreeSet::new();
    for row in &read.rows {
        if let Outcome::SetAside { reason } = &row.outcome {
            assert_eq!(row.permit, None, "{} {reason:?}", row.at);
        } else {
            read_rows.insert((row.at.line, row.permit.clone()));
        }
    }
    let mut drafted = BTreeSet::new();
    for draft in &read.permits {
        for source in &draft.sources {
            let row = (source.at.line, Some(draft.permit.clone()));
            assert!(drafted.insert(row), "{} stands twice", source.at);
        }
    }
    assert_eq!(drafted, read_rows);
}
