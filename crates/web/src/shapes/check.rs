//! Holding a value against a shape.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

/// Said of a field that a shape does not have.
const NO_FIELD: &str = "there is no such field: what the register fills in itself, leave it out";

/// The shapes of a description, ready to be held against values.
pub(crate) struct Shapes {
    named: Map<String, Value>,
    patterns: BTreeMap<String, Regex>,
}

/// Where a value is not of its shape, and what was expected there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The steps to the place, innermost first.
    steps: Vec<String>,
    expected: String,
}

impl Wrong {
    fn new(expected: impl Into<String>) -> Self {
        Self {
            steps: Vec::new(),
            expected: expected.into(),
        }
    }

    fn within(mut self, step: String) -> Self {
        self.steps.push(step);
        self
    }

    /// The place, as in `terms.lines[0].item`; `body` for the whole.
    pub(crate) fn place(&self) -> String {
        let steps = self.steps.iter().rev().map(String::as_str);
        let path: String = steps.collect();
        match path.trim_start_matches('.') {
            "" => "body".to_owned(),
            path => path.to_owned(),
        }
    }

    /// What was expected.
    pub(crate) fn expected(&self) -> &str {
        &self.expected
    }
}

impl Shapes {
    /// Takes the shapes under their names.
    pub(crate) fn new(named: Map<String, Value>) -> Self {
        let mut patterns = BTreeMap::new();
        for shape in named.values() {
            gather(shape, &mut patterns);
        }
        Self { named, patterns }
    }

    /// Holds a value against the shape of a name.
    pub(crate) fn check(&self, name: &str, given: &Value) -> Result<(), Wrong> {
        match self.named.get(name) {
            Some(shape) => self.holds(shape, given),
            None => Err(Wrong::new(format!("nothing: `{name}` has no shape"))),
        }
    }

    /// Holds a value against a shape.
    pub(crate) fn holds(&self, shape: &Value, given: &Value) -> Result<(), Wrong> {
        if let Some(name) = shape.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or(name);
            self.check(name, given)?;
        }
        for several in ["oneOf", "anyOf"] {
            if let Some(alternatives) = shape.get(several).and_then(Value::as_array) {
                self.any(alternatives, given)?;
            }
        }
        for each in part(shape, "allOf") {
            self.holds(each, given)?;
        }
        if let Some(kind) = shape.get("type") {
            is_of_type(kind, given)?;
        }
        is_listed(shape, given)?;
        match given {
            Value::String(text) => self.text(shape, text),
            Value::Number(_) => number(shape, given),
            Value::Array(items) => self.array(shape, items),
            Value::Object(fields) => self.object(shape, fields),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    /// At least one alternative holds; if none does, the one that came closest says why.
    fn any(&self, alternatives: &[Value], given: &Value) -> Result<(), Wrong> {
        let mut closest: Option<Wrong> = None;
        if let Some(fitting) = fitting(alternatives, given) {
            return self.holds(fitting, given);
        }
        for shape in alternatives {
            let Err(wrong) = self.holds(shape, given) else {
                return Ok(());
            };
            let depth = |held: &Wrong| held.steps.len();
            if closest
                .as_ref()
                .is_none_or(|held| depth(held) < depth(&wrong))
            {
                closest = Some(wrong);
            }
        }
        Err(match closest {
            Some(wrong) if !wrong.steps.is_empty() => wrong,
            _ => Wrong::new("expected one of the shapes that the description of the API names"),
        })
    }

    fn text(&self, shape: &Value, text: &str) -> Result<(), Wrong> {
        if let Some(most) = size(shape, "maxLength")
            && text.chars().count() > most
        {
            return Err(Wrong::new(format!("expected at most {most} characters")));
        }
        if let Some(least) = size(shape, "minLength")
            && text.chars().count() < least
        {
            return Err(Wrong::new(format!("expected at least {least} characters")));
        }
        let Some(pattern) = shape.get("pattern").and_then(Value::as_str) else {
            return Ok(());
        };
        // A pattern that cannot be read matches nothing.
        if self.patterns.get(pattern).is_some_and(|p| p.is_match(text)) {
            return Ok(());
        }
        let says = shape.get("description").and_then(Value::as_str);
        let given: String = text.chars().take(60).collect();
        Err(Wrong::new(match says {
            Some(says) => format!("`{given}` is not what was expected: {says}"),
            None => format!("`{given}` is not what was expected: {pattern}"),
        }))
    }

    fn array(&self, shape: &Value, items: &[Value]) -> Result<(), Wrong> {
        if let Some(least) = size(shape, "minItems")
            && items.len() < least
        {
            return Err(Wrong::new(format!("expected at least {least}")));
        }
        if let Some(most) = size(shape, "maxItems")
            && items.len() > most
        {
            return Err(Wrong::new(format!("expected at most {most}")));
        }
        let Some(of) = shape.get("items") else {
            return Ok(());
        };
        items.iter().enumerate().try_for_each(|(n, item)| {
            self.holds(of, item)
                .map_err(|wrong| wrong.within(format!("[{n}]")))
        })
    }

    fn object(&self, shape: &Value, fields: &Map<String, Value>) -> Result<(), Wrong> {
        let properties = shape.get("properties").and_then(Value::as_object);
        let others = shape.get("additionalProperties");
        for name in part(shape, "required").iter().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                return Err(Wrong::new("expected this field").within(format!(".{name}")));
            }
        }
        for (name, value) in fields {
            let at = |wrong: Wrong| wrong.within(format!(".{name}"));
            if let Some(names) = shape.get("propertyNames") {
                self.holds(names, &Value::String(name.clone()))
                    .map_err(at)?;
            }
            match properties.and_then(|known| known.get(name)).or(others) {
                Some(Value::Bool(false)) => {
                    return Err(at(Wrong::new(NO_FIELD)));
                }
                Some(of) => self.holds(of, value).map_err(at)?,
                None => {}
            }
        }
        Ok(())
    }
}

/// Every pattern within a shape, read.
fn gather(shape: &Value, patterns: &mut BTreeMap<String, Regex>) {
    match shape {
        Value::Object(fields) => {
            if let Some(Value::String(pattern)) = fields.get("pattern")
                && let Ok(read) = Regex::new(pattern)
            {
                patterns.insert(pattern.clone(), read);
            }
            fields.values().for_each(|value| gather(value, patterns));
        }
        Value::Array(items) => items.iter().for_each(|value| gather(value, patterns)),
        _ => {}
    }
}

/// The one alternative that an object can be meant for: that of its `kind`, or of its one field.
fn fitting<'a>(alternatives: &'a [Value], given: &Value) -> Option<&'a Value> {
    let fields = given.as_object()?;
    let is_meant = |shape: &&Value| {
        let properties = shape.get("properties").and_then(Value::as_object);
        match (
            properties.and_then(|known| known.get("kind")),
            fields.get("kind"),
        ) {
            (Some(kind), Some(given)) => kind.get("const") == Some(given),
            (None, None) => {
                let mut names = fields.keys();
                let first = names.next().filter(|_| names.next().is_none());
                first.is_some_and(|name| properties.is_some_and(|known| known.contains_key(name)))
            }
            _ => false,
        }
    };
    let mut meant = alternatives.iter().filter(is_meant);
    meant.next().filter(|_| meant.next().is_none())
}

fn part<'a>(shape: &'a Value, name: &str) -> &'a [Value] {
    let held = shape.get(name).and_then(Value::as_array);
    held.map_or(&[], Vec::as_slice)
}

fn size(shape: &Value, name: &str) -> Option<usize> {
    shape.get(name)?.as_u64()?.try_into().ok()
}

fn is_of_type(kind: &Value, given: &Value) -> Result<(), Wrong> {
    let kinds = match kind {
        Value::Array(kinds) => kinds.as_slice(),
        one => std::slice::from_ref(one),
    };
    let is = |kind: &str| match kind {
        "string" => given.is_string(),
        "integer" => given.is_u64() || given.is_i64(),
        "number" => given.is_number(),
        "boolean" => given.is_boolean(),
        "array" => given.is_array(),
        "object" => given.is_object(),
        "null" => given.is_null(),
        _ => false,
    };
    if kinds.iter().filter_map(Value::as_str).any(is) {
        return Ok(());
    }
    let names: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
    Err(Wrong::new(format!("expected {}", names.join(" or "))))
}

fn is_listed(shape: &Value, given: &Value) -> Result<(), Wrong> {
    if let Some(only) = shape.get("const")
        && only != given
    {
        return Err(Wrong::new(format!("expected {only}")));
    }
    let listed = part(shape, "enum");
    if listed.is_empty() || listed.contains(given) {
        return Ok(());
    }
    let names: Vec<String> = listed.iter().map(ToString::to_string).collect();
    Err(Wrong::new(format!("expected one of {}", names.join(", "))))
}

fn number(shape: &Value, given: &Value) -> Result<(), Wrong> {
    let value = given.as_f64().unwrap_or(f64::NAN);
    let bound = |name: &str| shape.get(name).and_then(Value::as_f64);
    if let Some(least) = bound("minimum")
        && (value < least || value.is_nan())
    {
        return Err(Wrong::new(format!("expected at least {least}")));
    }
    if let Some(most) = bound("maximum")
        && (value > most || value.is_nan())
    {
        return Err(Wrong::new(format!("expected at most {most}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shapes() -> Shapes {
        let named = super::super::all();
        Shapes::new(named.into_iter().map(|(n, s)| (n.to_owned(), s)).collect())
    }

    #[test]
    fn every_pattern_can_be_read() {
        let shapes = shapes();
        let mut texts = Vec::new();
        fn patterns(shape: &Value, texts: &mut Vec<String>) {
            match shape {
                Value::Object(fields) => {
                    texts.extend(
                        fields
                            .get("pattern")
                            .and_then(Value::as_str)
                            .map(str::to_owned),
                    );
                    fields.values().for_each(|value| patterns(value, texts));
                }
                Value::Array(items) => items.iter().for_each(|value| patterns(value, texts)),
                _ => {}
            }
        }
        shapes
            .named
            .values()
            .for_each(|shape| patterns(shape, &mut texts));
        assert!(texts.len() > 10);
        for text in texts {
            assert!(shapes.patterns.contains_key(&text), "{text}");
        }
    }

    #[test]
    fn the_shape_of_a_day_is_what_the_domain_reads() {
        let shapes = shapes();
        for year in [
            "1899", "1900", "1904", "2000", "2023", "2024", "2100", "2199", "2200",
        ] {
            for month in 0..=13 {
                for day in 0..=32 {
                    let text = format!("{year}-{month:02}-{day:02}");
                    let is_shaped = shapes.check("Day", &json!(text)).is_ok();
                    let is_read = domain::time::Day::parse(&text).is_ok();
                    assert_eq!(is_shaped, is_read, "{text}");
                }
            }
        }
    }

    #[test]
    fn the_shape_of_a_number_of_digits_is_what_the_domain_reads() {
        let shapes = shapes();
        for text in [
            "0",
            "007.50",
            "1.",
            ".5",
            "1e3",
            "-1",
            "+1",
            "",
            "1,5",
            "NaN",
            "999999999999999",
            "9999999999999990",
            "0009999999999999",
            "1.000001",
            "1.0000001",
            "1.00000100000",
        ] {
            let is_shaped = shapes.check("Amount", &json!(text)).is_ok();
            let is_read = domain::quantity::parse_amount(text).is_ok();
            assert_eq!(is_shaped, is_read, "{text}");
        }
        let money = |amount: &str, currency: &str| {
            shapes.check("Money", &json!({ "amount": amount, "currency": currency }))
        };
        assert!(money("1.25", "CAD").is_ok());
        assert!(money("1.250", "CAD").is_ok(), "a nought says nothing");
        assert!(money("1.255", "CAD").is_err());
        assert!(money("1.255", "KWD").is_ok());
        assert!(money("1.5", "JPY").is_err());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let shapes = shapes();
        let terms = json!({
            "kind": "individual", "movement": { "kind": "permanent" },
            "lines": [{ "no": 1, "item": { "description": "sights", "modle": "x" } }],
        });
        let wrong = shapes.check("Terms", &terms).unwrap_err();
        assert_eq!(wrong.place(), "lines[0].item.modle");
        assert_eq!(wrong.expected(), NO_FIELD);
        let wrong = shapes.check("Terms", &json!([])).unwrap_err();
        assert_eq!(
            (wrong.place().as_str(), wrong.expected()),
            ("body", "expected object")
        );
    }

    #[test]
    fn a_scope_within_a_scope_is_held_against_its_shape() {
        let shapes = shapes();
        let scope = |last: Value| json!({ "all": [{ "not": { "any": ["everything", last] } }] });
        let country = json!({ "country": { "at": "anywhere", "is": "TR" } });
        assert!(shapes.check("Scope", &scope(country)).is_ok());
        let wrong = json!({ "country": { "at": "anywhere", "is": "tr" } });
        let found = shapes.check("Scope", &scope(wrong)).unwrap_err();
        assert_eq!(found.place(), "all[0].not.any[1].country.is");
        assert!(shapes.check("Scope", &json!({ "all": [] })).is_err());
    }
}
