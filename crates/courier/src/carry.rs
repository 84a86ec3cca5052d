//! The courier at work: one thread, one task for each subscriber that has something to be told.
//!
//! What one subscriber is told goes in the order of the log, one message after another: the next is
//! sent when the one before was taken or given up. Between subscribers there is no order, and one
//! that hangs holds up nobody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use casework::webhooks::{self, Message};
use casework::{Actor, Desk, DeskError};
use domain::id::SubscriptionId;
use domain::time::Position;
use domain::webhook::{WebhookRecord, WebhookState, WebhookStep};
use tokio::sync::oneshot;

use crate::key::MasterKey;
use crate::post::{Letter, Post, PostTrouble};

/// How long the secret before the last renewal signs beside the new one, so that a receiver has
/// time to learn the new one.
const OVERLAP_MINUTES: i64 = 24 * 60;

/// Events without anything to tell after which the place is noted all the same: what a restart
/// looks through again.
const UNTOLD_MAX: u64 = 10_000;

/// How patient the courier is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often it looks for something to tell.
    pub look_every: Duration,
    /// How long it waits after the first failure; each wait is twice the one before.
    pub first_wait: Duration,
    /// The longest wait between two tries.
    pub wait_max: Duration,
    /// Tries before a message is given up.
    pub attempts_max: u32,
    /// How long one try may take.
    pub answer_time_max: Duration,
}

impl Default for Pace {
    /// Sixteen tries with waits of 1 s to 5 min: about 40 minutes for one message, and two hours
    /// until a receiver that is gone is paused.
    fn default() -> Self {
        Self {
            look_every: Duration::from_millis(500),
            first_wait: Duration::from_secs(1),
            wait_max: Duration::from_secs(300),
            attempts_max: 16,
            answer_time_max: Duration::from_secs(10),
        }
    }
}

/// What an operator says of deliveries.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The key from which secrets are derived.
    pub key: MasterKey,
    /// Whether messages may go to loopback, link-local and private addresses.
    pub allows_private: bool,
    /// How patient the courier is.
    pub pace: Pace,
}

/// Why the courier does not work.
#[derive(Debug, thiserror::Error)]
pub enum CourierFault {
    /// The machine gives no thread or no timer.
    #[error("the courier has no thread")]
    Thread(#[source] std::io::Error),
    /// TLS cannot be set up.
    #[error("the courier has no TLS: {0}")]
    Tls(String),
    /// Its name is not one.
    #[error(transparent)]
    Name(#[from] domain::id::IdMistake),
}

/// The courier of one server. Where several carry for one register, messages come twice, under the
/// same number each time.
pub struct Courier {
    going_home: Option<oneshot::Sender<()>>,
    at_work: Option<JoinHandle<()>>,
}

impl Courier {
    /// Sets a courier to work over a desk.
    ///
    /// # Errors
    /// A fault of the machine.
    pub fn start(desk: Arc<Desk>, settings: Settings) -> Result<Self, CourierFault> {
        let post = Post::new(settings.allows_private, settings.pace.answer_time_max)
            .map_err(CourierFault::Tls)?;
        let round = Round {
            desk,
            post,
            actor: webhooks::courier()?,
            settings: Arc::new(settings),
            looked: Arc::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(CourierFault::Thread)?;
        let (going_home, bell) = oneshot::channel();
        let at_work = std::thread::Builder::new()
            .name("courier".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = round.work() => {}
                        _ = bell => {}
                    }
                });
                // What is under way is cut off: it was not noted, so it is sent again.
                runtime.shutdown_timeout(Duration::from_secs(1));
            })
            .map_err(CourierFault::Thread)?;
        Ok(Self {
            going_home: Some(going_home),
            at_work: Some(at_work),
        })
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        drop(self.going_home.take());
        if let Some(at_work) = self.at_work.take() {
            // A panic was reported when it happened.
            let _ = at_work.join();
        }
    }
}

/// What each task has at hand.
#[derive(Clone)]
struct Round {
    desk: Arc<Desk>,
    post: Post,
    actor: Actor,
    settings: Arc<Settings>,
    /// How far the log was looked through for each, beyond the place that is noted.
    looked: Arc<Mutex<BTreeMap<SubscriptionId, Position>>>,
}

/// How a message ended.
enum Ended {
    Taken,
    /// Not taken, and something before it is to be noted first.
    NoteFirst,
    GivenUp(PostTrouble),
    /// Its owner has changed the subscription meanwhile.
    Overtaken,
}

impl Round {
    async fn work(&self) {
        let mut under_way: BTreeMap<SubscriptionId, tokio::task::JoinHandle<()>> = BTreeMap::new();
        loop {
            tokio::time::sleep(self.settings.pace.look_every).await;
            under_way.retain(|_, task| !task.is_finished());
            let live = match self.ask(|desk, _| desk.live_webhooks()).await {
                Ok(live) => live,
                Err(cause) => {
                    tracing::error!(cause = %cause, "the courier could not look; trying again");
                    continue;
                }
            };
            for held in live {
                if !under_way.contains_key(&held.id) {
                    let (id, round) = (held.id.clone(), self.clone());
                    under_way.insert(id, tokio::spawn(async move { round.go(held).await }));
                }
            }
        }
    }

    async fn go(&self, held: WebhookRecord) {
        let id = held.id.clone();
        if let Err(cause) = self.tell(held).await {
            tracing::error!(webhook = %id, cause = %cause, "telling a subscriber failed");
        }
    }

    /// Tells one subscriber what there is, and notes how far it was told.
    async fn tell(&self, held: WebhookRecord) -> Result<(), DeskError> {
        let held = Arc::new(held);
        let from = held.cursor();
        let mut after = if held.replay.is_some() {
            from
        } else {
            from.max(self.looked(&held.id))
        };
        loop {
            let asked = Arc::clone(&held);
            let batch = self
                .ask(move |desk, _| desk.webhook_batch(&asked, after))
                .await?;
            let mut told = None;
            for message in &batch.messages {
                let at = message.at;
                match self.deliver(&held, message, told.is_none()).await? {
                    Ended::Taken => told = Some(at),
                    Ended::Overtaken => return Ok(()),
                    Ended::NoteFirst => {
                        let through = told.unwrap_or(from);
                        return self.note(&held, WebhookStep::Reached { through }).await;
                    }
                    Ended::GivenUp(because) => {
                        tracing::warn!(webhook = %held.id, message = %message.id,
                            because = %because, "a message was given up");
                        let step = WebhookStep::Undelivered {
                            at,
                            because: because.to_string(),
                            attempts: self.settings.pace.attempts_max,
                        };
                        return self.note(&held, step).await;
                    }
                }
            }
            let through = batch.through;
            let is_far = through.0.saturating_sub(from.0) > UNTOLD_MAX;
            if told.is_some() || held.replay.is_some() || is_far {
                return self.note(&held, WebhookStep::Reached { through }).await;
            }
            self.looked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(held.id.clone(), through);
            if !batch.has_more {
                return Ok(());
            }
            after = through;
        }
    }

    /// Sends one message until it is taken or given up.
    async fn deliver(
        &self,
        held: &WebhookRecord,
        message: &Message,
        is_first: bool,
    ) -> Result<Ended, DeskError> {
        let pace = &self.settings.pace;
        let mut wait = pace.first_wait;
        for attempt in 1..=pace.attempts_max {
            let Err(trouble) = self.send(held, message).await else {
                return Ok(Ended::Taken);
            };
            tracing::info!(webhook = %held.id, message = %message.id, attempt,
                because = %trouble, "a message was not taken");
            if !is_first {
                return Ok(Ended::NoteFirst);
            }
            if attempt == pace.attempts_max {
                return Ok(Ended::GivenUp(trouble));
            }
            tokio::time::sleep(wait).await;
            wait = wait.saturating_mul(2).min(pace.wait_max);
            let id = held.id.clone();
            let now = self.ask(move |desk, _| desk.webhook(&id)).await?;
            let is_as_before = now.is_some_and(|now| {
                now.state == WebhookState::Live
                    && now.cursor() == held.cursor()
                    && now.generation == held.generation
            });
            if !is_as_before {
                return Ok(Ended::Overtaken);
            }
        }
        Ok(Ended::Overtaken)
    }

    async fn send(&self, held: &WebhookRecord, message: &Message) -> Result<(), PostTrouble> {
        let now = self.desk.clock().now();
        let timestamp = now.0.div_euclid(1_000_000);
        let sign = |generation| {
            let secret = self.settings.key.secret(&held.id, generation);
            secret.sign(&message.id, timestamp, &message.body)
        };
        let mut signature = sign(held.generation);
        let overlaps = held
            .renewed_at
            .is_some_and(|renewed| now < renewed.plus_minutes(OVERLAP_MINUTES));
        if overlaps {
            signature = format!("{signature} {}", sign(held.generation.saturating_sub(1)));
        }
        let letter = Letter {
            id: &message.id,
            timestamp,
            signature: &signature,
            body: &message.body,
        };
        self.post.send(&held.address, &letter).await
    }

    async fn note(&self, held: &WebhookRecord, step: WebhookStep) -> Result<(), DeskError> {
        let (id, from) = (held.id.clone(), held.cursor());
        self.ask(move |desk, actor| desk.note_delivery(actor, &id, from, &step))
            .await
            .map(drop)
    }

    fn looked(&self, id: &SubscriptionId) -> Position {
        let looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.get(id).copied().unwrap_or_default()
    }

    /// Asks the desk, off the thread that waits for receivers.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk, &Actor) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let (desk, actor) = (Arc::clone(&self.desk), self.actor.clone());
        let answer = tokio::task::spawn_blocking(move || question(&desk, &actor)).await;
        answer.map_err(|cause| casework::Fault::Invariant(cause.to_string()))?
    }
}
