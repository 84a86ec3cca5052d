//! How the register's events become views: the fold of `domain`, dressed for the register.

use domain::event::{Event, Recorded};
use domain::id::OfficerId;
use domain::view::{self, FoldFault, Noun, State};
use register::{Key, Projection, ProjectionFault, RegisterFault, States, StoredEvent, ViewRow};
use serde::Deserialize as _;
use serde::de::value::MapDeserializer;

/// Folds events with `domain::view`.
#[derive(Debug, Default, Clone, Copy)]
pub struct DomainProjection;

/// Reads a stored event as the domain's own.
///
/// # Errors
/// Says what cannot be read.
pub(crate) fn recorded(event: &StoredEvent) -> Result<Recorded, String> {
    // Read in place: a copy of the payload would cost as much as the reading.
    let kind = serde_json::Value::from(event.kind.as_str());
    let parts = [("kind", &kind), ("payload", &event.payload)];
    let read = Event::deserialize(MapDeserializer::new(parts.into_iter())).map_err(
        |cause: serde_json::Error| format!("{} of form {}: {cause}", event.kind, event.form),
    )?;
    let actor = OfficerId::new(&event.actor).map_err(|cause| cause.to_string())?;
    Ok(Recorded {
        position: event.position,
        recorded_at: event.recorded_at,
        actor,
        event: read,
    })
}

/// Writes a state as a row.
fn row(state: &State) -> Result<ViewRow, ProjectionFault> {
    let body = serde_json::to_string(state).map_err(|cause| ProjectionFault::Unreadable {
        because: cause.to_string(),
    })?;
    let index = view::index(state)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(ViewRow { body, index })
}

/// The register's key of a view.
pub(crate) fn key(noun: Noun, id: &str) -> Key {
    Key {
        kind: noun.key().to_owned(),
        id: id.to_owned(),
    }
}

enum Trouble {
    Fold(FoldFault),
    Register(RegisterFault),
    Body(String),
}

impl From<FoldFault> for Trouble {
    fn from(fault: FoldFault) -> Self {
        Self::Fold(fault)
    }
}

impl Projection for DomainProjection {
    fn version(&self) -> &str {
        "domain-1"
    }

    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault> {
        let recorded =
            recorded(event).map_err(|because| ProjectionFault::Unreadable { because })?;
        let mut load = |wanted: &view::Key| -> Result<Option<State>, Trouble> {
            let body = states(&key(wanted.noun, &wanted.id)).map_err(Trouble::Register)?;
            body.map(|text| serde_json::from_str(&text))
                .transpose()
                .map_err(|cause| {
                    Trouble::Body(format!("{}/{}: {cause}", wanted.noun.key(), wanted.id))
                })
        };
        let changed = view::evolve(&recorded, &mut load).map_err(|trouble| match trouble {
            Trouble::Fold(fault) => ProjectionFault::Unreadable {
                because: fault.to_string(),
            },
            Trouble::Register(fault) => ProjectionFault::Register(fault),
            Trouble::Body(because) => ProjectionFault::Unreadable { because },
        })?;
        changed
            .into_iter()
            .map(|(k, state)| Ok((key(k.noun, &k.id), row(&state)?)))
            .collect()
    }
}
