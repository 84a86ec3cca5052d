//! `bench exposure`: the walk through a synthetic web, and the same questions asked of SQLite and of
//! plain arrays, in one interleaved run, with equal answers.

mod arrays;
mod figures;
mod kept;
mod numpy;
mod supply;

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::evidence::LinkConfidence;
use exposure::{Question, Thing, Walked, Web};
use register::bare::BareSupply;

use super::clients::stopwatch;
use crate::cli::BenchExposure;
use crate::commands::{DONE, Ground, REFUSED, Stop, print_json};

use arrays::Arrays;
use figures::{Asked, Class, Report, Way};
use numpy::Numpy;
use supply::Supply;

/// Questions of each class: 40 in all, half of them with a thousand hits and more.
const ONE: usize = 8;
const FEW: usize = 12;
const MANY: usize = 20;
/// Hits from which a question has many.
const MANY_HITS: usize = 1_000;
/// Items that are tried, to find so many questions of each class.
const TRIED_MAX: u32 = 20_000;

/// One thing reached, as every way gives it: its kind (0 line, 1 permit, 2 shipment), its number,
/// and the things on its path.
type Answer = Vec<(u8, u32, u16)>;

fn trouble(cause: impl std::fmt::Display) -> Stop {
    Stop::Fault(cause.to_string())
}

pub(super) fn exposure(ground: &Ground, words: &BenchExposure) -> Result<u8, Stop> {
    if let Some(file) = &words.read {
        return kept::read(ground, file);
    }
    let folder = tempfile::tempdir().map_err(trouble)?;
    let supply = Supply::new(words);
    let file = words
        .keep
        .clone()
        .unwrap_or_else(|| folder.path().join("web"));
    let (mut web, made) = kept::make(&supply, &file)?;
    if words.only_keep {
        eprintln!("{made}");
        return Ok(DONE);
    }
    let questions = choose(&web, &supply);
    let mut ways = Ways::of(&supply, words, folder.path().to_owned())?;
    let mut asked: Vec<Asked> = questions
        .into_iter()
        .map(|(item, class)| Asked::new(item, class))
        .collect();
    for round in 1..=words.rounds {
        eprintln!("round {round} of {}.", words.rounds);
        for question in &mut asked {
            ways.turn(&web, &supply, question)?;
        }
    }
    let fresh = kept::fresh(&mut web, &supply, &asked)?;
    let report = Report::of(made, fresh, &ways.names(), &asked);
    if ground.json {
        print_json(&report)?;
    } else {
        report.print();
    }
    Ok(if report.answers_are_equal() {
        DONE
    } else {
        REFUSED
    })
}

/// The other ways of doing the same work.
struct Ways {
    bare: BareSupply,
    arrays: Arrays,
    numpy: Option<Numpy>,
}

impl Ways {
    fn of(supply: &Supply, words: &BenchExposure, folder: PathBuf) -> Result<Self, Stop> {
        let begun = stopwatch();
        let mut bare = BareSupply::create(&folder.join("bare.sqlite")).map_err(trouble)?;
        bare.parts(supply.parts()).map_err(trouble)?;
        bare.lines(supply.lines()).map_err(trouble)?;
        bare.shipments(supply.shipments()).map_err(trouble)?;
        bare.finish().map_err(trouble)?;
        eprintln!("SQLite filled in {:.1} s.", begun.elapsed().as_secs_f64());
        let begun = stopwatch();
        let arrays = Arrays::of(supply);
        eprintln!("arrays made in {:.1} s.", begun.elapsed().as_secs_f64());
        let begun = stopwatch();
        let numpy = Numpy::start(&words.python, &folder, supply)?;
        match &numpy {
            Some(_) => eprintln!("numpy ready in {:.1} s.", begun.elapsed().as_secs_f64()),
            None => eprintln!(
                "numpy is not measured: `{}` has none.",
                words.python.display()
            ),
        }
        Ok(Self {
            bare,
            arrays,
            numpy,
        })
    }

    fn names(&self) -> Vec<Way> {
        let mut names = vec![Way::Walk, Way::Told, Way::Recursive, Way::Sql, Way::Arrays];
        names.extend(self.numpy.is_some().then_some(Way::Numpy));
        names
    }

    /// Asks every way once.
    fn turn(&mut self, web: &Web, supply: &Supply, asked: &mut Asked) -> Result<(), Stop> {
        let question = supply.question(asked.item)?;
        let begun = stopwatch();
        let walked = web.walk(&question);
        asked.took(Way::Walk, begun.elapsed());
        let begun = stopwatch();
        let told = web.ask(&question, usize::MAX);
        asked.took(Way::Told, begun.elapsed());
        drop(told);
        let ours = answer(web, &walked);
        let begun = stopwatch();
        let hits = self.bare.reach(asked.item).map_err(trouble)?;
        asked.took(Way::Sql, begun.elapsed());
        let mut theirs: Answer = hits
            .iter()
            .map(|hit| (hit.kind, hit.id, hit.steps))
            .collect();
        theirs.sort_unstable();
        asked.compare(&ours, &theirs);
        let begun = stopwatch();
        let hits = self.bare.walk(asked.item).map_err(trouble)?;
        asked.took(Way::Recursive, begun.elapsed());
        let mut theirs: Answer = hits
            .iter()
            .map(|hit| (hit.kind, hit.id, hit.steps))
            .collect();
        theirs.sort_unstable();
        asked.compare(&ours, &theirs);
        let begun = stopwatch();
        let reached = std::hint::black_box(self.arrays.reach(asked.item));
        std::hint::black_box(&reached.paths);
        asked.took(Way::Arrays, begun.elapsed());
        let mut theirs = reached.answer();
        theirs.sort_unstable();
        asked.compare(&ours, &theirs);
        if let Some(numpy) = &mut self.numpy {
            let (took, digest) = numpy.ask(asked.item)?;
            asked.took(Way::Numpy, took);
            asked.compare_digests(numpy::digest(&ours), digest);
        }
        asked.hits = ours.len();
        Ok(())
    }
}

/// What the walk reached, in the form that all ways share. Everything here is reached by model only.
fn answer(web: &Web, walked: &Walked) -> Answer {
    let mut found: Answer = walked
        .hits
        .iter()
        .filter_map(|hit| {
            let (thing, name) = web.named(hit)?;
            let kind = match thing {
                Thing::PermitLine => 0,
                Thing::Permit => 1,
                Thing::Shipment => 2,
                _ => return None,
            };
            let number = name.split('#').next()?.rsplit('-').next()?.parse().ok()?;
            (hit.grade == LinkConfidence::Category).then_some((kind, number, hit.steps))
        })
        .collect();
    found.sort_unstable();
    found
}

/// Items to ask about, by how much they reach: the first that are found of each class.
fn choose(web: &Web, supply: &Supply) -> Vec<(u32, Class)> {
    let mut chosen: Vec<(u32, Class)> = Vec::new();
    let mut seen = BTreeSet::new();
    for n in 0..TRIED_MAX {
        let item = supply.tried(n);
        if !seen.insert(item) {
            continue;
        }
        let Ok(question) = supply.question(item) else {
            continue;
        };
        let found = answer(web, &web.walk(&question));
        let permits = found.iter().filter(|(kind, ..)| *kind == 1).count();
        let (class, room) = match (permits, found.len()) {
            (1, _) => (Class::One, ONE),
            (_, hits) if hits >= MANY_HITS => (Class::Many, MANY),
            (2.., _) => (Class::Few, FEW),
            _ => continue,
        };
        if chosen.iter().filter(|(_, held)| *held == class).count() < room {
            chosen.push((item, class));
        }
        if chosen.len() == ONE + FEW + MANY {
            break;
        }
    }
    chosen
}

/// The question about one item.
fn question(item: domain::id::ItemId) -> Question {
    Question {
        items: BTreeSet::from([item]),
        ..Question::default()
    }
}
