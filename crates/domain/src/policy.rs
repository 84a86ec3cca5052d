//! What policies say: effects, findings with their reasons, and which effect shows.

use serde::{Deserialize, Serialize};

use crate::language::Bilingual;
use crate::law::Law;

/// What a policy does to a pending application under it, weakest first so that the strongest is
/// the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// To an officer with the criteria, no short track. Cleared by the recorded assessment.
    CaseByCase,
    /// In consultation. Cleared by the advice.
    NeedsConsultation,
    /// Incomplete. Cleared by the document.
    NeedsDocument,
    /// Issue needs a determination of exceptional circumstances, with reasons, by a deciding
    /// officer. Cleared by that determination.
    PresumeDenial,
    /// Stays pending; issue is not available; nobody has refused it. Cleared by lifting, or by the
    /// conclusion of the named dialogue.
    Hold,
    /// Cannot be issued; refuse. Cleared by nothing but a change of facts.
    Bar,
}

impl Effect {
    /// All effects, strongest first.
    pub const STRONGEST_FIRST: [Self; 6] = [
        Self::Bar,
        Self::Hold,
        Self::PresumeDenial,
        Self::NeedsDocument,
        Self::NeedsConsultation,
        Self::CaseByCase,
    ];

    /// The key used in policies and files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Hold => "hold",
            Self::PresumeDenial => "presume-denial",
            Self::NeedsDocument => "needs-document",
            Self::NeedsConsultation => "needs-consultation",
            Self::CaseByCase => "case-by-case",
        }
    }

    /// Finds an effect by its key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::STRONGEST_FIRST
            .into_iter()
            .find(|effect| effect.key() == key)
    }
}

/// What one policy says about one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum PolicyFinding {
    /// A policy is satisfied and stands in the way until it is cleared.
    Stands {
        /// The policy's id.
        policy: String,
        /// What it does.
        effect: Effect,
        /// Where it comes from.
        source: Law,
        /// What it says, to a person.
        says: Bilingual,
        /// What would clear it, to a person.
        cleared_by: Bilingual,
        /// The measure that made it, when it is not a standing policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        measure: Option<crate::id::MeasureId>,
    },
    /// A policy could not be evaluated. Never a permission.
    Undetermined {
        /// The policy's id; none when the facts themselves could not be put to any policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
        /// What went wrong, to a person.
        because: String,
    },
}

impl PolicyFinding {
    /// The effect, when the policy could be evaluated.
    #[must_use]
    pub const fn effect(&self) -> Option<Effect> {
        match self {
            Self::Stands { effect, .. } => Some(*effect),
            Self::Undetermined { .. } => None,
        }
    }

    /// The policy's id, where there is one.
    #[must_use]
    pub fn policy(&self) -> Option<&str> {
        match self {
            Self::Stands { policy, .. } => Some(policy),
            Self::Undetermined { policy, .. } => policy.as_deref(),
        }
    }
}

/// What stands between a line and its permit: every finding, and the one that shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyAnswer {
    /// Every finding, strongest first.
    pub findings: Vec<PolicyFinding>,
}

/// How an application stands under the policies of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prospect {
    /// Nothing stands in the way but the ordinary review.
    NormalReview,
    /// To an officer with the criteria.
    CaseByCase,
    /// In consultation.
    InConsultation,
    /// A document is missing.
    Incomplete,
    /// Refused unless exceptional circumstances are determined.
    PresumedRefusal,
    /// Pending; nothing is issued.
    Held,
    /// Cannot be issued.
    Barred,
    /// A policy could not be evaluated: nothing is issued.
    Undetermined,
}

impl PolicyAnswer {
    /// Puts findings in order, strongest first; what could not be evaluated comes before all.
    #[must_use]
    pub fn of(mut findings: Vec<PolicyFinding>) -> Self {
        findings.sort_by(|a, b| {
            let rank = |f: &PolicyFinding| f.effect().map_or(u8::MAX, |effect| effect as u8);
            rank(b).cmp(&rank(a)).then_with(|| a.cmp(b))
        });
        findings.dedup();
        Self { findings }
    }

    /// Whether nothing stands in the way.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.findings.is_empty()
    }

    /// What shows: the strongest finding.
    #[must_use]
    pub fn prospect(&self) -> Prospect {
        match self.findings.first() {
            None => Prospect::NormalReview,
            Some(PolicyFinding::Undetermined { .. }) => Prospect::Undetermined,
            Some(PolicyFinding::Stands { effect, .. }) => match effect {
                Effect::Bar => Prospect::Barred,
                Effect::Hold => Prospect::Held,
                Effect::PresumeDenial => Prospect::PresumedRefusal,
                Effect::NeedsDocument => Prospect::Incomplete,
                Effect::NeedsConsultation => Prospect::InConsultation,
                Effect::CaseByCase => Prospect::CaseByCase,
            },
        }
    }

    /// Joins the answers for several lines of one application: the strongest of any line shows.
    #[must_use]
    pub fn join(answers: impl IntoIterator<Item = Self>) -> Self {
        Self::of(
            answers
                .into_iter()
                .flat_map(|answer| answer.findings)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(effect: Effect) -> PolicyFinding {
        PolicyFinding::Stands {
            policy: format!("P-{}", effect.key()),
            effect,
            source: Law::new("EIPA:7(1)").unwrap(),
            says: Bilingual::new("a", "b"),
            cleared_by: Bilingual::new("c", "d"),
            measure: None,
        }
    }

    #[test]
    fn the_strongest_effect_shows_and_all_are_kept() {
        let answer = PolicyAnswer::of(
            Effect::STRONGEST_FIRST
                .into_iter()
                .rev()
                .map(stands)
                .collect(),
        );
        assert_eq!(answer.prospect(), Prospect::Barred);
        let order: Vec<_> = answer
            .findings
            .iter()
            .filter_map(PolicyFinding::effect)
            .collect();
        assert_eq!(order, Effect::STRONGEST_FIRST);
    }

    #[test]
    fn a_policy_that_cannot_be_evaluated_comes_before_all() {
        let broken = PolicyFinding::Undetermined {
            policy: None,
            because: "x".into(),
        };
        let answer = PolicyAnswer::of(vec![stands(Effect::CaseByCase), broken]);
        assert_eq!(answer.prospect(), Prospect::Undetermined);
    }
}
