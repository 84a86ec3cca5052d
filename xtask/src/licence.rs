//! Licences of everything that is built in, against the list that `deny.toml` allows.

use std::collections::BTreeSet;

use serde_json::Value;

/// What `deny.toml` allows.
#[derive(Debug)]
pub struct Allowed {
    everywhere: BTreeSet<String>,
    for_one: BTreeSet<(String, String)>,
}

impl Allowed {
    /// Reads the list.
    ///
    /// # Errors
    /// Says what is missing in the file.
    pub fn read(deny: &str) -> Result<Self, String> {
        let table: toml::Table = deny
            .parse()
            .map_err(|e| format!("reading deny.toml: {e}"))?;
        let licences = table.get("licenses").ok_or("deny.toml has no [licenses]")?;
        let mut for_one = BTreeSet::new();
        let exceptions = licences.get("exceptions").and_then(toml::Value::as_array);
        for exception in exceptions.into_iter().flatten() {
            let package = exception.get("crate").and_then(toml::Value::as_str);
            for licence in texts(exception.get("allow")) {
                for_one.insert((package.unwrap_or_default().to_owned(), licence));
            }
        }
        Ok(Self {
            everywhere: texts(licences.get("allow")),
            for_one,
        })
    }

    fn allows(&self, package: &str, licence: &str) -> bool {
        self.everywhere.contains(licence)
            || self
                .for_one
                .contains(&(package.to_owned(), licence.to_owned()))
    }
}

fn texts(list: Option<&toml::Value>) -> BTreeSet<String> {
    let list = list.and_then(toml::Value::as_array);
    let texts = list.into_iter().flatten().filter_map(toml::Value::as_str);
    texts.map(str::to_owned).collect()
}

/// Names each package of a `cargo metadata` answer whose licence is not allowed.
///
/// # Errors
/// Says when the answer is not what cargo gives.
pub fn not_allowed(metadata: &Value, allowed: &Allowed) -> Result<Vec<String>, String> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.ok_or("cargo metadata named no packages")?;
    let mut complaints = Vec::new();
    for package in packages {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, licence) = (text("name"), text("license"));
        if !is_met(licence, |one| allowed.allows(name, one)) {
            let stated = if licence.is_empty() {
                "none stated"
            } else {
                licence
            };
            complaints.push(format!("{name} {}: licence `{stated}`", text("version")));
        }
    }
    Ok(complaints)
}

/// Whether an SPDX expression can be met with allowed licences. Nothing stated is never met.
fn is_met(expression: &str, allows: impl Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Expression {
        words: &words,
        at: 0,
        allows: &allows,
    };
    let met = reader.any();
    met == Some(true) && reader.at == words.len()
}

struct Expression<'a, F> {
    words: &'a [&'a str],
    at: usize,
    allows: &'a F,
}

impl<F: Fn(&str) -> bool> Expression<'_, F> {
    fn any(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.take("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let met = self.any()?;
            return self.take(")").then_some(met);
        }
        let licence = *self.words.get(self.at)?;
        self.at += 1;
        if self.take("WITH") {
            let exception = *self.words.get(self.at)?;
            self.at += 1;
            return Some((self.allows)(&format!("{licence} WITH {exception}")));
        }
        Some((self.allows)(licence))
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_as_spdx_says() {
        let allows = |one: &str| ["MIT", "Apache-2.0", "A WITH B"].contains(&one);
        let cases = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Apache-2.0", true),
            ("GPL-3.0 OR (MIT AND Zlib)", false),
            ("A WITH B", true),
            ("MIT WITH B", false),
            ("", false),
            ("MIT )", false),
            ("MIT OR", false),
        ];
        for (expression, met) in cases {
            assert_eq!(is_met(expression, allows), met, "{expression}");
        }
    }

    #[test]
    fn a_package_outside_the_list_is_named_and_an_exception_is_for_one_package() {
        let deny =
            "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"a\", allow = [\"Zlib\"] }]";
        let allowed = Allowed::read(deny).unwrap();
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "version": "1.0.0", "license": "Zlib" },
            { "name": "b", "version": "2.0.0", "license": "Zlib" },
            { "name": "c", "version": "3.0.0", "license": null },
        ]});
        assert_eq!(
            not_allowed(&metadata, &allowed).unwrap(),
            ["b 2.0.0: licence `Zlib`", "c 3.0.0: licence `none stated`"]
        );
        assert!(not_allowed(&Value::Null, &allowed).is_err());
        assert!(Allowed::read("").is_err());
    }
}
