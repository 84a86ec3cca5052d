//! Text of a page of the web: what it would show, paragraph by paragraph. Nothing in it is run or
//! fetched.
//!
//! A tolerant reader of tags, not of the tree that a browser builds: for text the order of the source
//! is enough, and tag soup needs no repair.

use super::Build;
use super::flag::Flag;

mod entities;

/// Elements whose content is no text of the page.
const SILENT: [&str; 10] = [
    "script", "style", "template", "noembed", "noframes", "iframe", "object", "svg", "math",
    "canvas",
];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 34] = [
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
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "title",
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
    let mut page = Page {
        into,
        line: String::new(),
        left_out: 0,
        is_preformatted: false,
        is_open: true,
    };
    page.read(&text);
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
    is_preformatted: bool,
    /// Whether there is room for more text.
    is_open: bool,
}

/// A tag as written.
struct Tag<'t> {
    name: String,
    is_end: bool,
    inside: &'t str,
}

impl Page<'_> {
    fn read(&mut self, text: &str) {
        let mut at = 0;
        while self.is_open
            && let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty())
        {
            let next = rest.find('<').unwrap_or(rest.len());
            self.text(rest.get(..next).unwrap_or_default());
            let markup = rest.get(next..).unwrap_or_default();
            if markup.is_empty() {
                break;
            }
            at = at.saturating_add(next).saturating_add(self.markup(markup));
        }
        self.break_line();
        if self.left_out > 0 {
            self.into.flag(Flag::LeftOut {
                elements: self.left_out,
            });
        }
    }

    /// Reads what begins with `<`, and says how many bytes it took.
    fn markup(&mut self, markup: &str) -> usize {
        if let Some(rest) = markup.strip_prefix("<!--") {
            self.left_out = self.left_out.saturating_add(1);
            return rest
                .find("-->")
                .map_or(markup.len(), |end| end.saturating_add(7));
        }
        if markup.starts_with("<!") || markup.starts_with("<?") {
            return markup
                .find('>')
                .map_or(markup.len(), |end| end.saturating_add(1));
        }
        let Some((tag, taken)) = tag(markup) else {
            self.line.push('<');
            return 1;
        };
        if !tag.is_end && SILENT.contains(&tag.name.as_str()) && !tag.inside.ends_with('/') {
            self.left_out = self.left_out.saturating_add(1);
            let rest = markup.get(taken..).unwrap_or_default();
            return taken.saturating_add(end_of(rest, &tag.name));
        }
        self.shown(&tag);
        taken
    }

    fn shown(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "html" | "body" if !tag.is_end => {
                if let Some(language) = attribute(tag.inside, "lang") {
                    let language = language.chars().take(35).collect();
                    self.into.made.language.get_or_insert(language);
                }
            }
            "meta" => {
                let name = attribute(tag.inside, "name")
                    .or_else(|| attribute(tag.inside, "property"))
                    .unwrap_or_default();
                if let Some(says) = attribute(tag.inside, "content")
                    && [
                        "article:published_time",
                        "date",
                        "author",
                        "dc.date",
                        "og:title",
                    ]
                    .contains(&name.to_ascii_lowercase().as_str())
                {
                    self.into.fact(&name.to_ascii_lowercase(), &says);
                }
            }
            "br" => self.end_line(),
            "td" | "th" => self.space(),
            "tr" => self.break_line(),
            "pre" => {
                self.break_line();
                self.is_preformatted = !tag.is_end;
            }
            name if BLOCKS.contains(&name) => self.break_line(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(next) = rest.find('&') {
            self.plain(rest.get(..next).unwrap_or_default());
            let after = rest.get(next.saturating_add(1)..).unwrap_or_default();
            match entities::read(after) {
                Some((c, taken)) => {
                    self.line.push(c);
                    rest = after.get(taken..).unwrap_or_default();
                }
                None => {
                    self.line.push('&');
                    rest = after;
                }
            }
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        if self.is_preformatted {
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

/// The tag at the beginning of a text, and how many bytes it takes; none where `<` is a sign.
fn tag(markup: &str) -> Option<(Tag<'_>, usize)> {
    let after = markup.strip_prefix('<')?;
    let is_end = after.starts_with('/');
    let body = after.strip_prefix('/').unwrap_or(after);
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name_end = body
        .find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
        .unwrap_or(body.len());
    let mut quote: Option<char> = None;
    let mut end = None;
    for (at, c) in body.char_indices().skip_while(|(at, _)| *at < name_end) {
        match (quote, c) {
            (None, '>') => {
                end = Some(at);
                break;
            }
            (None, '"' | '\'') if body.get(..at)?.trim_end().ends_with('=') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    // A tag that nothing closes takes the rest of its line and no more.
    let line = body.find('\n').unwrap_or(body.len());
    let stop = end.unwrap_or(line);
    let tag = Tag {
        name: body.get(..name_end.min(stop))?.to_ascii_lowercase(),
        is_end,
        inside: body.get(name_end.min(stop)..stop)?,
    };
    let lead = markup.len().saturating_sub(body.len());
    let closing = usize::from(end.is_some());
    Some((tag, lead.saturating_add(stop).saturating_add(closing)))
}

/// Where the end tag of an element ends; all of the text where there is none.
fn end_of(text: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find("</")) {
        let after = at.saturating_add(next).saturating_add(2);
        let found = text.get(after..after.saturating_add(name.len()));
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            let rest = text.get(after..).unwrap_or_default();
            return rest.find('>').map_or(text.len(), |end| {
                after.saturating_add(end).saturating_add(1)
            });
        }
        at = after;
    }
    text.len()
}

fn attribute(inside: &str, name: &str) -> Option<String> {
    let lower = inside.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let found = lower.get(from..)?.find(name)?.checked_add(from)?;
        from = found.saturating_add(name.len());
        let is_begun = lower
            .get(..found)?
            .ends_with(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'');
        let Some(value) = lower.get(from..)?.trim_start().strip_prefix('=') else {
            continue;
        };
        if !is_begun {
            continue;
        }
        // Lower case changes no length of ASCII, and other letters stay.
        let start = inside.len().checked_sub(value.len())?;
        let value = inside.get(start..)?.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
            _ => value
                .split(|c: char| c.is_ascii_whitespace() || c == '/')
                .next()?,
        };
        return Some(value.trim().to_owned());
    }
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
}
