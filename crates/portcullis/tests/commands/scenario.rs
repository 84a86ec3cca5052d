//! Playing cases: exit codes, languages, and what a case that stops leaves behind.

use super::desk::Place;

const CASE: &str = "\
scenario: small
synthetic: true
jurisdiction: CA
destination: AQ
parties:
  - {id: maker, role: exporter, country: CA}
  - {id: station, role: consignee, country: AQ}
permits:
  - {id: P-1..P-2, holder: maker, consignee: station, item_group: 1, qty: 7, issued: 2024-01-08}
events:
  - {n: 1, effective: 2024-02-05, kind: shipment, permit: P-1, qty: 4, expect: {draw_down: {P-1: 4_of_7}}}
  - {n: 2, effective: 2024-02-06, kind: surrender, permit: P-2, by: maker, expect: {issued: {P-2: surrendered}}}
";

#[test]
fn a_case_is_played_in_either_language() {
    let place = Place::new();
    let file = place.file("case.yaml", CASE);
    let english = place.run_bare(&["scenario", "run", &file]).with(0);
    assert!(english.out.contains("as expected") && english.out.contains("3 expectations met"));
    let french = place
        .run_bare(&["scenario", "run", &file, "--language", "fr"])
        .with(0);
    assert!(french.out.contains("comme attendu") && french.out.contains("3 attentes remplies"));
    assert!(!french.out.contains("expected"), "{}", french.out);
}

#[test]
fn an_expectation_that_is_not_met_names_its_line() {
    let place = Place::new();
    let file = place.file(
        "case.yaml",
        CASE.replace("P-2: surrendered", "P-2: cancelled"),
    );
    let ended = place.run_bare(&["scenario", "run", &file]).with(1);
    let line = "case.yaml:12:99: permit P-2: expected cancelled, found surrendered";
    assert!(ended.out.contains(line), "{}", ended.out);
    let french = place
        .run_bare(&["scenario", "run", &file, "--language", "fr"])
        .with(1);
    assert!(
        french.out.contains("case.yaml:12:99 : licence P-2"),
        "{}",
        french.out
    );
}

#[test]
fn every_mistake_is_told_in_both_languages_and_nothing_is_played() {
    let place = Place::new();
    let wrong = CASE
        .replace("holder: maker", "holder: makr")
        .replace("kind: surrender", "kind: surender");
    let file = place.file("case.yaml", &wrong);
    let ended = place.run(&["scenario", "run", &file]).with(2);
    for said in [
        "mistake: case.yaml:9:28: there is no party `makr`, did you mean `maker`?",
        "mistake: case.yaml:12:41: found `surender`: expected a kind of event, did you mean `surrender`?",
        "erreur : case.yaml:9:28 : il n’y a pas de partie `makr`, vouliez-vous dire `maker` ?",
        "erreur : case.yaml:12:41 : trouvé `surender` : attendu un genre d’événement",
    ] {
        assert!(ended.err.contains(said), "{said}: {}", ended.err);
    }
    assert!(ended.out.is_empty() && !place.store().exists());
    let french = place
        .run_bare(&["scenario", "run", &file, "--language", "fr"])
        .with(2);
    assert!(!french.err.contains("mistake"), "{}", french.err);
    let json = place
        .run_bare(&["scenario", "run", &file, "--json"])
        .with(2)
        .json();
    assert_eq!(json[0]["mistakes"][0]["at"]["line"], 9);
    let good = place.file("good.yaml", CASE);
    let both = place.run_bare(&["scenario", "run", &good, &file]).with(2);
    assert!(both.out.is_empty(), "{}", both.out);
}

#[test]
fn an_act_that_the_register_refuses_is_placed_and_leaves_nothing_in_the_store() {
    let place = Place::new();
    let file = place.file("case.yaml", CASE.replace("by: maker", "by: station"));
    let ended = place.run(&["scenario", "run", &file]).with(1);
    assert!(
        ended.err.contains("refused: case.yaml:12:5: "),
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("refusé : case.yaml:12:5: "),
        "{}",
        ended.err
    );
    assert!(!place.store().exists());
}
