//! Playing cases.

use std::path::{Path, PathBuf};

use casework::DeskError;
use casework::scenario::{self, Played, Row, Stopped};
use domain::language::{Bilingual, Language};
use intake::scenario::{Place, Scenario, ScenarioMistakes};

use super::{DONE, Ground, MISTAKE, REFUSED, Stop, name, print_json, read};
use crate::demo_store;
use crate::system_clock::SystemClock;

pub(crate) fn run(ground: &Ground, files: &[PathBuf]) -> Result<u8, Stop> {
    if ground.store.is_some() && files.len() > 1 {
        return Err(Stop::Mistake(
            "one store holds one case: expected one file with --store".into(),
        ));
    }
    // Every file is read before one is played: a mistake in the last leaves nothing of the first.
    let (mut cases, mut wrong) = (Vec::new(), Vec::new());
    for file in files {
        match scenario::read(&read(file)?, &name(file)) {
            Ok(case) => cases.push((file, case)),
            Err(mistakes) => wrong.push(mistakes),
        }
    }
    if !wrong.is_empty() {
        return tell_mistakes(ground, &wrong);
    }
    let mut code = DONE;
    let mut all = Vec::new();
    for (file, case) in &cases {
        let played = play(ground, case, &name(file))?;
        if played.missed > 0 {
            code = REFUSED;
        }
        if ground.json {
            all.push(played);
        } else {
            show(&played, file, ground.spoken());
        }
    }
    if ground.json {
        print_json(&all)?;
    }
    Ok(code)
}

/// Plays a case. In a store that was named it is played once it has come to its end in another, so
/// that a case that stops half-way leaves nothing behind.
fn play(ground: &Ground, case: &Scenario, file: &str) -> Result<Played, Stop> {
    let once = |address: &str| -> Result<Played, Stop> {
        let entropy = casework::Clock::entropy(&SystemClock);
        scenario::play(case, demo_store::open(address)?, entropy)
            .map(|(played, _)| played)
            .map_err(|stopped| placed(stopped, file))
    };
    let rehearsed = once(&demo_store::fresh()?)?;
    match &ground.store {
        Some(address) => once(address),
        None => Ok(rehearsed),
    }
}

/// Why a case stopped, with its place in the file.
fn placed(stopped: Stopped, file: &str) -> Stop {
    let Place { line, column } = stopped.at;
    Stop::Desk(match stopped.cause {
        DeskError::Mistaken(mut mistake) if line > 0 => {
            mistake.field = format!("{file}:{line}:{column}: {}", mistake.field);
            DeskError::Mistaken(mistake)
        }
        DeskError::Refused(mut refusal) if line > 0 => {
            refusal.says = Bilingual::new(
                format!("{file}:{line}:{column}: {}", refusal.says.en),
                format!("{file}:{line}:{column}: {}", refusal.says.fr),
            );
            DeskError::Refused(refusal)
        }
        other => other,
    })
}

/// Every mistake of every file, in one language or in both.
fn tell_mistakes(ground: &Ground, wrong: &[ScenarioMistakes]) -> Result<u8, Stop> {
    if ground.json {
        print_json(&wrong)?;
        return Ok(MISTAKE);
    }
    for (spoken, word) in [(Language::En, "mistake: "), (Language::Fr, "erreur : ")] {
        if ground.language.is_none_or(|chosen| chosen == spoken) {
            for line in wrong.iter().flat_map(|held| held.lines(spoken)) {
                eprintln!("{word}{line}.");
            }
        }
    }
    Ok(MISTAKE)
}

/// The words around the table, in one language.
struct Frame {
    invented: &'static str,
    scenario: &'static str,
    heads: [&'static str; 3],
    found: &'static str,
    agrees: &'static str,
    differs: &'static str,
}

const ENGLISH: Frame = Frame {
    invented: " (everything in it is invented)",
    scenario: "scenario",
    heads: ["day", "what", "reached or expected"],
    found: "found",
    agrees: "as expected",
    differs: "DIFFERS",
};

const FRENCH: Frame = Frame {
    invented: " (tout y est inventé)",
    scenario: "scénario",
    heads: ["jour", "quoi", "atteint ou attendu"],
    found: "trouvé",
    agrees: "comme attendu",
    differs: "DIFFÈRE",
};

/// Prints a dated table that a person can follow, and again, at its end, where the file is not met.
fn show(played: &Played, file: &Path, language: Language) {
    let frame = match language {
        Language::En => ENGLISH,
        Language::Fr => FRENCH,
    };
    let mark = if played.is_synthetic {
        frame.invented
    } else {
        ""
    };
    println!("{} {}{mark}", frame.scenario, played.scenario);
    let [day, what, middle] = frame.heads;
    println!(
        "{day:10} {:>4}  {what:<62} {middle:<30} {}",
        "n", frame.found
    );
    for row in &played.rows {
        show_row(row, &frame, language);
    }
    for row in played.rows.iter().filter(|row| row.agrees == Some(false)) {
        let Place { line, column } = row.at;
        let place = match line {
            0 => name(file),
            _ => format!("{}:{line}:{column}", name(file)),
        };
        let (what, expected, found) = (&row.what, &row.expected, &row.found);
        match language {
            Language::En => println!(
                "{place}: {}: expected {}, found {}",
                what.en, expected.en, found.en
            ),
            Language::Fr => println!(
                "{place} : {} : attendu {}, trouvé {}",
                what.fr, expected.fr, found.fr
            ),
        }
    }
    match language {
        Language::En => println!(
            "{} expectations met, {} not met.",
            played.met, played.missed
        ),
        Language::Fr => println!("{} attentes remplies, {} non.", played.met, played.missed),
    }
}

fn show_row(row: &Row, frame: &Frame, language: Language) {
    let (expected, found) = (row.expected.get(language), row.found.get(language));
    let middle = match expected {
        "" => row.reached.get(language),
        expected => expected,
    };
    let told = match row.agrees {
        None => String::new(),
        Some(true) if row.found == row.expected => frame.agrees.to_owned(),
        Some(true) => format!("{}: {found}", frame.agrees),
        Some(false) => format!("{}: {found}", frame.differs),
    };
    println!(
        "{:10} {:>4}  {:<62} {middle:<30} {told}",
        row.day.to_string(),
        row.n,
        row.what.get(language),
    );
}
