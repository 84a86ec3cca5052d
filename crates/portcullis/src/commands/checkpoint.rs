//! Checkpoints: signed statements of how long the log is and what it hashes to, for keeping where the
//! register is not.

use std::path::Path;

use casework::Clock as _;
use register::{CheckpointKey, SignedCheckpoint};
use serde_json::json;

use super::{DONE, Ground, REFUSED, Stop, print_json, read, write_secret};
use crate::cli::Checkpoint;
use crate::system_clock::SystemClock;

pub(crate) fn checkpoint(ground: &Ground, words: &Checkpoint) -> Result<u8, Stop> {
    match words {
        Checkpoint::NewKey { file, name } => {
            let key = CheckpointKey::new(name, &SystemClock.entropy())
                .map_err(|mistake| Stop::Mistake(format!("--name: {mistake}")))?;
            write_secret(file, &key.secret_text())?;
            let public = key.verifier().to_string();
            if ground.json {
                print_json(&json!({ "file": file, "public_key": public }))?;
            } else {
                println!("{public}");
            }
            Ok(DONE)
        }
        Checkpoint::Sign { checkpoint_key } => {
            let key = read_key(checkpoint_key)?;
            print(ground, &ground.desk()?.sign_checkpoint(&key)?)
        }
        Checkpoint::Show => {
            let desk = ground.desk()?;
            let log = desk.store().read().map_err(casework::DeskError::from)?;
            let last = log.latest_checkpoint().map_err(casework::DeskError::from)?;
            match last {
                Some(signed) => print(ground, &signed),
                None => {
                    println!("no checkpoint was signed / aucun point de contrôle n’a été signé.");
                    Ok(REFUSED)
                }
            }
        }
    }
}

fn print(ground: &Ground, signed: &SignedCheckpoint) -> Result<u8, Stop> {
    if ground.json {
        let stated = signed.checkpoint();
        print_json(&json!({
            "origin": stated.origin,
            "size": stated.size,
            "root": stated.root.to_string(),
            "recorded_at": stated.recorded_at.to_string(),
            "text": signed.text(),
        }))?;
    } else {
        // As it is: another byte would be another text than the one signed.
        print!("{}", signed.text());
    }
    Ok(DONE)
}

/// Reads a key file.
pub(crate) fn read_key(file: &Path) -> Result<CheckpointKey, Stop> {
    let text = String::from_utf8(read(file)?).unwrap_or_default();
    CheckpointKey::parse(&text)
        .map_err(|mistake| Stop::Mistake(format!("`{}`: {mistake}", file.display())))
}
