//! Each mistake that a file can have is told with its place, what was found and expected, and what
//! to do, in both languages; all of a file are told at once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

#[path = "scenario_mistakes/rows.rs"]
mod rows;

use casework::scenario;
use domain::language::Language;
use intake::scenario::{Place, ScenarioMistakes};
use rows::{GOODS, ORDERS, PERMITS_AND_APPLICATIONS};

/// The case of Norland: it has every part of the format.
fn norland() -> String {
    std::fs::read_to_string(walks::workspace().join("scenarios/norland-2025.yaml")).unwrap()
}

/// Reads the case with one text put in the place of another; `¦` marks the place of the mistake.
fn changed(from: &str, to: &str) -> (Option<ScenarioMistakes>, Place) {
    let case = norland();
    assert_eq!(case.matches(from).count(), 1, "`{from}` stands once");
    let marked = case.replace(from, to);
    let before = marked.split('¦').next().unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let place = |n: usize| u64::try_from(n).unwrap();
    let at = Place {
        line: place(line),
        column: place(column),
    };
    let read = scenario::read(marked.replace('¦', "").as_bytes(), "case.yaml");
    (read.err(), at)
}

/// A text of the case, what it is changed to, and words of the mistake.
pub(crate) type Row = (&'static str, &'static str, &'static str);

fn check(rows: &[Row]) {
    for (from, to, words) in rows {
        let (found, at) = changed(from, to);
        let found = found.unwrap_or_else(|| panic!("`{to}` is accepted"));
        let told: Vec<String> = found.lines(Language::En).collect();
        let here = found.mistakes.iter().find(|held| held.at == at);
        let here = here.unwrap_or_else(|| panic!("`{to}` is not told at {at:?}: {told:#?}"));
        assert!(here.says.en.contains(words), "`{to}`: {told:?}");
        assert!(
            here.says.is_complete() && here.help.is_complete(),
            "{here:?}"
        );
        assert!(
            here.says.en != here.says.fr && here.help.en != here.help.fr,
            "{here:?}"
        );
        // One slip is told once, or twice where it also takes a name away from another place.
        assert!(found.mistakes.len() <= 2, "`{to}`: {told:#?}");
    }
}

#[test]
fn the_top_of_a_file() {
    check(&[
        (
            "synthetic: true\n",
            "synthetic: ¦yes\n",
            "expected true or false",
        ),
        (
            "jurisdiction: NRL\n",
            "¦juristiction: NRL\n",
            "did you mean `jurisdiction`?",
        ),
        ("begins: 2025-01-06", "begins: ¦2025-13", "expected a day"),
        (
            "group_list: NCL",
            "group_list: ¦NCLL",
            "there is no list `NCLL`, did you mean `NCL`?",
        ),
        (
            "  permit_word:",
            "  ¦permit_wrod:",
            "did you mean `permit_word`?",
        ),
        (
            "    suspend: {en: freeze,",
            "    ¦suspnd: {en: freeze,",
            "did you mean `suspend`?",
        ),
        (
            "    annul: \"NRACT:9\"",
            "    annul: ¦NRACT9",
            "expected a law",
        ),
        (
            "    annul: \"NRACT:9\"",
            "    annul: ¦\"NRAC:9\"",
            "did you mean `NRACT`?",
        ),
    ]);
}

#[test]
fn the_law_that_a_case_brings() {
    check(&[
        (
            "law: \"NRREG:schedule\"",
            "law: ¦\"NRREGS:schedule\"",
            "there is no source of law `NRREGS`",
        ),
        (
            "    from: 2024-01-01\n",
            "    from: ¦2024-02-30\n",
            "expected a day",
        ),
        (
            "{code: \"1-3\", parent: \"1\",",
            "{code: \"1-3\", parent: ¦\"11\",",
            "there is no entry `11`",
        ),
        (
            "{code: \"2-1\", parent: \"2\",",
            "{code: ¦\"1-3\", parent: \"2\",",
            "stands already on line",
        ),
        (
            "{code: \"2\", text: {en: Dual-use goods, fr: Biens à double usage}}",
            "{code: \"2\", text: ¦{en: Dual-use goods}}",
            "lacks `fr`",
        ),
    ]);
    check(&[
        (
            "kind = \"regulation\"",
            "kind = ¦\"regulatoin\"",
            "unknown variant `regulatoin`",
        ),
        ("[[group]]", "[group¦", "cannot be read as TOML"),
        (
            "resource.permit_kind == \"general\"",
            "¦resource.permit_knd == \"general\"",
            "permit_knd",
        ),
    ]);
    let wrong = norland().replace("@effect(\"needs-document\")", "@effect(\"needs-documnt\")");
    let found = scenario::read(wrong.as_bytes(), "case.yaml").unwrap_err();
    assert!(found.to_string().contains("needs-documnt"), "{found}");
}

#[test]
fn parties() {
    check(&[
        (
            "{id: defence, role: consulted,",
            "{id: defence, role: ¦consultd,",
            "did you mean `consulted`?",
        ),
        (
            "{id: defence, role: consulted,",
            "{id: ¦ministry, role: consulted,",
            "stands already on line",
        ),
        (
            "{id: drone_hall, role: consignee, name: Drone Hall (synthetic), country: AQ,",
            "{id: drone_hall, role: consignee, name: Drone Hall (synthetic), country: ¦XX,",
            "there is no country `XX`",
        ),
        (
            "{id: drone_hall, role: consignee, name: Drone Hall (synthetic), country: AQ,",
            "{id: drone_hall, role: consignee, name: Drone Hall (synthetic), country: ¦Türkiye,",
            "did you mean `TR`?",
        ),
        (
            "{id: drone_hall, role: consignee, name: Drone Hall (synthetic), country: AQ,",
            "{id: drone_hall, role: consignee, name: Drone Hall (synthetic), country: ¦aq,",
            "did you mean `AQ`?",
        ),
        (
            "government: true,",
            "government: ¦1,",
            "expected true or false",
        ),
    ]);
}

#[test]
fn permits_and_applications() {
    check(PERMITS_AND_APPLICATIONS);
}

#[test]
fn orders_and_their_scopes() {
    check(ORDERS);
}

#[test]
fn policies_dialogues_and_reviews() {
    check(&[
        (
            "      rule: presumptive_denial",
            "      rule: ¦presumptiv_denial",
            "did you mean `presumptive_denial`?",
        ),
        (
            "        - JOINT-SURVEY\n",
            "        - ¦JOINT-SURVAY\n",
            "did you mean `JOINT-SURVEY`?",
        ),
        (
            "{scope: {country_group: NR-PARTNERS}}",
            "{scope: {country_group: ¦NR-PARTNER}}",
            "did you mean `NR-PARTNERS`?",
        ),
        (
            "{scope: {country_group: NR-PARTNERS}}",
            "{scope: {country_group: NR-PARTNERS}, falls_to: ¦nothing}",
            "expected an effect",
        ),
        (
            "    law: \"NRDIR:4\"",
            "    law: ¦\"NRDIR\"",
            "expected a law",
        ),
        (
            "    consulted: [defence]",
            "    consulted: [¦defense]",
            "did you mean `defence`?",
        ),
        (
            "outcomes: {suspended: reinstate}",
            "outcomes: {suspended: ¦reinstat}",
            "did you mean `reinstate`?",
        ),
        (
            "outcomes: {suspended: reinstate}",
            "outcomes: {¦suspnded: reinstate}",
            "did you mean `suspended`?",
        ),
        (
            "    to: 2025-06-30\n    kind: review",
            "    to: ¦2025-06-03\n    kind: review",
            "comes before that of `from`",
        ),
        (
            "expect: {findings: {diversion: not_established},",
            "expect: {findings: {diverson: ¦not_established},",
            "did you mean `diversion`?",
        ),
    ]);
}

#[test]
fn goods_assurances_and_expectations() {
    check(GOODS);
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_in_its_order() {
    let case = norland()
        .replace("begins: 2025-01-06", "begins: soon")
        .replace("    form: certificate", "    form: certifcate")
        .replace("application: B-7, basis", "application: B-77, basis")
        .replace("country: HM, basis", "country: XX, basis");
    let found = scenario::read(case.as_bytes(), "case.yaml").unwrap_err();
    let words = ["soon", "XX", "B-77", "certifcate"];
    assert_eq!(found.mistakes.len(), words.len(), "{found}");
    for (mistake, word) in found.mistakes.iter().zip(words) {
        assert!(
            mistake.says.en.contains(word) && mistake.says.fr.contains(word),
            "{mistake:?}"
        );
    }
    assert!(found.mistakes.is_sorted_by_key(|mistake| mistake.at));
}

#[test]
fn another_authority_is_asked_who_it_is_and_under_which_law() {
    let case = norland()
        .replace("    policy: \"NRDIR:1\"\n", "")
        .replace("    law: \"NRDIR:5\"\n", "");
    let found = scenario::read(case.as_bytes(), "case.yaml").unwrap_err();
    assert!(found.to_string().contains("no power `policy`"), "{found}");
    let start = case.find("authority:\n").unwrap();
    let end = case.find("sources: |").unwrap();
    let without = format!("{}{}", case.get(..start).unwrap(), case.get(end..).unwrap());
    let found = scenario::read(without.as_bytes(), "case.yaml").unwrap_err();
    assert!(
        found.to_string().contains("`authority` is absent"),
        "{found}"
    );
}

#[test]
fn a_country_that_yaml_takes_for_a_truth_value_stays_a_country() {
    let case = norland().replace("country: HM, basis", "country: NO, basis");
    assert!(scenario::read(case.as_bytes(), "case.yaml").is_ok());
}

#[test]
fn what_is_no_yaml_is_told_where_it_breaks() {
    let (found, at) = changed(
        "scope: {permit_kind: general, groups: [2]}",
        "scope: {permit_kind: general, groups: [2}¦",
    );
    let found = found.unwrap();
    assert_eq!(found.mistakes.len(), 1, "{found}");
    let line = found.mistakes.first().unwrap().at.line;
    assert!(line >= at.line && line <= at.line + 1, "{found}");
    for text in ["", "[]", "7", "~", "events"] {
        assert!(
            scenario::read(text.as_bytes(), "case.yaml").is_err(),
            "`{text}`"
        );
    }
}
