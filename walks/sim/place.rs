//! Where registers of the simulation lie: in a file each, or in a database each of one PostgreSQL
//! that all tests of the program share.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use casework::DomainProjection;
use register::{PostgresStore, SqliteStore, Store};
use walks::postgres::{self, Postgres};

use crate::races::is_full;

/// What the registers of a test lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file.
    Sqlite,
    /// One database.
    Postgres,
}

/// Where one register lies. Every store that is opened on it is a server of its own.
#[derive(Debug, Clone)]
pub enum Place {
    /// In this file.
    File(PathBuf),
    /// In the database of this address.
    Database(String),
}

/// The engines that this machine has; the test is reported as not run on the one that is missing.
pub fn engines(test: &str) -> Vec<Engine> {
    if postgres::is_installed() {
        return vec![Engine::Sqlite, Engine::Postgres];
    }
    walks::not_run(test, "PostgreSQL is not installed: on SQLite alone");
    vec![Engine::Sqlite]
}

/// The server that all tests share. It ends with the process.
fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start("the simulation").unwrap().unwrap())
}

impl Engine {
    /// A place for a new register.
    pub fn place(self, folder: &Path) -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        if self == Self::Sqlite {
            return Place::File(folder.join("register.db"));
        }
        let name = format!("sim{}", NEXT.fetch_add(1, Ordering::Relaxed));
        server().create_database(&name).unwrap();
        Place::Database(server().address(&name))
    }

    /// How many servers share a register unless a test is about their number.
    pub fn servers(self) -> usize {
        match self {
            Self::Sqlite => 1,
            Self::Postgres if is_full() => 4,
            Self::Postgres => 3,
        }
    }
}

impl Place {
    /// Opens a server of the register.
    pub fn open(&self) -> Box<dyn Store> {
        let projection = Arc::new(DomainProjection);
        match self {
            Self::File(file) => Box::new(SqliteStore::open(file, projection, &mut |_| ()).unwrap()),
            Self::Database(address) => {
                Box::new(PostgresStore::open(address, projection, &mut |_| ()).unwrap())
            }
        }
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Self {
        match text.starts_with("postgres:") {
            true => Self::Database(text.to_owned()),
            false => Self::File(text.into()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(to, "{}", file.display()),
            Self::Database(address) => to.write_str(address),
        }
    }
}
