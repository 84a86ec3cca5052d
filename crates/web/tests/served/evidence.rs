//! Evidence kept properly, and sealed: every door against an officer without the compartment.

use serde_json::{Value, json};

use super::town::Town;

/// What nobody without the compartment may ever read.
const SECRET: &str = "quenching-lantern";

async fn begun() -> Town {
    let town = Town::empty();
    town.establish().await;
    for (officer, role) in [
        ("OFF-L", "licensing"),
        ("OFF-M", "monitor"),
        ("OFF-D", "deciding"),
        ("OFF-MIN", "minister"),
        ("OFF-A", "auditor"),
    ] {
        town.appoint(officer, &[role], None).await;
    }
    town.appoint("OFF-E", &["exporter"], Some("PTY-E")).await;
    town.clear("OFF-MC", "monitor", &["CMP-1", "CMP-2"]).await;
    town.clear("OFF-HALF", "monitor", &["CMP-2"]).await;
    town.clear("OFF-AC", "auditor", &["CMP-1"]).await;
    town.party("PTY-E", "CA").await;
    town.party("PTY-F", "FR").await;
    town
}

fn material(id: &str, source: &str) -> Value {
    json!({ "id": id, "title": "a photograph", "source": source, "obtained": "on site" })
}

async fn filed(town: &Town, evidence: Value) {
    town.done("OFF-M", "evidence", json!({ "evidence": evidence }))
        .await;
}

fn permit() -> Value {
    json!({ "issued": {
        "permit": "PMT-1", "terms": {
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
    } })
}

/// A stop that names the material and rests on the finding.
fn stop() -> Value {
    json!({
        "id": "DCN-S",
        "orders": [{
            "id": "ORD-S", "kind": "suspend", "verb": { "en": "suspend", "fr": "suspendre" },
            "selection": {
                "kind": "scope",
                "scope": r#"resource.final_destinations.contains(Country::"FR")"#,
            },
            "instrument": {
                "title": { "en": "Stop", "fr": "Arrêt" }, "law": "EIPA:10(1)",
                "source_kind": "statute", "grounds": ["diversion-suspected"],
                "reasons": { "en": "on material EVD-S", "fr": "sur l’élément EVD-S" },
                "effective": { "from": "2026-11-24" }, "review_by": "2027-11-24",
                "rests_on": ["FND-S"],
            },
        }],
    })
}

/// Sealed material with a link, a grade, a finding and a breach on it, and an assurance under it.
async fn sealed(town: &Town) {
    let mut evidence = material("EVD-S", SECRET);
    evidence["title"] = json!(format!("{SECRET} title"));
    evidence["provenance"] = json!({
        "published_by": SECRET, "collected_at": "2026-11-20T08:15:00Z", "place": SECRET,
        "originator_control": SECRET, "language": "en", "licence": SECRET,
    });
    evidence["compartments"] = json!(["CMP-1"]);
    evidence["observed"] = json!({ "marks": [SECRET], "country": "AZ", "holder": "PTY-F" });
    filed(town, evidence).await;
    let link = json!({
        "to": { "kind": "party", "party": "PTY-F" }, "confidence": "inferred", "reasons": SECRET,
    });
    town.done("OFF-MC", "evidence/EVD-S/link", link).await;
    let grade = json!({ "grade": { "source": "B", "information": "2", "about": SECRET } });
    town.done("OFF-MC", "evidence/EVD-S/grade", grade).await;
    let answers = json!({
        "observation": {
            "held": "credible", "reasons": SECRET, "competing": [SECRET], "rests_on": ["EVD-S"],
            "reasons_open": "seen where it was not authorised",
        },
        "identity": { "held": "credible", "reasons": SECRET, "rests_on": ["EVD-S"] },
        "origin": { "held": "insufficient", "reasons": "no serial was read" },
    });
    let finding =
        json!({ "finding": { "id": "FND-S", "title": "the sensor", "answers": answers } });
    town.done("OFF-MC", "findings", finding).await;
    let assurance = json!({ "assurance": {
        "id": "ASR-S", "form": "clause", "giver": "PTY-F", "validity": { "from": "2026-01-01" },
        "undertakings": [{ "kind": "permitted-territory", "countries": ["FR"] }],
        "says": "it stays in France",
    }});
    town.done("OFF-L", "assurances", assurance).await;
    let breach = json!({ "breach": {
        "id": "BRC-S", "assurance": "ASR-S", "clause": 0, "held": "credible",
        "rests_on": "FND-S", "reasons": SECRET,
    }});
    town.done("OFF-MC", "breaches", breach).await;
    let step = json!({ "custody": {
        "from": SECRET, "to": SECRET, "on": "2026-11-21", "note": SECRET,
    }});
    town.done("OFF-MC", "evidence/EVD-S/custody", step).await;
    let correction = json!({ "subject": "observed", "says": SECRET, "reasons": SECRET });
    town.done("OFF-MC", "evidence/EVD-S/correct", correction)
        .await;
}

#[tokio::test]
async fn no_door_shows_sealed_material_to_who_lacks_a_compartment() {
    let town = begun().await;
    sealed(&town).await;
    let lists = [
        "evidence",
        "evidence?under=party:PTY-F",
        "findings",
        "findings/FND-S",
        "findings/FND-S?known_at=1000",
        "findings?under=evidence:EVD-S",
        "breaches",
        "breaches/BRC-S",
        "breaches?under=assurance:ASR-S",
        "findings/FND-S/breach-test",
        "log",
        "allegations",
        "visits",
        "requests",
        "duties",
        "orders",
    ];
    for officer in ["OFF-L", "OFF-M", "OFF-D", "OFF-MIN", "OFF-A", "OFF-HALF"] {
        for path in lists {
            let (status, said) = town.get(officer, path).await;
            assert_eq!(status.as_u16(), 200, "{officer} {path}: {said}");
            assert!(
                !said.to_string().contains(SECRET),
                "{officer} {path}: {said}"
            );
        }
        for path in [
            "evidence/EVD-S",
            "evidence/EVD-S?known_at=1",
            "evidence/EVD-S/reading",
        ] {
            let (status, said) = town.get(officer, path).await;
            assert!(
                !said.to_string().contains(SECRET),
                "{officer} {path}: {said}"
            );
            assert!(
                matches!(status.as_u16(), 403 | 404),
                "{officer} {path}: {said}"
            );
        }
    }
    let (status, said) = town.get("OFF-E", "evidence/EVD-S").await;
    assert!(matches!(status.as_u16(), 403 | 404), "{said}");
}

#[tokio::test]
async fn what_stands_in_the_place_of_sealed_material_is_its_number() {
    let town = begun().await;
    sealed(&town).await;
    let (status, said) = town.get("OFF-D", "evidence/EVD-S").await;
    assert_eq!(status.as_u16(), 403);
    assert_eq!(said["type"], "urn:portcullis:problem:access.sealed");
    let (_, said) = town.get("OFF-D", "evidence").await;
    let row = &said["evidence"][0];
    assert_eq!(row["evidence"], json!({ "id": "EVD-S" }));
    assert_eq!(row["is_sealed"], true);
    let (_, said) = town.get("OFF-D", "findings/FND-S").await;
    let answers = &said["answers"];
    assert_eq!(
        answers["observation"]["reasons"],
        "seen where it was not authorised"
    );
    assert_eq!(answers["origin"]["reasons"], "no serial was read");
    assert!(answers["identity"]["reasons"].to_string().contains("EVD-S"));
    assert_eq!(said["withheld"], json!(["identity", "observation"]));
    let (_, said) = town.get("OFF-D", "log?limit=500").await;
    let told: Vec<&Value> = said["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| {
            entry["says"]["en"]
                .to_string()
                .contains("sealed material EVD-S")
        })
        .collect();
    assert_eq!(
        told.len(),
        5,
        "received, linked, graded, custody, corrected: {told:?}"
    );
    // Whoever has every compartment opens it, an auditor too.
    for officer in ["OFF-MC", "OFF-AC"] {
        let (status, said) = town.get(officer, "evidence/EVD-S").await;
        assert_eq!(status.as_u16(), 200, "{officer}: {said}");
        assert_eq!(said["evidence"]["source"], SECRET);
        let (_, said) = town.get(officer, "findings/FND-S").await;
        assert_eq!(said["answers"]["identity"]["reasons"], SECRET);
    }
}

#[tokio::test]
async fn who_may_not_open_material_may_not_work_on_it_and_may_act_on_what_was_found() {
    let town = begun().await;
    sealed(&town).await;
    let grade = json!({ "grade": { "source": "A", "information": "2" } });
    let link = json!({
        "to": { "kind": "party", "party": "PTY-E" }, "confidence": "category", "reasons": "r",
    });
    let step = json!({ "custody": { "from": "a", "to": "b", "on": "2026-11-21", "note": "n" } });
    let open = json!({ "compartments": [], "reasons": "r" });
    let finding = json!({ "finding": { "title": "t", "answers": {
        "identity": { "held": "credible", "reasons": "r", "rests_on": ["EVD-S"] },
    }}});
    for (path, body) in [
        ("evidence/EVD-S/grade", grade),
        ("evidence/EVD-S/link", link),
        ("evidence/EVD-S/custody", step),
        ("evidence/EVD-S/seal", open),
        ("findings", finding),
    ] {
        let said = town.not_done("OFF-M", path, body, 403).await;
        assert_eq!(
            said["type"], "urn:portcullis:problem:access.sealed",
            "{path}"
        );
        assert!(!said.to_string().contains(SECRET), "{path}: {said}");
    }
    // What is open and repeats it does not tell its source either.
    let mut outlet = material("EVD-O", "outlet");
    outlet["repeats"] = json!(["EVD-S"]);
    filed(&town, outlet).await;
    let confirmed = json!({
        "grade": { "source": "C", "information": "1", "confirmed_by": ["EVD-O"] },
    });
    let said = town
        .not_done("OFF-M", "evidence/EVD-O/grade", confirmed, 409)
        .await;
    assert!(!said.to_string().contains(SECRET), "{said}");
    // A claim may gather it, and a stop may name it and rest on the finding, by number.
    let claim = json!({ "allegation": "ALG-S", "says": "used elsewhere", "evidence": ["EVD-S"] });
    town.done("OFF-M", "allegations", claim).await;
    town.done("OFF-L", "permits", permit()).await;
    town.done("OFF-L", "decisions", stop()).await;
    town.done("OFF-D", "decisions/DCN-S/sign", json!({})).await;
    let (_, standing) = town.get("OFF-D", "permits/PMT-1/standing").await;
    assert_eq!(standing["standing"], "suspended", "{standing}");
    town.done("OFF-L", "orders/settle", json!({})).await;
    for path in ["notices", "permits/PMT-1", "permits"] {
        let (status, said) = town.get("OFF-E", path).await;
        assert_eq!(status.as_u16(), 200, "{path}: {said}");
        assert!(!said.to_string().contains(SECRET), "{path}: {said}");
    }
    let (status, said) = town
        .get("OFF-D", "findings/FND-S/breach-test?assurance=ASR-S")
        .await;
    assert!(
        matches!(status.as_u16(), 404 | 409 | 422),
        "no link reaches it: {said}"
    );
}

#[tokio::test]
async fn material_is_sealed_and_opened_later_by_who_may_open_it() {
    let town = begun().await;
    filed(&town, material("EVD-1", "outlet")).await;
    let early = town.position();
    let seal = |of: &[&str]| json!({ "compartments": of, "reasons": "a source is at risk" });
    town.not_done("OFF-L", "evidence/EVD-1/seal", seal(&["CMP-2"]), 403)
        .await;
    town.done("OFF-M", "evidence/EVD-1/seal", seal(&["CMP-2"]))
        .await;
    // As known before it was sealed, it is sealed as well.
    for path in [
        "evidence/EVD-1".to_owned(),
        format!("evidence/EVD-1?known_at={early}"),
    ] {
        let (status, _) = town.get("OFF-M", &path).await;
        assert_eq!(status.as_u16(), 403, "{path}");
        let (status, _) = town.get("OFF-HALF", &path).await;
        assert_eq!(status.as_u16(), 200, "{path}");
    }
    town.not_done("OFF-M", "evidence/EVD-1/seal", seal(&[]), 403)
        .await;
    town.done("OFF-HALF", "evidence/EVD-1/seal", seal(&[]))
        .await;
    let (status, _) = town.get("OFF-M", "evidence/EVD-1").await;
    assert_eq!(status.as_u16(), 200);
}

#[tokio::test]
async fn ten_outlets_that_repeat_one_ministry_confirm_nothing() {
    let town = begun().await;
    filed(&town, material("EVD-0", "ministry")).await;
    for n in 1..=10 {
        let mut outlet = material(&format!("EVD-{n}"), &format!("outlet {n}"));
        outlet["repeats"] = json!(["EVD-0"]);
        filed(&town, outlet).await;
    }
    let confirmed =
        |by: &[&str]| json!({ "grade": { "source": "C", "information": "1", "confirmed_by": by } });
    let grade = "evidence/EVD-0/grade";
    town.not_done("OFF-M", grade, confirmed(&[]), 409).await;
    let said = town
        .not_done("OFF-M", grade, confirmed(&["EVD-1", "EVD-7"]), 409)
        .await;
    assert!(
        said["says"]["en"].to_string().contains("ministry"),
        "{said}"
    );
    assert!(
        said["says"]["fr"].to_string().contains("même source"),
        "{said}"
    );
    filed(&town, material("EVD-P", "photographer")).await;
    town.done("OFF-M", grade, confirmed(&["EVD-1", "EVD-P"]))
        .await;
    // The photographer turns out to have repeated the ministry as well.
    let repeats = json!({ "of": ["EVD-3"], "reasons": "the same picture" });
    town.done("OFF-L", "evidence/EVD-P/repeats", repeats).await;
    town.not_done("OFF-M", grade, confirmed(&["EVD-P"]), 409)
        .await;
    let itself = json!({ "of": ["EVD-P"], "reasons": "r" });
    town.not_done("OFF-L", "evidence/EVD-P/repeats", itself, 409)
        .await;
    let answers = json!({ "identity": {
        "held": "credible", "reasons": "eleven say so",
        "rests_on": ["EVD-0", "EVD-1", "EVD-2", "EVD-P"],
    }});
    let finding = json!({ "finding": { "id": "FND-1", "title": "t", "answers": answers } });
    town.done("OFF-M", "findings", finding).await;
    let (_, said) = town.get("OFF-M", "findings/FND-1").await;
    assert_eq!(
        said["sources"]["identity"],
        json!({ "materials": 4, "independent": 1 })
    );
    let unknown = {
        let mut outlet = material("EVD-U", "outlet");
        outlet["repeats"] = json!(["EVD-NEVER"]);
        json!({ "evidence": outlet })
    };
    town.not_done("OFF-M", "evidence", unknown, 409).await;
}

#[tokio::test]
async fn custody_goes_on_after_receipt_and_its_gaps_are_shown() {
    let town = begun().await;
    let mut evidence = material("EVD-1", "field team");
    evidence["custody"] = json!([
        { "from": "finder", "to": "field team", "on": "2026-11-10", "note": "sealed" },
    ]);
    filed(&town, evidence).await;
    let step = |from: &str, to: &str, on: &str, step: &str| json!({ "custody": { "from": from, "to": to, "on": on, "note": "n", "step": step } });
    let path = "evidence/EVD-1/custody";
    let done = town
        .done(
            "OFF-M",
            path,
            step("field team", "laboratory", "2026-11-12", "transfer"),
        )
        .await;
    assert_eq!(done["what"], json!([]));
    let done = town
        .done(
            "OFF-M",
            path,
            step("courier", "authority", "2026-11-13", "transfer"),
        )
        .await;
    assert!(
        done["what"][0]["en"]
            .to_string()
            .contains("gap before step 3"),
        "{done}"
    );
    town.not_done(
        "OFF-M",
        path,
        step("authority", "b", "2027-01-01", "transfer"),
        409,
    )
    .await;
    town.not_done("OFF-M", path, step("", "b", "2026-11-13", "copy"), 409)
        .await;
    town.not_done("OFF-M", path, step("a", "b", "2026-11-13", "theft"), 422)
        .await;
    town.not_done("OFF-D", path, step("a", "b", "2026-11-13", "copy"), 403)
        .await;
    let (_, said) = town.get("OFF-M", "evidence/EVD-1").await;
    assert_eq!(said["flags"].as_array().unwrap().len(), 1);
    assert_eq!(said["custody"].as_array().unwrap().len(), 2);
    assert_eq!(said["sources"], json!({ "materials": 1, "independent": 1 }));
}
