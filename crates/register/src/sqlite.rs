//! The register in one SQLite file.
//!
//! One connection writes, under a lock of this process and the write lock of the file; a few read,
//! each from one state. Several processes may use the file.

mod connection;
pub(crate) mod doing;
mod events;
mod reading;
mod redact;
mod reserve;
mod rows;
mod salts;
mod schema;
mod tree;
mod verify;
mod views;
mod writing;

pub(crate) use schema::COPY;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::time::Position;
use rusqlite::{Connection, TransactionBehavior};

use crate::event::Stamp;
use crate::fault::RegisterFault;
use crate::projection::Projection;
use crate::sqlite::connection::Readers;
use crate::sqlite::doing::Doing as _;
use crate::sqlite::reserve::Reserve;
use crate::sqlite::writing::{SqliteWriting, Writer};
use crate::store::{Origin, Progress, Reading, Store, Writing};
use crate::verify::{VerifyOptions, VerifyReport};

/// A register in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Writer>,
    readers: Readers,
    reserve: Reserve,
    projection: Arc<dyn Projection>,
}

impl SqliteStore {
    /// Opens the register in a file, and creates it where there is none.
    ///
    /// Refolds the views when they were built by another version of the projection, and reports
    /// how far that is. Nothing of the log is replayed otherwise.
    ///
    /// # Errors
    /// When the file is something else or of a later release (nothing in it is then changed), or
    /// cannot be opened.
    pub fn open(
        path: &Path,
        projection: Arc<dyn Projection>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, RegisterFault> {
        let mut connection = schema::prepare(path)?;
        if !is_of(&connection, projection.as_ref())? {
            refold(&mut connection, &projection, Refold::IfOther, progress)?;
        }
        let origin = schema::origin(&connection)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(Writer {
                connection,
                origin,
                frontier: None,
                failed: OnceCell::new(),
            }),
            readers: Readers::new(path),
            reserve: Reserve::of(path),
            projection,
        })
    }

    /// Keeps space in reserve beside the file from now on, for [`Store::write_measure`]. Other writes
    /// are refused while the disk is short or the reserve is not whole. For a server: whoever opens
    /// the register for one act keeps nothing, and takes the reserve of the server when it must.
    #[must_use]
    pub fn keeping_reserve(mut self) -> Self {
        self.reserve.keep();
        self
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A thread that panicked while writing left at most an open transaction, which the next
        // write undoes.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When to fold all events again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refold {
    /// When the views are still of another projection once the write lock is held.
    IfOther,
    /// In any case.
    Always,
}

fn is_of(connection: &Connection, projection: &dyn Projection) -> Result<bool, RegisterFault> {
    let stored = schema::meta(connection, views::PROJECTION)?;
    Ok(stored.as_deref() == Some(projection.version()))
}

fn refold(
    connection: &mut Connection,
    projection: &Arc<dyn Projection>,
    when: Refold,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), RegisterFault> {
    let doing = || "folding the views again".to_owned();
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing(doing)?;
    if when == Refold::Always || !is_of(&transaction, projection.as_ref())? {
        views::refold(&transaction, projection, progress)?;
    }
    transaction.commit().doing(doing)
}

/// Makes the name of a new file durable.
fn sync_folder(file: &Path) -> Result<(), RegisterFault> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .doing(|| format!("making the name `{}` durable", file.display()))
}

impl Store for SqliteStore {
    fn read(&self) -> Result<Box<dyn Reading + '_>, RegisterFault> {
        Ok(Box::new(self.readers.begin()?))
    }

    fn write_measure(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        self.reserve.yield_when_short()?;
        Ok(Box::new(SqliteWriting::begin(
            self.writer(),
            self.projection.as_ref(),
            stamp,
        )?))
    }

    fn write(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        self.reserve.check()?;
        Ok(Box::new(SqliteWriting::begin(
            self.writer(),
            self.projection.as_ref(),
            stamp,
        )?))
    }

    fn verify(
        &self,
        options: &VerifyOptions<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<VerifyReport, RegisterFault> {
        let reader = self.readers.begin()?;
        verify::run(
            reader.connection()?,
            &self.path,
            self.projection.as_ref(),
            options,
            progress,
        )
    }

    fn rebuild_views(&self, progress: &mut dyn FnMut(Progress)) -> Result<(), RegisterFault> {
        let mut writer = self.writer();
        refold(
            &mut writer.connection,
            &self.projection,
            Refold::Always,
            progress,
        )
    }

    fn redact(&self, at: Position, pointers: &[&str]) -> Result<(), RegisterFault> {
        let mut writer = self.writer();
        writer.check_open()?;
        redact::redact(&mut writer.connection, at, pointers)
    }

    fn origin(&self) -> Result<Origin, RegisterFault> {
        schema::origin(&self.writer().connection)
    }

    fn go_live(&self, record: &str) -> Result<(), RegisterFault> {
        let mut writer = self.writer();
        schema::go_live(&mut writer.connection, record)?;
        writer.origin = schema::origin(&writer.connection)?;
        Ok(())
    }

    fn backup_to(&self, path: &Path) -> Result<(), RegisterFault> {
        let doing = || {
            format!(
                "backing up `{}` to `{}`",
                self.path.display(),
                path.display()
            )
        };
        // The file is claimed first, so that no file of anyone is overwritten.
        let file = std::fs::File::create_new(path).doing(doing)?;
        let text = path.to_str().ok_or_else(|| RegisterFault::Invariant {
            invariant: "the name of a backup is text",
            found: path.display().to_string(),
        })?;
        let connection = connection::open(&self.path)?;
        // One read of one state, whatever others write meanwhile; unused pages stay behind.
        connection.execute("VACUUM INTO ?1", [text]).doing(doing)?;
        drop(connection);
        schema::mark_as_copy(&connection::open(path)?)?;
        file.sync_all().doing(doing)?;
        sync_folder(path)
    }
}
