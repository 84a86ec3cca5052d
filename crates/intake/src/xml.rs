//! XML as a bounded tree with positions: UTF-8 only, no document type, no entities of its own, no
//! inclusion.
//!
//! Everything that makes XML dangerous to read is refused, not worked around: a file of law needs
//! none of it. Memory is bounded by the named limits below, whatever the bytes.

mod mistake;
mod place;
mod reader;

pub use mistake::{Flaw, XmlMistake};
pub use place::Place;
pub use reader::read;

use place::Lines;

/// Longest file read, in bytes: the longest list met (the Export Control List of 2025, French) has
/// 139 kB; sixty times that leaves room for lists of every kind and stops what is none.
pub const SIZE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Deepest nesting of elements: the deepest list met has 11; entries, notes and inline marks of a
/// list twice as deep still fit, and the tree can be walked and dropped by recursion.
pub const DEPTH_MAX: usize = 64;
/// Most elements, runs of text and attributes together: the longest list met has 4,801; forty times
/// that is room for any list, and at about 100 bytes each they take 20 MB.
pub const NODES_MAX: usize = 200_000;
/// Most attributes of one element: the most met is 11.
pub const ATTRIBUTES_MAX: usize = 64;
/// Longest value of one attribute, in bytes as written: the longest met has 37, a web address may
/// have some hundreds.
pub const ATTRIBUTE_BYTES_MAX: usize = 8 * 1024;
/// Longest run of text, in bytes: the longest met has 996.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Longest name of an element or attribute, in bytes: the longest met has 26.
pub const NAME_BYTES_MAX: usize = 128;

/// A document: its root, and the text that gives positions their lines.
#[derive(Debug)]
pub struct Document<'a> {
    file: &'a str,
    lines: Lines<'a>,
    root: Element,
}

impl Document<'_> {
    /// The name of the file, as given.
    #[must_use]
    pub fn file(&self) -> &str {
        self.file
    }

    /// The element that holds all others.
    #[must_use]
    pub fn root(&self) -> &Element {
        &self.root
    }

    /// The line and column of an element's start tag.
    #[must_use]
    pub fn place(&self, element: &Element) -> Place {
        self.place_at(element.offset)
    }

    /// The line and column of a byte offset (after any byte-order mark).
    #[must_use]
    pub fn place_at(&self, offset: usize) -> Place {
        self.lines.place(self.file, offset)
    }
}

/// What stands between two tags: a child element or a run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A child element.
    Element(Element),
    /// A run of text, with character references resolved.
    Text(String),
}

/// Names as written, and values.
type Attributes = Vec<(Box<str>, Box<str>)>;

/// An element with its attributes and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    name: Box<str>,
    attributes: Attributes,
    content: Vec<Content>,
    offset: usize,
}

/// The part of a name after its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

impl Element {
    /// The name as written, with its prefix.
    #[must_use]
    pub fn written_name(&self) -> &str {
        &self.name
    }

    /// The name without its prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        local(&self.name)
    }

    /// Byte offset of the start tag, for [`Document::place_at`].
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The value of an attribute, whatever its prefix.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| local(key) == name);
        found.map(|(_, value)| &**value)
    }

    /// The attributes as written, in the order of the source.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(key, value)| (&**key, &**value))
    }

    /// Child elements and text, in the order of the source.
    #[must_use]
    pub fn content(&self) -> &[Content] {
        &self.content
    }

    /// Child elements, in the order of the source.
    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The first child element of a name, prefix aside.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children().find(|child| child.name() == name)
    }

    /// Child elements of a name, prefix aside, in the order of the source.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children().filter(move |child| child.name() == name)
    }

    /// All text within, in the order of the source, as it stands.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(&self, text: &mut String) {
        for content in &self.content {
            match content {
                Content::Element(element) => element.gather(text),
                Content::Text(run) => text.push_str(run),
            }
        }
    }
}
