//! How events become views. The register folds; what the views mean is known to who hands it in.

use std::any::Any;
use std::sync::Arc;

use crate::event::{StoredEvent, Told};
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

/// A row as the projection holds it while a write goes on, so that a row which many events of one
/// write change is read once and written once.
pub type Held = Arc<dyn Any + Send + Sync>;

/// Gives a row as the events before left it, as the projection holds it.
pub type HeldStates<'a> = dyn FnMut(&Key) -> Result<Option<Held>, ProjectionFault> + 'a;

/// A row changed by an event, as the projection holds it.
pub type Changed = Vec<(Key, Held)>;

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

    /// Reads a row, to be held.
    ///
    /// # Errors
    /// When the body cannot be read.
    fn hold(&self, _key: &Key, body: &str) -> Result<Held, ProjectionFault> {
        Ok(Arc::new(ViewRow {
            body: body.to_owned(),
            index: Vec::new(),
        }))
    }

    /// Writes a row that is held.
    ///
    /// # Errors
    /// When it is not a row that this projection held.
    fn write(&self, key: &Key, held: &Held) -> Result<ViewRow, ProjectionFault> {
        let row = held.downcast_ref::<ViewRow>().cloned();
        row.ok_or_else(|| ProjectionFault::Unreadable {
            because: format!("view {}/{} is held as something else", key.kind, key.id),
        })
    }

    /// [`Projection::apply`] on rows that are held. `told` is the event as whoever appended it had
    /// it, where that was handed over.
    ///
    /// # Invariant
    /// The rows are those that `apply` gives, byte for byte once written.
    ///
    /// # Errors
    /// As for `apply`.
    fn fold(
        &self,
        event: &StoredEvent,
        _told: Option<&Told>,
        states: &mut HeldStates<'_>,
    ) -> Result<Changed, ProjectionFault> {
        let mut trouble = None;
        let mut bodies = |key: &Key| {
            let body = states(key).and_then(|held| {
                held.map(|held| Ok(self.write(key, &held)?.body))
                    .transpose()
            });
            Ok(body.unwrap_or_else(|fault| {
                trouble.get_or_insert(fault);
                None
            }))
        };
        let rows = self.apply(event, &mut bodies);
        if let Some(fault) = trouble {
            return Err(fault);
        }
        let hold = |(key, row): (Key, ViewRow)| (key, Arc::new(row) as Held);
        Ok(rows?.into_iter().map(hold).collect())
    }
}
