//! Reading through a connection, in a read or in a write.

use domain::time::{Instant, Position};
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};

use crate::checkpoint::SignedCheckpoint;
use crate::event::{Query, StoredEvent};
use crate::excerpt::{Excerpt, excerpt_fields};
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::held::{About, Stretch};
use crate::leaf::Fields;
use crate::merkle::{self, ConsistencyProof, InclusionProof};
use crate::projection::Key;
use crate::sqlite::connection::Reader;
use crate::sqlite::doing::{Doing as _, limit};
use crate::sqlite::events;
use crate::sqlite::tree::StoredNodes;
use crate::sqlite::{rows, salts};
use crate::store::{
    Head, Lookup, OutboxPart, OutgoingEntry, Page, ROWS_PER_READ_MAX, Range, Reading, StoredAnswer,
    View,
};

/// What has a connection to read through. A write knows some answers without asking.
pub(super) trait Connected {
    /// The connection, once the database has all that is there to see.
    fn connection(&self, about: About<'_>) -> Result<&Connection, RegisterFault>;

    fn known_head(&self) -> Result<Head, RegisterFault> {
        events::head(self.connection(About::Log)?)
    }

    fn known_root(&self, size: u64) -> Result<Hash, RegisterFault> {
        let connection = self.connection(About::Log)?;
        within(connection, size)?;
        merkle::root(&StoredNodes(connection), size)
    }

    fn known_view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        self.connection(About::Views(&key.kind))?
            .prepare_cached("SELECT id, position, body FROM view WHERE kind = ?1 AND id = ?2")
            .and_then(|mut statement| statement.query_row([&key.kind, &key.id], view).optional())
            .doing(|| format!("reading view `{}/{}`", key.kind, key.id))
    }

    fn known_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        rows::answer(self.connection(About::Answers)?, key)
    }
}

impl Connected for Reader<'_> {
    fn connection(&self, _: About<'_>) -> Result<&Connection, RegisterFault> {
        Reader::connection(self)
    }
}

fn view(row: &Row<'_>) -> rusqlite::Result<View> {
    let position: i64 = row.get(1)?;
    Ok(View {
        id: row.get(0)?,
        position: Position(u64::try_from(position).unwrap_or(0)),
        body: row.get(2)?,
    })
}

fn all<T>(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    doing: impl Fn() -> String,
) -> Result<Vec<T>, RegisterFault> {
    let mut statement = connection.prepare_cached(sql).doing(&doing)?;
    statement
        .query_map(params, read)
        .and_then(Iterator::collect)
        .doing(&doing)
}

fn counted(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
) -> Result<u64, RegisterFault> {
    let count: i64 = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(params, |row| row.get(0)))
        .doing(|| "counting views".into())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

fn within(connection: &Connection, size: u64) -> Result<(), RegisterFault> {
    let head = events::head(connection)?.position.0;
    if size > head {
        return Err(RegisterFault::OutOfRange {
            asked: size,
            size: head,
        });
    }
    Ok(())
}

impl<C: Connected> Reading for C {
    fn head(&self) -> Result<Head, RegisterFault> {
        self.known_head()
    }

    fn event(&self, at: Position) -> Result<Option<StoredEvent>, RegisterFault> {
        events::event(self.connection(About::Log)?, at)
    }

    fn events(
        &self,
        query: &Query,
        after: Position,
        until: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, RegisterFault> {
        events::events(
            self.connection(About::Log)?,
            query,
            Stretch { after, until },
            limit,
        )
    }

    fn position_at(&self, instant: Instant) -> Result<Position, RegisterFault> {
        events::position_at(self.connection(About::Log)?, instant)
    }

    fn view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        self.known_view(key)
    }

    fn find(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<View>, RegisterFault> {
        let Lookup { kind, name, value } = lookup;
        all(
            self.connection(About::Views(kind))?,
            "SELECT view.id, view.position, view.body
             FROM view_lookup
             JOIN view_index ON view_index.lookup = view_lookup.number
             JOIN view ON view.kind = view_lookup.kind AND view.id = view_index.id
             WHERE view_lookup.kind = ?1 AND view_lookup.name = ?2 AND view_index.value = ?3
             AND view_index.id > ?4 ORDER BY view_index.id LIMIT ?5",
            params![kind, name, value, page.after.unwrap_or(""), most(page)],
            view,
            || format!("looking for views `{kind}` with {name} `{value}`"),
        )
    }

    fn find_ids(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<String>, RegisterFault> {
        let Lookup { kind, name, value } = lookup;
        all(
            self.connection(About::Views(kind))?,
            "SELECT id FROM view_index WHERE value = ?3 AND id > ?4
             AND lookup = (SELECT number FROM view_lookup WHERE kind = ?1 AND name = ?2)
             ORDER BY id LIMIT ?5",
            params![kind, name, value, page.after.unwrap_or(""), most(page)],
            |row| row.get(0),
            || format!("looking for views `{kind}` with {name} `{value}`"),
        )
    }

    fn find_between(
        &self,
        range: Range<'_>,
        after: Option<(&str, &str)>,
        most: usize,
    ) -> Result<Vec<(String, String)>, RegisterFault> {
        let Range {
            kind,
            name,
            from,
            until,
        } = range;
        let (after_value, after_id) = after.unwrap_or(("", ""));
        // A later page begins where the one before ended, so that no page walks through others.
        let from = from.max(after_value);
        all(
            self.connection(About::Views(kind))?,
            "SELECT value, id FROM view_index
             WHERE lookup = (SELECT number FROM view_lookup WHERE kind = ?1 AND name = ?2) AND value >= ?3
             AND value < ?4 AND (value, id) > (?5, ?6) ORDER BY value, id LIMIT ?7",
            params![
                kind,
                name,
                from,
                until,
                after_value,
                after_id,
                limit(most, ROWS_PER_READ_MAX)
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
            || format!("looking for views `{kind}` with {name} from `{from}` until `{until}`"),
        )
    }

    fn page(&self, kind: &str, page: Page<'_>) -> Result<Vec<View>, RegisterFault> {
        all(
            self.connection(About::Views(kind))?,
            "SELECT id, position, body FROM view WHERE kind = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            params![kind, page.after.unwrap_or(""), most(page)],
            view,
            || format!("listing views `{kind}`"),
        )
    }

    fn count(&self, kind: &str) -> Result<u64, RegisterFault> {
        counted(
            self.connection(About::Views(kind))?,
            "SELECT count(*) FROM view WHERE kind = ?1",
            [kind],
        )
    }

    fn count_by(&self, lookup: Lookup<'_>) -> Result<u64, RegisterFault> {
        counted(
            self.connection(About::Views(lookup.kind))?,
            "SELECT count(*) FROM view_index
             WHERE lookup = (SELECT number FROM view_lookup WHERE kind = ?1 AND name = ?2) AND value = ?3",
            [lookup.kind, lookup.name, lookup.value],
        )
    }

    fn answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        self.known_answer(key)
    }

    fn outbox(
        &self,
        part: OutboxPart,
        after: u64,
        limit: usize,
    ) -> Result<Vec<OutgoingEntry>, RegisterFault> {
        rows::outbox(self.connection(About::Outbox)?, part, after, limit)
    }

    fn vault(&self, digest: &Digest) -> Result<Option<Vec<u8>>, RegisterFault> {
        rows::bytes(self.connection(About::Vault)?, digest)
    }

    fn root(&self, size: u64) -> Result<Hash, RegisterFault> {
        self.known_root(size)
    }

    fn inclusion_proof(&self, at: Position, size: u64) -> Result<InclusionProof, RegisterFault> {
        let connection = self.connection(About::Log)?;
        within(connection, size)?;
        let index =
            at.0.checked_sub(1)
                .ok_or(RegisterFault::OutOfRange { asked: 0, size })?;
        merkle::prove_inclusion(&StoredNodes(connection), index, size)
    }

    fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, RegisterFault> {
        let connection = self.connection(About::Log)?;
        within(connection, new_size)?;
        merkle::prove_consistency(&StoredNodes(connection), old_size, new_size)
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, RegisterFault> {
        rows::latest_checkpoint(self.connection(About::Checkpoints)?)
    }

    fn excerpt(
        &self,
        at: Position,
        checkpoint: &SignedCheckpoint,
        discloses: &dyn Fn(&str) -> bool,
    ) -> Result<Excerpt, RegisterFault> {
        let connection = self.connection(About::Log)?;
        let proof = self.inclusion_proof(at, checkpoint.checkpoint().size)?;
        let unreadable = |because: String| RegisterFault::UnreadableEvent {
            position: at,
            because,
        };
        let event =
            events::event(connection, at)?.ok_or_else(|| unreadable("it is not there".into()))?;
        let fields = Fields::of(&event.payload, &event.actor, event.ground.as_deref())
            .map_err(|mistake| unreadable(mistake.to_string()))?;
        let salts = salts::of(connection, at)?
            .ok_or_else(|| unreadable("its salts are not there".into()))?;
        let redactions = salts::redactions(connection, at)?;
        let fields = excerpt_fields(&fields, &salts, &redactions, discloses)?;
        Ok(Excerpt::new(&event.heading(), fields, proof, checkpoint))
    }
}

fn most(page: Page<'_>) -> i64 {
    limit(page.limit, ROWS_PER_READ_MAX)
}
