//! Advice: a consulted body's opinion, not binding.

use serde::{Deserialize, Serialize};

/// What a consulted body advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdvicePosition {
    /// Nothing against it.
    NoObjection,
    /// Issue, with the conditions named.
    IssueWithConditions,
    /// Refuse.
    Refuse,
    /// The body has no view on this.
    NoView,
}
