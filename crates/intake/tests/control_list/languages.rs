//! How the two languages meet, and what happens where they do not.

use crate::*;

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
