//! What is refused, and what a file says it is.

use crate::*;

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
