//! Files made to hurt, given to the binary: each is refused with exit code 2 and a message that
//! says where and what was expected, within a bound on memory and processor time, and nothing is
//! written (R14 to R16).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs::File;
use std::io::{Cursor, Write};
use std::path::Path;

use walks::program::{Bounds, Ran, has, run, run_under};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a hostile file may take. The largest file that the readers accept has 64 MiB; the bombs
/// themselves must cost less than that several times over, the binary's own start included.
const BOUNDS: Bounds = Bounds {
    memory_mib_max: 384,
    cpu_seconds_max: 10,
};

const STORE: &str = "sqlite:register.sqlite";

/// Runs the binary over files of these names and contents.
fn given(files: &[(&str, &[u8])], words: &[&str]) -> (tempfile::TempDir, Ran) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let ran = run(folder.path(), BOUNDS, words).unwrap();
    (folder, ran)
}

/// A mistake: exit code 2, all of `says` in one message, nothing printed, nothing written.
fn assert_refused(folder: &Path, ran: &Ran, says: &[&str]) {
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.out, "", "{ran:?}");
    assert!(ran.err.starts_with("mistake: "), "{}", ran.err);
    assert!(
        ran.err.len() < 4_000,
        "a message of {} bytes",
        ran.err.len()
    );
    for part in says {
        assert!(ran.err.contains(part), "`{part}` is not in: {}", ran.err);
    }
    let store = folder.join("register.sqlite");
    if store.exists() {
        let bytes = std::fs::read(store).unwrap();
        for kind in ["PermitRecorded", "PartyRecorded", "RegimeFileAdopted"] {
            let found = bytes
                .windows(kind.len())
                .any(|part| part == kind.as_bytes());
            assert!(!found, "{kind} was written");
        }
    }
}

fn map() -> Vec<u8> {
    std::fs::read(walks::workspace().join("lists/maps/british-lines.toml")).unwrap()
}

fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), packed).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn laughs() -> String {
    let mut text = String::from("<!DOCTYPE r [<!ENTITY a0 \"ha\">");
    for n in 1..=20 {
        let before = format!("&a{};", n - 1).repeat(10);
        text.push_str(&format!("<!ENTITY a{n} \"{before}\">"));
    }
    format!("{text}]>\n<r>&a20;</r>")
}

/// Name, file, and what the message says.
fn hostile_xml() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let quadratic = format!(
        "<!DOCTYPE r [<!ENTITY a \"{}\">]><r>{}</r>",
        "x".repeat(100_000),
        "&a;".repeat(100_000)
    );
    let external = "<!DOCTYPE r [<!ENTITY x SYSTEM \"http://127.0.0.1:9/x\">]><r>&x;</r>";
    let local = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><r>&x;</r>";
    let parameter = "<!DOCTYPE r [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p\"> %p;]><r/>";
    let included = "<r xmlns:xi=\"http://www.w3.org/2001/XInclude\">\
        <xi:include href=\"http://127.0.0.1:9/\"/></r>";
    let doctype = "line 1, column 1: a document type declaration is refused";
    vec![
        ("laughs.xml", laughs().into_bytes(), doctype),
        ("quadratic.xml", quadratic.into_bytes(), doctype),
        ("external.xml", external.into(), doctype),
        ("local.xml", local.into(), doctype),
        ("parameter.xml", parameter.into(), doctype),
        ("included.xml", included.into(), "XInclude) is refused"),
        (
            "deep.xml",
            "<r>".repeat(200_000).into_bytes(),
            "deeper than 64",
        ),
        ("entity.xml", b"<r>&nbsp;</r>".to_vec(), "line 1, column 4"),
        (
            "utf-16.xml",
            b"\xFF\xFE<\0r\0/\0>\0".to_vec(),
            "expected UTF-8",
        ),
        (
            "latin.xml",
            b"<r>\n caf\xE9</r>".to_vec(),
            "line 2, column 5",
        ),
        ("cut.xml", b"<r><a>".to_vec(), "line 1"),
        ("large.xml", vec![b' '; 9 << 20], "expected at most"),
    ]
}

#[test]
fn hostile_xml_is_refused_at_its_place_within_bounds() {
    for (name, bytes, says) in hostile_xml() {
        let words = ["import", "control-list", name, name, "--store", STORE];
        let (folder, ran) = given(&[(name, &bytes)], &words);
        assert_refused(folder.path(), &ran, &[name, says]);
    }
}

#[test]
fn hostile_xml_opens_no_connection() {
    const TEST: &str = "hostile_xml_opens_no_connection";
    if !has("strace") {
        return walks::not_run(TEST, "strace is not installed");
    }
    for (name, bytes, says) in hostile_xml() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let above = ["strace", "-f", "-e", "trace=%network", "-o", "calls"];
        let words = ["import", "control-list", name, name, "--store", STORE];
        let ran = run_under(folder.path(), BOUNDS, &above, &words).unwrap();
        if ran.err.contains("ptrace") {
            return walks::not_run(TEST, "strace may not trace here");
        }
        assert_refused(folder.path(), &ran, &[says]);
        let calls = std::fs::read_to_string(folder.path().join("calls")).unwrap();
        assert!(calls.contains("exited with 2"), "{calls}");
        for call in ["socket(", "connect(", "sendto("] {
            assert!(!calls.contains(call), "{name}: {calls}");
        }
    }
}

/// A workbook's parts, with room for one more.
fn workbook() -> Vec<(String, Vec<u8>)> {
    vec![
        ("[Content_Types].xml".into(), b"<Types/>".to_vec()),
        ("_rels/.rels".into(), b"<Relationships/>".to_vec()),
    ]
}

fn with_part(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    let mut parts = workbook();
    parts.push((name.to_owned(), bytes));
    zip(&parts)
}

/// A workbook whose directory says something else than its entries hold.
fn lying(offset: usize, with: u8) -> Vec<u8> {
    let mut bytes = with_part("xl/a.xml", b"<a/>".repeat(1_000));
    let mark = bytes
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[mark + offset..mark + offset + 4].fill(with);
    bytes
}

#[test]
fn hostile_archives_are_refused_within_bounds() {
    let blanks = || vec![b' '; 64 << 20];
    let inner = zip(&[("a".into(), vec![0; 32 << 20])]);
    let mut nested = workbook();
    nested.extend((0..200).map(|n| (format!("xl/{n}.zip"), inner.clone())));
    let mut many = workbook();
    many.extend((0..5_000).map(|n| (format!("xl/{n}.xml"), Vec::new())));
    let refused = "is refused as an archive";
    let cases = [
        (
            "ratio.xlsx",
            with_part("xl/a.xml", blanks()),
            "times its size",
        ),
        ("nested.xlsx", zip(&nested), "cannot be read as a workbook"),
        ("many.xlsx", zip(&many), "more than 4096 entries"),
        ("size.xlsx", lying(24, 0x7F), refused),
        ("small.xlsx", lying(24, 0), refused),
        ("overlap.xlsx", lying(42, 0), refused),
        ("beyond.xlsx", lying(42, 0xF0), refused),
        (
            "cut.xlsx",
            with_part("a", blanks())[..200].to_vec(),
            refused,
        ),
        (
            "old.xlsx",
            b"\xD0\xCF\x11\xE0rest".to_vec(),
            "encrypted workbook",
        ),
        ("paper.xlsx", b"%PDF-1.7".to_vec(), "a PDF"),
    ];
    for (name, bytes, says) in cases {
        let words = [
            "import", "permits", name, "--map", "map.toml", "--store", STORE,
        ];
        let (folder, ran) = given(&[(name, &bytes), ("map.toml", &map())], &words);
        assert_refused(folder.path(), &ran, &[name, says]);
    }
}

#[test]
fn a_cell_of_two_gigabytes_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("map.toml"), map()).unwrap();
    // A hole: it takes no room on the disk, and reads as one cell without an end.
    let file = File::create(folder.path().join("cell.csv")).unwrap();
    file.set_len(2 << 30).unwrap();
    let import = [
        "import", "permits", "cell.csv", "--map", "map.toml", "--store", STORE,
    ];
    for words in [&import[..], &["scenario", "run", "cell.csv"]] {
        let ran = run(folder.path(), BOUNDS, words).unwrap();
        assert_refused(folder.path(), &ran, &["cell.csv", "67108864 bytes"]);
    }
}

#[test]
fn hostile_scenarios_are_refused_at_their_place() {
    let mut aliases = String::from("scenario: a\njurisdiction: CA\nevents: []\nunknown:\n");
    aliases.push_str("  - &a [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..20_u8 {
        let (name, before) = (char::from(b'a' + n), char::from(b'a' + n - 1));
        let all = vec![format!("*{before}"); 10].join(", ");
        aliases.push_str(&format!("  - &{name} [{all}]\n"));
    }
    let deep = format!("scenario: a\nevents: {}", "[".repeat(100_000));
    let merged = format!("scenario: a\nevents:\n  - {}", "{<<: ".repeat(5_000));
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("aliases.yaml", aliases.into_bytes(), "aliases.yaml:10:"),
        ("deep.yaml", deep.into_bytes(), "deep.yaml:2:"),
        ("merged.yaml", merged.into_bytes(), "merged.yaml:3:"),
        (
            "large.yaml",
            vec![b'#'; 5 << 20],
            "expected at most 4194304",
        ),
        (
            "latin.yaml",
            b"scenario: a\ntitle: caf\xE9".to_vec(),
            "latin.yaml:2:11",
        ),
        ("empty.yaml", Vec::new(), "empty.yaml:"),
        ("tab.yaml", b"scenario:\n\t- a".to_vec(), "tab.yaml:2:"),
        ("nul.yaml", b"scenario: \0".to_vec(), "nul.yaml:1:"),
    ];
    for (name, bytes, says) in cases {
        let (folder, ran) = given(&[(name, &bytes)], &["scenario", "run", name]);
        assert_refused(folder.path(), &ran, &[says]);
    }
}

#[test]
fn hostile_requests_maps_and_scopes_are_refused_at_their_place() {
    let deep = "[".repeat(100_000).into_bytes();
    let fields = "{\"permit\":".repeat(50_000).into_bytes();
    let ifs = "if true then ".repeat(9_000);
    let long = vec!["true"; 100_000].join(" && ");
    let preview = ["measure", "preview", "--store", STORE, "--scope", "@a"];
    let check = ["gate", "check", "a", "--store", STORE];
    let propose = ["measure", "propose", "a", "--store", STORE];
    let import = ["import", "permits", "b.csv", "--store", STORE, "--map", "a"];
    let cases: [(&[&str], Vec<u8>, &str); 16] = [
        (&check, deep.clone(), "line 1 column 1"),
        (&check, fields.clone(), "line 1 column"),
        (
            &check,
            b"{\"permit\": \"P-1\",\n \"lines\": 4}".to_vec(),
            "line 2",
        ),
        (&check, b"{\"permit\": \"\xFF\"}".to_vec(), "line 1 column"),
        (&propose, deep, "line 1 column 1"),
        (&propose, fields, "line 1 column"),
        (
            &import,
            format!("a = {}", "[".repeat(100_000)).into(),
            "a:1:",
        ),
        (&import, vec![b'#'; 1 << 20], "262144 bytes"),
        (&import, b"map = 1\nmap = 2".to_vec(), "a:2:"),
        (&import, b"map = \xFF".to_vec(), "not UTF-8"),
        (
            &preview,
            "(".repeat(100_000).into(),
            "line 1, column 65: nested",
        ),
        (
            &preview,
            "!".repeat(100_000).into(),
            "line 1, column 3073: nested",
        ),
        (
            &preview,
            "a.".repeat(50_000).into(),
            "line 1, column 66: nested",
        ),
        (
            &preview,
            "1+".repeat(50_000).into(),
            "line 1, column 6146: nested",
        ),
        (&preview, ifs.into(), "nested or chained deeper"),
        (&preview, long.into(), "expected a shorter one"),
    ];
    for (words, bytes, says) in cases {
        let (folder, ran) = given(&[("a", &bytes), ("b.csv", b"a,b\n1,2\n")], words);
        assert_refused(folder.path(), &ran, &[says]);
    }
}
