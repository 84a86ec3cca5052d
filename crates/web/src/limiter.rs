//! Rate limits: so many requests a second for each token, and for each address that shows none that
//! is known. A stop is never limited away: whoever is known by token or by signature stops, whatever
//! else was asked.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode};
use casework::gate::TokenDigest;

use crate::caller;
use crate::problem::{Problem, words};
use crate::room::Room;

/// Most callers remembered: more than a state has customs posts. Beyond, those who asked nothing
/// for a while are forgotten, and then everybody.
const CALLERS_MAX: usize = 10_000;

/// Who is limited together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    Token(TokenDigest),
    Address(IpAddr),
    Nobody,
}

/// What a caller has left.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// In millionths of a request.
    left: u64,
    at_micros: i64,
}

/// So many requests a second, and twice as many at once.
pub(crate) struct Limiter {
    per_second: NonZeroU32,
    buckets: Mutex<BTreeMap<Caller, Bucket>>,
}

impl Limiter {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self {
            per_second,
            buckets: Mutex::default(),
        }
    }

    fn full(&self) -> u64 {
        u64::from(self.per_second.get()).saturating_mul(2_000_000)
    }

    /// Takes one request from a caller's bucket; false when there is none left.
    fn take(&self, caller: Caller, now_micros: i64) -> bool {
        let full = self.full();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CALLERS_MAX && !buckets.contains_key(&caller) {
            buckets.retain(|_, held| now_micros.saturating_sub(held.at_micros) < 2_000_000);
            if buckets.len() >= CALLERS_MAX {
                buckets.clear();
            }
        }
        let held = buckets.entry(caller).or_insert(Bucket {
            left: full,
            at_micros: now_micros,
        });
        let passed = u64::try_from(now_micros.saturating_sub(held.at_micros)).unwrap_or(0);
        let filled = passed.saturating_mul(u64::from(self.per_second.get()));
        held.left = held.left.saturating_add(filled).min(full);
        held.at_micros = held.at_micros.max(now_micros);
        match held.left.checked_sub(1_000_000) {
            None => false,
            Some(left) => {
                held.left = left;
                true
            }
        }
    }
}

/// What is said to whoever asks too much.
pub(crate) fn turned_away(room: &Room, request: &Request) -> Option<Problem> {
    let limiter = room.limiter()?;
    let known = caller::token_digest(request.headers()).filter(|token| room.has_let_in(token));
    let is_stop = is_stop(request);
    if known.is_some() && is_stop {
        return None;
    }
    let may_pass = limiter.take(who(known.as_ref(), request), room.now());
    // A signed stop is verified next, before anything else of it is read: a forged one ends there.
    let is_verified_next = is_stop && request.headers().contains_key("signature-input");
    (!may_pass && !is_verified_next).then(too_many)
}

fn who(known: Option<&TokenDigest>, request: &Request) -> Caller {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    match (known, address) {
        (Some(token), _) => Caller::Token(*token),
        (None, Some(ConnectInfo(address))) => Caller::Address(address.ip()),
        (None, None) => Caller::Nobody,
    }
}

/// Whether a request makes, signs or acknowledges a stop.
fn is_stop(request: &Request) -> bool {
    const STOPS: [&str; 4] = [
        "/api/v1/decisions",
        "/api/v1/measures",
        "/api/v1/orders",
        "/api/v1/shipments",
    ];
    let path = request.uri().path();
    request.method() == Method::POST && STOPS.iter().any(|stop| path.starts_with(stop))
}

fn too_many() -> Problem {
    let says = words(
        "too many requests in a second: nothing was decided; ask again under the same key",
        "trop de demandes en une seconde : rien n’a été décidé ; redemandez sous la même clé",
    );
    let status = StatusCode::TOO_MANY_REQUESTS;
    Problem::plain(status, "too-many", "too many requests", says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_two_seconds_at_once_and_then_so_many_a_second() {
        let limiter = Limiter::new(NonZeroU32::new(10).unwrap());
        let caller = |number: u8| Caller::Address(IpAddr::from([192, 0, 2, number]));
        let taken = |number, now| {
            (0..100)
                .filter(|_| limiter.take(caller(number), now))
                .count()
        };
        assert_eq!(taken(1, 0), 20);
        assert_eq!(taken(2, 0), 20, "another caller");
        assert_eq!(taken(1, 500_000), 5);
        assert_eq!(taken(1, 400_000), 0, "a clock that goes back gives nothing");
        assert_eq!(taken(1, 60_000_000), 20);
    }
}
