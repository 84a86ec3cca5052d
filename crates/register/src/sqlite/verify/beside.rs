//! What stands beside the log: answers, outgoing messages, series, kept bytes, checkpoints.

use std::collections::BTreeMap;

use domain::time::Position;
use rusqlite::{Connection, Row};

use crate::checkpoint::SignedCheckpoint;
use crate::counted::{BESIDE, Counted};
use crate::fault::RegisterFault;
use crate::hash::Digest;
use crate::seal;
use crate::sqlite::doing::Doing as _;
use crate::sqlite::{events, rows, schema};
use crate::verify::{Place, VerifyReport};

/// Numbers of a table run from 1 without gaps: a missing one is a deleted row.
struct Numbers {
    table: &'static str,
    next: i64,
}

impl Numbers {
    fn of(table: &'static str) -> Self {
        Self { table, next: 1 }
    }

    fn take(&mut self, row: &Row<'_>, report: &mut VerifyReport) -> Result<Place, RegisterFault> {
        let number: i64 = row
            .get("number")
            .doing(|| format!("reading table `{}`", self.table))?;
        if number > self.next {
            let key = format!("{} to {}", self.next, number.saturating_sub(1));
            report.note(
                Place::Row {
                    table: self.table,
                    key,
                },
                "missing",
            );
        }
        self.next = number.saturating_add(1);
        Ok(Place::Row {
            table: self.table,
            key: number.to_string(),
        })
    }
}

/// A table of numbered rows, with what is counted of it.
struct Table<'a> {
    name: &'static str,
    sql: &'a str,
    counted: Option<&'a Counted>,
}

fn each(
    connection: &Connection,
    table: &Table<'_>,
    report: &mut VerifyReport,
    check: &mut dyn FnMut(&Row<'_>, &mut VerifyReport, Place) -> Result<(), RegisterFault>,
) -> Result<(), RegisterFault> {
    let doing = || format!("reading table `{}`", table.name);
    let mut statement = connection.prepare(table.sql).doing(doing)?;
    let mut found = statement.query([]).doing(doing)?;
    let mut numbers = Numbers::of(table.name);
    while let Some(row) = found.next().doing(doing)? {
        let place = numbers.take(row, report)?;
        check(row, report, place)?;
    }
    if let Some(counted) = table.counted {
        counted.check(table.name, numbers.next, report);
    }
    Ok(())
}

/// What the register counted; none with the finding noted.
pub(super) fn counted(connection: &Connection) -> Result<Option<Counted>, RegisterFault> {
    Counted::parse(schema::meta(connection, BESIDE)?.as_deref()).map(Some)
}

pub(super) fn series(
    connection: &Connection,
    report: &mut VerifyReport,
    counted: Option<&Counted>,
) -> Result<(), RegisterFault> {
    let found: BTreeMap<String, i64> = connection
        .prepare("SELECT name, last FROM series")
        .and_then(|mut statement| {
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
        .doing(|| "reading table `series`".into())?;
    if let Some(counted) = counted {
        counted.check_series(&found, report);
    }
    Ok(())
}

pub(super) fn answers(
    connection: &Connection,
    report: &mut VerifyReport,
    counted: Option<&Counted>,
) -> Result<(), RegisterFault> {
    let head = events::head(connection)?.position;
    let table = Table {
        name: "answer",
        sql: "SELECT * FROM answer ORDER BY number",
        counted,
    };
    each(connection, &table, report, &mut |row, report, place| {
        match rows::answer_row(row) {
            Err(error) => report.note(place, format!("cannot be read: {error}")),
            Ok((number, key, answer, seal)) => {
                if seal::of_answer(number, &key, &answer) != seal {
                    report.note(
                        place.clone(),
                        format!("is not as it was kept, under key `{key}`"),
                    );
                }
                if let Some((first, last)) = answer.events
                    && (first < Position(1) || first > last || last > head)
                {
                    report.note(place, "names events that the log does not have");
                }
            }
        }
        Ok(())
    })
}

pub(super) fn outgoing(
    connection: &Connection,
    report: &mut VerifyReport,
    counted: Option<&Counted>,
) -> Result<(), RegisterFault> {
    let head = events::head(connection)?.position;
    let table = Table {
        name: "outgoing",
        sql: &rows::all_outgoing(),
        counted,
    };
    each(connection, &table, report, &mut |row, report, place| {
        match rows::outgoing_row(row) {
            Err(error) => report.note(place, format!("cannot be read: {error}")),
            Ok((entry, body, seal)) => {
                if seal::of_outgoing(&entry, &body) != seal {
                    let what = format!("is not as it was put there, under key `{}`", entry.key);
                    report.note(place.clone(), what);
                }
                if entry.position < Position(1) || entry.position > head {
                    report.note(place, "names an event that the log does not have");
                }
            }
        }
        Ok(())
    })
}

pub(super) fn vault(
    connection: &Connection,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let doing = || "reading table `vault`".to_owned();
    let mut statement = connection
        .prepare("SELECT digest, bytes FROM vault")
        .doing(doing)?;
    let mut rows = statement.query([]).doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        report.vault = report.vault.saturating_add(1);
        let bytes = row.get_ref(1).doing(doing)?.as_bytes().unwrap_or_default();
        match row.get(0).map(Digest) {
            Ok(digest) if digest == Digest::of(bytes) => {}
            Ok(digest) => report.note(
                Place::Row {
                    table: "vault",
                    key: digest.to_string(),
                },
                "bytes do not have the digest under which they are kept",
            ),
            Err(_) => report.note(
                Place::Row {
                    table: "vault",
                    key: Digest::of(bytes).to_string(),
                },
                "is kept under something that is not a digest",
            ),
        }
    }
    Ok(())
}

pub(super) fn checkpoints(
    connection: &Connection,
    report: &mut VerifyReport,
    counted: Option<&Counted>,
) -> Result<(), RegisterFault> {
    let table = Table {
        name: "checkpoint",
        sql: "SELECT number, size, text FROM checkpoint ORDER BY number",
        counted,
    };
    each(connection, &table, report, &mut |row, report, place| {
        let size: Option<u64> = row
            .get::<_, i64>(1)
            .ok()
            .and_then(|size| size.try_into().ok());
        let text: Result<String, _> = row.get(2);
        match text
            .map_err(|error| error.to_string())
            .and_then(|text| SignedCheckpoint::parse(&text).map_err(|mistake| mistake.to_string()))
        {
            Err(because) => report.note(place, format!("cannot be read: {because}")),
            Ok(signed) if Some(signed.checkpoint().size) != size => {
                report.note(place, "is of another size than its row says");
            }
            Ok(_) => {}
        }
        Ok(())
    })
}
