//! What can be asked of the desk, as both doors take it: a noun, a verb, and a body in JSON.
//!
//! The JSON API serves each act under its own address, and the command line under its noun and
//! verb. Both read the body with the same shapes and call the desk through the same function.

mod applications;
mod assurances;
mod authority;
mod catalogue;
mod dialogues;
mod evidence;
mod measures;
mod monitoring;
mod notices;
mod parties;
mod passages;
mod permits;
mod reviews;
mod shipments;
mod signing_keys;
mod strict;
mod webhooks;

use casework::{Actor, Desk, DeskError, Done, Mistake, Sight};
use domain::language::Bilingual;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::reads;
use crate::shapes;

/// Shapes by their names, for the description of the API.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// What an act is about, and so how its address is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Something new: `POST /collection`.
    New,
    /// One thing: `POST /collection/{id}/verb`.
    One,
    /// The register as it is: `POST /collection/verb`.
    All,
}

/// One act that both doors offer.
#[derive(Clone, Copy)]
pub struct Act {
    /// The noun of the command, as in `application`.
    pub noun: &'static str,
    /// The verb, as in `submit`.
    pub verb: &'static str,
    /// The collection of the address, as in `applications`.
    pub collection: &'static str,
    /// What it is about.
    pub about: About,
    /// What it does, in English and French.
    pub says: (&'static str, &'static str),
    /// Whether bytes of a file may come with it.
    pub takes_file: bool,
    read: fn(&[u8]) -> Result<Ready, Unread>,
    pub(crate) schema: fn(&mut Schemas) -> String,
}

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.noun, self.verb)
    }
}

/// An act whose body was read, ready to be done.
pub struct Ready(Box<Perform>);

/// Does an act with what is at hand.
type Perform = dyn FnOnce(&Call<'_>) -> Result<Value, DeskError> + Send;

/// Why a body is not one that can be judged.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It is not JSON.
    #[error("the body is not JSON: {0}")]
    Malformed(#[source] serde_json::Error),
    /// It is not of the shape that the description of the API gives.
    #[error(transparent)]
    Wrong(#[from] Mistake),
}

impl Unread {
    /// A text that is no JSON, or JSON that can be taken in two ways.
    pub(crate) fn not_json(cause: serde_json::Error) -> Self {
        if cause.is_data() {
            Self::wrong("body", &cause)
        } else {
            Self::Malformed(cause)
        }
    }

    pub(crate) fn wrong(field: &str, expected: &dyn std::fmt::Display) -> Self {
        Self::Wrong(Mistake::of(field, expected))
    }
}

/// What an act is done with.
pub struct Call<'a> {
    /// The desk; under the key of the request where there is one.
    pub desk: &'a Desk,
    /// The desk for what comes before the act, as giving numbers.
    pub before: &'a Desk,
    /// Who acts.
    pub actor: &'a Actor,
    /// The thing that the act is about; empty for a new one.
    pub id: &'a str,
    /// Bytes that came beside the body.
    pub file: Option<Vec<u8>>,
}

/// The body of one act.
pub(crate) trait Body: DeserializeOwned + ToSchema + Send + 'static {
    /// Does the act.
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError>;
}

impl Act {
    const fn of<B: Body>(
        (noun, verb): (&'static str, &'static str),
        collection: &'static str,
        about: About,
        says: (&'static str, &'static str),
    ) -> Self {
        Self {
            noun,
            verb,
            collection,
            about,
            says,
            takes_file: false,
            read: read::<B>,
            schema: schema::<B>,
        }
    }

    const fn with_file(mut self) -> Self {
        self.takes_file = true;
        self
    }

    /// The address in the API.
    #[must_use]
    pub fn path(&self) -> String {
        let collection = self.collection;
        match self.about {
            About::New => format!("/api/v1/{collection}"),
            About::One => format!("/api/v1/{collection}/{{id}}/{}", self.verb),
            About::All => format!("/api/v1/{collection}/{}", self.verb),
        }
    }

    /// Reads a body; nothing at all counts as an empty object.
    ///
    /// # Errors
    /// Says where the body is not JSON, or not what the description of the act says.
    pub fn read(&self, body: &[u8]) -> Result<Ready, Unread> {
        let is_blank = body.iter().all(u8::is_ascii_whitespace);
        let body: &[u8] = if is_blank { b"{}" } else { body };
        (self.read)(body)
    }
}

impl Ready {
    /// Does the act. A repeat under the key of the desk gives the first answer, marked so.
    ///
    /// # Errors
    /// What the desk says.
    pub fn perform(self, act: &Act, call: &Call<'_>) -> Result<Value, DeskError> {
        let done = call
            .desk
            .check_repeat()
            .and_then(|()| check_own(act, call))
            .and_then(|()| (self.0)(call));
        match done {
            Err(DeskError::Repeated(first)) => Ok(serde_json::json!({
                "events": first.events,
                "is_repeat": true,
                "what": first.what,
            })),
            other => other,
        }
    }
}

/// A thing that is not somebody's own is answered as one that is not there.
fn check_own(act: &Act, call: &Call<'_>) -> Result<(), DeskError> {
    let sight = Sight::of(call.actor);
    if act.about != About::One || sight.is_whole() {
        return Ok(());
    }
    let lens = call.before.now()?;
    let is_seen = match reads::find(act.noun) {
        Some(read) => read.one(call.before, &sight, call.id, lens)?.is_some(),
        None if act.noun == "permit" => call.before.may_see_permit(&sight, call.id, lens)?,
        None => true,
    };
    // Registering for a general permit comes before seeing it as one's own.
    if is_seen || act.verb == "register-use" {
        return Ok(());
    }
    let says = format!("there is no {} of this number", act.noun);
    Err(mistaken(call.id, says))
}

/// Every act, in the order in which people meet them.
pub fn all() -> impl Iterator<Item = &'static Act> {
    [
        authority::ACTS,
        parties::ACTS,
        applications::ACTS,
        permits::ACTS,
        shipments::ACTS,
        assurances::ACTS,
        evidence::ACTS,
        catalogue::ACTS,
        monitoring::REQUESTS,
        monitoring::VISITS,
        passages::ACTS,
        measures::ACTS,
        reviews::ACTS,
        dialogues::ACTS,
        notices::ACTS,
        webhooks::ACTS,
        signing_keys::ACTS,
    ]
    .into_iter()
    .flatten()
}

/// The act under a noun and a verb.
#[must_use]
pub fn find(noun: &str, verb: &str) -> Option<&'static Act> {
    all().find(|act| act.noun == noun && act.verb == verb)
}

fn read<B: Body>(body: &[u8]) -> Result<Ready, Unread> {
    let read: B = shapes::read(&B::name(), body)?;
    Ok(Ready(Box::new(move |call| read.perform(call))))
}

fn schema<B: Body>(schemas: &mut Schemas) -> String {
    let name = B::name().into_owned();
    schemas.push((name.clone(), B::schema()));
    B::schemas(schemas);
    name
}

/// Writes what was done.
fn done<T: Serialize>(done: &Done<T>) -> Result<Value, DeskError> {
    written(done)
}

fn written<T: Serialize>(found: &T) -> Result<Value, DeskError> {
    serde_json::to_value(found).map_err(|cause| mistaken("answer", cause))
}

fn mistaken(field: &str, expected: impl std::fmt::Display) -> DeskError {
    DeskError::Mistaken(Mistake::of(field, expected))
}

/// Reads the identifier of the thing that an act is about.
fn about<T: std::str::FromStr>(call: &Call<'_>) -> Result<T, DeskError>
where
    T::Err: std::fmt::Display,
{
    call.id.parse().map_err(|mistake| mistaken("id", mistake))
}

/// A text in both languages, as a body carries it.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BothLanguages {
    /// English.
    #[schema(value_type = shapes::Spoken)]
    en: String,
    /// French.
    #[schema(value_type = shapes::Spoken)]
    fr: String,
}

impl From<BothLanguages> for Bilingual {
    fn from(both: BothLanguages) -> Self {
        Self::new(both.en, both.fr)
    }
}
