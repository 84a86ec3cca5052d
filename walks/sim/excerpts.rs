//! An excerpt that was published: the binary proves it without a register, and proves nothing else.

use std::path::Path;

use domain::time::Position;
use register::{CheckpointKey, Stamp};
use serde_json::{Map, Value, json};
use walks::program::{BOUNDS, run};

use crate::clock::{Jumpy, morning};
use crate::place::Engine;
use crate::races;
use crate::town::{self, Size};

/// Every way in which one part of a text can be altered.
fn altered_text(text: &str) -> Vec<String> {
    let places: Vec<usize> = text
        .char_indices()
        .filter(|(_, sign)| sign.is_ascii_alphanumeric())
        .map(|(at, _)| at)
        .collect();
    let mut altered: Vec<String> = [places.len() / 2, places.len().saturating_sub(1)]
        .iter()
        .filter_map(|place| places.get(*place))
        .map(|at| {
            let other = match &text[*at..=*at] {
                "9" => "0".to_owned(),
                "z" => "a".to_owned(),
                "Z" => "A".to_owned(),
                sign => char::from(sign.as_bytes()[0] + 1).to_string(),
            };
            format!("{}{other}{}", &text[..*at], &text[*at + 1..])
        })
        .collect();
    if races::is_full() {
        altered.extend([format!("{text}x"), String::new(), format!(" {text}")]);
    }
    altered.retain(|other| other != text);
    altered
}

/// Every excerpt that differs in one field: altered, taken away, added, swapped.
fn altered(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!("2027-03-01"), json!(1)],
        Value::Bool(said) => vec![json!(!said)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            vec![json!(number + 1), json!(number - 1)]
        }
        Value::String(text) => altered_text(text).into_iter().map(Value::from).collect(),
        Value::Array(parts) => {
            let mut all = Vec::new();
            for (at, part) in parts.iter().enumerate() {
                let mut without = parts.clone();
                without.remove(at);
                all.push(Value::Array(without));
                let others = altered(part).into_iter();
                all.extend(others.map(|other| {
                    let mut with = parts.clone();
                    with[at] = other;
                    Value::Array(with)
                }));
            }
            all.push(Value::Array(parts.iter().rev().cloned().collect()));
            all.push(Value::Array(
                parts.iter().chain(parts.last()).cloned().collect(),
            ));
            all.retain(|other| other != value);
            all
        }
        Value::Object(fields) => altered_fields(fields),
    }
}

fn altered_fields(fields: &Map<String, Value>) -> Vec<Value> {
    let mut all = Vec::new();
    for (name, field) in fields {
        let mut without = fields.clone();
        without.remove(name);
        all.push(Value::Object(without.clone()));
        // The name of a withheld field only says where its commitment stands among the others: it
        // is no part of what is proven, and nothing of the field is shown.
        if field.get("commitment").is_none() {
            let mut renamed = without;
            renamed.insert(format!("{name}x"), field.clone());
            all.push(Value::Object(renamed));
        }
        all.extend(altered(field).into_iter().map(|other| {
            let mut with = fields.clone();
            with.insert(name.clone(), other);
            Value::Object(with)
        }));
    }
    all
}

fn verify(folder: &Path, excerpt: &Value, key: &str) -> Option<i32> {
    std::fs::write(folder.join("excerpt.json"), excerpt.to_string()).unwrap();
    let words = ["verify", "excerpt.json", "--signed-by", key];
    run(folder, BOUNDS, &words).unwrap().code
}

#[test]
fn a_published_excerpt_proves_and_no_altered_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let desk = town::desk(Engine::Sqlite.place(folder).open(), Jumpy::new(1, 0));
    let size = Size {
        permits: 3,
        granted: 9,
    };
    town::found(&desk, size);
    let key = CheckpointKey::new("register.example/sim", &[7; 32]).unwrap();
    let stamp = Stamp {
        now: morning(),
        seed: [9; 32],
    };
    let mut writing = desk.store().write(stamp).unwrap();
    let signed = writing.sign_checkpoint(&key).unwrap();
    writing.commit().unwrap();
    let at = Position(signed.checkpoint().size - 1);
    // Some fields are shown, others withheld.
    let shown = |pointer: &str| pointer.len().is_multiple_of(2);
    let excerpt = desk
        .reading()
        .unwrap()
        .excerpt(at, &signed, &shown)
        .unwrap();
    let excerpt = serde_json::to_value(&excerpt).unwrap();
    let (signer, other) = (key.verifier().to_string(), "register.example/sim");
    assert_eq!(verify(folder, &excerpt, &signer), Some(0));
    let stranger = CheckpointKey::new(other, &[8; 32]).unwrap().verifier();
    assert_eq!(verify(folder, &excerpt, &stranger.to_string()), Some(1));
    let all = altered(&excerpt);
    assert!(all.len() > 60, "only {} ways to alter it", all.len());
    for altered in &all {
        let code = verify(folder, altered, &signer);
        assert!(matches!(code, Some(1 | 2)), "{code:?}: {altered:#}");
    }
    println!("{} altered excerpts, none proven", all.len());
}
