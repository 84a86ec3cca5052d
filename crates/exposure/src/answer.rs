//! The answer to a question, as data that a person or a program reads.

mod flags;

use std::collections::{BTreeMap, BTreeSet};

use domain::evidence::LinkConfidence;
use domain::language::Bilingual;
use domain::time::Position;
use serde::{Deserialize, Serialize};

use crate::beside::Beside;
use crate::names::Thing;
use crate::question::Question;
use crate::step::Step;
use crate::walk::{Cut, Hit, Hop, Walked};
use crate::web::Web;

pub use flags::Flag;

/// What would make a path surer, or do away with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The serial and the maker, read in full on the thing.
    ReadSerial,
    /// The characters that could not be read.
    ReadRest,
    /// One of them, read as another.
    ReadOther,
    /// The maker, read on the thing.
    ReadMaker,
    /// Another maker, read on the thing.
    ReadOtherMaker,
    /// The exporter's own list of serials.
    ExporterSerials,
    /// The days of manufacture and the mark of whoever received it.
    DaysAndMark,
    /// Made outside the days of the permit.
    MadeOutside,
    /// The parts list of the maker, or one taken apart.
    PartsList,
    /// One of that time taken apart, without the part.
    BuiltOtherwise,
    /// All that left under it, seen where it should be.
    AllAccountedFor,
    /// The same serial and maker, seen elsewhere at the time.
    SeenElsewhere,
}

impl Check {
    /// What it is, to a person.
    #[must_use]
    pub fn says(self) -> Bilingual {
        let (en, fr) = match self {
            Self::ReadSerial => (
                "the serial and the maker's mark read in full on the thing",
                "le numéro de série et la marque du fabricant lus en entier sur l’objet",
            ),
            Self::ReadRest => (
                "the characters of the serial that could not be read, read after all",
                "les caractères du numéro qui n’ont pu être lus, lus malgré tout",
            ),
            Self::ReadOther => (
                "one of those characters read as another",
                "un de ces caractères lu autrement",
            ),
            Self::ReadMaker => (
                "the maker's mark read on the thing: two makers may use one serial",
                "la marque du fabricant lue sur l’objet : deux fabricants peuvent employer un même \
                 numéro",
            ),
            Self::ReadOtherMaker => (
                "the mark of another maker read on the thing",
                "la marque d’un autre fabricant lue sur l’objet",
            ),
            Self::ExporterSerials => (
                "the exporter's own list of the serials that left on this line",
                "la liste, chez l’exportateur, des numéros sortis au titre de cette ligne",
            ),
            Self::DaysAndMark => (
                "the days of manufacture, and the mark of whoever received it",
                "les jours de fabrication, et la marque de qui l’a reçu",
            ),
            Self::MadeOutside => (
                "manufacture after the last day of the permit, or a sighting before its first",
                "une fabrication après le dernier jour de la licence, ou une observation avant le \
                 premier",
            ),
            Self::PartsList => (
                "the maker's parts list of that time, or one of them taken apart",
                "la nomenclature du fabricant à l’époque, ou un exemplaire démonté",
            ),
            Self::BuiltOtherwise => (
                "one of that time taken apart, without the part in it",
                "un exemplaire de l’époque démonté, sans cette pièce",
            ),
            Self::AllAccountedFor => (
                "everything that left under it seen, by serial, where it should be",
                "tout ce qui est sorti à ce titre vu, par numéro, là où cela doit être",
            ),
            Self::SeenElsewhere => (
                "the same serial and maker seen elsewhere at the same time",
                "le même numéro du même fabricant vu ailleurs au même moment",
            ),
        };
        Bilingual::new(en, fr)
    }
}

/// One step of a path, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStep {
    /// What led here.
    pub step: Step,
    /// What kind of thing stands here.
    pub kind: Thing,
    /// Which one.
    pub id: String,
    /// How sure this step is.
    pub grade: LinkConfidence,
    /// The material that the accepted link comes from, where it begins with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// One thing that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// What kind of thing.
    pub kind: Thing,
    /// Which one.
    pub id: String,
    /// How sure the path is: as its least sure step.
    pub grade: LinkConfidence,
    /// The path, from where the question begins.
    pub path: Vec<PathStep>,
    /// What would make it surer.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub confirm: BTreeSet<Check>,
    /// What would do away with it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refute: BTreeSet<Check>,
}

/// How many of one kind were reached with one grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The kind.
    pub kind: Thing,
    /// The grade.
    pub grade: LinkConfidence,
    /// How many.
    pub how_many: usize,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The last event that the web had taken in.
    pub position: Position,
    /// What was asked.
    pub question: Question,
    /// How many were reached, by kind and grade: all of them.
    pub counts: Vec<Counted>,
    /// What was reached: the surest first, then the shortest path.
    pub reached: Vec<Reached>,
    /// How many more were reached than are shown.
    pub not_shown: usize,
    /// Papers and shipments that speak of the same model, and do not fit the circumstances asked.
    pub set_aside: usize,
    /// Limits that the walk came to: beyond them there may be more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
    /// What does not agree, and what to be careful about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// What every check named above is, in both languages.
    pub checks: BTreeMap<Check, Bilingual>,
    /// Other permits of those who got the goods. Nothing but the name leads there.
    pub beside: Beside,
}

impl Exposure {
    /// What of one kind was reached and is shown.
    pub fn of(&self, kind: Thing) -> impl Iterator<Item = &Reached> {
        self.reached.iter().filter(move |held| held.kind == kind)
    }
}

impl Web {
    /// Asks a question: walks, and tells what was reached, the first `shown_max` in full.
    #[must_use]
    pub fn ask(&self, question: &Question, shown_max: usize) -> Exposure {
        let walked = self.walk(question);
        self.tell(question, &walked, shown_max)
    }

    /// Tells what a walk reached, the first `shown_max` in full.
    #[must_use]
    pub fn tell(&self, question: &Question, walked: &Walked, shown_max: usize) -> Exposure {
        let shown = walked.hits.iter().take(shown_max);
        let reached: Vec<Reached> = shown
            .map(|hit| self.reached(question, walked, hit))
            .collect();
        let named = reached
            .iter()
            .flat_map(|r| r.confirm.iter().chain(&r.refute));
        let checks = named.map(|check| (*check, check.says())).collect();
        Exposure {
            position: self.position,
            question: question.clone(),
            counts: self.counts(walked),
            not_shown: walked.hits.len().saturating_sub(reached.len()),
            reached,
            set_aside: walked.set_aside,
            cuts: walked.cuts.clone(),
            flags: self.flags(question, walked),
            checks,
            beside: self.beside(walked),
        }
    }

    fn counts(&self, walked: &Walked) -> Vec<Counted> {
        let mut counts: BTreeMap<(Thing, std::cmp::Reverse<LinkConfidence>), usize> =
            BTreeMap::new();
        for hit in &walked.hits {
            if let Some(kind) = self.names.kind(hit.thing) {
                let count = counts.entry((kind, std::cmp::Reverse(hit.grade)));
                let count = count.or_default();
                *count = count.saturating_add(1);
            }
        }
        let counts = counts.into_iter();
        counts
            .map(|((kind, grade), how_many)| Counted {
                kind,
                grade: grade.0,
                how_many,
            })
            .collect()
    }

    fn reached(&self, question: &Question, walked: &Walked, hit: &Hit) -> Reached {
        let hops = walked.path(hit);
        let path = hops.iter().enumerate().filter_map(|(n, hop)| {
            let (kind, id) = self.told(hop.thing)?;
            let link = walked.seed_of(hop).filter(|_| n == 0);
            let link = link.and_then(|seed| question.links.get(usize::from(seed.link?)));
            Some(PathStep {
                step: hop.step,
                kind,
                id: id.to_owned(),
                grade: hop.grade,
                evidence: link.map(|link| link.evidence.clone()),
            })
        });
        let (confirm, refute) = checks(&hops);
        let (kind, id) = self.told(hit.thing).unwrap_or((Thing::Mark, ""));
        Reached {
            kind,
            id: id.to_owned(),
            grade: hit.grade,
            path: path.collect(),
            confirm,
            refute,
        }
    }
}

/// What would confirm and what would refute a path, from the steps that are not sure.
fn checks(hops: &[Hop]) -> (BTreeSet<Check>, BTreeSet<Check>) {
    let (mut confirm, mut refute) = (BTreeSet::new(), BTreeSet::new());
    for hop in hops {
        if hop.grade == LinkConfidence::Strong {
            continue;
        }
        let (confirms, refutes): (&[Check], &[Check]) = match hop.step {
            Step::MayBe => (&[Check::ReadRest], &[Check::ReadOther]),
            Step::BorneBy => (&[Check::ReadMaker], &[Check::ReadOtherMaker]),
            Step::PartOf | Step::Contains => (&[Check::PartsList], &[Check::BuiltOtherwise]),
            Step::NamedBy | Step::DrawnBy if hop.grade == LinkConfidence::Inferred => (
                &[Check::ExporterSerials, Check::ReadSerial],
                &[Check::AllAccountedFor],
            ),
            Step::NamedBy => (
                &[
                    Check::ExporterSerials,
                    Check::DaysAndMark,
                    Check::ReadSerial,
                ],
                &[Check::MadeOutside, Check::AllAccountedFor],
            ),
            _ => (
                &[Check::ExporterSerials, Check::ReadSerial],
                &[Check::AllAccountedFor],
            ),
        };
        confirm.extend(confirms);
        refute.extend(refutes);
    }
    if confirm.is_empty() {
        refute.insert(Check::SeenElsewhere);
    }
    (confirm, refute)
}
