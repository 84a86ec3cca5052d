//! The same draws without a register: one table of balances and one of what was drawn, in bare
//! SQLite with the same durability. What a comparison is made with, and nothing else.

mod supply;

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, params};

use crate::fault::RegisterFault;
use crate::sqlite::doing::Doing as _;

pub use supply::{BareHit, BareSupply};

/// A table of balances and a table of draws.
pub struct BareLedger {
    connection: Connection,
    drawn: i64,
}

impl BareLedger {
    /// Makes the tables in a new file, with one balance for each of `permits`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(path: &Path, permits: u32) -> Result<Self, RegisterFault> {
        let doing = || "making bare tables".to_owned();
        let mut connection = Connection::open(path).doing(doing)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 CREATE TABLE permit (id INTEGER PRIMARY KEY, held INTEGER NOT NULL) STRICT;
                 CREATE TABLE drawn (
                     number INTEGER PRIMARY KEY, permit INTEGER NOT NULL, key TEXT NOT NULL UNIQUE
                 ) STRICT;",
            )
            .doing(doing)?;
        let all = connection.transaction().doing(doing)?;
        for permit in 1..=permits {
            all.execute(
                "INSERT INTO permit (id, held) VALUES (?1, 1000000000000)",
                [permit],
            )
            .doing(doing)?;
        }
        all.commit().doing(doing)?;
        Ok(Self {
            connection,
            drawn: 0,
        })
    }

    /// Draws once on each of these permits in one durable commit, each draw checked by itself.
    /// Gives how many were granted.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn draw(&mut self, permits: &[u32]) -> Result<u64, RegisterFault> {
        let doing = || "drawing in bare tables".to_owned();
        let all = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .doing(doing)?;
        let mut granted = 0_u64;
        for permit in permits {
            let held = all
                .prepare_cached("UPDATE permit SET held = held - 1 WHERE id = ?1 AND held >= 1")
                .and_then(|mut update| update.execute([permit]))
                .doing(doing)?;
            if held == 1 {
                self.drawn = self.drawn.saturating_add(1);
                all.prepare_cached("INSERT INTO drawn (number, permit, key) VALUES (?1, ?2, ?3)")
                    .and_then(|mut insert| {
                        insert.execute(params![self.drawn, permit, format!("key-{}", self.drawn)])
                    })
                    .doing(doing)?;
                granted = granted.saturating_add(1);
            }
        }
        all.commit().doing(doing)?;
        Ok(granted)
    }
}

/// The same tables for PostgreSQL, one statement after another, with one balance for each of
/// `permits`.
#[must_use]
pub fn postgres_tables(permits: u32) -> [String; 4] {
    [
        "CREATE TABLE permit (id integer PRIMARY KEY, held bigint NOT NULL)".to_owned(),
        format!(
            "INSERT INTO permit SELECT id, 1000000000000 FROM generate_series(1, {permits}) id"
        ),
        "CREATE TABLE drawn (number bigserial PRIMARY KEY, permit integer NOT NULL)".to_owned(),
        "VACUUM ANALYZE permit".to_owned(),
    ]
}

/// A draw the usual way, as a script of `pgbench`: a row lock, an update and an insert in one
/// transaction. `permit` is a number or an expression of `pgbench`.
#[must_use]
pub fn postgres_draw(permit: &str) -> String {
    format!(
        "\\set permit {permit}\nBEGIN;\n\
         SELECT held FROM permit WHERE id = :permit FOR UPDATE;\n\
         UPDATE permit SET held = held - 1 WHERE id = :permit AND held >= 1;\n\
         INSERT INTO drawn (permit) VALUES (:permit);\nCOMMIT;\n"
    )
}
