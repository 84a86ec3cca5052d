//! What changes between editions.

use crate::*;

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
