//! Permit orders of a case.

use super::super::cast::numbers;
use super::super::stage::{Made, Stage, mistaken};
use crate::answer::DeskError;
use domain::id::{OrderId, PermitId, ReviewId};
use domain::language::Bilingual;
use domain::measure::{Order, OrderKind, Selection};
use domain::review::ReviewOutcome;
use domain::time::Day;
use intake::scenario::{EventSpec, Words};
use std::collections::{BTreeMap, BTreeSet};

impl Stage<'_> {
    pub(in crate::scenario) fn order(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        kind: OrderKind,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let verb = self.verb(kind);
        let selection = self.selection(event, kind, day)?;
        let mut ends: BTreeSet<OrderId> = BTreeSet::new();
        if kind == OrderKind::Reinstate {
            for number in &event.lifts {
                let earlier = self.made.get(number);
                ends.extend(earlier.map(|made| made.orders.clone()).unwrap_or_default());
            }
        }
        let title = self.order_title(&verb);
        let order = Order {
            id: self.ident(event, OrderId::new(&format!("ORD-{}", event.n.0)))?,
            kind,
            verb,
            selection,
            use_scope: event
                .use_scope
                .as_ref()
                .map(|spec| self.scope(spec, day))
                .transpose()?,
            instrument: self.instrument(event, kind.key(), title.clone(), day)?,
            ends,
            new_terms: BTreeMap::new(),
            from_review: self.review_of(event)?,
            stops_expiry: event.stops_expiry,
            conditions: match &event.conditions {
                Some(spec) => self.conditions(spec)?,
                None => Vec::new(),
            },
        };
        let mut draft = self.empty_draft(event, day)?;
        // What an order ends is named by the order, not lifted as a policy.
        draft.lifts.clear();
        draft.orders.push(order);
        self.decide(event, draft, title, made)
    }

    /// The title of an order, in the authority's own words.
    pub(in crate::scenario) fn order_title(&self, verb: &Bilingual) -> Bilingual {
        let permits = self.permit_words();
        Bilingual::new(
            format!("{} of {}", capital(&verb.en), permits.en),
            format!("{} de {}", capital(&verb.fr), permits.fr),
        )
    }

    pub(in crate::scenario) fn verb(&self, kind: OrderKind) -> Bilingual {
        let own = self
            .scenario
            .authority
            .as_ref()
            .and_then(|held| held.verbs.get(kind.key()));
        own.map(Words::both).unwrap_or_else(|| match kind {
            OrderKind::Amend => Bilingual::new("amendment", "modification"),
            OrderKind::Suspend => Bilingual::new("suspension", "suspension"),
            OrderKind::Cancel => Bilingual::new("cancellation", "annulation"),
            OrderKind::Reinstate => Bilingual::new("reinstatement", "rétablissement"),
            OrderKind::Annul => {
                Bilingual::new("annulment from issue", "annulation dès la délivrance")
            }
        })
    }

    pub(in crate::scenario) fn review_of(
        &self,
        event: &EventSpec,
    ) -> Result<Option<ReviewId>, DeskError> {
        if let Some(number) = &event.from_review {
            let review = self.made.get(number).and_then(|made| made.review.clone());
            return review.map(Some).ok_or_else(|| {
                let says = format!("event {} is no review that has ended", number.0);
                mistaken(&self.scenario.scenario, &event.n.0, says)
            });
        }
        // A cancellation without a scope carries out the last review, if there was one.
        if event.kind == "cancel" && event.scope.is_none() && event.ids.is_empty() {
            return Ok(self
                .made
                .values()
                .rev()
                .find_map(|made| made.review.clone()));
        }
        Ok(None)
    }

    /// Which permits: by scope for a suspension; by the review's outcomes or by number otherwise.
    pub(in crate::scenario) fn selection(
        &self,
        event: &EventSpec,
        kind: OrderKind,
        day: Day,
    ) -> Result<Selection, DeskError> {
        let lines = BTreeSet::new();
        if let Some(review) = self.review_of(event)? {
            let held = self.desk.review(&review)?;
            let outcome = match kind {
                OrderKind::Suspend => ReviewOutcome::Suspend,
                OrderKind::Reinstate => ReviewOutcome::Reinstate,
                _ => ReviewOutcome::Cancel,
            };
            let permits = held
                .map(|held| held.with_outcome(outcome))
                .unwrap_or_default();
            return Ok(Selection::Named { permits, lines });
        }
        if let Some(spec) = &event.scope {
            let scope = self.scope(spec, day)?;
            if kind == OrderKind::Suspend {
                return Ok(Selection::Scope { scope });
            }
            // Every other kind names its permits: the scope is read now and written out.
            let permits = self.desk.permits_within(&scope)?;
            return Ok(Selection::Named { permits, lines });
        }
        let mut permits: BTreeSet<PermitId> = BTreeSet::new();
        for number in event.ids.iter().flat_map(|id| numbers(id)) {
            permits.insert(self.ident(event, PermitId::new(&number))?);
        }
        Ok(Selection::Named { permits, lines })
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
