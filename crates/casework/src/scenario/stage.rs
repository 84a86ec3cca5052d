//! The stage of a run: a desk on a moved clock, officers, and the order of the day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use domain::event::{AuthorityEstablished, Limits};
use domain::id::{DialogueId, MeasureId, OfficeId, OfficerId, OrderId, PartyId, ReviewId};
use domain::language::Bilingual;
use domain::time::{Calendar, Day, Instant};
use intake::scenario::{EventSpec, Number, Place, Scenario};
use register::{Digest, Store};

use super::{Played, Row, Stopped};
use crate::actor::Actor;
use crate::answer::DeskError;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::officers::Appoint;

/// A clock that the file moves; random bytes follow from a seed, so that a run can be repeated.
#[derive(Debug)]
pub struct MovedClock {
    now: AtomicI64,
    drawn: AtomicU64,
    seed: [u8; 32],
    calendar: Calendar,
}

impl MovedClock {
    /// A clock at nine in the morning of a day, in a calendar.
    #[must_use]
    pub fn at(calendar: Calendar, day: Day, seed: [u8; 32]) -> Self {
        Self {
            now: AtomicI64::new(calendar.start_of(day).plus_minutes(9 * 60).0),
            drawn: AtomicU64::new(0),
            seed,
            calendar,
        }
    }

    /// Moves to nine in the morning of a later day.
    pub fn move_to(&self, day: Day) {
        let then = self.calendar.start_of(day).plus_minutes(9 * 60).0;
        self.now.fetch_max(then, Ordering::SeqCst);
    }
}

/// The clock as the desk holds it and the stage moves it.
pub(super) struct Held(pub(super) Arc<MovedClock>);

impl Clock for Held {
    fn now(&self) -> Instant {
        // Every reading is a second later: acts of one day have an order in time.
        Instant(self.0.now.fetch_add(1_000_000, Ordering::SeqCst))
    }

    fn today(&self) -> Day {
        let now = Instant(self.0.now.load(Ordering::SeqCst));
        self.0.calendar.day_in_range(now)
    }

    fn entropy(&self) -> [u8; 32] {
        let drawn = self.0.drawn.fetch_add(1, Ordering::SeqCst);
        let mut bytes = self.0.seed.to_vec();
        bytes.extend_from_slice(&drawn.to_be_bytes());
        Digest::of(&bytes).0
    }
}

/// Who acts in a case.
pub(super) struct Officers {
    pub operator: Actor,
    pub licensing: Actor,
    pub deciding: Actor,
    pub minister: Actor,
    pub customs: Actor,
    pub monitor: Actor,
    pub exporter: Actor,
    pub consulted: Actor,
}

/// What was seen of a permit on a day, to be seen again at the end.
pub(super) struct Seen {
    pub lens: crate::reading::Lens,
    pub permit: domain::id::PermitId,
    pub standing: Option<domain::permit::standing::Standing>,
    pub n: String,
}

/// What an event made, for expectations and for later events.
#[derive(Default)]
pub(super) struct Made {
    pub measures: Vec<MeasureId>,
    pub orders: Vec<OrderId>,
    pub review: Option<ReviewId>,
    pub dialogue: Option<DialogueId>,
    pub assurance: Option<domain::id::AssuranceId>,
    pub evidence: Option<domain::id::EvidenceId>,
    pub finding: Option<domain::id::FindingId>,
    pub breach: Option<domain::id::FindingId>,
    pub unit: Option<domain::id::UnitId>,
    pub decision: Option<domain::id::DecisionId>,
    pub shipment: Option<domain::id::ShipmentId>,
    /// The register refused the act.
    pub is_refused: bool,
    pub reached: Option<u64>,
    pub members: BTreeSet<String>,
    pub needed_reason: Option<bool>,
    pub kind: String,
}

/// The stage.
pub(super) struct Stage<'s> {
    pub scenario: &'s Scenario,
    pub desk: Desk,
    pub clock: Arc<MovedClock>,
    pub officers: Officers,
    pub made: BTreeMap<Number, Made>,
    pub rows: Vec<Row>,
    pub seen: Vec<Seen>,
    pub screened: BTreeSet<PartyId>,
    pub dialogues: BTreeMap<String, DialogueId>,
    pub customs_office: OfficeId,
    /// Where in the file stands what is being done or looked at.
    pub at: Place,
    /// How applications stood before the event under way.
    pub last_pending: BTreeMap<String, String>,
}

/// What happens on one day, in the order within the day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Permit(usize, String),
    Application(usize),
    Event(usize, Part),
    Expect(usize, usize),
}

/// Which part of an event that lasts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Whole,
    Begin,
    End,
}

pub(super) fn mistaken(scenario: &str, n: &str, says: impl std::fmt::Display) -> DeskError {
    DeskError::mistaken(format!("{scenario} event {n}"), says)
}

impl<'s> Stage<'s> {
    pub(super) fn set(
        scenario: &'s Scenario,
        store: Box<dyn Store>,
        entropy: [u8; 32],
    ) -> Result<Self, DeskError> {
        if store.read()?.head()?.position.0 != 0 {
            return Err(DeskError::mistaken(
                "store",
                "a scenario is played in an empty store: this one has events in it",
            ));
        }
        let begins = first_day(scenario)?;
        let given = scenario
            .authority
            .as_ref()
            .and_then(|held| held.calendar.clone());
        let calendar = given
            .or_else(|| Calendar::shipped(&scenario.jurisdiction))
            .unwrap_or_default();
        let clock = Arc::new(MovedClock::at(calendar, begins, entropy));
        let desk = Desk::open(store, Box::new(Held(Arc::clone(&clock))))?;
        let officers = appoint(&desk, scenario, begins)?;
        let customs_office =
            OfficeId::new("OFC-1").map_err(|m| DeskError::invariant(m.to_string()))?;
        let mut stage = Self {
            scenario,
            desk,
            clock,
            officers,
            made: BTreeMap::new(),
            rows: Vec::new(),
            seen: Vec::new(),
            screened: BTreeSet::new(),
            dialogues: BTreeMap::new(),
            customs_office,
            at: Place::default(),
            last_pending: BTreeMap::new(),
        };
        stage.bring_law(begins)?;
        stage.bring_parties(begins)?;
        stage.bring_catalogue(begins)?;
        Ok(stage)
    }

    pub(super) fn play(mut self) -> Result<(Played, Desk), Stopped> {
        match self.play_turns() {
            Ok(ended_on) => Ok(self.tell(ended_on)),
            Err(cause) => Err(Stopped { at: self.at, cause }),
        }
    }

    /// Plays every turn. Gives the last day.
    fn play_turns(&mut self) -> Result<Day, DeskError> {
        let mut turns = self.turns()?;
        turns.sort();
        let mut ended_on = self.desk.clock().today();
        for (day, turn) in turns {
            self.clock.move_to(day);
            ended_on = day;
            self.at = self.place_of(&turn);
            self.desk.tick(&self.officers.operator)?;
            match turn {
                Turn::Permit(index, id) => {
                    let plain = super::licensing::Decided::default();
                    self.issue_permit(index, &id, &plain).map(drop)?;
                }
                Turn::Application(index) => self.submit(index)?,
                Turn::Event(index, part) => self.event(index, part)?,
                Turn::Expect(index, which) => self.expect(index, which)?,
            }
        }
        self.at = Place::default();
        self.look_again()?;
        Ok(ended_on)
    }

    /// Where the cause of a turn stands in the file.
    fn place_of(&self, turn: &Turn) -> Place {
        let case = self.scenario;
        let at = match turn {
            Turn::Permit(index, _) => case.permits.get(*index).map(|held| &held.at),
            Turn::Application(index) => case.applications.get(*index).map(|held| &held.at),
            Turn::Event(index, _) | Turn::Expect(index, _) => {
                case.events.get(*index).map(|held| &held.at)
            }
        };
        at.map(|at| at.here).unwrap_or_default()
    }

    fn tell(self, ended_on: Day) -> (Played, Desk) {
        let missed = self
            .rows
            .iter()
            .filter(|row| row.agrees == Some(false))
            .count();
        let met = self
            .rows
            .iter()
            .filter(|row| row.agrees == Some(true))
            .count();
        let basis = self.scenario.events.iter().filter_map(|event| {
            Some((
                event.n.0.clone(),
                format!("{:?}", event.basis?).to_lowercase(),
            ))
        });
        let played = Played {
            scenario: self.scenario.scenario.clone(),
            is_synthetic: self.scenario.synthetic,
            met: u64::try_from(met).unwrap_or(u64::MAX),
            missed: u64::try_from(missed).unwrap_or(u64::MAX),
            ended_on,
            basis: basis.collect(),
            rows: self.rows,
        };
        (played, self.desk)
    }

    /// Every turn with its day.
    fn turns(&self) -> Result<Vec<(Day, Turn)>, DeskError> {
        let mut turns = Vec::new();
        let by_event: BTreeSet<String> = self
            .scenario
            .events
            .iter()
            .filter(|event| event.kind == "permit_issued")
            .flat_map(|event| event.ids.iter().flat_map(|id| super::cast::numbers(id)))
            .collect();
        let begins = first_day(self.scenario)?;
        for (index, permit) in self.scenario.permits.iter().enumerate() {
            for id in super::cast::numbers(&permit.id) {
                if !by_event.contains(&id) {
                    let day = super::cast::issue_day(permit, begins)?;
                    turns.push((day, Turn::Permit(index, id)));
                }
            }
        }
        for (index, application) in self.scenario.applications.iter().enumerate() {
            turns.push((application.received.day, Turn::Application(index)));
        }
        for (index, event) in self.scenario.events.iter().enumerate() {
            let (first, last) = days(self.scenario, event)?;
            match last {
                Some(last) => {
                    turns.push((first, Turn::Event(index, Part::Begin)));
                    turns.push((last, Turn::Event(index, Part::End)));
                }
                None => turns.push((first, Turn::Event(index, Part::Whole))),
            }
            for (which, expected) in event.expect.iter().flat_map(|many| many.list()).enumerate() {
                let own = last.unwrap_or(first);
                let day = expected.day.map_or(own, |when| when.day);
                turns.push((day, Turn::Expect(index, which)));
            }
        }
        Ok(turns)
    }

    pub(super) fn row(&mut self, n: &str, what: Bilingual, reached: Bilingual) {
        self.rows.push(Row {
            day: self.desk.clock().today(),
            at: self.at,
            n: n.to_owned(),
            what,
            reached,
            expected: Bilingual::default(),
            found: Bilingual::default(),
            agrees: None,
        });
    }

    pub(super) fn expected(
        &mut self,
        n: &str,
        what: Bilingual,
        expected: Bilingual,
        found: Bilingual,
    ) {
        self.rows.push(Row {
            day: self.desk.clock().today(),
            at: self.at,
            n: n.to_owned(),
            what,
            reached: Bilingual::default(),
            agrees: Some(expected.en == found.en),
            expected,
            found,
        });
    }
}

/// The days of an event: its own, or its first and last.
pub(super) fn days(
    scenario: &Scenario,
    event: &EventSpec,
) -> Result<(Day, Option<Day>), DeskError> {
    let last = match (&event.from, &event.to) {
        (Some(_), Some(text)) => {
            let when = intake::scenario::When::parse(text)
                .map_err(|mistake| mistaken(&scenario.scenario, &event.n.0, mistake))?;
            Some(when.day)
        }
        _ => None,
    };
    let first = event.effective.or(event.from).ok_or_else(|| {
        mistaken(
            &scenario.scenario,
            &event.n.0,
            "expected `effective`, or `from` and `to`",
        )
    })?;
    Ok((first.day, last))
}

/// The first day of a case: as stated, else the earliest in the file, else a month before.
fn first_day(scenario: &Scenario) -> Result<Day, DeskError> {
    if let Some(begins) = scenario.begins {
        return Ok(begins.day);
    }
    let mut earliest: Option<Day> = None;
    let mut take = |day: Day| earliest = Some(earliest.map_or(day, |held| held.min(day)));
    for event in &scenario.events {
        take(days(scenario, event)?.0);
    }
    for application in &scenario.applications {
        take(application.received.day);
    }
    for permit in &scenario.permits {
        if let Some(day) = permit
            .issued
            .as_deref()
            .and_then(|text| intake::scenario::When::parse(text).ok())
        {
            take(day.day);
        }
    }
    let day = earliest.ok_or_else(|| DeskError::mistaken("events", "expected at least one"))?;
    Ok(day.plus_months(-1))
}

fn appoint(desk: &Desk, scenario: &Scenario, day: Day) -> Result<Officers, DeskError> {
    let invariant = |m: domain::id::IdMistake| DeskError::invariant(m.to_string());
    let operator = Actor::operator().map_err(invariant)?;
    establish(desk, scenario, &operator)?;
    let one = |id: &str, name: &str, roles: &[&str], office: Option<&str>| {
        let officer = OfficerId::new(id).map_err(invariant)?;
        desk.appoint(
            &operator,
            &Appoint {
                officer: officer.clone(),
                name: format!("{name} (synthetic)"),
                roles: roles.iter().map(|&role| role.to_owned()).collect(),
                office: office.map(OfficeId::new).transpose().map_err(invariant)?,
                party: None,
                effective_from: day,
                compartments: [].into(),
                wants_token: false,
            },
        )?;
        desk.actor_of(&officer)
    };
    Ok(Officers {
        licensing: one("OFF-LICENSING-1", "Licensing officer", &["licensing"], None)?,
        deciding: one("OFF-DECIDING-1", "Deciding officer", &["deciding"], None)?,
        minister: one("OFF-MINISTER", "Minister", &["minister"], None)?,
        customs: one(
            "OFF-CUSTOMS-1",
            "Customs officer",
            &["customs"],
            Some("OFC-1"),
        )?,
        monitor: one("OFF-MONITOR-1", "End-use monitor", &["monitor"], None)?,
        exporter: one(
            "OFF-EXPORTERS",
            "Exporters of the case",
            &["exporter"],
            None,
        )?,
        consulted: one(
            "OFF-CONSULTED",
            "Consulted bodies of the case",
            &["consulted"],
            None,
        )?,
        operator,
    })
}

/// Establishes the authority of the case, or Canada's.
fn establish(desk: &Desk, scenario: &Scenario, operator: &Actor) -> Result<(), DeskError> {
    let spec = scenario.authority.as_ref();
    let (name, word, verbs, powers) = match spec {
        Some(held) => (
            held.name.both(),
            held.permit_word.both(),
            held.verbs
                .iter()
                .map(|(kind, words)| (kind.clone(), words.both()))
                .collect(),
            held.powers.clone(),
        ),
        None => (
            Bilingual::new(
                "Minister of Foreign Affairs",
                "ministre des Affaires étrangères",
            ),
            Bilingual::new("permit", "licence"),
            BTreeMap::new(),
            BTreeMap::new(),
        ),
    };
    desk.establish(
        operator,
        &AuthorityEstablished {
            jurisdiction: scenario.jurisdiction.clone(),
            name,
            verbs,
            powers,
            permit_word: word,
            calendar: spec.and_then(|held| held.calendar.clone()),
            limits: Limits {
                reservation_minutes: spec.and_then(|held| held.reservation_minutes),
                stop_acknowledge_minutes: spec.and_then(|held| held.stop_acknowledge_minutes),
            },
        },
    )?;
    Ok(())
}
