//! Where in a text a mistake stands.

use std::fmt;

use crate::nesting::{TOO_DEEP, toml_too_deep};

/// A line and column of a text, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset; the end of the text where the offset lies beyond it.
    #[must_use]
    pub fn at(text: &str, offset: usize) -> Self {
        let before: String = text
            .char_indices()
            .take_while(|(at, _)| *at < offset)
            .map(|(_, character)| character)
            .collect();
        let last_line = before.rsplit('\n').next().unwrap_or("");
        Self {
            line: before.matches('\n').count().saturating_add(1),
            column: last_line.chars().count().saturating_add(1),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a file of data was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading {file}: {place}: {problem}")]
pub struct TomlMistake {
    /// Which file or part of a case.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong, in one line.
    pub problem: String,
}

/// Reads TOML into what a room expects of it.
///
/// # Errors
/// Says where the text stops being what was expected.
pub(crate) fn read_toml<T: serde::de::DeserializeOwned>(
    file: &str,
    text: &str,
) -> Result<T, TomlMistake> {
    if let Some(at) = toml_too_deep(text) {
        return Err(TomlMistake {
            file: file.to_owned(),
            place: Place::at(text, at),
            problem: TOO_DEEP.to_owned(),
        });
    }
    toml::from_str(text).map_err(|error| TomlMistake {
        file: file.to_owned(),
        place: Place::at(text, error.span().map_or(0, |span| span.start)),
        problem: one_line(error.message()),
    })
}

/// The text of a foreign message as one line.
pub(crate) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let text = "é\nab";
        assert_eq!(Place::at(text, 0).to_string(), "line 1, column 1");
        assert_eq!(Place::at(text, 2).to_string(), "line 1, column 2");
        assert_eq!(Place::at(text, 4).to_string(), "line 2, column 2");
        assert_eq!(Place::at(text, 99).to_string(), "line 2, column 3");
    }
}
