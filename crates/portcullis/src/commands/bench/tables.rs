//! What a run gave, as a table.

use serde::Serialize;

use super::ways::{Figures, Way};

/// One way of doing the work, over all rounds.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// What was done, and how.
    way: String,
    /// Decisions a second: the median of the rounds, and the lowest.
    per_second: f64,
    lowest: f64,
    /// Microseconds from asking to the answer: medians of the rounds.
    p50: f64,
    p99: f64,
    /// Microseconds of processor time for each answer, asking and answering: median of the rounds.
    processor: f64,
    /// Within each round: this way against the first of its group, median and lowest.
    ratios: Vec<Ratio>,
}

/// A way against another in the same rounds.
#[derive(Debug, Serialize)]
pub(super) struct Ratio {
    to: String,
    median: f64,
    lowest: f64,
}

/// A run.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    rounds: usize,
    rows: Vec<Row>,
}

impl Table {
    /// Sums the rounds up.
    pub(super) fn of(ways: &[Way]) -> Self {
        let rows = ways.iter().map(|way| row(way, ways)).collect();
        Self {
            rounds: ways.first().map_or(0, |way| way.rounds.len()),
            rows,
        }
    }

    /// Prints the table for people.
    pub(super) fn print(&self) {
        println!(
            "{:<52} {:>10} {:>10} {:>9} {:>9} {:>9}",
            "way", "per s", "lowest", "p50 µs", "p99 µs", "CPU µs"
        );
        for row in &self.rows {
            println!(
                "{:<52} {:>10.0} {:>10.0} {:>9.0} {:>9.0} {:>9.0}",
                row.way, row.per_second, row.lowest, row.p50, row.p99, row.processor
            );
            for ratio in &row.ratios {
                println!(
                    "    {:>6.2} of {} (lowest {:.2})",
                    ratio.median, ratio.to, ratio.lowest
                );
            }
        }
        println!("medians of {} rounds.", self.rounds);
    }
}

fn row(way: &Way, ways: &[Way]) -> Row {
    let of = |figure: fn(&Figures) -> f64| -> Vec<f64> { way.rounds.iter().map(figure).collect() };
    let rates = of(|figures| figures.per_second);
    let ratios = way
        .compared_to
        .iter()
        .filter_map(|to| ways.iter().find(|other| other.name == *to))
        .map(|other| ratio(way, other))
        .collect();
    Row {
        way: way.name.clone(),
        per_second: median(&rates),
        lowest: rates.iter().copied().fold(f64::INFINITY, f64::min),
        p50: median(&of(|figures| figures.p50)),
        p99: median(&of(|figures| figures.p99)),
        processor: median(&of(|figures| figures.processor)),
        ratios,
    }
}

/// The ratio of rates, round by round; of latencies where a way has one client.
fn ratio(way: &Way, other: &Way) -> Ratio {
    let of: fn(&Figures) -> f64 = if way.is_latency {
        |figures| figures.p50
    } else {
        |figures| figures.per_second
    };
    let ratios: Vec<f64> = way
        .rounds
        .iter()
        .zip(&other.rounds)
        .map(|(ours, theirs)| of(ours) / of(theirs))
        .collect();
    let worst = if way.is_latency {
        ratios.iter().copied().fold(0.0, f64::max)
    } else {
        ratios.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let what = if way.is_latency {
        "the time"
    } else {
        "the rate"
    };
    Ratio {
        to: format!("{what} of {}", other.name),
        median: median(&ratios),
        lowest: worst,
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
