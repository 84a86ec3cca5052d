//! The frozen leaf format: fixed input, fixed bytes. The expected values were computed by another
//! implementation, written from the text of `register::leaf` alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use domain::time::{Day, Instant, Position};
use register::hash::Hash;
use register::leaf::{
    Fields, FlattenMistake, Heading, Salts, commitment, commitments, event_seed, salt,
};
use serde_json::{Value, json};

fn payload() -> Value {
    json!({
        "permit": "P-001",
        "a/b~c": -5,
        "largest": u64::MAX,
        "lines": [
            { "item": "caméra \"EO\"\\\u{8}\t\n\u{c}\r\u{1}\u{1f}\u{7f}", "ok": true },
            { "no": false, "none": null }
        ],
        "empty": {}, "list": [], "a": { "b": 0 }, "a-b": "x"
    })
}

fn fields(payload: &Value) -> Fields {
    Fields::of(payload, "OFF-7", Some("GRD-2")).unwrap()
}

fn heading<'a>(tags: &'a [String]) -> Heading<'a> {
    Heading {
        position: Position(4711),
        kind: "PermitIssued",
        form: 2,
        recorded_at: Instant(1_800_000_000_123_456),
        effective_from: Some(Day::parse("2027-03-01").unwrap()),
        tags,
        previous: Hash([0xab; 32]),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn fields_are_flattened_in_the_order_of_their_pointers() {
    let fields = fields(&payload());
    let flat: Vec<(String, String)> = fields
        .iter()
        .map(|field| {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            (text(field.pointer), text(field.value))
        })
        .collect();
    let flat: Vec<(&str, &str)> = flat.iter().map(|(p, v)| (p.as_str(), v.as_str())).collect();
    let item = r#""caméra \"EO\"\\\b\t\n\f\r\u0001\u001f"#.to_owned() + "\u{7f}\"";
    assert_eq!(
        flat,
        [
            ("#actor", "\"OFF-7\""),
            ("#ground", "\"GRD-2\""),
            ("/a-b", "\"x\""),
            ("/a/b", "0"),
            ("/a~1b~0c", "-5"),
            ("/empty", "{}"),
            ("/largest", "18446744073709551615"),
            ("/lines/0/item", item.as_str()),
            ("/lines/0/ok", "true"),
            ("/lines/1/no", "false"),
            ("/lines/1/none", "null"),
            ("/list", "[]"),
            ("/permit", "\"P-001\""),
        ]
    );
}

#[test]
fn a_leaf_has_the_bytes_that_the_format_says() {
    let seed = event_seed(&[1; 32], Position(4711));
    assert_eq!(hex(&seed), SEED);
    assert_eq!(hex(&salt(&seed, b"/permit")), SALT);
    let payload = payload();
    let fields = fields(&payload);
    let commitments = commitments(&fields, &Salts::Seed(seed), &BTreeMap::new()).unwrap();
    assert_eq!(commitments.last().unwrap().to_string(), COMMITMENT);
    let tags = ["party:PTY-1".to_owned(), "permit:P-001".to_owned()];
    let leaf = heading(&tags);
    assert_eq!(hex(&leaf.leaf_bytes(&commitments)[..120]), LEAF_BYTES_BEGIN);
    assert_eq!(leaf.leaf_hash(&commitments).to_string(), LEAF);
    let bare = Heading {
        effective_from: None,
        tags: &[],
        ..leaf
    };
    assert_eq!(bare.leaf_hash(&commitments).to_string(), BARE_LEAF);
}

fn leaf_of(heading: Heading<'_>, payload: &Value, actor: &str, ground: Option<&str>) -> Hash {
    let seed = event_seed(&[1; 32], Position(4711));
    let fields = Fields::of(payload, actor, ground).unwrap();
    heading.leaf_hash(&commitments(&fields, &Salts::Seed(seed), &BTreeMap::new()).unwrap())
}

#[test]
fn any_change_of_an_event_is_another_leaf() {
    let tags = ["party:PTY-1".to_owned(), "permit:P-001".to_owned()];
    let joined = ["party:PTY-1permit:P-001".to_owned()];
    let base = heading(&tags);
    let headings = [
        base,
        Heading {
            position: Position(4712),
            ..base
        },
        Heading {
            kind: "PermitMoved",
            ..base
        },
        Heading { form: 3, ..base },
        Heading {
            recorded_at: Instant(1),
            ..base
        },
        Heading {
            effective_from: None,
            ..base
        },
        Heading {
            tags: &tags[..1],
            ..base
        },
        Heading {
            tags: &joined,
            ..base
        },
        Heading {
            previous: Hash::NONE,
            ..base
        },
    ];
    let leaves: BTreeSet<_> = headings
        .iter()
        .map(|heading| leaf_of(*heading, &payload(), "a", None))
        .collect();
    assert_eq!(leaves.len(), headings.len());
}

#[test]
fn any_change_of_a_field_is_another_leaf() {
    let (base, mut leaves) = (heading(&[]), Vec::new());
    for (actor, ground) in [
        ("a", None),
        ("b", None),
        ("a", Some("null")),
        ("a", Some("b")),
    ] {
        leaves.push(leaf_of(base, &payload(), actor, ground));
    }
    for (place, value) in [
        ("/a/b", json!(1)),
        ("/a/b", json!("0")),
        ("/empty", json!([])),
        ("/list", json!({})),
        ("/list", json!([null])),
        ("/lines/1/none", json!("null")),
        ("/lines/1/no", json!(true)),
    ] {
        let mut payload = payload();
        *payload.pointer_mut(place).unwrap() = value;
        leaves.push(leaf_of(base, &payload, "a", None));
    }
    let unique: BTreeSet<_> = leaves.iter().collect();
    assert_eq!(unique.len(), leaves.len());
}

#[test]
fn a_redacted_field_still_proves() {
    let seed = event_seed(&[1; 32], Position(4711));
    let (payload, tags) = (
        payload(),
        ["party:PTY-1".to_owned(), "permit:P-001".to_owned()],
    );
    let before = fields(&payload);
    let mut salts = BTreeMap::new();
    let mut redactions = BTreeMap::new();
    for field in before.iter() {
        let pointer = String::from_utf8(field.pointer.to_vec()).unwrap();
        let salt = salt(&seed, field.pointer);
        if pointer == "/lines/0/item" {
            redactions.insert(pointer, commitment(&salt, field));
        } else {
            salts.insert(pointer, salt);
        }
    }
    let mut redacted = payload.clone();
    redacted["lines"][0]["item"] = Value::Null;
    let after = fields(&redacted);
    let kept = commitments(&after, &Salts::Each(salts.clone()), &redactions).unwrap();
    assert_eq!(heading(&tags).leaf_hash(&kept).to_string(), LEAF);
    let unsalted = commitments(&after, &Salts::Each(salts), &BTreeMap::new());
    assert_eq!(unsalted.unwrap_err().pointer, "/lines/0/item");
}

#[test]
fn a_payload_that_is_not_exact_is_refused() {
    let of = |payload: Value| Fields::of(&payload, "a", None).unwrap_err();
    assert_eq!(of(json!("text")), FlattenMistake::NotAnObject);
    assert_eq!(
        of(json!({ "a": [1, 2.5] })),
        FlattenMistake::NotAnInteger("/a/1".into())
    );
    assert_eq!(
        of(json!({ "a": 1e3 })),
        FlattenMistake::NotAnInteger("/a".into())
    );
    assert_eq!(Fields::of(&json!({}), "a", None).unwrap().len(), 3);
}

const SEED: &str = "e1f2c008431464da651bc4022a2033c42afcb55402b74097454447a2a6c2ace0";
const SALT: &str = "432c90f4c6738f7c1bd3917536924bbc";
const COMMITMENT: &str = "6fc552ee9d54ffc5840dc97530f8d30d495e7098422afa0de95bb0001670107a";
const LEAF_BYTES_BEGIN: &str = concat!(
    "00000011706f727463756c6c69732d6c6561662d3100000000000012670000000c5065726d697449",
    "7373756564000200066517289a62400000000a323032372d30332d3031000000020000000b706172",
    "74793a5054592d310000000c7065726d69743a502d303031abababababababababababababababab",
);
const LEAF: &str = "c6634f23da136e740780386e958c4982cc67998c76ed0dfae6ee4efee327d63f";
const BARE_LEAF: &str = "82b94c7a62db67e3c0807b8dcc582abdac10933385839f34ac1c1ec1b8e16987";
