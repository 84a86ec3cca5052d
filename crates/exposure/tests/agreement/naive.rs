//! A walk over plain sets of facts: no arrays, no levels, no packing. It keeps, for every place and
//! every grade, the shortest path found so far, and goes on until nothing gets shorter.

use std::collections::{BTreeMap, BTreeSet};

use domain::evidence::LinkConfidence::{self, Category, Inferred, Strong};
use exposure::Thing;

use super::random::{Asked, Plan};

/// How a thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub grade: LinkConfidence,
    pub steps: usize,
}

/// A place: the thing, and whether it was come to as itself, from above or from below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Item(usize, Side),
    Model(usize),
    Serial(usize),
    Unit(usize, Side),
    Line(usize),
    Permit(usize),
    Shipment(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Itself,
    Above,
    Below,
    ByModel,
}

pub struct Facts<'a> {
    plan: &'a Plan,
}

const SERIALS: [&str; 4] = ["10", "12", "1?", "30"];

/// Whether a serial read as `read` may be `held`, sign by sign.
fn may_be(read: &str, held: &str) -> bool {
    let signs = read.chars().zip(held.chars());
    read.len() == held.len()
        && signs
            .into_iter()
            .all(|(r, h)| r == h || r == '?' || h == '?')
}

impl<'a> Facts<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        Self { plan }
    }

    /// Everything that is reached, by the surest and then the shortest path.
    pub fn answer(&self, asked: &Asked) -> BTreeMap<(Thing, String), Found> {
        let mut answer: BTreeMap<(Thing, String), Found> = BTreeMap::new();
        for floor in [Strong, Inferred, Category] {
            let mut lengths: BTreeMap<Place, usize> = BTreeMap::new();
            for (place, grade) in self.beginnings(asked) {
                if grade >= floor {
                    lengths.insert(place, 1);
                }
            }
            loop {
                let mut shorter = Vec::new();
                for (place, steps) in &lengths {
                    for (to, grade) in self.onward(*place, asked) {
                        let is_better = lengths.get(&to).is_none_or(|held| *held > steps + 1);
                        if grade >= floor && is_better {
                            shorter.push((to, steps + 1));
                        }
                    }
                }
                if shorter.is_empty() {
                    break;
                }
                for (to, steps) in shorter {
                    let held = lengths.entry(to).or_insert(steps);
                    *held = steps.min(*held);
                }
            }
            for (place, steps) in lengths {
                let named = match place {
                    Place::Line(n) => (Thing::PermitLine, format!("P-{n}#1")),
                    Place::Permit(n) => (Thing::Permit, format!("P-{n}")),
                    Place::Shipment(n) => (Thing::Shipment, format!("S-{n}")),
                    _ => continue,
                };
                answer.entry(named).or_insert(Found {
                    grade: floor,
                    steps,
                });
            }
        }
        answer
    }

    fn beginnings(&self, asked: &Asked) -> Vec<(Place, LinkConfidence)> {
        let mut found = Vec::new();
        if let Some(item) = asked.item {
            found.push((Place::Item(item, Side::Itself), Strong));
        }
        let Some(read) = asked.serial else {
            return found;
        };
        let borne: BTreeSet<usize> = self.plan.units.iter().map(|unit| unit.0).collect();
        for serial in borne {
            if read.contains('?') {
                if may_be(read, SERIALS[serial]) {
                    found.push((Place::Serial(serial), Category));
                }
            } else if SERIALS[serial] == read {
                found.push((Place::Serial(serial), Strong));
            }
        }
        found
    }

    /// Whether the maker that was asked, or that of the item asked, made a unit.
    fn is_made_by_asked(&self, unit: usize, asked: &Asked) -> bool {
        // Every item of these webs has one maker; a unit without an item has none.
        self.plan.units[unit].1.is_some() && (asked.has_maker || asked.item.is_some())
    }

    /// How a permit stands to the circumstances: none where one does not hold.
    fn fit(&self, permit: usize, asked: &Asked) -> Option<LinkConfidence> {
        let (_, consignee, from, to) = self.plan.permits[permit];
        if let Some((first, last)) = asked.months
            && (from > last || to < first)
        {
            return None;
        }
        if asked
            .party
            .is_some_and(|party| party != consignee || !self.is_known(party))
        {
            return None;
        }
        let both = asked.months.is_some() && asked.party.is_some();
        Some(if both { Inferred } else { Category })
    }

    fn is_known(&self, party: usize) -> bool {
        self.plan.permits.iter().any(|permit| permit.1 == party)
    }

    fn onward(&self, place: Place, asked: &Asked) -> Vec<(Place, LinkConfidence)> {
        let plan = self.plan;
        let mut to = Vec::new();
        match place {
            Place::Item(item, side) => {
                for (assembly, component) in &plan.parts {
                    if *component == item && side != Side::Below {
                        to.push((Place::Item(*assembly, Side::Above), Category));
                    }
                    if *assembly == item && side != Side::Above {
                        to.push((Place::Item(*component, Side::Below), Category));
                    }
                }
                to.push((Place::Model(item), Strong));
                for (unit, held) in plan.units.iter().enumerate() {
                    if held.1 == Some(item) {
                        to.push((Place::Unit(unit, Side::ByModel), Category));
                    }
                }
            }
            Place::Model(item) => {
                for (permit, held) in plan.permits.iter().enumerate() {
                    if held.0 == item
                        && let Some(grade) = self.fit(permit, asked)
                    {
                        to.push((Place::Line(permit), grade));
                    }
                }
            }
            Place::Serial(serial) => {
                let is_whole = asked.serial.is_some_and(|read| !read.contains('?'));
                for (unit, held) in plan.units.iter().enumerate() {
                    if held.0 == serial {
                        let is_exact = is_whole && self.is_made_by_asked(unit, asked);
                        let grade = if is_exact { Strong } else { Category };
                        to.push((Place::Unit(unit, Side::Itself), grade));
                    }
                }
            }
            Place::Unit(unit, side) => self.onward_unit(unit, side, &mut to),
            Place::Line(permit) => {
                to.push((Place::Permit(permit), Strong));
                for (shipment, of) in plan.shipments.iter().enumerate() {
                    if *of == permit
                        && let Some(grade) = self.shipped(permit, asked)
                    {
                        to.push((Place::Shipment(shipment), grade));
                    }
                }
            }
            Place::Permit(_) | Place::Shipment(_) => {}
        }
        to
    }

    /// Every shipment of these webs was declared on 1 June 2020, to a consignee that need not be the
    /// one of the permit.
    fn shipped(&self, permit: usize, asked: &Asked) -> Option<LinkConfidence> {
        let Some((first, last)) = asked.months else {
            return Some(Category);
        };
        if !(first..=last).contains(&6) {
            return None;
        }
        Some(self.fit(permit, asked).unwrap_or(Category))
    }

    fn onward_unit(&self, unit: usize, side: Side, to: &mut Vec<(Place, LinkConfidence)>) {
        let (_, item, left) = self.plan.units[unit];
        to.extend(left.map(|permit| (Place::Line(permit), Strong)));
        if side == Side::ByModel {
            return;
        }
        let known = self.plan.units.len();
        for (part, parent) in &self.plan.fittings {
            if *part >= known || *parent >= known {
                continue;
            }
            if *part == unit && side != Side::Below {
                to.push((Place::Unit(*parent, Side::Above), Strong));
            }
            if *parent == unit && side != Side::Above {
                to.push((Place::Unit(*part, Side::Below), Strong));
            }
        }
        to.extend(item.map(|item| (Place::Item(item, side), Strong)));
    }
}
