//! Imports.

use std::path::{Path, PathBuf};

use casework::{DeskError, country_list, import, import_parties};
use domain::language::Language;
use domain::refusal::Says as _;
use intake::control_list::{ControlListSource, CountryListImport, ListKind, SourceFile, identify};
use intake::mapping::{Map, read_map};
use intake::outcome::{Counts, Outcome, RowReport, Summary};

use super::{DONE, Ground, REFUSED, Stop, name, print_json, read};

/// Rows set aside that are shown; the report in JSON has all of them.
const SHOWN_MAX: usize = 40;

/// Reads a mapping file.
fn map_of(bytes: &[u8], name: &str) -> Result<Map, Stop> {
    read_map(bytes, name).map_err(|mistake| Stop::Unread(mistake.says()))
}

pub(crate) fn permits(ground: &Ground, file: &Path, map: &Path) -> Result<u8, Stop> {
    let map = map_of(&read(map)?, &name(map))?;
    let bytes = read(file)?;
    let held = import::read_permits(&bytes, &name(file), &map).map_err(unread)?;
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk
        .import_permits(&actor, (&bytes, &name(file)), &held)?
        .what;
    let counts = &done.read.summary.counts;
    if ground.json {
        print_json(&done)?;
    } else {
        let language = ground.spoken();
        show_counts(counts, language);
        let held = done.held_already.len();
        match language {
            Language::En => {
                println!(
                    "permits recorded {}, parties registered {}, held already {held}",
                    done.permits, done.parties
                );
                println!(
                    "ratings read one level up, because no edition goes deeper: {}",
                    done.rated_above
                );
            }
            Language::Fr => {
                println!(
                    "licences consignées {}, parties inscrites {}, déjà au registre {held}",
                    done.permits, done.parties
                );
                println!(
                    "classifications lues un niveau plus haut, aucune édition n’allant plus bas : {}",
                    done.rated_above
                );
            }
        }
        show_rows(&done.read.summary, &done.read.rows, language);
    }
    let left = counts.set_aside > 0 || !done.held_already.is_empty();
    Ok(if left { REFUSED } else { DONE })
}

/// What is wrong with a file names it already.
fn unread(error: DeskError) -> Stop {
    match error {
        DeskError::Mistaken(mistake) if mistake.field == "file" => Stop::Unread(mistake.expected),
        other => other.into(),
    }
}

/// The plain layout of parties that ships.
const PARTIES_MAP: (&str, &str) = (
    "parties.toml",
    include_str!("../../../../lists/maps/parties.toml"),
);

pub(crate) fn parties(ground: &Ground, file: &Path, map: Option<&Path>) -> Result<u8, Stop> {
    let map = match map {
        Some(map) => map_of(&read(map)?, &name(map))?,
        None => map_of(PARTIES_MAP.1.as_bytes(), PARTIES_MAP.0)?,
    };
    let bytes = read(file)?;
    let held = import_parties::read_parties(&bytes, &name(file), &map).map_err(unread)?;
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk.import_parties(&actor, &bytes, held)?.what;
    let counts = &done.read.summary.counts;
    if ground.json {
        print_json(&done)?;
    } else {
        let language = ground.spoken();
        show_counts(counts, language);
        let (new, held) = (done.registered.len(), done.held_already.len());
        let again = match language {
            Language::En => {
                println!("parties registered {new}, held already {held}");
                "held already: "
            }
            Language::Fr => {
                println!("parties inscrites {new}, déjà au registre {held}");
                "déjà au registre : "
            }
        };
        for (row, party) in done.held_already.iter().take(SHOWN_MAX) {
            println!("{again}{}:{row}: {party}", name(file));
        }
        show_rows(&done.read.summary, &done.read.rows, language);
    }
    let left = counts.set_aside > 0 || !done.held_already.is_empty();
    Ok(if left { REFUSED } else { DONE })
}

fn show_counts(counts: &Counts, language: Language) {
    let (rows, plain) = (counts.rows, counts.imported);
    let (assumed, aside) = (counts.with_assumptions, counts.set_aside);
    match language {
        Language::En => println!(
            "rows {rows}: imported {plain}, imported with stated assumptions {assumed}, \
             set aside {aside}"
        ),
        Language::Fr => println!(
            "lignes {rows} : importées {plain}, importées avec hypothèses déclarées {assumed}, \
             mises de côté {aside}"
        ),
    }
}

/// What was assumed, and the first rows that were set aside.
fn show_rows(summary: &Summary, rows: &[RowReport], language: Language) {
    let (assumptions, set_aside, of) = match language {
        Language::En => ("assumptions:", "set aside: ", "in"),
        Language::Fr => ("hypothèses :", "mise de côté : ", "dans"),
    };
    println!("{assumptions}");
    for tally in summary.assumptions.values() {
        println!("  {:>7}  {}", tally.rows, tally.text.get(language));
    }
    let aside = rows.iter().filter_map(|row| match &row.outcome {
        Outcome::SetAside { reason } => Some((row, reason)),
        _ => None,
    });
    for (row, reason) in aside.take(SHOWN_MAX) {
        let column = reason.column.as_ref();
        let place = column.map(|column| format!(" {of} `{column}`"));
        let given = reason.given.as_ref().filter(|given| !given.is_empty());
        let given = given.map(|given| format!(": `{given}`"));
        println!(
            "{set_aside}{}: {}{}{}",
            row.at,
            reason.code.text().get(language),
            place.unwrap_or_default(),
            given.unwrap_or_default()
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
        let identity = identify(source).map_err(|mistake| Stop::Unread(mistake.says()))?;
        kind = Some(identity.kind);
        match identity.language {
            Language::En => en = Some(source),
            Language::Fr => fr = Some(source),
        }
    }
    let source = ControlListSource { en, fr };
    if kind == Some(ListKind::Countries) {
        return countries(ground, &country_list::read_country_list(&source)?);
    }
    let list = import::read_control_list(&source)?;
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk.import_control_list(&actor, &list)?.what;
    if ground.json {
        print_json(&done)?;
    } else {
        let (key, entries, language) = (&done.key, done.entries, ground.spoken());
        match language {
            Language::En => println!("{key} is adopted: {entries} entries"),
            Language::Fr => println!("{key} est adoptée : {entries} articles"),
        }
        for note in &done.notes {
            println!("  {}", note.get(language));
        }
    }
    Ok(DONE)
}

fn countries(ground: &Ground, list: &CountryListImport) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let actor = ground.actor(&desk)?;
    let done = desk.import_country_list(&actor, list)?.what;
    if ground.json {
        print_json(&done)?;
        return Ok(DONE);
    }
    let (key, countries, language) = (&done.key, done.countries, ground.spoken());
    match language {
        Language::En => println!("{key} is adopted: {countries} countries"),
        Language::Fr => println!("{key} est adoptée : {countries} pays"),
    }
    for country in &done.left {
        match language {
            Language::En => println!("  no longer on it: {country}"),
            Language::Fr => println!("  n’y figure plus : {country}"),
        }
    }
    for note in &done.notes {
        println!("  {}", note.get(language));
    }
    Ok(DONE)
}
