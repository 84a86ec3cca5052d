//! Decisions: propose, sign, countersign, decline, return. What an order makes follows in
//! [`crate::orders`].

mod signing;

use std::collections::{BTreeMap, BTreeSet};

use domain::dialogue::{DialogueRecord, DialogueState, Step};
use domain::duty::DutyKind;
use domain::event::{DialogueStepped, DutyOpened, Event};
use domain::id::{DecisionId, DutyId, MeasureId, OfficerId, OrderId};
use domain::language::Bilingual;
use domain::measure::propose::{self, ProposeRefusal, Standing};
use domain::measure::sign::{self, Hand};
use domain::measure::{
    Decision, Draft, MeasureInForce, Order, OrderKind, OrderRecord, PreviewSeal, Selection,
};
use domain::permit::Permit;
use domain::time::Day;
use serde::Serialize;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reach;
use crate::reading::Lens;

/// Working days until a countersignature is owed: an emergency is looked at the next day.
///
/// # Law
/// None: design choice, see decision 0012.
pub const COUNTERSIGN_DAYS: i32 = 1;

/// A proposal, with what each of its orders would reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// The decision.
    pub decision: DecisionId,
    /// What each order reaches now, as it will be held against the signature.
    pub reach: BTreeMap<OrderId, PreviewSeal>,
}

/// A signature, with what it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedDecision {
    /// The decision.
    pub decision: DecisionId,
    /// Policy measures made.
    pub measures: Vec<MeasureId>,
    /// Policy measures lifted.
    pub lifted: Vec<MeasureId>,
    /// Orders made, with what each reaches.
    pub orders: BTreeMap<OrderId, PreviewSeal>,
    /// For an emergency: orders whose set differs from the one previewed.
    pub differences: BTreeMap<OrderId, PreviewSeal>,
}

impl Desk {
    /// Proposes a decision. The reach of each order is computed and sealed with it.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake in a measure's text, or a fault.
    pub fn propose(&self, actor: &Actor, draft: Draft) -> Result<Done<Proposed>, DeskError> {
        // Over a million permits it takes seconds to see what an order reaches, in which goods must
        // be able to leave: so it is seen before the write, and sealed with its position and day.
        let previews = self.previews(&draft)?;
        let draft = Draft { previews, ..draft };
        self.act(actor, "measure.propose", |act| propose_in(act, draft))
    }

    /// What each order of a draft would reach if it were signed now.
    fn previews(&self, draft: &Draft) -> Result<BTreeMap<OrderId, PreviewSeal>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let known_at = log.head()?.position;
        let today = self.day(log.as_ref(), &book)?;
        let mut seals = BTreeMap::new();
        for order in &draft.orders {
            book.check_order(order)?;
            let lens = Lens {
                as_of: binding_day(order, today),
                known_at,
            };
            let (members, _) = reach::order_members(log.as_ref(), &book, order, lens)?;
            seals.insert(order.id.clone(), reach::seal(&members, lens));
        }
        Ok(seals)
    }

    /// Signs a decision: by a second officer, or by one hand to stop in an emergency.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault. A set that differs from the previewed one refuses a
    /// second hand; an emergency takes the set as it is, and says afterwards how it differs.
    ///
    /// The order binds from here on. Its numbered list, stop notices and notices follow by
    /// [`Desk::settle`], which the caller or a [`crate::clerk::Clerk`] sees to.
    pub fn sign(
        &self,
        actor: &Actor,
        decision: &DecisionId,
        hand: Hand,
    ) -> Result<Done<SignedDecision>, DeskError> {
        signing::sign(self, actor, decision, hand)
    }

    /// Countersigns an emergency.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault.
    pub fn countersign(&self, actor: &Actor, decision: &DecisionId) -> Result<Done<()>, DeskError> {
        self.act(actor, "measure.sign", |act| {
            let held: Decision = act.load(decision)?;
            let event = sign::countersign(&held, &act.actor.officer)
                .map_err(|refusal| DeskError::refused("measure.countersign", &refusal))?;
            act.append(event)?;
            discharge(act, &countersign_duty(decision)?, "countersigned")
        })
    }

    /// Declines to countersign. The measure stands until it is lifted.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault.
    pub fn decline(
        &self,
        actor: &Actor,
        decision: &DecisionId,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "measure.sign", |act| {
            let held: Decision = act.load(decision)?;
            let event = sign::decline(&held, reasons, &act.actor.officer)
                .map_err(|refusal| DeskError::refused("measure.decline", &refusal))?;
            act.append(event).map(drop)
        })
    }

    /// Returns a proposal unsigned.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault.
    pub fn give_back(
        &self,
        actor: &Actor,
        decision: &DecisionId,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "measure.sign", |act| {
            let held: Decision = act.load(decision)?;
            let event = sign::give_back(&held, reasons, &act.actor.officer)
                .map_err(|refusal| DeskError::refused("measure.return", &refusal))?;
            act.append(event).map(drop)
        })
    }

    /// The policy measures in force.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn measures_in_force(&self, lens: Lens) -> Result<Vec<MeasureInForce>, DeskError> {
        crate::reading::measures_in_force(self.reading()?.as_ref(), lens)
    }
}

/// The day on which an order begins to bind, if it is signed on a day.
pub(crate) fn binding_day(order: &Order, signed_on: Day) -> Day {
    order.instrument.effective.from.max(signed_on)
}

fn propose_in(act: &mut Act<'_>, draft: Draft) -> Result<Proposed, DeskError> {
    for policy in &draft.policies {
        act.book.check_measure(policy)?;
    }
    for order in &draft.orders {
        act.book.check_order(order)?;
    }
    let refused = |refusal: ProposeRefusal| DeskError::refused("measure.propose", &refusal);
    let standing = standing_of(act, &draft)?;
    let view = Standing {
        lifted: standing.lifted.iter().collect(),
        ended: standing.ended.iter().collect(),
        dialogues: standing.dialogues,
        permits: standing.permits,
        taken: standing.taken,
    };
    let event = propose::propose(&draft, &view, &act.actor.officer).map_err(refused)?;
    act.append(event)?;
    Ok(Proposed {
        decision: draft.id,
        reach: draft.previews,
    })
}

/// What a proposal is checked against, loaded.
struct Loaded {
    lifted: Vec<MeasureInForce>,
    ended: Vec<OrderRecord>,
    dialogues: BTreeSet<domain::id::DialogueId>,
    permits: BTreeSet<domain::id::PermitId>,
    taken: BTreeSet<String>,
}

fn standing_of(act: &Act<'_>, draft: &Draft) -> Result<Loaded, DeskError> {
    let mut loaded = Loaded {
        lifted: Vec::new(),
        ended: Vec::new(),
        dialogues: BTreeSet::new(),
        permits: BTreeSet::new(),
        taken: BTreeSet::new(),
    };
    for id in &draft.lifts {
        loaded.lifted.extend(act.find::<MeasureInForce>(id)?);
    }
    for id in draft.orders.iter().flat_map(|order| &order.ends) {
        loaded.ended.extend(act.find::<OrderRecord>(id)?);
    }
    for id in &draft.concludes {
        let under_way = act
            .find::<DialogueRecord>(id)?
            .is_some_and(|held| held.state(draft.effective_from) != DialogueState::Concluded);
        if under_way {
            loaded.dialogues.insert(id.clone());
        }
    }
    for order in &draft.orders {
        if let Selection::Named { permits, lines } = &order.selection {
            for id in permits.iter().chain(lines.iter().map(|line| &line.permit)) {
                if act.find::<Permit>(id)?.is_some() {
                    loaded.permits.insert(id.clone());
                }
            }
        }
        if act.find::<OrderRecord>(&order.id)?.is_some() {
            loaded.taken.insert(order.id.to_string());
        }
    }
    for policy in &draft.policies {
        if act.find::<MeasureInForce>(&policy.id)?.is_some() {
            loaded.taken.insert(policy.id.to_string());
        }
    }
    if act.find::<Decision>(&draft.id)?.is_some() {
        loaded.taken.insert(draft.id.to_string());
    }
    Ok(loaded)
}

fn concluded<'a>(draft: &'a Draft, by: &'a OfficerId) -> impl Iterator<Item = Event> + 'a {
    draft.concludes.iter().map(move |dialogue| {
        Event::from(DialogueStepped {
            dialogue: dialogue.clone(),
            step: Step::Conclude,
            text: format!("concluded by decision {}", draft.id),
            on: draft.effective_from,
            by: by.clone(),
        })
    })
}

fn countersign_duty(decision: &DecisionId) -> Result<DutyId, DeskError> {
    DutyId::new(&format!("DTY-{decision}-COUNTERSIGN"))
        .map_err(|mistake| DeskError::mistaken("decision", mistake))
}

/// Duties that a signature opens: to countersign an emergency, and to look at each suspension
/// again.
fn duties(draft: &Draft, hand: Hand, today: Day) -> Result<Vec<Event>, DeskError> {
    let mut events = Vec::new();
    if hand == Hand::Emergency {
        events.push(Event::from(DutyOpened {
            duty: countersign_duty(&draft.id)?,
            duty_kind: DutyKind::Countersign,
            desk: "deciding".into(),
            about: draft.id.to_string(),
            says: Bilingual::new(
                format!(
                    "countersign decision {}, signed by one hand in an emergency",
                    draft.id
                ),
                format!(
                    "contresigner la décision {}, signée d’une seule main en urgence",
                    draft.id
                ),
            ),
            due_on: today.plus_days(COUNTERSIGN_DAYS),
        }));
    }
    for order in draft
        .orders
        .iter()
        .filter(|order| order.kind == OrderKind::Suspend)
    {
        if let Some(due_on) = order.instrument.review_by {
            events.push(Event::from(DutyOpened {
                duty: DutyId::new(&format!("DTY-{}-REVIEW", order.id))
                    .map_err(|mistake| DeskError::mistaken("order", mistake))?,
                duty_kind: DutyKind::ReviewMeasure,
                desk: "deciding".into(),
                about: order.id.to_string(),
                says: Bilingual::new(
                    format!("look at order {} again", order.id),
                    format!("réexaminer l’ordre {}", order.id),
                ),
                due_on,
            }));
        }
    }
    Ok(events)
}

/// Discharges a duty, if it is open.
pub(crate) fn discharge(act: &mut Act<'_>, duty: &DutyId, how: &str) -> Result<(), DeskError> {
    let held: Option<domain::duty::DutyRecord> = act.find(duty)?;
    if held.is_some_and(|held| held.discharged.is_none()) {
        let event = domain::event::DutyDischarged {
            duty: duty.clone(),
            how: how.to_owned(),
            by: act.actor.officer.clone(),
            on: act.today,
        };
        act.append(event)?;
    }
    Ok(())
}

impl Desk {
    /// What kind of source a law is.
    ///
    /// # Errors
    /// A mistake when its source is not known, or a fault.
    pub fn source_kind(
        &self,
        law: &domain::law::Law,
    ) -> Result<domain::law::SourceKind, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        book.parts()
            .sources
            .kind_of(law)
            .map_err(|unknown| DeskError::mistaken("law", unknown))
    }

    /// The criteria of the statute that a determination of risk considers.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn criteria(&self) -> Result<Vec<domain::id::QuestionId>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        Ok(book
            .parts()
            .criteria
            .questions
            .iter()
            .map(|question| question.id.clone())
            .collect())
    }

    /// An order as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn order(&self, id: &OrderId) -> Result<Option<OrderRecord>, DeskError> {
        crate::reading::find(self.reading()?.as_ref(), id.as_str())
    }

    /// A decision as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn decision(&self, id: &DecisionId) -> Result<Option<Decision>, DeskError> {
        crate::reading::find(self.reading()?.as_ref(), id.as_str())
    }

    /// The permits that an order's written list names.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn order_permits(&self, id: &OrderId) -> Result<BTreeSet<domain::id::PermitId>, DeskError> {
        let log = self.reading()?;
        let mut found = BTreeSet::new();
        let query = register::Query {
            tags: vec![format!("order:{id}")],
            kinds: vec!["OrderResolved".to_owned()],
        };
        let mut after = domain::time::Position(0);
        loop {
            let events = log.events(&query, after, None, crate::reading::PAGE)?;
            let is_last = events.len() < crate::reading::PAGE;
            for event in &events {
                after = event.position;
                let recorded = crate::projection::recorded(event).map_err(DeskError::invariant)?;
                if let Event::OrderResolved(part) = recorded.event {
                    found.extend(part.members.into_keys());
                }
            }
            if is_last {
                return Ok(found);
            }
        }
    }

    /// The permits that a scope reaches now.
    ///
    /// # Errors
    /// A mistake in the scope, or a fault.
    pub fn permits_within(
        &self,
        scope: &domain::scope::Scope,
    ) -> Result<BTreeSet<domain::id::PermitId>, DeskError> {
        scope
            .check()
            .map_err(|mistake| DeskError::mistaken("scope", mistake))?;
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let lens = Lens {
            as_of: self.day(log.as_ref(), &book)?,
            known_at: log.head()?.position,
        };
        Ok(reach::members(log.as_ref(), &book, scope, lens)?
            .into_keys()
            .collect())
    }
}
