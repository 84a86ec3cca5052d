//! How the register's events become views: the fold of `domain`, dressed for the register.

use std::sync::Arc;

use domain::event::{Event, Recorded};
use domain::id::OfficerId;
use domain::view::{self, FoldFault, Noun, State};
use register::{
    Changed, Held, HeldStates, Key, Projection, ProjectionFault, RegisterFault, States,
    StoredEvent, Told, ViewRow,
};
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

/// An event as whoever appended it had it, or else as its payload says.
fn told(event: &StoredEvent, told: Option<&Told>) -> Result<Recorded, String> {
    let Some(known) = told.and_then(|told| told.0.downcast_ref::<Event>()) else {
        return recorded(event);
    };
    Ok(Recorded {
        position: event.position,
        recorded_at: event.recorded_at,
        actor: OfficerId::new(&event.actor).map_err(|cause| cause.to_string())?,
        event: known.clone(),
    })
}

impl From<ProjectionFault> for Trouble {
    fn from(fault: ProjectionFault) -> Self {
        match fault {
            ProjectionFault::Register(fault) => Self::Register(fault),
            ProjectionFault::Unreadable { because } => Self::Body(because),
        }
    }
}

impl From<Trouble> for ProjectionFault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Fold(fault) => Self::Unreadable {
                because: fault.to_string(),
            },
            Trouble::Register(fault) => Self::Register(fault),
            Trouble::Body(because) => Self::Unreadable { because },
        }
    }
}

fn held(state: &Held) -> Result<&State, ProjectionFault> {
    state
        .downcast_ref::<State>()
        .ok_or_else(|| ProjectionFault::Unreadable {
            because: "a view is held as something else than a state".into(),
        })
}

fn read(key: &Key, body: &str) -> Result<State, ProjectionFault> {
    serde_json::from_str(body).map_err(|cause| ProjectionFault::Unreadable {
        because: format!("{}/{}: {cause}", key.kind, key.id),
    })
}

impl Projection for DomainProjection {
    fn version(&self) -> &str {
        "domain-2"
    }

    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault> {
        let recorded =
            recorded(event).map_err(|because| ProjectionFault::Unreadable { because })?;
        let mut load = |wanted: &view::Key| -> Result<Option<State>, Trouble> {
            let key = key(wanted.noun, &wanted.id);
            let body = states(&key).map_err(Trouble::Register)?;
            Ok(body.map(|text| read(&key, &text)).transpose()?)
        };
        let changed = view::evolve(&recorded, &mut load)?;
        changed
            .into_iter()
            .map(|(k, state)| Ok((key(k.noun, &k.id), row(&state)?)))
            .collect()
    }

    fn hold(&self, key: &Key, body: &str) -> Result<Held, ProjectionFault> {
        Ok(Arc::new(read(key, body)?))
    }

    fn write(&self, _: &Key, state: &Held) -> Result<ViewRow, ProjectionFault> {
        row(held(state)?)
    }

    fn fold(
        &self,
        event: &StoredEvent,
        known: Option<&Told>,
        states: &mut HeldStates<'_>,
    ) -> Result<Changed, ProjectionFault> {
        let recorded =
            told(event, known).map_err(|because| ProjectionFault::Unreadable { because })?;
        let mut load = |wanted: &view::Key| -> Result<Option<State>, Trouble> {
            let state = states(&key(wanted.noun, &wanted.id))?;
            let state = state.map(|state| held(&state).cloned());
            Ok(state.transpose()?)
        };
        let changed = view::evolve(&recorded, &mut load)?;
        Ok(changed
            .into_iter()
            .map(|(k, state)| (key(k.noun, &k.id), Arc::new(state) as Held))
            .collect())
    }
}
