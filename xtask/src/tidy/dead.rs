//! Files that nothing reads.

use super::{Found, Project};

/// Folders whose files live only through a reference.
const FOLDERS: [&str; 3] = ["policies/", "lists/", "scenarios/"];

/// Every policy, list and scenario is named by another file, or lies in a folder that code reads
/// as a whole and names.
pub fn no_file_is_dead(project: &Project, found: &mut Found) {
    for path in project.tree.paths() {
        if !FOLDERS.iter().any(|folder| path.starts_with(folder)) || path.ends_with(".md") {
            continue;
        }
        if !is_named(project, path) {
            let says = "nothing names this file or the folder it is read from";
            found.complain("no_file_is_dead", path, 1, says);
        }
    }
}

fn is_named(project: &Project, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let by_name = project
        .tree
        .texts()
        .any(|(other, text)| other != path && text.contains(name));
    // A folder of one part (`lists`) is too common a word to keep its files alive.
    let by_folder = folder.contains('/')
        && project
            .sources
            .values()
            .any(|source| source.strings.iter().any(|(_, text)| text.contains(folder)));
    by_name || by_folder
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn a_file_that_nothing_names_is_dead() {
        let dead = [
            ("lists/a.csv", "lists/a.csv"),
            ("crates/a/src/a.rs", "// the lists"),
        ];
        assert_eq!(places(no_file_is_dead, &dead), ["lists/a.csv:1"]);
    }

    #[test]
    fn a_file_lives_by_its_name_or_by_a_folder_that_code_reads() {
        let named = [
            ("lists/a.csv", ""),
            ("crates/a/src/a.rs", "const A: &str = \"a.csv\";"),
        ];
        assert!(places(no_file_is_dead, &named).is_empty());
        let read = [
            ("policies/cases/one.toml", ""),
            (
                "crates/a/tests/a.rs",
                "const CASES: &str = \"../policies/cases\";",
            ),
        ];
        assert!(places(no_file_is_dead, &read).is_empty());
        let spoken = [
            ("policies/cases/one.toml", ""),
            ("docs/a.md", "see policies/cases"),
        ];
        assert_eq!(places(no_file_is_dead, &spoken).len(), 1);
        assert!(
            places(
                no_file_is_dead,
                &[("docs/a.md", ""), ("lists/README.md", "")]
            )
            .is_empty()
        );
    }
}
