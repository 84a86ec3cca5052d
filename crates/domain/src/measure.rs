//! Measures: what the authority orders over a scope, on two planes.
//!
//! A **policy measure** acts on applications; a **permit order** acts on issued permits. A policy
//! never alters an issued permit by itself; a suspension never alters an application by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::facts::LineRef;
use crate::id::{
    DecisionId, DialogueId, DocumentKind, Ground, MeasureId, OfficerId, OrderId, PartyId, ReviewId,
};
use crate::item::LineNo;
use crate::language::Bilingual;
use crate::law::{Law, SourceKind};
use crate::permit::Terms;
use crate::policy::Effect;
use crate::scope::Scope;
use crate::time::{Day, Instant, Period, Position};

pub mod propose;
pub mod sign;

/// An exception to a policy measure: lines in it fall to a weaker effect, or go free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Which lines.
    pub scope: Scope,
    /// The effect to which they fall; none sets them free of this measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falls_to: Option<Effect>,
    /// Why, to a person.
    pub says: Bilingual,
}

/// What clears a policy measure on one line, beyond its lifting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Clearance {
    /// Nothing but lifting or a change of facts.
    LiftingOnly,
    /// A determination of exceptional circumstances.
    ExceptionalCircumstances,
    /// The recorded assessment against the criteria.
    Assessment,
    /// Each of these documents.
    Documents {
        /// The kinds of document.
        documents: BTreeSet<DocumentKind>,
    },
    /// Advice of each of these bodies.
    Advice {
        /// The bodies.
        bodies: BTreeSet<PartyId>,
    },
    /// The conclusion of this dialogue.
    Dialogue {
        /// The dialogue.
        dialogue: DialogueId,
    },
}

/// One rule of a policy measure: an effect over a scope, with exceptions and what clears it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it does.
    pub effect: Effect,
    /// Which lines.
    pub scope: Scope,
    /// Exceptions, first match first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// What clears it.
    pub cleared_by: Clearance,
    /// What it says, to a person.
    pub says: Bilingual,
}

/// How a policy measure is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Text {
    /// Through the builder.
    Rules {
        /// The rules.
        rules: Vec<Rule>,
    },
    /// As policy text.
    Policy {
        /// The text.
        text: String,
    },
}

/// What is common to everything that the authority orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// The short title.
    pub title: Bilingual,
    /// Law or policy that it rests on.
    pub law: Law,
    /// What kind of source that is.
    pub source_kind: SourceKind,
    /// The grounds, as data.
    pub grounds: BTreeSet<Ground>,
    /// The reasons that the holder is given.
    pub reasons: Bilingual,
    /// The reasons for the file, where they differ; both are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons_for_file: Option<String>,
    /// First day in law, and the optional end.
    pub effective: Period,
    /// The day on which it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_on: Option<Day>,
    /// The day on which it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Day>,
    /// The day by which it must be looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Day>,
    /// The findings that it rests on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rests_on: BTreeSet<crate::id::FindingId>,
}

/// A policy measure: acts on applications in a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyMeasure {
    /// The measure.
    pub id: MeasureId,
    /// Title, law, grounds, reasons, days.
    pub instrument: Instrument,
    /// What it says.
    pub text: Text,
}

/// What a permit order does.
///
/// # Law
/// `EIPA:10(1)`; `annul` is for authorities whose law has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderKind {
    /// New terms, of the authority's own motion.
    Amend,
    /// Closed until it is reinstated; the permit goes on existing.
    Suspend,
    /// Ended by the authority.
    Cancel,
    /// Brought back.
    Reinstate,
    /// Ended from issue; past shipments are flagged and not rewritten.
    Annul,
}

impl OrderKind {
    /// The key used in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Amend => "amend",
            Self::Suspend => "suspend",
            Self::Cancel => "cancel",
            Self::Reinstate => "reinstate",
            Self::Annul => "annul",
        }
    }
}

/// Which lines an order reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Selection {
    /// The lines whose facts satisfy a scope at the order's own position. Only `suspend` may.
    Scope {
        /// The scope.
        scope: Scope,
    },
    /// Named permits (every line of each) and named lines. A cancellation is always such a list.
    Named {
        /// Whole permits.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        permits: BTreeSet<crate::id::PermitId>,
        /// Single lines.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        lines: BTreeSet<LineRef>,
    },
}

/// A permit order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// What it does.
    pub kind: OrderKind,
    /// The authority's own verb, as in `revoke`.
    pub verb: Bilingual,
    /// Which lines.
    pub selection: Selection,
    /// When only the *use* is stopped for declared lines that satisfy this; the permit stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_scope: Option<Scope>,
    /// Title, law, grounds, reasons, days.
    pub instrument: Instrument,
    /// For a reinstatement: the orders that it ends. For an amendment: the reinstatements whose
    /// conditions it ends.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ends: BTreeSet<OrderId>,
    /// For an amendment: the new terms by permit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub new_terms: BTreeMap<crate::id::PermitId, Terms>,
    /// The review whose outcomes it carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_review: Option<ReviewId>,
    /// Whether expiry stands still while a suspension runs.
    #[serde(default)]
    pub stops_expiry: bool,
    /// Conditions under which a reinstatement holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<crate::item::Condition>,
}

/// What a preview showed, as signed: enough to know whether the same set is still reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewSeal {
    /// The position at which the register was looked at.
    pub at: Position,
    /// The day for which lines were looked at: the first on which the order would bind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// Lines reached.
    pub lines: u64,
    /// Permits reached.
    pub permits: u64,
    /// SHA-256 over the line references in order, one per line, in hexadecimal.
    pub digest: String,
}

/// What is stated apart from the measure that it must exclude.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The outcomes to exclude, as a scope from the shipped and reviewed set.
    pub excludes: Scope,
    /// Save these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub save: Option<Scope>,
}

/// A draft: one decision that may lift and make several measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The decision.
    pub id: DecisionId,
    /// Policy measures that it makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyMeasure>,
    /// Orders that it makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// Policy measures that it lifts, each from the decision's first day.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lifts: BTreeSet<MeasureId>,
    /// Dialogues that it concludes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub concludes: BTreeSet<DialogueId>,
    /// First day in law of the liftings and conclusions.
    pub effective_from: Day,
    /// What it must exclude, stated apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// What the preview of each order showed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub previews: BTreeMap<OrderId, PreviewSeal>,
}

/// Where a decision stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was proposed.
    pub draft: Draft,
    /// Who proposed it.
    pub proposed_by: OfficerId,
    /// Who signed it, and when the register learned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signature>,
    /// Whether it was signed by one hand in an emergency.
    #[serde(default)]
    pub is_emergency: bool,
    /// Who countersigned an emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countersigned_by: Option<OfficerId>,
    /// Officers who declined to countersign, with reasons. The measure stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<(OfficerId, String)>,
    /// Returned unsigned, with reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<(OfficerId, String)>,
}

/// Who signed, and where it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The officer.
    pub by: OfficerId,
    /// When the register learned it.
    pub at: Instant,
    /// Its position.
    pub position: Position,
}

/// A policy measure as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureInForce {
    /// The measure.
    pub measure: PolicyMeasure,
    /// The decision that made it.
    pub decision: DecisionId,
    /// Its position in the log.
    pub position: Position,
    /// First day on which it no longer holds, once lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_from: Option<Day>,
    /// The decision that lifted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_by: Option<DecisionId>,
    /// The position at which the register learned of the lifting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Position>,
}

impl MeasureInForce {
    /// The measure as the register knew it at a position; none where it did not know it yet.
    #[must_use]
    pub fn known_at(&self, position: Position) -> Option<Self> {
        if self.position > position {
            return None;
        }
        let mut known = self.clone();
        if known.lifted_at.is_some_and(|at| at > position) {
            known.lifted_from = None;
            known.lifted_by = None;
            known.lifted_at = None;
        }
        Some(known)
    }

    /// Whether the measure is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, day: Day) -> bool {
        self.measure.instrument.effective.contains(day)
            && self.lifted_from.is_none_or(|lifted| day < lifted)
    }
}

/// An order as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// The order.
    pub order: Order,
    /// The decision that made it.
    pub decision: DecisionId,
    /// Its own position: its members are the lines that satisfy the scope there.
    pub position: Position,
    /// What was previewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<PreviewSeal>,
    /// Lines resolved so far.
    pub resolved_lines: u64,
    /// Whether the numbered list is complete.
    pub is_resolved: bool,
    /// The first day on which it binds at the gate; its own day unless later.
    pub binds_from: Day,
    /// Whether it binds from its own position, whatever a clock says afterwards.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub binds_at_once: bool,
}

impl OrderRecord {
    /// Whether it binds at the gate on a day and has not run out by its own terms.
    ///
    /// # Invariant
    /// A reversed clock changes no order: one that bound from its own position binds on every day.
    #[must_use]
    pub fn binds_on(&self, day: Day) -> bool {
        let runs = |until: Day| day < until;
        (self.binds_at_once || day >= self.binds_from)
            && self.order.instrument.effective.until.is_none_or(runs)
    }
}

/// The numbers of lines that an order reaches, in the order of the log.
pub type Members = BTreeMap<crate::id::PermitId, BTreeSet<LineNo>>;
