//! A document of headings, lines and tables, written as a page or as plain text.

use std::fmt::{Display, Write as _};

use domain::language::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The style that a page carries in itself.
const STYLE: &str = "body{font:11pt/1.4 serif;max-width:60em;margin:2em auto;padding:0 1em}\
    h1{font-size:1.5em}h2{font-size:1.15em;border-bottom:1px solid;margin-top:2em}\
    table{border-collapse:collapse;width:100%;font-size:.9em}\
    th,td{border:1px solid;padding:.25em .4em;text-align:left;vertical-align:top}\
    pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85em}p,td{overflow-wrap:anywhere}\
    .gone{background:#000;color:#fff;padding:0 .3em}\
    @media print{body{margin:0;max-width:none}tr{break-inside:avoid}h2{break-after:avoid}}";

/// What a browser may take from such a page: nothing but that style, by its SHA-256.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'sha256-XxF+HMLyxS7Mfv2/IjkMsY2w98eYwvV2FE5yFpJabGc='; base-uri 'none'; \
    frame-ancestors 'none'";

/// A document.
pub(super) struct Document {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) lead: Vec<String>,
    pub(super) sections: Vec<Section>,
}

/// A heading and what stands under it.
pub(super) struct Section {
    pub(super) heading: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a section.
pub(super) enum Block {
    /// A line of text.
    Line(Vec<Piece>),
    /// Text as a machine wrote it.
    Code(String),
    /// A table with one piece in each cell.
    Table {
        head: Vec<&'static str>,
        rows: Vec<Vec<Piece>>,
    },
    /// A table with several pieces in a cell, one under the other.
    Cells {
        head: Vec<&'static str>,
        rows: Vec<Vec<Vec<Piece>>>,
    },
}

impl Block {
    /// A line of one text.
    pub(super) fn line(text: impl Into<String>) -> Self {
        Self::Line(vec![Piece::Text(text.into())])
    }

    /// A table, or nothing where it has no row.
    pub(super) fn table(head: Vec<&'static str>, rows: Vec<Vec<Piece>>) -> Vec<Self> {
        if rows.is_empty() {
            Vec::new()
        } else {
            vec![Self::Table { head, rows }]
        }
    }
}

/// A piece of text.
pub(super) enum Piece {
    /// It stands here.
    Text(String),
    /// It does not, for this reason. The text itself is nowhere in the document.
    Gone(String),
}

impl Piece {
    /// A number or another short text.
    pub(super) fn text(shown: &dyn Display) -> Self {
        Self::Text(shown.to_string())
    }

    fn markup(&self) -> Markup {
        match self {
            Self::Text(text) => html! { (text) },
            Self::Gone(because) => html! { span.gone { "[" (because) "]" } },
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Gone(because) => format!("[{because}]"),
        }
    }
}

impl Document {
    /// The document as a page of its own.
    pub(super) fn page(&self) -> String {
        let language = match self.language {
            Language::En => "en",
            Language::Fr => "fr",
        };
        let page = html! {
            (DOCTYPE)
            html lang=(language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    h1 { (self.title) }
                    @for line in &self.lead { p { (line) } }
                    @for section in &self.sections {
                        h2 { (section.heading) }
                        @for block in &section.blocks { (markup(block)) }
                    }
                }
            }
        };
        page.into_string()
    }

    /// The document as plain text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for line in &self.lead {
            let _ = writeln!(text, "{line}");
        }
        for section in &self.sections {
            let _ = writeln!(text, "\n== {} ==", section.heading);
            for block in &section.blocks {
                write_block(&mut text, block);
            }
        }
        text
    }
}

fn markup(block: &Block) -> Markup {
    match block {
        Block::Line(pieces) => html! { p { @for piece in pieces { (piece.markup()) } } },
        Block::Code(text) => html! { pre { (text) } },
        Block::Table { head, rows } => html! {
            table {
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                tbody {
                    @for row in rows { tr { @for cell in row { td { (cell.markup()) } } } }
                }
            }
        },
        Block::Cells { head, rows } => html! {
            table {
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for cell in row {
                                td { @for piece in cell { div { (piece.markup()) } } }
                            }
                        }
                    }
                }
            }
        },
    }
}

fn write_block(text: &mut String, block: &Block) {
    match block {
        Block::Line(pieces) => {
            let line: String = pieces.iter().map(Piece::plain).collect();
            let _ = writeln!(text, "{line}");
        }
        Block::Code(code) => {
            let _ = writeln!(text, "{}", code.trim_end());
        }
        Block::Table { head, rows } => {
            for row in rows {
                let cells = row.iter().map(Piece::plain);
                write_row(text, head, cells);
            }
        }
        Block::Cells { head, rows } => {
            for row in rows {
                let cells = row.iter().map(|cell| {
                    let pieces: Vec<String> = cell.iter().map(Piece::plain).collect();
                    pieces.join("; ")
                });
                write_row(text, head, cells);
            }
        }
    }
}

/// A row as one line for each cell that says something, so that nothing is cut at any width.
fn write_row(text: &mut String, head: &[&'static str], cells: impl Iterator<Item = String>) {
    for (at, (name, cell)) in head.iter().zip(cells).enumerate() {
        if !cell.is_empty() {
            let mark = if at == 0 { "-" } else { " " };
            let _ = writeln!(text, "{mark} {name}: {cell}");
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;

    use super::*;

    #[test]
    fn the_policy_names_the_style_that_the_page_carries() {
        let digest = BASE64.encode(register::Digest::of(STYLE.as_bytes()).0);
        assert!(POLICY.contains(&format!("'sha256-{digest}'")), "{digest}");
    }
}
