//! What happens in a generated register: who acts, a general permit, shipments, measures.

use std::collections::{BTreeMap, BTreeSet};

use casework::gate::{GateAnswer, ReleaseRequest};
use casework::{Actor, Desk};
use domain::control_list::EntryId;
use domain::country::Country;
use domain::event::AuthorityEstablished;
use domain::facts::{Declared, Lodged};
use domain::id::{DecisionId, Ground, MeasureId, OfficeId, OfficerId, OrderId, PermitId};
use domain::item::{Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::measure::sign::Hand;
use domain::measure::{
    Clearance, Draft, Exception, Instrument, Order, OrderKind, PolicyMeasure, Rule, Selection, Text,
};
use domain::party::Basis;
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::policy::Effect;
use domain::scope::{Place, Scope};
use domain::shipment::confirm_exit::ConfirmExit;
use domain::time::{Day, Period};

use crate::Trouble;
use crate::draw::Draw;
use crate::party::Town;
use crate::permit;

/// Most shipments: each is a decision of its own, and durable.
const SHIPMENTS_MAX: u64 = 5_000;

/// Who acts.
pub struct Officers {
    licensing: Actor,
    deciding: Actor,
    customs: Actor,
}

impl Officers {
    /// One officer of each role.
    pub fn new() -> Result<Self, Trouble> {
        let actor = |name: &str, role: &str, office: Option<&str>| -> Result<Actor, Trouble> {
            Ok(Actor {
                officer: OfficerId::new(name)?,
                roles: BTreeSet::from([role.to_owned()]),
                office: office.map(OfficeId::new).transpose()?,
                party: None,
                compartments: BTreeSet::new(),
            })
        };
        Ok(Self {
            licensing: actor("OFF-LICENSING", "licensing", None)?,
            deciding: actor("OFF-DECIDING", "deciding", None)?,
            customs: actor("OFF-CUSTOMS", "customs", Some("OFC-1"))?,
        })
    }
}

/// Establishes the authority.
pub fn found(desk: &Desk, operator: &Actor) -> Result<(), Trouble> {
    desk.establish(
        operator,
        &AuthorityEstablished {
            jurisdiction: "CA".into(),
            name: Bilingual::new("Synthetic Authority", "Autorité synthétique"),
            verbs: BTreeMap::new(),
            powers: BTreeMap::new(),
            permit_word: Bilingual::new("permit", "licence"),
            calendar: None,
            limits: domain::event::Limits::default(),
        },
    )?;
    Ok(())
}

/// Issues one general permit by order.
pub fn general_permit(desk: &Desk, officers: &Officers) -> Result<(), Trouble> {
    let line = Line {
        no: LineNo(1),
        item: Item {
            description: "goods of the branch, for close allies".into(),
            ..Item::default()
        },
        ratings: vec![Rating {
            entry: EntryId::of("GUIDE", "2020", "2-6")?,
            is_primary: true,
            reasons: None,
        }],
        quantity: None,
        value: None,
    };
    let issued = Issued {
        permit: PermitId::new("GEP-47")?,
        terms: Terms {
            kind: PermitKind::General,
            movement: Movement::Permanent,
            exporter: None,
            consignees: BTreeSet::new(),
            intermediates: BTreeSet::new(),
            brokers: BTreeSet::new(),
            end_user: None,
            end_user_country: None,
            integrator: None,
            platform: None,
            platform_classes: BTreeSet::new(),
            destinations: [Country::new("US")?, Country::new("GB")?].into(),
            final_destinations: BTreeSet::new(),
            programmes: BTreeSet::new(),
            end_use: None,
            lines: vec![line],
            conditions: Vec::new(),
        },
        issued_on: Day::new(2019, 9, 1)?,
        valid_from: Day::new(2019, 9, 1)?,
        last_day: None,
        origin: Origin::Order {
            law: law("EIPA:7(1.1)")?,
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: Some(Basis::Synthetic),
    };
    desk.record_permit(&officers.licensing, &issued)?;
    Ok(())
}

/// Declares shipments on permits still valid, and confirms the exit of every second one. Gives how
/// many were asked for.
pub fn shipments(
    desk: &Desk,
    officers: &Officers,
    town: &Town,
    permits: u64,
) -> Result<u64, Trouble> {
    let wanted = (permits / 100).clamp(1, SHIPMENTS_MAX);
    for number in 0..wanted {
        let mut draw = Draw::of(town.seed, "shipment", number);
        let issued = permit::issued(town, draw.below(permits))?;
        let request = request(&issued, number)?;
        let done = desk.reserve(&officers.customs, &request, &format!("generated-{number}"))?;
        if let GateAnswer::Released { shipment, .. } = done.what
            && number % 2 == 0
        {
            let report = ConfirmExit {
                amounts: BTreeMap::new(),
                on: permit::today()?,
                is_partial: false,
                serials: Vec::new(),
            };
            desk.confirm_exit(&officers.customs, &shipment, &report)?;
        }
    }
    Ok(wanted)
}

/// A declaration of a small part of a permit's first line.
fn request(issued: &Issued, number: u64) -> Result<ReleaseRequest, Trouble> {
    let terms = &issued.terms;
    let line = terms.lines.first().ok_or("a permit has a line")?;
    let (quantity, value) = line.quantity.zip(line.value).ok_or("a line has limits")?;
    let destination = terms.destinations.first().copied();
    let used_in = terms.final_destinations.first().copied();
    let mut value_of_one = value;
    value_of_one.amount = "1.00".parse()?;
    let mut one = quantity;
    one.amount = "1".parse()?;
    Ok(ReleaseRequest {
        permit: issued.permit.clone(),
        lodged: Lodged {
            office: OfficeId::new("OFC-1")?,
            declaration: format!("DEC-{number}"),
        },
        lines: vec![Declared {
            line: line.no,
            quantity: one,
            value: value_of_one,
            destination: destination.ok_or("a permit has a destination")?,
            final_destination: used_in.ok_or("a permit has a final destination")?,
            consignee: terms.consignees.first().cloned(),
            intermediates: BTreeSet::new(),
            route: BTreeSet::new(),
            serials: Vec::new(),
            documents: BTreeSet::new(),
            exporter: None,
            entry: None,
            end_user: None,
            model: None,
        }],
    })
}

/// Makes a policy measure, a suspension by scope and a cancellation by number.
pub fn measures(
    desk: &Desk,
    officers: &Officers,
    town: &Town,
    permits: u64,
) -> Result<(), Trouble> {
    let scope = Scope::All(vec![
        Scope::Entry(EntryId::of("GUIDE", "2020", "2-15")?),
        Scope::Country {
            at: Place::Anywhere,
            is: Country::new("TR")?,
        },
    ]);
    let mut draft = empty("DCN-POLICY")?;
    draft.policies.push(presumption(&scope)?);
    decide(desk, officers, draft)?;

    let mut draft = empty("DCN-STOP")?;
    draft.orders.push(order(
        "ORD-STOP",
        OrderKind::Suspend,
        Selection::Scope { scope },
    )?);
    decide(desk, officers, draft)?;

    let mut draw = Draw::of(town.seed, "cancelled", 0);
    let named = (0..20)
        .map(|_| permit::id(draw.below(permits)))
        .collect::<Result<BTreeSet<_>, _>>()?;
    let selection = Selection::Named {
        permits: named,
        lines: BTreeSet::new(),
    };
    let mut draft = empty("DCN-END")?;
    draft
        .orders
        .push(order("ORD-END", OrderKind::Cancel, selection)?);
    decide(desk, officers, draft)
}

fn decide(desk: &Desk, officers: &Officers, draft: Draft) -> Result<(), Trouble> {
    let proposed = desk.propose(&officers.licensing, draft)?;
    desk.sign(&officers.deciding, &proposed.what.decision, Hand::Second)?;
    Ok(())
}

fn empty(id: &str) -> Result<Draft, Trouble> {
    Ok(Draft {
        id: DecisionId::new(id)?,
        policies: Vec::new(),
        orders: Vec::new(),
        lifts: BTreeSet::new(),
        concludes: BTreeSet::new(),
        effective_from: permit::today()?,
        intent: None,
        previews: BTreeMap::new(),
    })
}

fn order(id: &str, kind: OrderKind, selection: Selection) -> Result<Order, Trouble> {
    let verb = match kind {
        OrderKind::Cancel => Bilingual::new("cancellation", "annulation"),
        _ => Bilingual::new("suspension", "suspension"),
    };
    Ok(Order {
        id: OrderId::new(id)?,
        kind,
        verb,
        selection,
        use_scope: None,
        instrument: instrument("EIPA:10(1)", SourceKind::Statute)?,
        ends: BTreeSet::new(),
        new_terms: BTreeMap::new(),
        from_review: None,
        stops_expiry: false,
        conditions: Vec::new(),
    })
}

fn presumption(scope: &Scope) -> Result<PolicyMeasure, Trouble> {
    let says = Bilingual::new(
        "sensors to Türkiye are presumptively denied",
        "les capteurs à destination de la Türkiye font l’objet d’un refus présumé",
    );
    let exception = Exception {
        scope: Scope::Programme(domain::id::ProgrammeId::new("NATO")?),
        falls_to: Some(Effect::CaseByCase),
        says: Bilingual::new("NATO programmes", "les programmes de l’OTAN"),
    };
    Ok(PolicyMeasure {
        id: MeasureId::new("MSR-PRESUMPTION")?,
        instrument: instrument("NTE:992", SourceKind::Policy)?,
        text: Text::Rules {
            rules: vec![Rule {
                effect: Effect::PresumeDenial,
                scope: scope.clone(),
                exceptions: vec![exception],
                cleared_by: Clearance::ExceptionalCircumstances,
                says,
            }],
        },
    })
}

fn instrument(cites: &str, source_kind: SourceKind) -> Result<Instrument, Trouble> {
    Ok(Instrument {
        title: Bilingual::new("A synthetic measure", "Une mesure synthétique"),
        law: law(cites)?,
        source_kind,
        grounds: BTreeSet::from([Ground::new("GRD-SYNTHETIC")?]),
        reasons: Bilingual::new("for a generated register", "pour un registre généré"),
        reasons_for_file: None,
        effective: Period {
            from: permit::today()?,
            until: None,
        },
        announced_on: None,
        published_on: None,
        review_by: Some(permit::today()?.plus_days(180)),
        rests_on: BTreeSet::new(),
    })
}

fn law(cites: &str) -> Result<Law, Trouble> {
    Ok(Law::new(cites)?)
}
