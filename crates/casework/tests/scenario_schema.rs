//! The schema and the description of the scenario format name what the reader reads.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

type Keys = BTreeMap<&'static str, BTreeSet<String>>;

/// Each struct of the format, and its name in the schema.
const STRUCTS: [(&str, &str); 23] = [
    ("Scenario", ""),
    ("AuthoritySpec", "authority"),
    ("ListSpec", "list"),
    ("EntrySpec", "entry"),
    ("PartySpec", "party"),
    ("PermitSpec", "permit"),
    ("ApplicationSpec", "application"),
    ("LineSpec", "line"),
    ("ScopeSpec", "scope"),
    ("EventSpec", "event"),
    ("LinkSpec", "link"),
    ("ExpectSpec", "expect"),
    ("ExpectedLink", "expected_link"),
    ("ConditionsSpec", "conditions"),
    ("UndertakingsSpec", "undertakings"),
    ("AnsweredSpec", "answered"),
    ("LedgerSpec", "ledger"),
    ("DeclaredLineSpec", "declared_line"),
    ("QuestionSpec", "question"),
    ("CatalogueSpec", "catalogue"),
    ("ItemSpec", "catalogue_item"),
    ("PlatformSpec", "catalogue_platform"),
    ("PartSpec", "catalogue_part"),
];

fn file(path: &str) -> String {
    std::fs::read_to_string(walks::workspace().join(path)).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(&file("docs/scenario.schema.json")).unwrap()
}

/// The keys that the reader takes, struct by struct.
fn read_keys() -> Keys {
    let rooms = [
        "scenario.rs",
        "scenario/catalogue.rs",
        "scenario/event.rs",
        "scenario/line.rs",
        "scenario/scope.rs",
    ];
    let source = rooms
        .map(|room| file(&format!("crates/intake/src/{room}")))
        .concat();
    let fields = |name: &str| {
        let opening = format!("pub struct {name} {{\n");
        let (_, body) = source.split_once(&opening).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let names = body.lines().filter_map(|line| {
            let (name, _) = line.trim().strip_prefix("pub ")?.split_once(':')?;
            Some(name.to_owned())
        });
        // Where a part stands is no key: the reader adds it.
        let names: BTreeSet<String> = names.filter(|name| name != "at").collect();
        names
    };
    let declared = fields("DeclaredSpec");
    let with_declared = |name| {
        let mut names = fields(name);
        // The keys of declared goods stand among those of an event and of an answer.
        if names.remove("declared") {
            names.extend(declared.iter().cloned());
        }
        names
    };
    STRUCTS.map(|(name, key)| (key, with_declared(name))).into()
}

fn object<'s>(schema: &'s Value, key: &str) -> &'s Value {
    if key.is_empty() {
        schema
    } else {
        &schema["$defs"][key]
    }
}

#[test]
fn the_schema_has_the_keys_that_the_reader_takes_and_no_others() {
    let schema = schema();
    for (key, read) in read_keys() {
        let held = object(&schema, key);
        let written = held["properties"].as_object().unwrap();
        let written: BTreeSet<String> = written.keys().cloned().collect();
        assert!(!read.is_empty());
        assert_eq!(written, read, "`{key}`");
        assert_eq!(held["additionalProperties"], Value::Bool(false), "`{key}`");
    }
}

#[test]
fn the_description_names_every_key() {
    let text = file("docs/scenario-format.md");
    let words: BTreeSet<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .collect();
    for (key, read) in read_keys() {
        let unnamed: Vec<_> = read
            .iter()
            .filter(|k| !words.contains(k.as_str()))
            .collect();
        assert!(unnamed.is_empty(), "of `{key}`: {unnamed:?}");
    }
}

/// What a description sets as code: its blocks in order, and its spans with how often each stands.
fn code_of(text: &str) -> (Vec<&str>, BTreeMap<&str, usize>) {
    let mut blocks = Vec::new();
    let mut spans = BTreeMap::new();
    for (n, part) in text.split("```").enumerate() {
        if n % 2 == 1 {
            blocks.push(part);
            continue;
        }
        for span in part.split('`').skip(1).step_by(2) {
            *spans.entry(span).or_insert(0) += 1;
        }
    }
    (blocks, spans)
}

#[test]
fn both_descriptions_of_the_format_document_the_same_keys_words_and_examples() {
    let (english, french) = (
        file("docs/scenario-format.md"),
        file("docs/scenario-format.fr.md"),
    );
    let headings = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(code_of(&english), code_of(&french));
    assert_eq!(headings(&english), headings(&french));
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(rows(&english), rows(&french));
    assert!(code_of(&english).1.len() > 150);
}

#[test]
fn the_description_names_every_kind_of_event() {
    let text = file("docs/scenario-format.md");
    let schema = schema();
    let kinds = &schema["$defs"]["event"]["properties"]["kind"]["enum"];
    let kinds = kinds.as_array().unwrap();
    assert_eq!(kinds.len(), 41);
    for kind in kinds {
        let kind = kind.as_str().unwrap();
        assert!(text.contains(&format!("`{kind}`")), "{kind}");
    }
}
