//! Officers that suspend by scope and by number, stop uses, stop in an emergency, order for a later
//! day, reinstate, and make and lift policy measures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use casework::measures::SignedDecision;
use casework::{Actor, Desk, Done};
use domain::control_list::EntryId;
use domain::country::Country;
use domain::facts::LineRef;
use domain::id::{DecisionId, Ground, MeasureId, OrderId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::measure::sign::Hand;
use domain::measure::{
    Clearance, Draft, Instrument, Order, OrderKind, PolicyMeasure, Rule, Selection, Text,
};
use domain::policy::Effect;
use domain::scope::{Place, Scope};
use domain::time::{Day, Period};
use serde_json::json;

use crate::draw::Draw;
use crate::http::{self, Answer, Request};
use crate::journal::{Asked, Journal, Told};
use crate::load::{self, Load};
use crate::serving::Servers;
use crate::town;

/// One officer who proposes and one who signs.
#[derive(Clone)]
pub struct Officers<'a> {
    desk: &'a Desk,
    /// Over HTTP, where there is one; the desk is then only read.
    served: Option<Arc<Servers>>,
    proposes: Actor,
    signs: Actor,
}

/// What an officer has made and not ended yet.
#[derive(Default)]
struct Open {
    orders: Vec<OrderId>,
    measures: Vec<MeasureId>,
}

impl<'a> Officers<'a> {
    /// The officers of a desk.
    pub fn of(desk: &'a Desk) -> Self {
        Self {
            desk,
            served: None,
            proposes: town::actor("OFF-LICENSING", "licensing"),
            signs: town::actor("OFF-DECIDING", "deciding"),
        }
    }

    /// The officers of a register that is served, who look things up at a desk.
    pub fn served(desk: &'a Desk, servers: &Arc<Servers>) -> Self {
        Self {
            served: Some(Arc::clone(servers)),
            ..Self::of(desk)
        }
    }

    /// Proposes a decision; none when it is not known to be proposed.
    pub fn propose(&self, draft: Draft) -> Option<DecisionId> {
        let Some(servers) = &self.served else {
            let proposed = self.desk.propose(&self.proposes, draft).ok()?;
            return Some(proposed.what.decision);
        };
        let mut body = serde_json::to_value(&draft).unwrap();
        body.as_object_mut().unwrap().remove("previews");
        let answer = servers.call(&Request {
            path: "decisions",
            token: &servers.tokens.licensing,
            key: None,
            body,
        });
        matches!(answer, Ok(Answer { status: 200, .. })).then_some(draft.id)
    }

    /// Writes the lists of numbers that are missing. Who fails leaves it to the next.
    pub fn settle(&self) {
        let Some(servers) = &self.served else {
            let _ = self.desk.settle(&self.signs);
            return;
        };
        let _ = servers.call(&Request {
            path: "orders/settle",
            token: &servers.tokens.deciding,
            key: None,
            body: json!({}),
        });
    }

    /// Signs a decision.
    pub fn sign(&self, decision: &DecisionId, hand: Hand) -> Told {
        if let Some(servers) = &self.served {
            return http::done(servers.call(&Request {
                path: &format!("decisions/{decision}/sign"),
                token: &servers.tokens.deciding,
                key: None,
                body: json!({ "emergency": hand == Hand::Emergency }),
            }));
        }
        match self.desk.sign(&self.signs, decision, hand) {
            Ok(done) => told(&done),
            Err(error) => load::untold(&error),
        }
    }
}

fn told(done: &Done<SignedDecision>) -> Told {
    let (first, last) = done.events.unwrap();
    Told::Done {
        first: first.0,
        last: last.0,
    }
}

/// One pair of officers at work.
pub struct Officer<'a> {
    officers: Officers<'a>,
    load: Load,
    name: String,
    draw: Draw,
    journal: Journal,
    open: Open,
    steps: u64,
}

impl<'a> Officer<'a> {
    /// An officer with a journal in `folder`.
    pub fn new(officers: Officers<'a>, load: &Load, folder: &Path, name: &str) -> Self {
        Self {
            officers,
            load: *load,
            name: name.to_owned(),
            draw: Draw::of(load.seed, name, 0),
            journal: Journal::open(folder, name),
            open: Open::default(),
            steps: 0,
        }
    }

    /// Makes the next decision.
    pub fn step(&mut self) {
        let id = format!("{}-{}", self.name, self.steps).to_uppercase();
        self.steps += 1;
        let mut draft = empty(&id, self.load.today);
        let open = self.open.orders.len();
        if open >= 2 || (open > 0 && self.draw.per_mille(400)) {
            let ended = self.open.orders.remove(0);
            self.officers.settle();
            let order = reinstatement(self.officers.desk, &id, &ended, self.load.today);
            draft.orders.extend(order);
            self.decide(draft, Hand::Second);
        } else if self.draw.per_mille(150) {
            policy(&mut draft, &id, &mut self.open);
            self.decide(draft, Hand::Second);
        } else {
            let (order, hand) = suspension(&mut self.draw, &self.load, &id);
            let order_id = order.id.clone();
            draft.orders.push(order);
            if self.decide(draft, hand) {
                self.open.orders.push(order_id);
            }
        }
    }

    /// Proposes and signs, and writes down the signature; the list follows at once, or later by
    /// another hand. True when the signature is known to be done.
    fn decide(&mut self, draft: Draft, hand: Hand) -> bool {
        let orders = draft.orders.iter().map(|order| order.id.to_string());
        let orders = orders.collect();
        let officers = &self.officers;
        let Some(decision) = officers.propose(draft) else {
            return false;
        };
        let asked = Asked::Sign { orders };
        let told = self.journal.call(asked, || officers.sign(&decision, hand));
        if self.draw.per_mille(700) {
            officers.settle();
        }
        matches!(told, Told::Done { .. })
    }
}

/// A suspension: by scope or by number, of lines or of a use, now or later, by two hands or one.
fn suspension(draw: &mut Draw, load: &Load, id: &str) -> (Order, Hand) {
    let permit = |draw: &mut Draw| town::permit(draw.below(load.size.permits));
    let selection = match draw.below(5) {
        0 => Selection::Scope {
            scope: Scope::Country {
                at: Place::Destination,
                is: Country::new(town::pick::<&str>(draw, &["US", "GB"])).unwrap(),
            },
        },
        1 => Selection::Scope {
            scope: Scope::All(vec![
                Scope::Entry(
                    EntryId::of("GUIDE", "2020", town::pick::<&str>(draw, &["2-1", "2-6"]))
                        .unwrap(),
                ),
                Scope::Not(Box::new(Scope::Permits(vec![permit(draw)]))),
            ]),
        },
        2 => Selection::Named {
            permits: BTreeSet::from([permit(draw), permit(draw)]),
            lines: BTreeSet::new(),
        },
        3 => Selection::Scope {
            scope: Scope::Permits(vec![permit(draw), permit(draw)]),
        },
        _ => Selection::Named {
            permits: BTreeSet::new(),
            lines: BTreeSet::from([LineRef {
                permit: permit(draw),
                line: LineNo(u32::try_from(1 + draw.below(2)).unwrap()),
            }]),
        },
    };
    let mut order = suspend(id, selection, load.today);
    if draw.per_mille(200) {
        order.use_scope = Some(Scope::Country {
            at: Place::Destination,
            is: Country::new("GB").unwrap(),
        });
    }
    if draw.per_mille(200) {
        order.instrument.effective.from = load.today.plus_days(1);
    }
    let hand = match draw.per_mille(250) {
        true => Hand::Emergency,
        false => Hand::Second,
    };
    (order, hand)
}

/// A suspension that binds at once.
pub fn suspend(id: &str, selection: Selection, today: Day) -> Order {
    order(id, OrderKind::Suspend, selection, today)
}

fn order(id: &str, kind: OrderKind, selection: Selection, today: Day) -> Order {
    Order {
        id: OrderId::new(&format!("ORD-{id}")).unwrap(),
        kind,
        verb: Bilingual::new("order", "arrêté"),
        selection,
        use_scope: None,
        instrument: instrument("EIPA:10(1)", SourceKind::Statute, today),
        ends: BTreeSet::new(),
        new_terms: BTreeMap::new(),
        from_review: None,
        stops_expiry: false,
        conditions: Vec::new(),
    }
}

/// Ends an order on all that its written list names; none where nothing was reached.
fn reinstatement(desk: &Desk, id: &str, ended: &OrderId, today: Day) -> Option<Order> {
    let record = desk.order(ended).unwrap()?;
    let selection = match record.order.selection {
        selection @ Selection::Named { .. } => selection,
        Selection::Scope { .. } => {
            let lines = lines_of(desk, ended);
            if lines.is_empty() {
                return None;
            }
            Selection::Named {
                permits: BTreeSet::new(),
                lines,
            }
        }
    };
    let mut order = order(id, OrderKind::Reinstate, selection, today);
    order.ends = BTreeSet::from([ended.clone()]);
    Some(order)
}

/// The lines that an order covers, as each permit says.
fn lines_of(desk: &Desk, order: &OrderId) -> BTreeSet<LineRef> {
    let lens = desk.now().unwrap();
    let mut lines = BTreeSet::new();
    for id in desk.order_permits(order).unwrap() {
        let permit = desk.permit(&id, lens).unwrap().unwrap();
        let covering = permit.coverings.iter().find(|held| held.order == *order);
        lines.extend(covering.unwrap().lines.iter().map(|line| LineRef {
            permit: id.clone(),
            line: *line,
        }));
    }
    lines
}

/// Makes a policy measure, or lifts the one made before: neither moves anything at the gate.
fn policy(draft: &mut Draft, id: &str, open: &mut Open) {
    if let Some(lifted) = open.measures.pop() {
        draft.lifts.insert(lifted);
        return;
    }
    let measure = MeasureId::new(&format!("MSR-{id}")).unwrap();
    open.measures.push(measure.clone());
    draft.policies.push(PolicyMeasure {
        id: measure,
        instrument: instrument("NTE:992", SourceKind::Policy, draft.effective_from),
        text: Text::Rules {
            rules: vec![Rule {
                effect: Effect::PresumeDenial,
                scope: Scope::Country {
                    at: Place::Anywhere,
                    is: Country::new("US").unwrap(),
                },
                exceptions: Vec::new(),
                cleared_by: Clearance::ExceptionalCircumstances,
                says: Bilingual::new("presumptively denied", "refus présumé"),
            }],
        },
    });
}

/// A draft with nothing in it yet.
pub fn empty(id: &str, today: Day) -> Draft {
    Draft {
        id: DecisionId::new(&format!("DCN-{id}")).unwrap(),
        policies: Vec::new(),
        orders: Vec::new(),
        lifts: BTreeSet::new(),
        concludes: BTreeSet::new(),
        effective_from: today,
        intent: None,
        previews: BTreeMap::new(),
    }
}

fn instrument(cites: &str, source_kind: SourceKind, from: Day) -> Instrument {
    Instrument {
        title: Bilingual::new("A synthetic order", "Un arrêté synthétique"),
        law: Law::new(cites).unwrap(),
        source_kind,
        grounds: BTreeSet::from([Ground::new("GRD-SYNTHETIC").unwrap()]),
        reasons: Bilingual::new("for a simulation", "pour une simulation"),
        reasons_for_file: None,
        effective: Period { from, until: None },
        announced_on: None,
        published_on: None,
        review_by: Some(from.plus_days(180)),
        rests_on: BTreeSet::new(),
    }
}
