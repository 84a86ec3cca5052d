//! The five invariants of a case, checked at every event and again at the end.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{OrderId, PermitId, ShipmentId};
use domain::measure::{OrderKind, Selection};
use domain::permit::standing::Standing;
use intake::scenario::EventSpec;

use super::stage::{Made, Stage};
use super::words::{both, word};
use crate::answer::DeskError;
use crate::sight::Sight;

/// Most permits and applications watched at each event; a case of this format has a few dozen.
const WATCHED_MAX: usize = 2_000;

/// How everything stood before an event.
#[derive(Default)]
pub(super) struct Snapshot {
    pub pending: BTreeMap<String, String>,
    pub issued: BTreeMap<PermitId, Standing>,
    /// Shipments that should not have left, with the orders under which they did.
    pub marked: BTreeMap<ShipmentId, BTreeSet<OrderId>>,
}

impl Stage<'_> {
    pub(super) fn snapshot(&mut self) -> Result<Snapshot, DeskError> {
        let mut taken = Snapshot::default();
        for application in &self.scenario.applications {
            let word = self.pending_word(&application.id, "held")?;
            taken.pending.insert(application.id.clone(), word);
        }
        let lens = self.desk.now()?;
        let page = self.desk.permits(&Sight::Whole, None, WATCHED_MAX, lens)?;
        for held in page.rows {
            taken.issued.insert(held.permit, held.standing);
        }
        for held in self.desk.shipments()? {
            if !held.under_stop.is_empty() {
                taken.marked.insert(held.id, held.under_stop);
            }
        }
        self.last_pending.clone_from(&taken.pending);
        Ok(taken)
    }

    /// How an application stood before the event under way.
    pub(super) fn prospect_before(&self, number: &str) -> String {
        self.last_pending
            .get(number)
            .cloned()
            .unwrap_or_else(|| "absent".to_owned())
    }

    pub(super) fn check_invariants(
        &mut self,
        event: &EventSpec,
        made: &Made,
        before: &Snapshot,
    ) -> Result<(), DeskError> {
        let kept = before.pending.clone();
        let after = self.snapshot()?;
        self.last_pending = kept;
        let n = event.n.0.clone();
        let is_order = matches!(
            event.kind.as_str(),
            "suspend" | "cancel" | "annul" | "reinstate"
        );
        let is_policy = matches!(
            event.kind.as_str(),
            "issuance_pause" | "policy_change" | "require_dialogue" | "lift"
        );
        if is_order {
            let same = before.pending == after.pending;
            let found = if same { "unchanged" } else { "changed" };
            let what = both(
                "invariant: an order alters no pending application",
                "invariant : un arrêté ne change aucune demande pendante",
            );
            self.expected(&n, what, word("unchanged"), word(found));
        }
        if is_policy {
            let same = before.issued == after.issued;
            let found = if same { "unchanged" } else { "changed" };
            let what = both(
                format!(
                    "invariant: a policy alters no issued {}",
                    self.permit_word().en
                ),
                "invariant : une politique ne change rien de ce qui est délivré",
            );
            self.expected(&n, what, word("unchanged"), word(found));
        }
        if event.kind == "cancel" {
            self.check_listed(&n, made)?;
        }
        if is_order {
            self.check_past_shipments(&n, before, &after);
        }
        Ok(())
    }

    /// A cancellation lists the permits by number, and its list is what was cancelled.
    fn check_listed(&mut self, n: &str, made: &Made) -> Result<(), DeskError> {
        for order in &made.orders {
            let Some(record) = self.desk.order(order)? else {
                continue;
            };
            let named = match &record.order.selection {
                Selection::Named { permits, .. } => permits.clone(),
                Selection::Scope { .. } => std::collections::BTreeSet::new(),
            };
            let is_listed = record.order.kind == OrderKind::Cancel
                && !named.is_empty()
                && named == self.desk.order_permits(order)?;
            let found = if is_listed {
                "by number"
            } else {
                "not by number"
            };
            let what = both(
                "invariant: a cancellation lists its permits",
                "invariant : une annulation énumère ses licences",
            );
            self.expected(n, what, word("by number"), word(found));
        }
        Ok(())
    }

    /// Shipments made before a stop remain recorded as lawful at their time: an order marks none.
    fn check_past_shipments(&mut self, n: &str, before: &Snapshot, after: &Snapshot) {
        let found = if before.marked == after.marked {
            "lawful"
        } else {
            "marked afterwards"
        };
        let what = both(
            "invariant: earlier shipments stay lawful",
            "invariant : les envois antérieurs restent licites",
        );
        self.expected(n, what, word("lawful"), word(found));
    }

    /// Looks again, from the end of the case, at everything that was seen on the way: the register
    /// as known then and as in force then gives the same answer now.
    pub(super) fn look_again(&mut self) -> Result<(), DeskError> {
        let seen = std::mem::take(&mut self.seen);
        let mut agreeing = 0_usize;
        let mut first = None;
        for was in &seen {
            let now = self
                .desk
                .standing(&was.permit, was.lens)?
                .map(|held| held.standing);
            if now == was.standing {
                agreeing = agreeing.saturating_add(1);
            } else if first.is_none() {
                first = Some(was);
            }
        }
        let all = seen.len();
        let expected = both(format!("{all} of {all}"), format!("{all} sur {all}"));
        let found = match first {
            None => both(
                format!("{agreeing} of {all}"),
                format!("{agreeing} sur {all}"),
            ),
            Some(odd) => both(
                format!(
                    "{agreeing} of {all}, not permit {} after event {}",
                    odd.permit, odd.n
                ),
                format!(
                    "{agreeing} sur {all}, mais non la licence {} après l’événement {}",
                    odd.permit, odd.n
                ),
            ),
        };
        let what = both(
            "invariant: as of then, as known then, gives then's answers",
            "invariant : à la date d’alors, selon ce qu’on savait alors, les réponses d’alors",
        );
        self.expected("", what, expected, found);
        Ok(())
    }
}
