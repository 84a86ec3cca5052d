//! XML as a sender may misuse it: refused fast, with the place, and never with a panic.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use intake::xml::{
    ATTRIBUTE_BYTES_MAX, ATTRIBUTES_MAX, DEPTH_MAX, Flaw, NAME_BYTES_MAX, NODES_MAX,
    SIZE_BYTES_MAX, TEXT_BYTES_MAX, read,
};
use proptest::prelude::*;

fn refused(bytes: &[u8]) -> (Flaw, usize, usize) {
    let mistake = read("list.xml", bytes).unwrap_err();
    let text = mistake.to_string();
    assert!(
        text.starts_with("reading `list.xml`, line ") && !text.contains('\n'),
        "{text}"
    );
    (mistake.flaw, mistake.place.line, mistake.place.column)
}

fn flaw(text: &str) -> Flaw {
    refused(text.as_bytes()).0
}

#[test]
fn a_plain_file_gives_its_tree_with_places() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a x:b='1 &amp; &#233;' c=\"\">é<b/>\
                <![CDATA[<&>]]>&lt;&#x41;<!-- no --><?pi?></a>\n";
    let document = read("list.xml", text.as_bytes()).unwrap();
    let root = document.root();
    assert_eq!(
        (root.name(), root.attribute("b"), root.attribute("c")),
        ("a", Some("1 & é"), Some(""))
    );
    assert_eq!(root.text(), "é<&><A");
    let place = document.place(root.child("b").unwrap());
    assert_eq!((place.line, place.column), (2, 31));
    assert_eq!(place.to_string(), "`list.xml`, line 2, column 31");
}

#[test]
fn a_document_type_is_refused_before_anything_in_it_counts() {
    let laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>\n<lolz>&b;</lolz>";
    assert_eq!(refused(laughs.as_bytes()), (Flaw::DocumentType, 2, 1));
    let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>";
    assert_eq!(flaw(outside), Flaw::DocumentType);
    let parameter = "<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://x.invalid/\"> %p;]><a/>";
    assert_eq!(flaw(parameter), Flaw::DocumentType);
    let blow_up = format!(
        "<!DOCTYPE a [<!ENTITY a \"{}\">]><a>{}</a>",
        "x".repeat(50_000),
        "&a;".repeat(50_000)
    );
    assert_eq!(flaw(&blow_up), Flaw::DocumentType);
    assert_eq!(flaw("<a><!DOCTYPE b></a>"), Flaw::DocumentType);
}

#[test]
fn entities_and_inclusion_are_refused() {
    let entity = |name: &str| Flaw::Entity {
        name: name.to_owned(),
    };
    assert_eq!(flaw("<a>&nbsp;</a>"), entity("nbsp"));
    assert_eq!(flaw("<a b='&nbsp;'/>"), entity("nbsp"));
    assert_eq!(flaw("<a>&#xD800;</a>"), entity("#xD800"));
    assert_eq!(flaw("<a>&#1;</a>"), Flaw::Character { code: 1 });
    assert_eq!(flaw("<a b='&#1;'/>"), Flaw::Character { code: 1 });
    let include =
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></a>";
    assert_eq!(flaw(include), Flaw::Inclusion);
}

#[test]
fn what_exceeds_a_limit_is_refused_and_what_just_meets_it_is_read() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(read("f", nested(DEPTH_MAX).as_bytes()).is_ok());
    assert!(matches!(flaw(&nested(DEPTH_MAX + 1)), Flaw::TooDeep { .. }));
    assert!(matches!(flaw(&"<a>".repeat(500_000)), Flaw::TooDeep { .. }));

    let attributes = |count: usize| {
        let list: String = (0..count).map(|n| format!(" a{n}='x'")).collect();
        format!("<a{list}/>")
    };
    assert!(read("f", attributes(ATTRIBUTES_MAX).as_bytes()).is_ok());
    assert!(matches!(
        flaw(&attributes(ATTRIBUTES_MAX + 1)),
        Flaw::TooManyAttributes { .. }
    ));
    assert!(matches!(
        flaw(&attributes(200_000)),
        Flaw::TooManyAttributes { .. }
    ));

    let attribute = |length: usize| format!("<a b='{}'/>", "x".repeat(length));
    assert!(read("f", attribute(ATTRIBUTE_BYTES_MAX).as_bytes()).is_ok());
    assert!(matches!(
        flaw(&attribute(ATTRIBUTE_BYTES_MAX + 1)),
        Flaw::AttributeTooLong { .. }
    ));

    let text = |length: usize| format!("<a>{}&amp;{}</a>", "x".repeat(length), "");
    assert!(read("f", text(TEXT_BYTES_MAX - 1).as_bytes()).is_ok());
    assert_eq!(flaw(&text(TEXT_BYTES_MAX)), Flaw::TextTooLong);

    let name = |length: usize| format!("<{}/>", "n".repeat(length));
    assert!(read("f", name(NAME_BYTES_MAX).as_bytes()).is_ok());
    assert!(matches!(flaw(&name(NAME_BYTES_MAX + 1)), Flaw::Name { .. }));

    let children = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count));
    assert!(read("f", children(NODES_MAX - 1).as_bytes()).is_ok());
    assert_eq!(flaw(&children(NODES_MAX)), Flaw::TooMany);

    let long = vec![b' '; SIZE_BYTES_MAX + 1];
    assert_eq!(
        refused(&long).0,
        Flaw::TooLong {
            size_bytes: SIZE_BYTES_MAX + 1
        }
    );
}

#[test]
fn another_encoding_is_named() {
    let encoding = |found: &str| Flaw::Encoding {
        found: found.to_owned(),
    };
    let utf16: Vec<u8> = "\u{feff}<a/>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(refused(&utf16).0, encoding("UTF-16"));
    let utf16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(refused(&utf16).0, encoding("UTF-16"));
    assert_eq!(refused(b"\xFF\xFE\0\0<\0\0\0").0, encoding("UTF-32"));
    let declared = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>";
    assert_eq!(refused(declared).0, encoding("ISO-8859-1"));
    assert_eq!(refused(b"<a>\n \xC3\xA9 \xE9</a>"), (Flaw::NotUtf8, 2, 4));
    assert_eq!(flaw("<a>\u{1}</a>"), Flaw::Character { code: 1 });
    assert!(read("f", b"<?xml version='1.0' encoding=\"UTF-8\"?><a/>").is_ok());
}

#[test]
fn broken_markup_is_refused_where_it_breaks() {
    assert_eq!(flaw(""), Flaw::Empty);
    assert_eq!(flaw("\u{feff} \n"), Flaw::Empty);
    assert_eq!(flaw("<!-- only -->"), Flaw::Empty);
    let wrong = Flaw::WrongEnd {
        expected: "b".into(),
        found: "a".into(),
    };
    assert_eq!(refused(b"<a>\n<b>\n</a>"), (wrong, 3, 1));
    let twice = Flaw::TwiceTheSame { name: "x".into() };
    assert_eq!(refused(b"<a>\n <b x='1' y='' x='2'/></a>"), (twice, 2, 2));
    assert_eq!(refused(b"<a/>\n<b/>"), (Flaw::BesideRoot, 2, 1));
    for beside in ["<a/>x", "x<a/>", "<a/>&amp;", "<![CDATA[x]]><a/>", "</a>"] {
        assert_eq!(flaw(beside), Flaw::BesideRoot, "{beside}");
    }
    assert_eq!(flaw(" <?xml version='1.0'?><a/>"), Flaw::Declaration);
    assert_eq!(flaw("<?xml version='1.1'?><a/>"), Flaw::Declaration);
    for malformed in [
        "<a b/>",
        "<a b=c/>",
        "<a b='<'/>",
        "<a>&amp</a>",
        "<a>& b</a>",
    ] {
        assert!(
            matches!(flaw(malformed), Flaw::Malformed { .. }),
            "{malformed}"
        );
    }
    for name in ["<1/>", "<a 2='x'/>", "<a!b/>"] {
        assert!(matches!(flaw(name), Flaw::Name { .. }), "{name}");
    }
}

#[test]
fn a_truncated_file_is_refused_wherever_it_ends() {
    let text = "<list>\n<item n='1'>one &amp; é<!-- c --><![CDATA[two]]></item>\n</list>";
    for (end, _) in text.char_indices().skip(1) {
        let mistake = read("f", &text.as_bytes()[..end]).unwrap_err();
        let is_end = matches!(
            mistake.flaw,
            Flaw::Truncated { .. } | Flaw::Malformed { .. }
        );
        assert!(is_end, "{end}: {mistake}");
    }
    let inside = Flaw::Truncated {
        name: "item".into(),
        opened_line: 2,
    };
    assert_eq!(refused(b"<list>\n<item>x"), (inside, 2, 8));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read("f", &bytes);
    }

    #[test]
    fn any_markup_is_read_or_refused(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<a>", "</a>", "<b x='1'>", "</b>", "<c/>", "<!--", "-->", "<![CDATA[", "]]>",
                "&amp;", "&#x41;", "&", ";", "<", ">", "'", "\"", "=", "<?", "?>", "<!", "é", "\n",
                "<?xml version='1.0'?>", "<!DOCTYPE a>", "]", "[", "\u{feff}",
            ]),
            0..60,
        ),
    ) {
        let text = pieces.concat();
        if let Ok(document) = read("f", text.as_bytes()) {
            prop_assert!(!text.contains("<!DOCTYPE") || text.contains("<!--") || text.contains("<![CDATA["));
            prop_assert!(document.root().text().len() <= text.len());
        }
    }
}
