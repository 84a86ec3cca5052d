//! What an operator watches: how far the log is, what waits, and who has not answered.

use domain::duty::DutyRecord;
use domain::shipment::Shipment;
use domain::time::Instant;
use domain::view::Noun;
use domain::webhook::WebhookRecord;
use register::store::ROWS_PER_READ_MAX;
use register::{Lookup, OutboxPart, Page};

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::reading;

/// The figures of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The last event.
    pub head: u64,
    /// The last event of the last checkpoint; 0 when none was signed.
    pub checkpoint: u64,
    /// Seconds since it was signed, or since its last event if that was later.
    pub checkpoint_age_s: u64,
    /// Messages of the outbox that wait.
    pub outbox: u64,
    /// Webhook subscriptions that are served.
    pub webhooks_live: u64,
    /// Webhook subscriptions that are paused.
    pub webhooks_paused: u64,
    /// Events that the slowest live webhook has not noted.
    pub webhooks_behind: u64,
    /// Webhook messages that were given up, in all.
    pub given_up: u64,
    /// Shipments with a stop notice that nobody acknowledged.
    pub stops: u64,
    /// Seconds by which the oldest of them is overdue.
    pub overdue_s: u64,
    /// Open duties.
    pub duties: u64,
}

impl Desk {
    /// The figures of now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn watch(&self) -> Result<Watch, DeskError> {
        let log = self.reading()?;
        let now = self.clock().now();
        let head = log.head()?.position;
        let mut seen = Watch {
            head: head.0,
            ..Watch::default()
        };
        if let Some(signed) = log.latest_checkpoint()? {
            seen.checkpoint = signed.checkpoint().size;
            seen.checkpoint_age_s = seconds(signed.checkpoint().recorded_at, now);
        }
        let waiting = log.outbox(OutboxPart::Pending, 0, ROWS_PER_READ_MAX)?;
        seen.outbox = u64::try_from(waiting.len()).unwrap_or(u64::MAX);
        for state in ["live", "paused"] {
            for held in reading::all::<WebhookRecord>(log.as_ref(), Some(("state", state)))? {
                seen.given_up = seen.given_up.saturating_add(held.undelivered_in_all);
                if state == "paused" {
                    seen.webhooks_paused = seen.webhooks_paused.saturating_add(1);
                    continue;
                }
                let behind = head.0.saturating_sub(held.cursor().0);
                seen.webhooks_behind = seen.webhooks_behind.max(behind);
                seen.webhooks_live = seen.webhooks_live.saturating_add(1);
            }
        }
        let unacknowledged = Lookup {
            kind: Noun::Shipment.key(),
            name: "stop",
            value: "unacknowledged",
        };
        let page = Page {
            after: None,
            limit: ROWS_PER_READ_MAX,
        };
        for row in log.find(unacknowledged, page)? {
            let held: Shipment = reading::read(&row.id, &row.body)?;
            let open = held
                .stops
                .values()
                .filter(|stop| stop.acknowledged.is_none());
            let overdue = open.map(|stop| seconds(stop.due_at, now)).max();
            seen.overdue_s = seen.overdue_s.max(overdue.unwrap_or(0));
            seen.stops = seen.stops.saturating_add(1);
        }
        let open = Lookup {
            kind: <DutyRecord as reading::Held>::NOUN.key(),
            name: "state",
            value: "open",
        };
        seen.duties = log.count_by(open)?;
        Ok(seen)
    }
}

/// Whole seconds from one instant to a later one.
fn seconds(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.0.saturating_sub(from.0) / 1_000_000).unwrap_or(0)
}
