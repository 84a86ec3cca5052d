//! Reading what a body carries as the domain's own: values are checked there, and a field that the
//! domain does not know is a mistake and never dropped in silence.

use casework::{Desk, DeskError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::mistaken;

/// Fields under which a scope stands, which may come as policy text.
const SCOPES: [&str; 4] = ["scope", "use_scope", "excludes", "save"];

/// Scopes that are one word, and no policy text.
const WORDS: [&str; 2] = ["everything", "brokering"];

/// Deepest nesting of a body: scopes nest sixteen levels, each as an object in a list.
const DEPTH_MAX: usize = 64;

/// Reads a value as the domain's own.
///
/// # Errors
/// A mistake that names the field.
pub(super) fn read<T: DeserializeOwned + Serialize>(
    field: &str,
    value: Value,
) -> Result<T, DeskError> {
    let read: T = serde_json::from_value(value.clone()).map_err(|cause| mistaken(field, cause))?;
    let kept = serde_json::to_value(&read).map_err(|cause| mistaken(field, cause))?;
    match unknown(&value, &kept, field, 0) {
        None => Ok(read),
        Some(path) => Err(mistaken(&path, "there is no such field")),
    }
}

/// Reads several.
pub(super) fn read_all<T: DeserializeOwned + Serialize>(
    field: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, DeskError> {
    values.into_iter().map(|value| read(field, value)).collect()
}

/// The first field given that was not kept. What is blank leaves no trace, so it is let pass.
fn unknown(given: &Value, kept: &Value, path: &str, depth: usize) -> Option<String> {
    if depth > DEPTH_MAX {
        return Some(path.to_owned());
    }
    let deeper = depth.saturating_add(1);
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => given.iter().find_map(|(name, value)| {
            let path = format!("{path}.{name}");
            match kept.get(name) {
                Some(kept) => unknown(value, kept, &path, deeper),
                None if is_blank(value) => None,
                None => Some(path),
            }
        }),
        (Value::Array(given), Value::Array(kept)) if given.len() == kept.len() => given
            .iter()
            .zip(kept)
            .enumerate()
            .find_map(|(n, (value, kept))| unknown(value, kept, &format!("{path}[{n}]"), deeper)),
        _ => None,
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// The fields of an object.
pub(super) fn fields(field: &str, value: Value) -> Result<Map<String, Value>, DeskError> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(mistaken(field, "expected an object")),
    }
}

/// Fills in what the register itself knows: who acts and the day. A sender does not choose them.
pub(super) fn fill(
    fields: &mut Map<String, Value>,
    name: &str,
    value: impl Into<Value>,
) -> Result<(), DeskError> {
    if fields.contains_key(name) {
        return Err(mistaken(name, "the register fills this in: leave it out"));
    }
    fields.insert(name.to_owned(), value.into());
    Ok(())
}

/// Reads every scope that comes as policy text, wherever it stands.
pub(super) fn scopes(desk: &Desk, value: &mut Value, depth: usize) -> Result<(), DeskError> {
    if depth > DEPTH_MAX {
        return Err(mistaken("scope", "nested too deeply"));
    }
    let deeper = depth.saturating_add(1);
    match value {
        Value::Object(fields) => fields.iter_mut().try_for_each(|(name, value)| match value {
            Value::String(text)
                if SCOPES.contains(&name.as_str()) && !WORDS.contains(&text.as_str()) =>
            {
                let read = desk.read_scope(text)?;
                *value = serde_json::to_value(read).map_err(|cause| mistaken(name, cause))?;
                Ok(())
            }
            other => scopes(desk, other, deeper),
        }),
        Value::Array(list) => list
            .iter_mut()
            .try_for_each(|value| scopes(desk, value, deeper)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use domain::permit::Terms;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_nothing_knows_is_named_with_its_place() {
        let line = |extra: &str| {
            let mut line = json!({ "no": 1, "item": { "description": "sights" } });
            line["item"][extra] = json!("x");
            line
        };
        let terms = |line: Value| {
            json!({
                "kind": "individual", "movement": { "kind": "permanent" }, "lines": [line],
                "consignees": [], "end_user": null,
            })
        };
        assert!(read::<Terms>("terms", terms(line("model"))).is_ok());
        let Err(DeskError::Mistaken(mistake)) = read::<Terms>("terms", terms(line("modle"))) else {
            panic!("a misspelled field is refused");
        };
        assert_eq!(mistake.field, "terms.lines[0].item.modle");
    }
}
