//! Acts of officers, and what an operator does.

use std::collections::BTreeSet;
use std::path::Path;

use casework::officers::Appoint;
use domain::id::{DecisionId, OfficeId, OfficerId, PartyId};
use domain::measure::Draft;
use domain::measure::sign::Hand;
use register::{CheckpointVerifier, SignedCheckpoint, VerifyOptions};

use super::{DONE, Ground, REFUSED, Stop, print_json, read};
use crate::cli::{Officer, Verify};

pub(crate) fn propose(ground: &Ground, file: &Path) -> Result<u8, Stop> {
    let draft: Draft = serde_json::from_slice(&read(file)?)
        .map_err(|cause| Stop::Mistake(format!("`{}`: {cause}", file.display())))?;
    let desk = ground.desk()?;
    let done = desk.propose(&ground.actor(&desk)?, draft)?;
    print_json(&done.what)?;
    Ok(DONE)
}

pub(crate) fn sign(ground: &Ground, decision: &str, emergency: bool) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let id = DecisionId::new(decision).map_err(|m| Stop::Mistake(m.to_string()))?;
    let hand = if emergency {
        Hand::Emergency
    } else {
        Hand::Second
    };
    let actor = ground.actor(&desk)?;
    let done = desk.sign(&actor, &id, hand)?;
    desk.settle(&actor)?;
    print_json(&done.what)?;
    Ok(DONE)
}

pub(crate) fn countersign(ground: &Ground, decision: &str) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let id = DecisionId::new(decision).map_err(|m| Stop::Mistake(m.to_string()))?;
    desk.countersign(&ground.actor(&desk)?, &id)?;
    println!("decision {id} is countersigned.");
    Ok(DONE)
}

pub(crate) fn officer(ground: &Ground, words: &Officer) -> Result<u8, Stop> {
    let Officer::Appoint {
        officer,
        name,
        roles,
        office,
        party,
    } = words;
    let wrong = |m: domain::id::IdMistake| Stop::Mistake(m.to_string());
    let desk = ground.desk()?;
    let request = Appoint {
        officer: OfficerId::new(officer).map_err(wrong)?,
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
    println!("{officer} is appointed.");
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
