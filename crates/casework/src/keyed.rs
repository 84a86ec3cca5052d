//! Idempotency of acts: the same key and request give the first answer again, also across a restart.

use domain::time::Position;
use register::{Digest, Reading, StoredAnswer, Writing};
use serde::Serialize;

use crate::answer::{DeskError, Repeated};
use crate::desk::Desk;

/// Longest idempotency key: a UUID with room for a sender's own prefix.
const KEY_BYTES_MAX: usize = 200;

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
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(DeskError::mistaken_as(
                "key",
                "expected an idempotency key of 1 to 200 characters",
                "une clé d’idempotence de 1 à 200 caractères est attendue",
            ));
        }
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
