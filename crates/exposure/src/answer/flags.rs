//! What does not agree, and what to be careful about: said beside the answer, never settled by it.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalogue::SerialPattern;
use domain::evidence::LinkConfidence;
use domain::language::Bilingual;
use serde::{Deserialize, Serialize};

use crate::circle::on_circles;
use crate::edges::Relation;
use crate::names::Thing;
use crate::question::Question;
use crate::seeds::{Circumstances, Fit, target};
use crate::step::Step;
use crate::walk::Walked;
use crate::web::Web;

/// Most units that are looked at for what does not agree about them.
const UNITS_MAX: usize = 10_000;

/// Something to be careful about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "flag", rename_all = "kebab-case")]
pub enum Flag {
    /// Something that the question names is not in the register.
    Unknown {
        /// As it was asked.
        asked: String,
    },
    /// A serial read in part may be any of several.
    Candidates {
        /// As it was read.
        serial: String,
        /// How many it may be.
        how_many: usize,
    },
    /// Things are said to contain themselves.
    Circle {
        /// The things on the circle.
        things: BTreeSet<String>,
    },
    /// One serial of one maker is said to have left under several permits.
    SeveralPermits {
        /// The serial.
        serial: String,
        /// The permits.
        permits: BTreeSet<String>,
    },
    /// A unit is said to be in several others at once.
    SeveralParents {
        /// The unit.
        unit: String,
        /// What it is said to be in.
        parents: BTreeSet<String>,
    },
    /// A permit is reached by serial, and does not fit the circumstances asked.
    Contradicts {
        /// The permit.
        permit: String,
    },
}

impl Flag {
    /// What to be careful about, to a person.
    #[must_use]
    pub fn says(&self) -> Bilingual {
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let (en, fr) = match self {
            Self::Unknown { asked } => (
                format!("the register does not know `{asked}`: nothing is reached from it"),
                format!("le registre ne connaît pas `{asked}` : rien n’est atteint à partir de là"),
            ),
            Self::Candidates { serial, how_many } => (
                format!("`{serial}` may be any of {how_many} serials"),
                format!("`{serial}` peut être l’un de {how_many} numéros de série"),
            ),
            Self::Circle { things } => (
                format!("said to contain themselves: {}", list(things)),
                format!("dits se contenir eux-mêmes : {}", list(things)),
            ),
            Self::SeveralPermits { serial, permits } => (
                format!(
                    "serial {serial} is said to have left under several permits: {}",
                    list(permits)
                ),
                format!(
                    "le numéro {serial} est dit sorti sous plusieurs licences : {}",
                    list(permits)
                ),
            ),
            Self::SeveralParents { unit, parents } => (
                format!(
                    "unit {unit} is said to be in several others at once: {}",
                    list(parents)
                ),
                format!(
                    "l’unité {unit} est dite montée dans plusieurs autres à la fois : {}",
                    list(parents)
                ),
            ),
            Self::Contradicts { permit } => (
                format!(
                    "permit {permit} is reached by serial, and does not fit what else is asked"
                ),
                format!(
                    "la licence {permit} est atteinte par numéro de série, et ne s’accorde pas au \
                     reste de la question"
                ),
            ),
        };
        Bilingual::new(en, fr)
    }
}

impl Web {
    /// What to be careful about in a walk.
    pub(super) fn flags(&self, question: &Question, walked: &Walked) -> Vec<Flag> {
        let mut flags = BTreeSet::new();
        self.flag_unknown(question, &mut flags);
        self.flag_candidates(question, walked, &mut flags);
        let of_kind = |wanted: fn(Thing) -> bool| -> BTreeSet<u32> {
            let passed = walked.passed.iter().copied();
            passed
                .filter(|thing| self.names.kind(*thing).is_some_and(wanted))
                .collect()
        };
        let products = of_kind(|kind| matches!(kind, Thing::Item | Thing::Platform));
        self.flag_circle(&products, Relation::Contains, &mut flags);
        let units = of_kind(|kind| kind == Thing::Unit);
        self.flag_circle(&units, Relation::FittedIn, &mut flags);
        for unit in units.iter().take(UNITS_MAX) {
            self.flag_parents(*unit, &mut flags);
        }
        self.flag_serials(&units, walked, &mut flags);
        self.flag_contradictions(question, walked, &mut flags);
        flags.into_iter().collect()
    }

    fn flag_unknown(&self, question: &Question, flags: &mut BTreeSet<Flag>) {
        let mut look = |kind: Thing, name: &str| {
            if self.names.find(kind, name).is_none() {
                let asked = name.to_owned();
                flags.insert(Flag::Unknown { asked });
            }
        };
        for link in &question.links {
            let (kind, name) = target(&link.to);
            look(kind, &name);
        }
        let parties = question.parties.iter().chain(&question.integrators);
        for party in parties.chain(&question.makers) {
            look(Thing::Party, party.as_str());
        }
        for country in &question.territories {
            look(Thing::Country, country.as_str());
        }
        for permit in &question.permits {
            look(Thing::Permit, permit.as_str());
        }
        for item in &question.items {
            look(Thing::Item, item.as_str());
        }
        for platform in &question.platforms {
            look(Thing::Platform, platform.as_str());
        }
        for mark in &question.marks {
            if let Some(folded) = crate::learn::fold_mark(mark) {
                look(Thing::Mark, &folded);
            }
        }
        for serial in &question.serials {
            let whole = SerialPattern::read(serial).filter(SerialPattern::is_whole);
            if let Some(pattern) = whole {
                look(Thing::Serial, pattern.folded().as_str());
            }
        }
    }

    fn flag_candidates(&self, question: &Question, walked: &Walked, flags: &mut BTreeSet<Flag>) {
        for serial in &question.serials {
            let partial = SerialPattern::read(serial).filter(|pattern| !pattern.is_whole());
            let Some(pattern) = partial else {
                continue;
            };
            let may_be = walked.seeds.iter().filter(|seed| {
                seed.step == Step::MayBe && pattern.fits(self.names.name(seed.thing))
            });
            flags.insert(Flag::Candidates {
                serial: serial.clone(),
                how_many: may_be.count(),
            });
        }
    }

    fn flag_circle(&self, things: &BTreeSet<u32>, relation: Relation, flags: &mut BTreeSet<Flag>) {
        let circle = on_circles(self, things, relation);
        if !circle.is_empty() {
            let named = circle
                .iter()
                .map(|thing| self.names.name(*thing).to_owned());
            flags.insert(Flag::Circle {
                things: named.collect(),
            });
        }
    }

    fn flag_parents(&self, unit: u32, flags: &mut BTreeSet<Flag>) {
        let mut parents: Vec<u32> = self.out.to(unit, Relation::FittedIn).collect();
        parents.sort_unstable();
        parents.dedup();
        let spells = |parent: &u32| self.fittings.get(&(unit, *parent)).into_iter().flatten();
        let mut at_once = BTreeSet::new();
        for (n, one) in parents.iter().enumerate() {
            for other in parents.iter().skip(n.saturating_add(1)) {
                let meet = spells(one).any(|(from, until)| {
                    spells(other)
                        .any(|(other_from, other_until)| from < other_until && other_from < until)
                });
                if meet {
                    at_once.extend([one, other].map(|unit| self.names.name(*unit).to_owned()));
                }
            }
        }
        if !at_once.is_empty() {
            flags.insert(Flag::SeveralParents {
                unit: self.names.name(unit).to_owned(),
                parents: at_once,
            });
        }
    }

    /// One serial under several permits: on one unit, or on several units of one maker.
    fn flag_serials(&self, units: &BTreeSet<u32>, walked: &Walked, flags: &mut BTreeSet<Flag>) {
        let mut serials: BTreeSet<u32> = walked
            .seeds
            .iter()
            .map(|seed| seed.thing)
            .filter(|thing| self.is(*thing, Thing::Serial))
            .collect();
        let units = units.iter().take(UNITS_MAX);
        serials.extend(units.flat_map(|unit| self.out.to(*unit, Relation::Bears)));
        for serial in serials {
            let mut by_maker: BTreeMap<Vec<u32>, BTreeSet<u32>> = BTreeMap::new();
            for unit in self.back.to(serial, Relation::Bears) {
                if self.is(unit, Thing::Unit) {
                    let permits = by_maker.entry(self.makers_of(unit)).or_default();
                    permits.extend(self.permits_of(unit));
                }
            }
            for permits in by_maker.into_values().filter(|held| held.len() > 1) {
                let named = permits.iter().map(|permit| self.names.name(*permit));
                flags.insert(Flag::SeveralPermits {
                    serial: self.names.name(serial).to_owned(),
                    permits: named.map(str::to_owned).collect(),
                });
            }
        }
    }

    fn makers_of(&self, unit: u32) -> Vec<u32> {
        let mut makers: Vec<u32> = self.out.to(unit, Relation::MadeBy).collect();
        if makers.is_empty() {
            let items = self.out.to(unit, Relation::UnitOf);
            makers = items
                .flat_map(|item| self.out.to(item, Relation::MadeBy))
                .collect();
        }
        makers.sort_unstable();
        makers.dedup();
        makers
    }

    fn permits_of(&self, unit: u32) -> BTreeSet<u32> {
        let mut permits = BTreeSet::new();
        for under in self.out.to(unit, Relation::LeftUnder) {
            match self.names.kind(under) {
                Some(Thing::Permit) => {
                    permits.insert(under);
                }
                Some(Thing::PermitLine) => permits.extend(self.out.to(under, Relation::Of)),
                _ => {}
            }
        }
        permits
    }

    fn flag_contradictions(
        &self,
        question: &Question,
        walked: &Walked,
        flags: &mut BTreeSet<Flag>,
    ) {
        let circumstances = Circumstances::of(self, question);
        let strong = walked
            .hits
            .iter()
            .filter(|hit| hit.grade == LinkConfidence::Strong && self.is(hit.thing, Thing::Permit));
        for hit in strong.take(UNITS_MAX) {
            if circumstances.fit(self, hit.thing, false) == Fit::No {
                flags.insert(Flag::Contradicts {
                    permit: self.names.name(hit.thing).to_owned(),
                });
            }
        }
    }
}
