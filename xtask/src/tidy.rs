//! The rules of the house that a compiler does not know. Each has tests of its own.
//!
//! A rule reads the project and complains with a place. A rule that cannot look yet, because what
//! it looks at does not exist, leaves a note instead.

use std::collections::BTreeMap;
use std::fmt;

use crate::source::Source;
use crate::tree::Tree;

mod bans;
mod dead;
mod golden;
mod house;
mod law;
mod limits;
mod papers;
mod rooms;
mod speech;

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    path: String,
    line: usize,
    rule: &'static str,
    says: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}: {}",
            self.path, self.line, self.rule, self.says
        )
    }
}

/// What rules look at.
pub struct Project<'a> {
    tree: &'a Tree,
    sources: BTreeMap<&'a str, Source>,
}

/// What rules have found.
#[derive(Debug, Default)]
pub struct Found {
    complaints: Vec<Complaint>,
    notes: Vec<String>,
}

impl Found {
    fn complain(&mut self, rule: &'static str, path: &str, line: usize, says: impl Into<String>) {
        self.complaints.push(Complaint {
            path: path.to_owned(),
            line,
            rule,
            says: says.into(),
        });
    }

    fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

type Rule = fn(&Project, &mut Found);

/// Every rule, by the name under which documents cite it.
const RULES: [(&str, Rule); 30] = [
    ("arrows_point_down", house::arrows_point_down),
    (
        "rooms_touch_only_what_they_may",
        house::rooms_touch_only_what_they_may,
    ),
    ("lints_are_inherited", house::lints_are_inherited),
    (
        "only_register_contains_sql",
        rooms::only_register_contains_sql,
    ),
    (
        "only_web_knows_status_codes",
        rooms::only_web_knows_status_codes,
    ),
    ("only_regime_names_cedar", rooms::only_regime_names_cedar),
    ("domain_has_no_async", rooms::domain_has_no_async),
    ("pure_rooms_do_no_io", rooms::pure_rooms_do_no_io),
    (
        "only_the_front_door_reads_the_clock",
        rooms::only_the_front_door_reads_the_clock,
    ),
    ("numbers_are_exact", rooms::numbers_are_exact),
    (
        "only_the_front_door_talks_to_the_terminal",
        rooms::only_the_front_door_talks_to_the_terminal,
    ),
    ("tests_do_not_sleep", bans::tests_do_not_sleep),
    ("nothing_sets_standing", rooms::nothing_sets_standing),
    ("names_say_what_they_hold", limits::names_say_what_they_hold),
    ("files_are_short", limits::files_are_short),
    ("lines_are_short", limits::lines_are_short),
    ("functions_only_shrink", limits::functions_only_shrink),
    (
        "ignored_tests_have_a_reason",
        bans::ignored_tests_have_a_reason,
    ),
    ("nothing_is_left_to_do", bans::nothing_is_left_to_do),
    (
        "exceptions_are_expected_with_a_reason",
        bans::exceptions_are_expected_with_a_reason,
    ),
    ("no_path_of_a_machine", bans::no_path_of_a_machine),
    (
        "law_keys_are_known_and_used",
        law::law_keys_are_known_and_used,
    ),
    ("cited_decisions_exist", law::cited_decisions_exist),
    ("no_file_is_dead", dead::no_file_is_dead),
    (
        "every_event_has_a_golden_form",
        golden::every_event_has_a_golden_form,
    ),
    ("languages_are_equal", speech::languages_are_equal),
    (
        "glossary_terms_have_both_languages",
        papers::glossary_terms_have_both_languages,
    ),
    (
        "decisions_are_numbered_and_short",
        papers::decisions_are_numbered_and_short,
    ),
    (
        "documents_point_at_what_exists",
        papers::documents_point_at_what_exists,
    ),
    (
        "guards_named_in_documents_exist",
        papers::guards_named_in_documents_exist,
    ),
];

/// Runs every rule; gives the complaints in order, and notes on what could not be looked at.
pub fn complaints(tree: &Tree) -> (Vec<Complaint>, Vec<String>) {
    let mut found = Found::default();
    let project = Project::new(tree);
    for (_, rule) in RULES {
        rule(&project, &mut found);
    }
    found.complaints.sort();
    found.complaints.dedup();
    (found.complaints, found.notes)
}

impl<'a> Project<'a> {
    fn new(tree: &'a Tree) -> Self {
        let sources = tree
            .ending(&[".rs"])
            .map(|(path, text)| (path, Source::read(text)))
            .collect();
        Self { tree, sources }
    }

    /// Every Rust file with its room: `domain` for `crates/domain/…`, else the first folder.
    fn rooms(&self) -> impl Iterator<Item = (&str, &str, &Source)> {
        self.sources
            .iter()
            .map(|(path, source)| (room_of(path), *path, source))
    }
}

/// The room that a path lies in.
fn room_of(path: &str) -> &str {
    let mut parts = path.split('/');
    match parts.next() {
        Some("crates") => parts.next().unwrap_or_default(),
        first => first.unwrap_or_default(),
    }
}

/// What one rule says of these files, as `path:line` places.
#[cfg(test)]
fn places(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    let tree = Tree::of(files);
    let mut found = Found::default();
    rule(&Project::new(&tree), &mut found);
    found.complaints.sort();
    let place = |c: &Complaint| format!("{}:{}", c.path, c.line);
    found.complaints.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_keeps_the_rules_of_the_house() {
        let tree = Tree::load(&crate::root()).unwrap();
        let (complaints, _) = complaints(&tree);
        let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    #[test]
    fn a_complaint_names_file_line_and_rule() {
        let tree = Tree::of(&[("crates/domain/src/a.rs", "\nfn a() { todo!() }\n")]);
        let (complaints, _) = complaints(&tree);
        assert!(complaints.iter().any(|c| {
            c.to_string()
                .starts_with("crates/domain/src/a.rs:2: nothing_is_left_to_do: ")
        }));
    }
}
