//! Where a walk may go on from each thing, and how sure each step is.
//!
//! A thing that was seen contains its parts, and may itself have left inside something: so a walk
//! goes down to parts, or up to assemblies, and never down after up. What goes beside it into the
//! same platform was not seen, and is not reached.

mod onward;

use domain::evidence::LinkConfidence::{self, Category, Inferred, Strong};

use crate::edges::{PLACES, RECEIVING, ROLES, Relation};
use crate::names::Thing;
use crate::seeds::{Circumstances, Fit};
use crate::step::Step;
use crate::web::Web;

/// How a thing was come to, which says where the walk may go on.
pub(crate) mod phase {
    /// It is where the walk begins, or stands for it: everything is open.
    pub(crate) const SEED: u8 = 0;
    /// An assembly: only up. A paper, line, shipment or assurance: not back to what it is part of.
    pub(crate) const UP: u8 = 1;
    /// See [`UP`].
    pub(crate) const PART: u8 = 1;
    /// A serial read in part.
    pub(crate) const PARTIAL: u8 = 1;
    /// A party, as builder of what it integrates.
    pub(crate) const INTEGRATOR: u8 = 1;
    /// A component: only down.
    pub(crate) const DOWN: u8 = 2;
    /// A party, as resident of a country.
    pub(crate) const RESIDENT: u8 = 2;
    /// A permit under which something left on a line that is not known.
    pub(crate) const UNSURE: u8 = 2;
    /// A unit of a model: only to what it left under.
    pub(crate) const OF_MODEL: u8 = 3;
    /// A mark of an item: only to lines that speak of it.
    pub(crate) const LINES: u8 = 3;
}

/// One step that may be taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move {
    pub(crate) to: u32,
    pub(crate) phase: u8,
    pub(crate) step: Step,
    pub(crate) grade: LinkConfidence,
}

/// What a step is taken with.
pub(crate) struct Rules<'a> {
    pub(crate) web: &'a Web,
    pub(crate) circumstances: &'a Circumstances,
}

/// Takes the steps that may be taken, and what circumstances set aside.
pub(crate) trait Taker {
    /// A step that may be taken.
    fn take(&mut self, step: Move);
    /// A paper or shipment that circumstances set aside.
    fn set_aside(&mut self, thing: u32);
}

fn go(taker: &mut impl Taker, to: u32, phase: u8, step: Step) {
    graded(taker, to, phase, step, step.grade());
}

fn graded(taker: &mut impl Taker, to: u32, phase: u8, step: Step, grade: LinkConfidence) {
    taker.take(Move {
        to,
        phase,
        step,
        grade,
    });
}

impl Rules<'_> {
    /// Where a walk to everything that is reached goes on.
    pub(crate) fn reach(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        match self.web.names.kind(thing) {
            Some(Thing::Item | Thing::Platform) => self.leave_product(thing, phase, taker),
            Some(Thing::Mark) => self.leave_mark(thing, phase, taker),
            Some(Thing::Serial) => self.leave_serial(thing, phase, taker),
            Some(Thing::Unit) => self.leave_unit(thing, phase, taker),
            Some(Thing::Party) => self.leave_party(thing, phase, taker),
            Some(Thing::Country) => self.leave_country(thing, taker),
            Some(Thing::Permit | Thing::Application) => self.leave_paper(thing, phase, taker),
            Some(Thing::PermitLine | Thing::ApplicationLine) => {
                self.leave_line(thing, phase, taker)
            }
            Some(Thing::Shipment) if phase == phase::SEED => self.leave_shipment(thing, taker),
            Some(Thing::Assurance) if phase == phase::SEED => self.leave_assurance(thing, taker),
            Some(Thing::Shipment | Thing::Assurance) | None => {}
        }
    }

    fn leave_product(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        let web = self.web;
        if phase != phase::DOWN {
            for assembly in web.back.to(thing, Relation::Contains) {
                if self.circumstances.is_built_so(web, assembly, thing) {
                    go(taker, assembly, phase::UP, Step::PartOf);
                }
            }
        }
        if phase != phase::UP {
            for component in web.out.to(thing, Relation::Contains) {
                if self.circumstances.is_built_so(web, thing, component) {
                    go(taker, component, phase::DOWN, Step::Contains);
                }
            }
        }
        for mark in web.out.to(thing, Relation::Called) {
            go(taker, mark, phase::LINES, Step::Marked);
        }
        for unit in web.back.to(thing, Relation::UnitOf) {
            go(taker, unit, phase::OF_MODEL, Step::HasUnit);
        }
        if phase == phase::SEED {
            // What goes into the platform itself; for a part of it that would be its neighbours.
            for paper in web.back.to(thing, Relation::GoesInto) {
                self.to_paper(paper, Step::GoesInto, true, taker);
            }
        }
    }

    fn leave_mark(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        if phase == phase::SEED {
            for product in self.web.back.to(thing, Relation::Called) {
                go(taker, product, phase::SEED, Step::MarkOf);
            }
        }
        for line in self.web.back.to(thing, Relation::Says) {
            let Some(paper) = self.web.out.to(line, Relation::Of).next() else {
                continue;
            };
            match self.circumstances.fit(self.web, paper, true) {
                Fit::No => taker.set_aside(line),
                fit => graded(taker, line, phase::SEED, Step::NamedBy, by_model(fit)),
            }
        }
    }

    fn leave_serial(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        for bearer in self.web.back.to(thing, Relation::Bears) {
            let is_exact =
                phase == phase::SEED && self.circumstances.is_made_by_asked(self.web, bearer);
            let grade = if is_exact { Strong } else { Category };
            graded(taker, bearer, phase::SEED, Step::BorneBy, grade);
        }
    }

    fn leave_unit(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        let web = self.web;
        let left = || web.out.to(thing, Relation::LeftUnder);
        let is_shipment = |under: u32| web.is(under, Thing::Shipment);
        let has_shipment = left().any(is_shipment);
        let has_line = left().any(|under| web.is(under, Thing::PermitLine));
        for under in left() {
            // What is known does not lead on to its neighbours.
            let phase = match web.names.kind(under) {
                Some(Thing::Shipment) if has_line => phase::PART,
                Some(Thing::PermitLine) if has_shipment => phase::PART,
                Some(Thing::Permit) if has_shipment => phase::PART,
                Some(Thing::Permit) => phase::UNSURE,
                _ => phase::SEED,
            };
            go(taker, under, phase, Step::LeftUnder);
        }
        if phase == phase::OF_MODEL {
            return;
        }
        if phase != phase::DOWN {
            for parent in web.out.to(thing, Relation::FittedIn) {
                go(taker, parent, phase::UP, Step::BuiltInto);
            }
        }
        if phase != phase::UP {
            for part in web.back.to(thing, Relation::FittedIn) {
                go(taker, part, phase::DOWN, Step::Holds);
            }
        }
        for item in web.out.to(thing, Relation::UnitOf) {
            go(taker, item, phase, Step::UnitOf);
        }
    }

    fn leave_party(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        let roles: &[Relation] = match phase {
            phase::INTEGRATOR => &[Relation::Integrator],
            phase::RESIDENT => &RECEIVING,
            _ => &ROLES,
        };
        for role in roles {
            for paper in self.web.back.to(thing, *role) {
                self.to_paper(paper, Step::of_role(*role), false, taker);
            }
        }
        if phase == phase::SEED {
            for assurance in self.web.back.to(thing, Relation::GivenBy) {
                go(taker, assurance, phase::SEED, Step::Gave);
            }
        }
        if phase == phase::INTEGRATOR {
            for built in self.web.back.to(thing, Relation::MadeBy) {
                if self.web.is(built, Thing::Platform) {
                    go(taker, built, phase::SEED, Step::Builds);
                }
            }
        }
    }

    fn leave_country(&self, thing: u32, taker: &mut impl Taker) {
        for place in PLACES {
            for paper in self.web.back.to(thing, place) {
                self.to_paper(paper, Step::GoesTo, false, taker);
            }
        }
        for party in self.web.back.to(thing, Relation::Resides) {
            go(taker, party, phase::RESIDENT, Step::Resides);
        }
    }

    /// To a paper or a shipment that names a circumstance.
    fn to_paper(&self, paper: u32, step: Step, is_by_model: bool, taker: &mut impl Taker) {
        if self.web.is(paper, Thing::Shipment) {
            let days = self.web.days_of(paper);
            match days {
                Some(days) if !self.circumstances.window.touches(days) => taker.set_aside(paper),
                _ => go(taker, paper, phase::SEED, step),
            }
            return;
        }
        match self.circumstances.fit(self.web, paper, is_by_model) {
            Fit::No => taker.set_aside(paper),
            Fit::Yes { .. } => go(taker, paper, phase::SEED, step),
        }
    }

    fn leave_paper(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        let web = self.web;
        if phase != phase::PART {
            let is_sure = phase == phase::SEED;
            let grade = if is_sure { Strong } else { Category };
            for line in web.back.to(thing, Relation::Of) {
                graded(taker, line, phase::SEED, Step::HasLine, grade);
            }
        }
        if !web.may_rest(thing) {
            return;
        }
        for assurance in web.back.to(thing, Relation::Supports) {
            go(taker, assurance, phase::PART, Step::RestsOn);
        }
        for application in web.out.to(thing, Relation::IssuedOn) {
            go(taker, application, phase::PART, Step::IssuedOn);
        }
        if phase == phase::SEED {
            for permit in web.back.to(thing, Relation::IssuedOn) {
                go(taker, permit, phase::SEED, Step::Became);
            }
        }
    }

    fn leave_line(&self, thing: u32, phase: u8, taker: &mut impl Taker) {
        let paper = self.web.out.to(thing, Relation::Of).next();
        if let Some(paper) = paper {
            go(taker, paper, phase::PART, Step::LineOf);
        }
        if phase == phase::PART {
            return;
        }
        let window = self.circumstances.window;
        let mut fit = None;
        for shipment in self.web.back.to(thing, Relation::Draws) {
            // Without days in the question nobody looks at those of millions of shipments.
            let days = if window.is_open() {
                None
            } else {
                self.web.days_of(shipment)
            };
            let grade = match days {
                None => Category,
                Some(days) if !window.touches(days) => {
                    taker.set_aside(shipment);
                    continue;
                }
                Some(_) => by_model(*fit.get_or_insert_with(|| {
                    paper.map_or(Fit::No, |paper| {
                        self.circumstances.fit(self.web, paper, true)
                    })
                })),
            };
            graded(taker, shipment, phase::PART, Step::DrawnBy, grade);
        }
    }

    fn leave_shipment(&self, thing: u32, taker: &mut impl Taker) {
        let mut lines: Vec<u32> = self.web.out.to(thing, Relation::Draws).collect();
        lines.sort_unstable();
        lines.dedup();
        // Of several lines it is not known which one the thing left on.
        let grade = if lines.len() == 1 { Strong } else { Category };
        for line in lines {
            graded(taker, line, phase::PART, Step::Draws, grade);
        }
    }

    fn leave_assurance(&self, thing: u32, taker: &mut impl Taker) {
        for paper in self.web.out.to(thing, Relation::Supports) {
            let fit = self.circumstances.fit(self.web, paper, true);
            match fit {
                Fit::No => taker.set_aside(paper),
                Fit::Yes { .. } => go(taker, paper, phase::SEED, Step::Supports),
            }
        }
    }
}

/// Model, days and the mark of somebody who gets the goods make an inference; model only is a
/// category.
const fn by_model(fit: Fit) -> LinkConfidence {
    match fit {
        Fit::Yes {
            is_dated: true,
            is_marked: true,
        } => Inferred,
        _ => Category,
    }
}
