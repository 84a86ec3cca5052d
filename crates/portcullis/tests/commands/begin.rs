//! An empty register brought to life by its users, and the gate worked with every word it takes.

use serde_json::{Value, json};

use super::desk::{Ended, Place};

pub(crate) fn authority() -> Value {
    json!({
        "jurisdiction": "CA",
        "name": { "en": "Synthetic authority", "fr": "Autorité fictive" },
        "permit_word": { "en": "permit", "fr": "licence" },
        "verbs": { "cancel": { "en": "revoke", "fr": "révoquer" } },
        "powers": { "cancel": "EIPA:10(1)", "release": "EIPA:13" },
        "limits": { "reservation_minutes": 90 },
    })
}

/// Does an act with a body, as an officer or as the operator of the machine.
pub(crate) fn act(place: &Place, officer: Option<&str>, words: &[&str], body: &Value) -> Ended {
    let file = place.file("body.json", body.to_string());
    let mut all = vec!["--json"];
    if let Some(officer) = officer {
        all.extend(["--officer", officer]);
    }
    all.extend(words);
    all.push(&file);
    place.run(&all)
}

#[test]
fn an_empty_register_gets_its_authority_once() {
    let place = Place::new();
    place.run(&["authority", "show"]).with(1);
    act(&place, None, &["authority", "establish"], &authority()).with(0);
    let held = place.run(&["--json", "authority", "show"]).with(0).json();
    assert_eq!(
        held["calendar"], "EST5EDT,M3.2.0,M11.1.0",
        "the day at Ottawa"
    );
    assert_eq!(held["verbs"]["cancel"]["fr"], "révoquer");
    assert_eq!(held["limits"]["reservation_minutes"], 90);
    let again = act(&place, None, &["authority", "establish"], &authority()).with(1);
    assert!(again.err.contains("already"), "{}", again.err);
    let shown = place.run(&["authority", "show"]).with(0).out;
    assert!(shown.contains("Autorité fictive"), "{shown}");
}

#[test]
fn an_authority_with_a_mistake_in_its_words_leaves_no_trace() {
    let place = Place::new();
    for (field, value, says) in [
        ("calendar", json!("America/Toronto"), "POSIX"),
        (
            "verbs",
            json!({ "revoke": { "en": "revoke", "fr": "révoquer" } }),
            "revoke",
        ),
        (
            "verbs",
            json!({ "cancel": { "en": "revoke", "fr": "" } }),
            "verbs.cancel",
        ),
        ("powers", json!({ "jail": "EIPA:19" }), "jail"),
        ("limits", json!({ "reservation_minutes": 0 }), "limits"),
        ("name", json!({ "en": "Only English", "fr": "" }), "name"),
        ("jurisdiction", json!(""), "jurisdiction"),
        ("moto", json!("x"), "moto"),
    ] {
        let mut body = authority();
        body[field] = value;
        let ended = act(&place, None, &["authority", "establish"], &body).with(2);
        assert!(ended.err.contains(says), "{field}: {}", ended.err);
    }
    let report = place.run(&["--json", "verify"]).with(0).json();
    assert_eq!(report["events"], 0);
}

#[test]
fn first_officers_come_from_the_operator_and_nobody_else_appoints() {
    let place = Place::new();
    let words = ["--json", "officer", "appoint", "OFF-A", "--name", "Keeper"];
    let mut first = words.to_vec();
    first.extend(["--role", "administrator"]);
    let token = place.run(&first).with(0).json()["token"].clone();
    assert!(token.as_str().unwrap().starts_with("pct_"));
    let mut other = vec!["--officer", "OFF-A"];
    other.extend(["--json", "officer", "appoint", "OFF-L", "--name", "Officer"]);
    other.extend(["--role", "licensing"]);
    place.run(&other).with(0);
    let mut denied = vec!["--officer", "OFF-L"];
    denied.extend(words);
    denied.extend(["--role", "deciding"]);
    place.run(&denied).with(1);
    act(
        &place,
        Some("OFF-L"),
        &["authority", "establish"],
        &authority(),
    )
    .with(1);
    act(
        &place,
        Some("OFF-A"),
        &["authority", "establish"],
        &authority(),
    )
    .with(0);
}

/// A register with one permit of ten pieces and what it takes to ship on it.
fn with_permit() -> Place {
    let place = Place::new();
    act(&place, None, &["authority", "establish"], &authority()).with(0);
    for (officer, role) in [("OFF-L", "licensing"), ("OFF-C", "customs")] {
        let words = [
            "officer",
            "appoint",
            officer,
            "--name",
            "Synthetic",
            "--role",
            role,
        ];
        place.run(&words).with(0);
    }
    for (id, country) in [("PTY-E", "CA"), ("PTY-F", "FR")] {
        let party = json!({ "party": { "id": id, "name": id, "country": country } });
        act(&place, Some("OFF-L"), &["party", "record"], &party).with(0);
    }
    let issued = json!({ "issued": {
        "permit": "PMT-1",
        "terms": {
            "kind": "individual", "movement": { "kind": "permanent" }, "exporter": "PTY-E",
            "consignees": ["PTY-F"], "end_user": "PTY-F",
            "destinations": ["FR"], "final_destinations": ["FR"],
            "lines": [{
                "no": 1, "item": { "description": "synthetic sights" },
                "ratings": [{ "entry": "GUIDE@2020:2-5", "is_primary": true }],
                "quantity": { "amount": "10", "unit": "C62" },
                "value": { "amount": "1000", "currency": "CAD" },
            }],
        },
        "issued_on": "2026-01-01", "valid_from": "2026-01-01", "last_day": "2099-01-01",
        "origin": { "kind": "import", "source": "synthetic:1", "assumptions": [] },
    } });
    act(&place, Some("OFF-L"), &["permit", "record"], &issued).with(0);
    place
}

fn reserve(place: &Place, key: &str, pieces: &str, value: &str) -> String {
    let request = json!({
        "permit": "PMT-1",
        "lodged": { "office": "OFC-1", "declaration": format!("SYN-{key}") },
        "lines": [{
            "line": 1,
            "quantity": { "amount": pieces, "unit": "C62" },
            "value": { "amount": value, "currency": "CAD" },
            "destination": "FR", "final_destination": "FR",
            "consignee": "PTY-F", "exporter": "PTY-E",
        }],
    });
    let file = place.file("ask.json", request.to_string());
    let words = [
        "--json",
        "--officer",
        "OFF-C",
        "gate",
        "reserve",
        &file,
        "--key",
        key,
    ];
    let answer = place.run(&words).with(0).json();
    answer["shipment"].as_str().unwrap().to_owned()
}

/// Runs the words of a customs officer.
fn customs(place: &Place, words: &[&str]) -> Ended {
    let mut all = vec!["--json", "--officer", "OFF-C"];
    all.extend(words);
    place.run(&all)
}

#[test]
fn an_exit_says_how_much_left_on_which_day_and_whether_more_will_come() {
    let place = with_permit();
    let shipment = reserve(&place, "k-1", "6", "600");
    let words = ["gate", "confirm", shipment.as_str(), "--amount", "1:2:200"];
    let mut partial = words.to_vec();
    partial.extend(["--partial", "--on", "2026-02-03", "--serial", "SN-1"]);
    let held = customs(&place, &partial).with(0).json();
    assert_eq!(held["exits"], json!(["2026-02-03"]));
    assert_eq!(held["drawn"]["1"]["quantity"], "2");
    assert_eq!(held["reserved"]["1"]["quantity"], "4");
    for bad in [
        ["--amount", "1:2"],
        ["--amount", "1:x:3"],
        ["--amount", "1:-2:3"],
        ["--on", "3.2.2026"],
    ] {
        let mut words = vec!["gate", "confirm", shipment.as_str()];
        words.extend(bad);
        customs(&place, &words).with(2);
    }
    let report = json!({ "amounts": { "1": { "quantity": "4", "value": "400" } } });
    let file = place.file("exit.json", report.to_string());
    let held = customs(&place, &["gate", "confirm", &shipment, &file])
        .with(0)
        .json();
    assert_eq!(held["drawn"]["1"]["quantity"], "6");
}

#[test]
fn what_was_stopped_is_held_freed_and_given_back_with_its_cause() {
    let place = with_permit();
    let shipment = reserve(&place, "k-1", "6", "600");
    let hold = json!({
        "amounts": { "1": { "quantity": "5", "value": "500" } }, "reasons": "serials differ",
    });
    let words = ["shipment", "hold", shipment.as_str()];
    let held = act(&place, Some("OFF-C"), &words, &hold).with(0).json();
    assert_eq!(held["what"]["held"]["1"]["quantity"], "5");
    act(&place, Some("OFF-C"), &words, &json!({ "reasons": "" })).with(2);
    act(&place, Some("OFF-L"), &words, &hold).with(1);
    let freed = ["gate", "restore", shipment.as_str(), "--because", "freed"];
    let mut part = freed.to_vec();
    part.extend(["--amount", "1:5:500"]);
    let held = customs(&place, &part).with(0).json();
    assert_eq!(held["held"]["1"]["quantity"], "0");
    customs(&place, &freed).with(1);
    let wrong = ["gate", "restore", shipment.as_str(), "--because", "tired"];
    customs(&place, &wrong).with(2);
    let report = json!({ "because": "stopped" });
    let file = place.file("back.json", report.to_string());
    let held = customs(&place, &["gate", "restore", &shipment, &file])
        .with(0)
        .json();
    assert_eq!(held["reserved"]["1"]["quantity"], "0");
}

#[test]
fn what_left_beyond_the_line_is_made_good_before_the_line_has_room_again() {
    let place = with_permit();
    let shipment = reserve(&place, "k-1", "10", "1000");
    let exit = [
        "gate",
        "confirm",
        shipment.as_str(),
        "--amount",
        "1:12:1200",
    ];
    let held = customs(&place, &exit).with(0).json();
    assert_eq!(held["excess"]["1"]["quantity"], "2");
    let back = |pieces: &str, value: &str| {
        json!({
            "amounts": { "1": { "quantity": pieces, "value": value } },
            "is_correction": true, "reasons": "counted again",
        })
    };
    let words = ["shipment", "take-back", shipment.as_str()];
    let held = act(&place, Some("OFF-C"), &words, &back("3", "300"))
        .with(0)
        .json();
    assert_eq!(held["what"]["drawn"]["1"]["quantity"], "9");
    act(&place, Some("OFF-C"), &words, &back("10", "1000")).with(1);
    act(&place, Some("OFF-C"), &words, &json!({ "reasons": " " })).with(2);
}

#[test]
fn verify_backup_and_restore_speak_json() {
    let place = with_permit();
    let report = place.run(&["--json", "verify"]).with(0).json();
    assert_eq!(report["is_clean"], true);
    assert_eq!(report["findings"], json!([]));
    let copy = place.path("copy.sqlite").display().to_string();
    let written = place.run(&["--json", "backup", &copy]).with(0).json();
    assert_eq!(written["file"], copy);
    let root = report["root"].as_str().unwrap();
    let head = format!("{}:{root}", report["events"]);
    let new = place.path("new.sqlite");
    let words = [
        "--json",
        "restore",
        copy.as_str(),
        "--expect",
        head.as_str(),
    ];
    let restored = place.run_on(&new, &words).with(0).json();
    assert_eq!(restored["outcome"], "restored");
    assert_eq!(restored["copy"]["root"], root);
    let more = format!("{}:{root}", report["events"].as_u64().unwrap() + 3);
    let words = [
        "--json",
        "restore",
        copy.as_str(),
        "--expect",
        more.as_str(),
    ];
    let older = place
        .run_on(&place.path("other.sqlite"), &words)
        .with(1)
        .json();
    assert_eq!(
        (&older["outcome"], &older["missing_events"]),
        (&json!("older"), &json!(3))
    );
    assert_eq!(older["store"], Value::Null);
}

#[test]
fn a_command_whose_room_is_not_built_says_which_and_exits_3() {
    let place = Place::new();
    for (words, room) in [
        (&["import", "screening-list", "list.csv"][..], "screening"),
        (&["screen", "Somebody"], "screening"),
        (
            &[
                "screen",
                "--queries",
                "in.csv",
                "--out",
                "out.csv",
                "--index",
                "i",
            ],
            "screening",
        ),
        (&["screen", "--register"], "screening"),
        (&["lists", "fetch", "ECL"], "courier"),
        (&["measure", "prove", "DCN-1"], "prover"),
        (
            &["report", "canada-military", "--from", "2024-01-01"],
            "report",
        ),
        (&["report", "att"], "report"),
        (&["report", "unroca"], "report"),
        (&["verify-permit", "permit.pdf"], "documents"),
        (&["bench", "screen"], "screening"),
        (&["bench", "sweep"], "sweep"),
    ] {
        let ended = place.run(words).with(3);
        assert!(
            ended.err.contains(&format!("`{room}`")),
            "{words:?}: {}",
            ended.err
        );
        assert!(
            ended.err.contains("n’est pas encore"),
            "{words:?}: {}",
            ended.err
        );
    }
}
