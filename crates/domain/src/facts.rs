//! The facts of one line, as scopes and policies judge them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::control_list::EntryId;
use crate::country::Country;
use crate::id::{
    DialogueId, DocumentKind, OfficeId, OfficerId, PartyId, PermitId, PlatformId, ProgrammeId,
};
use crate::item::LineNo;
use crate::money::Money;
use crate::party::PartyRole;
use crate::permit::PermitKind;
use crate::quantity::Quantity;
use crate::time::Day;

/// One line of one permit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineRef {
    /// The permit.
    pub permit: PermitId,
    /// The line.
    pub line: LineNo,
}

impl std::fmt::Display for LineRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.permit, self.line)
    }
}

/// What scopes and policies may know of a party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PartyFacts {
    /// Its country; none where undisclosed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// What it does.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub activities: BTreeSet<String>,
    /// Whether it is a government or its armed forces.
    #[serde(default)]
    pub is_government: bool,
}

/// The facts of one permit line or application line on a day.
///
/// `issue` and `amend` are judged on these alone; `release` also on [`Declared`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFacts {
    /// What kind of permit it is, or is asked for.
    pub permit_kind: PermitKind,
    /// Whether it covers brokering between two foreign countries.
    pub is_brokering: bool,
    /// Whether the goods must come back.
    pub is_temporary: bool,
    /// The entries that the item is rated under.
    pub ratings: BTreeSet<EntryId>,
    /// The primary one.
    pub primary: Option<EntryId>,
    /// The exporter or holder; none on a general permit, or where undisclosed.
    pub exporter: Option<PartyId>,
    /// The consignees.
    pub consignees: BTreeSet<PartyId>,
    /// The intermediate consignees.
    pub intermediates: BTreeSet<PartyId>,
    /// Who arranges or negotiates the movement.
    pub brokers: BTreeSet<PartyId>,
    /// The end user.
    pub end_user: Option<PartyId>,
    /// Who builds the item into something else.
    pub integrator: Option<PartyId>,
    /// The platform that it goes into.
    pub platform: Option<PlatformId>,
    /// What the platform is (`uav`...), from the catalogue.
    pub platform_classes: BTreeSet<String>,
    /// Where the goods first go.
    pub destinations: BTreeSet<Country>,
    /// Where they will be used.
    pub final_destinations: BTreeSet<Country>,
    /// The end user's country; [`Country::UNDISCLOSED`] where nobody said.
    pub end_user_country: Country,
    /// The programmes that it belongs to.
    pub programmes: BTreeSet<ProgrammeId>,
    /// The stated end use.
    pub end_use: Option<String>,
    /// The quantity.
    pub quantity: Option<Quantity>,
    /// The value.
    pub value: Option<Money>,
    /// The day of issue; none while it is an application.
    pub issued_on: Option<Day>,
    /// The last day of validity; none where the permit states none.
    pub last_day: Option<Day>,
    /// Supporting documents received.
    pub documents: BTreeSet<DocumentKind>,
    /// Bodies that have advised.
    pub advised_by: BTreeSet<PartyId>,
    /// Dialogues that have concluded.
    pub dialogues_concluded: BTreeSet<DialogueId>,
    /// The officer who determined exceptional circumstances, if anyone did.
    pub exceptional_circumstances: Option<OfficerId>,
    /// The officer who recorded an assessment against the criteria, if anyone did.
    pub case_assessment: Option<OfficerId>,
    /// Whether the risk determination found a substantial risk; none until determined.
    pub has_substantial_risk: Option<bool>,
    /// What is known of each party named above.
    pub parties: BTreeMap<PartyId, PartyFacts>,
}

impl LineFacts {
    /// The parties in a role.
    pub fn in_role(&self, role: PartyRole) -> impl Iterator<Item = &PartyId> {
        let one: Option<&PartyId> = match role {
            PartyRole::Exporter => self.exporter.as_ref(),
            PartyRole::EndUser => self.end_user.as_ref(),
            PartyRole::Integrator => self.integrator.as_ref(),
            PartyRole::Consignee | PartyRole::IntermediateConsignee | PartyRole::Broker => None,
        };
        let empty = const { &BTreeSet::new() };
        let many: &BTreeSet<PartyId> = match role {
            PartyRole::Consignee => &self.consignees,
            PartyRole::IntermediateConsignee => &self.intermediates,
            PartyRole::Broker => &self.brokers,
            PartyRole::Exporter | PartyRole::EndUser | PartyRole::Integrator => empty,
        };
        one.into_iter().chain(many)
    }

    /// Every party in any role.
    pub fn all_parties(&self) -> impl Iterator<Item = &PartyId> {
        self.exporter
            .iter()
            .chain(&self.consignees)
            .chain(&self.intermediates)
            .chain(&self.brokers)
            .chain(&self.end_user)
            .chain(&self.integrator)
    }
}

/// One line as the exporter declares it at the border.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The permit line that it draws on.
    pub line: LineNo,
    /// How much leaves.
    pub quantity: Quantity,
    /// What it is worth.
    pub value: Money,
    /// Where it goes first.
    pub destination: Country,
    /// Where it will be used.
    pub final_destination: Country,
    /// Who receives it; none only on a general permit that names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consignee: Option<PartyId>,
    /// Who receives it on the way.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub intermediates: BTreeSet<PartyId>,
    /// The countries that it passes through.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub route: BTreeSet<Country>,
    /// Serial numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<String>,
    /// Documents shown.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub documents: BTreeSet<DocumentKind>,
    /// Who uses a general permit; the holder on any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exporter: Option<PartyId>,
    /// The list entry declared; needed on a general permit, which covers a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// Who will use it; none leaves it at what the permit says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_user: Option<PartyId>,
    /// The model declared; none leaves it at what the permit says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Where a declaration was lodged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lodged {
    /// The customs office.
    pub office: OfficeId,
    /// The exporter's own number of the declaration.
    pub declaration: String,
}
