//! The walk: from where a question begins to everything that it reaches, each by one best path.
//!
//! The best path is the surest, then the shortest, then the first that is found: edges are followed
//! in the order of the web, so it does not matter when the web was packed. A path is
//! as sure as its least sure step. So the web is walked once for each grade, level by level, over
//! the steps that are at least so sure: what the first of these walks reaches first is best.

mod seen;

use domain::evidence::LinkConfidence;
use serde::{Deserialize, Serialize};

use crate::names::{Thing, at};
use crate::question::{Direction, Question};
use crate::rules::{Move, Rules, Taker, phase};
use crate::seeds::{Circumstances, Seed, seeds};
use crate::step::Step;
use crate::web::Web;

use seen::Seen;

/// Most steps of one path. Compositions met have six levels; with units, papers and shipments a path
/// has a dozen steps. What lies further is not shown, and the answer says so.
pub const DEPTH_MAX: usize = 64;

/// Most places that one walk goes to: every permit of the largest register planned. What lies
/// further is not shown, and the answer says so.
pub const VISITS_MAX: usize = 2_000_000;

/// The grades, the surest first.
const GRADES: [LinkConfidence; 3] = [
    LinkConfidence::Strong,
    LinkConfidence::Inferred,
    LinkConfidence::Category,
];

/// A limit that a walk came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// Paths had more steps than [`DEPTH_MAX`].
    Depth,
    /// There were more places to go to than [`VISITS_MAX`].
    Visits,
}

/// One thing that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its number in the web.
    pub(crate) thing: u32,
    /// How sure the path is: as its least sure step.
    pub grade: LinkConfidence,
    /// Which of the walks reached it, and the visit that did.
    walk: u8,
    visit: u32,
    /// How many things stand on the path, its beginning counted in.
    pub steps: u16,
}

/// One thing on a path, and the step that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) thing: u32,
    pub(crate) step: Step,
    pub(crate) grade: LinkConfidence,
}

/// What a walk reached, in the numbers of the web.
#[derive(Debug, Clone, Default)]
pub struct Walked {
    /// Everything reached, each thing once: by grade, then by length of path, then in the order in
    /// which the walk came to it.
    pub hits: Vec<Hit>,
    /// Where each of the walks went, the surest first: every path stands in them, from its end.
    walks: Vec<Vec<Visit>>,
    /// Where the walk began.
    pub(crate) seeds: Vec<Seed>,
    /// Papers and shipments that would be reached by model, and do not fit the circumstances.
    pub set_aside: usize,
    /// Limits that the walk came to.
    pub cuts: Vec<Cut>,
    /// Items, platforms and units on the way.
    pub(crate) passed: Vec<u32>,
}

impl Walked {
    /// The path of a hit, from where the walk began.
    pub(crate) fn path(&self, hit: &Hit) -> Vec<Hop> {
        let visits = self.walks.get(usize::from(hit.walk));
        let visits = visits.map(Vec::as_slice).unwrap_or_default();
        let mut path = Vec::with_capacity(usize::from(hit.steps));
        let mut here = visits.get(at(hit.visit));
        while let Some(visit) = here {
            path.push(Hop {
                thing: thing_of(visit.place),
                step: visit.step,
                grade: visit.grade,
            });
            here = visits.get(at(visit.before)).filter(|_| visit.steps > 1);
        }
        path.reverse();
        path
    }

    /// The seed of a path, by its first hop.
    pub(crate) fn seed_of(&self, hop: &Hop) -> Option<&Seed> {
        self.seeds
            .iter()
            .find(|seed| seed.thing == hop.thing && seed.step == hop.step)
    }
}

/// One place that was gone to.
#[derive(Debug, Clone, Copy)]
struct Visit {
    place: u32,
    /// The visit before, by its number; itself where the walk began.
    before: u32,
    steps: u16,
    step: Step,
    grade: LinkConfidence,
}

/// Bits of a place that hold the thing; the phase stands above.
const THING_BITS: u32 = 27;

const fn place_of(thing: u32, phase: u8) -> u32 {
    ((phase as u32) << THING_BITS) | thing
}

const fn thing_of(place: u32) -> u32 {
    place & ((1 << THING_BITS) - 1)
}

const fn phase_of(place: u32) -> u8 {
    (place >> THING_BITS) as u8
}

/// The walk of one grade.
struct Spread {
    floor: LinkConfidence,
    visits: Vec<Visit>,
    seen: Seen,
    next: Vec<Visit>,
    here: u32,
    steps: u16,
    aside: Seen,
}

impl Taker for Spread {
    fn take(&mut self, step: Move) {
        if step.grade < self.floor {
            return;
        }
        let place = place_of(step.to, step.phase);
        if self.seen.insert(place) {
            self.next.push(Visit {
                place,
                before: self.here,
                steps: self.steps,
                step: step.step,
                grade: step.grade,
            });
        }
    }

    fn set_aside(&mut self, thing: u32) {
        if self.floor == LinkConfidence::Category {
            self.aside.insert(thing);
        }
    }
}

impl Web {
    /// Walks from where a question begins to everything that it reaches.
    #[must_use]
    pub fn walk(&self, question: &Question) -> Walked {
        let circumstances = Circumstances::of(self, question);
        let rules = Rules {
            web: self,
            circumstances: &circumstances,
        };
        let mut walked = Walked {
            seeds: seeds(self, question),
            ..Walked::default()
        };
        let mut reached = Seen::default();
        for floor in GRADES {
            let spread = spread(&rules, question.direction, floor, &mut walked);
            self.collect(question.direction, &spread, &mut reached, &mut walked);
            walked.walks.push(spread.visits);
        }
        walked.cuts.sort_unstable();
        walked.cuts.dedup();
        walked
    }

    /// Takes out of the walk of one grade what no surer one reached.
    fn collect(
        &self,
        direction: Direction,
        spread: &Spread,
        reached: &mut Seen,
        walked: &mut Walked,
    ) {
        if spread.floor == LinkConfidence::Category {
            walked.set_aside = spread
                .aside
                .held()
                .filter(|thing| !reached.contains(*thing))
                .count();
        }
        let walk = u8::try_from(walked.walks.len()).unwrap_or(u8::MAX);
        for (visit, n) in spread.visits.iter().zip(0_u32..) {
            let thing = thing_of(visit.place);
            // Most steps say already what they lead to: millions of kinds are not looked up.
            let is_paper = direction == Direction::Reach && visit.step.leads_to_paper();
            if !is_paper {
                let Some(kind) = self.names.kind(thing) else {
                    continue;
                };
                if matches!(kind, Thing::Item | Thing::Platform | Thing::Unit) {
                    walked.passed.push(thing);
                }
                if !is_hit(direction, kind, visit) {
                    continue;
                }
            }
            if !reached.insert(thing) {
                continue;
            }
            walked.hits.push(Hit {
                thing,
                grade: spread.floor,
                walk,
                visit: n,
                steps: visit.steps,
            });
        }
    }
}

/// Whether what was gone to is an answer.
const fn is_hit(direction: Direction, kind: Thing, visit: &Visit) -> bool {
    match direction {
        Direction::Reach => matches!(
            kind,
            Thing::Permit
                | Thing::PermitLine
                | Thing::Application
                | Thing::ApplicationLine
                | Thing::Assurance
                | Thing::Shipment
        ),
        // The thing itself, and what it is a kind of, are no places.
        Direction::Whereabouts => {
            visit.steps > 1
                && match kind {
                    Thing::Party | Thing::Country | Thing::Shipment => true,
                    Thing::Unit | Thing::Item | Thing::Platform => {
                        phase_of(visit.place) == phase::UP
                    }
                    _ => false,
                }
        }
    }
}

/// Walks over the steps that are at least so sure, level by level.
fn spread(
    rules: &Rules<'_>,
    direction: Direction,
    floor: LinkConfidence,
    walked: &mut Walked,
) -> Spread {
    let mut spread = Spread {
        floor,
        visits: Vec::new(),
        seen: Seen::default(),
        next: Vec::new(),
        here: 0,
        steps: 1,
        aside: Seen::default(),
    };
    for seed in &walked.seeds {
        spread.take(Move {
            to: seed.thing,
            phase: seed.phase,
            step: seed.step,
            grade: seed.grade,
        });
    }
    let mut begin = 0;
    while !spread.next.is_empty() {
        if usize::from(spread.steps) > DEPTH_MAX {
            walked.cuts.push(Cut::Depth);
            break;
        }
        let mut level = std::mem::take(&mut spread.next);
        let room = VISITS_MAX.saturating_sub(spread.visits.len());
        if level.len() > room {
            walked.cuts.push(Cut::Visits);
            level.truncate(room);
        }
        spread.visits.append(&mut level);
        spread.steps = spread.steps.saturating_add(1);
        let end = spread.visits.len();
        for n in begin..end {
            let Some(visit) = spread.visits.get(n).copied() else {
                break;
            };
            spread.here = u32::try_from(n).unwrap_or(u32::MAX);
            if direction == Direction::Reach && visit.step.is_last() {
                continue;
            }
            let (thing, phase) = (thing_of(visit.place), phase_of(visit.place));
            match direction {
                Direction::Reach => rules.reach(thing, phase, &mut spread),
                Direction::Whereabouts => rules.onward(thing, phase, &mut spread),
            }
        }
        begin = end;
        if spread.visits.len() >= VISITS_MAX {
            if !spread.next.is_empty() {
                walked.cuts.push(Cut::Visits);
            }
            break;
        }
    }
    spread
}
