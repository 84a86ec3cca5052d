//! Folding events into what the register shows: `evolve` never refuses and never computes policy.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::assurance::AssuranceRecord;
use crate::catalogue::{ItemRecord, PlatformRecord, UnitRecord};
use crate::dialogue::DialogueRecord;
use crate::duty::DutyRecord;
use crate::event::{Event, OfficerAppointed, PartyScreened, Recorded};
use crate::evidence::EvidenceRecord;
use crate::finding::{AllegationRecord, BreachFinding, Finding, InvestigationRecord};
use crate::id::{PartyId, PermitId};
use crate::ledger::{LedgerFault, LineLedger};
use crate::measure::{Decision, MeasureInForce, OrderRecord};
use crate::notice::NoticeRecord;
use crate::party::PartyRecord;
use crate::passage::PassageRecord;
use crate::permit::Permit;
use crate::request::RequestRecord;
use crate::review::ReviewRecord;
use crate::shipment::Shipment;
use crate::signing_key::SigningKeyRecord;
use crate::time::Day;
use crate::visit::VisitRecord;
use crate::webhook::WebhookRecord;

mod fold;
mod index;

pub use fold::{apply, ledger_key, touched};
pub use index::index;

/// What kind of thing a view holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// The authority itself.
    Authority,
    /// A file of the regime.
    RegimeFile,
    /// An officer.
    Officer,
    /// A party.
    Party,
    /// The screening of a party.
    Screening,
    /// An application.
    Application,
    /// An assurance.
    Assurance,
    /// A permit.
    Permit,
    /// The ledger of a line.
    Ledger,
    /// The registrations for one general permit.
    Registration,
    /// A decision.
    Decision,
    /// A policy measure.
    Measure,
    /// A permit order.
    Order,
    /// Evidence.
    Evidence,
    /// An allegation.
    Allegation,
    /// An investigation.
    Investigation,
    /// A finding.
    Finding,
    /// A breach finding.
    Breach,
    /// A request for information.
    Request,
    /// A visit.
    Visit,
    /// A review.
    Review,
    /// A dialogue.
    Dialogue,
    /// A shipment.
    Shipment,
    /// A notice.
    Notice,
    /// A duty.
    Duty,
    /// A webhook subscription.
    Webhook,
    /// A key with which a program signs.
    SigningKey,
    /// An item of the catalogue.
    Item,
    /// A platform of the catalogue.
    Platform,
    /// A unit or a lot.
    Unit,
    /// The accepted passages of one piece of evidence.
    Passage,
}

impl Noun {
    /// The key under which views of this kind are kept.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::RegimeFile => "regime-file",
            Self::Officer => "officer",
            Self::Party => "party",
            Self::Screening => "screening",
            Self::Application => "application",
            Self::Assurance => "assurance",
            Self::Permit => "permit",
            Self::Ledger => "ledger",
            Self::Registration => "registration",
            Self::Decision => "decision",
            Self::Measure => "measure",
            Self::Order => "order",
            Self::Evidence => "evidence",
            Self::Allegation => "allegation",
            Self::Investigation => "investigation",
            Self::Finding => "finding",
            Self::Breach => "breach",
            Self::Request => "request",
            Self::Visit => "visit",
            Self::Review => "review",
            Self::Dialogue => "dialogue",
            Self::Shipment => "shipment",
            Self::Notice => "notice",
            Self::Duty => "duty",
            Self::Webhook => "webhook",
            Self::SigningKey => "signing-key",
            Self::Item => "item",
            Self::Platform => "platform",
            Self::Unit => "unit",
            Self::Passage => "passage",
        }
    }
}

/// The place of one view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What kind of thing.
    pub noun: Noun,
    /// Which one.
    pub id: String,
}

impl Key {
    /// The view of one thing.
    #[must_use]
    pub fn of(noun: Noun, id: impl std::fmt::Display) -> Self {
        Self {
            noun,
            id: id.to_string(),
        }
    }
}

/// Who is registered for the use of one general permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registrations {
    /// The general permit.
    pub permit: PermitId,
    /// By exporter: first day, and first day without it.
    pub exporters: BTreeMap<PartyId, Vec<(Day, Option<Day>)>>,
}

impl Registrations {
    /// The exporters registered on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> BTreeSet<PartyId> {
        self.exporters
            .iter()
            .filter(|(_, spells)| {
                spells
                    .iter()
                    .any(|(from, until)| day >= *from && until.is_none_or(|until| day < until))
            })
            .map(|(exporter, _)| exporter.clone())
            .collect()
    }
}

/// What a view holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "noun", content = "state", rename_all = "kebab-case")]
pub enum State {
    /// The authority.
    Authority(crate::event::AuthorityEstablished),
    /// A file of the regime.
    RegimeFile(crate::event::RegimeFileAdopted),
    /// An officer.
    Officer(OfficerAppointed),
    /// A party.
    Party(PartyRecord),
    /// Every screening of a party, in the order recorded.
    Screening(Vec<PartyScreened>),
    /// An application.
    Application(Application),
    /// An assurance.
    Assurance(AssuranceRecord),
    /// A permit.
    Permit(Permit),
    /// A ledger.
    Ledger(LineLedger),
    /// Registrations.
    Registration(Registrations),
    /// A decision.
    Decision(Decision),
    /// A policy measure.
    Measure(MeasureInForce),
    /// An order.
    Order(OrderRecord),
    /// Evidence.
    Evidence(EvidenceRecord),
    /// An allegation.
    Allegation(AllegationRecord),
    /// An investigation.
    Investigation(InvestigationRecord),
    /// A finding.
    Finding(Finding),
    /// A breach finding.
    Breach(BreachFinding),
    /// A request for information.
    Request(RequestRecord),
    /// A visit.
    Visit(VisitRecord),
    /// A review.
    Review(ReviewRecord),
    /// A dialogue.
    Dialogue(DialogueRecord),
    /// A shipment.
    Shipment(Shipment),
    /// A notice.
    Notice(NoticeRecord),
    /// A duty.
    Duty(DutyRecord),
    /// A webhook subscription.
    Webhook(WebhookRecord),
    /// A key with which a program signs.
    SigningKey(SigningKeyRecord),
    /// An item of the catalogue.
    Item(ItemRecord),
    /// A platform of the catalogue.
    Platform(PlatformRecord),
    /// A unit or a lot.
    Unit(UnitRecord),
    /// The accepted passages of one piece of evidence.
    Passage(PassageRecord),
}

/// What cannot happen on a sound log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldFault {
    /// An event about something that the log never began.
    #[error("event {position} ({kind}) is about {id}, which the log never began")]
    NeverBegan {
        /// The event.
        position: u64,
        /// Its kind.
        kind: &'static str,
        /// What it is about.
        id: String,
    },
    /// A view that holds another kind of thing than its key says.
    #[error("view {noun}/{id} holds another kind of thing")]
    WrongNoun {
        /// The kind by the key.
        noun: &'static str,
        /// Which one.
        id: String,
    },
    /// An unsound ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
}

/// How the fold loads what it folds into.
pub type Load<'a, E> = dyn FnMut(&Key) -> Result<Option<State>, E> + 'a;

/// Folds one event into every view that it touches.
///
/// # Errors
/// The fault of the loader, or what cannot happen on a sound log.
pub fn evolve<E: From<FoldFault>>(
    recorded: &Recorded,
    load: &mut Load<'_, E>,
) -> Result<Vec<(Key, State)>, E> {
    let order = match &recorded.event {
        Event::OrderResolved(part) => match load(&Key::of(Noun::Order, &part.order))? {
            Some(State::Order(order)) => Some(order),
            _ => None,
        },
        _ => None,
    };
    let mut changed = Vec::new();
    for key in touched(&recorded.event) {
        let before = load(&key)?;
        let after = apply(&key, before, recorded, order.as_ref())?;
        changed.push((key, after));
    }
    Ok(changed)
}
