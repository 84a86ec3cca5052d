//! From an empty register to a permit, over the border, through a stop and on, by the API alone; and
//! what everybody else gets who asks for the same addresses.

use serde_json::{Value, json};

use super::town::Town;

/// Criteria of the statute, as the determination of risk names them.
const CRITERIA: &str = include_str!("../../../../law/criteria.toml");

/// Everybody who acts, by role, and for whom.
const PEOPLE: [(&str, &[&str], Option<&str>); 12] = [
    ("OFF-L", &["licensing"], None),
    ("OFF-LD", &["licensing", "deciding"], None),
    ("OFF-D", &["deciding"], None),
    ("OFF-MIN", &["minister"], None),
    ("OFF-C", &["customs"], None),
    ("OFF-M", &["monitor"], None),
    ("OFF-A", &["auditor"], None),
    ("OFF-B", &["consulted"], Some("PTY-B")),
    ("OFF-B2", &["consulted"], Some("PTY-B2")),
    ("OFF-E", &["exporter"], Some("PTY-E")),
    ("OFF-X", &["exporter"], Some("PTY-X")),
    ("OFF-R", &["recipient"], Some("PTY-S")),
];

async fn begun() -> Town {
    let town = Town::empty();
    let (status, _) = town.get("OFF-ADMIN", "authority").await;
    assert_eq!(status.as_u16(), 404, "nobody keeps it yet");
    town.establish().await;
    let again = json!({
        "jurisdiction": "CA", "name": { "en": "Other", "fr": "Autre" },
        "permit_word": { "en": "permit", "fr": "licence" },
    });
    town.not_done("OFF-ADMIN", "authority/establish", again, 409)
        .await;
    for (officer, roles, party) in PEOPLE {
        town.appoint(officer, roles, party).await;
    }
    for (id, country) in [
        ("PTY-E", "CA"),
        ("PTY-X", "CA"),
        ("PTY-B", "CA"),
        ("PTY-B2", "CA"),
        ("PTY-F", "FR"),
        ("PTY-S", "FR"),
    ] {
        town.party(id, country).await;
    }
    town
}

fn application() -> Value {
    json!({
        "application": "APP-1",
        "applicant": "PTY-E",
        "documents": ["purchase-contract", "end-use-certificate",
            "international-import-certificate", "re-export-statement"],
        "terms": {
            "kind": "individual",
            "movement": { "kind": "permanent" },
            "exporter": "PTY-E",
            "consignees": ["PTY-F"],
            "end_user": "PTY-F",
            "destinations": ["FR"],
            "final_destinations": ["FR"],
            "end_use": "synthetic trials",
            "lines": [{
                "no": 1,
                "item": { "description": "synthetic sights" },
                "quantity": { "amount": "10", "unit": "C62" },
                "value": { "amount": "1000", "currency": "CAD" },
            }],
        },
    })
}

/// From the submission to the permit, with the nearest thing that is refused at each step.
async fn permit_issued(town: &Town) {
    let for_another = {
        let mut body = application();
        body["application"] = json!("APP-X");
        body
    };
    town.not_done("OFF-X", "applications", for_another, 403)
        .await;
    town.not_done("OFF-C", "applications", application(), 403)
        .await;
    town.done("OFF-E", "applications", application()).await;
    let ask = json!({ "questions": ["which trials?"], "due_on": "2026-12-01" });
    town.not_done("OFF-E", "applications/APP-1/ask", ask.clone(), 403)
        .await;
    town.done("OFF-L", "applications/APP-1/ask", ask).await;
    let answer = json!({ "answers": ["these"], "documents": ["end-use-statement"] });
    town.not_done("OFF-X", "applications/APP-1/answer", answer.clone(), 404)
        .await;
    town.done("OFF-E", "applications/APP-1/answer", answer)
        .await;
    let rating =
        |entry: &str| json!({ "line": 1, "ratings": [{ "entry": entry, "is_primary": true }] });
    town.not_done(
        "OFF-L",
        "applications/APP-1/rate",
        rating("GUIDE@2020:9-99"),
        409,
    )
    .await;
    town.done("OFF-L", "applications/APP-1/rate", rating("GUIDE@2020:2-5"))
        .await;
    consulted(town).await;
    decided(town).await;
}

/// A referral that its addressee answers, and nobody else.
async fn consulted(town: &Town) {
    let refer = json!({ "body": "PTY-B", "question": "any objection?", "due_on": "2026-12-01" });
    town.done("OFF-L", "applications/APP-1/refer", refer).await;
    let advice = |body: &str| json!({ "body": body, "position": "no-objection", "text": "none" });
    town.not_done("OFF-B2", "applications/APP-1/advise", advice("PTY-B"), 404)
        .await;
    town.not_done("OFF-L", "applications/APP-1/advise", advice("PTY-B"), 403)
        .await;
    let (_, seen) = town.get("OFF-B", "applications/APP-1").await;
    assert_eq!(seen["applicant"], "PTY-E", "who is asked sees what about");
    town.done("OFF-B", "applications/APP-1/advise", advice("PTY-B"))
        .await;
}

/// The risk determined, a recommendation, and a decision by another.
async fn decided(town: &Town) {
    let issue = json!({ "permit": "PMT-1", "last_day": "2028-12-31" });
    let recommend = json!({ "outcome": "issue", "reasons": "synthetic: nothing against it" });
    town.not_done("OFF-D", "applications/APP-1/issue", issue.clone(), 409)
        .await;
    let held = json!({ "raw": "none", "residual": "none", "reasons": "synthetic: none found" });
    let criteria: serde_json::Map<String, Value> = CRITERIA
        .lines()
        .filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'))
        .map(|id| (id.to_owned(), held.clone()))
        .collect();
    let risk = json!({ "criteria": criteria });
    town.done("OFF-L", "applications/APP-1/determine-risk", risk)
        .await;
    let assessed = json!({ "reasons": "synthetic: assessed" });
    town.done("OFF-L", "applications/APP-1/assess", assessed)
        .await;
    town.done("OFF-LD", "applications/APP-1/recommend", recommend)
        .await;
    town.not_done("OFF-L", "applications/APP-1/issue", issue.clone(), 403)
        .await;
    let own = town
        .not_done("OFF-LD", "applications/APP-1/issue", issue.clone(), 409)
        .await;
    assert!(
        own.to_string().contains("OFF-LD"),
        "who recommends does not decide: {own}"
    );
    let done = town.done("OFF-D", "applications/APP-1/issue", issue).await;
    assert_eq!(done["what"], "PMT-1");
}

fn declaration(pieces: &str, value: &str) -> Value {
    json!({
        "permit": "PMT-1",
        "lodged": { "office": "OFC-1", "declaration": "SYN-1" },
        "lines": [{
            "line": 1,
            "quantity": { "amount": pieces, "unit": "C62" },
            "value": { "amount": value, "currency": "CAD" },
            "destination": "FR", "final_destination": "FR",
            "consignee": "PTY-F", "exporter": "PTY-E",
        }],
    })
}

/// What is left of the permit, as its holder sees it.
async fn left(town: &Town) -> String {
    let (_, found) = town.get("OFF-E", "permits/PMT-1/balance").await;
    found["lines"][0]["left"]["quantity"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Four leave, two come back from the counter.
async fn over_the_border(town: &Town) -> String {
    let (status, _) = town
        .post("OFF-E", "gate/reserve", &declaration("1", "1"), Some("e"))
        .await;
    assert_eq!(status.as_u16(), 403, "an exporter reserves nothing");
    let asked = town
        .done("OFF-E", "gate/check", declaration("6", "600"))
        .await;
    assert_eq!(asked["answer"], "released", "but may ask: {asked}");
    town.not_done("OFF-X", "gate/check", declaration("6", "600"), 404)
        .await;
    let first = town.reserve("k-1", &declaration("6", "600")).await;
    let shipment = first["shipment"].as_str().unwrap().to_owned();
    assert_eq!(left(town).await, "4");
    let exit = json!({
        "amounts": { "1": { "quantity": "4", "value": "400" } }, "is_partial": true,
    });
    let path = format!("shipments/{shipment}");
    town.not_done("OFF-L", &format!("{path}/confirm"), exit.clone(), 403)
        .await;
    town.done("OFF-C", &format!("{path}/confirm"), exit).await;
    let back = json!({ "because": "given-up" });
    town.done("OFF-C", &format!("{path}/restore"), back.clone())
        .await;
    town.not_done("OFF-C", &format!("{path}/restore"), back, 409)
        .await;
    assert_eq!(left(town).await, "6");
    shipment
}

/// A decision with one order over PMT-1.
fn order(id: &str, kind: &str, ends: &[&str]) -> Value {
    let scope = r#"resource.final_destinations.contains(Country::"FR")"#;
    let selection = match kind {
        "suspend" => json!({ "kind": "scope", "scope": scope }),
        _ => json!({ "kind": "named", "permits": ["PMT-1"] }),
    };
    json!({
        "id": format!("DCN-{id}"),
        "orders": [{
            "id": format!("ORD-{id}"), "kind": kind, "verb": { "en": kind, "fr": kind },
            "selection": selection, "ends": ends,
            "instrument": {
                "title": { "en": "Journey", "fr": "Parcours" }, "law": "EIPA:10(1)",
                "source_kind": "statute", "grounds": ["diversion-suspected"],
                "reasons": { "en": "evidence came", "fr": "des preuves sont venues" },
                "effective": { "from": "2026-11-24" }, "review_by": "2027-11-24",
            },
        }],
    })
}

/// A stop in the middle: evidence, an order, a stop notice, and the way on.
async fn stopped_and_reinstated(town: &Town) {
    let open = town.reserve("k-2", &declaration("1", "100")).await;
    let shipment = format!("shipments/{}", open["shipment"].as_str().unwrap());
    let evidence = json!({ "evidence": {
        "id": "EVD-1", "title": "Synthetic photograph", "source": "OFF-M",
        "obtained": "by the monitor, at a fair",
    } });
    town.not_done("OFF-E", "evidence", evidence.clone(), 403)
        .await;
    town.done("OFF-M", "evidence", evidence).await;
    town.done("OFF-L", "decisions", order("1", "suspend", &[]))
        .await;
    town.not_done("OFF-L", "decisions/DCN-1/sign", json!({}), 403)
        .await;
    town.not_done("OFF-E", "decisions/DCN-1/sign", json!({}), 403)
        .await;
    town.done("OFF-D", "decisions/DCN-1/sign", json!({})).await;
    let refused = town.reserve("k-3", &declaration("1", "100")).await;
    assert_eq!(refused["answer"], "refused");
    assert_eq!(refused["reasons"][0]["law"], "EIPA:10(1)");
    town.done("OFF-L", "orders/settle", json!({})).await;
    let (_, held) = town.get("OFF-C", &shipment).await;
    assert!(held["stops"]["ORD-1"]["acknowledged"].is_null(), "{held}");
    let seen = json!({ "order": "ORD-1", "goods_were_there": true });
    town.done("OFF-C", &format!("{shipment}/acknowledge"), seen)
        .await;
    let back = json!({ "because": "stopped" });
    town.done("OFF-C", &format!("{shipment}/restore"), back)
        .await;
    let (_, standing) = town.get("OFF-E", "permits/PMT-1/standing").await;
    assert_eq!(standing["standing"], "suspended");
    assert_eq!(
        left(town).await,
        "6",
        "what is left runs on under a suspension"
    );
    town.done("OFF-LD", "decisions", order("2", "reinstate", &["ORD-1"]))
        .await;
    town.not_done(
        "OFF-LD",
        "decisions/DCN-2/sign",
        json!({ "emergency": true }),
        409,
    )
    .await;
    town.not_done("OFF-LD", "decisions/DCN-2/sign", json!({}), 409)
        .await;
    town.done("OFF-MIN", "decisions/DCN-2/sign", json!({}))
        .await;
    town.done("OFF-L", "orders/settle", json!({})).await;
    let again = town.reserve("k-4", &declaration("6", "600")).await;
    assert_eq!(again["answer"], "released", "{again}");
}

/// What somebody gets of an address: its status.
async fn status_of(town: &Town, officer: &str, path: &str) -> u16 {
    town.get(officer, path).await.0.as_u16()
}

/// The number of a notice served on the holder of the permit.
async fn notice(town: &Town) -> String {
    let (_, own) = town.get("OFF-E", "notices").await;
    let own = own["notices"].as_array().unwrap().clone();
    assert_eq!(
        own.len(),
        3,
        "of the issue, the suspension and the reinstatement"
    );
    own[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_export_goes_from_an_empty_register_to_the_border_through_a_stop_and_on() {
    let town = begun().await;
    permit_issued(&town).await;
    let shipment = over_the_border(&town).await;
    stopped_and_reinstated(&town).await;
    let notice = notice(&town).await;
    let notice = format!("notices/{notice}");
    everybody_gets_what_is_theirs(&town, &format!("shipments/{shipment}"), &notice).await;
    nothing_of_another(&town, &notice).await;
}

/// The addresses of one export, and what each person gets there.
async fn everybody_gets_what_is_theirs(town: &Town, shipment: &str, notice: &str) {
    // Who gets what: the holder, another exporter, the body that was asked and one that was not,
    // the recipient state, a post, a monitor, an auditor, the licensing desk, the administrator.
    let who = [
        "OFF-E",
        "OFF-X",
        "OFF-B",
        "OFF-B2",
        "OFF-R",
        "OFF-C",
        "OFF-M",
        "OFF-A",
        "OFF-L",
        "OFF-ADMIN",
    ];
    for (path, expected) in [
        (
            "applications/APP-1",
            [200, 404, 200, 404, 403, 403, 403, 200, 200, 403],
        ),
        (
            "applications/APP-1/check",
            [200, 404, 200, 404, 403, 403, 403, 200, 200, 403],
        ),
        (
            "permits/PMT-1",
            [200, 404, 404, 404, 403, 200, 200, 200, 200, 403],
        ),
        (
            "permits/PMT-1/standing",
            [200, 404, 404, 404, 403, 200, 200, 200, 200, 403],
        ),
        (
            "permits/PMT-1/balance",
            [200, 404, 404, 404, 403, 200, 200, 200, 200, 403],
        ),
        (shipment, [200, 404, 404, 404, 403, 200, 200, 200, 200, 403]),
        (notice, [200, 404, 404, 404, 404, 403, 200, 200, 200, 403]),
        (
            "parties/PTY-E",
            [200, 404, 404, 404, 404, 403, 200, 200, 200, 403],
        ),
        (
            "evidence/EVD-1",
            [403, 403, 403, 403, 403, 403, 200, 200, 200, 403],
        ),
        (
            "decisions/DCN-1",
            [403, 403, 403, 403, 403, 403, 200, 200, 200, 403],
        ),
        (
            "orders/ORD-1",
            [403, 403, 403, 403, 403, 403, 200, 200, 200, 403],
        ),
        ("log", [403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ] {
        for (officer, expected) in who.iter().zip(expected) {
            let found = status_of(town, officer, path).await;
            assert_eq!(found, expected, "{officer} {path}");
        }
    }
}

/// What is another's is not even counted, and is answered as what is not there.
async fn nothing_of_another(town: &Town, notice: &str) {
    for collection in ["applications", "permits", "shipments", "notices"] {
        let (_, others) = town.get("OFF-X", collection).await;
        let rows = others[collection].as_array().unwrap();
        assert!(rows.is_empty(), "{collection}: {others}");
        assert!(others["next"].is_null());
        let text = others.to_string();
        assert!(!text.contains("PTY-E") && !text.contains("PMT-1"), "{text}");
    }
    for (path, absent) in [
        ("applications/APP-1", "applications/APP-9"),
        ("permits/PMT-1", "permits/PMT-9"),
        ("permits/PMT-1/balance", "permits/PMT-9/balance"),
    ] {
        let (_, others) = town.get("OFF-X", path).await;
        let (_, none) = town.get("OFF-X", absent).await;
        assert_eq!(others.to_string().replace("-1", "-9"), none.to_string());
    }
    for act in [
        "applications/APP-1/withdraw",
        "permits/PMT-1/surrender",
        &format!("{notice}/acknowledge"),
    ] {
        let body = if act.ends_with("surrender") {
            json!({ "by": "PTY-X" })
        } else {
            json!({})
        };
        town.not_done("OFF-X", act, body, 404).await;
    }
    // What the authority holds of its application is not the applicant's to see.
    let (_, own) = town.get("OFF-E", "applications/APP-1").await;
    for hidden in ["recommendations", "advice", "risks"] {
        assert!(
            own[hidden].as_array().unwrap().is_empty(),
            "{hidden}: {own}"
        );
    }
    let acknowledged = town
        .done("OFF-E", &format!("{notice}/acknowledge"), json!({}))
        .await;
    assert_eq!(acknowledged["is_repeat"], false);
}
