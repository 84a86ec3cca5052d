//! What a review rests on: the findings that it names, those on its permits and their assurances, and
//! the material behind all of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::evidence::EvidenceRecord;
use domain::finding::{BreachFinding, Finding};
use domain::id::{EvidenceId, FindingId};
use domain::review::ReviewRecord;
use domain::view::Noun;
use register::Reading;

use crate::answer::DeskError;
use crate::reading::{self, Held, Lens};

/// What was gathered, by number.
pub(super) struct Gathered {
    pub(super) materials: BTreeMap<EvidenceId, EvidenceRecord>,
    pub(super) findings: BTreeMap<FindingId, Finding>,
    pub(super) breaches: BTreeMap<FindingId, BreachFinding>,
}

impl Gathered {
    /// Gathers for a review, as of a day and known at a position.
    pub(super) fn for_review(
        log: &dyn Reading,
        record: &ReviewRecord,
        lens: Lens,
    ) -> Result<Self, DeskError> {
        let mut gathered = Self {
            materials: BTreeMap::new(),
            findings: BTreeMap::new(),
            breaches: BTreeMap::new(),
        };
        let answers = record.answers.values().flatten();
        let named = answers
            .flat_map(|answer| &answer.rests_on)
            .chain(record.members.values().flat_map(|member| &member.rests_on));
        for id in named {
            gathered.breach(log, id.as_str(), lens)?;
            gathered.finding(log, id.as_str(), lens)?;
        }
        let (mut materials, mut assurances) = (BTreeSet::new(), BTreeSet::new());
        for permit in record.members.keys() {
            let permit = permit.as_str();
            materials.extend(reading::ids(log, Noun::Evidence, "permit", permit)?);
            assurances.extend(reading::ids(log, Noun::Assurance, "permit", permit)?);
        }
        for assurance in &assurances {
            materials.extend(reading::ids(log, Noun::Evidence, "assurance", assurance)?);
            for breach in reading::ids(log, Noun::Breach, "assurance", assurance)? {
                gathered.breach(log, &breach, lens)?;
            }
        }
        let behind: Vec<FindingId> = gathered
            .breaches
            .values()
            .filter_map(|held| held.rests_on.clone())
            .collect();
        for finding in behind {
            gathered.finding(log, finding.as_str(), lens)?;
        }
        for material in materials {
            gathered.material(log, &material, lens)?;
            for finding in reading::ids(log, Noun::Finding, "evidence", &material)? {
                gathered.finding(log, &finding, lens)?;
            }
        }
        Ok(gathered)
    }

    fn finding(&mut self, log: &dyn Reading, id: &str, lens: Lens) -> Result<(), DeskError> {
        let held: Option<Finding> = known(log, id, lens)?;
        let Some(held) = held.filter(|held| held.on <= lens.as_of) else {
            return Ok(());
        };
        for material in held.answers.values().flat_map(|answer| &answer.rests_on) {
            self.material(log, material.as_str(), lens)?;
        }
        self.findings.insert(held.id.clone(), held);
        Ok(())
    }

    fn breach(&mut self, log: &dyn Reading, id: &str, lens: Lens) -> Result<(), DeskError> {
        let held: Option<BreachFinding> = known(log, id, lens)?;
        if let Some(held) = held.filter(|held| held.on <= lens.as_of) {
            self.breaches.insert(held.id.clone(), held);
        }
        Ok(())
    }

    fn material(&mut self, log: &dyn Reading, id: &str, lens: Lens) -> Result<(), DeskError> {
        let held: Option<EvidenceRecord> = known(log, id, lens)?;
        if let Some(held) = held.filter(|held| held.evidence.received_on <= lens.as_of) {
            self.materials.insert(held.evidence.id.clone(), held);
        }
        Ok(())
    }

    /// The material behind each finding, and behind each finding on a breach.
    pub(super) fn behind(&self) -> BTreeMap<FindingId, BTreeSet<EvidenceId>> {
        let of = |finding: &Finding| -> BTreeSet<EvidenceId> {
            let answers = finding.answers.values();
            answers
                .flat_map(|answer| answer.rests_on.iter().cloned())
                .collect()
        };
        let mut behind: BTreeMap<_, _> = self
            .findings
            .iter()
            .map(|(id, held)| (id.clone(), of(held)))
            .collect();
        for (id, held) in &self.breaches {
            let finding = held.rests_on.as_ref().and_then(|id| self.findings.get(id));
            behind.insert(id.clone(), finding.map(of).unwrap_or_default());
        }
        behind
    }
}

/// One thing as known at a position.
fn known<T: Held>(log: &dyn Reading, id: &str, lens: Lens) -> Result<Option<T>, DeskError> {
    if lens.known_at >= log.head()?.position {
        return reading::find(log, id);
    }
    reading::known_at(log, id, lens.known_at)
}
