//! Checking the file: what the engine says of it, the log, and everything that stands beside it.
//!
//! Damage is a finding. A part that cannot be read to its end is noted, and the others are checked
//! all the same.

mod beside;
mod file;
mod log;
mod views;

use rusqlite::Connection;

use crate::fault::RegisterFault;
use crate::projection::Projection;
use crate::store::Progress;
use crate::verify::{Place, VerifyOptions, VerifyReport};

/// Checks everything, through one read of one state.
pub(super) fn run(
    connection: &Connection,
    projection: &dyn Projection,
    options: &VerifyOptions<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<VerifyReport, RegisterFault> {
    let mut report = VerifyReport::new(options.findings_max);
    let mut refolded = views::Refolded::new(projection)?;
    file::check(connection, &mut report);
    let walked = log::walk(connection, &mut refolded, options, &mut report, progress);
    note_fault(walked, "event", &mut report);
    note_fault(
        log::check_strays(connection, &mut report),
        "tag",
        &mut report,
    );
    note_fault(
        refolded.compare(connection, &mut report),
        "view",
        &mut report,
    );
    note_fault(
        beside::answers(connection, &mut report),
        "answer",
        &mut report,
    );
    note_fault(
        beside::outgoing(connection, &mut report),
        "outgoing",
        &mut report,
    );
    note_fault(beside::vault(connection, &mut report), "vault", &mut report);
    note_fault(
        beside::checkpoints(connection, &mut report),
        "checkpoint",
        &mut report,
    );
    Ok(report)
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
