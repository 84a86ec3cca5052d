//! What officers do between receipt and issue, in a case.

use std::collections::{BTreeMap, BTreeSet};

use domain::application::Outcome;
use domain::id::{ApplicationId, PermitId, RiskId};
use domain::item::Condition;
use domain::permit::issue::IssuePermit;
use domain::policy::Prospect;
use domain::risk::{CriterionHeld, RiskDetermination, RiskLevel};
use domain::time::Day;

use super::stage::{Stage, mistaken};
use crate::answer::DeskError;

/// What the authority decides on an issue, beyond what was applied for.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// The reasons for an exception where denial is presumed.
    pub exception: Option<String>,
    /// The last day of validity.
    pub last_day: Option<Day>,
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// The file expects that the register refuses.
    pub may_be_refused: bool,
}

impl Stage<'_> {
    /// Does everything that a licensing officer does between receipt and issue.
    pub(super) fn clear_and_issue(
        &mut self,
        id: &ApplicationId,
        permit: &PermitId,
        last_day: Option<Day>,
        decided: &Decided,
    ) -> Result<Option<bool>, DeskError> {
        let today = self.desk.clock().today();
        let lens = self.desk.now()?;
        let held = self
            .desk
            .application_known(id, lens)?
            .ok_or_else(|| DeskError::invariant(format!("application {id} was just received")))?;
        for line in &held.terms.lines {
            self.desk
                .rate_item(&self.officers.licensing, id, line.no, &line.ratings)?;
        }
        for party in held.terms.parties() {
            if self.screened.insert(party.clone()) {
                let judged = (true, "no hit in the synthetic lists of the case");
                self.desk.screen_party(
                    &self.officers.licensing,
                    party,
                    &BTreeSet::new(),
                    0,
                    judged,
                )?;
            }
        }
        let by = self.officers.licensing.officer.clone();
        if self
            .desk
            .check_application(id, self.desk.now()?)?
            .risk_is_owed
        {
            let determination = RiskDetermination {
                id: self.id(RiskId::new(&format!("RSK-{id}")))?,
                criteria: self.no_risk()?,
                by,
                on: today,
            };
            self.desk
                .determine_risk(&self.officers.licensing, id, determination)?;
        }
        let reasons = "synthetic: as the case has it";
        let (officer, conditions) = (&self.officers.licensing, &decided.conditions);
        self.desk
            .recommend(officer, id, Outcome::Issue, reasons, conditions)?;
        let request = IssuePermit {
            permit: permit.clone(),
            valid_from: today,
            last_day,
            reasons: Vec::new(),
        };
        let needed = self.except(id, permit, &request, decided)?;
        let check = self.desk.check_application(id, self.desk.now()?)?;
        if check.prospect == Prospect::CaseByCase {
            self.desk.assess_case(
                &self.officers.licensing,
                id,
                "synthetic: assessed against the criteria",
            )?;
        }
        self.desk.issue(&self.officers.minister, id, &request)?;
        Ok(needed)
    }

    /// Determines exceptional circumstances where denial is presumed. Gives whether issue was refused
    /// without them, as it must be; none where nothing is presumed.
    fn except(
        &self,
        id: &ApplicationId,
        permit: &PermitId,
        request: &IssuePermit,
        decided: &Decided,
    ) -> Result<Option<bool>, DeskError> {
        let mut needed = None;
        let check = self.desk.check_application(id, self.desk.now()?)?;
        if check.prospect == Prospect::PresumedRefusal {
            // The issue must be refused without a determination, or the presumption is empty.
            let without = self.desk.issue(&self.officers.minister, id, request);
            needed = Some(matches!(without, Err(DeskError::Refused(_))));
            if decided.exception.is_none() && decided.may_be_refused {
                return without.map(|_| None);
            }
            let because = decided.exception.as_deref().ok_or_else(|| {
                mistaken(&self.scenario.scenario, permit.as_str(), "denial is presumed on that day: expected an event `permit_issued` with `because`")
            })?;
            self.desk
                .determine_exception(&self.officers.minister, id, because)?;
        }
        Ok(needed)
    }

    /// A determination that finds no risk under any criterion that the regime names.
    fn no_risk(&self) -> Result<BTreeMap<domain::id::QuestionId, CriterionHeld>, DeskError> {
        let mut criteria = BTreeMap::new();
        for question in self.desk.criteria()? {
            let held = CriterionHeld {
                raw: RiskLevel::None,
                considered: Vec::new(),
                adopted: Vec::new(),
                residual: RiskLevel::None,
                reasons: "synthetic: none found in the case".to_owned(),
            };
            criteria.insert(question, held);
        }
        Ok(criteria)
    }
}
