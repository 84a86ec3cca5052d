//! What a run gave, as a table: questions with one answer, with few and with thousands apart.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::Answer;
use super::kept::Made;

/// How much a question reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Class {
    /// One permit.
    One,
    /// Up to a thousand things.
    Few,
    /// A thousand and more.
    Many,
}

/// A way of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Way {
    /// The room: the walk, with every path and grade.
    Walk,
    /// The same, told in full, as data with texts.
    Told,
    /// Recursive SQL over edges in SQLite, with paths.
    Recursive,
    /// SQL in SQLite that was written for this question alone, with paths.
    Sql,
    /// Plain arrays in this program.
    Arrays,
    /// The same in numpy.
    Numpy,
}

impl Way {
    const fn called(self) -> &'static str {
        match self {
            Self::Walk => "walk, with paths and grades",
            Self::Told => "walk, told in full with texts",
            Self::Recursive => "recursive SQL over edges in SQLite",
            Self::Sql => "SQL in SQLite for this question alone",
            Self::Arrays => "plain arrays, with paths, in this program",
            Self::Numpy => "the same arrays in numpy",
        }
    }
}

/// One question, with what every way took for it.
pub(super) struct Asked {
    pub(super) item: u32,
    pub(super) class: Class,
    pub(super) hits: usize,
    took: BTreeMap<Way, Vec<f64>>,
    is_equal: bool,
}

impl Asked {
    pub(super) const fn new(item: u32, class: Class) -> Self {
        Self {
            item,
            class,
            hits: 0,
            took: BTreeMap::new(),
            is_equal: true,
        }
    }

    pub(super) fn took(&mut self, way: Way, took: Duration) {
        let micros = took.as_secs_f64() * 1e6;
        self.took.entry(way).or_default().push(micros);
    }

    pub(super) fn compare(&mut self, ours: &Answer, theirs: &Answer) {
        self.is_equal &= ours == theirs;
    }

    pub(super) const fn compare_digests(&mut self, ours: u64, theirs: u64) {
        self.is_equal &= ours == theirs;
    }

    /// The median of the rounds.
    fn micros(&self, way: Way) -> f64 {
        self.took.get(&way).map_or(f64::NAN, |took| median(took))
    }
}

/// A way, over the questions of one class or over all.
#[derive(Debug, Serialize)]
struct Row {
    way: Way,
    /// None for all questions together.
    class: Option<Class>,
    questions: usize,
    median_us: f64,
    p95_us: f64,
    /// How many times as long as the walk, question by question: median and lowest.
    times: f64,
    times_lowest: f64,
}

/// A run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    made: Made,
    /// Seconds from taking in an event to the answer that knows of it.
    fresh_s: f64,
    questions: usize,
    with_a_thousand_hits: usize,
    most_hits: usize,
    unequal: Vec<u32>,
    rows: Vec<Row>,
}

impl Report {
    pub(super) fn of(made: Made, fresh_s: f64, ways: &[Way], asked: &[Asked]) -> Self {
        let mut rows = Vec::new();
        let classes = [None, Some(Class::One), Some(Class::Few), Some(Class::Many)];
        for class in classes {
            let of_class: Vec<&Asked> = asked
                .iter()
                .filter(|asked| class.is_none_or(|class| class == asked.class))
                .collect();
            rows.extend(ways.iter().map(|way| row(*way, class, &of_class)));
        }
        let unequal = asked.iter().filter(|asked| !asked.is_equal);
        Self {
            made,
            fresh_s,
            questions: asked.len(),
            with_a_thousand_hits: asked.iter().filter(|asked| asked.hits >= 1_000).count(),
            most_hits: asked.iter().map(|asked| asked.hits).max().unwrap_or(0),
            unequal: unequal.map(|asked| asked.item).collect(),
            rows,
        }
    }

    pub(super) const fn answers_are_equal(&self) -> bool {
        self.unequal.is_empty()
    }

    pub(super) fn print(&self) {
        println!("{}", self.made);
        println!(
            "{} questions, {} of them with 1,000 hits or more, at most {}; {}.",
            self.questions,
            self.with_a_thousand_hits,
            self.most_hits,
            if self.unequal.is_empty() {
                "all answers are equal".to_owned()
            } else {
                format!("ANSWERS DIFFER for the items {:?}", self.unequal)
            }
        );
        println!(
            "an event is in the answer {:.1} ms after it was recorded, walk included.",
            self.fresh_s * 1e3
        );
        println!(
            "{:<44} {:<6} {:>11} {:>11} {:>9} {:>9}",
            "way", "hits", "median µs", "p95 µs", "times", "lowest"
        );
        for row in &self.rows {
            let class = match row.class {
                None => "all",
                Some(Class::One) => "one",
                Some(Class::Few) => "few",
                Some(Class::Many) => "1000+",
            };
            println!(
                "{:<44} {:<6} {:>11.1} {:>11.1} {:>9.2} {:>9.2}",
                row.way.called(),
                class,
                row.median_us,
                row.p95_us,
                row.times,
                row.times_lowest
            );
        }
    }
}

fn row(way: Way, class: Option<Class>, asked: &[&Asked]) -> Row {
    let took: Vec<f64> = asked.iter().map(|asked| asked.micros(way)).collect();
    let times: Vec<f64> = asked
        .iter()
        .map(|asked| asked.micros(way) / asked.micros(Way::Walk))
        .collect();
    Row {
        way,
        class,
        questions: asked.len(),
        median_us: median(&took),
        p95_us: at_share(&took, 95),
        times: median(&times),
        times_lowest: times.iter().copied().fold(f64::INFINITY, f64::min),
    }
}

fn median(figures: &[f64]) -> f64 {
    at_share(figures, 50)
}

fn at_share(figures: &[f64], percent: usize) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let at = (sorted.len() * percent / 100).min(last);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
