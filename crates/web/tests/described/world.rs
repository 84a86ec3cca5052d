//! A played case with a person of every role, and its router.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection, scenario};
use domain::id::{OfficeId, OfficerId};
use domain::time::Day;
use register::SqliteStore;
use serde_json::Value;
use tower::ServiceExt;

use crate::requests::Sent;

const CASE: &str = "tr-2019-2024.yaml";

/// Whoever sends requests: each role by itself, and one who holds several.
pub(crate) const ROLES: [&[&str]; 11] = [
    &["licensing", "deciding", "customs", "monitor"],
    &["licensing"],
    &["deciding"],
    &["minister"],
    &["customs"],
    &["monitor"],
    &["exporter"],
    &["consulted"],
    &["recipient"],
    &["auditor"],
    &["administrator"],
];

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) text: String,
}

pub(crate) struct World {
    desk: Arc<Desk>,
    router: Router,
    tokens: Vec<String>,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn open() -> Self {
        let bytes = std::fs::read(walks::workspace().join("scenarios").join(CASE)).unwrap();
        let read = intake::scenario::read_scenario(&bytes, CASE).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("case.sqlite");
        let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
        let (_, desk) = scenario::play(&read, Box::new(store), [7; 32]).unwrap();
        let appoint = |(n, roles): (usize, &&[&str])| {
            let request = Appoint {
                officer: OfficerId::new(&format!("OFF-FUZZ-{n}")).unwrap(),
                name: "Synthetic".into(),
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                office: Some(OfficeId::new("OFFICE-1").unwrap()),
                party: None,
                effective_from: Day::new(2019, 1, 1).unwrap(),
                compartments: [].into(),
                wants_token: true,
            };
            desk.appoint(&Actor::operator().unwrap(), &request)
                .unwrap()
                .what
                .unwrap()
        };
        let tokens = ROLES.iter().enumerate().map(appoint).collect();
        let desk = Arc::new(desk);
        Self {
            router: web::router(Arc::clone(&desk), None).unwrap(),
            desk,
            tokens,
            runtime: tokio::runtime::Runtime::new().unwrap(),
            _folder: folder,
        }
    }

    pub(crate) fn token(&self, role: usize) -> String {
        self.tokens[role].clone()
    }

    /// How far the log goes.
    pub(crate) fn head(&self) -> String {
        format!("{:?}", self.desk.reading().unwrap().head().unwrap())
    }

    /// The description as it is served.
    pub(crate) fn description(&self) -> Value {
        let sent = Sent::plain("GET", "/api/v1/openapi.json", "");
        serde_json::from_str(&self.send(&sent).text).unwrap()
    }

    /// Numbers of things that are there, by the collection in which they stand.
    pub(crate) fn ids(&self) -> BTreeMap<String, Vec<String>> {
        let mut found = BTreeMap::new();
        let named = [
            "applications",
            "assurances",
            "parties",
            "evidence",
            "decisions",
        ];
        let more = [
            "orders",
            "reviews",
            "dialogues",
            "shipments",
            "notices",
            "permits",
        ];
        for collection in named.into_iter().chain(more) {
            let path = format!("/api/v1/{collection}?limit=20");
            let answer = self.send(&Sent::plain("GET", &path, &self.tokens[0]));
            let page: Value = serde_json::from_str(&answer.text).unwrap();
            let mut ids = Vec::new();
            for row in page[collection].as_array().into_iter().flatten() {
                gather(row, &mut ids);
            }
            found.insert(collection.to_owned(), ids);
        }
        found
    }

    pub(crate) fn send(&self, sent: &Sent) -> Answer {
        let mut request = Request::builder()
            .method(sent.method.as_str())
            .uri(&sent.address);
        for (name, value) in &sent.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(sent.body.clone())).unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let kind = response.headers().get("content-type");
            let kind = kind.map(|kind| kind.to_str().unwrap().to_owned());
            let status = response.status();
            let bytes = to_bytes(response.into_body(), 16 * 1024 * 1024)
                .await
                .unwrap();
            Answer {
                status,
                kind: kind.unwrap_or_default(),
                text: String::from_utf8(bytes.to_vec()).unwrap(),
            }
        })
    }
}

/// The first id of a row, wherever it stands.
fn gather(row: &Value, ids: &mut Vec<String>) {
    let Some(fields) = row.as_object() else {
        return;
    };
    for name in ["id", "permit"] {
        if let Some(id) = fields.get(name).and_then(Value::as_str) {
            ids.push(id.to_owned());
            return;
        }
    }
    fields.values().for_each(|value| match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, ids)),
        other => gather(other, ids),
    });
}
