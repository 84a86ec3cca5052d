//! The acts of which the cases are made. Every name, number and country relation is fictitious.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::str::FromStr;

use domain::control_list::EntryId;
use domain::event::{
    ApplicationSubmitted, ItemRated, OrderResolved, OrderSigned, PartyRecorded, PermitAmended,
    PermitRecorded, PermitSurrendered, RecommendationMade, ShipmentReserved,
};
use domain::facts::{Declared, LineRef, Lodged};
use domain::item::{Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::ledger::Both;
use domain::measure::{Instrument, Members, Order, OrderKind, Selection};
use domain::money::Money;
use domain::party::{Party, PartyVersion};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::scope::{Place, Scope};
use domain::shipment::release::ReserveShipment;
use domain::time::{Day, Instant, Period};

use super::world::Step;

/// Reads an identifier.
pub fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("an identifier")
}

/// Reads a set of identifiers or countries.
pub fn ids<T: FromStr<Err: Debug> + Ord>(texts: &[&str]) -> BTreeSet<T> {
    texts.iter().map(|text| id(text)).collect()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn law(key: &str) -> Law {
    Law::new(key).unwrap()
}

pub fn says(text: &str) -> Bilingual {
    Bilingual::new(text, format!("{text} (fr)"))
}

pub fn entry(code: &str) -> EntryId {
    EntryId::of("GUIDE", "2020", code).unwrap()
}

pub fn both(quantity: u32, value: u32) -> Both {
    Both {
        quantity: quantity.into(),
        value: value.into(),
    }
}

pub fn amounts(by_line: &[(u32, Both)]) -> BTreeMap<LineNo, Both> {
    by_line.iter().map(|(no, b)| (LineNo(*no), *b)).collect()
}

pub fn rated(code: &str) -> Vec<Rating> {
    vec![Rating {
        entry: entry(code),
        is_primary: true,
        reasons: None,
    }]
}

/// Seven (or so) sensors worth a hundred Canadian dollars each.
pub fn line(no: u32, count: u32) -> Line {
    Line {
        no: LineNo(no),
        item: Item {
            description: "electro-optical sensor".into(),
            model: Some("TURRET-1".into()),
            ..Item::default()
        },
        ratings: rated("2-15.d"),
        quantity: Some(Quantity::each(count)),
        value: Some(Money::parse(&(count * 100).to_string(), "CAD").unwrap()),
    }
}

/// One holder, one consignee, one end user, all the way to Türkiye.
pub fn terms() -> Terms {
    Terms {
        kind: PermitKind::Individual,
        movement: Movement::Permanent,
        exporter: Some(id("PTY-HOLDER")),
        consignees: ids(&["PTY-CONSIGNEE"]),
        intermediates: ids(&["PTY-FORWARDER"]),
        brokers: BTreeSet::new(),
        end_user: Some(id("PTY-USER")),
        end_user_country: Some(id("TR")),
        integrator: Some(id("PTY-INTEGRATOR")),
        platform: None,
        platform_classes: BTreeSet::new(),
        destinations: ids(&["TR"]),
        final_destinations: ids(&["TR"]),
        programmes: BTreeSet::new(),
        end_use: Some("border surveillance".into()),
        lines: vec![line(1, 7), line(2, 4)],
        conditions: Vec::new(),
    }
}

pub fn issued(permit: &str) -> Issued {
    Issued {
        permit: id(permit),
        terms: terms(),
        issued_on: day("2019-03-01"),
        valid_from: day("2019-03-01"),
        last_day: Some(day("2021-02-28")),
        origin: Origin::Import {
            source: "case.csv:1".into(),
            assumptions: Vec::new(),
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: None,
    }
}

/// A permit of the usual terms.
pub fn permit(number: &str) -> Step {
    permit_as(number, |_| {})
}

/// A permit that differs from the usual in what `but` changes.
pub fn permit_as(number: &str, but: impl FnOnce(&mut Issued)) -> Step {
    let mut issued = issued(number);
    but(&mut issued);
    vec![PermitRecorded { issued }.into()]
}

pub fn party(number: &str, country: &str, activities: &[&str]) -> Step {
    let facts = Party {
        id: id(number),
        name: format!("party {number}"),
        aliases: BTreeSet::new(),
        country: Some(id(country)),
        address: None,
        identifiers: BTreeSet::new(),
        activities: activities.iter().map(|&text| text.to_owned()).collect(),
        is_government: false,
        branch_of: None,
        owners: BTreeSet::new(),
        basis: None,
    };
    let version = PartyVersion {
        effective_from: day("2018-01-01"),
        facts,
    };
    vec![PartyRecorded { version }.into()]
}

pub fn instrument(from: &str, until: Option<&str>) -> Instrument {
    Instrument {
        title: says("an order"),
        law: law("EIPA:10(1)"),
        source_kind: SourceKind::Statute,
        grounds: ids(&["assurance-breached"]),
        reasons: says("the use was not the one assured"),
        reasons_for_file: None,
        effective: Period {
            from: day(from),
            until: until.map(day),
        },
        announced_on: None,
        published_on: None,
        review_by: Some(day("2021-12-31")),
        rests_on: BTreeSet::new(),
    }
}

/// An order over whole permits by number.
pub fn order(number: &str, kind: OrderKind, permits: &[&str], from: &str) -> Order {
    Order {
        id: id(number),
        kind,
        verb: says(kind.key()),
        selection: Selection::Named {
            permits: ids(permits),
            lines: BTreeSet::new(),
        },
        use_scope: None,
        instrument: instrument(from, None),
        ends: BTreeSet::new(),
        new_terms: BTreeMap::new(),
        from_review: None,
        stops_expiry: false,
        conditions: Vec::new(),
    }
}

/// A suspension by scope.
pub fn suspension(number: &str, scope: Scope, from: &str) -> Order {
    Order {
        selection: Selection::Scope { scope },
        ..order(number, OrderKind::Suspend, &[], from)
    }
}

/// A reinstatement over whole permits that ends the orders named.
pub fn reinstatement(number: &str, permits: &[&str], ends: &[&str], from: &str) -> Order {
    Order {
        ends: ids(ends),
        ..order(number, OrderKind::Reinstate, permits, from)
    }
}

pub fn toward(country: &str) -> Scope {
    Scope::Country {
        at: Place::Anywhere,
        is: id(country),
    }
}

pub fn members(of: &[(&str, &[u32])]) -> Members {
    of.iter()
        .map(|(permit, lines)| (id(permit), lines.iter().map(|no| LineNo(*no)).collect()))
        .collect()
}

pub fn line_ref(permit: &str, no: u32) -> LineRef {
    LineRef {
        permit: id(permit),
        line: LineNo(no),
    }
}

/// An order signed, its numbered list still to be written.
pub fn signed(order: Order) -> Step {
    let binds_from = order.instrument.effective.from;
    vec![
        OrderSigned {
            order,
            decision: id("DCN-1"),
            seal: None,
            binds_from,
            binds_at_once: false,
            members: Members::new(),
        }
        .into(),
    ]
}

/// The numbered list of an order, or a part of it.
pub fn listed(order: &str, of: &[(&str, &[u32])], is_complete: bool) -> Step {
    vec![
        OrderResolved {
            order: id(order),
            members: members(of),
            is_complete,
        }
        .into(),
    ]
}

/// An order signed and its list complete: it reaches these lines.
pub fn made(order: Order, of: &[(&str, &[u32])]) -> Step {
    let number = order.id.to_string();
    let mut step = signed(order);
    step.extend(listed(&number, of, true));
    step
}

/// A suspension of both lines of permit `P-1`.
pub fn suspended(number: &str, from: &str) -> Step {
    made(
        order(number, OrderKind::Suspend, &["P-1"], from),
        &[("P-1", &[1, 2])],
    )
}

/// A reinstatement of both lines of permit `P-1`.
pub fn reinstated(number: &str, ends: &[&str], from: &str) -> Step {
    made(
        reinstatement(number, &["P-1"], ends, from),
        &[("P-1", &[1, 2])],
    )
}

/// A cancellation of both lines of permit `P-1`.
pub fn cancelled(number: &str, from: &str) -> Step {
    made(
        order(number, OrderKind::Cancel, &["P-1"], from),
        &[("P-1", &[1, 2])],
    )
}

pub fn surrendered(permit: &str, from: &str) -> Step {
    vec![
        PermitSurrendered {
            permit: id(permit),
            by: id("PTY-HOLDER"),
            effective_from: day(from),
        }
        .into(),
    ]
}

pub fn amended(permit: &str, terms: Terms, from: &str) -> Step {
    vec![
        PermitAmended {
            permit: id(permit),
            terms,
            last_day: Some(day("2021-02-28")),
            effective_from: day(from),
            reason: "as asked".into(),
            order: None,
        }
        .into(),
    ]
}

/// So many of a line, declared as the usual permit has it.
pub fn declared(no: u32, count: u32) -> Declared {
    Declared {
        line: LineNo(no),
        quantity: Quantity::each(count),
        value: Money::parse(&(count * 100).to_string(), "CAD").unwrap(),
        destination: id("TR"),
        final_destination: id("TR"),
        consignee: Some(id("PTY-CONSIGNEE")),
        intermediates: BTreeSet::new(),
        route: BTreeSet::new(),
        serials: Vec::new(),
        documents: BTreeSet::new(),
        exporter: None,
        entry: None,
        end_user: None,
        model: None,
    }
}

pub fn lodged() -> Lodged {
    Lodged {
        office: id("OFC-0453"),
        declaration: "DECL-1".into(),
    }
}

pub fn lapse() -> Instant {
    Instant::at_start_of(day("2021-01-31"))
}

/// Asks to let these lines leave on a permit.
pub fn asking(permit: &str, lines: Vec<Declared>) -> ReserveShipment {
    ReserveShipment {
        shipment: id("SHP-ASKED"),
        permit: id(permit),
        lodged: lodged(),
        lines,
        lapses_at: lapse(),
    }
}

/// A shipment reserved on one line of permit `P-1`.
pub fn reserved(shipment: &str, no: u32, count: u32) -> Step {
    vec![
        ShipmentReserved {
            shipment: id(shipment),
            permit: id("P-1"),
            lodged: lodged(),
            lines: vec![declared(no, count)],
            amounts: amounts(&[(no, both(count, count * 100))]),
            lapses_at: lapse(),
        }
        .into(),
    ]
}

pub fn submitted(number: &str) -> Step {
    vec![
        ApplicationSubmitted {
            application: id(number),
            applicant: id("PTY-HOLDER"),
            terms: terms(),
            received_on: day("2019-01-10"),
            documents: BTreeSet::new(),
            copied_from: None,
            supersedes: None,
            basis: None,
        }
        .into(),
    ]
}

/// An officer rated every line.
pub fn all_rated(number: &str) -> Step {
    let rating = |no| ItemRated {
        application: id(number),
        line: LineNo(no),
        ratings: rated("2-15.d"),
        by: id("OFF-RATER"),
    };
    vec![rating(1).into(), rating(2).into()]
}

pub fn recommended(number: &str, outcome: domain::application::Outcome, by: &str) -> Step {
    vec![
        RecommendationMade {
            application: id(number),
            outcome,
            reasons: "on balance".into(),
            conditions: Vec::new(),
            by: id(by),
            on: day("2019-02-01"),
        }
        .into(),
    ]
}
