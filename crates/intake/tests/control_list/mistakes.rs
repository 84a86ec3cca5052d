//! What is refused, and what a file says it is.

use crate::*;

#[test]
fn what_is_not_one_edition_of_one_list_is_refused() {
    check(FR, FR, "`harbour.en.xml` is in French, expected English");
    check(
        EN,
        &FR.replace("DORS/2031-7", "DORS/2031-9"),
        "expected one instrument",
    );
    check(
        EN,
        &FR.replace("2031-03-01", "2032-01-01"),
        "`harbour.en.xml` was last amended on 2031-03-01 and `harbour.fr.xml` on 2032-01-01",
    );
    check(PORTS_EN, PORTS_FR, "`harbour.en.xml` lists countries");
}

#[test]
fn a_head_that_lacks_something_is_refused_with_what_it_lacks() {
    for (old, new, expected) in [
        (
            "Regulation",
            "Statute",
            "found `Statute`, expected a `Regulation`",
        ),
        (
            "InstrumentNumber",
            "Number",
            "`InstrumentNumber` is missing",
        ),
        ("SOR/2031-7", "  ", "`InstrumentNumber` is missing"),
        ("xml:lang=\"en\" xmlns", "xmlns", "`xml:lang` is missing"),
        (
            "xml:lang=\"en\" xmlns",
            "xml:lang=\"de\" xmlns",
            "expected `en` or `fr`",
        ),
        ("LongTitle", "Title", "`LongTitle` is missing"),
        (
            "lastAmendedDate=\"2031-03-01\"",
            "lastAmendedDate=\"spring\"",
            "line 2, column 1: `spring` in `lastAmendedDate` is not a day",
        ),
        ("GROUP ", "CHAPTER ", "`harbour.en.xml` has no entries"),
    ] {
        assert!(EN.contains(old), "{old}");
        check(&EN.replace(old, new), FR, expected);
    }
}

fn check(en: &str, fr: &str, expected: &str) {
    let mistake = read_control_list(&pair(en, fr)).unwrap_err().to_string();
    assert!(mistake.contains(expected), "{mistake}\nexpected {expected}");
    assert!(!mistake.contains('\n'));
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
