//! The determination of risk under the criteria of the statute: never a score.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{OfficerId, QuestionId, RiskId};
use crate::time::Day;

/// How grave a risk is held to be, in the words of the statute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RiskLevel {
    /// No risk of the consequence was found.
    None,
    /// A risk below substantial.
    SomeRisk,
    /// A substantial risk (French: *risque sérieux*).
    ///
    /// # Law
    /// `EIPA:7.4`
    Substantial,
}

/// What is held about one criterion: mitigation is an input to the judgment, not a later discount.
///
/// # Law
/// `EIPA:7.3`, `EIPA:7.4`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionHeld {
    /// The risk before any mitigation.
    pub raw: RiskLevel,
    /// Measures considered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub considered: Vec<String>,
    /// Measures adopted, each of which was considered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adopted: Vec<String>,
    /// The risk that remains.
    pub residual: RiskLevel,
    /// The reasons.
    pub reasons: String,
}

/// The whole determination, by a named officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskDetermination {
    /// The determination.
    pub id: RiskId,
    /// What is held about each criterion.
    pub criteria: BTreeMap<QuestionId, CriterionHeld>,
    /// Who determines.
    pub by: OfficerId,
    /// The day.
    pub on: Day,
}

/// Why a determination is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RiskRefusal {
    /// Nothing was determined.
    #[error("the determination holds nothing: expected at least one criterion")]
    NoCriterion,
    /// A criterion without reasons.
    #[error("criterion {0} has no reasons: expected why the risk is held so")]
    NoReasons(QuestionId),
    /// A measure adopted that was not considered first.
    #[error(
        "criterion {criterion}: `{measure}` is adopted and was not considered: mitigation is weighed before the risk is judged"
    )]
    AdoptedUnconsidered {
        /// The criterion.
        criterion: QuestionId,
        /// The measure.
        measure: String,
    },
    /// A substantial risk concluded before any measure was considered.
    #[error(
        "criterion {0}: a substantial risk is held and no mitigating measure was considered: expected them before the risk is judged"
    )]
    NothingConsidered(QuestionId),
    /// Less risk than before without any measure adopted.
    #[error(
        "criterion {0}: the residual risk is lower than the raw risk and no measure was adopted"
    )]
    UnexplainedFall(QuestionId),
}

impl RiskDetermination {
    /// Checks the order of the judgment: raw risk, measures considered, measures adopted, residual.
    ///
    /// # Errors
    /// Refuses a determination without criteria or reasons, measures adopted that were not
    /// considered, a fall in risk that no adopted measure explains, and a substantial risk held
    /// before any mitigating measure was considered.
    pub fn check(&self) -> Result<(), RiskRefusal> {
        if self.criteria.is_empty() {
            return Err(RiskRefusal::NoCriterion);
        }
        for (criterion, held) in &self.criteria {
            if held.reasons.trim().is_empty() {
                return Err(RiskRefusal::NoReasons(criterion.clone()));
            }
            if let Some(measure) = held.adopted.iter().find(|m| !held.considered.contains(m)) {
                return Err(RiskRefusal::AdoptedUnconsidered {
                    criterion: criterion.clone(),
                    measure: measure.clone(),
                });
            }
            if held.residual < held.raw && held.adopted.is_empty() {
                return Err(RiskRefusal::UnexplainedFall(criterion.clone()));
            }
            if held.residual == RiskLevel::Substantial && held.considered.is_empty() {
                return Err(RiskRefusal::NothingConsidered(criterion.clone()));
            }
        }
        Ok(())
    }

    /// Whether a substantial risk remains under any criterion: then the permit shall not issue.
    ///
    /// # Law
    /// `EIPA:7.4`
    #[must_use]
    pub fn has_substantial_risk(&self) -> bool {
        self.criteria
            .values()
            .any(|held| held.residual == RiskLevel::Substantial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn determination(held: CriterionHeld) -> RiskDetermination {
        RiskDetermination {
            id: RiskId::new("RSK-1").unwrap(),
            criteria: BTreeMap::from([(QuestionId::new("ihl").unwrap(), held)]),
            by: OfficerId::new("OFF-1").unwrap(),
            on: Day::parse("2021-01-15").unwrap(),
        }
    }

    fn held(
        raw: RiskLevel,
        considered: &[&str],
        adopted: &[&str],
        residual: RiskLevel,
    ) -> CriterionHeld {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        CriterionHeld {
            raw,
            considered: owned(considered),
            adopted: owned(adopted),
            residual,
            reasons: "as found".into(),
        }
    }

    #[test]
    fn mitigation_is_weighed_before_the_risk_is_judged() {
        use RiskLevel::{None, SomeRisk, Substantial};
        let table = [
            (held(Substantial, &["visits"], &["visits"], SomeRisk), true),
            (held(Substantial, &["visits"], &[], SomeRisk), false),
            (held(Substantial, &[], &["visits"], SomeRisk), false),
            (held(Substantial, &["visits"], &[], Substantial), true),
            (held(Substantial, &[], &[], Substantial), false),
            (held(SomeRisk, &["visits"], &[], Substantial), true),
            (held(None, &[], &[], None), true),
        ];
        for (held, is_accepted) in table {
            assert_eq!(
                determination(held.clone()).check().is_ok(),
                is_accepted,
                "{held:?}"
            );
        }
    }

    #[test]
    fn a_substantial_residual_risk_bars_the_permit() {
        let barred = determination(held(
            RiskLevel::Substantial,
            &[],
            &[],
            RiskLevel::Substantial,
        ));
        assert!(barred.has_substantial_risk());
        let open = determination(held(RiskLevel::SomeRisk, &[], &[], RiskLevel::SomeRisk));
        assert!(!open.has_substantial_risk());
    }
}
