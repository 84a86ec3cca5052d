//! The stored form of every kind, compared with its file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::event::{Event, LINE_FACTS};
use serde_json::Value;

use super::{
    application, case, catalogue, evidence, integration, measure, monitoring, passage, permit,
    shipment,
};

/// One example of each kind, by kind.
fn examples() -> BTreeMap<&'static str, Event> {
    let all = [
        permit::examples(),
        application::examples(),
        measure::examples(),
        evidence::examples(),
        monitoring::examples(),
        case::examples(),
        shipment::examples(),
        integration::examples(),
        catalogue::examples(),
        passage::examples(),
    ];
    let mut by_kind = BTreeMap::new();
    for event in all.into_iter().flatten() {
        let before = by_kind.insert(event.kind(), event);
        assert!(before.is_none(), "two examples of {before:?}");
    }
    by_kind
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/events")
}

fn stored(event: &Event) -> Value {
    serde_json::to_value(event).unwrap()
}

/// The files by the kind that they are named for.
fn files() -> BTreeMap<String, PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("the folder of golden files");
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            assert_eq!(path.extension().unwrap(), "json", "{}", path.display());
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), path)
        })
        .collect()
}

/// Looks at every value of a stored form.
fn each_value(value: &Value, see: &mut dyn FnMut(&Value)) {
    see(value);
    match value {
        Value::Array(held) => held.iter().for_each(|value| each_value(value, see)),
        Value::Object(held) => held.values().for_each(|value| each_value(value, see)),
        _ => {}
    }
}

#[test]
fn each_kind_of_event_has_an_example() {
    let kinds: BTreeSet<_> = Event::KINDS.iter().copied().collect();
    let examples: BTreeSet<_> = examples().into_keys().collect();
    assert_eq!(examples, kinds);
}

#[test]
fn every_kind_touches_a_view_save_a_refused_release() {
    for (kind, event) in examples() {
        let touches = !domain::view::touched(&event).is_empty();
        assert_eq!(touches, kind != "ReleaseRefused", "{kind}");
        assert!(!event.tags().is_empty(), "{kind} is found under nothing");
    }
}

#[test]
fn each_stored_form_is_the_one_in_its_golden_file() {
    if is_blessing() {
        bless();
    }
    let files = files();
    for (kind, event) in examples() {
        let path = files
            .get(kind)
            .unwrap_or_else(|| panic!("{kind} has no golden file"));
        let text = std::fs::read_to_string(path).unwrap();
        let golden: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(stored(&event), golden, "the stored form of {kind} differs");
        let read: Event = serde_json::from_str(&text).unwrap();
        assert_eq!(read, event, "{kind} as stored is read as another event");
    }
}

#[test]
fn each_golden_file_has_a_kind() {
    if is_blessing() {
        return; // the other test is writing the files
    }
    let orphans: Vec<_> = files()
        .into_keys()
        .filter(|kind| !Event::KINDS.contains(&kind.as_str()))
        .collect();
    assert!(orphans.is_empty(), "no such kind: {orphans:?}");
}

fn is_blessing() -> bool {
    std::env::var_os("PORTCULLIS_BLESS").is_some()
}

/// Writes every file anew, and removes those of kinds that are no more.
fn bless() {
    std::fs::create_dir_all(folder()).unwrap();
    for (kind, event) in examples() {
        let text = serde_json::to_string_pretty(&stored(&event)).unwrap();
        std::fs::write(folder().join(format!("{kind}.json")), text + "\n").unwrap();
    }
    for (kind, path) in files() {
        if !Event::KINDS.contains(&kind.as_str()) {
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_stored_form_holds_no_float_and_nothing_left_out_or_null() {
    for (kind, event) in examples() {
        each_value(&stored(&event), &mut |value| {
            let is_float = value.as_number().is_some_and(serde_json::Number::is_f64);
            assert!(!is_float, "{kind} holds a float: {value}");
            assert!(!value.is_null(), "{kind} holds a null");
            let is_empty = match value {
                Value::Array(held) => held.is_empty(),
                Value::Object(held) => held.is_empty(),
                _ => false,
            };
            assert!(!is_empty, "the example of {kind} leaves something empty");
        });
    }
}

/// Checked against the payload itself, so that a new field that names a permit is not forgotten.
#[test]
fn every_event_about_a_permit_is_tagged_with_it() {
    // These name permits in a plan or in a scope; what then happens to the permits comes in events
    // of their own.
    let speak_of_permits = ["DecisionProposed", "MeasureSigned"];
    let mut about_permits = 0;
    for (kind, event) in examples() {
        if speak_of_permits.contains(&kind) {
            continue;
        }
        let tags = event.tags();
        let named = permits_named(&stored(&event));
        about_permits += usize::from(!named.is_empty());
        for permit in named {
            let tag = format!("permit:{permit}");
            assert!(tags.contains(&tag), "{kind} is not tagged {tag}: {tags:?}");
        }
    }
    assert!(
        about_permits > 15,
        "only {about_permits} kinds are about permits"
    );
}

/// Every permit under a key that names one or several.
fn permits_named(form: &Value) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    each_value(form, &mut |value| {
        let Value::Object(held) = value else { return };
        let one = held.get("permit").and_then(Value::as_str);
        let several = held.get("permits").and_then(Value::as_array);
        let members = held.get("members").and_then(Value::as_object);
        named.extend(one.map(str::to_owned));
        let several = several.into_iter().flatten().filter_map(Value::as_str);
        named.extend(several.map(str::to_owned));
        named.extend(members.into_iter().flat_map(|held| held.keys().cloned()));
    });
    named
}

#[test]
fn tags_are_noun_and_id_and_each_stands_once() {
    for (kind, event) in examples() {
        let tags = event.tags();
        assert!(!tags.is_empty(), "{kind} is found under nothing");
        let once: BTreeSet<_> = tags.iter().collect();
        assert_eq!(once.len(), tags.len(), "{kind} is tagged twice: {tags:?}");
        let whole = ["authority", "regime", "measures", "orders", LINE_FACTS];
        for tag in &tags {
            let is_pair = tag
                .split_once(':')
                .is_some_and(|(noun, id)| !noun.is_empty() && !id.is_empty());
            assert!(is_pair || whole.contains(&tag.as_str()), "{kind}: {tag}");
        }
        let moves = tags.iter().any(|tag| tag == LINE_FACTS);
        assert_eq!(moves, event.changes_line_facts(), "{kind}");
    }
}
