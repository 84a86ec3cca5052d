//! Clients that reserve and officers that order, all at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use casework::gate::{GateAnswer, ReleaseRequest, Turnstile, Who};
use casework::{Actor, Desk, DeskError, Done, Fault};
use domain::id::{OfficeId, ShipmentId};
use domain::shipment::confirm_exit::ConfirmExit;
use domain::shipment::{RestoreCause, Shipment};
use domain::time::Day;
use serde_json::json;

use crate::draw::Draw;
use crate::http::{self, Request};
use crate::journal::{Asked, Journal, Told};
use crate::orders::{Officer, Officers};
use crate::serving::Servers;
use crate::town::{self, Size};

/// How often a client asks again before it gives up: a minute and more.
const ASKED_AGAIN_MAX: u32 = 1_500;

/// How much is done, and by how many.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// From which everything is drawn.
    pub seed: u64,
    /// The world.
    pub size: Size,
    /// Clients that reserve through the turnstile.
    pub at_turnstile: u64,
    /// Clients that reserve at the desk, in a commit of their own each.
    pub at_desk: u64,
    /// Officers that order.
    pub officers: u64,
    /// Requests of each client.
    pub requests: u64,
    /// Decisions of each officer.
    pub decisions: u64,
    /// The day that clients and officers write on what they do.
    pub today: Day,
}

/// The way through the gate.
#[derive(Clone)]
pub enum Gate {
    /// Many in one commit.
    Turnstile(Arc<Turnstile>),
    /// Each in a commit of its own.
    Desk(Arc<Desk>),
    /// Over HTTP, to whichever server is next.
    Served(Arc<Servers>),
}

/// Reads an answer of the gate.
pub fn told(outcome: Result<Done<GateAnswer>, DeskError>) -> Told {
    let done = match outcome {
        Ok(done) => done,
        Err(error) => return untold(&error),
    };
    let at = done.events.unwrap().1.0;
    let is_repeat = done.is_repeat;
    match done.what {
        GateAnswer::Released {
            shipment,
            stopped_since,
            ..
        } => Told::Go {
            shipment: shipment.to_string(),
            at,
            is_repeat,
            stopped_since: stopped_since.iter().map(ToString::to_string).collect(),
        },
        GateAnswer::Refused { .. } => Told::Stop { at, is_repeat },
    }
}

/// Reads why there was no answer. Who was turned away at the door knows that nothing was done.
pub fn untold(error: &DeskError) -> Told {
    let because = format!("{error}");
    match error {
        DeskError::Faulty(Fault::Busy) => Told::No { because },
        DeskError::Faulty(_) => Told::Unknown { because },
        _ => Told::No { because },
    }
}

impl Gate {
    /// Asks to reserve, and waits for the answer.
    pub fn reserve(&self, who: &Actor, body: &ReleaseRequest, key: &str) -> Told {
        match self {
            Self::Desk(desk) => told(desk.reserve(who, body, key)),
            Self::Turnstile(turnstile) => {
                let (answer, answers) = channel();
                let who = Who::Actor(who.clone());
                turnstile.reserve(who, body.clone(), key, move |outcome| {
                    let _ = answer.send(told(outcome));
                });
                answers.recv().unwrap()
            }
            Self::Served(servers) => http::told(servers.call(&Request {
                path: "gate/reserve",
                token: &servers.tokens.customs,
                key: Some(key),
                body: serde_json::to_value(body).unwrap(),
            })),
        }
    }

    /// Whether whoever got no answer can ask again here; waits a moment before.
    pub fn asks_again(&self) -> bool {
        match self {
            Self::Served(servers) => {
                servers.pause();
                true
            }
            Self::Desk(_) | Self::Turnstile(_) => false,
        }
    }

    fn move_on(&self, (who, today): (&Actor, Day), shipment: &ShipmentId, leaves: bool) -> Told {
        let (answer, answers) = channel();
        let say = move |outcome: Result<Done<Shipment>, DeskError>| {
            let _ = answer.send(match outcome {
                Err(error) => untold(&error),
                Ok(done) => {
                    let (first, last) = done.events.unwrap();
                    Told::Done {
                        first: first.0,
                        last: last.0,
                    }
                }
            });
        };
        let report = ConfirmExit {
            amounts: BTreeMap::new(),
            on: today,
            is_partial: false,
            serials: Vec::new(),
        };
        let all = BTreeMap::new();
        match self {
            Self::Desk(desk) if leaves => say(desk.confirm_exit(who, shipment, &report)),
            Self::Desk(desk) => say(desk.restore(who, shipment, &all, RestoreCause::GivenUp)),
            Self::Turnstile(turnstile) => {
                let who = Who::Actor(who.clone());
                let id = shipment.clone();
                match leaves {
                    true => turnstile.confirm_exit(who, id, (report, None), say),
                    false => turnstile.restore(who, id, (all, RestoreCause::GivenUp, None), say),
                }
            }
            Self::Served(servers) => {
                let (verb, body) = match leaves {
                    true => ("confirm", json!({ "on": today.to_string() })),
                    false => ("restore", json!({ "because": "given-up" })),
                };
                return http::done(servers.call(&Request {
                    path: &format!("shipments/{shipment}/{verb}"),
                    token: &servers.tokens.customs,
                    key: None,
                    body,
                }));
            }
        }
        answers.recv().unwrap()
    }
}

/// Runs the load to its end. Journals go to `folder`; `name` tells this process from others.
pub fn run(desk: &Arc<Desk>, load: &Load, folder: &Path, name: &str) {
    let turnstile = Arc::new(Turnstile::open(Arc::clone(desk)).unwrap());
    let gate = |client: u64| match client < load.at_turnstile {
        true => Gate::Turnstile(Arc::clone(&turnstile)),
        false => Gate::Desk(Arc::clone(desk)),
    };
    run_by(&gate, &Officers::of(desk), load, folder, name);
    Officers::of(desk).settle();
}

/// Runs the load to its end: each client through its gate, and with these officers.
pub fn run_by(
    gate: &dyn Fn(u64) -> Gate,
    officers: &Officers<'_>,
    load: &Load,
    folder: &Path,
    name: &str,
) {
    std::thread::scope(|scope| {
        for client in 0..load.at_turnstile + load.at_desk {
            let gate = gate(client);
            let name = format!("{name}-client-{client}");
            let mut client = Client::new(gate, load, folder, &name);
            let work = move || (0..load.requests).for_each(|_| client.step());
            let builder = std::thread::Builder::new().name(name);
            builder.spawn_scoped(scope, work).unwrap();
        }
        for officer in 0..load.officers {
            let name = format!("{name}-officer-{officer}");
            let mut officer = Officer::new(officers.clone(), load, folder, &name);
            let work = move || (0..load.decisions).for_each(|_| officer.step());
            let builder = std::thread::Builder::new().name(name);
            builder.spawn_scoped(scope, work).unwrap();
        }
    });
}

/// Runs the load one step at a time, in an order that follows from the seed: the same seed makes
/// the same log, however many servers take the steps.
pub fn run_in_turns(desks: &[Arc<Desk>], load: &Load, folder: &Path) {
    let mut clients: Vec<Client> = (0..load.at_turnstile)
        .zip(desks.iter().cycle())
        .map(|(n, desk)| {
            let gate = Gate::Desk(Arc::clone(desk));
            Client::new(gate, load, folder, &format!("client-{n}"))
        })
        .collect();
    let mut officers: Vec<Officer<'_>> = (0..load.officers)
        .zip(desks.iter().cycle())
        .map(|(n, desk)| Officer::new(Officers::of(desk), load, folder, &format!("officer-{n}")))
        .collect();
    let mut draw = Draw::of(load.seed, "turns", 0);
    for _ in 0..load.requests * load.at_turnstile {
        match draw.below(6) {
            0 => town::pick_mut(&mut draw, &mut officers).step(),
            _ => town::pick_mut(&mut draw, &mut clients).step(),
        }
    }
    Officers::of(&desks[0]).settle();
}

/// One client: new declarations, its own again, its own key for something else, and keys that
/// every client uses at about the same time.
struct Client {
    gate: Gate,
    load: Load,
    name: String,
    who: Actor,
    draw: Draw,
    journal: Journal,
    past: Vec<(String, ReleaseRequest)>,
    steps: u64,
}

impl Client {
    fn new(gate: Gate, load: &Load, folder: &Path, name: &str) -> Self {
        Self {
            gate,
            load: *load,
            name: name.to_owned(),
            who: town::actor("OFF-CUSTOMS", "customs"),
            draw: Draw::of(load.seed, name, 0),
            journal: Journal::open(folder, name),
            past: Vec::new(),
            steps: 0,
        }
    }

    fn wanted(&mut self) -> (String, ReleaseRequest) {
        let (seed, size) = (self.load.seed, self.load.size);
        match self.draw.below(20) {
            0 | 1 if !self.past.is_empty() => town::pick(&mut self.draw, &self.past).clone(),
            2 if !self.past.is_empty() => {
                let (key, mut body) = town::pick(&mut self.draw, &self.past).clone();
                body.lodged.office = OfficeId::new("OFC-2").unwrap();
                (key, body)
            }
            3 | 4 => {
                let shared = self.steps / 4;
                let key = format!("all-{shared}");
                let body = town::request(&mut Draw::of(seed, "all", shared), size, &key);
                (key, body)
            }
            _ => {
                let key = format!("{}-{}", self.name, self.steps);
                let body = town::request(&mut self.draw, size, &key);
                self.past.push((key.clone(), body.clone()));
                (key, body)
            }
        }
    }

    fn step(&mut self) {
        let (key, body) = self.wanted();
        self.steps += 1;
        let asked = Asked::Reserve {
            key: key.clone(),
            body: serde_json::to_value(&body).unwrap(),
        };
        let (gate, who, today) = (&self.gate, &self.who, self.load.today);
        let reserve = || gate.reserve(who, &body, &key);
        let mut told = self.journal.call(asked.clone(), reserve);
        for _ in 0..ASKED_AGAIN_MAX {
            if !matches!(told, Told::Unknown { .. }) || !gate.asks_again() {
                break;
            }
            told = self.journal.call(asked.clone(), reserve);
        }
        let Told::Go { shipment, .. } = told else {
            return;
        };
        // Much comes back, so that there is something to take until the end.
        let next = self.draw.below(10);
        if next < 6 {
            let id = ShipmentId::new(&shipment).unwrap();
            let asked = Asked::Move { shipment };
            self.journal
                .call(asked, || gate.move_on((who, today), &id, next < 2));
        }
    }
}
