//! Text of a PDF, page by page. Nothing in it is run, followed or drawn.
//!
//! The file itself (objects, encryption, packed streams, encodings of fonts) is read by `lopdf`; what
//! is ours is where the signs stand, from which spaces and lines are put back.
//!
//! Meant to be called in a program of its own with limits on memory and time: the bounds here hold
//! against files that are large, not against every mistake in a reader.

mod font;
mod layout;

use std::cell::Cell;

use layout::{PageText, Reader};
use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::flag::Flag;
use super::{Build, Region};
use crate::guard::guarded;

/// Most pages that are read: ten times the longest report met.
const PAGES_MAX: usize = 5_000;

/// Most bytes that all streams of one file may inflate to, each time that one is read counting: 64
/// MiB. The drawing of 5,000 full pages takes 40; what is more was made to be.
const INFLATED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Most objects in which actions are looked for.
const OBJECTS_MAX: usize = 10_000;

/// A file, and what of it may still be unpacked.
struct File {
    document: Document,
    /// Bytes that may still be inflated.
    left: Cell<usize>,
    is_cut: Cell<bool>,
}

impl File {
    /// What a stream holds, unpacked; none where it is damaged or there is no room left for it.
    fn unpacked(&self, stream: &Stream) -> Option<Vec<u8>> {
        match stream.get_plain_content_with_limit(self.left.get()) {
            Ok(bytes) => {
                let left = self.left.get().saturating_sub(bytes.len());
                self.left.set(left);
                Some(bytes)
            }
            Err(Error::Decompress(
                DecompressError::MemoryLimitExceeded { .. }
                | DecompressError::TooManyFilters { .. },
            )) => {
                self.is_cut.set(true);
                None
            }
            Err(_) => None,
        }
    }

    fn dict<'f>(&'f self, within: &'f Dictionary, name: &[u8]) -> Option<&'f Dictionary> {
        within.get_deref(name, &self.document).ok()?.as_dict().ok()
    }

    /// What a page draws on, its own or that of the nearest node above it.
    fn resources(&self, page: ObjectId) -> Dictionary {
        let mut node = self.document.get_dictionary(page).ok();
        for _ in 0..64 {
            let Some(dict) = node else { break };
            if let Some(own) = self.dict(dict, b"Resources") {
                return own.clone();
            }
            node = self.dict(dict, b"Parent");
        }
        Dictionary::new()
    }
}

/// Reads the text of every page.
pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let Some(document) = opened(bytes, into) else {
        return;
    };
    let mut pages: Vec<ObjectId> = document.page_iter().take(PAGES_MAX + 1).collect();
    if pages.is_empty() {
        pages = without_tree(&document);
    }
    // The library forgets that a file is encrypted where it had to find the objects by itself.
    let is_doubtful = pages.is_empty() || document.xref_recovery.is_some();
    if is_doubtful && !document.was_encrypted() && names_encryption(bytes) {
        into.flag(Flag::Encrypted);
        return;
    }
    if pages.is_empty() {
        into.flag(corrupt("no page was found in it"));
        return;
    }
    if pages.len() > PAGES_MAX {
        pages.truncate(PAGES_MAX);
        into.flag(Flag::Cut {
            what: format!("{PAGES_MAX} pages"),
        });
    }
    if document.xref_recovery.is_some() {
        into.flag(corrupt(
            "its table of objects is wrong: what was found without it was read",
        ));
    }
    if !bytes.windows(5).rev().take(2_048).any(|w| w == b"%%EOF") {
        into.flag(corrupt("it has no end: the last part may be missing"));
    }
    warn_of_actions(bytes, &document, into);
    let file = File {
        document,
        left: Cell::new(INFLATED_BYTES_MAX),
        is_cut: Cell::new(false),
    };
    read_pages(&file, &pages, into);
    read_facts(&file, into);
}

fn corrupt(what: &str) -> Flag {
    Flag::Corrupt {
        what: what.to_owned(),
    }
}

/// The file by its objects; none, and a flag, where it cannot be opened. One that is encrypted under
/// an empty password opens for everybody, and here too.
fn opened(bytes: &[u8], into: &mut Build) -> Option<Document> {
    let options = LoadOptions {
        max_decompressed_size: Some(INFLATED_BYTES_MAX),
        ..LoadOptions::default()
    };
    let loaded = guarded(|| Document::load_mem_with_options(bytes, options));
    let why = match loaded {
        Some(Ok(document)) if !document.is_encrypted() => {
            if document.was_encrypted() {
                into.fact("Encryption", "opens without a password");
            }
            return Some(document);
        }
        Some(Ok(_) | Err(Error::InvalidPassword | Error::Decryption(_))) => Flag::Encrypted,
        Some(Err(Error::UnsupportedSecurityHandler(_))) => Flag::Encrypted,
        Some(Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. }))) => Flag::Cut {
            what: format!("{INFLATED_BYTES_MAX} bytes when unpacked"),
        },
        Some(Err(error)) => corrupt(&format!("it cannot be opened: {error}")),
        None => corrupt("its reader gave up"),
    };
    into.flag(why);
    None
}

/// Whether the end of a file speaks of its encryption.
fn names_encryption(bytes: &[u8]) -> bool {
    let word = b"/Encrypt";
    let mut windows = bytes.windows(word.len().saturating_add(1));
    windows.any(|some| some.starts_with(word) && !some.ends_with(b"M"))
}

/// Every page there is, where no tree leads to them.
fn without_tree(document: &Document) -> Vec<ObjectId> {
    let pages = document.objects.iter().filter(|(_, object)| {
        let dict = object.as_dict();
        dict.is_ok_and(|dict| dict.get_type().is_ok_and(|kind| kind == b"Page"))
    });
    pages.map(|(id, _)| *id).take(PAGES_MAX + 1).collect()
}

fn read_pages(file: &File, pages: &[ObjectId], into: &mut Build) {
    let mut reader = Reader::new(file);
    let mut without_text = 0_u32;
    let mut unmapped = 0_u32;
    for (number, page) in (1_u32..).zip(pages) {
        let (content, is_whole) = contents(file, *page);
        let resources = file.resources(*page);
        let shown = guarded(|| reader.page(&content, &resources)).unwrap_or(PageText {
            is_damaged: true,
            ..PageText::default()
        });
        unmapped = unmapped.saturating_add(shown.unmapped);
        if shown.text.trim().is_empty() {
            without_text = without_text.saturating_add(1);
        }
        into.region(Region {
            page: Some(number),
            ..Region::default()
        });
        if !into.push(shown.text.trim_end()) {
            break;
        }
        into.push("\n\n");
        let is_cut = shown.is_cut || file.is_cut.get();
        if is_cut {
            into.flag(Flag::Cut {
                what: format!("page {number}, which is larger than any page"),
            });
            break;
        }
        if shown.is_damaged || !is_whole {
            into.flag(corrupt(&format!("page {number} cannot be read whole")));
        }
    }
    if without_text > 0 {
        into.flag(Flag::PagesWithoutText {
            pages: without_text,
        });
    }
    if unmapped > 0 {
        into.flag(Flag::Unreadable {
            signs: u64::from(unmapped),
        });
    }
}

/// The drawing of a page, and whether all of it could be unpacked.
fn contents(file: &File, page: ObjectId) -> (Vec<u8>, bool) {
    let mut content = Vec::new();
    let mut is_whole = file.document.get_dictionary(page).is_ok();
    for id in file.document.get_page_contents(page) {
        let stream = file.document.get_object(id).and_then(Object::as_stream);
        match stream.ok().and_then(|stream| file.unpacked(stream)) {
            Some(bytes) => {
                content.extend_from_slice(&bytes);
                content.push(b'\n');
            }
            None => is_whole = false,
        }
    }
    (content, is_whole)
}

/// Scripts and actions in a file are named, never run.
fn warn_of_actions(bytes: &[u8], document: &Document, into: &mut Build) {
    const ACTIONS: [(&[u8], &str); 4] = [
        (b"JavaScript", "a script"),
        (b"Launch", "an action that starts a program"),
        (b"EmbeddedFile", "another file within it, which is not read"),
        (b"SubmitForm", "a form that sends itself"),
    ];
    for (word, what) in ACTIONS {
        let named = [b"/", word].concat();
        let is_plain = bytes.windows(named.len()).any(|window| window == named);
        let is_packed = || {
            let objects = document.objects.values().take(OBJECTS_MAX);
            objects
                .filter_map(|object| object.as_dict().ok())
                .any(|dict| {
                    let mut values = dict.iter().map(|(_, value)| value);
                    values.any(|value| value.as_name().is_ok_and(|name| name == word))
                })
        };
        if is_plain || is_packed() {
            into.flag(Flag::Active {
                what: what.to_owned(),
            });
        }
    }
}

/// What the file says of itself: title, maker, days. Nothing of it is believed.
fn read_facts(file: &File, into: &mut Build) {
    let Some(info) = file.dict(&file.document.trailer, b"Info") else {
        return;
    };
    for name in [
        "Title",
        "Author",
        "Creator",
        "Producer",
        "CreationDate",
        "ModDate",
    ] {
        if let Ok(object) = info.get_deref(name.as_bytes(), &file.document)
            && let Some(Ok(text)) = guarded(|| lopdf::decode_text_string(object))
        {
            into.fact(name, text.trim());
        }
    }
}
