//! The gate from the command line.

use std::collections::BTreeMap;
use std::path::Path;

use casework::gate::{GateAnswer, ReleaseRequest};
use domain::id::ShipmentId;
use domain::time::Day;
use web::exits::{self, BothBody, ExitBody, RestoreBody};

use super::{DONE, Ground, REFUSED, Stop, print_json, read};
use crate::cli::{Exit, Gate, GiveBack};

pub(crate) fn gate(ground: &Ground, words: &Gate) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let id = |text: &str| ShipmentId::new(text).map_err(|m| Stop::Mistake(m.to_string()));
    match words {
        Gate::Check { file } => answer(ground, &desk.check_release(&request(file)?)?),
        Gate::Reserve { file, key } => {
            let done = desk.reserve(&ground.actor(&desk)?, &request(file)?, key)?;
            if done.is_repeat && !ground.json {
                println!("this repeats the first answer under this key.");
            }
            answer(ground, &done.what)
        }
        Gate::Confirm(words) => {
            let report = exit(words)?.report(desk.today()?)?;
            let shipment = id(&words.shipment)?;
            let done = desk.confirm_exit(&ground.actor(&desk)?, &shipment, &report)?;
            print_json(&done.what)?;
            Ok(DONE)
        }
        Gate::Restore(words) => {
            let back = give_back(words)?;
            let amounts = exits::amounts(&back.amounts)?;
            let shipment = id(&words.shipment)?;
            let actor = ground.actor(&desk)?;
            let done = desk.restore(&actor, &shipment, &amounts, back.because)?;
            print_json(&done.what)?;
            Ok(DONE)
        }
    }
}

/// The report of an exit, from a file or from flags.
fn exit(words: &Exit) -> Result<ExitBody, Stop> {
    if let Some(file) = &words.file {
        return body(file);
    }
    let on = words.on.as_deref().map(Day::parse).transpose();
    Ok(ExitBody {
        amounts: by_line(&words.amounts)?,
        on: on.map_err(|m| Stop::Mistake(format!("--on: {m}")))?,
        is_partial: words.partial,
        serials: words.serials.clone(),
    })
}

/// What is given back, from a file or from flags.
fn give_back(words: &GiveBack) -> Result<RestoreBody, Stop> {
    if let Some(file) = &words.file {
        return body(file);
    }
    let because = serde_json::from_value(words.because.as_str().into());
    Ok(RestoreBody {
        amounts: by_line(&words.amounts)?,
        because: because.map_err(|m| Stop::Mistake(format!("--because: {m}")))?,
    })
}

/// Amounts by line, each as `LINE:QUANTITY:VALUE`.
fn by_line(given: &[String]) -> Result<BTreeMap<u32, BothBody>, Stop> {
    let mut amounts = BTreeMap::new();
    for text in given {
        let wrong = || {
            let says = "expected LINE:QUANTITY:VALUE, each line once, as in 1:2:1000.00";
            Stop::Mistake(format!("--amount `{text}`: {says}"))
        };
        let mut parts = text.split(':');
        let (line, quantity, value) = (parts.next(), parts.next(), parts.next());
        let (Some(line), Some(quantity), Some(value), None) = (line, quantity, value, parts.next())
        else {
            return Err(wrong());
        };
        let line: u32 = line.parse().map_err(|_| wrong())?;
        let both = BothBody {
            quantity: quantity.to_owned(),
            value: value.to_owned(),
        };
        if amounts.insert(line, both).is_some() {
            return Err(wrong());
        }
    }
    Ok(amounts)
}

/// A body of the API, from a file.
fn body<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, Stop> {
    serde_json::from_slice(&read(file)?)
        .map_err(|cause| Stop::Mistake(format!("`{}`: {cause}", file.display())))
}

fn request(file: &Path) -> Result<ReleaseRequest, Stop> {
    body(file)
}

fn answer(ground: &Ground, answer: &GateAnswer) -> Result<u8, Stop> {
    if ground.json {
        print_json(answer)?;
    }
    match answer {
        GateAnswer::Released { shipment, left, .. } => {
            if !ground.json {
                println!("it may leave: {shipment}");
                for line in left {
                    println!(
                        "  line {}: left {} worth {}",
                        line.line,
                        line.quantity.as_deref().unwrap_or("without limit"),
                        line.value.as_deref().unwrap_or("without limit")
                    );
                }
            }
            Ok(DONE)
        }
        GateAnswer::Refused { reasons } => {
            if !ground.json {
                println!("it may not leave / cela ne peut pas sortir");
                for because in reasons {
                    println!("  - {} ({})", because.says.en, because.law);
                    println!("    {}", because.says.fr);
                    println!(
                        "    what would have to change: {}",
                        because.would_have_to_change.en
                    );
                }
            }
            Ok(REFUSED)
        }
    }
}
