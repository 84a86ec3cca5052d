//! Turns what SQLite says into a fault that says what was being done.

use rusqlite::{Error, ErrorCode};

use crate::fault::RegisterFault;

/// How long a process waits for another to finish its write.
///
/// The largest planned single write (an import chunk of 16,000 permits) takes under 10 s on the
/// smallest planned server; three such writes may queue.
pub(super) const WAIT_MS: u64 = 30_000;

/// Says what was being done when a statement failed.
pub(crate) trait Doing<T> {
    /// The result with its failure explained.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, RegisterFault>;
}

impl<T> Doing<T> for Result<T, Error> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, RegisterFault> {
        self.map_err(|source| match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => RegisterFault::Busy {
                doing: what(),
                waited_ms: WAIT_MS,
            },
            Some(ErrorCode::DiskFull) => RegisterFault::Full { doing: what() },
            _ => RegisterFault::Storage {
                doing: what(),
                source: Box::new(source),
            },
        })
    }
}

impl<T> Doing<T> for Result<T, std::io::Error> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, RegisterFault> {
        self.map_err(|source| RegisterFault::Storage {
            doing: what(),
            source: Box::new(source),
        })
    }
}

/// Whether the disk failed, rather than being full or held by another.
pub(super) fn is_failing_disk(fault: &RegisterFault) -> bool {
    let RegisterFault::Storage { source, .. } = fault else {
        return false;
    };
    match source.downcast_ref::<Error>() {
        // Memory that ran out, and no room for the index of the log: nothing was lost by that.
        Some(Error::SqliteFailure(error, _)) => {
            let passes = [
                rusqlite::ffi::SQLITE_IOERR_NOMEM,
                rusqlite::ffi::SQLITE_IOERR_SHMSIZE,
            ];
            error.code == ErrorCode::SystemIoFailure && !passes.contains(&error.extended_code)
        }
        _ => false,
    }
}

/// A position, size or count as SQLite keeps it. What lies beyond is beyond every row, too.
pub(super) fn kept(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A limit as SQLite takes it.
pub(super) fn limit(asked: usize, most: usize) -> i64 {
    i64::try_from(asked.min(most)).unwrap_or(i64::MAX)
}
