//! Permits and where they stand; applications and what stands between them and a permit.

use axum::Json;
use axum::extract::State;
use casework::{Desk, DeskError, Lens, Sight};
use domain::id::{ApplicationId, PermitId};
use domain::ledger::LineLedger;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::body::answer;
use crate::asked::{Number, Question};
use crate::caller::Reader;
use crate::problem::Problem;
use crate::question::When;
use crate::reads::{PAGE_MAX, PAGE_USUAL};
use crate::room::Room;

/// Which page of a listing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The last one of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// How many, at most 500; 100 when absent.
    #[serde(default)]
    pub limit: Option<usize>,
}

impl Page {
    /// How many rows.
    pub(crate) fn rows(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(PAGE_USUAL) {
            limit @ 1..=PAGE_MAX => Ok(limit),
            _ => Err(Problem::told(
                "limit",
                &domain::language::Bilingual::new("expected 1 to 500", "attendu de 1 à 500"),
            )),
        }
    }
}

/// Permits, by number, with where each stands
///
/// `next` is the `after` of the next page; it is absent on the last one. A permit that was not
/// known or not issued then is left out of its page, which may be short and still have a next one.
/// A person who acts for a party sees that party's permits.
#[utoipa::path(
    get,
    path = "/api/v1/permits",
    params(Page, When),
    security(("token" = [])),
    responses(
        (status = 200, description = "a page of permits", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn list(
    State(room): State<Room>,
    reader: Reader,
    Question(page): Question<Page>,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "permit.read").await?;
    let (limit, times) = (page.rows()?, when.read()?);
    let (found, lens) = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            let found = desk.permits(&sight, page.after.as_deref(), limit, lens)?;
            Ok((found, lens))
        })
        .await?;
    answer(&json!({ "lens": lens, "permits": found.rows, "next": found.next }))
}

/// A permit as known at a position
#[utoipa::path(
    get,
    path = "/api/v1/permits/{id}",
    params(("id" = String, Path, description = "the permit's number"), When),
    security(("token" = [])),
    responses(
        (status = 200, description = "the permit", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn one(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "permit.read").await?;
    look_up(&room, sight, &id, &when, Desk::permit).await
}

/// Where a permit stands, line by line, and why
#[utoipa::path(
    get,
    path = "/api/v1/permits/{id}/standing",
    params(("id" = String, Path, description = "the permit's number"), When),
    security(("token" = [])),
    responses(
        (status = 200, description = "where it stands", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn standing(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "permit.read").await?;
    look_up(&room, sight, &id, &when, Desk::standing).await
}

/// What was granted, is reserved, held, gone and left of each line of a permit
#[utoipa::path(
    get,
    path = "/api/v1/permits/{id}/balance",
    params(("id" = String, Path, description = "the permit's number"), When),
    security(("token" = [])),
    responses(
        (status = 200, description = "the balance, by line", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn balance(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "permit.read").await?;
    let balance = |desk: &Desk, permit: &PermitId, lens: Lens| {
        let lines = desk.ledgers_as_of(permit, lens)?;
        let lines: Vec<Value> = lines.values().map(line_balance).collect();
        Ok(Some(
            json!({ "permit": permit, "lens": lens, "lines": lines }),
        ))
    };
    look_up(&room, sight, &id, &when, balance).await
}

/// One line of a balance: `left` is absent where the line has no limit or nothing is disclosed.
fn line_balance(ledger: &LineLedger) -> Value {
    let unit = ledger.measures.map(|held| held.unit.to_string());
    let currency = ledger.measures.map(|held| held.currency.to_string());
    json!({
        "line": ledger.line, "unit": unit, "currency": currency,
        "granted": ledger.granted, "reserved": ledger.reserved, "held": ledger.held,
        "drawn": ledger.drawn, "returned": ledger.returned, "excess": ledger.excess,
        "left": ledger.left().ok().flatten(),
    })
}

/// What stands between an application and its permit
#[utoipa::path(
    get,
    path = "/api/v1/applications/{id}/check",
    params(("id" = String, Path, description = "the application's number"), When),
    security(("token" = [])),
    responses(
        (status = 200, description = "what policies say, line by line", body = Value),
        (status = "4XX", description = "why not", body = Problem),
    )
)]
pub(crate) async fn check(
    State(room): State<Room>,
    reader: Reader,
    Number(id): Number,
    Question(when): Question<When>,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |_| "application.read").await?;
    let application =
        ApplicationId::new(&id).map_err(|m| Problem::mistaken("id", &m.to_string()))?;
    let times = when.read()?;
    let found = room
        .ask(move |desk| desk.application_check_seen(&sight, &application, times.lens(desk)?))
        .await?;
    answer(&found.ok_or_else(|| Problem::absent(&id))?)
}

/// Finds something of one permit, if it is one that the caller may see.
async fn look_up<T: Serialize + Send + 'static>(
    room: &Room,
    sight: Sight,
    id: &str,
    when: &When,
    found: impl FnOnce(&Desk, &PermitId, Lens) -> Result<Option<T>, DeskError> + Send + 'static,
) -> Result<Json<Value>, Problem> {
    let (permit, times) = (permit_id(id)?, when.read()?);
    let held = room
        .ask(move |desk| {
            let lens = times.lens(desk)?;
            if !desk.may_see_permit(&sight, permit.as_str(), lens)? {
                return Ok(None);
            }
            found(desk, &permit, lens)
        })
        .await?;
    answer(&held.ok_or_else(|| Problem::absent(id))?)
}

/// Reads a permit's number.
pub(crate) fn permit_id(text: &str) -> Result<PermitId, Problem> {
    PermitId::new(text).map_err(|mistake| Problem::mistaken("id", &mistake.to_string()))
}
