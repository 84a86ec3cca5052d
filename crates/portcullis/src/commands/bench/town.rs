//! A register to put load on: permits, a customs officer, and as many orders as asked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use casework::gate::ReleaseRequest;
use casework::officers::Appoint;
use casework::{Actor, Desk};
use domain::control_list::EntryId;
use domain::country::Country;
use domain::event::AuthorityEstablished;
use domain::facts::{Declared, Lodged};
use domain::id::{DecisionId, Ground, OfficeId, OfficerId, OrderId, PartyId, PermitId};
use domain::item::{Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::measure::sign::Hand;
use domain::measure::{Draft, Instrument, Order, OrderKind, Selection};
use domain::money::Money;
use domain::party::{Basis, Party, PartyVersion};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::scope::{Place, Scope};
use domain::time::{Day, Period};

use crate::commands::Stop;
use crate::demo_store;
use crate::system_clock::SystemClock;

/// Permits recorded in one commit.
const PERMITS_PER_COMMIT: u32 = 5_000;

/// A register under load.
pub(super) struct Town {
    /// The desk over it.
    pub(super) desk: Arc<Desk>,
    /// The customs officer.
    pub(super) customs: Actor,
    /// The officer's token.
    pub(super) token: String,
    /// How many permits there are.
    pub(super) permits: u32,
}

fn trouble(cause: impl std::fmt::Display) -> Stop {
    Stop::Fault(cause.to_string())
}

impl Town {
    /// Fills a new store.
    pub(super) fn found(address: &str, permits: u32, orders: u32) -> Result<Self, Stop> {
        let desk = Desk::open(demo_store::open(address)?, Box::new(SystemClock))?;
        let operator = Actor::operator().map_err(trouble)?;
        establish(&desk, &operator)?;
        let today = desk.clock().today();
        let parties = [
            party("PTY-HOLDER", "CA", today)?,
            party("PTY-FAR", "FR", today)?,
        ];
        desk.take_over(&operator, &parties, &[])?;
        let mut first = 1_u32;
        while first <= permits {
            let end = first
                .saturating_add(PERMITS_PER_COMMIT)
                .min(permits.saturating_add(1));
            let batch = (first..end)
                .map(|number| issued(number, today))
                .collect::<Result<Vec<_>, _>>()?;
            desk.take_over(&operator, &[], &batch)?;
            first = end;
        }
        let customs = officer("OFF-CUSTOMS", "customs", Some("OFC-1"))?;
        let appointed = desk.appoint(
            &operator,
            &Appoint {
                officer: customs.officer.clone(),
                name: "a post under load".into(),
                roles: customs.roles.clone(),
                office: customs.office.clone(),
                party: None,
                effective_from: today,
                compartments: [].into(),
                wants_token: true,
            },
        )?;
        stop(&desk, orders, today)?;
        Ok(Self {
            desk: Arc::new(desk),
            customs,
            token: appointed.what.unwrap_or_default(),
            permits,
        })
    }
}

/// The address of a new store in a folder.
pub(super) fn address(folder: &Path, name: &str) -> String {
    format!("sqlite:{}", folder.join(name).display())
}

/// The declaration of one article on a permit.
pub(super) fn request(permit: u32, declaration: &str) -> Result<ReleaseRequest, Stop> {
    Ok(ReleaseRequest {
        permit: PermitId::numbered(2026, permit.into()),
        lodged: Lodged {
            office: OfficeId::new("OFC-1").map_err(trouble)?,
            declaration: declaration.to_owned(),
        },
        lines: vec![Declared {
            line: LineNo(1),
            quantity: Quantity::parse("1", "NAR").map_err(trouble)?,
            value: Money::parse("1.00", "CAD").map_err(trouble)?,
            destination: Country::new("FR").map_err(trouble)?,
            final_destination: Country::new("FR").map_err(trouble)?,
            consignee: Some(PartyId::new("PTY-FAR").map_err(trouble)?),
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

fn officer(id: &str, role: &str, office: Option<&str>) -> Result<Actor, Stop> {
    Ok(Actor {
        officer: OfficerId::new(id).map_err(trouble)?,
        roles: BTreeSet::from([role.to_owned()]),
        office: office.map(OfficeId::new).transpose().map_err(trouble)?,
        party: None,
        compartments: BTreeSet::new(),
    })
}

fn establish(desk: &Desk, operator: &Actor) -> Result<(), Stop> {
    let authority = serde_json::json!({
        "jurisdiction": "CA",
        "name": Bilingual::new("an authority under load", "une autorité sous charge"),
        "verbs": {},
        "powers": {},
        "permit_word": Bilingual::new("permit", "licence"),
    });
    let authority: AuthorityEstablished = serde_json::from_value(authority).map_err(trouble)?;
    desk.establish(operator, &authority)?;
    Ok(())
}

fn party(id: &str, country: &str, from: Day) -> Result<PartyVersion, Stop> {
    Ok(PartyVersion {
        effective_from: from,
        facts: Party {
            id: PartyId::new(id).map_err(trouble)?,
            name: format!("synthetic party {id}"),
            aliases: BTreeSet::new(),
            country: Some(Country::new(country).map_err(trouble)?),
            address: None,
            identifiers: BTreeSet::new(),
            activities: BTreeSet::new(),
            is_government: false,
            branch_of: None,
            owners: BTreeSet::new(),
            basis: Some(Basis::Synthetic),
        },
    })
}

fn issued(number: u32, today: Day) -> Result<Issued, Stop> {
    let one = |id: &str| PartyId::new(id).map_err(trouble);
    let france = Country::new("FR").map_err(trouble)?;
    let line = Line {
        no: LineNo(1),
        item: Item {
            description: "synthetic articles".into(),
            ..Item::default()
        },
        ratings: vec![Rating {
            entry: EntryId::of("GUIDE", "2020", "2-10.c").map_err(trouble)?,
            is_primary: true,
            reasons: None,
        }],
        quantity: Some(Quantity::parse("1000000000", "NAR").map_err(trouble)?),
        value: Some(Money::parse("1000000000.00", "CAD").map_err(trouble)?),
    };
    Ok(Issued {
        permit: PermitId::numbered(2026, number.into()),
        terms: Terms {
            kind: PermitKind::Individual,
            movement: Movement::Permanent,
            exporter: Some(one("PTY-HOLDER")?),
            consignees: BTreeSet::from([one("PTY-FAR")?]),
            intermediates: BTreeSet::new(),
            brokers: BTreeSet::new(),
            end_user: Some(one("PTY-FAR")?),
            end_user_country: Some(france),
            integrator: None,
            platform: None,
            platform_classes: BTreeSet::new(),
            destinations: BTreeSet::from([france]),
            final_destinations: BTreeSet::from([france]),
            programmes: BTreeSet::new(),
            end_use: Some("synthetic use".into()),
            lines: vec![line],
            conditions: Vec::new(),
        },
        issued_on: today,
        valid_from: today,
        last_day: Some(today.plus_months(24)),
        origin: Origin::Import {
            source: format!("load:{number}"),
            assumptions: Vec::new(),
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: Some(Basis::Synthetic),
    })
}

/// Puts orders in force that stop nothing of what is declared under load: of each hundred, one
/// that no index narrows, ten that name the branch and a country of the lines, the rest elsewhere;
/// and the last hundred stop a use of the first permit that nobody declares.
fn stop(desk: &Desk, orders: u32, today: Day) -> Result<(), Stop> {
    if orders == 0 {
        return Ok(());
    }
    let drafted = (0..orders)
        .map(|number| order(number, orders, today))
        .collect::<Result<Vec<_>, _>>()?;
    let draft = Draft {
        id: DecisionId::new("DCN-LOAD").map_err(trouble)?,
        policies: Vec::new(),
        orders: drafted,
        lifts: BTreeSet::new(),
        concludes: BTreeSet::new(),
        effective_from: today,
        intent: None,
        previews: BTreeMap::new(),
    };
    let proposed = desk.propose(&officer("OFF-LICENSING", "licensing", None)?, draft)?;
    let deciding = officer("OFF-DECIDING", "deciding", None)?;
    desk.sign(&deciding, &proposed.what.decision, Hand::Second)?;
    desk.settle(&deciding)?;
    Ok(())
}

fn order(number: u32, of: u32, today: Day) -> Result<Order, Stop> {
    let country = |at, is: &str| -> Result<Scope, Stop> {
        let is = Country::new(is).map_err(trouble)?;
        Ok(Scope::Country { at, is })
    };
    let branch = Scope::Entry(EntryId::of("GUIDE", "2020", "2-10").map_err(trouble)?);
    let hot = number >= of.saturating_sub(100) && of >= 100;
    let scope = match number % 100 {
        _ if hot => Scope::Permits(vec![PermitId::numbered(2026, 1)]),
        0 => Scope::Not(Box::new(Scope::IssuedBefore(today.plus_days(1)))),
        1..=5 => Scope::All(vec![branch, country(Place::Anywhere, "TR")?]),
        6..=10 => Scope::All(vec![
            country(Place::FinalDestination, "FR")?,
            Scope::Entry(EntryId::of("GUIDE", "2020", "2-15.d").map_err(trouble)?),
        ]),
        _ => Scope::All(vec![
            Scope::Entry(EntryId::of("GUIDE", "2020", "2-1").map_err(trouble)?),
            country(Place::Anywhere, "AU")?,
        ]),
    };
    let use_scope = if hot {
        Some(country(Place::Route, "TR")?)
    } else {
        None
    };
    Ok(Order {
        id: OrderId::new(&format!("ORD-LOAD-{number}")).map_err(trouble)?,
        kind: OrderKind::Suspend,
        verb: Bilingual::new("suspension", "suspension"),
        selection: Selection::Scope { scope },
        use_scope,
        instrument: Instrument {
            title: Bilingual::new("A synthetic measure", "Une mesure synthétique"),
            law: Law::new("EIPA:10(1)").map_err(trouble)?,
            source_kind: SourceKind::Statute,
            grounds: BTreeSet::from([Ground::new("GRD-SYNTHETIC").map_err(trouble)?]),
            reasons: Bilingual::new("for a measurement", "pour une mesure de vitesse"),
            reasons_for_file: None,
            effective: Period {
                from: today,
                until: None,
            },
            announced_on: None,
            published_on: None,
            review_by: Some(today.plus_days(180)),
            rests_on: BTreeSet::new(),
        },
        ends: BTreeSet::new(),
        new_terms: BTreeMap::new(),
        from_review: None,
        stops_expiry: false,
        conditions: Vec::new(),
    })
}
