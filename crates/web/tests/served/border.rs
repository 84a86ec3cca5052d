//! What law asks of the border, through the API: amendments against what is used, general permits,
//! goods that must come back, and every balance as of a day and as known at a position.

use super::town::Town;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A register with the people of the border and one permit of ten pieces.
async fn begun(kind: &str, movement: Value) -> Town {
    let town = Town::empty();
    town.establish().await;
    for (officer, roles) in [
        ("OFF-L", &["licensing"][..]),
        ("OFF-D", &["deciding"]),
        ("OFF-D2", &["deciding"]),
        ("OFF-C", &["customs"]),
    ] {
        town.appoint(officer, roles, None).await;
    }
    for (id, country) in [("PTY-E", "CA"), ("PTY-F", "FR")] {
        town.party(id, country).await;
    }
    let mut terms = terms("10", "1000");
    terms["kind"] = json!(kind);
    terms["movement"] = movement;
    if kind == "general" {
        for named in ["exporter", "consignees", "end_user"] {
            terms.as_object_mut().unwrap().remove(named);
        }
    }
    let issued = json!({ "issued": {
        "permit": "PMT-1", "terms": terms,
        "issued_on": "2026-01-01", "valid_from": "2026-01-01", "last_day": "2099-01-01",
        "origin": { "kind": "import", "source": "synthetic:1", "assumptions": [] },
    } });
    town.done("OFF-L", "permits", issued).await;
    town
}

fn terms(quantity: &str, value: &str) -> Value {
    json!({
        "kind": "individual", "movement": { "kind": "permanent" }, "exporter": "PTY-E",
        "consignees": ["PTY-F"], "end_user": "PTY-F",
        "destinations": ["FR"], "final_destinations": ["FR"],
        "lines": [{
            "no": 1, "item": { "description": "synthetic sights" },
            "ratings": [{ "entry": "GUIDE@2020:2-5", "is_primary": true }],
            "quantity": { "amount": quantity, "unit": "C62" },
            "value": { "amount": value, "currency": "CAD" },
        }],
    })
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

/// A draft that amends PMT-1 from a day on.
fn amendment(id: &str, terms: &Value, from: &str) -> Value {
    json!({
        "id": format!("DCN-{id}"),
        "effective_from": from,
        "orders": [{
            "id": format!("ORD-{id}"), "kind": "amend", "verb": { "en": "amend", "fr": "modifier" },
            "selection": { "kind": "named", "permits": ["PMT-1"] },
            "new_terms": { "PMT-1": terms },
            "instrument": {
                "title": { "en": "Reduction", "fr": "Réduction" }, "law": "EIPA:10(1)",
                "source_kind": "statute", "grounds": ["synthetic-ground"],
                "reasons": { "en": "less is needed", "fr": "il en faut moins" },
                "effective": { "from": from },
            },
        }],
    })
}

#[tokio::test]
async fn an_amendment_below_what_is_reserved_is_not_signed_and_one_above_binds_at_once() {
    let town = begun("individual", json!({ "kind": "permanent" })).await;
    let first = town.reserve("k-1", &declaration("6", "600")).await;
    assert_eq!(first["answer"], "released");
    for (id, quantity, value) in [("1", "5", "1000"), ("2", "10", "599.99")] {
        let draft = amendment(id, &terms(quantity, value), "2026-11-24");
        town.done("OFF-D", "decisions", draft).await;
        let path = format!("decisions/DCN-{id}/sign");
        let said = town.not_done("OFF-D2", &path, json!({}), 409).await;
        assert!(said.to_string().contains("new terms"), "{said}");
        assert!(said["says"]["fr"].as_str().unwrap().contains("réservé"));
    }
    let draft = amendment("3", &terms("7", "700"), "2026-11-24");
    town.done("OFF-D", "decisions", draft).await;
    town.done("OFF-D2", "decisions/DCN-3/sign", json!({})).await;
    // Nothing was settled yet: the new terms bind from the signature all the same.
    let more = town.reserve("k-2", &declaration("2", "100")).await;
    assert_eq!(more["answer"], "refused", "{more}");
    let one = town.reserve("k-3", &declaration("1", "100")).await;
    assert_eq!(one["answer"], "released", "{one}");
    town.done("OFF-D", "orders/settle", json!({})).await;
    let (_, balance) = town.get("OFF-L", "permits/PMT-1/balance").await;
    let line = &balance["lines"][0];
    assert_eq!(line["granted"]["quantity"], "7");
    assert_eq!(line["left"]["quantity"], "0");
    let (_, permit) = town.get("OFF-L", "permits/PMT-1").await;
    assert_eq!(
        permit["versions"].as_array().unwrap().len(),
        2,
        "amended once"
    );
}

#[tokio::test]
async fn an_amendment_that_drops_a_used_line_is_not_signed() {
    let town = begun("individual", json!({ "kind": "permanent" })).await;
    town.reserve("k-1", &declaration("1", "100")).await;
    let mut other = terms("10", "1000");
    other["lines"][0]["no"] = json!(2);
    town.done("OFF-D", "decisions", amendment("1", &other, "2026-11-25"))
        .await;
    town.not_done("OFF-D2", "decisions/DCN-1/sign", json!({}), 409)
        .await;
}

#[tokio::test]
async fn a_general_permit_lets_nothing_out_that_does_not_say_under_which_entry() {
    let town = begun("general", json!({ "kind": "permanent" })).await;
    let register = json!({ "exporter": "PTY-E" });
    town.done("OFF-L", "permits/PMT-1/register-use", register)
        .await;
    let silent = town.reserve("k-1", &declaration("1", "100")).await;
    assert_eq!(silent["answer"], "refused");
    let reasons = silent["reasons"].as_array().unwrap();
    assert_eq!(reasons.len(), 1, "{silent}");
    assert_eq!(reasons[0]["reason"]["term"], "entry");
    let with = |entry: &str| {
        let mut body = declaration("1", "100");
        body["lines"][0]["entry"] = json!(entry);
        body
    };
    let other = town.reserve("k-2", &with("GUIDE@2020:2-1")).await;
    assert_eq!(other["answer"], "refused", "{other}");
    for (key, entry) in [("k-3", "GUIDE@2020:2-5"), ("k-4", "GUIDE@2020:2-5.a")] {
        let found = town.reserve(key, &with(entry)).await;
        assert_eq!(found["answer"], "released", "{entry}: {found}");
    }
}

#[tokio::test]
async fn goods_that_leave_for_a_time_are_owed_back_and_overdue_after_their_day() {
    let movement = json!({ "kind": "temporary", "return_by": "2026-12-10" });
    let town = begun("individual", movement).await;
    let duties = async |town: &Town, state: &str| {
        let (_, found) = town
            .get("OFF-L", &format!("duties?under=state:{state}"))
            .await;
        let found = found["duties"].as_array().unwrap().clone();
        let of_return = found
            .into_iter()
            .filter(|d| d["duty_kind"] == "return-goods");
        of_return.collect::<Vec<_>>()
    };
    let first = town.reserve("k-1", &declaration("4", "400")).await;
    let shipment = first["shipment"].as_str().unwrap().to_owned();
    assert!(
        duties(&town, "open").await.is_empty(),
        "nothing has left yet"
    );
    let exit = |pieces: &str, value: &str| {
        json!({
            "amounts": { "1": { "quantity": pieces, "value": value } }, "is_partial": true,
        })
    };
    let path = format!("shipments/{shipment}/confirm");
    town.done("OFF-C", &path, exit("3", "300")).await;
    town.done("OFF-C", &path, exit("1", "100")).await;
    let open = duties(&town, "open").await;
    assert_eq!(open.len(), 1, "one for a shipment, however often it leaves");
    assert_eq!(open[0]["due_on"], "2026-12-10");
    assert_eq!(open[0]["about"], json!(shipment));
    town.move_to("2026-12-11T15:00:00Z");
    assert_eq!(
        duties(&town, "open").await.len(),
        1,
        "it is late, and stays"
    );
    let back = |pieces: &str, value: &str| {
        json!({
            "amounts": { "1": { "quantity": pieces, "value": value } }, "reasons": "came back",
        })
    };
    let path = format!("shipments/{shipment}/take-back");
    town.done("OFF-C", &path, back("3", "300")).await;
    assert_eq!(
        duties(&town, "open").await.len(),
        1,
        "one piece is still abroad"
    );
    town.done("OFF-C", &path, back("1", "100")).await;
    assert!(duties(&town, "open").await.is_empty());
    assert_eq!(duties(&town, "discharged").await.len(), 1);
}

#[tokio::test]
async fn an_exit_or_a_return_under_a_key_is_recorded_once_on_whatever_day_it_is_sent_again() {
    let town = begun("individual", json!({ "kind": "permanent" })).await;
    let first = town.reserve("k-1", &declaration("10", "1000")).await;
    let path = format!("shipments/{}", first["shipment"].as_str().unwrap());
    let (exit, back) = (format!("{path}/confirm"), format!("{path}/restore"));
    let amounts = json!({ "1": { "quantity": "3", "value": "300" } });
    let left = json!({ "amounts": amounts, "is_partial": true });
    let freed = json!({ "amounts": amounts, "because": "given-up" });
    let (status, once) = town.post("OFF-C", &exit, &left, Some("e-1")).await;
    let first_time = (status, &once["is_repeat"]);
    assert_eq!(first_time, (StatusCode::OK, &json!(false)), "{once}");
    town.move_to("2026-12-02T15:00:00Z");
    let (status, again) = town.post("OFF-C", &exit, &left, Some("e-1")).await;
    let second_time = (status, &again["is_repeat"]);
    assert_eq!(second_time, (StatusCode::OK, &json!(true)), "{again}");
    assert_eq!(
        (&once["what"], &once["events"]),
        (&again["what"], &again["events"])
    );
    let (status, said) = town.post("OFF-C", &back, &freed, Some("e-1")).await;
    assert_eq!(status, StatusCode::CONFLICT, "the key stands: {said}");
    let done = town.post("OFF-C", &back, &freed, Some("r-1")).await;
    let again = town.post("OFF-C", &back, &freed, Some("r-1")).await;
    assert_eq!((done.0, again.0), (StatusCode::OK, StatusCode::OK));
    assert_eq!(again.1["is_repeat"], json!(true));
    let (_, found) = town.get("OFF-L", "permits/PMT-1/balance").await;
    let line = &found["lines"][0];
    assert_eq!(line["drawn"]["quantity"], "3", "{found}");
    assert_eq!(line["reserved"]["quantity"], "4", "{found}");
}

#[tokio::test]
async fn goods_that_leave_for_good_are_owed_back_by_nobody() {
    let town = begun("individual", json!({ "kind": "permanent" })).await;
    let first = town.reserve("k-1", &declaration("4", "400")).await;
    let path = format!("shipments/{}/confirm", first["shipment"].as_str().unwrap());
    town.done("OFF-C", &path, json!({})).await;
    let (_, found) = town.get("OFF-L", "duties").await;
    assert!(found["duties"].as_array().unwrap().is_empty(), "{found}");
}

#[tokio::test]
async fn a_balance_is_as_of_a_day_and_as_known_at_a_position() {
    let town = begun("individual", json!({ "kind": "permanent" })).await;
    town.move_to("2026-12-01T15:00:00Z");
    let first = town.reserve("k-1", &declaration("4", "400")).await;
    let path = format!("shipments/{}/confirm", first["shipment"].as_str().unwrap());
    let (_, held) = town.get("OFF-L", "permits/PMT-1/balance").await;
    let reserved_at = held["lens"]["known_at"].as_u64().unwrap();
    town.move_to("2026-12-09T15:00:00Z");
    // It left on the fifth, and the register learned it on the ninth.
    town.done("OFF-C", &path, json!({ "on": "2026-12-05" }))
        .await;
    for (question, reserved, drawn) in [
        ("", "0", "4"),
        ("?as_of=2026-11-30", "0", "0"),
        ("?as_of=2026-12-04", "4", "0"),
        ("?as_of=2026-12-05", "0", "4"),
        (
            &format!("?as_of=2026-12-05&known_at={reserved_at}"),
            "4",
            "0",
        ),
        (&format!("?known_at={reserved_at}"), "4", "0"),
    ] {
        let (_, found) = town
            .get("OFF-L", &format!("permits/PMT-1/balance{question}"))
            .await;
        let line = &found["lines"][0];
        let seen = (&line["reserved"]["quantity"], &line["drawn"]["quantity"]);
        assert_eq!(
            seen,
            (&json!(reserved), &json!(drawn)),
            "{question}: {found}"
        );
    }
}

#[tokio::test]
async fn a_line_is_exhausted_from_the_day_on_which_it_was_and_not_before() {
    let town = begun("individual", json!({ "kind": "permanent" })).await;
    town.move_to("2026-12-01T15:00:00Z");
    let first = town.reserve("k-1", &declaration("10", "1000")).await;
    let path = format!("shipments/{}/confirm", first["shipment"].as_str().unwrap());
    town.done("OFF-C", &path, json!({})).await;
    town.move_to("2026-12-03T15:00:00Z");
    for (question, standing) in [
        ("", "exhausted"),
        ("?as_of=2026-12-01", "exhausted"),
        ("?as_of=2026-11-30", "in-force"),
    ] {
        let (_, found) = town
            .get("OFF-L", &format!("permits/PMT-1/standing{question}"))
            .await;
        assert_eq!(found["standing"], standing, "{question}: {found}");
    }
}

#[tokio::test]
async fn the_day_is_that_of_ottawa_and_not_of_the_machine() {
    let town = Town::empty();
    town.establish().await;
    town.appoint("OFF-L", &["licensing"], None).await;
    // Half past three in the morning of the 25th in UTC is the evening of the 24th at Ottawa.
    town.move_to("2026-11-25T03:30:00Z");
    town.party("PTY-E", "CA").await;
    let (_, party) = town.get("OFF-L", "parties/PTY-E").await;
    assert_eq!(
        party["versions"][0]["effective_from"], "2026-11-24",
        "{party}"
    );
    let (_, found) = town.get("OFF-L", "permits").await;
    assert_eq!(found["lens"]["as_of"], "2026-11-24");
}
