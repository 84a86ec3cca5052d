//! The other way: from a permit or a serial to where the thing may be now.
//!
//! Where a shipment went and what a unit is built into is recorded, and sure. What a permit allows,
//! and what its goods are parts of, only says where they may be.

use domain::evidence::LinkConfidence::{Category, Strong};

use super::{Rules, Taker, go, graded, phase};
use crate::edges::{PLACES, RECEIVING, Relation};
use crate::names::Thing;
use crate::step::Step;

impl Rules<'_> {
    /// Where a walk to the whereabouts of a thing goes on.
    pub(crate) fn onward(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        match self.web.names.kind(thing) {
            Some(Thing::Permit | Thing::Application) => self.onward_paper(thing, taker),
            Some(Thing::PermitLine | Thing::ApplicationLine) => self.onward_line(thing, taker),
            Some(Thing::Shipment) => self.onward_shipment(thing, taker),
            Some(Thing::Serial) => self.leave_serial(thing, phase, taker),
            Some(Thing::Unit) => self.onward_unit(thing, taker),
            Some(Thing::Item | Thing::Platform) => self.onward_product(thing, taker),
            Some(Thing::Mark) => self.onward_mark(thing, taker),
            Some(Thing::Assurance) => {
                for paper in self.web.out.to(thing, Relation::Supports) {
                    go(taker, paper, phase::SEED, Step::Supports);
                }
            }
            Some(Thing::Party) => {
                for country in self.web.out.to(thing, Relation::Resides) {
                    go(taker, country, phase::PART, Step::Resides);
                }
            }
            Some(Thing::Country) | None => {}
        }
    }

    fn onward_paper(&self, thing: u32, taker: &mut impl Taker) {
        let web = self.web;
        for line in web.back.to(thing, Relation::Of) {
            go(taker, line, phase::SEED, Step::HasLine);
        }
        for unit in web.back.to(thing, Relation::LeftUnder) {
            go(taker, unit, phase::SEED, Step::Took);
        }
        for role in RECEIVING {
            for party in web.out.to(thing, role) {
                go(taker, party, phase::PART, Step::of_role(role));
            }
        }
        for place in PLACES {
            for country in web.out.to(thing, place) {
                go(taker, country, phase::PART, Step::GoesTo);
            }
        }
        for platform in web.out.to(thing, Relation::GoesInto) {
            go(taker, platform, phase::UP, Step::GoesInto);
        }
        for permit in web.back.to(thing, Relation::IssuedOn) {
            go(taker, permit, phase::SEED, Step::Became);
        }
    }

    fn onward_line(&self, thing: u32, taker: &mut impl Taker) {
        let web = self.web;
        for shipment in web.back.to(thing, Relation::Draws) {
            graded(taker, shipment, phase::SEED, Step::DrawnBy, Strong);
        }
        for unit in web.back.to(thing, Relation::LeftUnder) {
            go(taker, unit, phase::SEED, Step::Took);
        }
        for mark in web.out.to(thing, Relation::Says) {
            go(taker, mark, phase::LINES, Step::Marked);
        }
    }

    /// Whom and where a shipment was declared to: as it says, or as its permit leaves no choice.
    fn onward_shipment(&self, thing: u32, taker: &mut impl Taker) {
        let web = self.web;
        let lines = || web.out.to(thing, Relation::Draws);
        let papers = || lines().flat_map(|line| web.out.to(line, Relation::Of));
        for role in RECEIVING {
            let mut own: Vec<u32> = web.out.to(thing, role).collect();
            if own.is_empty() && role != Relation::Intermediate {
                own = papers().flat_map(|paper| web.out.to(paper, role)).collect();
                own.sort_unstable();
                own.dedup();
            }
            // Of several whom the permit allows, the shipment does not say which.
            let grade = if own.len() == 1 || web.out.to(thing, role).next().is_some() {
                Strong
            } else {
                Category
            };
            for party in own {
                graded(taker, party, phase::PART, Step::of_role(role), grade);
            }
        }
        for place in PLACES {
            let mut own: Vec<u32> = web.out.to(thing, place).collect();
            if own.is_empty() {
                own = papers()
                    .flat_map(|paper| web.out.to(paper, place))
                    .collect();
                own.sort_unstable();
                own.dedup();
            }
            let grade = if own.len() == 1 { Strong } else { Category };
            for country in own {
                graded(taker, country, phase::PART, Step::GoesTo, grade);
            }
        }
        for unit in web.back.to(thing, Relation::LeftUnder) {
            go(taker, unit, phase::SEED, Step::Took);
        }
    }

    fn onward_unit(&self, thing: u32, taker: &mut impl Taker) {
        let web = self.web;
        for parent in web.out.to(thing, Relation::FittedIn) {
            go(taker, parent, phase::UP, Step::BuiltInto);
        }
        for under in web.out.to(thing, Relation::LeftUnder) {
            if web.is(under, Thing::Shipment) {
                go(taker, under, phase::SEED, Step::LeftUnder);
            } else {
                // Where the permit lets it go; its other goods are not this unit.
                self.onward_places(under, taker);
            }
        }
        for item in web.out.to(thing, Relation::UnitOf) {
            go(taker, item, phase::SEED, Step::UnitOf);
        }
    }

    /// Who gets the goods of a permit, or of the permit of a line, and where they go.
    fn onward_places(&self, under: u32, taker: &mut impl Taker) {
        let web = self.web;
        let paper = web.out.to(under, Relation::Of).next().unwrap_or(under);
        for role in RECEIVING {
            for party in web.out.to(paper, role) {
                go(taker, party, phase::PART, Step::of_role(role));
            }
        }
        for place in PLACES {
            for country in web.out.to(paper, place) {
                go(taker, country, phase::PART, Step::GoesTo);
            }
        }
    }

    fn onward_product(&self, thing: u32, taker: &mut impl Taker) {
        let web = self.web;
        for assembly in web.back.to(thing, Relation::Contains) {
            if self.circumstances.is_built_so(web, assembly, thing) {
                go(taker, assembly, phase::UP, Step::PartOf);
            }
        }
        if web.is(thing, Thing::Platform) {
            for builder in web.out.to(thing, Relation::MadeBy) {
                go(taker, builder, phase::PART, Step::Builds);
            }
        }
    }

    fn onward_mark(&self, thing: u32, taker: &mut impl Taker) {
        for product in self.web.back.to(thing, Relation::Called) {
            go(taker, product, phase::SEED, Step::MarkOf);
        }
    }
}
