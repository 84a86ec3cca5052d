//! Reading bytes into the bounded tree.

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{
    ATTRIBUTE_BYTES_MAX, ATTRIBUTES_MAX, Attributes, Content, DEPTH_MAX, Document, Element, Flaw,
    Lines, NAME_BYTES_MAX, NODES_MAX, Place, SIZE_BYTES_MAX, TEXT_BYTES_MAX, XmlMistake,
};

/// The namespace of XInclude; a file that only declares it is refused already.
const INCLUSION_NAMESPACE: &str = "http://www.w3.org/2001/XInclude";
/// Where an encoding is looked for: a declaration that says more than version, encoding and
/// standalone is none.
const DECLARATION_BYTES_MAX: usize = 256;
/// Longest piece of the sender's text repeated in a mistake, in characters.
const QUOTED_CHARS_MAX: usize = 64;

/// Reads a file as XML.
///
/// # Errors
/// Refuses every break of the grammar, every encoding but UTF-8 (a byte-order mark is allowed),
/// document types, entities, inclusion, and whatever exceeds the limits of this module.
pub fn read<'a>(file: &'a str, bytes: &'a [u8]) -> Result<Document<'a>, XmlMistake> {
    let source = decode(file, bytes)?;
    let mut builder = Builder {
        open: Vec::new(),
        root: None,
        nodes: 0,
    };
    let mut reader = quick_xml::Reader::from_str(source);
    let at = |offset: usize, flaw: Flaw| mistake(file, source, offset, flaw);
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| {
            let place = usize::try_from(reader.error_position()).unwrap_or(offset);
            let (offset, flaw) = builder.explain(&error, place.max(offset), source);
            at(offset, flaw)
        })?;
        if matches!(event, Event::Eof) {
            break;
        }
        builder
            .take(event, offset)
            .map_err(|flaw| at(offset, flaw))?;
    }
    if let Some(open) = builder.open.last() {
        return Err(at(source.len(), truncated(open, source)));
    }
    match builder.root {
        Some(root) => Ok(Document {
            file,
            lines: Lines::of(source),
            root,
        }),
        None => Err(at(source.len(), Flaw::Empty)),
    }
}

fn mistake(file: &str, source: &str, offset: usize, flaw: Flaw) -> XmlMistake {
    XmlMistake {
        place: Place::of(file, source, offset),
        flaw,
    }
}

fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS_MAX).collect()
}

fn truncated(open: &Element, source: &str) -> Flaw {
    Flaw::Truncated {
        name: quoted(&open.name),
        opened_line: Place::of("", source, open.offset).line,
    }
}

/// Checks length, encoding and characters.
fn decode<'a>(file: &'a str, bytes: &'a [u8]) -> Result<&'a str, XmlMistake> {
    let start = |flaw| mistake(file, "", 0, flaw);
    if bytes.len() > SIZE_BYTES_MAX {
        return Err(start(Flaw::TooLong {
            size_bytes: bytes.len(),
        }));
    }
    if let Some(found) = foreign_encoding(bytes) {
        return Err(start(Flaw::Encoding { found }));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let source = std::str::from_utf8(bytes).map_err(|error| {
        let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let valid = std::str::from_utf8(whole).unwrap_or_default();
        mistake(file, valid, valid.len(), Flaw::NotUtf8)
    })?;
    if source.trim().is_empty() {
        return Err(start(Flaw::Empty));
    }
    match source.char_indices().find(|(_, c)| !is_allowed(*c)) {
        None => Ok(source),
        Some((offset, c)) => Err(mistake(
            file,
            source,
            offset,
            Flaw::Character { code: u32::from(c) },
        )),
    }
}

/// The encoding that the file shows or declares, when it is not UTF-8 or its subset ASCII.
fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    let shown = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'<', ..] | [b'<', 0, ..] => Some("UTF-16"),
        [0x4C, 0x6F, 0xA7, 0x94, ..] => Some("EBCDIC"),
        _ => None,
    };
    if let Some(shown) = shown {
        return Some(shown.to_owned());
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = bytes
        .get(..bytes.len().min(DECLARATION_BYTES_MAX))
        .unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let declaration = head.strip_prefix("<?xml")?.split("?>").next()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let declared = rest.strip_prefix(quote)?.split(quote).next()?;
    let known = ["utf-8", "utf8", "us-ascii"];
    let is_known = known
        .iter()
        .any(|known| declared.eq_ignore_ascii_case(known));
    (!is_known).then(|| quoted(declared))
}

/// Whether XML 1.0 allows the character.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        || c >= '\u{10000}'
}

fn is_name(name: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':' || !c.is_ascii();
    let goes_on = |c: char| starts(c) || c.is_ascii_digit() || c == '-' || c == '.';
    name.len() <= NAME_BYTES_MAX && name.starts_with(starts) && name.chars().all(goes_on)
}

/// The elements open at this point, and what is finished.
struct Builder {
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, offset: usize) -> Result<(), Flaw> {
        match event {
            Event::Start(start) => self.start(&start, offset),
            Event::Empty(start) => {
                self.start(&start, offset)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) if self.open.is_empty() => {
                drop(text);
                Err(Flaw::BesideRoot)
            }
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::DocType(_) => Err(Flaw::DocumentType),
            Event::Decl(declaration) => {
                let is_known = declaration.version().is_ok_and(|version| version == "1.0");
                if offset == 0 && is_known {
                    Ok(())
                } else {
                    Err(Flaw::Declaration)
                }
            }
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn count(&mut self) -> Result<(), Flaw> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > NODES_MAX {
            Err(Flaw::TooMany)
        } else {
            Ok(())
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, offset: usize) -> Result<(), Flaw> {
        let name = start.name().into_inner().to_owned();
        if self.open.is_empty() && self.root.is_some() {
            return Err(Flaw::BesideRoot);
        }
        if !is_name(&name) {
            return Err(Flaw::Name {
                name: quoted(&name),
            });
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(Flaw::TooDeep {
                name: quoted(&name),
            });
        }
        self.count()?;
        let attributes = self.attributes(start, &name)?;
        self.open.push(Element {
            name: name.into(),
            attributes,
            content: Vec::new(),
            offset,
        });
        Ok(())
    }

    fn attributes(&mut self, start: &BytesStart<'_>, element: &str) -> Result<Attributes, Flaw> {
        let mut read: Attributes = Vec::new();
        // The reader's own check for repeats is off: this one is bounded by ATTRIBUTES_MAX.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| malformed_attribute(&error))?;
            if read.len() >= ATTRIBUTES_MAX {
                return Err(Flaw::TooManyAttributes {
                    name: quoted(element),
                });
            }
            self.count()?;
            let (name, value) = attribute_text(&attribute)?;
            if read.iter().any(|(known, _)| *known == name) {
                return Err(Flaw::TwiceTheSame {
                    name: quoted(&name),
                });
            }
            if &*value == INCLUSION_NAMESPACE {
                return Err(Flaw::Inclusion);
            }
            read.push((name, value));
        }
        Ok(read)
    }

    fn end(&mut self) -> Result<(), Flaw> {
        // The reader has matched the names already.
        let Some(done) = self.open.pop() else {
            return Err(Flaw::BesideRoot);
        };
        match self.open.last_mut() {
            Some(parent) => parent.content.push(Content::Element(done)),
            None => self.root = Some(done),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Flaw> {
        let Some(parent) = self.open.last_mut() else {
            let is_blank = text.trim().is_empty();
            return if is_blank {
                Ok(())
            } else {
                Err(Flaw::BesideRoot)
            };
        };
        if let Some(Content::Text(run)) = parent.content.last_mut() {
            if run.len().saturating_add(text.len()) > TEXT_BYTES_MAX {
                return Err(Flaw::TextTooLong);
            }
            run.push_str(text);
            return Ok(());
        }
        if text.len() > TEXT_BYTES_MAX {
            return Err(Flaw::TextTooLong);
        }
        parent.content.push(Content::Text(text.to_owned()));
        self.count()
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Flaw> {
        let entity = || Flaw::Entity {
            name: quoted(reference),
        };
        let c = match &**reference {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            _ => reference
                .resolve_char_ref()
                .ok()
                .flatten()
                .ok_or_else(entity)?,
        };
        if self.open.is_empty() {
            return Err(Flaw::BesideRoot);
        }
        if !is_allowed(c) {
            return Err(Flaw::Character { code: u32::from(c) });
        }
        self.text(c.encode_utf8(&mut [0; 4]))
    }

    /// Puts the reader's error in our words, at the place that helps.
    fn explain(&self, error: &Error, offset: usize, source: &str) -> (usize, Flaw) {
        let flaw = match error {
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                Flaw::WrongEnd {
                    expected: quoted(expected),
                    found: quoted(found),
                }
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => Flaw::BesideRoot,
            Error::Syntax(_) => match self.open.last() {
                // Every syntax error of the reader is an end of file inside a tag or comment.
                Some(open) => return (source.len(), truncated(open, source)),
                None => Flaw::Malformed {
                    what: error.to_string(),
                },
            },
            _ => Flaw::Malformed {
                what: error.to_string(),
            },
        };
        (offset, flaw)
    }
}

fn malformed_attribute(error: &AttrError) -> Flaw {
    Flaw::Malformed {
        what: error.to_string(),
    }
}

fn attribute_text(attribute: &Attribute<'_>) -> Result<(Box<str>, Box<str>), Flaw> {
    let name = attribute.key.into_inner();
    if !is_name(name) {
        return Err(Flaw::Name { name: quoted(name) });
    }
    if attribute.value.len() > ATTRIBUTE_BYTES_MAX {
        return Err(Flaw::AttributeTooLong { name: quoted(name) });
    }
    if attribute.value.contains('<') {
        let what = format!("the attribute `{name}` holds a `<`");
        return Err(Flaw::Malformed { what });
    }
    let value = attribute
        .normalized_value(XmlVersion::Explicit1_0)
        .map_err(|error| match error {
            Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => Flaw::Entity {
                name: quoted(&name),
            },
            error => Flaw::Malformed {
                what: error.to_string(),
            },
        })?;
    match value.chars().find(|c| !is_allowed(*c)) {
        Some(c) => Err(Flaw::Character { code: u32::from(c) }),
        None => Ok((name.into(), value.into())),
    }
}
