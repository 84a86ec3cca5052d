//! The key of webhooks: a file that an operator keeps, from which every secret is derived.

use std::io::Write as _;
use std::path::Path;

use casework::Clock as _;
use courier::MasterKey;
use domain::id::SubscriptionId;

use super::{DONE, Ground, Stop, print_json, read};
use crate::cli::WebhookKey;
use crate::system_clock::SystemClock;

pub(crate) fn webhook_key(ground: &Ground, words: &WebhookKey) -> Result<u8, Stop> {
    match words {
        WebhookKey::New { file } => {
            write_new(file, &MasterKey::text_of(&SystemClock.entropy()))?;
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

/// Writes a secret to a file that only its owner may read. Never writes over a key: what it signed could
/// not be renewed in peace.
pub(crate) fn write_new(file: &Path, text: &str) -> Result<(), Stop> {
    let said = |error: std::io::Error| Stop::Mistake(format!("`{}`: {error}", file.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file).map_err(said)?;
    writeln!(opened, "{text}").map_err(said)?;
    opened.sync_all().map_err(said)
}
