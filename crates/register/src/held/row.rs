//! A row of the views in a write: as text, as the projection holds it, or both.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use domain::time::Position;

use crate::fault::RegisterFault;
use crate::projection::{Held, Key, Projection, ProjectionFault};

/// The names and values under which a row is found, sorted.
pub(crate) type Entries = BTreeSet<(String, String)>;

/// A row as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) body: String,
    /// The entries under which it is found, as JSON text.
    pub(crate) entries: String,
}

/// A row of the views.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The event that changed it last.
    pub(crate) position: Position,
    /// The number under which the database keeps it, where it numbers rows and this one is known.
    pub(crate) number: Option<i64>,
    text: OnceCell<Text>,
    entries: OnceCell<Entries>,
    held: OnceCell<Held>,
}

impl Row {
    /// A row as the database gave it.
    pub(crate) fn read(position: Position, number: Option<i64>, text: Text) -> Self {
        Self {
            position,
            number,
            text: OnceCell::from(text),
            entries: OnceCell::new(),
            held: OnceCell::new(),
        }
    }

    /// A row as an event left it.
    pub(crate) fn changed(position: Position, held: Held) -> Self {
        Self {
            position,
            number: None,
            text: OnceCell::new(),
            entries: OnceCell::new(),
            held: OnceCell::from(held),
        }
    }

    /// The row as it is kept.
    pub(crate) fn text(
        &self,
        key: &Key,
        projection: &dyn Projection,
    ) -> Result<&Text, RegisterFault> {
        if let Some(text) = self.text.get() {
            return Ok(text);
        }
        let Some(held) = self.held.get() else {
            return Err(RegisterFault::Invariant {
                invariant: "a row is text or is held",
                found: format!("neither for view `{}/{}`", key.kind, key.id),
            });
        };
        let row = projection
            .write(key, held)
            .map_err(|fault| at(self.position, fault))?;
        let entries: Entries = row.index.into_iter().collect();
        let text = Text {
            body: row.body,
            entries: entries_text(&entries, key)?,
        };
        // Kept for the index: reading the text again would cost as much as writing it.
        self.entries.get_or_init(|| entries);
        Ok(self.text.get_or_init(|| text))
    }

    /// The entries under which the row is found.
    pub(crate) fn entries(
        &self,
        key: &Key,
        projection: &dyn Projection,
    ) -> Result<&Entries, RegisterFault> {
        let text = self.text(key, projection)?;
        if let Some(known) = self.entries.get() {
            return Ok(known);
        }
        let read = entries(key, &text.entries)?;
        Ok(self.entries.get_or_init(|| read))
    }

    /// The row as the projection holds it.
    pub(crate) fn held(
        &self,
        key: &Key,
        projection: &dyn Projection,
    ) -> Result<Held, ProjectionFault> {
        if let Some(held) = self.held.get() {
            return Ok(Held::clone(held));
        }
        let body = self.text(key, projection)?.body.as_str();
        let held = projection.hold(key, body)?;
        Ok(Held::clone(self.held.get_or_init(|| held)))
    }
}

/// The fault of folding an event.
pub(crate) fn at(position: Position, fault: ProjectionFault) -> RegisterFault {
    match fault {
        ProjectionFault::Register(fault) => fault,
        ProjectionFault::Unreadable { because } => RegisterFault::Fold { position, because },
    }
}

/// The entries of a row as they are kept beside it.
pub(crate) fn entries_text(entries: &Entries, key: &Key) -> Result<String, RegisterFault> {
    serde_json::to_string(entries).map_err(|source| RegisterFault::Storage {
        doing: format!("writing view `{}/{}`", key.kind, key.id),
        source: Box::new(source),
    })
}

/// Entries as they were kept beside a row.
pub(crate) fn entries(key: &Key, text: &str) -> Result<Entries, RegisterFault> {
    serde_json::from_str(text).map_err(|cause| RegisterFault::UnreadableRow {
        table: "view",
        key: format!("{}/{}", key.kind, key.id),
        because: format!("entries: {cause}"),
    })
}
