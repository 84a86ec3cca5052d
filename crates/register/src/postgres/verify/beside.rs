//! What stands beside the log: answers, outgoing messages, series, kept bytes, checkpoints.

use std::collections::BTreeMap;

use domain::time::Position;
use tokio_postgres::Row;

use crate::checkpoint::SignedCheckpoint;
use crate::counted::{BESIDE, Counted};
use crate::fault::RegisterFault;
use crate::hash::Digest;
use crate::postgres::cursor::{Cursor, cursor};
use crate::postgres::doing::{column, exact};
use crate::postgres::line::Line;
use crate::postgres::{events, rows, schema};
use crate::seal;
use crate::verify::{Place, VerifyReport};

/// Walks through a table whose numbers run from 1 without gaps: a missing one is a deleted row.
fn each(
    line: &Line,
    cursor: &Cursor,
    counted: Option<&Counted>,
    report: &mut VerifyReport,
    check: &mut dyn FnMut(&Row, &mut VerifyReport, Place) -> Result<(), RegisterFault>,
) -> Result<(), RegisterFault> {
    let table = cursor.table;
    let mut expected = 1;
    cursor.each(line, &mut |row| {
        let number: i64 = column(row, 0)?;
        if number > expected {
            let key = format!("{expected} to {}", number.saturating_sub(1));
            report.note(Place::Row { table, key }, "missing");
        }
        expected = number.saturating_add(1);
        let key = number.to_string();
        check(row, report, Place::Row { table, key })
    })?;
    if let Some(counted) = counted {
        counted.check(table, expected, report);
    }
    Ok(())
}

/// What the register counted.
pub(super) fn counted(line: &Line) -> Result<Counted, RegisterFault> {
    Counted::parse(schema::meta(line, BESIDE)?.as_deref())
}

pub(super) fn series(
    line: &Line,
    counted: Option<&Counted>,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    const SERIES: Cursor = cursor!(
        "series",
        "SELECT name, last FROM register.series ORDER BY name"
    );
    let mut found = BTreeMap::new();
    SERIES.each(line, &mut |row| {
        found.insert(column(row, 0)?, column(row, 1)?);
        Ok(())
    })?;
    if let Some(counted) = counted {
        counted.check_series(&found, report);
    }
    Ok(())
}

pub(super) fn answers(
    line: &Line,
    counted: Option<&Counted>,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    const ANSWERS: Cursor = cursor!(
        "answer",
        "SELECT number, key, request, answer, first, last, seal FROM register.answer
         ORDER BY number"
    );
    let head = events::head(line)?.position;
    each(
        line,
        &ANSWERS,
        counted,
        report,
        &mut |row, report, place| {
            match rows::answer_row(row) {
                Err(fault) => report.note(place, format!("cannot be read: {fault}")),
                Ok((number, key, answer, kept)) => {
                    if seal::of_answer(number, &key, &answer) != kept {
                        let what = format!("is not as it was kept, under key `{key}`");
                        report.note(place.clone(), what);
                    }
                    if let Some((first, last)) = answer.events
                        && (first < Position(1) || first > last || last > head)
                    {
                        report.note(place, "names events that the log does not have");
                    }
                }
            }
            Ok(())
        },
    )
}

pub(super) fn outgoing(
    line: &Line,
    counted: Option<&Counted>,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    const OUTGOING: Cursor = cursor!(
        "outgoing",
        "SELECT number, key, topic, recipient, body, position, recorded_at, failures,
         last_failure, failed_at, delivered_at, acknowledged_at, seal FROM register.outgoing
         ORDER BY number"
    );
    let head = events::head(line)?.position;
    each(
        line,
        &OUTGOING,
        counted,
        report,
        &mut |row, report, place| {
            match rows::outgoing_row(row) {
                Err(fault) => report.note(place, format!("cannot be read: {fault}")),
                Ok((entry, body, kept)) => {
                    if seal::of_outgoing(&entry, &body) != kept {
                        let what = format!("is not as it was put there, under key `{}`", entry.key);
                        report.note(place.clone(), what);
                    }
                    if entry.position < Position(1) || entry.position > head {
                        report.note(place, "names an event that the log does not have");
                    }
                }
            }
            Ok(())
        },
    )
}

pub(super) fn vault(line: &Line, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    const VAULT: Cursor = cursor!(
        "vault",
        "SELECT digest, bytes FROM register.vault ORDER BY digest"
    );
    VAULT.each(line, &mut |row| {
        report.vault = report.vault.saturating_add(1);
        let of_bytes = Digest::of(&column::<Vec<u8>>(row, 1)?);
        let place = |digest: Digest| Place::Row {
            table: "vault",
            key: digest.to_string(),
        };
        match exact(column(row, 0)?).map(Digest) {
            Ok(digest) if digest == of_bytes => {}
            Ok(digest) => report.note(
                place(digest),
                "bytes do not have the digest under which they are kept",
            ),
            Err(_) => report.note(
                place(of_bytes),
                "is kept under something that is not a digest",
            ),
        }
        Ok(())
    })
}

pub(super) fn checkpoints(
    line: &Line,
    counted: Option<&Counted>,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    const CHECKPOINTS: Cursor = cursor!(
        "checkpoint",
        "SELECT number, size, text FROM register.checkpoint ORDER BY number"
    );
    each(
        line,
        &CHECKPOINTS,
        counted,
        report,
        &mut |row, report, place| {
            let size: i64 = column(row, 1)?;
            let text: String = column(row, 2)?;
            match SignedCheckpoint::parse(&text) {
                Err(mistake) => report.note(place, format!("cannot be read: {mistake}")),
                Ok(signed) if u64::try_from(size).ok() != Some(signed.checkpoint().size) => {
                    report.note(place, "is of another size than its row says");
                }
                Ok(_) => {}
            }
            Ok(())
        },
    )
}
