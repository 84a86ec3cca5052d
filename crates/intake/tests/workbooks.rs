//! Workbooks read as text files do; what is no honest workbook is refused in bounded memory.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::LazyLock;

use intake::bounds::{COLUMNS_MAX, FILE_BYTES_MAX};
use intake::country_names::CountryNames;
use intake::mapping::{Map, read_map};
use intake::outcome::{Outcome, ReasonKind};
use intake::permits::{PermitImport, read_permits};
use intake::table::FileMistake;
use proptest::prelude::*;

mod sheet;
use sheet::{DATE, Stored, around, pack, parts};

const MAP: &str = r#"
map = 1
key = "small"
title = { en = "Small", fr = "Petit" }
[countries]
names = ["en"]
[permit]
number = "Number"
issued_on = { column = "Issued", shapes = ["DD/MM/YYYY"], other_shapes = ["serial-1900"] }
kind = { otherwise = "individual", stated_by = "file" }
movement = [{ otherwise = "permanent", stated_by = "file" }]
destination = { columns = ["Destination"] }
[permit.line.value]
column = "Value"
currency = { otherwise = "CAD", stated_by = "file" }
"#;

fn map() -> Map {
    read_map(MAP.as_bytes(), "small.toml").unwrap()
}

fn read(bytes: &[u8]) -> Result<PermitImport, FileMistake> {
    static NAMES: LazyLock<CountryNames> = LazyLock::new(|| CountryNames::shipped().unwrap());
    read_permits(bytes, "f.xlsx", &map(), &NAMES)
}

fn header<'c>() -> Vec<Stored<'c>> {
    ["Number", "Issued", "Destination", "Value"]
        .map(Stored::Text)
        .into()
}

fn row<'c>(number: Stored<'c>, issued: Stored<'c>, value: Stored<'c>) -> Vec<Stored<'c>> {
    vec![number, issued, Stored::Text("Türkiye"), value]
}

fn refusal(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(_) => panic!("it was read"),
        Err(mistake) => mistake.to_string(),
    }
}

#[test]
fn dates_and_numbers_of_a_sheet_are_read_as_what_they_are() {
    let rows = [
        header(),
        row(
            Stored::Number("71", 0),
            Stored::Number("38837", DATE),
            Stored::Number("0.1", 0),
        ),
        row(
            Stored::Text("72"),
            Stored::Text("30/04/2006"),
            Stored::Text("12.5"),
        ),
        row(
            Stored::Text("73"),
            Stored::Number("38837", 0),
            Stored::Blank,
        ),
        vec![Stored::Blank],
        row(
            Stored::Text("74"),
            Stored::Error("#N/A"),
            Stored::Number("1", 0),
        ),
        row(
            Stored::Text("75"),
            Stored::Number("60", DATE),
            Stored::Number("1", 0),
        ),
        row(
            Stored::Text("76"),
            Stored::Number("38837", DATE),
            Stored::Number("-1", 0),
        ),
    ];
    let read = read(&pack(&parts(&rows, false))).unwrap();
    assert_eq!(read.summary.counts.rows, 6);
    let days: Vec<_> = read
        .permits
        .iter()
        .map(|p| p.issued_on.to_string())
        .collect();
    assert_eq!(days, ["2006-04-30"; 3]);
    assert_eq!(read.permits[0].permit.as_str(), "71");
    assert_eq!(
        read.permits[0].terms.lines[0].value.unwrap().to_string(),
        "0.1 CAD"
    );
    assert_eq!(read.permits[2].terms.lines[0].value, None);
    let reasons: Vec<_> = read
        .rows
        .iter()
        .filter_map(|row| match &row.outcome {
            Outcome::SetAside { reason } => Some((row.at.line, reason.code)),
            _ => None,
        })
        .collect();
    assert_eq!(
        reasons,
        [
            (6, ReasonKind::UnreadableCell),
            (7, ReasonKind::UnreadableCell),
            (8, ReasonKind::NegativeAmount),
        ],
        "an error, 29 February 1900, and a negative value"
    );
}

#[test]
fn a_workbook_is_read_as_the_same_table_in_text_is() {
    let table = [
        ["Number", "Issued", "Destination", "Value"],
        ["71", "30/04/2006", "Türkiye", "12.5"],
        ["72", "31/04/2006", "Türkiye", "12.5"],
        ["73", "38837", "Chile", ""],
        ["", "", "", ""],
        ["74", "30/04/2006", "Atlantis", "1"],
        ["75", "30/04/2006", "", "1e3"],
        ["71", "30/04/2006", "Türkiye", "13"],
    ];
    let text: String = table.map(|row| row.join(",") + "\n").concat();
    let sheet = table.map(|row| row.map(Stored::Text).into());
    let (text, sheet) = (read(text.as_bytes()), read(&pack(&parts(&sheet, false))));
    let (text, mut sheet) = (text.unwrap(), sheet.unwrap());
    let counts = text.summary.counts;
    assert_eq!((counts.rows, counts.set_aside, counts.blank), (6, 3, 1));
    // A sheet does not store a row without cells, so that it is not counted as blank either.
    assert_eq!(sheet.summary.counts.blank, 0);
    sheet.summary.counts.blank = 1;
    assert_eq!(text, sheet);
}

#[test]
fn a_workbook_that_counts_from_1904_says_so() {
    let rows = [
        header(),
        row(
            Stored::Text("71"),
            Stored::Number("37375", DATE),
            Stored::Blank,
        ),
    ];
    let read = read(&pack(&parts(&rows, true))).unwrap();
    assert_eq!(read.permits[0].issued_on.to_string(), "2006-04-30");
}

#[test]
fn a_sheet_that_the_map_names_and_the_workbook_lacks_is_a_mistake() {
    let mut map = map();
    map.file.sheet = Some("Permits".to_owned());
    let names = CountryNames::shipped().unwrap();
    let mistake = read_permits(&pack(&parts(&[header()], false)), "f.xlsx", &map, &names);
    let says = mistake.unwrap_err().to_string();
    assert_eq!(says, "`f.xlsx` has no sheet `Permits`: found `Licences`");
}

#[test]
fn a_page_that_inflates_to_a_gigabyte_is_refused() {
    let mut parts = parts(&[header()], false);
    // Four megabytes of blanks pack a thousandfold; read to the end they would be harmless, and
    // reading stops long before.
    let bomb = vec![b' '; 4 << 20];
    parts.push(("xl/media/a.xml".to_owned(), bomb));
    assert!(refusal(&pack(&parts)).contains("times its size"));
}

#[test]
fn a_directory_that_lies_about_a_size_is_refused() {
    let mut bytes = pack(&parts(&[header()], false));
    // The central directory comes last; its records carry the size 24 bytes after the mark.
    let mark = bytes
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[mark + 24] ^= 1;
    let says = refusal(&bytes);
    assert!(says.contains("refused as an archive"), "{says}");
}

#[test]
fn two_names_for_the_same_bytes_are_refused() {
    let mut bytes = pack(&parts(&[header()], false));
    // The last record of the directory is pointed at the first entry.
    let mark = bytes
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[mark + 42..mark + 46].fill(0);
    let says = refusal(&bytes);
    assert!(says.contains("refused as an archive"), "{says}");
}

#[test]
fn two_cells_in_opposite_corners_cost_no_rectangle() {
    let cell = |place: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>x</t></is></c>"#);
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{}</row><row r="1048576">{}</row></sheetData></worksheet>"#,
        cell("A1"),
        cell("XFD1048576")
    );
    assert_eq!(
        refusal(&pack(&around(&sheet, false))),
        format!("f.xlsx:1048576 has more than {COLUMNS_MAX} columns")
    );
}

#[test]
fn rows_out_of_order_are_refused() {
    let cell = |place: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>x</t></is></c>"#);
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="3">{}</row><row r="2">{}</row></sheetData></worksheet>"#,
        cell("A3"),
        cell("A2")
    );
    assert!(refusal(&pack(&around(&sheet, false))).contains("row 2 stands below row 3"));
}

#[test]
fn a_cell_in_a_column_beyond_all_counting_is_a_mistake_and_no_panic() {
    let rows = [header()];
    let mut parts = parts(&rows, false);
    for (_, bytes) in &mut parts {
        let text = String::from_utf8(std::mem::take(bytes)).unwrap();
        *bytes = text.replace("r=\"A1\"", "r=\"ZZZZZZZZZZ1\"").into_bytes();
    }
    let said = refusal(&pack(&parts));
    assert!(said.contains("gave up"), "{said}");
}

#[test]
fn what_is_no_workbook_says_what_it_is() {
    assert!(refusal(b"PK\x03\x04 and nothing").contains("refused as an archive"));
    let other = pack(&[("mimetype".to_owned(), b"application/epub+zip".to_vec())]);
    assert!(refusal(&other).contains("cannot be read as a workbook"));
    assert!(refusal(b"\xD0\xCF\x11\xE0rest").contains("a binary or encrypted workbook"));
    assert!(refusal(b"%PDF-1.7").contains("a PDF"));
    let large = vec![b'a'; FILE_BYTES_MAX + 1];
    assert!(refusal(&large).contains("more than"));
}

fn adds_up(read: &PermitImport) -> bool {
    let counts = read.summary.counts;
    counts.imported + counts.with_assumptions + counts.set_aside == counts.rows
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_workbook_is_read_or_refused(
        spoilt in proptest::collection::vec((0_usize..4_000, any::<u8>()), 1..6)
    ) {
        use Stored::{Number, Text};
        let rows = [
            ["Number", "Issued", "Destination", "Value"].map(Text).into(),
            vec![Text("71"), Number("38837", DATE), Text("Türkiye"), Number("12.5", 0)],
        ];
        let mut bytes = pack(&parts(&rows, false));
        for (at, byte) in spoilt {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        if let Ok(read) = read(&bytes) {
            prop_assert!(adds_up(&read));
        }
    }

    #[test]
    fn a_spoilt_sheet_in_a_sound_archive_is_read_or_refused(
        spoilt in proptest::collection::vec((0_usize..700, any::<u8>()), 1..6)
    ) {
        use Stored::{Number, Text};
        let rows = [
            ["Number", "Issued", "Destination", "Value"].map(Text).into(),
            vec![Text("71"), Number("38837", DATE), Text("Türkiye"), Number("12.5", 0)],
        ];
        let mut parts = parts(&rows, false);
        let count = parts.len();
        for (at, byte) in spoilt {
            let (_, part) = parts.get_mut(at % count).unwrap();
            if let Some(place) = part.get_mut(at) {
                *place = byte;
            }
        }
        if let Ok(read) = read(&pack(&parts)) {
            prop_assert!(adds_up(&read));
        }
    }
}
