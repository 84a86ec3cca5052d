//! Creating the tables, and bringing older ones up to date. Migrations expand: an older program
//! keeps working on what a newer one added, and what it no longer needs goes in a later release.

use std::path::PathBuf;

use crate::fault::RegisterFault;
use crate::postgres::doing::{Doing as _, column};
use crate::postgres::line::{Line, text};
use crate::postgres::pool::{For, LOCK, LOG, Pool};

/// Every step from an empty database to the tables of this release.
const MIGRATIONS: [&str; 2] = [
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
];

/// The version of the tables of this release.
const LATEST: i64 = 2;

/// The row of `meta` that names what the views were built by.
pub(super) const PROJECTION: &str = "projection";

/// What is in the database before anything in it is changed.
const LOOK: &str = "SELECT to_regclass('register.schema_version') IS NOT NULL,
    EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = 'register'),
    current_setting('server_encoding')";

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM register.schema_version";

/// Brings the database to the tables of this release.
pub(super) fn prepare(pool: &Pool) -> Result<(), RegisterFault> {
    let line = pool.connect()?;
    if found(&line, pool)? == LATEST {
        pool.give_back(line);
        return Ok(());
    }
    drop(line);
    let (line, _) = pool.begin(For::Writing, &[(LOCK, Some(LOG))])?;
    // Another process may have done it while this one waited.
    let found = found(&line, pool)?;
    let doing = || format!("bringing the register from schema {found} to {LATEST}");
    for (migration, number) in MIGRATIONS
        .iter()
        .zip(1_i64..)
        .filter(|(_, number)| *number > found)
    {
        line.run(migration).doing(doing)?;
        let version = "INSERT INTO register.schema_version (version) VALUES ($1)";
        line.ask(version, &[crate::postgres::line::int(number)])
            .doing(doing)?;
    }
    line.run("COMMIT").doing(doing)?;
    pool.give_back(line);
    Ok(())
}

/// The version of the tables, 0 where there are none.
fn found(line: &Line, pool: &Pool) -> Result<i64, RegisterFault> {
    let not = |because| RegisterFault::NotARegister {
        path: PathBuf::from(pool.settings.shown()),
        because,
    };
    let doing = || format!("looking at {}", pool.settings.shown());
    let row = line.ask_one(LOOK, &[]).doing(doing)?;
    let encoding: String = column(&row, 2)?;
    if encoding != "UTF8" {
        return Err(not("its encoding is not UTF8"));
    }
    match (column(&row, 0)?, column(&row, 1)?) {
        (false, true) => Err(not("its schema `register` is that of another program")),
        (false, false) => Ok(0),
        (true, _) => {
            let found = column(&line.ask_one(VERSION, &[]).doing(doing)?, 0)?;
            if found > LATEST {
                return Err(RegisterFault::NewerSchema {
                    found,
                    known: LATEST,
                });
            }
            Ok(found)
        }
    }
}

/// The value of a row of `meta`.
pub(super) fn meta(line: &Line, name: &str) -> Result<Option<String>, RegisterFault> {
    let rows = line
        .ask(
            "SELECT value FROM register.meta WHERE name = $1",
            &[text(name)],
        )
        .doing(|| format!("reading `{name}` of the register"))?;
    rows.first().map(|row| column(row, 0)).transpose()
}

/// Writes a row of `meta`.
pub(super) fn set_meta(line: &Line, name: &str, value: &str) -> Result<(), RegisterFault> {
    line.ask(
        "INSERT INTO register.meta (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &[text(name), text(value)],
    )
    .doing(|| format!("writing `{name}` of the register"))?;
    Ok(())
}
