//! Reading evidence and files for what they speak of, and measuring how well that is done.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use casework::EvidenceShown;
use casework::passages::Reading;
use domain::id::EvidenceId;
use domain::language::Language;
use domain::time::Day;
use intake::finding::score::{Compared, Tally, add_register, compare};
use intake::finding::{Kind, Names, Proposal, find};
use intake::passages::{Asked, read as read_passages};

use super::{DONE, Ground, REFUSED, Stop, lens, print_json, read};
use crate::cli::{ReadEvidence, ScoreEvidence};

/// Proposals of one value that are shown; the others are counted.
const SHOWN_MAX: usize = 6;

/// Shows what a file or evidence of the register speaks of.
pub(crate) fn show(ground: &Ground, words: &ReadEvidence) -> Result<u8, Stop> {
    let path = Path::new(&words.what);
    let reading = if path.is_file() {
        let bytes = read(path)?;
        let received_on = day(words.dated.as_deref())?;
        if ground.store.is_none() {
            without_register(&bytes, received_on)?
        } else {
            let desk = ground.desk()?;
            desk.read_material(&bytes, received_on, lens(&desk, &words.lens)?)?
        }
    } else {
        let id = EvidenceId::new(&words.what).map_err(|mistake| {
            Stop::Mistake(format!("`{}` is no file, and {mistake}", words.what))
        })?;
        let desk = ground.desk()?;
        let lens = lens(&desk, &words.lens)?;
        let sight = ground.check(&desk, "evidence.read")?;
        // Sealed material is refused here.
        let held = desk.seen::<EvidenceShown>(&sight, id.as_str(), lens)?;
        let read = match held {
            Some(_) => desk.read_evidence(&id, lens)?,
            None => None,
        };
        let Some(read) = read else {
            println!("there is no evidence {id} / il n’y a pas de preuve {id}");
            return Ok(REFUSED);
        };
        read
    };
    if ground.json {
        print_json(&reading)?;
    } else {
        tell(&reading, ground.spoken());
    }
    Ok(DONE)
}

fn day(given: Option<&str>) -> Result<Option<Day>, Stop> {
    given
        .map(|text| {
            Day::parse(text).map_err(|mistake| Stop::Mistake(format!("--dated: {mistake}")))
        })
        .transpose()
}

/// A reading against the names that ship only, where no register was named.
fn without_register(bytes: &[u8], received_on: Option<Day>) -> Result<Reading, Stop> {
    use casework::passages::Apart as _;
    let asked = Asked { received_on };
    let passages = match intake::passages::media_of(bytes) {
        intake::passages::Media::Pdf => super::apart::Readers::new().read(bytes, asked),
        _ => read_passages(bytes, asked),
    };
    let names = Names::shipped().map_err(|mistake| Stop::Fault(mistake.to_string()))?;
    let found = find(&passages, &names, received_on);
    Ok(Reading {
        evidence: None,
        digest: None,
        media: passages.media,
        language: passages.language,
        facts: passages.facts,
        flags: passages.flags,
        found,
    })
}

/// Prints proposals by kind and value, each with its passages and lines.
fn tell(reading: &Reading, language: Language) {
    let is_french = language == Language::Fr;
    let say = |en: &'static str, fr: &'static str| if is_french { fr } else { en };
    let unknown = || say("not known", "inconnue").to_owned();
    let own = reading.found.document_day.clone().unwrap_or_else(unknown);
    println!("{}: {own}", say("day of the document", "date du document"));
    for flag in &reading.flags {
        println!("! {}", flag.says().get(language));
    }
    for kind in Kind::ALL {
        let mut by_value: BTreeMap<&str, Vec<&Proposal>> = BTreeMap::new();
        for one in reading
            .found
            .proposals
            .iter()
            .filter(|one| one.kind == *kind)
        {
            by_value.entry(&one.value).or_default().push(one);
        }
        if by_value.is_empty() {
            continue;
        }
        let (en, fr) = kind.plural();
        println!("\n{}", say(en, fr));
        for (value, held) in by_value {
            println!("  {value}");
            held.iter()
                .take(SHOWN_MAX)
                .for_each(|one| tell_one(one, is_french));
            let more = held.len().saturating_sub(SHOWN_MAX);
            if more > 0 {
                println!("    … {more} {}", say("more", "de plus"));
            }
        }
    }
    if reading.found.is_humanitarian_only {
        println!(
            "\n{}",
            say(
                "a humanitarian report: it carries no weight on any permit",
                "un rapport humanitaire : il ne pèse sur aucune licence",
            )
        );
    }
    println!(
        "\n{}",
        say(
            "proposals only: nothing is recorded before an officer accepts a passage",
            "simples propositions : rien n’est consigné avant qu’un agent accepte un passage",
        )
    );
}

fn tell_one(one: &Proposal, is_french: bool) {
    let spot = &one.passage;
    let quote = spot.quote.replace('\n', " ");
    let mut place = format!("{} {}", if is_french { "ligne" } else { "line" }, spot.line);
    if let Some(page) = spot.page {
        place = format!("page {page}, {place}");
    }
    if let Some(row) = spot.row {
        place = format!("{} {row}", if is_french { "rangée" } else { "row" });
    }
    if let Some(part) = &spot.part {
        place = format!(
            "{place}, {} {part}",
            if is_french { "partie" } else { "part" }
        );
    }
    println!("    {}. {place}: “{quote}”", one.no);
    for (name, says) in &one.details {
        println!("       {name}: {says}");
    }
}

/// Prints precision, recall and exact spans, kind by kind, for each folder of texts with keys.
pub(crate) fn score(ground: &Ground, words: &ScoreEvidence) -> Result<u8, Stop> {
    let names = names(&words.folder)?;
    let mut folders = folders(&words.folder)?;
    if folders.is_empty() {
        folders.push(words.folder.clone());
    }
    let mut scored: BTreeMap<String, Scored> = BTreeMap::new();
    for folder in folders {
        let name = super::name(&folder);
        scored.insert(name, score_folder(&folder, &names)?);
    }
    if scored.values().all(|one| one.texts == 0) {
        let says = format!(
            "`{}` has no text with a key beside it",
            words.folder.display()
        );
        return Err(Stop::Mistake(says));
    }
    if ground.json {
        print_json(&scored)?;
        return Ok(DONE);
    }
    for (name, one) in &scored {
        tell_score(name, one, words.each);
    }
    Ok(DONE)
}

#[derive(Debug, Default, serde::Serialize)]
struct Scored {
    texts: usize,
    by_kind: BTreeMap<&'static str, Tally>,
    whole: Tally,
    missed: Vec<String>,
    spurious: Vec<String>,
}

fn score_folder(folder: &Path, names: &Names) -> Result<Scored, Stop> {
    let mut scored = Scored::default();
    for path in files(folder)? {
        let key_path = path.with_extension("key.toml");
        if !key_path.is_file() {
            continue;
        }
        let key = String::from_utf8(read(&key_path)?)
            .map_err(|_| Stop::Mistake(format!("`{}` is not UTF-8", key_path.display())))?;
        let passages = read_passages(&read(&path)?, Asked::default());
        let found = find(&passages, names, None);
        let Compared {
            tallies,
            missed,
            spurious,
        } = compare(&found, &passages, &key)
            .map_err(|mistake| Stop::Mistake(format!("`{}`: {mistake}", key_path.display())))?;
        scored.texts = scored.texts.saturating_add(1);
        for (kind, tally) in tallies {
            scored.whole.add(tally);
            scored.by_kind.entry(kind).or_default().add(tally);
        }
        let name = super::name(&path);
        let within = |one: String| format!("{name}: {one}");
        scored.missed.extend(missed.into_iter().map(within));
        scored.spurious.extend(spurious.into_iter().map(within));
    }
    Ok(scored)
}

fn tell_score(name: &str, one: &Scored, each: bool) {
    println!("{name}: {} texts / textes", one.texts);
    println!(
        "  {:<14} {:>8} {:>8} {:>8} {:>10} {:>8} {:>8}",
        "kind / genre", "proposed", "marked", "right", "precision", "recall", "exact"
    );
    for (kind, tally) in &one.by_kind {
        tell_tally(kind, tally);
    }
    tell_tally("all / tout", &one.whole);
    if each {
        one.missed
            .iter()
            .for_each(|one| println!("  missed / manqué: {one}"));
        one.spurious
            .iter()
            .for_each(|one| println!("  spurious / de trop: {one}"));
    }
    println!();
}

fn tell_tally(kind: &str, tally: &Tally) {
    let percent = |per_mille: Option<u32>| match per_mille {
        None => "-".to_owned(),
        Some(n) => format!("{}.{} %", n / 10, n % 10),
    };
    println!(
        "  {kind:<14} {:>8} {:>8} {:>8} {:>10} {:>8} {:>8}",
        tally.proposed,
        tally.marked,
        tally.right,
        percent(tally.precision()),
        percent(tally.recall()),
        percent(tally.exactness()),
    );
}

/// The names of the folder's own register; only those that ship where it has none.
fn names(folder: &Path) -> Result<Names, Stop> {
    let mut names = Names::shipped().map_err(|mistake| Stop::Fault(mistake.to_string()))?;
    let beside = folder.parent().map(|up| up.join("register.toml"));
    let path = [Some(folder.join("register.toml")), beside]
        .into_iter()
        .flatten()
        .find(|path| path.is_file());
    let Some(path) = path else { return Ok(names) };
    let text = String::from_utf8(read(&path)?)
        .map_err(|_| Stop::Mistake(format!("`{}` is not UTF-8", path.display())))?;
    add_register(&mut names, &text)
        .map_err(|mistake| Stop::Mistake(format!("`{}`: {mistake}", path.display())))?;
    Ok(names)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
        .collect())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_file())
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let unread =
        |cause: std::io::Error| Stop::Mistake(format!("reading `{}`: {cause}", folder.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        paths.push(entry.map_err(unread)?.path());
    }
    paths.sort();
    Ok(paths)
}
