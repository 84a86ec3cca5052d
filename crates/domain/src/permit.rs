//! Permits: the authority's act allowing exports, and where one stands on a day.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::facts::{LineFacts, PartyFacts};
use crate::id::{ApplicationId, OfficerId, PartyId, PermitId, PlatformId, ProgrammeId};
use crate::item::{Condition, Line, LineNo};
use crate::law::Law;
use crate::party::Basis;
use crate::time::{Day, Position};

pub mod amend;
pub mod covering;
pub mod issue;
pub mod standing;
pub mod surrender;

pub use covering::{Covering, Ended, Reinstated};

/// What kind of permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PermitKind {
    /// One holder, named parties.
    Individual,
    /// One holder, several destinations.
    MultipleDestination,
    /// A scope rather than named parties; used after registration.
    General,
}

impl PermitKind {
    /// The key used in policies and files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::MultipleDestination => "multiple-destination",
            Self::General => "general",
        }
    }
}

/// What movement a permit covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Movement {
    /// The goods leave for good.
    Permanent,
    /// The goods must come back.
    Temporary {
        /// The last day for their return; none where the permit leaves it to a condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        return_by: Option<Day>,
    },
    /// Technology is disclosed; nothing passes a border.
    Transfer,
    /// Arranging a movement between two foreign countries.
    ///
    /// # Law
    /// `EIPA:7.1`
    Brokering {
        /// Where the goods leave from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Country>,
    },
    /// Passing through.
    Transit,
}

/// What a permit allows, or an application asks for.
///
/// # Law
/// `EIPA:7(1)`, `EPR:3(2)`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The kind.
    pub kind: PermitKind,
    /// The movement.
    pub movement: Movement,
    /// The exporter or holder; none on a general permit, or where undisclosed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exporter: Option<PartyId>,
    /// The consignees: each one is declared.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub consignees: BTreeSet<PartyId>,
    /// Who receives on the way.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub intermediates: BTreeSet<PartyId>,
    /// Who arranges or negotiates the movement.
    ///
    /// # Law
    /// `EIPA:7.1`
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub brokers: BTreeSet<PartyId>,
    /// Who will use the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_user: Option<PartyId>,
    /// The end user's country, where it is known apart from the end user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_user_country: Option<Country>,
    /// Who builds the item into something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrator: Option<PartyId>,
    /// The platform that it goes into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<PlatformId>,
    /// What the platform is, as short keys (`uav`).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub platform_classes: BTreeSet<String>,
    /// Where the goods first go.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub destinations: BTreeSet<Country>,
    /// Where they will be used.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub final_destinations: BTreeSet<Country>,
    /// Programmes that it belongs to.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub programmes: BTreeSet<ProgrammeId>,
    /// The stated end use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_use: Option<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// What terms say when a place is not disclosed: a fact that nobody can release on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undisclosed {
    /// Who holds the permit.
    Holder,
    /// Who receives the goods.
    Consignee,
    /// Where they go.
    Destination,
    /// How much.
    Quantity,
    /// What it is worth.
    Value,
    /// What it is rated.
    Rating,
}

impl Terms {
    /// The line with a number.
    #[must_use]
    pub fn line(&self, no: LineNo) -> Option<&Line> {
        self.lines.iter().find(|line| line.no == no)
    }

    /// The end user's country: as stated, else that of the end user, else undisclosed.
    #[must_use]
    pub fn end_user_country(&self, parties: &BTreeMap<PartyId, PartyFacts>) -> Country {
        self.end_user_country
            .or_else(|| {
                self.end_user
                    .as_ref()
                    .and_then(|id| parties.get(id)?.country)
            })
            .unwrap_or(Country::UNDISCLOSED)
    }

    /// Every party named in the terms.
    pub fn parties(&self) -> impl Iterator<Item = &PartyId> {
        self.exporter
            .iter()
            .chain(&self.consignees)
            .chain(&self.intermediates)
            .chain(&self.brokers)
            .chain(&self.end_user)
            .chain(&self.integrator)
    }

    /// What the terms do not disclose about a line. A general permit need not name parties.
    #[must_use]
    pub fn undisclosed(&self, no: LineNo) -> Vec<Undisclosed> {
        let mut gaps = Vec::new();
        let is_named = self.kind != PermitKind::General;
        if is_named && self.exporter.is_none() {
            gaps.push(Undisclosed::Holder);
        }
        if is_named && self.consignees.is_empty() {
            gaps.push(Undisclosed::Consignee);
        }
        let places = self.destinations.iter().chain(&self.final_destinations);
        if self.destinations.is_empty() || places.copied().any(|c| c == Country::UNDISCLOSED) {
            gaps.push(Undisclosed::Destination);
        }
        if let Some(line) = self.line(no) {
            // A general permit may state no limit; one in a single measure is not a limit of none.
            if line.quantity.is_none() && (is_named || line.value.is_some()) {
                gaps.push(Undisclosed::Quantity);
            }
            if line.value.is_none() && (is_named || line.quantity.is_some()) {
                gaps.push(Undisclosed::Value);
            }
            if line.ratings.is_empty() {
                gaps.push(Undisclosed::Rating);
            }
        }
        gaps
    }

    /// The facts of one line, before anything was received or determined.
    #[must_use]
    pub fn facts(&self, no: LineNo, parties: &BTreeMap<PartyId, PartyFacts>) -> LineFacts {
        let line = self.line(no);
        LineFacts {
            permit_kind: self.kind,
            is_brokering: matches!(self.movement, Movement::Brokering { .. }),
            is_temporary: matches!(self.movement, Movement::Temporary { .. }),
            ratings: line
                .map(|line| {
                    line.ratings
                        .iter()
                        .map(|rating| rating.entry.clone())
                        .collect()
                })
                .unwrap_or_default(),
            primary: line
                .and_then(Line::primary)
                .map(|rating| rating.entry.clone()),
            exporter: self.exporter.clone(),
            consignees: self.consignees.clone(),
            intermediates: self.intermediates.clone(),
            brokers: self.brokers.clone(),
            end_user: self.end_user.clone(),
            integrator: self.integrator.clone(),
            platform: self.platform.clone(),
            platform_classes: self.platform_classes.clone(),
            destinations: self.destinations.clone(),
            final_destinations: self.final_destinations.clone(),
            end_user_country: self.end_user_country(parties),
            programmes: self.programmes.clone(),
            end_use: self.end_use.clone(),
            quantity: line.and_then(|line| line.quantity),
            value: line.and_then(|line| line.value),
            issued_on: None,
            last_day: None,
            documents: BTreeSet::new(),
            advised_by: BTreeSet::new(),
            dialogues_concluded: BTreeSet::new(),
            exceptional_circumstances: None,
            case_assessment: None,
            has_substantial_risk: None,
            parties: self
                .parties()
                .filter_map(|id| Some((id.clone(), parties.get(id)?.clone())))
                .collect(),
        }
    }
}

/// How a permit came into the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// Issued on an application.
    Application {
        /// The application.
        application: ApplicationId,
        /// Who recommended.
        recommended_by: OfficerId,
        /// Who decided.
        decided_by: OfficerId,
    },
    /// Issued by order to all residents (a general permit).
    Order {
        /// The instrument.
        law: Law,
    },
    /// Recorded from another register, with the assumptions that reading it took.
    Import {
        /// The file and row, as in `nl.csv:17`.
        source: String,
        /// What was assumed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assumptions: Vec<String>,
    },
}

/// A permit as issued or recorded: one complete snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The permit.
    pub permit: PermitId,
    /// What it allows.
    pub terms: Terms,
    /// The day of issue.
    pub issued_on: Day,
    /// First day of validity; may lie before issue when the permit says so (`EIPA:8.5`).
    pub valid_from: Day,
    /// Last day of validity, still in; none where the permit states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
    /// How it came here.
    pub origin: Origin,
    /// The authority's reasons where the decision needed them (an exception, a residual risk).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The policies that determined the decision, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub determined_by: Vec<String>,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// What an amendment makes of the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsVersion {
    /// First day with these terms.
    pub effective_from: Day,
    /// The position at which the register learned it.
    pub position: Position,
    /// The terms.
    pub terms: Terms,
    /// Last day of validity under these terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
}

/// A permit as the register holds it, folded from its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permit {
    /// The snapshot at issue.
    pub issued: Issued,
    /// The position of issue.
    pub position: Position,
    /// Every version of the terms, the first at issue.
    pub versions: Vec<TermsVersion>,
    /// Every order that covers it.
    pub coverings: Vec<Covering>,
    /// The conditions of its reinstatements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reinstated: Vec<Reinstated>,
    /// When the holder gave it up, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surrendered_from: Option<Day>,
    /// The position at which the register learned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surrendered_at: Option<Position>,
}

impl Permit {
    /// The permit as the register knew it at a position; none where it did not know it yet.
    #[must_use]
    pub fn known_at(&self, position: Position) -> Option<Self> {
        if self.position > position {
            return None;
        }
        let mut known = self.clone();
        known
            .versions
            .retain(|version| version.position <= position);
        known
            .coverings
            .retain(|covering| covering.position <= position);
        for covering in &mut known.coverings {
            covering.ended.retain(|_, ended| ended.position <= position);
        }
        known.reinstated.retain(|held| held.position <= position);
        for held in &mut known.reinstated {
            held.ended.retain(|_, ended| ended.position <= position);
        }
        if known.surrendered_at.is_some_and(|at| at > position) {
            known.surrendered_from = None;
            known.surrendered_at = None;
        }
        Some(known)
    }

    /// A permit as first issued.
    #[must_use]
    pub fn begin(issued: Issued, position: Position) -> Self {
        let first = TermsVersion {
            effective_from: issued.valid_from.min(issued.issued_on),
            position,
            terms: issued.terms.clone(),
            last_day: issued.last_day,
        };
        Self {
            issued,
            position,
            versions: vec![first],
            coverings: Vec::new(),
            reinstated: Vec::new(),
            surrendered_from: None,
            surrendered_at: None,
        }
    }

    /// The version of the terms that holds on a day.
    #[must_use]
    pub fn version_on(&self, day: Day) -> Option<&TermsVersion> {
        self.versions
            .iter()
            .filter(|version| version.effective_from <= day)
            .max_by_key(|version| (version.effective_from, version.position))
            .or_else(|| self.versions.first())
    }

    /// The terms that hold on a day.
    #[must_use]
    pub fn terms_on(&self, day: Day) -> &Terms {
        self.version_on(day)
            .map_or(&self.issued.terms, |version| &version.terms)
    }

    /// Whether the permit had a line on a day, as the register knew it at a position.
    #[must_use]
    pub fn has_line_at(&self, no: LineNo, day: Day, known_at: Position) -> bool {
        self.known_at(known_at)
            .is_some_and(|known| known.terms_on(day).line(no).is_some())
    }

    /// The facts of one line on a day, as the register knew them at a position.
    #[must_use]
    pub fn facts_at(
        &self,
        no: LineNo,
        day: Day,
        known_at: Position,
        parties: &BTreeMap<PartyId, PartyFacts>,
    ) -> LineFacts {
        let known = Self {
            versions: self
                .versions
                .iter()
                .filter(|v| v.position <= known_at)
                .cloned()
                .collect(),
            issued: self.issued.clone(),
            position: self.position,
            coverings: Vec::new(),
            reinstated: Vec::new(),
            surrendered_from: None,
            surrendered_at: None,
        };
        known.facts_on(no, day, parties)
    }

    /// The facts of one line on a day.
    #[must_use]
    pub fn facts_on(
        &self,
        no: LineNo,
        day: Day,
        parties: &BTreeMap<PartyId, PartyFacts>,
    ) -> LineFacts {
        let version = self.version_on(day);
        let mut facts = self.terms_on(day).facts(no, parties);
        facts.issued_on = Some(self.issued.issued_on);
        facts.last_day = version.map_or(self.issued.last_day, |version| version.last_day);
        facts
    }
}
