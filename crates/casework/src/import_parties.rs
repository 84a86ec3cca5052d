//! Importing parties of another list whole: every row ends in exactly one way, and the good ones come
//! in one commit.

use std::collections::BTreeMap;

use domain::event::{Event, PartyRecorded};
use domain::id::PartyId;
use domain::party::{Party, PartyRecord, PartyVersion};
use intake::mapping::Map;
use intake::parties::{PartyDraft, PartyImport};
use serde::Serialize;

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::import::country_names;
use crate::parties::number_of;

/// What an import of parties did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedParties {
    /// How the file was read: counts, assumptions, reasons, drafts and every row.
    pub read: PartyImport,
    /// Parties registered, by the row that gave them.
    pub registered: BTreeMap<u64, PartyId>,
    /// Rows whose party the register holds already, or an earlier row gave; left as they are.
    pub held_already: BTreeMap<u64, PartyId>,
}

/// Reads the parties of a file through a map. No register is needed for it: a file that cannot be read
/// leaves none behind.
///
/// # Errors
/// A mistake when the file as a whole cannot be read.
pub fn read_parties(bytes: &[u8], name: &str, map: &Map) -> Result<PartyImport, DeskError> {
    intake::parties::read_parties(bytes, name, map, &country_names()?)
        .map_err(|mistake| DeskError::mistaken_in_both("file", &mistake))
}

impl Desk {
    /// Registers those of the parties read from a file that are new, in one commit. The file's bytes are
    /// kept.
    ///
    /// A party is known by its name and country. What the register holds of one is not changed by
    /// an import: such rows are told apart, and an officer corrects the facts.
    ///
    /// # Errors
    /// A fault; nothing is written then.
    pub fn import_parties(
        &self,
        actor: &Actor,
        bytes: &[u8],
        read: PartyImport,
    ) -> Result<Done<ImportedParties>, DeskError> {
        self.act(actor, "import.permits", |act| {
            act.writing().vault_put(bytes)?;
            let mut registered = BTreeMap::new();
            let mut held_already = BTreeMap::new();
            let mut events: Vec<Event> = Vec::new();
            let mut known: BTreeMap<PartyId, u64> = BTreeMap::new();
            for draft in &read.parties {
                let id = number_of(&draft.name, draft.country)?;
                let row = draft.at.line;
                if known.contains_key(&id) || act.find::<PartyRecord>(&id)?.is_some() {
                    held_already.insert(row, id);
                    continue;
                }
                let version = PartyVersion {
                    effective_from: act.today,
                    facts: facts(draft, &id),
                };
                events.push(PartyRecorded { version }.into());
                known.insert(id.clone(), row);
                registered.insert(row, id);
            }
            if !events.is_empty() {
                act.append_all(events, Vec::new())?;
            }
            Ok(ImportedParties {
                read,
                registered,
                held_already,
            })
        })
    }
}

fn facts(draft: &PartyDraft, id: &PartyId) -> Party {
    Party {
        id: id.clone(),
        name: draft.name.clone(),
        aliases: draft.aliases.clone(),
        country: draft.country,
        address: draft.address.clone(),
        identifiers: draft.identifiers.clone(),
        activities: draft.activities.clone(),
        is_government: draft.is_government.unwrap_or(false),
        branch_of: None,
        owners: std::collections::BTreeSet::new(),
        basis: None,
    }
}
