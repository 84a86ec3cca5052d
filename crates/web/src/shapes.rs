//! The shapes of what bodies carry of the domain: said once, in the description of the API, and held
//! at the door before anything is read.
//!
//! What a shape cannot say (that a number is known, that a scope reaches something) the desk judges.

mod authority;
mod catalogue;
mod check;
mod evidence;
mod measures;
mod monitoring;
mod reading;
mod terms;
mod values;

use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::openapi::{Ref, RefOr, Schema};

use crate::acts::Unread;
use crate::api::Access;

use check::Shapes;
use reading::Plain;

pub(crate) use values::day_pattern;

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It must be there.
    Must,
    /// It may be absent or null.
    May,
    /// It may be absent.
    Else,
}

use Need::{Else, May, Must};

/// Every shape by its name.
pub(crate) fn all() -> Vec<(&'static str, Value)> {
    let mut shapes = values::all();
    shapes.extend(terms::all());
    shapes.extend(measures::all());
    shapes.extend(evidence::all());
    shapes.extend(monitoring::all());
    shapes.extend(authority::all());
    shapes.extend(catalogue::all());
    shapes
}

/// The shapes of the whole description, ready to be held against bodies.
static HELD: LazyLock<Shapes> = LazyLock::new(|| {
    let description = crate::api::description(Access::ByToken);
    let shapes = description.pointer("/components/schemas").cloned();
    let shapes = shapes.as_ref().and_then(Value::as_object).cloned();
    Shapes::new(&shapes.unwrap_or_default())
});

/// Reads a body that is of the shape of a name.
///
/// # Errors
/// Says where the body is not JSON, or not of that shape.
pub(crate) fn read<T: DeserializeOwned>(name: &str, body: &[u8]) -> Result<T, Unread> {
    let Plain(given) = serde_json::from_slice(body).map_err(Unread::not_json)?;
    HELD.check(name, &given)
        .map_err(|wrong| Unread::wrong(&wrong.place(), &wrong.expected()))?;
    serde_json::from_value(given).map_err(|cause| Unread::wrong("body", &cause))
}

/// A reference to a shape.
fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn list_of(name: &str) -> Value {
    list(named(name))
}

fn some(of: Value) -> Value {
    json!({ "type": "array", "items": of, "minItems": 1 })
}

fn one_of(names: &[&str]) -> Value {
    json!({ "type": "string", "enum": names })
}

fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

fn by(key: &str, of: Value) -> Value {
    json!({ "type": "object", "propertyNames": named(key), "additionalProperties": of })
}

/// A field: its name, whether it must be there, and its shape.
type Field<'a> = (&'a str, Need, Value);

/// An object with these fields and no others.
fn object(says: &str, fields: &[Field<'_>]) -> Value {
    let mut properties = Map::new();
    for (name, need, shape) in fields {
        let shape = match need {
            May => json!({ "anyOf": [shape, { "type": "null" }] }),
            Must | Else => shape.clone(),
        };
        properties.insert((*name).to_owned(), shape);
    }
    let required: Vec<&str> = fields
        .iter()
        .filter(|(_, need, _)| *need == Must)
        .map(|(name, ..)| *name)
        .collect();
    json!({
        "type": "object",
        "description": says,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// One of several objects, told apart by their `kind`.
fn kinds(says: &str, kinds: &[(&str, &[Field<'_>])]) -> Value {
    let alternatives: Vec<Value> = kinds
        .iter()
        .map(|(kind, fields)| {
            let mut whole = vec![("kind", Must, json!({ "const": kind }))];
            whole.extend(fields.iter().cloned());
            object(kind, &whole)
        })
        .collect();
    json!({ "description": says, "oneOf": alternatives })
}

/// Stands in bodies for a shape of this module.
macro_rules! shapes {
    ($($name:ident),+ $(,)?) => {
        $(
            /// The shape of this name.
            pub(crate) enum $name {}

            impl utoipa::PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    Ref::from_schema_name(stringify!($name)).into()
                }
            }

            impl utoipa::ToSchema for $name {
                fn name() -> std::borrow::Cow<'static, str> {
                    std::borrow::Cow::Borrowed(stringify!($name))
                }
            }
        )+
    };
}

shapes!(
    Id,
    Day,
    Count,
    Country,
    EntryId,
    Law,
    Spoken,
    Base64,
    Basis,
    Terms,
    Condition,
    IssuedPermit,
    PartyFacts,
    AssuranceFacts,
    DeliveryFacts,
    EvidenceFacts,
    GradeFacts,
    CustodyFacts,
    EvidenceSubject,
    RequestFacts,
    ReplyFacts,
    VisitFacts,
    VisitReportFacts,
    LinkTarget,
    LinkConfidence,
    FindingFacts,
    BreachFacts,
    CriteriaHeld,
    AdvicePosition,
    AuthenticityAnswer,
    RecommendedOutcome,
    ReviewOutcome,
    RestoreCause,
    Topic,
    MessageAddress,
    Ed25519Key,
    LogPosition,
    Standing,
    ScopeOrText,
    AmountsByLine,
    OutcomesByPermit,
    Quantity,
    Money,
    Calendar,
    VerbsByKind,
    LawByPower,
    RegimeFileKind,
    ItemFacts,
    PlatformFacts,
    CompositionFacts,
    UnitFacts,
    FittingFacts,
    ExposureQuestion,
);
