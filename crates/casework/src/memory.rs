//! What the gate remembers of the register between two decisions, kept exact.
//!
//! Everything here was read inside a write, so that nobody else could write meanwhile. Before it is
//! used again, the events since are read and what they touch is forgotten: a measure that any
//! server signed is seen by the next decision of every server.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::event::Recorded;
use domain::facts::{Declared, PartyFacts};
use domain::id::{OrderId, PartyId, PermitId};
use domain::item::LineNo;
use domain::ledger::LineLedger;
use domain::measure::OrderRecord;
use domain::permit::Permit;
use domain::policy::PolicyAnswer;
use domain::time::{Day, Position};
use domain::view::{self, Noun, Registrations, State};
use register::{Query, Reading};

use crate::actor::Actor;
use crate::answer::DeskError;
use crate::projection;
use crate::reading::{self, Lens};

/// Most permits remembered: about 10 KB each with their parties and orders.
const PERMITS_MAX: usize = 20_000;
/// Most events read to catch up; beyond, it is quicker to forget everything.
const CATCH_UP_MAX: usize = 2_000;
/// Answers of policies remembered per permit: the shapes in which one permit is declared are few.
const SHAPES_MAX: usize = 16;

/// What the parties of a permit were, by order not listed yet, at that order's own position.
type PartiesThen = BTreeMap<OrderId, BTreeMap<PartyId, PartyFacts>>;

/// What a decision needs of one permit, besides what is left of it.
pub(crate) struct Folder {
    /// The permit.
    pub permit: Permit,
    /// Exporters registered for its use on the day.
    pub registered: BTreeSet<PartyId>,
    /// What is known of the parties that its terms name.
    pub parties: BTreeMap<PartyId, PartyFacts>,
    /// The orders listed on it, and all not listed yet.
    pub orders: Vec<OrderRecord>,
    /// The parties as they stood at the position of each order not listed yet.
    pub then: PartiesThen,
    shapes: RefCell<Vec<(Declared, PolicyAnswer)>>,
}

impl Folder {
    fn read(
        memory: &Memory,
        log: &dyn Reading,
        id: &PermitId,
        lens: Lens,
    ) -> Result<Option<Self>, DeskError> {
        let Some(permit): Option<Permit> = reading::find(log, id.as_str())? else {
            return Ok(None);
        };
        let held: Option<Registrations> = reading::find(log, id.as_str())?;
        let registered = held.map(|held| held.on(lens.as_of)).unwrap_or_default();
        let terms = permit.terms_on(lens.as_of);
        let parties = memory.parties(log, terms.parties(), lens)?;
        let mut orders: Vec<OrderRecord> = Vec::new();
        for covering in &permit.coverings {
            orders.push(reading::load(log, covering.order.as_str())?);
        }
        // INVARIANT (the gate): an order binds before its list of numbers is written.
        let is_listed =
            |order: &&OrderRecord| permit.coverings.iter().any(|c| c.order == order.order.id);
        let pending = memory.pending(log)?;
        orders.extend(pending.iter().filter(|order| !is_listed(order)).cloned());
        let mut then = PartiesThen::new();
        for order in orders.iter().filter(|order| !order.is_resolved) {
            let at = Lens {
                as_of: order.binds_from,
                known_at: order.position,
            };
            let known = reading::party_facts(log, permit.terms_on(at.as_of).parties(), at)?;
            then.insert(order.order.id.clone(), known);
        }
        Ok(Some(Self {
            permit,
            registered,
            parties,
            orders,
            then,
            shapes: RefCell::default(),
        }))
    }

    /// What release policies say of a line as declared: asked once per shape of declaration.
    ///
    /// Quantity, value and serial numbers are no attributes of a declared line in the policies'
    /// schema, so two declarations that differ in nothing else get one answer.
    pub(crate) fn policies(
        &self,
        declared: &Declared,
        ask: impl FnOnce() -> PolicyAnswer,
    ) -> PolicyAnswer {
        let is_shape = |known: &Declared| {
            known.line == declared.line
                && known.destination == declared.destination
                && known.final_destination == declared.final_destination
                && known.consignee == declared.consignee
                && known.intermediates == declared.intermediates
                && known.route == declared.route
                && known.documents == declared.documents
                && known.exporter == declared.exporter
                && known.entry == declared.entry
                && known.end_user == declared.end_user
                && known.model == declared.model
        };
        let known = self
            .shapes
            .borrow()
            .iter()
            .find(|(known, _)| is_shape(known))
            .map(|(_, answer)| answer.clone());
        if let Some(answer) = known {
            return answer;
        }
        let answer = ask();
        let mut shapes = self.shapes.borrow_mut();
        if shapes.len() >= SHAPES_MAX {
            shapes.clear();
        }
        shapes.push((declared.clone(), answer.clone()));
        answer
    }
}

/// The shelves of the memory.
#[derive(Default)]
struct Shelves {
    /// The last event that the memory knows of.
    position: Position,
    /// What the folders were read for: the day, and the edition of the law.
    read_for: Option<(Day, Position)>,
    folders: HashMap<PermitId, Option<Arc<Folder>>>,
    ledgers: HashMap<String, Option<Arc<LineLedger>>>,
    actors: HashMap<String, Option<Arc<Actor>>>,
    allowed: BTreeSet<(String, Vec<String>, &'static str)>,
    parties: HashMap<PartyId, Option<PartyFacts>>,
    /// Orders whose lists are not complete.
    pending: Option<Arc<Vec<OrderRecord>>>,
}

/// What the gate remembers.
#[derive(Default)]
pub(crate) struct Memory(RefCell<Shelves>);

impl Memory {
    /// Brings the memory up to the head of a write: forgets what changed since it was used last.
    pub(crate) fn catch_up(
        &self,
        log: &dyn Reading,
        day: Day,
        law: Position,
    ) -> Result<(), DeskError> {
        let head = log.head()?.position;
        let shelves = &mut *self.0.borrow_mut();
        let is_continued = shelves.read_for == Some((day, law)) && shelves.position <= head;
        let behind = head.0.saturating_sub(shelves.position.0);
        if !is_continued || behind > CATCH_UP_MAX as u64 {
            *shelves = Shelves {
                position: head,
                read_for: Some((day, law)),
                ..Shelves::default()
            };
            return Ok(());
        }
        while shelves.position < head {
            let events = log.events(
                &Query::default(),
                shelves.position,
                Some(head),
                CATCH_UP_MAX,
            )?;
            let Some(last) = events.last().map(|event| event.position) else {
                return Err(DeskError::invariant("the log ends before its head"));
            };
            for event in &events {
                let recorded = projection::recorded(event).map_err(DeskError::invariant)?;
                for key in view::touched(&recorded.event) {
                    shelves.forget(&key);
                }
            }
            shelves.position = last;
        }
        if shelves.folders.len() > PERMITS_MAX || shelves.ledgers.len() > PERMITS_MAX {
            shelves.folders.clear();
            shelves.ledgers.clear();
        }
        if shelves.parties.len() > PERMITS_MAX {
            shelves.parties.clear();
        }
        Ok(())
    }

    /// Takes in an event of this write, after its append: folds it into the ledgers that are
    /// remembered, as the views are folded, and forgets what else it touches.
    pub(crate) fn take_in(&self, recorded: &Recorded) {
        let shelves = &mut *self.0.borrow_mut();
        for key in view::touched(&recorded.event) {
            let known = match key.noun {
                Noun::Ledger => shelves.ledgers.remove(&key.id).flatten(),
                _ => None,
            };
            let Some(ledger) = known else {
                shelves.forget(&key);
                continue;
            };
            let before = State::Ledger(Arc::unwrap_or_clone(ledger));
            // What cannot be folded is read again, and the register says what is wrong with it.
            if let Ok(State::Ledger(after)) = view::apply(&key, Some(before), recorded, None) {
                shelves.ledgers.insert(key.id, Some(Arc::new(after)));
            }
        }
        shelves.position = recorded.position;
    }

    /// The last event that the memory knows of.
    pub(crate) fn position(&self) -> Position {
        self.0.borrow().position
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.0.borrow_mut() = Shelves::default();
    }

    /// What is known of a permit.
    pub(crate) fn folder(
        &self,
        log: &dyn Reading,
        id: &PermitId,
        lens: Lens,
    ) -> Result<Option<Arc<Folder>>, DeskError> {
        if let Some(known) = self.0.borrow().folders.get(id) {
            return Ok(known.clone());
        }
        let read = Folder::read(self, log, id, lens)?.map(Arc::new);
        self.0.borrow_mut().folders.insert(id.clone(), read.clone());
        Ok(read)
    }

    /// What is known of parties.
    pub(crate) fn parties<'p>(
        &self,
        log: &dyn Reading,
        wanted: impl Iterator<Item = &'p PartyId>,
        lens: Lens,
    ) -> Result<BTreeMap<PartyId, PartyFacts>, DeskError> {
        let mut facts = BTreeMap::new();
        for id in wanted {
            let known = self.0.borrow().parties.get(id).cloned();
            let found = match known {
                Some(found) => found,
                None => {
                    let one = reading::party_facts(log, std::iter::once(id), lens)?;
                    let found = one.into_values().next();
                    let mut shelves = self.0.borrow_mut();
                    shelves.parties.insert(id.clone(), found.clone());
                    found
                }
            };
            facts.extend(found.map(|found| (id.clone(), found)));
        }
        Ok(facts)
    }

    /// The orders whose numbered lists are not complete: each may cover any permit.
    fn pending(&self, log: &dyn Reading) -> Result<Arc<Vec<OrderRecord>>, DeskError> {
        if let Some(known) = &self.0.borrow().pending {
            return Ok(Arc::clone(known));
        }
        let read = reading::all::<OrderRecord>(log, Some(("resolved", "pending")))?;
        let read = Arc::new(read);
        self.0.borrow_mut().pending = Some(Arc::clone(&read));
        Ok(read)
    }

    /// What is left of a line.
    pub(crate) fn ledger(
        &self,
        log: &dyn Reading,
        permit: &PermitId,
        line: LineNo,
    ) -> Result<Option<Arc<LineLedger>>, DeskError> {
        let key = view::ledger_key(permit, line).id;
        if let Some(known) = self.0.borrow().ledgers.get(&key) {
            return Ok(known.clone());
        }
        let read = reading::find::<LineLedger>(log, &key)?.map(Arc::new);
        self.0.borrow_mut().ledgers.insert(key, read.clone());
        Ok(read)
    }

    /// The person who holds the token of a digest.
    pub(crate) fn actor(
        &self,
        log: &dyn Reading,
        digest: &str,
        day: Day,
    ) -> Result<Option<Arc<Actor>>, DeskError> {
        if let Some(known) = self.0.borrow().actors.get(digest) {
            return Ok(known.clone());
        }
        let read = crate::officers::holder(log, digest, day)?.map(Arc::new);
        // A digest that nobody holds is not kept: anyone can send any number of them.
        if read.is_some() {
            let mut shelves = self.0.borrow_mut();
            shelves.actors.insert(digest.to_owned(), read.clone());
        }
        Ok(read)
    }

    /// Checks access, asking the policies once per person, roles and act.
    pub(crate) fn check_access(
        &self,
        actor: &Actor,
        action: &'static str,
        ask: impl FnOnce() -> Result<(), DeskError>,
    ) -> Result<(), DeskError> {
        let roles = actor.roles.iter().cloned().collect();
        let asked = (actor.officer.to_string(), roles, action);
        if self.0.borrow().allowed.contains(&asked) {
            return Ok(());
        }
        ask()?;
        self.0.borrow_mut().allowed.insert(asked);
        Ok(())
    }
}

impl Shelves {
    fn forget(&mut self, key: &view::Key) {
        match key.noun {
            Noun::Ledger => {
                self.ledgers.remove(&key.id);
            }
            Noun::Permit | Noun::Registration => match PermitId::new(&key.id) {
                Ok(id) => {
                    self.folders.remove(&id);
                }
                Err(_) => self.folders.clear(),
            },
            // An order may reach any permit, and a party may be named by any.
            Noun::Order | Noun::Party | Noun::Authority | Noun::RegimeFile => {
                self.folders.clear();
                self.parties.clear();
                self.pending = None;
            }
            Noun::Officer => {
                self.actors.clear();
                self.allowed.clear();
            }
            _ => {}
        }
    }
}
