//! A register served to programs, begun empty, with a clock that a test moves.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use casework::officers::Appoint;
use casework::{Actor, Desk, DomainProjection};
use domain::id::OfficerId;
use domain::time::{Day, Instant, Position};
use register::{
    Progress, Reading, RegisterFault, SqliteStore, Stamp, Store, VerifyOptions, VerifyReport,
    Writing,
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A clock that goes on by a millisecond at every reading, and else only when it is moved.
struct Moved(Arc<AtomicI64>);

impl casework::Clock for Moved {
    fn now(&self) -> Instant {
        Instant(self.0.fetch_add(1_000, Ordering::SeqCst))
    }

    fn today(&self) -> Day {
        self.now().utc_day().unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.now().0.to_be_bytes());
        bytes
    }
}

/// A store that a test breaks.
struct Breakable {
    store: SqliteStore,
    is_broken: Arc<AtomicBool>,
}

impl Store for Breakable {
    fn read(&self) -> Result<Box<dyn Reading + '_>, RegisterFault> {
        self.store.read()
    }

    fn write(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        if self.is_broken.load(Ordering::SeqCst) {
            let doing = "writing to a full disk".into();
            return Err(RegisterFault::Standby { doing });
        }
        self.store.write(stamp)
    }

    fn verify(
        &self,
        options: &VerifyOptions<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<VerifyReport, RegisterFault> {
        self.store.verify(options, progress)
    }

    fn rebuild_views(&self, progress: &mut dyn FnMut(Progress)) -> Result<(), RegisterFault> {
        self.store.rebuild_views(progress)
    }

    fn redact(&self, at: Position, pointers: &[&str]) -> Result<(), RegisterFault> {
        self.store.redact(at, pointers)
    }

    fn backup_to(&self, path: &Path) -> Result<(), RegisterFault> {
        self.store.backup_to(path)
    }
}

/// A served register and the tokens of those who act in it.
pub(crate) struct Town {
    desk: Arc<Desk>,
    router: axum::Router,
    clock: Arc<AtomicI64>,
    is_broken: Arc<AtomicBool>,
    tokens: Mutex<BTreeMap<String, String>>,
    _folder: tempfile::TempDir,
}

impl Town {
    /// An empty register with one token, given by the operator at the machine.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register.sqlite");
        let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
        let is_broken = Arc::new(AtomicBool::new(false));
        let store = Breakable {
            store,
            is_broken: Arc::clone(&is_broken),
        };
        let clock = Arc::new(AtomicI64::new(0));
        let desk = Desk::open(Box::new(store), Box::new(Moved(Arc::clone(&clock)))).unwrap();
        clock.store(instant("2026-11-24T15:00:00Z"), Ordering::SeqCst);
        let keeper = Appoint {
            officer: OfficerId::new("OFF-ADMIN").unwrap(),
            name: "Keeper".into(),
            roles: ["administrator".to_owned()].into(),
            office: None,
            party: None,
            effective_from: Day::new(2026, 1, 1).unwrap(),
            compartments: [].into(),
            wants_token: true,
        };
        let token = desk.appoint(&Actor::operator().unwrap(), &keeper).unwrap();
        let token = token.what.unwrap();
        let desk = Arc::new(desk);
        Self {
            router: web::router(Arc::clone(&desk), None).unwrap(),
            desk,
            clock,
            is_broken,
            tokens: Mutex::new([("OFF-ADMIN".to_owned(), token)].into()),
            _folder: folder,
        }
    }

    /// Moves the clock to an instant.
    pub(crate) fn move_to(&self, at: &str) {
        self.clock.store(instant(at), Ordering::SeqCst);
    }

    /// Establishes Canada's authority.
    pub(crate) async fn establish(&self) {
        let body = json!({
            "jurisdiction": "CA",
            "name": { "en": "Synthetic authority", "fr": "Autorité fictive" },
            "permit_word": { "en": "permit", "fr": "licence" },
        });
        self.done("OFF-ADMIN", "authority/establish", body).await;
    }

    /// Appoints somebody and keeps the token.
    pub(crate) async fn appoint(&self, officer: &str, roles: &[&str], party: Option<&str>) {
        let body = json!({
            "officer": officer, "name": "Synthetic", "roles": roles, "party": party,
            "office": roles.contains(&"customs").then_some("OFC-1"),
        });
        self.appoint_with(officer, body).await;
    }

    /// Appoints somebody to whom compartments of sealed evidence are open.
    pub(crate) async fn clear(&self, officer: &str, role: &str, compartments: &[&str]) {
        let body = json!({
            "officer": officer, "name": "Synthetic", "roles": [role],
            "compartments": compartments,
        });
        self.appoint_with(officer, body).await;
    }

    async fn appoint_with(&self, officer: &str, body: Value) {
        let done = self.done("OFF-ADMIN", "officers", body).await;
        let token = done["what"]["token"].as_str().unwrap().to_owned();
        self.tokens.lock().unwrap().insert(officer.into(), token);
    }

    /// Registers a party, screened clear.
    pub(crate) async fn party(&self, id: &str, country: &str) {
        let party = json!({ "party": { "id": id, "name": id, "country": country } });
        self.done("OFF-L", "parties", party).await;
        let clear = json!({
            "editions": ["SYNTHETIC@1"], "hits": 0, "is_clear": true, "reasons": "no hit",
        });
        self.done("OFF-L", &format!("parties/{id}/screen"), clear)
            .await;
    }

    /// Lets every write fail from now on, as a full disk would.
    pub(crate) fn break_store(&self) {
        self.is_broken.store(true, Ordering::SeqCst);
    }

    /// The last position of the log.
    pub(crate) fn position(&self) -> u64 {
        self.desk.now().unwrap().known_at.0
    }

    /// Asks as somebody, in any shape.
    pub(crate) async fn ask(
        &self,
        officer: &str,
        request: axum::http::request::Builder,
        body: Body,
    ) -> (StatusCode, Value) {
        let token = self.token(officer);
        let request = request.header("authorization", format!("Bearer {token}"));
        self.send(request.body(body).unwrap()).await
    }

    /// Asks anything.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if !status.is_success() {
            assert_eq!(
                response.headers()["content-type"],
                "application/problem+json"
            );
        }
        let bytes = to_bytes(response.into_body(), 8 * 1024 * 1024)
            .await
            .unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    /// Reads a text as somebody: its status, its kind, its policy and the text itself.
    pub(crate) async fn text(&self, officer: &str, path: &str) -> (u16, [String; 2], String) {
        let request = Request::get(format!("/api/v1/{path}"))
            .header("authorization", format!("Bearer {}", self.token(officer)));
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let headers = [header("content-type"), header("content-security-policy")];
        let bytes = to_bytes(response.into_body(), 8 * 1024 * 1024)
            .await
            .unwrap();
        (status, headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn token(&self, officer: &str) -> String {
        self.tokens.lock().unwrap()[officer].clone()
    }

    /// Reads as somebody.
    pub(crate) async fn get(&self, officer: &str, path: &str) -> (StatusCode, Value) {
        let token = self.token(officer);
        let request = Request::get(format!("/api/v1/{path}"))
            .header("authorization", format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Acts as somebody, under a key where one is given.
    pub(crate) async fn post(
        &self,
        officer: &str,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> (StatusCode, Value) {
        let token = self.token(officer);
        let mut request = Request::post(format!("/api/v1/{path}"))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Does what must be done.
    pub(crate) async fn done(&self, officer: &str, path: &str, body: Value) -> Value {
        let (status, said) = self.post(officer, path, &body, None).await;
        assert_eq!(status, StatusCode::OK, "{officer} {path}: {said}");
        said
    }

    /// Asks what must be answered with a status.
    pub(crate) async fn not_done(
        &self,
        officer: &str,
        path: &str,
        body: Value,
        status: u16,
    ) -> Value {
        let (found, said) = self.post(officer, path, &body, None).await;
        assert_eq!(found.as_u16(), status, "{officer} {path}: {said}");
        said
    }

    /// Reserves as the customs officer; gives the answer.
    pub(crate) async fn reserve(&self, key: &str, body: &Value) -> Value {
        let (status, said) = self.post("OFF-C", "gate/reserve", body, Some(key)).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        said["what"].clone()
    }
}

fn instant(text: &str) -> i64 {
    text.parse::<Instant>().unwrap().0
}
