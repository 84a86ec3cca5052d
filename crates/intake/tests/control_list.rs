//! Control lists from small files in the shape of Justice Canada's, with invented content.

use std::collections::BTreeMap;

use domain::control_list::{ControlEntry, ControlList, DestinationRule};
use domain::country::Country;
use domain::language::Language;
use intake::control_list::{
    Change, ChangeKind, ControlListImport, ControlListMistake, ControlListSource, ListKind, Remark,
    SourceFile, compare, identify, read_control_list, read_country_list,
};
use proptest::prelude::*;

const EN: &str = include_str!("data/control-list/harbour.en.xml");
const FR: &str = include_str!("data/control-list/harbour.fr.xml");
const PORTS_EN: &str = include_str!("data/control-list/ports.en.xml");
const PORTS_FR: &str = include_str!("data/control-list/ports.fr.xml");

fn pair<'a>(en: &'a str, fr: &'a str) -> ControlListSource<'a> {
    ControlListSource::pair(
        SourceFile {
            bytes: en.as_bytes(),
            name: "harbour.en.xml",
        },
        SourceFile {
            bytes: fr.as_bytes(),
            name: "harbour.fr.xml",
        },
    )
}

fn read(en: &str, fr: &str) -> ControlListImport {
    read_control_list(&pair(en, fr)).unwrap()
}

fn entry<'a>(list: &'a ControlList, code: &str) -> &'a ControlEntry {
    list.entries
        .iter()
        .find(|entry| entry.code == code)
        .unwrap_or_else(|| panic!("no {code}"))
}

fn us() -> Vec<Country> {
    vec![Country::new("US").unwrap()]
}

/// Replaces a text that must be there once.
fn with(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    text.replace(old, new)
}

fn remarks(import: &ControlListImport, about: &str) -> Vec<Remark> {
    let about = import.notes.iter().filter(|note| note.about == about);
    about.map(|note| note.remark.clone()).collect()
}

#[test]
fn entries_form_a_tree_in_both_languages() {
    let import = read(EN, FR);
    let list = &import.list;
    assert_eq!(
        (list.list.as_str(), list.edition.as_str()),
        ("SOR-2031-7", "2031-03-01")
    );
    assert_eq!(list.law.as_str(), "SOR-2031-7:schedule");
    assert_eq!(
        list.title.fr,
        "Liste des marchandises portuaires contrôlées"
    );
    assert_eq!(
        (list.validity.from.to_string().as_str(), list.validity.until),
        ("2031-03-01", None)
    );
    let tree: Vec<(&str, Option<&str>)> = list
        .entries
        .iter()
        .map(|entry| (entry.code.as_str(), entry.parent.as_deref()))
        .collect();
    let expected = [
        ("1", None),
        ("1-12", Some("1")),
        ("2", None),
        ("2.a", Some("2")),
        ("2.a.i", Some("2.a")),
        ("2.a.ii", Some("2.a")),
        ("2-1", Some("2")),
        ("2-2", Some("2")),
        ("2-2.a", Some("2-2")),
        ("5", None),
        ("5000", Some("5")),
        ("5001", Some("5")),
        ("5002", Some("5")),
        ("5002.1", Some("5002")),
        ("5002.2", Some("5002")),
        ("5002.2.a", Some("5002.2")),
        ("5002.2.b", Some("5002.2")),
        ("5002.2.b.i", Some("5002.2.b")),
        ("5002.2.b.ii", Some("5002.2.b")),
        ("5002.2.i", Some("5002.2")),
        ("5003", Some("5")),
        ("5004", Some("5")),
        ("5005", Some("5")),
        ("5005.1", Some("5005")),
        ("5005.2", Some("5005")),
        ("5005.3", Some("5005")),
        ("5005.4", Some("5005")),
        ("8", None),
        ("8000", Some("8")),
        ("9", None),
        ("9-1", Some("9")),
        ("9-1.1", Some("9-1")),
    ];
    assert_eq!(tree, expected);
    assert!(list.entries.iter().all(|entry| entry.text.is_complete()));
    let tally = import.tally;
    assert_eq!(
        (
            tally.english,
            tally.french,
            tally.aligned,
            tally.from_section
        ),
        (28, 28, 28, 4)
    );
}

#[test]
fn texts_are_whole_and_readable() {
    let import = read(EN, FR);
    for (code, en, fr) in [
        (
            "1",
            "Lamps\nGoods, as described in Group 1 of the Guide.",
            "Lampes\nLes marchandises visées au groupe 1 du Guide.",
        ),
        (
            "2.a",
            "ropes, as defined in the Ropes Act, that are",
            "les cordages, au sens de la Loi sur les cordages, qui sont :",
        ),
        (
            "2.a.ii",
            "longer than 3 × 10² m (All destinations).",
            "soit plus longs que 3 × 10² m (toutes destinations).",
        ),
        (
            "5001",
            "Pulleys of all kinds. (All destinations)",
            "Les poulies de toutes sortes. (tous les pays)",
        ),
        ("5002", "Harbour Instruments", "Instruments portuaires"),
        (
            "5002.1",
            "In this item, buoy has its usual meaning. (bouée)",
            "Au présent article, bouée a son sens usuel. (buoy)",
        ),
        (
            "5002.2.b.ii",
            "a coating of Si_{0.70}Ge_{0.30}; (All destinations other than in the United States) and\nNOTE\n1 Depth is measured at low water.",
            "un revêtement de Si_{0,70}Ge_{0,30}; (Toutes les destinations sauf les États-Unis)\nNOTA :\n1 La profondeur est mesurée à marée basse.",
        ),
        ("9-1", "Barges", "Les chalands"),
        (
            "2-1",
            "Goods and technology set out in item 2-1 of the Guide",
            "Marchandises et technologies visées à l’article 2-1 du Guide",
        ),
    ] {
        let text = &entry(&import.list, code).text;
        assert_eq!((text.en.as_str(), text.fr.as_str()), (en, fr), "{code}");
    }
    assert_eq!(entry(&import.list, "5002.2.i").written, "(i)");
}

#[test]
fn destinations_come_from_the_section_and_from_the_items_it_leaves_them_to() {
    use DestinationRule::{All, AllExcept, AsTheItemSays, Only};
    let import = read(EN, FR);
    for (code, expected) in [
        ("1", Some(AllExcept(us()))),
        ("1-12", Some(AsTheItemSays)),
        ("2", Some(AllExcept(us()))),
        ("2.a.ii", None),
        ("2-1", Some(All)),
        ("2-2", None),
        ("2-2.a", Some(All)),
        ("5", Some(AsTheItemSays)),
        ("5000", None),
        ("5001", Some(All)),
        ("5002", None),
        ("5002.2.a", Some(AllExcept(us()))),
        ("5002.2.b", Some(AllExcept(us()))),
        ("5002.2.b.i", None),
        ("5002.2.i", Some(Only(us()))),
        ("5003", Some(AllExcept(us()))),
        ("5004", Some(AsTheItemSays)),
        ("5005.1", Some(AsTheItemSays)),
        ("5005.2", Some(All)),
        ("5005.3", None),
        ("8", None),
        ("9", Some(All)),
        ("9-1", None),
    ] {
        assert_eq!(entry(&import.list, code).destinations, expected, "{code}");
    }
    assert_eq!(remarks(&import, "5004"), [Remark::DestinationsDiffer]);
    assert_eq!(
        remarks(&import, "5002.2.b")[0],
        Remark::DestinationsAtTheEnd
    );
}

#[test]
fn what_is_repealed_and_since_when_an_entry_is_in_force_is_kept() {
    let import = read(EN, FR);
    let repealed = import.list.entries.iter().filter(|entry| entry.is_repealed);
    assert_eq!(
        repealed
            .map(|entry| entry.code.as_str())
            .collect::<Vec<_>>(),
        ["5000", "8", "8000"]
    );
    let day = |code| {
        entry(&import.list, code)
            .in_force_from
            .map(|day| day.to_string())
    };
    assert_eq!(day("2-1").as_deref(), Some("2031-04-01"));
    assert_eq!(day("5001").as_deref(), Some("2031-06-01"));
    assert_eq!(day("9-1.1"), None);
    let differs = Remark::InForceDiffers("2031-03-01, 2031-06-01".to_owned());
    assert_eq!(remarks(&import, "5001"), [differs]);
    let half = read(
        EN,
        &with(
            FR,
            "<Repealed>[Abrogé, DORS/2030-1, art. 1]</Repealed>",
            "Les seaux.",
        ),
    );
    assert!(!entry(&half.list, "5000").is_repealed);
    assert_eq!(
        remarks(&half, "5000"),
        [Remark::RepealedInOneLanguage(Language::En)]
    );
}

#[test]
fn an_entry_nested_elsewhere_is_read_by_label_and_indent_and_noted() {
    let import = read(EN, FR);
    for code in ["5002.2.b", "5002.2.i"] {
        let note = import.notes.iter().find(|note| {
            note.about == code && note.remark == Remark::NestedElsewhere("5002".to_owned())
        });
        let note = note.unwrap_or_else(|| panic!("{code}"));
        assert_eq!(note.place.file, "harbour.fr.xml");
        let label = format!("<Label>{})</Label>", code.rsplit('.').next().unwrap());
        let before = FR.rsplit_once(&label).unwrap().0;
        let expected = before.lines().count();
        assert_eq!(
            (note.place.line, note.place.column),
            (expected, 1),
            "{code}"
        );
    }
}

#[test]
fn a_note_speaks_both_languages() {
    for note in read(EN, FR).notes {
        let text = note.text();
        assert!(
            text.is_complete() && !text.en.contains('{') && !text.fr.contains('{'),
            "{text:?}"
        );
        assert_ne!(text.en, text.fr);
    }
}

#[test]
fn an_entry_of_one_language_is_never_given_the_words_of_another() {
    let gone = "<Provision format-ref=\"indent-1-1\"><Label>a)</Label><Text>les bouées; (Toutes destinations autres que les États-Unis)</Text></Provision>";
    let import = read(EN, &with(FR, gone, ""));
    let alone = entry(&import.list, "5002.2.a");
    assert_eq!(
        (alone.text.en.is_empty(), alone.text.fr.as_str()),
        (false, "")
    );
    assert_eq!(
        entry(&import.list, "5002.2.b").text.fr,
        entry(&read(EN, FR).list, "5002.2.b").text.fr
    );
    let note = import
        .notes
        .iter()
        .find(|note| note.about == "5002.2.a")
        .unwrap();
    assert_eq!(note.remark, Remark::OneLanguageOnly(Language::En));
    let (place, beside) = (&note.place, note.beside.as_ref().unwrap());
    assert_eq!(
        (place.file.as_str(), beside.file.as_str()),
        ("harbour.en.xml", "harbour.fr.xml")
    );
    let expected = FR
        .lines()
        .position(|line| line.contains("Les instruments suivants"))
        .unwrap();
    assert_eq!(beside.line, expected + 1);

    let more = FR.replace("<Label>i)</Label>", "<Label>c)</Label>");
    let import = read(EN, &more);
    assert_eq!(entry(&import.list, "5002.2.c").text.en, "");
    assert_eq!(entry(&import.list, "5002.2.i").text.fr, "");
    assert_eq!(import.tally.aligned, 27);
    let position = |code: &str| {
        import
            .list
            .entries
            .iter()
            .position(|entry| entry.code == code)
    };
    assert!(position("5002.2") < position("5002.2.c"));
}

#[test]
fn sections_that_differ_between_the_languages_leave_the_question_open() {
    let import = read(EN, &with(FR, "groupes 1 et 2", "groupes 1 et 4"));
    assert_eq!(remarks(&import, "2(a)"), [Remark::SectionDiffers]);
    assert_eq!(
        entry(&import.list, "2").destinations,
        Some(DestinationRule::AsTheItemSays)
    );
    let import = read(
        &with(EN, "other than the United States;", "other than Ruritania;"),
        FR,
    );
    assert_eq!(
        entry(&import.list, "1").destinations,
        Some(DestinationRule::AsTheItemSays)
    );
    let unnamed = with(
        EN,
        "set out in items 2-1 and 2-2.a. of",
        "set out in item 2-1 of",
    );
    let import = read(
        &unnamed,
        &with(
            FR,
            "à l’article 2-1 et à l’alinéa 2-2.a. du",
            "à l’article 2-1 du",
        ),
    );
    assert_eq!(
        entry(&import.list, "2-2.a").destinations,
        Some(DestinationRule::AsTheItemSays)
    );
}

#[test]
fn one_language_alone_is_read_and_a_note_says_so() {
    let file = SourceFile {
        bytes: FR.as_bytes(),
        name: "harbour.fr.xml",
    };
    let import = read_control_list(&ControlListSource {
        en: None,
        fr: Some(file),
    })
    .unwrap();
    assert_eq!(remarks(&import, ""), [Remark::LanguageAbsent(Language::En)]);
    assert_eq!(import.tally.french, 28);
    assert!(
        import
            .list
            .entries
            .iter()
            .all(|entry| entry.text.en.is_empty())
    );
    assert!(
        import
            .list
            .entries
            .iter()
            .all(|entry| !entry.text.fr.is_empty())
    );
    let nothing = ControlListSource { en: None, fr: None };
    assert_eq!(
        read_control_list(&nothing),
        Err(ControlListMistake::NothingGiven)
    );
}

#[test]
fn labels_that_stand_twice_or_are_none_are_kept_and_noted() {
    let twice = with(EN, "<Label>5003</Label>", "<Label>5001</Label>");
    let import = read(&twice, FR);
    assert_eq!(remarks(&import, "5001_2")[0], Remark::LabelTwice);
    assert_eq!(entry(&import.list, "5001_2").text.en, "Signal flags");
    let odd = with(EN, "<Label>(4)</Label>", "<Label>(§)</Label>");
    let import = read(&odd, FR);
    assert_eq!(remarks(&import, "(§)"), [Remark::LabelNotUnderstood]);
    assert!(
        entry(&import.list, "5005")
            .text
            .en
            .contains("(§) Subitem (2) applies")
    );
}

#[test]
fn what_is_not_one_edition_of_one_list_is_refused() {
    let regulation = |text: &str| text.replace("Regulation", "Statute");
    let cases: [(String, String, &str); 12] = [
        (
            FR.into(),
            FR.into(),
            "`harbour.en.xml` is in French, expected English",
        ),
        (
            EN.into(),
            FR.replace("DORS/2031-7", "DORS/2031-9"),
            "expected one instrument",
        ),
        (
            EN.into(),
            FR.replace("2031-03-01", "2032-01-01"),
            "`harbour.en.xml` was last amended on 2031-03-01 and `harbour.fr.xml` on 2032-01-01",
        ),
        (
            regulation(EN),
            FR.into(),
            "found `Statute`, expected a `Regulation`",
        ),
        (
            EN.replace("InstrumentNumber", "Number"),
            FR.into(),
            "`InstrumentNumber` is missing",
        ),
        (
            EN.replace("xml:lang=\"en\" xmlns", "xmlns"),
            FR.into(),
            "`xml:lang` is missing",
        ),
        (
            EN.replace("xml:lang=\"en\" xmlns", "xml:lang=\"de\" xmlns"),
            FR.into(),
            "expected `en` or `fr`",
        ),
        (
            EN.replace("LongTitle", "Title"),
            FR.into(),
            "`LongTitle` is missing",
        ),
        (
            EN.replace(
                "lastAmendedDate=\"2031-03-01\"",
                "lastAmendedDate=\"spring\"",
            ),
            FR.into(),
            "line 2, column 1: `spring` in `lastAmendedDate` is not a day",
        ),
        (
            EN.replace("GROUP ", "CHAPTER "),
            FR.into(),
            "`harbour.en.xml` has no entries",
        ),
        (
            PORTS_EN.into(),
            PORTS_FR.into(),
            "`harbour.en.xml` lists countries",
        ),
        (
            EN.replace("SOR/2031-7", "  "),
            FR.into(),
            "`InstrumentNumber` is missing",
        ),
    ];
    for (en, fr, expected) in cases {
        let mistake = read_control_list(&pair(&en, &fr)).unwrap_err().to_string();
        assert!(mistake.contains(expected), "{mistake}\nexpected {expected}");
        assert!(!mistake.contains('\n'));
    }
}

#[test]
fn an_edition_without_amendment_is_dated_by_its_point_in_time() {
    let plain = |text: &str| text.replace(" lims:lastAmendedDate=\"2031-03-01\"", "");
    let import = read(&plain(EN), &plain(FR));
    assert_eq!(import.list.edition, "2031-03-01");
}

#[test]
fn a_file_says_what_it_is() {
    let of = |text: &str| {
        identify(SourceFile {
            bytes: text.as_bytes(),
            name: "f",
        })
        .map(|found| {
            (
                found.key,
                found.language,
                found.edition.to_string(),
                found.kind,
            )
        })
        .unwrap()
    };
    let day = "2031-03-01".to_owned();
    assert_eq!(
        of(FR),
        ("SOR-2031-7".into(), Language::Fr, day, ListKind::Items)
    );
    let day = "2031-05-02".to_owned();
    assert_eq!(
        of(PORTS_EN),
        ("SOR-2031-8".into(), Language::En, day, ListKind::Countries)
    );
}

#[test]
fn the_changes_between_editions_are_found() {
    let old = read(EN, FR).list;
    assert_eq!(compare(&old, &old), []);
    let en = with(
        EN,
        "<Text>Pulleys of all kinds. (<Emphasis style=\"italic\">All destinations</Emphasis>)</Text>",
        "<Text><Repealed>[Repealed, SOR/2032-1, s. 1]</Repealed></Text>",
    );
    let fr = with(
        FR,
        "<Text>Les poulies de toutes sortes. (tous les pays)</Text>",
        "<Text><Repealed>[Abrogé, DORS/2032-1, art. 1]</Repealed></Text>",
    );
    let (en, fr) = (
        with(&en, ">buoys; (", ">large buoys; ("),
        fr.replace('’', "'"),
    );
    let (en, fr) = (
        with(&en, "<Label>5003</Label>", "<Label>5006</Label>"),
        with(&fr, "<Label>5003</Label>", "<Label>5006</Label>"),
    );
    let (en, fr) = (
        with(&en, "charts. (United States)", "charts. (All destinations)"),
        with(&fr, "cartes. (États-Unis)", "cartes. (Toutes destinations)"),
    );
    let (en, fr) = (
        with(&en, "Label>9-1<", "Label>9-2<"),
        with(&fr, "Label>9-1<", "Label>9-2<"),
    );
    let (en, fr) = (
        with(&en, "Barges", "Rafts"),
        with(&fr, "Les chalands", "Les radeaux"),
    );
    let new = read(&en, &fr).list;
    let change = |code: &str, kind| Change {
        code: code.to_owned(),
        kind,
    };
    let expected = [
        change("5001", ChangeKind::Repealed),
        change("5002.2.a", ChangeKind::Reworded(vec![Language::En])),
        change(
            "5002.2.i",
            ChangeKind::Reworded(vec![Language::En, Language::Fr]),
        ),
        change("5002.2.i", ChangeKind::Redirected),
        change(
            "5006",
            ChangeKind::Moved {
                from: "5003".to_owned(),
            },
        ),
        change("9-2", ChangeKind::Added),
        change("9-2.1", ChangeKind::Added),
        change("9-1", ChangeKind::Removed),
        change("9-1.1", ChangeKind::Removed),
    ];
    assert_eq!(compare(&old, &new), expected);
}

#[test]
fn a_language_that_one_edition_lacks_is_not_compared() {
    let old = ControlListSource {
        en: Some(SourceFile {
            bytes: EN.as_bytes(),
            name: "harbour.en.xml",
        }),
        fr: None,
    };
    let old = read_control_list(&old).unwrap().list;
    let new = read(EN, &FR.replace("Les chalands", "Les radeaux")).list;
    let changes = compare(&old, &new);
    let kinds: Vec<_> = changes
        .iter()
        .map(|change| (&*change.code, &change.kind))
        .collect();
    // French had a say in the destinations of 5004 only when it was given.
    assert_eq!(kinds, [("5004", &ChangeKind::Redirected)]);
}

fn country_of(name: &str) -> Option<Country> {
    let table = BTreeMap::from([
        ("Austria", "AT"),
        ("Autriche", "AT"),
        ("Germany", "DE"),
        ("Allemagne", "DE"),
        ("Türkiye", "TR"),
        ("Turquie", "TR"),
        ("Japan", "JP"),
        ("Canada", "CA"),
    ]);
    table.get(name).and_then(|code| Country::new(code).ok())
}

#[test]
fn countries_meet_by_their_code_and_never_by_their_position() {
    let import = read_country_list(&pair(PORTS_EN, PORTS_FR), &country_of).unwrap();
    assert_eq!(
        (import.key.as_str(), import.edition.as_str()),
        ("SOR-2031-8", "2031-05-02")
    );
    let listed: Vec<_> = import
        .countries
        .iter()
        .map(|listed| {
            let code = listed
                .country
                .map(|country| country.to_string())
                .unwrap_or_default();
            (code, listed.name.en.as_str(), listed.name.fr.as_str())
        })
        .collect();
    let expected = [
        ("AT".to_owned(), "Austria", "Autriche"),
        ("DE".to_owned(), "Germany", "Allemagne"),
        (String::new(), "Ruritania", ""),
        ("TR".to_owned(), "Türkiye", "Turquie"),
        ("JP".to_owned(), "Japan", ""),
        ("CA".to_owned(), "", "Canada"),
    ];
    assert_eq!(listed, expected);
    let day = import.countries[0].in_force_from.unwrap().to_string();
    assert_eq!(day, "2031-05-02");
    let about = |remark: Remark| -> Vec<&str> {
        let notes = import.notes.iter().filter(|note| note.remark == remark);
        notes.map(|note| note.about.as_str()).collect()
    };
    assert_eq!(about(Remark::CountryUnknown), ["Ruritania"]);
    assert_eq!(about(Remark::CountryTwice), ["Austria"]);
    assert_eq!(
        about(Remark::CountryInOneLanguage),
        ["Ruritania", "Japan", "Canada"]
    );
}

#[test]
fn a_list_of_items_is_no_list_of_countries() {
    let mistake = read_country_list(&pair(EN, FR), &country_of).unwrap_err();
    assert_eq!(
        mistake.to_string(),
        "`harbour.en.xml` lists no countries, expected a schedule with a list of names"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_file_is_read_or_refused_and_never_panics(
        cuts in prop::collection::vec((0_usize..6000, 0_usize..40, ".{0,12}"), 1..6),
    ) {
        let mut damaged: Vec<char> = EN.chars().collect();
        for (at, length, new) in cuts {
            let at = at.min(damaged.len());
            let end = (at + length).min(damaged.len());
            damaged.splice(at..end, new.chars());
        }
        let damaged: String = damaged.into_iter().collect();
        if let Ok(import) = read_control_list(&pair(&damaged, FR)) {
            check_invariants(&import);
        }
        let _ = read_country_list(&pair(&damaged, PORTS_FR), &country_of);
    }

    #[test]
    fn tags_that_change_places_never_break_the_tree(
        swaps in prop::collection::vec((0_usize..70, 0_usize..70), 1..8),
    ) {
        let mut pieces: Vec<&str> = EN.split_inclusive("</Label>").collect();
        for (one, other) in swaps {
            if one < pieces.len() && other < pieces.len() {
                pieces.swap(one, other);
            }
        }
        let moved = pieces.concat();
        if let Ok(import) = read_control_list(&pair(&moved, FR)) {
            check_invariants(&import);
        }
    }
}

/// Codes are unique, parents stand before their children, and no text is made up.
fn check_invariants(import: &ControlListImport) {
    let mut seen = std::collections::BTreeSet::new();
    for entry in &import.list.entries {
        assert!(
            entry
                .parent
                .as_ref()
                .is_none_or(|parent| seen.contains(parent)),
            "{}",
            entry.code
        );
        assert!(
            seen.insert(entry.code.clone()),
            "{} stands twice",
            entry.code
        );
    }
    let tally = import.tally;
    let spelled_out = tally.english + tally.french - tally.aligned;
    assert_eq!(import.list.entries.len(), spelled_out + tally.from_section);
}
