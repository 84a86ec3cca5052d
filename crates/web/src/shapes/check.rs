//! Holding a value against a shape.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

/// Said of a field that a shape does not have.
const NO_FIELD: &str = "there is no such field: what the register fills in itself, leave it out";

/// The shapes of a description, ready to be held against values.
pub(crate) struct Shapes(BTreeMap<String, Shape>);

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
    pub(crate) fn new(named: &Map<String, Value>) -> Self {
        let read = |(name, shape): (&String, &Value)| (name.clone(), Shape::read(shape));
        Self(named.iter().map(read).collect())
    }

    /// Holds a value against the shape of a name.
    pub(crate) fn check(&self, name: &str, given: &Value) -> Result<(), Wrong> {
        match self.0.get(name) {
            Some(shape) => self.holds(shape, given),
            None => Err(Wrong::new(format!("nothing: `{name}` has no shape"))),
        }
    }

    /// Holds a value against a shape.
    fn holds(&self, shape: &Shape, given: &Value) -> Result<(), Wrong> {
        if let Some(name) = &shape.named {
            self.check(name, given)?;
        }
        for alternatives in &shape.any_of {
            self.any(alternatives, given)?;
        }
        for each in &shape.all_of {
            self.holds(each, given)?;
        }
        shape.is_of_type(given)?;
        shape.is_listed(given)?;
        match given {
            Value::String(text) => shape.text.holds(text),
            Value::Number(_) => shape.holds_number(given),
            Value::Array(items) => self.array(shape, items),
            Value::Object(fields) => self.object(&shape.fields, fields),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    /// At least one alternative holds; if none does, the one that came closest says why.
    fn any(&self, alternatives: &[Shape], given: &Value) -> Result<(), Wrong> {
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

    fn array(&self, shape: &Shape, items: &[Value]) -> Result<(), Wrong> {
        shape.items_least_most.holds(items.len(), "")?;
        let Some(of) = &shape.items else {
            return Ok(());
        };
        items.iter().enumerate().try_for_each(|(n, item)| {
            self.holds(of, item)
                .map_err(|wrong| wrong.within(format!("[{n}]")))
        })
    }

    fn object(&self, shape: &Fields, given: &Map<String, Value>) -> Result<(), Wrong> {
        for name in &shape.required {
            if !given.contains_key(name) {
                return Err(Wrong::new("expected this field").within(format!(".{name}")));
            }
        }
        for (name, value) in given {
            let at = |wrong: Wrong| wrong.within(format!(".{name}"));
            if let Some(names) = &shape.names {
                self.holds(names, &Value::String(name.clone()))
                    .map_err(at)?;
            }
            match (shape.known.get(name), &shape.others) {
                (Some(of), _) => self.holds(of, value).map_err(at)?,
                (None, Others::Of(of)) => self.holds(of, value).map_err(at)?,
                (None, Others::None) => return Err(at(Wrong::new(NO_FIELD))),
                (None, Others::Any) => {}
            }
        }
        Ok(())
    }
}

/// A shape as JSON Schema says it, read once: the words of it that the description uses.
#[derive(Default)]
struct Shape {
    /// Another shape that must hold too.
    named: Option<String>,
    /// Of each list, one must hold.
    any_of: Vec<Vec<Shape>>,
    all_of: Vec<Shape>,
    /// The types allowed; all of them when empty.
    types: Vec<String>,
    only: Option<Value>,
    listed: Vec<Value>,
    text: Text,
    minimum: Option<f64>,
    maximum: Option<f64>,
    items_least_most: Size,
    items: Option<Box<Shape>>,
    fields: Fields,
}

/// A shortest and a longest.
#[derive(Default)]
struct Size {
    least: Option<usize>,
    most: Option<usize>,
}

/// What is asked of a text.
#[derive(Default)]
struct Text {
    size: Size,
    pattern: Option<Pattern>,
}

/// A pattern, with how it is described. One that cannot be read matches nothing.
struct Pattern {
    read: Option<Regex>,
    says: String,
}

/// What is asked of the fields of an object.
#[derive(Default)]
struct Fields {
    required: Vec<String>,
    known: BTreeMap<String, Shape>,
    names: Option<Box<Shape>>,
    others: Others,
}

/// What is asked of fields that are not named.
#[derive(Default)]
enum Others {
    #[default]
    Any,
    None,
    Of(Box<Shape>),
}

impl Shape {
    fn read(shape: &Value) -> Self {
        let text = |name: &str| shape.get(name).and_then(Value::as_str);
        let several =
            |name: &str| -> Vec<Self> { part(shape, name).iter().map(Self::read).collect() };
        let one = |name: &str| shape.get(name).map(|of| Box::new(Self::read(of)));
        let bound = |name: &str| shape.get(name).and_then(Value::as_f64);
        let any_of = ["oneOf", "anyOf"].map(several);
        Self {
            named: text("$ref").map(|path| path.rsplit('/').next().unwrap_or(path).to_owned()),
            any_of: any_of.into_iter().filter(|list| !list.is_empty()).collect(),
            all_of: several("allOf"),
            types: match shape.get("type") {
                Some(Value::Array(kinds)) => texts(kinds),
                Some(one) => texts(std::slice::from_ref(one)),
                None => Vec::new(),
            },
            only: shape.get("const").cloned(),
            listed: part(shape, "enum").to_vec(),
            text: Text {
                size: Size::read(shape, "minLength", "maxLength"),
                pattern: text("pattern").map(|pattern| Pattern {
                    read: Regex::new(pattern).ok(),
                    says: text("description").unwrap_or(pattern).to_owned(),
                }),
            },
            minimum: bound("minimum"),
            maximum: bound("maximum"),
            items_least_most: Size::read(shape, "minItems", "maxItems"),
            items: one("items"),
            fields: Fields {
                required: texts(part(shape, "required")),
                known: match shape.get("properties").and_then(Value::as_object) {
                    Some(known) => known
                        .iter()
                        .map(|(n, of)| (n.clone(), Self::read(of)))
                        .collect(),
                    None => BTreeMap::new(),
                },
                names: one("propertyNames"),
                others: match shape.get("additionalProperties") {
                    None | Some(Value::Bool(true)) => Others::Any,
                    Some(Value::Bool(false)) => Others::None,
                    Some(of) => Others::Of(Box::new(Self::read(of))),
                },
            },
        }
    }

    fn is_of_type(&self, given: &Value) -> Result<(), Wrong> {
        let is = |kind: &String| match kind.as_str() {
            "string" => given.is_string(),
            "integer" => given.is_u64() || given.is_i64(),
            "number" => given.is_number(),
            "boolean" => given.is_boolean(),
            "array" => given.is_array(),
            "object" => given.is_object(),
            "null" => given.is_null(),
            _ => false,
        };
        if self.types.is_empty() || self.types.iter().any(is) {
            return Ok(());
        }
        Err(Wrong::new(format!("expected {}", self.types.join(" or "))))
    }

    fn is_listed(&self, given: &Value) -> Result<(), Wrong> {
        if let Some(only) = &self.only
            && only != given
        {
            return Err(Wrong::new(format!("expected {only}")));
        }
        if self.listed.is_empty() || self.listed.contains(given) {
            return Ok(());
        }
        let names: Vec<String> = self.listed.iter().map(ToString::to_string).collect();
        Err(Wrong::new(format!("expected one of {}", names.join(", "))))
    }

    fn holds_number(&self, given: &Value) -> Result<(), Wrong> {
        let value = given.as_f64().unwrap_or(f64::NAN);
        if let Some(least) = self.minimum
            && (value < least || value.is_nan())
        {
            return Err(Wrong::new(format!("expected at least {least}")));
        }
        if let Some(most) = self.maximum
            && (value > most || value.is_nan())
        {
            return Err(Wrong::new(format!("expected at most {most}")));
        }
        Ok(())
    }
}

impl Size {
    fn read(shape: &Value, least: &str, most: &str) -> Self {
        let size = |name: &str| shape.get(name)?.as_u64()?.try_into().ok();
        Self {
            least: size(least),
            most: size(most),
        }
    }

    fn holds(&self, length: usize, unit: &str) -> Result<(), Wrong> {
        if let Some(most) = self.most.filter(|most| length > *most) {
            return Err(Wrong::new(format!("expected at most {most}{unit}")));
        }
        if let Some(least) = self.least.filter(|least| length < *least) {
            return Err(Wrong::new(format!("expected at least {least}{unit}")));
        }
        Ok(())
    }
}

impl Text {
    fn holds(&self, text: &str) -> Result<(), Wrong> {
        if self.size.least.is_some() || self.size.most.is_some() {
            self.size.holds(text.chars().count(), " characters")?;
        }
        let Some(pattern) = &self.pattern else {
            return Ok(());
        };
        if pattern
            .read
            .as_ref()
            .is_some_and(|read| read.is_match(text))
        {
            return Ok(());
        }
        let given: String = text.chars().take(60).collect();
        let says = &pattern.says;
        Err(Wrong::new(format!(
            "`{given}` is not what was expected: {says}"
        )))
    }
}

/// The one alternative that an object can be meant for: that of its `kind`, or of its one field.
fn fitting<'a>(alternatives: &'a [Shape], given: &Value) -> Option<&'a Shape> {
    let given = given.as_object()?;
    let is_meant = |shape: &&Shape| {
        let known = &shape.fields.known;
        match (known.get("kind"), given.get("kind")) {
            (Some(kind), Some(given)) => kind.only.as_ref() == Some(given),
            (None, None) => {
                let mut names = given.keys();
                let first = names.next().filter(|_| names.next().is_none());
                first.is_some_and(|name| known.contains_key(name))
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

fn texts(values: &[Value]) -> Vec<String> {
    let texts = values.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named() -> Map<String, Value> {
        let named = super::super::all();
        named.into_iter().map(|(n, s)| (n.to_owned(), s)).collect()
    }

    fn shapes() -> Shapes {
        Shapes::new(&named())
    }

    #[test]
    fn every_pattern_can_be_read() {
        fn patterns(shape: &Value, texts: &mut Vec<String>) {
            match shape {
                Value::Object(fields) => {
                    let text = fields.get("pattern").and_then(Value::as_str);
                    texts.extend(text.map(str::to_owned));
                    fields.values().for_each(|value| patterns(value, texts));
                }
                Value::Array(items) => items.iter().for_each(|value| patterns(value, texts)),
                _ => {}
            }
        }
        let mut texts = Vec::new();
        named()
            .values()
            .for_each(|shape| patterns(shape, &mut texts));
        assert!(texts.len() > 10);
        for text in texts {
            assert!(Regex::new(&text).is_ok(), "{text}");
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
