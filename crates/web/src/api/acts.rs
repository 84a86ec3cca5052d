//! The acts of the desk under their addresses: one handler for all of them, described from their own
//! shapes.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::MethodRouter;
use casework::Actor;
use serde_json::Value;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, Paths, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, Ref, RefOr, Required, ResponseBuilder, ResponsesBuilder, Schema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::body::Bytes;
use crate::acts::{self, About, Act, Call};
use crate::asked::{Key, Number};
use crate::caller::Known;
use crate::problem::Problem;
use crate::room::Room;

/// Longest body of an act that may carry a paper or other material: the paper itself may have
/// 32 MiB, and base64 makes it a third longer.
///
/// # Units
/// Bytes.
const FILE_BODY_BYTES_MAX: usize = 48 * 1024 * 1024;

/// Adds every act to a router.
pub(super) fn add(router: OpenApiRouter<Room>) -> OpenApiRouter<Room> {
    acts::all().fold(router, |router, act| router.routes(route(act)))
}

fn route(act: &'static Act) -> UtoipaMethodRouter<Room> {
    let mut schemas = Vec::new();
    let body = (act.schema)(&mut schemas);
    let method: MethodRouter<Room> = match act.about {
        About::One => axum::routing::post(
            move |State(room): State<Room>,
                  Known(actor): Known,
                  Key(key): Key,
                  Number(id): Number,
                  Bytes(body): Bytes| { perform(act, room, (actor, key), id, body) },
        ),
        About::New | About::All => axum::routing::post(
            move |State(room): State<Room>,
                  Known(actor): Known,
                  Key(key): Key,
                  Bytes(body): Bytes| {
                perform(act, room, (actor, key), String::new(), body)
            },
        ),
    };
    let method = if act.takes_file {
        method.layer(DefaultBodyLimit::max(FILE_BODY_BYTES_MAX))
    } else {
        method
    };
    (schemas, described(act, &body), method)
}

async fn perform(
    act: &'static Act,
    room: Room,
    (actor, key): (Actor, Option<String>),
    id: String,
    body: Vec<u8>,
) -> Result<Json<Value>, Problem> {
    let ready = act.read(&body).map_err(super::body::unread_json)?;
    let asked = id.clone();
    let done = room
        .judge(move |desk| {
            let keyed = match &key {
                None => None,
                Some(key) => {
                    let mut request = format!("{} {} {id}\n", act.noun, act.verb).into_bytes();
                    request.extend_from_slice(&body);
                    Some(desk.under(actor.officer.as_str(), key, &request)?)
                }
            };
            let call = Call {
                desk: keyed.as_ref().unwrap_or(desk),
                before: desk,
                actor: &actor,
                id: &id,
                file: None,
            };
            ready.perform(act, &call)
        })
        .await
        .map_err(|problem| problem.of_address(&asked))?;
    Ok(Json(done))
}

/// The description of an act: its address, its body, and how it answers.
fn described(act: &Act, body: &str) -> Paths {
    let (english, french) = act.says;
    let schema: RefOr<Schema> = Ref::from_schema_name(body).into();
    let mut operation = OperationBuilder::new()
        .operation_id(Some(format!("{}-{}", act.noun, act.verb)))
        .tag(act.collection)
        .summary(Some(english))
        .description(Some(french))
        .parameter(parameter(
            "Idempotency-Key",
            ParameterIn::Header,
            Required::False,
            "1 to 200 characters; the same key with the same body gives the first answer again",
        ))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", Content::new(Some(schema)))
                .required(Some(Required::True))
                .build(),
        ))
        .responses(answers(
            "what was done, and where it stands in the log",
            "Done",
        ))
        .security(SecurityRequirement::new("token", Vec::<String>::new()));
    if act.about == About::One {
        operation = operation.parameter(id_parameter());
    }
    let item = PathItem::new(HttpMethod::Post, operation.build());
    PathsBuilder::new().path(act.path(), item).build()
}

/// The number of a thing, in an address.
pub(super) fn id_parameter() -> utoipa::openapi::path::Parameter {
    parameter("id", ParameterIn::Path, Required::True, "its number")
}

/// A text parameter.
pub(super) fn parameter(
    name: &str,
    place: ParameterIn,
    required: Required,
    says: &str,
) -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(says))
        .schema(Some(
            ObjectBuilder::new().schema_type(SchemaType::new(Type::String)),
        ))
        .build()
}

/// An answer in JSON, of a shape.
pub(super) fn answers(says: &str, of: &str) -> utoipa::openapi::Responses {
    let of: RefOr<Schema> = Ref::from_schema_name(of).into();
    ResponsesBuilder::new()
        .response(
            "200",
            ResponseBuilder::new()
                .description(says)
                .content("application/json", Content::new(Some(of)))
                .build(),
        )
        .build()
}
