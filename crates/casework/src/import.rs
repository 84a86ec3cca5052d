//! Importing registers and control lists whole: every row ends in exactly one way, and the good
//! ones come in one commit.

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::ControlList;
use domain::event::{Event, PartyRecorded, PermitRecorded};
use domain::id::{PartyId, PermitId};
use domain::language::Bilingual;
use domain::party::{Party, PartyRecord, PartyRole, PartyVersion};
use domain::permit::{Issued, Origin, Permit};
use intake::control_list::{ControlListImport, ControlListSource};
use intake::country_names::CountryNames;
use intake::mapping::Map;
use intake::permits::{NamedParty, PermitDraft, PermitImport};
use serde::Serialize;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Imported {
    /// How the file was read: counts, assumptions, reasons, and every row.
    pub read: PermitImport,
    /// Permits recorded.
    pub permits: u64,
    /// Parties registered.
    pub parties: u64,
    /// Permits that the register holds already, which were left as they are.
    pub held_already: Vec<PermitId>,
    /// Ratings that no edition holds to that depth and that were taken one level up.
    pub rated_above: u64,
}

/// Reads the permits of a file through a map. No register is needed for it: a file that cannot be read
/// leaves none behind.
///
/// # Errors
/// A mistake when the file as a whole cannot be read.
pub fn read_permits(bytes: &[u8], name: &str, map: &Map) -> Result<PermitImport, DeskError> {
    intake::permits::read_permits(bytes, name, map, &country_names()?)
        .map_err(|mistake| DeskError::mistaken_in_both("file", &mistake))
}

/// Reads a control list from the official text in both languages.
///
/// # Errors
/// A mistake when a file cannot be read or a language is missing.
pub fn read_control_list(source: &ControlListSource<'_>) -> Result<ControlListImport, DeskError> {
    both_languages(source)?;
    intake::control_list::read_control_list(source)
        .map_err(|mistake| DeskError::mistaken_in_both("control list", &mistake))
}

/// Refuses a text that came in one language.
pub(crate) fn both_languages(source: &ControlListSource<'_>) -> Result<(), DeskError> {
    if source.en.is_none() || source.fr.is_none() {
        return Err(DeskError::mistaken_as(
            "files",
            "English and French are equal: expected both consolidations of one edition",
            "l’anglais et le français sont égaux : attendu les deux codifications d’une même édition",
        ));
    }
    Ok(())
}

/// The names of countries that ship.
pub(crate) fn country_names() -> Result<CountryNames, DeskError> {
    CountryNames::shipped().map_err(|mistake| DeskError::invariant(mistake.to_string()))
}

impl Desk {
    /// Records the permits read from a file that can be, in one commit. `file` is its bytes, which are
    /// kept, and its name.
    ///
    /// # Errors
    /// A fault; nothing is written then.
    pub fn import_permits(
        &self,
        actor: &Actor,
        (bytes, name): (&[u8], &str),
        read: &PermitImport,
    ) -> Result<Done<Imported>, DeskError> {
        self.act(actor, "import.permits", |act| {
            act.writing().vault_put(bytes)?;
            let mut done = Imported {
                read: PermitImport {
                    map: read.map.clone(),
                    summary: read.summary.clone(),
                    permits: Vec::new(),
                    rows: read.rows.clone(),
                },
                permits: 0,
                parties: 0,
                held_already: Vec::new(),
                rated_above: 0,
            };
            let mut known: BTreeMap<String, PartyId> = BTreeMap::new();
            let mut events: Vec<Event> = Vec::new();
            for draft in &read.permits {
                if act.find::<Permit>(&draft.permit)?.is_some() {
                    done.held_already.push(draft.permit.clone());
                    continue;
                }
                let issued = issued(act, draft, name, &mut known, &mut events, &mut done)?;
                events.push(PermitRecorded { issued }.into());
                done.permits = done.permits.saturating_add(1);
            }
            if !events.is_empty() {
                act.append_all(events, Vec::new())?;
            }
            Ok(done)
        })
    }

    /// Records parties and permits of another register that come as data, in one commit.
    ///
    /// # Errors
    /// A mistake when a party has no name, a number is taken, an entry is in no edition, or a
    /// permit does not say that it comes from another register; nothing is written then. A fault.
    pub fn take_over(
        &self,
        actor: &Actor,
        parties: &[PartyVersion],
        permits: &[Issued],
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "import.permits", |act| {
            let nameless = |version: &&PartyVersion| version.facts.name.trim().is_empty();
            if let Some(version) = parties.iter().find(nameless) {
                let id = &version.facts.id;
                return Err(DeskError::mistaken_as(
                    "name",
                    format!("party {id} has no name"),
                    format!("la partie {id} n’a pas de nom"),
                ));
            }
            for version in parties {
                let version = version.clone();
                act.append(PartyRecorded { version })?;
            }
            for issued in permits {
                if !matches!(issued.origin, Origin::Import { .. }) {
                    let id = &issued.permit;
                    return Err(DeskError::mistaken_as(
                        "origin",
                        format!("permit {id} is not of another register"),
                        format!("la licence {id} n’est pas d’un autre registre"),
                    ));
                }
                crate::permits::record_in(act, issued)?;
            }
            Ok(())
        })
    }

    /// Adopts a control list that was read from the official text.
    ///
    /// # Errors
    /// A mistake when the edition is adopted already, or a fault.
    pub fn import_control_list(
        &self,
        actor: &Actor,
        read: &ControlListImport,
    ) -> Result<Done<ImportedList>, DeskError> {
        let done = self.adopt_list(actor, &read.list)?;
        let notes = read
            .notes
            .iter()
            .map(|note| {
                let (place, about, said) = (&note.place, &note.about, note.text());
                Bilingual::new(
                    format!("{place} {about}: {}", said.en),
                    format!("{place} {about} : {}", said.fr),
                )
            })
            .collect();
        Ok(Done {
            events: done.events,
            recorded_at: done.recorded_at,
            is_repeat: done.is_repeat,
            what: ImportedList {
                key: done.what,
                entries: read.list.entries.len(),
                notes,
            },
        })
    }

    /// An edition of a list, shipped or adopted.
    ///
    /// # Errors
    /// A mistake when there is none, or a fault.
    pub fn list(&self, key: &str) -> Result<ControlList, DeskError> {
        let found = self
            .lists()?
            .into_iter()
            .find(|held| format!("{}@{}", held.list, held.edition) == key);
        found.ok_or_else(|| {
            DeskError::mistaken_as(
                key,
                "there is no such edition",
                "cette édition n’existe pas",
            )
        })
    }
}

/// A control list that was adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedList {
    /// Its key.
    pub key: String,
    /// How many entries it has.
    pub entries: usize,
    /// What the reader noticed.
    pub notes: Vec<Bilingual>,
}

/// A draft as a permit, with its parties registered and its ratings held to what editions have.
fn issued(
    act: &Act<'_>,
    draft: &PermitDraft,
    file: &str,
    known: &mut BTreeMap<String, PartyId>,
    events: &mut Vec<Event>,
    done: &mut Imported,
) -> Result<Issued, DeskError> {
    let mut terms = draft.terms.clone();
    for named in &draft.parties {
        let id = party(act, named, draft, known, events, done)?;
        match named.role {
            PartyRole::Exporter => terms.exporter = Some(id),
            PartyRole::Consignee => drop(terms.consignees.insert(id)),
            PartyRole::IntermediateConsignee => drop(terms.intermediates.insert(id)),
            PartyRole::EndUser => terms.end_user = Some(id),
            PartyRole::Integrator => terms.integrator = Some(id),
            PartyRole::Broker => drop(terms.brokers.insert(id)),
        }
    }
    for line in &mut terms.lines {
        for rating in &mut line.ratings {
            if let Some(held) = act.book.nearest_entry(&rating.entry)
                && held != rating.entry
            {
                rating.reasons = Some(format!("read as {}, which no edition holds", rating.entry));
                rating.entry = held;
                done.rated_above = done.rated_above.saturating_add(1);
            }
        }
        line.ratings
            .retain(|rating| act.book.check_entry(&rating.entry).is_ok());
    }
    let row = draft
        .sources
        .first()
        .map(|source| source.at.line)
        .unwrap_or_default();
    Ok(Issued {
        permit: draft.permit.clone(),
        terms,
        issued_on: draft.issued_on,
        valid_from: draft.valid_from,
        last_day: draft.last_day,
        origin: Origin::Import {
            source: format!("{file}:{row}"),
            assumptions: draft
                .assumptions
                .iter()
                .map(|held| held.code().to_owned())
                .collect(),
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: None,
    })
}

/// Finds a named party, or registers it under a number made of its name.
fn party(
    act: &Act<'_>,
    named: &NamedParty,
    draft: &PermitDraft,
    known: &mut BTreeMap<String, PartyId>,
    events: &mut Vec<Event>,
    done: &mut Imported,
) -> Result<PartyId, DeskError> {
    let country = named.country.map(|c| c.to_string()).unwrap_or_default();
    let place = format!("{}/{country}", named.name.trim().to_lowercase());
    if let Some(id) = known.get(&place) {
        return Ok(id.clone());
    }
    let id = crate::parties::number_of(&named.name, named.country)?;
    if act.find::<PartyRecord>(&id)?.is_none() {
        let facts = Party {
            id: id.clone(),
            name: named.name.clone(),
            aliases: BTreeSet::new(),
            country: named.country,
            address: named.address.clone(),
            identifiers: BTreeSet::new(),
            activities: BTreeSet::new(),
            is_government: false,
            branch_of: None,
            owners: BTreeSet::new(),
            basis: None,
        };
        let version = PartyVersion {
            effective_from: draft.valid_from.min(draft.issued_on),
            facts,
        };
        events.push(PartyRecorded { version }.into());
        done.parties = done.parties.saturating_add(1);
    }
    known.insert(place, id.clone());
    Ok(id)
}
