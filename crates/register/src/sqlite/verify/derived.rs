//! Whether all that is derived from the log is as the log gives it: one answer, quickly.
//!
//! A row of the views is final at the event that changed it last, which the row names. So every
//! event is folded, a state that a later event changes is kept aside, and a final state is held
//! against the row at once. Tags and index entries are compared as sets: both sides are summed up
//! with a keyed hash whose key is drawn anew for each verification, so that nobody can make two
//! different sets agree.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, Hash, RandomState};

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::event::StoredEvent;
use crate::fault::RegisterFault;
use crate::held::row::entries_text;
use crate::projection::{Key, Projection, ProjectionFault, ViewRow};
use crate::sqlite::doing::{Doing as _, kept};
use crate::sqlite::verify::named::has_bytes;
use crate::sqlite::{schema, views};
use crate::verify::vault_tag;

/// The check under way.
pub(super) struct Derived<'a> {
    connection: &'a Connection,
    projection: &'a dyn Projection,
    aside: Aside,
    /// Look-ups ever used, by kind.
    lookups: BTreeMap<String, BTreeSet<String>>,
    tags: TwoSets,
    entries: TwoSets,
    views: u64,
    is_sound: bool,
}

impl<'a> Derived<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        projection: &'a dyn Projection,
    ) -> Result<Self, RegisterFault> {
        Ok(Self {
            connection,
            projection,
            aside: Aside::new()?,
            lookups: BTreeMap::new(),
            tags: TwoSets::default(),
            entries: TwoSets::default(),
            views: 0,
            is_sound: true,
        })
    }

    /// Takes the next event of the log; none where it cannot be read.
    pub(super) fn take(&mut self, event: Option<&StoredEvent>) {
        if self.is_sound {
            let agrees = event.map(|event| self.agrees(event));
            self.is_sound = matches!(agrees, Some(Ok(true)));
        }
    }

    /// Whether everything is sound, with the number of views when it is; none when it is not.
    pub(super) fn finish(mut self) -> Result<Option<u64>, RegisterFault> {
        let is_sound = self.is_sound
            && self.are_views_counted()?
            && self.are_lookups_known()?
            && self.are_tags_given()?
            && self.are_entries_given()?;
        Ok(is_sound.then_some(self.views))
    }

    fn agrees(&mut self, event: &StoredEvent) -> Result<bool, RegisterFault> {
        for tag in &event.tags {
            self.tags
                .give((tag.as_str(), event.position.0, event.kind.as_str()));
            if let Some(digest) = vault_tag(tag)
                && !has_bytes(self.connection, &digest)?
            {
                return Ok(false);
            }
        }
        let aside = &self.aside;
        let mut states = |key: &Key| aside.state(key);
        let rows = match self.projection.apply(event, &mut states) {
            Ok(rows) => rows,
            Err(ProjectionFault::Register(fault)) => return Err(fault),
            Err(ProjectionFault::Unreadable { .. }) => return Ok(false),
        };
        // A later row of the same key stands in place of the earlier one.
        for (key, row) in rows.into_iter().collect::<BTreeMap<Key, ViewRow>>() {
            if !self.row_agrees(event, key, row)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Holds a row against the kept one, or puts it aside until a later event changes it.
    fn row_agrees(
        &mut self,
        event: &StoredEvent,
        key: Key,
        row: ViewRow,
    ) -> Result<bool, RegisterFault> {
        let doing = || format!("reading view `{}/{}`", key.kind, key.id);
        let entries: BTreeSet<(String, String)> = row.index.into_iter().collect();
        for (name, _) in &entries {
            self.note_lookup(&key.kind, name);
        }
        let text = entries_text(&entries, &key)?;
        let mut statement = self
            .connection
            .prepare_cached("SELECT position, body, entries FROM view WHERE kind = ?1 AND id = ?2")
            .doing(doing)?;
        let held = statement
            .query_row(params![key.kind, key.id], |held| {
                let at: i64 = held.get(0)?;
                let is_same = held.get_ref(1)?.as_bytes()? == row.body.as_bytes()
                    && held.get_ref(2)?.as_bytes()? == text.as_bytes();
                Ok((at, is_same))
            })
            .optional()
            .doing(doing)?;
        match held {
            Some((at, _)) if at > kept(event.position.0) => {
                self.aside.keep(&key, &row.body)?;
                Ok(true)
            }
            Some((at, true)) if at == kept(event.position.0) => {
                self.views = self.views.saturating_add(1);
                for (name, value) in &entries {
                    self.entries
                        .give((&*key.kind, name.as_str(), value.as_str(), &*key.id));
                }
                self.aside.forget(&key)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn note_lookup(&mut self, kind: &str, name: &str) {
        let is_known = self.lookups.get(kind).is_some_and(|n| n.contains(name));
        if !is_known {
            let names = self.lookups.entry(kind.to_owned()).or_default();
            names.insert(name.to_owned());
        }
    }

    fn are_views_counted(&self) -> Result<bool, RegisterFault> {
        let stored = schema::meta(self.connection, views::PROJECTION)?;
        let count: i64 = self
            .connection
            .query_row("SELECT count(*) FROM view", [], |row| row.get(0))
            .doing(|| "counting views".into())?;
        Ok(count == kept(self.views) && stored.as_deref() == Some(self.projection.version()))
    }

    fn are_lookups_known(&self) -> Result<bool, RegisterFault> {
        let known: BTreeSet<(&str, &str)> = self
            .lookups
            .iter()
            .flat_map(|(kind, names)| names.iter().map(|name| (kind.as_str(), name.as_str())))
            .collect();
        let numbers = numbers(self.connection)?;
        let held = numbers.values();
        let held: BTreeSet<(&str, &str)> = held
            .map(|(kind, name)| (kind.as_str(), name.as_str()))
            .collect();
        Ok(known == held)
    }

    fn are_tags_given(&mut self) -> Result<bool, RegisterFault> {
        let doing = || "reading table `tag`".to_owned();
        let mut statement = self
            .connection
            .prepare("SELECT tag, position, kind FROM tag")
            .doing(doing)?;
        let mut rows = statement.query([]).doing(doing)?;
        while let Some(row) = rows.next().doing(doing)? {
            let position: i64 = row.get(1).doing(doing)?;
            let (Ok(tag), Ok(position), Ok(kind)) = (
                row.get_ref(0).doing(doing)?.as_str(),
                u64::try_from(position),
                row.get_ref(2).doing(doing)?.as_str(),
            ) else {
                return Ok(false);
            };
            self.tags.find((tag, position, kind));
        }
        Ok(self.tags.agree())
    }

    fn are_entries_given(&mut self) -> Result<bool, RegisterFault> {
        let doing = || "reading table `view_index`".to_owned();
        let numbers = numbers(self.connection)?;
        let mut statement = self
            .connection
            .prepare("SELECT lookup, value, id FROM view_index")
            .doing(doing)?;
        let mut rows = statement.query([]).doing(doing)?;
        while let Some(row) = rows.next().doing(doing)? {
            let lookup: i64 = row.get(0).doing(doing)?;
            let (Some((kind, name)), Ok(value), Ok(id)) = (
                numbers.get(&lookup),
                row.get_ref(1).doing(doing)?.as_str(),
                row.get_ref(2).doing(doing)?.as_str(),
            ) else {
                return Ok(false);
            };
            self.entries.find((kind.as_str(), name.as_str(), value, id));
        }
        Ok(self.entries.agree())
    }
}

/// Kind and name of every look-up by its number.
fn numbers(connection: &Connection) -> Result<BTreeMap<i64, (String, String)>, RegisterFault> {
    let doing = || "reading table `view_lookup`".to_owned();
    connection
        .prepare("SELECT number, kind, name FROM view_lookup")
        .doing(doing)?
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
        .and_then(Iterator::collect)
        .doing(doing)
}

/// States that later events change. SQLite keeps them in a file of its own that it deletes.
struct Aside {
    connection: Connection,
    count: u64,
}

impl Aside {
    fn new() -> Result<Self, RegisterFault> {
        let doing = || "opening a passing database".to_owned();
        let connection = Connection::open("").doing(doing)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = OFF; PRAGMA cache_size = -65536;
                 CREATE TABLE aside (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
                 UNIQUE (kind, id)) STRICT; BEGIN;",
            )
            .doing(doing)?;
        Ok(Self {
            connection,
            count: 0,
        })
    }

    fn state(&self, key: &Key) -> Result<Option<String>, RegisterFault> {
        if self.count == 0 {
            return Ok(None);
        }
        self.connection
            .prepare_cached("SELECT body FROM aside WHERE kind = ?1 AND id = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![key.kind, key.id], |row| row.get(0))
                    .optional()
            })
            .doing(|| format!("folding view `{}/{}`", key.kind, key.id))
    }

    fn keep(&mut self, key: &Key, body: &str) -> Result<(), RegisterFault> {
        let doing = || format!("folding view `{}/{}`", key.kind, key.id);
        let row = params![key.kind, key.id, body];
        let changed = self
            .connection
            .prepare_cached("UPDATE aside SET body = ?3 WHERE kind = ?1 AND id = ?2")
            .and_then(|mut update| update.execute(row))
            .doing(doing)?;
        if changed == 0 {
            self.connection
                .prepare_cached("INSERT INTO aside (kind, id, body) VALUES (?1, ?2, ?3)")
                .and_then(|mut insert| insert.execute(row))
                .doing(doing)?;
            self.count = self.count.saturating_add(1);
        }
        Ok(())
    }

    fn forget(&mut self, key: &Key) -> Result<(), RegisterFault> {
        if self.count == 0 {
            return Ok(());
        }
        let gone = self
            .connection
            .prepare_cached("DELETE FROM aside WHERE kind = ?1 AND id = ?2")
            .and_then(|mut delete| delete.execute(params![key.kind, key.id]))
            .doing(|| format!("folding view `{}/{}`", key.kind, key.id))?;
        self.count = self.count.saturating_sub(u64::try_from(gone).unwrap_or(0));
        Ok(())
    }
}

/// Two sets, each as the sum of the keyed hashes of what is in it.
#[derive(Default)]
struct TwoSets {
    keys: [RandomState; 2],
    given: u128,
    found: u128,
}

impl TwoSets {
    /// Adds what the log gives.
    fn give(&mut self, part: impl Hash) {
        self.given = self.given.wrapping_add(self.hash(part));
    }

    /// Adds what the register holds.
    fn find(&mut self, part: impl Hash) {
        self.found = self.found.wrapping_add(self.hash(part));
    }

    fn agree(&self) -> bool {
        self.given == self.found
    }

    fn hash(&self, part: impl Hash) -> u128 {
        self.keys
            .iter()
            .map(|key| u128::from(key.hash_one(&part)))
            .fold(0, |sum, half| (sum << 64) | half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_agree_whatever_the_order_and_differ_by_one_part() {
        let mut sets = TwoSets::default();
        for part in [("a", 1_u64), ("b", 2), ("c", 3)] {
            sets.give(part);
        }
        for part in [("c", 3_u64), ("a", 1)] {
            sets.find(part);
        }
        assert!(!sets.agree());
        sets.find(("b", 2_u64));
        assert!(sets.agree());
        sets.find(("a", 1_u64));
        assert!(!sets.agree());
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let mut sets = TwoSets::default();
        sets.give(("ab", "c"));
        sets.find(("a", "bc"));
        assert!(!sets.agree());
    }
}
