//! The files of the project, read once; rules look at this and never at the disk.

use std::collections::BTreeMap;
use std::path::Path;

/// Most files read: the project has hundreds; more means that a build folder slipped in.
const FILES_MAX: usize = 20_000;

/// Largest file whose text is kept: control-list fixtures reach a few megabytes.
const TEXT_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Folders that are never part of the project, wherever they stand.
const NOT_OURS: [&str; 3] = ["target", ".git", "node_modules"];

/// Every file by its path from the root; text where it is text.
#[derive(Debug, Default, Clone)]
pub struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads the project under `root`.
    ///
    /// # Errors
    /// Says which folder or file could not be read.
    pub fn load(root: &Path) -> Result<Self, String> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        Ok(tree)
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<(), String> {
        let fault = |e: std::io::Error| format!("reading `{}`: {e}", folder.display());
        for entry in std::fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(fault)?;
            if kind.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                self.add_file(&entry.path(), path)?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, from: &Path, path: String) -> Result<(), String> {
        if self.files.len() >= FILES_MAX {
            return Err(format!("more than {FILES_MAX} files, at `{path}`"));
        }
        let text = match text_of(from) {
            Ok(text) => text,
            // A test that runs beside this one took its own file away again.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(format!("reading `{}`: {e}", from.display())),
        };
        self.files.insert(path, text);
        Ok(())
    }

    /// A tree of these files, for tests of rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self {
            files: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())))
                .collect(),
        }
    }

    /// Every path.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every file that is text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// The text files with one of these endings.
    pub fn ending<'a>(&'a self, ends: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts()
            .filter(|(path, _)| ends.iter().any(|end| path.ends_with(end)))
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether a file stands there, or a folder with a file in it.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.files.keys().any(|p| p.starts_with(&folder))
    }
}

/// The text of a file; none when it is too large, or no text.
fn text_of(file: &Path) -> std::io::Result<Option<String>> {
    if file.metadata()?.len() > TEXT_BYTES_MAX {
        return Ok(None);
    }
    Ok(String::from_utf8(std::fs::read(file)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_when_a_file_stands_in_it() {
        let tree = Tree::of(&[("docs/a.md", "a")]);
        assert!(tree.has("docs") && tree.has("docs/") && tree.has("docs/a.md"));
        assert!(!tree.has("doc") && !tree.has("docs/a"));
    }

    #[test]
    fn build_folders_are_not_read() {
        let tree = Tree::load(&crate::root()).unwrap();
        assert!(tree.has("xtask/src/main.rs"));
        assert!(tree.paths().all(|path| !path.contains("target/")));
    }
}
