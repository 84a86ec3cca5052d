//! Citations: every key cited is in `law/sources.toml`, every source there is cited.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::is_test_file;

use super::{Found, Project, room_of};

const SOURCES: &str = "law/sources.toml";

/// A citation and where it stands.
struct Citation {
    path: String,
    line: usize,
    key: String,
}

/// Every source that is cited is in the list, and every source in the list is cited somewhere.
pub fn law_keys_are_known_and_used(project: &Project, found: &mut Found) {
    const RULE: &str = "law_keys_are_known_and_used";
    let Some(text) = project.tree.text(SOURCES) else {
        found.note(format!(
            "{SOURCES} is not there: citations were not checked"
        ));
        return;
    };
    let known = match keys(text) {
        Ok(known) => known,
        Err(says) => return found.complain(RULE, SOURCES, 1, says),
    };
    for citation in citations(project) {
        if !known.contains_key(&citation.key) && !brings(project, &citation) {
            let says = format!("cites `{}`, which {SOURCES} does not have", citation.key);
            found.complain(RULE, &citation.path, citation.line, says);
        }
    }
    let used = used(project, &known);
    for (key, line) in &known {
        if !used.contains(key) {
            found.complain(RULE, SOURCES, *line, format!("nothing cites `{key}`"));
        }
    }
}

/// Whether a case brings the source that it cites: another authority's law comes with its file.
fn brings(project: &Project, citation: &Citation) -> bool {
    let is_case = citation.path.starts_with("scenarios/");
    let line = format!("key = \"{}\"", citation.key);
    is_case
        && project
            .tree
            .text(&citation.path)
            .is_some_and(|text| text.lines().any(|held| held.trim() == line))
}

/// The keys of the list with their lines: the names of its tables, or `key = "…"` in an array.
fn keys(text: &str) -> Result<BTreeMap<String, usize>, String> {
    let table: toml::Table = text.parse().map_err(|e| format!("{e}"))?;
    let mut keys = BTreeSet::new();
    for (name, value) in &table {
        match value {
            toml::Value::Table(inner) if inner.values().all(toml::Value::is_table) => {
                keys.extend(inner.keys().cloned());
            }
            toml::Value::Table(_) => {
                keys.insert(name.clone());
            }
            toml::Value::Array(all) => keys.extend(
                all.iter()
                    .filter_map(|one| Some(one.get("key")?.as_str()?.to_owned())),
            ),
            _ => {}
        }
    }
    if keys.is_empty() {
        return Err("no source in it".to_owned());
    }
    let line = |key: &str| {
        let holds = |line: &str| {
            let bare = line.trim().trim_matches(|c| c == '[' || c == ']');
            let quoted = format!("\"{key}\"");
            bare == key
                || bare == quoted
                || bare.ends_with(&format!(".{key}"))
                || bare.ends_with(&format!(".{quoted}"))
                || (bare.starts_with("key") && bare.ends_with(&quoted))
        };
        text.lines().position(holds).map_or(1, |n| n + 1)
    };
    Ok(keys
        .into_iter()
        .map(|key| {
            let at = line(&key);
            (key, at)
        })
        .collect())
}

/// Citations that are meant as such: under a `# Law` heading, in `@source`, in a call that makes
/// one, in code marks in documents, and as `law` or `source` of an entry in a list.
fn citations(project: &Project) -> Vec<Citation> {
    let mut all = Vec::new();
    for (path, source) in &project.sources {
        if is_test_file(path) || room_of(path) == "xtask" {
            continue;
        }
        all.extend(in_law_headings(path, &source.comments));
        let is_code = |line: usize| !source.is_test_line(line);
        let lines: BTreeMap<usize, &str> = source.lines().collect();
        for (line, text) in source.strings.iter().filter(|(line, _)| is_code(*line)) {
            let code = lines.get(line).copied().unwrap_or_default();
            if code.contains("Law::new(") || code.contains("law(") {
                all.extend(citation(text).map(|key| place(path, *line, key)));
            }
        }
    }
    for (path, text) in project
        .tree
        .ending(&[".cedar", ".md", ".toml", ".yaml", ".yml"])
    {
        for (n, line) in text.lines().enumerate() {
            for quoted in quoted(line, path) {
                all.extend(citation(quoted).map(|key| place(path, n + 1, key)));
            }
        }
    }
    all
}

fn place(path: &str, line: usize, key: &str) -> Citation {
    Citation {
        path: path.to_owned(),
        line,
        key: key.to_owned(),
    }
}

/// What may be a citation in a line: in `@source("…")` of a policy, in `` `…` `` of a document,
/// after `law =` or `source =` in a list.
fn quoted<'a>(line: &'a str, path: &str) -> Vec<&'a str> {
    if path.ends_with(".cedar") {
        let after = line.split("@source(\"").skip(1);
        return after.filter_map(|rest| rest.split('"').next()).collect();
    }
    if path.ends_with(".md") || path.ends_with(".rs") {
        return line.split('`').skip(1).step_by(2).collect();
    }
    let Some((name, value)) = line.split_once(['=', ':']) else {
        return Vec::new();
    };
    let is_law = matches!(
        name.trim_start_matches(['-', ' ']).trim_end(),
        "law" | "source"
    );
    let value = value.trim().trim_matches('"');
    if is_law { vec![value] } else { Vec::new() }
}

fn in_law_headings(path: &str, comments: &[(usize, String)]) -> Vec<Citation> {
    let mut all = Vec::new();
    let mut under_law = None;
    for (line, text) in comments {
        let Some(text) = text
            .strip_prefix("///")
            .or_else(|| text.strip_prefix("//!"))
        else {
            under_law = None;
            continue;
        };
        let follows = under_law == line.checked_sub(1);
        under_law = match text.trim() {
            "# Law" => Some(*line),
            heading if heading.starts_with("# ") => None,
            _ if follows => Some(*line),
            _ => None,
        };
        if under_law.is_some() {
            let keys = quoted(text, path).into_iter().filter_map(citation);
            all.extend(keys.map(|key| place(path, *line, key)));
        }
    }
    all
}

/// The source key of `KEY:place`; none when the text is not of that shape.
fn citation(text: &str) -> Option<&str> {
    let (key, at) = text.split_once(':')?;
    let is_key = key.chars().next()?.is_ascii_uppercase()
        && key
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-_".contains(c));
    let is_place = at.chars().next()?.is_ascii_alphanumeric()
        && at
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./()".contains(c));
    (is_key && is_place && key.len() >= 2).then_some(key)
}

/// The known keys that stand as `KEY:` or `"KEY"` in any other file.
fn used(project: &Project, known: &BTreeMap<String, usize>) -> BTreeSet<String> {
    let others = project.tree.texts().filter(|(path, _)| *path != SOURCES);
    let texts: Vec<&str> = others.map(|(_, text)| text).collect();
    let is_used = |key: &&String| {
        let wanted = format!("{key}:");
        texts.iter().any(|text| {
            text.match_indices(&wanted).any(|(at, _)| {
                let before = text.get(..at).and_then(|head| head.chars().next_back());
                before.is_none_or(|c| !(c.is_alphanumeric() || "-_".contains(c)))
            })
        })
    };
    known.keys().filter(is_used).cloned().collect()
}

/// A decision that code or a document leans on has a record.
pub fn cited_decisions_exist(project: &Project, found: &mut Found) {
    let numbers: BTreeSet<&str> = project
        .tree
        .paths()
        .filter_map(|path| path.strip_prefix("docs/decisions/")?.split('-').next())
        .collect();
    for (path, text) in project.tree.ending(&[".rs", ".md", ".cedar", ".toml"]) {
        if room_of(path) == "xtask" {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            for rest in line.split("decision ").skip(1) {
                let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
                if number.len() == 4 && !numbers.contains(number.as_str()) {
                    let says = format!("decision {number} has no record");
                    found.complain("cited_decisions_exist", path, n + 1, says);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    const LIST: (&str, &str) = (SOURCES, "[EIPA]\ntitle = \"a\"\n\n[NTE]\ntitle = \"b\"\n");
    const BOTH: (&str, &str) = (
        "policies/a.cedar",
        "@source(\"EIPA:7\") @source(\"NTE:992\")",
    );

    fn judged(path: &str, text: &str) -> Vec<String> {
        places(law_keys_are_known_and_used, &[LIST, BOTH, (path, text)])
    }

    #[test]
    fn a_case_may_cite_the_source_that_it_brings_and_no_other() {
        let own = "sources: |\n  [[source]]\n  key = \"NRACT\"\nlaw: \"NRACT:2\"\n";
        let other = "law: \"NRACT:2\"\n";
        let of = |text| {
            places(
                law_keys_are_known_and_used,
                &[LIST, BOTH, ("scenarios/a.yaml", text)],
            )
        };
        assert!(of(own).is_empty());
        assert_eq!(of(other).len(), 1);
    }

    #[test]
    fn an_unknown_key_is_found_wherever_it_is_cited() {
        let code = "/// A thing.\n///\n/// # Law\n/// `EIPA:7(1)`, `EPR:3(2)`\nfn a() {}";
        assert_eq!(
            judged("crates/domain/src/a.rs", code),
            ["crates/domain/src/a.rs:4"]
        );
        let call = "fn a() {\n    Law::new(\"EPR:7\")\n}";
        assert_eq!(
            judged("crates/domain/src/a.rs", call),
            ["crates/domain/src/a.rs:2"]
        );
        assert_eq!(
            judged("policies/b.cedar", "\n@source(\"EPR:7\")"),
            ["policies/b.cedar:2"]
        );
        assert_eq!(judged("docs/a.md", "by `EPR:7`"), ["docs/a.md:1"]);
        assert_eq!(
            judged("law/a.toml", "id = 1\nlaw = \"EPR:7\""),
            ["law/a.toml:2"]
        );
        assert_eq!(
            judged("scenarios/a.yaml", "  - source: EPR:7"),
            ["scenarios/a.yaml:1"]
        );
    }

    #[test]
    fn what_is_no_citation_is_left_alone() {
        let code = "/// `EPR:7` in passing.\nfn a() { b(\"GUIDE@2020:2-15.d\"); }\n\
                    #[cfg(test)]\nmod tests {\n    fn b() { Law::new(\"X1:2\") }\n}\n";
        assert!(judged("crates/domain/src/a.rs", code).is_empty());
        assert!(judged("docs/a.md", "EPR:7, `a:b`, `std::fs`, `GO: now`, `X@1:2`").is_empty());
        assert!(judged("law/a.toml", "entry = \"EPR:7\"\nlaw = \"EIPA:7\"").is_empty());
        assert!(
            judged(
                "crates/domain/src/a.rs",
                "/// # Law\n/// `EIPA:7`\n/// # Errors\n/// `EPR:7`"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_source_that_nothing_cites_is_found() {
        let files = [
            LIST,
            ("policies/a.cedar", "@source(\"EIPA:7\")"),
            ("docs/a.md", "X-NTE:1"),
        ];
        assert_eq!(
            places(law_keys_are_known_and_used, &files),
            ["law/sources.toml:4"]
        );
        assert!(places(law_keys_are_known_and_used, &[LIST, BOTH]).is_empty());
    }

    #[test]
    fn keys_are_read_from_tables_and_from_arrays() {
        let of = |text: &str| keys(text).unwrap().into_keys().collect::<Vec<_>>();
        assert_eq!(of("[A1]\ntitle = \"a\"\n[B2]\ntitle = \"b\""), ["A1", "B2"]);
        assert_eq!(
            of("[source.A1]\ntitle = \"a\"\n[source.B2]\ntitle = \"b\""),
            ["A1", "B2"]
        );
        assert_eq!(
            of("[[source]]\nkey = \"A1\"\n[[source]]\nkey = \"B2\""),
            ["A1", "B2"]
        );
        assert!(keys("").is_err());
    }

    #[test]
    fn without_a_list_there_is_a_note_and_no_complaint() {
        assert!(places(law_keys_are_known_and_used, &[BOTH]).is_empty());
    }

    #[test]
    fn a_decision_that_is_leaned_on_has_a_record() {
        let record = ("docs/decisions/0001-a.md", "# 0001. A");
        let good = (
            "crates/a/src/a.rs",
            "// None: design choice, see decision 0001",
        );
        assert!(places(cited_decisions_exist, &[record, good]).is_empty());
        let bad = (
            "crates/a/src/a.rs",
            "\n// see decision 0002, and decision 12 of the court",
        );
        assert_eq!(
            places(cited_decisions_exist, &[record, bad]),
            ["crates/a/src/a.rs:2"]
        );
    }
}
