//! What may not be left in the project: unfinished work, silent exceptions, places of one machine.

use crate::source::is_test_file;

use super::{Found, Project};

/// A test that is ignored says why.
pub fn ignored_tests_have_a_reason(project: &Project, found: &mut Found) {
    for (path, source) in &project.sources {
        for (line, text) in source.lines() {
            if text.contains("#[ignore]") {
                let says = "an ignored test without a reason";
                found.complain("ignored_tests_have_a_reason", path, line, says);
            }
        }
    }
}

/// No test waits for time to pass: it waits for what it needs.
pub fn tests_do_not_sleep(project: &Project, found: &mut Found) {
    for (path, source) in &project.sources {
        for (line, text) in source.lines() {
            let is_test = is_test_file(path) || source.is_test_line(line);
            if is_test && (text.contains("thread::sleep(") || text.contains("time::sleep(")) {
                found.complain("tests_do_not_sleep", path, line, "a test that sleeps");
            }
        }
    }
}

/// No code stands for code that is not written.
pub fn nothing_is_left_to_do(project: &Project, found: &mut Found) {
    const RULE: &str = "nothing_is_left_to_do";
    // Written apart, so that this file does not complain of itself.
    let words = ["todo!", "unimplemented!", "dbg!"];
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    for (path, source) in &project.sources {
        for (line, text) in source.lines() {
            for word in words.iter().filter(|word| text.contains(**word)) {
                found.complain(RULE, path, line, format!("`{word}` is left in the code"));
            }
        }
        for (line, text) in &source.comments {
            let mut parts = text.split(|c: char| !c.is_alphanumeric());
            if let Some(mark) = parts.find(|part| marks.contains(part)) {
                found.complain(RULE, path, *line, format!("`{mark}` is left in a comment"));
            }
        }
    }
}

/// A lint exception is expected, with a reason: it ends when what it excuses ends.
pub fn exceptions_are_expected_with_a_reason(project: &Project, found: &mut Found) {
    const RULE: &str = "exceptions_are_expected_with_a_reason";
    for (path, source) in &project.sources {
        for (line, text) in source.lines() {
            if text.contains("#[allow(") || text.contains("#![allow(") {
                found.complain(RULE, path, line, "`allow`: say `expect` with a reason");
            }
            let is_expect = text.contains("#[expect(") || text.contains("#![expect(");
            if is_expect && !attribute_at(source.lines(), line).contains("reason") {
                found.complain(RULE, path, line, "`expect` without a reason");
            }
        }
    }
}

/// The text of an attribute from its line to its closing bracket.
fn attribute_at<'a>(lines: impl Iterator<Item = (usize, &'a str)>, from: usize) -> String {
    const ATTRIBUTE_LINES_MAX: usize = 12;
    let mut text = String::new();
    for (_, line) in lines
        .skip_while(|(n, _)| *n < from)
        .take(ATTRIBUTE_LINES_MAX)
    {
        text.push_str(line);
        if line.contains(")]") {
            break;
        }
    }
    text
}

/// No file names a place that exists on one machine only. Tests may use a temporary folder.
pub fn no_path_of_a_machine(project: &Project, found: &mut Found) {
    let places = [
        concat!("/wo", "rk"),
        concat!("/ho", "me"),
        concat!("/ro", "ot"),
        concat!("/Us", "ers"),
    ];
    let temporary = concat!("/t", "mp");
    for (path, text) in project.tree.texts() {
        if path == "Cargo.lock" {
            continue;
        }
        let source = project.sources.get(path);
        for (n, line) in text.lines().enumerate() {
            let is_test = is_test_file(path) || source.is_some_and(|s| s.is_test_line(n + 1));
            let mut named = places.iter().filter(|place| names_place(line, place));
            let is_temporary = !is_test && names_place(line, temporary);
            if let Some(place) = named.next().or(is_temporary.then_some(&temporary)) {
                let says = format!("names a place of one machine: `{place}`");
                found.complain("no_path_of_a_machine", path, n + 1, says);
            }
        }
    }
}

/// Whether `place` stands in `line` as the beginning of a path, not inside another one.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line
            .get(at + place.len()..)
            .and_then(|tail| tail.chars().next());
        let begins = before.is_none_or(|c| !(c.is_alphanumeric() || "/.~-_}{>*$".contains(c)));
        let ends = after.is_none_or(|c| !(c.is_alphanumeric() || "-_.".contains(c)));
        begins && ends
    })
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn an_ignored_test_gives_its_reason() {
        let silent = [("a.rs", "#[test]\n#[ignore]\nfn a() {}")];
        assert_eq!(places(ignored_tests_have_a_reason, &silent), ["a.rs:2"]);
        let said = [("a.rs", "#[test]\n#[ignore = \"an hour\"]\nfn a() {}")];
        assert!(places(ignored_tests_have_a_reason, &said).is_empty());
    }

    #[test]
    fn a_test_that_sleeps_is_found() {
        let sleeps = [(
            "crates/a/tests/a.rs",
            "\nfn a() { std::thread::sleep(ONE); }",
        )];
        assert_eq!(
            places(tests_do_not_sleep, &sleeps),
            ["crates/a/tests/a.rs:2"]
        );
        let server = [("crates/a/src/a.rs", "fn a() { std::thread::sleep(ONE); }")];
        assert!(places(tests_do_not_sleep, &server).is_empty());
    }

    #[test]
    fn unfinished_code_is_found_in_code_and_comments_and_not_in_texts() {
        let code = format!(
            "fn a() {{ {}() }}\n// {} later\n",
            "todo!",
            concat!("TO", "DO")
        );
        assert_eq!(
            places(nothing_is_left_to_do, &[("a.rs", &code)]),
            ["a.rs:1", "a.rs:2"]
        );
        let text = "const A: &str = \"todo!\"; // a to-do list, todo\n";
        assert!(places(nothing_is_left_to_do, &[("a.rs", text)]).is_empty());
    }

    #[test]
    fn an_exception_is_expected_and_says_why() {
        let rule = exceptions_are_expected_with_a_reason;
        let allowed = format!("#[{}(dead_code)]\nfn a() {{}}", "allow");
        assert_eq!(places(rule, &[("a.rs", &allowed)]), ["a.rs:1"]);
        assert_eq!(
            places(rule, &[("a.rs", "#[expect(dead_code)]\nfn a() {}")]),
            ["a.rs:1"]
        );
        let said =
            "#[expect(\n    dead_code,\n    reason = \"read by a later form\"\n)]\nfn a() {}";
        assert!(places(rule, &[("a.rs", said)]).is_empty());
    }

    #[test]
    fn places_of_one_machine_are_found_and_words_with_a_stroke_are_not() {
        let home = concat!("/ho", "me");
        let temporary = concat!("/t", "mp");
        for line in [
            format!("see {home}/a"),
            format!("\"{home}\""),
            format!("{temporary}/a"),
        ] {
            assert_eq!(
                places(no_path_of_a_machine, &[("docs/a.md", &line)]).len(),
                1,
                "{line}"
            );
        }
        let work = concat!("/wo", "rk");
        for line in [
            format!("https://a.org{home}/a"),
            format!("net{work}/a"),
            format!("{home}-made"),
        ] {
            assert!(
                places(no_path_of_a_machine, &[("docs/a.md", &line)]).is_empty(),
                "{line}"
            );
        }
        let test = format!("const A: &str = \"{temporary}/a\";");
        assert!(places(no_path_of_a_machine, &[("crates/a/tests/a.rs", &test)]).is_empty());
    }
}
