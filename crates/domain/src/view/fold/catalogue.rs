//! Items, platforms and units.

use super::{Key, never_began};
use crate::catalogue::{ItemRecord, ItemVersion, PlatformRecord, PlatformVersion, UnitRecord};
use crate::event::{Event, Recorded};
use crate::view::{FoldFault, State};

pub(super) fn item(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<ItemRecord, FoldFault> {
    let held = match before {
        Some(State::Item(held)) => Some(held),
        _ => None,
    };
    match (&recorded.event, held) {
        (Event::ItemCatalogued(e), held) => {
            let mut held = held.unwrap_or_else(|| ItemRecord {
                versions: Vec::new(),
                parts: Vec::new(),
            });
            held.versions.push(ItemVersion {
                effective_from: e.effective_from,
                position: recorded.position,
                facts: e.item.clone(),
            });
            Ok(held)
        }
        (Event::CompositionRecorded(e), Some(mut held)) => {
            held.parts.push(e.composition.clone());
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}

pub(super) fn platform(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<PlatformRecord, FoldFault> {
    let held = match before {
        Some(State::Platform(held)) => Some(held),
        _ => None,
    };
    match (&recorded.event, held) {
        (Event::PlatformCatalogued(e), held) => {
            let mut held = held.unwrap_or_else(|| PlatformRecord {
                versions: Vec::new(),
                parts: Vec::new(),
            });
            held.versions.push(PlatformVersion {
                effective_from: e.effective_from,
                position: recorded.position,
                facts: e.platform.clone(),
            });
            Ok(held)
        }
        (Event::CompositionRecorded(e), Some(mut held)) => {
            held.parts.push(e.composition.clone());
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}

pub(super) fn unit(
    key: &Key,
    before: Option<State>,
    recorded: &Recorded,
) -> Result<UnitRecord, FoldFault> {
    let held = match before {
        Some(State::Unit(held)) => Some(held),
        _ => None,
    };
    match (&recorded.event, held) {
        (Event::UnitRecorded(e), held) => {
            let mut held = held.unwrap_or_else(|| UnitRecord {
                said: Vec::new(),
                fittings: Vec::new(),
            });
            held.said.push(e.unit.clone());
            Ok(held)
        }
        (Event::UnitFitted(e), Some(mut held)) => {
            held.fittings.push(e.fitting.clone());
            Ok(held)
        }
        _ => Err(never_began(key, recorded)),
    }
}
