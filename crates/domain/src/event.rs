//! Events: what has happened, past tense, noun first. Stored forms are frozen: a change means a new
//! name and an upcaster in the register.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Assembly, Composition, Fitting};
use crate::evidence::LinkTarget;
use crate::id::{DecisionId, OfficerId, PermitId};
use crate::measure::Selection;
use crate::time::{Day, Instant, Position};

mod application;
mod catalogue;
mod evidence;
mod integration;
mod measure;
mod monitoring;
mod passage;
mod permit;
mod shipment;

pub use application::*;
pub use catalogue::*;
pub use evidence::*;
pub use integration::*;
pub use measure::*;
pub use monitoring::*;
pub use passage::*;
pub use permit::*;
pub use shipment::*;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Everything that can have happened.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "payload")]
        pub enum Event {
            $($(#[$doc])* $name($name)),+
        }

        impl Event {
            /// The kind, as stored.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),+ }
            }

            /// Every kind there is, in the order of declaration.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($name)),+];
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self { Self::$name(event) }
        })+
    };
}

events! {
    /// The authority that keeps this register.
    AuthorityEstablished,
    /// A file that the regime reads was adopted.
    RegimeFileAdopted,
    /// An officer may act.
    OfficerAppointed,
    /// A party was registered or corrected.
    PartyRecorded,
    /// A party was screened and judged.
    PartyScreened,
    /// An application was received.
    ApplicationSubmitted,
    /// The applicant was asked for more.
    InformationRequested,
    /// The applicant answered.
    InformationReceived,
    /// An item was rated.
    ItemRated,
    /// A body was asked for advice.
    ReferralSent,
    /// A body advised.
    AdviceGiven,
    /// The risk was determined.
    RiskDetermined,
    /// Exceptional circumstances were determined.
    ExceptionalCircumstancesDetermined,
    /// An application was assessed case by case.
    CaseAssessed,
    /// An officer recommended.
    RecommendationMade,
    /// An application was refused.
    ApplicationRefused,
    /// An application was withdrawn.
    ApplicationWithdrawn,
    /// An assurance was received.
    AssuranceReceived,
    /// Its authenticity was asked of the issuing state.
    AuthenticityAsked,
    /// The issuing state answered.
    AuthenticityAnswered,
    /// Delivery was verified.
    DeliveryVerified,
    /// A permit was issued.
    PermitIssued,
    /// A permit of another register was recorded.
    PermitRecorded,
    /// A permit has new terms.
    PermitAmended,
    /// A permit was surrendered.
    PermitSurrendered,
    /// An exporter registered for a general permit.
    GeneralPermitRegistered,
    /// A registration ended.
    GeneralPermitRegistrationEnded,
    /// A decision was proposed.
    DecisionProposed,
    /// A proposal was returned.
    DecisionReturned,
    /// A decision was signed.
    DecisionSigned,
    /// An emergency was countersigned.
    DecisionCountersigned,
    /// A countersignature was declined.
    CountersignatureDeclined,
    /// A policy measure was made.
    MeasureSigned,
    /// A policy measure was lifted.
    MeasureLifted,
    /// A permit order was made.
    OrderSigned,
    /// Part of an order's numbered list.
    OrderResolved,
    /// Material was received.
    EvidenceReceived,
    /// Material was graded again.
    EvidenceGraded,
    /// A link was accepted.
    EvidenceLinked,
    /// A later step of custody was recorded.
    EvidenceCustodyAdded,
    /// What was said of material was corrected.
    EvidenceCorrected,
    /// Material was found to repeat other material.
    EvidenceRepetitionFound,
    /// Material was sealed in compartments, or opened.
    EvidenceSealed,
    /// A request went out.
    RequestSent,
    /// An addressee was reminded.
    RequestReminded,
    /// A reply came back.
    RequestAnswered,
    /// Nobody replied.
    RequestUnanswered,
    /// A visit was planned.
    VisitPlanned,
    /// A sample was drawn for a visit.
    VisitSampled,
    /// A visit was recorded.
    VisitRecorded,
    /// A visit was called off.
    VisitCalledOff,
    /// What was to follow a visit was done.
    VisitFollowedUp,
    /// An allegation was taken up.
    AllegationOpened,
    /// An investigation was opened.
    InvestigationOpened,
    /// A finding was made.
    FindingMade,
    /// A breach was found, or was not.
    BreachFound,
    /// A review was opened.
    ReviewOpened,
    /// A consulted body was reminded of a review.
    ReviewReminded,
    /// A consulted body advised on a review.
    ReviewAdviceGiven,
    /// A question of a review was answered.
    ReviewQuestionAnswered,
    /// A risk was determined within a review.
    ReviewRiskDetermined,
    /// One permit of a review has its outcome.
    ReviewOutcomeRecorded,
    /// A review was concluded.
    ReviewConcluded,
    /// A dialogue was opened.
    DialogueOpened,
    /// A dialogue took a step.
    DialogueStepped,
    /// A shipment was declared and reserved.
    ShipmentReserved,
    /// A release was refused.
    ReleaseRefused,
    /// Goods left.
    ExitConfirmed,
    /// A reservation was given back.
    ShipmentRestored,
    /// Goods were held as evidence.
    ShipmentHeld,
    /// Goods came back, or a draw was corrected.
    GoodsReturned,
    /// An office was told to hold goods.
    StopNoticeIssued,
    /// An office acknowledged a stop notice.
    StopNoticeAcknowledged,
    /// A notice was served.
    NoticeIssued,
    /// A notice was delivered.
    NoticeDelivered,
    /// A notice was acknowledged.
    NoticeAcknowledged,
    /// Something is owed.
    DutyOpened,
    /// What was owed was done.
    DutyDischarged,
    /// Somebody asked to be told of what happens.
    WebhookSubscribed,
    /// A subscription took a step.
    WebhookStepped,
    /// A key was registered, with which a program signs what it sends.
    SigningKeyRegistered,
    /// A key was withdrawn.
    SigningKeyWithdrawn,
    /// An item was described.
    ItemCatalogued,
    /// A platform was described.
    PlatformCatalogued,
    /// An item was said to be a part of something.
    CompositionRecorded,
    /// Something was said of a unit or a lot.
    UnitRecorded,
    /// A unit was said to be built into another one.
    UnitFitted,
    /// A passage of evidence was accepted.
    PassageAccepted,
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its position.
    pub position: Position,
    /// When the register learned it.
    pub recorded_at: Instant,
    /// Who acted.
    pub actor: OfficerId,
    /// What happened.
    pub event: Event,
}

impl Event {
    /// The form of the stored payload; it grows when a field changes meaning.
    #[must_use]
    pub const fn form(&self) -> u16 {
        1
    }

    /// The first day in law, for events that have one.
    #[must_use]
    pub fn effective_from(&self) -> Option<Day> {
        match self {
            Self::RegimeFileAdopted(e) => Some(e.effective_from),
            Self::OfficerAppointed(e) => Some(e.effective_from),
            Self::PartyRecorded(e) => Some(e.version.effective_from),
            Self::ApplicationSubmitted(e) => Some(e.received_on),
            Self::PermitIssued(PermitIssued { issued })
            | Self::PermitRecorded(PermitRecorded { issued }) => Some(issued.valid_from),
            Self::PermitAmended(e) => Some(e.effective_from),
            Self::PermitSurrendered(e) => Some(e.effective_from),
            Self::GeneralPermitRegistered(e) => Some(e.effective_from),
            Self::GeneralPermitRegistrationEnded(e) => Some(e.effective_from),
            Self::MeasureSigned(e) => Some(e.measure.instrument.effective.from),
            Self::MeasureLifted(e) => Some(e.effective_from),
            Self::OrderSigned(e) => Some(e.order.instrument.effective.from),
            Self::DialogueOpened(e) => Some(e.on),
            Self::DialogueStepped(e) => Some(e.on),
            Self::ExitConfirmed(e) => Some(e.on),
            Self::ReviewOpened(e) => Some(e.on),
            Self::ReviewConcluded(e) => Some(e.on),
            Self::EvidenceReceived(e) => Some(e.evidence.received_on),
            Self::PassageAccepted(e) => Some(e.accepted.on),
            Self::ItemCatalogued(e) => Some(e.effective_from),
            Self::PlatformCatalogued(e) => Some(e.effective_from),
            Self::CompositionRecorded(e) => Some(e.composition.validity.from),
            Self::UnitFitted(e) => Some(e.fitting.period.from),
            _ => None,
        }
    }

    /// The tags under which the event is found: `noun:id`, in no particular order.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let mut tags = self.noun_tags();
        tags.extend(self.permits_named().iter().map(|id| format!("permit:{id}")));
        if self.changes_line_facts() {
            tags.push(LINE_FACTS.to_owned());
        }
        tags.extend(self.kept_bytes().map(|digest| format!("vault:{digest}")));
        tags
    }

    /// The digest of bytes in the vault that the event relies on.
    fn kept_bytes(&self) -> Option<&str> {
        match self {
            Self::RegimeFileAdopted(e) => Some(&e.digest),
            Self::AssuranceReceived(e) => e.assurance.paper.as_deref(),
            Self::EvidenceReceived(e) => e.evidence.digest.as_deref(),
            _ => None,
        }
    }

    /// Whether the event can change which lines satisfy a scope.
    #[must_use]
    pub const fn changes_line_facts(&self) -> bool {
        matches!(
            self,
            Self::PermitIssued(_)
                | Self::PermitRecorded(_)
                | Self::PermitAmended(_)
                | Self::PartyRecorded(_)
                | Self::RegimeFileAdopted(_)
        )
    }

    /// The permits that an event of another noun is about: what happened to a permit is found
    /// under the permit. Members of an order by scope are found by the events that list them.
    fn permits_named(&self) -> BTreeSet<&PermitId> {
        match self {
            Self::OrderSigned(e) => {
                let mut named: BTreeSet<_> = e.members.keys().collect();
                if let Selection::Named { permits, lines } = &e.order.selection {
                    named.extend(permits);
                    named.extend(lines.iter().map(|line| &line.permit));
                }
                named
            }
            Self::OrderResolved(e) => e.members.keys().collect(),
            Self::EvidenceLinked(EvidenceLinked {
                to: LinkTarget::Permit { permit },
                ..
            }) => [permit].into(),
            Self::RequestSent(e) => e.request.permits.iter().collect(),
            Self::VisitPlanned(e) => e.plan.permits(),
            Self::ReviewOpened(e) => e.members.keys().collect(),
            Self::ReviewAdviceGiven(e) => e.permits.iter().collect(),
            Self::StopNoticeIssued(e) => [&e.permit].into(),
            Self::NoticeIssued(e) => e.permits.iter().collect(),
            Self::UnitRecorded(e) => {
                let left = e.unit.left_under.iter();
                left.map(|left| &left.permit).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    fn noun_tags(&self) -> Vec<String> {
        let tag = |noun: &str, id: &dyn std::fmt::Display| format!("{noun}:{id}");
        let made = |noun: &str, id: &dyn std::fmt::Display, decision: &DecisionId| {
            vec![tag(noun, id), tag("decision", decision), format!("{noun}s")]
        };
        let two =
            |(noun, id): Tagged<'_>, (other, its): Tagged<'_>| vec![tag(noun, id), tag(other, its)];
        match self {
            Self::AuthorityEstablished(_) => vec!["authority".into()],
            Self::RegimeFileAdopted(e) => vec!["regime".into(), tag("regime-file", &e.key)],
            Self::OfficerAppointed(e) => vec![tag("officer", &e.officer)],
            Self::PartyRecorded(e) => vec![tag("party", &e.version.facts.id)],
            Self::PartyScreened(e) => vec![tag("party", &e.party)],
            Self::ApplicationSubmitted(e) => std::iter::once(&e.application)
                .chain(&e.supersedes)
                .map(|id| tag("application", id))
                .collect(),
            Self::InformationRequested(e) => vec![tag("application", &e.application)],
            Self::InformationReceived(e) => vec![tag("application", &e.application)],
            Self::ItemRated(e) => vec![tag("application", &e.application)],
            Self::ReferralSent(e) => vec![tag("application", &e.application)],
            Self::AdviceGiven(e) => vec![tag("application", &e.application)],
            Self::RiskDetermined(e) => vec![tag("application", &e.application)],
            Self::ExceptionalCircumstancesDetermined(e) => vec![tag("application", &e.application)],
            Self::CaseAssessed(e) => vec![tag("application", &e.application)],
            Self::RecommendationMade(e) => vec![tag("application", &e.application)],
            Self::ApplicationRefused(e) => vec![tag("application", &e.application)],
            Self::ApplicationWithdrawn(e) => vec![tag("application", &e.application)],
            Self::AssuranceReceived(e) => {
                let held = &e.assurance;
                let mut tags = vec![tag("assurance", &held.id)];
                tags.extend(held.applications.iter().map(|id| tag("application", id)));
                tags.extend(held.permits.iter().map(|id| tag("permit", id)));
                tags
            }
            Self::AuthenticityAsked(e) => vec![tag("assurance", &e.assurance)],
            Self::AuthenticityAnswered(e) => vec![tag("assurance", &e.assurance)],
            Self::DeliveryVerified(e) => {
                let mut tags = vec![tag("assurance", &e.assurance)];
                tags.extend(e.permit.iter().map(|id| tag("permit", id)));
                tags
            }
            Self::PermitIssued(PermitIssued { issued })
            | Self::PermitRecorded(PermitRecorded { issued }) => {
                let mut tags = vec![tag("permit", &issued.permit)];
                if let crate::permit::Origin::Application { application, .. } = &issued.origin {
                    tags.push(tag("application", application));
                }
                tags
            }
            Self::PermitAmended(e) => {
                let mut tags = vec![tag("permit", &e.permit)];
                tags.extend(e.order.iter().map(|id| tag("order", id)));
                tags
            }
            Self::PermitSurrendered(e) => vec![tag("permit", &e.permit)],
            Self::GeneralPermitRegistered(e) => two(("permit", &e.permit), ("party", &e.exporter)),
            Self::GeneralPermitRegistrationEnded(e) => {
                two(("permit", &e.permit), ("party", &e.exporter))
            }
            Self::DecisionProposed(e) => vec![tag("decision", &e.draft.id)],
            Self::DecisionReturned(e) => vec![tag("decision", &e.decision)],
            Self::DecisionSigned(e) => vec![tag("decision", &e.decision)],
            Self::DecisionCountersigned(e) => vec![tag("decision", &e.decision)],
            Self::CountersignatureDeclined(e) => vec![tag("decision", &e.decision)],
            Self::MeasureSigned(e) => made("measure", &e.measure.id, &e.decision),
            Self::MeasureLifted(e) => made("measure", &e.measure, &e.decision),
            Self::OrderSigned(e) => made("order", &e.order.id, &e.decision),
            Self::OrderResolved(e) => vec![tag("order", &e.order)],
            Self::BreachFound(e) => two(
                ("finding", &e.breach.id),
                ("assurance", &e.breach.assurance),
            ),
            Self::ReviewOutcomeRecorded(e) => two(("review", &e.review), ("permit", &e.permit)),
            Self::ShipmentReserved(e) => two(("shipment", &e.shipment), ("permit", &e.permit)),
            Self::ReleaseRefused(e) => vec![tag("permit", &e.permit)],
            Self::ExitConfirmed(e) => vec![tag("shipment", &e.shipment), tag("permit", &e.permit)],
            Self::ShipmentRestored(e) => two(("shipment", &e.shipment), ("permit", &e.permit)),
            Self::ShipmentHeld(e) => vec![tag("shipment", &e.shipment), tag("permit", &e.permit)],
            Self::GoodsReturned(e) => vec![tag("shipment", &e.shipment), tag("permit", &e.permit)],
            Self::StopNoticeIssued(e) => vec![tag("shipment", &e.shipment), tag("order", &e.order)],
            Self::StopNoticeAcknowledged(e) => two(("shipment", &e.shipment), ("order", &e.order)),
            Self::ItemCatalogued(e) => vec![tag("item", &e.item.id)],
            Self::PlatformCatalogued(e) => vec![tag("platform", &e.platform.id)],
            Self::CompositionRecorded(e) => composition_tags(&e.composition),
            Self::UnitRecorded(e) => vec![tag("unit", &e.unit.id)],
            Self::UnitFitted(e) => fitting_tags(&e.fitting),
            Self::PassageAccepted(e) => two(("evidence", &e.evidence), ("passage", &e.evidence)),
            // The others are found under what they are about, and nothing else.
            _ => {
                let views = crate::view::touched(self);
                views
                    .iter()
                    .map(|key| tag(key.noun.key(), &key.id))
                    .collect()
            }
        }
    }
}

/// A noun and the id of one of it.
type Tagged<'a> = (&'a str, &'a dyn std::fmt::Display);

/// Both units; one where a unit is said to be in itself.
fn fitting_tags(fitting: &Fitting) -> Vec<String> {
    let both = BTreeSet::from([&fitting.unit, &fitting.parent]);
    both.iter().map(|id| format!("unit:{id}")).collect()
}

/// What is built of what is found under both.
fn composition_tags(composition: &Composition) -> Vec<String> {
    let assembly = match &composition.assembly {
        Assembly::Item { item } => format!("item:{item}"),
        Assembly::Platform { platform } => format!("platform:{platform}"),
    };
    let component = format!("item:{}", composition.component);
    let tags = BTreeSet::from([assembly, component]);
    tags.into_iter().collect()
}

/// The tag of events that can change which lines satisfy a scope.
pub const LINE_FACTS: &str = "line-facts";
