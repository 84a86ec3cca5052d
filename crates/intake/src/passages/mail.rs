//! Messages of electronic mail: headers, parts, attachments by their names.
//!
//! The structure is read by `mailparse`, the encodings of text by `encoding_rs`. Whatever a broken
//! message says wrongly, the lines themselves are still there, and are kept as text with a flag.

use mailparse::{MailHeader, MailParseError, ParsedContentType, ParsedMail};

use super::flag::Flag;
use super::{Build, Region};
use crate::guard::guarded;

/// Deepest nesting of messages within messages; the library itself bounds that of parts.
const DEPTH_MAX: u32 = 16;

/// Most parts of one message.
const PARTS_MAX: usize = 500;

/// Most bytes in which the headers of a message are looked for.
const HEAD_BYTES_MAX: usize = 16_384;

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

/// Whether bytes begin with the headers of a message: two telling ones at least, before any line that
/// is no header.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    let bytes = without_envelope(bytes);
    let mut rest = bytes
        .get(..bytes.len().min(HEAD_BYTES_MAX))
        .unwrap_or_default();
    let (mut many, mut is_first) = (0_u32, true);
    while !rest.is_empty() && !rest.starts_with(b"\n") && !rest.starts_with(b"\r\n") {
        let Some(Ok((header, taken))) = guarded(|| mailparse::parse_header(rest)) else {
            break;
        };
        let name = header.get_key().to_ascii_lowercase();
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
        // What has no colon is read as a name without a value.
        if !is_name || rest.get(name.len()) != Some(&b':') {
            break;
        }
        let is_telling = TELLING.contains(&name.as_str());
        if is_first && !is_telling && !name.contains('-') {
            return false;
        }
        many = many.saturating_add(u32::from(is_telling));
        is_first = false;
        rest = rest.get(taken..).unwrap_or_default();
    }
    many >= 2
}

/// Mailboxes of old put a line before the headers.
fn without_envelope(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|b| *b == b'\n');
    let after = end.and_then(|end| bytes.get(end.saturating_add(1)..));
    match after {
        Some(after) if bytes.starts_with(b"From ") => after,
        _ => bytes,
    }
}

pub(super) fn read(bytes: &[u8], into: &mut Build) {
    let mut message = Message {
        into,
        parts: 0,
        number: Vec::new(),
    };
    message.whole(without_envelope(bytes), 0);
}

struct Message<'b> {
    into: &'b mut Build,
    parts: usize,
    /// The number of the part, as `2.1`.
    number: Vec<usize>,
}

impl Message<'_> {
    /// A message with its headers and parts.
    fn whole(&mut self, bytes: &[u8], depth: u32) {
        let parsed = guarded(|| mailparse::parse_mail(bytes));
        let why = match parsed {
            Some(Ok(mail)) => {
                self.part(&mail, true, depth);
                return;
            }
            Some(Err(error)) => error.to_string(),
            None => "its reader gave up".to_owned(),
        };
        self.corrupt(format!("the message cannot be taken apart: {why}"));
        self.begin(None, false);
        self.put_text(bytes, None);
    }

    fn part(&mut self, mail: &ParsedMail<'_>, is_message: bool, depth: u32) {
        self.parts = self.parts.saturating_add(1);
        if self.parts > PARTS_MAX || depth > DEPTH_MAX {
            self.into.flag(Flag::Cut {
                what: format!("{PARTS_MAX} parts, {DEPTH_MAX} deep"),
            });
            return;
        }
        let disposition = mail.get_content_disposition();
        let named = disposition.params.get("filename");
        let name = named.or_else(|| mail.ctype.params.get("name"));
        let is_attachment = disposition.disposition == mailparse::DispositionType::Attachment;
        self.begin(name.map(String::as_str), is_attachment);
        if is_message {
            self.show(&mail.headers);
        }
        if mail.ctype.mimetype.starts_with("multipart/")
            && let Some(boundary) = mail.ctype.params.get("boundary")
        {
            self.parts_of(mail, boundary, depth);
            return;
        }
        let media = mail.ctype.mimetype.as_str();
        if !media.starts_with("text/") && media != "message/rfc822" {
            self.into.flag(Flag::AttachmentNotRead {
                name: name.cloned().unwrap_or_else(|| "-".to_owned()),
                media: media.to_owned(),
            });
            return;
        }
        let body = self.unpacked(mail);
        match media {
            "message/rfc822" => self.whole(&body, depth.saturating_add(1)),
            "text/html" => {
                let text = self.decoded(&body, stated(&mail.ctype));
                super::html::read_text(&text, self.into);
                self.into.push("\n\n");
            }
            _ => self.put_text(&body, stated(&mail.ctype)),
        }
    }

    fn parts_of(&mut self, mail: &ParsedMail<'_>, boundary: &str, depth: u32) {
        let end = [b"--", boundary.as_bytes(), b"--"].concat();
        if !mail.raw_bytes.windows(end.len()).any(|some| some == end) {
            self.corrupt(format!(
                "the parts of the message, parted by `{boundary}`, are never closed"
            ));
        }
        if mail.subparts.is_empty() {
            // No part at all: the lines themselves are kept.
            let head = mail.get_headers().get_raw_bytes().len();
            let body = mail.raw_bytes.get(head..).unwrap_or_default();
            self.put_text(body, None);
        }
        for (number, part) in (1..).zip(&mail.subparts) {
            self.number.push(number);
            self.part(part, false, depth);
            self.number.pop();
        }
    }

    fn corrupt(&mut self, what: String) {
        self.into.flag(Flag::Corrupt { what });
    }

    /// Begins the region of a part, and shows the name of an attachment.
    fn begin(&mut self, name: Option<&str>, is_attachment: bool) {
        let number: Vec<String> = self.number.iter().map(usize::to_string).collect();
        let number = match number.as_slice() {
            [] => "0".to_owned(),
            some => some.join("."),
        };
        let part = match name {
            Some(name) => format!("{number} {name}"),
            None => number,
        };
        self.into.region(Region {
            part: Some(part),
            ..Region::default()
        });
        if let Some(name) = name.filter(|_| is_attachment) {
            self.into.push(&format!("[{name}]\n"));
        }
    }

    fn show(&mut self, headers: &[MailHeader<'_>]) {
        for wanted in SHOWN {
            for header in headers {
                let name = header.get_key();
                if !name.eq_ignore_ascii_case(wanted) {
                    continue;
                }
                let says = header.get_value();
                let says = says.split_whitespace().collect::<Vec<_>>().join(" ");
                self.into.push(&format!("{name}: {says}\n"));
                self.into.fact(wanted, &says);
            }
        }
        self.into.push("\n");
    }

    fn put_text(&mut self, body: &[u8], charset: Option<&str>) {
        let text = self.decoded(body, charset);
        if super::serials::is_table(text.as_bytes()) {
            super::serials::rows(&text, self.into);
        } else {
            self.into.push(text.trim_end());
        }
        self.into.push("\n\n");
    }

    /// The bytes of a part without the encoding in which they were sent.
    fn unpacked(&mut self, mail: &ParsedMail<'_>) -> Vec<u8> {
        match guarded(|| mail.get_body_raw()) {
            Some(Ok(bytes)) => return bytes,
            Some(Err(MailParseError::Base64DecodeError(_))) => {
                self.corrupt("a part says that it is base64 and is not".to_owned());
            }
            Some(Err(_)) | None => {
                self.corrupt("a part cannot be unpacked".to_owned());
            }
        }
        // The lines as they were sent.
        match mail.get_body_encoded() {
            mailparse::body::Body::Base64(body) | mailparse::body::Body::QuotedPrintable(body) => {
                body.get_raw().to_vec()
            }
            mailparse::body::Body::SevenBit(body) | mailparse::body::Body::EightBit(body) => {
                body.get_raw().to_vec()
            }
            mailparse::body::Body::Binary(body) => body.get_raw().to_vec(),
        }
    }

    fn decoded(&mut self, bytes: &[u8], charset: Option<&str>) -> String {
        let named = charset.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
        let text = match named {
            Some(encoding) if encoding != encoding_rs::UTF_8 => {
                let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
                if had_errors {
                    self.corrupt(format!(
                        "a part says that it is {} and is not",
                        encoding.name()
                    ));
                }
                text.into_owned()
            }
            _ => super::plain::decoded(bytes, self.into).into_owned(),
        };
        text.replace("\r\n", "\n")
    }
}

/// The encoding that a part states; none where the library only assumes US-ASCII, as bytes beyond it
/// are then looked at for themselves.
fn stated(kind: &ParsedContentType) -> Option<&str> {
    kind.params.get("charset").map(String::as_str)
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

    #[test]
    fn both_forms_of_an_alternative_are_kept_with_their_parts() {
        let read = read(
            "From: a@x.example\nSubject: s\nContent-Type: multipart/mixed; boundary=outer\n\n\
             --outer\nContent-Type: multipart/alternative; boundary=\"inner one\"\n\n\
             --inner one\nContent-Type: text/plain; charset=windows-1252\n\
             Content-Transfer-Encoding: quoted-printable\n\n\
             L=92arr=EAt=E9 =96 10=80\n--inner one\nContent-Type: text/html; charset=utf-8\n\n\
             <p>L&rsquo;arr&ecirc;t&eacute;<script>no</script>\n--inner one--\n--outer\n\
             Content-Type: text/plain\n\nend\n--outer--\n",
        );
        let places = Places::of(&read);
        for (quote, part) in [
            ("L’arrêté – 10€", "1.1"),
            ("L’arrêté\n", "1.2"),
            ("end", "2"),
        ] {
            let start = read.text.find(quote).unwrap();
            let end = u32::try_from(start + quote.len()).unwrap();
            let spot = places.spot(u32::try_from(start).unwrap(), end).unwrap();
            assert_eq!(spot.part.as_deref(), Some(part), "{quote}");
        }
        assert_eq!(read.flags, [Flag::LeftOut { elements: 1 }]);
    }

    #[test]
    fn a_message_in_code_page_1252_that_names_none_is_read_and_flagged() {
        let bytes = b"From: Ren\xE9 <r@x.example>\nSubject: Caf\xE9\n\nL\x92arr\xEAt\xE9\n";
        let read = super::super::read(bytes, Asked::default());
        assert_eq!(
            read.text,
            "From: René <r@x.example>\nSubject: Café\n\nL’arrêté\n\n"
        );
        let encoding = "windows-1252".to_owned();
        assert_eq!(read.flags, [Flag::AssumedEncoding { encoding }]);
    }

    #[test]
    fn a_message_within_a_message_keeps_its_headers() {
        let read = read(
            "From: a@x.example\nTo: b@x.example\nSubject: outer\n\
             Content-Type: message/rfc822\n\nFrom: c@x.example\nSubject: inner\n\ntext\n",
        );
        assert!(read.text.contains("Subject: outer"));
        assert!(
            read.text
                .ends_with("From: c@x.example\nSubject: inner\n\ntext\n\n")
        );
        assert!(read.flags.is_empty());
    }

    #[test]
    fn parts_nested_without_end_are_kept_as_lines_and_flagged() {
        let mut message = String::from("From: a@x.example\nSubject: s\n");
        for level in 0..5_000 {
            message.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
            ));
        }
        let read = read(&message);
        assert!(read.text.contains("boundary=b4999"));
        assert!(matches!(read.flags.first(), Some(Flag::Corrupt { .. })));
    }

    #[test]
    fn a_name_in_another_encoding_names_its_attachment() {
        let read = read(
            "From: a@x.example\nSubject: s\n\
             Content-Type: application/pdf\nContent-Disposition: attachment;\n \
             filename*=UTF-8''relev%C3%A9.pdf\n\nx\n",
        );
        let name = "relevé.pdf".to_owned();
        let media = "application/pdf".to_owned();
        assert_eq!(read.flags, [Flag::AttachmentNotRead { name, media }]);
    }
}
