//! Stored forms are frozen: each kind of event has its form kept as a golden file.

use super::{Found, Project};

const EVENTS: &str = "crates/domain/src/event.rs";

/// Every kind of event stands in a golden file, by the name of the file or as its `kind`.
pub fn every_event_has_a_golden_form(project: &Project, found: &mut Found) {
    let Some(source) = project.sources.get(EVENTS) else {
        return found.note(format!(
            "{EVENTS} is not there: golden forms were not checked"
        ));
    };
    let is_golden = |path: &str| path.starts_with("crates/") && path.contains("/tests/golden/");
    let goldens: Vec<(&str, &str)> = project
        .tree
        .texts()
        .filter(|(path, _)| is_golden(path) && path.contains("event"))
        .collect();
    if goldens.is_empty() {
        return found.note("no event has a golden form yet: none was checked");
    }
    for (line, kind) in kinds(source.lines()) {
        let marks = [
            format!("\"kind\":\"{kind}\""),
            format!("\"kind\": \"{kind}\""),
        ];
        let is_kept = goldens.iter().any(|(path, text)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.split('.').next() == Some(kind) || marks.iter().any(|mark| text.contains(mark))
        });
        if !is_kept {
            let says = format!("`{kind}` has no golden form");
            found.complain("every_event_has_a_golden_form", EVENTS, line, says);
        }
    }
}

/// The names within `events! { … }`, with their lines.
fn kinds<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<(usize, &'a str)> {
    lines
        .skip_while(|(_, line)| line.trim() != "events! {")
        .skip(1)
        .take_while(|(_, line)| line.trim() != "}")
        .map(|(n, line)| (n, line.trim().trim_end_matches(',')))
        .filter(|(_, name)| !name.is_empty() && name.chars().all(char::is_alphanumeric))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    const CODE: (&str, &str) = (
        EVENTS,
        "events! {\n    /// One.\n    PermitIssued,\n    /// Two.\n    MeasureSigned,\n}\n",
    );

    #[test]
    fn a_kind_lives_in_a_file_of_its_name_or_in_one_that_lists_kinds() {
        let rule = every_event_has_a_golden_form;
        let one = ("crates/domain/tests/golden/events/PermitIssued.json", "{}");
        let all = (
            "crates/domain/tests/golden/events.jsonl",
            "{\"kind\": \"MeasureSigned\"}",
        );
        assert!(places(rule, &[CODE, one, all]).is_empty());
        assert_eq!(places(rule, &[CODE, one]), ["crates/domain/src/event.rs:5"]);
        assert_eq!(places(rule, &[CODE, all]), ["crates/domain/src/event.rs:3"]);
    }

    #[test]
    fn without_any_golden_form_there_is_a_note() {
        let elsewhere = ("walks/tests/golden/events.json", "PermitIssued");
        assert!(places(every_event_has_a_golden_form, &[CODE, elsewhere]).is_empty());
    }
}
