//! English and French are equal: the same messages, with the same facts in them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Project};

/// Each message with the variables that it uses, and its line.
type Messages = BTreeMap<String, (usize, BTreeSet<String>)>;

/// Every message file has its twin in the other language, message for message and variable for
/// variable.
pub fn languages_are_equal(project: &Project, found: &mut Found) {
    const RULE: &str = "languages_are_equal";
    for (path, text) in project.tree.ending(&[".ftl"]) {
        let Some(twin) = twin(path) else {
            found.complain(RULE, path, 1, "not in a folder called `en` or `fr`");
            continue;
        };
        let Some(other) = project.tree.text(&twin) else {
            found.complain(RULE, path, 1, format!("`{twin}` is not there"));
            continue;
        };
        let (ours, theirs) = (messages(text), messages(other));
        for (key, (line, variables)) in &ours {
            match theirs.get(key) {
                None => found.complain(RULE, path, *line, format!("`{twin}` has no `{key}`")),
                Some((_, others)) if others != variables => {
                    let says = format!("`{key}` does not use the same variables in `{twin}`");
                    found.complain(RULE, path, *line, says);
                }
                Some(_) => {}
            }
        }
    }
}

fn twin(path: &str) -> Option<String> {
    let swap = |from: &str, to: &str| path.contains(from).then(|| path.replacen(from, to, 1));
    swap("/en/", "/fr/").or_else(|| swap("/fr/", "/en/"))
}

fn messages(text: &str) -> Messages {
    let mut all = Messages::new();
    let mut message = String::new();
    let mut key = String::new();
    for (n, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        let name = line.split('=').next().unwrap_or_default().trim();
        let starts = line.contains('=') && is_name(name.trim_start_matches('.'));
        if !is_indented && starts {
            message = name.to_owned();
            key.clone_from(&message);
        } else if is_indented && starts && name.starts_with('.') {
            key = format!("{message}{name}");
        }
        let entry = all.entry(key.clone()).or_insert((n + 1, BTreeSet::new()));
        entry.1.extend(variables(line));
    }
    all
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

fn variables(line: &str) -> impl Iterator<Item = String> {
    line.split('$').skip(1).map(|rest| {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    const EN: &str = "crates/web/locales/en/permit.ftl";
    const FR: &str = "crates/web/locales/fr/permit.ftl";

    fn judged(en: &str, fr: &str) -> Vec<String> {
        places(languages_are_equal, &[(EN, en), (FR, fr)])
    }

    #[test]
    fn equal_files_pass_whatever_the_order() {
        let en = "# Permits\nleft = { $quantity } left\n    of { $granted }\nopen =\n    .title = Open\n";
        let fr = "open =\n    .title = Ouvrir\nleft = il reste { $quantity } sur { $granted }\n";
        assert!(judged(en, fr).is_empty());
    }

    #[test]
    fn a_missing_message_attribute_variable_or_file_is_found() {
        assert_eq!(judged("a = 1\nb = 2\n", "a = 1\n"), [format!("{EN}:2")]);
        assert_eq!(
            judged("a = 1\n", "a = 1\n    .title = x\n"),
            [format!("{FR}:2")]
        );
        let uneven = judged("a = { $day }\n", "a = le jour\n");
        assert_eq!(uneven, [format!("{EN}:1"), format!("{FR}:1")]);
        assert_eq!(
            places(languages_are_equal, &[(FR, "a = 1")]),
            [format!("{FR}:1")]
        );
        assert_eq!(
            places(languages_are_equal, &[("a.ftl", "a = 1")]),
            ["a.ftl:1"]
        );
    }
}
