//! The web itself: things, what leads to what in both directions, and their days.

use std::collections::BTreeMap;

use domain::time::{Day, Period, Position};

use crate::edges::{Edges, Relation};
use crate::names::{Names, Thing, at};

/// Before every day.
pub(crate) const EVER: i32 = i32::MIN;
/// After every day.
pub(crate) const FOREVER: i32 = i32::MAX;

/// The web has no room for another thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the web is full: event {at} speaks of more things than it has room for")]
pub struct TooLarge {
    /// The event.
    pub at: Position,
}

/// How large a web is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Size {
    /// Things in it.
    pub things: usize,
    /// What leads from one to another, packed.
    pub packed: usize,
    /// The same, added since the last packing.
    pub added: usize,
}

/// When one thing is said to be in another, half-open, by the pair of them.
pub(crate) type Spells = BTreeMap<(u32, u32), Vec<(i32, i32)>>;

/// The days of a stretch as numbers, half-open.
pub(crate) fn days(period: Period) -> (i32, i32) {
    let until = period.until.map_or(FOREVER, Day::days_since_1970);
    (period.from.days_since_1970(), until)
}

/// The web of what left, under which permit, into what, to whom.
#[derive(Debug, Default, Clone)]
pub struct Web {
    pub(crate) names: Names,
    /// First day of each thing: of validity, of receipt, of exit.
    pub(crate) from: Vec<i32>,
    /// Last day of each thing, still in.
    pub(crate) until: Vec<i32>,
    /// From the first to the second.
    pub(crate) out: Edges,
    /// From the second to the first.
    pub(crate) back: Edges,
    /// When each assembly is said to have each part.
    pub(crate) parts: Spells,
    /// When each unit is said to be in each other.
    pub(crate) fittings: Spells,
    /// One bit for each thing: whether it rests on an assurance, or was issued on an application. Most
    /// permits do neither, and a walk need not look.
    pub(crate) rests: Vec<u64>,
    pub(crate) position: Position,
}

impl Web {
    /// A web without anything in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The last event that it has taken in.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Notes that everything up to a position was seen, whatever of it was to be learned.
    pub fn has_seen(&mut self, position: Position) {
        self.position = self.position.max(position);
    }

    /// The kind and the name of what was reached.
    #[must_use]
    pub fn named(&self, hit: &crate::walk::Hit) -> Option<(Thing, &str)> {
        self.told(hit.thing)
    }

    /// How large it is.
    #[must_use]
    pub const fn size(&self) -> Size {
        let (packed, added) = self.out.sizes();
        Size {
            things: self.names.len(),
            packed,
            added,
        }
    }

    /// Packs what was added into the arrays. Nothing else changes: a question has the same answer
    /// before and after.
    pub fn pack(&mut self) {
        let things = self.names.len();
        self.out.pack_all(things);
        self.back.pack_all(things);
    }

    pub(crate) fn pack_when_due(&mut self) {
        if self.out.is_due() {
            self.pack();
        }
    }

    /// The number of a thing, which now stands in the web.
    pub(crate) fn put(&mut self, kind: Thing, name: &str) -> Option<u32> {
        let number = self.names.put(kind, name)?;
        if at(number) >= self.from.len() {
            self.from.push(EVER);
            self.until.push(FOREVER);
        }
        Some(number)
    }

    /// Adds an edge, in both directions.
    pub(crate) fn add(&mut self, from: u32, relation: Relation, to: u32) {
        match relation {
            Relation::Supports => self.note_rest(to),
            Relation::IssuedOn => {
                self.note_rest(from);
                self.note_rest(to);
            }
            _ => {}
        }
        self.out.add(from, relation, to);
        self.back.add(to, relation, from);
    }

    fn note_rest(&mut self, thing: u32) {
        let word = at(thing) / 64;
        if word >= self.rests.len() {
            self.rests.resize(word.saturating_add(1), 0);
        }
        if let Some(bits) = self.rests.get_mut(word) {
            *bits |= 1 << (thing % 64);
        }
    }

    /// Whether a paper may rest on an assurance, or be issued on an application or become a permit.
    pub(crate) fn may_rest(&self, paper: u32) -> bool {
        let bits = self.rests.get(at(paper) / 64).copied().unwrap_or(0);
        bits >> (paper % 64) & 1 == 1
    }

    /// Notes again what was noted, from the edges.
    pub(crate) fn note_rests(&mut self) {
        for thing in 0..u32::try_from(self.names.len()).unwrap_or(0) {
            let is_assurance = self.is(thing, Thing::Assurance);
            let is_permit = self.is(thing, Thing::Permit);
            if is_assurance {
                let supported: Vec<u32> = self.out.to(thing, Relation::Supports).collect();
                for paper in supported {
                    self.note_rest(paper);
                }
            } else if is_permit {
                let issued_on: Vec<u32> = self.out.to(thing, Relation::IssuedOn).collect();
                for application in issued_on {
                    self.note_rest(thing);
                    self.note_rest(application);
                }
            }
        }
    }

    /// Widens the days of a thing.
    pub(crate) fn widen(&mut self, thing: u32, from: i32, until: i32) {
        let n = at(thing);
        if let (Some(first), Some(last)) = (self.from.get_mut(n), self.until.get_mut(n)) {
            let is_new = *first == EVER;
            *first = if is_new { from } else { from.min(*first) };
            *last = if is_new { until } else { until.max(*last) };
        }
    }

    /// The days of a thing, both in; none while nobody gave any.
    pub(crate) fn days_of(&self, thing: u32) -> Option<(i32, i32)> {
        let from = *self.from.get(at(thing))?;
        let until = *self.until.get(at(thing))?;
        (from != EVER).then_some((from, until))
    }

    /// The name and kind of a thing.
    pub(crate) fn told(&self, thing: u32) -> Option<(Thing, &str)> {
        Some((self.names.kind(thing)?, self.names.name(thing)))
    }

    pub(crate) fn is(&self, thing: u32, kind: Thing) -> bool {
        self.names.kind(thing) == Some(kind)
    }
}
