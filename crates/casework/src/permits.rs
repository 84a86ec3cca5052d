//! Permits: general ones by order, amendments, surrender, registration for use.

use std::collections::BTreeMap;

use domain::event::{
    GeneralPermitRegistered, GeneralPermitRegistrationEnded, PermitIssued, PermitRecorded,
};
use domain::id::{PartyId, PermitId};
use domain::language::Bilingual;
use domain::ledger::LineLedger;
use domain::permit::amend::{self, AmendPermit};
use domain::permit::surrender;
use domain::permit::{Issued, Origin, Permit, PermitKind};
use domain::view::Registrations;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading;

impl Desk {
    /// Issues a general permit by order, or records a permit of another register.
    ///
    /// # Errors
    /// A mistake when the number is taken, the law unknown or an entry not in its edition, or a
    /// fault.
    pub fn record_permit(
        &self,
        actor: &Actor,
        issued: &Issued,
    ) -> Result<Done<PermitId>, DeskError> {
        self.act(actor, "permit.record", |act| {
            record_in(act, issued)?;
            Ok(issued.permit.clone())
        })
    }

    /// Amends a permit at its holder's request.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault.
    pub fn amend(&self, actor: &Actor, request: &AmendPermit) -> Result<Done<PermitId>, DeskError> {
        self.act(actor, "permit.amend", |act| {
            let permit: Permit = act.load(&request.permit)?;
            if let Some(holder) = &permit.terms_on(act.today).exporter {
                act.own(holder)?;
            }
            let ledgers: Vec<LineLedger> = reading::ledgers(act.log(), &permit, act.today)?
                .into_values()
                .collect();
            let event = amend::amend(&permit, &ledgers, request, act.today)
                .map_err(|refusal| DeskError::refused("permit.amend", &refusal))?;
            act.append(event)?;
            Ok(request.permit.clone())
        })
    }

    /// Surrenders a permit.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault.
    pub fn surrender(
        &self,
        actor: &Actor,
        permit: &PermitId,
        by: &PartyId,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "permit.surrender", |act| {
            act.own(by)?;
            let held: Permit = act.load(permit)?;
            let event = surrender::surrender(&held, by, act.today)
                .map_err(|refusal| DeskError::refused("permit.surrender", &refusal))?;
            act.append(event).map(drop)
        })
    }

    /// Registers an exporter for the use of a general permit.
    ///
    /// # Errors
    /// A refusal when the permit is not general or the exporter is registered, or a fault.
    pub fn register_use(
        &self,
        actor: &Actor,
        permit: &PermitId,
        exporter: &PartyId,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "permit.register-use", |act| {
            act.own(exporter)?;
            let held: Permit = act.load(permit)?;
            let _: domain::party::PartyRecord = act.load(exporter)?;
            if held.terms_on(act.today).kind != PermitKind::General {
                let says = Bilingual::new(
                    format!("permit {permit} is not general: its holder needs no registration"),
                    format!("la licence {permit} n’est pas générale : nul besoin d’inscription"),
                );
                return Err(DeskError::refused("permit.register-use", &says));
            }
            let registered = act
                .find::<Registrations>(permit)?
                .is_some_and(|held| held.on(act.today).contains(exporter));
            if registered {
                let says = Bilingual::new(
                    format!("{exporter} is registered for {permit} already"),
                    format!("{exporter} est déjà inscrit pour {permit}"),
                );
                return Err(DeskError::refused("permit.register-use", &says));
            }
            act.append(GeneralPermitRegistered {
                permit: permit.clone(),
                exporter: exporter.clone(),
                effective_from: act.today,
            })
            .map(drop)
        })
    }

    /// Ends an exporter's registration for a general permit.
    ///
    /// # Errors
    /// A mistake when there is none, or a fault.
    pub fn end_use(
        &self,
        actor: &Actor,
        permit: &PermitId,
        exporter: &PartyId,
        reason: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "permit.record", |act| {
            let held: Registrations = act.load(permit)?;
            if !held.on(act.today).contains(exporter) {
                return Err(DeskError::mistaken_as(
                    "exporter",
                    format!("{exporter} is not registered for {permit}"),
                    format!("{exporter} n’est pas inscrit pour {permit}"),
                ));
            }
            act.append(GeneralPermitRegistrationEnded {
                permit: permit.clone(),
                exporter: exporter.clone(),
                effective_from: act.today,
                reason: reason.to_owned(),
            })
            .map(drop)
        })
    }

    /// The ledgers of a permit.
    ///
    /// # Errors
    /// A mistake when there is no such permit, or a fault.
    pub fn ledgers(
        &self,
        permit: &PermitId,
    ) -> Result<BTreeMap<domain::item::LineNo, LineLedger>, DeskError> {
        let log = self.reading()?;
        let held: Permit = reading::load(log.as_ref(), permit.as_str())?;
        reading::ledgers(log.as_ref(), &held, self.today()?)
    }
}

/// Checks and appends a permit that comes by order or from another register.
pub(crate) fn record_in(act: &mut Act<'_>, issued: &Issued) -> Result<(), DeskError> {
    if act.find::<Permit>(&issued.permit)?.is_some() {
        return Err(DeskError::taken("permit", &issued.permit));
    }
    for rating in issued.terms.lines.iter().flat_map(|line| &line.ratings) {
        act.book.check_entry(&rating.entry)?;
    }
    match &issued.origin {
        Origin::Order { law } => {
            act.book.check_law(law)?;
            act.append(PermitIssued {
                issued: issued.clone(),
            })
            .map(drop)
        }
        Origin::Import { .. } => act
            .append(PermitRecorded {
                issued: issued.clone(),
            })
            .map(drop),
        Origin::Application { .. } => Err(DeskError::mistaken_as(
            "origin",
            "a permit on an application is issued on it: use the application's own decision",
            "une licence sur demande se délivre sur celle-ci : employez la décision de la demande",
        )),
    }
}
