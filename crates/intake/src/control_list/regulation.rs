//! The head of a consolidated regulation: number, language, title, day of last amendment.

use domain::language::Language;
use domain::time::Day;

use super::{ControlListMistake, SourceFile, instrument, wording};
use crate::xml::{self, Document, Element, Place};

/// Attributes that date an edition, the best first: consolidations made before a first amendment
/// have no day of last amendment.
const EDITION_ATTRIBUTES: [&str; 3] = ["lastAmendedDate", "pit-date", "inforce-start-date"];

/// Parts of a consolidation that are not in force as part of it.
const NOT_IN_FORCE: [&str; 2] = ["NifProvs", "RelatedProvs"];

/// A regulation whose head is read.
pub(super) struct Regulation<'a> {
    pub document: Document<'a>,
    pub instrument: String,
    pub key: String,
    pub language: Language,
    pub edition: Day,
    pub title: String,
}

impl<'a> Regulation<'a> {
    /// Reads the XML and the head.
    pub fn open(file: SourceFile<'a>) -> Result<Self, ControlListMistake> {
        let document = xml::read(file.name, file.bytes)?;
        let root = document.root();
        if root.name() != "Regulation" {
            return Err(ControlListMistake::NotARegulation {
                place: document.place(root),
                found: root.name().chars().take(64).collect(),
            });
        }
        let lacks = |element: &Element, part| ControlListMistake::Lacks {
            place: document.place(element),
            part,
        };
        let head = root
            .child("Identification")
            .ok_or_else(|| lacks(root, "Identification"))?;
        let number = head
            .child("InstrumentNumber")
            .map(wording::words)
            .unwrap_or_default();
        if number.is_empty() {
            return Err(lacks(head, "InstrumentNumber"));
        }
        let title = ["ShortTitle", "LongTitle"]
            .iter()
            .filter_map(|name| head.child(name))
            .map(wording::words)
            .find(|title| !title.is_empty())
            .ok_or_else(|| lacks(head, "LongTitle"))?;
        let language = language(&document)?;
        let edition = edition(&document)?;
        let instrument = instrument::number(&number);
        let key = instrument::key(&instrument);
        Ok(Self {
            instrument,
            key,
            language,
            edition,
            title,
            document,
        })
    }

    /// The name of the file.
    pub fn file(&self) -> String {
        self.document.file().to_owned()
    }

    /// The place of an element.
    pub fn place(&self, offset: usize) -> Place {
        self.document.place_at(offset)
    }

    /// The schedules in force, in the order of the source.
    pub fn schedules(&self) -> impl Iterator<Item = &Element> {
        self.document
            .root()
            .children_named("Schedule")
            .filter(|schedule| {
                let id = schedule.attribute("id").unwrap_or_default();
                !NOT_IN_FORCE.contains(&id)
            })
    }

    /// The sections of the body, wherever they stand in its parts.
    pub fn sections(&self) -> Vec<&Element> {
        let mut found = Vec::new();
        for body in self.document.root().children_named("Body") {
            gather_sections(body, &mut found);
        }
        found
    }
}

fn gather_sections<'e>(element: &'e Element, found: &mut Vec<&'e Element>) {
    for child in element.children() {
        if child.name() == "Section" {
            found.push(child);
        } else {
            gather_sections(child, found);
        }
    }
}

fn language(document: &Document<'_>) -> Result<Language, ControlListMistake> {
    let root = document.root();
    let place = || document.place(root);
    let given = root
        .attribute("lang")
        .ok_or_else(|| ControlListMistake::Lacks {
            place: place(),
            part: "xml:lang",
        })?;
    match given
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "en" => Ok(Language::En),
        "fr" => Ok(Language::Fr),
        _ => Err(ControlListMistake::ForeignLanguage {
            place: place(),
            given: given.chars().take(64).collect(),
        }),
    }
}

fn edition(document: &Document<'_>) -> Result<Day, ControlListMistake> {
    let root = document.root();
    let place = || document.place(root);
    let (part, given) = EDITION_ATTRIBUTES
        .iter()
        .find_map(|part| root.attribute(part).map(|given| (*part, given)))
        .ok_or_else(|| ControlListMistake::Lacks {
            place: place(),
            part: "lastAmendedDate",
        })?;
    Day::parse(given).map_err(|_| ControlListMistake::NotADay {
        place: place(),
        part,
        given: given.chars().take(64).collect(),
    })
}

/// The day from which an element is in force, where it says so.
pub(super) fn day(element: &Element) -> Option<Day> {
    element
        .attribute("inforce-start-date")
        .and_then(|day| Day::parse(day).ok())
}
