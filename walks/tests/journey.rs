//! From issued permits to a stopped shipment and back, as an officer, a customs post and an
//! auditor walk it at the command line: reserve, suspend by scope, refused at the gate, reinstate,
//! and every question asked again as known before.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::path::Path;

use serde_json::{Value, json};
use walks::program::{BOUNDS, Ran, run};

const STORE: &str = "sqlite:register.sqlite";

/// Two permits of one holder to one consignee, issued before the journey begins.
const CASE: &str = "\
scenario: journey
synthetic: true
jurisdiction: CA
destination: AQ
parties:
  - {id: maker, role: exporter, name: Maker (synthetic), country: CA}
  - {id: station, role: consignee, name: Station (synthetic), country: AQ}
permits:
  - {id: P-1..P-2, holder: maker, consignee: station, item_group: 1, qty: 7, issued: 2026-01-12}
events:
  - {n: 1, effective: 2026-02-05, kind: shipment, permit: P-1, qty: 2, expect: {draw_down: {P-1: 2_of_7}}}
";

struct Register {
    folder: tempfile::TempDir,
}

impl Register {
    /// A register with the case in it; its officers go on acting, by the real clock.
    fn begun() -> Self {
        let register = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(register.path().join("case.yaml"), CASE).unwrap();
        register.done(&["scenario", "run", "case.yaml"]);
        register
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ran(&self, words: &[&str]) -> Ran {
        let mut all = vec!["--store", STORE];
        all.extend(words);
        run(self.path(), BOUNDS, &all).unwrap()
    }

    /// Runs what must be done, and gives what it printed.
    fn done(&self, words: &[&str]) -> String {
        let ran = self.ran(words);
        assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
        ran.out
    }

    /// Runs what must be refused, and gives all that it said.
    fn refused(&self, words: &[&str]) -> String {
        let ran = self.ran(words);
        assert_eq!(ran.code, Some(1), "{words:?}: {ran:?}");
        ran.out + &ran.err
    }

    fn keep(&self, name: &str, value: &Value) {
        std::fs::write(self.path().join(name), value.to_string()).unwrap();
    }

    /// Proposes as one officer and signs as another; the same officer may not.
    fn decide(&self, draft: &Value) {
        let id = draft["id"].as_str().unwrap();
        self.keep("draft.json", draft);
        self.done(&[
            "--officer",
            "OFF-DECIDING-1",
            "measure",
            "propose",
            "draft.json",
        ]);
        let same = self.refused(&["--officer", "OFF-DECIDING-1", "measure", "sign", id]);
        assert!(same.contains("another officer signs"), "{same}");
        self.done(&["--officer", "OFF-MINISTER", "measure", "sign", id]);
    }

    fn reserve(&self, key: &str) -> Ran {
        self.ran(&[
            "--officer",
            "OFF-CUSTOMS-1",
            "gate",
            "reserve",
            "ask.json",
            "--key",
            key,
        ])
    }

    /// Where P-1 stands, by its key.
    fn standing(&self, words: &[&str]) -> String {
        let mut all = vec!["--json", "standing", "P-1"];
        all.extend(words);
        let shown: Value = serde_json::from_str(&self.done(&all)).unwrap();
        shown["standing"].as_str().unwrap().to_owned()
    }
}

fn declaration(quantity: &str, value: &str) -> Value {
    json!({
        "permit": "P-1",
        "lodged": { "office": "OFC-1", "declaration": "SYN-1" },
        "lines": [{
            "line": 1,
            "quantity": { "amount": quantity, "unit": "C62" },
            "value": { "amount": value, "currency": "CAD" },
            "destination": "AQ",
            "final_destination": "AQ",
            "consignee": "station",
            "exporter": "maker",
        }],
    })
}

/// A decision with one order.
fn draft(id: &str, order: &str, kind: &str, selection: &Value, ends: &[&str], day: &str) -> Value {
    json!({
        "id": id,
        "effective_from": day,
        "orders": [{
            "id": order,
            "kind": kind,
            "verb": { "en": kind, "fr": format!("{kind} (fr)") },
            "selection": selection,
            "ends": ends,
            "instrument": {
                "title": { "en": "Journey", "fr": "Parcours" },
                "law": "EIPA:10(1)",
                "source_kind": "statute",
                "grounds": ["diversion-suspected"],
                "reasons": { "en": "evidence came", "fr": "des preuves sont venues" },
                "effective": { "from": day },
                "review_by": "2099-12-31",
            },
        }],
    })
}

#[test]
fn from_a_reservation_to_a_stop_and_back_at_the_command_line() {
    let register = Register::begun();
    register.keep("ask.json", &declaration("1", "1000"));

    // Before anything is known against it, it may leave, and a repeated key says so again.
    let first = register.reserve("key-1");
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.contains("left 4"), "{}", first.out);
    let again = register.reserve("key-1");
    assert!(
        again.out.starts_with("this repeats the first answer"),
        "{again:?}"
    );
    assert!(again.out.ends_with(&first.out), "{again:?}");
    assert_eq!(register.standing(&[]), "in-force");
    let before = position(&register);
    let today = today(&register);

    // A stop by scope: previewed, proposed, signed by another, and at once in force.
    let preview = register.done(&["measure", "preview", "--scope", "true"]);
    assert!(preview.contains("2 lines of 2 permits"), "{preview}");
    let everything = json!({ "kind": "scope", "scope": "everything" });
    register.decide(&draft(
        "DCN-1",
        "ORD-1",
        "suspend",
        &everything,
        &[],
        &today,
    ));
    assert_eq!(register.standing(&[]), "suspended");
    let refused = register.reserve("key-2");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for says in [
        "is stopped by order ORD-1",
        "est arrêtée par l’ordre ORD-1",
        "EIPA:10(1)",
    ] {
        assert!(
            refused.out.contains(says),
            "`{says}` is not in {}",
            refused.out
        );
    }

    // What was asked before keeps its answer; what was known before stays known.
    assert_eq!(register.reserve("key-1").code, Some(0));
    assert_eq!(register.standing(&["--known-at", &before]), "in-force");
    let early = register.refused(&["standing", "P-1", "--as-of", "2026-01-01"]);
    assert!(early.contains("was not issued then"), "{early}");

    // Reinstated by number, it may leave again, and the balance is what the ledger gives.
    let named = json!({ "kind": "named", "permits": ["P-1", "P-2"], "lines": [] });
    register.decide(&draft(
        "DCN-2",
        "ORD-2",
        "reinstate",
        &named,
        &["ORD-1"],
        &today,
    ));
    assert_eq!(register.standing(&[]), "in-force");
    let last = register.reserve("key-3");
    assert_eq!(last.code, Some(0), "{last:?}");
    assert!(last.out.contains("left 3"), "{}", last.out);

    let verified = register.ran(&["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn the_nearest_things_that_must_be_refused_are_refused() {
    let register = Register::begun();
    for (quantity, value, says) in [
        ("6", "1000", "left 5"),
        ("1", "7000", "left 5"),
        ("0", "0", "the quantity is zero"),
    ] {
        register.keep("ask.json", &declaration(quantity, value));
        let refused = register.reserve(&format!("key-{quantity}-{value}"));
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.out.contains(says), "{}", refused.out);
    }
    let mut elsewhere = declaration("1", "1000");
    elsewhere["lines"][0]["final_destination"] = "HM".into();
    register.keep("ask.json", &elsewhere);
    let refused = register.reserve("key-elsewhere");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.out.contains("is not on the permit"),
        "{}",
        refused.out
    );

    // Nobody acts beyond a role, and mistakes are told apart from refusals.
    register.keep("ask.json", &declaration("1", "1000"));
    let other = [
        "--officer",
        "OFF-LICENSING-1",
        "gate",
        "reserve",
        "ask.json",
        "--key",
        "k",
    ];
    assert!(register.refused(&other).contains("may not gate.reserve"));
    for (field, value) in [
        ("permit", json!("not an id")),
        ("lines", json!([{ "line": 1 }])),
        ("lodged", json!(7)),
    ] {
        let mut wrong = declaration("1", "1000");
        wrong[field] = value;
        register.keep("ask.json", &wrong);
        let ran = register.reserve("key-wrong");
        assert_eq!(ran.code, Some(2), "{field}: {ran:?}");
        assert!(ran.err.contains("line 1 column"), "{field}: {}", ran.err);
    }
    for amount in [
        "-1",
        "1e3",
        "NaN",
        "99999999999999999999999999999999999999999",
        "",
    ] {
        register.keep("ask.json", &declaration(amount, "1000"));
        let ran = register.reserve("key-amount");
        assert_eq!(ran.code, Some(2), "{amount}: {ran:?}");
    }
    assert_eq!(register.reserve("key-last").code, Some(2));
}

/// The last position of the log.
fn position(register: &Register) -> String {
    let shown = register.done(&["--json", "standing", "P-1"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    shown["lens"]["known_at"].to_string()
}

/// The register's own day.
fn today(register: &Register) -> String {
    let shown = register.done(&["--json", "standing", "P-1"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    shown["lens"]["as_of"].as_str().unwrap().to_owned()
}
