//! Sealed material: who may open it, and what everybody else is shown in its place. That it is
//! there, by its number, is no secret; what it is, is.

use std::collections::{BTreeMap, BTreeSet};

use domain::evidence::{EvidenceRecord, Tie, independent_sources};
use domain::finding::{Answer, BreachFinding, Finding};
use domain::id::{CompartmentId, EvidenceId, PartyId, QuestionId};
use domain::language::Bilingual;
use domain::view::{Noun, State};
use domain::visit::VisitRecord;
use register::Reading;
use serde::Serialize;

use crate::answer::DeskError;
use crate::law_book::LawBook;
use crate::reading::{self, Held};
use crate::sight::{Seen, Sight};

/// Materials looked through for who repeats whom: more than any file of one question has.
const TIES_MAX: usize = 10_000;

/// Who looks, with what the law lets them open.
pub struct Eye<'a> {
    pub(crate) log: &'a dyn Reading,
    pub(crate) book: &'a LawBook,
    pub(crate) sight: &'a Sight,
}

impl Eye<'_> {
    /// Whether material of these compartments is open to whoever looks.
    pub(crate) fn opens(&self, sealed_in: &BTreeSet<CompartmentId>) -> bool {
        if sealed_in.is_empty() {
            return true;
        }
        match self.sight {
            Sight::Cleared(actor) => self.book.may_open(actor, sealed_in),
            Sight::Whole | Sight::Own(_) => false,
        }
    }

    /// Whether material is open by how it is sealed now, whenever the question is asked of.
    pub(crate) fn opens_material(&self, id: &EvidenceId) -> Result<bool, DeskError> {
        let held: Option<EvidenceRecord> = reading::find(self.log, id.as_str())?;
        Ok(held.is_none_or(|held| self.opens(held.compartments())))
    }

    /// The material among some that is not open.
    pub(crate) fn sealed<'b>(
        &self,
        of: impl IntoIterator<Item = &'b EvidenceId>,
    ) -> Result<BTreeSet<EvidenceId>, DeskError> {
        let mut found = BTreeSet::new();
        for id in of {
            if !self.opens_material(id)? {
                found.insert(id.clone());
            }
        }
        Ok(found)
    }

    /// What is shown of an answer: reasons that rest on sealed material only as far as they were
    /// written for everybody. Says whether anything was withheld.
    pub(crate) fn answer(&self, answer: &mut Answer) -> Result<bool, DeskError> {
        let sealed = self.sealed(&answer.rests_on)?;
        if sealed.is_empty() {
            return Ok(false);
        }
        let open = answer.reasons_open.clone();
        answer.reasons = open.unwrap_or_else(|| withheld(&sealed));
        answer.competing.clear();
        Ok(true)
    }
}

/// What stands in the place of reasons that rest on sealed material.
fn withheld(sealed: &BTreeSet<EvidenceId>) -> String {
    let numbers: Vec<&str> = sealed.iter().map(EvidenceId::as_str).collect();
    let numbers = numbers.join(", ");
    format!("rests on sealed material {numbers} / repose sur un élément scellé {numbers}")
}

/// What everybody is told of sealed material.
pub(crate) fn sealed_material(id: &EvidenceId) -> Bilingual {
    Bilingual::new(
        format!("sealed material {id}"),
        format!("élément scellé {id}"),
    )
}

/// The refusal to open sealed material: it tells the number and nothing else.
pub(crate) fn refused(id: &EvidenceId) -> DeskError {
    let says = Bilingual::new(
        format!("{id} is sealed material: its compartments are not open to you"),
        format!("{id} est un élément scellé : ses compartiments ne vous sont pas ouverts"),
    );
    DeskError::refused("access.sealed", &says)
}

/// What ties material, and everything that it repeats through any chain, to its sources.
pub(crate) fn ties<'a>(
    log: &dyn Reading,
    of: impl IntoIterator<Item = &'a EvidenceId>,
) -> Result<BTreeMap<EvidenceId, Tie>, DeskError> {
    let mut found: BTreeMap<EvidenceId, Tie> = BTreeMap::new();
    let mut left: Vec<EvidenceId> = of.into_iter().cloned().collect();
    while let Some(id) = left.pop() {
        if found.contains_key(&id) {
            continue;
        }
        if found.len() == TIES_MAX {
            return Err(DeskError::mistaken_as(
                "repeats",
                format!("more than {TIES_MAX} materials repeat one another"),
                format!("plus de {TIES_MAX} éléments se répètent"),
            ));
        }
        let held: Option<EvidenceRecord> = reading::find(log, id.as_str())?;
        if let Some(held) = held {
            let tie = Tie::of(&held);
            left.extend(tie.repeats.iter().cloned());
            found.insert(id, tie);
        }
    }
    Ok(found)
}

/// How much stands behind an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// How many materials.
    pub materials: usize,
    /// How many independent sources they go back to.
    pub independent: usize,
}

/// Material as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EvidenceShown {
    /// Open to whoever looks.
    Open(Box<EvidenceOpen>),
    /// Sealed from whoever looks.
    Sealed(EvidenceSealed),
}

/// Material that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceOpen {
    /// What the register holds.
    #[serde(flatten)]
    pub record: EvidenceRecord,
    /// The compartments in which it is sealed now.
    pub sealed_in: BTreeSet<CompartmentId>,
    /// Gaps in its custody and contradictions of its days.
    pub flags: Vec<Bilingual>,
    /// To how many independent sources it goes back.
    pub sources: Option<Sources>,
}

/// The place of sealed material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceSealed {
    /// Its number.
    pub evidence: Numbered,
    /// Always true.
    pub is_sealed: bool,
    /// That it is sealed.
    pub says: Bilingual,
}

/// A number without anything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Numbered {
    /// The number.
    pub id: EvidenceId,
}

impl Held for EvidenceShown {
    const NOUN: Noun = Noun::Evidence;

    fn of(state: State) -> Option<Self> {
        let record = EvidenceRecord::of(state)?;
        Some(Self::Open(Box::new(EvidenceOpen {
            sealed_in: record.compartments().clone(),
            flags: record
                .flags()
                .iter()
                .map(domain::evidence::Flag::says)
                .collect(),
            sources: None,
            record,
        })))
    }
}

impl Seen for EvidenceShown {
    fn seen_by(self, _: &dyn Reading, _: &PartyId) -> Result<Option<Self>, DeskError> {
        Ok(None)
    }

    fn found_for(_: &dyn Reading, _: &PartyId) -> Result<Option<BTreeSet<String>>, DeskError> {
        Ok(Some(BTreeSet::new()))
    }

    fn sealed_from(self, eye: &Eye<'_>) -> Result<Self, DeskError> {
        let Self::Open(mut open) = self else {
            return Ok(self);
        };
        let id = open.record.evidence.id.clone();
        // As known earlier it may have been open: how it is sealed now holds as well.
        if !eye.opens(&open.sealed_in) || !eye.opens_material(&id)? {
            return Ok(Self::Sealed(EvidenceSealed {
                says: sealed_material(&id),
                evidence: Numbered { id },
                is_sealed: true,
            }));
        }
        let ties = ties(eye.log, [&id])?;
        open.sources = Some(Sources {
            materials: ties.len(),
            independent: independent_sources([&id], &ties).len(),
        });
        Ok(Self::Open(open))
    }

    fn sealed_id(&self) -> Option<&EvidenceId> {
        match self {
            Self::Open(_) => None,
            Self::Sealed(held) => Some(&held.evidence.id),
        }
    }
}

/// A finding as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingShown {
    /// What the register holds.
    #[serde(flatten)]
    pub finding: Finding,
    /// The questions whose reasons are withheld, because they rest on sealed material.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub withheld: BTreeSet<QuestionId>,
    /// How much stands behind each answer.
    pub sources: BTreeMap<QuestionId, Sources>,
}

impl Held for FindingShown {
    const NOUN: Noun = Noun::Finding;

    fn of(state: State) -> Option<Self> {
        Finding::of(state).map(|finding| Self {
            finding,
            withheld: BTreeSet::new(),
            sources: BTreeMap::new(),
        })
    }
}

impl Seen for FindingShown {
    fn seen_by(self, _: &dyn Reading, _: &PartyId) -> Result<Option<Self>, DeskError> {
        Ok(None)
    }

    fn found_for(_: &dyn Reading, _: &PartyId) -> Result<Option<BTreeSet<String>>, DeskError> {
        Ok(Some(BTreeSet::new()))
    }

    fn sealed_from(mut self, eye: &Eye<'_>) -> Result<Self, DeskError> {
        for (question, answer) in &mut self.finding.answers {
            let ties = ties(eye.log, &answer.rests_on)?;
            let sources = Sources {
                materials: answer.rests_on.len(),
                independent: independent_sources(&answer.rests_on, &ties).len(),
            };
            self.sources.insert(question.clone(), sources);
            if eye.answer(answer)? {
                self.withheld.insert(question.clone());
            }
        }
        Ok(self)
    }
}

/// A finding on a breach as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreachShown {
    /// What the register holds.
    #[serde(flatten)]
    pub breach: BreachFinding,
    /// Whether its reasons are withheld.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_withheld: bool,
}

impl Held for BreachShown {
    const NOUN: Noun = Noun::Breach;

    fn of(state: State) -> Option<Self> {
        BreachFinding::of(state).map(|breach| Self {
            breach,
            is_withheld: false,
        })
    }
}

impl Seen for BreachShown {
    fn seen_by(self, _: &dyn Reading, _: &PartyId) -> Result<Option<Self>, DeskError> {
        Ok(None)
    }

    fn found_for(_: &dyn Reading, _: &PartyId) -> Result<Option<BTreeSet<String>>, DeskError> {
        Ok(Some(BTreeSet::new()))
    }

    fn sealed_from(mut self, eye: &Eye<'_>) -> Result<Self, DeskError> {
        let sealed = sealed_behind(eye, &self.breach)?;
        if !sealed.is_empty() {
            let open = self.breach.reasons_open.clone();
            self.breach.reasons = open.unwrap_or_else(|| withheld(&sealed));
            self.is_withheld = true;
        }
        Ok(self)
    }
}

/// The sealed material behind a finding on a breach.
pub(crate) fn sealed_behind(
    eye: &Eye<'_>,
    breach: &BreachFinding,
) -> Result<BTreeSet<EvidenceId>, DeskError> {
    let Some(finding) = &breach.rests_on else {
        return Ok(BTreeSet::new());
    };
    let finding: Option<Finding> = reading::find(eye.log, finding.as_str())?;
    let answers = finding.iter().flat_map(|held| held.answers.values());
    eye.sealed(answers.flat_map(|answer| &answer.rests_on))
}

impl Seen for VisitRecord {
    /// The host learns of a visit by a letter, and not here.
    fn seen_by(self, _: &dyn Reading, _: &PartyId) -> Result<Option<Self>, DeskError> {
        Ok(None)
    }

    fn found_for(_: &dyn Reading, _: &PartyId) -> Result<Option<BTreeSet<String>>, DeskError> {
        Ok(Some(BTreeSet::new()))
    }

    fn sealed_from(mut self, eye: &Eye<'_>) -> Result<Self, DeskError> {
        let findings = self
            .report
            .iter_mut()
            .flat_map(|held| held.findings.values_mut());
        for answer in findings {
            eye.answer(answer)?;
        }
        Ok(self)
    }
}
