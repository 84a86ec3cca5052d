//! Taking over permits of another register as data: all of them in one commit, or none.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use casework::{Actor, Clock, Desk, DomainProjection};
use domain::id::PermitId;
use domain::party::{Party, PartyVersion};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::time::{Day, Instant};
use register::SqliteStore;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Instant {
        Instant::at_start_of(self.today()).plus_minutes(12 * 60)
    }

    fn today(&self) -> Day {
        Day::new(2027, 3, 1).unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        [7; 32]
    }
}

fn permit(id: &str, source: Option<&str>) -> Issued {
    Issued {
        permit: PermitId::new(id).unwrap(),
        terms: Terms {
            kind: PermitKind::Individual,
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
            destinations: BTreeSet::new(),
            final_destinations: BTreeSet::new(),
            programmes: BTreeSet::new(),
            end_use: None,
            lines: Vec::new(),
            conditions: Vec::new(),
        },
        issued_on: Day::new(2026, 1, 1).unwrap(),
        valid_from: Day::new(2026, 1, 1).unwrap(),
        last_day: None,
        origin: match source {
            Some(source) => Origin::Import {
                source: source.into(),
                assumptions: Vec::new(),
            },
            None => Origin::Order {
                law: "EIPA:7(1)".to_owned().try_into().unwrap(),
            },
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: None,
    }
}

fn party(name: &str) -> PartyVersion {
    PartyVersion {
        effective_from: Day::new(2026, 1, 1).unwrap(),
        facts: Party {
            id: domain::id::PartyId::new("PTY-1").unwrap(),
            name: name.into(),
            aliases: BTreeSet::new(),
            country: None,
            address: None,
            identifiers: BTreeSet::new(),
            activities: BTreeSet::new(),
            is_government: false,
            branch_of: None,
            owners: BTreeSet::new(),
            basis: None,
        },
    }
}

/// What a take-over of these leaves behind: whether it was accepted, and how many permits there are.
fn taken(parties: &[PartyVersion], permits: &[Issued]) -> (bool, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    let store = SqliteStore::open(&path, Arc::new(DomainProjection), &mut |_| ()).unwrap();
    let desk = Desk::open(Box::new(store), Box::new(Noon)).unwrap();
    let done = desk.take_over(&Actor::operator().unwrap(), parties, permits);
    (done.is_ok(), desk.count_permits().unwrap())
}

#[test]
fn permits_of_another_register_come_in_one_commit() {
    let permits = [
        permit("P-1", Some("a.csv:1")),
        permit("P-2", Some("a.csv:2")),
    ];
    assert_eq!(taken(&[party("Synthetic")], &permits), (true, 2));
}

#[test]
fn one_bad_permit_or_party_keeps_all_out() {
    let good = permit("P-1", Some("a.csv:1"));
    let twice = [good.clone(), good.clone()];
    assert_eq!(taken(&[], &twice), (false, 0));
    let ordered = [good.clone(), permit("P-2", None)];
    assert_eq!(taken(&[], &ordered), (false, 0));
    assert_eq!(taken(&[party(" ")], &[good]), (false, 0));
}
