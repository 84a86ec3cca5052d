//! Evidence and monitoring at the command line: sealed from who lacks a compartment, the operator of
//! the machine too; what is late; what a finding would break; the report of a review.

use serde_json::{Value, json};

use super::desk::{Ended, Place};

/// What nobody without the compartment reads.
const SECRET: &str = "quenching-lantern";

fn act(place: &Place, officer: &str, words: &[&str], body: &Value) -> Ended {
    let file = place.file("body.json", body.to_string());
    let mut all = vec!["--json", "--officer", officer];
    all.extend(words);
    all.push(&file);
    place.run(&all)
}

fn appoint(place: &Place, officer: &str, role: &str, compartments: &[&str]) {
    let mut words = vec![
        "officer",
        "appoint",
        officer,
        "--name",
        "Synthetic",
        "--role",
        role,
    ];
    for compartment in compartments {
        words.extend(["--compartment", compartment]);
    }
    place.run(&words).with(0);
}

fn permit() -> Value {
    json!({ "issued": {
        "permit": "PMT-1", "terms": {
            "kind": "individual", "movement": { "kind": "permanent" }, "exporter": "PTY-E",
            "consignees": ["PTY-U"], "end_user": "PTY-U",
            "destinations": ["TR"], "final_destinations": ["TR"],
            "lines": [{
                "no": 1, "item": { "description": "synthetic sights" },
                "ratings": [{ "entry": "GUIDE@2020:2-5", "is_primary": true }],
                "quantity": { "amount": "10", "unit": "C62" },
                "value": { "amount": "1000", "currency": "CAD" },
            }],
        },
        "issued_on": "2026-01-01", "valid_from": "2026-01-01", "last_day": "2099-01-01",
        "origin": { "kind": "import", "source": "synthetic:1", "assumptions": [] },
    } })
}

/// A register with a sealed piece of evidence on a permit under an assurance, a finding on it and a
/// review of the permit.
fn begun() -> Place {
    let place = Place::new();
    appoint(&place, "OFF-L", "licensing", &[]);
    appoint(&place, "OFF-D", "deciding", &[]);
    appoint(&place, "OFF-C", "customs", &[]);
    appoint(&place, "OFF-MC", "monitor", &["CMP-1"]);
    for (id, country) in [("PTY-E", "CA"), ("PTY-U", "TR"), ("PTY-O", "AZ")] {
        let party = json!({ "party": { "id": id, "name": id, "country": country } });
        act(&place, "OFF-L", &["party", "record"], &party).with(0);
    }
    act(&place, "OFF-L", &["permit", "record"], &permit()).with(0);
    let assurance = json!({ "assurance": {
        "id": "ASR-1", "form": "clause", "giver": "PTY-U", "permits": ["PMT-1"],
        "validity": { "from": "2026-01-01" }, "says": "as promised",
        "undertakings": [
            { "kind": "permitted-territory", "countries": ["TR"] },
            { "kind": "delivery-verification", "by": "2026-02-01" },
        ],
    }});
    act(&place, "OFF-L", &["assurance", "record"], &assurance).with(0);
    let about = json!({ "observed": { "country": "AZ", "marks": [SECRET] } });
    let about = place.file("about.json", about.to_string());
    let file = place.file("photo.txt", SECRET);
    let words = [
        "--officer",
        "OFF-MC",
        "evidence",
        "add",
        &file,
        "--about",
        &about,
        "--number",
        "EVD-S",
        "--title",
        SECRET,
        "--source",
        SECRET,
        "--obtained",
        SECRET,
        "--compartment",
        "CMP-1",
        "--published-by",
        SECRET,
        "--collected-at",
        "2026-01-20T08:15:00Z",
        "--written-in",
        "en",
        "--grade",
        "C2",
    ];
    place.run(&words).with(0);
    let link = json!({
        "to": { "kind": "permit", "permit": "PMT-1" }, "confidence": "inferred", "reasons": SECRET,
    });
    act(&place, "OFF-MC", &["evidence", "link", "EVD-S"], &link).with(0);
    let answers = json!({ "observation": {
        "held": "credible", "reasons": SECRET, "rests_on": ["EVD-S"],
    }});
    let finding = json!({ "finding": { "id": "FND-1", "title": "the sight", "answers": answers } });
    act(&place, "OFF-MC", &["finding", "make"], &finding).with(0);
    place
}

fn review(place: &Place) {
    let open = json!({
        "review": "REV-1", "mandate": { "en": "all permits", "fr": "toutes les licences" },
        "scope": r#"resource.final_destinations.contains(Country::"TR")"#,
    });
    act(place, "OFF-D", &["review", "open"], &open).with(0);
    let outcome = json!({ "outcomes": { "PMT-1": {
        "outcome": "cancel", "reasons": "the assurance was breached", "rests_on": ["FND-1"],
    }}});
    act(place, "OFF-L", &["review", "outcome", "REV-1"], &outcome).with(0);
    let conclude = json!({ "not_known": ["who operated it"] });
    act(place, "OFF-D", &["review", "conclude", "REV-1"], &conclude).with(0);
}

#[test]
fn sealed_material_is_sealed_at_the_command_line_from_the_operator_too() {
    let place = begun();
    let officer = |officer: &'static str, words: &[&str]| -> Ended {
        let mut all = vec!["--officer", officer];
        all.extend(words);
        place.run(&all)
    };
    for words in [
        &["evidence", "list"][..],
        &["evidence", "show", "EVD-S"],
        &["finding", "show", "FND-1"],
        &["finding", "list"],
        &["breach", "test", "FND-1"],
        &["--json", "evidence", "list"],
        &["--json", "finding", "show", "FND-1"],
    ] {
        for ended in [
            officer("OFF-L", words),
            officer("OFF-D", words),
            place.run(words),
        ] {
            let (out, err) = (&ended.out, &ended.err);
            assert!(
                !out.contains(SECRET) && !err.contains(SECRET),
                "{words:?}: {out}{err}"
            );
        }
    }
    officer("OFF-L", &["evidence", "show", "EVD-S"]).with(1);
    let shown = officer("OFF-L", &["evidence", "list"]).with(0).out;
    assert!(
        shown.contains("EVD-S") && shown.contains("scellé"),
        "{shown}"
    );
    let shown = officer("OFF-MC", &["--json", "evidence", "show", "EVD-S"]).with(0);
    assert_eq!(shown.json()["evidence"]["source"], SECRET);
    assert_eq!(shown.json()["evidence"]["provenance"]["language"], "en");
}

#[test]
fn what_is_late_and_what_would_be_broken_are_shown_in_both_languages() {
    let place = begun();
    let late = place.run(&["duty", "overdue"]).with(0).out;
    assert!(
        late.contains("2026-02-01") && late.contains("is to be verified"),
        "{late}"
    );
    let late = place
        .run(&["--language", "fr", "duty", "overdue"])
        .with(0)
        .out;
    assert!(late.contains("doit être vérifiée"), "{late}");
    let then = place
        .run(&["--json", "duty", "overdue", "--as-of", "2026-01-15"])
        .with(0);
    assert_eq!(then.json(), json!([]));
    place
        .run(&["--officer", "OFF-C", "duty", "overdue"])
        .with(1);

    let test = |words: &[&str]| {
        let mut all = vec!["--officer", "OFF-MC", "breach", "test"];
        all.extend(words);
        place.run(&all)
    };
    let shown = test(&["FND-1"]).with(0).out;
    assert!(
        shown.contains("permitted-territory: would be breached"),
        "{shown}"
    );
    assert!(
        shown.contains("EVD-S: found in AZ [C2, observation]"),
        "{shown}"
    );
    assert!(shown.contains("hold the step `origin`"), "{shown}");
    assert!(shown.contains("This is a proposal"), "{shown}");
    test(&["FND-1", "ASR-1"]).with(0);
    test(&["FND-1", "ASR-9"]).with(2);
    test(&["FND-9"]).with(1);
    // Whoever may not open the material is told that it was not looked at.
    let words = [
        "--officer",
        "OFF-D",
        "--language",
        "fr",
        "breach",
        "test",
        "FND-1",
    ];
    let shown = place.run(&words).with(0).out;
    assert!(
        shown.contains("élément scellé, non examiné: EVD-S"),
        "{shown}"
    );
}

#[test]
fn the_report_of_a_review_is_written_once_to_a_new_file() {
    let place = begun();
    review(&place);
    let out = place.path("report.html").display().to_string();
    let words = ["report", "review", "REV-1", "--public", "--out", &out];
    place.run(&words).with(0);
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("<style>"),
        "{page}"
    );
    assert!(page.contains("withheld: protected source"), "{page}");
    for secret in [SECRET, "PTY-E", "OFF-"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    place.run(&words).with(2);
    assert_eq!(
        std::fs::read_to_string(&out).unwrap(),
        page,
        "nothing is written over"
    );
    let words = ["--language", "fr", "report", "review", "REV-1", "--text"];
    let text = place.run(&words).with(0).out;
    assert!(
        text.contains("== Ce qui n’est pas connu ==\nwho operated it"),
        "{text}"
    );
    assert!(text.contains("Titulaire: PTY-E"), "{text}");
    assert!(
        !text.contains(SECRET),
        "the operator reads no sealed material: {text}"
    );
    let words = ["--officer", "OFF-MC", "report", "review", "REV-1", "--text"];
    assert!(place.run(&words).with(0).out.contains(SECRET));
    place.run(&["report", "review", "REV-9"]).with(1);
    place.run(&["report", "att"]).with(3);
    place.run(&["report", "horoscope"]).with(2);
}
