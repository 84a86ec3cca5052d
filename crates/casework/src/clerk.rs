//! The clerk: does by itself what follows from what others did. Lists, stop notices and notices of
//! orders; reservations that lapse; stops that nobody acknowledged.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::id::OfficerId;
use register::CheckpointKey;

use crate::actor::Actor;
use crate::answer::{DeskError, Fault};
use crate::desk::Desk;

/// How often the clerk looks: a stop notice leaves within this time of the signature. The stop
/// itself does not wait for it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Looks between two rounds through what time alone brings: reservations lapse within half a
/// minute of their time.
const LOOKS_PER_ROUND: u32 = 60;

/// The clerk of one process. Several may work over one register: each step is decided again under
/// the lock, and what is done already is left.
pub struct Clerk {
    going_home: Option<Sender<()>>,
    at_work: Option<JoinHandle<()>>,
}

impl Clerk {
    /// Sets a clerk to work over a desk.
    ///
    /// # Errors
    /// A fault when the machine gives no thread.
    pub fn start(desk: Arc<Desk>) -> Result<Self, Fault> {
        Self::signing(desk, None)
    }

    /// Sets a clerk to work over a desk who also signs where the log ends: in each round in which it grew,
    /// and before going home.
    ///
    /// # Errors
    /// A fault when the machine gives no thread.
    pub fn signing(desk: Arc<Desk>, key: Option<CheckpointKey>) -> Result<Self, Fault> {
        let actor = actor()?;
        let (going_home, bell) = mpsc::channel();
        let at_work = std::thread::Builder::new()
            .name("clerk".into())
            .spawn(move || {
                let mut looks = 0_u32;
                while bell.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                    looks = looks.wrapping_add(1);
                    let is_round = looks.is_multiple_of(LOOKS_PER_ROUND);
                    if let Err(error) = look(&desk, &actor, is_round) {
                        tracing::error!(
                            cause = &error as &dyn Error,
                            "the clerk could not go on; trying again"
                        );
                    }
                    if is_round {
                        sign(&desk, key.as_ref());
                    }
                }
                sign(&desk, key.as_ref());
            })
            .map_err(|cause| Fault::Invariant(format!("the clerk has no thread: {cause}")))?;
        Ok(Self {
            going_home: Some(going_home),
            at_work: Some(at_work),
        })
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        drop(self.going_home.take());
        if let Some(at_work) = self.at_work.take() {
            // A panic was reported when it happened, and what was under way was undone.
            let _ = at_work.join();
        }
    }
}

fn look(desk: &Desk, actor: &Actor, is_round: bool) -> Result<(), DeskError> {
    desk.settle(actor)?;
    if is_round {
        desk.tick(actor)?;
    }
    Ok(())
}

fn sign(desk: &Desk, key: Option<&CheckpointKey>) {
    if let Some(key) = key
        && let Err(error) = desk.sign_checkpoint(key)
    {
        tracing::error!(
            cause = &error as &dyn Error,
            "no checkpoint could be signed; trying again"
        );
    }
}

/// The clerk as the log names it.
fn actor() -> Result<Actor, Fault> {
    Ok(Actor {
        officer: OfficerId::new("OFF-CLERK").map_err(|m| Fault::Invariant(m.to_string()))?,
        roles: BTreeSet::from(["licensing".to_owned()]),
        office: None,
        party: None,
        compartments: BTreeSet::new(),
    })
}
