//! Sizes and names. Limits are hard; what was too long when its rule came may only shrink.

use std::collections::BTreeMap;

use super::{Found, Project};

/// Longest file of code, in lines: what a reader can hold after one scroll of the outline.
const FILE_LINES_MAX: usize = 600;

/// Longest line: the formatter aims at 100; what it leaves longer ends here.
const LINE_CHARS_MAX: usize = 120;

/// Longest line whose length comes from a text in it: the formatter does not break sentences for
/// people. Without its texts, such a line is as short as any other.
const TEXT_CHARS_MAX: usize = 180;

/// Longest function, in lines from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

/// The functions that were longer when the rule came.
const LONG_FUNCTIONS: &str = "xtask/long-functions.toml";

/// Names that say nothing about what they hold.
const EMPTY_NAMES: [&str; 12] = [
    "utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services",
    "types", "misc", "stuff",
];

/// No folder, file or module is called by a word that says nothing.
pub fn names_say_what_they_hold(project: &Project, found: &mut Found) {
    const RULE: &str = "names_say_what_they_hold";
    for path in project.tree.paths() {
        let is_code = ["crates/", "walks/", "xtask/"]
            .iter()
            .any(|top| path.starts_with(top));
        let empty = path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or(part))
            .find(|part| EMPTY_NAMES.contains(part));
        if let Some(name) = empty.filter(|_| is_code) {
            found.complain(RULE, path, 1, format!("a name that says nothing: `{name}`"));
        }
    }
    for (path, source) in &project.sources {
        for (line, text) in source.lines() {
            let words: Vec<&str> = text
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .collect();
            let module = words.windows(2).find_map(|pair| match pair {
                ["mod", name] if EMPTY_NAMES.contains(name) => Some(*name),
                _ => None,
            });
            if let Some(name) = module {
                found.complain(
                    RULE,
                    path,
                    line,
                    format!("a name that says nothing: `{name}`"),
                );
            }
        }
    }
}

/// No file of code is longer than 600 lines.
pub fn files_are_short(project: &Project, found: &mut Found) {
    let code = [".rs", ".css", ".js", ".cedar", ".sh", ".cedarschema"];
    for (path, text) in project.tree.ending(&code) {
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            let says = format!("{lines} lines; at most {FILE_LINES_MAX}");
            found.complain("files_are_short", path, FILE_LINES_MAX + 1, says);
        }
    }
}

/// No line of code is longer than 120 characters (180 where a text in it is what is long), unless
/// it holds an address.
pub fn lines_are_short(project: &Project, found: &mut Found) {
    for (path, text) in project.tree.ending(&[".rs", ".css", ".sh"]) {
        for (n, line) in text.lines().enumerate() {
            let chars = line.chars().count();
            let code: usize = line
                .split('"')
                .step_by(2)
                .map(|part| part.chars().count())
                .sum();
            let has_room = chars <= LINE_CHARS_MAX
                || (code < LINE_CHARS_MAX && chars <= TEXT_CHARS_MAX && line.contains('"'));
            if !has_room && !line.contains("://") {
                let says = format!("{chars} characters; at most {LINE_CHARS_MAX}");
                found.complain("lines_are_short", path, n + 1, says);
            }
        }
    }
}

/// No function is longer than 70 lines, save those in a list that may only shrink.
pub fn functions_only_shrink(project: &Project, found: &mut Found) {
    const RULE: &str = "functions_only_shrink";
    let mut allowed = match listed(project) {
        Ok(allowed) => allowed,
        Err(says) => return found.complain(RULE, LONG_FUNCTIONS, 1, says),
    };
    for (path, source) in &project.sources {
        for function in source.functions() {
            let lines = function.last_line - function.first_line + 1;
            let key = format!("{path}::{}", function.name);
            if lines <= FUNCTION_LINES_MAX {
                continue;
            }
            match allowed.remove(&key) {
                Some(limit) if lines == limit => {}
                Some(limit) if lines < limit => {
                    let says = format!("`{key}` has {lines} lines now: lower its {limit}");
                    found.complain(RULE, LONG_FUNCTIONS, 1, says);
                }
                Some(limit) => {
                    let says = format!("`{}` grew from {limit} to {lines} lines", function.name);
                    found.complain(RULE, path, function.first_line, says);
                }
                None => {
                    let says = format!(
                        "`{}` has {lines} lines; at most {FUNCTION_LINES_MAX}",
                        function.name
                    );
                    found.complain(RULE, path, function.first_line, says);
                }
            }
        }
    }
    for key in allowed.keys() {
        let says = format!("`{key}` is short now, or gone: take it out");
        found.complain(RULE, LONG_FUNCTIONS, 1, says);
    }
}

fn listed(project: &Project) -> Result<BTreeMap<String, usize>, String> {
    let text = project.tree.text(LONG_FUNCTIONS).unwrap_or_default();
    let table: toml::Table = text.parse().map_err(|e| format!("{e}"))?;
    let entry = |(key, value): (String, toml::Value)| {
        let lines = value.as_integer().and_then(|n| usize::try_from(n).ok());
        let lines = lines.ok_or_else(|| format!("`{key}` has no number of lines"))?;
        Ok((key, lines))
    };
    table.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn empty_names_are_refused_for_folders_files_and_modules() {
        for path in [
            "crates/web/src/utils.rs",
            "walks/tests/common/a.rs",
            "xtask/src/misc/a.rs",
        ] {
            assert_eq!(
                places(names_say_what_they_hold, &[(path, "")]).len(),
                1,
                "{path}"
            );
        }
        let inside = [("crates/web/src/a.rs", "\nmod helpers { }")];
        assert_eq!(
            places(names_say_what_they_hold, &inside),
            ["crates/web/src/a.rs:2"]
        );
        for path in [
            "crates/web/src/permits.rs",
            "docs/misc.md",
            "crates/web/src/prototypes.rs",
        ] {
            assert!(places(names_say_what_they_hold, &[(path, "mod typescript;")]).is_empty());
        }
    }

    #[test]
    fn the_600th_line_is_the_last() {
        let full = "\n".repeat(600);
        assert!(places(files_are_short, &[("crates/web/src/a.rs", &full)]).is_empty());
        let over = "\n".repeat(601);
        assert_eq!(
            places(files_are_short, &[("crates/web/src/a.rs", &over)]).len(),
            1
        );
        assert!(places(files_are_short, &[("crates/web/src/a.json", &over)]).is_empty());
    }

    #[test]
    fn the_120th_character_is_the_last_unless_the_line_holds_an_address() {
        let full = "é".repeat(120);
        assert!(places(lines_are_short, &[("a.rs", &full)]).is_empty());
        assert_eq!(
            places(lines_are_short, &[("a.rs", &format!("\n{full}x"))]),
            ["a.rs:2"]
        );
        assert!(places(lines_are_short, &[("a.rs", &format!("{full} https://a"))]).is_empty());
        let text = format!("    \"{full}\",");
        assert!(places(lines_are_short, &[("a.rs", &text)]).is_empty());
        let long = format!("    \"{}\",", "é".repeat(180));
        assert_eq!(places(lines_are_short, &[("a.rs", &long)]), ["a.rs:1"]);
    }

    fn function(lines: usize) -> String {
        format!("fn long() {{{}}}", "\n".repeat(lines - 1))
    }

    #[test]
    fn a_long_function_is_refused_unless_it_is_listed_with_its_length() {
        let judged = |lines: usize, list: &str| {
            let code = function(lines);
            let files = [("a.rs", code.as_str()), (LONG_FUNCTIONS, list)];
            places(functions_only_shrink, &files)
        };
        assert!(judged(70, "").is_empty());
        assert_eq!(judged(71, ""), ["a.rs:1"]);
        assert!(judged(80, "\"a.rs::long\" = 80").is_empty());
        assert_eq!(judged(81, "\"a.rs::long\" = 80"), ["a.rs:1"]);
        assert_eq!(
            judged(79, "\"a.rs::long\" = 80"),
            [format!("{LONG_FUNCTIONS}:1")]
        );
        assert_eq!(
            judged(10, "\"a.rs::long\" = 80"),
            [format!("{LONG_FUNCTIONS}:1")]
        );
        assert_eq!(
            judged(10, "\"a.rs::long\" = \"x\""),
            [format!("{LONG_FUNCTIONS}:1")]
        );
    }
}
