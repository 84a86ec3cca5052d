//! Places in a file: line and column of a byte offset.

use std::fmt;

/// Distance between marks, in bytes: files of law come as one line of 140 kB, and a place is found
/// by counting from the mark before it. The marks of the longest file allowed take 800 kB.
const MARK_BYTES: usize = 256;

/// A place in a file: line and column count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name of the file, as given.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}`, line {}, column {}",
            self.file, self.line, self.column
        )
    }
}

/// A text with the line and column of a character every [`MARK_BYTES`].
#[derive(Debug)]
pub(super) struct Lines<'a> {
    source: &'a str,
    /// Offset, line and column, in rising order.
    marks: Vec<(usize, usize, usize)>,
}

impl<'a> Lines<'a> {
    pub fn of(source: &'a str) -> Self {
        let mut marks = vec![(0, 1, 1)];
        let (mut line, mut column, mut next) = (1_usize, 1_usize, MARK_BYTES);
        for (offset, c) in source.char_indices() {
            if offset >= next {
                marks.push((offset, line, column));
                next = offset.saturating_add(MARK_BYTES);
            }
            (line, column) = after(c, line, column);
        }
        Self { source, marks }
    }

    /// The place of a byte offset; past the end, the end.
    pub fn place(&self, file: &str, offset: usize) -> Place {
        let before = self
            .marks
            .partition_point(|(at, _, _)| *at <= offset)
            .saturating_sub(1);
        let (from, line, column) = self.marks.get(before).copied().unwrap_or((0, 1, 1));
        count(file, self.source, (from, line, column), offset)
    }
}

impl Place {
    /// The place of a byte offset in a text; past its end, the end.
    pub(super) fn of(file: &str, source: &str, offset: usize) -> Self {
        count(file, source, (0, 1, 1), offset)
    }
}

fn after(c: char, line: usize, column: usize) -> (usize, usize) {
    match c {
        '\n' => (line.saturating_add(1), 1),
        _ => (line, column.saturating_add(1)),
    }
}

fn count(file: &str, source: &str, mark: (usize, usize, usize), offset: usize) -> Place {
    let (from, mut line, mut column) = mark;
    let rest = source.get(from..).unwrap_or_default();
    for (at, c) in rest.char_indices() {
        let end = from.saturating_add(at).saturating_add(c.len_utf8());
        if end > offset {
            break;
        }
        (line, column) = after(c, line, column);
    }
    Place {
        file: file.to_owned(),
        line,
        column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_change_nothing_about_a_place() {
        let source = "é\nab\n".repeat(4000) + &"ü".repeat(9000);
        let lines = Lines::of(&source);
        for offset in (0..source.len().saturating_add(10)).step_by(37) {
            assert_eq!(
                lines.place("f", offset),
                Place::of("f", &source, offset),
                "{offset}"
            );
        }
    }

    #[test]
    fn columns_count_characters_from_one() {
        let place = |offset| {
            let place = Place::of("f", "éé\nx", offset);
            (place.line, place.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(2), (1, 2));
        assert_eq!(place(5), (2, 1));
        assert_eq!(place(99), (2, 2));
    }
}
