//! Requests that a program signs (RFC 9421, Ed25519) instead of showing a token.
//!
//! The signature covers method, address, host, the digest of the body (RFC 9530) and the
//! idempotency key, so that no part that decides can be changed. It holds for minutes, and its nonce
//! is taken once. Where the nonce is forgotten (another server, a restart) the idempotency key still
//! stands: a request that is sent again does nothing again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::Actor;
use domain::id::SigningKeyId;
use domain::signing_key::PublicKey;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::BODY_BYTES_MAX;
use crate::problem::{Problem, words};
use crate::room::Room;

/// Longest time between `created` and `expires`.
///
/// # Units
/// Seconds.
const LIFE_MAX: i64 = 300;

/// How far the clock of a sender may be ahead.
///
/// # Units
/// Seconds.
const AHEAD_MAX: i64 = 60;

/// Most nonces remembered at once: 500 signed requests a second over the longest life. Beyond, a
/// request is turned away rather than taken unseen.
const NONCES_MAX: usize = 150_000;

/// Whom a signed request is from.
#[derive(Debug, Clone)]
pub(crate) struct Signer(pub Actor);

/// Nonces taken, with the second at which each may be forgotten.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<BTreeMap<String, i64>>);

impl Nonces {
    /// Takes a nonce; false when it was taken before, or too many are remembered.
    fn take(&self, nonce: String, until: i64, now: i64) -> bool {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= NONCES_MAX {
            taken.retain(|_, until| *until >= now);
        }
        if taken.len() >= NONCES_MAX || taken.get(&nonce).is_some_and(|until| *until >= now) {
            return false;
        }
        taken.insert(nonce, until);
        true
    }
}

/// Why a signed request is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Unsigned {
    #[error(
        "expected one signature, as in sig1=(\"@method\" …);created=…;expires=…;nonce=\"…\";keyid=\"…\";alg=\"ed25519\""
    )]
    Form,
    #[error("expected the signature to cover {0}")]
    Uncovered(&'static str),
    #[error("expected a life of at most {LIFE_MAX} s that has begun and has not ended")]
    Time,
    #[error("the body is not that of its content-digest")]
    Digest,
    #[error("no key of this number signs, or the signature is not of it")]
    Signature,
    #[error("this request was taken before: expected a new nonce")]
    Repeat,
}

impl Unsigned {
    const fn french(&self) -> &'static str {
        match self {
            Self::Form => {
                "une seule signature ed25519 est attendue, avec created, expires, nonce et keyid"
            }
            Self::Uncovered(_) => "la signature ne couvre pas tout ce qui est attendu",
            Self::Time => {
                "une durée d’au plus cinq minutes, commencée et non écoulée, est attendue"
            }
            Self::Digest => "le corps n’est pas celui de son content-digest",
            Self::Signature => "aucune clé de ce numéro ne signe, ou la signature n’est pas d’elle",
            Self::Repeat => "cette demande a déjà été prise : un nouveau nonce est attendu",
        }
    }

    fn problem(&self) -> Problem {
        let says = words(
            &format!("the signature is not taken: {self}"),
            &format!("la signature n’est pas admise : {}", self.french()),
        );
        Problem::plain(
            StatusCode::UNAUTHORIZED,
            "signature",
            "the signature is not taken",
            says,
        )
    }
}

/// What a signature says of itself.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    /// The covered components, in their order.
    covered: Vec<String>,
    created: i64,
    expires: i64,
    nonce: String,
    key: String,
    /// The text of the parameters, as it is signed.
    params: String,
}

/// Verifies a signed request before anything else of it is read; others pass as they are.
pub(crate) async fn verified(room: &Room, request: Request) -> Result<Request, Problem> {
    if request.headers().contains_key("signature-input") {
        verify(room, request).await
    } else {
        Ok(request)
    }
}

async fn verify(room: &Room, request: Request) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    let said = said(&parts.headers).map_err(|why| why.problem())?;
    let now = room.now().div_euclid(1_000_000);
    let base = base(&said, (&parts.method, &parts.uri), &parts.headers, now)
        .map_err(|why| why.problem())?;
    let signature = signature(&parts.headers).ok_or_else(|| Unsigned::Form.problem())?;
    let id = SigningKeyId::new(&said.key).map_err(|_| Unsigned::Signature.problem())?;
    let held = room.ask(move |desk| desk.signer(&id)).await?;
    let signer = held
        .filter(|(key, _)| is_signed(key, &base, &signature))
        .map(|(_, actor)| actor)
        .ok_or_else(|| Unsigned::Signature.problem())?;
    let bytes = to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|_| too_long())?;
    if parts.method != Method::GET && !is_digest(&parts.headers, &bytes) {
        return Err(Unsigned::Digest.problem());
    }
    let nonce = format!("{} {}", said.key, said.nonce);
    if !room.nonces().take(nonce, said.expires, now) {
        return Err(Unsigned::Repeat.problem());
    }
    parts.extensions.insert(Signer(signer));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn too_long() -> Problem {
    let says = words(
        "the body is longer than is accepted",
        "le corps est plus long que ce qui est admis",
    );
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Problem::plain(status, "body", "the body cannot be read", says)
}

/// The one value of a header, where it has one.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.trim())
}

fn said(headers: &HeaderMap) -> Result<Said, Unsigned> {
    let text = one(headers, "signature-input").ok_or(Unsigned::Form)?;
    let params = text.strip_prefix("sig1=").ok_or(Unsigned::Form)?;
    let (list, rest) = params
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .ok_or(Unsigned::Form)?;
    let quoted = |text: &str| -> Option<String> {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"\\;,()".contains(c);
        (!inner.is_empty() && inner.chars().all(is_plain)).then(|| inner.to_owned())
    };
    let covered: Option<Vec<String>> = list.split(' ').map(quoted).collect();
    let mut fields = BTreeMap::new();
    for part in rest.split(';').skip(1) {
        let (name, value) = part.split_once('=').ok_or(Unsigned::Form)?;
        if fields.insert(name, value).is_some() {
            return Err(Unsigned::Form);
        }
    }
    let number = |name: &str| fields.get(name).and_then(|text| text.parse::<i64>().ok());
    let text = |name: &str| fields.get(name).and_then(|text| quoted(text));
    if !rest.starts_with(';') || text("alg").is_some_and(|alg| alg != "ed25519") {
        return Err(Unsigned::Form);
    }
    Ok(Said {
        covered: covered.ok_or(Unsigned::Form)?,
        created: number("created").ok_or(Unsigned::Form)?,
        expires: number("expires").ok_or(Unsigned::Form)?,
        nonce: text("nonce").ok_or(Unsigned::Form)?,
        key: text("keyid").ok_or(Unsigned::Form)?,
        params: params.to_owned(),
    })
}

fn signature(headers: &HeaderMap) -> Option<Signature> {
    let text = one(headers, "signature")?.strip_prefix("sig1=:")?;
    let bytes = STANDARD.decode(text.strip_suffix(':')?).ok()?;
    Signature::from_slice(&bytes).ok()
}

/// The text that is signed, once everything that must be covered is.
fn base(
    said: &Said,
    (method, uri): (&Method, &axum::http::Uri),
    headers: &HeaderMap,
    now: i64,
) -> Result<String, Unsigned> {
    let life = said.expires.saturating_sub(said.created);
    let is_now = said.created <= now.saturating_add(AHEAD_MAX) && now <= said.expires;
    if !(1..=LIFE_MAX).contains(&life) || !is_now {
        return Err(Unsigned::Time);
    }
    let mut demanded = vec!["@method", "@authority", "@path"];
    if uri.query().is_some() {
        demanded.push("@query");
    }
    if method != Method::GET {
        demanded.extend(["content-digest", "content-type", "idempotency-key"]);
    }
    let is_covered = |name: &&str| said.covered.iter().any(|covered| covered == name);
    if let Some(missing) = demanded.into_iter().find(|name| !is_covered(name)) {
        return Err(Unsigned::Uncovered(missing));
    }
    let distinct: BTreeSet<&String> = said.covered.iter().collect();
    if distinct.len() != said.covered.len() {
        return Err(Unsigned::Form);
    }
    let mut base = String::new();
    for name in &said.covered {
        let value = match name.as_str() {
            "@method" => method.as_str().to_owned(),
            "@authority" => one(headers, "host").ok_or(Unsigned::Form)?.to_lowercase(),
            "@path" => uri.path().to_owned(),
            "@query" => format!("?{}", uri.query().unwrap_or_default()),
            name if name.starts_with('@') => return Err(Unsigned::Form),
            name => one(headers, name).ok_or(Unsigned::Form)?.to_owned(),
        };
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {}", said.params));
    Ok(base)
}

fn is_signed(key: &PublicKey, base: &str, signature: &Signature) -> bool {
    let bytes = STANDARD.decode(key.as_str()).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    key.is_some_and(|key| key.verify_strict(base.as_bytes(), signature).is_ok())
}

/// Whether a body is that of its digest (RFC 9530, SHA-256).
fn is_digest(headers: &HeaderMap, body: &[u8]) -> bool {
    let expected = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(body)));
    one(headers, "content-digest") == Some(&expected)
}
