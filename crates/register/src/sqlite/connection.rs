//! Connections to the one file: one that writes, a few that read, all set up alike.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use crate::fault::RegisterFault;
use crate::sqlite::doing::{Doing as _, WAIT_MS};

/// Reading connections kept open between reads: one per core of the largest planned server. More
/// are opened when asked for, and closed afterwards.
const READERS_KEPT_MAX: usize = 16;

/// Prepared statements kept per connection: all that the register has, with headroom.
const STATEMENTS_KEPT: usize = 96;

/// Opens the file and sets the connection up. Write-ahead logging is a property of the file.
pub(super) fn open(path: &Path) -> Result<Connection, RegisterFault> {
    let doing = || format!("opening register `{}`", path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).doing(doing)?;
    connection
        .busy_timeout(std::time::Duration::from_millis(WAIT_MS))
        .doing(doing)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection
        .execute_batch(
            // FULL: an answer must survive a loss of power. The cache is 64 MB: the hot part of
            // the indexes of a register of a million permits. The write-ahead log goes back into the
            // file every 32 MB: a page that many commits change is then written back once, and
            // after a crash that much is gone through, in a tenth of a second.
            "PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -65536;
             PRAGMA wal_autocheckpoint = 8192;",
        )
        .doing(doing)?;
    Ok(connection)
}

/// Connections that wait for the next read.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Begins a read: everything seen through it is of one state of the register.
    pub(super) fn begin(&self) -> Result<Reader<'_>, RegisterFault> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = open(&self.path)?;
                connection
                    .execute_batch("PRAGMA query_only = ON")
                    .doing(|| "setting up a reading connection".into())?;
                connection
            }
        };
        // A deferred transaction takes its snapshot at its first read, so there is one at once.
        connection
            .execute_batch("BEGIN; SELECT 1 FROM schema_version LIMIT 1;")
            .doing(|| "beginning to read".into())?;
        Ok(Reader {
            readers: self,
            connection: Some(connection),
        })
    }
}

/// A connection while it reads.
pub(super) struct Reader<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Reader<'_> {
    pub(super) fn connection(&self) -> Result<&Connection, RegisterFault> {
        self.connection
            .as_ref()
            .ok_or_else(|| RegisterFault::Invariant {
                invariant: "a read has a connection until it ends",
                found: "none".into(),
            })
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && connection.execute_batch("ROLLBACK").is_ok()
        {
            let mut idle = self
                .readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if idle.len() < READERS_KEPT_MAX {
                idle.push(connection);
            }
        }
    }
}
