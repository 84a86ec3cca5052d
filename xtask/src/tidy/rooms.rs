//! What only one room may name: SQL, status codes, policies, the clock.

use crate::source::{Source, has_word, is_test_file};

use super::{Found, Project};

/// Rooms that touch neither files nor network, clock or chance.
const PURE: [&str; 7] = [
    "domain",
    "regime",
    "screening",
    "exposure",
    "intake",
    "documents",
    "prover",
];

/// Only `register` contains SQL. Judged by how text literals begin.
pub fn only_register_contains_sql(project: &Project, found: &mut Found) {
    for (room, path, source) in project.rooms() {
        if matches!(room, "register" | "xtask") {
            continue;
        }
        for (line, text) in &source.strings {
            if is_sql(text) {
                let says = format!("`{room}` contains SQL; only `register` may");
                found.complain("only_register_contains_sql", path, *line, says);
            }
        }
    }
}

fn is_sql(text: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        "INSERT INTO ",
        "INSERT OR ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "CREATE INDEX ",
        "CREATE UNIQUE INDEX ",
        "ALTER TABLE ",
        "DROP TABLE ",
        "PRAGMA ",
        "BEGIN IMMEDIATE",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let flat = format!("{} ", words.join(" "));
    BEGINNINGS
        .iter()
        .any(|beginning| flat.starts_with(beginning))
        || (flat.starts_with("SELECT ") && (flat.contains(" FROM ") || flat.contains("(")))
        || (flat.starts_with("UPDATE ") && flat.contains(" SET "))
        || (flat.starts_with("WITH ") && flat.contains(" SELECT "))
}

/// Only `web` knows status codes. Journeys, which speak HTTP from outside, may read them.
pub fn only_web_knows_status_codes(project: &Project, found: &mut Found) {
    for (room, path, source) in project.rooms() {
        if !matches!(room, "web" | "walks") {
            let rule = "only_web_knows_status_codes";
            complain_of_word(found, rule, path, source, "StatusCode");
        }
    }
}

/// Only `regime` names the types of the policy engine; the prover, its child, may too.
pub fn only_regime_names_cedar(project: &Project, found: &mut Found) {
    for (room, path, source) in project.rooms() {
        if !matches!(room, "regime" | "prover") {
            for word in ["cedar_policy", "cedar_policy_core", "cedar_policy_symcc"] {
                complain_of_word(found, "only_regime_names_cedar", path, source, word);
            }
        }
    }
}

/// `domain` cannot wait for anything.
pub fn domain_has_no_async(project: &Project, found: &mut Found) {
    for (_, path, source) in project.rooms().filter(|(room, ..)| *room == "domain") {
        for word in ["async", "await"] {
            complain_of_word(found, "domain_has_no_async", path, source, word);
        }
    }
}

/// Pure rooms open no file, no socket, no other program, and read no environment.
pub fn pure_rooms_do_no_io(project: &Project, found: &mut Found) {
    const DOORS: [&str; 6] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::os",
    ];
    for (room, path, source) in project.rooms() {
        if !PURE.contains(&room) || is_test_file(path) || path.ends_with("/main.rs") {
            continue;
        }
        for (line, text) in source
            .lines()
            .filter(|(line, _)| !source.is_test_line(*line))
        {
            for door in DOORS.iter().filter(|door| text.contains(**door)) {
                let says = format!("`{room}` is pure and names `{door}`");
                found.complain("pure_rooms_do_no_io", path, line, says);
            }
        }
    }
}

/// Time enters as an argument: only `portcullis` reads the clock.
pub fn only_the_front_door_reads_the_clock(project: &Project, found: &mut Found) {
    const CLOCKS: [&str; 5] = [
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "Utc::now",
    ];
    for (room, path, source) in project.rooms() {
        // Benches measure; journeys and tests of the front door drive it from outside.
        if room == "portcullis" || is_test_file(path) {
            continue;
        }
        for (line, text) in source.lines() {
            for clock in CLOCKS.iter().filter(|clock| text.contains(**clock)) {
                let says = format!("`{room}` reads the clock by `{clock}`");
                found.complain("only_the_front_door_reads_the_clock", path, line, says);
            }
        }
    }
}

/// Quantities and money are decimals: no float in the rooms that count and decide.
pub fn numbers_are_exact(project: &Project, found: &mut Found) {
    const EXACT: [&str; 5] = ["domain", "regime", "exposure", "register", "casework"];
    for (_, path, source) in project.rooms().filter(|(room, ..)| EXACT.contains(room)) {
        if !is_test_file(path) {
            for word in ["f32", "f64"] {
                complain_of_word(found, "numbers_are_exact", path, source, word);
            }
        }
    }
}

/// A library never talks to the terminal.
pub fn only_the_front_door_talks_to_the_terminal(project: &Project, found: &mut Found) {
    const RULE: &str = "only_the_front_door_talks_to_the_terminal";
    for (room, path, source) in project.rooms() {
        let may_talk = matches!(
            room,
            "portcullis" | "xtask" | "press" | "documents" | "prover" | "fuzz"
        );
        if may_talk || is_test_file(path) {
            continue;
        }
        for (line, text) in source
            .lines()
            .filter(|(line, _)| !source.is_test_line(*line))
        {
            for word in ["print", "println", "eprint", "eprintln"] {
                if has_word(text, word) && text.contains(&format!("{word}!")) {
                    found.complain(RULE, path, line, format!("`{room}` calls `{word}!`"));
                }
            }
        }
    }
}

/// Standing is computed from events: no event carries it, and no field of `domain` is called by
/// the words that hide which time or which state is meant.
pub fn nothing_sets_standing(project: &Project, found: &mut Found) {
    const FIELDS: [&str; 4] = ["status", "date", "time", "created"];
    for (_, path, source) in project.rooms().filter(|(room, ..)| *room == "domain") {
        let is_event = path.contains("/event/") || path.ends_with("/event.rs");
        for (line, text) in source
            .lines()
            .filter(|(line, _)| !source.is_test_line(*line))
        {
            let declared = text.trim_start();
            let declared = declared.strip_prefix("pub ").unwrap_or(declared);
            let Some((field, _)) = declared.split_once(": ") else {
                continue;
            };
            if FIELDS.contains(&field) || (is_event && field == "standing") {
                let says = format!("`domain` has a field called `{field}`");
                found.complain("nothing_sets_standing", path, line, says);
            }
        }
    }
}

fn complain_of_word(
    found: &mut Found,
    rule: &'static str,
    path: &str,
    source: &Source,
    word: &str,
) {
    for (line, text) in source.lines() {
        if has_word(text, word) {
            found.complain(rule, path, line, format!("names `{word}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn sql_outside_the_register_is_found_and_prose_is_not() {
        for sql in [
            "SELECT a FROM b",
            "SELECT\\n  a\\nFROM b",
            "INSERT INTO a VALUES (1)",
            "UPDATE a SET b = 1",
            "PRAGMA journal_mode",
            "CREATE TABLE a (b)",
            "WITH a AS (SELECT 1) SELECT 2",
        ] {
            let text = format!("const A: &str = \"{sql}\";");
            let outside = [("crates/web/src/a.rs", text.as_str())];
            assert_eq!(
                places(only_register_contains_sql, &outside).len(),
                1,
                "{sql}"
            );
            let inside = [("crates/register/src/a.rs", text.as_str())];
            assert!(places(only_register_contains_sql, &inside).is_empty());
        }
        let prose = "// SELECT a FROM b\nconst A: &str = \"Select the permit from the list\";";
        assert!(
            places(
                only_register_contains_sql,
                &[("crates/web/src/a.rs", prose)]
            )
            .is_empty()
        );
    }

    #[test]
    fn status_codes_and_policy_types_stay_in_their_room() {
        let code = "use axum::http::StatusCode;";
        assert!(
            places(
                only_web_knows_status_codes,
                &[("crates/web/src/a.rs", code)]
            )
            .is_empty()
        );
        let outside = [("crates/casework/src/a.rs", code)];
        assert_eq!(places(only_web_knows_status_codes, &outside).len(), 1);

        let cedar = "use cedar_policy::PolicySet;";
        assert!(
            places(
                only_regime_names_cedar,
                &[("crates/regime/src/a.rs", cedar)]
            )
            .is_empty()
        );
        let outside = [("crates/casework/src/a.rs", cedar)];
        assert_eq!(places(only_regime_names_cedar, &outside).len(), 1);
        let spoken = [(
            "crates/casework/src/a.rs",
            "// cedar_policy is not named here",
        )];
        assert!(places(only_regime_names_cedar, &spoken).is_empty());
    }

    #[test]
    fn domain_waits_for_nothing() {
        let waits = [("crates/domain/src/a.rs", "\npub async fn a() {}")];
        assert_eq!(
            places(domain_has_no_async, &waits),
            ["crates/domain/src/a.rs:2"]
        );
        assert!(
            places(
                domain_has_no_async,
                &[("crates/web/src/a.rs", "async fn a() {}")]
            )
            .is_empty()
        );
        assert!(
            places(
                domain_has_no_async,
                &[("crates/domain/src/a.rs", "//! no async")]
            )
            .is_empty()
        );
    }

    #[test]
    fn pure_rooms_name_no_door_outside_their_tests() {
        let code = "use std::fs::File;";
        assert_eq!(
            places(pure_rooms_do_no_io, &[("crates/intake/src/a.rs", code)]).len(),
            1
        );
        assert!(places(pure_rooms_do_no_io, &[("crates/register/src/a.rs", code)]).is_empty());
        assert!(places(pure_rooms_do_no_io, &[("crates/intake/tests/a.rs", code)]).is_empty());
        let tests = "#[cfg(test)]\nmod tests {\n    use std::fs::File;\n}\n";
        assert!(places(pure_rooms_do_no_io, &[("crates/intake/src/a.rs", tests)]).is_empty());
    }

    #[test]
    fn only_portcullis_reads_the_clock() {
        let code = "fn a() { let _ = jiff::Timestamp::now(); }";
        let rule = only_the_front_door_reads_the_clock;
        assert_eq!(places(rule, &[("crates/web/src/a.rs", code)]).len(), 1);
        assert!(places(rule, &[("crates/portcullis/src/a.rs", code)]).is_empty());
        assert!(places(rule, &[("crates/register/benches/a.rs", code)]).is_empty());
    }

    #[test]
    fn floats_stay_out_of_the_rooms_that_count() {
        let code = [("crates/register/src/a.rs", "\nfn a(x: f64) {}")];
        assert_eq!(
            places(numbers_are_exact, &code),
            ["crates/register/src/a.rs:2"]
        );
        let score = [("crates/screening/src/a.rs", "fn a(score: f64) {}")];
        assert!(places(numbers_are_exact, &score).is_empty());
        let name = [("crates/domain/src/a.rs", "// no f64\nfn leaf64() {}")];
        assert!(places(numbers_are_exact, &name).is_empty());
    }

    #[test]
    fn a_library_prints_nothing() {
        let rule = only_the_front_door_talks_to_the_terminal;
        let code = "fn a() { println!(\"a\"); }";
        assert_eq!(
            places(rule, &[("crates/intake/src/a.rs", code)]),
            ["crates/intake/src/a.rs:1"]
        );
        assert!(places(rule, &[("crates/portcullis/src/a.rs", code)]).is_empty());
        assert!(places(rule, &[("crates/intake/tests/a.rs", code)]).is_empty());
        let quiet = [("crates/intake/src/a.rs", "fn print() {} // println!")];
        assert!(places(rule, &quiet).is_empty());
    }

    #[test]
    fn standing_is_no_field() {
        let rule = nothing_sets_standing;
        let field = [(
            "crates/domain/src/a.rs",
            "pub struct P {\n    pub status: Standing,\n}",
        )];
        assert_eq!(places(rule, &field), ["crates/domain/src/a.rs:2"]);
        let event = [(
            "crates/domain/src/event/permit.rs",
            "    PermitMoved {\n        standing: Standing,",
        )];
        assert_eq!(
            places(rule, &event),
            ["crates/domain/src/event/permit.rs:2"]
        );
        let computed = "pub fn standing(on: Day) -> Standing { a }\npub mod time;\n\
                        pub struct P {\n    pub effective_from: Day,\n    pub standing: Standing,\n}";
        assert!(places(rule, &[("crates/domain/src/a.rs", computed)]).is_empty());
    }
}
