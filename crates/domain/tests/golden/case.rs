//! What the examples share. Everything is fictitious.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::str::FromStr;

use domain::event::*;
use domain::item::{Condition, ConditionKind, Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::law::Law;
use domain::ledger::Both;
use domain::measure::Members;
use domain::money::Money;
use domain::party::{Basis, Party, PartyVersion};
use domain::permit::{Movement, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::risk::{CriterionHeld, RiskDetermination, RiskLevel};
use domain::time::Day;

pub fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn ids<T: FromStr<Err: Debug> + Ord>(texts: &[&str]) -> BTreeSet<T> {
    texts.iter().map(|text| id(text)).collect()
}

pub fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn law(key: &str) -> Law {
    Law::new(key).unwrap()
}

pub fn says(en: &str, fr: &str) -> Bilingual {
    Bilingual::new(en, fr)
}

pub fn digest(byte: &str) -> String {
    byte.repeat(32)
}

pub fn both(quantity: &str, value: &str) -> Both {
    Both {
        quantity: quantity.parse().unwrap(),
        value: value.parse().unwrap(),
    }
}

pub fn members() -> Members {
    [(id("PMT-2027-000001"), [LineNo(1)].into())].into()
}

pub fn rating() -> Rating {
    Rating {
        entry: id("GUIDE@2020:2-15.d"),
        is_primary: true,
        reasons: Some("made for military use".into()),
    }
}

pub fn condition() -> Condition {
    Condition {
        duty: ConditionKind::RouteMustAvoid {
            countries: vec![id("AZ")],
        },
        text: says("the route avoids AZ", "l’itinéraire évite AZ"),
        law: Some(law("EIPA:7(1)")),
    }
}

pub fn terms() -> Terms {
    Terms {
        kind: PermitKind::Individual,
        movement: Movement::Temporary {
            return_by: Some(day("2028-03-31")),
        },
        exporter: Some(id("PTY-2027-000001")),
        consignees: ids(&["PTY-2027-000002"]),
        intermediates: ids(&["PTY-2027-000003"]),
        brokers: ids(&["PTY-2027-000006"]),
        end_user: Some(id("PTY-2027-000004")),
        end_user_country: Some(id("TR")),
        integrator: Some(id("PTY-2027-000005")),
        platform: Some(id("PLT-2027-000001")),
        platform_classes: ["uav".to_owned()].into(),
        destinations: ids(&["TR"]),
        final_destinations: ids(&["TR"]),
        programmes: ids(&["NATO"]),
        end_use: Some("border surveillance".into()),
        lines: vec![Line {
            no: LineNo(1),
            item: Item {
                description: "electro-optical sensor".into(),
                model: Some("TURRET-1".into()),
                marks: words(&["T1"]),
                serials: words(&["SN-1024"]),
                origins: vec![id("CA")],
                us_content_percent: Some(12),
                code_as_written: Some("ML15d".into()),
            },
            ratings: vec![rating()],
            quantity: Some(Quantity::parse("7.5", "KGM").unwrap()),
            value: Some(Money::parse("700.25", "CAD").unwrap()),
        }],
        conditions: vec![condition()],
    }
}

pub fn determination() -> RiskDetermination {
    let held = CriterionHeld {
        raw: RiskLevel::Substantial,
        considered: words(&["post-shipment visits"]),
        adopted: words(&["post-shipment visits"]),
        residual: RiskLevel::SomeRisk,
        reasons: "visits are agreed".into(),
    };
    RiskDetermination {
        id: id("RSK-2027-000001"),
        criteria: [(id("ihl"), held)].into(),
        by: id("OFF-2027-000001"),
        on: day("2027-02-01"),
    }
}

/// The authority, its officers, its files, its parties.
pub fn examples() -> Vec<Event> {
    vec![
        AuthorityEstablished {
            jurisdiction: "CA".into(),
            name: says("Export controls", "Contrôles à l’exportation"),
            verbs: [("cancel".to_owned(), says("cancel", "annuler"))].into(),
            powers: [("cancel".to_owned(), law("EIPA:10(1)"))].into(),
            permit_word: says("permit", "licence"),
            calendar: Some(domain::time::Calendar::parse("EST5EDT,M3.2.0,M11.1.0").unwrap()),
            limits: domain::event::Limits {
                reservation_minutes: Some(2880),
                stop_acknowledge_minutes: Some(30),
            },
        }
        .into(),
        RegimeFileAdopted {
            file_kind: RegimeFileKind::ControlList,
            key: "ECL@2025-04-25".into(),
            digest: digest("a1"),
            effective_from: day("2025-04-25"),
            title: says("Export Control List", "Liste des marchandises"),
        }
        .into(),
        OfficerAppointed {
            officer: id("OFF-2027-000001"),
            name: "officer at the border".into(),
            roles: ["customs".to_owned()].into(),
            office: Some(id("OFC-0453")),
            party: Some(id("PTY-2027-000009")),
            compartments: BTreeSet::new(),
            token_digest: Some(digest("b2")),
            effective_from: day("2027-01-01"),
        }
        .into(),
        PartyRecorded {
            version: PartyVersion {
                effective_from: day("2027-01-01"),
                facts: party(),
            },
        }
        .into(),
        PartyScreened {
            party: id("PTY-2027-000001"),
            editions: ["LIST@2027-01-01".to_owned()].into(),
            hits: 2,
            is_clear: true,
            reasons: "other persons of the same name".into(),
            by: id("OFF-2027-000001"),
            on: day("2027-01-12"),
        }
        .into(),
    ]
}

fn party() -> Party {
    Party {
        id: id("PTY-2027-000001"),
        name: "Fictitious Optics".into(),
        aliases: ["Fict. Optics".to_owned()].into(),
        country: Some(id("CA")),
        address: Some("1 Example Street".into()),
        identifiers: ["bn:000000001".to_owned()].into(),
        activities: ["makes-sensors".to_owned()].into(),
        is_government: false,
        branch_of: Some(id("PTY-2027-000010")),
        owners: ids(&["PTY-2027-000011"]),
        basis: Some(Basis::Synthetic),
    }
}
