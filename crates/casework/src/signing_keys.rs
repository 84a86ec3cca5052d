//! Keys with which the programs of others sign what they send: registered and withdrawn as events.

use domain::event::{OfficerAppointed, SigningKeyRegistered, SigningKeyWithdrawn};
use domain::id::SigningKeyId;
use domain::signing_key::{PublicKey, SigningKeyRecord};

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::{officers, reading};

/// Most keys of one person that are not withdrawn: one for each of a few systems, and one that
/// takes over from each.
const KEYS_OF_ONE_MAX: usize = 10;

impl Desk {
    /// Registers the public half of a key; what it signs is taken as sent by the actor.
    ///
    /// # Errors
    /// A mistake when the key is registered already or the person has too many, or a fault.
    pub fn register_key(
        &self,
        actor: &Actor,
        public_key: &PublicKey,
    ) -> Result<Done<SigningKeyId>, DeskError> {
        self.act(actor, "key.register", |act| {
            let owner = actor.officer.to_string();
            let held: Vec<SigningKeyRecord> = reading::all(act.log(), Some(("owner", &owner)))?;
            let standing = held.iter().filter(|key| key.withdrawn_at.is_none());
            if standing.count() >= KEYS_OF_ONE_MAX {
                let says = format!("expected at most {KEYS_OF_ONE_MAX} that are not withdrawn");
                return Err(DeskError::mistaken("keys", says));
            }
            let same: Vec<SigningKeyRecord> =
                reading::all(act.log(), Some(("public-key", public_key.as_str())))?;
            if !same.is_empty() {
                let says = "this key was registered before: expected a new one";
                return Err(DeskError::mistaken("public_key", says));
            }
            let key = act.number(SigningKeyId::PREFIX, SigningKeyId::numbered)?;
            act.append(SigningKeyRegistered {
                key: key.clone(),
                owner: actor.officer.clone(),
                public_key: public_key.clone(),
            })?;
            Ok(key)
        })
    }

    /// Withdraws a key of one's own, or any when keeping the service.
    ///
    /// # Errors
    /// A mistake when it is withdrawn already, a refusal for somebody else's, or a fault.
    pub fn withdraw_key(&self, actor: &Actor, id: &SigningKeyId) -> Result<Done<()>, DeskError> {
        self.act(actor, "key.register", |act| {
            let held: SigningKeyRecord = act.load(id)?;
            if held.owner != actor.officer {
                act.book.check_access(actor, "service.configure")?;
            }
            if held.withdrawn_at.is_some() {
                return Err(DeskError::mistaken(
                    "key",
                    format!("{id} is withdrawn already"),
                ));
            }
            act.append(SigningKeyWithdrawn { key: id.clone() })
                .map(drop)
        })
    }

    /// The public half of a key that is not withdrawn, and whom what it signs is taken to be from.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn signer(&self, id: &SigningKeyId) -> Result<Option<(PublicKey, Actor)>, DeskError> {
        let log = self.reading()?;
        let held: Option<SigningKeyRecord> = reading::find(log.as_ref(), id.as_str())?;
        let Some(held) = held.filter(|key| key.withdrawn_at.is_none()) else {
            return Ok(None);
        };
        let owner: OfficerAppointed = reading::load(log.as_ref(), held.owner.as_str())?;
        let is_appointed = owner.effective_from <= self.today()?;
        Ok(is_appointed.then(|| (held.public_key, officers::actor(owner))))
    }
}
