//! How events become views. The register folds; what the views mean is known to who hands it in.

use crate::event::StoredEvent;
use crate::fault::RegisterFault;

/// Names one row of the views.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The kind of view, as in `permit`.
    pub kind: String,
    /// Which one.
    pub id: String,
}

/// A row of the views as it is after an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ViewRow {
    /// JSON text.
    pub body: String,
    /// Name and value of each look-up under which the row is to be found.
    pub index: Vec<(String, String)>,
}

/// Why an event could not be folded.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionFault {
    /// The event, or the row that it changes, says what the projection cannot read.
    #[error("{because}")]
    Unreadable {
        /// What it could not read.
        because: String,
    },
    /// The register failed while giving a row.
    #[error(transparent)]
    Register(#[from] RegisterFault),
}

/// Gives the body of a row as the events before left it.
pub type States<'a> = dyn FnMut(&Key) -> Result<Option<String>, RegisterFault> + 'a;

/// Folds events into rows.
///
/// # Invariant
/// Pure and total over the log: the same events in the same order give the same rows, whatever the
/// machine and the day. Views can be dropped and refolded because of it.
pub trait Projection: Send + Sync {
    /// Names what the rows look like; another version makes the register refold all views.
    fn version(&self) -> &str;

    /// The rows that change through this event, each as it is afterwards.
    ///
    /// A later row of the same key in the answer stands in place of the earlier one.
    ///
    /// # Errors
    /// When the event cannot be folded: the append that brought it is then refused as a fault.
    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault>;
}
