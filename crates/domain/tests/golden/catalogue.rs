//! What is learned of items, platforms and units.

use domain::catalogue::{
    Assembly, Composition, Fitting, ItemFacts, LeftUnder, Month, PlatformFacts, UnitFacts,
};
use domain::event::*;
use domain::item::LineNo;
use domain::party::Basis;
use domain::time::Period;

use super::case::*;

fn period() -> Period {
    Period {
        from: day("2026-01-01"),
        until: Some(day("2029-01-01")),
    }
}

pub(super) fn examples() -> Vec<Event> {
    let mut all = described();
    all.extend(marked());
    all
}

fn described() -> Vec<Event> {
    vec![
        ItemCatalogued {
            item: ItemFacts {
                id: id("ITM-2027-000001"),
                name: "a turret with a camera".into(),
                model: Some("T-1".into()),
                maker: Some(id("PTY-2027-000001")),
                marks: ids_of(&["CT-1"]),
                ratings: ids(&["GUIDE@2020:2-15.d"]),
                source: "the maker's leaflet".into(),
                basis: Some(Basis::Synthetic),
            },
            effective_from: day("2027-01-01"),
        }
        .into(),
        PlatformCatalogued {
            platform: PlatformFacts {
                id: id("DRONE-1"),
                name: "Drone 1".into(),
                marks: ids_of(&["D1"]),
                integrator: Some(id("PTY-2027-000002")),
                classes: ids_of(&["uav"]),
                source: "the integrator's leaflet".into(),
                basis: Some(Basis::Synthetic),
            },
            effective_from: day("2027-01-01"),
        }
        .into(),
        CompositionRecorded {
            composition: Composition {
                assembly: Assembly::Platform {
                    platform: id("DRONE-1"),
                },
                component: id("ITM-2027-000001"),
                quantity_per: 2,
                validity: period(),
                source: "a teardown".into(),
                basis: Some(Basis::Inferred),
                by: id("OFF-2027-000003"),
                on: day("2027-02-01"),
            },
        }
        .into(),
    ]
}

fn marked() -> Vec<Event> {
    vec![
        UnitRecorded {
            unit: UnitFacts {
                id: id("UNT-2027-000001"),
                serial: "SN-10074".into(),
                pieces: 12,
                item: Some(id("ITM-2027-000001")),
                maker: Some(id("PTY-2027-000001")),
                made: Some(Month::parse("2026-05").unwrap()),
                left_under: Some(LeftUnder {
                    permit: id("PMT-2027-000001"),
                    line: Some(LineNo(1)),
                    shipment: Some(id("SHP-2027-000001")),
                }),
                source: "the exporter's list".into(),
                basis: Some(Basis::Fact),
                by: id("OFF-2027-000003"),
                on: day("2027-02-01"),
            },
        }
        .into(),
        UnitFitted {
            fitting: Fitting {
                unit: id("UNT-2027-000001"),
                parent: id("UNT-2027-000002"),
                period: period(),
                source: "a visit".into(),
                basis: Some(Basis::Press),
                by: id("OFF-2027-000003"),
                on: day("2027-02-02"),
            },
        }
        .into(),
    ]
}

fn ids_of(texts: &[&str]) -> std::collections::BTreeSet<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
