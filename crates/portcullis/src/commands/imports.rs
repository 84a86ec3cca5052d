//! Imports.

use std::path::{Path, PathBuf};

use casework::{Actor, Desk};
use domain::language::Language;
use intake::control_list::{ControlListSource, ListKind, SourceFile, identify};
use intake::mapping::read_map;
use intake::outcome::{Counts, Outcome, RowReport, Summary};

use super::{DONE, Ground, REFUSED, Stop, name, print_json, read};

/// Rows set aside that are shown; the report in JSON has all of them.
const SHOWN_MAX: usize = 40;

pub(crate) fn permits(ground: &Ground, file: &Path, map: &Path) -> Result<u8, Stop> {
    let map =
        read_map(&read(map)?, &name(map)).map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
    let bytes = read(file)?;
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk.import_permits(&actor, &bytes, &name(file), &map)?.what;
    let counts = &done.read.summary.counts;
    if ground.json {
        print_json(&done)?;
    } else {
        show_counts(counts);
        println!(
            "permits recorded {}, parties registered {}, held already {}",
            done.permits,
            done.parties,
            done.held_already.len()
        );
        println!(
            "ratings read one level up, because no edition goes deeper: {}",
            done.rated_above
        );
        show_rows(&done.read.summary, &done.read.rows);
    }
    let left = counts.set_aside > 0 || !done.held_already.is_empty();
    Ok(if left { REFUSED } else { DONE })
}

/// The plain layout of parties that ships.
const PARTIES_MAP: (&str, &str) = (
    "parties.toml",
    include_str!("../../../../lists/maps/parties.toml"),
);

pub(crate) fn parties(ground: &Ground, file: &Path, map: Option<&Path>) -> Result<u8, Stop> {
    let map = match map {
        Some(map) => read_map(&read(map)?, &name(map)),
        None => read_map(PARTIES_MAP.1.as_bytes(), PARTIES_MAP.0),
    }
    .map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
    let bytes = read(file)?;
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk.import_parties(&actor, &bytes, &name(file), &map)?.what;
    let counts = &done.read.summary.counts;
    if ground.json {
        print_json(&done)?;
    } else {
        show_counts(counts);
        println!(
            "parties registered {}, held already {}",
            done.registered.len(),
            done.held_already.len()
        );
        for (row, party) in done.held_already.iter().take(SHOWN_MAX) {
            println!("held already: {}:{row}: {party}", name(file));
        }
        show_rows(&done.read.summary, &done.read.rows);
    }
    let left = counts.set_aside > 0 || !done.held_already.is_empty();
    Ok(if left { REFUSED } else { DONE })
}

fn show_counts(counts: &Counts) {
    println!(
        "rows {}: imported {}, imported with stated assumptions {}, set aside {}",
        counts.rows, counts.imported, counts.with_assumptions, counts.set_aside
    );
}

/// What was assumed, and the first rows that were set aside.
fn show_rows(summary: &Summary, rows: &[RowReport]) {
    println!("assumptions:");
    for tally in summary.assumptions.values() {
        println!("  {:>7}  {}", tally.rows, tally.text.en);
    }
    let aside = rows.iter().filter_map(|row| match &row.outcome {
        Outcome::SetAside { reason } => Some((row, reason)),
        _ => None,
    });
    for (row, reason) in aside.take(SHOWN_MAX) {
        let given = reason.given.as_deref().unwrap_or_default();
        println!(
            "set aside: {}:{}: {} `{given}`",
            row.at.file,
            row.at.line,
            reason.code.text().en
        );
    }
}

pub(crate) fn control_list(ground: &Ground, files: &[PathBuf]) -> Result<u8, Stop> {
    let (mut en, mut fr) = (None, None);
    let mut kind = None;
    let mut held = Vec::new();
    for file in files {
        held.push((name(file), read(file)?));
    }
    for (name, bytes) in &held {
        let source = SourceFile { bytes, name };
        let identity = identify(source).map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
        kind = Some(identity.kind);
        match identity.language {
            Language::En => en = Some(source),
            Language::Fr => fr = Some(source),
        }
    }
    let source = ControlListSource { en, fr };
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    if kind == Some(ListKind::Countries) {
        return countries(ground, &desk, &actor, &source);
    }
    let done = desk.import_control_list(&actor, &source)?.what;
    if ground.json {
        print_json(&done)?;
    } else {
        println!("{} is adopted: {} entries", done.key, done.entries);
        for note in &done.notes {
            println!("  {note}");
        }
    }
    Ok(DONE)
}

fn countries(
    ground: &Ground,
    desk: &Desk,
    actor: &Actor,
    source: &ControlListSource<'_>,
) -> Result<u8, Stop> {
    let done = desk.import_country_list(actor, source)?.what;
    if ground.json {
        print_json(&done)?;
        return Ok(DONE);
    }
    println!("{} is adopted: {} countries", done.key, done.countries);
    for country in &done.left {
        println!("  no longer on it: {country}");
    }
    for note in &done.notes {
        println!("  {}", note.en);
    }
    Ok(DONE)
}
