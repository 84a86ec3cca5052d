//! Where a walk begins, and the circumstances that it is held against.

use domain::catalogue::SerialPattern;
use domain::evidence::{LinkConfidence, LinkTarget};

use crate::edges::{PLACES, RECEIVING, ROLES, Relation};
use crate::learn::fold_mark;
use crate::names::Thing;
use crate::question::{Question, Window};
use crate::rules::phase;
use crate::step::Step;
use crate::web::Web;

/// A place where a walk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seed {
    pub(crate) thing: u32,
    pub(crate) phase: u8,
    pub(crate) step: Step,
    pub(crate) grade: LinkConfidence,
    /// Which accepted link it comes from, when it comes from one.
    pub(crate) link: Option<u16>,
}

/// How a paper stands to the circumstances of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// One of them does not hold.
    No,
    /// All of them hold.
    Yes {
        /// Its days are known and touch those of the question.
        is_dated: bool,
        /// Somebody named by the question gets the goods.
        is_marked: bool,
    },
}

/// The circumstances of a question, looked up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Circumstances {
    pub(crate) window: Window,
    pub(crate) makers: Vec<u32>,
    pub(crate) items: Vec<u32>,
    pub(crate) parties: Vec<u32>,
    pub(crate) integrators: Vec<u32>,
    pub(crate) territories: Vec<u32>,
    /// Whether the question names a thing to begin at: then circumstances narrow.
    pub(crate) has_things: bool,
    /// Whether it names somebody or somewhere that the web does not know: nothing then fits.
    is_unknown: bool,
}

impl Circumstances {
    pub(crate) fn of(web: &Web, question: &Question) -> Self {
        let known = |kind: Thing, names: &mut dyn Iterator<Item = String>| -> (Vec<u32>, bool) {
            let mut found = Vec::new();
            let mut asked = false;
            for name in names {
                asked = true;
                found.extend(web.names.find(kind, &name));
            }
            let is_unknown = asked && found.is_empty();
            (found, is_unknown)
        };
        let text = |id: &dyn ToString| id.to_string();
        let mut parties = question.parties.iter().map(|id| text(id));
        let (parties, no_party) = known(Thing::Party, &mut parties);
        let mut integrators = question.integrators.iter().map(|id| text(id));
        let (integrators, no_integrator) = known(Thing::Party, &mut integrators);
        let mut territories = question.territories.iter().map(|id| text(id));
        let (territories, no_territory) = known(Thing::Country, &mut territories);
        let (makers, _) = known(Thing::Party, &mut question.makers.iter().map(|id| text(id)));
        let (items, _) = known(Thing::Item, &mut question.items.iter().map(|id| text(id)));
        Self {
            window: question.window,
            makers,
            items,
            parties,
            integrators,
            territories,
            has_things: question.names_a_thing(),
            is_unknown: no_party || no_integrator || no_territory,
        }
    }

    /// How a paper stands to them. What is reached by model from a party that builds something need
    /// not name that party again.
    pub(crate) fn fit(&self, web: &Web, paper: u32, is_by_model: bool) -> Fit {
        if self.is_unknown {
            return Fit::No;
        }
        let mut is_dated = false;
        if !self.window.is_open() {
            match web.days_of(paper) {
                Some(days) if !self.window.touches(days) => return Fit::No,
                Some(_) => is_dated = true,
                None => {}
            }
        }
        let mut is_marked = false;
        let must_name = self.has_things || !is_by_model;
        for (asked, roles) in [
            (&self.parties, ROLES.as_slice()),
            (&self.integrators, &[Relation::Integrator]),
        ] {
            if asked.is_empty() {
                continue;
            }
            let named = |roles: &[Relation]| names_any(web, paper, roles, asked);
            if must_name && !named(roles) {
                return Fit::No;
            }
            is_marked |= named(&RECEIVING);
        }
        if !self.territories.is_empty() && !self.goes_there(web, paper) {
            return Fit::No;
        }
        Fit::Yes {
            is_dated,
            is_marked,
        }
    }

    fn goes_there(&self, web: &Web, paper: u32) -> bool {
        if names_any(web, paper, &PLACES, &self.territories) {
            return true;
        }
        RECEIVING.iter().any(|role| {
            web.out
                .to(paper, *role)
                .any(|party| names_any(web, party, &[Relation::Resides], &self.territories))
        })
    }

    /// Whether whoever made a thing is one of those named by the question: as its maker, or as the
    /// maker of the item that it is said to be.
    pub(crate) fn is_made_by_asked(&self, web: &Web, thing: u32) -> bool {
        let is_asked = |item: u32| {
            self.items.contains(&item)
                || names_any(web, item, &[Relation::MadeBy], &self.makers)
                || self.items.iter().any(|asked| {
                    let mut makers = web.out.to(*asked, Relation::MadeBy);
                    makers.any(|maker| names_any(web, item, &[Relation::MadeBy], &[maker]))
                })
        };
        if is_asked(thing) || web.out.to(thing, Relation::UnitOf).any(is_asked) {
            return true;
        }
        // A line or a shipment that bears a serial: by the models of the line, or by its exporter.
        let lines: Vec<u32> = match web.names.kind(thing) {
            Some(Thing::Shipment) => web.out.to(thing, Relation::Draws).collect(),
            Some(Thing::PermitLine | Thing::ApplicationLine) => vec![thing],
            _ => return false,
        };
        lines.iter().any(|line| {
            let mut marks = web.out.to(*line, Relation::Says);
            let by_model = marks.any(|mark| web.back.to(mark, Relation::Called).any(is_asked));
            let mut papers = web.out.to(*line, Relation::Of);
            by_model
                || papers.any(|paper| names_any(web, paper, &[Relation::Exporter], &self.makers))
        })
    }

    /// Whether a part is said to be in an assembly at some time of the window.
    pub(crate) fn is_built_so(&self, web: &Web, assembly: u32, component: u32) -> bool {
        self.window.is_open()
            || web.parts.get(&(assembly, component)).is_none_or(|said| {
                let last = |until: i32| until.saturating_sub(1);
                said.iter()
                    .any(|(from, until)| self.window.touches((*from, last(*until))))
            })
    }
}

fn names_any(web: &Web, from: u32, relations: &[Relation], asked: &[u32]) -> bool {
    relations
        .iter()
        .any(|relation| web.out.to(from, *relation).any(|to| asked.contains(&to)))
}

/// Where a question begins, each place once, in the order of the web.
pub(crate) fn seeds(web: &Web, question: &Question) -> Vec<Seed> {
    let mut found = Vec::new();
    let asked = |thing: u32, phase: u8| Seed {
        thing,
        phase,
        step: Step::Asked,
        grade: LinkConfidence::Strong,
        link: None,
    };
    for (n, linked) in question.links.iter().enumerate() {
        let (kind, name) = target(&linked.to);
        let thing = web.names.find(kind, &name);
        found.extend(thing.map(|thing| Seed {
            step: Step::Linked,
            grade: linked.confidence,
            link: u16::try_from(n).ok(),
            ..asked(thing, phase::SEED)
        }));
    }
    let items = question.items.iter().map(|id| (Thing::Item, id.as_str()));
    let platforms = question.platforms.iter();
    let platforms = platforms.map(|id| (Thing::Platform, id.as_str()));
    let permits = question.permits.iter();
    let permits = permits.map(|id| (Thing::Permit, id.as_str()));
    for (kind, name) in items.chain(platforms).chain(permits) {
        let thing = web.names.find(kind, name);
        found.extend(thing.map(|thing| asked(thing, phase::SEED)));
    }
    for mark in question.marks.iter().filter_map(|text| fold_mark(text)) {
        let thing = web.names.find(Thing::Mark, &mark);
        found.extend(thing.map(|thing| asked(thing, phase::SEED)));
    }
    for serial in &question.serials {
        serial_seeds(web, serial, &mut found);
    }
    if !question.names_a_thing() {
        circumstance_seeds(web, question, &mut found);
    }
    // One beginning for each place: the surest, and of those the first link.
    found.sort_by_key(|seed| {
        let surest_first = std::cmp::Reverse(seed.grade);
        (seed.thing, seed.phase, surest_first, seed.link)
    });
    found.dedup_by_key(|seed| (seed.thing, seed.phase));
    found
}

fn serial_seeds(web: &Web, serial: &str, found: &mut Vec<Seed>) {
    let Some(pattern) = SerialPattern::read(serial) else {
        return;
    };
    let seed = |thing: u32, is_whole: bool| Seed {
        thing,
        phase: if is_whole {
            phase::SEED
        } else {
            phase::PARTIAL
        },
        step: if is_whole { Step::Asked } else { Step::MayBe },
        grade: if is_whole {
            LinkConfidence::Strong
        } else {
            LinkConfidence::Category
        },
        link: None,
    };
    if pattern.is_whole() {
        let exact = web.names.find(Thing::Serial, pattern.folded().as_str());
        found.extend(exact.map(|thing| seed(thing, true)));
        return;
    }
    for thing in web.all(Thing::Serial) {
        if pattern.fits(web.names.name(thing)) {
            found.push(seed(thing, false));
        }
    }
}

/// Where a question begins that names circumstances only.
fn circumstance_seeds(web: &Web, question: &Question, found: &mut Vec<Seed>) {
    let seed = |thing: u32, phase: u8| Seed {
        thing,
        phase,
        step: Step::Asked,
        grade: LinkConfidence::Strong,
        link: None,
    };
    let circumstances = Circumstances::of(web, question);
    // The first kind that is named is where the walk begins; the others narrow it.
    let (things, phase) = if !circumstances.integrators.is_empty() {
        (circumstances.integrators, phase::INTEGRATOR)
    } else if !circumstances.parties.is_empty() {
        (circumstances.parties, phase::SEED)
    } else {
        (circumstances.territories, phase::SEED)
    };
    found.extend(things.into_iter().map(|thing| seed(thing, phase)));
    let is_nothing = question.window.is_open();
    if is_nothing || question.names_somebody() || !question.territories.is_empty() {
        return;
    }
    // Days alone: every paper that they touch.
    for kind in [Thing::Permit, Thing::Application] {
        let touched = web.all(kind).filter(|paper| {
            let days = web.days_of(*paper);
            days.is_some_and(|days| question.window.touches(days))
        });
        found.extend(touched.map(|paper| Seed {
            grade: LinkConfidence::Category,
            ..seed(paper, phase::SEED)
        }));
    }
}

impl Web {
    /// Every thing of a kind.
    pub(crate) fn all(&self, kind: Thing) -> impl Iterator<Item = u32> {
        let kinds = self.names.kinds.iter().zip(0_u32..);
        kinds.filter_map(move |(held, thing)| (*held == kind as u8).then_some(thing))
    }
}

/// What a link leads to, by kind and name.
pub(crate) fn target(to: &LinkTarget) -> (Thing, String) {
    match to {
        LinkTarget::Permit { permit } => (Thing::Permit, permit.to_string()),
        LinkTarget::Application { application } => (Thing::Application, application.to_string()),
        LinkTarget::Shipment { shipment } => (Thing::Shipment, shipment.to_string()),
        LinkTarget::Party { party } => (Thing::Party, party.to_string()),
        LinkTarget::Platform { platform } => (Thing::Platform, platform.to_string()),
        LinkTarget::Assurance { assurance } => (Thing::Assurance, assurance.to_string()),
    }
}
