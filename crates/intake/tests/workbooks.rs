//! Workbooks read as text files do; what is no honest workbook is refused in bounded memory.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use intake::bounds::{ARCHIVE_BYTES_MAX, COLUMNS_MAX, FILE_BYTES_MAX};
use intake::country_names::CountryNames;
use intake::mapping::{Map, read_map};
use intake::outcome::{Outcome, ReasonKind};
use intake::permits::{PermitImport, read_permits};
use intake::table::FileMistake;

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
    read_permits(bytes, "f.xlsx", &map(), &CountryNames::shipped().unwrap())
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
    let bomb = vec![b' '; usize::try_from(ARCHIVE_BYTES_MAX).unwrap() / 8];
    parts.push(("xl/media/a.xml".to_owned(), bomb));
    assert!(refusal(&pack(&parts)).contains("times its size"));
}

#[test]
fn entries_that_together_inflate_beyond_the_bound_are_refused() {
    // Noise that packs some fifty-fold: below the ratio, each; above the bound, together.
    let mut state = 7_u32;
    let mut noisy = Vec::new();
    while noisy.len() < 40 << 20 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noisy.extend_from_slice(&state.to_le_bytes());
        noisy.extend_from_slice(&[b' '; 500]);
    }
    let mut parts = parts(&[header()], false);
    parts.extend((0..7).map(|no| (format!("xl/media/{no}.bin"), noisy.clone())));
    assert!(refusal(&pack(&parts)).contains("inflates to more than"));
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
    let corner = |place: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>x</t></is></c>"#);
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{}</row><row r="1048576">{}</row></sheetData></worksheet>"#,
        corner("A1"),
        corner("XFD1048576")
    );
    let says = refusal(&pack(&around(&sheet, false)));
    assert!(
        says.contains("no column `Destination`"),
        "the header comes first: {says}"
    );
    let wide = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{}</row></sheetData></worksheet>"#,
        corner("XFD1")
    );
    let says = refusal(&pack(&around(&wide, false)));
    assert_eq!(
        says,
        format!("f.xlsx:1 has more than {COLUMNS_MAX} columns")
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
fn what_is_no_workbook_says_what_it_is() {
    assert!(refusal(b"PK\x03\x04 and nothing").contains("refused as an archive"));
    let other = pack(&[("mimetype".to_owned(), b"application/epub+zip".to_vec())]);
    assert!(refusal(&other).contains("cannot be read as a workbook"));
    assert!(refusal(b"\xD0\xCF\x11\xE0rest").contains("a binary or encrypted workbook"));
    assert!(refusal(b"%PDF-1.7").contains("a PDF"));
    let large = vec![b'a'; FILE_BYTES_MAX + 1];
    assert!(refusal(&large).contains("more than"));
}
