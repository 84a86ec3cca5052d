//! The tree as kept: leaves in the events, complete subtrees of level 8 and above in `node`.

use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::merkle::{Frontier, Nodes, STORED_LEVEL};
use crate::postgres::doing::{Doing as _, column, exact, kept};
use crate::postgres::line::{Line, int};

/// The nodes of a register's tree.
pub(super) struct StoredNodes<'a>(pub(super) &'a Line);

impl StoredNodes<'_> {
    fn stored(&self, level: u8, index: u64) -> Result<Hash, RegisterFault> {
        let rows = self
            .0
            .ask(
                "SELECT hash FROM register.node WHERE level = $1 AND number = $2",
                &[int(i64::from(level)), int(kept(index))],
            )
            .doing(|| format!("reading node {index} of level {level}"))?;
        let row = rows
            .first()
            .ok_or(RegisterFault::NodeMissing { level, index })?;
        exact(column(row, 0)?)
            .map(Hash)
            .map_err(|because| RegisterFault::UnreadableRow {
                table: "node",
                key: format!("{level} {index}"),
                because,
            })
    }

    /// The leaf hashes from one index up to another.
    fn leaves(&self, from: u64, until: u64) -> Result<Vec<Hash>, RegisterFault> {
        let rows = self
            .0
            .ask(
                "SELECT leaf FROM register.event WHERE position > $1 AND position <= $2
                 ORDER BY position",
                &[int(kept(from)), int(kept(until))],
            )
            .doing(|| format!("reading leaf hashes of events {} to {until}", from + 1))?;
        let broken = |found: String| RegisterFault::Invariant {
            invariant: "the log has no gaps",
            found: format!("{found} of the events {} to {until}", from + 1),
        };
        if u64::try_from(rows.len()).ok() != Some(until - from) {
            return Err(broken(rows.len().to_string()));
        }
        rows.iter()
            .map(|row| exact(column(row, 0)?).map(Hash).map_err(broken))
            .collect()
    }

    /// All that is needed to add leaves after the first `size`.
    pub(super) fn frontier(&self, size: u64) -> Result<Frontier, RegisterFault> {
        let mut peaks = Vec::new();
        let mut start = 0_u64;
        for level in (STORED_LEVEL..63).rev() {
            if size & (1 << level) != 0 {
                peaks.push((level, self.stored(level, start >> level)?));
                start += 1 << level;
            }
        }
        let mut frontier = Frontier::from_peaks(start, peaks);
        for leaf in self.leaves(start, size)? {
            frontier.push(leaf, |_| ());
        }
        Ok(frontier)
    }
}

impl Nodes for StoredNodes<'_> {
    fn node(&self, level: u8, index: u64) -> Result<Hash, RegisterFault> {
        if level >= STORED_LEVEL {
            return self.stored(level, index);
        }
        let mut frontier = Frontier::default();
        for leaf in self.leaves(index << level, (index + 1) << level)? {
            frontier.push(leaf, |_| ());
        }
        Ok(frontier.root())
    }
}
