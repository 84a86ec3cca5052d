//! What SQLite says of its file, and whether the tables are those of this release.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::fault::RegisterFault;
use crate::sqlite::doing::Doing as _;
use crate::sqlite::schema;
use crate::sqlite::verify::note_fault;
use crate::verify::{Place, VerifyReport};

/// Most complaints of SQLite about one file that are asked for.
const COMPLAINTS_MAX: i64 = 100;

pub(super) fn check(connection: &Connection, report: &mut VerifyReport) {
    note_fault(integrity(connection, report), "sqlite_schema", report);
    note_fault(tables(connection, report), "sqlite_schema", report);
}

/// Asks SQLite to check every page, index and constraint.
fn integrity(connection: &Connection, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    let doing = || "asking SQLite to check the file".to_owned();
    let roots = roots(connection)?;
    let mut statement = connection
        .prepare(&format!("PRAGMA integrity_check({COMPLAINTS_MAX})"))
        .doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let said: String = row.get(0).doing(doing)?;
        for line in said
            .lines()
            .filter(|line| *line != "ok" && !line.starts_with("***"))
        {
            let place = root_named(line)
                .and_then(|root| roots.get(&root))
                .map_or(Place::File, |name| Place::Table(name.clone()));
            report.note(place, format!("is damaged: {line}"));
        }
    }
    Ok(())
}

/// The root page in a complaint such as `Tree 5 page 12: …`.
fn root_named(line: &str) -> Option<i64> {
    let mut words = line.split_whitespace();
    words.find(|word| *word == "Tree")?;
    words.next()?.trim_end_matches(':').parse().ok()
}

/// The names of tables and indexes by their root page.
fn roots(connection: &Connection) -> Result<BTreeMap<i64, String>, RegisterFault> {
    let doing = || "reading the list of tables".to_owned();
    connection
        .prepare("SELECT rootpage, name FROM sqlite_schema WHERE rootpage > 0")
        .doing(doing)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .doing(doing)
}

/// Compares tables, indexes and triggers with those of an empty register.
fn tables(connection: &Connection, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    let empty = Connection::open_in_memory().doing(|| "opening a database in memory".into())?;
    schema::build(&empty)?;
    let (expected, found) = (described(&empty)?, described(connection)?);
    for (name, sql) in &expected {
        match found.get(name) {
            None => report.note(Place::Table(name.clone()), "is missing"),
            Some(other) if other != sql => {
                report.note(
                    Place::Table(name.clone()),
                    "is not as this release creates it",
                );
            }
            Some(_) => {}
        }
    }
    for name in found.keys().filter(|name| !expected.contains_key(*name)) {
        report.note(Place::Table(name.clone()), "does not belong to a register");
    }
    Ok(())
}

fn described(connection: &Connection) -> Result<BTreeMap<String, String>, RegisterFault> {
    let doing = || "reading the list of tables".to_owned();
    // SQLite's own tables (`sqlite_stat1` of ANALYZE) may come and go.
    connection
        .prepare(
            "SELECT name, coalesce(sql, '') FROM sqlite_schema
             WHERE name NOT LIKE 'sqlite\\_%' ESCAPE ?1",
        )
        .doing(doing)?
        .query_map(params!["\\"], |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .doing(doing)
}
