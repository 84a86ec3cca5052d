//! Listings and single things under their addresses: one pair of handlers for all of them.

use axum::Json;
use axum::extract::State;
use axum::routing::MethodRouter;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::Required;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterIn, PathItem, Paths, PathsBuilder,
};
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;

use super::acts::{answers, id_parameter, parameter};
use crate::asked::{Number, Question};
use crate::caller::Reader;
use crate::problem::Problem;
use crate::question::When;
use crate::reads::{self, Asked, Read};
use crate::room::Room;

/// Adds every listing to a router.
pub(super) fn add(router: OpenApiRouter<Room>) -> OpenApiRouter<Room> {
    reads::ALL.iter().fold(router, |router, read| {
        let list: MethodRouter<Room> = axum::routing::get(
            move |State(room): State<Room>, reader: Reader, Question(page): Question<PageAsked>| {
                list(read, room, reader, page)
            },
        );
        let one: MethodRouter<Room> = axum::routing::get(
            move |State(room): State<Room>,
                  reader: Reader,
                  Number(id): Number,
                  Question(when): Question<When>| { one(read, room, reader, id, when) },
        );
        router
            .routes((Vec::new(), described_list(read), list))
            .routes((Vec::new(), described_one(read), one))
    })
}

/// Which page, as an address carries it.
#[derive(Debug, Deserialize)]
struct PageAsked {
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    under: Option<String>,
}

async fn list(
    read: &'static Read,
    room: Room,
    reader: Reader,
    page: PageAsked,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |sight| read.action(sight)).await?;
    let asked = Asked {
        after: page.after,
        limit: page.limit,
        under: page.under,
    };
    let found = room
        .ask(move |desk| read.page(desk, &sight, &asked))
        .await?;
    Ok(Json(
        json!({ (read.collection): found.rows, "next": found.next }),
    ))
}

async fn one(
    read: &'static Read,
    room: Room,
    reader: Reader,
    id: String,
    when: When,
) -> Result<Json<Value>, Problem> {
    let sight = reader.sight(&room, |sight| read.action(sight)).await?;
    let times = when.read()?;
    let asked = id.clone();
    let found = room
        .ask(move |desk| read.one(desk, &sight, &asked, times.lens(desk)?))
        .await?;
    found.map(Json).ok_or_else(|| Problem::absent(&id))
}

fn described_list(read: &Read) -> Paths {
    let (english, french) = read.plural;
    let query = |name: &str, says: &str| parameter(name, ParameterIn::Query, Required::False, says);
    let mut operation = OperationBuilder::new()
        .operation_id(Some(format!("{}-list", read.noun)))
        .tag(read.collection)
        .summary(Some(format!("The {english}, by number")))
        .description(Some(format!(
            "Une page par numéro : {french}. A person who acts for a party sees that party's own. \
             `next` is the `after` of the next page, and absent on the last one."
        )))
        .parameter(query("after", "the last one of the page before"))
        .parameter(query("limit", "how many, at most 500; 100 when absent"))
        .responses(answers("a page", "Page"))
        .security(SecurityRequirement::new("token", Vec::<String>::new()));
    if !read.under.is_empty() {
        let says = format!("NAME:VALUE, with a name of: {}", read.under.join(", "));
        operation = operation.parameter(query("under", &says));
    }
    let item = PathItem::new(HttpMethod::Get, operation.build());
    let path = format!("/api/v1/{}", read.collection);
    PathsBuilder::new().path(path, item).build()
}

fn described_one(read: &Read) -> Paths {
    let known_at = "the position up to which the register is to have learned it; all when absent";
    let operation = OperationBuilder::new()
        .operation_id(Some(format!("{}-show", read.noun)))
        .tag(read.collection)
        .summary(Some(format!("One of the {}", read.plural.0)))
        .description(Some(format!("Un seul, parmi les {}.", read.plural.1)))
        .parameter(id_parameter())
        .parameter(parameter(
            "known_at",
            ParameterIn::Query,
            Required::False,
            known_at,
        ))
        .responses(answers("as known at that position", "Record"))
        .security(SecurityRequirement::new("token", Vec::<String>::new()));
    let item = PathItem::new(HttpMethod::Get, operation.build());
    let path = format!("/api/v1/{}/{{id}}", read.collection);
    PathsBuilder::new().path(path, item).build()
}
