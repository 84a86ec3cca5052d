//! Which room may know which: read from each Cargo.toml.

use super::{Found, Project, room_of};

/// A room: its floor, and the rooms that it may depend on.
struct Room {
    name: &'static str,
    floor: u8,
    may_depend_on: &'static [&'static str],
}

const DESK: &[&str] = &[
    "domain",
    "regime",
    "screening",
    "exposure",
    "intake",
    "register",
];

const EVERYTHING: &[&str] = &[
    "domain",
    "regime",
    "screening",
    "exposure",
    "intake",
    "register",
    "casework",
    "courier",
    "web",
];

/// What the fuzz targets give bytes to, and where they find the good files.
const FUZZED: &[&str] = &["domain", "intake", "regime", "walks"];

/// The house. A room without a row here is a complaint: a new crate needs a decision record.
const HOUSE: [Room; 15] = [
    Room {
        name: "domain",
        floor: 0,
        may_depend_on: &[],
    },
    Room {
        name: "regime",
        floor: 1,
        may_depend_on: &["domain"],
    },
    Room {
        name: "screening",
        floor: 1,
        may_depend_on: &["domain"],
    },
    Room {
        name: "exposure",
        floor: 1,
        may_depend_on: &["domain"],
    },
    Room {
        name: "intake",
        floor: 1,
        may_depend_on: &["domain"],
    },
    Room {
        name: "register",
        floor: 1,
        may_depend_on: &["domain"],
    },
    Room {
        name: "documents",
        floor: 1,
        may_depend_on: &["domain"],
    },
    Room {
        name: "prover",
        floor: 2,
        may_depend_on: &["domain", "regime"],
    },
    Room {
        name: "casework",
        floor: 2,
        may_depend_on: DESK,
    },
    Room {
        name: "courier",
        floor: 3,
        may_depend_on: &["domain", "casework"],
    },
    Room {
        name: "web",
        floor: 3,
        may_depend_on: &["domain", "casework"],
    },
    Room {
        name: "portcullis",
        floor: 4,
        may_depend_on: EVERYTHING,
    },
    Room {
        name: "walks",
        floor: 5,
        may_depend_on: EVERYTHING,
    },
    Room {
        name: "xtask",
        floor: 5,
        may_depend_on: EVERYTHING,
    },
    Room {
        name: "fuzz",
        floor: 6,
        may_depend_on: FUZZED,
    },
];

/// Crates that reach the outside world.
const NETWORK: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "mio",
    "socket2",
    "hyper",
    "reqwest",
    "ureq",
    "lettre",
    "openidconnect",
    "axum",
    "tower",
    "tower-http",
    "http",
];
const DATABASES: &[&str] = &[
    "rusqlite",
    "sqlx",
    "postgres",
    "tokio-postgres",
    "diesel",
    "sea-orm",
];
const CHANCE: &[&str] = &["getrandom", "rand", "uuid"];
const POLICY: &[&str] = &["cedar-policy", "cedar-policy-core", "cedar-policy-symcc"];
const PAGES: &[&str] = &[
    "axum",
    "maud",
    "http",
    "utoipa",
    "utoipa-axum",
    "tower-http",
];
const TERMINAL: &[&str] = &["clap", "crossterm", "indicatif"];
const PRINT: &[&str] = &["typst", "typst-pdf", "krilla", "printpdf"];

/// What a room must never touch, as crates.
fn forbidden(room: &str) -> Vec<&'static [&'static str]> {
    match room {
        "domain" | "screening" | "exposure" | "intake" => {
            vec![NETWORK, DATABASES, CHANCE, POLICY, PAGES, TERMINAL, PRINT]
        }
        "regime" => vec![NETWORK, DATABASES, CHANCE, PAGES, TERMINAL, PRINT],
        "prover" => vec![DATABASES, CHANCE, PAGES, PRINT],
        "documents" => vec![NETWORK, DATABASES, CHANCE, POLICY, PAGES],
        "register" => vec![POLICY, PAGES, TERMINAL, PRINT, CHANCE],
        "casework" => vec![DATABASES, POLICY, PAGES, TERMINAL, PRINT, CHANCE],
        "courier" => vec![DATABASES, POLICY, PRINT],
        "web" => vec![DATABASES, POLICY, PRINT, CHANCE],
        "portcullis" => vec![DATABASES, POLICY, PRINT],
        _ => vec![],
    }
}

/// Arrows point down only; rooms of one floor do not know each other. Tests of a room may use any
/// room of a lower floor, and `walks`.
pub fn arrows_point_down(project: &Project, found: &mut Found) {
    const RULE: &str = "arrows_point_down";
    for (path, name, manifest) in manifests(project) {
        let Some(room) = HOUSE.iter().find(|room| room.name == name) else {
            found.complain(
                RULE,
                path,
                1,
                format!("`{name}` is not a room of the house"),
            );
            continue;
        };
        if name != room_of(path) {
            found.complain(
                RULE,
                path,
                1,
                format!("folder and package differ: `{name}`"),
            );
        }
        for (kind, dependency) in dependencies(&manifest) {
            let Some(other) = HOUSE.iter().find(|room| room.name == dependency) else {
                continue;
            };
            let is_allowed = match kind {
                "dev-dependencies" => other.floor < room.floor || other.name == "walks",
                _ => room.may_depend_on.contains(&other.name),
            };
            if !is_allowed {
                let says = format!("`{name}` may not depend on `{dependency}` ({kind})");
                found.complain(RULE, path, line_of(project, path, &dependency), says);
            }
        }
    }
}

/// No room depends on a crate that does what the room must never do.
pub fn rooms_touch_only_what_they_may(project: &Project, found: &mut Found) {
    for (path, name, manifest) in manifests(project) {
        let forbidden: Vec<&str> = forbidden(&name).into_iter().flatten().copied().collect();
        for (kind, dependency) in dependencies(&manifest) {
            if kind != "dev-dependencies" && forbidden.contains(&dependency.as_str()) {
                let says = format!("`{name}` must not touch `{dependency}`");
                let line = line_of(project, path, &dependency);
                found.complain("rooms_touch_only_what_they_may", path, line, says);
            }
        }
    }
}

/// Every crate takes the lints of the workspace, and `unsafe` is forbidden there.
pub fn lints_are_inherited(project: &Project, found: &mut Found) {
    const RULE: &str = "lints_are_inherited";
    for (path, name, manifest) in manifests(project) {
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        if lints.and_then(toml::Value::as_bool) != Some(true) {
            let says = format!("`{name}` does not say `[lints] workspace = true`");
            found.complain(RULE, path, 1, says);
        }
    }
    if let Some(root) = project.tree.text("Cargo.toml")
        && !root.contains("unsafe_code = \"forbid\"")
    {
        found.complain(RULE, "Cargo.toml", 1, "`unsafe_code` is not forbidden");
    }
}

/// The manifests of packages: path, package name, content.
fn manifests<'a>(project: &'a Project) -> Vec<(&'a str, String, toml::Table)> {
    let files = project.tree.ending(&["/Cargo.toml"]);
    let read = files.filter_map(|(path, text)| {
        let table: toml::Table = text.parse().ok()?;
        let name = table.get("package")?.get("name")?.as_str()?.to_owned();
        Some((path, name, table))
    });
    read.collect()
}

fn dependencies(manifest: &toml::Table) -> Vec<(&'static str, String)> {
    const KINDS: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];
    let mut all = Vec::new();
    for kind in KINDS {
        let here = manifest.get(kind).and_then(toml::Value::as_table);
        let targets = manifest.get("target").and_then(toml::Value::as_table);
        let by_target = targets.into_iter().flat_map(|targets| targets.values());
        let by_target = by_target.filter_map(|target| target.get(kind)?.as_table());
        for table in here.into_iter().chain(by_target) {
            for (key, value) in table {
                let renamed = value.get("package").and_then(toml::Value::as_str);
                all.push((kind, renamed.unwrap_or(key).to_owned()));
            }
        }
    }
    all
}

fn line_of(project: &Project, path: &str, dependency: &str) -> usize {
    let text = project.tree.text(path).unwrap_or_default();
    let found = text
        .lines()
        .position(|line| line.trim_start().starts_with(dependency));
    found.map_or(1, |n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    fn manifest(name: &str, rest: &str) -> String {
        format!("[package]\nname = \"{name}\"\n{rest}\n[lints]\nworkspace = true\n")
    }

    fn judged(rule: super::super::Rule, name: &str, rest: &str) -> usize {
        let path = match name {
            "walks" | "xtask" => format!("{name}/Cargo.toml"),
            _ => format!("crates/{name}/Cargo.toml"),
        };
        places(rule, &[(&path, &manifest(name, rest))]).len()
    }

    #[test]
    fn a_room_may_know_the_floors_below_it_and_no_neighbour() {
        let cases = [
            ("regime", "[dependencies]\ndomain = 1", 0),
            ("regime", "[dependencies]\nregister = 1", 1),
            ("domain", "[dependencies]\nregime = 1", 1),
            ("web", "[dependencies]\ncasework = 1\ndomain = 1", 0),
            ("web", "[dependencies]\nregister = 1", 1),
            ("web", "[target.'cfg(unix)'.dependencies]\nregister = 1", 1),
            (
                "web",
                "[build-dependencies]\nx = { package = \"register\" }",
                1,
            ),
            ("web", "[dev-dependencies]\nregister = 1\nwalks = 1", 0),
            ("register", "[dev-dependencies]\nregime = 1", 1),
            ("register", "[dependencies]\nwalks = 1", 1),
            ("portcullis", "[dependencies]\nweb = 1\nregister = 1", 0),
            ("attic", "", 1),
        ];
        for (name, rest, complaints) in cases {
            assert_eq!(
                judged(arrows_point_down, name, rest),
                complaints,
                "{name}: {rest}"
            );
        }
    }

    #[test]
    fn a_package_has_the_name_of_its_folder() {
        let text = manifest("web", "");
        let files = [("crates/pages/Cargo.toml", text.as_str())];
        assert_eq!(
            places(arrows_point_down, &files),
            ["crates/pages/Cargo.toml:1"]
        );
    }

    #[test]
    fn pure_rooms_take_no_crate_that_reaches_out() {
        let cases = [
            ("domain", "[dependencies]\nserde = 1", 0),
            ("domain", "[dependencies]\ntokio = 1", 1),
            ("domain", "[dependencies]\ncedar-policy = 1", 1),
            ("regime", "[dependencies]\ncedar-policy = 1", 0),
            ("regime", "[dependencies]\nrusqlite = 1", 1),
            ("casework", "[dependencies]\nrusqlite = 1\naxum = 1", 2),
            ("register", "[dependencies]\nrusqlite = 1", 0),
            ("register", "[dependencies]\ngetrandom = 1", 1),
            ("portcullis", "[dependencies]\ngetrandom = 1", 0),
        ];
        for (name, rest, complaints) in cases {
            let count = judged(rooms_touch_only_what_they_may, name, rest);
            assert_eq!(count, complaints, "{name}: {rest}");
        }
    }

    #[test]
    fn a_crate_without_the_lints_of_the_workspace_is_named() {
        let files = [("walks/Cargo.toml", "[package]\nname = \"walks\"\n")];
        assert_eq!(places(lints_are_inherited, &files), ["walks/Cargo.toml:1"]);
        assert_eq!(judged(lints_are_inherited, "walks", ""), 0);
        let files = [(
            "Cargo.toml",
            "[workspace.lints.rust]\nunsafe_code = \"warn\"\n",
        )];
        assert_eq!(places(lints_are_inherited, &files), ["Cargo.toml:1"]);
    }
}
