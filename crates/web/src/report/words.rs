//! Words of a report, in either language.

use domain::advice::AdvicePosition;
use domain::finding::Held;
use domain::language::Language;
use domain::permit::standing::Standing;
use domain::review::ReviewOutcome;
use domain::risk::RiskLevel;

/// The words of one language.
pub(super) struct Words(pub(super) Language);

impl Words {
    /// One of two.
    pub(super) const fn of(&self, en: &'static str, fr: &'static str) -> &'static str {
        match self.0 {
            Language::En => en,
            Language::Fr => fr,
        }
    }

    pub(super) const fn held(&self, held: Held) -> &'static str {
        match held {
            Held::Established => self.of("established", "établi"),
            Held::Credible => self.of("credible", "crédible"),
            Held::Insufficient => self.of("insufficient", "insuffisamment fondé"),
            Held::Refuted => self.of("refuted", "réfuté"),
            Held::NotExamined => self.of("not examined", "non examiné"),
        }
    }

    pub(super) const fn risk(&self, level: RiskLevel) -> &'static str {
        match level {
            RiskLevel::None => self.of("none found", "aucun constaté"),
            RiskLevel::SomeRisk => self.of("below substantial", "en deçà du risque sérieux"),
            RiskLevel::Substantial => self.of("substantial", "risque sérieux"),
        }
    }

    pub(super) const fn advice(&self, position: AdvicePosition) -> &'static str {
        match position {
            AdvicePosition::NoObjection => self.of("no objection", "aucune objection"),
            AdvicePosition::IssueWithConditions => self.of("under conditions", "sous conditions"),
            AdvicePosition::Refuse => self.of("against", "défavorable"),
            AdvicePosition::NoView => self.of("no view", "sans avis"),
        }
    }

    pub(super) const fn outcome(&self, outcome: ReviewOutcome) -> &'static str {
        match outcome {
            ReviewOutcome::KeepInForce => self.of("keep in force", "maintenir en vigueur"),
            ReviewOutcome::KeepSuspended => self.of(
                "keep suspended while assurances are tested",
                "maintenir suspendue pendant l’épreuve des assurances",
            ),
            ReviewOutcome::Suspend => self.of("suspend", "suspendre"),
            ReviewOutcome::Reinstate => self.of("reinstate", "rétablir"),
            ReviewOutcome::Cancel => self.of("cancel", "annuler"),
            ReviewOutcome::CancelAndReinstate => self.of(
                "cancel and reinstate under conditions",
                "annuler et rétablir sous conditions",
            ),
        }
    }

    pub(super) const fn standing(&self, standing: Standing) -> &'static str {
        match standing {
            Standing::NotYetValid => self.of("not yet valid", "pas encore valide"),
            Standing::InForce => self.of("in force", "en vigueur"),
            Standing::Exhausted => self.of("exhausted", "épuisée"),
            Standing::PartlyInForce => self.of("partly in force", "en vigueur en partie"),
            Standing::Suspended => self.of("suspended", "suspendue"),
            Standing::Expired => self.of("expired", "expirée"),
            Standing::Surrendered => self.of("surrendered", "remise"),
            Standing::Cancelled => self.of("cancelled", "annulée"),
            Standing::Annulled => self.of("annulled", "invalidée"),
        }
    }
}
