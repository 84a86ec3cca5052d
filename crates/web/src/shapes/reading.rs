//! Reading JSON so that nothing in it can be taken in two ways.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Largest whole number that a float carries exactly.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// A value in which no field stands twice, and a whole number is one however it was written (`1.0`).
pub(super) struct Plain(pub Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reading).map(Self)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, held: bool) -> Result<Value, E> {
        Ok(Value::Bool(held))
    }

    fn visit_i64<E>(self, held: i64) -> Result<Value, E> {
        Ok(Value::from(held))
    }

    fn visit_u64<E>(self, held: u64) -> Result<Value, E> {
        Ok(Value::from(held))
    }

    fn visit_f64<E>(self, held: f64) -> Result<Value, E> {
        if held.fract() == 0.0 && held.abs() <= EXACT_MAX {
            // Within the bound the conversion is exact.
            return Ok(Value::from(held as i64));
        }
        Ok(Number::from_f64(held).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, held: &str) -> Result<Value, E> {
        Ok(Value::String(held.to_owned()))
    }

    fn visit_string<E>(self, held: String) -> Result<Value, E> {
        Ok(Value::String(held))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut held = Vec::new();
        while let Some(Plain(item)) = items.next_element()? {
            held.push(item);
        }
        Ok(Value::Array(held))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut held = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if held.contains_key(&name) {
                let shown: String = name.chars().take(60).collect();
                return Err(A::Error::custom(format!(
                    "the field `{shown}` stands twice"
                )));
            }
            let Plain(value) = fields.next_value()?;
            held.insert(name, value);
        }
        Ok(Value::Object(held))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_was_written() {
        let Plain(read) = serde_json::from_str(r#"[1, 1.0, 1e2, -3.0, 1.5, 1e300]"#).unwrap();
        assert_eq!(read, json!([1, 1, 100, -3, 1.5, 1e300]));
    }

    #[test]
    fn a_field_that_stands_twice_is_refused_at_any_depth() {
        let refused = |text: &str| serde_json::from_str::<Plain>(text).is_err();
        assert!(refused(r#"{"a": 1, "a": 1}"#));
        assert!(refused(r#"{"a": [{"b": {"c": 1, "d": 2, "c": 3}}]}"#));
        assert!(!refused(r#"{"a": {"a": 1}, "b": {"a": 1}}"#));
        assert!(refused(&"[".repeat(100_000)), "nested without bound");
    }
}
