//! Who calls the API: by token, or anybody where what is asked is public.
//!
//! Who calls is asked before anything else of a request is read.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use casework::gate::{TokenDigest, Who};
use casework::{Actor, Refusal, Sight};
use domain::language::Bilingual;

use crate::problem::Problem;
use crate::room::Room;
use crate::signed::Signer;

/// The person whose token the request carries.
pub(crate) struct Known(pub Actor);

impl FromRequestParts<Room> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Room) -> Result<Self, Problem> {
        known(room, parts).await.map(Self)
    }
}

/// Who reads: a person by token; nobody in particular where a case is shown.
pub(crate) struct Reader(Option<Actor>);

impl FromRequestParts<Room> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Room) -> Result<Self, Problem> {
        if room.demo().is_some() {
            return Ok(Self(None));
        }
        let actor = known(room, parts).await?;
        Ok(Self(Some(actor)))
    }
}

/// Who the gate is to look up: the holder of the token that the request carries.
///
/// A token that was never seen to be good is looked up first, so that strangers do not stand in
/// the queue of the gate. One that was, is looked up by the gate alone, in the write that answers.
pub(crate) struct AtTheGate(pub Who);

impl FromRequestParts<Room> for AtTheGate {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Room) -> Result<Self, Problem> {
        if let Some(Signer(actor)) = parts.extensions.get() {
            return Ok(Self(Who::Actor(actor.clone())));
        }
        let who = Who::token(token(&parts.headers)?);
        if let Who::Token(digest) = &who
            && !room.has_let_in(digest)
        {
            known(room, parts).await?;
        }
        Ok(Self(who))
    }
}

/// The token that the request carries.
fn token(headers: &HeaderMap) -> Result<&str, Problem> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
        .map(|(_, token)| token.trim())
        .ok_or_else(Problem::unknown_caller)
}

/// The digest of the token that the request carries, if any.
pub(crate) fn token_digest(headers: &HeaderMap) -> Option<TokenDigest> {
    let token = token(headers).ok()?;
    Some(TokenDigest::of(token.as_bytes()))
}

/// Whoever signed the request, or else holds the token that it carries.
async fn known(room: &Room, parts: &Parts) -> Result<Actor, Problem> {
    if let Some(Signer(actor)) = parts.extensions.get() {
        return Ok(actor.clone());
    }
    let token = token(&parts.headers)?.to_owned();
    let digest = TokenDigest::of(token.as_bytes());
    let actor = room.ask(move |desk| desk.actor_of_token(&token)).await?;
    let actor = actor.ok_or_else(Problem::unknown_caller)?;
    room.let_in(digest);
    Ok(actor)
}

/// Lets through a person who may do `action`.
pub(crate) async fn allowed(
    room: &Room,
    actor: &Actor,
    action: &'static str,
) -> Result<(), Problem> {
    let asking = actor.clone();
    if room.ask(move |desk| desk.may(&asking, action)).await? {
        Ok(())
    } else {
        Err(denied(actor.officer.as_str(), action))
    }
}

impl Reader {
    /// How far the reader sees: everything where a case is shown; otherwise what a person who may
    /// do the action may see, which for one who acts for a party is that party's own.
    ///
    /// The action is that of how far the reader would see.
    pub(crate) async fn sight(
        &self,
        room: &Room,
        action: impl FnOnce(&Sight) -> &'static str,
    ) -> Result<Sight, Problem> {
        let Some(actor) = &self.0 else {
            return Ok(Sight::Whole);
        };
        let sight = Sight::of(actor);
        allowed(room, actor, action(&sight)).await?;
        Ok(sight)
    }

    /// Whether the reader may do something and acts for no party; anybody may where a case is shown.
    pub(crate) async fn may(&self, room: &Room, action: &'static str) -> Result<bool, Problem> {
        let Some(actor) = self.0.clone() else {
            return Ok(true);
        };
        let is_officer = actor.party.is_none();
        let may = room.ask(move |desk| desk.may(&actor, action)).await?;
        Ok(is_officer && may)
    }

    /// Lets through anybody where a case is shown, and otherwise a person who may do `action` and
    /// acts for no party: what is read so is not cut down to anybody's own.
    pub(crate) async fn officer(
        &self,
        room: &Room,
        action: &'static str,
    ) -> Result<Sight, Problem> {
        match self.sight(room, |_| action).await? {
            sight @ (Sight::Whole | Sight::Cleared(_)) => Ok(sight),
            Sight::Own(party) => Err(denied(party.as_str(), action)),
        }
    }
}

fn denied(who: &str, action: &str) -> Problem {
    Problem::refused(Refusal {
        code: "access.denied".to_owned(),
        says: Bilingual::new(
            format!("{who} may not {action}"),
            format!("{who} ne peut pas faire ceci : {action}"),
        ),
        law: None,
        would_have_to_change: None,
        reasons: Vec::new(),
    })
}
