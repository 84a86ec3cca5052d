//! Making the web, keeping it, reading it again, and how soon it knows of something new.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use domain::time::Position;
use exposure::{Size, Thing, Web};
use serde::Serialize;

use super::super::clients::stopwatch;
use super::figures::Asked;
use super::supply::Supply;
use super::trouble;
use crate::commands::{DONE, Ground, Stop, print_json};

/// Events between two words on how far it is.
const TOLD_EACH: u64 = 1_000_000;

/// What making and keeping a web took.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Made {
    pub(super) events: u64,
    pub(super) size: Size,
    pub(super) made_s: f64,
    pub(super) kept_s: f64,
    pub(super) kept_mb: u64,
    pub(super) read_s: f64,
    pub(super) peak_mb: u64,
}

impl std::fmt::Display for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} events taken in: {} things, {} edges in each direction, in {:.1} s; kept in \
             {:.1} s ({} MB), read again in {:.2} s; at most {} MB resident so far.",
            self.events,
            self.size.things,
            self.size.packed,
            self.made_s,
            self.kept_s,
            self.kept_mb,
            self.read_s,
            self.peak_mb
        )
    }
}

/// Makes the web event by event, keeps it, and reads it again.
pub(super) fn make(supply: &Supply, file: &Path) -> Result<(Web, Made), Stop> {
    let begun = stopwatch();
    let mut web = Web::new();
    let mut events = 0_u64;
    supply.each_event(&mut |recorded| {
        events += 1;
        if events.is_multiple_of(TOLD_EACH) {
            eprintln!("{events} events.");
        }
        web.take(recorded).map_err(trouble)
    })?;
    web.pack();
    let made_s = begun.elapsed().as_secs_f64();
    let peak_mb = resident("VmHWM");
    let begun = stopwatch();
    let mut to = BufWriter::with_capacity(1 << 20, File::create(file).map_err(trouble)?);
    web.write_to(&mut to, [0; 32]).map_err(trouble)?;
    to.flush().map_err(trouble)?;
    let kept_s = begun.elapsed().as_secs_f64();
    let size = web.size();
    drop(web);
    let begun = stopwatch();
    let web = open(file)?;
    let made = Made {
        events,
        size,
        made_s,
        kept_s,
        kept_mb: std::fs::metadata(file).map_err(trouble)?.len() / 1_000_000,
        read_s: begun.elapsed().as_secs_f64(),
        peak_mb,
    };
    eprintln!("{made}");
    Ok((web, made))
}

fn open(file: &Path) -> Result<Web, Stop> {
    let file = File::open(file).map_err(trouble)?;
    let mut from = BufReader::with_capacity(1 << 20, file);
    Ok(Web::read_from(&mut from).map_err(trouble)?.web)
}

/// Reads a web that was kept, and nothing else: how long that takes, and what it has in memory.
pub(super) fn read(ground: &Ground, file: &Path) -> Result<u8, Stop> {
    let begun = stopwatch();
    let web = open(file)?;
    let ready_s = begun.elapsed().as_secs_f64();
    let (resident_mb, peak_mb) = (resident("VmRSS"), resident("VmHWM"));
    if ground.json {
        print_json(&serde_json::json!({
            "ready_s": ready_s,
            "resident_mb": resident_mb,
            "peak_mb": peak_mb,
            "size": web.size(),
        }))?;
    } else {
        println!(
            "ready after {ready_s:.2} s, {resident_mb} MB resident (at most {peak_mb}), {} things.",
            web.size().things
        );
    }
    Ok(DONE)
}

/// Takes in a shipment that was not there, asks, and says how long both took together; it must be in
/// the answer.
pub(super) fn fresh(web: &mut Web, supply: &Supply, asked: &[Asked]) -> Result<f64, Stop> {
    let Some(widest) = asked.iter().max_by_key(|asked| asked.hits) else {
        return Err(trouble("no question was found"));
    };
    let question = supply.question(widest.item)?;
    let reached: BTreeSet<String> = names(web, &question, Thing::PermitLine);
    let line = reached.iter().next_back().and_then(|name| {
        let permit = name.split('#').next()?;
        permit.rsplit('-').next()?.parse().ok()
    });
    let line: u32 = line.ok_or_else(|| trouble("the widest question reaches no line"))?;
    let before = names(web, &question, Thing::Shipment);
    let next = Position(web.position().0 + 1);
    let late = supply.late_shipment(line, next)?;
    let begun = stopwatch();
    web.take(&late).map_err(trouble)?;
    let walked = web.walk(&question);
    let took = begun.elapsed().as_secs_f64();
    drop(walked);
    let after = names(web, &question, Thing::Shipment);
    if after.len() != before.len() + 1 {
        return Err(trouble("a shipment that was taken in is not in the answer"));
    }
    Ok(took)
}

fn names(web: &Web, question: &exposure::Question, kind: Thing) -> BTreeSet<String> {
    let walked = web.walk(question);
    let named = walked.hits.iter().filter_map(|hit| web.named(hit));
    named
        .filter(|(held, _)| *held == kind)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Megabytes of this process, by a line of its status on Linux; none elsewhere.
fn resident(line: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let held = text
        .lines()
        .find_map(|held| held.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes = held.and_then(|held| held.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1_024 / 1_000_000
}
