//! Documents: the glossary, decision records, links, and the tests that documents lean on.

use std::collections::BTreeSet;

use super::{Found, Project, RULES};

const GLOSSARY: &str = "docs/GLOSSARY.md";
const DECISIONS: &str = "docs/decisions/";

/// Longest decision record, in lines: a page.
const DECISION_LINES_MAX: usize = 60;

/// What `cargo xtask` understands.
const XTASK: [&str; 4] = ["check", "tidy", "docs", "test"];

/// What `portcullis` understands; the list is stable, scripts rely on it.
const PORTCULLIS: [&str; 16] = [
    "serve",
    "scenario",
    "import",
    "lists",
    "screen",
    "evidence",
    "exposure",
    "measure",
    "application",
    "gate",
    "report",
    "verify",
    "verify-permit",
    "bench",
    "backup",
    "restore",
];

/// Documents that name the tests that guard what they claim.
const GUARDED: [&str; 2] = ["docs/ARCHITECTURE.md", "docs/operating/reliability.md"];

/// Every term of the glossary stands once, in both languages, with a meaning and a source.
pub fn glossary_terms_have_both_languages(project: &Project, found: &mut Found) {
    const RULE: &str = "glossary_terms_have_both_languages";
    const COLUMNS: usize = 4;
    let Some(text) = project.tree.text(GLOSSARY) else {
        return found.note(format!("{GLOSSARY} is not there"));
    };
    let mut seen = BTreeSet::new();
    for (n, line) in text.lines().enumerate() {
        let Some(row) = line
            .trim()
            .strip_prefix('|')
            .and_then(|row| row.strip_suffix('|'))
        else {
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let is_rule = cells
            .iter()
            .all(|cell| cell.chars().all(|c| "-: ".contains(c)));
        let term = cells.first().copied().unwrap_or_default();
        if is_rule || term == "term" {
            continue;
        }
        if cells.len() != COLUMNS || cells.iter().any(|cell| cell.is_empty()) {
            let says = format!("`{term}`: expected term, terme, meaning and source, none empty");
            found.complain(RULE, GLOSSARY, n + 1, says);
        }
        if !seen.insert(term.to_lowercase()) {
            found.complain(RULE, GLOSSARY, n + 1, format!("`{term}` stands twice"));
        }
    }
}

/// Decision records are numbered from 0001 without gaps, have their four parts, and fit a page.
pub fn decisions_are_numbered_and_short(project: &Project, found: &mut Found) {
    const RULE: &str = "decisions_are_numbered_and_short";
    let records = project
        .tree
        .texts()
        .filter(|(path, _)| path.starts_with(DECISIONS));
    for (n, (path, text)) in records.enumerate() {
        let number = format!("{:04}", n + 1);
        let name = path.strip_prefix(DECISIONS).unwrap_or(path);
        if !name.starts_with(&format!("{number}-")) || !name.ends_with(".md") {
            found.complain(RULE, path, 1, format!("expected the record {number} here"));
        }
        let title = text.lines().next().unwrap_or_default();
        let given = name.split('-').next().unwrap_or(name);
        if !title.starts_with(&format!("# {given}. ")) {
            found.complain(
                RULE,
                path,
                1,
                format!("expected a title like `# {given}. …`"),
            );
        }
        for part in [
            "## Context",
            "## Decision",
            "## Consequences",
            "## Rejected",
        ] {
            if !text.lines().any(|line| line == part) {
                found.complain(RULE, path, 1, format!("has no part `{part}`"));
            }
        }
        let lines = text.lines().count();
        if lines > DECISION_LINES_MAX {
            let says = format!("{lines} lines; a record has at most {DECISION_LINES_MAX}");
            found.complain(RULE, path, DECISION_LINES_MAX + 1, says);
        }
    }
}

/// Links between documents lead somewhere, commands in the README exist, and the change log has a
/// part for what is not released.
pub fn documents_point_at_what_exists(project: &Project, found: &mut Found) {
    const RULE: &str = "documents_point_at_what_exists";
    for (path, text) in project.tree.ending(&[".md"]) {
        for (n, line) in text.lines().enumerate() {
            for target in links(line) {
                let wanted = resolve(path, target);
                if !project.tree.has(&wanted) {
                    found.complain(RULE, path, n + 1, format!("`{wanted}` is not there"));
                }
            }
        }
    }
    if let Some(text) = project.tree.text("README.md") {
        for (n, line) in text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ").filter(|c| !is_command(c)) {
                found.complain(
                    RULE,
                    "README.md",
                    n + 1,
                    format!("no such command: `{command}`"),
                );
            }
        }
    }
    if let Some(text) = project.tree.text("CHANGELOG.md")
        && !text.lines().any(|line| line == "## [Unreleased]")
    {
        found.complain(RULE, "CHANGELOG.md", 1, "has no part `## [Unreleased]`");
    }
}

/// The targets of links to other files.
fn links(line: &str) -> Vec<&str> {
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    let is_file = |target: &&str| !target.contains(':') && !target.starts_with('#');
    targets
        .filter(is_file)
        .map(|target| target.split('#').next().unwrap_or(target))
        .collect()
}

fn resolve(from: &str, target: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// Whether a command of ours exists. Commands of other programs are not judged.
fn is_command(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", "xtask", rest @ ..] => rest.first().is_some_and(|word| XTASK.contains(word)),
        ["cargo", "run", rest @ ..] => {
            let ours = rest.iter().skip_while(|word| **word != "--").nth(1);
            ours.is_none_or(|word| PORTCULLIS.contains(word))
        }
        [program, rest @ ..] if program.ends_with("portcullis") => {
            let word = rest.iter().find(|word| !word.starts_with('-'));
            word.is_none_or(|word| PORTCULLIS.contains(word))
        }
        _ => true,
    }
}

/// A test or rule that a document names as a guard exists.
pub fn guards_named_in_documents_exist(project: &Project, found: &mut Found) {
    let mut guards: BTreeSet<String> = RULES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let functions = project
        .sources
        .values()
        .flat_map(|source| source.functions());
    guards.extend(functions.map(|function| function.name));
    for path in GUARDED {
        let text = project.tree.text(path).unwrap_or_default();
        for (n, line) in text.lines().enumerate() {
            for name in line
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|name| is_sentence(name))
            {
                if !guards.contains(name) {
                    let says = format!("no test or rule is called `{name}`");
                    found.complain("guards_named_in_documents_exist", path, n + 1, says);
                }
            }
        }
    }
}

/// Whether a name reads like a test: at least three words joined by `_`.
fn is_sentence(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(is_plain) && name.matches('_').count() >= 2
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn a_term_needs_both_languages_and_stands_once() {
        let head = "| term | terme | meaning | source |\n|---|---|---|---|\n";
        let judged = |rows: &str| {
            let text = format!("{head}{rows}");
            places(glossary_terms_have_both_languages, &[(GLOSSARY, &text)])
        };
        assert!(judged("| permit | licence | an act | `EIPA:7` |").is_empty());
        assert_eq!(
            judged("| permit |  | an act | `EIPA:7` |"),
            ["docs/GLOSSARY.md:3"]
        );
        assert_eq!(
            judged("| permit | an act | `EIPA:7` |"),
            ["docs/GLOSSARY.md:3"]
        );
        let twice = "| permit | licence | a | b |\n| Permit | licence | a | b |";
        assert_eq!(judged(twice), ["docs/GLOSSARY.md:4"]);
    }

    fn record(number: &str, more_lines: usize) -> String {
        let parts = "## Context\n## Decision\n## Consequences\n## Rejected\n";
        format!("# {number}. A choice\n{parts}{}", "\n".repeat(more_lines))
    }

    #[test]
    fn records_have_no_gap_no_missing_part_and_one_page() {
        let rule = decisions_are_numbered_and_short;
        let (one, two) = (record("0001", 55), record("0002", 0));
        let good = [
            ("docs/decisions/0001-a.md", one.as_str()),
            ("docs/decisions/0002-b.md", &two),
        ];
        assert!(places(rule, &good).is_empty());
        let gap = record("0003", 0);
        let files = [
            ("docs/decisions/0001-a.md", one.as_str()),
            ("docs/decisions/0003-b.md", &gap),
        ];
        assert_eq!(places(rule, &files), ["docs/decisions/0003-b.md:1"]);
        let long = record("0001", 56);
        assert_eq!(
            places(rule, &[("docs/decisions/0001-a.md", &long)]),
            ["docs/decisions/0001-a.md:61"]
        );
        let part = one.replace("## Rejected\n", "");
        assert_eq!(
            places(rule, &[("docs/decisions/0001-a.md", &part)]),
            ["docs/decisions/0001-a.md:1"]
        );
        let title = one.replace("# 0001.", "# 0009.");
        assert_eq!(
            places(rule, &[("docs/decisions/0001-a.md", &title)]).len(),
            1
        );
    }

    #[test]
    fn links_lead_somewhere() {
        let rule = documents_point_at_what_exists;
        let good = "[a](b.md#part) [c](../README.md) [d](https://a.org) [e](#here) [f](decisions/)";
        let files = [
            ("docs/a.md", good),
            ("docs/b.md", ""),
            ("README.md", ""),
            ("docs/decisions/1", ""),
        ];
        assert!(places(rule, &files).is_empty());
        assert_eq!(
            places(rule, &[("docs/a.md", "\n[x](gone.md)")]),
            ["docs/a.md:2"]
        );
    }

    #[test]
    fn commands_in_the_readme_exist() {
        let rule = documents_point_at_what_exists;
        let good = "$ cargo run --release -- serve --demo\n$ cargo xtask test\n$ portcullis gate check\n$ ls\n";
        assert!(places(rule, &[("README.md", good)]).is_empty());
        for bad in [
            "cargo xtask paint",
            "portcullis dance",
            "cargo run --release -- dance",
        ] {
            let text = format!("$ {bad}");
            assert_eq!(
                places(rule, &[("README.md", &text)]),
                ["README.md:1"],
                "{bad}"
            );
        }
    }

    #[test]
    fn the_change_log_has_a_part_for_what_is_not_released() {
        let rule = documents_point_at_what_exists;
        assert!(places(rule, &[("CHANGELOG.md", "# Changes\n\n## [Unreleased]\n")]).is_empty());
        assert_eq!(
            places(rule, &[("CHANGELOG.md", "# Changes\n")]),
            ["CHANGELOG.md:1"]
        );
    }

    #[test]
    fn a_guard_that_a_document_names_exists() {
        let rule = guards_named_in_documents_exist;
        let code = (
            "crates/a/src/a.rs",
            "fn a_draw_never_exceeds_its_grant() {}",
        );
        let good = "`a_draw_never_exceeds_its_grant` and `arrows_point_down`; `recorded_at`";
        assert!(places(rule, &[code, ("docs/ARCHITECTURE.md", good)]).is_empty());
        let bad = ("docs/ARCHITECTURE.md", "\n`a_guard_that_is_gone`");
        assert_eq!(places(rule, &[code, bad]), ["docs/ARCHITECTURE.md:2"]);
    }
}
