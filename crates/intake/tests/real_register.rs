//! The real Dutch register, where it is at hand: nothing lost, nothing invented.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::OnceLock;

use domain::country::Country;
use domain::permit::{Movement, PermitKind};
use intake::country_names::CountryNames;
use intake::mapping::read_map;
use intake::outcome::{Assumption, RowReport};
use intake::permits::{PermitDraft, PermitImport, read_permits};

const FILE: &str = "data/licensing/nl-licences/nl-military-export-licences-2004-2014.csv";

fn import(test: &str) -> Option<&'static PermitImport> {
    static READ: OnceLock<PermitImport> = OnceLock::new();
    let path = walks::shared(test, FILE)?;
    Some(READ.get_or_init(|| {
        let bytes = std::fs::read(path).unwrap();
        let names = CountryNames::shipped().unwrap();
        let text = include_str!("../../../lists/maps/nl-military.toml");
        let map = read_map(text.as_bytes(), "nl-military.toml").unwrap();
        read_permits(&bytes, "nl.csv", &map, &names).unwrap()
    }))
}

fn row(read: &PermitImport, line: u64) -> &RowReport {
    read.rows.iter().find(|row| row.at.line == line).unwrap()
}

fn of_row(read: &PermitImport, line: u64) -> &PermitDraft {
    let permit = row(read, line).permit.as_ref().unwrap();
    read.permits
        .iter()
        .find(|draft| draft.permit == *permit)
        .unwrap()
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
    assert_eq!(counts.rows, 16_592);
    assert_eq!(
        counts.imported + counts.with_assumptions + counts.set_aside,
        counts.rows
    );
    assert_eq!(counts.set_aside, 18);
    let lines: usize = read
        .permits
        .iter()
        .map(|draft| draft.terms.lines.len())
        .sum();
    assert_eq!(lines as u64, counts.imported + counts.with_assumptions);
    let reasons: Vec<_> = read
        .summary
        .reasons
        .iter()
        .map(|(code, tally)| (*code, tally.rows))
        .collect();
    assert_eq!(
        reasons,
        [("impossible-day", 2), ("last-day-before-first", 16)]
    );
    for draft in &read.permits {
        assert_eq!(draft.terms.lines.len(), draft.sources.len());
        assert!(draft.parties.is_empty(), "the file names nobody");
        assert!(draft.terms.lines.iter().all(|line| line.quantity.is_none()));
    }
    let unvalued = |draft: &&PermitDraft| draft.terms.lines.iter().any(|line| line.value.is_none());
    assert_eq!(read.permits.iter().filter(unvalued).count(), 3);
}

#[test]
fn rows_of_the_dutch_register_are_read_as_they_stand() {
    let Some(read) = import("rows_of_the_dutch_register_are_read_as_they_stand") else {
        return;
    };
    let first = of_row(read, 2);
    assert_eq!(first.permit.as_str(), "23551713");
    assert_eq!(
        first.issued_on.to_string(),
        "2004-01-05",
        "month, day, year"
    );
    assert_eq!(
        first.last_day.unwrap().to_string(),
        "2005-01-31",
        "day, month, year"
    );
    assert_eq!(
        first.terms.movement,
        Movement::Temporary { return_by: None }
    );
    assert_eq!(first.terms.destinations, [country("CN")].into());
    assert_eq!(first.terms.lines[0].value.unwrap().to_string(), "95000 EUR");
    assert_eq!(
        first.terms.lines[0].item.code_as_written.as_deref(),
        Some("ML15d")
    );
    assert_eq!(
        first.terms.lines[0].ratings[0].entry.as_str(),
        "GUIDE@2020:2-15.d"
    );
    assert_eq!(first.sources[0].kept["CAT"], "B08");

    let serial = of_row(read, 1935);
    assert_eq!(serial.last_day.unwrap().to_string(), "2006-04-30");
    assert!(serial.assumptions.contains(&Assumption::DayInOtherShape));

    let range = of_row(read, 3637);
    let codes: Vec<_> = range.terms.lines[0]
        .ratings
        .iter()
        .map(|r| r.entry.code())
        .collect();
    assert_eq!(
        codes,
        ["2-10.a", "2-10.b", "2-10.c", "2-10.d", "2-10.e", "2-10.f"]
    );
    assert_eq!(range.terms.destinations, [Country::UNDISCLOSED].into());
    assert_eq!(range.terms.final_destinations, [country("US")].into());

    let group = of_row(read, 1706);
    assert!(group.terms.lines[0].ratings.is_empty(), "DIV is no code");
    assert_eq!(group.terms.kind, PermitKind::MultipleDestination);
    assert!(
        group
            .places_as_written
            .iter()
            .any(|place| place.words == "NAVO+")
    );

    assert_eq!(
        of_row(read, 11_408).terms.final_destinations,
        [country("DE"), country("NL")].into()
    );
    assert!(
        of_row(read, 1377)
            .assumptions
            .contains(&Assumption::WithdrawnCountry)
    );
    assert_eq!(row(read, 14_258).permit, None, "31 June");
}

#[test]
fn turkey_is_reached_in_the_dutch_register_directly_and_through_others() {
    let Some(read) = import("turkey_is_reached_in_the_dutch_register_directly_and_through_others")
    else {
        return;
    };
    let turkey = country("TR");
    let first = |draft: &&PermitDraft| draft.terms.destinations.contains(&turkey);
    let last = |draft: &&PermitDraft| draft.terms.final_destinations.contains(&turkey);
    let through = read
        .permits
        .iter()
        .filter(|draft| last(draft) && !first(draft))
        .count();
    let any = read
        .permits
        .iter()
        .filter(|draft| last(draft) || first(draft))
        .count();
    assert!(
        (40..50).contains(&through),
        "{through} through another country"
    );
    assert!((600..666).contains(&any), "{any} in all");
}

#[test]
fn a_number_that_comes_again_in_the_dutch_register_is_another_act() {
    let Some(read) = import("a_number_that_comes_again_in_the_dutch_register_is_another_act")
    else {
        return;
    };
    let (old, new) = (of_row(read, 2952), of_row(read, 4263));
    assert_eq!(old.number_as_written, new.number_as_written);
    assert_eq!(new.permit.as_str(), format!("{}@2007-01-01", old.permit));
    assert!(new.assumptions.contains(&Assumption::NumberIssuedAgain));
    assert!(!old.assumptions.contains(&Assumption::NumberIssuedAgain));
    let ids: BTreeSet<_> = read.permits.iter().map(|draft| &draft.permit).collect();
    assert_eq!(ids.len(), read.permits.len(), "each permit has its own id");
}
