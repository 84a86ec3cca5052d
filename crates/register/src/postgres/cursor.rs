//! Walking through a table of any size in steps, within one transaction.

use tokio_postgres::Row;

use crate::fault::RegisterFault;
use crate::postgres::doing::Doing as _;
use crate::postgres::line::Line;

/// A walk through a table.
pub(super) struct Cursor {
    /// The table, for faults.
    pub(super) table: &'static str,
    pub(super) open: &'static str,
    pub(super) fetch: &'static str,
    pub(super) close: &'static str,
}

/// A walk through what a statement gives, in steps that fit into memory.
macro_rules! cursor {
    ($table:literal, $sql:expr) => {
        $crate::postgres::cursor::cursor!("walk_", $table, $sql)
    };
    // Walks of other columns have other names: a line remembers what each gives.
    ($name:literal, $table:literal, $sql:expr) => {
        $crate::postgres::cursor::Cursor {
            table: $table,
            open: concat!("DECLARE ", $name, $table, " NO SCROLL CURSOR FOR ", $sql),
            fetch: concat!("FETCH 500 FROM ", $name, $table),
            close: concat!("CLOSE ", $name, $table),
        }
    };
}
pub(super) use cursor;

impl Cursor {
    /// Gives every row in order.
    pub(super) fn each(
        &self,
        line: &Line,
        take: &mut dyn FnMut(&Row) -> Result<(), RegisterFault>,
    ) -> Result<(), RegisterFault> {
        let mut walk = self.begin(line)?;
        while let Some(row) = walk.next()? {
            take(&row)?;
        }
        walk.end()
    }

    /// Begins a walk of which rows are taken one by one.
    pub(super) fn begin<'a>(&'a self, line: &'a Line) -> Result<Walk<'a>, RegisterFault> {
        line.run(self.open)
            .doing(|| format!("reading table `{}`", self.table))?;
        Ok(Walk {
            cursor: self,
            line,
            rows: Vec::new().into_iter(),
        })
    }
}

/// A walk under way.
pub(super) struct Walk<'a> {
    cursor: &'a Cursor,
    line: &'a Line,
    rows: std::vec::IntoIter<Row>,
}

impl Walk<'_> {
    pub(super) fn next(&mut self) -> Result<Option<Row>, RegisterFault> {
        if let Some(row) = self.rows.next() {
            return Ok(Some(row));
        }
        let rows = self
            .line
            .ask(self.cursor.fetch, &[])
            .doing(|| format!("reading table `{}`", self.cursor.table))?;
        self.rows = rows.into_iter();
        Ok(self.rows.next())
    }

    pub(super) fn end(self) -> Result<(), RegisterFault> {
        self.line
            .run(self.cursor.close)
            .doing(|| format!("reading table `{}`", self.cursor.table))
    }
}
