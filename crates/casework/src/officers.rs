//! Who may act: appointments, and the tokens with which programs act for people.

use std::collections::BTreeSet;

use domain::event::OfficerAppointed;
use domain::id::{CompartmentId, OfficeId, OfficerId, PartyId};
use domain::time::Day;
use register::{Digest, Reading};

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading;

/// Appoints a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appoint {
    /// The person.
    pub officer: OfficerId,
    /// The name or function.
    pub name: String,
    /// The roles.
    pub roles: BTreeSet<String>,
    /// The customs office.
    pub office: Option<OfficeId>,
    /// The party for which the person acts.
    pub party: Option<PartyId>,
    /// The compartments of sealed material that are open to the person.
    pub compartments: BTreeSet<CompartmentId>,
    /// First day.
    pub effective_from: Day,
    /// Whether a token for programs is wanted.
    pub wants_token: bool,
}

impl Desk {
    /// Appoints a person, or appoints one anew: what was given before ends with it, an earlier token
    /// too. The token, when one is wanted, is shown once and kept only as a digest; so an
    /// appointment with a token takes no idempotency key, under which its answer would be kept.
    ///
    /// # Errors
    /// A mistake when a role is unknown or a key would keep the token, or a fault.
    pub fn appoint(
        &self,
        actor: &Actor,
        request: &Appoint,
    ) -> Result<Done<Option<String>>, DeskError> {
        if request.wants_token && self.key().is_some() {
            return Err(DeskError::mistaken_as(
                "key",
                "a token is shown once and kept nowhere: send no key with this act",
                "un jeton est montré une fois et gardé nulle part : n’envoyez pas de clé avec cet acte",
            ));
        }
        let token = request.wants_token.then(|| {
            let digest = Digest::of(&self.clock().entropy()).to_string();
            format!("pct_{digest}")
        });
        self.act(actor, "officer.appoint", |act| {
            if request.roles.is_empty() || request.name.trim().is_empty() {
                return Err(DeskError::mistaken_as(
                    "roles",
                    "expected a name and a role",
                    "un nom et un rôle sont attendus",
                ));
            }
            if let Some(unknown) = request.roles.iter().find(|role| !act.book.knows_role(role)) {
                return Err(DeskError::mistaken_as(
                    "roles",
                    format!("`{unknown}` is not a role: expected one of the access policies"),
                    format!(
                        "`{unknown}` n’est pas un rôle : attendu un de ceux des politiques d’accès"
                    ),
                ));
            }
            act.append(OfficerAppointed {
                officer: request.officer.clone(),
                name: request.name.clone(),
                roles: request.roles.clone(),
                office: request.office.clone(),
                party: request.party.clone(),
                compartments: request.compartments.clone(),
                token_digest: token
                    .as_ref()
                    .map(|token| Digest::of(token.as_bytes()).to_string()),
                effective_from: request.effective_from,
            })?;
            Ok(token)
        })
    }

    /// The person who holds a token.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn actor_of_token(&self, token: &str) -> Result<Option<Actor>, DeskError> {
        let digest = Digest::of(token.as_bytes()).to_string();
        let log = self.reading()?;
        holder(log.as_ref(), &digest, self.today()?)
    }

    /// The person of an id.
    ///
    /// # Errors
    /// A mistake when nobody of that id is appointed, or a fault.
    pub fn actor_of(&self, officer: &OfficerId) -> Result<Actor, DeskError> {
        let log = self.reading()?;
        Ok(actor(reading::load(log.as_ref(), officer.as_str())?))
    }

    /// Everybody appointed.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn officers(&self) -> Result<Vec<OfficerAppointed>, DeskError> {
        reading::all(self.reading()?.as_ref(), None)
    }
}

/// The person who holds the token of a digest on a day.
pub(crate) fn holder(
    log: &dyn Reading,
    digest: &str,
    day: Day,
) -> Result<Option<Actor>, DeskError> {
    let held = reading::all::<OfficerAppointed>(log, Some(("token", digest)))?;
    Ok(held
        .into_iter()
        .next()
        .filter(|o| o.effective_from <= day)
        .map(actor))
}

/// The person of an appointment.
pub(crate) fn actor(held: OfficerAppointed) -> Actor {
    Actor {
        officer: held.officer,
        roles: held.roles,
        office: held.office,
        party: held.party,
        compartments: held.compartments,
    }
}
