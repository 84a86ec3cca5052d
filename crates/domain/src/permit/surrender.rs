//! Surrendering a permit: its holder gives it up.

use super::Permit;
use crate::event::PermitSurrendered;
use crate::id::{PartyId, PermitId};
use crate::permit::standing::Standing;
use crate::time::Day;

/// Why a permit cannot be surrendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurrenderRefusal {
    /// Only the holder gives a permit up.
    #[error("permit {permit} is not held by {by}: only its holder can surrender it")]
    NotTheHolder {
        /// The permit.
        permit: PermitId,
        /// Who asked.
        by: PartyId,
    },
    /// It has already ended.
    #[error("permit {permit} is already {}", standing.key())]
    AlreadyEnded {
        /// The permit.
        permit: PermitId,
        /// Where it stands.
        standing: Standing,
    },
}

/// Decides a surrender. A suspended permit may be surrendered; shipments reserved on it lapse or
/// are confirmed as the facts turn out.
///
/// # Errors
/// Refuses anyone but the holder, and a permit that has ended.
pub fn surrender(
    permit: &Permit,
    by: &PartyId,
    today: Day,
) -> Result<PermitSurrendered, SurrenderRefusal> {
    let id = permit.issued.permit.clone();
    if permit.terms_on(today).exporter.as_ref() != Some(by) {
        return Err(SurrenderRefusal::NotTheHolder {
            permit: id,
            by: by.clone(),
        });
    }
    let standing = permit.standing(today);
    let has_ended = matches!(
        standing,
        Standing::Surrendered | Standing::Cancelled | Standing::Annulled | Standing::Expired
    );
    if has_ended {
        return Err(SurrenderRefusal::AlreadyEnded {
            permit: id,
            standing,
        });
    }
    Ok(PermitSurrendered {
        permit: id,
        by: by.clone(),
        effective_from: today,
    })
}
