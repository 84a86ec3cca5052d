//! Restoring a copy: to a new store only, checked whole, and never silently when it may be older than
//! the newest stop.

use std::path::{Path, PathBuf};

use register::{CheckpointVerifier, Hash, SignedCheckpoint, Store, VerifyOptions, VerifyReport};

use super::{DONE, Ground, REFUSED, Stop, read};
use crate::cli::Restore;
use crate::demo_store;

/// Longest file that is looked at as a checkpoint: a few lines, and the signatures of witnesses.
const CHECKPOINT_BYTES_MAX: u64 = 64 * 1024;

/// What the copy has to reach.
enum Expected {
    /// A checkpoint that was kept outside.
    Checkpoint(Box<SignedCheckpoint>, Option<CheckpointVerifier>),
    /// So many events under this root.
    Head(u64, Hash),
    /// Nothing: whoever restores takes it as it is.
    Anything,
}

pub(crate) fn restore(ground: &Ground, words: &Restore) -> Result<u8, Stop> {
    let expected = expected(words)?;
    let target = target(ground)?;
    let copied = copy(&words.file, &target)?;
    let address = format!("sqlite:{}", target.display());
    let outcome = demo_store::open(&address)
        .map_err(Stop::from)
        .and_then(|store| check(store.as_ref(), &expected));
    // A copy that is damaged or too old is taken away again: it never goes live by accident.
    if !matches!(outcome, Ok(DONE)) {
        remove(&target);
        if outcome.is_ok() {
            println!("nothing is restored / rien n’est restauré.");
        }
        return outcome;
    }
    println!(
        "{copied} bytes are restored to {address} / {copied} octets sont restaurés dans {address}"
    );
    Ok(DONE)
}

fn expected(words: &Restore) -> Result<Expected, Stop> {
    let Some(text) = &words.expect else {
        if words.accept_older {
            return Ok(Expected::Anything);
        }
        return Err(Stop::Mistake(
            "a copy may be older than the newest stop: expected --expect CHECKPOINT, or \
             --accept-older to take it as it is"
                .into(),
        ));
    };
    let verifier = words
        .signed_by
        .as_deref()
        .map(CheckpointVerifier::parse)
        .transpose()
        .map_err(|m| Stop::Mistake(format!("--signed-by: {m}")))?;
    if let Some((size, root)) = text.split_once(':')
        && let (Ok(size), Ok(root)) = (size.parse(), root.parse())
    {
        return Ok(Expected::Head(size, root));
    }
    let path = Path::new(text);
    let said = |because: String| Stop::Mistake(format!("--expect `{text}`: {because}"));
    let size = std::fs::metadata(path)
        .map_err(|error| said(error.to_string()))?
        .len();
    if size > CHECKPOINT_BYTES_MAX {
        return Err(said("too large for a checkpoint".into()));
    }
    let bytes = read(path)?;
    let note = String::from_utf8(bytes).map_err(|_| said("not UTF-8".into()))?;
    let signed = match &verifier {
        Some(verifier) => SignedCheckpoint::open(&note, verifier),
        None => SignedCheckpoint::parse(&note),
    };
    let signed = signed.map_err(|m| said(m.to_string()))?;
    Ok(Expected::Checkpoint(Box::new(signed), verifier))
}

/// The file of the new store, which must not be there yet.
fn target(ground: &Ground) -> Result<PathBuf, Stop> {
    let address = ground.store.as_deref().unwrap_or_default();
    let Some(file) = address.strip_prefix("sqlite:").filter(|f| !f.is_empty()) else {
        return Err(Stop::Mistake(
            "expected --store sqlite:FILE, a file that is not there yet".into(),
        ));
    };
    let file = PathBuf::from(file);
    for tail in ["", "-wal", "-shm"] {
        let mut beside = file.clone().into_os_string();
        beside.push(tail);
        if std::fs::symlink_metadata(&beside).is_ok() {
            let beside = PathBuf::from(beside);
            let says = format!(
                "`{}` is there already: a restore never overwrites",
                beside.display()
            );
            return Err(Stop::Mistake(says));
        }
    }
    Ok(file)
}

/// Copies the file to one that nobody else has made, and makes it durable.
fn copy(from: &Path, to: &Path) -> Result<u64, Stop> {
    let mut source = std::fs::File::open(from)
        .map_err(|error| Stop::Mistake(format!("`{}`: {error}", from.display())))?;
    let said = |error: std::io::Error| Stop::Fault(format!("writing `{}`: {error}", to.display()));
    let mut file = std::fs::File::create_new(to).map_err(said)?;
    let copied = std::io::copy(&mut source, &mut file).and_then(|copied| {
        file.sync_all()?;
        Ok(copied)
    });
    copied.map_err(|error| {
        remove(to);
        said(error)
    })
}

fn remove(file: &Path) {
    for tail in ["", "-wal", "-shm"] {
        let mut beside = file.to_path_buf().into_os_string();
        beside.push(tail);
        let _ = std::fs::remove_file(beside);
    }
}

/// Checks the copy whole, and against what it has to reach.
fn check(store: &dyn Store, expected: &Expected) -> Result<u8, Stop> {
    let fault = |fault: register::RegisterFault| Stop::Fault(super::chain(&fault));
    let mut options = VerifyOptions::default();
    if let Expected::Checkpoint(signed, verifier) = expected {
        options.since = Some(signed);
        options.signed_by = verifier.as_ref();
    }
    let report = store.verify(&options, &mut |_| {}).map_err(fault)?;
    let reading = store.read().map_err(fault)?;
    let head = reading.head().map_err(fault)?;
    let last = head
        .recorded_at
        .map_or_else(|| "-".to_owned(), |at| at.to_string());
    println!(
        "the copy ends at event {} of {last} / la copie se termine à l’événement {} du {last}",
        head.position, head.position
    );
    println!("events {}, root {}", report.events, report.root);
    if let Expected::Head(size, root) = expected {
        return against_head(&report, reading.as_ref(), *size, *root);
    }
    if let Expected::Checkpoint(signed, _) = expected
        && signed.checkpoint().size > report.events
    {
        older(signed.checkpoint().size, report.events);
        return Ok(REFUSED);
    }
    let code = damage(&report);
    if code == DONE && matches!(expected, Expected::Anything) {
        println!(
            "WARNING: what was recorded after that is not in it; a suspension, a cancellation or a \
             draw that the copy does not know is open again. Compare with the newest outside \
             checkpoint before anything is released."
        );
        println!(
            "ATTENTION : ce qui a été consigné ensuite n’y figure pas; une suspension, une \
             annulation ou une imputation que la copie ignore est de nouveau ouverte. Comparez-la \
             au plus récent point de contrôle externe avant toute sortie."
        );
    }
    Ok(code)
}

fn against_head(
    report: &VerifyReport,
    reading: &dyn register::Reading,
    size: u64,
    root: Hash,
) -> Result<u8, Stop> {
    if size > report.events {
        older(size, report.events);
        return Ok(REFUSED);
    }
    let found = reading
        .root(size)
        .map_err(|fault| Stop::Fault(super::chain(&fault)))?;
    if found != root {
        println!("WRONG: the first {size} events have another root: {found}");
        println!("ERREUR : les {size} premiers événements ont une autre racine : {found}");
        return Ok(REFUSED);
    }
    Ok(damage(report))
}

fn older(expected: u64, found: u64) {
    let missing = expected.saturating_sub(found);
    println!(
        "the copy is older than expected: it lacks {missing} events, and with them every stop, \
         cancellation and draw among them"
    );
    println!(
        "la copie est plus ancienne que prévu : il y manque {missing} événements, et avec eux tout \
         arrêt, toute annulation et toute imputation qui s’y trouvent"
    );
}

fn damage(report: &VerifyReport) -> u8 {
    for finding in &report.findings {
        println!("WRONG: {finding}");
    }
    if report.unlisted > 0 {
        println!("and {} more", report.unlisted);
    }
    if report.is_clean() { DONE } else { REFUSED }
}
