//! The counterparty register: parties and their screening.

use std::collections::BTreeSet;

use domain::country::Country;
use domain::event::{PartyRecorded, PartyScreened};
use domain::id::PartyId;
use domain::party::{Party, PartyRecord, PartyVersion};
use domain::time::Day;

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading::{self, Lens};

impl Desk {
    /// Registers a party, or corrects its facts from a day on. Nothing earlier is lost.
    ///
    /// # Errors
    /// A mistake when the name is empty or a named owner or branch is unknown, or a fault.
    pub fn record_party(
        &self,
        actor: &Actor,
        facts: &Party,
        effective_from: Day,
    ) -> Result<Done<PartyId>, DeskError> {
        self.act(actor, "party.record", |act| {
            if facts.name.trim().is_empty() {
                return Err(DeskError::mistaken_as(
                    "name",
                    "a party has a name: it is empty",
                    "une partie a un nom : il est vide",
                ));
            }
            for other in facts.owners.iter().chain(&facts.branch_of) {
                if act.find::<PartyRecord>(other)?.is_none() {
                    return Err(DeskError::mistaken_as(
                        "owners",
                        format!("there is no party {other}"),
                        format!("il n’y a pas de partie {other}"),
                    ));
                }
            }
            let version = PartyVersion {
                effective_from,
                facts: facts.clone(),
            };
            act.append(PartyRecorded { version })?;
            Ok(facts.id.clone())
        })
    }

    /// Records that a party was compared with lists and what a person holds of the result.
    ///
    /// # Errors
    /// A mistake when the party is unknown or the reasons are empty, or a fault.
    pub fn screen_party(
        &self,
        actor: &Actor,
        party: &PartyId,
        editions: &BTreeSet<String>,
        hits: u32,
        judged: (bool, &str),
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "party.screen", |act| {
            let _: PartyRecord = act.load(party)?;
            if judged.1.trim().is_empty() {
                return Err(DeskError::mistaken_as(
                    "reasons",
                    "expected why the person holds so",
                    "attendu pourquoi la personne en juge ainsi",
                ));
            }
            let event = PartyScreened {
                party: party.clone(),
                editions: editions.clone(),
                hits,
                is_clear: judged.0,
                reasons: judged.1.to_owned(),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// A party as of a day and as known at a position.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn party(&self, id: &PartyId, lens: Lens) -> Result<Option<Party>, DeskError> {
        let log = self.reading()?;
        let record: Option<PartyRecord> = reading::find(log.as_ref(), id.as_str())?;
        let known = record.and_then(|record| record.known_at(lens.known_at));
        Ok(known.and_then(|record| record.on(lens.as_of).cloned()))
    }
}

/// The number that an import gives to a party: made of its name and country, so that the same party
/// meets itself in every file.
pub(crate) fn number_of(name: &str, country: Option<Country>) -> Result<PartyId, DeskError> {
    let country = country.map(|c| c.to_string()).unwrap_or_default();
    let place = format!("{}/{country}", name.trim().to_lowercase());
    let digest = register::Digest::of(place.as_bytes()).to_string();
    let short: String = digest.chars().take(12).collect();
    PartyId::new(&format!("{}-{short}", PartyId::PREFIX))
        .map_err(|mistake| DeskError::invariant(mistake.to_string()))
}
