//! Turns what PostgreSQL says into a fault that says what was being done.

use std::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::FromSqlOwned;

use crate::fault::RegisterFault;

/// What went wrong on a line.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The server said so, or the line was cut.
    #[error(transparent)]
    Server(#[from] tokio_postgres::Error),
    /// No answer came within the bound.
    #[error("no answer within {} ms", .0.as_millis())]
    Late(Duration),
    /// A row that must be there was not given.
    #[error("a row that must be there was not given")]
    NoRow,
    /// The machinery that waits for the network could not be started.
    #[error(transparent)]
    Runtime(std::io::Error),
}

impl Trouble {
    fn state(&self) -> Option<&SqlState> {
        match self {
            Self::Server(error) => error.code(),
            _ => None,
        }
    }

    /// Whether the server refused this statement and goes on: what it did is undone for certain.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Server(error) => error
                .as_db_error()
                .is_some_and(|said| said.parsed_severity() == Some(Severity::Error)),
            Self::NoRow => true,
            Self::Late(_) | Self::Runtime(_) => false,
        }
    }

    /// Whether the line is of no more use: cut, late, or ended by the server.
    pub(super) fn is_cut(&self) -> bool {
        !self.is_refusal()
    }

    /// The fault, when nothing of the statement can have become durable.
    pub(super) fn fault(self, doing: String, wait: Duration) -> RegisterFault {
        match self.state() {
            Some(state) if *state == SqlState::LOCK_NOT_AVAILABLE => RegisterFault::Busy {
                doing,
                waited_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            },
            _ => RegisterFault::Storage {
                doing,
                source: Box::new(self),
            },
        }
    }
}

/// A trouble and its causes, in one line.
pub(super) fn told(trouble: &Trouble) -> String {
    let mut told = trouble.to_string();
    let mut cause = std::error::Error::source(trouble);
    while let Some(next) = cause {
        told.push_str(": ");
        told.push_str(&next.to_string());
        cause = next.source();
    }
    told
}

/// Says what was being done when a statement failed.
pub(super) trait Doing<T> {
    /// The result with its failure explained.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, RegisterFault>;
}

impl<T> Doing<T> for Result<T, Trouble> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, RegisterFault> {
        self.map_err(|trouble| trouble.fault(what(), Duration::ZERO))
    }
}

impl<T> Doing<T> for Result<T, tokio_postgres::Error> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, RegisterFault> {
        self.map_err(Trouble::from).doing(what)
    }
}

/// A column of a row.
pub(super) fn column<T: FromSqlOwned>(row: &Row, index: usize) -> Result<T, RegisterFault> {
    row.try_get(index)
        .doing(|| format!("reading column {} of a row", index.saturating_add(1)))
}

/// A position, size or count as PostgreSQL keeps it. What lies beyond is beyond every row, too.
pub(super) fn kept(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A kept position, size or count.
pub(super) fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A limit as PostgreSQL takes it.
pub(super) fn limit(asked: usize, most: usize) -> i64 {
    i64::try_from(asked.min(most)).unwrap_or(i64::MAX)
}

/// Kept bytes that must have a certain length.
pub(super) fn exact<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], String> {
    let length = bytes.len();
    bytes
        .try_into()
        .map_err(|_| format!("{length} bytes where {N} are expected"))
}
