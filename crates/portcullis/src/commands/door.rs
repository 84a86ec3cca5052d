//! Acts of officers, and what an operator does.

use std::collections::BTreeSet;
use std::path::Path;

use casework::officers::Appoint;
use domain::id::{OfficeId, OfficerId, PartyId};
use register::{CheckpointVerifier, SignedCheckpoint, VerifyOptions};

use super::{DONE, Ground, REFUSED, Stop, read};
use crate::cli::{Officer, Verify};

pub(crate) fn officer(ground: &Ground, words: &Officer) -> Result<u8, Stop> {
    let Officer::Appoint {
        person,
        name,
        roles,
        office,
        party,
    } = words;
    let wrong = |m: domain::id::IdMistake| Stop::Mistake(m.to_string());
    let desk = ground.desk()?;
    let request = Appoint {
        officer: OfficerId::new(person).map_err(wrong)?,
        name: name.clone(),
        roles: roles.iter().cloned().collect::<BTreeSet<_>>(),
        office: office
            .as_deref()
            .map(OfficeId::new)
            .transpose()
            .map_err(wrong)?,
        party: party
            .as_deref()
            .map(PartyId::new)
            .transpose()
            .map_err(wrong)?,
        effective_from: desk.today()?,
        wants_token: true,
    };
    let token = desk.appoint(&ground.actor(&desk)?, &request)?.what;
    println!("{person} is appointed / est nommé.");
    if let Some(token) = token {
        println!("token, shown once: {token}");
    }
    Ok(DONE)
}

pub(crate) fn verify(ground: &Ground, words: &Verify) -> Result<u8, Stop> {
    let verifier = words
        .signed_by
        .as_deref()
        .map(CheckpointVerifier::parse)
        .transpose()
        .map_err(|m| Stop::Mistake(format!("--signed-by: {m}")))?;
    let since = match &words.since {
        None => None,
        Some(path) => {
            let text = String::from_utf8(read(path)?)
                .map_err(|_| Stop::Mistake(format!("`{}` is not UTF-8", path.display())))?;
            let parsed = SignedCheckpoint::parse(&text)
                .map_err(|m| Stop::Mistake(format!("`{}`: {m}", path.display())))?;
            Some(parsed)
        }
    };
    let desk = ground.desk()?;
    let options = VerifyOptions {
        since: since.as_ref(),
        signed_by: verifier.as_ref(),
        ..VerifyOptions::default()
    };
    let report = desk
        .store()
        .verify(&options, &mut |_| {})
        .map_err(|fault| Stop::Fault(fault.to_string()))?;
    println!(
        "events {}, views {}, kept bytes {}, checkpoints {}",
        report.events, report.views, report.vault, report.checkpoints
    );
    println!("root {}", report.root);
    for finding in &report.findings {
        println!("WRONG: {finding}");
    }
    if report.unlisted > 0 {
        println!("and {} more", report.unlisted);
    }
    Ok(if report.findings.is_empty() {
        DONE
    } else {
        REFUSED
    })
}

pub(crate) fn backup(ground: &Ground, file: &Path) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    desk.store()
        .backup_to(file)
        .map_err(|fault| Stop::Fault(fault.to_string()))?;
    println!("written to `{}`.", file.display());
    Ok(DONE)
}
