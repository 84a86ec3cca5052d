//! Monitoring by the API: requests and silence, visits and samples, deliveries that are late, and a
//! finding laid beside what was promised.

use serde_json::{Value, json};

use super::town::Town;

async fn begun() -> Town {
    let town = Town::empty();
    town.establish().await;
    for (officer, role) in [
        ("OFF-L", "licensing"),
        ("OFF-M", "monitor"),
        ("OFF-D", "deciding"),
        ("OFF-C", "customs"),
    ] {
        town.appoint(officer, &[role], None).await;
    }
    town.appoint("OFF-R", &["recipient"], Some("PTY-S")).await;
    town.appoint("OFF-E", &["exporter"], Some("PTY-E")).await;
    for (id, country) in [
        ("PTY-E", "CA"),
        ("PTY-S", "TR"),
        ("PTY-U", "TR"),
        ("PTY-O", "AZ"),
    ] {
        town.party(id, country).await;
    }
    let issued = json!({ "issued": {
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
    } });
    town.done("OFF-L", "permits", issued).await;
    let assurance = json!({ "assurance": {
        "id": "ASR-1", "form": "clause", "giver": "PTY-S", "permits": ["PMT-1"],
        "validity": { "from": "2026-01-01" }, "says": "as promised",
        "undertakings": [
            { "kind": "permitted-territory", "countries": ["TR"] },
            { "kind": "permitted-end-users", "end_users": ["PTY-U"] },
            { "kind": "no-retransfer-without-consent" },
            { "kind": "right-of-verification" },
            { "kind": "delivery-verification", "by": "2026-12-31" },
            { "kind": "stated-end-use", "end_use": "patrol" },
        ],
    }});
    town.done("OFF-L", "assurances", assurance).await;
    town
}

fn request(id: &str, to: &str) -> Value {
    json!({ "request": {
        "id": id, "request_kind": "tracing", "to": to, "asks": "to whom was it delivered?",
        "marks": ["SN-10?4"], "permits": ["PMT-1"], "assurances": ["ASR-1"],
        "due_on": "2026-12-24",
    }})
}

async fn state(town: &Town, officer: &str, query: &str) -> Value {
    let (status, said) = town
        .get(officer, &format!("requests/RQS-1/state{query}"))
        .await;
    assert_eq!(status.as_u16(), 200, "{said}");
    said
}

/// The kinds of duties that are overdue, by desk.
async fn overdue(town: &Town) -> Vec<(String, String)> {
    let (status, said) = town.get("OFF-D", "duties/overdue").await;
    assert_eq!(status.as_u16(), 200, "{said}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    said["duties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|duty| (text(&duty["duty_kind"]), text(&duty["desk"])))
        .collect()
}

fn owed(kind: &str, desk: &str) -> (String, String) {
    (kind.to_owned(), desk.to_owned())
}

#[tokio::test]
async fn a_request_that_nobody_answers_ends_in_silence_with_both_days() {
    let town = begun().await;
    town.not_done("OFF-E", "requests", request("RQS-1", "PTY-S"), 403)
        .await;
    town.not_done("OFF-M", "requests", request("RQS-1", "PTY-NONE"), 409)
        .await;
    town.done("OFF-M", "requests", request("RQS-1", "PTY-S"))
        .await;
    assert_eq!(
        state(&town, "OFF-M", "").await,
        json!({ "state": "asked", "due_on": "2026-12-24" })
    );
    // The addressee sees it, and another party does not.
    let (status, said) = town.get("OFF-R", "requests/RQS-1").await;
    assert_eq!(status.as_u16(), 200, "{said}");
    let (status, _) = town.get("OFF-E", "requests/RQS-1").await;
    assert_eq!(status.as_u16(), 404);
    let (_, said) = town.get("OFF-E", "requests").await;
    assert_eq!(said["requests"], json!([]));
    town.not_done("OFF-M", "requests/RQS-1/no-reply", json!({}), 409)
        .await;
    assert_eq!(overdue(&town).await, []);

    town.move_to("2026-12-26T15:00:00Z");
    let silence = json!({ "state": "no-reply", "asked_on": "2026-11-24", "due_on": "2026-12-24" });
    assert_eq!(state(&town, "OFF-M", "").await, silence);
    assert_eq!(overdue(&town).await, [owed("answer-request", "monitor")]);
    let remind = json!({ "due_on": "2027-01-10" });
    town.done("OFF-M", "requests/RQS-1/remind", remind).await;
    assert_eq!(state(&town, "OFF-M", "").await["state"], "asked");
    assert_eq!(overdue(&town).await, []);

    town.move_to("2027-01-12T15:00:00Z");
    town.done("OFF-L", "duties/escalate", json!({})).await;
    let late = [
        owed("verify-delivery", "monitor"),
        owed("answer-request", "monitor"),
    ];
    assert_eq!(overdue(&town).await, late);
    let (_, said) = town.get("OFF-D", "duties?under=state:open").await;
    assert_eq!(said.to_string().matches("\"late\"").count(), 2, "{said}");
    town.done("OFF-M", "requests/RQS-1/no-reply", json!({}))
        .await;
    let (_, said) = town.get("OFF-D", "duties?under=state:open").await;
    assert_eq!(said.to_string().matches("\"late\"").count(), 1, "{said}");

    // A late reply is a reply, beside the silence before it.
    let reply = json!({ "reply": { "says": "to the depot", "is_complete": true } });
    town.not_done("OFF-E", "requests/RQS-1/answer", reply.clone(), 404)
        .await;
    town.done("OFF-R", "requests/RQS-1/answer", reply.clone())
        .await;
    town.not_done("OFF-R", "requests/RQS-1/answer", reply, 409)
        .await;
    assert_eq!(state(&town, "OFF-M", "").await["state"], "answered");
    let then = state(&town, "OFF-M", "?as_of=2026-12-25").await;
    assert_eq!(then["state"], "no-reply");
}

fn visit(id: &str) -> Value {
    json!({ "visit": {
        "id": id, "visit_kind": "post-shipment",
        "basis": { "kind": "assurance", "assurance": "ASR-1" },
        "host": "PTY-U", "place": "the depot", "country": "TR", "planned_on": "2026-12-01",
        "visitors": [{ "name": "Visitor", "title": "inspector" }],
        "items": [{ "permit": "PMT-1", "line": 1, "serials": ["SN-1", "SN-2", "SN-3", "SN-4"] }],
        "questions": ["identity"],
    }})
}

#[tokio::test]
async fn a_visit_is_planned_sampled_recorded_and_followed_up() {
    let town = begun().await;
    let mut unknown = visit("VST-1");
    unknown["visit"]["items"][0]["line"] = json!(2);
    town.not_done("OFF-M", "visits", unknown, 409).await;
    town.not_done("OFF-D", "visits", visit("VST-1"), 403).await;
    town.done("OFF-M", "visits", visit("VST-1")).await;
    let size = |size: u32| json!({ "size": size, "seed": "5eed" });
    town.not_done("OFF-M", "visits/VST-1/sample", size(5), 409)
        .await;
    let drawn = town.done("OFF-M", "visits/VST-1/sample", size(2)).await;
    let sample = &drawn["what"];
    assert_eq!(sample["seed"], "5eed");
    assert_eq!(sample["population"], 4);
    // The first by SHA-256 of `5eed:SERIAL`, as anybody can work out.
    assert_eq!(sample["serials"], json!(expected_sample("5eed", 2)));
    town.not_done("OFF-M", "visits/VST-1/sample", size(2), 409)
        .await;

    town.move_to("2026-12-03T15:00:00Z");
    assert_eq!(overdue(&town).await, [owed("make-visit", "monitor")]);
    let serials = expected_sample("5eed", 2);
    let report = |outcome: &str, items: Value, follow_up: Value| {
        json!({ "report": {
            "made_on": "2026-12-02", "visitors": [{ "name": "Visitor", "title": "inspector" }],
            "hosts": [{ "name": "Host", "title": "keeper" }], "items": items,
            "custody": "guarded", "findings": { "identity": {
                "held": "credible", "reasons": "read on the item",
            }},
            "outcome": outcome, "judgment": "as found", "follow_up": follow_up,
        }})
    };
    let read = |first: &str| {
        json!([
            { "serial": serials[0], "read": first, "platform": "PLT-1", "platform_serial": "A-7" },
            { "serial": serials[1], "not_seen_because": "at another place" },
        ])
    };
    let next = json!({ "what": "see the other place", "due_on": "2026-12-20" });
    let path = "visits/VST-1/record";
    for body in [
        report("confirmed", read(&serials[0]), Value::Null),
        report("partly-confirmed", read(&serials[0]), Value::Null),
        report("partly-confirmed", json!([]), next.clone()),
        report("access-refused", read(&serials[0]), next.clone()),
    ] {
        town.not_done("OFF-M", path, body, 409).await;
    }
    let partly = report("partly-confirmed", read("SN-?"), next);
    town.not_done("OFF-L", path, partly.clone(), 403).await;
    town.done("OFF-M", path, partly).await;
    assert_eq!(overdue(&town).await, []);
    town.move_to("2026-12-22T15:00:00Z");
    assert_eq!(overdue(&town).await, [owed("follow-up-visit", "monitor")]);
    let done = json!({ "text": "seen there" });
    town.done("OFF-M", "visits/VST-1/follow-up", done.clone())
        .await;
    town.not_done("OFF-M", "visits/VST-1/follow-up", done, 409)
        .await;
    assert_eq!(overdue(&town).await, []);
    let (_, said) = town.get("OFF-D", "visits?under=permit:PMT-1").await;
    assert_eq!(said["visits"][0]["report"]["items"][0]["read"], "SN-?");
}

/// The serials of a sample of the four due, worked out apart.
fn expected_sample(seed: &str, size: usize) -> Vec<String> {
    let mut ranked: Vec<(String, String)> = (1..=4)
        .map(|n| {
            let serial = format!("SN-{n}");
            let digest = register::Digest::of(format!("{seed}:{serial}").as_bytes());
            (digest.to_string(), serial)
        })
        .collect();
    ranked.sort();
    let mut first: Vec<String> = ranked.into_iter().take(size).map(|(_, s)| s).collect();
    first.sort();
    first
}

#[tokio::test]
async fn a_visit_without_a_right_is_not_planned_and_one_may_be_called_off() {
    let town = begun().await;
    let bare = json!({ "assurance": {
        "id": "ASR-2", "form": "clause", "giver": "PTY-S", "validity": { "from": "2026-01-01" },
        "says": "s", "undertakings": [{ "kind": "no-retransfer-without-consent" }],
    }});
    town.done("OFF-L", "assurances", bare).await;
    let mut plan = visit("VST-1");
    plan["visit"]["basis"]["assurance"] = json!("ASR-2");
    let said = town.not_done("OFF-M", "visits", plan.clone(), 409).await;
    assert!(
        said["says"]["fr"]
            .to_string()
            .contains("droit de vérification"),
        "{said}"
    );
    plan["visit"]["basis"] = json!({ "kind": "consent", "text": "by letter" });
    town.done("OFF-M", "visits", plan).await;
    let off = json!({ "reasons": "the road is closed" });
    town.done("OFF-M", "visits/VST-1/call-off", off.clone())
        .await;
    town.not_done("OFF-M", "visits/VST-1/call-off", off, 409)
        .await;
}

#[tokio::test]
async fn delivery_that_was_promised_is_owed_until_it_is_verified() {
    let town = begun().await;
    let listed = "assurances?under=delivery:owed";
    let (_, said) = town.get("OFF-M", listed).await;
    assert_eq!(said["assurances"][0]["assurance"]["id"], "ASR-1");
    town.move_to("2027-01-02T15:00:00Z");
    assert_eq!(overdue(&town).await, [owed("verify-delivery", "monitor")]);
    let verified = |whole: bool| json!({ "delivery": { "is_complete": whole, "text": "t" } });
    let path = "assurances/ASR-1/verify-delivery";
    town.done("OFF-M", path, verified(false)).await;
    assert_eq!(overdue(&town).await, [owed("verify-delivery", "monitor")]);
    town.done("OFF-M", path, verified(true)).await;
    assert_eq!(overdue(&town).await, []);
    let (_, said) = town.get("OFF-M", listed).await;
    assert_eq!(said["assurances"], json!([]));
}

#[tokio::test]
async fn a_finding_is_laid_beside_what_was_promised_clause_by_clause() {
    let town = begun().await;
    let evidence = json!({ "evidence": {
        "id": "EVD-1", "title": "a baseplate", "source": "photographer", "obtained": "on site",
        "observed": { "marks": ["T1"], "country": "AZ", "holder": "PTY-O" },
        "grade": { "source": "C", "information": "2" },
    }});
    town.done("OFF-M", "evidence", evidence).await;
    let held = |held: &str| json!({ "held": held, "reasons": "r", "rests_on": ["EVD-1"] });
    let answers = json!({
        "identity": held("established"), "origin": held("credible"),
        "authorised-chain": held("credible"), "observation": held("credible"),
        "mismatch": held("credible"),
    });
    let finding = json!({ "finding": { "id": "FND-1", "title": "t", "answers": answers } });
    town.done("OFF-M", "findings", finding).await;
    let test = "findings/FND-1/breach-test";
    // Without an accepted link it reaches nothing.
    let (_, said) = town.get("OFF-M", test).await;
    assert_eq!(said["assurances"], json!([]));
    let before = town.position();
    let link = json!({
        "to": { "kind": "permit", "permit": "PMT-1" }, "confidence": "inferred", "reasons": "r",
    });
    town.done("OFF-M", "evidence/EVD-1/link", link).await;
    let (_, said) = town.get("OFF-M", test).await;
    let clauses = &said["assurances"][0]["clauses"];
    let verdicts: Vec<&str> = clauses
        .as_array()
        .unwrap()
        .iter()
        .map(|clause| clause["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(
        verdicts,
        [
            "would-be-breached",
            "would-be-breached",
            "would-be-breached",
            "nothing-observed",
            "nothing-observed",
            "nothing-observed",
        ]
    );
    assert_eq!(clauses[0]["proposes"], "credible");
    assert_eq!(clauses[0]["cited"][0]["grade"], "C2");
    assert_eq!(clauses[0]["cited"][0]["step"], "observation");
    let (_, said) = town
        .get("OFF-M", &format!("{test}?known_at={before}"))
        .await;
    assert_eq!(said["assurances"], json!([]), "it was not known then");
    let (status, _) = town.get("OFF-M", &format!("{test}?assurance=ASR-9")).await;
    assert_eq!(status.as_u16(), 422);
    let (status, _) = town.get("OFF-C", test).await;
    assert_eq!(status.as_u16(), 403);
    let (status, _) = town.get("OFF-M", "findings/FND-9/breach-test").await;
    assert_eq!(status.as_u16(), 404);
}
