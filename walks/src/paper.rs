//! PDFs made for tests: sound, damaged, encrypted, and such as were made to do harm.

/// A part of a file under way, with where each of its objects begins.
struct Paper {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Paper {
    fn new() -> Self {
        Self {
            bytes: b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec(),
            places: Vec::new(),
        }
    }

    fn object(&mut self, body: &[u8]) -> usize {
        self.places.push(self.bytes.len());
        let number = self.places.len();
        self.bytes.extend(format!("{number} 0 obj\n").bytes());
        self.bytes.extend(body);
        self.bytes.extend(b"\nendobj\n");
        number
    }

    fn stream(&mut self, dictionary: &str, content: &[u8]) -> usize {
        let length = content.len();
        let mut body = format!("<< {dictionary} /Length {length} >>\nstream\n").into_bytes();
        body.extend(content);
        body.extend(b"\nendstream");
        self.object(&body)
    }

    fn end(mut self, trailer: &str) -> Vec<u8> {
        let table = self.bytes.len();
        let many = self.places.len().saturating_add(1);
        self.bytes
            .extend(format!("xref\n0 {many}\n0000000000 65535 f \n").bytes());
        for place in &self.places {
            self.bytes.extend(format!("{place:010} 00000 n \n").bytes());
        }
        let end = format!("trailer\n<< /Size {many} {trailer} >>\nstartxref\n{table}\n%%EOF\n");
        self.bytes.extend(end.bytes());
        self.bytes
    }
}

/// A text as the content of a page shows it, line by line, in code page 1252.
fn shown(page: &str) -> Vec<u8> {
    let mut content = b"BT /F1 11 Tf 14 TL 60 760 Td\n".to_vec();
    for line in page.lines() {
        content.push(b'(');
        for c in line.chars() {
            match c {
                '(' | ')' | '\\' => content.extend([b'\\', u8::try_from(c).unwrap_or(b'?')]),
                '’' => content.push(0x92),
                '“' => content.push(0x93),
                '”' => content.push(0x94),
                '–' => content.push(0x96),
                c => content.push(u8::try_from(c).unwrap_or(b'?')),
            }
        }
        content.extend(b") Tj T*\n");
    }
    content.extend(b"ET");
    content
}

/// A file of pages, each a text of lines; an empty line parts paragraphs.
#[must_use]
pub fn pdf(pages: &[&str]) -> Vec<u8> {
    made(pages, "")
}

/// The same, said to be encrypted.
#[must_use]
pub fn encrypted_pdf(pages: &[&str]) -> Vec<u8> {
    made(
        pages,
        "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (o) /U (u) >>",
    )
}

fn made(pages: &[&str], trailer: &str) -> Vec<u8> {
    let mut paper = Paper::new();
    let font = paper.object(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    );
    let contents: Vec<usize> = pages
        .iter()
        .map(|page| paper.stream("", &shown(page)))
        .collect();
    let first = paper.places.len().saturating_add(1);
    let tree = first.saturating_add(pages.len());
    for content in contents {
        let page = format!(
            "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
             /Resources << /Font << /F1 {font} 0 R >> >> >>"
        );
        paper.object(page.as_bytes());
    }
    let kids: Vec<String> = (first..tree).map(|kid| format!("{kid} 0 R")).collect();
    let tree = paper.object(
        format!(
            "<< /Type /Pages /Count {} /Kids [{}] >>",
            pages.len(),
            kids.join(" ")
        )
        .as_bytes(),
    );
    let root = paper.object(format!("<< /Type /Catalog /Pages {tree} 0 R >>").as_bytes());
    paper.end(&format!("/Root {root} 0 R {trailer}"))
}

/// A file of one page that draws with fonts of its own: for each its kind with what else it says, and
/// the map from codes to text that it carries. They are `F1`, `F2` and so on to the drawing.
#[must_use]
pub fn pdf_with_fonts(drawn: &str, fonts: &[(&str, Option<&str>)]) -> Vec<u8> {
    let mut paper = Paper::new();
    let mut named = String::new();
    for (number, (kind, map)) in (1..).zip(fonts) {
        let map = map.map(|map| paper.stream("", whole_map(map).as_bytes()));
        let map = map.map_or_else(String::new, |map| format!("/ToUnicode {map} 0 R"));
        let font = format!("<< /Type /Font /BaseFont /F{number} /Subtype {kind} {map} >>");
        let font = paper.object(font.as_bytes());
        named.push_str(&format!("/F{number} {font} 0 R "));
    }
    let content = paper.stream("", drawn.as_bytes());
    one_page(paper, content, &named)
}

/// A map from codes to text with the frame that makers put around it.
fn whole_map(map: &str) -> String {
    format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CMapName /Made def\n/CMapType 2 def\n{map}\nendcmap\n\
         CMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
}

/// Ends a file with one page that shows a content with fonts.
fn one_page(mut paper: Paper, content: usize, fonts: &str) -> Vec<u8> {
    let tree = paper.places.len().saturating_add(2);
    let page = format!(
        "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
         /Resources << /Font << {fonts} >> >> >>"
    );
    let page = paper.object(page.as_bytes());
    let tree = paper.object(format!("<< /Type /Pages /Count 1 /Kids [{page} 0 R] >>").as_bytes());
    let root = paper.object(format!("<< /Type /Catalog /Pages {tree} 0 R >>").as_bytes());
    paper.end(&format!("/Root {root} 0 R"))
}

/// A file of a few kilobytes whose one page unpacks to half a gigabyte: runs of a byte within runs.
#[must_use]
pub fn bomb() -> Vec<u8> {
    // 129 then a byte is that byte 128 times; the byte is 129 again, so each filter makes 64 of one.
    let content = [129; 2_048];
    let mut paper = Paper::new();
    let filters = ["/RunLengthDecode"; 3].join(" ");
    let content = paper.stream(&format!("/Filter [{filters}]"), &content);
    let page = paper
        .object(format!("<< /Type /Page /Contents {content} 0 R /Resources << >> >>").as_bytes());
    let tree = paper.object(format!("<< /Type /Pages /Count 1 /Kids [{page} 0 R] >>").as_bytes());
    let root = paper.object(format!("<< /Type /Catalog /Pages {tree} 0 R >>").as_bytes());
    paper.end(&format!("/Root {root} 0 R"))
}
