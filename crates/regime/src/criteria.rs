//! What must be considered before a permit for arms is issued, as data.

use domain::control_list::{EntryId, EntryTree};
use domain::facts::LineFacts;
use domain::id::QuestionId;
use domain::language::Bilingual;
use domain::law::Law;
use serde::Deserialize;

use crate::place::{TomlMistake, read_toml};

const SHIPPED: &str = include_str!("../../../law/criteria.toml");

/// One question that the statute asks before issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// The question.
    pub id: QuestionId,
    /// Where it stands.
    pub law: Law,
    /// In words.
    pub text: Bilingual,
}

/// A branch of a list that is arms in the sense of the statute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmsBranch {
    /// The branch.
    pub branch: EntryId,
    /// Which law makes it so.
    pub law: Law,
}

/// The criteria of a regime, and the branches that they bind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// The questions.
    pub questions: Vec<Criterion>,
    /// The branches.
    pub arms: Vec<ArmsBranch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    criterion: Vec<CriterionRow>,
    #[serde(default)]
    arms: Vec<ArmsRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionRow {
    id: QuestionId,
    law: Law,
    en: String,
    fr: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArmsRow {
    branch: EntryId,
    law: Law,
}

impl Criteria {
    /// The criteria of the Export and Import Permits Act.
    ///
    /// # Law
    /// `EIPA:7.3`
    ///
    /// # Errors
    /// Refuses a file that is not what was expected; a test holds the shipped file to it.
    pub fn shipped() -> Result<Self, TomlMistake> {
        Self::read("law/criteria.toml", SHIPPED)
    }

    /// Reads criteria from a text.
    ///
    /// # Errors
    /// Refuses a malformed text.
    pub fn read(file: &str, text: &str) -> Result<Self, TomlMistake> {
        let file: File = read_toml(file, text)?;
        let questions = file
            .criterion
            .into_iter()
            .map(|row| Criterion {
                id: row.id,
                law: row.law,
                text: Bilingual::new(row.en, row.fr),
            })
            .collect();
        let arms = file
            .arms
            .into_iter()
            .map(|row| ArmsBranch {
                branch: row.branch,
                law: row.law,
            })
            .collect();
        Ok(Self { questions, arms })
    }

    /// Whether a line is arms: its criteria must then be considered, and a risk determination
    /// recorded, before anything is issued. A line that nobody rated may be arms.
    #[must_use]
    pub fn bind(&self, facts: &LineFacts, tree: &dyn EntryTree) -> bool {
        let is_arms = |rating: &EntryId| {
            self.arms
                .iter()
                .any(|arms| tree.lies_within(rating, &arms.branch))
        };
        !self.arms.is_empty() && (facts.ratings.is_empty() || facts.ratings.iter().any(is_arms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::tests::facts;
    use crate::own_lists::tests::shipped;

    #[test]
    fn arms_are_groups_2_and_9_in_any_edition() {
        let criteria = Criteria::shipped().unwrap();
        let lists = shipped();
        for (rating, expected) in [
            ("GUIDE@2020:2-5.b", true),
            ("GUIDE@2019:9-4.b", true),
            ("ECL@2025-04-25:2", true),
            ("GUIDE@2020:1-6.A.2", false),
            ("ECL@2020:5504.2.i", false),
        ] {
            let facts = LineFacts {
                ratings: [EntryId::new(rating).unwrap()].into(),
                ..facts()
            };
            assert_eq!(criteria.bind(&facts, &lists), expected, "{rating}");
        }
    }

    #[test]
    fn an_unrated_line_may_be_arms() {
        let unrated = LineFacts {
            ratings: Default::default(),
            ..facts()
        };
        assert!(Criteria::shipped().unwrap().bind(&unrated, &shipped()));
        assert!(
            !Criteria::default().bind(&unrated, &shipped()),
            "no criteria, nothing to bind"
        );
    }

    #[test]
    fn the_shipped_criteria_are_whole_and_name_known_sources() {
        let criteria = Criteria::shipped().unwrap();
        let sources = crate::sources::Sources::shipped().unwrap();
        assert_eq!(criteria.questions.len(), 6);
        for question in &criteria.questions {
            assert!(question.text.is_complete() && sources.of(&question.law).is_ok());
        }
    }
}
