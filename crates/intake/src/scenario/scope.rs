//! Scopes of a scenario file: which lines are meant.

use domain::control_list::EntryId;
use domain::country::Country;
use serde::Deserialize;

use super::{At, Groups, Many, When};

/// A scope, as a set of conditions that all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Any route to this country.
    #[serde(default)]
    pub destination: Option<Country>,
    /// First destination.
    #[serde(default)]
    pub first_destination: Option<Country>,
    /// Final destination.
    #[serde(default)]
    pub final_destination: Option<Country>,
    /// Any route to a country of this group.
    #[serde(default)]
    pub country_group: Option<String>,
    /// List groups, or `all`.
    #[serde(default)]
    pub groups: Option<Groups>,
    /// List branches.
    #[serde(default)]
    pub entries: Vec<EntryId>,
    /// Programmes, any of them.
    #[serde(default)]
    pub programmes: Vec<String>,
    /// A party in any role.
    #[serde(default)]
    pub party: Option<String>,
    /// A party in any role does this.
    #[serde(default)]
    pub activity: Option<String>,
    /// The platform is of this class.
    #[serde(default)]
    pub platform_class: Option<String>,
    /// The kind of permit.
    #[serde(default)]
    pub permit_kind: Option<String>,
    /// Issued before this day.
    #[serde(default)]
    pub issued_before: Option<When>,
    /// These permits.
    #[serde(default)]
    pub permit_numbers: Vec<String>,
    /// Only brokering.
    #[serde(default)]
    pub only_brokering: bool,
    /// Any of these.
    #[serde(default)]
    pub any: Vec<ScopeSpec>,
    /// All of these.
    #[serde(default)]
    pub all: Vec<ScopeSpec>,
    /// None of these; exceptions nest.
    #[serde(default)]
    pub unless: Vec<ScopeSpec>,
    /// As policy text, instead of or beside the others.
    #[serde(default)]
    pub text: Option<String>,
    /// The rule of a policy: `presumptive_denial`, `case_by_case`, `assessment`, `hold`, `bar`.
    #[serde(default)]
    pub rule: Option<String>,
    /// Exceptions to the rule.
    #[serde(default)]
    pub exception: Vec<ExceptionSpec>,
    /// `new_only` on a policy; standings on a review (`[suspended, valid]`).
    #[serde(default)]
    pub permits: Option<Many<String>>,
    /// Whether new applications are held; said of a dialogue.
    #[serde(default)]
    pub new: Option<bool>,
    /// Whether brokering is reached too; it is, always. For readers.
    #[serde(default)]
    pub brokering: Option<bool>,
}

/// An exception: a word of the case, or a scope and what it falls to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ExceptionSpec {
    /// `exceptional_circumstances`, `nato_cooperation_programme`, or a programme's key.
    Word(String),
    /// A scope.
    Scoped {
        /// Which lines.
        scope: Box<ScopeSpec>,
        /// The effect to which they fall; free when absent.
        #[serde(default)]
        falls_to: Option<String>,
    },
}
