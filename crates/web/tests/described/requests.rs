//! Requests made from the description: as described, or broken in one known way.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

/// Deepest nesting made; deeper, the smallest value that fits is taken.
const DEPTH_MAX: usize = 7;

/// In what way a request is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// No token.
    NoToken,
    /// A token that nobody holds.
    WrongToken,
    /// A method that the address does not take.
    Method,
    /// A body cut in two, or bytes that are no text.
    Bytes,
    /// A body that says that it is something else.
    Kind,
    /// One value of the body turned into another kind of value.
    Value,
    /// A field that nothing knows.
    Extra,
    /// A question of another shape.
    Question,
    /// A number in the address that no number looks like.
    Id,
    /// A body nested deeper than any reader goes.
    Deep,
}

const BREAKS: [Broken; 10] = [
    Broken::NoToken,
    Broken::WrongToken,
    Broken::Method,
    Broken::Bytes,
    Broken::Kind,
    Broken::Value,
    Broken::Extra,
    Broken::Question,
    Broken::Id,
    Broken::Deep,
];

impl Broken {
    /// Whether such a request can never be done.
    pub(crate) fn is_always_refused(self) -> bool {
        // A public address needs no token, a read has no body, and another value may still fit.
        matches!(self, Self::Method)
    }
}

/// A request.
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) address: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) broken: Option<Broken>,
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(4000)
            .collect();
        write!(
            f,
            "{:?}: {} {} {:?}\n{body}",
            self.broken, self.method, self.address, self.headers
        )
    }
}

impl Sent {
    pub(crate) fn plain(method: &str, address: &str, token: &str) -> Self {
        Self {
            method: method.to_owned(),
            address: address.to_owned(),
            headers: vec![("authorization".into(), format!("Bearer {token}"))],
            body: Vec::new(),
            broken: None,
        }
    }
}

/// Makes requests from a seed.
pub(crate) struct Maker<'a> {
    shapes: &'a Map<String, Value>,
    ids: BTreeMap<String, Vec<String>>,
    runner: TestRunner,
    state: u64,
}

impl<'a> Maker<'a> {
    pub(crate) fn new(
        description: &'a Value,
        ids: BTreeMap<String, Vec<String>>,
        seed: u64,
    ) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self {
            shapes: description["components"]["schemas"].as_object().unwrap(),
            ids,
            runner: TestRunner::new_with_rng(Config::default(), rng),
            state: seed,
        }
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }

    pub(crate) fn any_break(&mut self) -> Broken {
        BREAKS[self.below(BREAKS.len())]
    }

    /// A request to an operation.
    pub(crate) fn request(
        &mut self,
        (method, path): (&str, &str),
        said: &Value,
        token: &str,
        broken: Option<Broken>,
    ) -> Sent {
        let (address, mut headers) = self.place(path, said, broken);
        let mut sent_method = method.to_ascii_uppercase();
        match broken {
            Some(Broken::NoToken) => {}
            Some(Broken::WrongToken) => headers.push(("authorization".into(), "Bearer x".into())),
            _ => headers.push(("authorization".into(), format!("Bearer {token}"))),
        }
        if broken == Some(Broken::Method) {
            sent_method = ["PUT", "DELETE", "PATCH"][self.below(3)].to_owned();
        }
        let shape = &said["requestBody"]["content"]["application/json"]["schema"];
        let mut body = Vec::new();
        if !shape.is_null() {
            let kind = match broken {
                Some(Broken::Kind) => "text/html",
                _ => "application/json",
            };
            headers.push(("content-type".into(), kind.into()));
            body = self.body(shape, broken);
        }
        Sent {
            method: sent_method,
            address,
            headers,
            body,
            broken,
        }
    }

    /// The address with its question, and the headers that parameters make.
    fn place(
        &mut self,
        path: &str,
        said: &Value,
        broken: Option<Broken>,
    ) -> (String, Vec<(String, String)>) {
        let (mut headers, mut question) = (Vec::new(), Vec::new());
        let mut address = path.to_owned();
        for parameter in said["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let is_needed = parameter["required"] == json!(true);
            let value = self.value(&parameter["schema"], 0);
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            match parameter["in"].as_str().unwrap() {
                "path" => {
                    let id = match broken {
                        Some(Broken::Id) => "%E2%82%AC%20%2F..".to_owned(),
                        _ => self.id_of(path, &text),
                    };
                    address = address.replace(&format!("{{{name}}}"), &id);
                }
                "header" if is_needed || self.below(3) == 0 => {
                    headers.push((name.to_ascii_lowercase(), text));
                }
                "query" if broken == Some(Broken::Question) => {
                    question.push(format!("{name}=%00-1&{name}=x"));
                }
                "query" if is_needed || self.below(2) == 0 => {
                    question.push(format!("{name}={}", escaped(&text)));
                }
                _ => {}
            }
        }
        if !question.is_empty() {
            address = format!("{address}?{}", question.join("&"));
        }
        (address, headers)
    }

    /// Mostly the number of something that is there.
    fn id_of(&mut self, path: &str, made: &str) -> String {
        let collection = path.split('/').nth(3).unwrap_or_default();
        let known = self.ids.get(collection).map_or(0, Vec::len);
        if known == 0 || self.below(4) == 0 {
            return escaped(made);
        }
        let n = self.below(known);
        escaped(&self.ids[collection][n])
    }

    fn body(&mut self, shape: &Value, broken: Option<Broken>) -> Vec<u8> {
        let mut value = self.value(shape, 0);
        match broken {
            Some(Broken::Extra) => {
                if let Some(fields) = value.as_object_mut() {
                    fields.insert("no-such-field".into(), json!(1));
                }
            }
            Some(Broken::Value) => {
                let other = [
                    json!(null),
                    json!(-1),
                    json!(1e300),
                    json!(""),
                    json!([]),
                    json!({}),
                    json!("\u{0}"),
                    json!(u64::MAX),
                    json!(true),
                ];
                let other = other[self.below(other.len())].clone();
                self.replace(&mut value, &other);
            }
            _ => {}
        }
        let mut bytes = value.to_string().into_bytes();
        match broken {
            Some(Broken::Bytes) if self.below(2) == 0 => bytes.truncate(bytes.len() / 2),
            Some(Broken::Bytes) => bytes.insert(1, 0xff),
            Some(Broken::Deep) => bytes = b"[".repeat(100_000),
            _ => {}
        }
        bytes
    }

    /// Puts another value at some place.
    fn replace(&mut self, value: &mut Value, other: &Value) {
        let len = match value {
            Value::Object(fields) => fields.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if len == 0 || self.below(4) == 0 {
            *value = other.clone();
            return;
        }
        let n = self.below(len);
        let within = match value {
            Value::Object(fields) => fields.values_mut().nth(n),
            Value::Array(items) => items.get_mut(n),
            _ => None,
        };
        self.replace(within.unwrap(), other);
    }

    /// A value of a shape.
    fn value(&mut self, shape: &Value, depth: usize) -> Value {
        if let Some(name) = shape["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap();
            if name == "Id" && self.below(2) == 0 {
                return self.some_id();
            }
            let shape = &self.shapes[name];
            return self.value(shape, depth + 1);
        }
        if let Some(only) = shape.get("const") {
            return only.clone();
        }
        for several in ["enum", "oneOf", "anyOf"] {
            let Some(of) = shape[several].as_array() else {
                continue;
            };
            // Deep down the first alternative is taken: the first of a scope is one word.
            let n = if depth > DEPTH_MAX {
                0
            } else {
                self.below(of.len())
            };
            return match several {
                "enum" => of[n].clone(),
                _ => self.value(&of[n], depth + 1),
            };
        }
        let kind = match &shape["type"] {
            Value::Array(kinds) => kinds[0].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("boolean") => json!(self.below(2) == 0),
            Some("integer") => self.whole_number(shape),
            Some("array") => {
                let least = usize::try_from(shape["minItems"].as_u64().unwrap_or(0)).unwrap();
                let more = if depth > DEPTH_MAX { 0 } else { self.below(3) };
                let items = 0..least.max(more);
                Value::Array(
                    items
                        .map(|_| self.value(&shape["items"], depth + 1))
                        .collect(),
                )
            }
            Some("object") => self.object(shape, depth),
            Some("string") => self.text(shape),
            _ => Value::Null,
        }
    }

    fn some_id(&mut self) -> Value {
        let known: Vec<&String> = self.ids.values().flatten().collect();
        let id = known
            .get(self.state as usize % known.len().max(1))
            .copied()
            .cloned();
        self.next();
        json!(id.unwrap_or_else(|| "PMT-0".into()))
    }

    fn whole_number(&mut self, shape: &Value) -> Value {
        let least = shape["minimum"].as_u64().unwrap_or(0);
        let most = shape["maximum"].as_u64().unwrap_or(u64::from(u32::MAX));
        match self.below(4) {
            0 => json!(least),
            1 => json!(most),
            _ => json!(least.saturating_add(self.next() % 5).min(most)),
        }
    }

    fn object(&mut self, shape: &Value, depth: usize) -> Value {
        let required: Vec<&str> = shape["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut fields = Map::new();
        for (name, of) in shape["properties"].as_object().into_iter().flatten() {
            let is_left_out = depth > DEPTH_MAX || self.below(3) != 0;
            if required.contains(&name.as_str()) || !is_left_out {
                fields.insert(name.clone(), self.value(of, depth + 1));
            }
        }
        let others = &shape["additionalProperties"];
        if others.is_object() && self.below(2) == 0 {
            let name = match &shape["propertyNames"] {
                Value::Null => json!("name"),
                names => self.value(names, depth),
            };
            let name = name.as_str().unwrap().to_owned();
            fields.insert(name, self.value(others, depth + 1));
        }
        Value::Object(fields)
    }

    fn text(&mut self, shape: &Value) -> Value {
        let Some(pattern) = shape["pattern"].as_str() else {
            let some = [
                "",
                "synthetic",
                "é\u{301} 漢字 \u{202e}",
                "'; drop table events; --",
                "\u{0}",
            ];
            return json!(some[self.below(some.len())]);
        };
        let most = shape["maxLength"].as_u64().unwrap_or(u64::MAX);
        let inner = pattern.trim_start_matches('^').trim_end_matches('$');
        let made = proptest::string::string_regex(inner).unwrap();
        for _ in 0..100 {
            let text = made.new_tree(&mut self.runner).unwrap().current();
            if u64::try_from(text.chars().count()).unwrap() <= most {
                return json!(text);
            }
        }
        panic!("no text of {pattern} is short enough");
    }
}

/// A text as it stands in an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
