//! Items, platforms and units: found by their names and marks, and by what they are parts of.

use crate::catalogue::{Composition, ItemRecord, PlatformRecord, Serial, UnitRecord};

type Index = Vec<(&'static str, String)>;

/// A name or mark as it is looked for: small letters, without spaces at its ends.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

fn once(mut index: Index) -> Index {
    index.sort();
    index.dedup();
    index
}

fn parts(parts: &[Composition]) -> impl Iterator<Item = (&'static str, String)> {
    parts
        .iter()
        .map(|part| ("component", part.component.to_string()))
}

pub(super) fn item(held: &ItemRecord) -> Index {
    let mut index = Index::new();
    for facts in held.versions.iter().map(|version| &version.facts) {
        index.push(("name", folded(&facts.name)));
        index.extend(facts.model.iter().map(|model| ("model", folded(model))));
        index.extend(facts.marks.iter().map(|mark| ("mark", folded(mark))));
        index.extend(facts.maker.iter().map(|maker| ("maker", maker.to_string())));
    }
    index.extend(parts(&held.parts));
    once(index)
}

pub(super) fn platform(held: &PlatformRecord) -> Index {
    let mut index = Index::new();
    for facts in held.versions.iter().map(|version| &version.facts) {
        index.push(("name", folded(&facts.name)));
        index.extend(facts.marks.iter().map(|mark| ("mark", folded(mark))));
        let integrator = facts.integrator.iter();
        index.extend(integrator.map(|party| ("integrator", party.to_string())));
    }
    index.extend(parts(&held.parts));
    once(index)
}

pub(super) fn unit(held: &UnitRecord) -> Index {
    let mut index = Index::new();
    for said in &held.said {
        let serial = Serial::fold(&said.serial);
        index.extend(serial.map(|serial| ("serial", serial.as_str().to_owned())));
        index.extend(said.item.iter().map(|item| ("item", item.to_string())));
        let left = said.left_under.iter();
        index.extend(left.map(|left| ("permit", left.permit.to_string())));
    }
    let parents = held.fittings.iter();
    index.extend(parents.map(|fitting| ("parent", fitting.parent.to_string())));
    if !held.conflicts().is_empty() {
        index.push(("conflict", "yes".to_owned()));
    }
    once(index)
}
