//! The small world of the simulation: a few permits with little on them, and who acts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casework::gate::ReleaseRequest;
use casework::{Actor, Clock, Desk};
use domain::control_list::EntryId;
use domain::country::Country;
use domain::event::AuthorityEstablished;
use domain::facts::{Declared, Lodged};
use domain::id::{OfficeId, OfficerId, PartyId, PermitId};
use domain::item::{Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::money::Money;
use domain::party::{Basis, Party, PartyVersion};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::time::Day;
use register::Store;

use crate::clock;
use crate::draw::Draw;

/// Where goods of a permit go, permit by permit, again and again.
const DESTINATIONS: [&[&str]; 3] = [&["US"], &["GB"], &["US", "GB"]];

/// What lines are rated, and the unit in which each is kept.
const LINES: [(&str, &str); 2] = [("2-6", "C62"), ("2-1", "KGM")];

/// How a unit may be declared: a unit, and how much of it.
const DECLARED: [&[(&str, &str)]; 2] = [
    &[
        ("C62", "1"),
        ("C62", "2"),
        ("C62", "3"),
        ("PR", "1"),
        ("NAR", "2"),
    ],
    &[
        ("KGM", "0.5"),
        ("KGM", "1.25"),
        ("GRM", "750"),
        ("KGM", "2"),
    ],
];

/// How large the world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Permits.
    pub permits: u64,
    /// What is granted on each line, in its unit.
    pub granted: u32,
}

/// Opens a desk over a store.
pub fn desk(store: Box<dyn Store>, clock: impl Clock + 'static) -> Arc<Desk> {
    Arc::new(Desk::open(store, Box::new(clock)).unwrap())
}

/// The day on which every simulation begins.
pub fn today() -> Day {
    clock::morning().utc_day().unwrap()
}

/// The day on which every permit begins.
pub fn first_day() -> Day {
    Day::new(2026, 1, 5).unwrap()
}

/// A person of one role.
pub fn actor(name: &str, role: &str) -> Actor {
    Actor {
        officer: OfficerId::new(name).unwrap(),
        roles: BTreeSet::from([role.to_owned()]),
        office: (role == "customs").then(|| OfficeId::new("OFC-1").unwrap()),
        party: None,
        compartments: BTreeSet::new(),
    }
}

/// The number of a permit.
pub fn permit(number: u64) -> PermitId {
    PermitId::numbered(2027, number + 1)
}

/// Founds the authority and records its permits.
pub fn found(desk: &Desk, size: Size) {
    let operator = Actor::operator().unwrap();
    let authority = AuthorityEstablished {
        jurisdiction: "CA".into(),
        name: Bilingual::new("Synthetic Authority", "Autorité synthétique"),
        verbs: BTreeMap::new(),
        powers: BTreeMap::new(),
        permit_word: Bilingual::new("permit", "licence"),
        calendar: None,
        limits: domain::event::Limits::default(),
    };
    desk.establish(&operator, &authority).unwrap();
    let parties = ["EXPORTER", "CONSIGNEE", "USER"].map(party);
    let permits: Vec<Issued> = (0..size.permits).map(|n| issued(n, size.granted)).collect();
    desk.take_over(&operator, &parties, &permits).unwrap();
}

/// A declaration that follows from a stream of numbers; the key names it.
pub fn request(draw: &mut Draw, size: Size, key: &str) -> ReleaseRequest {
    let number = draw.below(size.permits);
    let first = draw.below(2);
    let lines = match draw.per_mille(200) {
        true => vec![
            declared(draw, number, first),
            declared(draw, number, 1 - first),
        ],
        false => vec![declared(draw, number, first)],
    };
    ReleaseRequest {
        permit: permit(number),
        lodged: Lodged {
            office: OfficeId::new("OFC-1").unwrap(),
            declaration: key.to_owned(),
        },
        lines,
    }
}

fn declared(draw: &mut Draw, number: u64, line: u64) -> Declared {
    let at = usize::try_from(line).unwrap();
    let (unit, amount) = *pick(draw, DECLARED[at]);
    let destination = Country::new(pick::<&str>(draw, destinations(number))).unwrap();
    Declared {
        line: LineNo(u32::try_from(line + 1).unwrap()),
        quantity: Quantity::parse(amount, unit).unwrap(),
        value: Money::parse(&format!("{}.50", 5 + draw.below(12)), "CAD").unwrap(),
        destination,
        final_destination: destination,
        consignee: Some(PartyId::new("PTY-CONSIGNEE").unwrap()),
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

/// One of these.
pub fn pick<'a, T>(draw: &mut Draw, from: &'a [T]) -> &'a T {
    let count = u64::try_from(from.len()).unwrap();
    &from[usize::try_from(draw.below(count)).unwrap()]
}

/// One of these, to be changed.
pub fn pick_mut<'a, T>(draw: &mut Draw, from: &'a mut [T]) -> &'a mut T {
    let count = u64::try_from(from.len()).unwrap();
    &mut from[usize::try_from(draw.below(count)).unwrap()]
}

fn destinations(number: u64) -> &'static [&'static str] {
    DESTINATIONS[usize::try_from(number % 3).unwrap()]
}

fn party(name: &str) -> PartyVersion {
    PartyVersion {
        effective_from: Day::new(2020, 1, 1).unwrap(),
        facts: Party {
            id: PartyId::new(&format!("PTY-{name}")).unwrap(),
            name: format!("Synthetic {name}"),
            aliases: BTreeSet::new(),
            country: Some(Country::new("US").unwrap()),
            address: None,
            identifiers: BTreeSet::new(),
            activities: BTreeSet::new(),
            is_government: false,
            branch_of: None,
            owners: BTreeSet::new(),
            basis: Some(Basis::Synthetic),
        },
    }
}

fn issued(number: u64, granted: u32) -> Issued {
    let to: BTreeSet<Country> = destinations(number)
        .iter()
        .map(|code| Country::new(code).unwrap())
        .collect();
    let party = |name: &str| PartyId::new(&format!("PTY-{name}")).unwrap();
    Issued {
        permit: permit(number),
        terms: Terms {
            kind: match to.len() {
                1 => PermitKind::Individual,
                _ => PermitKind::MultipleDestination,
            },
            movement: Movement::Permanent,
            exporter: Some(party("EXPORTER")),
            consignees: BTreeSet::from([party("CONSIGNEE")]),
            intermediates: BTreeSet::new(),
            end_user: Some(party("USER")),
            end_user_country: None,
            integrator: None,
            brokers: BTreeSet::new(),
            platform: None,
            platform_classes: BTreeSet::new(),
            destinations: to,
            final_destinations: BTreeSet::new(),
            programmes: BTreeSet::new(),
            end_use: Some("training".into()),
            lines: (0..2).map(|line| line_of(number, line, granted)).collect(),
            conditions: Vec::new(),
        },
        issued_on: first_day(),
        valid_from: first_day(),
        // Some end before a clock that runs a year ahead; servers with clocks of their own find the
        // others in force on any day.
        last_day: Some(match number % 3 {
            2 => Day::new(2028, 1, 3).unwrap(),
            _ => Day::new(2099, 12, 31).unwrap(),
        }),
        origin: Origin::Import {
            source: format!("synthetic:{number}"),
            assumptions: Vec::new(),
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: Some(Basis::Synthetic),
    }
}

fn line_of(number: u64, line: usize, granted: u32) -> Line {
    let (entry, unit) = LINES[line];
    // On every second permit the value ends before the quantity does.
    let each = if number.is_multiple_of(2) { 20 } else { 4 };
    Line {
        no: LineNo(u32::try_from(line + 1).unwrap()),
        item: Item {
            description: "synthetic goods".into(),
            ..Item::default()
        },
        ratings: vec![Rating {
            entry: EntryId::of("GUIDE", "2020", entry).unwrap(),
            is_primary: true,
            reasons: None,
        }],
        quantity: Some(Quantity::parse(&granted.to_string(), unit).unwrap()),
        value: Some(Money::parse(&(granted * each).to_string(), "CAD").unwrap()),
    }
}
