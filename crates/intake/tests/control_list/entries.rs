//! Entries, their texts, their destinations.

use crate::*;

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
