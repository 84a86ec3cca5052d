//! Comparing the views of the register with those folded afresh, row by row.

use std::cmp::Ordering;

use crate::fault::RegisterFault;
use crate::postgres::cursor::{Cursor, Walk, cursor};
use crate::postgres::doing::column;
use crate::postgres::line::Line;
use crate::postgres::schema;
use crate::postgres::views::{Fresh, FreshRow};
use crate::projection::Projection;
use crate::verify::{Place, VerifyReport};

/// Compares the views with fresh ones.
pub(super) fn compare(
    line: &Line,
    fresh: &Fresh<'_>,
    projection: &dyn Projection,
    report: &mut VerifyReport,
) -> Result<(), RegisterFault> {
    let stored = schema::meta(line, schema::PROJECTION)?.unwrap_or_default();
    if stored != projection.version() {
        let what = format!(
            "names projection `{stored}`, and this program has `{}`",
            projection.version()
        );
        let key = schema::PROJECTION.into();
        report.note(Place::Row { table: "meta", key }, what);
    }
    rows(line, fresh, report)?;
    fresh.spread()?;
    entries(line, fresh, report)
}

/// A walk through the rows of the register beside a walk through fresh ones.
struct Beside<'a, 'r, K> {
    walk: Walk<'a>,
    next: Option<K>,
    read: fn(&tokio_postgres::Row) -> Result<K, RegisterFault>,
    place: fn(&K) -> Place,
    report: &'r mut VerifyReport,
}

impl<'a, 'r, K> Beside<'a, 'r, K> {
    fn begin(
        mut walk: Walk<'a>,
        read: fn(&tokio_postgres::Row) -> Result<K, RegisterFault>,
        place: fn(&K) -> Place,
        report: &'r mut VerifyReport,
    ) -> Result<Self, RegisterFault> {
        let next = walk.next()?.as_ref().map(read).transpose()?;
        Ok(Self {
            walk,
            next,
            read,
            place,
            report,
        })
    }

    fn advance(&mut self) -> Result<(), RegisterFault> {
        self.next = self.walk.next()?.as_ref().map(self.read).transpose()?;
        Ok(())
    }

    /// Holds the next fresh one against what the register has.
    fn take(
        &mut self,
        fresh: &K,
        order: fn(&K, &K) -> Ordering,
        is_same: fn(&K, &K) -> bool,
    ) -> Result<(), RegisterFault> {
        while let Some(ours) = &self.next {
            match order(ours, fresh) {
                Ordering::Less => {
                    let place = (self.place)(ours);
                    self.report.note(place, "is given by no event");
                    self.advance()?;
                }
                Ordering::Equal => {
                    if !is_same(ours, fresh) {
                        let place = (self.place)(ours);
                        self.report.note(place, "differs from what its events give");
                    }
                    return self.advance();
                }
                Ordering::Greater => break,
            }
        }
        self.report.note((self.place)(fresh), "is missing");
        Ok(())
    }

    /// What the register has beyond the last fresh one.
    fn finish(mut self) -> Result<(), RegisterFault> {
        while let Some(ours) = &self.next {
            let place = (self.place)(ours);
            self.report.note(place, "is given by no event");
            self.advance()?;
        }
        self.walk.end()
    }
}

fn rows(line: &Line, fresh: &Fresh<'_>, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    const VIEWS: Cursor = cursor!(
        "view",
        "SELECT kind, id, position, body, entries FROM register.view ORDER BY kind, id"
    );
    let mut count = 0_u64;
    let mut beside = Beside::begin(
        VIEWS.begin(line)?,
        |row| {
            Ok(FreshRow {
                kind: column(row, 0)?,
                id: column(row, 1)?,
                position: column(row, 2)?,
                body: column(row, 3)?,
                entries: column(row, 4)?,
            })
        },
        |row| Place::View {
            kind: row.kind.clone(),
            id: row.id.clone(),
        },
        report,
    )?;
    fresh.rows(&mut |row| {
        count = count.saturating_add(1);
        beside.take(
            &row,
            |ours, fresh| (&ours.kind, &ours.id).cmp(&(&fresh.kind, &fresh.id)),
            |ours, fresh| {
                (ours.position, &ours.body, &ours.entries)
                    == (fresh.position, &fresh.body, &fresh.entries)
            },
        )
    })?;
    beside.finish()?;
    report.views = count;
    Ok(())
}

fn entries(line: &Line, fresh: &Fresh<'_>, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    const ENTRIES: Cursor = cursor!(
        "view_index",
        "SELECT kind, name, value, id FROM register.view_index ORDER BY kind, name, value, id"
    );
    let mut beside = Beside::begin(
        ENTRIES.begin(line)?,
        |row| {
            Ok([
                column::<String>(row, 0)?,
                column(row, 1)?,
                column(row, 2)?,
                column(row, 3)?,
            ])
        },
        |entry| Place::Row {
            table: "view_index",
            key: entry.join(" "),
        },
        report,
    )?;
    fresh.entries(&mut |entry| beside.take(&entry, Ord::cmp, |_, _| true))?;
    beside.finish()
}
