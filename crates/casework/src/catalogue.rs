//! The catalogue: items, platforms, what they are built of, and units by their serials. Everything is
//! added; what does not agree is kept, and said in the answer.

use std::collections::BTreeSet;

use domain::catalogue::{
    Assembly, Composition, Fitting, ItemFacts, ItemRecord, PlatformFacts, PlatformRecord, Serial,
    UnitFacts, UnitRecord, compose, describe, fit, mark,
};
use domain::event::{
    CompositionRecorded, ItemCatalogued, PlatformCatalogued, UnitFitted, UnitRecorded,
};
use domain::id::{ItemId, PartyId, PlatformId, UnitId};
use domain::language::Bilingual;
use domain::party::PartyRecord;
use domain::permit::Permit;
use domain::shipment::Shipment;
use domain::time::Day;
use register::Reading;
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading;

/// Most items that are looked through for a circle: more than any parts list met.
const CIRCLE_ITEMS_MAX: usize = 10_000;

/// What was recorded, and what does not agree about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// What was recorded, by its number.
    pub id: String,
    /// What does not agree: kept and flagged, for a person to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Bilingual>,
}

impl Desk {
    /// Describes an item, or corrects its description from a day on. Nothing earlier is lost.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when the maker is unknown, or a fault.
    pub fn describe_item(
        &self,
        actor: &Actor,
        item: &ItemFacts,
        effective_from: Day,
    ) -> Result<Done<ItemId>, DeskError> {
        self.act(actor, "catalogue.record", |act| {
            describe::item(item)
                .map_err(|refusal| DeskError::refused("catalogue.describe", &refusal))?;
            known_parties(act, item.maker.iter())?;
            act.append(ItemCatalogued {
                item: item.clone(),
                effective_from,
            })?;
            Ok(item.id.clone())
        })
    }

    /// Describes a platform, or corrects its description from a day on. Nothing earlier is lost.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when the integrator is unknown, or a fault.
    pub fn describe_platform(
        &self,
        actor: &Actor,
        platform: &PlatformFacts,
        effective_from: Day,
    ) -> Result<Done<PlatformId>, DeskError> {
        self.act(actor, "catalogue.record", |act| {
            describe::platform(platform)
                .map_err(|refusal| DeskError::refused("catalogue.describe", &refusal))?;
            known_parties(act, platform.integrator.iter())?;
            act.append(PlatformCatalogued {
                platform: platform.clone(),
                effective_from,
            })?;
            Ok(platform.id.clone())
        })
    }

    /// Records that an item is a part of something. One that contains itself is kept and flagged.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when either is not in the catalogue, or a fault.
    pub fn compose(
        &self,
        actor: &Actor,
        composition: &Composition,
    ) -> Result<Done<Noted>, DeskError> {
        self.act(actor, "catalogue.record", |act| {
            compose::compose(composition)
                .map_err(|refusal| DeskError::refused("catalogue.compose", &refusal))?;
            let _: ItemRecord = act.load(&composition.component)?;
            match &composition.assembly {
                Assembly::Item { item } => drop(act.load::<ItemRecord>(item)?),
                Assembly::Platform { platform } => drop(act.load::<PlatformRecord>(platform)?),
            }
            act.append(CompositionRecorded {
                composition: composition.clone(),
            })?;
            let mut flags = Vec::new();
            if let Assembly::Item { item } = &composition.assembly
                && contains(act.log(), &composition.component, item)?
            {
                flags.push(Bilingual::new(
                    format!("{item} is now said to contain itself"),
                    format!("{item} est désormais dit se contenir lui-même"),
                ));
            }
            Ok(Noted {
                id: format!("{}/{}", composition.assembly, composition.component),
                flags,
            })
        })
    }

    /// Records what a source says of a unit or a lot. What was said before stays; what does not
    /// agree with it is flagged.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when something that it names is unknown, or a fault.
    pub fn mark_unit(&self, actor: &Actor, unit: &UnitFacts) -> Result<Done<Noted>, DeskError> {
        self.act(actor, "catalogue.record", |act| {
            let before: Option<UnitRecord> = act.find(&unit.id)?;
            let first = before.as_ref().and_then(|held| held.said.first());
            mark::mark(first, unit)
                .map_err(|refusal| DeskError::refused("catalogue.mark", &refusal))?;
            known_parties(act, unit.maker.iter())?;
            if let Some(item) = &unit.item {
                let _: ItemRecord = act.load(item)?;
            }
            if let Some(left) = &unit.left_under {
                left_as_recorded(act, left)?;
            }
            act.append(UnitRecorded { unit: unit.clone() })?;
            noted(act, &unit.id)
        })
    }

    /// Records that a unit is built into another one. A unit in two others at once is kept and
    /// flagged.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when either unit is unknown, or a fault.
    pub fn fit_unit(&self, actor: &Actor, fitting: &Fitting) -> Result<Done<Noted>, DeskError> {
        self.act(actor, "catalogue.record", |act| {
            fit::fit(fitting).map_err(|refusal| DeskError::refused("catalogue.fit", &refusal))?;
            let _: UnitRecord = act.load(&fitting.unit)?;
            let _: UnitRecord = act.load(&fitting.parent)?;
            act.append(UnitFitted {
                fitting: fitting.clone(),
            })?;
            noted(act, &fitting.unit)
        })
    }

    /// The unit that bears a serial of a maker, if one is recorded: what is said of the same serial
    /// again is said of the same unit.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn unit_bearing(
        &self,
        serial: &str,
        item: Option<&ItemId>,
        maker: Option<&PartyId>,
    ) -> Result<Option<UnitId>, DeskError> {
        let Some(folded) = Serial::fold(serial) else {
            return Ok(None);
        };
        let log = self.reading()?;
        let log = log.as_ref();
        let wanted = maker_of(log, item, maker)?;
        let bearing: Vec<UnitRecord> = reading::all(log, Some(("serial", folded.as_str())))?;
        for held in bearing {
            for said in &held.said {
                if maker_of(log, said.item.as_ref(), said.maker.as_ref())? == wanted {
                    return Ok(Some(said.id.clone()));
                }
            }
        }
        Ok(None)
    }
}

/// The unit as it now stands, with what does not agree about it.
fn noted(act: &Act<'_>, unit: &UnitId) -> Result<Noted, DeskError> {
    let held: UnitRecord = act.load(unit)?;
    let conflicts = held.conflicts();
    Ok(Noted {
        id: unit.to_string(),
        flags: conflicts.iter().map(|conflict| conflict.says()).collect(),
    })
}

/// Who made a thing: as said of it, or else of the item that it is.
fn maker_of(
    log: &dyn Reading,
    item: Option<&ItemId>,
    maker: Option<&PartyId>,
) -> Result<Option<PartyId>, DeskError> {
    if maker.is_some() {
        return Ok(maker.cloned());
    }
    let Some(item) = item else {
        return Ok(None);
    };
    let held: Option<ItemRecord> = reading::find(log, item.as_str())?;
    let last = held.and_then(|held| held.versions.into_iter().last());
    Ok(last.and_then(|version| version.facts.maker))
}

fn known_parties<'a>(
    act: &Act<'_>,
    parties: impl Iterator<Item = &'a PartyId>,
) -> Result<(), DeskError> {
    for party in parties {
        let _: PartyRecord = act.load(party)?;
    }
    Ok(())
}

/// Checks that a unit is said to have left under what is recorded.
fn left_as_recorded(act: &Act<'_>, left: &domain::catalogue::LeftUnder) -> Result<(), DeskError> {
    let permit: Permit = act.load(&left.permit)?;
    let mut versions = permit.versions.iter();
    if let Some(line) = left.line
        && !versions.any(|version| version.terms.line(line).is_some())
    {
        return Err(DeskError::mistaken_as(
            "left_under",
            format!("permit {} has no line {line}", left.permit),
            format!("la licence {} n’a pas de ligne {line}", left.permit),
        ));
    }
    if let Some(id) = &left.shipment {
        let shipment: Shipment = act.load(id)?;
        if shipment.permit != left.permit {
            return Err(DeskError::mistaken_as(
                "left_under",
                format!("shipment {id} draws on permit {}", shipment.permit),
                format!("l’envoi {id} s’impute sur la licence {}", shipment.permit),
            ));
        }
    }
    Ok(())
}

/// Whether an item is said to contain another, at any depth.
fn contains(log: &dyn Reading, whole: &ItemId, part: &ItemId) -> Result<bool, DeskError> {
    let mut seen = BTreeSet::from([whole.clone()]);
    let mut ahead = vec![whole.clone()];
    while let Some(item) = ahead.pop() {
        if item == *part {
            return Ok(true);
        }
        let held: Option<ItemRecord> = reading::find(log, item.as_str())?;
        for held in held.iter().flat_map(|held| &held.parts) {
            if seen.len() < CIRCLE_ITEMS_MAX && seen.insert(held.component.clone()) {
                ahead.push(held.component.clone());
            }
        }
    }
    Ok(false)
}
