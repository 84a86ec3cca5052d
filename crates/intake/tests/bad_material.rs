#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
//! Bad material is kept, flagged, never crashed on and never silently cleaned.

use intake::finding::{Kind, Names, find};
use intake::passages::{Asked, Flag, Media, Passages, Places, read};
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions};
use walks::paper;

fn material(bytes: &[u8]) -> Passages {
    read(bytes, Asked::default())
}

fn spots(passages: &Passages, kind: Kind) -> Vec<(String, String, Option<u32>)> {
    let found = find(passages, &Names::shipped().unwrap(), None);
    found
        .proposals
        .into_iter()
        .filter(|one| one.kind == kind)
        .map(|one| (one.value, one.passage.quote, one.passage.page))
        .collect()
}

#[test]
fn a_pdf_is_read_page_by_page_and_its_passages_know_the_page() {
    let pages = [
        "Oslo, 3 May 2021\n\nNorway suspended export permits\nfor sights last autumn.",
        "“Nothing was found,” said the Minister.\n\nGroup 2 (n° 4) – Türkiye",
    ];
    let read = material(&paper::pdf(&pages));
    assert_eq!(read.media, Media::Pdf);
    assert!(read.flags.is_empty(), "{:?}", read.flags);
    assert!(
        read.text
            .starts_with("Oslo, 3 May 2021\n\nNorway suspended export permits\nfor")
    );
    assert_eq!(
        spots(&read, Kind::Act),
        [(
            "suspend/asserted".to_owned(),
            "suspended export permits".to_owned(),
            Some(1)
        )]
    );
    let countries = spots(&read, Kind::Country);
    assert_eq!(
        countries.last().unwrap(),
        &("TR".to_owned(), "Türkiye".to_owned(), Some(2))
    );
    assert_eq!(spots(&read, Kind::DocumentDay)[0].0, "2021-05-03");
}

#[test]
fn an_encrypted_pdf_says_so_and_gives_no_text() {
    let read = material(&paper::encrypted_pdf(&["secret"]));
    assert_eq!(read.flags, [Flag::Encrypted]);
    assert_eq!(read.text, "");
}

#[test]
fn a_damaged_pdf_gives_what_is_left_and_says_so() {
    let whole = paper::pdf(&["page one is here", "page two is here"]);
    let is_corrupt = |flag: &Flag| matches!(flag, Flag::Corrupt { .. });
    // Without its end, its table and its tree of pages, pages are still found by themselves.
    let table = whole.windows(4).position(|four| four == b"xref").unwrap();
    let read = material(&whole[..table]);
    assert!(read.text.contains("page one is here"), "{:?}", read.text);
    assert!(read.flags.iter().any(is_corrupt));
    // Cut before any page.
    let read = material(&whole[..60]);
    assert!(read.flags.iter().any(is_corrupt));
    // A table of positions that lies is not believed.
    let mut lying = whole;
    let end = lying.len();
    lying[table + 20..end - 40].iter_mut().for_each(|byte| {
        if byte.is_ascii_digit() {
            *byte = b'9';
        }
    });
    assert!(material(&lying).text.contains("page two is here"));
}

#[test]
fn a_pdf_made_to_unpack_to_half_a_gigabyte_is_cut_and_says_so() {
    let bomb = paper::bomb();
    assert!(bomb.len() < 4_096);
    let read = material(&bomb);
    let is_cut = |flag: &Flag| matches!(flag, Flag::Cut { .. });
    assert!(read.flags.iter().any(is_cut), "{:?}", read.flags);
}

#[test]
fn five_hundred_pages_are_read_to_the_last() {
    let page = format!(
        "Sweden suspended export permits in May 2020. {}",
        "Nothing else is said on this page of the report. ".repeat(40)
    );
    let lines: String = page
        .as_bytes()
        .chunks(90)
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    let pages = vec![lines.as_str(); 500];
    let read = material(&paper::pdf(&pages));
    assert!(read.flags.is_empty(), "{:?}", read.flags);
    assert_eq!(read.regions.len(), 500);
    let acts = spots(&read, Kind::Act);
    assert_eq!(acts.last().unwrap().2, Some(500));
}

#[test]
fn scripts_in_a_pdf_are_named_and_a_page_without_text_is_counted() {
    let mut bytes = paper::pdf(&["", "text"]);
    bytes.extend(b"99 0 obj << /S /JavaScript /JS (app.alert) >> endobj\n%%EOF");
    let read = material(&bytes);
    assert_eq!(
        read.flags,
        [
            Flag::Corrupt {
                what: "its table of objects is wrong: what was found without it was read"
                    .to_owned()
            },
            Flag::Active {
                what: "a script".to_owned()
            },
            Flag::PagesWithoutText { pages: 1 },
        ]
    );
    assert!(!read.text.contains("app.alert"));
}

#[test]
fn the_same_bytes_give_the_same_passages_each_time() {
    let bytes = paper::pdf(&["Oslo, 3 May 2021"]);
    assert_eq!(material(&bytes), material(&bytes));
    let table = b"serial,model\nA-1,X\nA-1,Y\n";
    assert_eq!(material(table), material(table));
}

#[test]
fn right_to_left_names_are_found_where_they_stand() {
    let mut names = Names::shipped().unwrap();
    names.add_parties([("PTY-1", "شركة النهضة للخدمات اللوجستية")]);
    let text = "المرسل إليه: شَركة النهضة للخدمات اللوجستية في دبي";
    let read = material(text.as_bytes());
    let found = find(&read, &names, None);
    let party = found
        .proposals
        .iter()
        .find(|one| one.kind == Kind::Party)
        .unwrap();
    assert_eq!(party.passage.quote, "شَركة النهضة للخدمات اللوجستية");
    let places = Places::of(&read);
    let again = places.spot(party.passage.start, party.passage.end).unwrap();
    assert_eq!(again.first_char, 13);
}

#[test]
fn contradictory_days_are_each_proposed_and_none_is_chosen() {
    let text =
        "Oslo, 3 May 2021\n\nThe permit of 31 April 2021 was dated 4 May 2021 and 5 May 2021.";
    let read = material(text.as_bytes());
    let days: Vec<String> = spots(&read, Kind::Day)
        .into_iter()
        .map(|day| day.0)
        .collect();
    assert_eq!(days, ["2021-05-04", "2021-05-05"]);
}

#[test]
fn nothing_and_noise_are_read_without_harm() {
    for bytes in [
        &b""[..],
        b"\0\0\0\0\0\0\0\0",
        b"%PDF-",
        b"\xFF\xD8\xFF",
        b"<html",
        b"From: a\nTo: b\n",
        b"serial\n",
    ] {
        let read = material(bytes);
        let _ = find(&read, &Names::shipped().unwrap(), None);
    }
    let read = material(b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    assert_eq!(read.media, Media::Unknown);
    assert!(matches!(&read.flags[..], [Flag::NotRead { .. }]));
}

/// A file of one page, encrypted under a password.
fn locked(page: &str, password: &str) -> Vec<u8> {
    let mut document = Document::load_mem(&paper::pdf(&[page])).unwrap();
    let id = Object::string_literal([7_u8; 16].to_vec());
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::empty(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    assert!(
        !bytes
            .windows(page.len())
            .any(|some| some == page.as_bytes())
    );
    bytes
}

#[test]
fn a_pdf_that_opens_without_a_password_is_read() {
    let read = material(&locked("Norway suspended permits", ""));
    assert!(read.text.contains("Norway suspended permits"), "{read:?}");
    assert_eq!(read.facts["Encryption"], "opens without a password");
    assert!(read.flags.is_empty(), "{:?}", read.flags);
    let read = material(&locked("Norway suspended permits", "secret"));
    assert_eq!(
        (read.text.as_str(), &read.flags[..]),
        ("", &[Flag::Encrypted][..])
    );
}

#[test]
fn fonts_that_map_their_codes_are_read_as_they_map_them() {
    let drawn = "BT /F1 11 Tf 60 760 Td <0102> Tj /F2 11 Tf (A\x01) Tj /F3 11 Tf <00010002> Tj ET";
    let one = "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n\
               1 beginbfchar\n<01> <0041>\nendbfchar\n1 beginbfrange\n<02> <04> <0062>\nendbfrange";
    let wide = "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n2 beginbfrange\n\
                <0001> <0001> <0634>\n<0002> <0003> [<06310643> <0629>]\nendbfrange";
    let fonts = [
        ("/Type1 /Encoding /WinAnsiEncoding", Some(one)),
        (
            "/Type1 /Encoding << /Differences [1 /uni0259 /g77] >>",
            None,
        ),
        ("/Type0 /Encoding /Identity-H", Some(wide)),
    ];
    let read = material(&paper::pdf_with_fonts(drawn, &fonts));
    assert_eq!(read.text, "AbAəشرك\n\n");
    assert!(read.flags.is_empty(), "{:?}", read.flags);
}

#[test]
fn codes_that_nothing_explains_are_counted_and_not_guessed() {
    let drawn = "BT /F1 11 Tf 60 760 Td (a\x02) Tj /F2 11 Tf <00010002> Tj ET";
    let fonts = [
        ("/Type1 /Encoding << /Differences [2 /g77] >>", None),
        ("/Type0 /Encoding /Identity-H", None),
    ];
    let read = material(&paper::pdf_with_fonts(drawn, &fonts));
    assert_eq!(read.text, "a\u{FFFD}\u{FFFD}\u{FFFD}\n\n");
    assert_eq!(read.flags, [Flag::Unreadable { signs: 3 }]);
}

#[test]
fn a_page_that_makes_no_sense_half_way_gives_its_first_half_and_says_so() {
    let drawn = "BT /F1 11 Tf 60 760 Td (first) Tj ET BT )>>]] (second) Tj ET";
    let fonts = [("/Type1 /Encoding /WinAnsiEncoding", None)];
    let read = material(&paper::pdf_with_fonts(drawn, &fonts));
    assert!(read.text.starts_with("first"), "{:?}", read.text);
    let is_corrupt = |flag: &Flag| matches!(flag, Flag::Corrupt { .. });
    assert!(read.flags.iter().any(is_corrupt), "{:?}", read.flags);
}

#[test]
fn arrays_within_arrays_without_end_do_not_exhaust_the_stack() {
    let mut bytes = b"%PDF-1.4\n1 0 obj\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'[', 200_000));
    bytes.extend(b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF");
    let read = material(&bytes);
    assert!(matches!(&read.flags[..], [Flag::Corrupt { .. }]));
}
