//! Codes as registers write them, and what is not read.

use super::*;

fn rules(text: &str) -> CodesMap {
    let codes: CodesMap = toml::from_str(text).unwrap();
    codes.check().unwrap();
    codes
}

fn munitions() -> CodesMap {
    rules(
        r#"
        columns = ["code"]
        [[rule]]
        list = "GUIDE"
        edition = "2020"
        prefixes = ["ML", "M"]
        levels = ["digits", "lower", "digits", "lower", "digits"]
        answer = "2-"
        [rule.exact]
        "PL5001" = "2-14"
        "#,
    )
}

fn read(codes: &CodesMap, cell: &str) -> Option<String> {
    let read = codes.read(cell, Day::parse("2010-01-01").unwrap())?;
    let codes: Vec<&str> = read.entries.iter().map(EntryId::code).collect();
    Some(codes.join(" "))
}

#[test]
fn codes_are_read_by_their_build() {
    let codes = munitions();
    for (written, entries) in [
        ("ML5b", "2-5.b"),
        ("ML5b      ", "2-5.b"),
        ("ML 5b", "2-5.b"),
        ("ml05B", "2-5.b"),
        ("M10", "2-10"),
        ("ML22", "2-22"),
        ("ML8c4d", "2-8.c.4.d"),
        ("ML9a1", "2-9.a.1"),
        ("ML10.c.1", "2-10.c.1"),
        ("ML10(c)(1)", "2-10.c.1"),
        ("PL5001", "2-14"),
    ] {
        assert_eq!(read(&codes, written).as_deref(), Some(entries), "{written}");
    }
}

#[test]
fn a_later_code_may_leave_out_what_it_shares() {
    let codes = munitions();
    for (written, entries) in [
        ("ML5b, ML21, ML22", "2-5.b 2-21 2-22"),
        ("ML10a-f", "2-10.a 2-10.b 2-10.c 2-10.d 2-10.e 2-10.f"),
        ("ML6/10", "2-6 2-10"),
        ("ML2.ML6", "2-2 2-6"),
        ("Ml10,22", "2-10 2-22"),
        ("ML10a,b", "2-10.a 2-10.b"),
        ("ML10ab", "2-10.a 2-10.b"),
        ("ML5b,15b", "2-5.b 2-15.b"),
        ("ML10a,18a,22", "2-10.a 2-18.a 2-22"),
        ("ML5b en ML6", "2-5.b 2-6"),
        ("ML1a; ML1a", "2-1.a"),
        ("ML5b ML6", "2-5.b 2-6"),
    ] {
        assert_eq!(read(&codes, written).as_deref(), Some(entries), "{written}");
    }
}

#[test]
fn a_cell_is_read_whole_or_not_at_all() {
    let codes = munitions();
    for written in [
        "DIV",
        "Diverse",
        "",
        "ML",
        "ML5b?",
        "ML5 of 6",
        "ML10 DIV",
        "a",
        "5b",
        "ML10ba",
        "ML10(a",
        "ML10 DE",
        "ML10 a",
        "ML5b-",
        "MLX",
        "ML10a - f",
        "PL5002",
        "ML1\u{0}",
    ] {
        assert_eq!(read(&codes, written), None, "{written}");
    }
    let many = "ML1".to_owned() + &",1".repeat(PARTS_MAX + 1);
    assert_eq!(read(&codes, &many), None, "more codes than a cell can name");
}

#[test]
fn other_lists_have_other_levels() {
    let codes = rules(
        r#"
        columns = ["code"]
        [[rule]]
        list = "GUIDE"
        edition = "2020"
        levels = ["digits", "upper", "digits", "lower", "digits"]
        answer = "1-"
        levels_min = 3
        below = { 3 = 100 }
        [[rule]]
        list = "GUIDE"
        edition = "2020"
        prefixes = ["2-", "ML"]
        levels = ["digits", "lower", "digits"]
        answer = "2-"
        stated_by = "file"
        "#,
    );
    assert_eq!(read(&codes, "6A003b4").as_deref(), Some("1-6.A.3.b.4"));
    assert_eq!(
        read(&codes, "6A003.b.4; 5A001").as_deref(),
        Some("1-6.A.3.b.4 1-5.A.1")
    );
    assert_eq!(
        read(&codes, "ML10a; 6A003; ML5b, 22").as_deref(),
        Some("2-10.a 1-6.A.3 2-5.b 2-22")
    );
    assert_eq!(read(&codes, "6A107"), None, "beyond the rule's bound");
}

#[test]
fn the_day_of_issue_picks_the_edition() {
    let codes = rules(
        r#"
        columns = ["code"]
        [[rule]]
        list = "GUIDE"
        editions = [
            { from = "2008-01-01", edition = "2008" },
            { from = "2012-01-01", edition = "2012" },
        ]
        prefixes = ["ML"]
        levels = ["digits"]
        answer = "2-"
        "#,
    );
    let on = |day| {
        let read = codes.read("ML5", Day::parse(day).unwrap())?;
        Some(read.entries.first()?.edition().to_owned())
    };
    assert_eq!(on("2008-06-01").as_deref(), Some("2008"));
    assert_eq!(on("2012-01-01").as_deref(), Some("2012"));
    assert_eq!(on("2007-12-31"), None, "no edition answers for that day");
}
