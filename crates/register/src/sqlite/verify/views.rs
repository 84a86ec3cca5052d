//! Folding the log into fresh views in a passing database, and comparing row by row.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Rows};

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::projection::Projection;
use crate::sqlite::doing::Doing as _;
use crate::sqlite::{schema, views};
use crate::verify::{Place, VerifyReport};

/// Views folded afresh from the log. SQLite keeps them in a file of its own that it deletes.
pub(super) struct Refolded<'a> {
    connection: Connection,
    projection: &'a dyn Projection,
    lookups: views::Lookups,
}

impl<'a> Refolded<'a> {
    pub(super) fn new(projection: &'a dyn Projection) -> Result<Self, RegisterFault> {
        let doing = || "opening a passing database".to_owned();
        let connection = Connection::open("").doing(doing)?;
        connection
            .execute_batch(&format!(
                "PRAGMA journal_mode = OFF; {} BEGIN;",
                schema::VIEWS
            ))
            .doing(doing)?;
        Ok(Self {
            connection,
            projection,
            lookups: views::Lookups::default(),
        })
    }

    /// Folds one event as kept, even a damaged one: its finding explains what differs later.
    pub(super) fn fold(
        &mut self,
        event: &StoredEvent,
        report: &mut VerifyReport,
    ) -> Result<(), RegisterFault> {
        let mut folding = views::Folding {
            rows: views::Rows {
                connection: &self.connection,
                lookups: &mut self.lookups,
            },
            projection: self.projection,
        };
        match folding.fold(event) {
            Err(RegisterFault::Fold { position, because }) => {
                let what = format!("cannot be folded into the views: {because}");
                report.note(Place::Event(position), what);
                Ok(())
            }
            result => result,
        }
    }

    /// Compares the views of the register with the fresh ones, row by row.
    pub(super) fn compare(
        &self,
        connection: &Connection,
        report: &mut VerifyReport,
    ) -> Result<(), RegisterFault> {
        let stored = schema::meta(connection, views::PROJECTION)?.unwrap_or_default();
        if stored != self.projection.version() {
            let what = format!(
                "names projection `{stored}`, and this program has `{}`",
                self.projection.version()
            );
            report.note(
                Place::Row {
                    table: "meta",
                    key: views::PROJECTION.into(),
                },
                what,
            );
        }
        self.pairs(
            connection,
            "SELECT kind, id, position, body, entries FROM view ORDER BY kind, id",
            2,
            report,
            |key| match key {
                [kind, id] => Place::View {
                    kind: kind.clone(),
                    id: id.clone(),
                },
                _ => Place::Table("view".into()),
            },
        )?;
        let views = self
            .connection
            .query_row("SELECT count(*) FROM view", [], |row| row.get::<_, i64>(0))
            .doing(|| "counting views".into())?;
        report.views = u64::try_from(views).unwrap_or(0);
        self.pairs(
            connection,
            "SELECT kind, name FROM view_lookup ORDER BY kind, name",
            2,
            report,
            |key| Place::Row {
                table: "view_lookup",
                key: key.join(" "),
            },
        )?;
        self.pairs(
            connection,
            "SELECT kind, name, value, id
             FROM view_lookup CROSS JOIN view_index ON view_index.lookup = view_lookup.number
             ORDER BY kind, name, value, id",
            4,
            report,
            |key| Place::Row {
                table: "view_index",
                key: key.join(" "),
            },
        )
    }

    /// Walks two tables of the same order side by side.
    fn pairs(
        &self,
        connection: &Connection,
        sql: &'static str,
        key_columns: usize,
        report: &mut VerifyReport,
        place: impl Fn(&[String]) -> Place,
    ) -> Result<(), RegisterFault> {
        let doing = || "comparing the views".to_owned();
        let mut ours = connection.prepare(sql).doing(doing)?;
        let mut fresh = self.connection.prepare(sql).doing(doing)?;
        let (mut ours, mut fresh) = (ours.query([]).doing(doing)?, fresh.query([]).doing(doing)?);
        let mut left = next(&mut ours, key_columns)?;
        let mut right = next(&mut fresh, key_columns)?;
        loop {
            let order = match (&left, &right) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some((ours, _)), Some((fresh, _))) => ours.cmp(fresh),
            };
            let (takes_left, takes_right) = (order.is_le(), order.is_ge());
            match (&left, &right) {
                (Some(ours), Some(fresh)) if ours == fresh => {}
                (Some((key, _)), Some(_)) if order.is_eq() => {
                    report.note(place(key), "differs from what its events give");
                }
                (Some((key, _)), _) if takes_left => {
                    report.note(place(key), "is given by no event");
                }
                (_, Some((key, _))) => report.note(place(key), "is missing"),
                _ => {}
            }
            if takes_left {
                left = next(&mut ours, key_columns)?;
            }
            if takes_right {
                right = next(&mut fresh, key_columns)?;
            }
        }
    }
}

/// The key and the other columns of the next row.
type Compared = Option<(Vec<String>, Vec<String>)>;

fn next(rows: &mut Rows<'_>, key_columns: usize) -> Result<Compared, RegisterFault> {
    let doing = || "comparing the views".to_owned();
    let Some(row) = rows.next().doing(doing)? else {
        return Ok(None);
    };
    let columns = row.as_ref().column_count();
    let mut texts = (0..columns)
        .map(|column| {
            Ok(match row.get_ref(column).doing(doing)? {
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            })
        })
        .collect::<Result<Vec<_>, RegisterFault>>()?;
    let rest = texts.split_off(key_columns.min(texts.len()));
    Ok(Some((texts, rest)))
}
