//! A small world in memory: real events folded through `domain::view::evolve`, and the shape
//! `given(...).when(...).then(...)`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use domain::control_list::{EntryId, EntryTree};
use domain::country::Country;
use domain::event::{Event, Recorded};
use domain::facts::PartyFacts;
use domain::id::{CountryGroupId, OfficerId, PartyId};
use domain::item::LineNo;
use domain::ledger::LineLedger;
use domain::measure::OrderRecord;
use domain::permit::Permit;
use domain::policy::PolicyAnswer;
use domain::scope::Geography;
use domain::shipment::Shipment;
use domain::shipment::release::{Decision, Gate, ReserveShipment, release};
use domain::time::{Day, Instant, Position};
use domain::view::{FoldFault, Key, Noun, State, evolve};

/// What has happened: one or several events of one act.
pub type Step = Vec<Event>;

/// Everything folded so far, and the log behind it.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub states: BTreeMap<Key, State>,
    pub log: Vec<Recorded>,
    pub policies: BTreeMap<LineNo, PolicyAnswer>,
}

/// A world in which this has happened, in this order.
pub fn given(steps: impl IntoIterator<Item = Step>) -> World {
    let mut world = World::default();
    for event in steps.into_iter().flatten() {
        world.record(event);
    }
    world
}

impl World {
    /// Records one event at the next position.
    pub fn record(&mut self, event: impl Into<Event>) -> Position {
        self.try_record(event).expect("a sound log")
    }

    /// Records one event, or says why the log would not be sound.
    pub fn try_record(&mut self, event: impl Into<Event>) -> Result<Position, FoldFault> {
        let next = u64::try_from(self.log.len()).unwrap() + 1;
        let recorded = Recorded {
            position: Position(next),
            recorded_at: Instant(i64::try_from(next).unwrap() * 1_000_000),
            actor: OfficerId::new("OFF-CLERK").unwrap(),
            event: event.into(),
        };
        let states = &self.states;
        let mut load = |key: &Key| Ok::<_, FoldFault>(states.get(key).cloned());
        let changed = evolve(&recorded, &mut load)?;
        self.states.extend(changed);
        self.log.push(recorded);
        Ok(Position(next))
    }

    /// Records more on top.
    pub fn and(mut self, step: Step) -> Self {
        for event in step {
            self.record(event);
        }
        self
    }

    /// Asks for a decision.
    pub fn when<T, R>(&self, asks: impl FnOnce(&Self) -> Result<T, R>) -> Answer<T, R> {
        Answer(asks(self))
    }

    pub fn state(&self, noun: Noun, id: &str) -> &State {
        let key = Key::of(noun, id);
        self.states
            .get(&key)
            .unwrap_or_else(|| panic!("nothing is held of {key:?}"))
    }

    pub fn permit(&self, id: &str) -> &Permit {
        match self.state(Noun::Permit, id) {
            State::Permit(held) => held,
            other => panic!("not a permit: {other:?}"),
        }
    }

    pub fn shipment(&self, id: &str) -> &Shipment {
        match self.state(Noun::Shipment, id) {
            State::Shipment(held) => held,
            other => panic!("not a shipment: {other:?}"),
        }
    }

    /// The ledgers of a permit, by line.
    pub fn ledgers(&self, permit: &str) -> BTreeMap<LineNo, LineLedger> {
        let held = self.states.values().filter_map(|state| match state {
            State::Ledger(held) if held.permit.as_str() == permit => Some(held.clone()),
            _ => None,
        });
        held.map(|ledger| (ledger.line, ledger)).collect()
    }

    /// Every order ever signed.
    pub fn orders(&self) -> Vec<OrderRecord> {
        let held = self.states.values().filter_map(|state| match state {
            State::Order(held) => Some(held.clone()),
            _ => None,
        });
        held.collect()
    }

    /// The parties as the log knew them at a position.
    pub fn parties_at(&self, position: Position) -> BTreeMap<PartyId, PartyFacts> {
        let mut parties = BTreeMap::new();
        for recorded in self.log.iter().filter(|held| held.position <= position) {
            if let Event::PartyRecorded(e) = &recorded.event {
                let facts = &e.version.facts;
                parties.insert(
                    facts.id.clone(),
                    PartyFacts {
                        country: facts.country,
                        activities: facts.activities.clone(),
                        is_government: facts.is_government,
                    },
                );
            }
        }
        parties
    }

    /// Puts a declaration to the gate on a day.
    pub fn at_the_gate(&self, request: &ReserveShipment, today: Day) -> Decision {
        self.at_the_gate_knowing(request, today, &self.orders())
    }

    /// Puts a declaration to a gate that was handed only these orders.
    pub fn at_the_gate_knowing(
        &self,
        request: &ReserveShipment,
        today: Day,
        orders: &[OrderRecord],
    ) -> Decision {
        let permit = self
            .states
            .get(&Key::of(Noun::Permit, &request.permit))
            .map(|state| match state {
                State::Permit(held) => held,
                other => panic!("not a permit: {other:?}"),
            });
        let registered = match self
            .states
            .get(&Key::of(Noun::Registration, &request.permit))
        {
            Some(State::Registration(held)) => held.on(today),
            _ => BTreeSet::new(),
        };
        let now = Position(u64::MAX);
        let gate = Gate {
            permit,
            ledgers: &self.ledgers(request.permit.as_str()),
            parties: &self.parties_at(now),
            orders,
            parties_at: &|order| self.parties_at(order.position),
            registered: &registered,
            policies: &self.policies,
            tree: &ByNumber,
            world: &Alliance,
            today,
        };
        release(request, &gate).expect("a sound ledger")
    }
}

/// What a decision answered.
#[must_use]
pub struct Answer<T, R>(pub Result<T, R>);

impl<T: PartialEq + Debug, R: PartialEq + Debug> Answer<T, R> {
    /// It was granted, and exactly so.
    #[track_caller]
    pub fn then(self, expected: T) {
        assert_eq!(self.0, Ok(expected));
    }

    /// It was refused, for exactly this.
    #[track_caller]
    pub fn refused(self, expected: R) {
        assert_eq!(self.0, Err(expected));
    }

    /// It was granted; what matters of it is said by the caller.
    #[track_caller]
    pub fn granted(self) -> T {
        self.0.expect("granted")
    }
}

/// A tree that reads an entry's place from its number: `2-15.d` lies within `2-15` and within `2`.
pub struct ByNumber;

impl EntryTree for ByNumber {
    fn lies_within(&self, entry: &EntryId, branch: &EntryId) -> bool {
        let below = entry.code().strip_prefix(branch.code());
        entry.list() == branch.list()
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    }
}

/// One country group, `ALLIANCE`: Germany and Italy.
pub struct Alliance;

impl Geography for Alliance {
    fn is_in(&self, country: Country, group: &CountryGroupId) -> bool {
        group.as_str() == "ALLIANCE" && ["DE", "IT"].contains(&country.as_str())
    }
}
