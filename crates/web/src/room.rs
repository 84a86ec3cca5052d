//! What every handler shares: the desk, and the case if there is one.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use casework::gate::{TokenDigest, Turnstile};
use casework::{Desk, DeskError, Done, Fault, Mistake};

use crate::Demo;
use crate::health::Trials;
use crate::limiter::Limiter;
use crate::meters::Meters;
use crate::problem::Problem;
use crate::signed::Nonces;

/// Most tokens noted as known: more than a state has customs posts.
const TOKENS_MAX: usize = 10_000;

/// Takes the outcome of the gate to the handler that waits for it.
pub(crate) type Reply<T> = Box<dyn FnOnce(Result<Done<T>, DeskError>) + Send>;

/// Shared by every handler. Copied several times for each request, so it is one pointer.
#[derive(Clone)]
pub(crate) struct Room(Arc<Shared>);

/// What they share.
struct Shared {
    desk: Arc<Desk>,
    gate: Turnstile,
    let_in: Mutex<HashSet<TokenDigest>>,
    demo: Option<Demo>,
    trials: Trials,
    meters: Arc<Meters>,
    nonces: Nonces,
    limiter: Option<Limiter>,
}

impl Room {
    pub(crate) fn new(
        desk: Arc<Desk>,
        demo: Option<Demo>,
        per_second: Option<NonZeroU32>,
    ) -> Result<Self, Fault> {
        let meters = Arc::new(Meters::default());
        let counting = Arc::clone(&meters);
        let committed = move |micros| counting.committed(micros);
        Ok(Self(Arc::new(Shared {
            gate: Turnstile::watched(Arc::clone(&desk), committed)?,
            let_in: Mutex::default(),
            desk,
            demo,
            meters,
            nonces: Nonces::default(),
            limiter: per_second.map(Limiter::new),
            trials: Trials::default(),
        })))
    }

    /// What is known of the last trial of the register.
    pub(crate) fn trials(&self) -> &Trials {
        &self.0.trials
    }

    /// The instant now, in microseconds.
    pub(crate) fn now(&self) -> i64 {
        self.0.desk.clock().now().0
    }

    /// What is counted.
    pub(crate) fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// The nonces of signed requests.
    pub(crate) fn nonces(&self) -> &Nonces {
        &self.0.nonces
    }

    /// What limits requests, where anything does.
    pub(crate) fn limiter(&self) -> Option<&Limiter> {
        self.0.limiter.as_ref()
    }

    /// How many wait at the gate.
    pub(crate) fn waiting(&self) -> usize {
        self.0.gate.waiting()
    }

    /// The case, if one was played.
    pub(crate) fn demo(&self) -> Option<&Demo> {
        self.0.demo.as_ref()
    }

    /// Whether the holder of a token was known here before.
    pub(crate) fn has_let_in(&self, token: &TokenDigest) -> bool {
        let known = self.0.let_in.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(token)
    }

    /// Notes that the holder of a token is known.
    pub(crate) fn let_in(&self, token: TokenDigest) {
        let mut known = self.0.let_in.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= TOKENS_MAX {
            known.clear();
        }
        known.insert(token);
    }

    /// Asks the desk, off the threads that serve connections. A fault is logged here and nowhere
    /// else; the asker gets its number.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let desk = Arc::clone(&self.0.desk);
        let answer = tokio::task::spawn_blocking(move || question(&desk)).await;
        match answer {
            Ok(outcome) => outcome.map_err(|error| self.problem(error)),
            Err(cause) => Err(self.fault(&cause)),
        }
    }

    /// Asks the desk to judge a request that is as described: what is mistaken in it then, is so by
    /// what the register holds.
    pub(crate) async fn judge<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let judged = move |desk: &Desk| match question(desk) {
            Err(DeskError::Mistaken(mistake)) => Ok(Err(mistake)),
            other => other.map(Ok),
        };
        self.ask(judged).await?.map_err(unfit)
    }

    /// Sends a request through the gate and waits for its answer without holding a thread.
    pub(crate) async fn pass<T: Send + 'static>(
        &self,
        enter: impl FnOnce(&Turnstile, Reply<T>),
    ) -> Result<Done<T>, Problem> {
        let (sender, answer) = tokio::sync::oneshot::channel();
        // Whoever asked may have gone away; what was decided stands and its key finds it.
        enter(&self.0.gate, Box::new(|outcome| drop(sender.send(outcome))));
        match answer.await {
            Ok(Err(DeskError::Mistaken(mistake))) => Err(unfit(mistake)),
            Ok(outcome) => outcome.map_err(|error| self.problem(error)),
            Err(cause) => Err(self.fault(&cause)),
        }
    }

    /// What the desk said, as a problem document.
    pub(crate) fn problem(&self, error: DeskError) -> Problem {
        match error {
            DeskError::Refused(refusal) => Problem::refused(*refusal),
            DeskError::Mistaken(mistake) => Problem::told(&mistake.field, &mistake.expected),
            DeskError::UnknownCaller => Problem::unknown_caller(),
            DeskError::Faulty(Fault::Busy) => Problem::busy(),
            DeskError::Faulty(fault) if fault.is_passing() => self.fault(&fault).for_now(),
            DeskError::Faulty(fault) => self.fault(&fault),
            // Only acts come under a key, and they turn a repeat into their answer.
            repeated @ DeskError::Repeated(_) => self.fault(&repeated),
        }
    }

    fn fault(&self, cause: &dyn std::error::Error) -> Problem {
        let mut incident = String::from("INC-");
        for byte in self.0.desk.clock().entropy().iter().take(8) {
            incident.push_str(&format!("{byte:02X}"));
        }
        let mut says = cause.to_string();
        let mut inner = cause.source();
        while let Some(source) = inner {
            says.push_str(": ");
            says.push_str(&source.to_string());
            inner = source.source();
        }
        tracing::error!(incident = %incident, cause = %says, "a request failed");
        Problem::fault(incident)
    }
}

fn unfit(mistake: Mistake) -> Problem {
    Problem::unfit(&mistake.field, &mistake.expected)
}
