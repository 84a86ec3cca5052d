//! The register in one PostgreSQL database, for several servers at once.
//!
//! One process writes at a time, whoever holds the lock of the log; the lock lasts as long as the
//! transaction, so that a pooler may stand between. Each read is of one state. A write holds back
//! what it does and sends it in a few statements of many rows, so that a batch of decisions costs a
//! few answers of the server, however many decisions it has.
//!
//! Only a primary is spoken to, and only one that keeps what it acknowledges. When the answer to a
//! commit is lost, or no standby confirmed it, the outcome is not known, and that is what is said.

mod address;
mod copy;
mod cursor;
mod doing;
mod events;
mod line;
mod pool;
mod reading;
mod redact;
mod rows;
mod salts;
mod schema;
mod tree;
mod verify;
mod views;
mod writing;

use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::time::Position;

use crate::event::Stamp;
use crate::fault::RegisterFault;
pub use crate::postgres::address::AddressMistake;
use crate::postgres::address::Settings;
use crate::postgres::doing::Doing as _;
use crate::postgres::pool::{For, LOCK, LOG, Pool};
use crate::postgres::reading::{Over, Reader};
use crate::postgres::writing::{PostgresWriting, Remembered};
use crate::projection::Projection;
use crate::store::{Progress, Reading, Store, Writing};
use crate::verify::{VerifyOptions, VerifyReport};

/// A register in one PostgreSQL database.
pub struct PostgresStore {
    pool: Pool,
    remembered: Remembered,
    projection: Arc<dyn Projection>,
}

impl PostgresStore {
    /// Opens the register at an address (`postgres://…`), and creates its tables where there are
    /// none; that needs a role that may create a schema.
    ///
    /// Refolds the views when they were built by another version of the projection, and reports
    /// how far that is. Nothing of the log is replayed otherwise.
    ///
    /// # Errors
    /// When the address cannot be read, the server cannot be reached, is a standby or does not keep
    /// what it acknowledges, or the database has something else in the place of a register.
    pub fn open(
        address: &str,
        projection: Arc<dyn Projection>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, RegisterFault> {
        let store = Self {
            pool: Pool::new(Settings::parse(address)?),
            remembered: Mutex::new(None),
            projection,
        };
        schema::prepare(&store.pool)?;
        let stored = {
            let reader = Reader::begin(&store.pool)?;
            schema::meta(reader.line()?, schema::PROJECTION)?
        };
        if stored.as_deref() != Some(store.projection.version()) {
            store.refold(Refold::IfOther, progress)?;
        }
        Ok(store)
    }

    fn refold(
        &self,
        when: Refold,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), RegisterFault> {
        let doing = || "folding the views again".to_owned();
        let (line, _) = self.pool.begin(For::Writing, &[(LOCK, Some(LOG))])?;
        let stored = schema::meta(&line, schema::PROJECTION)?;
        if when == Refold::Always || stored.as_deref() != Some(self.projection.version()) {
            views::refold(&line, self.projection.as_ref(), progress)?;
            let version = self.projection.version();
            schema::set_meta(&line, schema::PROJECTION, version)?;
        }
        line.run("COMMIT").doing(doing)?;
        self.pool.give_back(line);
        Ok(())
    }
}

/// When to fold all events again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refold {
    /// When the views are still of another projection once the lock is held.
    IfOther,
    /// In any case.
    Always,
}

impl Store for PostgresStore {
    fn read(&self) -> Result<Box<dyn Reading + '_>, RegisterFault> {
        Ok(Box::new(Over(Reader::begin(&self.pool)?)))
    }

    fn write(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        Ok(Box::new(Over(PostgresWriting::begin(
            &self.pool,
            &self.remembered,
            self.projection.as_ref(),
            stamp,
        )?)))
    }

    fn verify(
        &self,
        options: &VerifyOptions<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<VerifyReport, RegisterFault> {
        let reader = Reader::begin(&self.pool)?;
        verify::run(reader.line()?, self.projection.as_ref(), options, progress)
    }

    fn rebuild_views(&self, progress: &mut dyn FnMut(Progress)) -> Result<(), RegisterFault> {
        self.refold(Refold::Always, progress)
    }

    fn redact(&self, at: Position, pointers: &[&str]) -> Result<(), RegisterFault> {
        redact::redact(&self.pool, at, pointers)
    }

    /// Writes the copy as a register in one SQLite file: it proves, verifies and opens anywhere. It
    /// does not replace a backup of the server.
    fn backup_to(&self, path: &Path) -> Result<(), RegisterFault> {
        let reader = Reader::begin(&self.pool)?;
        copy::to_file(reader.line()?, &self.projection, path)
    }
}
