//! Idempotency of acts: the same key and request give the first answer again, also across a restart.

use domain::id::OfficerId;
use domain::time::Position;
use register::{Digest, Reading, StoredAnswer, Writing};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::act::Act;
use crate::answer::{DeskError, Repeated};
use crate::desk::Desk;

/// Longest idempotency key: a UUID with room for a sender's own prefix.
const KEY_BYTES_MAX: usize = 200;

/// A sender's key with the digest of what was asked, before it is known who the sender is: what is asked
/// again under it is done once.
#[derive(Debug, Clone)]
pub struct Once {
    key: String,
    request: Digest,
}

impl Once {
    /// The key of a request as it was sent: its address and its body.
    ///
    /// # Errors
    /// A mistake when the key is empty or too long.
    pub fn new(key: String, request: &impl Serialize) -> Result<Self, DeskError> {
        check_key(&key)?;
        let bytes = serde_json::to_vec(request)
            .map_err(|cause| DeskError::invariant(format!("writing a request: {cause}")))?;
        let request = Digest::of(&bytes);
        Ok(Self { key, request })
    }

    /// The same, sent by an officer: one officer's keys are not another's.
    fn of(&self, sender: &OfficerId) -> Keyed {
        Keyed {
            key: format!("act/{sender}/{}", self.key),
            request: self.request,
        }
    }
}

/// Does something once for a key: a repeat gives the first answer and is marked.
pub(crate) fn once<T: Serialize + DeserializeOwned>(
    act: &mut Act<'_>,
    key: Option<&Once>,
    body: impl FnOnce(&mut Act<'_>) -> Result<T, DeskError>,
) -> Result<T, DeskError> {
    let Some(keyed) = key.map(|key| key.of(&act.actor.officer)) else {
        return body(act);
    };
    match keyed.check(act.log()) {
        Err(DeskError::Repeated(first)) => {
            act.repeats(first.events);
            return serde_json::from_value(first.what)
                .map_err(|cause| DeskError::invariant(format!("a kept answer: {cause}")));
        }
        unanswered => unanswered?,
    }
    let what = body(act)?;
    let events = act.events();
    keyed.remember(act.writing(), events, &what)?;
    Ok(what)
}

fn check_key(key: &str) -> Result<(), DeskError> {
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        return Err(DeskError::mistaken_as(
            "key",
            "expected an idempotency key of 1 to 200 characters",
            "une clé d’idempotence de 1 à 200 caractères est attendue",
        ));
    }
    Ok(())
}

/// The key of a request and the digest of what was asked.
#[derive(Debug, Clone)]
pub(crate) struct Keyed {
    key: String,
    request: Digest,
}

impl Desk {
    /// This desk for one request under a sender's key: the first act on it is done once, and a
    /// repeat gives [`DeskError::Repeated`] with the first answer. What follows from that act
    /// (lists and notices of an order) is not under the key.
    ///
    /// # Errors
    /// A mistake when the key is empty or too long.
    pub fn under(&self, sender: &str, key: &str, request: &[u8]) -> Result<Self, DeskError> {
        check_key(key)?;
        Ok(self.with_key(Keyed {
            key: format!("act/{sender}/{key}"),
            request: Digest::of(request),
        }))
    }

    /// The first answer under the key of this desk, if there is one.
    ///
    /// # Errors
    /// [`DeskError::Repeated`] with it, a mistake when the request is another one, or a fault.
    pub fn check_repeat(&self) -> Result<(), DeskError> {
        match self.key() {
            None => Ok(()),
            Some(keyed) => keyed.check(self.reading()?.as_ref()),
        }
    }
}

impl Keyed {
    /// Ends a repeat with the first answer.
    pub(crate) fn check(&self, log: &dyn Reading) -> Result<(), DeskError> {
        let Some(first) = log.answer(&self.key)? else {
            return Ok(());
        };
        if first.request != self.request {
            return Err(DeskError::mistaken_as(
                "key",
                "another request came under this key: expected a new key",
                "une autre demande est venue sous cette clé : attendu une nouvelle clé",
            ));
        }
        let what = serde_json::from_str(&first.answer)
            .map_err(|cause| DeskError::invariant(format!("a kept answer: {cause}")))?;
        Err(DeskError::Repeated(Box::new(Repeated {
            events: first.events,
            what,
        })))
    }

    /// Keeps the answer, in the same write as what it answers.
    pub(crate) fn remember<T: Serialize>(
        &self,
        writing: &mut dyn Writing,
        events: Option<(Position, Position)>,
        what: &T,
    ) -> Result<(), DeskError> {
        let answer = serde_json::to_string(what)
            .map_err(|cause| DeskError::invariant(format!("writing an answer: {cause}")))?;
        let kept = StoredAnswer {
            request: self.request,
            answer,
            events,
        };
        Ok(writing.remember_answer(&self.key, &kept)?)
    }
}
