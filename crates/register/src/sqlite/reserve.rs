//! Space kept in reserve beside the file, so that a stop can be written on a disk that is full.
//!
//! The reserve is a file of blocks that the disk has given. A measure that finds the disk short takes
//! it; until it is whole again nothing else is written.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

use crate::fault::RegisterFault;
use crate::sqlite::doing::Doing as _;

/// The space kept: a stop writes some 30 pages of 4 kB to the log, its list and notices as much
/// again, so this is room for thirty to sixty of them. A hundred thousand permits in one order add 5 MB.
const RESERVE_BYTES: u64 = 16 * 1024 * 1024;

/// What an ordinary write must find free beside the reserve: the largest usual batch (128 decisions,
/// some 600 pages, 2.5 MB) must not be what fills the disk.
const ROOM_BYTES: u64 = 4 * 1024 * 1024;

/// The reserve of a register in a file.
pub(super) struct Reserve {
    file: PathBuf,
    folder: PathBuf,
    /// Whether this process keeps it: only a server does.
    is_kept: bool,
}

impl Reserve {
    pub(super) fn of(register: &Path) -> Self {
        let mut file = register.to_path_buf().into_os_string();
        file.push("-reserve");
        let folder = match register.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        Self {
            file: file.into(),
            folder: folder.to_owned(),
            is_kept: false,
        }
    }

    /// Keeps a reserve from now on. It need not be whole yet: nothing is written before it is.
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
        // What is missing is said at the first write.
        let _ = self.make_whole();
    }

    /// Refuses an ordinary write on a disk that is short.
    pub(super) fn check(&self) -> Result<(), RegisterFault> {
        if !self.is_kept || (self.make_whole()? && self.free()? >= ROOM_BYTES) {
            return Ok(());
        }
        Err(RegisterFault::Full {
            doing: "beginning to write".into(),
        })
    }

    /// Gives the reserve up when the disk is short, for a write that must not be refused.
    pub(super) fn yield_when_short(&self) -> Result<(), RegisterFault> {
        if self.free()? >= ROOM_BYTES || self.length() == 0 {
            return Ok(());
        }
        OpenOptions::new()
            .write(true)
            .open(&self.file)
            .and_then(|file| file.set_len(0))
            .doing(|| format!("taking the reserve `{}`", self.file.display()))
    }

    /// Whether the reserve is whole, after what could be done for that.
    fn make_whole(&self) -> Result<bool, RegisterFault> {
        if self.length() == RESERVE_BYTES {
            return Ok(true);
        }
        if self.free()? < RESERVE_BYTES.saturating_add(ROOM_BYTES) {
            return Ok(false);
        }
        let kept = File::create(&self.file)
            .and_then(|file| Ok(fallocate(file, FallocateFlags::empty(), 0, RESERVE_BYTES)?));
        kept.doing(|| format!("keeping the reserve `{}`", self.file.display()))?;
        Ok(true)
    }

    fn length(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }

    /// What the disk has left for this process.
    fn free(&self) -> Result<u64, RegisterFault> {
        let disk = statvfs(&self.folder).map_err(std::io::Error::from);
        let disk = disk.doing(|| format!("looking at the disk of `{}`", self.folder.display()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}
