//! Checking the file: what the engine says of it, the log, and everything that stands beside it.
//!
//! Damage is a finding. A part that cannot be read to its end is noted, and the others are checked
//! all the same.
//!
//! What is derived from the log (tags, views, their index) is checked twice at most: first quickly,
//! beside the walk through the log, which says only whether all of it is sound ([`derived`]); and
//! when it is not, again, slowly, to name every row that differs ([`named`]).

mod beside;
mod derived;
mod examine;
mod file;
mod log;
mod named;
mod views;

use std::path::Path;

use rusqlite::Connection;

use crate::counted::Counted;
use crate::fault::RegisterFault;
use crate::projection::Projection;
use crate::sqlite::connection;
use crate::sqlite::verify::derived::Derived;
use crate::store::Progress;
use crate::verify::{Depth, Place, VerifyOptions, VerifyReport};

/// Checks what the options ask for, through one read of one state.
pub(super) fn run(
    connection: &Connection,
    path: &Path,
    projection: &dyn Projection,
    options: &VerifyOptions<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<VerifyReport, RegisterFault> {
    let mut report = VerifyReport::new(options.findings_max);
    if options.depth == Depth::Log {
        let walked = log::walk(connection, None, options, &mut report, progress);
        note_fault(walked, "event", &mut report);
        return Ok(report);
    }
    let mut derived = Derived::new(connection, projection)?;
    // The pages and indexes of the file are checked beside the walk: whatever others write
    // meanwhile, they are sound or not.
    let mut whole = std::thread::scope(|scope| {
        let file = scope.spawn(|| check_file(path, options.findings_max));
        let walked = log::walk(
            connection,
            Some(&mut derived),
            options,
            &mut report,
            progress,
        );
        note_fault(walked, "event", &mut report);
        file.join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    note_fault(named::strays(connection, &mut report), "tag", &mut report);
    match derived.finish() {
        Ok(Some(views)) => report.views = views,
        // A fault on the quick way is met again on the slow one, which says where.
        Ok(None) | Err(_) => named::name(connection, projection, &mut report)?,
    }
    check_beside(connection, &mut report);
    whole.absorb(report);
    Ok(whole)
}

fn check_file(path: &Path, findings_max: usize) -> VerifyReport {
    let mut report = VerifyReport::new(findings_max);
    match connection::open(path) {
        Ok(connection) => file::check(&connection, &mut report),
        Err(fault) => note_fault(Err(fault), "sqlite_schema", &mut report),
    }
    report
}

fn check_beside(connection: &Connection, report: &mut VerifyReport) {
    let counted = beside::counted(connection).unwrap_or_else(|fault| {
        note_fault(Err(fault), "meta", report);
        None
    });
    type Check = fn(&Connection, &mut VerifyReport, Option<&Counted>) -> Result<(), RegisterFault>;
    let checks: [(&str, Check); 5] = [
        ("answer", beside::answers),
        ("outgoing", beside::outgoing),
        ("series", beside::series),
        ("vault", |connection, report, _| {
            beside::vault(connection, report)
        }),
        ("checkpoint", beside::checkpoints),
    ];
    for (table, check) in checks {
        note_fault(check(connection, report, counted.as_ref()), table, report);
    }
}

/// Notes that a table could not be read to its end.
fn note_fault(result: Result<(), RegisterFault>, table: &str, report: &mut VerifyReport) {
    if let Err(fault) = result {
        let mut what = format!("cannot be read to its end: {fault}");
        let mut cause = std::error::Error::source(&fault);
        while let Some(next) = cause {
            what.push_str(": ");
            what.push_str(&next.to_string());
            cause = next.source();
        }
        report.note(Place::Table(table.to_owned()), what);
    }
}
