//! Restoring a copy: to a new store only, checked whole, and never silently when it may be older than
//! the newest stop.

use std::path::{Path, PathBuf};

use domain::time::{Instant, Position};
use register::{CheckpointVerifier, Hash, SignedCheckpoint, Store, VerifyOptions, VerifyReport};
use serde_json::{Value, json};

use super::{DONE, Ground, REFUSED, Stop, print_json, read};
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

/// What a look at the copy gave.
struct Seen {
    report: VerifyReport,
    /// The last event, and when it was recorded.
    head: (Position, Option<Instant>),
    verdict: Verdict,
}

/// Whether the copy may go live.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It reaches what it has to.
    Reaches,
    /// Whoever restores takes it, although nothing shows that it knows the newest stops.
    TakenAsItIs,
    /// It lacks so many events.
    Older(u64),
    /// So many events have another root than expected.
    OtherRoot(u64, Hash),
    /// Something in it is not as it should be.
    Damaged,
}

impl Verdict {
    const fn key(self) -> &'static str {
        match self {
            Self::Reaches => "restored",
            Self::TakenAsItIs => "restored-as-it-is",
            Self::Older(_) => "older",
            Self::OtherRoot(..) => "other-root",
            Self::Damaged => "damaged",
        }
    }

    const fn goes_live(self) -> bool {
        matches!(self, Self::Reaches | Self::TakenAsItIs)
    }
}

pub(crate) fn restore(ground: &Ground, words: &Restore) -> Result<u8, Stop> {
    let expected = expected(words)?;
    let target = target(ground)?;
    let copied = copy(&words.file, &target)?;
    let address = format!("sqlite:{}", target.display());
    let looked = demo_store::open(&address).map_err(Stop::from);
    let looked = looked.and_then(|store| {
        let seen = look(store.as_ref(), &expected)?;
        if seen.verdict.goes_live() {
            let fault = |fault: register::RegisterFault| Stop::Fault(super::chain(&fault));
            store.go_live(&record(&seen)).map_err(fault)?;
        }
        Ok(seen)
    });
    // A copy that is damaged or too old is taken away again: it never goes live by accident.
    let seen = looked.inspect_err(|_| remove(&target))?;
    if !seen.verdict.goes_live() {
        remove(&target);
    }
    if ground.json {
        print_json(&as_json(&seen, copied, &address))?;
    } else {
        show(&seen, copied, &address);
    }
    Ok(if seen.verdict.goes_live() {
        DONE
    } else {
        REFUSED
    })
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

/// What is kept in the store about its going live.
fn record(seen: &Seen) -> String {
    let how = match seen.verdict {
        Verdict::TakenAsItIs => "accepted as it is, although it may be older",
        _ => "reaching what it had to",
    };
    let now = casework::Clock::now(&crate::system_clock::SystemClock);
    format!("restored on {now}, {how}, at event {}", seen.head.0)
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

/// Looks at the copy whole, and holds it against what it has to reach.
fn look(store: &dyn Store, expected: &Expected) -> Result<Seen, Stop> {
    let fault = |fault: register::RegisterFault| Stop::Fault(super::chain(&fault));
    let mut options = VerifyOptions::default();
    if let Expected::Checkpoint(signed, verifier) = expected {
        options.since = Some(signed);
        options.signed_by = verifier.as_ref();
    }
    let report = store.verify(&options, &mut |_| {}).map_err(fault)?;
    let reading = store.read().map_err(fault)?;
    let head = reading.head().map_err(fault)?;
    let lacks = |size: u64| Some(size.saturating_sub(report.events)).filter(|n| *n > 0);
    let missing = match expected {
        Expected::Head(size, _) => lacks(*size),
        Expected::Checkpoint(signed, _) => lacks(signed.checkpoint().size),
        Expected::Anything => None,
    };
    let other = match expected {
        Expected::Head(size, root) if missing.is_none() => {
            let found = reading.root(*size).map_err(fault)?;
            (found != *root).then_some((*size, found))
        }
        _ => None,
    };
    let verdict = match (missing, other) {
        (Some(missing), _) => Verdict::Older(missing),
        (None, Some((size, found))) => Verdict::OtherRoot(size, found),
        (None, None) if !report.is_clean() => Verdict::Damaged,
        (None, None) if matches!(expected, Expected::Anything) => Verdict::TakenAsItIs,
        (None, None) => Verdict::Reaches,
    };
    Ok(Seen {
        report,
        head: (head.position, head.recorded_at),
        verdict,
    })
}

fn as_json(seen: &Seen, copied: u64, address: &str) -> Value {
    let live = seen.verdict.goes_live();
    let missing = match seen.verdict {
        Verdict::Older(missing) => Some(missing),
        _ => None,
    };
    json!({
        "outcome": seen.verdict.key(),
        "store": live.then_some(address),
        "bytes": live.then_some(copied),
        "missing_events": missing,
        "last_recorded_at": seen.head.1.map(|at| at.to_string()),
        "copy": super::door::as_json(&seen.report),
    })
}

fn show(seen: &Seen, copied: u64, address: &str) {
    let (at, last) = seen.head;
    let last = last.map_or_else(|| "-".to_owned(), |at| at.to_string());
    println!(
        "the copy ends at event {at} of {last} / la copie se termine à l’événement {at} du {last}"
    );
    println!("events {}, root {}", seen.report.events, seen.report.root);
    for finding in &seen.report.findings {
        println!("WRONG: {finding}");
    }
    if seen.report.unlisted > 0 {
        println!("and {} more", seen.report.unlisted);
    }
    match seen.verdict {
        Verdict::Reaches | Verdict::Damaged => {}
        Verdict::TakenAsItIs => as_it_is(),
        Verdict::Older(missing) => older(missing),
        Verdict::OtherRoot(size, found) => {
            println!("WRONG: the first {size} events have another root: {found}");
            println!("ERREUR : les {size} premiers événements ont une autre racine : {found}");
        }
    }
    if seen.verdict.goes_live() {
        println!(
            "{copied} bytes are restored to {address} / {copied} octets sont restaurés dans \
             {address}"
        );
    } else {
        println!("nothing is restored / rien n’est restauré.");
    }
}

fn as_it_is() {
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

fn older(missing: u64) {
    println!(
        "the copy is older than expected: it lacks {missing} events, and with them every stop, \
         cancellation and draw among them"
    );
    println!(
        "la copie est plus ancienne que prévu : il y manque {missing} événements, et avec eux tout \
         arrêt, toute annulation et toute imputation qui s’y trouvent"
    );
}
