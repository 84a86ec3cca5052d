//! The description of the API as it is served: what the handlers say of themselves, and what holds
//! for all of them.

use serde_json::{Map, Value, json};

use crate::reads;
use crate::shapes;

/// Who may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever shows a token.
    ByToken,
    /// Everybody, because a case is shown.
    ReadByAll,
}

/// Why a request is not done, by status, and whether only requests with a body meet it.
const PROBLEMS: [(&str, &str, bool); 11] = [
    ("400", "the address or the body cannot be read", false),
    ("401", "who asks is not known", false),
    ("403", "who asks may not do this", false),
    ("404", "there is nothing of this number", false),
    ("408", "the body did not come in time", true),
    (
        "409",
        "refused by the law or the facts, or it does not fit what is held",
        true,
    ),
    ("413", "the body is longer than is accepted", true),
    ("415", "the body does not say that it is JSON", true),
    (
        "422",
        "a field, a header or a question is not as described here",
        false,
    ),
    (
        "429",
        "too many requests in a second: ask again under the same key",
        false,
    ),
    (
        "500",
        "the register failed: give the incident number to the operator",
        false,
    ),
];

/// Too many wait, or the answer took too long.
const BUSY: &str = "too many wait, or no answer in time: ask again under the same key";

/// The description of the API.
pub(crate) fn description(access: Access) -> Value {
    let (_, description) = super::routes().split_for_parts();
    let mut whole = serde_json::to_value(description).unwrap_or_default();
    if let Some(held) = whole.pointer_mut("/components/schemas") {
        let held = held.as_object_mut().into_iter();
        held.for_each(|held| held.extend(named()));
    }
    let schemes = whole.pointer_mut("/components/securitySchemes");
    if let Some(schemes) = schemes.and_then(Value::as_object_mut) {
        schemes.extend(signing());
    }
    let needed = with_required_field(&whole);
    let paths = whole.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete(operation, (method, path), access, &needed);
            }
        }
    }
    whole
}

fn named() -> impl Iterator<Item = (String, Value)> {
    let shapes = shapes::all().into_iter();
    shapes.map(|(name, shape)| (name.to_owned(), shape))
}

/// The shapes that an empty object does not have.
fn with_required_field(whole: &Value) -> Vec<String> {
    let shapes = whole
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let is_needed = |shape: &Value| {
        // A shape may be another one under its own name.
        let other = shape.get("$ref").and_then(Value::as_str);
        let other = other.and_then(|name| whole.pointer(name.trim_start_matches('#')));
        let required = other
            .unwrap_or(shape)
            .get("required")
            .and_then(Value::as_array);
        required.is_some_and(|names| !names.is_empty())
    };
    let shapes = shapes.into_iter().flatten();
    shapes
        .filter(|(_, shape)| is_needed(shape))
        .map(|(name, _)| format!("#/components/schemas/{name}"))
        .collect()
}

/// Adds to one operation what holds for all.
fn complete(
    operation: &mut Map<String, Value>,
    (method, path): (&str, &str),
    access: Access,
    needed: &[String],
) {
    let is_read = method == "get";
    if is_read && access == Access::ReadByAll {
        operation.remove("security");
    }
    let is_public = !operation.contains_key("security");
    if let Some(ways) = operation.get_mut("security").and_then(Value::as_array_mut) {
        ways.push(signed(is_read));
    }
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str);
        let shape = name.and_then(|name| parameter_shape(name, path));
        if let (Some(shape), Some(fields)) = (shape, parameter.as_object_mut()) {
            fields.insert("schema".to_owned(), shape);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        let of = body.pointer("/content/application~1json/schema/$ref");
        let is_needed = of
            .and_then(Value::as_str)
            .map(|of| needed.iter().any(|n| n == of));
        if let Some(fields) = body.as_object_mut() {
            fields.insert("required".to_owned(), json!(is_needed.unwrap_or(true)));
        }
    }
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    responses.retain(|status, _| status.starts_with('2'));
    for (status, says, only_with_body) in PROBLEMS {
        let is_met = match status {
            "401" | "403" => !is_public,
            _ => !(only_with_body && is_read),
        };
        if is_met {
            responses.insert(status.to_owned(), problem(says, status));
        }
    }
    responses.insert("503".to_owned(), problem(BUSY, "503"));
}

/// The headers of a signed request (RFC 9421), each with what it says. All of them are shown at
/// once; a request without a body shows no digest.
const SIGNED: [(&str, &str); 3] = [
    (
        "signature-input",
        "What the signature covers, as in sig1=(\"@method\" \"@authority\" \"@path\" \
         \"content-digest\" \"content-type\" \"idempotency-key\");created=…;expires=…;nonce=\"…\";\
         keyid=\"KEY-…\";alg=\"ed25519\" (RFC 9421). `@query` is covered where the address has one. \
         A signed request with a body always has an Idempotency-Key.",
    ),
    (
        "signature",
        "The Ed25519 signature by a registered key, as in sig1=:BASE64: (RFC 9421)",
    ),
    (
        "content-digest",
        "The SHA-256 of the body, as in sha-256=:BASE64: (RFC 9530)",
    ),
];

/// The schemes by which a signed request is described.
fn signing() -> impl Iterator<Item = (String, Value)> {
    SIGNED.into_iter().map(|(name, says)| {
        let scheme = json!({ "type": "apiKey", "in": "header", "name": name, "description": says });
        (name.to_owned(), scheme)
    })
}

/// That a request may be signed instead of showing a token.
fn signed(is_read: bool) -> Value {
    let shown = SIGNED
        .into_iter()
        .filter(|(name, _)| !(is_read && *name == "content-digest"));
    Value::Object(
        shown
            .map(|(name, _)| (name.to_owned(), json!([])))
            .collect(),
    )
}

fn problem(says: &str, status: &str) -> Value {
    let mut response = json!({
        "description": says,
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
        } },
    });
    let header = match status {
        "401" => Some(("WWW-Authenticate", json!({ "const": "Bearer" }))),
        "429" | "503" => Some((
            "Retry-After",
            json!({ "type": "string", "pattern": "^[0-9]+$" }),
        )),
        _ => None,
    };
    if let (Some((name, shape)), Some(fields)) = (header, response.as_object_mut()) {
        let headers = json!({ name: { "required": true, "schema": shape } });
        fields.insert("headers".to_owned(), headers);
    }
    response
}

/// What a parameter of a name may be.
fn parameter_shape(name: &str, path: &str) -> Option<Value> {
    Some(match name {
        "id" => json!({ "$ref": "#/components/schemas/Id" }),
        "as_of" => {
            let day = shapes::day_pattern();
            let inner = day.trim_start_matches('^').trim_end_matches('$');
            json!({ "type": "string", "pattern": format!("^(?:{inner})?$") })
        }
        "assurance" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_./:@()-]{0,64}$" }),
        "known_at" => json!({ "type": "string", "pattern": "^[0-9]{0,18}$" }),
        "after" if path.ends_with("/log") => {
            json!({ "type": "string", "pattern": "^[0-9]{1,18}$" })
        }
        "limit" => json!({ "type": "integer", "minimum": 1, "maximum": reads::PAGE_MAX }),
        "under" => {
            let read = reads::ALL
                .iter()
                .find(|read| path.ends_with(read.collection))?;
            let names = read.under.join("|");
            json!({ "type": "string", "pattern": format!("^(?:(?:{names}):.+)?$") })
        }
        "Idempotency-Key" => json!({
            "type": "string", "minLength": 1, "maxLength": 200,
            "pattern": "^[!-~](?:[ -~]*[!-~])?$",
        }),
        _ => return None,
    })
}
