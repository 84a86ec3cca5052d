//! Reading over a line, in a read or in a write.

use domain::time::{Instant, Position};

use crate::checkpoint::SignedCheckpoint;
use crate::event::{Query, StoredEvent};
use crate::excerpt::{Excerpt, excerpt_fields};
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::held::{About, Stretch};
use crate::leaf::Fields;
use crate::merkle::{self, ConsistencyProof, InclusionProof};
use crate::postgres::doing::{Doing as _, column, limit};
use crate::postgres::events;
use crate::postgres::line::{Line, int, text};
use crate::postgres::pool::{For, Pool};
use crate::postgres::tree::StoredNodes;
use crate::postgres::{rows, salts};
use crate::projection::Key;
use crate::store::{
    Head, Lookup, OutboxPart, OutgoingEntry, Page, ROWS_PER_READ_MAX, Range, Reading, StoredAnswer,
    View,
};

/// What has a line to read over. A write knows some answers without asking.
pub(super) trait Connected {
    /// The line, once the server has all that is there to see.
    fn line(&self, about: About<'_>) -> Result<&Line, RegisterFault>;

    fn known_head(&self) -> Result<Head, RegisterFault> {
        events::head(self.line(About::Log)?)
    }

    fn known_root(&self, size: u64) -> Result<Hash, RegisterFault> {
        let line = self.line(About::Log)?;
        within(line, size)?;
        merkle::root(&StoredNodes(line), size)
    }

    fn known_view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        let found = rows::views(
            self.line(About::Views(&key.kind))?,
            "SELECT id, position, body FROM register.view WHERE kind = $1 AND id = $2",
            &[text(&key.kind), text(&key.id)],
            || format!("reading view `{}/{}`", key.kind, key.id),
        )?;
        Ok(found.into_iter().next())
    }

    fn known_answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        rows::answer(self.line(About::Answers)?, key)
    }

    fn will_read(&self, _: &[Key], _: &[&str]) -> Result<(), RegisterFault> {
        Ok(())
    }
}

/// A line while it reads one state.
pub(super) struct Reader<'a> {
    pool: &'a Pool,
    line: Option<Line>,
}

impl<'a> Reader<'a> {
    /// Begins a read: everything seen through it is of one state of the register.
    pub(super) fn begin(pool: &'a Pool) -> Result<Self, RegisterFault> {
        let (line, _) = pool.begin(For::Reading, &[])?;
        Ok(Self {
            pool,
            line: Some(line),
        })
    }

    pub(super) fn line(&self) -> Result<&Line, RegisterFault> {
        self.line.as_ref().ok_or_else(|| RegisterFault::Invariant {
            invariant: "a read has a line until it ends",
            found: "none".into(),
        })
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(line) = self.line.take()
            && line.run("ROLLBACK").is_ok()
        {
            self.pool.give_back(line);
        }
    }
}

impl Connected for Reader<'_> {
    fn line(&self, _: About<'_>) -> Result<&Line, RegisterFault> {
        Reader::line(self)
    }
}

fn within(line: &Line, size: u64) -> Result<(), RegisterFault> {
    let head = events::head(line)?.position.0;
    if size > head {
        return Err(RegisterFault::OutOfRange {
            asked: size,
            size: head,
        });
    }
    Ok(())
}

fn most(page: Page<'_>) -> i64 {
    limit(page.limit, ROWS_PER_READ_MAX)
}

/// Everything that can be read over what has a line.
pub(super) struct Over<C>(pub(super) C);

impl<C: Connected> Reading for Over<C> {
    fn head(&self) -> Result<Head, RegisterFault> {
        self.0.known_head()
    }

    fn event(&self, at: Position) -> Result<Option<StoredEvent>, RegisterFault> {
        events::event(self.0.line(About::Log)?, at)
    }

    fn events(
        &self,
        query: &Query,
        after: Position,
        until: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, RegisterFault> {
        let stretch = Stretch { after, until };
        events::events(self.0.line(About::Log)?, query, stretch, limit)
    }

    fn position_at(&self, instant: Instant) -> Result<Position, RegisterFault> {
        events::position_at(self.0.line(About::Log)?, instant)
    }

    fn view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        self.0.known_view(key)
    }

    fn prefetch(&self, views: &[Key], answers: &[&str]) -> Result<(), RegisterFault> {
        self.0.will_read(views, answers)
    }

    fn find(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<View>, RegisterFault> {
        let Lookup { kind, name, value } = lookup;
        rows::views(
            self.0.line(About::Views(kind))?,
            "SELECT view.id, view.position, view.body
             FROM register.view_index JOIN register.view USING (kind, id)
             WHERE view_index.kind = $1 AND view_index.name = $2 AND view_index.value = $3
             AND view_index.id > $4 ORDER BY view_index.id LIMIT $5",
            &[
                text(kind),
                text(name),
                text(value),
                text(page.after.unwrap_or("")),
                int(most(page)),
            ],
            || format!("looking for views `{kind}` with {name} `{value}`"),
        )
    }

    fn find_ids(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<String>, RegisterFault> {
        let Lookup { kind, name, value } = lookup;
        let found = self
            .0
            .line(About::Views(kind))?
            .ask(
                "SELECT id FROM register.view_index
                 WHERE kind = $1 AND name = $2 AND value = $3 AND id > $4 ORDER BY id LIMIT $5",
                &[
                    text(kind),
                    text(name),
                    text(value),
                    text(page.after.unwrap_or("")),
                    int(most(page)),
                ],
            )
            .doing(|| format!("looking for views `{kind}` with {name} `{value}`"))?;
        found.iter().map(|row| column(row, 0)).collect()
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
        let first = from.max(after_value);
        let found = self
            .0
            .line(About::Views(kind))?
            .ask(
                "SELECT value, id FROM register.view_index
                 WHERE kind = $1 AND name = $2 AND value >= $3 AND value < $4
                 AND (value, id) > ($5, $6) ORDER BY value, id LIMIT $7",
                &[
                    text(kind),
                    text(name),
                    text(first),
                    text(until),
                    text(after_value),
                    text(after_id),
                    int(limit(most, ROWS_PER_READ_MAX)),
                ],
            )
            .doing(|| {
                format!("looking for views `{kind}` with {name} from `{from}` until `{until}`")
            })?;
        found
            .iter()
            .map(|row| Ok((column(row, 0)?, column(row, 1)?)))
            .collect()
    }

    fn page(&self, kind: &str, page: Page<'_>) -> Result<Vec<View>, RegisterFault> {
        rows::views(
            self.0.line(About::Views(kind))?,
            "SELECT id, position, body FROM register.view WHERE kind = $1 AND id > $2
             ORDER BY id LIMIT $3",
            &[text(kind), text(page.after.unwrap_or("")), int(most(page))],
            || format!("listing views `{kind}`"),
        )
    }

    fn count(&self, kind: &str) -> Result<u64, RegisterFault> {
        rows::counted(
            self.0.line(About::Views(kind))?,
            "SELECT count(*) FROM register.view WHERE kind = $1",
            &[text(kind)],
        )
    }

    fn count_by(&self, lookup: Lookup<'_>) -> Result<u64, RegisterFault> {
        rows::counted(
            self.0.line(About::Views(lookup.kind))?,
            "SELECT count(*) FROM register.view_index
             WHERE kind = $1 AND name = $2 AND value = $3",
            &[text(lookup.kind), text(lookup.name), text(lookup.value)],
        )
    }

    fn answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        self.0.known_answer(key)
    }

    fn outbox(
        &self,
        part: OutboxPart,
        after: u64,
        limit: usize,
    ) -> Result<Vec<OutgoingEntry>, RegisterFault> {
        rows::outbox(self.0.line(About::Outbox)?, part, after, limit)
    }

    fn vault(&self, digest: &Digest) -> Result<Option<Vec<u8>>, RegisterFault> {
        rows::kept_bytes(self.0.line(About::Vault)?, digest)
    }

    fn root(&self, size: u64) -> Result<Hash, RegisterFault> {
        self.0.known_root(size)
    }

    fn inclusion_proof(&self, at: Position, size: u64) -> Result<InclusionProof, RegisterFault> {
        let line = self.0.line(About::Log)?;
        within(line, size)?;
        let index =
            at.0.checked_sub(1)
                .ok_or(RegisterFault::OutOfRange { asked: 0, size })?;
        merkle::prove_inclusion(&StoredNodes(line), index, size)
    }

    fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, RegisterFault> {
        let line = self.0.line(About::Log)?;
        within(line, new_size)?;
        merkle::prove_consistency(&StoredNodes(line), old_size, new_size)
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, RegisterFault> {
        rows::latest_checkpoint(self.0.line(About::Checkpoints)?)
    }

    fn excerpt(
        &self,
        at: Position,
        checkpoint: &SignedCheckpoint,
        discloses: &dyn Fn(&str) -> bool,
    ) -> Result<Excerpt, RegisterFault> {
        let line = self.0.line(About::Log)?;
        let proof = self.inclusion_proof(at, checkpoint.checkpoint().size)?;
        let unreadable = |because: String| RegisterFault::UnreadableEvent {
            position: at,
            because,
        };
        let event = events::event(line, at)?.ok_or_else(|| unreadable("it is not there".into()))?;
        let fields = Fields::of(&event.payload, &event.actor, event.ground.as_deref())
            .map_err(|mistake| unreadable(mistake.to_string()))?;
        let salts =
            salts::of(line, at)?.ok_or_else(|| unreadable("its salts are not there".into()))?;
        let redactions = salts::redactions(line, at)?;
        let fields = excerpt_fields(&fields, &salts, &redactions, discloses)?;
        Ok(Excerpt::new(&event.heading(), fields, proof, checkpoint))
    }
}
