//! Layouts in which one row is not one line of one permit: parts of a permit, columns that are rows,
//! headers of several rows, and what a map says where the file has no column.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use domain::country::Country;
use domain::party::PartyRole;
use domain::permit::PermitKind;
use domain::refusal::Says as _;
use intake::country_names::CountryNames;
use intake::mapping::{Map, MapMistake, read_map};
use intake::outcome::{Outcome, RowReport};
use intake::permits::{PermitDraft, PermitImport, read_permits};

const GERMAN: &str = include_str!("../../../lists/maps/german-register.toml");
const TABLE: &str = include_str!("../../../lists/maps/category-table.toml");

fn map(text: &str) -> Map {
    read_map(text.as_bytes(), "map.toml").unwrap()
}

fn import(bytes: &[u8], map: &Map) -> PermitImport {
    let names = CountryNames::shipped().unwrap();
    let read = read_permits(bytes, "f", map, &names).unwrap();
    let counts = read.summary.counts;
    assert_eq!(
        counts.imported + counts.with_assumptions + counts.set_aside,
        counts.rows
    );
    read
}

fn endings(rows: &[RowReport]) -> Vec<String> {
    let told = |row: &RowReport| match &row.outcome {
        Outcome::Imported => format!("{}: imported", row.at),
        Outcome::WithAssumptions { assumptions } => {
            let codes: Vec<&str> = assumptions.iter().map(|assumed| assumed.code()).collect();
            format!("{}: {}", row.at, codes.join(" "))
        }
        Outcome::SetAside { reason } => {
            let column = reason.column.as_deref().unwrap_or("the row");
            format!("{}: set aside, {} in {column}", row.at, reason.code.code())
        }
    };
    rows.iter().map(told).collect()
}

fn permit<'p>(read: &'p PermitImport, id: &str) -> &'p PermitDraft {
    let mut found = read.permits.iter();
    found.find(|draft| draft.permit.as_str() == id).unwrap()
}

fn country(code: &str) -> Country {
    Country::new(code).unwrap()
}

fn codes(draft: &PermitDraft, line: usize) -> Vec<String> {
    let ratings = draft.terms.lines[line].ratings.iter();
    ratings.map(|rating| rating.entry.to_string()).collect()
}

#[test]
fn every_row_of_the_german_layout_ends_one_way() {
    let read = import(include_bytes!("data/german-register.csv"), &map(GERMAN));
    assert_eq!(
        endings(&read.rows),
        [
            "f:2: valid-from-issue parts-together codes-by-rule",
            "f:3: valid-from-issue final-as-destination parts-together codes-by-rule",
            "f:4: stated-by-map valid-from-issue final-as-destination several-end-users codes-by-rule",
            "f:5: set aside, set-aside-by-map in Entscheidung",
            "f:6: set aside, not-an-amount in Wert",
            "f:7: stated-by-map valid-from-issue final-as-destination code-unread",
        ]
    );
    assert_eq!(read.summary.counts.skipped, 1);
}

#[test]
fn parts_of_one_number_are_one_permit_to_all_their_places() {
    let read = import(include_bytes!("data/german-register.csv"), &map(GERMAN));
    let draft = permit(&read, "DE/2031/000101");
    assert_eq!(draft.terms.lines.len(), 2);
    assert_eq!(draft.terms.kind, PermitKind::MultipleDestination);
    assert_eq!(
        draft.terms.destinations,
        [country("TR"), country("EG")].into()
    );
    assert_eq!(
        draft.terms.final_destinations,
        [country("AZ"), country("EG")].into()
    );
    let roles: Vec<_> = draft.parties.iter().map(|p| p.role).collect();
    assert!(
        !roles.contains(&PartyRole::EndUser),
        "two end users are no one end user"
    );
    assert_eq!(
        roles.iter().filter(|r| **r == PartyRole::Consignee).count(),
        3
    );
    let value = |line: usize| draft.terms.lines[line].value.unwrap().to_string();
    assert_eq!(
        (value(0), value(1)),
        ("1250000.5 EUR".into(), "84000 EUR".into())
    );
    let quantity = |line: usize| draft.terms.lines[line].quantity.unwrap().to_string();
    assert_eq!(
        (quantity(0), quantity(1)),
        ("12 C62".into(), "1500 KGM".into())
    );
    assert_eq!(codes(draft, 0), ["GUIDE@2020:2-5.b"]);
}

#[test]
fn the_same_number_of_another_year_is_another_permit() {
    let read = import(include_bytes!("data/german-register.csv"), &map(GERMAN));
    let draft = permit(&read, "DE/2030/000101");
    assert_eq!(draft.issued_on.to_string(), "2030-03-03");
    assert_eq!(draft.last_day, None);
    assert_eq!(draft.terms.destinations, [country("KR")].into());
    assert_eq!(codes(draft, 0), ["GUIDE@2020:1-6.A.3.b.4.b"]);
    assert_eq!(draft.terms.lines[0].quantity.unwrap().to_string(), "2 SET");
}

#[test]
fn rows_as_lines_keep_other_terms_apart() {
    let lines = GERMAN.replace("rows = \"parts\"", "rows = \"lines\"");
    let read = import(include_bytes!("data/german-register.csv"), &map(&lines));
    assert_eq!(permit(&read, "DE/2031/000101").terms.lines.len(), 1);
    let other = permit(&read, "DE/2031/000101(2)");
    assert_eq!(other.terms.destinations, [country("EG")].into());
}

#[test]
fn an_amount_that_cannot_be_read_stays_undisclosed_where_the_map_says_so() {
    let words = GERMAN.replace(
        "signs = { EUR = \"EUR\", \"€\" = \"EUR\", USD = \"USD\" }",
        "signs = { \"US$\" = \"USD\" }",
    );
    let read = import(include_bytes!("data/german-register.csv"), &map(&words));
    let draft = permit(&read, "DE/2031/000103");
    assert_eq!(draft.terms.lines[0].quantity, None, "`ca. 40` is no amount");
    assert_eq!(draft.terms.lines[0].value.unwrap().to_string(), "5 USD");
    assert_eq!(draft.sources[0].kept["Menge"], "ca. 40");
    assert_eq!(codes(draft, 0), ["GUIDE@2020:2-9.a", "GUIDE@2020:2-17.b"]);
    let ending = endings(&read.rows)
        .into_iter()
        .find(|row| row.starts_with("f:6"));
    assert!(ending.unwrap().contains("amount-unread"));
}

#[test]
fn each_filled_cell_of_columns_that_are_spread_is_a_row_with_its_place() {
    let read = import(include_bytes!("data/category-table.txt"), &map(TABLE));
    assert_eq!(
        endings(&read.rows),
        [
            "f:6:4: stated-by-map valid-from-issue codes-by-rule number-by-row",
            "f:6:6: stated-by-map valid-from-issue codes-by-rule number-by-row",
            "f:7:5: stated-by-map valid-from-issue codes-by-rule number-by-row",
            "f:9:6: set aside, unknown-country in Destination / ISO",
        ]
    );
    let counts = read.summary.counts;
    assert_eq!(
        (counts.above, counts.skipped),
        (5, 2),
        "a total, and a row without amounts"
    );
    let first = permit(&read, "TABLE/row-6-4");
    assert_eq!(first.issued_on.to_string(), "2031-12-31");
    assert_eq!(first.terms.destinations, [country("TR")].into());
    assert_eq!(
        first.terms.lines[0].value.unwrap().to_string(),
        "1250500 EUR"
    );
    assert_eq!(codes(first, 0), ["GUIDE@2020:2-1"]);
    assert_eq!(first.sources[0].kept["Licences"], "3");
    let withheld = permit(&read, "TABLE/row-6-6");
    assert_eq!(withheld.terms.lines[0].value, None);
}

#[test]
fn a_header_that_ends_before_its_rows_is_no_header() {
    let names = CountryNames::shipped().unwrap();
    let text = TABLE.replace("header_line = 4", "header_line = 10");
    let bytes = include_bytes!("data/category-table.txt");
    let mistake = read_permits(bytes, "f", &map(&text), &names).unwrap_err();
    assert_eq!(mistake.to_string(), "`f` has no header on line 10");
    let french = mistake.says().fr;
    assert!(
        french.contains("n’a pas d’en-tête à la ligne 10"),
        "{french}"
    );
}

#[test]
fn a_party_may_be_stated_for_the_whole_file() {
    let text = r#"
map = 1
key = "one"
title = { en = "One", fr = "Une" }
[countries]
codes = ["alpha-2"]
[permit]
number = "no"
issued_on = { column = ["y", "m"], shapes = ["YYYY-M"] }
kind = { otherwise = "individual", stated_by = "file" }
movement = [{ otherwise = "permanent", stated_by = "file" }]
party = [{ role = "exporter", is = "The only maker (synthetic)", stated_by = "file" }]
destination = { columns = ["to"] }
"#;
    let read = import(b"no,y,m,to\n1,2031,3,TR\n2,2031,,TR\n3,,,TR\n", &map(text));
    assert_eq!(
        endings(&read.rows),
        [
            "f:2: day-of-period valid-from-issue",
            "f:3: set aside, not-a-day in y",
            "f:4: set aside, day-missing in y",
        ]
    );
    let party = read.permits[0].parties.first().unwrap();
    assert_eq!(party.name, "The only maker (synthetic)");
    let neither = text.replace("is = \"The only maker (synthetic)\", ", "");
    assert!(read_map(neither.as_bytes(), "m.toml").is_err());
}

#[test]
fn a_wrong_map_says_where_and_what_to_do_in_both_languages() {
    let wrong = |from: &str, to: &str| -> MapMistake {
        let text = GERMAN.replace(from, to);
        assert_ne!(text, GERMAN, "{from}");
        read_map(text.as_bytes(), "m.toml").unwrap_err()
    };
    for (from, to, en, fr) in [
        (
            "delimiter = \";\"",
            "delimeter = \";\"",
            "did you mean `delimiter`?",
            "vouliez-vous dire `delimiter` ?",
        ),
        (
            "rows = \"parts\"",
            "rows = \"part\"",
            "unknown variant `part`, expected one of `lines`, `permits`, `parts`",
            "mot inconnu `part`, attendu : `lines`, `permits`, `parts`",
        ),
        (
            "id_prefix = \"DE/\"",
            "id_prefix = \"D€/\"",
            "characters that an id cannot have",
            "des caractères qu’un identifiant ne peut avoir",
        ),
        (
            "name = \"Antragsteller\"\n",
            "",
            "`permit.party` needs either `name` or `is`",
            "`permit.party` demande `name` ou `is`, l’un des deux",
        ),
        (
            "shapes = [\"DD.MM.YYYY\", \"D. Month YYYY\"]",
            "shapes = []",
            "`shapes` is empty",
            "`shapes` est vide",
        ),
    ] {
        let says = wrong(from, to).says();
        assert!(says.en.contains(en), "{}", says.en);
        assert!(says.fr.contains(fr), "{}", says.fr);
    }
}
