//! What a person may see: officers see all that their role opens; a person who acts for a party sees
//! what is that party's own.

use std::collections::BTreeSet;

use domain::application::Application;
use domain::assurance::AssuranceRecord;
use domain::catalogue::{ItemRecord, PlatformRecord, UnitRecord};
use domain::dialogue::DialogueRecord;
use domain::duty::DutyRecord;
use domain::finding::{AllegationRecord, InvestigationRecord};
use domain::id::{ApplicationId, EvidenceId, PartyId, PermitId};
use domain::measure::{Decision, OrderRecord};
use domain::notice::NoticeRecord;
use domain::party::PartyRecord;
use domain::permit::{Permit, PermitKind};
use domain::request::RequestRecord;
use domain::review::ReviewRecord;
use domain::shipment::Shipment;
use domain::view::{Noun, Registrations};
use register::Reading;
use serde::Serialize;

use crate::actor::Actor;
use crate::answer::DeskError;
use crate::desk::Desk;
use crate::reading::{self, Held, Lens};
use crate::sealed::Eye;

/// How far a person sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Everything of the kinds that the role opens, save what is sealed.
    Whole,
    /// The same, and the sealed material whose compartments are open to this person.
    Cleared(Box<Actor>),
    /// What is this party's own.
    Own(PartyId),
}

impl Sight {
    /// How far a person sees.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        match &actor.party {
            None if actor.compartments.is_empty() => Self::Whole,
            None => Self::Cleared(Box::new(actor.clone())),
            Some(party) => Self::Own(party.clone()),
        }
    }
}

impl Sight {
    /// Whether nothing is cut down to somebody's own.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole | Self::Cleared(_))
    }
}

/// Something that is listed, with what of it a party may see.
pub trait Seen: Held + Serialize {
    /// What a party may see of it; none where it is not the party's own.
    ///
    /// # Errors
    /// A fault of the register.
    fn seen_by(self, log: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError>;

    /// What an officer may see of it: sealed material only by its number.
    ///
    /// # Errors
    /// A fault of the register.
    fn sealed_from(self, _eye: &Eye<'_>) -> Result<Self, DeskError> {
        Ok(self)
    }

    /// The number of the material, where this is the place of sealed material.
    fn sealed_id(&self) -> Option<&EvidenceId> {
        None
    }

    /// The ids among which everything of the party's own is found; none where all of the kind must
    /// be looked through.
    ///
    /// # Errors
    /// A fault of the register.
    fn found_for(
        _log: &dyn Reading,
        _party: &PartyId,
    ) -> Result<Option<BTreeSet<String>>, DeskError> {
        Ok(None)
    }
}

/// Kinds that only officers of the authority see.
macro_rules! for_officers {
    ($($kind:ty),+ $(,)?) => {
        $(impl Seen for $kind {
            fn seen_by(self, _: &dyn Reading, _: &PartyId) -> Result<Option<Self>, DeskError> {
                Ok(None)
            }
            fn found_for(
                _: &dyn Reading,
                _: &PartyId,
            ) -> Result<Option<BTreeSet<String>>, DeskError> {
                Ok(Some(BTreeSet::new()))
            }
        })+
    };
}

for_officers!(
    AllegationRecord,
    InvestigationRecord,
    Decision,
    OrderRecord,
    DutyRecord,
    ItemRecord,
    PlatformRecord,
    UnitRecord,
    domain::passage::PassageRecord,
);

impl Seen for Application {
    /// The applicant sees it without what the authority and other bodies hold of it; a body to
    /// which it is referred sees it without what the authority holds of it.
    fn seen_by(mut self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        let is_referred = self.referrals.iter().any(|held| held.body == *party);
        if self.applicant != *party && !is_referred {
            return Ok(None);
        }
        self.referrals.retain(|held| held.body == *party);
        self.advice.retain(|held| held.body == *party);
        self.risks.clear();
        self.recommendations.clear();
        self.exceptional = None;
        self.assessment = None;
        Ok(Some(self))
    }

    /// Its own, and what is pending: a body finds there what is referred to it.
    fn found_for(
        log: &dyn Reading,
        party: &PartyId,
    ) -> Result<Option<BTreeSet<String>>, DeskError> {
        let mut ids = reading::ids(log, Noun::Application, "applicant", party.as_str())?;
        if ids.is_empty() {
            ids = reading::ids(log, Noun::Application, "stage", "pending")?;
        }
        Ok(Some(ids))
    }
}

impl Seen for AssuranceRecord {
    fn seen_by(self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        let held = &self.assurance;
        let is_own = held.giver == *party
            || held.issuing_authority.as_ref() == Some(party)
            || self.asked.iter().any(|(asked, _, _)| asked == party);
        Ok(is_own.then_some(self))
    }
}

impl Seen for PartyRecord {
    fn seen_by(self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        let is_own = self.versions.iter().any(|held| held.facts.id == *party);
        Ok(is_own.then_some(self))
    }

    fn found_for(_: &dyn Reading, party: &PartyId) -> Result<Option<BTreeSet<String>>, DeskError> {
        Ok(Some(BTreeSet::from([party.to_string()])))
    }
}

impl Seen for ReviewRecord {
    /// A consulted body sees the set and its own advice.
    fn seen_by(mut self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        if !self.consults.contains(party) {
            return Ok(None);
        }
        self.advice.retain(|(body, ..)| body == party);
        self.answers.clear();
        self.risks.clear();
        for member in self.members.values_mut() {
            member.outcome = None;
        }
        Ok(Some(self))
    }
}

impl Seen for DialogueRecord {
    fn seen_by(self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        Ok((self.with.as_ref() == Some(party)).then_some(self))
    }
}

impl Seen for RequestRecord {
    /// The addressee sees what is asked and what it replied itself, and not the material behind it.
    fn seen_by(mut self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        if self.request.to != *party {
            return Ok(None);
        }
        self.request.evidence.clear();
        for reply in &mut self.replies {
            reply.evidence.clear();
        }
        Ok(Some(self))
    }

    fn found_for(
        log: &dyn Reading,
        party: &PartyId,
    ) -> Result<Option<BTreeSet<String>>, DeskError> {
        reading::ids(log, Noun::Request, "to", party.as_str()).map(Some)
    }
}

impl Seen for domain::signing_key::SigningKeyRecord {
    /// Those of whoever acts for the same party.
    fn seen_by(self, log: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        let owner: Option<domain::event::OfficerAppointed> =
            reading::find(log, self.owner.as_str())?;
        let is_own = owner.is_some_and(|owner| owner.party.as_ref() == Some(party));
        Ok(is_own.then_some(self))
    }
}

impl Seen for domain::webhook::WebhookRecord {
    /// Those of whoever acts for the same party.
    fn seen_by(self, log: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        let owner: Option<domain::event::OfficerAppointed> =
            reading::find(log, self.owner.as_str())?;
        let is_own = owner.is_some_and(|owner| owner.party.as_ref() == Some(party));
        Ok(is_own.then_some(self))
    }
}

impl Seen for NoticeRecord {
    /// Who else was served is not told.
    fn seen_by(mut self, _: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        if !self.to.contains(party) {
            return Ok(None);
        }
        self.to.retain(|to| to == party);
        self.delivered.retain(|to, _| to == party);
        self.acknowledged.retain(|to, _| to == party);
        Ok(Some(self))
    }

    fn found_for(
        log: &dyn Reading,
        party: &PartyId,
    ) -> Result<Option<BTreeSet<String>>, DeskError> {
        let mut found = BTreeSet::new();
        for permit in own_permits(log, party)? {
            found.extend(reading::ids(log, Noun::Notice, "permit", &permit)?);
        }
        for application in reading::ids(log, Noun::Application, "applicant", party.as_str())? {
            found.extend(reading::ids(log, Noun::Notice, "about", &application)?);
        }
        Ok(Some(found))
    }
}

impl Seen for Shipment {
    fn seen_by(self, log: &dyn Reading, party: &PartyId) -> Result<Option<Self>, DeskError> {
        let permit: Permit = reading::load(log, self.permit.as_str())?;
        // Under a general permit a shipment is its declared exporter's.
        let is_declared = self
            .lines
            .iter()
            .any(|line| line.exporter.as_ref() == Some(party));
        Ok((is_holder(&permit, party) || is_declared).then_some(self))
    }

    fn found_for(
        log: &dyn Reading,
        party: &PartyId,
    ) -> Result<Option<BTreeSet<String>>, DeskError> {
        let mut found = BTreeSet::new();
        for permit in own_permits(log, party)? {
            found.extend(reading::ids(log, Noun::Shipment, "permit", &permit)?);
        }
        Ok(Some(found))
    }
}

/// Whether a party holds a permit by its last terms.
fn is_holder(permit: &Permit, party: &PartyId) -> bool {
    let last = permit.versions.last();
    last.is_some_and(|version| version.terms.exporter.as_ref() == Some(party))
}

/// The permits among which a party's own are found: those that it holds, general ones for whose
/// use it is registered, and those of reviews on which it is consulted.
pub(crate) fn own_permits(
    log: &dyn Reading,
    party: &PartyId,
) -> Result<BTreeSet<String>, DeskError> {
    let mut found = reading::ids(log, Noun::Permit, "holder", party.as_str())?;
    let general = reading::ids(log, Noun::Permit, "kind", PermitKind::General.key())?;
    for id in general {
        let registered: Option<Registrations> = reading::find(log, &id)?;
        if registered.is_some_and(|held| held.exporters.contains_key(party)) {
            found.insert(id);
        }
    }
    reading::each::<ReviewRecord>(log, None, &mut |_, held| {
        if held.consults.contains(party) {
            found.extend(held.members.keys().map(ToString::to_string));
        }
        Ok(())
    })?;
    Ok(found)
}

impl Desk {
    /// What stands between an application and its permit, for a person who may see it; none where
    /// there is no such application or it is not theirs to see. What officers recommend, and whom
    /// they have screened, is not a party's to see.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn application_check_seen(
        &self,
        sight: &Sight,
        id: &ApplicationId,
        lens: Lens,
    ) -> Result<Option<serde_json::Value>, DeskError> {
        if self
            .seen::<Application>(sight, id.as_str(), lens)?
            .is_none()
        {
            return Ok(None);
        }
        let check = self.check_application(id, lens)?;
        let mut shown = serde_json::to_value(check)
            .map_err(|cause| DeskError::invariant(format!("writing a check: {cause}")))?;
        if let (Sight::Own(_), Some(fields)) = (sight, shown.as_object_mut()) {
            for officers_only in ["recommended", "unscreened", "risk_is_owed"] {
                fields.remove(officers_only);
            }
        }
        Ok(Some(shown))
    }

    /// Whether a person may see a permit; false also where there is none.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn may_see_permit(&self, sight: &Sight, id: &str, lens: Lens) -> Result<bool, DeskError> {
        let log = self.reading()?;
        let Ok(number) = PermitId::new(id) else {
            return Ok(false);
        };
        let Some(permit) = reading::permit_known(log.as_ref(), &number, lens)? else {
            return Ok(false);
        };
        let Sight::Own(party) = sight else {
            return Ok(sight.is_whole());
        };
        if is_holder(&permit, party) {
            return Ok(true);
        }
        let is_general = permit.terms_on(lens.as_of).kind == PermitKind::General;
        let registered: Option<Registrations> = reading::find(log.as_ref(), id)?;
        if is_general && registered.is_some_and(|held| held.exporters.contains_key(party)) {
            return Ok(true);
        }
        let mut is_reviewed = false;
        reading::each::<ReviewRecord>(log.as_ref(), None, &mut |_, held| {
            is_reviewed |= held.consults.contains(party) && held.members.contains_key(&number);
            Ok(())
        })?;
        Ok(is_reviewed)
    }
}
