//! Where in a file something stands.

use std::fmt;

use serde::Serialize;

/// A place in a file, for reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct At {
    /// The file's name, as the caller gave it.
    pub file: String,
    /// The line of a text file on which the row begins, or the row of a sheet, from 1.
    pub line: u64,
    /// The column, from 1: a character of a text file, or a column of a sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}

impl At {
    /// A whole line.
    #[must_use]
    pub fn line(file: &str, line: u64) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column: None,
        }
    }

    /// One column of a line.
    #[must_use]
    pub fn column(file: &str, line: u64, column: u64) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column: Some(column),
        }
    }

    /// The line and column of a byte in a text, both from 1; a column counts characters.
    #[must_use]
    pub fn byte_in(file: &str, text: &[u8], byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        // Bytes that continue a UTF-8 character do not begin a column.
        let column = before
            .get(start..)
            .unwrap_or_default()
            .iter()
            .filter(|b| **b & 0xC0 != 0x80)
            .count() as u64
            + 1;
        Self::column(file, line, column)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        match self.column {
            Some(column) => write!(f, ":{column}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_has_a_line_and_a_column_of_characters() {
        let text = "a,b\nPérou,x\n".as_bytes();
        assert_eq!(At::byte_in("f", text, 0).to_string(), "f:1:1");
        assert_eq!(At::byte_in("f", text, 11).to_string(), "f:2:7");
        assert_eq!(At::byte_in("f", text, 999).line, 3);
    }
}
