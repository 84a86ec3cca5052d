//! The consolidations of Justice Canada, in every edition at hand.

use std::path::Path;

use crate::*;

const FOLDER: &str = "data/licensing/ca-law";
/// Dated consolidations, the day of last amendment of each, its entries, and whether French is
/// there too.
const ECL: [(&str, &str, usize, bool); 6] = [
    ("history-{}-89-202.2021-02-26", "2020-07-01", 187, false),
    ("history-{}-89-202.2021-04-19", "2021-04-01", 187, true),
    ("history-{}-89-202.2021-08-10", "2021-07-23", 210, true),
    ("history-{}-89-202.2025-04-17", "2024-07-19", 251, true),
    ("history-{}-89-202.2025-05-15", "2025-04-25", 284, true),
    ("{}-89-202", "2025-04-25", 284, true),
];
/// The items of the Guide that section 2 names, and the two levels between.
const NAMED: usize = 13;

fn load(folder: &Path, stem: &str, language: Language) -> Vec<u8> {
    let (series, end) = match language {
        Language::En => ("SOR", "en"),
        Language::Fr => ("DORS", "fr"),
    };
    let name = format!("{}.{end}.xml", stem.replace("{}", series));
    std::fs::read(folder.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads what is there of a consolidation, in the languages asked for.
fn import(folder: &Path, stem: &str, languages: &[Language]) -> ControlListImport {
    let side = |language| {
        if languages.contains(&language) {
            load(folder, stem, language)
        } else {
            Vec::new()
        }
    };
    let (en, fr) = (side(Language::En), side(Language::Fr));
    let file = |bytes, name| SourceFile { bytes, name };
    let source = ControlListSource {
        en: (!en.is_empty()).then(|| file(&en, "en.xml")),
        fr: (!fr.is_empty()).then(|| file(&fr, "fr.xml")),
    };
    read_control_list(&source).unwrap_or_else(|mistake| panic!("{stem}: {mistake}"))
}

fn languages(has_french: bool) -> &'static [Language] {
    if has_french {
        &[Language::En, Language::Fr]
    } else {
        &[Language::En]
    }
}

/// The rule that an entry goes by: its own, or that of the nearest entry above it that has one.
fn rule(list: &ControlList, code: &str) -> DestinationRule {
    let found = entry(list, code);
    match (&found.destinations, &found.parent) {
        (Some(rule), _) => rule.clone(),
        (None, Some(parent)) => rule(list, parent),
        (None, None) => panic!("no rule for {code}"),
    }
}

fn check_list(import: &ControlListImport, edition: &str) {
    use DestinationRule::{All, AllExcept, AsTheItemSays, Only};
    let list = &import.list;
    assert_eq!(
        (list.list.as_str(), list.edition.as_str()),
        ("ECL", edition)
    );
    let groups = list.entries.iter().filter(|entry| entry.parent.is_none());
    let groups: Vec<&str> = groups.map(|entry| entry.code.as_str()).collect();
    assert_eq!(
        groups,
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        "{edition}"
    );
    for entry in &list.entries {
        let is_group_8 = ["8", "8000"].contains(&entry.code.as_str());
        assert!(!is_group_8 || entry.is_repealed, "{edition} {}", entry.code);
    }
    for (code, child) in [("5504", "5504.2"), ("5504.2", "5504.2.i"), ("9-4", "9-4.b")] {
        assert_eq!(
            entry(list, child).parent.as_deref(),
            Some(code),
            "{edition}"
        );
    }
    for (code, expected) in [
        ("1", AllExcept(us())),
        ("2", AllExcept(us())),
        ("2.a", AllExcept(us())),
        ("2-1", All),
        ("2-2", AllExcept(us())),
        ("2-2.a", All),
        ("2-4.a", All),
        ("3", All),
        ("4", All),
        ("5200", All),
        ("5201", Only(us())),
        ("5203.b", Only(us())),
        ("5205", AsTheItemSays),
        ("5400", AllExcept(us())),
        ("5501", All),
        ("5504.2.g.ii", AllExcept(us())),
        ("5504.2.h.ii", All),
        ("5504.2.i", AllExcept(us())),
        ("5505.1.a", AsTheItemSays),
        ("5505.2", All),
        ("6", AllExcept(us())),
        ("6-2", All),
        ("7-2", AsTheItemSays),
        ("7-13", All),
        ("9-4.b.ii", All),
    ] {
        assert_eq!(rule(list, code), expected, "{edition} {code}");
    }
}

#[test]
fn every_pair_of_languages_aligns_entry_by_entry() {
    let Some(folder) = walks::shared("every_pair_of_languages_aligns_entry_by_entry", FOLDER)
    else {
        return;
    };
    for (stem, edition, count, has_french) in ECL {
        let import = import(&folder, stem, languages(has_french));
        check_list(&import, edition);
        let tally = import.tally;
        let french = if has_french { count } else { 0 };
        assert_eq!(
            (tally.english, tally.french, tally.aligned),
            (count, french, french),
            "{stem}"
        );
        assert_eq!(tally.from_section, NAMED, "{stem}");
        let is_whole = |entry: &ControlEntry| entry.text.is_complete() || !has_french;
        assert!(import.list.entries.iter().all(is_whole), "{stem}");
        let unexpected = import.notes.iter().find(|note| is_doubt(&note.remark));
        assert!(unexpected.is_none(), "{stem}: {unexpected:?}");
    }
}

/// Remarks that no consolidation at hand gives rise to.
fn is_doubt(remark: &Remark) -> bool {
    matches!(
        remark,
        Remark::OneLanguageOnly(_)
            | Remark::RepealedInOneLanguage(_)
            | Remark::LabelTwice
            | Remark::LabelNotUnderstood
            | Remark::WordsOnly
            | Remark::PassedOver
            | Remark::DestinationsInOneLanguage(_)
            | Remark::DestinationsDiffer
            | Remark::DestinationsNotUnderstood(_)
            | Remark::SectionDiffers
    )
}

#[test]
fn every_single_file_reads_alike_alone() {
    let Some(folder) = walks::shared("every_single_file_reads_alike_alone", FOLDER) else {
        return;
    };
    for (stem, edition, count, has_french) in ECL {
        let both = import(&folder, stem, languages(has_french)).list;
        for language in languages(has_french) {
            let alone = import(&folder, stem, &[*language]);
            check_list(&alone, edition);
            let tally = alone.tally;
            assert_eq!(
                (tally.english + tally.french, tally.aligned),
                (count, 0),
                "{stem}"
            );
            let differs = alone.list.entries.iter().find(|one| {
                let other = entry(&both, &one.code);
                one.text.get(*language) != other.text.get(*language)
                    || one.destinations != other.destinations
            });
            assert_eq!(differs, None, "{stem}");
        }
    }
}

#[test]
fn the_french_paragraphs_nested_elsewhere_are_the_known_six() {
    let test = "the_french_paragraphs_nested_elsewhere_are_the_known_six";
    let Some(folder) = walks::shared(test, FOLDER) else {
        return;
    };
    for (stem, _, _, has_french) in ECL {
        let import = import(&folder, stem, languages(has_french));
        let nested = import.notes.iter().filter(|note| {
            note.remark == Remark::NestedElsewhere("5504".to_owned()) && note.place.file == "fr.xml"
        });
        let nested: Vec<&str> = nested.map(|note| note.about.as_str()).collect();
        let known = ["d", "e", "f", "g", "h", "i"].map(|letter| format!("5504.2.{letter}"));
        let expected = if has_french {
            known.to_vec()
        } else {
            Vec::new()
        };
        assert_eq!(nested, expected, "{stem}");
    }
}

#[test]
fn the_changes_from_edition_to_edition_make_sense() {
    let test = "the_changes_from_edition_to_edition_make_sense";
    let Some(folder) = walks::shared(test, FOLDER) else {
        return;
    };
    let read = |(stem, _, _, has_french): (&str, &str, usize, bool)| {
        import(&folder, stem, languages(has_french)).list
    };
    let editions = ECL.map(read);
    let changes: Vec<Vec<Change>> = editions
        .windows(2)
        .map(|pair| compare(&pair[0], &pair[1]))
        .collect();
    let codes = |step: usize, is: fn(&ChangeKind) -> bool| -> Vec<&str> {
        let found = changes[step].iter().filter(|change| is(&change.kind));
        found.map(|change| change.code.as_str()).collect()
    };
    let is_reworded = |kind: &ChangeKind| matches!(kind, ChangeKind::Reworded(_));
    let is_added = |kind: &ChangeKind| *kind == ChangeKind::Added;
    let is_removed = |kind: &ChangeKind| *kind == ChangeKind::Removed;
    // The trade continuity agreement with the United Kingdom.
    assert_eq!(codes(0, is_reworded), ["5210", "5210.a", "5210.c"]);
    assert_eq!(changes[0].len(), 3);
    // Group 3 is spelled out in items, firearms are named in Group 2.
    assert_eq!(codes(1, is_removed), ["3.a", "3.b"]);
    assert!(codes(1, is_added).contains(&"2.c") && codes(1, is_added).contains(&"3-01"));
    assert_eq!(
        codes(1, is_reworded),
        ["2.a", "2.b", "3", "4.b", "6", "7.a", "7.b"]
    );
    // Item 5506 comes, and then grows.
    assert_eq!(codes(2, is_reworded), ["5504.1"]);
    assert!(
        codes(2, is_added)
            .iter()
            .all(|code| code.starts_with("5506"))
    );
    assert_eq!((codes(2, is_added).len(), changes[2].len()), (41, 42));
    assert!(
        changes[3]
            .iter()
            .all(|change| change.code.starts_with("5506."))
    );
    assert_eq!(
        (codes(3, is_added).len(), codes(3, is_reworded).len()),
        (33, 8)
    );
    assert!(codes(3, is_added).contains(&"5506.2.e.iii.B"));
    // The same edition, consolidated again.
    assert_eq!(changes[4], []);
}

#[test]
fn the_brokering_list_is_read_from_its_section() {
    let test = "the_brokering_list_is_read_from_its_section";
    let Some(folder) = walks::shared(test, FOLDER) else {
        return;
    };
    let import = import(&folder, "{}-2019-220", languages(true));
    let list = &import.list;
    assert_eq!(
        (list.list.as_str(), list.edition.as_str()),
        ("BCL", "2019-09-01")
    );
    assert_eq!((list.entries.len(), import.tally.aligned), (12, 12));
    assert_eq!(entry(list, "1.b.ii.A").parent.as_deref(), Some("1.b.ii"));
    assert!(list.entries.iter().all(|entry| entry.text.is_complete()));
}

#[test]
fn the_lists_of_countries_are_read_and_their_names_meet() {
    let test = "the_lists_of_countries_are_read_and_their_names_meet";
    let (Some(folder), Some(table)) = (
        walks::shared(test, FOLDER),
        walks::shared(test, "data/licensing/countries"),
    ) else {
        return;
    };
    let known = names(&table.join("country-codes.csv"));
    let country_of = |name: &str| {
        let code = known.get(&name.to_lowercase().replace('’', "'"))?;
        Country::new(code).ok()
    };
    for (stem, key, edition, count) in [
        ("{}-81-543", "ACL", "2017-06-20", 1),
        ("{}-91-575", "AFCCL", "2025-02-26", 48),
    ] {
        let (en, fr) = (
            load(&folder, stem, Language::En),
            load(&folder, stem, Language::Fr),
        );
        let source = ControlListSource::pair(
            SourceFile {
                bytes: &en,
                name: "en.xml",
            },
            SourceFile {
                bytes: &fr,
                name: "fr.xml",
            },
        );
        let import = read_country_list(&source, &country_of).unwrap();
        assert_eq!(
            (import.key.as_str(), import.edition.as_str()),
            (key, edition)
        );
        assert_eq!(import.countries.len(), count, "{key}: {:?}", import.notes);
        assert_eq!(import.notes, []);
        assert!(
            import
                .countries
                .iter()
                .all(|listed| listed.name.is_complete())
        );
        assert!(read_control_list(&source).is_err());
    }
}

/// Names of countries in both languages, from a public table and the lists' own usage.
fn names(table: &Path) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(table).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let code = column("ISO3166-1-Alpha-2");
    let columns = [
        "official_name_en",
        "official_name_fr",
        "UNTERM English Short",
        "CLDR display name",
        "UNTERM French Short",
    ];
    let columns = columns.map(column);
    let usage = [
        ("turkey", "TR"),
        ("turquie", "TR"),
        ("united kingdom", "GB"),
        ("royaume-uni", "GB"),
        ("united states", "US"),
        ("états-unis", "US"),
        ("pays-bas", "NL"),
    ];
    let mut names: BTreeMap<String, String> = usage
        .map(|(name, code)| (name.to_owned(), code.to_owned()))
        .into();
    for record in reader.records().map(Result::unwrap) {
        for column in columns {
            let name = record[column].to_lowercase().replace('’', "'");
            names.insert(name, record[code].to_owned());
        }
    }
    names
}

#[test]
fn other_regulations_are_refused_in_plain_words() {
    let test = "other_regulations_are_refused_in_plain_words";
    let Some(folder) = walks::shared(test, FOLDER) else {
        return;
    };
    for (stem, expected) in [
        (
            "{}-97-107",
            "`en.xml` has no entries and is no control list, expected a schedule with headings as in `GROUP 1`",
        ),
        (
            "{}-97-204",
            "`en.xml` has no entries and is no control list, expected a schedule with headings as in `GROUP 1`",
        ),
        (
            "E-19-EIPA",
            "found `Statute`, expected a `Regulation` of Justice Canada",
        ),
    ] {
        let bytes = load(&folder, stem, Language::En);
        let file = SourceFile {
            bytes: &bytes,
            name: "en.xml",
        };
        let mistake = read_control_list(&ControlListSource {
            en: Some(file),
            fr: None,
        });
        let mistake = mistake.unwrap_err().to_string();
        assert!(mistake.ends_with(expected), "{mistake}");
    }
}
