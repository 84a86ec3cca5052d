//! What leads to what, in one direction: packed arrays, and a small part beside them for what came
//! since. New edges count at once; the part is merged into the arrays when it has grown.

use std::collections::HashMap;

use crate::names::{NONE, at};

/// What one thing is to another, from the first to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Relation {
    /// An assembly contains an item.
    Contains,
    /// An item or platform is called by a mark.
    Called,
    /// An item, platform or unit is made by a party.
    MadeBy,
    /// A line speaks of a mark.
    Says,
    /// A unit, a line or a shipment bears a serial.
    Bears,
    /// A line is of a permit or an application.
    Of,
    /// A shipment draws on a line.
    Draws,
    /// Who exports.
    Exporter,
    /// Who receives.
    Consignee,
    /// Who receives on the way.
    Intermediate,
    /// Who uses.
    EndUser,
    /// Who builds it into something.
    Integrator,
    /// Who arranges.
    Broker,
    /// Where it goes first.
    Destination,
    /// Where it is used.
    FinalDestination,
    /// The country of the end user, where it is stated apart.
    EndUserCountry,
    /// A party resides in a country.
    Resides,
    /// A permit or application names a platform.
    GoesInto,
    /// A permit was issued on an application.
    IssuedOn,
    /// An assurance supports a permit or an application.
    Supports,
    /// An assurance is given by a party.
    GivenBy,
    /// A unit is an item.
    UnitOf,
    /// A unit left under a permit, a line, a shipment.
    LeftUnder,
    /// A unit is built into another.
    FittedIn,
}

/// The roles of parties on papers and shipments.
pub(crate) const ROLES: [Relation; 6] = [
    Relation::Exporter,
    Relation::Consignee,
    Relation::Intermediate,
    Relation::EndUser,
    Relation::Integrator,
    Relation::Broker,
];

/// The roles of those who get the goods: whose mark may stand on them.
pub(crate) const RECEIVING: [Relation; 4] = [
    Relation::Consignee,
    Relation::Intermediate,
    Relation::EndUser,
    Relation::Integrator,
];

/// Where papers and shipments go.
pub(crate) const PLACES: [Relation; 3] = [
    Relation::Destination,
    Relation::FinalDestination,
    Relation::EndUserCountry,
];

/// Bits of the number of a thing in a packed edge; the relation stands above them, so that packed
/// edges sort by relation and then by thing.
const THING_BITS: u32 = 27;

const fn pack(relation: Relation, to: u32) -> u32 {
    ((relation as u32) << THING_BITS) | to
}

const fn target(packed: u32) -> u32 {
    packed & ((1 << THING_BITS) - 1)
}

/// Edges added since the arrays were packed.
const ADDED_MIN: usize = 1_000_000;

/// One edge that was added.
#[derive(Debug, Clone, Copy)]
struct Added {
    from: u32,
    packed: u32,
    /// The one added to the same thing before.
    before: u32,
}

/// What a relation leads to, in order, each once: whether it was packed or came since.
pub(crate) enum Targets<'a> {
    Packed(std::slice::Iter<'a, u32>),
    Merged(std::vec::IntoIter<u32>),
}

impl Iterator for Targets<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Packed(packed) => packed.next().copied().map(target),
            Self::Merged(all) => all.next(),
        }
    }
}

/// Everything that leads on from each thing, in one direction.
#[derive(Debug, Default, Clone)]
pub(crate) struct Edges {
    /// Where the edges of each thing end in `packed`; they begin where those of the one before end.
    pub(crate) ends: Vec<u32>,
    /// Edges, by thing, then by relation, then by what they lead to; each once.
    pub(crate) packed: Vec<u32>,
    added: Vec<Added>,
    /// The last one added to each thing.
    last: HashMap<u32, u32>,
}

impl Edges {
    /// Edges that were packed before.
    pub(crate) fn packed(ends: Vec<u32>, packed: Vec<u32>) -> Self {
        Self {
            ends,
            packed,
            ..Self::default()
        }
    }

    /// Adds an edge. It counts at once.
    pub(crate) fn add(&mut self, from: u32, relation: Relation, to: u32) {
        let Ok(number) = u32::try_from(self.added.len()) else {
            return;
        };
        let before = self.last.insert(from, number).unwrap_or(NONE);
        self.added.push(Added {
            from,
            packed: pack(relation, to),
            before,
        });
    }

    /// How many edges are packed, and how many were added since.
    pub(crate) const fn sizes(&self) -> (usize, usize) {
        (self.packed.len(), self.added.len())
    }

    /// Whether so many were added that they are better packed: a quarter of the whole, so that all
    /// packing together is a small multiple of the last one.
    pub(crate) fn is_due(&self) -> bool {
        self.added.len() >= ADDED_MIN.max(self.packed.len() / 4)
    }

    fn slice(&self, from: u32) -> &[u32] {
        let n = at(from);
        let end = match self.ends.get(n) {
            None => return &[],
            Some(end) => at(*end),
        };
        let begin = match n.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).copied().map_or(0, at),
        };
        self.packed.get(begin..end).unwrap_or_default()
    }

    /// What a relation leads to from a thing, in order, each once.
    pub(crate) fn to(&self, from: u32, relation: Relation) -> Targets<'_> {
        let (first, end) = (pack(relation, 0), pack(relation, target(u32::MAX)));
        let held = self.slice(from);
        let begin = held.partition_point(|packed| *packed < first);
        let held = held.get(begin..).unwrap_or_default();
        let length = held.partition_point(|packed| *packed <= end);
        let held = held.get(..length).unwrap_or_default();
        if self.added.is_empty() || !self.last.contains_key(&from) {
            return Targets::Packed(held.iter());
        }
        let mut all: Vec<u32> = held.iter().copied().map(target).collect();
        let mut next = self.last.get(&from).copied().unwrap_or(NONE);
        while let Some(added) = self.added.get(at(next)) {
            next = added.before;
            if (first..=end).contains(&added.packed) {
                all.push(target(added.packed));
            }
        }
        all.sort_unstable();
        all.dedup();
        Targets::Merged(all.into_iter())
    }

    /// Packs what was added into the arrays, for so many things.
    pub(crate) fn pack_all(&mut self, things: usize) {
        let added = std::mem::take(&mut self.added);
        self.last = HashMap::new();
        let mut counts = vec![0_u32; things];
        let mut begin = 0_u32;
        for (count, end) in counts.iter_mut().zip(&self.ends) {
            *count = end.saturating_sub(begin);
            begin = *end;
        }
        for edge in &added {
            if let Some(count) = counts.get_mut(at(edge.from)) {
                *count = count.saturating_add(1);
            }
        }
        let old = std::mem::take(&mut self.packed);
        let (starts, total) = starts_of(counts);
        let mut packed = vec![0_u32; total];
        let mut next = starts;
        let mut place = |from: usize, edge: u32| {
            if let Some(slot) = next.get_mut(from)
                && let Some(held) = packed.get_mut(at(*slot))
            {
                *held = edge;
                *slot = slot.saturating_add(1);
            }
        };
        let mut begin = 0_usize;
        for (from, end) in self.ends.iter().enumerate() {
            for edge in old.get(begin..at(*end)).unwrap_or_default() {
                place(from, *edge);
            }
            begin = at(*end);
        }
        drop(old);
        for edge in added {
            place(at(edge.from), edge.packed);
        }
        // What was the next free place of each thing is now where its edges end.
        self.ends = next;
        self.packed = packed;
        self.sort();
    }

    /// Sorts the edges of each thing and leaves each once.
    fn sort(&mut self) {
        let (mut begin, mut kept) = (0_usize, 0_usize);
        for end in &mut self.ends {
            let stop = at(*end);
            if let Some(held) = self.packed.get_mut(begin..stop)
                && !held.is_sorted()
            {
                held.sort_unstable();
            }
            let mut before = None;
            for n in begin..stop {
                let edge = self.packed.get(n).copied();
                if edge == before {
                    continue;
                }
                before = edge;
                if let (Some(edge), Some(slot)) = (edge, self.packed.get_mut(kept)) {
                    *slot = edge;
                    kept = kept.saturating_add(1);
                }
            }
            begin = stop;
            // Never more than the end that stood here before.
            *end = u32::try_from(kept).unwrap_or(*end);
        }
        self.packed.truncate(kept);
        self.packed.shrink_to_fit();
    }
}

/// Where the edges of each thing begin, from how many each has; and how many there are in all.
fn starts_of(mut counts: Vec<u32>) -> (Vec<u32>, usize) {
    let mut sum = 0_u32;
    for count in &mut counts {
        let own = *count;
        *count = sum;
        sum = sum.saturating_add(own);
    }
    (counts, at(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(edges: &Edges, from: u32, relation: Relation) -> Vec<u32> {
        let mut found: Vec<u32> = edges.to(from, relation).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn an_edge_counts_before_and_after_it_is_packed() {
        let mut edges = Edges::default();
        edges.add(0, Relation::Says, 5);
        edges.add(0, Relation::Of, 3);
        edges.add(2, Relation::Says, 4);
        edges.add(0, Relation::Says, 1);
        let check = |edges: &Edges| {
            assert_eq!(to(edges, 0, Relation::Says), [1, 5]);
            assert_eq!(to(edges, 0, Relation::Of), [3]);
            assert_eq!(to(edges, 1, Relation::Says), [0; 0]);
            assert_eq!(to(edges, 2, Relation::Says), [4]);
            assert_eq!(to(edges, 9, Relation::Says), [0; 0]);
        };
        check(&edges);
        edges.pack_all(6);
        assert_eq!(edges.sizes(), (4, 0));
        check(&edges);
    }

    #[test]
    fn packing_again_keeps_the_old_adds_the_new_and_leaves_each_once() {
        let mut edges = Edges::default();
        edges.add(1, Relation::FittedIn, 7);
        edges.add(1, Relation::Contains, 7);
        edges.pack_all(8);
        edges.add(1, Relation::FittedIn, 7);
        edges.add(9, Relation::Draws, 1);
        edges.add(1, Relation::FittedIn, 2);
        edges.pack_all(10);
        assert_eq!(edges.sizes(), (4, 0));
        let exact: Vec<u32> = edges.to(1, Relation::FittedIn).collect();
        assert_eq!(exact, [2, 7]);
        edges.add(1, Relation::FittedIn, 5);
        edges.add(1, Relation::FittedIn, 7);
        let merged: Vec<u32> = edges.to(1, Relation::FittedIn).collect();
        assert_eq!(merged, [2, 5, 7]);
        assert_eq!(to(&edges, 1, Relation::Contains), [7]);
        assert_eq!(to(&edges, 9, Relation::Draws), [1]);
    }
}
