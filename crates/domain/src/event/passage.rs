//! What happens to passages of evidence.

use serde::{Deserialize, Serialize};

use crate::id::EvidenceId;
use crate::passage::AcceptedPassage;

/// An officer accepted that evidence says something, with the passage that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageAccepted {
    /// The evidence.
    pub evidence: EvidenceId,
    /// What was accepted.
    pub accepted: AcceptedPassage,
}
