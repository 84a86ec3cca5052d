//! The tree as kept: leaves in the events, complete subtrees of level 8 and above in `node`.

use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::merkle::Kept;
use crate::postgres::doing::{Doing as _, column, exact, kept};
use crate::postgres::line::{Line, int};

/// The nodes of a register's tree.
pub(super) struct StoredNodes<'a>(pub(super) &'a Line);

impl Kept for StoredNodes<'_> {
    fn kept(&self, level: u8, index: u64) -> Result<Hash, RegisterFault> {
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
}
