//! Why a file is not read, and where in it.

use super::{
    ATTRIBUTE_BYTES_MAX, ATTRIBUTES_MAX, DEPTH_MAX, NAME_BYTES_MAX, NODES_MAX, Place,
    SIZE_BYTES_MAX, TEXT_BYTES_MAX,
};

/// Why a file is not read as XML: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading {place}: {flaw}")]
pub struct XmlMistake {
    /// Where.
    pub place: Place,
    /// What is wrong there, and what was expected.
    pub flaw: Flaw,
}

/// What is wrong with a file of XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// No bytes, or only white space.
    #[error("the file is empty, expected an element")]
    Empty,
    /// Longer than [`SIZE_BYTES_MAX`].
    #[error("the file has {size_bytes} bytes, expected at most {SIZE_BYTES_MAX}")]
    TooLong {
        /// Its length.
        size_bytes: usize,
    },
    /// Another encoding than UTF-8, by declaration or by its first bytes.
    #[error("the encoding is `{found}`, expected UTF-8")]
    Encoding {
        /// The encoding declared or recognised.
        found: String,
    },
    /// A byte that UTF-8 does not have here.
    #[error("a byte is not UTF-8, expected the whole file in UTF-8")]
    NotUtf8,
    /// A character that XML does not allow.
    #[error("the character U+{code:04X} is not allowed in XML")]
    Character {
        /// Its code point.
        code: u32,
    },
    /// A document type declaration: entities, external or of its own, are never expanded.
    #[error("a document type declaration is refused, expected the first element")]
    DocumentType,
    /// An entity other than the five of XML itself.
    #[error(
        "the entity `&{name};` is refused, expected a character or one of lt, gt, amp, apos, quot"
    )]
    Entity {
        /// Its name.
        name: String,
    },
    /// Inclusion of other files.
    #[error("inclusion of other files (XInclude) is refused")]
    Inclusion,
    /// More than [`DEPTH_MAX`] elements in one another.
    #[error("`{name}` lies deeper than {DEPTH_MAX} elements")]
    TooDeep {
        /// The first element too deep.
        name: String,
    },
    /// More than [`NODES_MAX`] elements, runs of text and attributes.
    #[error("the file has more than {NODES_MAX} elements, texts and attributes")]
    TooMany,
    /// More than [`ATTRIBUTES_MAX`] attributes on one element.
    #[error("`{name}` has more than {ATTRIBUTES_MAX} attributes")]
    TooManyAttributes {
        /// The element.
        name: String,
    },
    /// An attribute longer than [`ATTRIBUTE_BYTES_MAX`].
    #[error("the attribute `{name}` has more than {ATTRIBUTE_BYTES_MAX} bytes")]
    AttributeTooLong {
        /// The attribute.
        name: String,
    },
    /// A run of text longer than [`TEXT_BYTES_MAX`].
    #[error("a text has more than {TEXT_BYTES_MAX} bytes")]
    TextTooLong,
    /// A name that is none, or longer than [`NAME_BYTES_MAX`].
    #[error("`{name}` is not a name of at most {NAME_BYTES_MAX} bytes")]
    Name {
        /// The name as given, cut.
        name: String,
    },
    /// The same attribute twice on one element.
    #[error("the attribute `{name}` stands twice on one element")]
    TwiceTheSame {
        /// The attribute.
        name: String,
    },
    /// An end tag that does not close the element last opened.
    #[error("found `</{found}>`, expected `</{expected}>`")]
    WrongEnd {
        /// The name of the element last opened.
        expected: String,
        /// The name in the end tag.
        found: String,
    },
    /// The file ends before its elements do.
    #[error("the file ends inside `{name}` of line {opened_line}, expected `</{name}>`")]
    Truncated {
        /// The element last opened.
        name: String,
        /// The line where it was opened.
        opened_line: usize,
    },
    /// Text, or a second element, beside the root.
    #[error("found more beside the root element, expected the end of the file")]
    BesideRoot,
    /// An XML declaration elsewhere than at the very start, or of another version than 1.0.
    #[error("an XML declaration is only read at the start, as version 1.0")]
    Declaration,
    /// Any other break of the grammar.
    #[error("the markup is not well-formed: {what}")]
    Malformed {
        /// What the reader says.
        what: String,
    },
}
