//! What is written of a text, and why some of it is not. What is withheld never reaches whatever
//! renders the report: there is nothing there to copy, and no length to measure.

use std::collections::{BTreeMap, BTreeSet};

use domain::finding::{Answer, BreachFinding, Finding};
use domain::id::{EvidenceId, FindingId};
use domain::language::Bilingual;

use super::gathered::Gathered;
use crate::answer::DeskError;
use crate::sealed::Eye;

/// For whom a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The officers of the authority.
    File,
    /// Everybody.
    Public,
}

/// Why a text is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withheld {
    /// It would tell of a protected source.
    ProtectedSource,
    /// It is marked, or its originator has not agreed.
    Originator,
    /// It tells who trades in what.
    Commercial,
    /// It is advice that was given in confidence.
    Advice,
}

impl Withheld {
    /// The reason, to a person.
    #[must_use]
    pub fn says(self) -> Bilingual {
        let (en, fr) = match self {
            Self::ProtectedSource => ("withheld: protected source", "retenu : source protégée"),
            Self::Originator => (
                "withheld: marked, or under the control of its originator",
                "retenu : marqué, ou sous le contrôle de son auteur",
            ),
            Self::Commercial => (
                "withheld: commercial information of a third party",
                "retenu : renseignements commerciaux d’un tiers",
            ),
            Self::Advice => (
                "withheld: advice given in confidence",
                "retenu : avis donné à titre confidentiel",
            ),
        };
        Bilingual::new(en, fr)
    }
}

/// A text, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The text.
    Said(String),
    /// It is withheld.
    Withheld(Withheld),
}

impl Told {
    /// A text that is told to everybody.
    pub(super) fn said(text: &str) -> Self {
        Self::Said(text.to_owned())
    }
}

/// What writes a report for somebody, and counts what it withholds.
pub(super) struct Pen {
    audience: Audience,
    /// Why each material is not told of; none where it is.
    closed: BTreeMap<EvidenceId, Withheld>,
    /// The materials behind each finding, and behind each finding on a breach.
    behind: BTreeMap<FindingId, BTreeSet<EvidenceId>>,
    counts: BTreeMap<Withheld, u64>,
}

impl Pen {
    pub(super) fn new(
        audience: Audience,
        eye: &Eye<'_>,
        gathered: &Gathered,
    ) -> Result<Self, DeskError> {
        let mut closed = BTreeMap::new();
        for (id, held) in &gathered.materials {
            let from = held.evidence.provenance.as_ref();
            let is_controlled = held.evidence.marking.is_some()
                || from.is_some_and(|from| from.originator_control.is_some());
            if !eye.opens_material(id)? {
                closed.insert(id.clone(), Withheld::ProtectedSource);
            } else if is_controlled && audience == Audience::Public {
                closed.insert(id.clone(), Withheld::Originator);
            }
        }
        Ok(Self {
            audience,
            closed,
            behind: gathered.behind(),
            counts: BTreeMap::new(),
        })
    }

    pub(super) fn counts(self) -> BTreeMap<Withheld, u64> {
        self.counts
    }

    fn withhold(&mut self, because: Withheld) -> Told {
        let count = self.counts.entry(because).or_default();
        *count = count.saturating_add(1);
        Told::Withheld(because)
    }

    /// Whether material is shown by its number only.
    pub(super) fn is_sealed(&self, id: &EvidenceId) -> bool {
        self.closed.get(id) == Some(&Withheld::ProtectedSource)
    }

    /// Why what rests on some material is not told; a protected source before anything else.
    fn closed_by<'a>(&self, of: impl IntoIterator<Item = &'a EvidenceId>) -> Option<Withheld> {
        of.into_iter()
            .filter_map(|id| self.closed.get(id))
            .min()
            .copied()
    }

    /// A text about one material.
    pub(super) fn material(&mut self, id: &EvidenceId, text: &str) -> Told {
        match self.closed.get(id).copied() {
            Some(because) => self.withhold(because),
            None => Told::said(text),
        }
    }

    fn resting_on(&mut self, because: Option<Withheld>, text: &str, open: Option<&str>) -> Told {
        match (because, open) {
            (None, _) => Told::said(text),
            (Some(_), Some(open)) => Told::said(open),
            (Some(because), None) => self.withhold(because),
        }
    }

    /// The reasons of an answer: those for everybody, where the others may not be told.
    pub(super) fn answer(&mut self, answer: &Answer) -> Told {
        let because = self.closed_by(&answer.rests_on);
        self.resting_on(because, &answer.reasons, answer.reasons_open.as_deref())
    }

    /// The title of a finding: written for whoever may act on it, and so not for the public where
    /// anything behind it is not told.
    pub(super) fn title(&mut self, finding: &Finding) -> Told {
        let behind = finding.answers.values().flat_map(|answer| &answer.rests_on);
        match (self.audience, self.closed_by(behind)) {
            (Audience::Public, Some(because)) => self.withhold(because),
            _ => Told::said(&finding.title),
        }
    }

    /// The scope of the review, which for the public names no party.
    pub(super) fn scope(&mut self, text: &str) -> Told {
        if self.audience == Audience::Public && text.contains("Party::") {
            return self.withhold(Withheld::Commercial);
        }
        Told::said(text)
    }

    /// The competing explanations of an answer.
    pub(super) fn competing(&mut self, answer: &Answer) -> Vec<Told> {
        let because = self.closed_by(&answer.rests_on);
        let competing = answer.competing.iter();
        competing
            .map(|text| self.resting_on(because, text, None))
            .collect()
    }

    /// The reasons of a finding on a breach.
    pub(super) fn breach(&mut self, breach: &BreachFinding) -> Told {
        let because = self.behind_findings(breach.rests_on.iter());
        self.resting_on(because, &breach.reasons, breach.reasons_open.as_deref())
    }

    /// A text that rests on findings.
    pub(super) fn resting(&mut self, text: &str, on: &BTreeSet<FindingId>) -> Told {
        let because = self.behind_findings(on.iter());
        self.resting_on(because, text, None)
    }

    fn behind_findings<'a>(&self, of: impl Iterator<Item = &'a FindingId>) -> Option<Withheld> {
        let behind = of.filter_map(|id| self.behind.get(id)).flatten();
        self.closed_by(behind)
    }

    /// Advice of a consulted body.
    pub(super) fn advice(&mut self, text: &str) -> Told {
        match self.audience {
            Audience::File => Told::said(text),
            Audience::Public => self.withhold(Withheld::Advice),
        }
    }

    /// The holder of a permit.
    pub(super) fn holder(&mut self, name: Option<String>) -> Told {
        match (self.audience, name) {
            (Audience::Public, _) => self.withhold(Withheld::Commercial),
            (Audience::File, name) => Told::Said(name.unwrap_or_else(|| "—".to_owned())),
        }
    }
}
