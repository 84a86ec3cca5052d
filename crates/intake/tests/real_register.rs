//! The real Dutch register, where it is at hand: nothing lost, nothing invented.

use std::collections::BTreeMap;

use domain::country::Country;
use domain::permit::{Movement, PermitKind};
use intake::country_names::CountryNames;
use intake::mapping::{Map, read_map};
use intake::outcome::{Outcome, RowReport};
use intake::permits::{PermitDraft, PermitImport, read_permits};

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

fn row(read: &PermitImport, line: u64) -> &RowReport {
    read.rows.iter().find(|row| row.at.line == line).unwrap()
}

fn of_row<'p>(read: &'p PermitImport, line: u64) -> &'p PermitDraft {
    let permit = row(read, line).permit.as_ref().unwrap();
    read.permits.iter().find(|draft| draft.permit == *permit).unwrap()
}

fn country(code: &str) -> Country {
    Country::new(code).unwrap()
}

#[test]
fn every_row_of_the_dutch_register_ends_one_way() {
    let Some(read) = import("every_row_of_the_dutch_register_ends_one_way") else {
        return;
    };
    let counts = read.summary.counts;
    for (code, tally) in read.summary.assumptions.iter().chain(&read.summary.reasons) {
        println!("{:6} {code}", tally.rows);
    }
    for row in &read.rows {
        if let Outcome::SetAside { reason } = &row.outcome {
            println!("{} {reason:?}", row.at);
        }
    }
    println!("{counts:?}, {} permits", read.permits.len());
    assert_eq!(counts.rows, 16_592);
    assert_eq!(counts.imported + counts.with_assumptions + counts.set_aside, counts.rows);
    assert!((counts.imported + counts.with_assumptions) * 100 >= counts.rows * 98);
}
