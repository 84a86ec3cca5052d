//! The key of webhooks: a file that an operator keeps, from which every secret is derived.

use std::path::Path;

use casework::Clock as _;
use courier::MasterKey;
use domain::id::SubscriptionId;

use super::{DONE, Ground, Stop, print_json, read, write_secret};
use crate::cli::WebhookKey;
use crate::system_clock::SystemClock;

pub(crate) fn webhook_key(ground: &Ground, words: &WebhookKey) -> Result<u8, Stop> {
    match words {
        WebhookKey::New { file } => {
            write_secret(file, &MasterKey::text_of(&SystemClock.entropy()))?;
            println!("a new key is in {}.", file.display());
            Ok(DONE)
        }
        WebhookKey::Secret {
            subscription,
            webhook_key,
        } => {
            let id = SubscriptionId::new(subscription)
                .map_err(|mistake| Stop::Mistake(mistake.to_string()))?;
            let desk = ground.desk()?;
            let held = desk.webhook(&id)?.ok_or_else(|| {
                Stop::Mistake(format!("there is no subscription {id} in this register"))
            })?;
            let secret = read_key(webhook_key)?.secret(&id, held.generation).text();
            if ground.json {
                print_json(&serde_json::json!({
                    "subscription": id, "generation": held.generation, "secret": secret,
                }))?;
            } else {
                println!("{secret}");
            }
            Ok(DONE)
        }
    }
}

/// Reads a key file.
pub(crate) fn read_key(file: &Path) -> Result<MasterKey, Stop> {
    let text = String::from_utf8(read(file)?).unwrap_or_default();
    MasterKey::read(&text)
        .map_err(|mistake| Stop::Mistake(format!("`{}`: {mistake}", file.display())))
}
