//! Text with a delimiter, as RFC 4180 writes it, and stricter than most readers: a quote that is
//! never closed is a mistake here, where reading on would swallow the rest of the file as one cell.

use crate::at::At;
use crate::bounds::COLUMNS_MAX;
use crate::encoding;
use crate::mapping::FileLayout;
use crate::outcome::Assumption;

use super::{Cell, FileMistake};

/// Hands on each record with the line on which it begins.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    layout: &FileLayout,
    take: &mut dyn FnMut(u64, Vec<Cell>) -> Result<(), FileMistake>,
) -> Result<Option<Assumption>, FileMistake> {
    let (text, assumed) = encoding::decode(bytes, name, layout.encoding)?;
    if let Some(byte) = text.bytes().position(|b| b == 0) {
        let at = At::byte_in(name, text.as_bytes(), byte);
        return Err(FileMistake::Nul { at });
    }
    let mut reader = Reader {
        name,
        text: &text,
        at: 0,
        line: 1,
        delimiter: layout.delimiter.byte(),
        quote: layout.quote.byte(),
    };
    while let Some((line, cells)) = reader.record()? {
        take(line, cells)?;
    }
    Ok(assumed)
}

struct Reader<'t> {
    name: &'t str,
    text: &'t str,
    at: usize,
    line: u64,
    delimiter: u8,
    quote: Option<u8>,
}

impl<'t> Reader<'t> {
    fn record(&mut self) -> Result<Option<(u64, Vec<Cell>)>, FileMistake> {
        let line = self.line;
        if self.at >= self.text.len() {
            return Ok(None);
        }
        let mut cells = Vec::new();
        loop {
            if cells.len() == COLUMNS_MAX {
                let at = At::line(self.name, line);
                return Err(FileMistake::TooManyColumns { at });
            }
            cells.push(if self.here().is_some() && self.here() == self.quote {
                self.quoted()?
            } else {
                self.plain()
            });
            match self.here() {
                Some(b) if b == self.delimiter => self.at += 1,
                Some(b'\r') => {
                    self.at += 1;
                    if self.here() == Some(b'\n') {
                        self.at += 1;
                    }
                    break;
                }
                Some(_) => {
                    self.at += 1;
                    break;
                }
                None => break,
            }
        }
        self.line += 1;
        Ok(Some((line, cells)))
    }

    fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn piece(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// A cell without quotes around it, up to a delimiter or a line end. Quotes within are text.
    fn plain(&mut self) -> Cell {
        let from = self.at;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let ends = |b: &u8| *b == self.delimiter || *b == b'\n' || *b == b'\r';
        self.at = from + rest.iter().position(ends).unwrap_or(rest.len());
        Cell::text(self.piece(from, self.at))
    }

    /// A cell in quotes; a doubled quote is one quote of the text.
    fn quoted(&mut self) -> Result<Cell, FileMistake> {
        let opened = self.at;
        let mut kept = String::new();
        self.at += 1;
        loop {
            let from = self.at;
            let rest = self.text.as_bytes().get(from..).unwrap_or_default();
            let Some(length) = rest.iter().position(|b| Some(*b) == self.quote) else {
                let at = At::byte_in(self.name, self.text.as_bytes(), opened);
                return Err(FileMistake::UnclosedQuote { at });
            };
            self.at = from + length;
            kept.push_str(self.piece(from, self.at));
            self.at += 1;
            if self.here() != self.quote {
                break;
            }
            kept.push_str(self.piece(self.at, self.at + 1));
            self.at += 1;
        }
        self.line += kept.bytes().filter(|b| *b == b'\n').count() as u64;
        while self.here() == Some(b' ') && self.delimiter != b' ' {
            self.at += 1;
        }
        match self.here() {
            None | Some(b'\n' | b'\r') => Ok(Cell::text(&kept)),
            Some(b) if b == self.delimiter => Ok(Cell::text(&kept)),
            Some(_) => Err(FileMistake::TextAfterQuote {
                at: At::byte_in(self.name, self.text.as_bytes(), self.at),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Result<Vec<(u64, Vec<String>)>, FileMistake> {
        let mut found = Vec::new();
        read(
            text.as_bytes(),
            "f.csv",
            &FileLayout::default(),
            &mut |line, cells| {
                found.push((line, cells.iter().map(|c| c.shown().into_owned()).collect()));
                Ok(())
            },
        )?;
        Ok(found)
    }

    #[test]
    fn records_know_the_line_on_which_they_begin() {
        let found = records("a,b\r\n\"x\ny\",\"say \"\"no\"\"\"\n1,\n").unwrap();
        assert_eq!(
            found,
            [
                (1, vec!["a".to_owned(), "b".to_owned()]),
                (2, vec!["x\ny".to_owned(), "say \"no\"".to_owned()]),
                (4, vec!["1".to_owned(), String::new()]),
            ]
        );
    }

    #[test]
    fn a_quote_inside_a_plain_cell_is_text() {
        let found = records("5\" gun,1\n").unwrap();
        assert_eq!(found[0].1, ["5\" gun", "1"]);
    }

    #[test]
    fn a_quote_never_closed_is_a_mistake_with_its_place() {
        let mistake = records("a,b\nc,\"d\ne,f\n").unwrap_err();
        assert_eq!(
            mistake.to_string(),
            "the quote opened at f.csv:2:3 is never closed"
        );
        let mistake = records("a,b\n\"c\"d,e\n").unwrap_err();
        assert!(matches!(mistake, FileMistake::TextAfterQuote { at } if at.line == 2));
    }

    #[test]
    fn a_nul_is_a_mistake() {
        assert!(matches!(records("a,b\n\0,c\n"), Err(FileMistake::Nul { at }) if at.line == 2));
    }

    #[test]
    fn a_row_beyond_all_columns_is_a_mistake() {
        let wide = ",".repeat(COLUMNS_MAX);
        assert!(matches!(
            records(&wide),
            Err(FileMistake::TooManyColumns { .. })
        ));
        assert!(records(&",".repeat(COLUMNS_MAX - 1)).is_ok());
    }
}
