//! Loss of power: of what was not synced, anything may be on the disk, or nothing.
//!
//! The register runs under strace; its calls are replayed on a model of a disk that promises only
//! what POSIX does. At every sync, and after every acknowledgement, the power fails: unsynced
//! writes are dropped, kept, torn at sectors and reordered, names that were not synced are there or
//! not. Each disk that can be found afterwards is opened.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use walks::program::may_trace;

use crate::child::{self, acknowledged, check, strace};
use crate::toy;
use crate::trace::{self, Call, TRACED};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Change {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

/// A file, by what surely is on the disk and what was done since.
#[derive(Debug, Clone, Default)]
struct File {
    synced: Vec<u8>,
    since: Vec<Change>,
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => content.resize(*length, 0),
        Change::Bytes(at, bytes) => {
            let end = at + bytes.len();
            content.resize(content.len().max(end), 0);
            content[*at..end].copy_from_slice(bytes);
        }
    }
}

/// Random numbers from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// What becomes of unsynced changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Dropped,
    Kept,
    Drawn,
}

/// The files of one folder: what they are called now, and what they surely are called.
#[derive(Default)]
struct Disk {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
}

impl Disk {
    fn file(&mut self, path: &str) -> Option<&mut File> {
        let number = *self.names.get(path)?;
        self.files.get_mut(number)
    }

    fn take(&mut self, call: &Call, folder: &str) {
        match call {
            Call::Opened {
                path,
                creates: true,
            } if !self.names.contains_key(path) => {
                self.names.insert(path.clone(), self.files.len());
                self.files.push(File::default());
            }
            Call::Wrote { path, at, bytes } => {
                let change = Change::Bytes(*at, bytes.clone());
                self.file(path).unwrap().since.push(change);
            }
            Call::Cut { path, length } => {
                let change = Change::Length(*length);
                self.file(path).unwrap().since.push(change);
            }
            Call::Removed { path } => {
                self.names.remove(path);
            }
            Call::Synced { path } if path == folder => self.synced_names = self.names.clone(),
            Call::Synced { path } => {
                let file = self.file(path).unwrap();
                for change in std::mem::take(&mut file.since) {
                    apply(&mut file.synced, &change);
                }
            }
            Call::Opened { .. } | Call::Told { .. } => {}
        }
    }

    /// Writes what may be found in the folder when the power comes back.
    fn find(&self, fate: Fate, draw: &mut Draw, to: &Path) {
        let names: BTreeSet<&String> = self.names.keys().chain(self.synced_names.keys()).collect();
        for name in names {
            let (now, synced) = (self.names.get(name), self.synced_names.get(name));
            let number = match fate {
                Fate::Dropped => synced,
                Fate::Kept => now,
                Fate::Drawn => [now, synced][draw.below(2)],
            };
            // Memory that processes share is gone with the power.
            if let Some(number) = number
                && !name.ends_with("-shm")
            {
                let content = self.files[*number].found(fate, draw);
                let (_, name) = name.rsplit_once('/').unwrap();
                std::fs::write(to.join(name), content).unwrap();
            }
        }
    }
}

impl File {
    fn found(&self, fate: Fate, draw: &mut Draw) -> Vec<u8> {
        let mut content = self.synced.clone();
        let mut changes = match fate {
            Fate::Dropped => Vec::new(),
            Fate::Kept => self.since.clone(),
            Fate::Drawn => torn(&self.since, draw),
        };
        if fate == Fate::Drawn && draw.coin() {
            // The disk reorders: what was written first may come last.
            for place in (1..changes.len()).rev() {
                changes.swap(place, draw.below(place + 1));
            }
        }
        for change in &changes {
            apply(&mut content, change);
        }
        content
    }
}

/// A random part of the changes; writes are torn at sectors.
fn torn(changes: &[Change], draw: &mut Draw) -> Vec<Change> {
    // Few are lost, or many: a disk that loses half of everything never loses one thing alone.
    let (lost, of) = [(1, 2), (1, 20), (19, 20)][draw.below(3)];
    let mut kept = Vec::new();
    for change in changes {
        match change {
            Change::Length(length) if draw.below(of) >= lost => kept.push(Change::Length(*length)),
            Change::Length(_) => {}
            Change::Bytes(at, bytes) => {
                let mut from = 0;
                while from < bytes.len() {
                    let to = (SECTOR - (at + from) % SECTOR + from).min(bytes.len());
                    if draw.below(of) >= lost {
                        kept.push(Change::Bytes(at + from, bytes[from..to].to_vec()));
                    }
                    from = to;
                }
            }
        }
    }
    kept
}

/// Whether the disk obeys a sync of this path.
type Hears<'a> = dyn Fn(&str) -> bool + 'a;

/// What a run of images gave.
#[derive(Debug, Default)]
struct Found {
    syncs: u64,
    images: u64,
    wrong: Vec<String>,
}

/// Replays the calls, and looks at the disk at each sync and after each acknowledgement.
fn replay(calls: &[Call], folder: &str, draws: u64, hears: &Hears<'_>) -> Found {
    let mut disk = Disk::default();
    let mut found = Found::default();
    let mut draw = Draw(1);
    let mut told: Vec<(u64, String)> = Vec::new();
    for call in calls {
        let point = match call {
            Call::Synced { .. } => "before a sync",
            Call::Told { text } => {
                told.extend(text.lines().filter_map(acknowledged));
                "after it was told"
            }
            _ => {
                disk.take(call, folder);
                continue;
            }
        };
        let is_heard = matches!(call, Call::Synced { path } if hears(path));
        found.syncs += u64::from(is_heard);
        let drawn = (0..draws).map(|_| Fate::Drawn);
        for fate in [Fate::Dropped, Fate::Kept].into_iter().chain(drawn) {
            let image = image();
            disk.find(fate, &mut draw, image.path());
            found.images += 1;
            let file = image.path().join("register.db");
            // Only the last are looked for: the tree holds those before them.
            let last = &told[told.len().saturating_sub(3)..];
            if let Err(because) = check(&file, last)
                && !told.is_empty()
            {
                found.wrong.push(format!(
                    "{point}, after {} acknowledgements, {fate:?}: {because}",
                    told.len()
                ));
            }
        }
        if is_heard {
            disk.take(call, folder);
        }
        if found.wrong.len() > 3 {
            break;
        }
    }
    found
}

/// A folder in memory where there is one: an image is looked at once.
fn image() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

#[test]
fn whatever_a_loss_of_power_leaves_nothing_acknowledged_is_lost() {
    let test = "whatever_a_loss_of_power_leaves_nothing_acknowledged_is_lost";
    if !may_trace(test) {
        return;
    }
    let folder = image();
    let file = folder.path().join("store").join("register.db");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    let written = folder.path().join("trace");
    let to = written.display().to_string();
    let above = strace(&["-y", "-xx", "-s", "100000000", "-e", TRACED, "-o", &to]);
    let commits = toy::size("REGISTER_POWER_COMMITS", 45);
    let said = child::run(&above, &file, commits);
    let told = said.lines().filter_map(acknowledged).count();
    assert_eq!(u64::try_from(told).unwrap(), commits, "{said}");

    let calls = trace::read(&std::fs::read_to_string(&written).unwrap());
    std::fs::remove_file(&written).unwrap();
    let store = file.parent().unwrap().display().to_string();
    let ours = |call: &Call| match call {
        Call::Opened { path, .. }
        | Call::Wrote { path, .. }
        | Call::Cut { path, .. }
        | Call::Synced { path }
        | Call::Removed { path } => path.starts_with(&store) && !path.ends_with("-shm"),
        Call::Told { .. } => true,
    };
    let calls: Vec<Call> = calls.into_iter().filter(ours).collect();
    let draws = toy::size("REGISTER_POWER_IMAGES", 2);
    let found = replay(&calls, &store, draws, &|_| true);
    assert!(found.wrong.is_empty(), "{:#?}", found.wrong);
    // Every commit is synced at least once.
    assert!(found.syncs >= commits, "{} syncs", found.syncs);
    println!(
        "{commits} commits, {} syncs, {} disks: all whole, nothing lost",
        found.syncs, found.images
    );

    // Mutants: what the calls would be with `synchronous` off, and with `NORMAL`, which syncs the
    // log only before it goes back into the file; and a folder whose names are not synced.
    let mutants: [(&str, &Hears<'_>); 3] = [
        ("off", &|_| false),
        ("normal", &|path| !path.ends_with("-wal")),
        ("names", &|path| path != store),
    ];
    for (name, hears) in mutants {
        let found = replay(&calls, &store, 0, hears);
        assert!(!found.wrong.is_empty(), "the mutant `{name}` lives");
    }
}
