//! Scopes: the expression that says which lines a measure reaches, with its exceptions.
//!
//! One text serves extant permits, pending applications and declared lines. The regime turns a
//! scope into Cedar and back; a parity test holds the two evaluations together.

use serde::{Deserialize, Serialize};

use crate::control_list::{EntryId, EntryTree};
use crate::country::Country;
use crate::facts::{Declared, LineFacts, LineRef};
use crate::id::{CountryGroupId, PartyId, PermitId, PlatformId, ProgrammeId};
use crate::item::LineNo;
use crate::money::Money;
use crate::party::PartyRole;
use crate::permit::PermitKind;
use crate::time::Day;

/// Deepest nesting accepted: an order in plain words has never needed more than five.
pub const SCOPE_DEPTH_MAX: usize = 16;
/// Most conditions in one scope: the largest real one met named 47 countries and 22 items.
pub const SCOPE_NODES_MAX: usize = 512;

/// Where a country may stand on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Where the goods first go.
    Destination,
    /// Where they will be used.
    FinalDestination,
    /// The end user's country.
    EndUser,
    /// Any of the three above: any route to a country.
    Anywhere,
    /// A country that a declared shipment passes through.
    Route,
}

/// Which lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Every line.
    Everything,
    /// Lines that satisfy all of these.
    All(Vec<Scope>),
    /// Lines that satisfy at least one of these.
    Any(Vec<Scope>),
    /// Lines that do not satisfy this. Exceptions are written so.
    Not(Box<Scope>),
    /// Lines rated within a branch of a control list.
    Entry(EntryId),
    /// Lines with this country in a place.
    Country {
        /// Where it stands.
        at: Place,
        /// The country.
        is: Country,
    },
    /// Lines with a country of this group in a place.
    CountryGroup {
        /// Where it stands.
        at: Place,
        /// The group.
        group: CountryGroupId,
    },
    /// Lines that name this party, in one role or (without a role) in any.
    Party {
        /// The party.
        is: PartyId,
        /// The role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<PartyRole>,
    },
    /// Lines on which a party, in one role or in any, does this.
    Activity {
        /// The activity, as in `builds-uav`.
        is: String,
        /// The role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<PartyRole>,
    },
    /// Lines that go into this platform.
    Platform(PlatformId),
    /// Lines that go into a platform of this class, as in `uav`.
    PlatformClass(String),
    /// Lines that belong to this programme.
    Programme(ProgrammeId),
    /// Lines of this kind of permit.
    PermitKind(PermitKind),
    /// Lines for brokering.
    Brokering,
    /// Lines of permits issued before this day.
    IssuedBefore(Day),
    /// Lines worth at least this, in the same currency.
    ValueAtLeast(Money),
    /// Lines of these permits.
    Permits(Vec<PermitId>),
    /// One line of a permit.
    Line(LineRef),
}

/// Why a scope is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeMistake {
    /// Nested deeper than any reader could follow.
    #[error("the scope is nested deeper than {SCOPE_DEPTH_MAX} levels: expected a flatter one")]
    TooDeep,
    /// More conditions than any reader could follow.
    #[error(
        "the scope has more than {SCOPE_NODES_MAX} conditions: expected fewer, or a country group or a list branch"
    )]
    TooLarge,
    /// `any` of nothing is nothing, `all` of nothing is everything: neither is ever meant.
    #[error("the scope has an empty `{0}`: expected at least one condition in it")]
    Empty(&'static str),
}

/// What the evaluation of a scope needs to know beside the line.
pub trait Geography {
    /// Whether a country is in a group on the day in question.
    fn is_in(&self, country: Country, group: &CountryGroupId) -> bool;
}

/// One line to be judged: its facts and, at the border, how it was declared.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// Which line it is; none for a line of an application.
    pub line: Option<(&'a PermitId, LineNo)>,
    /// Its facts.
    pub facts: &'a LineFacts,
    /// How it was declared, at the border.
    pub declared: Option<&'a Declared>,
}

impl Scope {
    /// Checks that a reader could follow it.
    ///
    /// # Errors
    /// Refuses deep nesting, too many conditions, and empty lists.
    pub fn check(&self) -> Result<(), ScopeMistake> {
        let mut nodes = 0;
        self.check_within(0, &mut nodes)
    }

    fn check_within(&self, depth: usize, nodes: &mut usize) -> Result<(), ScopeMistake> {
        *nodes = nodes.saturating_add(1);
        if depth > SCOPE_DEPTH_MAX {
            return Err(ScopeMistake::TooDeep);
        }
        if *nodes > SCOPE_NODES_MAX {
            return Err(ScopeMistake::TooLarge);
        }
        match self {
            Self::All(parts) if parts.is_empty() => Err(ScopeMistake::Empty("all")),
            Self::Any(parts) if parts.is_empty() => Err(ScopeMistake::Empty("any")),
            Self::All(parts) | Self::Any(parts) => parts
                .iter()
                .try_for_each(|part| part.check_within(depth.saturating_add(1), nodes)),
            Self::Not(part) => part.check_within(depth.saturating_add(1), nodes),
            Self::Permits(permits) if permits.is_empty() => Err(ScopeMistake::Empty("permits")),
            _ => Ok(()),
        }
    }

    /// Whether the scope asks how a line was declared (its route), so that it cannot be settled
    /// on the permit alone.
    #[must_use]
    pub fn needs_declaration(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::needs_declaration),
            Self::Not(part) => part.needs_declaration(),
            Self::Country {
                at: Place::Route, ..
            }
            | Self::CountryGroup {
                at: Place::Route, ..
            } => true,
            _ => false,
        }
    }

    /// Whether a line is in the scope.
    ///
    /// At the border the places and the consignee are those declared: a scope that names a
    /// destination stops the declared lines that carry it and leaves the rest of the line open.
    #[must_use]
    pub fn contains(
        &self,
        judged: Judged<'_>,
        tree: &dyn EntryTree,
        world: &dyn Geography,
    ) -> bool {
        let facts = judged.facts;
        match self {
            Self::Everything => true,
            Self::All(parts) => parts.iter().all(|part| part.contains(judged, tree, world)),
            Self::Any(parts) => parts.iter().any(|part| part.contains(judged, tree, world)),
            Self::Not(part) => !part.contains(judged, tree, world),
            Self::Entry(branch) => {
                let declared = judged.declared.and_then(|declared| declared.entry.as_ref());
                facts
                    .ratings
                    .iter()
                    .chain(declared)
                    .any(|entry| tree.lies_within(entry, branch))
            }
            Self::Country { at, is } => judged.any_country(*at, |country| country == *is),
            Self::CountryGroup { at, group } => {
                judged.any_country(*at, |country| world.is_in(country, group))
            }
            Self::Party { is, role } => judged.any_party(*role, |party| party == is),
            Self::Activity { is, role } => judged.any_party(*role, |party| {
                facts
                    .parties
                    .get(party)
                    .is_some_and(|known| known.activities.contains(is))
            }),
            Self::Platform(is) => facts.platform.as_ref() == Some(is),
            Self::PlatformClass(class) => facts.platform_classes.contains(class),
            Self::Programme(is) => facts.programmes.contains(is),
            Self::PermitKind(is) => facts.permit_kind == *is,
            Self::Brokering => facts.is_brokering,
            Self::IssuedBefore(day) => facts.issued_on.is_some_and(|issued| issued < *day),
            Self::ValueAtLeast(least) => facts.value.is_some_and(|value| {
                value.currency == least.currency && value.amount >= least.amount
            }),
            Self::Permits(permits) => judged
                .line
                .is_some_and(|(permit, _)| permits.contains(permit)),
            Self::Line(line) => judged
                .line
                .is_some_and(|(permit, no)| *permit == line.permit && no == line.line),
        }
    }
}

impl Judged<'_> {
    fn any_country(&self, at: Place, is: impl Fn(Country) -> bool) -> bool {
        let facts = self.facts;
        let end_user = || is(facts.end_user_country);
        match (at, self.declared) {
            (Place::Route, None) => false,
            (Place::Route, Some(declared)) => declared.route.iter().copied().any(is),
            (Place::Destination, Some(declared)) => is(declared.destination),
            (Place::FinalDestination, Some(declared)) => is(declared.final_destination),
            (Place::Destination, None) => facts.destinations.iter().copied().any(is),
            (Place::FinalDestination, None) => facts.final_destinations.iter().copied().any(is),
            (Place::EndUser, _) => end_user(),
            (Place::Anywhere, Some(declared)) => {
                is(declared.destination) || is(declared.final_destination) || end_user()
            }
            (Place::Anywhere, None) => {
                facts
                    .destinations
                    .iter()
                    .chain(&facts.final_destinations)
                    .copied()
                    .any(&is)
                    || end_user()
            }
        }
    }

    fn any_party(&self, role: Option<PartyRole>, is: impl Fn(&PartyId) -> bool) -> bool {
        let roles = match &role {
            Some(role) => std::slice::from_ref(role),
            None => &[
                PartyRole::Exporter,
                PartyRole::Consignee,
                PartyRole::IntermediateConsignee,
                PartyRole::EndUser,
                PartyRole::Integrator,
                PartyRole::Broker,
            ][..],
        };
        roles.iter().any(|role| match (role, self.declared) {
            (PartyRole::Consignee, Some(declared)) => declared.consignee.as_ref().is_some_and(&is),
            (PartyRole::IntermediateConsignee, Some(declared)) => {
                declared.intermediates.iter().any(&is)
            }
            (
                PartyRole::Exporter,
                Some(Declared {
                    exporter: Some(exporter),
                    ..
                }),
            ) => is(exporter),
            (role, _) => self.facts.in_role(*role).any(&is),
        })
    }
}
