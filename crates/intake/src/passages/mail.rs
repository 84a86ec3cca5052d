//! Messages of electronic mail: headers, parts, attachments by their names.
//!
//! Written for what is met in evidence, broken messages among it: whatever the structure says wrongly,
//! the lines themselves are still there, and are kept as text with a flag.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::flag::Flag;
use super::{Build, Region};

/// Deepest nesting of parts.
const DEPTH_MAX: u32 = 16;

/// Most parts of one message.
const PARTS_MAX: usize = 500;

/// Headers that a reader of evidence wants, in the order shown.
const SHOWN: [&str; 7] = [
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "message-id",
    "reply-to",
];

/// Headers by which a message is told from a text that begins with a colon.
const TELLING: [&str; 12] = [
    "from",
    "to",
    "date",
    "subject",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
    "content-type",
    "x-mailer",
    "reply-to",
];

/// Base64 as messages have it: without padding where a message was cut.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Whether bytes begin with the headers of a message: two telling ones at least.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(16_384)).unwrap_or_default();
    let (headers, _) = headers(head);
    let is_first = headers.first().is_some_and(|(name, _)| {
        TELLING.contains(&name.as_str()) || name.starts_with("x-") || name.contains('-')
    });
    let many = headers
        .iter()
        .filter(|(name, _)| TELLING.contains(&name.as_str()))
        .count();
    is_first && many >= 2
}

pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let mut message = Message {
        into,
        parts: 0,
        number: Vec::new(),
    };
    message.part(bytes, 0);
}

/// Headers by name in small letters, and what follows the blank line.
type Headers = Vec<(String, Vec<u8>)>;

fn headers(bytes: &[u8]) -> (Headers, &[u8]) {
    let mut found: Headers = Vec::new();
    let mut at = 0;
    // Mailboxes of old put a line before the headers.
    let bytes = match bytes.strip_prefix(b"From ") {
        Some(rest) => rest
            .iter()
            .position(|b| *b == b'\n')
            .and_then(|end| rest.get(end.saturating_add(1)..))
            .unwrap_or(bytes),
        None => bytes,
    };
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest
            .iter()
            .position(|b| *b == b'\n')
            .map_or(rest.len(), |end| end.saturating_add(1));
        let line = rest.get(..length).unwrap_or_default();
        let bare = line.trim_ascii_end();
        if bare.is_empty() {
            return (
                found,
                bytes.get(at.saturating_add(length)..).unwrap_or_default(),
            );
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let Some((_, value)) = found.last_mut() else {
                return (found, rest);
            };
            value.push(b' ');
            value.extend_from_slice(bare.trim_ascii_start());
        } else {
            let colon = bare.iter().position(|b| *b == b':');
            let name = colon
                .and_then(|colon| bare.get(..colon))
                .filter(|name| !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic()));
            let Some(name) = name else {
                // A line that is no header: the text begins here.
                return (found, rest);
            };
            let value = bare.get(name.len().saturating_add(1)..).unwrap_or_default();
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            found.push((name, value.trim_ascii().to_vec()));
        }
        at = at.saturating_add(length);
    }
    (found, &[])
}

fn value<'h>(headers: &'h Headers, name: &str) -> Option<&'h [u8]> {
    let found = headers.iter().find(|(held, _)| held == name);
    found.map(|(_, value)| value.as_slice())
}

/// What a part says that it is.
struct Said {
    media: String,
    charset: Option<String>,
    boundary: Option<String>,
    name: Option<String>,
    is_attachment: bool,
}

impl Said {
    fn of(headers: &Headers) -> Self {
        let kind = value(headers, "content-type")
            .map(words)
            .unwrap_or_default();
        let place = value(headers, "content-disposition")
            .map(words)
            .unwrap_or_default();
        let media = kind.split(';').next().unwrap_or_default().trim();
        let media = if media.is_empty() {
            "text/plain"
        } else {
            media
        };
        let name = parameter(&place, "filename").or_else(|| parameter(&kind, "name"));
        Self {
            media: media.to_ascii_lowercase(),
            charset: parameter(&kind, "charset"),
            boundary: parameter(&kind, "boundary"),
            is_attachment: place
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("attachment"),
            name,
        }
    }
}

struct Message<'b> {
    into: &'b mut Build,
    parts: usize,
    /// The number of the part, as `2.1`.
    number: Vec<usize>,
}

impl Message<'_> {
    fn part(&mut self, bytes: &[u8], depth: u32) {
        let (headers, body) = headers(bytes);
        let said = Said::of(&headers);
        self.parts = self.parts.saturating_add(1);
        if self.parts > PARTS_MAX || depth > DEPTH_MAX {
            self.into.flag(Flag::Cut {
                what: format!("{PARTS_MAX} parts, {DEPTH_MAX} deep"),
            });
            return;
        }
        self.begin(&said);
        if depth == 0 || said.media == "message/rfc822" {
            self.show(&headers);
        }
        if let Some(boundary) = &said.boundary
            && said.media.starts_with("multipart/")
        {
            self.split(body, boundary, depth);
            return;
        }
        let encoding = value(&headers, "content-transfer-encoding").map(words);
        let body = self.unpacked(body, encoding.as_deref().unwrap_or_default());
        match said.media.as_str() {
            "message/rfc822" => self.part(&body, depth.saturating_add(1)),
            "text/html" => {
                let text = self.decoded(&body, said.charset.as_deref());
                super::html::read(text.as_bytes(), self.into);
                self.into.push("\n\n");
            }
            media if media.starts_with("text/") => {
                let text = self.decoded(&body, said.charset.as_deref());
                if super::serials::is_table(text.as_bytes()) {
                    super::serials::rows(&text, self.into);
                } else {
                    self.into.push(text.trim_end());
                }
                self.into.push("\n\n");
            }
            media => {
                let name = said.name.clone().unwrap_or_else(|| "-".to_owned());
                self.into.flag(Flag::AttachmentNotRead {
                    name,
                    media: media.to_owned(),
                });
            }
        }
    }

    /// Begins the region of a part, and shows the name of an attachment.
    fn begin(&mut self, said: &Said) {
        let number: Vec<String> = self.number.iter().map(usize::to_string).collect();
        let number = match number.as_slice() {
            [] => "0".to_owned(),
            some => some.join("."),
        };
        let part = match &said.name {
            Some(name) => format!("{number} {name}"),
            None => number,
        };
        self.into.region(Region {
            part: Some(part),
            ..Region::default()
        });
        if let Some(name) = said.name.as_deref().filter(|_| said.is_attachment) {
            self.into.push(&format!("[{name}]\n"));
        }
    }

    fn show(&mut self, headers: &Headers) {
        for wanted in SHOWN {
            for (name, value) in headers.iter().filter(|(name, _)| name == wanted) {
                let says = words(value);
                let mut letters = name.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase());
                let shown: String = first.into_iter().chain(letters).collect();
                self.into.push(&format!("{shown}: {says}\n"));
                self.into.fact(name, &says);
            }
        }
        self.into.push("\n");
    }

    fn split(&mut self, body: &[u8], boundary: &str, depth: u32) {
        let mark = [b"--", boundary.as_bytes()].concat();
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut from: Option<usize> = None;
        let mut at: usize = 0;
        let mut is_closed = false;
        for line in body.split_inclusive(|b| *b == b'\n') {
            let next = at.saturating_add(line.len());
            if let Some(rest) = line.strip_prefix(mark.as_slice()) {
                let is_last = rest.starts_with(b"--");
                if is_last || rest.trim_ascii().is_empty() {
                    if let Some(from) = from {
                        parts.push(body.get(from..at).unwrap_or_default());
                    }
                    from = Some(next);
                    if is_last {
                        is_closed = true;
                        break;
                    }
                }
            }
            at = next;
        }
        if !is_closed {
            self.into.flag(Flag::Corrupt {
                what: format!("the parts of the message, parted by `{boundary}`, are never closed"),
            });
            match from {
                Some(from) => parts.push(body.get(from..).unwrap_or_default()),
                // No part at all: the lines themselves are kept.
                None => {
                    let text = self.decoded(body, None);
                    self.into.push(&text);
                }
            }
        }
        for (number, part) in (1..).zip(parts) {
            self.number.push(number);
            self.part(part, depth.saturating_add(1));
            self.number.pop();
        }
    }

    fn unpacked(&mut self, body: &[u8], encoding: &str) -> Vec<u8> {
        match encoding.trim().to_ascii_lowercase().as_str() {
            "base64" => {
                let packed: Vec<u8> = body
                    .iter()
                    .copied()
                    .filter(|b| !b.is_ascii_whitespace() && *b != b'=')
                    .collect();
                BASE64.decode(&packed).unwrap_or_else(|_| {
                    self.into.flag(Flag::Corrupt {
                        what: "a part says that it is base64 and is not".to_owned(),
                    });
                    body.to_vec()
                })
            }
            "quoted-printable" => printable(body),
            _ => body.to_vec(),
        }
    }

    fn decoded(&mut self, bytes: &[u8], charset: Option<&str>) -> String {
        let named = charset.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
        let text = match named {
            Some(encoding) if encoding != encoding_rs::UTF_8 => {
                let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
                if had_errors {
                    self.into.flag(Flag::Corrupt {
                        what: format!("a part says that it is {} and is not", encoding.name()),
                    });
                }
                text.into_owned()
            }
            _ => super::plain::decoded(bytes, self.into).into_owned(),
        };
        text.replace("\r\n", "\n")
    }
}

/// Undoes quoted-printable; what is no escape stays as it stands.
fn printable(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(body.len());
    let mut at = 0;
    while let Some(byte) = body.get(at).copied() {
        at = at.saturating_add(1);
        if byte != b'=' {
            plain.push(byte);
            continue;
        }
        let rest = body.get(at..).unwrap_or_default();
        let escaped = rest.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        if rest.starts_with(b"\r\n") {
            at = at.saturating_add(2);
        } else if rest.starts_with(b"\n") {
            at = at.saturating_add(1);
        } else if let Some(byte) = escaped.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            plain.push(byte);
            at = at.saturating_add(2);
        } else {
            plain.push(b'=');
        }
    }
    plain
}

/// The text of a header, with the words that it packs (`=?UTF-8?Q?…?=`).
fn words(value: &[u8]) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(value).0.into_owned(),
    };
    let mut shown = String::new();
    let mut rest = text.as_str();
    let mut was_packed = false;
    while let Some(at) = rest.find("=?") {
        let before = rest.get(..at).unwrap_or_default();
        let after = rest.get(at.saturating_add(2)..).unwrap_or_default();
        match packed(after) {
            Some((word, taken)) => {
                // Blanks between two packed words are no text.
                if !(was_packed && before.trim().is_empty()) {
                    shown.push_str(before);
                }
                shown.push_str(&word);
                was_packed = true;
                rest = after.get(taken..).unwrap_or_default();
            }
            None => {
                shown.push_str(before);
                shown.push_str("=?");
                was_packed = false;
                rest = after;
            }
        }
    }
    shown.push_str(rest);
    shown
}

/// One packed word after `=?`, and how many bytes it takes.
fn packed(text: &str) -> Option<(String, usize)> {
    let mut parts = text.splitn(4, '?');
    let (charset, how, word, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if !rest.starts_with('=') {
        return None;
    }
    let bytes = match how {
        "Q" | "q" => printable(word.replace('_', " ").as_bytes()),
        "B" | "b" => BASE64.decode(word.trim_end_matches('=')).ok()?,
        _ => return None,
    };
    let label = charset.split('*').next().unwrap_or(charset);
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let taken = text.len().checked_sub(rest.len())?.checked_add(1)?;
    Some((
        encoding.decode_without_bom_handling(&bytes).0.into_owned(),
        taken,
    ))
}

/// A parameter of a header: `name=value`, quoted or not, or `name*=charset''value`.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|one| {
        let (key, value) = one.split_once('=')?;
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches('"');
        if key == name {
            return Some(value.to_owned());
        }
        if key.strip_suffix('*')? != name {
            return None;
        }
        let (charset, rest) = value.split_once('\'')?;
        let (_, rest) = rest.split_once('\'')?;
        let bytes = printable(rest.replace('%', "=").as_bytes());
        let encoding = encoding_rs::Encoding::for_label(charset.as_bytes())?;
        Some(encoding.decode_without_bom_handling(&bytes).0.into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, Flag, Media, Passages, Places};

    fn read(message: &str) -> Passages {
        let read = super::super::read(message.as_bytes(), Asked::default());
        assert_eq!(read.media, Media::Mail);
        read
    }

    #[test]
    fn headers_and_body_are_unpacked() {
        let read = read(
            "From: =?UTF-8?Q?Th=C3=A9o?= =?utf-8?B?IFZhc3M=?= <t@x.example>\r\n\
             Subject: a\r\n  folded line\r\nDate: Mon, 14 Oct 2024 09:12:00 +0200\r\n\
             Content-Type: text/plain; charset=iso-8859-9\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\nT=FCrk=FDye =\r\nend\r\n",
        );
        assert_eq!(
            read.text,
            "From: Théo Vass <t@x.example>\nDate: Mon, 14 Oct 2024 09:12:00 +0200\n\
             Subject: a folded line\n\nTürkıye end\n\n"
        );
        assert_eq!(read.facts["subject"], "a folded line");
        assert!(read.flags.is_empty());
    }

    const PARTS: &str = "From: a@x.example\nTo: b@x.example\nSubject: s\n\
        Content-Type: multipart/mixed; boundary=\"b1\"\n\npreamble\n--b1\n\
        Content-Type: text/plain\n\nhello\n--b1\n\
        Content-Type: text/csv; name=\"s.csv\"\nContent-Disposition: attachment; filename=s.csv\n\
        Content-Transfer-Encoding: base64\n\nc2VyaWFsLG1vZGVsCkEtMSxYCkEtMSxYCg==\n--b1\n\
        Content-Type: image/jpeg; name=p.jpg\nContent-Transfer-Encoding: base64\n\n/9j/\n--b1--\n";

    #[test]
    fn parts_are_read_by_what_they_are_and_attachments_named() {
        let read = read(PARTS);
        let places = Places::of(&read);
        let hello = u32::try_from(read.text.find("hello").unwrap()).unwrap();
        assert_eq!(
            places.spot(hello, hello + 5).unwrap().part.as_deref(),
            Some("1")
        );
        let (start, end) = read.serials[0];
        let serial = places.spot(start, end).unwrap();
        assert_eq!(serial.quote, "A-1");
        assert_eq!(
            (serial.row, serial.part.as_deref()),
            (Some(2), Some("2 s.csv"))
        );
        assert_eq!(
            read.flags,
            [
                Flag::DuplicateSerial {
                    serial: "A-1".to_owned(),
                    rows: vec![2, 3]
                },
                Flag::AttachmentNotRead {
                    name: "p.jpg".to_owned(),
                    media: "image/jpeg".to_owned()
                }
            ]
        );
    }

    #[test]
    fn broken_structure_is_flagged_and_its_lines_kept() {
        let head = "From: a@x.example\nSubject: s\nContent-Type: multipart/mixed; boundary=b1\n\n";
        for (body, kept) in [
            ("--b1\nContent-Type: text/plain\n\nhello\n", "hello"),
            ("no part at all\n", "no part at all"),
            (
                "--b1\nContent-Transfer-Encoding: base64\n\n!!not base64!!\n--b1--\n",
                "!!not base64!!",
            ),
        ] {
            let read = read(&format!("{head}{body}"));
            assert!(read.text.contains(kept), "{}", read.text);
            let is_corrupt = |flag: &Flag| matches!(flag, Flag::Corrupt { .. });
            assert!(read.flags.iter().any(is_corrupt), "{body}");
        }
    }

    #[test]
    fn nesting_beyond_all_measure_is_cut() {
        let mut message = String::from("From: a@x.example\nSubject: s\n");
        for _ in 0..200 {
            message.push_str("Content-Type: message/rfc822\n\n");
        }
        let read = read(&message);
        assert!(matches!(read.flags.last(), Some(Flag::Cut { .. })));
    }

    #[test]
    fn a_text_with_a_colon_is_no_message() {
        for text in ["Note: see below\n\ntext", "From: here on\nit rained"] {
            let read = super::super::read(text.as_bytes(), Asked::default());
            assert_eq!((read.media, read.text.as_str()), (Media::Text, text));
        }
    }
}
