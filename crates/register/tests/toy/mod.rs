//! A toy of a register: permits that are issued, drawn on and suspended.

use std::path::Path;
use std::sync::Arc;

use domain::time::{Instant, Position};
use register::checkpoint::CheckpointKey;
use register::event::{NewEvent, Outgoing, Stamp, StoredEvent};
use register::fault::RegisterFault;
use register::projection::{Key, Projection, ProjectionFault, States, ViewRow};
use register::sqlite::SqliteStore;
use register::store::{Store, Writing};
use register::verify::{VerifyOptions, VerifyReport};
use serde_json::{Value, json};

/// The instant at which the toy's time begins.
pub const START: i64 = 1_800_000_000_000_000;

/// Folds the toy's events.
pub struct Toy(pub &'static str);

fn unreadable(because: impl Into<String>) -> ProjectionFault {
    ProjectionFault::Unreadable {
        because: because.into(),
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, ProjectionFault> {
    serde_json::from_str(body).map_err(|error| unreadable(error.to_string()))
}

/// A permit as the toy sees it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Permit {
    holder: String,
    left: i64,
    standing: String,
}

impl Permit {
    fn row(&self) -> ViewRow {
        ViewRow {
            body: serde_json::to_string(self).unwrap(),
            index: vec![
                ("holder".into(), self.holder.clone()),
                ("standing".into(), self.standing.clone()),
                ("left".into(), format!("{:08}", self.left.max(0))),
            ],
        }
    }
}

impl Projection for Toy {
    fn version(&self) -> &str {
        self.0
    }

    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault> {
        let value = |name: &str| {
            event
                .payload
                .get(name)
                .ok_or_else(|| unreadable(format!("no {name}")))
        };
        let text = |name: &str| {
            let text = value(name)?.as_str().map(str::to_owned);
            text.ok_or_else(|| unreadable(format!("{name} is no text")))
        };
        let number = |name: &str| {
            value(name)?
                .as_i64()
                .ok_or_else(|| unreadable(format!("{name} is no number")))
        };
        let key = permit_key(&text("permit")?);
        let mut permit: Permit = match states(&key)? {
            Some(body) => read(&body)?,
            None => Permit {
                holder: "nobody".into(),
                left: 0,
                standing: "none".into(),
            },
        };
        let mut rows = Vec::new();
        match event.kind.as_str() {
            "PermitIssued" => {
                let holder = Key {
                    kind: "holder".into(),
                    id: text("holder")?,
                };
                let held: u64 = states(&holder)?.as_deref().map_or(Ok(0), read)?;
                permit = Permit {
                    holder: holder.id.clone(),
                    left: number("quantity")?,
                    standing: "in-force".into(),
                };
                rows.push((
                    holder,
                    ViewRow {
                        body: (held + 1).to_string(),
                        index: Vec::new(),
                    },
                ));
            }
            "QuantityDrawn" => permit.left -= number("quantity")?,
            "PermitSuspended" => permit.standing = "suspended".into(),
            other => return Err(unreadable(format!("unknown event `{other}`"))),
        }
        rows.push((key, permit.row()));
        Ok(rows)
    }
}

pub fn permit_key(id: &str) -> Key {
    Key {
        kind: "permit".into(),
        id: id.into(),
    }
}

fn event(kind: &str, permit: &str, payload: Value) -> NewEvent {
    NewEvent {
        kind: kind.into(),
        form: 1,
        payload,
        tags: vec![format!("permit:{permit}")],
        actor: "OFF-1".into(),
        ground: Some("GRD-1".into()),
        effective_from: None,
        told: None,
    }
}

pub fn issued(permit: &str, holder: &str, quantity: i64) -> NewEvent {
    let payload = json!({
        "permit": permit, "holder": holder, "quantity": quantity,
        "lines": [{ "item": "camera", "unit": "C62" }, { "item": "lens", "note": null }],
        "conditions": [], "is_amended": false
    });
    let mut issued = event("PermitIssued", permit, payload);
    issued.tags.push(format!("party:{holder}"));
    issued
}

pub fn drawn(permit: &str, quantity: i64) -> NewEvent {
    event(
        "QuantityDrawn",
        permit,
        json!({ "permit": permit, "quantity": quantity }),
    )
}

pub fn suspended(permit: &str) -> NewEvent {
    event(
        "PermitSuspended",
        permit,
        json!({ "permit": permit, "because": "evidence" }),
    )
}

pub fn message(key: &str) -> Outgoing {
    Outgoing {
        key: key.into(),
        topic: "stop-notice".into(),
        recipient: "OFC-1".into(),
        body: json!({ "stop": key }),
    }
}

pub fn stamp(minutes: i64) -> Stamp {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&minutes.to_be_bytes());
    Stamp {
        now: Instant(START).plus_minutes(minutes),
        seed,
    }
}

pub fn sqlite(path: &Path) -> Box<dyn Store> {
    Box::new(open(path, "toy-1").unwrap())
}

pub fn open(path: &Path, version: &'static str) -> Result<SqliteStore, RegisterFault> {
    SqliteStore::open(path, Arc::new(Toy(version)), &mut |_| ())
}

/// Appends in a write of its own.
pub fn append(store: &dyn Store, minutes: i64, events: Vec<NewEvent>) -> Position {
    let mut writing = store.write(stamp(minutes)).unwrap();
    let last = writing.append(events, None, Vec::new()).unwrap().last;
    writing.commit().unwrap();
    last
}

pub fn key() -> CheckpointKey {
    CheckpointKey::new("register.example/toy", &[42; 32]).unwrap()
}

pub fn verify(store: &dyn Store) -> VerifyReport {
    store
        .verify(&VerifyOptions::default(), &mut |_| ())
        .unwrap()
}

/// Everything that the views say, in order.
pub fn all_views(store: &dyn Store) -> Vec<(String, String, u64)> {
    let reading = store.read().unwrap();
    let page = register::store::Page {
        after: None,
        limit: 10_000,
    };
    ["permit", "holder"]
        .iter()
        .flat_map(|kind| reading.page(kind, page).unwrap())
        .map(|view| (view.id, view.body, view.position.0))
        .collect()
}

/// The size of a test: what the variable says, or what a build can bear.
pub fn size(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |size| size.parse().unwrap())
}

/// A register of so many events with something in every table.
pub fn furnish(store: &dyn Store, events: u64) {
    let mut writing: Box<dyn Writing + '_> = store.write(stamp(0)).unwrap();
    for number in 0..events {
        let permit = format!("P-{:03}", number % 97);
        let mut next = match number / 97 {
            0 => issued(&permit, &format!("PTY-{}", number % 7), 100),
            round if round % 3 == 0 => suspended(&permit),
            _ => drawn(&permit, 1),
        };
        if number % 50 == 3 {
            let digest = writing
                .vault_put(format!("evidence {number}").as_bytes())
                .unwrap();
            next.tags.push(digest.tag());
        }
        let outgoing = if number % 40 == 5 {
            vec![message(&format!("M-{number}"))]
        } else {
            vec![]
        };
        let at = writing.append(vec![next], None, outgoing).unwrap().last;
        if number % 30 == 7 {
            let answer = register::store::StoredAnswer {
                request: register::hash::Digest::of(&number.to_be_bytes()),
                answer: format!("{{\"left\":{number}}}"),
                events: Some((at, at)),
            };
            writing
                .remember_answer(&format!("K-{number}"), &answer)
                .unwrap();
        }
        if number % 100 == 99 {
            writing.sign_checkpoint(&key()).unwrap();
        }
        writing.next_number("PMT-2027").unwrap();
    }
    writing.commit().unwrap();
}
