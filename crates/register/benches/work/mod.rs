//! Two kinds of work: whole permits, as an import brings them, and reservations, as the gate makes
//! them.

use std::sync::Arc;

use domain::time::{Instant, Position};
use register::event::{NewEvent, Stamp, StoredEvent};
use register::hash::Digest;
use register::projection::{Key, Projection, ProjectionFault, States, ViewRow};
use register::sqlite::SqliteStore;
use register::store::{Progress, Store, StoredAnswer, Writing};
use serde_json::{Value, json};

/// Permits on which the gate's work draws when it is spread evenly.
pub const PERMITS: u64 = 10_000;

/// Folds a permit into two rows of twelve look-ups each; a reservation into a shipment with four
/// look-ups, and the ledger of its line, which has none.
pub struct Views;

impl Projection for Views {
    fn version(&self) -> &'static str {
        "bench-1"
    }

    fn apply(
        &self,
        event: &StoredEvent,
        states: &mut States<'_>,
    ) -> Result<Vec<(Key, ViewRow)>, ProjectionFault> {
        let rows = match event.kind.as_str() {
            "ShipmentReserved" => reserved(event),
            _ => issued(event),
        };
        for (key, _) in &rows {
            states(key)?;
        }
        Ok(rows)
    }
}

fn key(kind: &str, id: &str) -> Key {
    Key {
        kind: kind.into(),
        id: id.into(),
    }
}

fn issued(event: &StoredEvent) -> Vec<(Key, ViewRow)> {
    let id = event.payload["permit"].as_str().unwrap_or("");
    let row = |kind: &str| {
        let field = |n: usize| event.payload["lines"][n % 4]["item"].to_string();
        let index = (0..12).map(|n| (format!("name-{n}"), format!("{}-{}", field(n), n % 3)));
        let body = event.payload.to_string();
        let index = index.collect();
        (key(kind, id), ViewRow { body, index })
    };
    vec![row("permit"), row("balance")]
}

fn reserved(event: &StoredEvent) -> Vec<(Key, ViewRow)> {
    let text = |name: &str| event.payload[name].as_str().unwrap_or("").to_owned();
    let permit = text("permit");
    let index = [
        ("permit", permit.clone()),
        ("state", "open".into()),
        ("office", "OFC-1".into()),
        ("open-on", permit.clone()),
    ];
    let shipment = ViewRow {
        body: event.payload.to_string(),
        index: index.map(|(name, value)| (name.to_owned(), value)).into(),
    };
    let sums = json!({"quantity": event.position.to_string(), "value": "125000.00"});
    let ledger = json!({
        "permit": permit, "line": 1, "granted": sums, "reserved": sums, "held": sums,
        "drawn": sums, "returned": sums, "excess": sums, "is_unlimited": false
    });
    let ledger = ViewRow {
        body: ledger.to_string(),
        index: Vec::new(),
    };
    vec![
        (key("shipment", &text("shipment")), shipment),
        (key("ledger", &format!("{permit}#1")), ledger),
    ]
}

/// A permit of four lines: 44 fields and four tags.
pub fn permit(number: u64) -> NewEvent {
    let line = |n: u64| {
        json!({
            "item": format!("item {}", (number + n) % 200), "entry": "GUIDE@2020:2-15.d",
            "quantity": "12.5", "unit": "C62", "value": "125000.00", "currency": "CAD",
            "serials": [format!("S-{number}-{n}")], "is_component": false, "no": n
        })
    };
    let lines: Vec<Value> = (0..4).map(line).collect();
    NewEvent {
        kind: "PermitIssued".into(),
        form: 1,
        payload: json!({
            "permit": format!("PMT-2027-{number:06}"), "exporter": format!("PTY-{}", number % 500),
            "lines": lines, "conditions": [], "expires_on": "2029-03-01", "country": "TR",
            "kind": "individual", "end_user": format!("PTY-{}", number % 900)
        }),
        tags: vec![
            format!("permit:PMT-2027-{number:06}"),
            format!("party:PTY-{}", number % 500),
            format!("party:PTY-{}", number % 900 + 1_000),
            "country:TR".into(),
        ],
        actor: "OFF-1".into(),
        ground: Some("GRD-1".into()),
        effective_from: None,
        told: None,
    }
}

/// A reservation of one line: 20 fields and two tags.
pub fn reservation(number: u64, permit: u64) -> NewEvent {
    let permit = format!("PMT-2027-{permit:06}");
    let shipment = format!("SHP-2027-{number:06}");
    NewEvent {
        kind: "ShipmentReserved".into(),
        form: 1,
        payload: json!({
            "shipment": shipment, "permit": permit,
            "lodged": {"office": "OFC-1", "declaration": format!("DEC-{number}")},
            "lines": [{
                "line": 1, "quantity": {"amount": "1", "unit": "C62"},
                "value": {"amount": "100.00", "currency": "CAD"}, "destination": "DE",
                "final_destination": "DE", "consignee": "PTY-CSG-000017",
                "intermediates": [], "route": ["NL"], "serials": [format!("S-{number}")]
            }],
            "amounts": {"1": {"quantity": "1", "value": "100.00"}},
            "lapses_at": "2027-03-04T09:00:00Z"
        }),
        tags: vec![format!("shipment:{shipment}"), format!("permit:{permit}")],
        actor: "OFF-CUSTOMS".into(),
        ground: None,
        effective_from: None,
        told: None,
    }
}

pub fn stamp() -> Stamp {
    Stamp {
        now: Instant(1_800_000_000_000_000),
        seed: [7; 32],
    }
}

/// A register of its own, deleted when it is dropped.
pub struct Fresh {
    pub folder: tempfile::TempDir,
    pub store: SqliteStore,
}

pub fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    let store = SqliteStore::open(&path, Arc::new(Views), &mut |_: Progress| ()).unwrap();
    Fresh { folder, store }
}

pub fn append(store: &dyn Store, events: Vec<NewEvent>) {
    let mut writing = store.write(stamp()).unwrap();
    writing.append(events, None, Vec::new()).unwrap();
    writing.commit().unwrap();
}

/// What the gate writes for one reservation: a number, the event with its views, and the answer
/// under the client's key.
pub fn reserve(writing: &mut dyn Writing, number: u64, permit: u64) -> Position {
    writing.next_number("SHP-2027").unwrap();
    let event = reservation(number, permit);
    let position = writing.append(vec![event], None, Vec::new()).unwrap().last;
    let answer = StoredAnswer {
        request: Digest::of(&number.to_be_bytes()),
        answer: format!("{{\"answer\":\"released\",\"shipment\":\"SHP-2027-{number:06}\"}}"),
        events: Some((position, position)),
    };
    writing
        .remember_answer(&format!("reserve/{number}"), &answer)
        .unwrap();
    position
}

/// One durable commit of so many reservations, on one permit or spread over [`PERMITS`].
pub fn reserve_batch(store: &dyn Store, from: u64, batch: u64, is_hot: bool) {
    let mut writing = store.write(stamp()).unwrap();
    for number in from..from + batch {
        let permit = if is_hot {
            1
        } else {
            number.wrapping_mul(7_919) % PERMITS
        };
        reserve(writing.as_mut(), number, permit);
    }
    writing.commit().unwrap();
}
