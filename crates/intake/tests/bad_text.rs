//! Text files that are no tables, and cells that are no facts.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::LazyLock;

use intake::bounds::{CELL_BYTES_MAX, ROWS_MAX};
use intake::country_names::CountryNames;
use intake::mapping::{Map, read_map};
use intake::outcome::{Outcome, ReasonKind};
use intake::permits::{PermitImport, read_permits};
use intake::table::FileMistake;
use proptest::prelude::*;

const MAP: &str = r#"
map = 1
key = "small"
title = { en = "Small", fr = "Petit" }
[countries]
names = ["en"]
separators = [","]
[permit]
number = "Number"
issued_on = { column = "Issued", shapes = ["DD/MM/YYYY"] }
kind = { otherwise = "individual", stated_by = "file" }
movement = [{ otherwise = "permanent", stated_by = "file" }]
destination = { columns = ["Destination"] }
valid_from = { column = "Issued", shapes = ["DD/MM/YYYY"] }
[permit.codes]
columns = ["Number"]
unread = "undisclosed"
[[permit.codes.rule]]
list = "GUIDE"
edition = "2020"
prefixes = ["ML"]
levels = ["digits", "lower"]
answer = "2-"
[permit.line.value]
column = "Value"
currency = { otherwise = "CAD", stated_by = "file" }
"#;
const HEADER: &str = "Number,Issued,Destination,Value\n";
const GOOD: &str = "ML5b,01/02/2031,Türkiye,12.50\n";

fn map() -> Map {
    read_map(MAP.as_bytes(), "small.toml").unwrap()
}

fn read(bytes: &[u8]) -> Result<PermitImport, FileMistake> {
    static NAMES: LazyLock<CountryNames> = LazyLock::new(|| CountryNames::shipped().unwrap());
    read_permits(bytes, "f.csv", &map(), &NAMES)
}

fn refusal(text: &str) -> String {
    match read(text.as_bytes()) {
        Ok(_) => panic!("it was read"),
        Err(mistake) => mistake.to_string(),
    }
}

fn reasons(text: &str) -> Vec<ReasonKind> {
    let read = read(text.as_bytes()).unwrap();
    let reason = |outcome: &Outcome| match outcome {
        Outcome::SetAside { reason } => Some(reason.code),
        _ => None,
    };
    read.rows
        .iter()
        .filter_map(|row| reason(&row.outcome))
        .collect()
}

#[test]
fn a_file_that_is_no_table_is_refused_whole() {
    for (text, says) in [
        ("", "`f.csv` has no rows: expected a header"),
        ("\n\n , \n", "`f.csv` has no rows: expected a header"),
        (
            "Nummer,Issued,Destination,Value\n1,2,3,4\n",
            "f.csv:1 has no column `Number`, did you mean `Nummer`?: found `Nummer`, `Issued`, `Destination`, `Value`",
        ),
        (
            "Number,Issued,Destination,Value,Value\n",
            "f.csv:1 has the column `Value` more than once: name it by its place, `#4`, `#5`",
        ),
        (
            "Number,Issued,Destination,Value\n1,\"2,3,4\n",
            "the quote opened at f.csv:2:3 is never closed",
        ),
    ] {
        assert_eq!(refusal(text), says);
    }
    let rows = "1,\n".repeat(usize::try_from(ROWS_MAX).unwrap() + 1);
    assert!(refusal(&format!("{HEADER}{rows}")).contains("more than 1000000 rows"));
}

#[test]
fn a_row_that_is_no_row_is_set_aside_and_the_rest_is_read() {
    let long = "x".repeat(CELL_BYTES_MAX + 1);
    for (row, reason) in [
        ("ML5b,01/02/2031,Türkiye".to_owned(), ReasonKind::Ragged),
        ("ML5b,01/02/2031,Türkiye,1,2".to_owned(), ReasonKind::Ragged),
        (
            ",01/02/2031,Türkiye,1".to_owned(),
            ReasonKind::NumberMissing,
        ),
        ("1,,Türkiye,1".to_owned(), ReasonKind::DayMissing),
        (
            "1,31/02/2031,Türkiye,1".to_owned(),
            ReasonKind::ImpossibleDay,
        ),
        (
            "1,01/02/9999,Türkiye,1".to_owned(),
            ReasonKind::ImpossibleDay,
        ),
        ("1,2031,Türkiye,1".to_owned(), ReasonKind::NotADay),
        (
            "1,01/02/2031,Turkeyland,1".to_owned(),
            ReasonKind::UnknownCountry,
        ),
        (
            "1,01/02/2031,Türkiye,-1".to_owned(),
            ReasonKind::NegativeAmount,
        ),
        (
            "1,01/02/2031,Türkiye,1e9".to_owned(),
            ReasonKind::NotAnAmount,
        ),
        (
            "1,01/02/2031,Türkiye,0.001".to_owned(),
            ReasonKind::AmountTooFine,
        ),
        (
            format!("1,01/02/2031,Türkiye,{}", "9".repeat(40)),
            ReasonKind::AmountTooLong,
        ),
        (
            format!("{},01/02/2031,Türkiye,1", "9".repeat(65)),
            ReasonKind::NumberUnusable,
        ),
        (
            format!("{long},01/02/2031,Türkiye,1"),
            ReasonKind::CellTooLong,
        ),
        (
            "1\u{7},01/02/2031,Türkiye,1".to_owned(),
            ReasonKind::ControlCharacter,
        ),
        (
            "1\u{202E}2,01/02/2031,Türkiye,1".to_owned(),
            ReasonKind::ControlCharacter,
        ),
    ] {
        let text = format!("{HEADER}{row}\n{GOOD}");
        assert_eq!(
            reasons(&text),
            [reason],
            "{}",
            row.chars().take(60).collect::<String>()
        );
        assert_eq!(read(text.as_bytes()).unwrap().permits.len(), 1);
    }
}

#[test]
fn a_reason_names_the_column_and_what_stands_there() {
    let read = read(format!("{HEADER}1,31/02/2031,Türkiye,1\n").as_bytes()).unwrap();
    let Outcome::SetAside { reason } = &read.rows.first().unwrap().outcome else {
        panic!("it was read");
    };
    assert_eq!(reason.column.as_deref(), Some("Issued"));
    assert_eq!(reason.given.as_deref(), Some("31/02/2031"));
}

#[test]
fn many_rows_of_one_number_take_no_more_time_than_others() {
    // Ten thousand acts under one number and day: gathered by sorted keys, not by comparing all.
    let rows: String = (0..10_000)
        .map(|no| format!("7,01/02/2031,Türkiye,{no}\n8,01/02/2031,\"Türkiye, Chile\",{no}\n"))
        .collect();
    let read = read(format!("{HEADER}{rows}8,01/02/2031,Chile,1\n").as_bytes()).unwrap();
    assert_eq!(read.permits.len(), 3);
    assert_eq!(read.summary.counts.set_aside, 0);
}

fn adds_up(read: &PermitImport) -> bool {
    let counts = read.summary.counts;
    let lines: usize = read
        .permits
        .iter()
        .map(|draft| draft.terms.lines.len())
        .sum();
    counts.imported + counts.with_assumptions + counts.set_aside == counts.rows
        && lines as u64 == counts.imported + counts.with_assumptions
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(read) = read(&bytes) {
            prop_assert!(adds_up(&read));
        }
        let _ = read_map(&bytes, "m.toml");
    }

    #[test]
    fn any_rows_under_a_good_header_end_one_way(
        rows in proptest::collection::vec("[ML0-9/a-f ,.\"Türkiye\u{0}-]{0,60}", 0..20)
    ) {
        let text = format!("{HEADER}{}\n{GOOD}", rows.join("\n"));
        if let Ok(read) = read(text.as_bytes()) {
            prop_assert!(adds_up(&read));
            prop_assert!(read.summary.counts.rows >= 1);
        }
    }

    #[test]
    fn a_spoilt_file_is_read_or_refused(at in 0_usize..400, byte in any::<u8>()) {
        let mut bytes = format!("{HEADER}{}", GOOD.repeat(10)).into_bytes();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        if let Ok(read) = read(&bytes) {
            prop_assert!(adds_up(&read));
        }
    }
}
