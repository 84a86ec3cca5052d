//! The tree as kept: leaves in the events, complete subtrees of level 8 and above in `node`.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::merkle::{Kept, Node};
use crate::sqlite::doing::{Doing as _, kept};

/// The nodes of a register's tree.
pub(super) struct StoredNodes<'a>(pub(super) &'a Connection);

impl Kept for StoredNodes<'_> {
    fn kept(&self, level: u8, index: u64) -> Result<Hash, RegisterFault> {
        self.0
            .prepare_cached("SELECT hash FROM node WHERE level = ?1 AND number = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![level, kept(index)], |row| row.get(0))
                    .optional()
            })
            .doing(|| format!("reading node {index} of level {level}"))?
            .map(Hash)
            .ok_or(RegisterFault::NodeMissing { level, index })
    }

    fn leaves(&self, from: u64, until: u64) -> Result<Vec<Hash>, RegisterFault> {
        let doing = || format!("reading leaf hashes of events {} to {until}", from + 1);
        let mut statement = self
            .0
            .prepare_cached(
                "SELECT leaf FROM event WHERE position > ?1 AND position <= ?2 ORDER BY position",
            )
            .doing(doing)?;
        let leaves: Vec<Hash> = statement
            .query_map(params![kept(from), kept(until)], |row| row.get(0).map(Hash))
            .and_then(Iterator::collect)
            .doing(doing)?;
        if u64::try_from(leaves.len()).ok() == Some(until - from) {
            return Ok(leaves);
        }
        Err(RegisterFault::Invariant {
            invariant: "the log has no gaps",
            found: format!("{} of the events {} to {until}", leaves.len(), from + 1),
        })
    }
}

/// Keeps a node.
pub(super) fn store(connection: &Connection, node: Node) -> Result<(), RegisterFault> {
    let Node { level, index, hash } = node;
    connection
        .prepare_cached("INSERT INTO node (level, number, hash) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![level, kept(index), hash.0]))
        .doing(|| format!("writing node {index} of level {level}"))?;
    Ok(())
}
