//! Compositions that contain themselves. One of the sources is wrong; the walk ends all the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::edges::Relation;
use crate::web::Web;

/// The things among these that lie on a circle of a relation, or between two circles: whoever keeps
/// losing those that lead nowhere, or that nothing leads to, is left with them.
pub(crate) fn on_circles(web: &Web, things: &BTreeSet<u32>, relation: Relation) -> BTreeSet<u32> {
    let mut onward: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let mut backward: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for thing in things {
        for to in web
            .out
            .to(*thing, relation)
            .filter(|to| things.contains(to))
        {
            onward.entry(*thing).or_default().insert(to);
            backward.entry(to).or_default().insert(*thing);
        }
    }
    peel(&mut onward, &mut backward);
    peel(&mut backward, &mut onward);
    onward.retain(|_, to| !to.is_empty());
    onward.into_keys().collect()
}

/// Takes away whatever leads nowhere, again and again.
fn peel(onward: &mut BTreeMap<u32, BTreeSet<u32>>, backward: &mut BTreeMap<u32, BTreeSet<u32>>) {
    let leads_nowhere = |thing: &u32, onward: &BTreeMap<u32, BTreeSet<u32>>| {
        onward.get(thing).is_none_or(BTreeSet::is_empty)
    };
    let mut ends: Vec<u32> = backward
        .keys()
        .copied()
        .filter(|thing| leads_nowhere(thing, onward))
        .collect();
    while let Some(end) = ends.pop() {
        for before in backward.remove(&end).unwrap_or_default() {
            if let Some(to) = onward.get_mut(&before) {
                to.remove(&end);
            }
            if leads_nowhere(&before, onward) {
                ends.push(before);
            }
        }
        onward.remove(&end);
    }
}
