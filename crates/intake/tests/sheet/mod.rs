//! A workbook of one sheet, written by hand: what the tests need and nothing else.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Style 1 of the workbook: a date.
pub const DATE: usize = 1;

/// A cell as the sheet stores it.
pub enum Stored<'c> {
    /// A text in the cell itself.
    Text(&'c str),
    /// A number, in style 0 or [`DATE`].
    Number(&'c str, usize),
    /// An error.
    Error(&'c str),
    /// Nothing.
    Blank,
}

/// The parts of a workbook, to be packed or spoilt.
pub fn parts(rows: &[Vec<Stored<'_>>], is_1904: bool) -> Vec<(String, Vec<u8>)> {
    let mut sheet = String::from(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for (row, cells) in (1..).zip(rows) {
        sheet.push_str(&format!(r#"<row r="{row}">"#));
        for (column, cell) in cells.iter().enumerate() {
            let place = format!("{}{row}", column_letters(column));
            sheet.push_str(&match cell {
                Stored::Text(text) => {
                    let text = text.replace('&', "&amp;").replace('<', "&lt;");
                    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                }
                Stored::Number(number, style) => {
                    format!(r#"<c r="{place}" s="{style}"><v>{number}</v></c>"#)
                }
                Stored::Error(error) => format!(r#"<c r="{place}" t="e"><v>{error}</v></c>"#),
                Stored::Blank => String::new(),
            });
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    around(&sheet, is_1904)
}

/// The parts of a workbook around the XML of its sheet.
pub fn around(sheet: &str, is_1904: bool) -> Vec<(String, Vec<u8>)> {
    let flag = u8::from(is_1904);
    let part = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    vec![
        part(
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
        ),
        part(
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        part(
            "xl/workbook.xml",
            &format!(
                r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="{flag}"/><sheets><sheet name="Licences" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
        ),
        part(
            "xl/styles.xml",
            r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#,
        ),
        part("xl/worksheets/sheet1.xml", sheet),
    ]
}

/// Packs parts into an archive.
pub fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn column_letters(column: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letter(column / 26 - 1), letter(column % 26)),
    }
}
