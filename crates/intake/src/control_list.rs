//! Control lists from the consolidated XML of Justice Canada, both languages as one edition.
//!
//! The schedule of a list is a flat run of headings and labelled provisions. How its entries lie in
//! one another is read from their labels and indents, not from the nesting of elements, which
//! differs between the two languages of the same edition. Languages are joined by the code that
//! results; element ids differ and are not used. What this module does *not* do: it takes nothing
//! of the Guide, to which Groups 1 to 4, 6 and 7 only refer; and it never closes an earlier edition.

mod align;
mod compare;
mod countries;
mod destinations;
mod instrument;
mod label;
mod lift;
mod mistake;
mod note;
mod outline;
mod regulation;
mod section;
mod wording;

use domain::control_list::{ControlList, EntryId};
use domain::language::{Bilingual, Language};
use domain::law::Law;
use domain::time::{Day, Period};

pub use compare::{Change, ChangeKind, compare};
pub use countries::{CountryListImport, ListedCountry, read_country_list};
pub use mistake::ControlListMistake;
pub use note::{Note, Remark};

use regulation::Regulation;

/// A file of one language: its bytes, and the name by which notes and mistakes call it.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// The bytes, as they came.
    pub bytes: &'a [u8],
    /// The name of the file.
    pub name: &'a str,
}

/// The two languages of one edition; one of them may be absent, and a note then says so.
#[derive(Debug, Clone, Copy)]
pub struct ControlListSource<'a> {
    /// English.
    pub en: Option<SourceFile<'a>>,
    /// French.
    pub fr: Option<SourceFile<'a>>,
}

impl<'a> ControlListSource<'a> {
    /// Both languages.
    #[must_use]
    pub fn pair(en: SourceFile<'a>, fr: SourceFile<'a>) -> Self {
        Self {
            en: Some(en),
            fr: Some(fr),
        }
    }
}

/// What a list names: items under control, or countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Goods and technology: read it with [`read_control_list`].
    Items,
    /// Countries: read it with [`read_country_list`].
    Countries,
    /// Neither: not a list that this module reads.
    Neither,
}

/// What a file is, so that the languages of an edition can be paired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The key of the list, as in `ECL`.
    pub key: String,
    /// The number of the instrument, as in `SOR/89-202` (English form in both languages).
    pub instrument: String,
    /// The language of the file.
    pub language: Language,
    /// The day of last amendment.
    pub edition: Day,
    /// What it names.
    pub kind: ListKind,
}

/// How the two languages met, entry by entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Entries found in English.
    pub english: usize,
    /// Entries found in French.
    pub french: usize,
    /// Entries found in both, under one code.
    pub aligned: usize,
    /// Entries that neither schedule spells out, made from the section that names them.
    pub from_section: usize,
}

/// An edition as read, with all that a person should know about the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlListImport {
    /// The edition.
    pub list: ControlList,
    /// What a person should know, in the order of the source.
    pub notes: Vec<Note>,
    /// How the languages met.
    pub tally: Tally,
}

/// Says what a file is.
///
/// # Errors
/// Refuses what is not a consolidated regulation in XML, see [`ControlListMistake`].
pub fn identify(file: SourceFile<'_>) -> Result<Identity, ControlListMistake> {
    let regulation = Regulation::open(file)?;
    Ok(Identity {
        key: regulation.key.clone(),
        instrument: regulation.instrument.clone(),
        language: regulation.language,
        edition: regulation.edition,
        kind: kind_of(&regulation),
    })
}

fn kind_of(regulation: &Regulation<'_>) -> ListKind {
    if outline::has_groups(regulation) || instrument::lists_in_sections(&regulation.key) {
        ListKind::Items
    } else if countries::has_names(regulation) {
        ListKind::Countries
    } else {
        ListKind::Neither
    }
}

/// Reads an edition of a control list.
///
/// The edition is named after the day of last amendment and is open-ended from that day; who
/// imports a later edition closes this one.
///
/// # Errors
/// Refuses files that are not the two languages of one edition of one list of items; see
/// [`ControlListMistake`].
///
/// # Law
/// `ECL:2` for the destinations.
pub fn read_control_list(
    source: &ControlListSource<'_>,
) -> Result<ControlListImport, ControlListMistake> {
    let opened = Opened::of(source)?;
    let first = opened.first()?;
    for regulation in opened.given() {
        let file = regulation.file();
        match kind_of(regulation) {
            ListKind::Items => {}
            ListKind::Countries => return Err(ControlListMistake::NamesCountries { file }),
            ListKind::Neither => return Err(ControlListMistake::NoEntries { file }),
        }
    }
    let joined = align::join(opened.en.as_ref(), opened.fr.as_ref());
    if joined.entries.is_empty() {
        return Err(ControlListMistake::NoEntries { file: first.file() });
    }
    let place = if outline::has_groups(first) {
        "schedule"
    } else {
        "body"
    };
    let law = Law::new(&format!("{}:{place}", first.key)).map_err(|_| {
        ControlListMistake::InstrumentNumber {
            file: first.file(),
            given: first.instrument.clone(),
        }
    })?;
    let list = ControlList {
        list: first.key.clone(),
        edition: first.edition.to_string(),
        title: opened.title(),
        law,
        validity: Period {
            from: first.edition,
            until: None,
        },
        entries: joined.entries,
    };
    check_codes(&list, first)?;
    Ok(ControlListImport {
        list,
        notes: joined.notes,
        tally: joined.tally,
    })
}

/// Every code must fit in an entry id, or nothing could be rated under it.
fn check_codes(list: &ControlList, first: &Regulation<'_>) -> Result<(), ControlListMistake> {
    for entry in &list.entries {
        if EntryId::of(&list.list, &list.edition, &entry.code).is_err() {
            let code = entry.code.clone();
            return Err(ControlListMistake::Code {
                file: first.file(),
                code,
            });
        }
    }
    Ok(())
}

/// The languages of one edition, opened and checked against each other.
struct Opened<'a> {
    en: Option<Regulation<'a>>,
    fr: Option<Regulation<'a>>,
}

impl<'a> Opened<'a> {
    /// Opens what is given.
    fn of(source: &ControlListSource<'a>) -> Result<Self, ControlListMistake> {
        let opened = Self {
            en: source
                .en
                .map(|file| open_as(file, Language::En))
                .transpose()?,
            fr: source
                .fr
                .map(|file| open_as(file, Language::Fr))
                .transpose()?,
        };
        if let (Some(en), Some(fr)) = (&opened.en, &opened.fr) {
            same_edition(en, fr)?;
        }
        Ok(opened)
    }

    fn given(&self) -> impl Iterator<Item = &Regulation<'a>> {
        [self.en.as_ref(), self.fr.as_ref()].into_iter().flatten()
    }

    /// The English, or else the French.
    fn first(&self) -> Result<&Regulation<'a>, ControlListMistake> {
        self.given().next().ok_or(ControlListMistake::NothingGiven)
    }

    fn title(&self) -> Bilingual {
        let title = |side: &Option<Regulation<'a>>| side.as_ref().map(|side| side.title.clone());
        Bilingual {
            en: title(&self.en).unwrap_or_default(),
            fr: title(&self.fr).unwrap_or_default(),
        }
    }
}

fn open_as(file: SourceFile<'_>, expected: Language) -> Result<Regulation<'_>, ControlListMistake> {
    let regulation = Regulation::open(file)?;
    if regulation.language == expected {
        return Ok(regulation);
    }
    Err(ControlListMistake::WrongLanguage {
        file: regulation.file(),
        expected,
        found: regulation.language,
    })
}

/// Texts of two editions are never mixed.
fn same_edition(en: &Regulation<'_>, fr: &Regulation<'_>) -> Result<(), ControlListMistake> {
    if en.instrument != fr.instrument {
        return Err(ControlListMistake::DifferentInstruments {
            en_file: en.file(),
            en: en.instrument.clone(),
            fr_file: fr.file(),
            fr: fr.instrument.clone(),
        });
    }
    if en.edition != fr.edition {
        return Err(ControlListMistake::DifferentEditions {
            en_file: en.file(),
            en: en.edition,
            fr_file: fr.file(),
            fr: fr.edition,
        });
    }
    Ok(())
}
