//! Who calls the API: by token, or anybody where what is asked is public.

use axum::http::{HeaderMap, header};
use casework::gate::Who;
use casework::{Actor, Refusal, Sight};
use domain::language::Bilingual;

use crate::problem::Problem;
use crate::room::Room;

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

/// Who the gate is to look up: the holder of the token that the request carries.
///
/// A token that was never seen to be good is looked up first, so that strangers do not stand in
/// the queue of the gate. One that was, is looked up by the gate alone, in the write that answers.
pub(crate) async fn at_the_gate(room: &Room, headers: &HeaderMap) -> Result<Who, Problem> {
    let token = token(headers)?;
    let who = Who::token(token);
    if let Who::Token(digest) = &who
        && !room.has_let_in(digest)
    {
        known(room, headers).await?;
        room.let_in(*digest);
    }
    Ok(who)
}

/// The person whose token the request carries.
pub(crate) async fn known(room: &Room, headers: &HeaderMap) -> Result<Actor, Problem> {
    let token = token(headers)?.to_owned();
    let actor = room.ask(move |desk| desk.actor_of_token(&token)).await?;
    actor.ok_or_else(Problem::unknown_caller)
}

/// Lets through a person who may do `action`.
pub(crate) async fn allowed(
    room: &Room,
    headers: &HeaderMap,
    action: &'static str,
) -> Result<Actor, Problem> {
    let actor = known(room, headers).await?;
    let asking = actor.clone();
    let may = room.ask(move |desk| desk.may(&asking, action)).await?;
    if may {
        Ok(actor)
    } else {
        Err(denied(actor.officer.as_str(), action))
    }
}

/// How far a caller sees: everything where a case is shown; otherwise what a person who may do
/// `action` may see, which for one who acts for a party is that party's own.
pub(crate) async fn sight(
    room: &Room,
    headers: &HeaderMap,
    action: &'static str,
) -> Result<Sight, Problem> {
    if room.demo().is_some() {
        return Ok(Sight::Whole);
    }
    Ok(Sight::of(&allowed(room, headers, action).await?))
}

/// Lets through anybody where a case is shown, and otherwise a person who may do `action` and acts
/// for no party: what is read so is not cut down to anybody's own.
pub(crate) async fn officer(
    room: &Room,
    headers: &HeaderMap,
    action: &'static str,
) -> Result<(), Problem> {
    match sight(room, headers, action).await? {
        Sight::Whole => Ok(()),
        Sight::Own(party) => Err(denied(party.as_str(), action)),
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
