//! The report of a review: worked permit by permit with consultations and clocks, cancelled for a
//! breached assurance though no criterion failed, and told to the public with what is withheld
//! left out.

use serde_json::{Value, json};

use super::town::Town;

/// What only whoever has the compartment may read.
const SEALED: &str = "quenching-lantern";
/// What is marked, and never public.
const MARKED: &str = "velvet-anchor";
/// What a body advised in confidence.
const ADVICE: &str = "amber-hinge";
/// Who holds the permits.
const HOLDER: &str = "PTY-HOLDER";

async fn begun() -> Town {
    let town = Town::empty();
    town.establish().await;
    for (officer, role) in [
        ("OFF-L", "licensing"),
        ("OFF-M", "monitor"),
        ("OFF-D", "deciding"),
        ("OFF-P", "public"),
    ] {
        town.appoint(officer, &[role], None).await;
    }
    town.appoint("OFF-B", &["consulted"], Some("PTY-B")).await;
    town.appoint("OFF-E", &["exporter"], Some(HOLDER)).await;
    town.clear("OFF-MC", "monitor", &["CMP-1"]).await;
    for (id, country) in [
        (HOLDER, "CA"),
        ("PTY-B", "CA"),
        ("PTY-U", "TR"),
        ("PTY-S", "TR"),
    ] {
        town.party(id, country).await;
    }
    for permit in ["PMT-1", "PMT-2"] {
        let issued = json!({ "issued": {
            "permit": permit, "terms": {
                "kind": "individual", "movement": { "kind": "permanent" }, "exporter": HOLDER,
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
        } });
        town.done("OFF-L", "permits", issued).await;
    }
    let assurance = json!({ "assurance": {
        "id": "ASR-1", "form": "clause", "giver": "PTY-S", "permits": ["PMT-1", "PMT-2"],
        "validity": { "from": "2026-01-01" }, "says": "as promised",
        "undertakings": [{ "kind": "permitted-territory", "countries": ["TR"] }],
    }});
    town.done("OFF-L", "assurances", assurance).await;
    town
}

/// Sealed, marked and open material on the permits, with a finding and a breach. `length` makes the
/// secrets longer.
async fn found(town: &Town, length: usize) {
    let long = |secret: &str| format!("{secret}{}", "x".repeat(length));
    let material = |id: &str, title: &str, source: &str| {
        json!({
            "id": id, "title": title, "source": source, "obtained": "on site",
            "grade": { "source": "C", "information": "2" },
        })
    };
    let mut sealed = material("EVD-S", &long(SEALED), &long(SEALED));
    sealed["compartments"] = json!(["CMP-1"]);
    let mut marked = material("EVD-K", &long(MARKED), &long(MARKED));
    marked["marking"] = json!("for official use");
    let mut outlet = material("EVD-2", "an article", "outlet");
    outlet["repeats"] = json!(["EVD-1"]);
    for evidence in [
        sealed,
        marked,
        material("EVD-1", "a statement", "ministry"),
        outlet,
    ] {
        town.done("OFF-MC", "evidence", json!({ "evidence": evidence }))
            .await;
    }
    for id in ["EVD-S", "EVD-K", "EVD-1", "EVD-2"] {
        let link = json!({
            "to": { "kind": "permit", "permit": "PMT-1" }, "confidence": "inferred",
            "reasons": "the consignee’s mark",
        });
        town.done("OFF-MC", &format!("evidence/{id}/link"), link)
            .await;
    }
    let answers = json!({
        "observation": {
            "held": "credible", "reasons": long(SEALED), "competing": [long(SEALED)],
            "rests_on": ["EVD-S", "EVD-1"], "reasons_open": "seen where it was not authorised",
        },
        "identity": { "held": "credible", "reasons": long(MARKED), "rests_on": ["EVD-K"] },
        "origin": {
            "held": "insufficient", "reasons": "two say so, one source", "rests_on": ["EVD-1", "EVD-2"],
        },
    });
    let finding =
        json!({ "finding": { "id": "FND-1", "title": "the sensor", "answers": answers } });
    town.done("OFF-MC", "findings", finding).await;
    let breach = json!({ "breach": {
        "id": "BRC-1", "assurance": "ASR-1", "clause": 0, "held": "credible",
        "rests_on": "FND-1", "reasons": long(SEALED),
    }});
    town.done("OFF-MC", "breaches", breach).await;
}

async fn opened(town: &Town) {
    let review = json!({
        "review": "REV-1",
        "mandate": { "en": "all permits to Türkiye", "fr": "toutes les licences vers la Türkiye" },
        "scope": r#"resource.final_destinations.contains(Country::"TR")"#,
        "consults": ["PTY-B"], "advise_by": "2026-12-01",
    });
    town.done("OFF-D", "reviews", review).await;
}

async fn worked(town: &Town, length: usize) {
    let advice = format!("{ADVICE}{}", "x".repeat(length));
    let advise = json!({ "body": "PTY-B", "position": "refuse", "text": advice });
    town.done("OFF-B", "reviews/REV-1/advise", advise).await;
    let answer = json!({
        "question": "mismatch", "answer": "credible", "reasons": "as found", "rests_on": ["FND-1"],
    });
    town.done("OFF-L", "reviews/REV-1/answer", answer).await;
    let risk = |raw: &str, considered: &[&str], residual: &str| {
        json!({ "criteria": { "ihl": {
            "raw": raw, "considered": considered, "adopted": [], "residual": residual,
            "reasons": "as found",
        }}})
    };
    let path = "reviews/REV-1/determine-risk";
    // A substantial risk is not concluded before any mitigation was considered.
    town.not_done("OFF-L", path, risk("substantial", &[], "substantial"), 409)
        .await;
    town.done("OFF-L", path, risk("some-risk", &["visits"], "some-risk"))
        .await;
    let outcomes = json!({ "outcomes": {
        "PMT-1": {
            "outcome": "cancel", "reasons": "the assurance was breached", "rests_on": ["BRC-1"],
        },
        "PMT-2": { "outcome": "keep-in-force", "reasons": "nothing was found on it" },
    }});
    town.done("OFF-L", "reviews/REV-1/outcome", outcomes).await;
}

async fn concluded(town: &Town) {
    let conclude = json!({ "not_known": ["who operated it"] });
    town.done("OFF-D", "reviews/REV-1/conclude", conclude).await;
}

async fn report(town: &Town, officer: &str, query: &str) -> String {
    let (status, _, text) = town
        .text(officer, &format!("reviews/REV-1/report?{query}"))
        .await;
    assert_eq!(status, 200, "{officer} {query}: {text}");
    text
}

const SECRETS: [&str; 5] = [SEALED, MARKED, ADVICE, HOLDER, "the sensor"];

#[tokio::test]
async fn the_public_version_holds_none_of_what_is_withheld_and_not_its_length() {
    let mut sizes = Vec::new();
    for length in [0, 400] {
        let town = begun().await;
        found(&town, length).await;
        opened(&town).await;
        worked(&town, length).await;
        concluded(&town).await;
        let mut size = Vec::new();
        for language in ["en", "fr"] {
            for format in ["page", "text"] {
                let query = format!("version=public&language={language}&format={format}");
                let told = report(&town, "OFF-P", &query).await;
                for secret in SECRETS {
                    assert!(!told.contains(secret), "{query} tells {secret}: {told}");
                }
                assert!(!told.contains("OFF-"), "{query} names an officer: {told}");
                for shown in [
                    "EVD-S",
                    "EVD-K",
                    "BRC-1",
                    "PMT-1",
                    "PMT-2",
                    "who operated it",
                ] {
                    assert!(told.contains(shown), "{query} lacks {shown}: {told}");
                }
                // Whoever may open everything is told no more in the public version.
                let opened = report(&town, "OFF-MC", &query).await;
                assert_eq!(without_root(&opened), without_root(&told));
                size.push(without_root(&told).len());
            }
        }
        let english = report(&town, "OFF-P", "version=public").await;
        for reason in [
            "withheld: protected source",
            "withheld: marked, or under the control of its originator",
            "withheld: commercial information of a third party",
            "withheld: advice given in confidence",
            "seen where it was not authorised",
        ] {
            assert!(english.contains(reason), "{reason}: {english}");
        }
        let french = report(&town, "OFF-P", "version=public&language=fr").await;
        assert!(french.contains("retenu : source protégée"), "{french}");
        assert!(french.contains("<html lang=\"fr\">"));
        sizes.push(size);
    }
    assert_eq!(sizes[0], sizes[1], "the length of a secret shows");
}

/// A report without the root of the tree, which hashes everything.
fn without_root(report: &str) -> String {
    let kept = report
        .split(|at: char| !at.is_ascii_hexdigit())
        .filter(|word| word.len() != 64);
    kept.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_version_for_the_file_tells_what_the_reader_may_open() {
    let town = begun().await;
    found(&town, 0).await;
    opened(&town).await;
    worked(&town, 0).await;
    concluded(&town).await;
    let cleared = report(&town, "OFF-MC", "version=file&format=text").await;
    for shown in [SEALED, MARKED, ADVICE, HOLDER] {
        assert!(cleared.contains(shown), "{shown}: {cleared}");
    }
    let other = report(&town, "OFF-D", "version=file&format=text").await;
    assert!(!other.contains(SEALED), "{other}");
    assert!(other.contains(MARKED) && other.contains(ADVICE) && other.contains(HOLDER));
    // Four materials, three independent sources; ten outlets would be one.
    assert!(
        other.contains("Materials: 4; independent sources behind them: 3."),
        "{other}"
    );
    assert!(other.contains("Breach held: credible"), "{other}");
    assert!(
        other.contains("Residual risk: below substantial"),
        "{other}"
    );
    assert!(other.contains("Reasons: the assurance was breached") || other.contains("protected"));
    assert!(other.contains("ReviewConcluded"), "{other}");
    for officer in ["OFF-P", "OFF-E", "OFF-B"] {
        let (status, ..) = town
            .text(officer, "reviews/REV-1/report?version=file")
            .await;
        assert_eq!(status, 403, "{officer}");
    }
}

#[tokio::test]
async fn a_report_is_as_of_a_day_and_as_known_at_a_position() {
    let town = begun().await;
    found(&town, 0).await;
    opened(&town).await;
    let before = town.position();
    worked(&town, 0).await;
    let query = "version=public&format=text";
    let (status, ..) = town
        .text("OFF-P", &format!("reviews/REV-1/report?{query}"))
        .await;
    assert_eq!(status, 404, "a draft is nobody’s but the officers’");
    let draft = report(&town, "OFF-D", query).await;
    assert!(draft.contains("not concluded"), "{draft}");
    concluded(&town).await;
    let then = report(&town, "OFF-D", &format!("{query}&known_at={before}")).await;
    assert!(
        then.contains(&format!("Events in the log: {before};")),
        "{then}"
    );
    assert!(then.contains("no outcome yet: 2"), "{then}");
    assert!(!then.contains("ReviewOutcomeRecorded"), "{then}");
    let now = report(&town, "OFF-D", query).await;
    assert!(
        now.contains("cancel: 1") && now.contains("keep in force: 1"),
        "{now}"
    );
    let (status, ..) = town.text("OFF-D", "reviews/REV-9/report").await;
    assert_eq!(status, 404);
    let (status, ..) = town.text("OFF-D", "reviews/REV-1/report?language=de").await;
    assert!(matches!(status, 400 | 422));
    let (_, [kind, policy], _) = town.text("OFF-D", "reviews/REV-1/report").await;
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(
        policy.contains("style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
}

#[tokio::test]
async fn advice_on_a_review_is_owed_by_a_day_reminded_and_escalated() {
    let town = begun().await;
    opened(&town).await;
    let overdue = async |town: &Town| -> Vec<String> {
        let (_, said) = town.get("OFF-D", "duties/overdue").await;
        let duties = said["duties"].as_array().unwrap().iter();
        duties
            .map(|duty| duty["duty_kind"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(overdue(&town).await, Vec::<String>::new());
    town.move_to("2026-12-03T15:00:00Z");
    town.done("OFF-L", "duties/escalate", json!({})).await;
    assert_eq!(overdue(&town).await, ["advise-review"]);
    let (_, open) = town.get("OFF-D", "duties?under=state:open").await;
    assert_eq!(open["duties"].as_array().unwrap().len(), 2, "{open}");
    let remind = |body: &str| json!({ "body": body, "due_on": "2026-12-10" });
    town.not_done("OFF-L", "reviews/REV-1/remind", remind("PTY-U"), 409)
        .await;
    town.done("OFF-L", "reviews/REV-1/remind", remind("PTY-B"))
        .await;
    assert_eq!(overdue(&town).await, Vec::<String>::new());
    let (_, open) = town.get("OFF-D", "duties?under=state:open").await;
    assert_eq!(open["duties"].as_array().unwrap().len(), 1, "{open}");
    worked(&town_with_breach(town).await, 0).await;
}

/// The same town with what `worked` names.
async fn town_with_breach(town: Town) -> Town {
    found(&town, 0).await;
    let told: Value = town.get("OFF-D", "breaches").await.1;
    assert_eq!(told["breaches"].as_array().unwrap().len(), 1);
    town
}
