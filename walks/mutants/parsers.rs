//! The parsers, each with the good files that its mutants come from.

use std::path::PathBuf;

use domain::control_list::EntryId;
use domain::country::Country;
use domain::id::PermitId;
use domain::law::Law;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::time::{Calendar, Day, Instant};
use intake::control_list::{
    ControlListSource, SourceFile, identify, read_control_list, read_country_list,
};
use intake::country_names::CountryNames;
use intake::finding::{KnownKind, Names, find};
use intake::mapping::{Map, read_map};
use intake::parties::read_parties;
use intake::passages;
use intake::permits::read_permits;
use intake::scenario::read_scenario;
use regime::Access;
use regime::criteria::Criteria;
use regime::documents::DocumentRules;
use regime::groups::CountryGroups;
use regime::parts::Parts;
use regime::{Regime, Sources, parse_scope};

use crate::sheet::{self, Stored};

/// Gives bytes to a parser.
type Read = dyn Fn(&[u8]);

/// A parser, and what it is given.
pub(crate) struct Parser {
    pub(crate) name: &'static str,
    pub(crate) corpus: Vec<Vec<u8>>,
    /// Reads an input; what it says of it is not looked at.
    pub(crate) read: Box<Read>,
}

fn parser(name: &'static str, corpus: Vec<Vec<u8>>, read: impl Fn(&[u8]) + 'static) -> Parser {
    let read = Box::new(read);
    Parser { name, corpus, read }
}

fn path(of: &str) -> PathBuf {
    walks::workspace().join(of)
}

fn files(of: &[&str]) -> Vec<Vec<u8>> {
    of.iter()
        .map(|name| std::fs::read(path(name)).unwrap())
        .collect()
}

fn map(name: &str) -> Map {
    read_map(&files(&[name])[0], name).unwrap()
}

/// The text of an input, when it is one: parsers of text are never handed anything else.
fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

pub(crate) fn all() -> Vec<Parser> {
    let mut parsers = vec![control_lists(), country_lists(), maps(), scenarios()];
    parsers.extend(tables());
    parsers.extend([workbooks(), sheets()]);
    parsers.extend(regime_files());
    parsers.extend([scopes(), policies(), values(), bodies()]);
    parsers.extend([
        texts(),
        pages(),
        messages(),
        pictures(),
        papers(),
        serials(),
    ]);
    parsers
}

const HARBOUR: [&str; 2] = [
    "crates/intake/tests/data/control-list/harbour.en.xml",
    "crates/intake/tests/data/control-list/harbour.fr.xml",
];
const PORTS: [&str; 2] = [
    "crates/intake/tests/data/control-list/ports.en.xml",
    "crates/intake/tests/data/control-list/ports.fr.xml",
];

fn control_lists() -> Parser {
    let french = files(&HARBOUR)[1].clone();
    parser("control list (XML)", files(&HARBOUR), move |input| {
        let en = SourceFile {
            bytes: input,
            name: "en.xml",
        };
        let fr = SourceFile {
            bytes: &french,
            name: "fr.xml",
        };
        let _ = identify(en);
        let _ = read_control_list(&ControlListSource::pair(en, fr));
    })
}

fn country_lists() -> Parser {
    let french = files(&PORTS)[1].clone();
    parser("country list (XML)", files(&PORTS), move |input| {
        let en = SourceFile {
            bytes: input,
            name: "en.xml",
        };
        let fr = SourceFile {
            bytes: &french,
            name: "fr.xml",
        };
        let country = |name: &str| Country::new(name.get(..2)?).ok();
        let _ = read_country_list(&ControlListSource::pair(en, fr), &country);
    })
}

const MAPS: [&str; 4] = [
    "lists/maps/british-lines.toml",
    "lists/maps/french-register.toml",
    "lists/maps/nl-military.toml",
    "lists/maps/parties.toml",
];

fn maps() -> Parser {
    parser("map (TOML)", files(&MAPS), |input| {
        let _ = read_map(input, "map.toml");
    })
}

fn scenarios() -> Parser {
    let cases = files(&["scenarios/norland-2025.yaml"]);
    parser("scenario (YAML)", cases, |input| {
        let _ = read_scenario(input, "case.yaml");
    })
}

fn tables() -> [Parser; 3] {
    let register = |name, csv: &str, toml: &str| {
        let (map, names) = (map(toml), CountryNames::shipped().unwrap());
        parser(name, files(&[csv]), move |input| {
            let _ = read_permits(input, "register.csv", &map, &names);
        })
    };
    let (people, names) = (map(MAPS[3]), CountryNames::shipped().unwrap());
    let parties = files(&["crates/intake/tests/data/parties.csv"]);
    [
        register(
            "lines (CSV)",
            "crates/intake/tests/data/british-lines.csv",
            MAPS[0],
        ),
        register(
            "register (CSV)",
            "crates/intake/tests/data/french-register.csv",
            MAPS[1],
        ),
        parser("parties (CSV)", parties, move |input| {
            let _ = read_parties(input, "parties.csv", &people, &names);
        }),
    ]
}

/// The British lines once more, as the rows of a workbook.
fn lines() -> Vec<Vec<String>> {
    let csv = text(&files(&["crates/intake/tests/data/british-lines.csv"])[0]);
    csv.lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

fn parts() -> Vec<(String, Vec<u8>)> {
    let lines = lines();
    let rows: Vec<Vec<Stored<'_>>> = lines
        .iter()
        .map(|cells| cells.iter().map(|cell| Stored::Text(cell)).collect())
        .collect();
    sheet::parts(&rows, false)
}

fn reader() -> impl Fn(&[u8]) + 'static {
    let (map, names) = (map(MAPS[0]), CountryNames::shipped().unwrap());
    move |input| {
        let _ = read_permits(input, "register.xlsx", &map, &names);
    }
}

fn workbooks() -> Parser {
    parser(
        "workbook (XLSX), its bytes",
        vec![sheet::pack(&parts())],
        reader(),
    )
}

/// The parts of a workbook, spoilt before they are packed, so that the archive itself is sound.
fn sheets() -> Parser {
    let read = reader();
    let corpus = parts().into_iter().map(|(_, bytes)| bytes).collect();
    parser("workbook (XLSX), its parts", corpus, move |input| {
        for spoilt in 0..parts().len() {
            let mut parts = parts();
            parts[spoilt].1 = input.to_vec();
            read(&sheet::pack(&parts));
        }
    })
}

fn regime_files() -> Vec<Parser> {
    vec![
        parser("sources (TOML)", files(&["law/sources.toml"]), |input| {
            let _ = Sources::default().with("sources.toml", &text(input));
        }),
        parser(
            "groups (TOML)",
            files(&["lists/country-groups.toml"]),
            |input| {
                let _ = CountryGroups::default().with("groups.toml", &text(input));
            },
        ),
        parser(
            "documents (TOML)",
            files(&["policies/documents.toml"]),
            |input| {
                let _ = DocumentRules::default().with("documents.toml", &text(input));
            },
        ),
        parser(
            "criteria (TOML)",
            files(&["lists/automatic-firearms.toml"]),
            |input| {
                let _ = Criteria::read("criteria.toml", &text(input));
            },
        ),
        parser(
            "access (Cedar)",
            files(&["policies/access/access.cedar"]),
            |input| {
                let _ = Access::new(&text(input));
            },
        ),
    ]
}

/// Scopes in policy text, as officers write them.
fn scopes() -> Parser {
    let text_of = |scope: &str| scope.as_bytes().to_vec();
    let corpus = [
        r#"resource.destinations.contains(Country::"TR")"#,
        r#"resource in Entry::"GUIDE@2020:2" && resource.final_destinations.contains(Country::"TR")"#,
        r#"!(resource in Programme::"NATO") || resource.permit_kind == "general""#,
        r#"resource.value.greaterThanOrEqual(decimal("1000.00")) && true"#,
    ];
    parser(
        "scope (policy text)",
        corpus.map(text_of).to_vec(),
        |input| {
            let _ = parse_scope(&text(input));
        },
    )
}

/// The standing policies of Canada within everything else that a regime consists of.
fn policies() -> Parser {
    parser(
        "policies (Cedar)",
        files(&["policies/export/canada.cedar"]),
        |input| {
            let mut parts = Parts::shipped("CA").unwrap();
            parts.standing[0].text = text(input);
            let _ = Regime::new(parts);
        },
    )
}

/// Gives bytes to the reader of material, and its text to the finder.
fn material(name: &'static str, corpus: Vec<Vec<u8>>) -> Parser {
    let mut names = Names::shipped().unwrap();
    names.add_parties([
        ("PTY-1", "Ostvik Optronikk AS"),
        ("PTY-2", "ООО Северная Оптика"),
    ]);
    names.add_known([(KnownKind::Model, "ITM-1", "LX-40D")]);
    let received_on = Day::parse("2024-10-14").ok();
    parser(name, corpus, move |input| {
        let passages = passages::read(input, passages::Asked { received_on });
        let _ = find(&passages, &names, received_on);
    })
}

fn texts() -> Parser {
    let held_in = "lists/reading/made-on";
    let corpus = ["01-wire.txt", "02-communique.txt"];
    let paths = corpus.map(|name| format!("{held_in}/{name}"));
    material(
        "material: text",
        files(&paths.each_ref().map(String::as_str)),
    )
}

fn pages() -> Parser {
    material(
        "material: page",
        files(&["lists/reading/made-on/05-page.html"]),
    )
}

fn messages() -> Parser {
    let corpus = [
        "lists/reading/made-on/04-memo.eml",
        "lists/reading/held-out/06-courriel.eml",
    ];
    material("material: message", files(&corpus))
}

/// A JPEG with a block of claims: when it was taken, and a directory of place that leads nowhere.
fn pictures() -> Parser {
    let mut block = b"II*\0\x08\0\0\0\x03\0".to_vec();
    block.extend(b"\x32\x01\x02\0\x14\0\0\0\x32\0\0\0");
    block.extend(b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0");
    block.extend(b"\x25\x88\x04\0\x01\0\0\0\x08\0\0\0\0\0\0\0");
    block.extend(b"2020:10:20 09:30:00\0");
    let mut bytes = b"\xFF\xD8\xFF\xE1".to_vec();
    bytes.extend(u16::try_from(block.len() + 8).unwrap().to_be_bytes());
    bytes.extend(b"Exif\0\0");
    bytes.extend(block);
    bytes.extend(b"\xFF\xD9");
    material("material: picture", vec![bytes])
}

fn papers() -> Parser {
    let sound = walks::paper::pdf(&["Oslo, 3 May 2021\n\nNorway suspended permits.", "Group 2"]);
    let map = "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n\
               1 beginbfrange\n<0001> <0003> <0634>\nendbfrange";
    let fonts = [
        ("/Type0 /Encoding /Identity-H", Some(map)),
        (
            "/Type1 /Encoding << /Differences [1 /uni0259 /eacute] >>",
            None,
        ),
    ];
    let drawn = "BT /F1 11 Tf 60 760 Td <00010002> Tj /F2 11 Tf [(A\x01) -300 (\x02)] TJ ET";
    let mapped = walks::paper::pdf_with_fonts(drawn, &fonts);
    material("material: PDF", vec![sound, walks::paper::bomb(), mapped])
}

fn serials() -> Parser {
    let table = "model;serial number\nLX-40D;A-1\nLX-40D;\"A-2\"\nMR-210;A-1\n";
    material("material: serial numbers", vec![table.as_bytes().to_vec()])
}

/// Amounts, days, instants, calendars, codes and numbers, one to a line.
fn values() -> Parser {
    let corpus = "12.5\n007.50\n2027-03-01\n2024-02-29\n2027-03-01T09:00:00Z\n\
        EST5EDT,M3.2.0,M11.1.0\nGUIDE@2020:2-15.d\nEIPA:10(1)\nPMT-2027-000123\nTR\nKGM\nCAD\n";
    parser("values", vec![corpus.as_bytes().to_vec()], |input| {
        for line in text(input).lines() {
            let _ = Quantity::parse(line, "KGM");
            let _ = Quantity::parse("1", line);
            let _ = Money::parse(line, "CAD");
            let _ = Money::parse("1", line);
            let _ = Day::parse(line);
            let _ = line.parse::<Instant>();
            if let Ok(calendar) = Calendar::parse(line) {
                let _ = calendar.day_in_range(Instant(i64::MIN));
                let _ = calendar.day_in_range(Instant(i64::MAX));
                let _ = calendar.start_of(Day::parse("2199-12-31").unwrap());
            }
            let _ = EntryId::new(line);
            let _ = Law::new(line);
            let _ = PermitId::new(line);
            let _ = Country::new(line);
        }
    })
}

/// A permit as JSON: what bodies carry and what the log keeps.
fn bodies() -> Parser {
    let body = br#"{ "permit": "PMT-1", "issued_on": "2020-01-01", "valid_from": "2020-01-01",
        "origin": { "kind": "import", "source": "synthetic:1" },
        "terms": { "kind": "individual", "movement": { "kind": "temporary", "return_by": null },
            "exporter": "PTY-1", "destinations": ["TR"], "lines": [{ "no": 1,
                "item": { "description": "sights", "serials": ["A1"] },
                "ratings": [{ "entry": "GUIDE@2020:2-15.d", "is_primary": true }],
                "quantity": { "amount": "10", "unit": "C62" },
                "value": { "amount": "1000.00", "currency": "CAD" } }] } }"#;
    parser("permit (JSON)", vec![body.to_vec()], |input| {
        let _ = serde_json::from_slice::<domain::permit::Issued>(input);
        let _ = serde_json::from_slice::<domain::scope::Scope>(input);
    })
}
