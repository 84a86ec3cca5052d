//! Accepted passages of evidence.

use super::{Key, never_began};
use crate::event::{Event, Recorded};
use crate::passage::PassageRecord;
use crate::view::{FoldFault, State};

pub(super) fn passage(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<PassageRecord, FoldFault> {
    let Event::PassageAccepted(e) = &recorded.event else {
        return Err(never_began(key, recorded));
    };
    let mut held = match before {
        Some(State::Passage(held)) => held,
        _ => PassageRecord {
            evidence: e.evidence.clone(),
            accepted: Vec::new(),
        },
    };
    held.accepted.push(e.accepted.clone());
    Ok(held)
}
