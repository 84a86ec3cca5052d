//! The gate from the command line.

use std::collections::BTreeMap;
use std::path::Path;

use casework::gate::{GateAnswer, ReleaseRequest};
use domain::id::ShipmentId;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::ConfirmExit;

use super::{DONE, Ground, REFUSED, Stop, print_json, read};
use crate::cli::Gate;

pub(crate) fn gate(ground: &Ground, words: &Gate) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let id = |text: &str| ShipmentId::new(text).map_err(|m| Stop::Mistake(m.to_string()));
    match words {
        Gate::Check { file } => answer(ground, &desk.check_release(&request(file)?)?),
        Gate::Reserve { file, key } => {
            let done = desk.reserve(&ground.actor(&desk)?, &request(file)?, key)?;
            if done.is_repeat {
                println!("this repeats the first answer under this key.");
            }
            answer(ground, &done.what)
        }
        Gate::Confirm { shipment } => {
            let report = ConfirmExit {
                amounts: BTreeMap::new(),
                on: desk.today()?,
                is_partial: false,
                serials: Vec::new(),
            };
            print_json(
                &desk
                    .confirm_exit(&ground.actor(&desk)?, &id(shipment)?, &report)?
                    .what,
            )?;
            Ok(DONE)
        }
        Gate::Restore { shipment } => {
            let actor = ground.actor(&desk)?;
            let cause = RestoreCause::GivenUp;
            print_json(
                &desk
                    .restore(&actor, &id(shipment)?, &BTreeMap::new(), cause)?
                    .what,
            )?;
            Ok(DONE)
        }
    }
}

fn request(file: &Path) -> Result<ReleaseRequest, Stop> {
    serde_json::from_slice(&read(file)?)
        .map_err(|cause| Stop::Mistake(format!("`{}`: {cause}", file.display())))
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
