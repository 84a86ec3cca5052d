//! Where something stands in a scenario file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A place in a file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Place {
    /// The line, from 1; 0 where nobody knows.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

impl Place {
    /// The place of a line and a column, from 1, of a block of text that begins here.
    #[must_use]
    pub fn within(self, line: usize, column: usize) -> Self {
        let after = |n: usize| u64::try_from(n.saturating_sub(1)).unwrap_or_default();
        Self {
            line: self.line.saturating_add(after(line)),
            column: self.column.saturating_add(after(column)),
        }
    }
}

/// Where a part of the case begins, and where the value of each of its keys does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct At {
    /// Where it begins.
    pub here: Place,
    /// By key; a key within a key follows a stroke, as in `pending/A-1`.
    pub keys: BTreeMap<String, Place>,
}

impl At {
    /// Where the value of a key stands; where the part begins, when it has no such key.
    #[must_use]
    pub fn of(&self, key: &str) -> Place {
        self.keys.get(key).copied().unwrap_or(self.here)
    }
}
