//! Text of a PDF, page by page. Nothing in it is run, followed or drawn.
//!
//! Meant to be called in a program of its own with limits on memory and time: the bounds here hold
//! against files that are large, not against mistakes in this reader.

mod content;
mod file;
mod font;
mod object;

use std::collections::BTreeSet;

use content::Reader;
use file::File;
use object::{Dict, Object};

use super::flag::Flag;
use super::{Build, Region};

/// Most pages that are read: ten times the longest report met.
const PAGES_MAX: usize = 5_000;

/// Deepest nesting of the tree of pages.
const TREE_MAX: u32 = 64;

/// Reads the text of every page.
pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let file = File::read(bytes);
    if file.is_encrypted() {
        into.flag(Flag::Encrypted);
        return;
    }
    let mut tree = Tree {
        file: &file,
        pages: Vec::new(),
        seen: BTreeSet::new(),
        is_cut: false,
    };
    tree.read();
    if tree.pages.is_empty() {
        into.flag(Flag::Corrupt {
            what: "no page was found in it".to_owned(),
        });
        return;
    }
    if tree.is_cut {
        into.flag(Flag::Cut {
            what: format!("{PAGES_MAX} pages"),
        });
    }
    if !bytes.windows(5).rev().take(2_048).any(|w| w == b"%%EOF") {
        into.flag(Flag::Corrupt {
            what: "it has no end: the last part may be missing".to_owned(),
        });
    }
    warn_of_actions(bytes, &file, into);
    read_pages(&file, &tree.pages, into);
    read_facts(&file, into);
}

fn read_pages(file: &File<'_>, pages: &[(Dict, Dict)], into: &mut Build) {
    let mut reader = Reader::new(file);
    let mut without_text = 0_u32;
    let mut unmapped = 0_u32;
    for (number, (page, resources)) in (1_u32..).zip(pages) {
        let mut content = Vec::new();
        let mut is_damaged = false;
        for one in contents(file, page) {
            match file.stream(one).and_then(|stream| file.inflate(&stream)) {
                Some(bytes) => {
                    content.extend_from_slice(&bytes);
                    content.push(b'\n');
                }
                None => is_damaged = true,
            }
        }
        let shown = reader.page(&content, resources);
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
        if is_damaged && !file.is_cut() {
            into.flag(Flag::Corrupt {
                what: format!("page {number} cannot be unpacked whole"),
            });
        }
        if shown.is_cut || file.is_cut() {
            into.flag(Flag::Cut {
                what: format!("page {number}, which is larger than any page"),
            });
            break;
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

/// The numbers of a page's content streams.
fn contents(file: &File<'_>, page: &Dict) -> Vec<u32> {
    let Some(held) = page.get("Contents") else {
        return Vec::new();
    };
    let listed = match held {
        Object::Reference(number) => match file.object(*number) {
            Some(Object::Array(list)) => list,
            _ => return vec![*number],
        },
        Object::Array(list) => list.clone(),
        _ => return Vec::new(),
    };
    let numbers = listed.iter().filter_map(|one| match one {
        Object::Reference(number) => Some(*number),
        _ => None,
    });
    numbers.take(4_096).collect()
}

struct Tree<'f, 'b> {
    file: &'f File<'b>,
    /// Each page with what it draws on.
    pages: Vec<(Dict, Dict)>,
    seen: BTreeSet<u32>,
    is_cut: bool,
}

impl Tree<'_, '_> {
    fn read(&mut self) {
        let roots: Vec<Object> = self
            .file
            .trailers()
            .rev()
            .filter_map(|trailer| trailer.get("Root").cloned())
            .collect();
        for root in roots {
            if let Some(Object::Dict(catalog)) = self.file.resolve(&root)
                && let Some(pages) = catalog.get("Pages")
            {
                self.node(&pages.clone(), &Dict::default(), 0);
            }
            if !self.pages.is_empty() {
                return;
            }
        }
        self.without_tree();
    }

    /// Every page there is, where no tree leads to them.
    fn without_tree(&mut self) {
        let numbers: Vec<u32> = self.file.numbers().collect();
        for number in numbers {
            if let Some(Object::Dict(dict)) = self.file.object(number)
                && dict.is("Type", "Page")
            {
                self.leaf(dict, &Dict::default());
            }
        }
    }

    fn node(&mut self, node: &Object, above: &Dict, depth: u32) {
        if depth > TREE_MAX {
            self.is_cut = true;
            return;
        }
        if let Object::Reference(number) = node
            && !self.seen.insert(*number)
        {
            return;
        }
        let Some(Object::Dict(dict)) = self.file.resolve(node) else {
            return;
        };
        let own = self.file.dict(&dict, "Resources");
        let resources = own.unwrap_or_else(|| above.clone());
        match self.file.entry(&dict, "Kids") {
            Some(Object::Array(kids)) => {
                for kid in &kids {
                    if self.is_cut {
                        return;
                    }
                    self.node(kid, &resources, depth.saturating_add(1));
                }
            }
            _ => self.leaf(dict, &resources),
        }
    }

    fn leaf(&mut self, dict: Dict, above: &Dict) {
        if self.pages.len() >= PAGES_MAX {
            self.is_cut = true;
            return;
        }
        let own = self.file.dict(&dict, "Resources");
        let resources = own.unwrap_or_else(|| above.clone());
        self.pages.push((dict, resources));
    }
}

/// Scripts and actions in a file are named, never run.
fn warn_of_actions(bytes: &[u8], file: &File<'_>, into: &mut Build) {
    const ACTIONS: [(&[u8], &str); 4] = [
        (b"/JavaScript", "a script"),
        (b"/Launch", "an action that starts a program"),
        (
            b"/EmbeddedFile",
            "another file within it, which is not read",
        ),
        (b"/SubmitForm", "a form that sends itself"),
    ];
    for (word, what) in ACTIONS {
        let is_plain = file::find(bytes, word).is_some();
        let name = word.get(1..).unwrap_or_default();
        let is_packed = || {
            file.numbers().take(10_000).any(|number| {
                matches!(file.object(number), Some(Object::Dict(dict))
                    if dict.0.values().any(|held| held.name() == Some(name)))
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
fn read_facts(file: &File<'_>, into: &mut Build) {
    let info = file
        .trailers()
        .rev()
        .find_map(|trailer| file.dict(trailer, "Info"));
    let Some(info) = info else { return };
    for name in [
        "Title",
        "Author",
        "Creator",
        "Producer",
        "CreationDate",
        "ModDate",
    ] {
        if let Some(Object::Text(text)) = file.entry(&info, name) {
            let text = match text.strip_prefix(&[0xFE, 0xFF]) {
                Some(wide) => font::wide(wide),
                None => encoding_rs::WINDOWS_1252.decode(&text).0.into_owned(),
            };
            into.fact(name, text.trim());
        }
    }
}
