//! Checking the database: its tables, the log, and everything that stands beside it.
//!
//! Damage is a finding. A part that cannot be read to its end is noted, and the others are checked
//! all the same.

mod beside;
mod log;
mod tables;
mod views;

use crate::fault::RegisterFault;
use crate::postgres::doing::Doing as _;
use crate::postgres::line::Line;
use crate::postgres::views::Fresh;
use crate::projection::Projection;
use crate::store::Progress;
use crate::verify::{Depth, Place, VerifyOptions, VerifyReport};

/// Checks everything, through one read of one state.
pub(super) fn run(
    line: &Line,
    projection: &dyn Projection,
    options: &VerifyOptions<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<VerifyReport, RegisterFault> {
    let mut report = VerifyReport::new(options.findings_max);
    if options.depth == Depth::Log {
        part(line, "event", &mut report, &mut |report| {
            log::walk(line, None, options, report, progress)
        })?;
        return Ok(report);
    }
    let fresh = Fresh::new(projection)?;
    part(line, "pg_class", &mut report, &mut |report| {
        tables::check(line, report)
    })?;
    part(line, "event", &mut report, &mut |report| {
        log::walk(line, Some(&fresh), options, report, progress)
    })?;
    part(line, "tag", &mut report, &mut |report| {
        log::check_strays(line, report)
    })?;
    part(line, "view", &mut report, &mut |report| {
        views::compare(line, &fresh, projection, report)
    })?;
    let mut counted = None;
    part(line, "meta", &mut report, &mut |_| {
        counted = Some(beside::counted(line)?);
        Ok(())
    })?;
    let counted = counted.as_ref();
    part(line, "answer", &mut report, &mut |report| {
        beside::answers(line, counted, report)
    })?;
    part(line, "outgoing", &mut report, &mut |report| {
        beside::outgoing(line, counted, report)
    })?;
    part(line, "series", &mut report, &mut |report| {
        beside::series(line, counted, report)
    })?;
    part(line, "vault", &mut report, &mut |report| {
        beside::vault(line, report)
    })?;
    part(line, "checkpoint", &mut report, &mut |report| {
        beside::checkpoints(line, counted, report)
    })?;
    Ok(report)
}

/// Checks one part; when it cannot be read to its end, that is noted and the rest goes on.
fn part(
    line: &Line,
    table: &str,
    report: &mut VerifyReport,
    check: &mut dyn FnMut(&mut VerifyReport) -> Result<(), RegisterFault>,
) -> Result<(), RegisterFault> {
    let doing = || "checking the register".to_owned();
    line.run("SAVEPOINT part").doing(doing)?;
    let Err(fault) = check(report) else {
        return line.run("RELEASE part").doing(doing);
    };
    // A line that was cut ends the check; a table that is damaged does not.
    line.run("ROLLBACK TO part; RELEASE part").doing(doing)?;
    let mut what = format!("cannot be read to its end: {fault}");
    let mut cause = std::error::Error::source(&fault);
    while let Some(next) = cause {
        what.push_str(": ");
        what.push_str(&next.to_string());
        cause = next.source();
    }
    report.note(Place::Table(table.to_owned()), what);
    Ok(())
}
