//! Asking what something reaches, and keeping what was learned of the log between two commands.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use casework::Desk;
use casework::exposure::{Direction, Question, Window, drawing, table};
use domain::time::Day;

use super::{DONE, Ground, REFUSED, Stop, print_json};
use crate::cli::ExposureArgs;

/// Events that the web was behind after which it is kept anew: reading them again takes longer than
/// writing the web of a register of planned size.
const BEHIND_MAX: u64 = 20_000;

pub(crate) fn exposure(ground: &Ground, words: &ExposureArgs) -> Result<u8, Stop> {
    let question = question(words)?;
    let desk = ground.desk()?;
    let index = Index::of(ground, words.index.as_deref());
    index.take(&desk)?;
    let behind = desk.follow()?.behind;
    let shown = usize::try_from(words.limit).unwrap_or(usize::MAX);
    let found = match &words.finding {
        Some(number) => desk.exposure_of(number, &question, shown)?,
        None => desk.exposure(&question, shown)?,
    };
    if behind > BEHIND_MAX {
        index.keep(&desk)?;
    }
    if let Some(file) = &words.svg {
        let said = |error: std::io::Error| Stop::Mistake(format!("`{}`: {error}", file.display()));
        let mut new = File::create_new(file).map_err(said)?;
        new.write_all(drawing(&found, ground.spoken()).as_bytes())
            .map_err(said)?;
    }
    if ground.json {
        print_json(&found)?;
    } else {
        for line in table(&found, ground.spoken()) {
            println!("{line}");
        }
    }
    Ok(if found.counts.is_empty() {
        REFUSED
    } else {
        DONE
    })
}

fn question(words: &ExposureArgs) -> Result<Question, Stop> {
    let day = |name: &str, text: &Option<String>| -> Result<Option<Day>, Stop> {
        let read = text.as_deref().map(Day::parse).transpose();
        read.map_err(|mistake| Stop::Mistake(format!("--{name}: {mistake}")))
    };
    Ok(Question {
        direction: if words.whereabouts {
            Direction::Whereabouts
        } else {
            Direction::Reach
        },
        links: Vec::new(),
        permits: read("permit", &words.permits)?,
        items: read("item", &words.items)?,
        marks: words.marks.iter().cloned().collect(),
        serials: words.serials.iter().cloned().collect(),
        platforms: read("platform", &words.platforms)?,
        makers: read("maker", &words.makers)?,
        integrators: read("integrator", &words.integrators)?,
        parties: read("party", &words.parties)?,
        territories: read("country", &words.countries)?,
        window: Window {
            from: day("from", &words.from)?,
            to: day("to", &words.to)?,
        },
    })
}

fn read<T>(name: &str, texts: &[String]) -> Result<std::collections::BTreeSet<T>, Stop>
where
    T: std::str::FromStr + Ord,
    T::Err: std::fmt::Display,
{
    let texts = texts.iter().map(|text| text.parse());
    let read: Result<_, T::Err> = texts.collect();
    read.map_err(|mistake| Stop::Mistake(format!("--{name}: {mistake}")))
}

/// Where what was learned of the log is kept. It can be made anew at any time: what cannot be read
/// is not, and nobody is stopped by it.
#[derive(Clone)]
pub(crate) struct Index(Option<PathBuf>);

impl Index {
    /// As named, or beside a register in a file.
    pub(crate) fn of(ground: &Ground, named: Option<&Path>) -> Self {
        let beside = || {
            let file = ground.store.as_deref()?.strip_prefix("sqlite:")?;
            Some(PathBuf::from(format!("{file}-exposure")))
        };
        Self(named.map(Path::to_path_buf).or_else(beside))
    }

    /// Whether anything was kept.
    pub(crate) fn is_kept(&self) -> bool {
        self.0.as_ref().is_some_and(|path| path.exists())
    }

    /// Reads what was kept, if it is of this log.
    pub(crate) fn take(&self, desk: &Desk) -> Result<(), Stop> {
        let opened = self.0.as_ref().and_then(|path| File::open(path).ok());
        if let Some(file) = opened {
            desk.take_exposure(&mut BufReader::with_capacity(1 << 20, file))?;
        }
        Ok(())
    }

    /// Keeps it anew: whoever reads meanwhile sees the one before.
    pub(crate) fn keep(&self, desk: &Desk) -> Result<(), Stop> {
        let Some(path) = &self.0 else {
            return Ok(());
        };
        let mut part = path.clone().into_os_string();
        part.push(format!("-{}", std::process::id()));
        let part = PathBuf::from(part);
        let kept = write(desk, &part).and_then(|()| {
            let named = std::fs::rename(&part, path);
            named.map_err(|error| Stop::Fault(format!("`{}`: {error}", path.display())))
        });
        if kept.is_err() {
            // What was begun is of no use to anybody.
            let _ = std::fs::remove_file(&part);
        }
        kept
    }
}

fn write(desk: &Desk, part: &Path) -> Result<(), Stop> {
    let said = |error: std::io::Error| Stop::Fault(format!("`{}`: {error}", part.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // It names what the register names.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(part).map_err(said)?;
    let mut to = BufWriter::with_capacity(1 << 20, file);
    desk.keep_exposure(&mut to)?;
    let file = to.into_inner().map_err(|error| said(error.into_error()))?;
    file.sync_all().map_err(said)
}
