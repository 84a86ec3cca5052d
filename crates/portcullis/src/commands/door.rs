//! Acts of officers, and what an operator does.

use std::collections::BTreeSet;
use std::path::Path;

use casework::officers::Appoint;
use domain::id::{CompartmentId, OfficeId, OfficerId, PartyId};
use register::Origin;
use register::{CheckpointVerifier, Excerpt, SignedCheckpoint, VerifyOptions, VerifyReport};
use serde_json::{Value, json};

use super::{DONE, Ground, REFUSED, Stop, print_json, read};
use crate::cli::{Officer, Verify};

pub(crate) fn officer(ground: &Ground, words: &Officer) -> Result<u8, Stop> {
    let Officer::Appoint {
        person,
        name,
        roles,
        office,
        party,
        compartments,
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
        compartments: compartments
            .iter()
            .map(|id| CompartmentId::new(id))
            .collect::<Result<_, _>>()
            .map_err(wrong)?,
        effective_from: desk.today()?,
        wants_token: true,
    };
    let token = desk.appoint(&ground.actor(&desk)?, &request)?.what;
    if ground.json {
        print_json(&json!({ "officer": person, "token": token }))?;
        return Ok(DONE);
    }
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
    if let (Some(file), Some(verifier)) = (&words.excerpt, &verifier) {
        return excerpt(ground, file, verifier);
    }
    let since = words.since.as_deref().map(checkpoint).transpose()?;
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
    let origin = desk.store().origin();
    let origin = origin.map_err(|fault| Stop::Fault(fault.to_string()))?;
    if ground.json {
        let mut whole = as_json(&report);
        if let Some(fields) = whole.as_object_mut() {
            fields.insert("origin".into(), json!(origin_in_words(&origin)));
        }
        print_json(&whole)?;
    } else {
        show(&report);
        if let Some(words) = origin_in_words(&origin) {
            println!("{words}");
        }
    }
    Ok(if report.is_clean() { DONE } else { REFUSED })
}

/// Where a register comes from, unless it is its own.
fn origin_in_words(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Own => None,
        Origin::Copy { events } => Some(format!("a backup of {events} events, not restored")),
        Origin::Restored { record } => Some(record.clone()),
    }
}

/// A checkpoint that was kept outside the register.
fn checkpoint(path: &Path) -> Result<SignedCheckpoint, Stop> {
    let text = String::from_utf8(read(path)?)
        .map_err(|_| Stop::Mistake(format!("`{}` is not UTF-8", path.display())))?;
    SignedCheckpoint::parse(&text).map_err(|m| Stop::Mistake(format!("`{}`: {m}", path.display())))
}

/// Checks one excerpt by itself, without a register: that the event, as disclosed, is in the log
/// that the key signed.
fn excerpt(ground: &Ground, file: &Path, by: &CheckpointVerifier) -> Result<u8, Stop> {
    let held: Excerpt = serde_json::from_slice(&read(file)?)
        .map_err(|cause| Stop::Mistake(format!("`{}`: {cause}", file.display())))?;
    let proven = held.verify(by);
    let because = proven.as_ref().err().map(ToString::to_string);
    if ground.json {
        print_json(&json!({
            "position": held.position, "kind": held.kind,
            "recorded_at": held.recorded_at.to_string(),
            "is_proven": proven.is_ok(), "because": because,
        }))?;
    } else if let Some(because) = &because {
        println!(
            "WRONG / ERREUR : event {} {}: {because}",
            held.position, held.kind
        );
    } else {
        println!(
            "event {} {} of {} is in the signed log / l’événement figure dans le journal signé",
            held.position, held.kind, held.recorded_at
        );
    }
    Ok(if proven.is_ok() { DONE } else { REFUSED })
}

fn show(report: &VerifyReport) {
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
}

/// What a verification found, for programs.
pub(super) fn as_json(report: &VerifyReport) -> Value {
    let findings = report.findings.iter();
    let findings: Vec<Value> = findings
        .map(|found| json!({ "place": found.place.to_string(), "what": found.what }))
        .collect();
    json!({
        "events": report.events, "views": report.views, "kept_bytes": report.vault,
        "checkpoints": report.checkpoints, "root": report.root.to_string(),
        "findings": findings, "unlisted": report.unlisted, "is_clean": report.is_clean(),
    })
}

pub(crate) fn backup(ground: &Ground, file: &Path) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    desk.store()
        .backup_to(file)
        .map_err(|fault| Stop::Fault(fault.to_string()))?;
    if ground.json {
        print_json(&json!({ "file": file.display().to_string() }))?;
    } else {
        println!("written to `{0}` / écrit dans `{0}`.", file.display());
    }
    Ok(DONE)
}
