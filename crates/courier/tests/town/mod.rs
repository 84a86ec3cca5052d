//! A small register: one permit, two exporters, two customs posts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection};
use domain::event::AuthorityEstablished;
use domain::id::{OfficeId, OfficerId, PartyId};
use domain::time::{Day, Instant};
use register::SqliteStore;
use serde_json::{Value, json};
use walks::synthetic;

/// Nine in the morning of one day, a millisecond later at every reading.
struct Clock(AtomicI64);

impl casework::Clock for Clock {
    fn now(&self) -> Instant {
        Instant(self.0.fetch_add(1_000, Ordering::SeqCst))
    }

    fn today(&self) -> Day {
        Day::new(2026, 11, 24).unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.now().0.to_be_bytes());
        bytes
    }
}

pub(crate) struct Town {
    pub(crate) desk: Arc<Desk>,
    pub(crate) customs: Actor,
    pub(crate) elsewhere: Actor,
    pub(crate) holder: Actor,
    pub(crate) other: Actor,
    folder: tempfile::TempDir,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

impl Town {
    pub(crate) fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.sqlite");
        let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
        let start = Instant::at_start_of(Day::new(2026, 11, 24).unwrap()).plus_minutes(840);
        let clock = Clock(AtomicI64::new(start.0));
        let desk = Desk::open(Box::new(store), Box::new(clock)).unwrap();
        let operator = Actor::operator().unwrap();
        let authority: AuthorityEstablished = of(json!({
            "jurisdiction": "CA", "name": { "en": "an authority", "fr": "une autorité" },
            "verbs": {}, "powers": {}, "permit_word": { "en": "permit", "fr": "licence" },
        }));
        desk.establish(&operator, &authority).unwrap();
        let parties = [("PTY-HOLDER", "CA"), ("PTY-OTHER", "CA"), ("PTY-FAR", "FR")];
        let parties = parties.map(|(id, country)| read(&synthetic::party(id, country)));
        desk.take_over(&operator, &parties, &[read(&synthetic::permit(1000))])
            .unwrap();
        let appoint = |id: &str, role: &str, office: Option<&str>, party: Option<&str>| {
            let request = Appoint {
                officer: OfficerId::new(id).unwrap(),
                name: "Synthetic".into(),
                roles: [role.to_owned()].into(),
                office: office.map(|id| OfficeId::new(id).unwrap()),
                party: party.map(|id| PartyId::new(id).unwrap()),
                effective_from: Day::new(2020, 1, 1).unwrap(),
                compartments: [].into(),
                wants_token: false,
            };
            desk.appoint(&operator, &request).unwrap();
            desk.actor_of(&request.officer).unwrap()
        };
        Self {
            customs: appoint("OFF-C", "customs", Some("OFC-1"), None),
            elsewhere: appoint("OFF-F", "customs", Some("OFC-2"), None),
            holder: appoint("OFF-H", "exporter", None, Some("PTY-HOLDER")),
            other: appoint("OFF-O", "exporter", None, Some("PTY-OTHER")),
            desk: Arc::new(desk),
            folder,
        }
    }

    /// Reserves one article.
    pub(crate) fn reserve(&self, declaration: &str) {
        let request = of(json!({
            "permit": "PMT-2026-000001",
            "lodged": { "office": "OFC-1", "declaration": declaration },
            "lines": [{
                "line": 1, "quantity": { "amount": "1", "unit": "NAR" },
                "value": { "amount": "1.00", "currency": "CAD" },
                "destination": "FR", "final_destination": "FR", "consignee": "PTY-FAR",
            }],
        }));
        let answer = self.desk.reserve(&self.customs, &request, declaration);
        let answer = serde_json::to_value(answer.unwrap().what).unwrap();
        assert_eq!(answer["answer"], "released", "{answer}");
    }

    /// Every byte that the register keeps.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let read = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        read.flatten().collect()
    }
}
