//! Foreign layouts through the maps that ship: what each row becomes, and why rows do not.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use domain::country::Country;
use domain::party::PartyRole;
use domain::permit::{Movement, PermitKind};
use intake::country_names::CountryNames;
use intake::mapping::{Map, read_map};
use intake::outcome::{Assumption, Outcome, RowReport};
use intake::parties::read_parties;
use intake::permits::{PermitDraft, PermitImport, PlaceRole, read_permits};

const BRITISH: &[u8] = include_bytes!("data/british-lines.csv");
const FRENCH: &[u8] = include_bytes!("data/french-register.csv");
const PARTIES: &[u8] = include_bytes!("data/parties.csv");

fn shipped_map(key: &str) -> Map {
    let text = match key {
        "british-lines" => include_str!("../../../lists/maps/british-lines.toml"),
        "french-register" => include_str!("../../../lists/maps/french-register.toml"),
        "nl-military" => include_str!("../../../lists/maps/nl-military.toml"),
        _ => include_str!("../../../lists/maps/parties.toml"),
    };
    read_map(text.as_bytes(), key).unwrap()
}

fn import(bytes: &[u8], key: &str) -> PermitImport {
    let names = CountryNames::shipped().unwrap();
    let read = read_permits(bytes, key, &shipped_map(key), &names).unwrap();
    let counts = read.summary.counts;
    assert_eq!(
        counts.imported + counts.with_assumptions + counts.set_aside,
        counts.rows
    );
    assert_eq!(counts.rows, read.rows.len() as u64);
    read
}

/// How rows ended, as `line: imported | codes of assumptions | set aside over column`.
fn endings(rows: &[RowReport]) -> Vec<String> {
    let told = |row: &RowReport| match &row.outcome {
        Outcome::Imported => format!("{}: imported", row.at.line),
        Outcome::WithAssumptions { assumptions } => {
            let codes: Vec<&str> = assumptions.iter().map(|assumed| assumed.code()).collect();
            format!("{}: {}", row.at.line, codes.join(" "))
        }
        Outcome::SetAside { reason } => {
            let column = reason.column.as_deref().unwrap_or("the row");
            format!(
                "{}: set aside, {} in {column}",
                row.at.line,
                reason.code.code()
            )
        }
    };
    rows.iter().map(told).collect()
}

fn permit<'p>(read: &'p PermitImport, id: &str) -> &'p PermitDraft {
    let mut found = read
        .permits
        .iter()
        .filter(|draft| draft.permit.as_str() == id);
    found.next().unwrap()
}

fn codes(draft: &PermitDraft, line: usize) -> Vec<String> {
    let ratings = &draft.terms.lines[line].ratings;
    ratings
        .iter()
        .map(|rating| rating.entry.to_string())
        .collect()
}

fn country(code: &str) -> Country {
    Country::new(code).unwrap()
}

#[test]
fn every_row_of_the_british_layout_ends_one_way() {
    let read = import(BRITISH, "british-lines");
    assert_eq!(
        endings(&read.rows),
        [
            "4: codes-by-rule",
            "5: filled-from-above codes-by-rule first-code-primary",
            "6: valid-from-issue final-as-destination codes-by-rule first-code-primary",
            "7: set aside, impossible-day in Issued",
            "8: day-in-other-shape valid-from-issue final-as-destination code-unread",
            "9: set aside, unknown-unit in Unit",
            "10: set aside, place-missing in Destination",
            "11: set aside, unknown-value in Type",
            "12: set aside, amount-too-long in Quantity",
            "13: set aside, negative-amount in Value",
            "14: set aside, amount-too-fine in Value",
            "15: set aside, unknown-country in Destination",
            "16: set aside, last-day-before-first in Expires",
            "17: set aside, ragged in the row",
        ]
    );
    let counts = read.summary.counts;
    assert_eq!((counts.above, counts.blank, counts.skipped), (3, 1, 1));
    assert_eq!(read.summary.reasons["unknown-unit"].rows, 1);
    assert!(read.summary.assumptions["codes-by-rule"].text.is_complete());
}

#[test]
fn lines_of_one_number_are_one_permit_with_named_parties() {
    let read = import(BRITISH, "british-lines");
    let draft = permit(&read, "GB/GBSIEL/2031/0000101");
    assert_eq!(draft.number_as_written, "GBSIEL/2031/0000101");
    assert_eq!(
        draft.sources.iter().map(|s| s.at.line).collect::<Vec<_>>(),
        [4, 5]
    );
    assert_eq!(draft.sources[1].kept["Remarks"], "with the above");
    assert_eq!(
        draft.last_day.unwrap().to_string(),
        "2033-05-03",
        "the file names the first day out"
    );
    assert_eq!(draft.terms.kind, PermitKind::Individual);
    assert_eq!(draft.terms.movement, Movement::Permanent);
    assert_eq!(draft.terms.destinations, [country("TR")].into());
    assert_eq!(draft.terms.final_destinations, [country("AZ")].into());
    assert_eq!(draft.terms.end_user_country, Some(country("AZ")));
    assert_eq!(codes(draft, 0), ["GUIDE@2020:2-5.b"]);
    assert_eq!(codes(draft, 1), ["GUIDE@2020:2-5.b", "GUIDE@2020:2-15.d"]);
    assert!(
        draft.terms.lines[1].ratings[0].is_primary && !draft.terms.lines[1].ratings[1].is_primary
    );
    assert_eq!(
        draft.terms.lines[0].value.unwrap().to_string(),
        "1250000 GBP"
    );
    assert_eq!(
        draft.terms.lines[1].quantity.unwrap().to_string(),
        "1200 KGM"
    );
    let roles: Vec<_> = draft
        .parties
        .iter()
        .map(|p| (p.role, p.name.as_str(), p.country))
        .collect();
    assert_eq!(
        roles,
        [
            (PartyRole::Exporter, "Harrow Optics Ltd", None),
            (
                PartyRole::Consignee,
                "Anadolu Gözlem A.Ş.",
                Some(country("TR"))
            ),
            (
                PartyRole::EndUser,
                "Ministry of Forests",
                Some(country("AZ"))
            ),
        ]
    );
}

#[test]
fn what_the_file_withholds_stays_undisclosed() {
    let read = import(BRITISH, "british-lines");
    let draft = permit(&read, "GB/GBOIEL/2031/0000007");
    assert_eq!(draft.last_day, None, "open-ended");
    assert_eq!(draft.terms.lines[0].quantity, None);
    assert_eq!(draft.terms.lines[0].value.unwrap().to_string(), "300.5 USD");
    assert_eq!(
        draft.terms.destinations,
        [country("NO"), country("SE")].into()
    );
    assert_eq!(
        codes(draft, 0),
        ["GUIDE@2020:1-6.A.3.b.4", "GUIDE@2020:1-5.A.1"]
    );
    assert_eq!(
        draft
            .terms
            .programmes
            .iter()
            .map(|p| p.as_str())
            .collect::<Vec<_>>(),
        ["NATO"]
    );
    assert_eq!(
        draft.terms.movement,
        Movement::Temporary { return_by: None }
    );
    assert!(
        draft
            .parties
            .iter()
            .all(|party| party.role != PartyRole::EndUser)
    );
    let unread = permit(&read, "GB/GBSIEL/2031/0000103");
    assert_eq!(
        unread.terms.lines[0].item.code_as_written.as_deref(),
        Some("PL5001")
    );
    assert!(unread.terms.lines[0].ratings.is_empty());
}

#[test]
fn the_french_layout_is_read_in_its_own_numbers_months_and_code_page() {
    let read = import(FRENCH, "french-register");
    assert_eq!(
        endings(&read.rows),
        [
            "2: stated-by-map valid-from-issue validity-by-map codes-by-rule",
            "3: set aside, not-a-day in Délivrée le",
            "4: stated-by-map valid-from-issue validity-by-map several-destinations codes-by-rule",
            "5: set aside, unknown-currency in Devise",
            "6: stated-by-map day-in-other-shape two-digit-year valid-from-issue validity-by-map country-group several-destinations codes-by-rule",
            "7: set aside, number-repeated in N° de licence",
            "8: set aside, code-unread in Article",
            "9: set aside, unit-missing in Quantité",
        ]
    );
    let first = permit(&read, "FR-31-001");
    assert_eq!(
        first.terms.lines[0].value.unwrap().to_string(),
        "1250500 EUR"
    );
    assert_eq!(
        first.terms.lines[0].item.description,
        "Tourelle gyrostabilisée, modèle à deux capteurs"
    );
    assert_eq!(first.last_day.unwrap().to_string(), "2034-02-02");
    assert_eq!(first.parties.len(), 3);
    let both = permit(&read, "FR-31-003");
    assert_eq!(both.terms.kind, PermitKind::MultipleDestination);
    assert_eq!(
        both.terms.destinations,
        [country("AE"), country("QA")].into()
    );
    assert_eq!(both.terms.final_destinations, [Country::UNDISCLOSED].into());
    assert_eq!(both.terms.lines[0].quantity.unwrap().to_string(), "2.5 TNE");
    let group = permit(&read, "FR-31-005");
    assert_eq!(group.terms.destinations, [Country::UNDISCLOSED].into());
    let words: Vec<_> = group
        .places_as_written
        .iter()
        .map(|p| (p.role, p.words.as_str()))
        .collect();
    assert_eq!(words, [(PlaceRole::Destination, "OTAN")]);
}

#[test]
fn a_list_of_parties_is_read_with_the_same_three_endings() {
    let names = CountryNames::shipped().unwrap();
    let read = read_parties(PARTIES, "parties.csv", &shipped_map("parties"), &names);
    let read = read.unwrap();
    assert_eq!(
        endings(&read.rows),
        [
            "2: imported",
            "3: imported",
            "4: set aside, name-missing in name",
            "5: set aside, unknown-country in country",
            "6: imported",
            "7: set aside, unknown-country in country",
        ]
    );
    let first = &read.parties[0];
    assert_eq!(first.country, Some(country("GB")));
    assert_eq!(first.aliases.len(), 2);
    assert!(first.identifiers.contains("business-number:100200300"));
    assert_eq!(read.parties[1].is_government, Some(true));
    assert_eq!(read.parties[2].activities.len(), 2);
    assert_eq!(read.parties[2].is_government, None);
}

#[test]
fn a_map_for_parties_reads_no_permits() {
    let names = CountryNames::shipped().unwrap();
    let read = read_permits(PARTIES, "parties.csv", &shipped_map("parties"), &names);
    assert!(read.is_err());
}

#[test]
fn a_number_with_other_terms_or_another_day_is_another_act() {
    let text = "nummer,SGP,CAT,goederen omschrijving,D/T,Verl.,V/N,U/D,T.v.v.,land van bestemming,\
        land van eindbestemming,oorsprong /herkomst,land van oorsprong,waarde (€),verval datum,afgifte datum\n\
        71,ML1a,,Lens,D,,,,,TURKIJE,TURKIJE,,,5,01/31/2012,01/01/2011\n\
        71,ML1a,,Lens,D,,,,,TURKIJE,TURKIJE,,,6,01/31/2012,01/01/2011\n\
        71,ML1a,,Lens,T,,,,,TURKIJE,TURKIJE,,,7,01/31/2012,01/01/2011\n\
        71,ML1a,,Lens,D,,,,,TURKIJE,TURKIJE,,,8,01/31/2011,01/01/2010\n\
        7 1,ML1a,,Lens,D,,,,,TURKIJE,TURKIJE,,,9,01/31/2011,01/01/2010\n";
    let names = CountryNames::shipped().unwrap();
    let map = shipped_map("nl-military");
    let read = read_permits(text.as_bytes(), "nl.csv", &map, &names).unwrap();
    let ids: Vec<_> = read
        .rows
        .iter()
        .map(|row| row.permit.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "71@2011-01-01",
            "71@2011-01-01",
            "71@2011-01-01(2)",
            "71",
            "7-1"
        ]
    );
    assert_eq!(permit(&read, "71@2011-01-01").terms.lines.len(), 2);
    let third = &permit(&read, "71@2011-01-01(2)").assumptions;
    assert!(third.contains(&Assumption::NumberIssuedAgain));
    assert!(third.contains(&Assumption::NumberWithOtherTerms));
    assert!(
        permit(&read, "7-1")
            .assumptions
            .contains(&Assumption::NumberMadePlain)
    );
    assert!(
        !permit(&read, "71")
            .assumptions
            .contains(&Assumption::NumberIssuedAgain)
    );
}

#[test]
fn a_report_is_json_with_codes_and_texts() {
    let read = import(BRITISH, "british-lines");
    let json = serde_json::to_value(&read).unwrap();
    assert_eq!(json["summary"]["counts"]["set_aside"], 10);
    assert_eq!(json["rows"][3]["outcome"], "set-aside");
    assert_eq!(json["rows"][3]["reason"]["code"], "impossible-day");
    assert_eq!(json["rows"][0]["assumptions"][0], "codes-by-rule");
    assert!(json["summary"]["reasons"]["ragged"]["text"]["fr"].is_string());
}

#[test]
fn a_register_without_numbers_or_days_is_read_with_assumptions() {
    let text = r#"
map = 1
key = "yearly"
title = { en = "Yearly", fr = "Annuel" }
[countries]
codes = ["alpha-2"]
[permit]
id_prefix = "yearly/"
issued_on = { column = "year", shapes = ["YYYY"] }
last_day = { column = "until", shapes = ["MM/YYYY"] }
kind = { otherwise = "individual", stated_by = "file" }
movement = [{ otherwise = "permanent", stated_by = "file" }]
destination = { columns = ["to"] }
"#;
    let map = read_map(text.as_bytes(), "yearly.toml").unwrap();
    let names = CountryNames::shipped().unwrap();
    let read = read_permits(b"year,to,until\n2012,TR,02/2016\n", "f.csv", &map, &names).unwrap();
    assert_eq!(
        endings(&read.rows),
        ["2: day-of-period valid-from-issue number-by-row"]
    );
    let draft = permit(&read, "yearly/row-2");
    assert_eq!(draft.issued_on.to_string(), "2012-01-01");
    assert_eq!(draft.last_day.unwrap().to_string(), "2016-02-29");
    let bare = text.replace("id_prefix = \"yearly/\"\n", "");
    assert!(read_map(bare.as_bytes(), "yearly.toml").is_err());
}
