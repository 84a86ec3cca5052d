//! Text of a page of the web: what it would show, paragraph by paragraph. Nothing in it is run or
//! fetched.
//!
//! Tags and entities are read by `html5ever`, which puts a broken page right as browsers do; what is
//! ours is which of it is text, and where its lines end.

mod tree;

use super::Build;
use super::flag::Flag;
use tree::{Node, ROOT, Tree};

/// Elements whose content is no text of the page.
const SILENT: [&str; 10] = [
    "script", "style", "template", "noembed", "noframes", "iframe", "object", "svg", "math",
    "canvas",
];

/// What a page states of itself and is kept as its claim.
const STATED: [&str; 5] = [
    "article:published_time",
    "date",
    "author",
    "dc.date",
    "og:title",
];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 37] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "title",
    "tr",
    "ul",
];

/// Whether bytes are those of a page.
pub(super) fn is_page(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(2_048)).unwrap_or_default();
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let begins = ["<!doctype html", "<html", "<head", "<body", "<?xml"];
    if !begins.iter().any(|begin| text.starts_with(begin)) {
        return text.starts_with("<!--") && text.contains("<html");
    }
    !text.starts_with("<?xml") || text.contains("<html")
}

pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let text = decoded(bytes, into);
    read_text(&text, into);
}

/// Reads a page that is already text, after what is there.
pub(super) fn read_text(text: &str, into: &mut Build) {
    // The library leaves them out, or puts `U+FFFD` in their place.
    let signs = u64::try_from(text.matches('\0').count()).unwrap_or(u64::MAX);
    if signs > 0 {
        into.flag(Flag::ControlSigns { signs });
    }
    let tree = Tree::read(text);
    if tree.is_cut {
        into.flag(Flag::Cut {
            what: "a page nested deeper, or of more elements, than any page".to_owned(),
        });
    }
    let mut page = Page {
        into,
        line: String::new(),
        left_out: 0,
        preformatted: 0,
        is_open: true,
    };
    page.read(&tree);
}

/// The text of the file, in the encoding that its head names where its bytes are not UTF-8.
fn decoded(bytes: &[u8], into: &mut Build) -> String {
    let has_mark = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if !has_mark
        && std::str::from_utf8(bytes).is_err()
        && let Some(named) = charset(bytes)
        && named != encoding_rs::UTF_8
    {
        let (text, had_errors) = named.decode_without_bom_handling(bytes);
        if had_errors {
            let odd = text.matches(char::REPLACEMENT_CHARACTER).count();
            into.flag(Flag::Unreadable {
                signs: u64::try_from(odd).unwrap_or(u64::MAX),
            });
        }
        return text.into_owned();
    }
    super::plain::decoded(bytes, into).into_owned()
}

fn charset(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..bytes.len().min(2_048))?;
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, after) = text.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'']);
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))?;
    encoding_rs::Encoding::for_label(after.get(..end)?.as_bytes())
}

struct Page<'b> {
    into: &'b mut Build,
    /// What stands on the line in the making.
    line: String,
    left_out: u64,
    /// How many elements around this place keep their blanks.
    preformatted: u32,
    /// Whether there is room for more text.
    is_open: bool,
}

/// A step through the tree.
enum Step {
    Into(usize),
    OutOf(usize),
}

impl Page<'_> {
    fn read(&mut self, tree: &Tree) {
        // Steps are held here and not on the stack of the program, which deep pages would exhaust.
        let mut steps = vec![Step::Into(ROOT)];
        while let Some(step) = steps.pop()
            && self.is_open
        {
            let at = match step {
                Step::Into(at) => at,
                Step::OutOf(at) => {
                    self.element(tree.node(at), true);
                    continue;
                }
            };
            let node = tree.node(at);
            if is_left_out(node) {
                self.left_out = self.left_out.saturating_add(1);
                continue;
            }
            match node {
                Node::Text(text) => self.text(text),
                node => self.element(node, false),
            }
            steps.push(Step::OutOf(at));
            steps.extend(tree.children(at).iter().rev().map(|one| Step::Into(*one)));
        }
        self.break_line();
        if self.left_out > 0 {
            self.into.flag(Flag::LeftOut {
                elements: self.left_out,
            });
        }
    }

    /// What the beginning or the end of an element does to the text.
    fn element(&mut self, node: &Node, is_end: bool) {
        match node.name() {
            Some("html" | "body") if !is_end => {
                if let Some(language) = node.says("lang").map(str::trim)
                    && !language.is_empty()
                {
                    let language = language.chars().take(35).collect();
                    self.into.made.language.get_or_insert(language);
                }
            }
            Some("meta") if !is_end => self.meta(node),
            Some("br") if !is_end => self.end_line(),
            Some("td" | "th") => self.space(),
            Some("pre") => {
                self.break_line();
                self.preformatted = if is_end {
                    self.preformatted.saturating_sub(1)
                } else {
                    self.preformatted.saturating_add(1)
                };
            }
            Some(name) if BLOCKS.contains(&name) => self.break_line(),
            _ => {}
        }
    }

    fn meta(&mut self, node: &Node) {
        let name = node.says("name").or_else(|| node.says("property"));
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if let Some(says) = node.says("content")
            && STATED.contains(&name.as_str())
        {
            self.into.fact(&name, says);
        }
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.line.push_str(text);
            return;
        }
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                self.space();
            } else {
                self.line.push(c);
            }
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with([' ', '\n']) {
            self.line.push(' ');
        }
    }

    fn end_line(&mut self) {
        self.line.truncate(self.line.trim_end_matches(' ').len());
        if !self.line.is_empty() {
            self.line.push('\n');
        }
    }

    /// Ends a paragraph.
    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_matches(['\n', ' ']);
        if line.is_empty() {
            return;
        }
        if !self.into.made.text.is_empty() {
            self.is_open &= self.into.push("\n\n");
        }
        self.is_open &= self.into.push(line);
    }
}

/// Whether something is no text that the page shows: scripts and the like, comments, and what it hides.
fn is_left_out(node: &Node) -> bool {
    if matches!(node, Node::Comment) {
        return true;
    }
    let is_silent = node.name().is_some_and(|name| SILENT.contains(&name));
    let style = node.says("style").unwrap_or_default();
    let style: String = style.split_ascii_whitespace().collect();
    let style = style.to_ascii_lowercase();
    let is_hidden = style.contains("display:none") || style.contains("visibility:hidden");
    is_silent || is_hidden || node.says("hidden").is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, Flag, Media, Passages};

    fn read(page: &str) -> Passages {
        let read = super::super::read(page.as_bytes(), Asked::default());
        assert_eq!(read.media, Media::Html, "{page}");
        read
    }

    #[test]
    fn a_page_gives_what_it_shows_and_says_what_was_left_out() {
        let read = read(
            "<!DOCTYPE html><html lang=\"fr\"><head><title>Un&nbsp;titre</title>\
             <style>p { color: red }</style><script>if (a < b) { \"Chine\" }</script></head>\
             <body><p>L&rsquo;<b>Inde</b>\n  et <i>la</i> Chine</p><!-- rien --><p>a<br>b</p>\
             <table><tr><td>1<td>2</table></body></html>",
        );
        assert_eq!(
            read.text,
            "Un\u{A0}titre\n\nL’Inde et la Chine\n\na\nb\n\n1 2"
        );
        assert_eq!(read.language.as_deref(), Some("fr"));
        assert_eq!(read.flags, [Flag::LeftOut { elements: 3 }]);
    }

    #[test]
    fn tag_soup_loses_no_text() {
        for (page, text) in [
            ("<html><p>a < b and c > d", "a < b and c > d"),
            ("<html><p>a<p>b</i></b>c", "a\n\nbc"),
            ("<html><p title=\"x > y\">a", "a"),
            ("<html><p>AT&T &unknown; &", "AT&T &unknown; &"),
            ("<html><p>a<script>b", "a"),
            ("<html><SCRIPT>b</sCript >c", "c"),
            ("<html><p>a<!-- b", "a"),
            ("<html><p>a<b", "a"),
        ] {
            assert_eq!(read(page).text, text, "{page}");
        }
    }

    #[test]
    fn the_encoding_that_a_page_names_is_used_where_it_is_not_utf_8() {
        let page = b"<html><meta charset=iso-8859-9><p>T\xFCrk\xFDye";
        let read = super::super::read(page, Asked::default());
        assert_eq!((read.text.as_str(), read.flags.len()), ("Türkıye", 0));
    }

    #[test]
    fn what_a_page_says_of_itself_is_a_claim() {
        let read = read(
            "<html><meta property=\"article:published_time\" content=\"2021-04-15T08:00\"><p>a",
        );
        assert_eq!(read.facts["article:published_time"], "2021-04-15T08:00");
    }

    #[test]
    fn what_a_page_hides_is_no_text_of_it_and_is_counted() {
        let read = read(
            "<html><p hidden>a<p>b<span style=\"Display : none\">c</span>d<template>e</template>\
             <noscript>f</noscript><div style=\"display:block\">g",
        );
        assert_eq!(read.text, "bdf\n\ng");
        assert_eq!(read.flags, [Flag::LeftOut { elements: 3 }]);
    }

    #[test]
    fn entities_of_every_form_are_text() {
        let read =
            read("<html><p>&eacute;&#233;&#xE9;&eacute &CounterClockwiseContourIntegral;&#x80;");
        assert_eq!(read.text, "éééé ∳€");
    }

    #[test]
    fn a_page_nested_or_grown_beyond_all_measure_is_cut_and_says_so() {
        let is_cut = |flag: &Flag| matches!(flag, Flag::Cut { .. });
        let deep = format!("<html>first{}", "<div>x".repeat(100_000));
        // Each paragraph opens again every letter style that was never closed.
        let styles: String = (0..400).map(|n| format!("<b id=\"{n}\">")).collect();
        let grown = format!("<html>first<p>{styles}{}", "<p>x".repeat(100_000));
        for page in [deep, grown] {
            let read = read(&page);
            assert!(read.text.starts_with("first"));
            assert!(read.flags.iter().any(is_cut), "{:?}", read.flags);
        }
    }

    #[test]
    fn right_to_left_text_keeps_its_order_of_letters() {
        let read = read("<html dir=rtl><p>شركة <b>النهضة</b> (ООО)");
        assert_eq!(read.text, "شركة النهضة (ООО)");
    }
}
