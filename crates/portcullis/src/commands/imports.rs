//! Imports.

use std::path::{Path, PathBuf};

use domain::language::Language;
use intake::control_list::{ControlListSource, SourceFile, identify};
use intake::outcome::Outcome;

use super::{DONE, Ground, REFUSED, Stop, name, print_json, read};

/// Rows set aside that are shown; the report in JSON has all of them.
const SHOWN_MAX: usize = 40;

pub(crate) fn permits(ground: &Ground, file: &Path, map: &Path) -> Result<u8, Stop> {
    let map = intake::mapping::read_map(&read(map)?, &name(map))
        .map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
    let bytes = read(file)?;
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk.import_permits(&actor, &bytes, &name(file), &map)?.what;
    let counts = &done.read.summary.counts;
    if ground.json {
        print_json(&done)?;
    } else {
        println!(
            "rows {}: imported {}, imported with stated assumptions {}, set aside {}",
            counts.rows, counts.imported, counts.with_assumptions, counts.set_aside
        );
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
        println!("assumptions:");
        for tally in done.read.summary.assumptions.values() {
            println!("  {:>7}  {}", tally.rows, tally.text.en);
        }
        let aside = done.read.rows.iter().filter_map(|row| match &row.outcome {
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
    let left = counts.set_aside > 0 || !done.held_already.is_empty();
    Ok(if left { REFUSED } else { DONE })
}

pub(crate) fn control_list(ground: &Ground, files: &[PathBuf]) -> Result<u8, Stop> {
    let (mut en, mut fr) = (None, None);
    let mut held = Vec::new();
    for file in files {
        held.push((name(file), read(file)?));
    }
    for (name, bytes) in &held {
        let source = SourceFile { bytes, name };
        let identity = identify(source).map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
        let source = SourceFile { bytes, name };
        match identity.language {
            Language::En => en = Some(source),
            Language::Fr => fr = Some(source),
        }
    }
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk
        .import_control_list(&actor, &ControlListSource { en, fr })?
        .what;
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
