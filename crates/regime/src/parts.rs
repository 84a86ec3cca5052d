//! What a regime is put together from.

use crate::countries::{Countries, CountriesMistake};
use crate::criteria::Criteria;
use crate::documents::{DocumentRules, DocumentsMistake};
use crate::groups::{CountryGroups, GroupsMistake};
use crate::lists::{ControlLists, ListMistake};
use crate::place::TomlMistake;
use crate::policies::PolicyMistake;
use crate::sources::{Sources, SourcesMistake, UnknownSource};

const CANADA: &str = include_str!("../../../policies/export/canada.cedar");

/// Why a regime cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegimeMistake {
    /// The sources.
    #[error(transparent)]
    Sources(#[from] SourcesMistake),
    /// The table of countries.
    #[error(transparent)]
    Countries(#[from] CountriesMistake),
    /// The country groups.
    #[error(transparent)]
    Groups(#[from] GroupsMistake),
    /// The control lists.
    #[error(transparent)]
    Lists(#[from] ListMistake),
    /// The document rules.
    #[error(transparent)]
    Documents(#[from] DocumentsMistake),
    /// Another file of data.
    #[error(transparent)]
    Toml(#[from] TomlMistake),
    /// A part that cites an unknown source.
    #[error("{part}: {unknown}")]
    Source {
        /// The part.
        part: String,
        /// The citation.
        unknown: UnknownSource,
    },
    /// The schema of policies, or a standing policy.
    #[error("{file}: {mistake}")]
    Policy {
        /// The file or part of a case.
        file: String,
        /// What is wrong.
        mistake: PolicyMistake,
    },
}

/// The standing policies of one file or part of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The law of one jurisdiction, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Whose law, as in `CA`.
    pub jurisdiction: String,
    /// Every source that may be cited.
    pub sources: Sources,
    /// The table of countries.
    pub countries: Countries,
    /// Country groups.
    pub groups: CountryGroups,
    /// Control lists.
    pub lists: ControlLists,
    /// What must be considered before arms are issued for.
    pub criteria: Criteria,
    /// Document rules.
    pub documents: DocumentRules,
    /// Standing policies.
    pub standing: Vec<PolicyFile>,
}

impl Parts {
    /// The parts that ship for a jurisdiction. Every jurisdiction has the shipped sources,
    /// countries, groups and lists, and adds its own; only `CA` has standing policies, criteria and
    /// document rules that ship. Another authority's case begins with none and brings them.
    ///
    /// # Errors
    /// Refuses shipped data that is not what was expected; a test holds it to that.
    pub fn shipped(jurisdiction: &str) -> Result<Self, RegimeMistake> {
        let is_canada = jurisdiction == "CA";
        let (criteria, documents, standing) = if is_canada {
            let name = "policies/export/canada.cedar".to_owned();
            let file = PolicyFile {
                name,
                text: CANADA.to_owned(),
            };
            (Criteria::shipped()?, DocumentRules::shipped()?, vec![file])
        } else {
            Default::default()
        };
        Ok(Self {
            jurisdiction: jurisdiction.to_owned(),
            sources: Sources::shipped()?,
            countries: Countries::shipped()?,
            groups: CountryGroups::shipped()?,
            lists: ControlLists::shipped()?,
            criteria,
            documents,
            standing,
        })
    }

    /// Checks that every part cites known sources.
    pub(crate) fn check_sources(&self) -> Result<(), RegimeMistake> {
        let groups = self
            .groups
            .iter()
            .map(|group| (format!("country group {}", group.id), &group.law));
        let lists = self
            .lists
            .editions()
            .map(|list| (format!("list {}", list.list), &list.law));
        let rules = self
            .documents
            .rules()
            .iter()
            .map(|rule| (rule.id.clone(), &rule.source));
        let questions = self
            .criteria
            .questions
            .iter()
            .map(|question| (question.id.to_string(), &question.law));
        let arms = self
            .criteria
            .arms
            .iter()
            .map(|arms| (arms.branch.to_string(), &arms.law));
        for (part, law) in groups
            .chain(lists)
            .chain(rules)
            .chain(questions)
            .chain(arms)
        {
            self.sources
                .of(law)
                .map_err(|unknown| RegimeMistake::Source { part, unknown })?;
        }
        Ok(())
    }
}
