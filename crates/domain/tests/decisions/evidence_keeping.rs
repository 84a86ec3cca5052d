//! How material is kept, and how many sources stand behind it.

use std::collections::BTreeMap;

use domain::event::{
    EvidenceCorrected, EvidenceCustodyAdded, EvidenceReceived, EvidenceRepetitionFound,
    EvidenceSealed,
};
use domain::evidence::{
    Correction, Credibility, Custody, CustodyKind, CustodyStep, Evidence, EvidenceRecord, Flag,
    Grade, GradeRefusal, KeepingRefusal, Provenance, Reliability, Repetition, Sealing, Subject,
    Tie, correct, grade, independent_sources, origins, take_step,
};
use domain::id::EvidenceId;
use domain::time::Instant;
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn custody(from: &str, to: &str, on: &str, step: CustodyKind) -> Custody {
    Custody {
        from: from.into(),
        to: to.into(),
        on: day(on),
        note: "sealed".into(),
        step: Some(step),
    }
}

fn received(number: &str, but: impl FnOnce(&mut Evidence)) -> Step {
    let mut evidence: Evidence = serde_json::from_value(serde_json::json!({
        "id": number, "title": "a photograph", "source": "a photographer",
        "obtained": "on site", "received_on": "2020-10-20", "received_by": "OFF-M",
    }))
    .unwrap();
    but(&mut evidence);
    vec![EvidenceReceived { evidence }.into()]
}

fn held<'a>(world: &'a World, number: &str) -> &'a EvidenceRecord {
    match world.state(Noun::Evidence, number) {
        State::Evidence(held) => held,
        other => panic!("not evidence: {other:?}"),
    }
}

fn step(custody: Custody) -> Step {
    let step = CustodyStep {
        custody,
        by: id("OFF-M"),
        recorded_on: day("2020-11-01"),
    };
    let evidence = id("EVD-1");
    vec![EvidenceCustodyAdded { evidence, step }.into()]
}

#[test]
fn evidence_recorded_before_provenance_was_asked_for_reads_the_same() {
    let world = given([received("EVD-1", |_| {})]);
    let held = held(&world, "EVD-1");
    assert_eq!(held.evidence.provenance, None);
    assert!(held.compartments().is_empty());
    assert_eq!(held.flags(), [Flag::NoCustody]);
}

#[test]
fn a_gap_in_custody_is_flagged_and_not_closed() {
    use CustodyKind::{Analysis, Copy, Transfer};
    let first = custody("finder", "field team", "2020-10-15", Transfer);
    let world = given([
        received("EVD-1", |evidence| evidence.custody = vec![first]),
        step(custody("Field Team ", "copyist", "2020-10-16", Copy)),
        step(custody("field team", "laboratory", "2020-10-17", Analysis)),
        step(custody("courier", "authority", "2020-10-16", Transfer)),
    ]);
    let gap = Flag::CustodyGap {
        step: 4,
        held_by: "field team".into(),
        given_by: "courier".into(),
    };
    let backwards = Flag::CustodyBackwards {
        step: 4,
        on: day("2020-10-16"),
        after: day("2020-10-17"),
    };
    let held = held(&world, "EVD-1");
    assert_eq!(held.flags(), [gap, backwards]);
    assert_eq!(held.chain().count(), 4);
    assert!(held.flags().iter().all(|flag| flag.says().is_complete()));
}

#[test]
fn a_step_of_custody_names_hands_and_a_day_that_has_come() {
    use CustodyKind::Transfer;
    let (evidence, today) = (id("EVD-1"), day("2020-11-01"));
    let table = [
        (custody("a", "b", "2020-11-01", Transfer), true),
        (custody("", "b", "2020-11-01", Transfer), false),
        (custody("a", " ", "2020-11-01", Transfer), false),
        (custody("a", "b", "2020-11-02", Transfer), false),
    ];
    for (custody, is_taken) in table {
        let taken = take_step(&evidence, &custody, today);
        assert_eq!(taken.is_ok(), is_taken, "{custody:?}");
    }
}

#[test]
fn what_was_collected_or_published_after_receipt_is_flagged() {
    let from = |collected: &str, published: &str| Provenance {
        collected_at: Some(collected.parse::<Instant>().unwrap()),
        published_on: Some(day(published)),
        ..Provenance::default()
    };
    for (collected, published, flags) in [
        ("2020-10-20T23:59:59Z", "2020-10-20", 1),
        ("2020-10-21T03:00:00Z", "2020-10-21", 1),
        ("2020-10-22T00:00:00Z", "2020-10-21", 2),
        ("2020-10-22T00:00:00Z", "2020-10-22", 3),
    ] {
        let world = given([received("EVD-1", |evidence| {
            evidence.provenance = Some(from(collected, published));
        })]);
        let found = held(&world, "EVD-1").flags();
        assert_eq!(found.len(), flags, "{collected} {published}: {found:?}");
    }
}

#[test]
fn a_correction_stands_beside_what_was_received() {
    let correction = Correction {
        subject: Subject::Title,
        says: "a baseplate".into(),
        reasons: "looked at again".into(),
        by: id("OFF-M"),
        on: day("2020-11-01"),
    };
    let event = EvidenceCorrected {
        evidence: id("EVD-1"),
        correction: correction.clone(),
    };
    let world = given([received("EVD-1", |_| {}), vec![event.into()]]);
    let held = held(&world, "EVD-1");
    assert_eq!(held.evidence.title, "a photograph");
    assert_eq!(held.corrections, [correction]);
    let number: EvidenceId = id("EVD-1");
    let nothing = Err(KeepingRefusal::SaysNothing(number.clone()));
    assert_eq!(correct(&number, " ", "why"), nothing);
    let no_reasons = Err(KeepingRefusal::NoReasons(number.clone()));
    assert_eq!(correct(&number, "what", ""), no_reasons);
}

#[test]
fn the_last_sealing_holds() {
    let sealed = |compartments: &[&str]| -> Step {
        let sealing = Sealing {
            compartments: ids(compartments),
            reasons: "a source is at risk".into(),
            by: id("OFF-M"),
            on: day("2020-11-01"),
        };
        let evidence = id("EVD-1");
        vec![EvidenceSealed { evidence, sealing }.into()]
    };
    let world = given([received("EVD-1", |evidence| {
        evidence.compartments = ids(&["CMP-A"]);
    })]);
    assert_eq!(held(&world, "EVD-1").compartments(), &ids(&["CMP-A"]));
    let world = world.and(sealed(&["CMP-A", "CMP-B"]));
    assert_eq!(held(&world, "EVD-1").compartments().len(), 2);
    let world = world.and(sealed(&[]));
    assert!(held(&world, "EVD-1").compartments().is_empty());
}

/// Ties by number: what each repeats, and its source.
fn ties(table: &[(&str, &[&str], &str)]) -> BTreeMap<EvidenceId, Tie> {
    let tie = |(number, repeats, source): &(&str, &[&str], &str)| {
        let tie = Tie {
            repeats: ids(repeats),
            source: (*source).to_owned(),
        };
        (id(number), tie)
    };
    table.iter().map(tie).collect()
}

#[test]
fn ten_outlets_that_repeat_one_ministry_are_one_source() {
    let mut table = vec![("EVD-0", &[] as &[&str], "ministry")];
    let numbers: Vec<String> = (1..=10).map(|n| format!("EVD-{n}")).collect();
    for number in &numbers {
        table.push((number, &["EVD-0"], "an outlet"));
    }
    let ties = ties(&table);
    assert_eq!(independent_sources(ties.keys(), &ties).len(), 1);
}

#[test]
fn sources_are_counted_through_chains_groups_and_circles() {
    let ties = ties(&[
        ("A", &[], "ministry"),
        ("B", &["A"], "agency"),
        ("C", &["B"], "paper"),
        ("D", &[], "photographer"),
        ("E", &["C", "D"], "digest"),
        ("F", &[], "ministry"),
        ("G", &["H"], "one"),
        ("H", &["G"], "other"),
        ("I", &["never-received"], "blog"),
    ]);
    let count = |of: &[&str]| {
        let of: Vec<EvidenceId> = of.iter().map(|number| id(number)).collect();
        independent_sources(&of, &ties).len()
    };
    for (of, sources) in [
        (&["A", "B", "C"] as &[&str], 1),
        (&["A", "F"], 1),
        (&["C", "D"], 2),
        (&["E"], 2),
        (&["A", "D", "E"], 2),
        (&["G", "H"], 1),
        (&["I"], 1),
        (&["I", "A"], 2),
        (&[], 0),
    ] {
        assert_eq!(count(of), sources, "{of:?}");
    }
    assert_eq!(origins(&id("G"), &ties), ["G".to_owned()].into());
}

#[test]
fn information_is_confirmed_only_by_an_independent_source() {
    let ties = ties(&[
        ("A", &[], "ministry"),
        ("B", &["A"], "agency"),
        ("C", &[], "ministry"),
        ("D", &[], "photographer"),
    ]);
    let graded = |information: Credibility, by: &[&str]| Grade {
        source: Reliability::F,
        information,
        about: None,
        confirmed_by: ids(by),
        by: id("OFF-M"),
        on: day("2020-10-20"),
    };
    use Credibility::{One, Two};
    for (given, is_accepted) in [
        (graded(Two, &[]), true),
        (graded(One, &[]), false),
        (graded(One, &["A"]), false),
        (graded(One, &["B"]), false),
        (graded(One, &["B", "C"]), false),
        (graded(One, &["D"]), true),
        (graded(One, &["B", "D"]), true),
    ] {
        let answer = grade(&id("A"), &given, &ties);
        assert_eq!(answer.is_ok(), is_accepted, "{given:?}: {answer:?}");
    }
    let nothing = grade(&id("A"), &graded(One, &[]), &ties);
    assert_eq!(nothing, Err(GradeRefusal::NothingConfirms(id("A"))));
}

#[test]
fn what_is_found_later_to_repeat_counts_as_if_it_was_said_on_receipt() {
    let repetition = Repetition {
        of: ids(&["EVD-2"]),
        reasons: "the same photograph".into(),
        by: id("OFF-M"),
        on: day("2020-11-01"),
    };
    let found = EvidenceRepetitionFound {
        evidence: id("EVD-1"),
        repetition,
    };
    let from = |source: &str| {
        let source = source.to_owned();
        move |evidence: &mut Evidence| evidence.source = source
    };
    let world = given([
        received("EVD-1", from("outlet")),
        received("EVD-2", from("ministry")),
    ]);
    let count = |world: &World| {
        let numbers = [id("EVD-1"), id("EVD-2")];
        let tie = |number: &EvidenceId| (number.clone(), Tie::of(held(world, number.as_str())));
        let ties: BTreeMap<_, _> = numbers.iter().map(tie).collect();
        independent_sources(&numbers, &ties).len()
    };
    assert_eq!(count(&world), 2);
    assert_eq!(count(&world.and(vec![found.into()])), 1);
}
